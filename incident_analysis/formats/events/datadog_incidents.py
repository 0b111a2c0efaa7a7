"""Datadog: incidents (`GET /api/v2/incidents`), in camelCase or snake_case by the interface's version, and timelines.

`started` is the beginning of the impact on customers. Where none is told it is the detection, "approx": it began then
at the latest. `restored` is the end of that impact, `resolved` when the incident was closed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from incident_analysis.format import Context, Format, Item, Match, Row
from incident_analysis.formats import objects, told
from incident_analysis.formats.told import INCIDENTS, TIMELINE, Made


def snake(record: Mapping[str, Any]) -> dict[str, Any]:
    """Fields by their names in snake_case.

    Examples
    --------
    >>> snake({"customerImpactStart": 1, "public_id": 2})
    {'customer_impact_start': 1, 'public_id': 2}
    """
    return {re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", key).lower(): value for key, value in record.items()}


def make(record: dict[str, Any], context: Context) -> Made:
    """An incident and what it tells of its events, or a cell of its timeline."""
    if isinstance(record.get("data"), dict):
        record = record["data"]
    attributes = snake(record["attributes"])
    if "timeline" in str(record.get("type")):
        yield _cell(record, attributes), TIMELINE
        return
    name = told.name(record["id"])
    fields = told.inside(attributes, "fields")

    def field(key: str) -> Any:
        value = objects.pick(fields, f"{key}.value")
        return value if value is not None else attributes.get(key)

    names = ("customer_impact_start", "detected", "created", "customer_impact_end", "resolved")
    begin, detected, created, end, done = (objects.stamp(attributes.get(key)) for key in names)
    state = str(field("state") or "").lower()
    over = None if not state else state in ("resolved", "completed")
    services = field("services")
    title = attributes.get("title")
    latest = begin or detected or created
    row: Row = {
        "incident_id": name,
        "title": title,
        "severity_stated": field("severity"),
        "services": [str(s) for s in services] if isinstance(services, list) else [services] if services else [],
        "started": told.required(latest),
        "started_certainty": "exact" if begin else "approx",
        "started_high": latest,
        "detected": detected,
        "restored": end,
        "restored_certainty": "" if end else "open" if over is False and begin else "unknown",
        **told.ending(done, over),
        "provider": "datadog",
        "kind": "incident",
        "published_at": created,
        "updated_at": objects.stamp(attributes.get("modified")),
        "number": None if attributes.get("public_id") is None else str(attributes["public_id"]),
        "status": state,
        "customer_impacted": attributes.get("customer_impacted"),
        "customer_impact_scope": attributes.get("customer_impact_scope"),
        "detection_method": field("detection_method"),
        "time_to_resolve_s": objects.real(attributes.get("time_to_resolve")),
        "time_to_detect_s": objects.real(attributes.get("time_to_detect")),
        "time_to_repair_s": objects.real(attributes.get("time_to_repair")),
    }
    yield row, INCIDENTS
    for key, time, kind, text, mark in (
        ("customer_impact_start", begin, "consequence", "impact on customers begins", "started"),
        ("detected", detected, "alert", "detected", "detected"),
        ("created", created, "action", "incident declared", ""),
        ("customer_impact_end", end, "consequence", "impact on customers ends", "restored"),
        ("resolved", done, "action", "resolved", "resolved"),
    ):
        if time is None:
            continue
        yield (
            {
                "time": time,
                "time_stated": str(attributes[key]),
                "kind": kind,
                "criticality": row["severity_stated"] if key == "detected" else None,
                "text": f"{text}: {title}",
                "milestone": mark,
                "service": "; ".join(row["services"]),
                "source_id": f"{name}/{key}",
                "incident_id": name,
            },
            TIMELINE,
        )


def _cell(record: dict[str, Any], attributes: dict[str, Any]) -> Row:
    kind = str(attributes.get("cell_type") or "")
    content = attributes.get("content")
    said = objects.pick(content, "content", "message", "text", "after.state") if isinstance(content, dict) else content
    when = attributes.get("display_time") or attributes.get("created")
    return {
        "time": told.required(objects.stamp(when)),
        "time_stated": str(when),
        "kind": "communication" if "message" in kind else "observation",
        "text": said if isinstance(said, str) else f"{kind}: {objects.text_of(content) or ''}",
        "source_id": told.name(record["id"]),
        "incident_id": objects.pick(record, "relationships.incident.data.id"),
        "entry_type": kind,
    }


def read(text: str, context: Context) -> Iterator[Item]:
    """Incidents of a page; people and attachments that come along (`included`) are no records."""
    yield from told.linked(told.items(text, context, make, "data"))
    following = objects.whole(objects.told(text, "nextOffset") or objects.told(text, "next_offset"))
    size = objects.whole(objects.told(text, "size"))
    offset = objects.whole(objects.told(text, "offset"))
    if following is not None and size and following - (offset or 0) >= size:
        context.warn("the export is cut: its page is full (`pagination`); what follows was not saved")


def recognise(head: bytes) -> Match | None:
    """By the type of the records and their fields."""
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if text[:1] not in (b"{", b"[") or b'"attributes"' not in text:
        return None
    typed = re.search(rb'"type"\s*:\s*"incident(?:s|_timeline\w*)"', text) is not None
    marks = (
        re.search(rb'"(?:customerImpact\w*|customer_impact\w*|cell_type|cellType|time_to_resolve)"', text) is not None
    )
    return Match(0.96, "incidents of Datadog") if typed and marks else None


FORMAT = Format(
    name="datadog_incidents",
    title="Datadog incidents",
    reference="https://docs.datadoghq.com/api/latest/incidents/",
    sample='{"data": [{"type": "incidents", "id": "made-up-1", "attributes": {"public_id": 1, "title": "Made up", '
    '"created": "2026-01-02T10:06:00Z", "detected": "2026-01-02T10:05:00Z", "modified": "2026-01-02T11:00:00Z", '
    '"customer_impacted": true, "customer_impact_start": "2026-01-02T10:00:00Z", '
    '"customer_impact_end": "2026-01-02T10:40:00Z", "resolved": "2026-01-02T11:00:00Z", "time_to_resolve": 3240, '
    '"fields": {"severity": {"type": "dropdown", "value": "SEV-2"}, "state": {"type": "dropdown", '
    '"value": "resolved"}, "services": {"type": "autocomplete", "value": ["shop"]}}}}], '
    '"meta": {"pagination": {"offset": 0, "next_offset": 1, "size": 10}}}\n',
    recognise=recognise,
    read=read,
    yields=INCIDENTS,
    also=(TIMELINE,),
)
