"""Rootly: incidents (`GET /v1/incidents`, JSON:API) with their lifecycle, and events of an incident's timeline.

No sample was at hand: written from the documentation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from incident_analysis.format import Context, Format, Item, Match, Row
from incident_analysis.formats import objects, told
from incident_analysis.formats.told import INCIDENTS, TIMELINE, Made

_STAGES = (
    ("started_at", "started", "failure"),
    ("detected_at", "detected", "alert"),
    ("acknowledged_at", "acknowledged", "acknowledgement"),
    ("mitigated_at", "mitigated", "action"),
    ("resolved_at", "resolved", "action"),
)
_KINDS = {"normal": "incident", "normal_sub": "incident", "backfilled": "incident", "scheduled": "maintenance"}


def make(record: dict[str, Any], context: Context) -> Made:
    """An incident and its stages, or an event of its timeline."""
    if isinstance(record.get("data"), dict):
        record = record["data"]
    fields = dict(record["attributes"])
    if record.get("type") == "incident_events" or ("event" in fields and "started_at" not in fields):
        yield _event(record, fields), TIMELINE
        return
    name = told.name(record["id"])
    title = fields.get("title")
    times = {mark: objects.stamp(fields.get(key)) for key, mark, _ in _STAGES}
    created = objects.stamp(fields.get("created_at"))
    status = str(fields.get("status") or "").lower()
    over = None if not status else status in ("resolved", "closed", "completed") or bool(times["resolved"])
    if status in ("cancelled", "canceled"):
        over = None
    severity = fields.get("severity")
    kind = str(fields.get("kind") or "")
    services = _named(fields.get("services"))
    row: Row = {
        "incident_id": name,
        "title": title,
        "severity_stated": severity
        if isinstance(severity, str)
        else objects.pick(severity, "data.attributes.name", "data.attributes.severity", "name"),
        "services": services,
        **times,
        "started": told.required(times["started"] or created),
        **told.ending(times["resolved"], over),
        "provider": "rootly",
        "kind": _KINDS.get(kind, kind or "incident"),
        "published_at": created,
        "updated_at": objects.stamp(fields.get("updated_at")),
        "backfilled": kind == "backfilled" if kind else None,
        "number": None if fields.get("sequential_id") is None else str(fields["sequential_id"]),
        "status": status,
        "summary": fields.get("summary"),
        "url": fields.get("url"),
    }
    yield row, INCIDENTS
    for key, mark, stage in _STAGES:
        stamp = times[mark]
        if stamp is None:
            continue
        yield (
            {
                "time": stamp,
                "time_stated": str(fields[key]),
                "kind": stage,
                "text": f"{mark}: {title}",
                "milestone": mark,
                "service": "; ".join(services),
                "source_id": f"{name}/{mark}",
                "incident_id": name,
            },
            TIMELINE,
        )


def _named(given: Any) -> list[str]:
    if isinstance(given, dict):
        given = given.get("data")
    every = [objects.pick(one, "attributes.name", "name") if isinstance(one, dict) else one for one in given or ()]
    return [str(one) for one in every if one]


def _event(record: dict[str, Any], fields: dict[str, Any]) -> Row:
    when = fields.get("occurred_at") or fields.get("created_at")
    return {
        "time": told.required(objects.stamp(when)),
        "time_stated": str(when),
        "kind": "observation",
        "text": told.text_of_html(fields["event"]) or str(fields["event"]),
        "source_id": told.name(record["id"]),
        "who": objects.pick(fields, "user_display_name", "user.name"),
        "entry_type": fields.get("kind") or fields.get("source"),
    }


def read(text: str, context: Context) -> Iterator[Item]:
    """Incidents or events of a page."""
    yield from told.linked(told.items(text, context, make, "data"))
    told.pages(text, context, "next_page", "next")


def recognise(head: bytes) -> Match | None:
    """By the records' type and their lifecycle."""
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if text[:1] not in (b"{", b"[") or b'"attributes"' not in text:
        return None
    typed = re.search(rb'"type"\s*:\s*"incidents?"', text) is not None
    if (
        typed
        and sum(key in text for key in (b'"started_at"', b'"mitigated_at"', b'"resolved_at"', b'"in_triage_at"')) >= 2
    ):
        return Match(0.95, "incidents of Rootly")
    if re.search(rb'"type"\s*:\s*"incident_events"', text) and b'"event"' in text:
        return Match(0.95, "events of an incident of Rootly")
    return None


FORMAT = Format(
    name="rootly",
    title="Rootly incidents",
    reference="https://docs.rootly.com/api-reference/incidents/lists-incidents; no sample was at hand",
    sample='{"data": [{"id": "made-up-1", "type": "incidents", "attributes": {"sequential_id": 4, "title": "Made up", '
    '"kind": "normal", "status": "resolved", "severity": {"data": {"id": "s", "type": "severities", "attributes": '
    '{"name": "SEV1"}}}, "started_at": "2026-01-02T10:00:00Z", "detected_at": "2026-01-02T10:02:00Z", '
    '"acknowledged_at": "2026-01-02T10:04:00Z", "mitigated_at": "2026-01-02T10:30:00Z", '
    '"resolved_at": "2026-01-02T10:40:00Z", "created_at": "2026-01-02T10:03:00Z"}}], "meta": {"total_count": 1}}\n',
    recognise=recognise,
    read=read,
    yields=INCIDENTS,
    also=(TIMELINE,),
)
