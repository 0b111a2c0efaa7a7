"""PostgreSQL's csvlog: no heading; 23 columns until version 12, 24 in 13 (backend_type), 26 since 14 (leader_pid,
query_id).

Quoted fields hold SQL of several lines. A record begins where a line begins with a stamp, a zone and the columns of
user, database and process: no line of a statement does, short of a csvlog pasted into one. Hazards: the zone is a name
(`log_timezone`), read by our own table; a name of several zones (CST, IST) has to be stated. Reference:
https://www.postgresql.org/docs/current/runtime-config-logging.html#RUNTIME-CONFIG-LOGGING-CSVLOG.
"""

from __future__ import annotations

from incident_analysis.format import Context, Format, Lines, Row, by_lines
from incident_analysis.formats import cells, stamps
from incident_analysis.formats.logs.postgres import of_message
from incident_analysis.patterns import pattern

COLUMNS = (
    "log_time user_name database_name process_id connection_from session_id session_line_num command_tag "
    "session_start_time virtual_transaction_id transaction_id error_severity sql_state_code message detail hint "
    "internal_query internal_query_pos context query query_pos location application_name backend_type leader_pid "
    "query_id"
).split()
_NAMES = {
    "user_name": "user",
    "database_name": "database",
    "process_id": "pid",
    "connection_from": "client",
    "sql_state_code": "sqlstate",
    "context": "error_context",
    "application_name": "application",
}
_NUMBERS = {"process_id", "session_line_num", "internal_query_pos", "query_pos", "leader_pid"}
_QUOTED = r'(?:"(?:[^"\n]|"")*"|[^",\n]*)'
_ZONE = r"(?:[A-Z]{1,5}|[+-]\d\d(?::?\d\d)?|<[^>,\n]*>)"
_START = rf"\d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{{1,6}})? {_ZONE},{_QUOTED},{_QUOTED},\d*,"


def parse(text: str, context: Context) -> Row | None:
    """A record's fields: `user database pid client sqlstate query duration_s detail hint application` and the rest."""
    found = list(cells.records(text))
    if len(found) != 1 or not 22 < len(found[0][0]) <= len(COLUMNS) + 4:
        return None
    # A later version may have more columns: they are kept by their number.
    fields = dict(zip([*COLUMNS, *(f"column_{n}" for n in range(27, 31))], found[0][0], strict=False))
    message = fields["message"]
    row: Row = {
        "time": stamps.with_zone(fields["log_time"].replace("<", "").replace(">", ""), context),
        "severity_text": fields["error_severity"],
        "severity_number": 5 if fields["error_severity"].startswith("DEBUG") else None,
        "message": message,
    }
    row |= of_message(message)
    for name, value in fields.items():
        if name in ("log_time", "error_severity", "message") or value == "":
            continue
        row[_NAMES.get(name, name)] = int(value) if name in _NUMBERS and value.isdigit() else value
    return row


FORMAT = Format(
    name="postgres_csvlog",
    title="PostgreSQL csvlog",
    reference="https://www.postgresql.org/docs/current/runtime-config-logging.html#RUNTIME-CONFIG-LOGGING-CSVLOG",
    sample='2026-01-02 10:00:00.000 UTC,"made","up",7,"192.0.2.1:5000",65.7,1,"idle",2026-01-02 09:00:00 UTC,3/3,'
    "0,LOG,00000,"
    '"started",,,,,,,,,"psql","client backend",,0\n',
    recognise=by_lines(
        _START, strength=0.97, why="the first columns of PostgreSQL's csvlog", least=0.15, spans=True, first=True
    ),
    lines=Lines(parse, start=pattern(_START.encode())),
    zone_rule="local",
)
