"""OpenTelemetry logs as JSON (`resourceLogs`): one batch a line (the collector's file exporter), or one document.

`timeUnixNano` is a text or a number; 0 or none means that the event's time is not known, and `observedTimeUnixNano`
stands in. Integers are texts, for they may be beyond 2^53. Severity numbers are OpenTelemetry's own; 0 is
unspecified.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from incident_analysis import clock
from incident_analysis.clock import Stamp
from incident_analysis.format import Context, Format, Item, Match, Row, json_document
from incident_analysis.formats.objects import adopt, attempt, records, text_of, whole

_NAMES = {"SEVERITY_NUMBER_" + name: n for n, name in enumerate(
    "TRACE TRACE2 TRACE3 TRACE4 DEBUG DEBUG2 DEBUG3 DEBUG4 INFO INFO2 INFO3 INFO4 WARN WARN2 WARN3 WARN4 ERROR ERROR2 "
    "ERROR3 ERROR4 FATAL FATAL2 FATAL3 FATAL4".split(), 1)}  # fmt: skip


def value_of(given: Any) -> Any:
    """An AnyValue as a plain one."""
    if not isinstance(given, dict):
        return given
    for name, value in given.items():
        kind = name.replace("_", "").lower()
        if kind == "intvalue":
            try:
                return int(value)
            except (ValueError, TypeError):
                return value
        if kind == "arrayvalue":
            return [value_of(v) for v in (value or {}).get("values", [])]
        if kind == "kvlistvalue":
            return attributes((value or {}).get("values"))
        if kind in ("stringvalue", "boolvalue", "doublevalue", "bytesvalue"):
            return value
    return None


def attributes(given: Any) -> dict[str, Any]:
    """A list of keys and values as an object."""
    pairs = given if isinstance(given, list) else []
    return {str(p["key"]): value_of(p.get("value")) for p in pairs if isinstance(p, dict) and "key" in p}


def _get(given: Any, name: str) -> Any:
    """A field by its JSON name, or by the name in the protocol's own spelling."""
    if not isinstance(given, dict):
        return None
    if name in given:
        return given[name]
    return given.get("".join("_" + c.lower() if c.isupper() else c for c in name))


def _nanos(value: Any) -> Stamp | None:
    return clock.epoch(value, unit="ns") if value not in (None, 0, "0", "") else None


def row_of(record: dict[str, Any], resource: dict[str, Any], scope: Any) -> Row:
    """A row from a LogRecord, its resource's attributes and its scope."""
    number = _get(record, "severityNumber")
    number = _NAMES.get(number, 0) if isinstance(number, str) and not number.isdigit() else whole(number)
    body = value_of(_get(record, "body"))
    own = attributes(_get(record, "attributes"))
    event = _get(record, "eventName") or own.get("event.name")
    if body in (None, ""):
        body = own.get("exception.message") or event
    row: Row = {
        "time": _nanos(_get(record, "timeUnixNano")) or _nanos(_get(record, "observedTimeUnixNano")),
        "severity_text": _get(record, "severityText") or "",
        "severity_number": number or None,
        "service": resource.get("service.name"),
        "host": resource.get("host.name") or resource.get("k8s.pod.name") or resource.get("host.id"),
        "message": text_of(body),
        "trace_id": _get(record, "traceId") or None,
        "span_id": _get(record, "spanId") or None,
        "flags": _get(record, "flags"),
        "scope": _get(scope, "name") or None,
        "event_name": event,
        "observed_time_ns": whole(_get(record, "observedTimeUnixNano")) or None,
    }
    made = adopt({k: v for k, v in row.items() if v is not None}, own)
    others = {k: v for k, v in resource.items() if k not in ("service.name", "host.name")}
    return adopt(made, {f"resource.{k}" if k in made else k: v for k, v in others.items()})


def read(text: str, context: Context) -> Iterator[Item]:
    """Records of all batches."""
    observed = 0
    for batch, start, end in records(text, "resourceLogs", "resource_logs"):
        rows = list(_of_batch(batch)) if isinstance(batch, dict) else []
        if not rows and not (isinstance(batch, dict) and (_get(batch, "scopeLogs") is not None or not batch)):
            yield Item(None, start, end)
            continue
        for row, timed in rows:
            observed += not timed
            yield Item(row, start, end)
    if observed:
        context.warn(
            f"{observed:,} records without a time of their own: the time at which they were observed stands in"
        )


def _of_batch(batch: dict[str, Any]) -> Iterator[tuple[Row | None, bool]]:
    resource = attributes(_get(_get(batch, "resource"), "attributes"))
    scopes = _get(batch, "scopeLogs") or _get(batch, "instrumentationLibraryLogs") or []
    for part in scopes if isinstance(scopes, list) else []:
        scope = _get(part, "scope") or _get(part, "instrumentationLibrary")
        found = _get(part, "logRecords") or _get(part, "logs") or []
        for record in found if isinstance(found, list) else []:
            if isinstance(record, dict):
                yield attempt(row_of, record, resource, scope), _nanos(_get(record, "timeUnixNano")) is not None
            else:
                yield None, True


_KEYS = json_document("resourceLogs", strength=0.97, why="resourceLogs of OpenTelemetry")
_OWN_SPELLING = json_document("resource_logs", strength=0.96, why="resource_logs of OpenTelemetry")


def recognise(head: bytes) -> Match | None:
    """By the key that holds the batches, in JSON's spelling or in the protocol's own."""
    return _KEYS(head) or _OWN_SPELLING(head)


FORMAT = Format(
    name="otlp",
    title="OpenTelemetry logs (OTLP JSON)",
    reference="https://opentelemetry.io/docs/specs/otel/protocol/file-exporter/",
    sample='{"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"made-up"}}]},'
    '"scopeLogs":[{"scope":{},"logRecords":[{"timeUnixNano":"1767348000000000001","severityNumber":17,'
    '"body":{"stringValue":"lost"}}]}]}]}\n',
    recognise=recognise,
    read=read,
    inner="message",
)
