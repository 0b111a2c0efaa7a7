"""Erlang's reports (RabbitMQ to 3.6): `=ERROR REPORT==== 2-Jan-2026::10:00:00.123456 ===`, then the text.

Hazards: the wall clock is the node's, without a zone, unless `UTC` stands behind it (`utc_log`). The kind of report is
the level; crashes and supervisors' reports are errors. Later releases write one line a record, which other formats
read. No sample was at hand: from the documentation. Reference:
https://www.erlang.org/doc/apps/sasl/error_logging.html.
"""

from __future__ import annotations

import re

from incident_analysis.clock import MONTHS, Stamp, clock
from incident_analysis.format import Context, Format, Lines, Row, by_lines
from incident_analysis.patterns import pattern

_KIND = "DEBUG|INFO|NOTICE|WARNING|ERROR|CRITICAL|ALERT|EMERGENCY|CRASH|SUPERVISOR|PROGRESS"
_STAMP = r"\d{1,2}-[A-Z][a-z]{2}-\d{4}::\d\d:\d\d:\d\d(?:\.\d{1,9})?"
_START = rf"=(?:{_KIND}) REPORT==== {_STAMP} (?:UTC )?===\s*$"
_HEAD = pattern(
    rf"=({_KIND}) REPORT==== (\d{{1,2}})-([A-Z][a-z]{{2}})-(\d{{4}})::"
    r"(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))? (UTC )?===\s*?(?:\n(.*)|$)",
    re.DOTALL,
)
_NUMBERS = {"CRASH": 17, "SUPERVISOR": 17, "PROGRESS": 9}


def parse(text: str, context: Context) -> Row | None:
    """A record's fields."""
    match = _HEAD.match(text.replace("\r\n", "\n"))
    if match is None:
        return None
    kind, day, month, year, hour, minute, second, fraction, utc, message = match.groups()
    ns = clock(int(year), MONTHS[month.lower()], int(day), int(hour), int(minute), int(second), fraction or "")
    return {
        "time": Stamp(ns, bool(utc)),
        "severity_text": kind,
        "severity_number": _NUMBERS.get(kind),
        "message": (message or "").strip("\n"),
    }


FORMAT = Format(
    name="erlang_report",
    title="Erlang's reports (RabbitMQ to 3.6)",
    reference="https://www.erlang.org/doc/apps/sasl/error_logging.html; no sample was at hand",
    sample="=INFO REPORT==== 2-Jan-2026::10:00:00 ===\nmade up\n\n=ERROR REPORT==== 2-Jan-2026::10:00:01 ===\nlost\n",
    recognise=by_lines(_START, strength=0.95, why="heads of Erlang's reports", least=0.02, spans=True),
    lines=Lines(parse, start=pattern(_START.encode())),
    zone_rule="local",
)
