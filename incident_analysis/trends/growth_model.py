"""Whether incidents become fewer: trend tests, the growth model, and many services as one curve."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from incident_analysis import frames, words
from incident_analysis.errors import ParameterError
from incident_analysis.estimate import Estimate, Evidence
from incident_analysis.statistics import growth as power_law
from incident_analysis.statistics import trend_tests as tests
from incident_analysis.statistics.mean_cumulative import mean_cumulative as averaged
from incident_analysis.trends.history import YEAR_S, Window, counted, prepared

#: Fewer events tell of no trend.
LEAST = 5
#: What is estimated of a history's course.
NAMES = (
    "slope",
    "rate at the end",
    "p of the fit",
    "p by Laplace",
    "p by MIL-HDBK-189",
    "p by Lewis-Robinson",
    "Lewis-Robinson",
)
#: Points of the cumulative curve that a chart can show.
MOST_POINTS = 1500


def growth(
    incidents: pd.DataFrame,
    *,
    as_of: Any,
    rng: np.random.Generator,
    level: float = 0.95,
    failure_terminated: bool = False,
) -> pd.DataFrame:
    """The Crow-AMSAA model of how the count grows, and the tests whether it is anything but a straight line.

    Parameters
    ----------
    incidents : INCIDENTS
    as_of : str or datetime
    rng : Generator
        Permutes gaps and simulates the fit's distribution.
    level : float
    failure_terminated : bool
        Whether the observation ended because of the last incident. A register ends today: False.

    Returns
    -------
    ESTIMATES
        `slope` (below 1: ever fewer), `rate at the end` (per year, by the maximum-likelihood slope), `p of the fit`,
        and the trend tests `p by Laplace`, `p by MIL-HDBK-189`, `p by Lewis-Robinson`; and `Lewis-Robinson`, its
        statistic, below 0 where gaps grow longer. Unknown with fewer than 5
        incidents after the first.

    Notes
    -----
    Laplace and MIL-HDBK-189 hold a Poisson process of constant rate against the data: clusters alone can reject it.
    Lewis-Robinson permutes the gaps and is not fooled by clusters. All see a steady trend, not a bump.
    """
    frame, span = prepared(incidents, as_of=as_of)
    seconds = _times(frame, span)
    if span is None or len(seconds) < LEAST or span.seconds <= 0:
        why = f"fewer than {LEAST} incidents after the first"
        return frames.estimates([({}, name, Estimate.unknown(why)) for name in NAMES])
    n = len(seconds)
    source = (Evidence("formula", "trends.growth", "", f"{words.plural(n, 'incident')}, {span.text}"),)
    how = "failure-terminated" if failure_terminated else "time-terminated"
    try:
        fit = power_law.crow_amsaa(seconds, end=span.seconds, level=level, failure_terminated=failure_terminated)
    except ParameterError as error:
        return frames.estimates([({}, name, Estimate.unknown(error.what, evidence=source)) for name in NAMES])
    per_year = YEAR_S / fit.between_events()
    quality = power_law.goodness_of_fit(
        seconds, end=span.seconds, rng=rng, failure_terminated=failure_terminated, draws=999
    )
    rows = [
        (
            "slope",
            Estimate(
                fit.beta,
                fit.beta_low,
                fit.beta_high,
                level=level,
                interval="confidence",
                n=n,
                method=f"Crow-AMSAA, {how}, maximum likelihood; exact interval",
                evidence=source,
            ),
        ),
        (
            "rate at the end",
            Estimate(
                per_year,
                None,
                None,
                interval="bounds",
                unit="per year",
                n=n,
                evidence=source,
                method=f"Crow-AMSAA with slope {words.number(fit.beta)}; a point of the model, no interval",
            ),
        ),
        ("p of the fit", _p(quality.p, n, f"Cramér-von Mises {words.number(quality.statistic)}, simulated", source)),
    ]
    for test in (tests.laplace, tests.mil_hdbk_189):
        found = test(seconds, end=span.seconds, failure_terminated=failure_terminated)
        text = f"{found.name} {words.number(found.statistic)}; null: {found.null}"
        rows.append((f"p by {found.name}", _p(found.p, found.n, text, source)))
    try:
        last = tests.lewis_robinson(seconds, end=span.seconds, rng=rng)
        text = f"{last.name} {words.number(last.statistic)}; null: {last.null}"
        seen = Estimate(last.statistic, last.statistic, last.statistic, interval="bounds", n=last.n, method=text)
        rows.append(("p by Lewis-Robinson", _p(last.p, last.n, text, source)))
        rows.append(("Lewis-Robinson", seen))
    except ParameterError as error:
        rows += [(name, Estimate.unknown(error.what, evidence=source)) for name in NAMES[-2:]]
    return frames.estimates([({}, name, estimate) for name, estimate in rows])


def _p(p: float, n: int, method: str, source: tuple[Evidence, ...]) -> Estimate:
    return Estimate(p, p, p, interval="bounds", n=n, method=method, evidence=source)


def _times(frame: pd.DataFrame, span: Window | None) -> np.ndarray:
    return np.zeros(0) if span is None else counted(frame, span).to_numpy(float)


def cumulated(incidents: pd.DataFrame, *, as_of: Any, level: float = 0.95) -> pd.DataFrame:
    """How many incidents there were by each instant, with the growth model beside, for the chart.

    Parameters
    ----------
    incidents : INCIDENTS
    as_of : str or datetime
    level : float

    Returns
    -------
    CUMULATED
        From the window's start to its end; of long histories at most 1,500 rows, none of them moved.
    """
    frame, span = prepared(incidents, as_of=as_of)
    seconds = _times(frame, span)
    if span is None:
        return frames.empty(frames.CUMULATED)
    at = np.r_[0.0, seconds, span.seconds]
    count = np.r_[0, np.arange(1, len(seconds) + 1), len(seconds)]
    if len(at) > MOST_POINTS:
        kept = np.unique(np.linspace(0, len(at) - 1, MOST_POINTS).round().astype(int))
        at, count = at[kept], count[kept]
    expected = np.full(len(at), np.nan)
    if len(seconds) >= LEAST and span.seconds > 0:
        try:
            expected = power_law.crow_amsaa(seconds, end=span.seconds, level=level).expected(at)
        except ParameterError:
            pass
    time = pd.Series(span.start + pd.to_timedelta(at, unit="s"))
    return pd.DataFrame(
        {
            "time": time.astype("datetime64[us, UTC]"),
            "count": pd.Series(count, dtype="Int64"),
            "expected": expected,
        }
    )


#: Above so many cells the curve of all services is not worth its time.
MOST_CELLS = 50_000_000


def per_service(incidents: pd.DataFrame, *, as_of: Any, level: float = 0.95) -> Estimate:
    """How many incidents a service of the history has had by the window's end, on average.

    Parameters
    ----------
    incidents : INCIDENTS
    as_of : str or datetime
    level : float

    Returns
    -------
    Estimate
        Incidents per service, by `mean_cumulative`; unknown where fewer than 2 services are stated.
    """
    frame, span = prepared(incidents, as_of=as_of)
    names = frame["services"].explode().dropna().nunique() if len(frame) else 0
    if span is None or names < 2:
        return Estimate.unknown("fewer than 2 services are stated", unit="incidents")
    if names * (span.years * 366 + 1) > MOST_CELLS:
        return Estimate.unknown(f"{names:,} services are too many for this curve", unit="incidents")
    curve = mean_cumulative(frame, as_of=as_of, level=level)
    if curve.empty:
        return Estimate.unknown("the window has no length", unit="incidents")
    last = curve.iloc[-1]
    source = (Evidence("formula", "trends.per_service", "", f"mean cumulative function, {span.text}"),)
    return Estimate(
        float(last["mean"]),
        float(last["low"]),
        float(last["high"]),
        level=level,
        interval="confidence",
        unit="incidents",
        n=int(names),
        method="mean cumulative function, robust; n services",
        evidence=source,
    )


def mean_cumulative(incidents: pd.DataFrame, *, as_of: Any, level: float = 0.95, by: str = "services") -> pd.DataFrame:
    """How many incidents a service has had by each age, averaged over the services of a history.

    Parameters
    ----------
    incidents : INCIDENTS
    as_of : str or datetime
    level : float
    by : str
        What is averaged over: `services`, `organisation` or another column.

    Returns
    -------
    DataFrame
        `years` (since the window's start), `units`, `mean` (incidents per unit), `low`, `high`.

    Notes
    -----
    Every unit is taken as watched for the whole window; units that never had an incident are not in an extract, so the
    mean is that of those which had one.
    """
    frame, span = prepared(incidents, as_of=as_of)
    columns = ["years", "units", "mean", "low", "high"]
    if span is None or span.seconds <= 0:
        return pd.DataFrame({name: pd.Series([], dtype="float64") for name in columns})
    inside = frame[["started", by]]
    if by == "services":
        inside = inside.explode(by)
    names = inside[by].fillna("").astype("str")
    inside = inside[(names != "").to_numpy()]
    names = names[names != ""]
    years = (inside["started"] - span.start).dt.total_seconds().to_numpy() / YEAR_S
    watched = dict.fromkeys(sorted(names.unique()), span.years)
    if not watched:
        return pd.DataFrame({name: pd.Series([], dtype="float64") for name in columns})
    # Days are fine enough, and keep the number of steps small.
    years = np.minimum(np.round(years * 365.25) / 365.25, span.years)
    made = averaged(years, names.to_numpy(str), watched=watched, level=level)
    return made.rename(columns={"time": "years"})
