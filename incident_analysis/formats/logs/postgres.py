"""PostgreSQL's log on stderr: `log_line_prefix`, then `LEVEL:  message`; DETAIL, HINT, CONTEXT, QUERY, STATEMENT
folded.

The prefix varies: `%m [%p] ` by default, `%t [%p]: [%l-1] user=%u,db=%d,app=%a,client=%h ` (pgBadger),
`%t:%r:%u@%d:[%p]:` (RDS), `%m [%p] %q%u@%d ` (Debian), `< %m >` (older packages), `%n` (seconds since 1970). A record
is an ERROR, LOG … line with its DETAIL, HINT, CONTEXT and STATEMENT lines, which have prefixes of their own, and with
all lines behind them that have none (SQL of several lines; the server indents them with a tab).

Hazards: the zone is a name (`log_timezone`: PDT, CEST), read by our own table; a name of several zones (CST, IST) has
to be stated. A record begins where a line begins with a stamp and one of the English levels: the lines of one report
stand together, because the server writes them at once. Levels in other languages (`lc_messages`) are not read.

References: https://www.postgresql.org/docs/current/runtime-config-logging.html,
https://www.postgresql.org/docs/current/error-message-reporting.html.
"""

from __future__ import annotations

import re

from incident_analysis import clock
from incident_analysis.clock import Stamp
from incident_analysis.format import Context, Format, Lines, Row, by_lines
from incident_analysis.formats import stamps
from incident_analysis.patterns import pattern

_MAIN = "DEBUG[1-5]?|INFO|NOTICE|WARNING|ERROR|LOG|FATAL|PANIC"
_FURTHER = "DETAIL|HINT|QUERY|CONTEXT|STATEMENT|LOCATION|BACKTRACE"
_STAMP = r"(?:\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})?(?: ?[A-Z]{1,5}| ?[+-]\d\d(?::?\d\d)?)?|\d{10}\.\d{3})"
_BETWEEN = rf"(?:(?!(?:{_MAIN}|{_FURTHER}):)[^\n]){{0,300}}?"
#: What may stand before the stamp: pgBadger's older advice, and brackets.
_LEAD = r"(?:[<\[] ?|\[\d+\]: \[\d+-\d+\] |\d+ )?"
_START = rf"{_LEAD}{_STAMP}(?![\d,]){_BETWEEN}(?:{_MAIN}):(?: |\t|$)"
_HEAD = pattern(rf"({_LEAD})({_STAMP})(?![\d,])({_BETWEEN})({_MAIN}):\s{{0,2}}(.*)", re.DOTALL)
_PART = pattern(rf"{_LEAD}{_STAMP}(?![\d,]){_BETWEEN}({_FURTHER}):\s{{0,2}}(.*)", re.DOTALL)

_PID = pattern(r"(?:^|[\s:])\[(\d+)(?:-\d+)?\]|pid=(\d+)")
_NAMED = {
    "user": pattern(r"\buser=([^,\s]*)"),
    "database": pattern(r"\b(?:db|database)=([^,\s]*)"),
    "application": pattern(r"\bapp(?:lication)?=([^,]*)"),
    "client": pattern(r"\b(?:client|host)=([^,\s]*)"),
}
_AT = pattern(r"(?:^|[\s:])([^\s:@\[\]]+)@([^\s:@\[\]]+)")
_REMOTE = pattern(r"^:([\w.:\-]+)\((\d+)\):")
_SQLSTATE = pattern(r"(?:^|[\s:,])([0-9A-Z]{5})(?=[\s:,]*$)")
_DURATION = pattern(r"duration: ([\d.]+) ms")
_STATEMENT = pattern(r"(?:^|\s)(?:statement|execute [^:\n]*|parse [^:\n]*|bind [^:\n]*): (.*)", re.DOTALL)
_NONE = {"", "[unknown]", "[local]"}


def parse(text: str, context: Context) -> Row | None:
    """A record's fields: `user database query duration_s pid client application sqlstate detail hint context
    location`.
    """
    match = _HEAD.match(text)
    if match is None:
        return None
    lead, stamp, prefix, level, rest = match.groups()
    prefix = lead + prefix
    parts = _parts(rest)
    message = parts.pop("message")
    row: Row = {
        "time": _moment(stamp, context),
        "severity_text": level,
        "severity_number": 5 if level.startswith("DEBUG") else None,
        "message": message,
    }
    row |= _of_prefix(prefix)
    row |= of_message(message)
    row |= {("query" if name == "statement" else name): value for name, value in parts.items()}
    return row


def _moment(stamp: str, context: Context) -> Stamp | None:
    return clock.epoch(stamp) if stamp[4] != "-" else stamps.with_zone(stamp, context)


def _parts(rest: str) -> dict[str, str]:
    """The message and what follows it under names of their own; lines without a prefix go on the one before."""
    name = "message"
    found: dict[str, list[str]] = {name: []}
    for i, line in enumerate(rest.split("\n")):
        match = _PART.match(line) if i else None
        if match is not None:
            name = match[1].lower()
            name = "internal_query" if name == "query" else "error_context" if name == "context" else name
            line = match[2]
        found.setdefault(name, []).append(line.rstrip("\r"))
    return {key: "\n".join(lines).rstrip() for key, lines in found.items()}


def _of_prefix(prefix: str) -> Row:
    row: Row = {}
    if (pid := _PID.search(prefix)) is not None:
        row["pid"] = int(pid[1] or pid[2])
    for name, named in _NAMED.items():
        if (found := named.search(prefix)) is not None and found[1] not in _NONE:
            row[name] = found[1]
    if (remote := _REMOTE.match(prefix)) is not None:
        row["client"] = remote[1]
        prefix = prefix[remote.end() - 1 :]
    if "user" not in row and (at := _AT.search(prefix)) is not None:
        row["user"] = None if at[1] in _NONE else at[1]
        row["database"] = None if at[2] in _NONE else at[2]
    if (state := _SQLSTATE.search(prefix.rstrip(": ]"))) is not None and not state[1].isalpha():
        row["sqlstate"] = state[1]
    return row


def of_message(message: str) -> Row:
    """What a message says of a statement: its seconds and its text."""
    row: Row = {}
    if (duration := _DURATION.match(message)) is not None:
        row["duration_s"] = float(duration[1]) / 1000
        message = message[duration.end() :]
    if (duration or message[:10] == "statement:" or message[:8] == "execute ") and (
        found := _STATEMENT.search(message)
    ):
        row["query"] = found[1].strip()
    return row


FORMAT = Format(
    name="postgres",
    title="PostgreSQL on stderr",
    reference="https://www.postgresql.org/docs/current/runtime-config-logging.html",
    sample="2026-01-02 10:00:00.000 UTC [7] LOG:  made up\n2026-01-02 10:00:01.000 UTC [8] ERROR:  lost\n"
    "2026-01-02 10:00:01.000 UTC [8] STATEMENT:  select\n\t1 / 0;\n",
    recognise=by_lines(
        rf"{_LEAD}{_STAMP}(?![\d,]){_BETWEEN}(?:{_MAIN}|{_FURTHER}):  ",
        strength=0.93,
        why="PostgreSQL's levels",
        least=0.15,
        spans=True,
    ),
    lines=Lines(parse, start=pattern(_START.encode())),
    zone_rule="local",
)
