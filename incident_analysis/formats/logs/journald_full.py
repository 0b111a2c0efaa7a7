"""systemd's journal as lines, `journalctl -o short-full` and `with-unit`: `Fri 2026-01-02 10:00:00 CET host name[7]:
message`.

Hazards: the zone is a name, read by our own table; a name of several zones (CST, IST) has to be stated. `with-unit` has
the unit (`made-up.service`) where `short-full` has the name. Further lines of a message are indented. Reference:
https://www.freedesktop.org/software/systemd/man/latest/journalctl.html#short-full.
"""

from __future__ import annotations

import re

from incident_analysis.format import Context, Format, Lines, Match, Row, by_lines, head_lines
from incident_analysis.formats import stamps
from incident_analysis.formats.logs.journald_short import NOTES, tagged
from incident_analysis.patterns import pattern

_STAMP = r"[A-Z][a-z]{2} \d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})? (?:[A-Z]{1,5}|[+-]\d{2}(?::?\d\d)?)"
_HEAD = pattern(rf"({_STAMP}) (\S+) (.*)", re.DOTALL)


def parse(text: str, context: Context) -> Row | None:
    """A record's fields; `pid` and `unit` beside the common ones."""
    match = _HEAD.match(text)
    if match is None:
        return None
    row: Row = {"time": stamps.with_zone(match[1][4:], context), "host": match[2], **tagged(match[3])}
    service = row.get("service")
    if service and re.search(r"\.(?:service|scope|timer|socket|mount|slice|target|device|path|swap)$", service):
        row["unit"] = service
        row["service"] = service.rsplit("/", 1)[-1].removesuffix(".service")
    return row


_LINES = by_lines(
    rf"(?:{_STAMP} (?!\[s=)\S+ \S|{NOTES})", strength=0.95, why="the journal's short-full heads", least=0.2, spans=True
)
_ANY = pattern(rf"{_STAMP} (?!\[s=)".encode())


def recognise(data: bytes) -> Match | None:
    """By its heads; the journal's own lines alone may stand between other heads."""
    return _LINES(data) if any(_ANY.match(line) for line in head_lines(data)) else None


FORMAT = Format(
    name="journald_full",
    title="systemd journal, short-full and with-unit",
    reference="https://www.freedesktop.org/software/systemd/man/latest/journalctl.html",
    sample="Fri 2026-01-02 10:00:00 CET made-up part[7]: started\nFri 2026-01-02 10:00:01 CET made-up part[7]: lost\n",
    recognise=recognise,
    lines=Lines(parse, start=pattern(_STAMP.encode() + rb" "), skip=pattern(NOTES.encode())),
    zone_rule="local",
)
