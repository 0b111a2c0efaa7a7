"""When a rate or a level changed: exact searches over every possible place, and a Bayesian answer for one change."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import special

from incident_analysis.errors import ParameterError
from incident_analysis.statistics.distribution import Array


@dataclass(frozen=True, slots=True)
class ChangePoint:
    """One place that parts a series best.

    Parameters
    ----------
    after : int
        How many values stand before the change.
    statistic : float
        Twice the log-likelihood gained by the change.
    p : float
        Probability of a gain at least as large, anywhere, if nothing changed.
    before, later : float
        Mean of the values on either side.
    """

    after: int
    statistic: float
    p: float
    before: float
    later: float


def poisson_change(
    counts: Any, *, rng: np.random.Generator, exposure: Any = None, least: int = 1, draws: int = 1999
) -> ChangePoint:
    """The one change of a Poisson rate that fits counts best, and whether it is more than chance.

    Parameters
    ----------
    counts : array of int
        In periods that follow each other.
    rng : Generator
        Simulates the largest gain when nothing changes: given their number, events fall into the periods by exposure.
    exposure : array of float, optional
        Of each period; by default all are alike.
    least : int
        Periods at least on either side.
    draws : int

    Notes
    -----
    Every place is tried. The p-value is exact for a Poisson process, and counts what was seen among the draws; events
    in clusters are no such process (see `dispersion`).

    References
    ----------
    Worsley, Confidence regions and tests for a change-point in a sequence of exponential family random variables,
    Biometrika 73, 1986.
    """
    k, e = _counts(counts, exposure)
    if len(k) < 2 * least or k.sum() == 0:
        raise ParameterError(
            f"{int(k.sum())} events in {len(k)} periods",
            remedy="give events in at least two periods on either side",
            where="counts",
        )
    gains = _gains(k[None, :], e, least)[0]
    place = int(np.argmax(gains)) + least
    drawn = np.empty(draws)
    step = max(1, 4_000_000 // len(k))
    for begin in range(0, draws, step):
        rows = rng.multinomial(int(k.sum()), e / e.sum(), size=min(step, draws - begin))
        drawn[begin : begin + len(rows)] = _gains(rows, e, least).max(axis=1)
    p = (1 + int((drawn >= gains.max() - 1e-9).sum())) / (draws + 1)
    return ChangePoint(
        place,
        float(2 * gains.max()),
        p,
        float(k[:place].sum() / e[:place].sum()),
        float(k[place:].sum() / e[place:].sum()),
    )


def _gains(rows: np.ndarray, e: Array, least: int) -> Array:
    """Gain of log-likelihood of a change after each place, of each row of counts."""
    left = np.cumsum(rows, axis=1)[:, :-1].astype(float)
    total = rows.sum(axis=1, keepdims=True).astype(float)
    span = np.cumsum(e)[:-1]
    right = total - left
    gain = special.xlogy(left, left / span) + special.xlogy(right, right / (e.sum() - span))
    gain -= special.xlogy(total, total / e.sum())
    last = rows.shape[1] - least
    return np.asarray(gain[:, least - 1 : last])


def poisson_changes(
    counts: Any, *, exposure: Any = None, least: int = 1, penalty: float | None = None, scatter: float = 1.0
) -> list[int]:
    """All changes of a Poisson rate at once: the partition of the least cost, found exactly.

    Parameters
    ----------
    counts : array of int
    exposure : array of float, optional
    least : int
        Periods at least between two changes.
    penalty : float, optional
        What a further change must gain in twice the log-likelihood; by default 3·ln(periods), the modified Bayesian
        information criterion, which errs on the side of too few changes.
    scatter : float
        Variance of the counts over their mean where it is known to be above 1 (see `dispersion`): the penalty grows
        with it.

    Returns
    -------
    list of int
        How many periods stand before each change, ascending; empty for none.

    References
    ----------
    Jackson et al., An algorithm for optimal partitioning of data on an interval, 2005. Zhang and Siegmund, A modified
    Bayes information criterion, Biometrics 63, 2007.

    Examples
    --------
    >>> poisson_changes([9, 11, 10, 8, 12, 9, 10, 2, 1, 0, 2, 1, 1])
    [7]
    """
    k, e = _counts(counts, exposure)
    sums, spans = np.r_[0.0, np.cumsum(k)], np.r_[0.0, np.cumsum(e)]

    def cost(starts: np.ndarray, end: int) -> Array:
        seen = sums[end] - sums[starts]
        return np.asarray(-2 * special.xlogy(seen, seen / (spans[end] - spans[starts])) / max(scatter, 1.0))

    return _partition(len(k), cost, least, 3 * math.log(max(len(k), 2)) if penalty is None else penalty)


def gaussian_change(values: Any, *, least: int = 2) -> ChangePoint:
    """The one change of a mean that leaves the least variance; every place is tried.

    Parameters
    ----------
    values : array of float
    least : int
        Values at least on either side.

    Returns
    -------
    ChangePoint
        `p` is NaN: a series of values is rarely independent, and this function does not pretend that it is.
    """
    x = np.asarray(values, float)
    n = len(x)
    if n < 2 * least or not np.isfinite(x).all():
        raise ParameterError(
            f"{n} values", remedy="give at least two numbers on either side, none missing", where="values"
        )
    y = x - x.mean()
    left = np.cumsum(y)[:-1]
    size = np.arange(1, n)
    between = left**2 / size + left**2 / (n - size)
    inner = between[least - 1 : n - least]
    place = int(np.argmax(inner)) + least
    rest = float((y**2).sum() - inner.max())
    gain = math.inf if rest <= 0 else n * math.log(float((y**2).sum()) / rest)
    return ChangePoint(place, gain, math.nan, float(x[:place].mean()), float(x[place:].mean()))


def gaussian_changes(values: Any, *, least: int = 2, penalty: float | None = None) -> list[int]:
    """All changes of a mean at once, of values with one variance: the partition of the least cost, found exactly.

    Parameters
    ----------
    values : array of float
    least : int
    penalty : float, optional
        In units of the variance; by default 3·ln(n). The variance is that of neighbouring values' differences.
    """
    x = np.asarray(values, float)
    if len(x) < 2 * least or not np.isfinite(x).all():
        return []
    # Differences of neighbours hardly know of a changed mean; their median of none.
    spread = float(np.median(np.abs(np.diff(x)))) / (0.6744897501960817 * math.sqrt(2))
    variance = spread**2 or float(np.diff(x).var()) / 2 or 1.0
    sums, squares = np.r_[0.0, np.cumsum(x)], np.r_[0.0, np.cumsum(x * x)]

    def cost(starts: np.ndarray, end: int) -> Array:
        size = end - starts
        return np.asarray((squares[end] - squares[starts] - (sums[end] - sums[starts]) ** 2 / size) / variance)

    return _partition(len(x), cost, least, 3 * math.log(len(x)) if penalty is None else penalty)


def _partition(n: int, cost: Callable[[np.ndarray, int], Array], least: int, penalty: float) -> list[int]:
    """Optimal partitioning over every place, never a grid of them."""
    best = np.full(n + 1, math.inf)
    best[0] = -penalty
    came = np.zeros(n + 1, int)
    starts = np.array([0])
    for end in range(least, n + 1):
        totals = best[starts] + cost(starts, end) + penalty
        choice = int(np.argmin(totals))
        best[end], came[end] = totals[choice], starts[choice]
        if least == 1:
            # A start that loses by more than a change costs stays behind for ever: exact, not a heuristic. (With a
            # least length a change just here may not be allowed, and the argument fails.)
            starts = starts[totals - penalty <= best[end] + 1e-9]
        if end + 1 - least >= least:
            starts = np.append(starts, end + 1 - least)
    found: list[int] = []
    place = int(came[n])
    while place > 0:
        found.append(place)
        place = int(came[place])
    return found[::-1]


@dataclass(frozen=True, slots=True)
class BayesianChange:
    """What is believed about one change of a rate after the counts.

    Parameters
    ----------
    places : DataFrame
        `after` (periods before the change) and its `probability`.
    before, later : float
        Expected rates on either side, per period.
    log_odds : float
        Natural logarithm of the evidence for a change over none.
    """

    places: pd.DataFrame
    before: float
    later: float
    log_odds: float

    @property
    def mode(self) -> int:
        """The likeliest place."""
        return int(self.places["after"].iloc[int(self.places["probability"].argmax())])

    def interval(self, level: float) -> tuple[int, int]:
        """First and last place of the equal-tailed interval at a level."""
        total = np.cumsum(self.places["probability"].to_numpy())
        tail = (1 - level) / 2
        at = [int(np.searchsorted(total, q)) for q in (tail, 1 - tail)]
        every = self.places["after"].to_numpy()
        return int(every[at[0]]), int(every[min(at[1], len(every) - 1)])


def bayesian_change(counts: Any, *, shape: float = 1.0, rate: float = 1.0) -> BayesianChange:
    """One change of a Poisson rate, every place thought equally likely before; in closed form.

    Parameters
    ----------
    counts : array of int
        In periods of one length.
    shape, rate : float
        Of the gamma prior of both rates, per period.

    References
    ----------
    Raftery and Akman, Bayesian analysis of a Poisson process with a change-point, Biometrika 73, 1986.
    """
    k, _ = _counts(counts, None)
    n = len(k)
    if n < 2:
        raise ParameterError(f"{n} periods", remedy="give at least two", where="counts")
    left = np.cumsum(k)[:-1]
    right = k.sum() - left
    size = np.arange(1, n)

    def evidence(seen: Array, span: Array) -> Array:
        made = special.gammaln(shape + seen) - (shape + seen) * np.log(rate + span)
        return np.asarray(made + shape * math.log(rate) - special.gammaln(shape))

    log = evidence(left, size.astype(float)) + evidence(right, (n - size).astype(float))
    peak = log.max()
    weights = np.exp(log - peak)
    p = weights / weights.sum()
    none = float(evidence(np.asarray(k.sum()), np.asarray(float(n))))
    return BayesianChange(
        pd.DataFrame({"after": size, "probability": p}),
        float(p @ ((shape + left) / (rate + size))),
        float(p @ ((shape + right) / (rate + n - size))),
        float(peak + math.log(weights.mean()) - none),
    )


def _counts(counts: Any, exposure: Any) -> tuple[Array, Array]:
    k = np.asarray(counts, float)
    e = np.ones(len(k)) if exposure is None else np.asarray(exposure, float)
    if len(k) != len(e) or (k < 0).any() or (k != np.floor(k)).any() or not (e > 0).all():
        raise ParameterError(
            "counts or exposures that cannot be",
            remedy="give whole numbers, 0 or more, and an exposure above 0 for each",
            where="counts",
        )
    return k, e
