"""Cloudflare Logpush: one object a line, of any of its data sets (HTTP requests first).

Times are RFC 3339, nanoseconds or seconds since 1970, as the job was set: told by their size. A status of 0 means
that there was none. `OriginResponseDurationMs` is milliseconds; the older `OriginResponseTime` nanoseconds.
"""

from __future__ import annotations

import json
from typing import Any

from incident_analysis import severity
from incident_analysis.format import Context, Format, Lines, Match, Row, flat, head_lines
from incident_analysis.formats.objects import adopt, pick, real, text_of, utc, whole, without
from incident_analysis.patterns import pattern

_TIMES = (
    "EdgeStartTimestamp", "Datetime", "Timestamp", "EventTimestampMs", "When", "EventTimestamp", "QueryTimestamp",
    "ConnectTimestamp", "SessionStartTime", "CreatedAt", "DetectedTimestamp",
)  # fmt: skip
_TAKEN = (
    "EdgeStartTimestamp ClientRequestMethod ClientRequestURI EdgeResponseStatus OriginResponseStatus EdgeResponseBytes "
    "ClientIP ClientRequestUserAgent ClientRequestReferer ClientRequestProtocol RayID"
).split()


def parse(text: str, context: Context) -> Row | None:
    """A record's fields; those of the data set keep their names."""
    given: Any = json.loads(text)
    if not isinstance(given, dict):
        return None
    when, end = utc(pick(given, *_TIMES)), utc(pick(given, "EdgeEndTimestamp"))
    # Workers have the request inside of the event, Gateway has names of its own.
    method = pick(given, "ClientRequestMethod", "HTTPMethod", "Event.Request.Method")
    path = pick(given, "ClientRequestURI", "ClientRequestPath")
    status = whole(pick(given, "EdgeResponseStatus", "HTTPStatusCode", "Event.Response.Status")) or None
    host = pick(given, "ClientRequestHost", "Host", "HTTPHost", "QueryName")
    address = pick(given, "URL", "Event.Request.URL") if path is None else None
    waited, older = real(pick(given, "OriginResponseDurationMs")), real(pick(given, "OriginResponseTime"))
    origin = whole(pick(given, "OriginResponseStatus")) or None
    if when is None and "RayID" not in given:
        return None
    outcome = pick(given, "Outcome")
    event = pick(given, "Event")
    done = pick(given, "Action", "ActionType") or (event if isinstance(event, str) else None) or outcome
    message = " ".join(str(part) for part in (done, method) if part)
    message = f"{message} {address or f'{host or str()}{path or str()}'} {status or ''}".strip() or text_of(given) or ""
    level = pick(given, "Level", "ScriptLevel")
    number = None if status is None else severity.of_status(status)
    if isinstance(outcome, str) and outcome not in ("ok", "canceled", "unknown"):
        # Of a Worker: exception, exceededCpu, exceededMemory and the like, whatever was answered.
        number = severity.number("error")
    row: Row = {
        "time": when,
        "severity_number": number,
        "severity_text": level or "",
        "service": pick(given, "ScriptName") or host or pick(given, "ZoneName"),
        "message": message,
        "method": method,
        "path": path or address,
        "status": status,
        "upstream_status": origin,
        "bytes": whole(pick(given, "EdgeResponseBytes")),
        "duration_s": (end.ns - when.ns) / 1e9 if when and end and end.ns >= when.ns else None,
        # No origin was asked where it has no status.
        "upstream_duration_s": None if not origin else waited / 1e3 if waited else older / 1e9 if older else None,
        "client": pick(given, "ClientIP", "IPAddress", "ActorIP", "SourceIP", "SrcIP"),
        "user_agent": pick(given, "ClientRequestUserAgent", "UserAgent"),
        "referer": pick(given, "ClientRequestReferer"),
        "protocol": pick(given, "ClientRequestProtocol"),
        "request_id": pick(given, "RayID"),
    }
    return adopt({k: v for k, v in row.items() if v is not None}, flat(without(given, *_TAKEN)))


_KEY = pattern(
    rb'"(RayID|EdgeStartTimestamp|EdgeResponseStatus|ClientRequestHost|OriginResponseStatus|EdgeEndTimestamp|ClientASN|'
    rb"ClientIP|ClientCountry|Datetime|EventTimestampMs|ScriptName|QueryName|QueryType|ResponseCode|SourceIP|ActorEmail|"
    rb"ActorIP|ActorType|ActionType|ActionResult|ResourceType|AppUUID|AppDomain|UserUID|Allowed|PostureCheckName|DeviceID|"
    rb"PostureEvaluatedResult|FindingTypeID|AssetExternalID|DetectedTimestamp|ColoCode|ColoID|EdgeColoCode|Application|"
    rb'EDNSSubnet|OwnerID)"\s*:'
)
_GATEWAY = pattern(rb'"(HTTPHost|HTTPMethod|HTTPStatusCode|DeviceID|PolicyID)"\s*:')


def _known(line: bytes) -> int:
    keys = {m[1] for m in _KEY.finditer(line)}
    # Gateway's names are those of many others too.
    return len(keys | {m[1] for m in _GATEWAY.finditer(line)} if b"Datetime" in keys else keys)


def recognise(head: bytes) -> Match | None:
    """By the keys of each line."""
    lines = head_lines(head)
    hits = sum(line[:1] == b"{" and _known(line) >= 3 for line in lines)
    if not hits or hits * 2 < len(lines):
        return None
    return Match(0.85 + 0.09 * hits / len(lines), "objects with the keys of Logpush")


FORMAT = Format(
    name="cloudflare_logpush",
    title="Cloudflare Logpush",
    reference="https://developers.cloudflare.com/logs/logpush/logpush-job/datasets/",
    sample='{"ClientIP":"192.0.2.7","ClientRequestHost":"made-up.example","ClientRequestMethod":"GET",'
    '"ClientRequestURI":"/","EdgeResponseStatus":502,"EdgeStartTimestamp":1767348000000000001,"RayID":"made-up"}\n',
    recognise=recognise,
    lines=Lines(parse),
)
