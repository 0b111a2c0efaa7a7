"""OpenStack services (oslo.log): `[file ]2026-01-02 10:00:00.123 4711 LEVEL module [req-… user project - - -] message`.

Requests of nova's and other API servers carry method, path, status, bytes and seconds in their message. Collections
such as loghub's put the name of the log file before the stamp. Hazards: the wall clock is the host's, without a zone.
Tracebacks have a full head on each of their lines: each is a record. Reference:
https://docs.openstack.org/oslo.log/latest/configuration/index.html (logging_context_format_string).
"""

from __future__ import annotations

import re

from incident_analysis import clock
from incident_analysis.format import Context, Format, Lines, Row, by_lines
from incident_analysis.patterns import pattern

_LEVEL = r"(?:TRACE|DEBUG|INFO|AUDIT|WARNING|WARN|ERROR|CRITICAL)"
_START = rf"(?:[\w.:\-]+\.log\S* )?\d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{{3}} \d+ {_LEVEL} \S+ "
_HEAD = pattern(
    rf"(?:(\S+) )?(\d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{{3}}) (\d+) ({_LEVEL}) (\S+) (?:\[([^\]]*)\] )?(.*)", re.DOTALL
)
_REQUEST = pattern(
    r'(?<!\S)(\S{1,100}) "([A-Z]+) (\S+) (HTTP/[\d.]+)" '
    r"status: (\d{3})\s+len: (\d+)(?: microversion: \S+)? time: ([\d.]+)"
)


def parse(text: str, context: Context) -> Row | None:
    """A record's fields: `logger`, `pid`, `request_id`, `user`, `project`, `file`; those of a request where it
    is one.
    """
    match = _HEAD.match(text)
    if match is None:
        return None
    file, stamp, pid, level, logger, request, message = match.groups()
    row: Row = {
        "time": clock.iso(stamp),
        "severity_text": level,
        "message": message,
        "logger": logger,
        "service": file.split(".log", 1)[0] if file else None,
        "pid": int(pid),
        "file": file,
    }
    ids = [None if part == "-" else part for part in (request or "").split()]
    if len(ids) > 1 and (ids[1] or "").startswith("req-"):
        # Since 2023 the id of the request that led to this one stands first: `None` where there is none.
        row["global_request_id"] = None if ids[0] == "None" else ids[0]
        ids = ids[1:]
    for name, value in zip(("request_id", "user", "project"), ids, strict=False):
        row[name] = value
    if (http := _REQUEST.search(message)) is not None:
        client, method, path, protocol, status, size, seconds = http.groups()
        row |= {
            "client": client,
            "method": method,
            "path": path,
            "protocol": protocol,
            "status": int(status),
            "bytes": int(size),
            "duration_s": float(seconds),
        }
    return row


FORMAT = Format(
    name="oslo_log",
    title="OpenStack services (oslo.log)",
    reference="https://docs.openstack.org/oslo.log/latest/configuration/index.html",
    sample="2026-01-02 10:00:00.000 4711 INFO made.up.api [req-1 - - - - -] started\n"
    "2026-01-02 10:00:01.000 4711 ERROR made.up.api [req-2 - - - - -] lost\n",
    recognise=by_lines(_START, strength=0.95, why="heads of oslo.log", least=0.15, spans=True),
    lines=Lines(parse, start=pattern(_START.encode())),
    zone_rule="local",
)
