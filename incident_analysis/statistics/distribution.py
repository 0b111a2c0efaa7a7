"""What every distribution answers, whatever its family."""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from incident_analysis.errors import ParameterError

Array = NDArray[np.float64]

#: Probability left out at each end of the nodes: far below anything that is printed.
USUAL_TAIL = 1e-13
#: The same where what was seen may lie far outside of what was thought.
FAR_TAIL = 1e-250


class Distribution(ABC):
    """What every distribution answers."""

    @property
    @abstractmethod
    def mean(self) -> float:
        """Expected value."""

    @abstractmethod
    def quantile(self, p: float) -> float:
        """Value below which a share `p` in [0, 1] lies."""

    @abstractmethod
    def cdf(self, x: float) -> float:
        """Probability of at most `x`."""

    @abstractmethod
    def log_pdf(self, x: Array) -> Array:
        """Natural logarithm of the probability density at each `x`; −∞ outside the support."""

    def pdf(self, x: Array) -> Array:
        """Probability density at each `x`; 0 outside the support."""
        # A density may be infinite at an end of the support: that is its value, not an accident.
        with np.errstate(over="ignore"):
            return np.exp(self.log_pdf(np.asarray(x, float)))

    @abstractmethod
    def span(self, tail: float) -> tuple[float, float]:
        """Ends, on the scale on which `grid` takes even steps, that leave out a probability `tail` at each side."""

    @abstractmethod
    def grid(self, first: float, last: float, count: int) -> tuple[Array, Array]:
        """Values at even steps between two ends (see `span`), and the logarithms of the probabilities around them."""

    def nodes(self, count: int, *, tail: float = USUAL_TAIL) -> tuple[Array, Array]:
        """Values (ascending) and weights (sum 1) for numerical integration over the distribution."""
        x, log_weights = self.grid(*self.span(tail), count)
        return x, normalised(log_weights)

    def interval(self, level: float) -> tuple[float, float]:
        """Equal-tailed interval that holds a share `level` in (0, 1)."""
        level = probability_argument(level, "level")
        return self.quantile((1 - level) / 2), self.quantile((1 + level) / 2)

    def above(self, x: float) -> float:
        """Probability of at least `x` (for a continuous distribution the same as more than `x`)."""
        return 1.0 - self.cdf(x)

    def density(self, points: int = 201, *, level: float = 0.999) -> pd.DataFrame:
        """The curve of the density.

        Parameters
        ----------
        points : int
            Number of rows.
        level : float
            Share of the probability that the curve spans, equal tails left out.

        Returns
        -------
        DataFrame with `x` (evenly spaced) and `density` (per unit of x; never negative)
        """
        low, high = self.interval(level)
        x = np.linspace(low, high, points)
        return pd.DataFrame({"x": x, "density": self.pdf(x)})


def normalised(log_weights: Array) -> Array:
    """Weights that sum to 1 from their logarithms, without overflow."""
    weights = np.exp(log_weights - np.max(log_weights))
    return np.asarray(weights / weights.sum())


def probability_argument(value: float, name: str) -> float:
    """The value, refused unless it is strictly between 0 and 1."""
    if not 0 < value < 1:
        raise ParameterError(f"{name} is {value}", remedy="give it as a probability: 0.9, not 90", where=name)
    return float(value)
