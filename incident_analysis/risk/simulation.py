"""Simulated years, for what has no exact answer: scenarios that move together, and caps.

Every figure that comes of them carries its Monte Carlo error.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from incident_analysis import frames, words
from incident_analysis.document import Range
from incident_analysis.errors import FrameError, ParameterError
from incident_analysis.estimate import Estimate, Evidence
from incident_analysis.statistics import (
    PERT,
    Beta,
    Distribution,
    Gamma,
    Lognormal,
    LogStudent,
    Point,
    Source,
    compound,
    intervals,
)

Array = NDArray[np.float64]


def simulated(
    groups: Sequence[Sequence[tuple[Source, Distribution | None]]],
    *,
    years: int,
    rng: np.random.Generator,
    unit: str,
) -> pd.DataFrame:
    """Years of losses as LOSSES.

    Parameters
    ----------
    groups : sequence of sequences of (Source, cap or None)
        Sources of one group move together; a cap holds for the sum of a source's losses in a year.
    years : int
    rng : Generator
    unit : str
    """
    if years < 1 or years != int(years):
        raise ParameterError(f"years is {years}", remedy="give a whole number above 0", where="years")
    total, largest = np.zeros(years), np.zeros(years)
    events = np.zeros(years, np.int64)
    for group in groups:
        made = [_alone(group[0][0], years, rng)] if len(group) == 1 else _together([s for s, _ in group], years, rng)
        for (_, cap), (when, size) in zip(group, made, strict=True):
            own = np.bincount(when, weights=size, minlength=years)
            if cap is not None:
                limit = draw(cap, years, rng)
                own, size = np.minimum(own, limit), np.minimum(size, limit[when])
            total += own
            events += np.bincount(when, minlength=years)
            np.maximum.at(largest, when, size)
    return pd.DataFrame(
        {
            "year": pd.Series(np.arange(years), dtype="Int64"),
            "loss_sum": total,
            "loss_largest": largest,
            "loss_event_count": pd.Series(events, dtype="Int64"),
            "unit": pd.Series([unit] * years, dtype="str"),
        }
    )


def _alone(source: Source, years: int, rng: np.random.Generator) -> tuple[NDArray[np.int64], Array]:
    """Year and size of every loss of a source."""
    causes = rng.poisson(draw(source.rate, years, rng))
    when = np.repeat(np.arange(years), causes)
    found = []
    for probability, loss in source.effects:
        p = draw(probability, years, rng)
        hit = when[rng.random(len(when)) < p[when]] if probability != Point(1.0) else when
        found.append((hit, draw(loss, len(hit), rng)))
    return np.concatenate([w for w, _ in found]), np.concatenate([s for _, s in found])


def _together(sources: Sequence[Source], years: int, rng: np.random.Generator) -> list[tuple[NDArray[np.int64], Array]]:
    """The same for sources that move together: years with many losses of one are years with many of the others, and
    the first, second, … losses of a year have one rank of size in all of them."""
    rank = rng.random(years)
    share = rng.random(years)
    flat: list[tuple[int, Distribution, NDArray[np.int64]]] = []
    for place, source in enumerate(sources):
        if len(source.effects) == 1:
            p, loss = source.effects[0]
            steps = np.cumsum(compound.count_probabilities(source.rate, None if p == Point(1.0) else p))
            flat.append((place, loss, np.searchsorted(steps, rank).astype(np.int64)))
            continue
        causes = np.searchsorted(np.cumsum(compound.count_probabilities(source.rate)), rank)
        flat += [(place, loss, rng.binomial(causes, quantiles(p, share))) for p, loss in source.effects]
    found: list[list[tuple[NDArray[np.int64], Array]]] = [[] for _ in sources]
    most = max(int(counts.max(initial=0)) for _, _, counts in flat)
    for number in range(most):
        size = rng.random(years)
        for place, loss, counts in flat:
            here = np.flatnonzero(counts > number)
            found[place].append((here, quantiles(loss, size[here])))
    empty = (np.zeros(0, np.int64), np.zeros(0))
    return [
        (np.concatenate([w for w, _ in parts]), np.concatenate([s for _, s in parts])) if parts else empty
        for parts in found
    ]


def draw(distribution: Distribution, count: int, rng: np.random.Generator) -> Array:
    """Random values of a distribution."""
    if isinstance(distribution, Point):
        return np.full(count, distribution.value)
    if isinstance(distribution, Gamma):
        return rng.gamma(distribution.shape, 1 / distribution.rate, count)
    if isinstance(distribution, Beta):
        return rng.beta(distribution.a, distribution.b, count)
    if isinstance(distribution, Lognormal):
        return rng.lognormal(distribution.mu, distribution.sigma, count)
    return quantiles(distribution, rng.random(count))


def quantiles(distribution: Distribution, u: Array) -> Array:
    """The values below which shares `u` lie."""
    if isinstance(distribution, Point):
        return np.full(len(u), distribution.value)
    if isinstance(distribution, Gamma):
        return np.asarray(special.gammaincinv(distribution.shape, u) / distribution.rate)
    if isinstance(distribution, Beta):
        return np.asarray(special.betaincinv(distribution.a, distribution.b, u))
    if isinstance(distribution, Lognormal):
        return np.exp(distribution.mu + distribution.sigma * special.ndtri(u))
    if isinstance(distribution, LogStudent):
        return np.exp(np.minimum(distribution.mu + distribution.scale * special.stdtrit(distribution.freedom, u), 690))
    if isinstance(distribution, PERT):
        shape = distribution._beta
        return distribution.low + (distribution.high - distribution.low) * special.betaincinv(shape.a, shape.b, u)
    x, weights = distribution.nodes(4001)
    return np.interp(u, np.cumsum(weights) - weights / 2, x)


def cap_of(cap: Range | float | None) -> Distribution | None:
    """A cap as a distribution."""
    from incident_analysis.risk.prior import belief

    if cap is None:
        return None
    if isinstance(cap, int | float):
        return Point(float(cap))
    return belief(cap, "consequence", cap.unit, where="cap").distribution


def of_years(losses: pd.DataFrame, *, level: float, shares: Sequence[float], worst: float) -> pd.DataFrame:
    """Simulated years in figures, each with its Monte Carlo error."""
    unit = checked(losses)
    total = np.sort(losses["loss_sum"].to_numpy(float))
    n = len(total)
    z = float(special.ndtri((1 + level) / 2))
    evidence = (Evidence("formula", "simulation", "", words.plural(n, "simulated year")),)
    keys = {"scenario_id": "", "loss_unit": unit}
    counted = words.plural(n, "simulated year")

    def mean_of(values: Array, per: str, what: str) -> Estimate:
        mean, error = (
            float(values.mean()),
            float(values.std(ddof=1)) / math.sqrt(len(values)) if len(values) > 1 else math.nan,
        )
        said = f"{what}; {counted}, Monte Carlo error {words.number(error)}"
        return Estimate(
            mean, mean - z * error, mean + z * error, level=level, interval="confidence", unit=per, n=len(values),
            method=said, evidence=evidence,
        )  # fmt: skip

    def share_below(values: Array, share: float, what: str) -> Estimate:
        # The order statistics whose ranks hold the quantile at the level.
        reach = z * math.sqrt(n * share * (1 - share))
        low, high = (int(np.clip(n * share + side * reach, 0, n - 1)) for side in (-1, 1))
        value = float(values[min(math.ceil(n * share) - 1, n - 1)])
        error = (float(values[high]) - float(values[low])) / (2 * z)
        return Estimate(
            value, min(float(values[low]), value), max(float(values[high]), value), level=level, interval="confidence",
            unit=unit, n=n, method=f"{what}; {counted}, Monte Carlo error {words.number(error)}", evidence=evidence,
        )  # fmt: skip

    hits = int((total > 0).sum())
    low, high = intervals.clopper_pearson(hits, n, level=level)
    rows = [(keys, "expected_annual_loss", mean_of(total, f"{unit} per year", "mean of the years"))]
    any_loss = Estimate(
        hits / n, low, high, level=level, interval="confidence", n=n, method=f"any loss; {counted}", evidence=evidence
    )
    rows.append((keys, "any_loss_probability", any_loss))
    for share in shares:
        what = f"{words.percent(share)} of years stay at or below"
        rows.append((keys, f"annual_loss_{share * 100:.0f}", share_below(total, share, what)))
    tail = total[math.floor(n * worst) :]
    what = f"mean of the worst {words.percent(1 - worst)} of years"
    rows.append((keys, f"tail_value_at_risk_{worst * 100:.0f}", mean_of(tail, unit, what)))
    largest = np.sort(losses["loss_largest"].to_numpy(float))
    what = f"largest single loss; {words.percent(worst)} of years stay at or below"
    rows.append((keys, f"largest_loss_{worst * 100:.0f}", share_below(largest, worst, what)))
    return frames.estimates(rows)


def curve_of_years(losses: pd.DataFrame, *, of: str, level: float, points: int = 80) -> pd.DataFrame:
    """How many of the simulated years exceed an amount, with the interval of that share."""
    unit = checked(losses)
    values = np.sort(losses["loss_sum" if of == "sum" else "loss_largest"].to_numpy(float))
    n = len(values)
    some = values[values > 0]
    places = [0.0]
    if len(some):
        first, last = float(np.quantile(some, 0.02)), float(values[-max(2, n // 10_000)])
        places += list(np.geomspace(first, max(last, first * 2), points - 1))
    rows = []
    for x in places:
        hits = n - int(np.searchsorted(values, x, side="right"))
        low, high = intervals.clopper_pearson(hits, n, level=level)
        rows.append(
            {
                "x": x,
                "exceedance_probability": hits / n,
                "low": low,
                "high": high,
                "of": of,
                "unit": unit,
                "method": f"{words.plural(n, 'simulated year')}, {words.percent(level)} Monte Carlo interval",
            }
        )
    return frames.build(frames.LOSS_CURVE, rows)


def checked(losses: pd.DataFrame) -> str:
    """The one unit of simulated years."""
    frames.check(losses, frames.LOSSES, where="losses")
    units = list(losses["unit"].unique())
    if len(units) != 1 or len(losses) < 2:
        raise FrameError(
            f"{len(losses)} years in {words.listing(units) or 'no unit'}",
            remedy="give the years of one simulation, in one unit, two at least",
            where="losses",
        )
    return str(units[0])
