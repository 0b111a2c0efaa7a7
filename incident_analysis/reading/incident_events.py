"""The events that people wrote into an incident's folder: `timeline` of incident.yaml, and timeline.csv."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pandas as pd

from incident_analysis import files, frames
from incident_analysis.document import DAY, When
from incident_analysis.incident import Event, Incident
from incident_analysis.reading import timeline_csv


def written(incident: Incident) -> pd.DataFrame:
    """The events of an incident's `timeline` and `timeline.csv`, in order, as TIMELINE."""
    rows = [_row(event, incident, i) for i, event in enumerate(incident.timeline) if not incident.is_later(event.time)]
    rows += _csv_rows(incident)
    return timeline_csv.frame_of(_ordered(rows))


def _ordered(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Sort by time; a row without one goes along with the row before it, in the order of writing."""
    groups: list[tuple[datetime | None, list[dict[str, Any]]]] = []
    leading: list[dict[str, Any]] = []
    for row in rows:
        if row["time"] is not None:
            groups.append((row["time"], [row]))
        elif groups:
            groups[-1][1].append(row)
        else:
            leading.append(row)
    groups.sort(key=lambda group: group[0])  # type: ignore[arg-type, return-value]  # every group has a time
    return leading + [row for _, group in groups for row in group]


def _row(event: Event, incident: Incident, place: int) -> dict[str, Any]:
    certainty = event.certainty or ("unknown" if event.time is None else "day" if event.time.is_day else "exact")
    low, high = _bounds(event.time, certainty, event)
    row = {
        "event_id": event.id or f"event-{place + 1}",
        "time": None if event.time is None else event.time.low,
        "time_low": low,
        "time_high": high,
        "time_stated": "" if event.time is None else event.time.text,
        "certainty": certainty,
        "end": None if event.end is None else event.end.high,
        "source": event.source or "incident.yaml",
        "source_id": event.source_id or incident.where("timeline", place),
        "zone": event.zone or ("explicit" if event.time is not None else ""),
        "causes": event.causes,
    }
    same = "kind actor role automatic criticality service milestone relates_to relation text why note include"
    return row | {name: getattr(event, name) for name in same.split()} | {"clock_offset_s": event.clock_offset_s}


def _bounds(time: When | None, certainty: str, event: Event) -> tuple[datetime | None, datetime | None]:
    if time is None:
        return None, None
    if event.within is not None:
        return time.low - event.within, time.low + event.within
    if certainty == "day":
        midnight = time.low.replace(hour=0, minute=0, second=0, microsecond=0)
        return midnight, midnight + DAY
    # "approx" without a width: nobody says how wide, so there are no bounds.
    return (time.low, time.high) if certainty == "exact" else (None, None)


def _csv_rows(incident: Incident) -> list[dict[str, Any]]:
    if incident.folder is None or not files.is_file(incident.folder / timeline_csv.NAME):
        return []
    told = timeline_csv.from_csv(timeline_csv.text_in(incident.folder))
    if incident.as_of is not None:
        # What came later has not happened yet.
        told = told[~(told["time"] > pd.Timestamp(incident.as_of.high))]
    return [{k: None if v is pd.NaT else v for k, v in row.items()} for row in frames.rows(told)]
