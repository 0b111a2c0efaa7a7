"""The history of GitHub's status page as JSON lines, one incident each, with the updates that were posted.

`started` is when the page says that the incident began, `resolved` when it says that it was over. What a postmortem
says of the impact's own window stands beside it in `downtime_start` and `downtime_end`; without one they repeat the
page's times. Times are written to the minute.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from incident_analysis.format import Context, Format, Item, Row, json_document
from incident_analysis.formats import objects, told
from incident_analysis.formats.told import INCIDENTS, TIMELINE, Made


def make(record: dict[str, Any], context: Context) -> Made:
    """An incident, and each of its updates."""
    name = told.name(record["id"])
    stages = [str(stage) for stage in record.get("status_sequence") or ()]
    planned = record.get("impact") == "maintenance" or "Scheduled" in stages
    over = told.is_done(stages[-1]) if stages else None
    row: Row = {
        "incident_id": name,
        "title": record.get("title"),
        "organisation": "GitHub",
        "severity_stated": record.get("impact"),
        "services": told.names(record.get("components"), "name"),
        "started": told.required(objects.utc(record["started_at"])),
        **told.ending(objects.utc(record.get("resolved_at")), over),
        "provider": "github",
        "kind": "maintenance" if planned else "incident",
        "published_at": objects.utc(record.get("published_at")),
        "updated_at": objects.utc(record.get("updated_at")),
        "downtime_start": objects.utc(record.get("downtime_start")),
        "downtime_end": objects.utc(record.get("downtime_end")),
        "duration_stated_minutes": record.get("duration_minutes"),
        # Told only when it was over: no update before the one that resolves.
        "backfilled": bool(stages) and told.is_done(stages[0]),
        "components_source": record.get("components_source"),
        "impact_source": objects.pick(record, "impact_window.source"),
        "url": record.get("url"),
    }
    yield row, INCIDENTS
    for number, update in enumerate(record.get("updates") or (), 1):
        stage = str(update.get("status") or "")
        yield (
            {
                "time": objects.utc(update.get("at")),
                "time_stated": str(update.get("at") or ""),
                "kind": "communication",
                "actor": "staff",
                "text": f"{stage}: {update.get('message') or ''}".strip(": "),
                "milestone": told.milestone(stage),
                "source_id": f"{name}/{number}",
                "incident_id": name,
                "title": record.get("title"),
            },
            TIMELINE,
        )


def read(text: str, context: Context) -> Iterator[Item]:
    """Incidents of all lines."""
    return told.items(text, context, make)


FORMAT = Format(
    name="github_status_lines",
    title="GitHub's status history (JSON lines)",
    reference="https://github.com/mrshu/github-statuses, parsed/incidents.jsonl; the page itself: "
    "https://www.githubstatus.com/history",
    sample='{"id": "1", "entry_id": "tag:made.up,2005:Incident/1", "title": "Made up", '
    '"published_at": "2026-01-02T10:40:00Z", "updated_at": "2026-01-02T10:40:00Z", '
    '"status_sequence": ["Investigating", "Resolved"], "started_at": "2026-01-02T10:00:00Z", '
    '"resolved_at": "2026-01-02T10:40:00Z", "impact_window": null, "downtime_start": "2026-01-02T10:00:00Z", '
    '"downtime_end": "2026-01-02T10:40:00Z", "duration_minutes": 40, "updates": [{"at": "2026-01-02T10:00:00Z", '
    '"status": "Investigating", "message": "We are looking."}, {"at": "2026-01-02T10:40:00Z", "status": "Resolved", '
    '"message": "It is over."}], "impact": "minor", "components": ["Git Operations"]}\n',
    recognise=json_document(
        "status_sequence", "downtime_start", "duration_minutes", strength=0.96, why="incidents of GitHub's status page"
    ),
    read=read,
    yields=INCIDENTS,
    also=(TIMELINE,),
)
