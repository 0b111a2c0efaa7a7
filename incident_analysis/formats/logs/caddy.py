"""Caddy's logs as JSON or in its console form: requests (`http.log.access`) and what the server says of itself.

`ts` is seconds since 1970 with a fraction, or text where `time_format` says so; `duration` is seconds, nanoseconds or
text ("1.2ms") by `duration_format`. The access records hold the request nested, headers as lists. The console form
(`stamp<TAB>LEVEL<TAB>logger<TAB>message<TAB>{JSON}`) writes a wall clock, UTC unless `time_local` is set, which the
file does not tell.
"""

from __future__ import annotations

import json
import re
from typing import Any

from incident_analysis import clock, severity
from incident_analysis.format import Context, Format, Lines, Match, Row, flat, head_lines
from incident_analysis.formats.http import PER_SECOND
from incident_analysis.patterns import pattern

_KNOWN = {"level", "ts", "msg", "request", "duration", "size", "status", "bytes_read", "user_id"}
#: Of a request; its headers stay as they are, beside the three that have columns.
_ASKED = {"method", "uri", "proto", "host", "client_ip"}
_LINE = pattern(rb'\{"level":"[a-zA-Z]+","ts":')
_STAMP = r"\d{4}/\d\d/\d\d \d\d:\d\d:\d\d(?:\.\d+)?|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\S*|\d{10}\.\d+"
_LEVELS = "DEBUG|INFO|WARN|ERROR|PANIC|FATAL"
_CONSOLE = pattern(
    rf"({_STAMP})\t({_LEVELS})\t(?:([\w.]+)\t)?([^\t\n]*)(?:\t(\{{.*\}}))?(?:\n.*)?", re.DOTALL | re.IGNORECASE
)
_LINES = pattern(rf"(?:{_STAMP})\t(?i:{_LEVELS})\t".encode())
_OWN_LINES = pattern(
    rf"(?:{_STAMP})\t(?i:{_LEVELS})\t(?:(?:http|tls|admin|pki)(?:\.\w+)*\t|caddy\.[\w.]+\t|"
    r"(?:using (?:provided|adjacent|config)|serving initial configuration|adapted config))".encode()
)
#: What tells Caddy from other programs that log with zap.
_OWN = pattern(
    rb'"logger":"(?:http(?:\.\w+)*|tls(?:\.\w+)*|admin(?:\.\w+)*|pki(?:\.\w+)*|caddy\.[\w.]+)"|"adapter":"caddyfile"'
    rb'|"msg":"handled request","request":\{'
)
_DURATION = pattern(r"(\d+(?:\.\d+)?)(h|ms|m|s|us|µs|μs|ns)")


def parse(text: str, context: Context) -> Row | None:
    """A record's fields: `logger`, and of requests those of access logs; others' fields as they are named."""
    value = json.loads(text) if text[:1] == "{" else _console(text)
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


def _console(text: str) -> dict[str, Any] | None:
    """A line of the console form, as the object that the JSON form would be."""
    match = _CONSOLE.fullmatch(text)
    if match is None:
        return None
    stamp, level, logger, message, fields = match.groups()
    value = json.loads(fields) if fields else {}
    value |= {"ts": stamp, "level": level.lower(), "msg": message}
    return value | {"logger": logger} if logger else value


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
    hits = sum((_LINE.match(line) or _LINES.match(line)) is not None for line in lines)
    own = sum((_OWN.search(line) or _OWN_LINES.match(line)) is not None for line in lines)
    if not own or hits * 2 < len(lines):
        return None
    return Match(0.95 * (0.5 + 0.5 * hits / len(lines)), f"{own} of the first {len(lines)} lines: Caddy's own fields")


FORMAT = Format(
    name="caddy",
    title="Caddy (JSON, console)",
    reference="https://caddyserver.com/docs/logging, https://caddyserver.com/docs/caddyfile/directives/log",
    sample=(
        '{"level":"info","ts":1767348000.25,"logger":"admin","msg":"admin endpoint started"}\n'
        '{"level":"error","ts":1767348001.5,"logger":"http.log.access","msg":"handled request","request":{"remote_ip":'
        '"192.0.2.1","proto":"HTTP/2.0","method":"GET","host":"made.up","uri":"/","headers":{}},"duration":0.25,'
        '"size":12,"status":502}\n'
    ),
    recognise=recognise,
    lines=Lines(parse),
    zone_rule="local",
)
