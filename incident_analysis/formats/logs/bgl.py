"""Logs of the supercomputers in loghub and the USENIX CFDR (BGL, Thunderbird, Spirit, Liberty): an alert label, seconds
since 1970, a date, a node, then the machine's own line.

`- 1117838570 2005.06.03 R02-M1-N0-C:J12-U11 2005-06-03-15.42.50.675872 R02-… RAS KERNEL INFO message` (BGL) and `-
1131566461 2005.11.09 dn228 Nov 9 12:01:01 dn228/dn228 crond[2915]: message` (the others). `-` means no alert. The
seconds are UTC; the further stamps are the machine's local clock and stay in the message. Reference:
https://www.usenix.org/cfdr-data#hpc4, https://github.com/logpai/loghub. For BGL no sample was at hand.
"""

from __future__ import annotations

import re

from incident_analysis import clock
from incident_analysis.format import Context, Format, Lines, Row, by_lines
from incident_analysis.patterns import pattern

_START = r"\S+ \d{9,10} \d{4}\.\d\d\.\d\d \S+ "
_HEAD = pattern(r"(\S+) (\d{9,10}) \d{4}\.\d\d\.\d\d (\S+) (.*)", re.DOTALL)
_RAS = pattern(r"(\d{4}-\d\d-\d\d-\d\d\.\d\d\.\d\d\.\d+) (\S+) (\S+) (\S+) (\S+)(?: (.*))?", re.DOTALL)
_SYSLOG = pattern(r"([A-Z][a-z]{2} +\d{1,2} \d\d:\d\d:\d\d) (\S+) (?:([^\s:\[]+)(?:\[(\d+)\])?: ?)?(.*)", re.DOTALL)


def parse(text: str, context: Context) -> Row | None:
    """A record's fields: `alert`, `event_type`, `component` or `pid` beside the common ones."""
    match = _HEAD.match(text)
    if match is None:
        return None
    label, seconds, node, rest = match.groups()
    row: Row = {
        "time": clock.epoch(seconds, unit="s"),
        "host": node,
        "message": rest,
        "alert": None if label == "-" else label,
    }
    if (ras := _RAS.match(rest)) is not None:
        kind, component, level, message = ras.groups()[2:]
        row |= {"event_type": kind, "component": component, "severity_text": level, "message": message or ""}
    elif (line := _SYSLOG.match(rest)) is not None:
        row |= {"service": line[3] or "", "pid": int(line[4]) if line[4] else None, "message": line[5]}
    return row


FORMAT = Format(
    name="bgl",
    title="supercomputers: BGL, Thunderbird, Spirit, Liberty",
    reference="https://www.usenix.org/cfdr-data#hpc4",
    sample="- 1767348000 2026.01.02 n7 2026-01-02-10.00.00.000001 n7 RAS KERNEL INFO started\n"
    "MADEUP 1767348001 2026.01.02 n7 2026-01-02-10.00.01.000001 n7 RAS KERNEL FATAL lost\n",
    recognise=by_lines(_START, strength=0.95, why="alert label, seconds since 1970, date and node", least=0.3),
    lines=Lines(parse, start=pattern(_START.encode())),
    zone_rule="explicit",
)
