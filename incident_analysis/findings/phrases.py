"""Small pieces that the findings of several sections share."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import pandas as pd

from incident_analysis import frames
from incident_analysis.estimate import Estimate, Evidence
from incident_analysis.incident import Incident

#: What stands in a table where the sources are silent: never an empty cell, never a zero.
NOT_STATED = "not stated"

MILESTONE_NAMES = {
    "malfunction_began": "Malfunction began",
    "started": "Impact started",
    "detected": "Detected",
    "acknowledged": "Acknowledged",
    "mitigated": "Mitigated",
    "restored": "Restored",
    "resolved": "Resolved",
}
DURATION_NAMES = {
    "time_to_detect": "Time to detect",
    "time_to_acknowledge": "Time to acknowledge",
    "time_to_mitigate": "Time to mitigate",
    "time_to_restore": "Time to restore",
    "time_to_resolve": "Time to resolve",
}
CATEGORY_NAMES = {
    "resolution": "Resolution",
    "mitigation": "Mitigation",
    "prevention": "Prevention",
    "monitoring": "Monitoring",
    "resilience": "Resilience",
    "knowledge_sharing": "Knowledge sharing",
}


def bare(text: str) -> str:
    """A text without its full stop, on one line, to stand inside a sentence."""
    return re.sub(r"\.$", "", " ".join(text.split()))


def or_not_stated(text: Any) -> str:
    """A text, or the words that say that there is none."""
    return str(text) if text not in (None, "") and not (isinstance(text, float) and pd.isna(text)) else NOT_STATED


def count(number: int, unit: str, source: str = "incident.yaml") -> Estimate:
    """A count as an exact Estimate, so that a sentence's number can be traced."""
    return Estimate(
        number,
        number,
        number,
        interval="exact",
        unit=unit,
        n=number,
        method="count",
        evidence=(Evidence("formula", source, "", f"count of {unit}"),),
    )


def counts(numbers: Iterable[tuple[str, int, str]]) -> pd.DataFrame:
    """Counts as ESTIMATES, from (name, number, unit)."""
    return frames.estimates(({}, name, count(number, unit)) for name, number, unit in numbers)


def statement(incident: Incident, text: str, *path: str | int) -> Evidence:
    """What `incident.yaml` says at a place."""
    return Evidence("statement", "incident.yaml", incident.where(*path), " ".join(text.split()))


def table(rows: Iterable[dict[str, str]], columns: Iterable[str]) -> pd.DataFrame:
    """Rows of text for people, every cell filled."""
    return pd.DataFrame(
        [{c: or_not_stated(row.get(c)) for c in columns} for row in rows], columns=list(columns), dtype=object
    )
