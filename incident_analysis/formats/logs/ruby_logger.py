"""Ruby's Logger: `I, [2026-01-02T10:00:00.123456 #7]  INFO -- program: message` (Rails and others).

Before Ruby 2.7 a blank may stand before the `#`. Backtraces and further lines belong to the record above them. Rails'
own lines without a head (its development log) are of no format. Hazards: the wall clock is the process's, without a
zone. No sample was at hand: from the documentation. Reference: https://docs.ruby-lang.org/en/master/Logger.html.
"""

from __future__ import annotations

import re

from incident_analysis import clock
from incident_analysis.format import Context, Format, Lines, Row, by_lines
from incident_analysis.patterns import pattern

_STAMP = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?"
_START = rf"[DIWEFA], \[{_STAMP} ?#\d+\] +(?:DEBUG|INFO|WARN|ERROR|FATAL|ANY) -- "
_HEAD = pattern(rf"[DIWEFA], \[({_STAMP}) ?#(\d+)\] +([A-Z]+) -- ([^:\n]*): ?(.*)", re.DOTALL)


def parse(text: str, context: Context) -> Row | None:
    """A record's fields: `pid`; the program's name is the service."""
    match = _HEAD.match(text)
    if match is None:
        return None
    stamp, pid, level, program, message = match.groups()
    return {
        "time": clock.iso(stamp),
        "severity_text": level,
        "message": message,
        "service": program.strip() or None,
        "pid": int(pid),
    }


FORMAT = Format(
    name="ruby_logger",
    title="Ruby's Logger",
    reference="https://docs.ruby-lang.org/en/master/Logger.html; no sample was at hand",
    sample="I, [2026-01-02T10:00:00.000001 #7]  INFO -- : Made up: started\n"
    "E, [2026-01-02T10:00:01.000001 #7] ERROR -- made-up: lost\n",
    recognise=by_lines(_START, strength=0.95, why="heads of Ruby's Logger", least=0.15, spans=True),
    lines=Lines(parse, start=pattern(_START.encode())),
    zone_rule="local",
)
