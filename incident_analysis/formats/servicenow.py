"""What the two exports of ServiceNow share: the events and the incident of one record."""

from __future__ import annotations

import re
from typing import Any

from incident_analysis.clock import Stamp
from incident_analysis.format import Row
from incident_analysis.formats import dates
from incident_analysis.formats.happenings import Ids, known

#: Labels of list exports and their fields.
FIELDS = {
    "number": "number",
    "opened": "opened_at",
    "created": "sys_created_on",
    "sys_created_at": "sys_created_on",
    "resolved": "resolved_at",
    "closed": "closed_at",
    "work start": "work_start",
    "actual start": "work_start",
    "updated": "sys_updated_on",
    "sys_updated_at": "sys_updated_on",
    "short description": "short_description",
    "description": "description",
    "priority": "priority",
    "severity": "severity",
    "impact": "impact",
    "urgency": "urgency",
    "state": "state",
    "incident state": "state",
    "incident_state": "state",
    "service": "business_service",
    "business service": "business_service",
    "configuration item": "cmdb_ci",
    "caller": "caller_id",
    "assigned to": "assigned_to",
    "assignment group": "assignment_group",
    "channel": "contact_type",
    "contact type": "contact_type",
    "category": "category",
    "active": "active",
}
#: What ServiceNow's states are called by number.
STATES = {"1": "New", "2": "In Progress", "3": "On Hold", "6": "Resolved", "7": "Closed", "8": "Canceled"}
TIMES = ("opened_at", "work_start", "resolved_at", "closed_at", "sys_updated_on")
Times = dict[str, tuple[Stamp | None, Any]]


def field_of(name: str) -> str:
    """The field that a column of a list export holds; its own name where it is no known label."""
    return FIELDS.get(name.strip().lower(), name.strip())


def _actor(contact: str | None) -> str | None:
    said = (contact or "").lower()
    if said in ("event", "monitoring", "integration", "alert"):
        return "system"
    return "customer" if said in ("phone", "email", "self-service", "self service", "chat", "web") else None


def _done(fields: dict[str, Any]) -> bool:
    return bool(re.match(r"(?:6|7|8|resolved|closed|cancel)", str(fields.get("state") or ""), re.IGNORECASE))


def rows_of(fields: dict[str, Any], times: Times, ids: Ids, key: str) -> list[tuple[Row, str]]:
    """Opening, start of work, resolution and closing of a record, and its incident.

    Parameters
    ----------
    fields : plain values by ServiceNow's names of fields
    times : by name of the field: the stamp, and the text as written
    ids : Ids of the export
    key : str
        Id of the record in the export.
    """
    number = str(fields.get("number") or key)
    title = str(fields.get("short_description") or "")
    service = fields.get("business_service") or fields.get("cmdb_ci")
    common: Row = {"issue": number, "service": service}
    made: list[Row] = []
    if "opened_at" in times:
        stamp, written = times["opened_at"]
        made.append(
            {
                "time": stamp,
                "time_stated": written,
                "source_id": key,
                "kind": "signal",
                "actor": _actor(fields.get("contact_type")),
                "text": f"{number} opened" + (f": {title}" if title else ""),
                "why": fields.get("description"),
                "criticality": fields.get("priority"),
                "state": STATES.get(str(fields.get("state")), fields.get("state")),
                **common,
            }
        )
    for name, kind, relation, word in (
        ("work_start", "acknowledgement", "acknowledges", "work started"),
        ("resolved_at", "action", "resolves", "resolved"),
        ("closed_at", "communication", None, "closed"),
    ):
        if name in times:
            stamp, written = times[name]
            made.append(
                {
                    "time": stamp,
                    "time_stated": written,
                    "source_id": ids.of(key, word.replace(" ", "-")),
                    "kind": kind,
                    "actor": "staff" if relation else None,
                    "text": f"{number} {word}",
                    "relates_to": key if "opened_at" in times else None,
                    "relation": relation if "opened_at" in times else None,
                    **common,
                }
            )
    return [(known(row), "") for row in made]


def incident_of(fields: dict[str, Any], times: Times, key: str) -> Row:
    """The record as an incident: it was detected when it was opened, and started about then: nobody says when."""
    stamps = {name: stamp for name, (stamp, _) in times.items()}
    days = {name for name, (_, written) in times.items() if dates.is_day(str(written))}
    end = "resolved_at" if stamps.get("resolved_at") else "closed_at"
    finished = _done(fields)
    service = fields.get("business_service") or fields.get("cmdb_ci")
    return known(
        {
            "incident_id": str(fields.get("number") or key),
            "title": fields.get("short_description"),
            "severity_stated": fields.get("priority") or fields.get("severity"),
            "services": (str(service),) if service else None,
            "started": stamps.get("opened_at"),
            "started_certainty": "day" if "opened_at" in days else "approx",
            "detected": stamps.get("opened_at"),
            "detected_certainty": "day" if "opened_at" in days else None,
            "acknowledged": stamps.get("work_start"),
            "acknowledged_certainty": "day" if "work_start" in days else None,
            "resolved": stamps.get("resolved_at") or (stamps.get("closed_at") if finished else None),
            "resolved_certainty": "open"
            if not finished and not stamps.get("resolved_at")
            else "day"
            if end in days
            else None,
        }
    )
