"""What `docker compose logs` shows: `web-1  | text`, with `-t` a stamp before the text; `docker service logs` as well.

The prefix is the service. A terminal's colours and erasures may stand around it. Without `-t` the records have no
time but what their text says itself. The text is read again by its own format. "Attaching to …" and "web-1 exited
with code 0" are Compose's own.
"""

from __future__ import annotations

import re

from incident_analysis import clock, severity
from incident_analysis.format import Context, Format, Lines, Match, Row, head_lines
from incident_analysis.formats.stamps import RFC3339
from incident_analysis.patterns import pattern

#: Swarm's tasks have the node behind them, `shop_web.1.k3v9@node-1`, and with `-t` the stamp before them.
_NAME = r"[A-Za-z0-9][\w.-]*(?:@[\w.-]+)?"
#: Before other names a stamp is another program's: a level and a bar may follow it.
_BEFORE = rf"(?=\S+ [\w.-]+\.\d+\.\w+@){RFC3339} "
_LINE = pattern(rf"(?:({_BEFORE}))?({_NAME}) *\| ?(.*)", re.DOTALL)
_STAMP = pattern(rf"({RFC3339}) ?")
_EXITED = pattern(rf"({_NAME}) (?:exited with code \d+(?: \(restarting\))?|has been recreated|stopped|restarting)\s*")
_TOLD = pattern(
    rb"Attaching to |Gracefully stopping|\[\+\] (?:Running|Stopping|Building)|"
    rb" ?(?:\xe2\x9c\x94|\xe2\xa0\xbf) (?:Container|Network|Volume) |"
    rb"\s*Container \S+ +(?:Creat|Start|Runn|Recreat|Stopp|Heal|Wait)\w+|dependency failed to start: "
)
_OWN = pattern(_TOLD.pattern + b"|" + _EXITED.pattern.encode())
_BEGIN = pattern(rf"({_BEFORE})?({_NAME}) *\|(?: |$)".encode())


def parse(text: str, context: Context) -> Row | None:
    """A record's fields: the service is the container's prefix."""
    match = _LINE.fullmatch(text)
    if match is None:
        ended = _EXITED.fullmatch(text)
        return None if ended is None else {"service": ended[1], "message": text}
    before, name, message = match.groups()
    name, _, node = name.partition("@")
    row: Row = {"service": name, "message": message} | ({"host": node} if node else {})
    if before is not None:
        return row | {"time": clock.iso(before)}
    stamp = _STAMP.match(message)
    if stamp is None:
        return row | {"time": None}
    return row | {"time": clock.iso(stamp[1]), "message": message[stamp.end() :]}


def recognise(head: bytes) -> Match | None:
    """By names of containers and bars: names that come again, end with a number, or are padded to one width."""
    lines = [line.rstrip(b"\r") for line in head_lines(head) if not _OWN.match(line)]
    found = [
        (line.index(b"|") - len(match[1] or b""), match[2])
        for line in lines
        if (match := _BEGIN.match(line)) is not None
    ]
    if not found or len(found) < 0.8 * len(lines):
        return None
    names = {name for _, name in found}
    numbered = all(re.search(rb"[-_]\d+$|\.\d+\.\w+@", name) for name in names)
    aligned = len({place for place, _ in found}) == 1 and len(names) <= max(1, len(found) // 2)
    few = len(names) * 3 <= len(found)
    if not (numbered or aligned or few) or all(severity.number(name.decode()) is not None for name in names):
        return None
    return Match(0.85, f"{len(found)} of the first {len(lines)} lines: a container's name and a bar")


FORMAT = Format(
    name="docker_compose",
    title="docker compose logs",
    reference="https://docs.docker.com/reference/cli/docker/compose/logs/",
    sample="web-1  | 2026-01-02T10:00:00.000000001Z started\ndb-1   | 2026-01-02T10:00:01.000000001Z ready\n",
    recognise=recognise,
    lines=Lines(parse, skip=_TOLD),
    inner="message",
)
