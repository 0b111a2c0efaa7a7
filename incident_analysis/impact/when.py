"""Instants, lengths of time and windows as arguments: read, and refused where they cannot be."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd

from incident_analysis import frames, words
from incident_analysis.document import Problem, length, when
from incident_analysis.errors import ParameterError


def instant(value: Any, *, where: str) -> pd.Timestamp | None:
    """An instant as a Timestamp in UTC; None stays None. A day is its midnight."""
    if value is None or value is pd.NaT:
        return None
    if isinstance(value, pd.Timestamp) and value.tzinfo is not None:
        return value.tz_convert("UTC")
    try:
        return pd.Timestamp(when(value).low)
    except Problem as problem:
        raise ParameterError(problem.what, remedy=problem.remedy, where=where) from None


def interval_length(value: Any, *, where: str) -> pd.Timedelta:
    """A positive length of time, from text such as "5min" or "30 d", or a timedelta."""
    try:
        made = pd.Timedelta(value if isinstance(value, timedelta) else length(value))
    except Problem as problem:
        try:
            # What pandas reads as a length, such as "1D" or "01:30:00", is one here too.
            made = pd.Timedelta(value)
        except (ValueError, TypeError):
            raise ParameterError(problem.what, remedy=problem.remedy, where=where) from None
    if not made > pd.Timedelta(0):
        raise ParameterError(f"a length of {value}", remedy="give a positive length of time", where=where)
    return made


def target_ratio(target: float) -> float:
    """An objective, refused unless it is a ratio strictly between 0 and 1."""
    if not 0 < target < 1:
        remedy = f"write {target / 100:.10g}, not {target:g}" if 1 < target < 100 else "write 0.999, not 99.9"
        raise ParameterError(f"target {target:g} is no ratio between 0 and 1", remedy=remedy, where="target")
    return float(target)


def checked_series(series: pd.DataFrame, *, needs: tuple[str, ...], where: str = "series") -> pd.DataFrame:
    """SERIES with the columns that are needed, in order of time, refused where intervals are reversed."""
    frames.check(series, frames.SERIES, where=where)
    lacking = [name for name in needs if name not in series.columns]
    if lacking:
        raise ParameterError(
            f"a series without {words.listing(lacking)}",
            remedy="give what impact.service_level returns"
            if {"valid", "good"} & set(lacking)
            else "give a series of counts",
            where=where,
        )
    if len(series) and bool((series["end"] <= series["time"]).any()):
        raise ParameterError("an interval ends before it begins", remedy="swap time and end", where=where)
    for name in needs:
        if len(series) and bool((series[name] < 0).any()):
            raise ParameterError(f"a negative count in {name}", remedy="counts are 0 or more", where=where)
    return series.sort_values("time", kind="stable", ignore_index=True)


def checked_windows(windows: pd.DataFrame, *, where: str = "windows") -> pd.DataFrame:
    """WINDOWS that have a length. An incident of which no time is known has none: then what is asked is unknown.

    Raises
    ------
    ParameterError
        One is empty or reversed, or has no start; a baseline without any.
    """
    frames.check(windows, frames.WINDOWS, where=where)
    if windows.empty and where != "windows":
        raise ParameterError(
            "no window is given",
            remedy="give timeline.windows(incident), or frames.build(frames.WINDOWS, [{'start': …, 'end': …}])",
            where=where,
        )
    for row in frames.rows(windows):
        if pd.isna(row["start"]):
            raise ParameterError("a window without a start", remedy="give its start, or leave it out", where=where)
        if not pd.isna(row["end"]) and row["end"] <= row["start"]:
            raise ParameterError(
                f"an empty window from {words.instant(row['start'])} to {words.instant(row['end'])}",
                remedy="give an end after the start",
                where=where,
            )
    return windows


def refuse_overlap(baseline: pd.DataFrame, windows: pd.DataFrame) -> None:
    """Refuse a baseline that touches the incident itself."""
    for quiet in frames.rows(baseline):
        for window in frames.rows(windows):
            end = window["end"]
            if (pd.isna(end) or quiet["start"] < end) and (pd.isna(quiet["end"]) or quiet["end"] > window["start"]):
                raise ParameterError(
                    f"the baseline from {words.instant(quiet['start'])} overlaps the incident, which began "
                    f"{words.instant(window['start'])}",
                    remedy="end the baseline before the incident began, or begin it after it was over",
                    where="baseline",
                )


def overlap(series: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp) -> np.ndarray:
    """For each interval the share of it that lies between two instants."""
    low, high = _nanoseconds(series["time"]), _nanoseconds(series["end"])
    first, last = nanosecond(start), nanosecond(end)
    shared = np.minimum(high, last) - np.maximum(low, first)
    return np.clip(shared, 0, None) / (high - low)


def _nanoseconds(times: pd.Series) -> np.ndarray:
    return times.astype("datetime64[ns, UTC]").astype("int64").to_numpy()


def nanosecond(time: pd.Timestamp) -> int:
    """Nanoseconds since 1970."""
    return int(pd.Timestamp(time).as_unit("ns").value)
