"""PagerDuty: alerts of incidents (`GET /incidents/{id}/alerts`, `GET /alerts`)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from incident_analysis.format import Context, Format, Item, Match, Row
from incident_analysis.formats import objects, pagerduty, told
from incident_analysis.formats.told import TIMELINE, Made


def make(record: dict[str, Any], context: Context) -> Made:
    """An alert, and its resolution where the interface tells the time of it."""
    if isinstance(record.get("alert"), dict):
        record = record["alert"]
    name = told.name(record["id"])
    service = pagerduty.summary(record.get("service"))
    alert = pagerduty.event_id(name)
    shared = {
        "service": service,
        "incident_id": objects.pick(record, "incident.id"),
        "alert_key": record.get("alert_key"),
    }
    row: Row = {
        "event_id": alert,
        "time": told.required(objects.stamp(record["created_at"])),
        "time_stated": record["created_at"],
        "kind": "alert",
        "actor": "system",
        "automatic": True,
        "criticality": record.get("severity"),
        "text": record.get("summary"),
        "source_id": name,
        "include": not record.get("suppressed"),
        "status": record.get("status"),
        "details": objects.text_of(objects.pick(record, "body.details", "body.cef_details")),
        **shared,
    }
    yield row, TIMELINE
    done = objects.stamp(record.get("resolved_at"))
    if done is not None:
        yield (
            {
                "event_id": pagerduty.event_id(name, "resolved"),
                "time": done,
                "time_stated": record["resolved_at"],
                "kind": "signal",
                "actor": "system",
                "text": f"resolved: {record.get('summary')}",
                "relates_to": alert,
                "relation": "resolves",
                "source_id": f"{name}/resolved",
                **shared,
            },
            TIMELINE,
        )


def read(text: str, context: Context) -> Iterator[Item]:
    """Alerts of a page."""
    yield from told.items(text, context, make, "alerts")
    told.pages(text, context, *pagerduty.MORE)


def recognise(head: bytes) -> Match | None:
    """By the keys of an alert."""
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if text[:1] not in (b"{", b"[") or b'"alert_key"' not in text or b'"created_at"' not in text:
        return None
    return Match(0.96, "alerts of PagerDuty") if b'"suppressed"' in text or b"service_reference" in text else None


FORMAT = Format(
    name="pagerduty_alerts",
    title="PagerDuty alerts",
    reference="https://developer.pagerduty.com/api-reference/4bc42e7ac0c59-list-alerts-for-an-incident",
    sample='{"alerts": [{"id": "PA1", "type": "alert", "summary": "Queue is full", '
    '"created_at": "2026-01-02T10:00:00Z", "status": "resolved", "alert_key": "k1", "service": {"id": "PS1", '
    '"type": "service_reference", "summary": "Shop"}, "incident": {"id": "Q1", "type": "incident_reference"}, '
    '"suppressed": false, "severity": "critical"}], "limit": 100, "offset": 0, "more": false}\n',
    recognise=recognise,
    read=read,
    yields=TIMELINE,
)
