"""java.util.logging's SimpleFormatter: two lines, `Jan 02, 2026 10:00:00 AM class method` and `LEVEL: message`.

Hazards: the wall clock of twelve hours is the process's, without a zone; the words follow its language (English is
read). No sample was at hand: from the documentation. Reference:
https://docs.oracle.com/en/java/javase/21/docs/api/java.logging/java/util/logging/SimpleFormatter.html.
"""

from __future__ import annotations

import re

from incident_analysis.clock import MONTHS, Stamp, clock
from incident_analysis.format import Context, Format, Lines, Row, by_lines
from incident_analysis.patterns import pattern

_START = r"[A-Z][a-z]{2} \d{1,2}, \d{4},? \d{1,2}:\d\d:\d\d(?: |\xe2\x80\xaf)?[AP]M "
_HEAD = pattern(
    r"([A-Z][a-z]{2}) (\d{1,2}), (\d{4}),? (\d{1,2}):(\d\d):(\d\d)[ \u202f]?([AP])M (\S+)(?: ([^\n]*))?\n"
    r"([A-Z]+): ?(.*)",
    re.DOTALL,
)


def parse(text: str, context: Context) -> Row | None:
    """A record's fields: `logger`, `code_function` beside the common ones."""
    match = _HEAD.match(text.replace("\r\n", "\n"))
    if match is None:
        return None
    month, day, year, hour, minute, second, half, logger, method, level, message = match.groups()
    hours = int(hour) % 12 + (12 if half == "P" else 0)
    ns = clock(int(year), MONTHS[month.lower()], int(day), hours, int(minute), int(second))
    return {
        "time": Stamp(ns, False),
        "severity_text": level,
        "message": message,
        "logger": logger,
        "code_function": (method or "").strip() or None,
    }


FORMAT = Format(
    name="java_util",
    title="java.util.logging",
    reference="https://docs.oracle.com/en/java/javase/21/docs/api/java.logging/java/util/logging/SimpleFormatter.html; "
    "no sample was at hand",
    sample="Jan 02, 2026 10:00:00 AM made.up.Part main\nINFO: started\nJan 02, 2026 10:00:01 AM made.up.Part "
    "main\nSEVERE: lost\n",
    recognise=by_lines(_START, strength=0.95, why="heads of java.util.logging", least=0.15, spans=True),
    lines=Lines(parse, start=pattern(_START.encode())),
    zone_rule="local",
)
