"""MySQL's and MariaDB's general query log: `time<TAB>    9 Query<TAB>statement`, behind a heading of three lines.

Before MySQL 5.7 and in MariaDB the time `260102 10:00:00` stands only where the second changes; the lines below it
begin with two tabs and have the last time that was written. A record begins where a line has a time or two tabs, a
number and one of the server's commands; statements of several lines go on the record above them. A restart writes the
heading again. Hazards: `log_timestamps` writes UTC with `Z` or the host's clock with an offset; the older form is the
host's clock. For the older form no sample was at hand: from the documentation. Reference:
https://dev.mysql.com/doc/refman/8.4/en/query-log.html.
"""

from __future__ import annotations

import re

from incident_analysis.format import Context, Format, Lines, Row, by_lines
from incident_analysis.formats.logs.mysql_error import moment
from incident_analysis.patterns import pattern

_COMMAND = (
    r"(?:Query|Connect|Quit|Init DB|Field List|Prepare|Execute|Close stmt|Reset stmt|Fetch|Long Data|Statistics|"
    r"Ping|Kill|"
    r"Change user|Refresh|Shutdown|Create DB|Drop DB|Processlist|Debug|Binlog Dump(?: GTID)?|Register Slave|"
    r"Sleep|Delayed insert|"
    r"Daemon|Set option|Table Dump|Connect Out|Time|Error|Reset Connection|clone|Reset connection)"
)
_TIME = r"(?:\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:\d\d)|\d{6} [ \d]\d:\d\d:\d\d)"
_START = rf"(?:{_TIME}\s|\t\t) *\d+ {_COMMAND}(?:\t| *$|\r| )"
_HEADING = r"(?:\S*(?:mysqld|mariadbd)\S*, Version: |Tcp port: |TCP Port: |Time +Id +Command +Argument)"
_HEAD = pattern(rf"(?:({_TIME})\s|\t\t)\s*(\d+) ({_COMMAND})[ \t]*(.*)", re.DOTALL)
_LAST = "mysql_general.last"
_CONNECT = pattern(r"(?:Access denied for user )?'?([^@\s']+)'?@'?([^\s']+)'?(?: as \S*)? on (\S*)")


def parse(text: str, context: Context) -> Row | None:
    """A record's fields: `thread`, `command`, `query`, `user`, `database`, `client`."""
    match = _HEAD.match(text)
    if match is None:
        return None
    stamp, thread, command, argument = match.groups()
    if stamp is not None:
        context.memory[_LAST] = moment(stamp)
    row: Row = {
        "time": context.memory.get(_LAST),
        "severity_text": "ERROR" if command == "Error" else None,
        "message": f"{command}: {argument}" if argument else command,
        "thread": thread,
        "command": command,
    }
    if command in ("Query", "Prepare", "Execute"):
        row["query"] = argument
    elif command == "Init DB":
        row["database"] = argument
    elif command == "Connect" and (who := _CONNECT.match(argument)) is not None:
        row |= {"user": who[1], "client": who[2], "database": who[3] or None}
    return row


FORMAT = Format(
    name="mysql_general",
    title="MySQL and MariaDB general query log",
    reference="https://dev.mysql.com/doc/refman/8.4/en/query-log.html",
    sample="2026-01-02T10:00:00.000000Z\t    7 Query\tselect 'made up'\n2026-01-02T10:00:01.000000Z\t    7 Quit\t\n",
    recognise=by_lines(
        rf"(?:{_START}|{_HEADING})", strength=0.96, why="heads of MySQL's general log", least=0.15, spans=True
    ),
    lines=Lines(parse, start=pattern(_START.encode()), skip=pattern(_HEADING.encode())),
    zone_rule="local",
)
