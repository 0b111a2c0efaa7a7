"""PagerDuty: incidents (REST `GET /incidents`, one of them, or the bare list that clients save).

An incident is `started` when it was created. It is `acknowledged` by the first of its acknowledgements: the interface
lists only those in force, so a resolved incident has none, and its log entries tell more. It is `resolved` at
`resolved_at`, else at the last change of a status that is "resolved".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from incident_analysis.format import Context, Format, Item, Match, Row
from incident_analysis.formats import objects, pagerduty, told
from incident_analysis.formats.told import INCIDENTS, TIMELINE, Made


def make(record: dict[str, Any], context: Context) -> Made:
    """An incident, and what it tells of its events."""
    if isinstance(record.get("incident"), dict):
        record = record["incident"]
    name = told.name(record.get("id") or f"number-{told.name(record['incident_number'])}")
    title = record.get("title") or record.get("summary") or record.get("description")
    created = told.required(objects.stamp(record["created_at"]))
    status = str(record.get("status") or "")
    changed = objects.stamp(record.get("last_status_change_at"))
    done = objects.stamp(record.get("resolved_at")) or (changed if status == "resolved" else None)
    acks = [a for a in record.get("acknowledgements") or () if isinstance(a, dict) and objects.stamp(a.get("at"))]
    service = pagerduty.summary(record.get("service"))
    priority = pagerduty.summary(record.get("priority"))
    first_ack = min((objects.stamp(a["at"]) for a in acks), key=lambda s: s.ns if s else 0, default=None)
    row: Row = {
        "incident_id": name,
        "title": title,
        "severity_stated": priority or record.get("urgency"),
        "services": [service] if service else [],
        "started": created,
        "acknowledged": first_ack,
        "acknowledged_certainty": "exact" if first_ack else "open" if status == "triggered" else "unknown",
        **told.ending(done, None if not status else status == "resolved"),
        "provider": "pagerduty",
        "kind": "incident",
        "updated_at": objects.stamp(record.get("updated_at")),
        "number": None if record.get("incident_number") is None else str(record["incident_number"]),
        "status": status,
        "urgency": record.get("urgency"),
        "incident_key": record.get("incident_key"),
        "url": record.get("html_url"),
    }
    yield row, INCIDENTS
    trigger = pagerduty.event_id(objects.pick(record, "first_trigger_log_entry.id") or f"{name}/triggered")
    shared = {"service": service, "incident_id": name, "title": title, "incident_key": record.get("incident_key")}
    yield (
        {
            "event_id": trigger,
            "time": created,
            "time_stated": record["created_at"],
            "kind": "alert",
            "actor": "system",
            "criticality": priority or record.get("urgency"),
            "text": title,
            "source_id": name,
            **shared,
        },
        TIMELINE,
    )
    for number, ack in enumerate(acks, 1):
        yield (
            {
                "event_id": pagerduty.event_id(name, "acknowledged", number),
                "time": objects.stamp(ack["at"]),
                "time_stated": ack["at"],
                "kind": "acknowledgement",
                "text": f"acknowledged: {title}",
                "relates_to": trigger,
                "relation": "acknowledges",
                "source_id": f"{name}/acknowledged/{number}",
                **pagerduty.by(ack.get("acknowledger")),
                **shared,
            },
            TIMELINE,
        )
    if done is not None:
        yield (
            {
                "event_id": pagerduty.event_id(name, "resolved"),
                "time": done,
                "time_stated": record.get("resolved_at") or record.get("last_status_change_at"),
                "kind": "action",
                "text": f"resolved: {title}",
                "milestone": "resolved",
                "relates_to": trigger,
                "relation": "resolves",
                "source_id": f"{name}/resolved",
                **pagerduty.by(record.get("last_status_change_by")),
                **shared,
            },
            TIMELINE,
        )


def read(text: str, context: Context) -> Iterator[Item]:
    """Incidents of a page."""
    yield from told.items(text, context, make, "incidents")
    told.pages(text, context, *pagerduty.MORE)


def recognise(head: bytes) -> Match | None:
    """By the keys of an incident."""
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if text[:1] not in (b"{", b"[") or b'"incident_number"' not in text or b'"seconds_to_first_ack"' in text:
        return None
    keys = (b'"first_trigger_log_entry"', b'"last_status_change_at"', b'"escalation_policy"', b'"incident_key"')
    if sum(key in text for key in keys) < 2:
        return None
    return Match(0.96, "incidents of PagerDuty")


FORMAT = Format(
    name="pagerduty_incidents",
    title="PagerDuty incidents",
    reference="https://developer.pagerduty.com/api-reference/9d0b4b12e36f9-list-incidents",
    sample='{"incidents": [{"incident_number": 7, "title": "Made up", "created_at": "2026-01-02T10:00:00Z", '
    '"updated_at": "2026-01-02T10:30:00Z", "status": "acknowledged", "incident_key": "k1", "service": {"id": "PS1", '
    '"type": "service_reference", "summary": "Shop"}, "last_status_change_at": "2026-01-02T10:04:00Z", '
    '"resolved_at": null, "first_trigger_log_entry": {"id": "R1", "type": "trigger_log_entry_reference"}, '
    '"acknowledgements": [{"at": "2026-01-02T10:04:00Z", "acknowledger": {"id": "PU1", "type": "user_reference", '
    '"summary": "Made Up"}}], "priority": {"id": "PP1", "type": "priority", "summary": "P1"}, "urgency": "high", '
    '"id": "Q1", "type": "incident"}], "limit": 25, "offset": 0, "total": null, "more": false}\n',
    recognise=recognise,
    read=read,
    yields=INCIDENTS,
    also=(TIMELINE,),
)
