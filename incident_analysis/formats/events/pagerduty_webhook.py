"""PagerDuty: webhooks of version 3, one body a line or a list of them, as a receiver keeps them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from incident_analysis.format import Context, Format, Item, Match, Row
from incident_analysis.formats import objects, pagerduty, told
from incident_analysis.formats.told import TIMELINE, Made

#: Kinds by what follows "incident." in the event's type; others are observations.
_KINDS = {
    "triggered": "alert",
    "reopened": "alert",
    "acknowledged": "acknowledgement",
    "resolved": "action",
    "escalated": "action",
    "reassigned": "action",
    "delegated": "action",
    "priority_updated": "decision",
    "status_update_published": "communication",
    "responder.added": "action",
}


def make(record: dict[str, Any], context: Context) -> Made:
    """An event."""
    event = record["event"]
    data = told.inside(event, "data")
    stage = str(event["event_type"]).removeprefix("incident.")
    incident = objects.pick(data, "incident.id") or data.get("id")
    title = data.get("title") or pagerduty.summary(data.get("incident")) or pagerduty.summary(data)
    said = objects.pick(data, "content", "message")
    row: Row = {
        "event_id": pagerduty.event_id(told.name(event["id"])),
        "time": told.required(objects.stamp(event["occurred_at"])),
        "time_stated": event["occurred_at"],
        "kind": _KINDS.get(stage, "observation"),
        "criticality": (pagerduty.summary(data.get("priority")) or data.get("urgency"))
        if stage == "triggered"
        else None,
        "text": said or (title if stage == "triggered" else f"{stage.replace('_', ' ')}: {title}"),
        "milestone": "resolved" if stage == "resolved" else "",
        "service": pagerduty.summary(data.get("service")),
        "source_id": told.name(event["id"]),
        "incident_id": incident,
        "title": title,
        "entry_type": stage,
        **pagerduty.by(event.get("agent")),
    }
    yield row, TIMELINE


def read(text: str, context: Context) -> Iterator[Item]:
    """Bodies of all lines."""
    return told.linked(told.items(text, context, make))


def recognise(head: bytes) -> Match | None:
    """By the keys of a body."""
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if text[:1] not in (b"{", b"["):
        return None
    keys = (b'"event_type"', b'"occurred_at"', b'"resource_type"', b'"incident.')
    return Match(0.96, "webhooks of PagerDuty") if all(key in text for key in keys) else None


FORMAT = Format(
    name="pagerduty_webhook",
    title="PagerDuty webhooks (version 3)",
    reference="https://developer.pagerduty.com/docs/webhooks-overview; no sample was at hand",
    sample='{"event": {"id": "01MADEUP", "event_type": "incident.triggered", "resource_type": "incident", '
    '"occurred_at": "2026-01-02T10:00:00.250Z", "agent": {"id": "PS1", "type": "service_reference"}, '
    '"data": {"id": "Q1", "type": "incident", "number": 7, "status": "triggered", "title": "Made up", '
    '"urgency": "high", "service": {"id": "PS1", "summary": "Shop"}}}}\n',
    recognise=recognise,
    read=read,
    yields=TIMELINE,
)
