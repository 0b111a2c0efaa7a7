"""systemd's journal as lines, `journalctl -o short-iso` and `short-iso-precise`: `2026-01-02T10:00:00+0000 host
name[7]: message`.

The offset is that of the reader's zone when it was exported, without a colon (systemd 255 and later write one, as
rsyslog does: then the syslog format reads the lines alike). Further lines of a message are indented; `-- Boot … --`
lines and the like are no records. Reference:
https://www.freedesktop.org/software/systemd/man/latest/journalctl.html#short-iso.
"""

from __future__ import annotations

import re

from incident_analysis import clock
from incident_analysis.format import Context, Format, Lines, Row, by_lines
from incident_analysis.patterns import pattern

_STAMP = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?[+-]\d\d:?\d\d"
_HEAD = pattern(rf"({_STAMP}) (\S+) (.*)", re.DOTALL)
#: What stands where others (MongoDB, HashiCorp's tools, dnf) write a level, a letter or brackets.
_HOST = r"(?![DEFIW]\d? |[A-Z]*(?:TRACE|DEBUG|INFO|WARN|WARNING|ERROR|CRITICAL|FATAL|NOTICE) )[\w.\-:]+"
_NAME = r"[^\s:\[]+(?: [^\s:\[]+){0,3}"
_TAG = pattern(r"([^:\[\n]+?)(?:\[(\d+)\])?: ?(.*)", re.DOTALL)
NOTES = r"-- (?:Logs begin|Journal begins|Boot |Reboot|No entries|Subject:|cursor:)"


def tagged(rest: str) -> Row:
    """`name[pid]: message` as fields."""
    match = _TAG.match(rest)
    if match is None:
        return {"message": rest}
    return {"service": match[1], "pid": int(match[2]) if match[2] else None, "message": match[3]}


def parse(text: str, context: Context) -> Row | None:
    """A record's fields; `pid` beside the common ones."""
    match = _HEAD.match(text)
    if match is None:
        return None
    return {"time": clock.iso(match[1]), "host": match[2], **tagged(match[3])}


FORMAT = Format(
    name="journald_short",
    title="systemd journal, short-iso",
    reference="https://www.freedesktop.org/software/systemd/man/latest/journalctl.html",
    sample="2026-01-02T10:00:00+0000 made-up part[7]: started\n2026-01-02T10:00:01+0000 made-up part[7]: lost\n",
    recognise=by_lines(
        rf"(?:\d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{{1,6}})?[+-]\d{{4}} {_HOST} {_NAME}(?:\[\d+\])?: |{NOTES})",
        strength=0.95,
        why="the journal's short-iso heads",
        least=0.2,
        spans=True,
    ),
    lines=Lines(parse, start=pattern(_STAMP.encode() + rb" "), skip=pattern(NOTES.encode())),
    zone_rule="explicit",
)
