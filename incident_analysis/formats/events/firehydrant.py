"""FireHydrant: incidents with their milestones (`GET /v1/incidents`), and an incident's events.

Milestones carry the times: `started`, `detected`, `acknowledged`, `mitigated`, `resolved` become those of the frame;
`started_at` is when it began, `created_at` when it was declared. Severity "UNSET" is none.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from incident_analysis.clock import Stamp
from incident_analysis.format import Context, Format, Item, Match, Row
from incident_analysis.formats import objects, told
from incident_analysis.formats.told import INCIDENTS, TIMELINE, Made

_MILESTONES = ("started", "detected", "acknowledged", "mitigated", "resolved")
_KINDS = {
    "started": "failure",
    "detected": "alert",
    "acknowledged": "acknowledgement",
    "alert_linked": "alert",
    "note": "observation",
    "generic_chat_message": "communication",
    "chat_message": "communication",
    "general_update": "communication",
    "status_page": "communication",
    "change_linked": "deploy",
    "change": "deploy",
}


def make(record: dict[str, Any], context: Context) -> Made:
    """An incident with its milestones, or an event of one."""
    if "incident_id" in record and "milestones" not in record and "current_milestone" not in record:
        yield _event(record), TIMELINE
        return
    yield from _incident(record)


def _milestones(record: dict[str, Any]) -> list[dict[str, Any]]:
    found = [m for m in record.get("milestones") or () if isinstance(m, dict)]
    for phase in record.get("lifecycle_phases") or ():
        inner = phase.get("milestones") if isinstance(phase, dict) else None
        found += [m for m in inner or () if isinstance(m, dict) and m.get("occurred_at")]
    return found


def _incident(record: dict[str, Any]) -> Made:
    name = told.name(record["id"])
    title = record.get("name")
    stated = _milestones(record)
    times: dict[str, Stamp] = {}
    for one in stated:
        stage = str(one.get("type") or one.get("slug") or "").lower()
        time = objects.stamp(one.get("occurred_at"))
        if stage in _MILESTONES and time is not None:
            times.setdefault(stage, time)
    started = times.get("started") or objects.stamp(record.get("started_at"))
    severity = record.get("severity")
    current = str(record.get("current_milestone") or "").lower()
    active = record.get("active")
    # "resolved" is the end for customers; "closed" comes after the retrospective.
    over = None if not current and active is None else current in ("resolved", "closed") or "postmortem" in current
    if active is False:
        over = True
    services = told.names(record.get("services"), "name") or told.names(record.get("functionalities"), "name")
    row: Row = {
        "incident_id": name,
        "title": title,
        "organisation": objects.pick(record, "organization.name"),
        "severity_stated": severity if severity not in (None, "", "UNSET") else record.get("priority"),
        "services": services,
        "started": told.required(started or objects.stamp(record.get("created_at"))),
        "detected": times.get("detected"),
        "acknowledged": times.get("acknowledged"),
        "mitigated": times.get("mitigated"),
        "mitigated_certainty": "" if times.get("mitigated") else "open" if over is False else "unknown",
        **told.ending(times.get("resolved"), over),
        "provider": "firehydrant",
        "kind": "incident",
        "published_at": objects.stamp(record.get("created_at")),
        "number": None if record.get("number") is None else str(record["number"]),
        "status": current,
        "priority": record.get("priority"),
        "customers_impacted": record.get("customers_impacted"),
        "tags": told.names(record.get("tag_list"), "name"),
        "url": record.get("incident_url"),
    }
    yield row, INCIDENTS
    for number, one in enumerate(stated, 1):
        stage = str(one.get("type") or one.get("slug") or "").lower()
        yield (
            {
                "time": objects.stamp(one.get("occurred_at")),
                "time_stated": str(one.get("occurred_at") or ""),
                "kind": _KINDS.get(stage, "action"),
                "text": f"{stage.replace('_', ' ')}: {title}",
                "milestone": stage if stage in _MILESTONES else "",
                "service": "; ".join(services),
                "source_id": str(one.get("id") or f"{name}/{number}"),
                "incident_id": name,
            },
            TIMELINE,
        )
    note = record.get("last_note")
    if isinstance(note, dict) and note.get("body") and objects.stamp(note.get("created_at")):
        yield (
            {
                "time": objects.stamp(note["created_at"]),
                "time_stated": note["created_at"],
                "kind": "observation",
                "text": note["body"],
                "source_id": str(note.get("id") or f"{name}/note"),
                "incident_id": name,
            },
            TIMELINE,
        )


def _event(record: dict[str, Any]) -> Row:
    kind = str(record.get("type") or "").lower()
    when = record.get("occurred_at") or record["created_at"]
    said = objects.pick(record, "data.body", "data.text", "data.message", "data.summary", "data.title", "data.name")
    author = told.inside(record, "author")
    machine = author.get("source") not in (None, "firehydrant_user", "slack_user", "slack")
    return {
        "time": told.required(objects.stamp(when)),
        "time_stated": when,
        "kind": _KINDS.get(kind, "observation"),
        "actor": "system" if machine else "staff",
        "text": said if isinstance(said, str) else kind.replace("_", " "),
        "source_id": told.name(record["id"]),
        "incident_id": told.name(record["incident_id"]),
        "entry_type": kind,
        "who": author.get("name"),
        "details": objects.text_of(record.get("data")),
    }


def read(text: str, context: Context) -> Iterator[Item]:
    """Incidents or events of a page."""
    yield from told.linked(told.items(text, context, make, "data", "incidents"))
    told.pages(text, context, "next")


def recognise(head: bytes) -> Match | None:
    """By the keys of incidents and events."""
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if text[:1] not in (b"{", b"["):
        return None
    if b'"current_milestone"' in text and (b'"milestones"' in text or b'"lifecycle_phases"' in text):
        return Match(0.96, "incidents of FireHydrant")
    keys = (b'"incident_id"', b'"occurred_at"', b'"visibility"', b'"author"')
    return Match(0.9, "events of an incident of FireHydrant") if all(key in text for key in keys) else None


FORMAT = Format(
    name="firehydrant",
    title="FireHydrant incidents and events",
    reference="https://developers.firehydrant.com/reference/listincidents",
    sample='{"data": [{"id": "made-up-1", "name": "Made up", "number": 3, "created_at": "2026-01-02T10:02:00Z", '
    '"started_at": "2026-01-02T10:00:00Z", "current_milestone": "resolved", "severity": "SEV2", "priority": "P2", '
    '"active": false, "services": [{"id": "s", "name": "Shop"}], "milestones": [{"id": "m1", "type": "started", '
    '"occurred_at": "2026-01-02T10:00:00Z"}, {"id": "m2", "type": "acknowledged", '
    '"occurred_at": "2026-01-02T10:04:00Z"}, {"id": "m3", "type": "resolved", '
    '"occurred_at": "2026-01-02T10:40:00Z"}]}], "pagination": {"count": 1, "page": 1}}\n',
    recognise=recognise,
    read=read,
    yields=INCIDENTS,
    also=(TIMELINE,),
)
