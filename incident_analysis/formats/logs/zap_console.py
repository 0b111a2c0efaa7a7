"""zap's console encoder (Go): `time<TAB>level<TAB>[logger<TAB>][caller<TAB>]message[<TAB>{JSON}]`.

Hazards: the time is ISO 8601 with or without an offset, or seconds since 1970 as a float; stack traces follow on lines
of their own. What stands between level and message is told apart by its shape: `file.go:12` is the caller. Reference:
https://pkg.go.dev/go.uber.org/zap/zapcore#NewConsoleEncoder.
"""

from __future__ import annotations

import json
import re

from incident_analysis.format import Context, Format, Lines, Row, by_lines, flat
from incident_analysis.formats.keys import level_number, moment
from incident_analysis.formats.objects import adopt
from incident_analysis.patterns import pattern

_LEVEL = r"(?i:debug|info|warn|error|dpanic|panic|fatal)"
_START = rf"(?:\d{{4}}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\S*|\d(?:\.\d+e\+09|\d{{9}}\.\d+))\t{_LEVEL}\t"
_CALLER = pattern(r"\S+\.go:\d+")


def parse(text: str, context: Context) -> Row | None:
    """A record's fields: `logger`, `caller`, the object's members by their names, `stack`."""
    first, _, stack = text.partition("\n")
    parts = first.rstrip("\r").split("\t")
    if len(parts) < 3:
        return None
    stamp, level, *rest = parts
    row: Row = {
        "time": moment(float(stamp) if "e+" in stamp else stamp),
        "severity_text": level,
        "severity_number": level_number(level),
    }
    fields = {}
    if len(rest) > 1 and rest[-1].startswith("{"):
        try:
            found = json.loads(rest[-1])
        except ValueError:
            found = None
        if isinstance(found, dict):
            fields = flat(found)
            rest.pop()
    caller = next((i for i, part in enumerate(rest[:2]) if _CALLER.fullmatch(part)), None)
    if caller is not None and len(rest) > caller + 1:
        row["logger"] = rest[0] if caller == 1 else None
        row["caller"] = rest[caller]
        rest = rest[caller + 1 :]
    elif len(rest) > 1 and re.fullmatch(r"[\w.\-/]+", rest[0]):
        row["logger"] = rest.pop(0)
    row["message"] = "\t".join(rest) + (f"\n{stack}" if stack else "")
    return adopt(row, fields, prefix="attributes")


FORMAT = Format(
    name="zap_console",
    title="zap on a console (Go)",
    reference="https://pkg.go.dev/go.uber.org/zap/zapcore#NewConsoleEncoder",
    sample='2026-01-02T10:00:00.000Z\tinfo\tmade/up.go:12\tstarted\t{"part": 1}\n'
    "2026-01-02T10:00:01.000Z\terror\tmade/up.go:20\tlost\n",
    recognise=by_lines(_START, strength=0.94, why="zap's console heads", least=0.15, spans=True, first=True),
    lines=Lines(parse, start=pattern(_START.encode())),
    zone_rule="local",
)
