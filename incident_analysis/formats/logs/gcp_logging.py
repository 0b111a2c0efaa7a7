"""Google Cloud Logging: entries as a list (gcloud, the API) or one a line (exports to storage), or YAML
documents (gcloud's way where no `--format` is given).

`timestamp` is the event's, `receiveTimestamp` the service's, both UTC with up to nine digits; times inside a payload
may have other offsets and are left as they are. Text payloads are read again by the format of the line that they
hold. `insertId` with the same time and log is one entry delivered again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from incident_analysis import severity, yaml_text
from incident_analysis.errors import InputError
from incident_analysis.format import Context, Format, Item, Match, Row
from incident_analysis.formats.objects import (
    Once,
    adopt,
    at_limit,
    attempt,
    pick,
    real,
    records,
    stamp,
    text_of,
    told,
    whole,
    without,
)
from incident_analysis.patterns import pattern

_TAKEN = (
    "timestamp receiveTimestamp severity textPayload jsonPayload protoPayload httpRequest resource labels insertId "
    "logName trace spanId operation sourceLocation"
).split()
_NAMES = ("container_name", "service_name", "function_name", "module_id", "job", "revision_name", "database_id")
_HOSTS = ("pod_name", "node_name", "instance_id", "hostname", "node_id")


def row_of(entry: dict[str, Any]) -> Row | None:
    """A row from a LogEntry."""
    labels = pick(entry, "resource.labels")
    proto, payload, request = pick(entry, "protoPayload"), pick(entry, "jsonPayload"), pick(entry, "httpRequest")
    log = str(entry.get("logName") or "").rsplit("/", 1)[-1].replace("%2F", "/")
    if not log and "insertId" not in entry and pick(entry, "timestamp", "receiveTimestamp") is None:
        return None
    status = whole(pick(request, "status"))
    method = pick(request, "requestMethod")
    message = pick(entry, "textPayload") or pick(payload, "message", "msg", "MESSAGE", "log", "textPayload")
    if message is None and proto is not None:
        said = [pick(proto, "methodName"), pick(proto, "resourceName", "resource"), pick(proto, "status.message")]
        message = " ".join(str(part) for part in said if part) or text_of(proto)
    if message is None and request is not None:
        message = f"{method or '-'} {pick(request, 'requestUrl') or '-'} {status or '-'}"
    latency = pick(request, "latency")
    row: Row = {
        "time": stamp(pick(entry, "timestamp")) or stamp(pick(entry, "receiveTimestamp")),
        "severity_text": pick(entry, "severity") or pick(payload, "severity", "level") or "",
        "service": pick(labels, *_NAMES) or pick(proto, "serviceName") or pick(labels, "app") or log,
        "host": pick(labels, *_HOSTS),
        "message": (text_of(message if message is not None else payload) or "").rstrip("\n"),
        "method": method,
        "path": pick(request, "requestUrl"),
        "status": status,
        "bytes": whole(pick(request, "responseSize")),
        "duration_s": real(str(latency).removesuffix("s")) if latency is not None else None,
        "client": pick(request, "remoteIp") or pick(proto, "requestMetadata.callerIp"),
        "user_agent": pick(request, "userAgent") or pick(proto, "requestMetadata.callerSuppliedUserAgent"),
        "referer": pick(request, "referer"),
        "protocol": pick(request, "protocol"),
        "user": pick(proto, "authenticationInfo.principalEmail"),
        "trace_id": str(pick(entry, "trace") or "").rsplit("/", 1)[-1] or None,
        "span_id": pick(entry, "spanId"),
        "log_name": entry.get("logName"),
        "insert_id": entry.get("insertId"),
        "receive_time": pick(entry, "receiveTimestamp"),
        "resource_type": pick(entry, "resource.type"),
        "resource_labels": text_of(labels),
        "labels": text_of(pick(entry, "labels")),
        "operation": text_of(pick(entry, "operation")),
        "source_location": text_of(pick(entry, "sourceLocation")),
        "json_payload": text_of(payload),
        "proto_payload": text_of(proto),
    }
    if status is not None and not row["severity_text"]:
        row["severity_number"] = severity.of_status(status)
    return adopt({k: v for k, v in row.items() if v is not None}, without(entry, *_TAKEN))


_YAML = pattern(
    rb"(?:---\r?\n)?(?:[A-Za-z]\w*:[^\n]*\n|[ -][^\n]*\n){0,400}?insertId: [^\n]+\n(?:[^\n]*\n){0,400}?logName: "
)


def _entries(text: str, context: Context) -> Iterator[tuple[Any, int, int]]:
    """Entries of JSON, or of the YAML that gcloud writes unless told otherwise: a document each."""
    if _YAML.match(text[:65_536].encode("utf-8", "replace")) is None:
        yield from records(text, "entries")
        return
    part: list[str] = []
    first = 1
    for number, line in enumerate([*text.split("\n"), "---"], 1):
        if line.rstrip("\r") != "---":
            part.append(line)
            continue
        if any(held.strip() for held in part):
            try:
                value = yaml_text.read("\n".join(part), where=context.source).value
            except InputError:
                value = None
            last = first + max(place for place, held in enumerate(part) if held.strip())
            yield value, first, last
        part, first = [], number + 1


def read(text: str, context: Context) -> Iterator[Item]:
    """Entries of a list, of the API's answer, or one a line."""
    count, ids = 0, Once()
    for entry, start, end in _entries(text, context):
        count += 1
        row = attempt(row_of, entry) if isinstance(entry, dict) else None
        if row is not None and row.get("insert_id"):
            ids.see(f"{row['insert_id']}|{row.get('time')}|{row.get('log_name')}")
        yield Item(row, start, end)
    ids.tell(context, "insertId and time")
    if re.match(r'\s*\{\s*"(?:entries|nextPageToken)"', text) and told(text, "nextPageToken"):
        context.warn("the answer has a nextPageToken: more pages follow, it may be truncated")
    at_limit(count, context)


_KEYS = tuple(pattern(rb'"' + key + rb'"\s*:') for key in (b"insertId", b"logName", b"receiveTimestamp", b"resource"))


def recognise(head: bytes) -> Match | None:
    """By the keys of a LogEntry."""
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if _YAML.match(text) is not None:
        return Match(0.9, "entries of Cloud Logging in YAML, as gcloud writes them")
    if text[:1] not in (b"{", b"[") or b'"logName"' not in text:
        return None
    found = sum(key.search(text) is not None for key in _KEYS)
    return Match(0.87 + 0.02 * found, "entries of Cloud Logging (logName, insertId)") if found >= 2 else None


FORMAT = Format(
    name="gcp_logging",
    title="Google Cloud Logging",
    reference="https://cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry",
    sample='[{"insertId": "made-up", "logName": "projects/made-up/logs/stdout", "severity": "ERROR", '
    '"resource": {"type": "k8s_container", "labels": {"container_name": "shop"}}, "textPayload": "lost", '
    '"timestamp": "2026-01-02T10:00:00.000000001Z", "receiveTimestamp": "2026-01-02T10:00:01Z"}]\n',
    recognise=recognise,
    read=read,
    inner="message",
)
