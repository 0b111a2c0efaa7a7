"""What was promised and what came, as rows on one time axis."""

from __future__ import annotations

from typing import Any

import pandas as pd

from incident_analysis import words
from incident_analysis.incident import Incident

COLUMNS = ("kind", "label", "start", "end", "came", "milestone", "certainty", "text")


def recovery(incident: Incident) -> pd.DataFrame:
    """Promises, each with what came, in the order in which they were given.

    Parameters
    ----------
    incident : Incident

    Returns
    -------
    DataFrame
        `kind` (promise), `label` (audience), `start` (when it was given), `end` (by when), `came`, `milestone` and
        `certainty` (the restored service, else the resolution), `text`. NaT where not known or not yet. A promise
        without a time has no place on an axis and is left out; `attrs["timeless"]` counts those.
    """
    rows: list[dict[str, Any]] = []
    timeless = 0
    for one in incident.promises:
        if incident.is_later(one.time):
            continue
        if one.time is None or one.expected_by is None:
            timeless += 1
            continue
        name = "restored" if incident.moment("restored").certainty != "unknown" else "resolved"
        moment = incident.moment(name)
        rows.append(
            {
                "kind": "promise",
                "label": f"to {one.audience}" if one.audience else "audience not stated",
                "start": one.time.low,
                "end": one.expected_by.high,
                "came": moment.time,
                "milestone": name,
                "certainty": moment.certainty,
                "text": f"{one.about or 'what was promised is not stated'}, by {one.expected_by}",
            }
        )
    made = pd.DataFrame(rows, columns=list(COLUMNS))
    for name in ("start", "end", "came"):
        made[name] = pd.to_datetime(made[name], utc=True).astype("datetime64[us, UTC]")
    made["late"] = [_late(row) for row in made.to_dict("records")]
    made.attrs["timeless"] = timeless
    return made


def _late(row: dict[Any, Any]) -> str:
    if row["certainty"] == "open":
        return "not there yet"
    if pd.isna(row["came"]):
        return "when it came is not known"
    seconds = (row["came"] - row["end"]).total_seconds()
    about = "" if row["certainty"] == "exact" else "about "
    name = str(row["milestone"])
    if row["certainty"] == "day":
        return f"{name} on {row['came']:%Y-%m-%d}; the minute is not known"
    if seconds <= 0:
        return f"kept: {name} {about}{words.duration(-seconds)} before" if seconds else "kept to the minute"
    return f"{name} {about}{words.duration(seconds)} later than promised"
