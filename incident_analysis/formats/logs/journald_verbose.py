"""systemd's journal, `journalctl -o verbose`: a line with time and cursor, then the fields, each on an indented line.

Hazards: the zone of the first line is a name; where it is not known, or means several zones, the time is taken from the
cursor (`t=`, microseconds since 1970 in hexadecimal), which is UTC. Values of several lines are indented further.
Reference: https://www.freedesktop.org/software/systemd/man/latest/journalctl.html#verbose.
"""

from __future__ import annotations

from incident_analysis import clock
from incident_analysis.format import Context, Format, Lines, Row, by_lines
from incident_analysis.formats import journal
from incident_analysis.patterns import pattern

_STAMP = r"[A-Z][a-z]{2} \d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})? (?:[A-Z]{1,5}|[+-]\d{2}(?::?\d\d)?)"
_HEAD = pattern(rf"({_STAMP}) \[(s=[0-9a-f]+;[^\]]*)\]")
_FIELD = pattern(r"    ([A-Z_][A-Z0-9_]*)=(.*)")
_CURSOR_TIME = pattern(r"\bt=([0-9a-f]+)")


def parse(text: str, context: Context) -> Row | None:
    """An entry's fields, see `journal.row_of`."""
    first, *lines = text.split("\n")
    match = _HEAD.match(first)
    if match is None:
        return None
    fields: dict[str, str] = {"__CURSOR": match[2]}
    last = ""
    for line in lines:
        bare = line.rstrip("\r")
        field = _FIELD.match(bare)
        if field is not None:
            last = field[1]
            fields[last] = f"{fields[last]}\n{field[2]}" if last in fields else field[2]
        elif last and bare.strip():
            fields[last] += "\n" + bare.strip()
    row = journal.row_of(fields)
    stamp = clock.iso(match[1][4:])
    if stamp is None or not stamp.zoned:
        cursor = _CURSOR_TIME.search(match[2])
        stamp = clock.epoch(int(cursor[1], 16), unit="us") if cursor is not None else stamp
    row["time"] = stamp
    return row


FORMAT = Format(
    name="journald_verbose",
    title="systemd journal, verbose",
    reference="https://www.freedesktop.org/software/systemd/man/latest/journalctl.html",
    sample="Fri 2026-01-02 10:00:00.000000 UTC [s=0a;i=1;b=0b;m=1;t=64767a4ab9400;x=0c]\n    PRIORITY=6\n    "
    "MESSAGE=started\n",
    recognise=by_lines(
        rf"{_STAMP} \[s=[0-9a-f]+;", strength=0.97, why="times with the journal's cursor", least=0.15, spans=True
    ),
    lines=Lines(parse, start=pattern(_STAMP.encode() + rb" \[s=")),
    zone_rule="local",
)
