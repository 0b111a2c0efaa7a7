"""Grafana OnCall: alert groups (`GET /api/v1/alert_groups`). No sample was at hand: written from the documentation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from incident_analysis.format import Context, Format, Item, Match, Row
from incident_analysis.formats import objects, told
from incident_analysis.formats.told import INCIDENTS, TIMELINE, Made


def make(record: dict[str, Any], context: Context) -> Made:
    """An alert group: its alert, its acknowledgement, its resolution."""
    name = told.name(record["id"])
    title = record.get("title")
    created = told.required(objects.stamp(record["created_at"]))
    ack, done = objects.stamp(record.get("acknowledged_at")), objects.stamp(record.get("resolved_at"))
    state = str(record.get("state") or "").lower()
    over = None if not state else state == "resolved"
    row: Row = {
        "incident_id": name,
        "title": title,
        "services": [],
        "started": created,
        "acknowledged": ack,
        "acknowledged_certainty": "" if ack else "open" if state in ("alerting", "new", "firing") else "unknown",
        **told.ending(done, over),
        "provider": "grafana_oncall",
        "kind": "incident",
        "status": state,
        "alerts_count": objects.whole(record.get("alerts_count")),
        "integration": record.get("integration_id"),
        "url": objects.pick(record, "permalinks.web"),
    }
    yield row, INCIDENTS
    for stage, stamp, kind, who in (
        ("created", created, "alert", None),
        ("acknowledged", ack, "acknowledgement", record.get("acknowledged_by")),
        ("silenced", objects.stamp(record.get("silenced_at")), "action", None),
        ("resolved", done, "action", record.get("resolved_by")),
    ):
        if stamp is None:
            continue
        yield (
            {
                "time": stamp,
                "time_stated": str(record[f"{stage}_at"]),
                "kind": kind,
                "actor": "system" if stage == "created" else "staff" if who else "",
                "text": str(title) if stage == "created" else f"{stage}: {title}",
                "milestone": "resolved" if stage == "resolved" else "",
                "source_id": f"{name}/{stage}",
                "incident_id": name,
                "who": who,
            },
            TIMELINE,
        )


def read(text: str, context: Context) -> Iterator[Item]:
    """Alert groups of a page."""
    yield from told.linked(told.items(text, context, make, "results"))
    told.pages(text, context, "next")


def recognise(head: bytes) -> Match | None:
    """By the keys of an alert group."""
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if text[:1] not in (b"{", b"["):
        return None
    keys = (b'"alerts_count"', b'"acknowledged_at"', b'"resolved_at"', b'"integration_id"', b'"created_at"', b'"state"')
    return Match(0.95, "alert groups of Grafana OnCall") if sum(key in text for key in keys) >= 5 else None


FORMAT = Format(
    name="grafana_oncall",
    title="Grafana OnCall alert groups",
    reference="https://grafana.com/docs/oncall/latest/oncall-api-reference/alertgroups/; no sample was at hand",
    sample='{"count": 1, "next": null, "previous": null, "results": [{"id": "MADEUP1", "integration_id": "CMADEUP", '
    '"route_id": "R", "alerts_count": 3, "state": "resolved", "created_at": "2026-01-02T10:00:00Z", '
    '"acknowledged_at": "2026-01-02T10:04:00Z", "acknowledged_by": "UMADEUP", "resolved_at": "2026-01-02T10:40:00Z", '
    '"resolved_by": null, "title": "Made up", "permalinks": {"web": "https://example.com"}}]}\n',
    recognise=recognise,
    read=read,
    yields=INCIDENTS,
    also=(TIMELINE,),
)
