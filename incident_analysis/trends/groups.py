"""By what a history is divided: groups in the order of their words, and calendar periods. Never by people."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from incident_analysis import words
from incident_analysis.errors import ParameterError
from incident_analysis.trends.history import Window

#: Columns by which no measure is made: an incident is no mark for a person or a team.
PEOPLE = frozenset(
    "owner lead team assignee assigned_to assignment_group opened_by resolved_by closed_by caller_id responder "
    "responders author reporter sys_created_by sys_updated_by on_call manager".split()
)
_ORDER = (
    "p0 p1 p2 p3 p4 p5 p6 sev0 sev-0 sev1 sev-1 sev2 sev-2 sev3 sev-3 sev4 sev-4 sev5 sev-5 critical outage high major "
    "disruption medium moderate low minor degraded"
).split()
NOT_STATED = "not stated"
#: Calendar units by which events can be grouped.
CALENDAR = ("year", "quarter", "month")
EARLIER, LATER = "earlier half", "later half"


def severity_column(incidents: pd.DataFrame) -> str:
    """Where the severity stands: the source's own word where any row has one, else P0 to P6."""
    return "severity_stated" if (incidents["severity_stated"].astype("str") != "").any() else "severity"


def grouped(incidents: pd.DataFrame, by: str | None) -> pd.Series:
    """The group of each incident as text; what is not stated is a group of its own.

    Raises
    ------
    ParameterError
        No such column, or one that names people or teams.
    """
    if by is None:
        return pd.Series("", index=incidents.index, dtype="str")
    if by in PEOPLE:
        raise ParameterError(
            f"{by} names people or teams", remedy="compare services, causes or severities, never people", where="by"
        )
    if by == "half":
        # Of the incidents, not of the time: both have the same say.
        place = np.arange(len(incidents)) >= len(incidents) // 2
        return pd.Series(np.where(place, LATER, EARLIER), index=incidents.index, dtype="str")
    if by in CALENDAR:
        started = incidents["started"]
        year = started.dt.year.astype("str")
        if by == "year":
            return year
        part = started.dt.quarter if by == "quarter" else started.dt.month
        return year + ("-Q" + part.astype("str") if by == "quarter" else "-" + part.astype("str").str.zfill(2))
    if by == "severity" and (incidents["severity"].astype("str") == "").all():
        by = "severity_stated"
    if by not in incidents.columns:
        near = words.nearest(by, [str(c) for c in incidents.columns])
        raise ParameterError(
            f"there is no column {by!r}",
            remedy=f"did you mean {near!r}?" if near else "name a column of INCIDENTS, half, year, quarter or month",
            where="by",
        )
    column = incidents[by]
    if column.dtype == object:
        text = column.map(
            lambda v: "; ".join(map(str, v)) if isinstance(v, list | tuple) else "" if v is None else str(v)
        )
    else:
        text = column.astype("str")
    return text.astype("str").fillna("").replace("", NOT_STATED)


def in_order(names: Any) -> list[str]:
    """Groups in the order of their words, severe first; never in the order of what was measured."""

    def key(name: str) -> tuple[int, str]:
        low = name.lower()
        first = low.split(" ")[0].strip("-:")
        rank = _ORDER.index(low) if low in _ORDER else _ORDER.index(first) if first in _ORDER else len(_ORDER)
        return (len(_ORDER) + 1 if name == NOT_STATED else rank), name

    return sorted({str(n) for n in names}, key=key)


def periods(span: Window, *, every: str) -> pd.DatetimeIndex:
    """The edges of calendar periods that cover a window, its own ends first and last."""
    code = {"day": "D", "week": "W-MON", "month": "MS", "quarter": "QS", "year": "YS"}[every]
    inner = pd.date_range(span.start.normalize(), span.end, freq=code, tz="UTC")
    edges = [span.start, *[t for t in inner if span.start < t < span.end], span.end]
    return pd.DatetimeIndex(edges)


def counts_in(seconds: pd.Series | np.ndarray, span: Window, edges: pd.DatetimeIndex) -> tuple[np.ndarray, np.ndarray]:
    """Events and seconds in each period between edges."""
    at = (edges - span.start).total_seconds().to_numpy()
    # The last edge belongs to the window.
    counts, _ = np.histogram(np.asarray(seconds, float), bins=at) if len(at) > 1 else (np.zeros(0, int), at)
    return counts.astype(int), np.diff(at)
