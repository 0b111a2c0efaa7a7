"""Evenly between two ends: what is believed where only bounds are known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from incident_analysis.errors import MethodError
from incident_analysis.statistics.distribution import Array, Distribution


@dataclass(frozen=True, slots=True)
class Uniform(Distribution):
    """Uniform distribution between two ends.

    Parameters
    ----------
    low, high : float
        low < high.

    Examples
    --------
    >>> Uniform(10, 30).mean, Uniform(10, 30).quantile(0.25)
    (20.0, 15.0)
    """

    low: float
    high: float

    def __post_init__(self) -> None:
        if not self.low < self.high:
            raise MethodError(f"no room between {self.low} and {self.high}", remedy="give low < high", where="low")

    @property
    def mean(self) -> float:
        return (self.low + self.high) / 2

    def quantile(self, p: float) -> float:
        if not 0 <= p <= 1:
            raise MethodError(f"no quantile at {p}", remedy="give a share between 0 and 1", where="p")
        return self.low + (self.high - self.low) * p

    def cdf(self, x: float) -> float:
        return float(np.clip((x - self.low) / (self.high - self.low), 0, 1))

    def log_pdf(self, x: Array) -> Array:
        return np.where((x >= self.low) & (x <= self.high), -np.log(self.high - self.low), -np.inf)

    def span(self, tail: float) -> tuple[float, float]:
        return self.quantile(tail), self.quantile(1 - tail)

    def grid(self, first: float, last: float, count: int) -> tuple[Array, Array]:
        return np.linspace(first, last, count), np.full(count, -np.log(count))
