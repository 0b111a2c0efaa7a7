"""Kubernetes events as JSON: `kubectl get events -o json` (a List), one Event after another (`--watch`), or one a line.

Event exporters leave the kind out, and eventrouter puts each event into an object with a `verb`: read as well.

No sample was at hand: from the documentation of v1 and events.k8s.io/v1. Where an event happened again it is one
record with a `count`: the time is that of the last occurrence, `first_seen` that of the first. `lastTimestamp` may be
null with `eventTime` set, and the reverse. Events are kept for an hour by default: what is missing before is no
evidence of silence.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from incident_analysis import clock
from incident_analysis.clock import Stamp
from incident_analysis.format import Context, Format, Item, Match, Row, json_document
from incident_analysis.formats import objects
from incident_analysis.patterns import pattern

_KEYS = json_document("reason", strength=0.95, why="events of Kubernetes")
_EVENT = pattern(rb'"kind"\s*:\s*"(?:Event|EventList|List)"')
_OBJECT = pattern(rb'"(?:involvedObject|regarding)"\s*:')
_TIMES = pattern(rb'"(?:lastTimestamp|eventTime)"\s*:')
#: Other services that hold such events.
_OTHERS = pattern(rb'"(?:logName|insertId|_source|_index|resourceLogs|logEvents|@timestamp)"\s*:')


def read(text: str, context: Context) -> Iterator[Item]:
    """Event by event."""
    if objects.told(text, "continue") or objects.told(text, "remainingItemCount"):
        context.warn("the list goes on at the server (continue): it may be truncated")
    count = 0
    for value, start, end in objects.records(text, "items"):
        # `--watch --output-watch-events` wraps each.
        inner = value.get("object", value.get("event", value)) if isinstance(value, dict) else value
        count += 1
        yield Item(_row(inner), start, end)
    objects.at_limit(count, context, limits=frozenset({500, 1000, 5000, 10_000}))


def _row(value: Any) -> Row | None:
    about = _part(value, "involvedObject", "regarding") if isinstance(value, dict) else {}
    if not about:
        return None
    meta = _part(value, "metadata")
    source = _part(value, "source", "deprecatedSource")
    series = _part(value, "series")
    first = _first(value.get("firstTimestamp"), value.get("deprecatedFirstTimestamp"), value.get("eventTime"))
    time = _first(
        series.get("lastObservedTime"),
        value.get("lastTimestamp"),
        value.get("deprecatedLastTimestamp"),
        value.get("eventTime"),
        value.get("firstTimestamp"),
        meta.get("creationTimestamp"),
    )
    count = series.get("count") or value.get("count") or value.get("deprecatedCount")
    row: Row = {
        "time": time,
        "severity_text": value.get("type"),
        "service": source.get("component") or value.get("reportingComponent") or value.get("reportingController"),
        "host": source.get("host") or None,
        "message": value.get("message") or value.get("note") or "",
        "reason": value.get("reason"),
        "count": count if isinstance(count, int) else None,
        "first_seen": None if first is None else _text(first),
        "kind": about.get("kind"),
        "namespace": about.get("namespace") or meta.get("namespace"),
        "name": about.get("name"),
        "field_path": about.get("fieldPath"),
        "action": value.get("action") or None,
        "reporting_instance": value.get("reportingInstance") or None,
        "uid": meta.get("uid"),
    }
    return row


def _part(value: dict[str, Any], *names: str) -> dict[str, Any]:
    for name in names:
        found = value.get(name)
        if isinstance(found, dict):
            return found
    return {}


def _first(*stamps: Any) -> Stamp | None:
    for stamp in stamps:
        found = clock.iso(stamp) if isinstance(stamp, str) else None
        if found is not None and found.ns > clock.NEVER_BEFORE:
            return found
    return None


def _text(stamp: Stamp) -> str:
    import pandas as pd

    return f"{pd.Timestamp(stamp.ns, tz='UTC').isoformat().removesuffix('+00:00')}Z"


def recognise(head: bytes) -> Match | None:
    """By the kind and the object that an event is about."""
    if _OBJECT.search(head) is None or b"audit.k8s.io/" in head or _OTHERS.search(head) is not None:
        return None
    if _EVENT.search(head) is None and _TIMES.search(head) is None:
        return None
    return _KEYS(head)


FORMAT = Format(
    name="kube_events",
    title="Kubernetes events (JSON)",
    reference="https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/ (no sample at hand)",
    sample=(
        '{"apiVersion":"v1","kind":"List","items":[\n'
        '{"kind":"Event","involvedObject":{"kind":"Pod","name":"made-up","namespace":"made"},"type":"Warning","count":3,'
        '"reason":"BackOff","message":"Back-off","firstTimestamp":"2026-01-02T10:00:00Z",'
        '"lastTimestamp":"2026-01-02T10:05:00Z","source":{"component":"kubelet","host":"node-1"}}]}\n'
    ),
    recognise=recognise,
    read=read,
)
