"""What the sources say about durations, against what their own clock times give."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from incident_analysis.incident import Incident
from incident_analysis.timeline.durations import duration

COLUMNS = (
    "incident_id",
    "name",
    "start",
    "end",
    "published_s",
    "computed_s",
    "difference_s",
    "tolerance_s",
    "agrees",
    "standing",
    "statement",
    "source",
)


def published(incident: Incident) -> pd.DataFrame:
    """Recompute every duration that the sources publish.

    Parameters
    ----------
    incident : Incident
        With `published`.

    Returns
    -------
    DataFrame
        One row a published duration or interval: `published_s`, `computed_s`, `difference_s`, `tolerance_s` in
        seconds (`computed_s` NaN where an end is not known), `agrees`, and `standing`: "independent" (a figure of the
        source's own), "by construction" (only clock times are published), "circular" (the end is the start plus the
        figure), "known mismatch" (the source contradicts itself beyond the tolerance).
    """
    said = incident.published
    rows: list[dict[str, Any]] = []
    if said is not None:
        if said.duration_minutes is not None and len(said.measures) == 2:
            standing = "by construction" if said.stated_as == "clock times only" else "independent"
            standing = "circular" if said.circular else standing
            start, end = said.measures
            row = _row(incident, "duration", start, end, said.duration_minutes, said.tolerance_minutes)
            if not row["agrees"] and said.known_mismatch:
                standing = "known mismatch"
            rows.append(row | {"standing": standing, "statement": said.statement, "source": said.source})
        for check in said.checks:
            row = _row(incident, check.name, check.from_, check.to, check.minutes, check.tolerance_minutes)
            derived = any(word in check.statement.lower() for word in ("derived", "clock times"))
            standing = "by construction" if derived else "independent"
            rows.append(row | {"standing": standing, "statement": check.statement, "source": check.source})
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _row(incident: Incident, name: str, start: str, end: str, minutes: float, tolerance: float) -> dict[str, Any]:
    computed = duration(incident, start=start, end=end).value
    seconds = math.nan if computed is None else computed
    difference = seconds - minutes * 60
    return {
        "incident_id": incident.id,
        "name": name,
        "start": start,
        "end": end,
        "published_s": minutes * 60,
        "computed_s": seconds,
        "difference_s": difference,
        "tolerance_s": tolerance * 60,
        "agrees": abs(difference) <= tolerance * 60,
    }
