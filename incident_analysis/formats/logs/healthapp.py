"""The health app of loghub's collection: `20260102-10:00:00:7|Component|30002312|message`.

Hours to milliseconds are written without leading zeros: `:7` is seven milliseconds. The wall clock is the telephone's,
without a zone. Reference: https://github.com/logpai/loghub (HealthApp).
"""

from __future__ import annotations

import re

from incident_analysis.clock import Stamp, clock
from incident_analysis.format import Context, Format, Lines, Row, by_lines
from incident_analysis.patterns import pattern

_START = r"\d{8}-\d{1,2}:\d{1,2}:\d{1,2}:\d{1,3}\|[\w.]+\|\d+\|"
_HEAD = pattern(
    r"(\d{4})(\d\d)(\d\d)-(\d{1,2}):(\d{1,2}):(\d{1,2}):(\d{1,3})\|([\w.]+)\|(\d+)\|(.*)",
    re.DOTALL,
)


def parse(text: str, context: Context) -> Row | None:
    """A record's fields: `pid`; the component is the logger."""
    match = _HEAD.match(text)
    if match is None:
        return None
    year, month, day, hour, minute, second, thousandths, component, pid, message = match.groups()
    ns = clock(int(year), int(month), int(day), int(hour), int(minute), int(second), thousandths.zfill(3))
    return {"time": Stamp(ns, False), "message": message, "logger": component, "pid": int(pid)}


FORMAT = Format(
    name="healthapp",
    title="health app (loghub)",
    reference="https://github.com/logpai/loghub (HealthApp)",
    sample="20260102-10:0:0:7|Made_Up|7|started\n20260102-10:0:0:123|Made_Up|7|lost\n",
    recognise=by_lines(
        _START, strength=0.95, why="date, clock, component and number between bars", least=0.3, spans=True
    ),
    lines=Lines(parse, start=pattern(_START.encode())),
    zone_rule="local",
)
