"""Proxifier: `[01.02 10:00:00] program.exe - host:port close, 12 bytes sent, 34 bytes received, lifetime 00:01`.

Month and day without a year, a wall clock without a zone. What failed says `error :`; Windows' 64-bit programs are
marked `*64`. A lifetime of less than a second is written `<1 sec`: then there is no duration. No sample stands among
the exports; it is known from loghub. Reference: https://github.com/logpai/loghub (Proxifier),
https://www.proxifier.com/docs/win-v4/log.html.
"""

from __future__ import annotations

import re

from incident_analysis.clock import Yearless
from incident_analysis.format import Context, Format, Lines, Row, by_lines
from incident_analysis.formats.http import whole
from incident_analysis.patterns import pattern

_START = r"\[\d\d\.\d\d \d\d:\d\d:\d\d\] \S[^\n]{0,200}? - \S"
_HEAD = pattern(r"\[(\d\d)\.(\d\d) (\d\d):(\d\d):(\d\d)\] (.*?)(?: \*64)? - (.*)", re.DOTALL)
_TARGET = pattern(r"(\S+):(\d+) ")
_CLOSED = pattern(
    r"close, (\d+) bytes(?: \([^)]*\))? sent, (\d+) bytes(?: \([^)]*\))? received(?:, lifetime (\d+(?::\d\d){1,2}))?"
)


def parse(text: str, context: Context) -> Row | None:
    """A record's fields: the program as `service`, `target`, `target_port`, `sent_bytes`, `received_bytes`."""
    match = _HEAD.match(text)
    if match is None:
        return None
    month, day, hour, minute, second, program, message = match.groups()
    time = Yearless(int(month), int(day), int(hour), int(minute), int(second), "")
    if time.in_year(2000) is None:
        return None
    row: Row = {"time": time, "service": program, "message": message}
    target = _TARGET.match(message)
    if target is not None:
        row |= {"target": target[1], "target_port": int(target[2])}
    if " error : " in message:
        row["severity_text"] = "error"
    closed = _CLOSED.search(message)
    if closed is not None:
        row |= {"sent_bytes": whole(closed[1]), "received_bytes": whole(closed[2])}
        if closed[3] is not None:
            *hours, minutes, seconds = map(int, closed[3].split(":"))
            row["duration_s"] = float(sum(hours) * 3600 + minutes * 60 + seconds)
    return row


FORMAT = Format(
    name="proxifier",
    title="Proxifier",
    reference="https://github.com/logpai/loghub (Proxifier)",
    sample=(
        "[01.02 10:00:00] made.exe - made.up:443 open through proxy proxy.made.up:5070 HTTPS\n"
        "[01.02 10:00:01] made.exe *64 - made.up:443 close, 12 bytes sent, 34 bytes received, lifetime 00:01\n"
    ),
    recognise=by_lines(_START, strength=0.95, why="Proxifier's heads", least=0.3),
    lines=Lines(parse, start=pattern(_START.encode())),
    zone_rule="local",
)
