"""Google Cloud's status history (incidents.json): a list of incidents, newest first, each with its updates.

`begin` is when the incident began and `created` when it was entered, which is taken for its detection; `end` is when it
was over, for customers and for the page alike. Stamps are UTC; what the texts say is US/Pacific. Until 2020 incidents
had a number and no id, and updates no status.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from incident_analysis.format import Context, Format, Item, Row, json_document
from incident_analysis.formats import objects, told
from incident_analysis.formats.told import INCIDENTS, TIMELINE, Made

#: "impact" of Google's own words: what each update says of the service.
_WORDS = {
    "AVAILABLE": "resolved",
    "SERVICE_INFORMATION": "information",
    "SERVICE_DISRUPTION": "disruption",
    "SERVICE_OUTAGE": "outage",
}


def make(record: dict[str, Any], context: Context) -> Made:
    """An incident, and each of its updates in the order of posting."""
    name = told.name(record.get("id") or record["number"])
    begin, created, end = (objects.stamp(record.get(key)) for key in ("begin", "created", "end"))
    last = objects.pick(record, "most_recent_update.status", "most-recent-update.status")
    over = None if last is None else last == "AVAILABLE"
    products = told.names(record.get("affected_products"), "title", "name")
    row: Row = {
        "incident_id": name,
        "title": record.get("external_desc"),
        "organisation": "Google Cloud",
        "severity_stated": record.get("severity"),
        "services": products or ([record["service_name"]] if record.get("service_name") else []),
        "started": told.required(begin or created),
        "detected": created,
        "restored": end,
        "restored_certainty": "" if end else "open" if over is False else "unknown",
        **told.ending(end, over),
        "provider": "google_cloud",
        "kind": "incident",
        "published_at": created,
        "updated_at": objects.stamp(record.get("modified")),
        "duration_stated_minutes": None,
        "backfilled": None if created is None or end is None else created.ns >= end.ns,
        "status_impact": record.get("status_impact"),
        "number": None if record.get("number") is None else str(record["number"]),
        "locations": told.names(
            record.get("currently_affected_locations") or record.get("previously_affected_locations"), "title", "id"
        ),
        "url": record.get("uri"),
    }
    yield row, INCIDENTS
    updates = [update for update in record.get("updates") or () if isinstance(update, dict)]
    for number, update in enumerate(reversed(updates), 1):
        stage = str(update.get("status") or "")
        when = update.get("when") or update.get("created")
        yield (
            {
                "time": objects.stamp(when),
                "time_stated": str(when or ""),
                "kind": "communication",
                "actor": "staff",
                "text": update.get("text"),
                "milestone": told.milestone(_WORDS.get(stage)) if number == len(updates) else "",
                "service": record.get("service_name"),
                "source_id": f"{name}/{number}",
                "incident_id": name,
                "title": record.get("external_desc"),
                "status": _WORDS.get(stage, stage.lower()),
            },
            TIMELINE,
        )


def read(text: str, context: Context) -> Iterator[Item]:
    """Incidents of the list."""
    return told.items(text, context, make, "incidents")


FORMAT = Format(
    name="gcp_status",
    title="Google Cloud's status history",
    reference="https://status.cloud.google.com/incidents.json and https://status.cloud.google.com/incidents.schema.json",
    sample='[{"id": "Made1Up", "number": "15267780622191600001", "begin": "2026-01-02T10:00:00+00:00", '
    '"created": "2026-01-02T10:10:00+00:00", "end": "2026-01-02T11:00:00+00:00", '
    '"modified": "2026-01-02T11:00:00+00:00", "external_desc": "Made up", "updates": ['
    '{"created": "2026-01-02T11:00:00+00:00", "when": "2026-01-02T11:00:00+00:00", "text": "It is over.", '
    '"status": "AVAILABLE", "affected_locations": []}], "most_recent_update": {"status": "AVAILABLE"}, '
    '"status_impact": "SERVICE_DISRUPTION", "severity": "medium", "service_name": "Made Up Storage", '
    '"affected_products": [{"title": "Made Up Storage", "id": "x"}], "uri": "incidents/Made1Up"}]\n',
    recognise=json_document("external_desc", "begin", "service_name", strength=0.96, why="incidents of Google Cloud"),
    read=read,
    yields=INCIDENTS,
    also=(TIMELINE,),
)
