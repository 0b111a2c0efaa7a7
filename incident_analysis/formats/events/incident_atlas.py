"""The Cloud Incident Atlas: incidents of many providers' status pages as one list, without their updates.

`created_at` is when the page says that it began, `resolved_at` when it was over. An incident without an end whose
status is "unknown" has an unknown end: the atlas does not say that it is open.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from incident_analysis.format import Context, Format, Item, Row, json_document
from incident_analysis.formats import objects, told
from incident_analysis.formats.told import INCIDENTS, Made

#: Stages that the source's pages use while an incident goes on.
_OPEN = frozenset("investigating identified monitoring scheduled in_progress verifying".split())


def make(record: dict[str, Any], context: Context) -> Made:
    """An incident."""
    status = str(record.get("status") or "")
    over = True if told.is_done(status) else False if status in _OPEN else None
    row: Row = {
        "incident_id": told.name(record["incident_id"]),
        "title": record.get("title"),
        "organisation": record.get("provider_name") or record["provider_id"],
        "severity_stated": record.get("severity"),
        "services": told.names(record.get("components"), "name"),
        "started": told.required(objects.stamp(record["created_at"])),
        **told.ending(objects.stamp(record.get("resolved_at")), over),
        "provider": record["provider_id"],
        "kind": "maintenance" if record.get("severity") == "maintenance" else "incident",
        "published_at": objects.stamp(record["created_at"]),
        "updated_at": objects.stamp(record.get("updated_at")),
        "duration_stated_minutes": record.get("duration_minutes"),
        # The atlas does not tell which were entered afterwards.
        "backfilled": None,
        "category": record.get("category"),
        "status": status,
        "update_count": objects.whole(record.get("update_count")),
        "atlas_source": record.get("source"),
        "url": record.get("shortlink"),
    }
    yield row, INCIDENTS


def read(text: str, context: Context) -> Iterator[Item]:
    """Incidents of the list."""
    return told.items(text, context, make, "incidents")


FORMAT = Format(
    name="incident_atlas",
    title="Cloud Incident Atlas",
    reference="https://github.com/ayushgupta07xx/cloud-incident-atlas, data/incidents",
    sample='[{"category": "cdn", "components": [], "created_at": "2026-01-02T10:00:00+00:00", '
    '"duration_minutes": 30.0, "incident_id": "made1up", "provider_id": "made_up", "provider_name": "Made Up", '
    '"resolved_at": "2026-01-02T10:30:00+00:00", "severity": "minor", "severity_rank": 1, "shortlink": null, '
    '"source": "history", "status": "resolved", "title": "Made up", "update_count": 0, '
    '"updated_at": "2026-01-02T10:30:00+00:00"}]\n',
    recognise=json_document("provider_id", "incident_id", "severity_rank", strength=0.96, why="rows of the atlas"),
    read=read,
    yields=INCIDENTS,
)
