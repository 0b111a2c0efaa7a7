"""structlog's ConsoleRenderer: `2026-01-02 10:00:00 [warning  ] event     [logger] key=value`, mostly in colours.

Hazards: the default time is the process's wall clock without a zone (`utc=False`); a time with `Z` is UTC. The event is
padded with spaces, as the level is; tracebacks belong to the record above them. Reference:
https://www.structlog.org/en/stable/console-output.html.
"""

from __future__ import annotations

import re

from incident_analysis import clock
from incident_analysis.format import Context, Format, Lines, Row, by_lines
from incident_analysis.formats.logs.logfmt import unquoted
from incident_analysis.formats.objects import adopt
from incident_analysis.patterns import pattern

_START = r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d)?(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)? \[(?:[a-z]+ +|exception)\] "
_HEAD = pattern(r"(\S+(?: \d\d:\d\d\S*)?) \[([A-Za-z]+) *\] (.*)", re.DOTALL)
_TAIL = pattern(r"""\s([A-Za-z_]\w*)=('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|\S+)$""")
_LOGGER = pattern(r"\s\[([\w.\-]{1,200})\]$")


def parse(text: str, context: Context) -> Row | None:
    """A record's fields: the event is its message; `logger`, and the bound values by their names."""
    first, _, below = text.partition("\n")
    match = _HEAD.match(first.rstrip("\r"))
    if match is None:
        return None
    stamp, level, rest = match.groups()
    rest = rest.rstrip()
    bound: list[tuple[str, str]] = []
    while (pair := _TAIL.search(rest)) is not None:
        name, value = pair.groups()
        bound.append((name, unquoted(value) if value[:1] in "'\"" and len(value) > 1 else value))
        rest = rest[: pair.start()].rstrip()
    row: Row = {"time": clock.iso(stamp), "severity_text": level, "message": ""}
    if (logger := _LOGGER.search(rest)) is not None:
        row["logger"] = logger[1]
        rest = rest[: logger.start()]
    row["message"] = rest.rstrip() + (f"\n{below}" if below else "")
    return adopt(row, dict(reversed(bound)), prefix="attributes")


FORMAT = Format(
    name="structlog_console",
    title="structlog on a console (Python)",
    reference="https://www.structlog.org/en/stable/console-output.html",
    sample="2026-01-02 10:00:00 [info     ] started                        part=1\n"
    "2026-01-02 10:00:01 [error    ] lost                           part=2\n",
    recognise=by_lines(_START, strength=0.93, why="structlog's console heads", least=0.15, spans=True, first=True),
    lines=Lines(parse, start=pattern(_START.encode())),
    zone_rule="local",
)
