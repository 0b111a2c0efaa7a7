"""How long each incident lasted: ended, open, or not to be told; with the bounds that start and end allow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from incident_analysis import words
from incident_analysis.errors import ParameterError
from incident_analysis.timeline import DURATIONS
from incident_analysis.trends.groups import grouped
from incident_analysis.trends.history import prepared

#: What can be measured besides `timeline.DURATIONS`: the impact's own window, where an export tells it.
DOWNTIME = ("downtime_start", "downtime_end")
MEASURES = {**DURATIONS, "downtime": DOWNTIME}
#: What each means, for the definition beside a figure.
MEANING = {
    "time_to_detect": "from the first degradation to the moment somebody or something noticed",
    "time_to_acknowledge": "from detection to the moment somebody took it on",
    "time_to_mitigate": "from the start of the impact to the moment it was reduced",
    "time_to_restore": "from the start of the impact to the moment the service was as before",
    "time_to_resolve": "from the start of the incident to the moment the record calls it resolved",
    "downtime": "from the start to the end of the impact, as the source itself dates it",
}
#: What may become of an incident when it is measured.
STATES = ("ended", "open", "zero", "reversed", "unknown")


def lengths(incidents: pd.DataFrame, *, of: str | Sequence[str], as_of: Any, by: str | None = None) -> pd.DataFrame:
    """The length of each incident that counts.

    Parameters
    ----------
    incidents : INCIDENTS
    of : str or pair of str
        A name of `MEASURES`, or two columns of instants: start and end.
    as_of : str or datetime
    by : str, optional
        A column to group by; or half (of the incidents in order), year, quarter, month.

    Returns
    -------
    DataFrame
        One row an incident: `incident_id`, `started`, `group`, `state` (ended, open, zero, reversed, unknown),
        `seconds` (NaN where unknown), `low` and `high` (what the bounds of start and end allow; `high` infinite where
        open).

    Notes
    -----
    What has no end but is not marked as open is unknown, not open. Zero lengths are entries made afterwards, without a
    measured time; they are kept apart, like ends before their start. What ends after `as_of` is open at it.
    """
    frame, span = prepared(incidents, as_of=as_of)
    first, last = columns_of(frame, of)
    made = pd.DataFrame({"incident_id": frame["incident_id"], "started": frame["started"], "group": grouped(frame, by)})
    if span is None:
        empty = pd.Series(np.zeros(0), dtype="float64")
        return made.assign(state=pd.Series([], dtype="str"), seconds=empty, low=empty, high=empty)
    start = _filled(frame, first)
    end = frame[last].where(frame[last] <= span.as_of)
    certain = _certainty(frame, last)
    is_open = end.isna() & ((certain == "open") | frame[last].notna())
    if last == DOWNTIME[1]:
        # The source's own window may lack an end where the incident's record has none either.
        is_open |= end.isna() & (_certainty(frame, "resolved") == "open")
    seconds = (end.fillna(span.open_until) - start).dt.total_seconds().to_numpy(float)
    low, high = _bounds(frame, first, last, start, end, seconds)
    known = start.notna().to_numpy() & (end.notna() | is_open).to_numpy()
    opened = is_open.to_numpy() & known
    state = np.select(
        [~known, opened & (seconds > 0), opened, seconds < 0, seconds == 0],
        ["unknown", "open", "unknown", "reversed", "zero"],
        "ended",
    )
    # A day alone may make a length of zero: its bounds say that it is not one.
    state = np.where((state == "zero") & (high > 0), "ended", state)
    measured = np.isin(state, ("ended", "open"))
    return made.assign(
        state=pd.Series(state, index=frame.index, dtype="str"),
        seconds=np.where(known, seconds, np.nan),
        low=np.where(measured, np.where(opened, seconds, low), np.nan),
        high=np.where(measured, np.where(opened, np.inf, high), np.nan),
    )


def measure_of(incidents: pd.DataFrame, *, as_of: Any) -> str:
    """The measure that most of a history can answer: the impact's own window where there is one, else restoration or
    resolution, whichever more incidents tell."""
    frame, _ = prepared(incidents, as_of=as_of)
    if all(c in frame.columns for c in DOWNTIME) and frame[DOWNTIME[0]].notna().any():
        return "downtime"
    known = {name: int(frame[MEASURES[name][1]].notna().sum()) for name in ("time_to_restore", "time_to_resolve")}
    return "time_to_resolve" if known["time_to_resolve"] > known["time_to_restore"] else "time_to_restore"


def columns_of(frame: pd.DataFrame, of: str | Sequence[str]) -> tuple[str, str]:
    """The columns between which is measured."""
    pair = MEASURES.get(of) if isinstance(of, str) else tuple(of)
    if pair is None or len(pair) != 2:
        near = words.nearest(str(of), list(MEASURES))
        raise ParameterError(
            f"{of!r} is no measure",
            remedy=f"did you mean {near!r}?" if near else f"use {words.listing(MEASURES, last='or')}, or two columns",
            where="of",
        )
    for name in pair:
        if name not in frame.columns or not isinstance(frame[name].dtype, pd.DatetimeTZDtype):
            raise ParameterError(
                f"there are no instants in a column {name!r}",
                remedy="name columns of INCIDENTS, or a measure whose columns this history has",
                where="of",
            )
    return pair[0], pair[1]


def name_of(of: str | Sequence[str]) -> str:
    """A measure in words."""
    return of.replace("_", " ") if isinstance(of, str) else f"{of[0]} to {of[1]}".replace("_", " ")


def account(measured: pd.DataFrame) -> pd.DataFrame:
    """How many incidents of each group could be measured.

    Parameters
    ----------
    measured : DataFrame
        Of `lengths`.

    Returns
    -------
    DataFrame
        Index: groups; columns: `STATES`.
    """
    made = pd.crosstab(measured["group"], measured["state"]) if len(measured) else pd.DataFrame()
    return made.reindex(columns=list(STATES), fill_value=0)


def survived(measured: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Lengths above zero, and whether each is over: what survival methods take."""
    usable = measured["state"].isin(("ended", "open")) & (measured["seconds"] > 0)
    rows = measured[usable]
    return rows["seconds"].to_numpy(float), (rows["state"] == "ended").to_numpy()


def _filled(frame: pd.DataFrame, first: str) -> pd.Series:
    """A start; the first degradation is the start of the impact where nothing else is told."""
    return frame[first].fillna(frame["started"]) if first == "malfunction_began" else frame[first]


def _certainty(frame: pd.DataFrame, name: str) -> pd.Series:
    column = f"{name}_certainty"
    return frame[column].astype("str") if column in frame.columns else pd.Series("", index=frame.index)


def _bounds(
    frame: pd.DataFrame, first: str, last: str, start: pd.Series, end: pd.Series, seconds: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The shortest and the longest that the bounds of start and end allow."""

    def outer(name: str, side: str, point: pd.Series) -> pd.Series:
        column = f"{name}_{side}"
        return frame[column].fillna(point) if column in frame.columns else point

    if not any(f"{n}_{side}" in frame.columns for n in (first, last) for side in ("low", "high")):
        return seconds, seconds
    shortest = (outer(last, "low", end) - outer(first, "high", start)).dt.total_seconds().to_numpy(float)
    longest = (outer(last, "high", end) - outer(first, "low", start)).dt.total_seconds().to_numpy(float)
    # Bounds never exclude the point itself.
    return np.clip(np.fmin(shortest, seconds), 0, None), np.fmax(longest, seconds)
