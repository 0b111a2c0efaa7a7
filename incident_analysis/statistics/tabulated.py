"""A distribution known at the points of a grid: what is left when a belief has no closed form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from incident_analysis.errors import MethodError
from incident_analysis.statistics.distributions import Array, Distribution, Point, normalised

# Points of a grid: with them the quantiles below are right to about five digits.
POINTS = 4001


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
    Quantiles interpolate the distribution function, taken at the middle of each cell's probability; the error is of
    the order of the square of the grid's step.
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
        return np.asarray(np.cumsum(self.weights) - self.weights / 2)

    @property
    def mean(self) -> float:
        return float(np.dot(self.x, self.weights))

    def quantile(self, p: float) -> float:
        return float(np.interp(p, self._middles, self.x))

    def cdf(self, x: float) -> float:
        return float(np.interp(x, self.x, self._middles, left=0.0, right=1.0))

    def pdf(self, x: Array) -> Array:
        heights = self.weights / np.gradient(self.x)
        return np.interp(np.asarray(x, float), self.x, heights, left=0.0, right=0.0)

    def nodes(self, count: int) -> tuple[Array, Array]:
        return self.x, self.weights

    def table(self) -> pd.DataFrame:
        """The grid itself: `x` and `weight`."""
        return pd.DataFrame({"x": self.x, "weight": self.weights})


def reweighted(prior: Distribution, log_likelihood: Callable[[Array], Array], *, points: int = POINTS) -> Distribution:
    """A belief after something was seen, on a grid.

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
    x, weights = prior.nodes(points)
    # Nodes that double precision cannot tell apart (beta close to 1) would make the grid stand still.
    x, weights = distinct(x, weights)
    with np.errstate(divide="ignore"):
        return Tabulated(x, normalised(np.log(weights) + log_likelihood(x)))


def distinct(x: Array, weights: Array) -> tuple[Array, Array]:
    """The grid with equal values merged and their weights added."""
    values, places = np.unique(x, return_inverse=True)
    return values, np.bincount(places, weights=weights).astype(np.float64)
