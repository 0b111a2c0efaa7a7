"""The events that people wrote into an incident's folder: `timeline` of incident.yaml, and timeline.csv."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from typing import Any

import pandas as pd

from incident_analysis import files, frames
from incident_analysis.document import DAY, Problem, When, when
from incident_analysis.errors import IncidentFileError
from incident_analysis.incident import Event, Incident


def written(incident: Incident) -> pd.DataFrame:
    """The events of an incident's `timeline` and `timeline.csv`, in order, as TIMELINE."""
    rows = [_row(event, incident, i) for i, event in enumerate(incident.timeline) if not incident.is_later(event.time)]
    rows += _csv_rows(incident)
    return frames.build(frames.TIMELINE, _ordered(rows))


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
    if incident.folder is None or not files.is_file(incident.folder / "timeline.csv"):
        return []
    rows = []
    text = files.read_text(files.inside(incident.folder, "timeline.csv", where="timeline.csv"))
    reader = csv.DictReader(io.StringIO(text))
    for i, record in enumerate(reader):
        where = f"timeline.csv, line {reader.line_num}"
        given = {k: v for k, v in record.items() if k in frames.TIMELINE.names and v not in (None, "")}
        try:
            given |= {name: when(given[name]).low for name in ("time", "time_low", "time_high", "end") if name in given}
        except Problem as problem:
            raise IncidentFileError(problem.what, remedy=problem.remedy, where=where) from None
        given |= {name: given[name].lower() == "true" for name in ("automatic", "include") if name in given}
        if "clock_offset_s" in given:
            given["clock_offset_s"] = float(given["clock_offset_s"])
        time = given.get("time")
        given.setdefault("certainty", "unknown" if time is None else "exact")
        given.setdefault("event_id", f"csv-{i + 1}")
        given.setdefault("time_stated", record.get("time") or "")
        given.setdefault("source", "timeline.csv")
        given.setdefault("source_id", f"line {reader.line_num}")
        given["causes"] = tuple(str(given.get("causes", "")).split())
        rows.append({"time": None, "include": True, **given})
    return rows
