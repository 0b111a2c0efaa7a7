"""How often incidents happen: rates by group and by period, their ratio, their clusters, and the next quarter."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
import pandas as pd

from incident_analysis import frames, words
from incident_analysis.errors import ParameterError
from incident_analysis.estimate import Estimate, Evidence
from incident_analysis.statistics import dispersion as scatter_of
from incident_analysis.statistics import intervals
from incident_analysis.statistics.distribution import probability_argument
from incident_analysis.statistics.rate_ratio import rate_ratio as ratio_of
from incident_analysis.trends.groups import CALENDAR, counts_in, grouped, in_order, periods
from incident_analysis.trends.history import YEAR_S, Window, counted, prepared

#: Fewer periods tell nothing about how counts scatter.
LEAST_PERIODS = 8
#: Nobody knows a quarter from less than half of one.
LEAST_AHEAD_S = YEAR_S / 8
#: A test this clear makes the intervals wider.
CLEAR = 0.01


def rate(
    incidents: pd.DataFrame, *, by: str | None = None, exposure: Any = None, as_of: Any, level: float = 0.95
) -> pd.DataFrame:
    """Incidents per year.

    Parameters
    ----------
    incidents : INCIDENTS
    by : str, optional
        Column of the groups; or year, quarter, month: each period by its own length.
    exposure : float, Timedelta, or mapping from group to either, optional
        Years in which the incidents were counted; by default the window from the first incident, which is then not
        counted itself, to the end of the history. Service-years, where several services were watched.
    as_of : str or datetime
    level : float

    Returns
    -------
    ESTIMATES
        Key `group`; name `rate`; "per year". A group without an incident gives only an upper bound.

    Notes
    -----
    Garwood's exact interval. Where counts by month scatter more than a Poisson process's do (p below 0.01),
    quasi-Poisson takes its place and the method says so; then it needs 8 periods.
    """
    probability_argument(level, "level")
    frame, span = prepared(incidents, as_of=as_of)
    if span is None:
        return frames.estimates([({"group": ""}, "rate", Estimate.unknown("no incident counts", unit="per year"))])
    if by in CALENDAR:
        return _by_period(frame, span, str(by), level)
    groups = grouped(frame, by)
    rows = []
    for name in in_order(groups.unique()):
        mine = frame[groups == name]
        if exposure is None:
            seconds = counted(mine, span)
            rows.append(({"group": name}, "rate", _of_window(seconds, span, level)))
        else:
            given = exposure[name] if isinstance(exposure, Mapping) else exposure
            years = years_of(given)
            rows.append(({"group": name}, "rate", _poisson(len(mine), years, level, f"{words.number(years)} years")))
    return frames.estimates(rows)


def years_of(exposure: Any) -> float:
    """An exposure in years, from a number of years or a length of time."""
    if isinstance(exposure, pd.Timedelta | np.timedelta64) or hasattr(exposure, "total_seconds"):
        exposure = pd.Timedelta(exposure).total_seconds() / YEAR_S
    if not (isinstance(exposure, int | float) and math.isfinite(exposure) and exposure > 0):
        raise ParameterError(f"exposure is {exposure!r}", remedy="give years above 0, or a Timedelta", where="exposure")
    return float(exposure)


def _poisson(count: int, years: float, level: float, watched: str) -> Estimate:
    low, high = intervals.garwood(count, level=level)
    source = (Evidence("formula", "trends.rate", "", f"{words.plural(count, 'incident')} in {watched}"),)
    # Nothing seen is no rate of zero: it is an upper bound.
    return Estimate(
        count / years if count else None,
        low / years if count else None,
        high / years,
        level=level,
        interval="confidence",
        unit="per year",
        n=count,
        method="Garwood, exact",
        evidence=source,
    )


def _of_window(seconds: pd.Series, span: Window, level: float) -> Estimate:
    if span.seconds <= 0:
        return Estimate.unknown("the window has no length: there is one instant only", unit="per year")
    exact = _poisson(len(seconds), span.years, level, span.text)
    found = _scatter(seconds, span)
    if found is None or found.p >= CLEAR:
        return exact
    counts, lengths = _whole_months(seconds, span)
    low, high = scatter_of.scattered_interval(counts, level=level, exposure=lengths / YEAR_S)
    how = f"quasi-Poisson: counts by month scatter {words.number(found.ratio)} times as much as chance"
    value = len(seconds) / span.years
    return Estimate(
        value,
        min(low, value),
        max(high, value),
        level=level,
        interval="confidence",
        unit="per year",
        n=len(seconds),
        method=how,
        evidence=exact.evidence,
    )


def _whole_months(seconds: pd.Series, span: Window) -> tuple[np.ndarray, np.ndarray]:
    """Counts and lengths by month, without the pieces at the ends that are shorter than half of one."""
    counts, lengths = counts_in(seconds, span, periods(span, every="month"))
    whole = lengths >= 15 * 86_400
    return counts[whole], lengths[whole]


def _scatter(seconds: pd.Series, span: Window) -> scatter_of.Dispersion | None:
    counts, lengths = _whole_months(seconds, span)
    if len(counts) < LEAST_PERIODS or counts.sum() < LEAST_PERIODS:
        return None
    return scatter_of.dispersion(counts, exposure=lengths)


def _by_period(frame: pd.DataFrame, span: Window, by: str, level: float) -> pd.DataFrame:
    edges = periods(span, every=by)
    counts, lengths = counts_in(counted(frame, span), span, edges)
    rows = []
    for count, length, start in zip(counts, lengths, edges[:-1], strict=True):
        name = {"year": f"{start.year}", "quarter": f"{start.year}-Q{start.quarter}", "month": f"{start:%Y-%m}"}[by]
        rows.append(({"group": name}, "rate", _poisson(int(count), length / YEAR_S, level, words.duration(length))))
    if not rows:
        rows = [({"group": ""}, "rate", Estimate.unknown("the window has no length", unit="per year"))]
    return frames.estimates(rows)


def by_period(incidents: pd.DataFrame, *, every: str = "quarter", as_of: Any, level: float = 0.95) -> pd.DataFrame:
    """Incidents per year in each calendar period, for the chart.

    Parameters
    ----------
    incidents : INCIDENTS
    every : {"month", "quarter", "year"}
    as_of : str or datetime
    level : float

    Returns
    -------
    STRETCHES; those at the ends are cut at the window
    """
    frame, span = prepared(incidents, as_of=as_of)
    if span is None or span.seconds <= 0:
        return frames.empty(frames.STRETCHES)
    edges = periods(span, every=every)
    counts, _ = counts_in(counted(frame, span), span, edges)
    return stretches(edges, counts, level)


def stretches(edges: pd.DatetimeIndex, counts: np.ndarray, level: float) -> pd.DataFrame:
    """Counts between edges as STRETCHES, with exact intervals of their rates."""
    years = np.diff(edges.asi8) / (YEAR_S * _units(edges))
    ends = np.array([intervals.garwood(int(k), level=level) for k in counts]).reshape(-1, 2)
    return pd.DataFrame(
        {
            "start": pd.Series(edges[:-1]).astype("datetime64[us, UTC]"),
            "end": pd.Series(edges[1:]).astype("datetime64[us, UTC]"),
            "count": pd.Series(counts, dtype="Int64"),
            "exposure_years": years,
            "per_year": np.where(counts > 0, counts / years, np.nan),
            "low": np.where(counts > 0, ends[:, 0] / years, np.nan),
            "high": ends[:, 1] / years,
            "level": level,
        }
    )


def _units(edges: pd.DatetimeIndex) -> float:
    return {"s": 1.0, "ms": 1e3, "us": 1e6, "ns": 1e9}[edges.unit]


def rate_ratio(
    a: pd.DataFrame,
    b: pd.DataFrame,
    *,
    exposure: tuple[Any, Any] | None = None,
    as_of: Any,
    level: float = 0.95,
    method: Literal["exact", "mid-p"] = "exact",
) -> Estimate:
    """How many times as often the first of two sets of incidents occurs.

    Parameters
    ----------
    a, b : INCIDENTS
    exposure : pair of float or Timedelta, optional
        Years of each; by default the window of each, whose first incident is then not counted.
    as_of : str or datetime
    level : float
    method : {"exact", "mid-p"}

    Returns
    -------
    Estimate
        A ratio; the p-value stands in its method. Unknown where neither has an incident that counts.

    Notes
    -----
    Exact given the sum of the counts, for Poisson processes. Where incidents come in clusters the interval is too
    narrow: see `clusters`.
    """
    counts, years = [], []
    for place, one in enumerate((a, b)):
        frame, span = prepared(one, as_of=as_of)
        if exposure is not None:
            counts.append(len(frame))
            years.append(years_of(exposure[place]))
        elif span is None or span.seconds <= 0:
            return Estimate.unknown("one of the two has no window: fewer than two incidents")
        else:
            counts.append(len(counted(frame, span)))
            years.append(span.years)
    if sum(counts) == 0:
        return Estimate.unknown("neither has an incident that counts")
    found = ratio_of(counts[0], years[0], counts[1], years[1], level=level, method=method)
    text = f"{counts[0]:,} in {words.number(years[0])} and {counts[1]:,} in {words.number(years[1])} years"
    return Estimate(
        found.ratio if counts[0] and counts[1] else None,
        found.low if counts[0] else None,
        found.high,
        level=level,
        interval="confidence",
        n=sum(counts),
        method=f"{'exact conditional' if method == 'exact' else 'mid-p'}, p = {words.number(found.p)}",
        evidence=(Evidence("formula", "trends.rate_ratio", "", text),),
    )


def clusters(incidents: pd.DataFrame, *, as_of: Any) -> pd.DataFrame:
    """Whether incidents come in clusters: how counts by month scatter.

    Parameters
    ----------
    incidents : INCIDENTS
    as_of : str or datetime

    Returns
    -------
    ESTIMATES
        `scatter` (variance over mean of the counts; 1 for a Poisson process), `p of the scatter`, `size` (of the
        negative binomial that fits best). Unknown with fewer than 8 months or 8 incidents.
    """
    frame, span = prepared(incidents, as_of=as_of)
    names = ("scatter", "p of the scatter", "size")
    found = _scatter(counted(frame, span), span) if span is not None and span.seconds > 0 else None
    if found is None:
        why = f"fewer than {LEAST_PERIODS} months or incidents"
        return frames.estimates([({}, name, Estimate.unknown(why)) for name in names])
    source = (Evidence("formula", "trends.clusters", "", f"counts of {found.n} months"),)
    size = (
        Estimate(
            found.size,
            found.size,
            found.size,
            interval="bounds",
            n=found.n,
            method="negative binomial",
            evidence=source,
        )
        if math.isfinite(found.size)
        else Estimate.unknown("no more scatter than chance makes", evidence=source)
    )
    return frames.estimates(
        [
            (
                {},
                "scatter",
                Estimate(
                    found.ratio,
                    found.ratio,
                    found.ratio,
                    interval="bounds",
                    n=found.n,
                    method="Pearson",
                    evidence=source,
                ),
            ),
            (
                {},
                "p of the scatter",
                Estimate(found.p, found.p, found.p, interval="bounds", n=found.n, method="χ²", evidence=source),
            ),
            ({}, "size", size),
        ]
    )


def next_quarter(incidents: pd.DataFrame, *, as_of: Any, level: float = 0.9, since: Any = None) -> Estimate:
    """How many incidents the quarter after the window will have, if the present rate stays.

    Parameters
    ----------
    incidents : INCIDENTS
    as_of : str or datetime
    level : float
    since : datetime, optional
        From when on the present rate holds, for example the last change of `change_points`; by default all of
        the window.

    Returns
    -------
    Estimate
        Incidents in 91.3 days; whole ends that hold at least `level`. Unknown where nothing was counted.
    """
    frame, span = prepared(incidents, as_of=as_of)
    if span is None or span.seconds <= 0:
        return Estimate.unknown("no window: fewer than two incidents", unit="incidents")
    seconds = counted(frame, span)
    edges = periods(span, every="month")
    first = span.start if since is None else since
    if (span.end - first).total_seconds() < LEAST_AHEAD_S:
        return Estimate.unknown("the present rate was watched for less than half a quarter", unit="incidents")
    if since is not None:
        edges = pd.DatetimeIndex([since, *[t for t in edges if t > since]])
    counts, lengths = counts_in(seconds, span, edges)
    if not counts.sum():
        return Estimate.unknown("nothing was counted since the last change", unit="incidents")
    quarter = YEAR_S / 4
    expected, low, high = scatter_of.next_count(counts, level=level, exposure=lengths / quarter)
    text = f"{words.plural(int(counts.sum()), 'incident')} from {edges[0]:%Y-%m-%d} to {edges[-1]:%Y-%m-%d}"
    return Estimate(
        expected,
        min(low, expected),
        max(high, expected),
        level=level,
        interval="credible",
        unit="incidents",
        n=int(counts.sum()),
        method="negative binomial, if the present rate stays",
        evidence=(Evidence("formula", "trends.next_quarter", "", text),),
    )
