"""nginx's error log: `2026/01/02 10:00:00 [error] 7#7: *42 text, client: …, server: …`.

Written by nginx and what is built on it (OpenResty, ingress-nginx). The clock is the server's own and carries no zone.
What it says on its terminal before the log is open (`nginx: [emerg] text`) has no time. The tail of `key: value` pairs
is read from behind, for the text before it may hold commas and colons of its own.
"""

from __future__ import annotations

import re

from incident_analysis import clock, severity
from incident_analysis.format import Context, Format, Lines, Row, by_lines
from incident_analysis.formats.http import given, request
from incident_analysis.patterns import pattern

START = r"\d{4}/\d\d/\d\d \d\d:\d\d:\d\d(?:\.\d+)? \[[a-z]+\] \d+#\d+:"
_HEAD = pattern(r"(\d{4}/\d\d/\d\d \d\d:\d\d:\d\d(?:\.\d+)?) \[([a-z]+)\] (\d+)#(\d+):(?: \*(\d+))? ?(.*)", re.DOTALL)
_SAID = pattern(r"nginx: (?:\[([a-z]+)\] )?(.*)", re.DOTALL)
_KEYS = "client|server|request|subrequest|upstream|host|referrer|login|bytes from/to client|bytes from/to upstream"
_PAIR = pattern(rf', ({_KEYS}): ("(?:[^"\\]|\\.)*"|[^,"]*(?:, [^,":]*)*?)$', re.DOTALL)
_PLACES = {"referrer": "referer", "server": "server_name", "host": "request_host"}


def parse(text: str, context: Context) -> Row | None:
    """A record's fields: `pid`, `thread`, `connection`, `client`, `server_name`, `upstream` and more."""
    match = _HEAD.match(text)
    if match is None:
        said = _SAID.match(text)
        if said is None:
            return None
        return {"time": None, "severity_text": said[1], "severity_number": severity.number(said[1]), "message": said[2]}
    stamp, level, pid, thread, connection, rest = match.groups()
    time = clock.iso(stamp)
    if time is None:
        return None
    row: Row = {
        "time": time,
        "severity_text": level,
        "severity_number": severity.number(level),
        "message": rest,
        "pid": int(pid),
        "thread": int(thread),
    }
    if connection is not None:
        row["connection"] = int(connection)
    while (pair := _PAIR.search(rest)) is not None:
        key, value = pair[1], pair[2]
        rest = rest[: pair.start()]
        value = value[1:-1] if value[:1] == '"' else value
        if key == "request":
            row |= {k: v for k, v in request(value).items() if k != "message"}
        elif given(value) is not None:
            row[_PLACES.get(key, re.sub(r"\W+", "_", key))] = value
    return row


FORMAT = Format(
    name="nginx_error",
    title="nginx error log",
    reference="https://nginx.org/en/docs/ngx_core_module.html#error_log; ngx_log_error_core in src/core/ngx_log.c",
    sample=(
        "2026/01/02 10:00:00 [notice] 7#7: signal process started\n"
        "2026/01/02 10:00:01 [error] 7#7: *42 connect() failed (111: Connection refused), client: 192.0.2.1, "
        'server: _, request: "GET /made-up HTTP/1.1", upstream: "http://198.51.100.7:80/", host: "made.up"\n'
    ),
    recognise=by_lines(START, strength=0.95, why="nginx error heads"),
    lines=Lines(parse, start=pattern(rf"{START}|nginx: ".encode())),
    zone_rule="local",
)
