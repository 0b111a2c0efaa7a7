"""Made-up scales: `<5> 2026-01-02 10:00:00 scale-3: 250 g`, with the priority of syslog and a clock of no zone."""

from __future__ import annotations

import re

from incident_analysis import clock, severity
from incident_analysis.format import Context, Format, Lines, Row, by_lines

_HEAD = re.compile(r"<([0-7])> (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) (scale-\d+): (.*)", re.DOTALL)


def parse(text: str, context: Context) -> Row | None:
    """A record's fields; `weight_g` where one is told."""
    match = _HEAD.match(text)
    if match is None:
        return None
    priority, time, scale, message = match.groups()
    weight = re.fullmatch(r"(\d+) g", message)
    return {
        "time": clock.iso(time),
        "severity_number": severity.SYSLOG[int(priority)],
        "severity_text": severity.SYSLOG_NAMES[int(priority)],
        "host": scale,
        "message": message,
        "weight_g": int(weight[1]) if weight else None,
    }


FORMAT = Format(
    name="scale",
    title="Made-up scales",
    reference="this file",
    sample="<5> 2026-01-02 10:00:00 scale-3: 250 g\n<3> 2026-01-02 10:00:04 scale-3: overload\n",
    recognise=by_lines(r"<[0-7]> \d{4}-\d\d-\d\d \d\d:\d\d:\d\d scale-\d+: ", strength=0.95, why="scales' heads"),
    lines=Lines(parse),
    zone_rule="local",
)
