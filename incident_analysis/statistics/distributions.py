"""Distributions as values: what somebody believes about a rate, a probability or an amount.

Each is frozen, is made from an interval as people state it, and answers mean, quantile, interval and density exactly
(special functions, no random numbers). Times and money carry no unit here: the caller says it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import special

from incident_analysis.errors import MethodError, ParameterError
from incident_analysis.statistics.distribution import Array, Distribution, probability_argument

# exp of less than this is zero in double precision.
_SMALLEST_LOG = -700.0


@dataclass(frozen=True, slots=True)
class Gamma(Distribution):
    """Gamma distribution, the usual belief about a rate.

    Parameters
    ----------
    shape : float
        Above 0; acts like a number of events seen before.
    rate : float
        Above 0; acts like the time in which they were seen.

    Examples
    --------
    >>> prior = Gamma.from_interval(0.2, 2, level=0.9)
    >>> round(prior.shape, 5), round(prior.rate, 5)
    (2.43727, 2.71894)
    """

    shape: float
    rate: float

    def __post_init__(self) -> None:
        _positive(self.shape, "shape")
        _positive(self.rate, "rate")

    @classmethod
    def from_interval(cls, low: float, high: float, *, level: float) -> Gamma:
        """The gamma distribution whose equal-tailed interval at `level` is [low, high]; 0 < low < high."""
        level = probability_argument(level, "level")
        return cls.from_quantiles((1 - level) / 2, low, (1 + level) / 2, high)

    @classmethod
    def from_quantiles(cls, p_low: float, low: float, p_high: float, high: float) -> Gamma:
        """The gamma distribution with two given quantiles.

        Raises
        ------
        MethodError
            Where no gamma distribution has them (low not above 0, or low not below high).
        """
        _ordered(low, high, above=0.0)
        wanted = math.log(high / low)

        # The ratio of two quantiles falls as the shape grows, and does not depend on the rate.
        def miss(log_shape: float) -> float:
            shape = math.exp(log_shape)
            first, second = special.gammaincinv(shape, p_low), special.gammaincinv(shape, p_high)
            return (math.log(second / first) if first > 0 else math.inf) - wanted

        shape = math.exp(_root(miss, math.log(1e-2), math.log(1e9), "a gamma distribution", low, high))
        return cls(shape, float(special.gammaincinv(shape, p_high)) / high)

    @property
    def mean(self) -> float:
        return self.shape / self.rate

    def quantile(self, p: float) -> float:
        return float(special.gammaincinv(self.shape, _share(p))) / self.rate

    def cdf(self, x: float) -> float:
        return float(special.gammainc(self.shape, max(x, 0.0) * self.rate))

    def above(self, x: float) -> float:
        return float(special.gammaincc(self.shape, max(x, 0.0) * self.rate))

    def log_pdf(self, x: Array) -> Array:
        y = np.where(x >= 0, x, 0.0) * self.rate
        with np.errstate(divide="ignore"):
            log = special.xlogy(self.shape - 1, y) - y - special.gammaln(self.shape) + math.log(self.rate)
        return np.where(x >= 0, log, -np.inf)

    def span(self, tail: float) -> tuple[float, float]:
        low, high = special.gammaincinv(self.shape, tail), special.gammainccinv(self.shape, tail)
        return (math.log(low) if low > 0 else _SMALLEST_LOG), math.log(high)

    def grid(self, first: float, last: float, count: int) -> tuple[Array, Array]:
        # Even steps of the logarithm.
        z = np.linspace(first, last, count)
        log = self.shape * z - np.exp(z) - special.gammaln(self.shape)
        return np.exp(z) / self.rate, log + math.log((last - first) / (count - 1))


@dataclass(frozen=True, slots=True)
class Beta(Distribution):
    """Beta distribution, the usual belief about a probability.

    Parameters
    ----------
    a, b : float
        Above 0; act like numbers of hits and misses seen before.

    Examples
    --------
    >>> round(Beta(1, 9).mean, 3)
    0.1
    """

    a: float
    b: float

    def __post_init__(self) -> None:
        _positive(self.a, "a")
        _positive(self.b, "b")

    @classmethod
    def from_interval(cls, low: float, high: float, *, level: float) -> Beta:
        """The beta distribution whose equal-tailed interval at `level` is [low, high]; 0 < low < high < 1."""
        level = probability_argument(level, "level")
        _ordered(low, high, above=0.0, below=1.0)
        tail = (1 - level) / 2

        # For each a there is one b that puts the lower quantile at `low`; along these, the upper one falls as a grows.
        def b_of(a: float) -> float:
            def miss(log_b: float) -> float:
                return float(special.betainc(a, math.exp(log_b), low)) - tail

            return math.exp(_root(miss, math.log(1e-9), math.log(1e15), "a beta distribution", low, high))

        def upper(log_a: float) -> float:
            a = math.exp(log_a)
            return float(special.betainc(a, b_of(a), high)) - (1 - tail)

        # The log-odds are roughly normal: that bounds a from above (generously), and keeps b within double precision.
        odds = [_log_odds(low), _log_odds(high)]
        spread = (odds[1] - odds[0]) / (2 * float(special.ndtri(1 - tail)))
        end = math.log(100 * (1 + 1 / spread**2) * max(1.0, math.exp(sum(odds) / 2)))
        a = math.exp(_root(upper, math.log(1e-3), end, "a beta distribution", low, high))
        return cls(a, b_of(a))

    @property
    def mean(self) -> float:
        return self.a / (self.a + self.b)

    def quantile(self, p: float) -> float:
        return float(special.betaincinv(self.a, self.b, _share(p)))

    def cdf(self, x: float) -> float:
        return float(special.betainc(self.a, self.b, min(max(x, 0.0), 1.0)))

    def above(self, x: float) -> float:
        return float(special.betaincc(self.a, self.b, min(max(x, 0.0), 1.0)))

    def log_pdf(self, x: Array) -> Array:
        inside = (x >= 0) & (x <= 1)
        p = np.where(inside, x, 0.5)
        with np.errstate(divide="ignore"):
            log = special.xlogy(self.a - 1, p) + special.xlog1py(self.b - 1, -p) - special.betaln(self.a, self.b)
        return np.where(inside, log, -np.inf)

    def span(self, tail: float) -> tuple[float, float]:
        low, rest = (float(special.betaincinv(*ab, tail)) for ab in ((self.a, self.b), (self.b, self.a)))
        first = max(_log_odds(low), _SMALLEST_LOG) if low > 0 else _SMALLEST_LOG
        return first, min(-_log_odds(rest), -_SMALLEST_LOG) if rest > 0 else -_SMALLEST_LOG

    def grid(self, first: float, last: float, count: int) -> tuple[Array, Array]:
        # Even steps of the log-odds: both ends decay smoothly there, whatever a and b are.
        z = np.linspace(first, last, count)
        log = self.a * special.log_expit(z) + self.b * special.log_expit(-z) - special.betaln(self.a, self.b)
        return special.expit(z), log + math.log((last - first) / (count - 1))


@dataclass(frozen=True, slots=True)
class Lognormal(Distribution):
    """Lognormal distribution, the usual belief about an amount that spans orders of magnitude.

    Parameters
    ----------
    mu : float
        Mean of the natural logarithm.
    sigma : float
        Standard deviation of the natural logarithm, above 0.

    Examples
    --------
    >>> round(0.1 * Lognormal.from_interval(1e5, 1e6, level=0.9).mean, 4)
    40400.1283
    """

    mu: float
    sigma: float

    def __post_init__(self) -> None:
        _positive(self.sigma, "sigma")

    @classmethod
    def from_interval(cls, low: float, high: float, *, level: float) -> Lognormal:
        """The lognormal distribution whose equal-tailed interval at `level` is [low, high]; 0 < low < high."""
        level = probability_argument(level, "level")
        _ordered(low, high, above=0.0)
        z = float(special.ndtri((1 + level) / 2))
        return cls((math.log(low) + math.log(high)) / 2, (math.log(high) - math.log(low)) / (2 * z))

    @property
    def mean(self) -> float:
        return math.exp(self.mu + self.sigma**2 / 2)

    def quantile(self, p: float) -> float:
        return math.exp(self.mu + self.sigma * float(special.ndtri(_share(p))))

    def cdf(self, x: float) -> float:
        return float(special.ndtr((math.log(x) - self.mu) / self.sigma)) if x > 0 else 0.0

    def above(self, x: float) -> float:
        return float(special.ndtr((self.mu - math.log(x)) / self.sigma)) if x > 0 else 1.0

    def log_pdf(self, x: Array) -> Array:
        log_x = np.log(np.where(x > 0, x, 1.0))
        z = (log_x - self.mu) / self.sigma
        return np.where(x > 0, -z * z / 2 - log_x - math.log(self.sigma * math.sqrt(2 * math.pi)), -np.inf)

    def span(self, tail: float) -> tuple[float, float]:
        end = float(special.ndtri(tail))
        return end, -end

    def grid(self, first: float, last: float, count: int) -> tuple[Array, Array]:
        z = np.linspace(first, last, count)
        log = -z * z / 2 - math.log(2 * math.pi) / 2
        return np.exp(self.mu + self.sigma * z), log + math.log((last - first) / (count - 1))


@dataclass(frozen=True, slots=True)
class PERT(Distribution):
    """Standard PERT distribution: a smooth belief between two ends, with a most likely value.

    Its mean is (low + 4 likely + high) / 6, not the most likely value.

    Parameters
    ----------
    low, likely, high : float
        The ends are ends, not quantiles; low ≤ likely ≤ high, low < high.

    Examples
    --------
    >>> PERT(20, 100, 900).mean
    220.0
    """

    low: float
    likely: float
    high: float

    def __post_init__(self) -> None:
        _ordered(self.low, self.high)
        if not self.low <= self.likely <= self.high:
            raise MethodError(
                f"the most likely value {self.likely} lies outside {self.low} to {self.high}",
                remedy="give low ≤ likely ≤ high",
                where="likely",
            )

    @property
    def _beta(self) -> Beta:
        width = self.high - self.low
        return Beta(1 + 4 * (self.likely - self.low) / width, 1 + 4 * (self.high - self.likely) / width)

    def _scaled(self, u: Any) -> Any:
        return self.low + (self.high - self.low) * u

    def _unit(self, x: Any) -> Any:
        return (x - self.low) / (self.high - self.low)

    @property
    def mean(self) -> float:
        return (self.low + 4 * self.likely + self.high) / 6

    def quantile(self, p: float) -> float:
        return float(self._scaled(self._beta.quantile(p)))

    def cdf(self, x: float) -> float:
        return self._beta.cdf(self._unit(x))

    def above(self, x: float) -> float:
        return self._beta.above(self._unit(x))

    def log_pdf(self, x: Array) -> Array:
        return self._beta.log_pdf(self._unit(x)) - math.log(self.high - self.low)

    def span(self, tail: float) -> tuple[float, float]:
        return self._beta.span(tail)

    def grid(self, first: float, last: float, count: int) -> tuple[Array, Array]:
        u, log_weights = self._beta.grid(first, last, count)
        return self._scaled(u), log_weights


@dataclass(frozen=True, slots=True)
class Point(Distribution):
    """A figure taken as exact: nothing that is seen can change it.

    Its density has a single row, without a figure: an exact value has no density.
    """

    value: float

    @property
    def mean(self) -> float:
        return self.value

    def quantile(self, p: float) -> float:
        _share(p)
        return self.value

    def cdf(self, x: float) -> float:
        return float(x >= self.value)

    def above(self, x: float) -> float:
        return float(self.value >= x)

    def log_pdf(self, x: Array) -> Array:
        return np.where(x == self.value, np.inf, -np.inf)

    def span(self, tail: float) -> tuple[float, float]:
        return 0.0, 0.0

    def grid(self, first: float, last: float, count: int) -> tuple[Array, Array]:
        return np.array([self.value]), np.array([0.0])

    def density(self, points: int = 201, *, level: float = 0.999) -> pd.DataFrame:
        """One row: the value, and NaN for the density it does not have."""
        return pd.DataFrame({"x": [self.value], "density": [math.nan]})


def _log_odds(p: float) -> float:
    return float(special.logit(p))


def _share(p: float) -> float:
    if not 0 <= p <= 1:
        raise ParameterError(f"p is {p}", remedy="give a share between 0 and 1", where="p")
    return float(p)


def _positive(value: float, name: str) -> None:
    if not (math.isfinite(value) and value > 0):
        raise MethodError(f"{name} is {value}, expected a number above 0", remedy=f"give {name} above 0", where=name)


def _ordered(low: float, high: float, *, above: float = -math.inf, below: float = math.inf) -> None:
    if not (math.isfinite(low) and math.isfinite(high) and above < low < high < below):
        if above == -math.inf:
            expected = "low < high"
        elif below == math.inf:
            expected = f"{above:g} < low < high"
        else:
            expected = f"{above:g} < low < high < {below:g}"
        raise MethodError(f"an interval from {low} to {high}", remedy=f"give {expected}", where="low")


def _root(miss: Callable[[float], float], start: float, end: float, what: str, low: float, high: float) -> float:
    """Where a monotone function is zero."""
    from scipy.optimize import brentq

    first, last = miss(start), miss(end)
    if math.isinf(first) and math.isfinite(last):
        # A quantile that underflows to zero: move up until it does not.
        while math.isinf(first) and start < end:
            start += 0.1
            first = miss(start)
    if not (math.isfinite(first) and math.isfinite(last)) or first * last > 0:
        raise MethodError(
            f"no usable {what.removeprefix('a ')} has the interval {low} to {high}",
            remedy="widen or narrow the interval, or state a figure as exact with `value`",
            where="low",
        )
    return float(brentq(miss, start, end, xtol=1e-14, rtol=1e-14, maxiter=500))
