"""HDFS of Hadoop's first years: `081109 203615 148 INFO dfs.DataNode: message`, a date of six digits, year first.

The third field is the thread; the wall clock has no zone. Stack traces belong to the record above them.
Reference: https://github.com/logpai/loghub (HDFS), whose templates were made of it.
"""

from __future__ import annotations

import re

from incident_analysis.clock import Stamp, clock
from incident_analysis.format import Context, Format, Lines, Row, by_lines
from incident_analysis.formats.stamps import two_digits
from incident_analysis.patterns import pattern

_START = r"\d{6} \d{6} \d+ (?:TRACE|DEBUG|INFO|WARN|ERROR|FATAL) \S+: "
_HEAD = pattern(r"(\d\d)(\d\d)(\d\d) (\d\d)(\d\d)(\d\d) (\d+) ([A-Z]+) (\S+): (.*)", re.DOTALL)


def parse(text: str, context: Context) -> Row | None:
    """A record's fields: `thread`, `logger` beside the common ones."""
    match = _HEAD.match(text)
    if match is None:
        return None
    year, month, day, hour, minute, second, thread, level, logger, message = match.groups()
    ns = clock(two_digits(year), int(month), int(day), int(hour), int(minute), int(second))
    return {
        "time": Stamp(ns, False),
        "severity_text": level,
        "message": message,
        "thread": thread,
        "logger": logger,
    }


FORMAT = Format(
    name="hdfs",
    title="HDFS (date of six digits)",
    reference="https://github.com/logpai/loghub (HDFS)",
    sample="260102 100000 12 INFO dfs.MadeUp: started\n260102 100001 12 WARN dfs.MadeUp: lost\n",
    recognise=by_lines(_START, strength=0.95, why="HDFS heads with a date of six digits", least=0.15, spans=True),
    lines=Lines(parse, start=pattern(_START.encode())),
    zone_rule="local",
)
