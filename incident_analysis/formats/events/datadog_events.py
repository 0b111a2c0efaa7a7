"""Datadog: events (`GET /api/v2/events`, and `/api/v1/events`): alerts of monitors, deploys, whatever was posted.

Titles of monitors say "[Triggered]", "[Recovered]"; tags come twice in some pages and are kept once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from incident_analysis import clock
from incident_analysis.format import Context, Format, Item, Match, Row
from incident_analysis.formats import objects, told
from incident_analysis.formats.told import TIMELINE, Made
from incident_analysis.patterns import pattern

_TRIGGERED = pattern(r"\[(?:Re-)?(?:Triggered|Warn|Alert|No data)\b", re.IGNORECASE)
_RECOVERED = pattern(r"\[Recovered\b", re.IGNORECASE)
_DEPLOY = pattern(r"\bdeploy(?:ed|ment)?\b|\brelease[ds]?\b|\brollback\b", re.IGNORECASE)


def make(record: dict[str, Any], context: Context) -> Made:
    """An event of either version."""
    outer = told.inside(record, "attributes")
    inner = told.inside(outer, "attributes")
    title = objects.pick(inner, "title") or record.get("title")
    message = outer.get("message") or record.get("text") or ""
    tags = list(dict.fromkeys(str(tag) for tag in outer.get("tags") or record.get("tags") or ()))
    status = objects.pick(inner, "status") or record.get("alert_type")
    name = record.get("id_str") or record.get("id") or objects.pick(inner, "evt.id")
    stamp = _time(outer, inner, record)
    monitor = objects.pick(inner, "monitor.id", "monitor_id") or record.get("monitor_id")
    group = objects.pick(inner, "aggregation_key", "monitor.group_key") or record.get("aggregation_key")
    head = str(title or "")
    by_tag = dict(tag.split(":", 1) for tag in tags if ":" in tag)
    service = objects.pick(inner, "service")
    row: Row = {
        "time": told.required(stamp),
        "time_stated": str(outer.get("timestamp") or record.get("date_happened") or ""),
        "kind": _kind(head, monitor, status, tags),
        "actor": "system",
        "automatic": True,
        "criticality": status,
        "service": service if service and service != "undefined" else by_tag.get("service"),
        "text": head or str(message)[:500],
        "note": str(message) if head and message else None,
        "source_id": str(name),
        # Alert and recovery of one monitor and group belong together.
        "incident_id": None if monitor is None else f"{monitor}/{group or ''}",
        "host": objects.pick(inner, "hostname") or record.get("host"),
        "priority": objects.pick(inner, "priority") or record.get("priority"),
        "origin": objects.pick(inner, "evt.type", "evt.source") or record.get("source") or by_tag.get("source"),
        "aggregation_key": group,
        "tags": tags,
    }
    if _RECOVERED.search(head) and monitor is not None:
        row["relation"] = "resolves"
    yield row, TIMELINE


def _time(outer: dict[str, Any], inner: dict[str, Any], record: dict[str, Any]) -> clock.Stamp | None:
    """Milliseconds of the event itself before the text, which is cut to seconds."""
    exact = objects.pick(inner, "timestamp")
    if isinstance(exact, int) and not isinstance(exact, bool):
        return clock.epoch(exact)
    return objects.stamp(outer.get("timestamp")) or objects.stamp(record.get("date_happened"))


def _kind(title: str, monitor: Any, status: Any, tags: list[str]) -> str:
    if _RECOVERED.search(title):
        return "signal"
    if _TRIGGERED.search(title) or (monitor is not None and status in ("error", "warn", "warning")):
        return "alert"
    if _DEPLOY.search(title) or any(re.match(r"(?:event_type|type|source):deploy", tag) for tag in tags):
        return "deploy"
    return "alert" if status in ("error", "critical", "emergency") else "signal"


def read(text: str, context: Context) -> Iterator[Item]:
    """Events of a page; a recovery is linked to the alert of its monitor before it."""
    every, broken = told.gathered(told.items(text, context, make, "data", "events"))
    for item in every:
        if item.row is not None and item.row.pop("relation", None):
            item.row["milestone"] = "resolved"
    for item in told.linked(every):
        if item.row is not None and item.row.get("milestone") == "resolved":
            # A monitor that recovers is not yet an incident that is resolved.
            item.row["milestone"] = ""
        yield item
    if broken is not None:
        raise broken
    told.pages(text, context, "next", "after")


def recognise(head: bytes) -> Match | None:
    """By the records' type, or the fields of the older version."""
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if text[:1] not in (b"{", b"["):
        return None
    if re.search(rb'"type"\s*:\s*"event"', text) and b'"attributes"' in text and b'"evt"' in text:
        return Match(0.96, "events of Datadog")
    if b'"date_happened"' in text and b'"title"' in text:
        return Match(0.95, "events of Datadog, version 1")
    return None


FORMAT = Format(
    name="datadog_events",
    title="Datadog events",
    reference="https://docs.datadoghq.com/api/latest/events/",
    sample='{"data": [{"type": "event", "id": "made-up-1", "attributes": {"timestamp": "2026-01-02T10:00:00Z", '
    '"message": "Queue is full.", "tags": ["service:shop"], "attributes": {"title": "[Triggered] Queue is full", '
    '"status": "error", "timestamp": 1767348000000, "monitor": {"id": 5}, "evt": {"id": "1", "type": "monitor"}, '
    '"priority": "normal"}}}], "meta": {"page": {}}}\n',
    recognise=recognise,
    read=read,
    yields=TIMELINE,
)
