"""Redis, Valkey and Sentinel: `1:M 02 Jan 2026 10:00:00.123 * message`; pid, role, local time, a mark for the level.

The roles are M (primary), S (replica), C (child) and X (Sentinel); the marks `.` debug, `-` verbose, `*` notice and `#`
warning. Before version 3 the pid stands in brackets, without a role, and before 2.6 the milliseconds lack; both have no
year. The handler of signals writes seconds since 1970. Hazards: the wall clock is the server's, without a zone. The
drawing at the start belongs to the record above it; where it stands first it is kept unparsed. Valkey's logfmt and ISO
8601 options are read by other formats. No sample was at hand but within Docker Compose's lines: from the source.
References: https://github.com/redis/redis/blob/unstable/src/server.c
(serverLogRaw), https://redis.io/docs/latest/operate/oss_and_stack/management/config/.
"""

from __future__ import annotations

import re

from incident_analysis.clock import MONTHS, Stamp, Yearless, clock, epoch
from incident_analysis.format import Context, Format, Lines, Row, by_lines
from incident_analysis.patterns import pattern

_START = (
    r"(?:\d+:signal-handler \(\d{9,10}\) |\[\d+ \| signal handler\] \(\d{9,10}\) |"
    r"(?:\d+:[MSCX] \d\d [A-Z][a-z]{2} (?:\d{4} )?|\[\d+\] \d\d [A-Z][a-z]{2} )\d\d:\d\d:\d\d(?:\.\d{3})? [.\-*#] )"
)
_SIGNAL = pattern(r"\[?(\d+)(?::signal-handler| \| signal handler\]) \((\d{9,10})\) (.*)", re.DOTALL)
_HEAD = pattern(
    r"\[?(\d+)(?::([MSCX])|\]) (\d\d) ([A-Z][a-z]{2}) (?:(\d{4}) )?(\d\d):(\d\d):(\d\d)(?:\.(\d{3}))? ([.\-*#]) (.*)",
    re.DOTALL,
)
_LEVELS = {".": "DEBUG", "-": "VERBOSE", "*": "NOTICE", "#": "WARNING"}
#: Redis' own order is debug, verbose, notice, warning: verbose lies above debug.
_NUMBERS = {".": 5, "-": 8, "*": 10, "#": 13}
_ROLES = {"M": "primary", "S": "replica", "C": "child", "X": "sentinel"}


def parse(text: str, context: Context) -> Row | None:
    """A record's fields: `pid`, `role` beside the common ones."""
    match = _HEAD.match(text)
    if match is None:
        signal = _SIGNAL.match(text)
        return signal and {"time": epoch(signal[2], unit="s"), "message": signal[3], "pid": int(signal[1])}
    pid, role, day, month, year, hour, minute, second, fraction, mark, message = match.groups()
    wall = (MONTHS[month.lower()], int(day), int(hour), int(minute), int(second))
    return {
        "time": Stamp(clock(int(year), *wall, fraction or ""), False) if year else Yearless(*wall, fraction or ""),
        "severity_text": _LEVELS[mark],
        "severity_number": _NUMBERS[mark],
        "message": message,
        "pid": int(pid),
        "role": _ROLES.get(role or ""),
    }


FORMAT = Format(
    name="redis",
    title="Redis, Valkey",
    reference="https://github.com/redis/redis/blob/unstable/src/server.c; no sample was at hand",
    sample="1:M 02 Jan 2026 10:00:00.000 * Made up: started\n1:M 02 Jan 2026 10:00:01.000 # Made up: lost\n",
    recognise=by_lines(_START, strength=0.95, why="heads of Redis", least=0.15, spans=True),
    lines=Lines(parse, start=pattern(_START.encode())),
    zone_rule="local",
)
