"""A distribution known at the points of a grid: what is left when a belief has no closed form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from incident_analysis.errors import MethodError
from incident_analysis.statistics.distribution import FAR_TAIL, Array, Distribution, normalised
from incident_analysis.statistics.distributions import Point

#: Points of a grid: with them the quantiles below are right to about five digits.
POINTS = 4001
#: Weights smaller than the largest by this factor, as a logarithm, are left out.
NEGLIGIBLE = 45.0


@dataclass(frozen=True, slots=True, eq=False)
class Tabulated(Distribution):
    """Values of a smooth grid with the probability around each.

    Parameters
    ----------
    x : array
        Ascending values.
    weights : array
        Probability of the cell around each value; sums to 1.

    Notes
    -----
    Quantiles interpolate the distribution function by cubics; the error is of the order of the fourth power of the
    grid's step.
    """

    x: Array = field(repr=False)
    weights: Array = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.x) != len(self.weights) or len(self.x) < 2 or not np.all(np.diff(self.x) > 0):
            raise MethodError("the grid is not ascending, or its weights do not fit it", remedy="sort it")

    @classmethod
    def of(cls, x: Array, weights: Array) -> Tabulated:
        """The distribution of ascending values, equal ones merged."""
        return cls(*distinct(x, weights))

    @property
    def _middles(self) -> Array:
        # The trapezoidal sum up to each value, with the first correction of Euler and Maclaurin.
        return np.asarray(np.cumsum(self.weights) - self.weights / 2 - np.gradient(self.weights) / 12)

    @property
    def mean(self) -> float:
        return float(np.dot(self.x, self.weights))

    def quantile(self, p: float) -> float:
        below = self._middles
        after = int(np.clip(np.searchsorted(below, p), 1, len(below) - 1))
        pair = slice(after - 1, after + 1)
        (low, high), (first, last), weights = self.x[pair], below[pair], self.weights[pair]
        if not first < p < last or not np.all(weights > 0):
            return float(np.interp(p, below, self.x))
        # A cubic through both values with both slopes: the density at a value is its weight by the grid's step.
        slopes = np.gradient(self.x)[pair] / weights * (last - first)
        t = (p - first) / (last - first)
        x = low + (high - low) * t * t * (3 - 2 * t) + t * (1 - t) * ((1 - t) * slopes[0] - t * slopes[1])
        return float(min(max(x, low), high))

    def cdf(self, x: float) -> float:
        return float(np.interp(x, self.x, self._middles, left=0.0, right=1.0))

    def log_pdf(self, x: Array) -> Array:
        heights = self.weights / np.gradient(self.x)
        with np.errstate(divide="ignore"):
            return np.log(np.interp(np.asarray(x, float), self.x, heights, left=0.0, right=0.0))

    def span(self, tail: float) -> tuple[float, float]:
        return 0.0, float(len(self.x) - 1)

    def grid(self, first: float, last: float, count: int) -> tuple[Array, Array]:
        """The grid's own points between two places in it, however many are asked for."""
        part = slice(int(first), int(last) + 1)
        with np.errstate(divide="ignore"):
            return self.x[part], np.log(self.weights[part])

    def table(self) -> pd.DataFrame:
        """The grid itself: `x` and `weight`."""
        return pd.DataFrame({"x": self.x, "weight": self.weights})


def reweighted(prior: Distribution, log_likelihood: Callable[[Array], Array], *, points: int = POINTS) -> Distribution:
    """A belief after something was seen, on a grid that is laid where the belief now lies.

    Parameters
    ----------
    prior : Distribution
    log_likelihood : callable
        Natural logarithm of the probability of what was seen, for each value of an array; up to a constant.
    points : int
        Size of the grid.

    Returns
    -------
    Distribution
        Tabulated; a Point stays itself.
    """
    if isinstance(prior, Point):
        return prior
    first, last = settled(*prior.span(FAR_TAIL), lambda a, b, n: _posterior(prior, log_likelihood, a, b, n))
    x, log_weights = prior.grid(first, last, points)
    return Tabulated.of(x, normalised(log_weights + log_likelihood(x)))


def _posterior(
    prior: Distribution, log_likelihood: Callable[[Array], Array], first: float, last: float, count: int
) -> Array:
    x, log_weights = prior.grid(first, last, count)
    return log_weights + log_likelihood(x)


def settled(
    first: float, last: float, log_weights: Callable[[float, float, int], Array], *, count: int = 513
) -> tuple[float, float]:
    """The part of a span that holds all weight that matters, found by laying finer and finer grids.

    Parameters
    ----------
    first, last : float
        Ends of the span, wide enough.
    log_weights : callable
        Logarithms of the weights at so many even steps between two ends.
    count : int
        Steps of each grid.

    Raises
    ------
    MethodError
        The most weight lies at an end of the span: what was seen is further off than the span reaches.
    """
    if first == last:
        return first, last
    start, end = first, last
    for _ in range(12):
        log = log_weights(first, last, count)
        # A table has steps of its own.
        z = np.linspace(first, last, len(log))
        best = int(np.argmax(log))
        if not np.isfinite(log[best]) or (best == 0 and first == start) or (best == len(log) - 1 and last == end):
            raise MethodError(
                "what was seen lies too far from what was thought to be computed",
                remedy="widen the range that was thought, or count the causes themselves",
                where="count",
            )
        kept = np.flatnonzero(log > np.max(log) - NEGLIGIBLE)
        narrower = float(z[max(kept[0] - 1, 0)]), float(z[min(kept[-1] + 1, len(z) - 1)])
        done = narrower[1] - narrower[0] > 0.7 * (last - first)
        first, last = narrower
        if done:
            break
    return first, last


def distinct(x: Array, weights: Array) -> tuple[Array, Array]:
    """The grid with equal values merged and their weights added."""
    values, places = np.unique(x, return_inverse=True)
    return values, np.bincount(places, weights=weights).astype(np.float64)
