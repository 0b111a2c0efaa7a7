"""VictorOps (Splunk On-Call): incidents with their transitions, from the public and the reporting interface."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from incident_analysis.format import Context, Format, Item, Row, json_document
from incident_analysis.formats import objects, told
from incident_analysis.formats.told import INCIDENTS, TIMELINE, Made

_KINDS = {"triggered": "alert", "acknowledged": "acknowledgement", "resolved": "action", "rerouted": "action"}


def make(record: dict[str, Any], context: Context) -> Made:
    """An incident, and its transitions."""
    name = told.name(record["incidentNumber"])
    title = record.get("entityDisplayName") or record.get("entityId")
    service = record.get("service") or title
    phase = str(record.get("currentPhase") or "").lower()
    moves = [(m, objects.stamp(m.get("at"))) for m in record.get("transitions") or () if isinstance(m, dict)]
    known = sorted(((m, t) for m, t in moves if t is not None), key=lambda pair: pair[1].ns)
    stages = [(str(m.get("name") or "").lower(), t) for m, t in known]
    first_ack = next((t for stage, t in stages if stage == "acknowledged"), None)
    done = next((t for stage, t in reversed(stages) if stage == "resolved"), None) if phase != "triggered" else None
    over = None if not phase else phase == "resolved"
    row: Row = {
        "incident_id": name,
        "title": title,
        "severity_stated": record.get("entityState"),
        "services": [str(service)] if service else [],
        "started": told.required(objects.stamp(record.get("startTime")) or (stages[0][1] if stages else None)),
        "acknowledged": first_ack,
        "acknowledged_certainty": "" if first_ack else "open" if phase == "triggered" else "unknown",
        **told.ending(done if over is not False else None, over),
        "provider": "victorops",
        "kind": "incident",
        "updated_at": objects.stamp(record.get("lastAlertTime")),
        "status": phase,
        "alert_count": objects.whole(record.get("alertCount")),
        "routing_key": record.get("routingKey"),
        "teams": told.names(record.get("pagedTeams"), "name", "slug"),
    }
    yield row, INCIDENTS
    if not moves:
        moves = [({"name": "triggered", "at": record.get("startTime")}, objects.stamp(record.get("startTime")))]
    for number, (move, time) in enumerate(moves, 1):
        stage = str(move.get("name") or "").lower()
        yield (
            {
                "time": time,
                "time_stated": str(move.get("at") or ""),
                "kind": _KINDS.get(stage, "observation"),
                "actor": "system" if move.get("by") in (None, "SYSTEM", "system") else "staff",
                "automatic": None if stage == "triggered" else move.get("by") in (None, "SYSTEM", "system"),
                "criticality": record.get("entityState") if stage == "triggered" else None,
                "text": str(title or name) if stage == "triggered" else f"{stage}: {title or name}",
                "note": move.get("message"),
                "milestone": "resolved" if stage == "resolved" else "",
                "service": service,
                "source_id": f"{name}/{number}",
                "incident_id": name,
                "alert_id": move.get("alertId"),
                "who": move.get("by"),
            },
            TIMELINE,
        )


def read(text: str, context: Context) -> Iterator[Item]:
    """Incidents of a page."""
    count = 0
    for item in told.linked(told.items(text, context, make, "incidents")):
        count += item.frame == INCIDENTS or item.row is None
        yield item
    total, offset = (objects.whole(objects.told(text, key)) for key in ("total", "offset"))
    if total is not None and total > count + (offset or 0):
        context.warn(f"the export is cut: {count:,} of {total:,} incidents; only a page of it was saved")


FORMAT = Format(
    name="victorops",
    title="VictorOps (Splunk On-Call) incidents",
    reference="https://portal.victorops.com/public/api-docs.html",
    sample='{"incidents": [{"incidentNumber": "1", "currentPhase": "acknowledged", "entityDisplayName": "Shop", '
    '"entityId": "e1", "entityState": "critical", "alertCount": 1, "service": "Shop", '
    '"startTime": "2026-01-02T10:00:00Z", "lastAlertTime": "2026-01-02T10:00:00Z", "pagedTeams": ["team-a"], '
    '"transitions": [{"name": "triggered", "at": "2026-01-02T10:00:00Z", "alertId": "a1"}, '
    '{"name": "acknowledged", "at": "2026-01-02T10:04:00Z", "by": "made.up", "alertId": "a1"}]}]}\n',
    recognise=json_document("incidentNumber", "currentPhase", strength=0.96, why="incidents of VictorOps"),
    read=read,
    yields=INCIDENTS,
    also=(TIMELINE,),
)
