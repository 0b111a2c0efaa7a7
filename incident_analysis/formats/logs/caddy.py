"""Caddy's logs as JSON: requests (`http.log.access`) and what the server says of itself.

`ts` is seconds since 1970 with a fraction, or text where `time_format` says so; `duration` is seconds, nanoseconds or
text ("1.2ms") by `duration_format`. The access records hold the request nested, headers as lists.
"""

from __future__ import annotations

import json
from typing import Any

from incident_analysis import clock, severity
from incident_analysis.format import Context, Format, Lines, Match, Row, flat, head_lines
from incident_analysis.formats.http import PER_SECOND
from incident_analysis.patterns import pattern

_KNOWN = {"level", "ts", "msg", "request", "duration", "size", "status", "bytes_read", "user_id"}
#: Of a request; its headers stay as they are, beside the three that have columns.
_ASKED = {"method", "uri", "proto", "host", "client_ip"}
_LINE = pattern(rb'\{"level":"[a-zA-Z]+","ts":')
#: What tells Caddy from other programs that log with zap.
_OWN = pattern(
    rb'"logger":"(?:http(?:\.\w+)*|tls(?:\.\w+)*|admin(?:\.\w+)*|pki(?:\.\w+)*|caddy\.[\w.]+)"|"adapter":"caddyfile"'
    rb'|"msg":"handled request","request":\{'
)
_DURATION = pattern(r"(\d+(?:\.\d+)?)(h|ms|m|s|us|µs|μs|ns)")


def parse(text: str, context: Context) -> Row | None:
    """A record's fields: `logger`, and of requests those of access logs; others' fields as they are named."""
    value = json.loads(text)
    if not isinstance(value, dict) or "msg" not in value:
        return None
    stamp = value.get("ts")
    time = clock.iso(stamp) or clock.common(stamp) if isinstance(stamp, str) else None
    row: Row = {
        "time": time or clock.epoch(stamp) if isinstance(stamp, (str, int, float)) else None,
        "severity_text": value.get("level"),
        "message": value["msg"],
    }
    asked = value.get("request")
    known = _KNOWN if isinstance(asked, dict) else {"level", "ts", "msg"}
    row |= {k: v for k, v in flat({k: v for k, v in value.items() if k not in known}).items() if k not in row}
    if not isinstance(asked, dict):
        return row
    row |= {
        "method": asked.get("method"),
        "path": asked.get("uri"),
        "protocol": asked.get("proto"),
        "request_host": asked.get("host"),
        "client": asked.get("client_ip") or asked.get("remote_ip") or _address(asked.get("remote_addr")),
        "user_agent": _header(asked, "User-Agent"),
        "referer": _header(asked, "Referer"),
        "request_id": _header(asked, "X-Request-Id"),
        "user": value.get("user_id") or None,
        "status": value.get("status") or None,
        "bytes": value.get("size"),
        "request_bytes": value.get("bytes_read"),
        "duration_s": _duration(value.get("duration")),
    }
    rest = {k: v for k, v in asked.items() if k not in _ASKED}
    row |= {k: v for k, v in flat({"request": rest}).items() if k not in row}
    if isinstance(row["status"], int):
        row["severity_number"] = severity.of_status(row["status"])
    if value["msg"] == "handled request":
        row["message"] = " ".join(str(row[name]) for name in ("method", "path", "protocol") if row[name])
    return row


def _address(text: Any) -> str | None:
    return str(text).rsplit(":", 1)[0].strip("[]") if text else None


def _header(asked: dict[str, Any], name: str) -> str | None:
    headers = asked.get("headers")
    value = headers.get(name) if isinstance(headers, dict) else None
    return ", ".join(map(str, value)) if isinstance(value, list) else value


def _duration(value: Any) -> float | None:
    if isinstance(value, str):
        found = _DURATION.findall(value)
        if not found or "".join(n + u for n, u in found) != value:
            return None
        scale = {"h": 3600.0, "m": 60.0}
        return sum(
            float(n) * scale[u] if u in scale else float(n) / PER_SECOND[u.replace("µ", "u").replace("μ", "u")]
            for n, u in found
        )
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value < 0:
        return None
    # Whole and large: no request takes a day, so these are nanoseconds.
    return value / 1e9 if isinstance(value, int) and value > 86_400 else float(value)


def recognise(head: bytes) -> Match | None:
    """By zap's keys, and something that only Caddy says."""
    lines = head_lines(head)
    hits = sum(_LINE.match(line) is not None for line in lines)
    own = sum(_OWN.search(line) is not None for line in lines)
    if not own or hits * 2 < len(lines):
        return None
    return Match(0.95 * (0.5 + 0.5 * hits / len(lines)), f"{own} of the first {len(lines)} lines: Caddy's own fields")


FORMAT = Format(
    name="caddy",
    title="Caddy (JSON)",
    reference="https://caddyserver.com/docs/logging, https://caddyserver.com/docs/caddyfile/directives/log",
    sample=(
        '{"level":"info","ts":1767348000.25,"logger":"admin","msg":"admin endpoint started"}\n'
        '{"level":"error","ts":1767348001.5,"logger":"http.log.access","msg":"handled request","request":{"remote_ip":'
        '"192.0.2.1","proto":"HTTP/2.0","method":"GET","host":"made.up","uri":"/","headers":{}},"duration":0.25,'
        '"size":12,"status":502}\n'
    ),
    recognise=recognise,
    lines=Lines(parse),
)
