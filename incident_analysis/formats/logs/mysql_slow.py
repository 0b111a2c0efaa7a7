"""MySQL's, Percona's and MariaDB's slow query log: lines that begin with `#`, then the statement.

A record begins at `# User@Host:`: `# Time:` is not written again within one second (before MySQL 5.7 and in MariaDB),
and stands above as a heading where it is. The time is `Start:` (log_slow_extra) or `SET timestamp=`, which is UTC and
the start of the statement since MySQL 8.0.14; `# Time:`, the moment of writing, only where neither is there, and in
`logged` always. Hazards: `# Time: 260102 10:00:00` is the host's clock without a zone. `SET timestamp=` has whole
seconds. References: https://dev.mysql.com/doc/refman/8.4/en/slow-query-log.html,
https://mariadb.com/kb/en/slow-query-log-overview/.
"""

from __future__ import annotations

import re

from incident_analysis import clock
from incident_analysis.format import Context, Format, Lines, Row, by_lines
from incident_analysis.formats.logs.mysql_error import moment
from incident_analysis.patterns import pattern

_START = r"# User@Host: "
_HEADING = r"(?:# Time: |\S*(?:mysqld|mariadbd)\S*, Version: |Tcp port: |TCP Port: |Time +Id +Command +Argument)"
_USER = pattern(r"# User@Host: ([^\[\s]*)\[([^\]]*)\] @ ([^\[]*)\[([^\]]*)\](?:\s+Id:\s+(\d+))?")
_PAIR = pattern(r"(?<![\w/])([A-Za-z][\w/]*):(?: +|$)((?![A-Za-z][\w/]*:)\S+)?")
_TIMESTAMP = pattern(r"SET timestamp=(\d+(?:\.\d+)?);?\s*")
_USE = pattern(r"use `?([^`;]+?)`?;?\s*")
_LAST = "mysql_slow.last"
_NAMED = {
    "Query_time": "duration_s",
    "Lock_time": "lock_s",
    "Schema": "database",
    "Thread_id": "thread",
    "Id": "thread",
}


def head(text: str, context: Context) -> None:
    """Remember `# Time:`; the server's own heading says that it started again."""
    if text.startswith("# Time:"):
        context.memory[_LAST] = text[7:].strip()


def parse(text: str, context: Context) -> Row | None:
    """A record's fields: `user database client thread query duration_s lock_s rows_examined rows_sent logged`
    and the rest.
    """
    lines = text.split("\n")
    user = _USER.match(lines[0])
    if user is None:
        return None
    account, _, host, address, thread = user.groups()
    logged = context.memory.get(_LAST)
    row: Row = {
        "time": None,
        "message": "",
        "user": account or None,
        "client": host.strip() or address or None,
        "client_address": address or None,
        "thread": thread,
    }
    start = ""
    statement: list[str] = []
    for line in lines[1:]:
        bare = line.rstrip("\r")
        if bare.startswith("# ") and not statement and not bare.startswith("# administrator command"):
            for name, value in _PAIR.findall(bare):
                row |= _field(name, value)
        elif not statement and (at := _TIMESTAMP.fullmatch(bare)) is not None:
            start = at[1]
        elif not statement and (use := _USE.fullmatch(bare)) is not None:
            row["database"] = use[1]
        elif bare or statement:
            statement.append(bare)
    begun = row.pop("start", None)
    row["time"] = (moment(begun) if begun else None) or (clock.epoch(start, unit="s") if start else None)
    if row["time"] is None and logged is not None:
        row["time"] = moment(logged)
    row["query"] = row["message"] = "\n".join(statement).strip()
    row["logged"] = logged
    return row


def _field(name: str, value: str) -> Row:
    if value == "":
        return {}
    column = _NAMED.get(name, name.lower().replace("/", "_"))
    if column in ("duration_s", "lock_s") or (column.endswith("_time") and re.fullmatch(r"\d+\.\d+", value)):
        return {column.removesuffix("_time") + ("_s" if column.endswith("_time") else ""): float(value)}
    if re.fullmatch(r"\d{1,18}", value) and column != "thread":
        return {column: int(value)}
    return {column: value}


FORMAT = Format(
    name="mysql_slow",
    title="MySQL and MariaDB slow query log",
    reference="https://dev.mysql.com/doc/refman/8.4/en/slow-query-log.html",
    sample="# Time: 2026-01-02T10:00:03.000000Z\n# User@Host: made[up] @ localhost []  Id:     7\n"
    "# Query_time: 3.000000  Lock_time: 0.000010 Rows_sent: 1  Rows_examined: 12\nSET timestamp=1767348000;\n"
    "select 1;\n",
    recognise=by_lines(
        r"(?:# (?:Time: |User@Host: |Query_time: |Schema: |Thread_id: )|SET timestamp=\d+)",
        strength=0.97,
        why="heads of MySQL's slow log",
        least=0.15,
        spans=True,
    ),
    lines=Lines(parse, start=pattern(_START.encode()), skip=pattern(_HEADING.encode()), head=head),
    zone_rule="local",
)
