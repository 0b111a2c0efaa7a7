"""Service levels in time: seconds in which a service was as it should be, from the periods in which it was not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from incident_analysis import frames
from incident_analysis.errors import ParameterError
from incident_analysis.impact.conditions import Condition
from incident_analysis.impact.when import nanosecond


def of_periods(
    periods: pd.DataFrame,
    *,
    good: Condition,
    valid: Condition,
    every: pd.Timedelta,
    low: pd.Timestamp | None,
    high: pd.Timestamp | None,
) -> pd.DataFrame:
    """SERIES in seconds, from PERIODS: `valid` selects periods (by service), `good` those that count as good.

    Time outside the periods is good. A period that is down concerns everybody where no share is stated, that is what
    "down" means; of any other without a share only bounds are known, nobody to everybody.
    """
    from incident_analysis.impact.service_level import table

    frames.check(periods, frames.PERIODS, where="periods")
    if low is None or high is None:
        raise ParameterError(
            "periods say nothing of the time outside of them",
            remedy="give since and until: the time over which the service is judged",
            where="since" if low is None else "until",
        )
    for one in (good, valid):
        one.require(periods.columns, where="sli")
    bad = periods[valid.holds(periods) & ~good.holds(periods)]
    length = every.as_unit("ns").value
    first, last = nanosecond(low), nanosecond(high)
    starts = np.arange(first // length * length, last, length, dtype=np.int64)
    edges = np.append(starts, starts[-1] + length)
    whole = np.diff(np.clip(edges, first, last)) / 1e9
    lost = {}
    for bound in ("low", "likely", "high"):
        steps = _steps(bad, bound, first, last)
        lost[bound] = _between(steps, np.clip(edges, first, last), together=bound == "high")
    known = np.isclose(lost["low"], lost["high"], rtol=0, atol=1e-9) | ~np.isnan(lost["likely"])
    columns = {
        "valid": whole,
        "good": np.where(known, whole - np.nan_to_num(lost["likely"], nan=0.0), np.nan),
        "good_low": whole - lost["high"],
        "good_high": whole - lost["low"],
    }
    return table(starts, length, "", columns, unit="s")


def _steps(bad: pd.DataFrame, bound: str, first: int, last: int) -> list[tuple[int, int, float]]:
    """Stretches with the share that was concerned, as one bound has it; NaN where it is not known."""
    found = []
    for row in frames.rows(bad):
        start, end = _ends(row, bound)
        if start is None:
            continue
        stop = last if end is None else nanosecond(end)
        begin = nanosecond(start)
        if stop <= begin:
            continue
        share = _share(row, bound)
        found.append((max(begin, first), min(stop, last), share))
    return [step for step in found if step[1] > step[0]]


def _ends(row: dict[str, Any], bound: str) -> tuple[Any, Any]:
    start, end = row["start"], row["end"]
    inner = {"low": ("start_high", "end_low"), "high": ("start_low", "end_high")}.get(bound)
    if inner is not None:
        start = start if pd.isna(row[inner[0]]) else row[inner[0]]
        end = end if pd.isna(row[inner[1]]) else row[inner[1]]
    return (None if pd.isna(start) else start), (None if pd.isna(end) else end)


def _share(row: dict[str, Any], bound: str) -> float:
    if bound == "likely" and row["certainty"] == "day":
        return np.nan
    if not pd.isna(row["share"]):
        return float(row["share"])
    if row["kind"] == "down":
        return 1.0
    return {"low": 0.0, "likely": np.nan, "high": 1.0}[bound]


def _between(steps: list[tuple[int, int, float]], edges: np.ndarray, *, together: bool) -> np.ndarray:
    """Seconds lost between consecutive edges; where periods overlap the largest share counts, at most their sum."""
    cuts = np.unique(np.concatenate([edges, *([np.array([a, b]) for a, b, _ in steps])]))
    share = np.zeros(len(cuts) - 1)
    for start, end, worth in steps:
        inside = (cuts[:-1] >= start) & (cuts[1:] <= end)
        # NaN stays: what overlaps something unknown is unknown.
        share[inside] = np.minimum(share[inside] + worth, 1.0) if together else np.maximum(share[inside], worth)
    seconds = np.append(0.0, np.cumsum(np.diff(cuts) / 1e9 * share)) if not np.isnan(share).any() else None
    if seconds is not None:
        return np.diff(np.interp(edges, cuts, seconds))
    pieces = np.diff(cuts) / 1e9 * share
    place = np.clip(np.searchsorted(edges, cuts[:-1], side="right") - 1, 0, len(edges) - 2)
    out = np.zeros(len(edges) - 1)
    np.add.at(out, place, pieces)
    return out
