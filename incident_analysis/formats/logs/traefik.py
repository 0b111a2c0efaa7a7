"""Traefik's access log as JSON: `{"ClientAddr":…,"DownstreamStatus":200,"Duration":357313,…,"StartUTC":…}`.

Durations are nanoseconds. `StartUTC` (nanoseconds) is when the request began, `time` (seconds) when the line was
written; the first is the record's time. `OriginStatus` 0 means that no server answered. Its access log in the common
format is read by `access`. Fields can be dropped by its configuration: then `time` is what is left. What Traefik says
of itself, as JSON in the same stream, is read with its level and message.
"""

from __future__ import annotations

import json
from typing import Any

from incident_analysis import clock, severity
from incident_analysis.format import Context, Format, Lines, Row, by_lines, flat
from incident_analysis.formats.objects import adopt

_NAMES = {
    "DownstreamContentSize": "bytes",
    "ClientHost": "client",
    "RequestMethod": "method",
    "RequestPath": "path",
    "RequestProtocol": "protocol",
    "RequestScheme": "scheme",
    "RequestHost": "request_host",
    "ClientUsername": "user",
    "ServiceName": "service",
    "RouterName": "router",
    "ServiceAddr": "upstream",
    "RetryAttempts": "retries",
    "RequestContentSize": "request_bytes",
    "OriginContentSize": "upstream_bytes",
    "entryPointName": "entry_point",
    "TLSVersion": "tls_version",
    "TLSCipher": "tls_cipher",
    "request_User-Agent": "user_agent",
    "request_Referer": "referer",
    "request_X-Request-Id": "request_id",
    "TraceId": "trace_id",
    "SpanId": "span_id",
}
_TIMES = {"Duration": "duration_s", "OriginDuration": "upstream_duration_s", "Overhead": "overhead_s"}
_READ = {*_NAMES, *_TIMES, "DownstreamStatus", "OriginStatus", "StartUTC", "level", "msg"}
_LINE = (
    r'\{(?=[^\n]*"RequestMethod":)(?=[^\n]*"(?:DownstreamStatus|OriginStatus)":)'
    r'[^\n]*"(?:StartUTC|RouterName|ServiceName|Duration|RequestProtocol)":'
)


def parse(text: str, context: Context) -> Row | None:
    """A record's fields: those of access logs, `router`, `upstream`, `overhead_s`, `entry_point` and more."""
    value = json.loads(text)
    if not isinstance(value, dict):
        return None
    if "RequestMethod" not in value:
        return _own(value)
    time = clock.iso(str(value.get("StartUTC") or value.get("StartLocal") or value.get("time") or ""))
    row: Row = {"time": time, "severity_text": value.get("level")}
    for name, column in _NAMES.items():
        given = value.get(name)
        row[column] = None if given in ("-", "") else given
    # Behind proxies the host is their chain: the first is who asked.
    chain = str(row["client"] or "").split(",")
    if len(chain) > 1:
        row |= {"client": chain[0].strip(), "forwarded_by": ",".join(chain[1:]).strip()}
    for name, column in _TIMES.items():
        given = value.get(name)
        row[column] = given / 1e9 if isinstance(given, (int, float)) and given >= 0 else None
    status, origin = value.get("DownstreamStatus"), value.get("OriginStatus")
    row["status"] = status if isinstance(status, int) and status > 0 else None
    row["upstream_status"] = origin if isinstance(origin, int) and origin > 0 else None
    if row["status"] is not None:
        row["severity_number"] = severity.of_status(row["status"])
    line = " ".join(str(row[name]) for name in ("method", "path", "protocol") if row[name])
    row["message"] = value.get("msg") or line
    # Headers and fields that were asked for in its configuration, under their own names.
    row |= {k: v for k, v in flat({k: v for k, v in value.items() if k not in _READ}).items() if k not in row}
    return row


def _own(value: dict[str, Any]) -> Row | None:
    """What it says of itself: logrus' keys up to version 2, zerolog's since 3."""
    name = "msg" if "msg" in value else "message"
    time = clock.iso(str(value.get("time") or ""))
    if time is None or "level" not in value or name not in value:
        return None
    rest = flat({k: v for k, v in value.items() if k not in ("time", "level", name)})
    return adopt({"time": time, "severity_text": value["level"], "message": str(value[name])}, rest)


FORMAT = Format(
    name="traefik",
    title="Traefik access log (JSON)",
    reference="https://doc.traefik.io/traefik/observability/access-logs/",
    sample=(
        '{"ClientHost":"192.0.2.1","DownstreamContentSize":12,"DownstreamStatus":200,"Duration":250000,"OriginStatus":200,'
        '"RequestMethod":"GET","RequestPath":"/","RequestProtocol":"HTTP/1.1","RouterName":"made@up",'
        '"StartUTC":"2026-01-02T10:00:00.000000001Z","level":"info","msg":"","time":"2026-01-02T10:00:00Z"}\n'
    ),
    recognise=by_lines(_LINE, strength=0.95, why="Traefik's keys", least=0.3),
    lines=Lines(parse),
)
