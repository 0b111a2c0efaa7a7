"""MySQL's and MariaDB's error log.

MySQL 5.7 and later: `2026-01-02T10:00:00.000000Z 7 [Note] [MY-012487] [InnoDB] message`; 5.6 and MariaDB: `2026-01-02
10:00:00 7 [Note] message` (MariaDB pads the hour with a space); before: `260102 10:00:00 [Note] message`. Lines without
a head (crash reports) belong to the record above them. Hazards: `log_timestamps` writes UTC with `Z` or the host's
clock with an offset; the older ones write the host's clock without a zone. For all but MySQL 8 no sample was at hand:
from the documentation. References: https://dev.mysql.com/doc/refman/8.4/en/error-log-format.html,
https://mariadb.com/kb/en/error-log/.
"""

from __future__ import annotations

import re

from incident_analysis import clock
from incident_analysis.clock import Stamp
from incident_analysis.format import Context, Format, Lines, Row, by_lines
from incident_analysis.formats.stamps import two_digits
from incident_analysis.patterns import pattern

_NEW = r"\d{4}-\d\d-\d\d[T ][ \d]?\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:\d\d)?"
_OLD = r"\d{6} [ \d]\d:\d\d:\d\d"
_START = (
    rf"(?:{_NEW} +(?:0x)?[0-9a-f]+ \[[A-Za-z]+\]|{_NEW} \d+ \[|{_OLD} +(?:\d+ )?(?:\[[A-Za-z]+\]|InnoDB:|mysqld_safe))"
)
_HEAD = pattern(
    rf"({_NEW}|{_OLD})\s+(?:((?:0x)?[0-9a-f]+)\s+)?(?:\[([A-Za-z]+)\]\s?)?(?:\[(MY-\d+)\]\s?)?(?:\[([A-Za-z_]\w*)\]\s)?(.*)",
    re.DOTALL,
)


def moment(text: str) -> Stamp | None:
    """A stamp of any of MySQL's and MariaDB's logs."""
    if text[4:5] == "-":
        return clock.iso(re.sub(r"([T ]) (\d):", r"\g<1>0\2:", text, count=1))
    match = re.match(r"(\d\d)(\d\d)(\d\d)\s+(\d{1,2}):(\d\d):(\d\d)", text)
    if match is None:
        return None
    year, month, day, hour, minute, second = match.groups()
    try:
        ns = clock.clock(two_digits(year), int(month), int(day), int(hour), int(minute), int(second))
    except ValueError:
        return None
    return Stamp(ns, False)


def parse(text: str, context: Context) -> Row | None:
    """A record's fields: `thread`, `error_code`, `subsystem` beside the common ones."""
    match = _HEAD.match(text)
    if match is None:
        return None
    stamp, thread, level, code, subsystem, message = match.groups()
    return {
        "time": moment(stamp),
        "severity_text": level,
        "message": message,
        "thread": thread,
        "error_code": code,
        "subsystem": subsystem,
    }


FORMAT = Format(
    name="mysql_error",
    title="MySQL and MariaDB error log",
    reference="https://dev.mysql.com/doc/refman/8.4/en/error-log-format.html, https://mariadb.com/kb/en/error-log/",
    sample="2026-01-02T10:00:00.000000Z 0 [Note] [MY-010000] [Server] made up\n"
    "2026-01-02T10:00:01.000000Z 7 [ERROR] [MY-010001] [Server] lost\n",
    recognise=by_lines(
        rf"(?:{_NEW} +(?:0x)?[0-9a-f]+ \[(?:Note|Warning|ERROR|Error|System)\]|{_OLD} +(?:\d+ )?(?:\[[A-Za-z]+\]|"
        rf"InnoDB:|mysqld_safe))",
        strength=0.95,
        why="heads of MySQL's error log",
        least=0.15,
        spans=True,
    ),
    lines=Lines(parse, start=pattern(_START.encode())),
    zone_rule="local",
)
