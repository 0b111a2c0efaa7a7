"""loguru's default sink: `2026-01-02 10:00:00.123 | INFO     | module:function:12 - message`.

The wall clock is that of the process, without a zone. Tracebacks belong to the record above them.
Reference: https://loguru.readthedocs.io/en/stable/api/logger.html (the default format).
"""

from __future__ import annotations

import re

from incident_analysis import clock
from incident_analysis.format import Context, Format, Lines, Row, by_lines
from incident_analysis.patterns import pattern

_START = r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:\s?(?:Z|[+-]\d\d:?\d\d))? +\| +[A-Za-z]+ +\| "
_HEAD = pattern(
    r"([\dT:., Z+-]{16,40}?) +\| +([A-Za-z]+) +\|\s(?:([^\s:|]+):([^\s:|]+):(\d+)\s-\s|([^|\n]{1,200}?)\s\|\s)?(.*)",
    re.DOTALL,
)


def parse(text: str, context: Context) -> Row | None:
    """A record's fields; `logger`, `code_function`, `code_line` beside the common ones."""
    match = _HEAD.match(text)
    if match is None:
        return None
    stamp, level, name, function, line, between, message = match.groups()
    return {
        "time": clock.iso(stamp),
        "severity_text": level,
        "message": message,
        "logger": name or (between or "").strip() or None,
        "code_function": function,
        "code_line": int(line) if line else None,
    }


FORMAT = Format(
    name="loguru",
    title="loguru (Python)",
    reference="https://loguru.readthedocs.io/en/stable/api/logger.html",
    sample="2026-01-02 10:00:00.000 | INFO     | made.up:main:12 - started\n"
    "2026-01-02 10:00:01.000 | ERROR    | made.up:main:20 - lost\n",
    recognise=by_lines(_START, strength=0.95, why="loguru's heads", least=0.15, spans=True, first=True),
    lines=Lines(parse, start=pattern(_START.encode())),
    zone_rule="local",
)
