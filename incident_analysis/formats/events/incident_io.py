"""incident.io: incidents (`GET /v2/incidents`), their updates, webhooks. No sample was at hand: from the documentation.

Each house names its timestamps itself. Those whose names say a milestone ("Impact started", "Reported at", "Fixed at")
become it; the others are events. Without one that says a start, it is when the incident was created, "approx".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from incident_analysis.clock import Stamp
from incident_analysis.format import Context, Format, Item, Match, Row
from incident_analysis.formats import objects, told
from incident_analysis.formats.told import INCIDENTS, TIMELINE, Made

#: Words of a timestamp's name, the likeliest first, and the milestone that they say.
_NAMES = (
    ("impact start", "started"),
    ("started", "started"),
    ("reported", "detected"),
    ("detected", "detected"),
    ("acknowledged", "acknowledged"),
    ("accepted", "acknowledged"),
    ("mitigated", "mitigated"),
    ("fixed", "mitigated"),
    ("restored", "restored"),
    ("impact end", "restored"),
    ("resolved", "resolved"),
)
_OVER = frozenset(("post_incident", "learning", "closed"))
_NEVER = frozenset(("declined", "merged", "canceled"))


def milestone(name: str) -> str:
    """The milestone that a timestamp's name says; empty where it says none.

    Examples
    --------
    >>> milestone("Impact started at"), milestone("Fixed at"), milestone("Comms sent")
    ('started', 'mitigated', '')
    """
    lower = name.lower()
    return next((mark for word, mark in _NAMES if word in lower), "")


def make(record: dict[str, Any], context: Context) -> Made:
    """An incident with its timestamps, or an update."""
    event = record.get("event_type")
    if isinstance(event, str) and isinstance(record.get(event), dict):
        record = record[event]
    for key in ("incident", "incident_update"):
        if isinstance(record.get(key), dict) and "incident_id" not in record:
            record = record[key]
    if "incident_id" in record and "new_incident_status" in record:
        yield _update(record), TIMELINE
        return
    yield from _incident(record)


def _incident(record: dict[str, Any]) -> Made:
    name = told.name(record["id"])
    title = record.get("name")
    created = told.required(objects.stamp(record["created_at"]))
    category = str(objects.pick(record, "incident_status.category") or "")
    stated: list[tuple[str, Stamp, str]] = []
    for value in record.get("incident_timestamp_values") or ():
        label = str(objects.pick(value, "incident_timestamp.name") or "")
        written = objects.pick(value, "value.value")
        stamp = objects.stamp(written)
        if stamp is not None:
            stated.append((label, stamp, str(written)))
    times: dict[str, Stamp] = {}
    for label, stamp, _ in stated:
        if milestone(label):
            times.setdefault(milestone(label), stamp)
    over = None if not category else category in _OVER
    mode = str(record.get("mode") or "")
    row: Row = {
        "incident_id": name,
        "title": title,
        "severity_stated": objects.pick(record, "severity.name"),
        "services": [],
        "started": times.get("started", created),
        "started_certainty": "exact" if "started" in times else "approx",
        "started_high": times.get("started", created),
        **{mark: times.get(mark) for mark in ("detected", "acknowledged", "mitigated", "restored")},
        **told.ending(times.get("resolved"), None if category in _NEVER else over),
        "provider": "incident_io",
        "kind": "incident" if mode in ("", "standard", "retrospective") else mode,
        "published_at": created,
        "updated_at": objects.stamp(record.get("updated_at")),
        "backfilled": mode == "retrospective" if mode else None,
        "number": record.get("reference"),
        "status": objects.pick(record, "incident_status.name"),
        "incident_type": objects.pick(record, "incident_type.name"),
        "summary": record.get("summary"),
        "url": record.get("permalink"),
    }
    yield row, INCIDENTS
    yield (
        {
            "time": created,
            "time_stated": record["created_at"],
            "kind": "alert",
            "criticality": row["severity_stated"],
            "text": title,
            "source_id": name,
            "incident_id": name,
        },
        TIMELINE,
    )
    for label, stamp, written in stated:
        mark = milestone(label)
        yield (
            {
                "time": stamp,
                "time_stated": written,
                "kind": "acknowledgement"
                if mark == "acknowledged"
                else "action"
                if mark == "resolved"
                else "observation",
                "text": f"{label}: {title}",
                "milestone": mark,
                "source_id": f"{name}/{label}",
                "incident_id": name,
            },
            TIMELINE,
        )


def _update(record: dict[str, Any]) -> Row:
    status = objects.pick(record, "new_incident_status.name")
    message = record.get("message")
    return {
        "time": told.required(objects.stamp(record["created_at"])),
        "time_stated": record["created_at"],
        "kind": "communication",
        "actor": "staff",
        "text": f"{status}: {message}" if status and message else str(message or status or ""),
        "source_id": told.name(record["id"]),
        "incident_id": told.name(record["incident_id"]),
        "status": status,
        "severity": objects.pick(record, "new_severity.name"),
        "who": objects.pick(record, "updater.user.name", "updater.api_key.name"),
    }


def read(text: str, context: Context) -> Iterator[Item]:
    """Incidents or updates of a page."""
    yield from told.linked(told.items(text, context, make, "incidents", "incident_updates"))
    told.pages(text, context, "after")


def recognise(head: bytes) -> Match | None:
    """By the keys of incidents and updates."""
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if text[:1] not in (b"{", b"[") or b'"created_at"' not in text:
        return None
    known = b'"incident_timestamp_values"' in text or (b'"incident_status"' in text and b'"reference"' in text)
    if known or (b'"new_incident_status"' in text and b'"incident_id"' in text):
        return Match(0.96, "incidents of incident.io")
    return None


FORMAT = Format(
    name="incident_io",
    title="incident.io incidents and updates",
    reference="https://api-docs.incident.io/tag/Incidents-V2; no sample was at hand",
    sample='{"incidents": [{"id": "01MADEUP", "reference": "INC-1", "name": "Made up", '
    '"created_at": "2026-01-02T10:05:00Z", "updated_at": "2026-01-02T11:00:00Z", "mode": "standard", '
    '"severity": {"name": "Major", "rank": 2}, "incident_status": {"name": "Closed", "category": "closed"}, '
    '"incident_timestamp_values": [{"incident_timestamp": {"id": "t1", "name": "Impact started"}, '
    '"value": {"value": "2026-01-02T10:00:00Z"}}, {"incident_timestamp": {"id": "t2", "name": "Resolved at"}, '
    '"value": {"value": "2026-01-02T10:40:00Z"}}]}], "pagination_meta": {"page_size": 25}}\n',
    recognise=recognise,
    read=read,
    yields=INCIDENTS,
    also=(TIMELINE,),
)
