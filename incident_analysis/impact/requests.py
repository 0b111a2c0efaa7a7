"""Requests that the incident affected: how many came, failed, were slow, beyond what is usual."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from incident_analysis import frames, words
from incident_analysis.errors import ParameterError
from incident_analysis.estimate import Estimate, Evidence
from incident_analysis.impact.when import checked_series, checked_windows, overlap, refuse_overlap
from incident_analysis.statistics.predictions import next_failures

#: Columns of a series that are no kind of event.
_FIXED = {"time", "end", "key", "count", "value", "valid", "good", "unit", "good_low", "good_high"}


def affected_requests(
    series: pd.DataFrame, *, windows: pd.DataFrame, baseline: pd.DataFrame | None = None, level: float = 0.9
) -> pd.DataFrame:
    """Requests inside the incident's windows: those that came, failed, or were slow, and how many more than usual.

    Parameters
    ----------
    series : SERIES with `valid` and `good`
        Of `service_level`. Further columns that its `sli` named (such as `slow`) are counted as well.
    windows : WINDOWS
        Of the incident, such as `timeline.windows(incident)`. One that is not over runs to the end of the series.
    baseline : WINDOWS, optional
        Quiet time of the same service; it must not overlap the incident. By default nothing is called usual.
    level : float
        Of the interval of what was beyond usual.

    Returns
    -------
    ESTIMATES
        Key `key`; `requests`, `failed`, `slow`… counted: exact where the intervals of the series and the bounds of the
        windows allow, otherwise with bounds. With a baseline `failed_beyond_usual`… with an interval: what its rate
        predicts for as many requests is taken off.

    Raises
    ------
    ParameterError
        A window is empty or reversed; the baseline overlaps the incident or holds no request.
    """
    rows = checked_series(series, needs=("valid", "good"))
    checked_windows(windows)
    if baseline is not None:
        refuse_overlap(checked_windows(baseline, where="baseline"), windows)
    claims: list[tuple[dict[str, str], str, Estimate]] = []
    for key, mine in rows.groupby("key", sort=True):
        kinds = {"failed": mine["valid"] - mine["good"]}
        kinds |= {
            name: mine[name]
            for name in mine.columns
            if name not in _FIXED and pd.api.types.is_numeric_dtype(mine[name])
        }
        inner, outer = inside(mine, windows)
        said = (_evidence(windows),)
        claims.append(({"key": str(key)}, "requests", _counted(mine["valid"], inner, outer, said)))
        for name, values in kinds.items():
            counted = _counted(values, inner, outer, said)
            claims.append(({"key": str(key)}, name, counted))
            if baseline is not None:
                beyond = _beyond(mine, values, counted, inner, outer, baseline, level, said)
                claims.append(({"key": str(key)}, f"{name}_beyond_usual", beyond))
    if not claims:
        nothing = Estimate.unknown("no request is in the series", unit="requests")
        claims = [({"key": ""}, name, nothing) for name in ("requests", "failed")]
    return frames.estimates(claims)


def inside(series: pd.DataFrame, windows: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Which intervals lie wholly inside the narrowest windows, and which touch the widest ones."""
    inner, outer = np.zeros(len(series), bool), np.zeros(len(series), bool)
    last: Any = series["end"].max() if len(series) else pd.NaT
    for row in frames.rows(windows):
        start_low, start_high = _or(row["start_low"], row["start"]), _or(row["start_high"], row["start"])
        over = not pd.isna(row["end"])
        end_low, end_high = (_or(row[n], row["end"]) if over else last for n in ("end_low", "end_high"))
        if pd.isna(end_high):
            continue
        if start_high < end_low:
            inner |= overlap(series, start_high, end_low) > 1 - 1e-12
        outer |= overlap(series, start_low, end_high) > 0
    return inner, outer


def _or(value: Any, other: Any) -> Any:
    return other if pd.isna(value) else value


def _evidence(windows: pd.DataFrame) -> Evidence:
    spans = [
        f"{words.instant(r['start'])} to {'the end of the series' if pd.isna(r['end']) else words.instant(r['end'])}"
        for r in frames.rows(windows)
    ]
    return Evidence("formula", "service level", "", f"counted from {words.listing(spans, most=4)}")


def _counted(values: pd.Series, inner: np.ndarray, outer: np.ndarray, said: tuple[Evidence, ...]) -> Estimate:
    low, high = float(values[inner].sum()), float(values[outer].sum())
    if not outer.any():
        return Estimate.unknown("the series holds no interval inside the windows", unit="requests", evidence=said)
    exact = low == high
    return Estimate(
        low if exact else None,
        low,
        high,
        interval="exact" if exact else "bounds",
        unit="requests",
        n=round(high),
        method="counted" if exact else "counted; the intervals at the edges may lie outside",
        evidence=said,
    )


def _beyond(
    rows: pd.DataFrame,
    values: pd.Series,
    counted: Estimate,
    inner: np.ndarray,
    outer: np.ndarray,
    baseline: pd.DataFrame,
    level: float,
    said: tuple[Evidence, ...],
) -> Estimate:
    quiet, _ = inside(rows, baseline)
    # Intervals that touch the incident are no quiet ones.
    quiet &= ~outer
    of, failed = round(float(rows.loc[quiet, "valid"].sum())), round(float(values[quiet].sum()))
    if not of:
        raise ParameterError(
            "the baseline holds no request", remedy="give quiet time that the series covers", where="baseline"
        )
    if not counted.known or counted.low is None or counted.high is None:
        return Estimate.unknown(counted.reason or "not counted", unit="requests", evidence=said)
    least, _, most_usual = next_failures(failed, of, trials=round(float(rows.loc[inner, "valid"].sum())), level=level)
    _, few_usual, _ = next_failures(failed, of, trials=round(float(rows.loc[outer, "valid"].sum())), level=level)
    value = None if counted.value is None else max(counted.value - least, 0.0)
    return Estimate(
        value,
        max(counted.low - most_usual, 0.0),
        max(counted.high - few_usual, 0.0),
        level=level,
        interval="confidence",
        unit="requests",
        n=of,
        method=f"counted, less what {words.percent(failed / of)} of quiet requests predict ({failed:,} of {of:,})",
        evidence=said,
    )
