"""Azure resource logs and the activity log: one event a line, or `records` in a list.

Resource logs have `time` or `timeStamp`, `resourceId`, `category`, `operationName` and `properties`; the activity log
`eventTimestamp` (SDKs for Python: `event_timestamp`). All times are UTC or carry an offset. Application Gateway's
`timeTaken` is seconds; App Service's `TimeTaken` milliseconds.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from incident_analysis import severity
from incident_analysis.format import Context, Format, Item, Match, Row
from incident_analysis.formats.objects import (
    adopt,
    at_limit,
    attempt,
    pick,
    real,
    records,
    text_of,
    utc,
    whole,
    without,
)
from incident_analysis.patterns import pattern

_TIMES = ("time", "timeStamp", "eventTimestamp", "event_timestamp", "timestamp", "TimeGenerated")
_TAKEN = (*_TIMES, "level", "properties", "claims", "authorization", "category", "resourceId", "resource_id")
_COUNTED = {"1": "critical", "2": "error", "3": "warning", "4": "informational", "5": "verbose"}


def _name(value: Any) -> Any:
    # Names come with their translation.
    return pick(value, "value", "localizedValue", "localized_value") if isinstance(value, dict) else value


def row_of(event: dict[str, Any]) -> Row | None:
    """A row from an event."""
    when = utc(pick(event, *_TIMES))
    resource = pick(event, "resourceId", "resource_id", "ResourceId")
    if when is None and resource is None:
        return None
    given = pick(event, "properties")
    if isinstance(given, str):
        try:
            # AKS and some others wrap the properties as a text.
            given = json.loads(given)
        except ValueError:
            given = {"text": given}
    inside = given if isinstance(given, dict) else {}
    operation = _name(pick(event, "operationName", "operation_name"))
    outcome = _name(pick(event, "status", "resultType", "ResultType"))
    # App Service writes the names of IIS, and milliseconds.
    method = pick(inside, "httpMethod", "CsMethod")
    status = whole(pick(inside, "httpStatus", "httpStatusCode", "ScStatus"))
    path = pick(inside, "originalRequestUriWithArgs", "requestUri", "CsUriStem")
    took = real(pick(inside, "TimeTaken"))
    message = pick(inside, "log", "message", "Message", "msg", "text") or pick(
        event, "resultDescription", "description"
    )
    if method is not None:
        message = f"{method} {path or '-'} {status if status is not None else '-'}"
    elif message is None or "eventCategory" in inside:
        message = " ".join(str(part) for part in (operation, outcome) if part) or text_of(given)
    level = pick(event, "level", "Level") or pick(inside, "level")
    row: Row = {
        "time": when,
        "severity_text": _COUNTED.get(str(level), "" if level is None else str(level)),
        "service": _name(pick(event, "resource_provider_name", "resourceProviderName"))
        or _name(pick(event, "category")),
        "host": pick(inside, "instanceId", "host", "pod", "ComputerName"),
        "message": text_of(message),
        "method": method,
        "path": path,
        "status": status,
        "bytes": whole(pick(inside, "sentBytes", "responseBytes", "ScBytes")),
        "duration_s": real(pick(inside, "timeTaken")) if took is None else took / 1e3,
        "client": pick(inside, "clientIP", "clientIp", "CIp")
        or pick(event, "callerIpAddress", "http_request.client_ip_address"),
        "user_agent": pick(inside, "userAgent", "UserAgent"),
        "protocol": pick(inside, "httpVersion"),
        "upstream_status": whole(pick(inside, "serverStatus")),
        "request_id": pick(inside, "transactionId"),
        "user": pick(event, "caller", "identity.authorization.evidence.principalId"),
        "category": _name(pick(event, "category")),
        "resource_id": resource,
        "properties": text_of(given),
        "claims": text_of(pick(event, "claims")),
        "authorization": text_of(pick(event, "authorization")),
    }
    if method is not None and status is not None and not row["severity_text"]:
        row["severity_number"] = severity.of_status(status)
    rest = {k: _name(v) if _name(v) is not None else v for k, v in without(event, *_TAKEN).items()}
    return adopt({k: v for k, v in row.items() if v is not None}, rest)


def read(text: str, context: Context) -> Iterator[Item]:
    """Events one a line, or of a list."""
    count = 0
    for event, start, end in records(text, "records", "value"):
        count += 1
        yield Item(attempt(row_of, event) if isinstance(event, dict) else None, start, end)
    at_limit(count, context)


_KEYS = pattern(
    rb'"(resourceId|resource_id|operationName|operation_name|category|event_data_id|eventDataId|properties)"\s*:'
)
_TIME = pattern(rb'"(?:time|timeStamp|eventTimestamp|event_timestamp)"\s*:')


def recognise(head: bytes) -> Match | None:
    """By the keys of an event and a resource's path."""
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if text[:1] not in (b"{", b"[") or not re.search(rb"/subscriptions/", text, re.IGNORECASE):
        return None
    keys = {m[1] for m in _KEYS.finditer(text)}
    if len(keys) < 3 or not _TIME.search(text) or b'"columns"' in text:
        return None
    return Match(0.9, "events with a resource's path of Azure")


FORMAT = Format(
    name="azure_resource",
    title="Azure resource and activity logs",
    reference="https://learn.microsoft.com/azure/azure-monitor/essentials/resource-logs-schema",
    sample='{"time": "2026-01-02T10:00:00Z", "resourceId": "/subscriptions/made-up/resourceGroups/made-up", '
    '"category": "made-up", "operationName": "made-up/read", "level": "Error", "properties": {"message": "lost"}}\n',
    recognise=recognise,
    read=read,
)
