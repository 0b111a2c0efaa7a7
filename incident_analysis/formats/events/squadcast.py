"""Squadcast: incidents with their logs (`GET /v3/incidents/export`), and the events that made them.

Go's zero date, 0001-01-01T00:00:00Z, means never. Events tell the status of their incident but not when it changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from incident_analysis.format import Context, Format, Item, Match, Row
from incident_analysis.formats import objects, told
from incident_analysis.formats.happenings import moment
from incident_analysis.formats.told import INCIDENTS, TIMELINE, Made

_KINDS = {
    "triggered": "alert",
    "retriggered": "alert",
    "acknowledged": "acknowledgement",
    "resolved": "action",
    "reassigned": "action",
    "suppressed": "action",
    "note_created": "observation",
    "message_posted": "communication",
}


def make(record: dict[str, Any], context: Context) -> Made:
    """An incident with its logs, or an event."""
    return _event(record) if "time_of_creation" in record else _incident(record)


def _event(record: dict[str, Any]) -> Made:
    payload = told.inside(record, "payload")
    name = told.name(record["incident_id"])
    text = record.get("message") or payload.get("message")
    yield (
        {
            "time": told.required(moment(record["time_of_creation"])),
            "time_stated": record["time_of_creation"],
            "kind": "alert",
            "actor": "system",
            "text": text,
            "note": record.get("description") or None,
            "source_id": str(record.get("id") or name),
            "incident_id": name,
            "status": payload.get("status"),
        },
        TIMELINE,
    )


def _incident(record: dict[str, Any]) -> Made:
    name = told.name(record["id"])
    title = record.get("title") or record.get("message")
    status = str(record.get("status") or "").lower()
    over = None if not status else status in ("resolved", "suppressed")
    created = told.required(moment(record["created_at"]))
    ack, done = moment(record.get("acknowledged_at")), moment(record.get("resolved_at"))
    service = objects.pick(record, "service.name") or record.get("service")
    service = service if isinstance(service, str) else None
    row: Row = {
        "incident_id": name,
        "title": title,
        "severity_stated": record.get("priority") or objects.pick(record, "tags.severity.value"),
        "services": [service] if service else [],
        "started": created,
        "acknowledged": ack,
        "acknowledged_certainty": "" if ack else "open" if status == "triggered" else "unknown",
        **told.ending(done, over),
        "provider": "squadcast",
        "kind": "incident",
        "status": status,
        "event_count": objects.whole(record.get("event_count")),
        "alert_source": objects.text_of(record.get("alert_source")),
        "to_acknowledge_ms": objects.whole(record.get("tta (ms)")) if ack else None,
        "to_resolve_ms": objects.whole(record.get("ttr (ms)")) if done else None,
        "url": record.get("url"),
    }
    yield row, INCIDENTS
    logs = [entry for entry in record.get("logs") or () if isinstance(entry, dict)]
    if not logs:
        stages = (("triggered", created), ("acknowledged", ack), ("resolved", done))
        logs = [{"action": stage, "time": time} for stage, time in stages if time is not None]
    for number, entry in enumerate(logs, 1):
        stage = str(entry.get("action") or "").lower()
        given = entry.get("time")
        reason = str(entry.get("reason") or "")
        text = f"{stage.replace('_', ' ')}: {title}" if stage in _KINDS or not reason else reason
        yield (
            {
                "time": given if isinstance(given, tuple) else moment(given),
                "time_stated": given if isinstance(given, str) else "",
                "kind": _KINDS.get(stage, "observation"),
                "actor": "system" if stage in ("triggered", "retriggered") else "staff",
                "text": str(title) if stage == "triggered" else text,
                "note": objects.pick(entry, "additionalInfo.note"),
                "milestone": "resolved" if stage == "resolved" else "",
                "service": service,
                "source_id": f"{name}/{number}",
                "incident_id": name,
                "entry_type": stage,
            },
            TIMELINE,
        )


def read(text: str, context: Context) -> Iterator[Item]:
    """Incidents or events of a page."""
    yield from told.linked(told.items(text, context, make, "incidents", "data.incidents", "data"))
    told.pages(text, context, "next_cursor", "nextCursor")


def recognise(head: bytes) -> Match | None:
    """By the keys of events and incidents."""
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if text[:1] not in (b"{", b"["):
        return None
    if b'"time_of_creation"' in text and b'"incident_id"' in text:
        return Match(0.96, "events of Squadcast")
    marks = (b'"tta (ms)"', b'"ttr (ms)"', b'"alert_source"', b'"acknowledged_at"', b"squadcast", b'"event_count"')
    return Match(0.95, "incidents of Squadcast") if sum(mark in text for mark in marks) >= 3 else None


FORMAT = Format(
    name="squadcast",
    title="Squadcast incidents and events",
    reference="https://developers.squadcast.com/reference/export-incidents-async",
    sample='[{"id": "made1up", "title": "Made up", "status": "acknowledged", "service": "Shop", '
    '"alert_source": "Email", "created_at": "2026-01-02T10:00:00Z", "acknowledged_at": "2026-01-02T10:04:00Z", '
    '"resolved_at": "0001-01-01T00:00:00Z", "event_count": 1, "tta (ms)": 240000, "ttr (ms)": 0, "logs": ['
    '{"action": "triggered", "assignedTo": "user", "id": "u", "time": "2026-01-02T10:00:00Z", "reason": ""}, '
    '{"action": "acknowledged", "assignedTo": "user", "id": "u", "time": "2026-01-02T10:04:00Z", "reason": ""}]}]\n',
    recognise=recognise,
    read=read,
    yields=INCIDENTS,
    also=(TIMELINE,),
)
