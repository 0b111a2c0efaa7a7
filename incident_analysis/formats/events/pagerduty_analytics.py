"""PagerDuty: raw incident data of analytics (`POST /analytics/raw/incidents`): times and ready measures.

`created_at` and `resolved_at` carry no zone: they are in the one that the request named, UTC by default; state it with
`zone`. `acknowledged` is `created_at` and `seconds_to_first_ack`. PagerDuty's own measures stand in columns that end in
`_s`, to be compared.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from incident_analysis.clock import SECOND, Stamp
from incident_analysis.format import Context, Format, Item, Row, json_document
from incident_analysis.formats import objects, pagerduty, told
from incident_analysis.formats.told import INCIDENTS, TIMELINE, Made

_MEASURES = (
    "seconds_to_first_ack seconds_to_resolve seconds_to_engage seconds_to_mobilize engaged_seconds snoozed_seconds "
    "user_defined_effort_seconds"
).split()
_COUNTS = (
    "acknowledgement_count escalation_count assignment_count reassignment_count total_notifications "
    "business_hour_interruptions off_hour_interruptions sleep_hour_interruptions active_user_count engaged_user_count"
).split()


def make(record: dict[str, Any], context: Context) -> Made:
    """An incident, its trigger, its first acknowledgement and its resolution."""
    name = told.name(record["id"])
    created = told.required(objects.stamp(record["created_at"]))
    done = objects.stamp(record.get("resolved_at"))
    to_ack = objects.real(record.get("seconds_to_first_ack"))
    ack = None if to_ack is None else Stamp(created.ns + round(to_ack * SECOND), created.zoned)
    title = record.get("description")
    service = record.get("service_name")
    status = record.get("status")
    row: Row = {
        "incident_id": name,
        "title": title,
        "severity_stated": record.get("priority_name") or record.get("urgency"),
        "services": [service] if service else [],
        "started": created,
        "acknowledged": ack,
        **told.ending(done, None if not status else status == "resolved"),
        "provider": "pagerduty",
        "kind": "incident",
        "updated_at": objects.stamp(record.get("updated_at")),
        "number": None if record.get("incident_number") is None else str(record["incident_number"]),
        "urgency": record.get("urgency"),
        "status": status,
        "major": record.get("major"),
        "team": record.get("team_name"),
        "auto_resolved": record.get("auto_resolved"),
        **{
            key.replace("seconds_", "").replace("_seconds", "") + "_s": objects.real(record.get(key))
            for key in _MEASURES
        },
        **{key: objects.whole(record.get(key)) for key in _COUNTS},
    }
    yield row, INCIDENTS
    shared = {"service": service, "incident_id": name, "title": title}
    alert = pagerduty.event_id(name, "triggered")
    for stage, time, kind in (
        ("triggered", created, "alert"),
        ("acknowledged", ack, "acknowledgement"),
        ("resolved", done, "action"),
    ):
        if time is None:
            continue
        event: Row = {
            "event_id": pagerduty.event_id(name, stage)
            if stage != "acknowledged"
            else pagerduty.event_id(name, stage, 1),
            "time": time,
            "kind": kind,
            "text": title if stage == "triggered" else f"{stage}: {title}",
            "milestone": "resolved" if stage == "resolved" else "",
            "source_id": f"{name}/{stage}",
            "who": record.get("resolved_by_user_name") if stage == "resolved" else None,
            "automatic": record.get("auto_resolved") if stage == "resolved" else None,
            "criticality": row["severity_stated"] if stage == "triggered" else None,
            **shared,
        }
        if stage != "triggered":
            event |= {"relates_to": alert, "relation": "acknowledges" if stage == "acknowledged" else "resolves"}
        yield event, TIMELINE


def read(text: str, context: Context) -> Iterator[Item]:
    """Incidents of a page."""
    yield from told.items(text, context, make, "data", "incidents")
    told.pages(text, context, *pagerduty.MORE)


FORMAT = Format(
    name="pagerduty_analytics",
    title="PagerDuty analytics, raw incidents",
    reference="https://developer.pagerduty.com/api-reference/eca7e4dcbc3d7-get-raw-data-multiple-incidents",
    sample='{"first": "x", "last": "y", "limit": 20, "more": false, "data": [{"id": "Q1", "incident_number": 7, '
    '"description": "Made up", "created_at": "2026-01-02T10:00:00", "resolved_at": "2026-01-02T10:30:00", '
    '"seconds_to_first_ack": 240, "seconds_to_resolve": 1800, "service_name": "Shop", "priority_name": "P1", '
    '"urgency": "high", "status": "resolved", "escalation_count": 0}]}\n',
    recognise=json_document("seconds_to_first_ack", "created_at", strength=0.97, why="raw analytics of PagerDuty"),
    read=read,
    yields=INCIDENTS,
    also=(TIMELINE,),
    zone_rule="local",
)
