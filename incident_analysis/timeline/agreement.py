"""How far copies of one event are apart, by the clocks as they were and as they were put right."""

from __future__ import annotations

from typing import Any

import pandas as pd

from incident_analysis import frames
from incident_analysis.timeline.copies import origins


def agreement(timeline: pd.DataFrame) -> pd.DataFrame:
    """Compare each copy of an event with the event that leads it, before and after the clocks were put right.

    Parameters
    ----------
    timeline : TIMELINE
        Merged: copies have the relation "duplicates".

    Returns
    -------
    AGREEMENT
        One row a copy, by source and time; empty where no event has a copy. Days without a time are left out.
    """
    frames.check(timeline, frames.TIMELINE, where="timeline")
    rows = frames.rows(timeline)
    whose = origins(timeline)
    place = {row["event_id"]: i for i, row in enumerate(rows)}
    found: list[dict[str, Any]] = []
    for i, row in enumerate(rows):
        leads = place.get(row["relates_to"])
        if row["relation"] != "duplicates" or leads is None:
            continue
        lead = rows[leads]
        if pd.isna(row["time"]) or pd.isna(lead["time"]) or "day" in (row["certainty"], lead["certainty"]):
            continue
        after = (row["time"] - lead["time"]).total_seconds()
        added = 0.0 if pd.isna(row["clock_offset_s"]) else float(row["clock_offset_s"])
        found.append(
            {
                "source": whose[i],
                "reference": whose[leads],
                "event_id": row["event_id"],
                "lead_id": lead["event_id"],
                "time": lead["time"],
                "before_s": after - added,
                "after_s": after,
            }
        )
    return frames.build(frames.AGREEMENT, sorted(found, key=lambda r: (whose.index(r["source"]), r["time"])))
