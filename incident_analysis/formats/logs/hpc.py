"""The HPC log of Los Alamos in loghub: `134681 node-246 unix.hw state_change.unavailable 1077804742 1 message`.

Fields: number, node, component, state, seconds since 1970 (UTC), flag, message.
Reference: https://github.com/logpai/loghub (HPC), https://www.usenix.org/cfdr-data.
"""

from __future__ import annotations

import re

from incident_analysis import clock
from incident_analysis.format import Context, Format, Lines, Row, by_lines
from incident_analysis.patterns import pattern

_START = r"\d+ \S+ \S+ \S+ \d{9,10} -?\d+ "
_HEAD = pattern(r"(\d+) (\S+) (\S+) (\S+) (\d{9,10}) (-?\d+) (.*)", re.DOTALL)


def parse(text: str, context: Context) -> Row | None:
    """A record's fields: `record_id`, `component`, `state`, `flag` beside the common ones."""
    match = _HEAD.match(text)
    if match is None:
        return None
    number, node, component, state, seconds, flag, message = match.groups()
    return {
        "time": clock.epoch(seconds, unit="s"),
        "host": node,
        "message": message,
        "record_id": int(number),
        "component": component,
        "state": state,
        "flag": None if flag == "-1" else int(flag),
    }


FORMAT = Format(
    name="hpc",
    title="HPC (Los Alamos)",
    reference="https://github.com/logpai/loghub (HPC)",
    sample="7 node-7 unix.hw made.up 1767348000 1 started\n8 node-7 unix.hw made.up 1767348001 1 lost\n",
    recognise=by_lines(_START, strength=0.9, why="number, node, component, state, seconds since 1970", least=0.3),
    lines=Lines(parse, start=pattern(_START.encode())),
    zone_rule="explicit",
)
