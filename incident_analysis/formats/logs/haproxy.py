"""HAProxy's traffic logs: `option httplog`, `httpslog`, `tcplog`, connection errors and its own notices.

They come through syslog (old, ISO or new heads) or bare from standard output. The accept date has milliseconds and a
year, but no zone; it is the record's time. Notices have only the head's stamp: a missing year is taken from the
accept dates. Its own `[WARNING]  (7) : text` tell their level; older ones hold day of the year and clock, and take
their year in the same way. `option httplog clf` writes lines of an access log behind the head. Timers are milliseconds,
-1 where the phase was not reached; "+" (logasap) means at least. `termination_state` tells who broke it off: of "SC--"
the first letter is the side (C client, S server, P proxy, R resource, I internal), the second the phase.
"""

from __future__ import annotations

import re

from incident_analysis import clock, severity
from incident_analysis.clock import Stamp, Yearless
from incident_analysis.format import Context, Format, Lines, Row, by_lines
from incident_analysis.formats import syslog
from incident_analysis.formats.http import given, request, seconds, whole
from incident_analysis.formats.logs import access
from incident_analysis.patterns import pattern

_DATE = r"\d{1,2}/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d\.\d{3,6}"
_CLIENT = rf"(?:\S+:\d+|unix:\d+|\S+) \[{_DATE}\] \S+"
_TRAFFIC = pattern(rf"(\S+?)(?::(\d+))? \[({_DATE})\] (\S+?)(~)? (.*)", re.DOTALL)
_HTTP = pattern(
    r"([^\s/]+)/([^\s/]+) ([+-]?\d+)/([+-]?\d+)/([+-]?\d+)/([+-]?\d+)/([+-]?\d+) ([+-]?\d+) ([+-]?\d+) "
    r"(\S+) (\S+) (\S{4}) (\d+)/(\d+)/(\d+)/(\d+)/\+?(\d+) (\d+)/(\d+)"
    r"(?: \{([^}]*)\})?(?: \{([^}]*)\})? \"(.*?)(?:\"(?: (.*))?)?",
    re.DOTALL,
)
_TCP = pattern(
    r"([^\s/]+)/([^\s/]+) ([+-]?\d+)/([+-]?\d+)/([+-]?\d+) ([+-]?\d+) "
    r"(\S{2}) (\d+)/(\d+)/(\d+)/(\d+)/\+?(\d+) (\d+)/(\d+)(?: (.*))?",
    re.DOTALL,
)
_FAILURE = pattern(rf"(\S+?)(?::(\d+))? \[({_DATE})\] ([^\s/]+)/([^\s:]+): (.*)", re.DOTALL)
_CONNECT = pattern(r"Connect from (\S+):(\d+) to (\S+):(\d+) \(([^\s/]+)/(\w+)\)", re.DOTALL)
_YEAR = pattern(rb"\[\d{1,2}/[A-Z][a-z]{2}/(\d{4}):")
#: HAProxy itself writes no host unless it is told to.
_HEAD = (
    rf"(?:(?:{syslog.PRI})?(?:{syslog.BSD}|{syslog.ISO}) (?:\S+ )?haproxy(?:\[\d+\])?:|"
    rf"{syslog.PRI}1 (?:{syslog.ISO}|-) \S+ haproxy )"
)
#: Templates that leave out host or tag, or all but the tag.
_BARE = (
    rf"(?:(?:{syslog.PRI})?(?:{syslog.BSD}|{syslog.ISO}) )?(?:haproxy\[\d+\]: )?"
    rf"(?={_CLIENT}~? [^\s/]+/[^\s/]+ [+-]?\d+/[+-]?\d+/)"
)
_BARE_HEAD = pattern(_BARE)
_OWN = r"\[(?:NOTICE|WARNING|ALERT|DIAG|INFO)\] +(?:\d{3}/\d{6} )?\(\d+\) : "
_NOTICE = pattern(r"\[(NOTICE|WARNING|ALERT|DIAG|INFO)\] +(?:(\d{3})/(\d\d)(\d\d)(\d\d) )?\((\d+)\) : (.*)", re.DOTALL)


def parse(text: str, context: Context) -> Row | None:
    """A record's fields: frontend, backend, server, timers, `termination_state`, connection counts."""
    row: Row = syslog.old(text) or syslog.new(text) or {}
    message = str(row.get("message", text))
    inner = traffic(message)
    if inner is None and (bare := _BARE_HEAD.match(text)) is not None:
        inner = traffic(text[bare.end() :])
        row = {k: v for k, v in row.items() if k not in ("host", "service", "message")}
    if inner is None and (notice := _NOTICE.match(message)) is not None:
        inner = _notice(notice, context, timed=bool(row))
    elif inner is None and row and '] "' in message:
        inner = access.parse(message, context)
    if not row and inner is None:
        return None
    if inner is not None:
        row |= inner
    if isinstance(row["time"], Yearless):
        row["time"] = _with_year(row["time"], context)
    row.setdefault("service", "haproxy")
    return row


def _notice(match: re.Match[str], context: Context, *, timed: bool) -> Row:
    """What HAProxy says of itself; the head's stamp is the better one where there is a head."""
    level, day, hour, minute, second, process, message = match.groups()
    word = "debug" if level == "DIAG" else level.lower()
    row: Row = {"severity_text": level, "severity_number": severity.number(word), "pid": int(process)}
    row["message"] = message
    if not timed:
        row["time"] = None
        year = _YEAR.search(context.head)
        if day is not None and year is not None:
            start = clock.clock(int(year[1]), 1, 1, int(hour), int(minute), int(second))
            # Counted from 0 as C counts them.
            row["time"] = Stamp(start + int(day) * clock.DAY, False)
    return row


def traffic(text: str) -> Row | None:
    """The fields of a traffic line without what carried it; None where it is none."""
    connect = _CONNECT.match(text)
    if connect is not None:
        client, port, address, to, frontend, mode = connect.groups()
        return {
            "client": client,
            "client_port": int(port),
            "server_address": f"{address}:{to}",
            "frontend": frontend,
            "mode": mode.lower(),
        }
    failure = _FAILURE.match(text)
    if failure is not None:
        client, from_port, date, frontend, bind, why = failure.groups()
        return {
            **_start(client, from_port, date, frontend),
            "bind": bind,
            "severity_number": severity.number("warning"),
            "message": why,
        }
    match = _TRAFFIC.match(text)
    if match is None:
        return None
    client, from_port, date, frontend, tls, rest = match.groups()
    row = {**_start(client, from_port, date, frontend), "tls": tls is not None}
    http = _HTTP.fullmatch(rest)
    if http is not None:
        backend, server, asked, waited, connected, answered, total, status, size, cookie, answer_cookie, state = (
            http.groups()[:12]
        )
        code = whole(status)
        row |= {
            "severity_number": severity.of_status(code) if code else severity.number("warning"),
            "backend": backend,
            "server": None if server == "<NOSRV>" else server,
            "request_s": seconds(asked, unit="ms"),
            "queue_s": seconds(waited, unit="ms"),
            "connect_s": seconds(connected, unit="ms"),
            "response_s": seconds(answered, unit="ms"),
            "duration_s": seconds(total, unit="ms"),
            "status": code,
            "bytes": whole(size),
            "request_cookie": given(cookie),
            "response_cookie": given(answer_cookie),
            "termination_state": state,
            **_counts(http.groups()[12:19]),
            **request(http[22]),
        }
        # One group of braces are the request's headers; without captures there are none.
        for name, captured in (("request_headers", http[20]), ("response_headers", http[21])):
            if captured:
                row[name] = captured
        if http[23]:
            row["extra"] = http[23]
        return row
    tcp = _TCP.fullmatch(rest)
    if tcp is not None:
        backend, server, waited, connected, total, size, state = tcp.groups()[:7]
        return (
            row
            | {
                "backend": backend,
                "server": None if server == "<NOSRV>" else server,
                "queue_s": seconds(waited, unit="ms"),
                "connect_s": seconds(connected, unit="ms"),
                "duration_s": seconds(total, unit="ms"),
                "bytes": whole(size),
                "termination_state": state,
                "severity_number": severity.number("info" if state == "--" else "warning"),
                **_counts(tcp.groups()[7:14]),
                "message": text,
            }
            | ({"extra": tcp[15]} if tcp[15] else {})
        )
    return None


def _start(client: str, port: str | None, date: str, frontend: str) -> Row:
    return {
        "time": clock.common(date),
        "client": client,
        "client_port": None if port is None else int(port),
        "frontend": frontend,
    }


def _counts(values: tuple[str | None, ...]) -> Row:
    names = ("active_connections", "frontend_connections", "backend_connections", "server_connections", "retries")
    return dict(zip((*names, "server_queue", "backend_queue"), (whole(v) for v in values), strict=True))


def _with_year(time: Yearless, context: Context) -> Yearless | Stamp | None:
    """The head's stamp with the year of the accept dates, where the first records have one."""
    if "haproxy_year" not in context.memory:
        match = _YEAR.search(context.head)
        context.memory["haproxy_year"] = None if match is None else (int(match[1]), time.month)
    known = context.memory["haproxy_year"]
    if known is None:
        return time
    year, month = known
    if time.month - month < -6:
        year += 1
    context.memory["haproxy_year"] = (year, time.month)
    return time.in_year(year)


FORMAT = Format(
    name="haproxy",
    title="HAProxy",
    reference="https://docs.haproxy.org/3.0/configuration.html#8.2 (formats), #8.4 (timing), #8.5 (termination)",
    sample=(
        "Jan  2 10:00:01 made-up haproxy[7]: 192.0.2.1:5000 [02/Jan/2026:10:00:00.250] web~ app/app1 1/0/2/30/33 200 "
        '12 - - ---- 1/1/0/0/0 0/0 {made.up} {} "GET / HTTP/1.1"\n'
        "Jan  2 10:00:02 made-up haproxy[7]: 192.0.2.1:5001 [02/Jan/2026:10:00:02.000] sql sql/db1 0/-1/5000 0 SC "
        "1/1/0/0/3 0/0\n"
    ),
    recognise=by_lines(rf"{_HEAD}|{_OWN}|{_BARE}", strength=0.97, why="HAProxy's lines"),
    lines=Lines(parse),
    zone_rule="local",
)
