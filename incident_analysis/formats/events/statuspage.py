"""Statuspage: incidents and scheduled maintenance with their updates (public `incidents.json` or the interface).

`started` is `started_at`, which the page may set by hand, else `created_at`. Updates are placed at `display_at`, which
people may set too, not at `created_at`. Stamps carry the page's zone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from incident_analysis.format import Context, Format, Item, Match, Row
from incident_analysis.formats import objects, told
from incident_analysis.formats.told import INCIDENTS, TIMELINE, Made


def make(record: dict[str, Any], context: Context) -> Made:
    """An incident, and each of its updates in the order of posting."""
    name = told.name(record["id"])
    title = record.get("name")
    status = str(record.get("status") or "").lower()
    planned = record.get("impact") == "maintenance" or record.get("scheduled_for") is not None
    created = objects.stamp(record.get("created_at"))
    began = objects.stamp(record.get("started_at")) or created
    if planned:
        began = objects.stamp(record.get("scheduled_for")) or began
    done = objects.stamp(record.get("resolved_at"))
    updates = [u for u in record.get("incident_updates") or () if isinstance(u, dict)]
    if done is None and told.is_done(status):
        last = [
            objects.stamp(u.get("display_at") or u.get("created_at")) for u in updates if told.is_done(u.get("status"))
        ]
        done = next((stamp for stamp in last if stamp is not None), None)
    page = context.memory.get("page") or {}
    services = told.names(record.get("components"), "name")
    row: Row = {
        "incident_id": name,
        "title": title,
        "organisation": page.get("name"),
        "severity_stated": record.get("impact_override") or record.get("impact"),
        "services": services,
        "started": told.required(began),
        **told.ending(done, told.is_done(status) if status else None),
        "provider": page.get("id") or record.get("page_id") or "statuspage",
        "kind": "maintenance" if planned else "incident",
        "published_at": created,
        "updated_at": objects.stamp(record.get("updated_at")),
        "monitoring_at": objects.stamp(record.get("monitoring_at")),
        "scheduled_until": objects.stamp(record.get("scheduled_until")),
        "backfilled": record.get("backfilled"),
        "duration_stated_minutes": None,
        "status": status,
        "url": record.get("shortlink"),
    }
    yield row, INCIDENTS
    for number, update in enumerate(reversed(updates), 1):
        stage = str(update.get("status") or "")
        when = update.get("display_at") or update.get("created_at")
        yield (
            {
                "time": objects.stamp(when),
                "time_stated": str(when or ""),
                "kind": "communication",
                "actor": "staff",
                "text": f"{stage}: {told.text_of_html(update.get('body')) or ''}".strip(": "),
                "milestone": told.milestone(stage),
                "service": "; ".join(services),
                "source_id": str(update.get("id") or f"{name}/{number}"),
                "incident_id": name,
                "title": title,
                "created_at": objects.stamp(update.get("created_at")),
            },
            TIMELINE,
        )


def read(text: str, context: Context) -> Iterator[Item]:
    """Incidents, then maintenance."""
    page = re.search(r'"page"\s*:\s*\{[^{}]*\}', text[:20_000])
    if page is not None:
        context.memory["page"] = {key: objects.told(page[0], key) for key in ("id", "name", "time_zone")}
    if re.search(r'"scheduled_maintenances"\s*:\s*\[\s*\{', text):
        yield from told.items(text, context, make, "scheduled_maintenances")
        if not re.search(r'"incidents"\s*:\s*\[', text):
            return
    yield from told.items(text, context, make, "incidents")


def recognise(head: bytes) -> Match | None:
    """By the keys of an incident."""
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if text[:1] not in (b"{", b"[") or b'"incident_updates"' not in text:
        return None
    return Match(0.96, "incidents of Statuspage") if b'"impact"' in text and b'"status"' in text else None


FORMAT = Format(
    name="statuspage",
    title="Statuspage incidents",
    reference="https://developer.statuspage.io/#tag/incidents, and any page's /api/v2/incidents.json",
    sample='{"page": {"id": "p1", "name": "Made Up", "time_zone": "Etc/UTC"}, "incidents": [{"id": "made1up", '
    '"name": "Made up", "status": "resolved", "created_at": "2026-01-02T10:05:00.000Z", '
    '"updated_at": "2026-01-02T11:00:00.000Z", "monitoring_at": null, "resolved_at": "2026-01-02T11:00:00.000Z", '
    '"impact": "minor", "shortlink": "https://example.com/x", "started_at": "2026-01-02T10:00:00.000Z", '
    '"incident_updates": [{"id": "u1", "status": "resolved", "body": "It is over.", '
    '"created_at": "2026-01-02T11:00:00.000Z", "display_at": "2026-01-02T11:00:00.000Z"}], '
    '"components": [{"id": "c1", "name": "API"}]}]}\n',
    recognise=recognise,
    read=read,
    yields=INCIDENTS,
    also=(TIMELINE,),
)
