"""The loss of a year: how many losses come, each of an uncertain size, added up exactly.

Causes come at an uncertain rate; each leads to effects, each with its probability; every effect costs an amount of its
own. The sum over a year has no closed form, but its transform has: the generating function of the counts, taken at the
transform of the amounts. One fast Fourier transform gives the distribution; there are no random numbers in it. The sum
over events is meant, never a frequency times one loss.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

from incident_analysis.errors import MethodError
from incident_analysis.statistics.distribution import Array, Distribution, probability_argument
from incident_analysis.statistics.distributions import PERT, Beta, Gamma, Lognormal, Point
from incident_analysis.statistics.log_amounts import LogStudent
from incident_analysis.statistics.tabulated import Tabulated

#: Cells of a grid; the lower half is read, the upper half keeps what wraps around away from it.
CELLS = 2**15
#: Logarithm of the weight that the last cell loses by the tilt: what wraps around is damped by so much.
TILT = 24.0
#: A grid is read down to this share of its end; below, a finer one is laid.
FINEST = 1 / 64
#: Probability of more events than are looked at.
_UNSEEN = 1e-13
_MOST_EVENTS = 8192
# Nodes of an uncertain probability, and of a rate that is no gamma.
_NODES = 129

#: Generating functions are taken at real and at complex places alike.
Places = NDArray[Any]


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """Losses that come of one cause.

    Parameters
    ----------
    rate : Distribution
        Of the cause, per year; events are Poisson once the rate is known.
    effects : tuple of (Distribution, Distribution)
        Probability of each effect once the cause is there (one for all occurrences), and its loss each time, above 0.
        Effects of one occurrence are independent of each other, and of the rate.
    """

    rate: Distribution
    effects: tuple[tuple[Distribution, Distribution], ...]

    @property
    def mean(self) -> float:
        """Expected loss of a year; infinite where a loss has no finite mean."""
        return self.rate.mean * sum(p.mean * loss.mean for p, loss in self.effects)

    @property
    def variance(self) -> float:
        """Variance of the loss of a year, its uncertain rate and probabilities included."""
        if not math.isfinite(self.mean):
            return math.inf
        p = np.array([one.mean for one, _ in self.effects])
        p2 = np.array([second_moment(one) for one, _ in self.effects])
        m = np.array([loss.mean for _, loss in self.effects])
        m2 = np.array([second_moment(loss) for _, loss in self.effects])
        each = p * m
        both = float(each.sum() ** 2 - (each**2).sum())
        # Of one occurrence: the mean square, and the mean square of the mean given the probabilities.
        square, square_of_mean = float((p * m2).sum()) + both, float((p2 * m**2).sum()) + both
        return self.rate.mean * square + second_moment(self.rate) * square_of_mean - self.mean**2

    def generating(self, places: Sequence[Places]) -> Places:
        """Generating function of the numbers of effects in a year, at one place for each effect."""
        known = [p.value if isinstance(p, Point) else None for p, _ in self.effects]
        if all(p is not None for p in known):
            steps = [1 - p + p * z for p, z in zip(known, places, strict=True) if p is not None]
            return of_counts(self.rate, reduce(np.multiply, steps))
        if len(places) == 1:
            return _polynomial(count_probabilities(self.rate, self.effects[0][0]), places[0])
        # By the number of causes: given it, the effects are independent of each other.
        counts = _trimmed(count_probabilities(self.rate))
        nodes = [_few_nodes(p, len(counts)) for p, _ in self.effects]
        bases = [1 - p[:, None] + p[:, None] * z[None, :] for (p, _), z in zip(nodes, places, strict=True)]
        powers = [np.ones_like(base) for base in bases]
        # Of one kind with the powers: a product of unlike kinds takes the slow way.
        shares = [weights.astype(base.dtype) for (_, weights), base in zip(nodes, bases, strict=True)]
        total = np.zeros_like(bases[0][0])
        for share in counts:
            total = total + share * reduce(np.multiply, [w @ b for w, b in zip(shares, powers, strict=True)])
            for power, base in zip(powers, bases, strict=True):
                power *= base
        return total


class Compound:
    """The loss of a year from independent sources.

    Parameters
    ----------
    sources : sequence of Source
        Independent of each other; losses in one unit.

    Notes
    -----
    Amounts are put on an even grid, each to the nearest point, and the distribution function is read at the middle
    between two points, where the error of the rounding is of the second order in the grid's step. An exponential tilt
    keeps what wraps around below 1e-10. What lies above the grid's end cannot change what lies below, since no loss
    is negative; so a wide range is read from several grids, none of which has fewer than 256 steps to a value.

    References
    ----------
    Grübel and Hermesmeier, Computation of compound distributions I: aliasing errors and exponential tilting,
    ASTIN Bulletin 29, 1999. Embrechts and Frei, Panjer recursion versus FFT for compound distributions, 2009.

    Examples
    --------
    >>> from incident_analysis.statistics import Lognormal
    >>> loss = Lognormal.from_interval(1e5, 1e6, level=0.9)
    >>> year = Compound([Source(Point(3.0), ((Point(1.0), loss),))])
    >>> round(year.mean, 2), round(float(year.above(np.array([2e6]))[0]), 5)
    (1212003.85, 0.17)
    """

    def __init__(self, sources: Sequence[Source]) -> None:
        if not sources:
            raise MethodError("no losses to add up", remedy="give at least one source with its loss", where="sources")
        self.sources = tuple(sources)
        self._grids: dict[int, _Grid] = {}

    @property
    def mean(self) -> float:
        """Expected loss of a year; infinite where a loss has no finite mean."""
        return math.fsum(source.mean for source in self.sources)

    @property
    def variance(self) -> float:
        """Variance of the loss of a year."""
        return math.fsum(source.variance for source in self.sources)

    @property
    def none(self) -> float:
        """Probability of a year without any loss."""
        return float(self._generating([[np.zeros(1)] * len(s.effects) for s in self.sources])[0])

    def above(self, x: Array) -> Array:
        """Probability that the losses of a year add up to more than each `x`."""
        x = np.asarray(x, float)
        found = np.where(x < 0, 1.0, 1 - self.none)
        left = x > 0
        while left.any():
            end = float(x[left].max())
            now = left & (x >= end * FINEST)
            found[now] = 1 - self._grid_to(end * 1.001).below(x[now])
            left &= ~now
        return np.clip(found, 0.0, 1.0)

    def largest_above(self, x: Array) -> Array:
        """Probability that the largest single loss of a year is more than each `x`."""
        x = np.asarray(x, float)
        places = [[cdf(loss, x) for _, loss in source.effects] for source in self.sources]
        return np.where(x < 0, 1.0, np.clip(1 - self._generating(places), 0.0, 1.0))

    def quantile(self, p: float) -> float:
        """Loss of a year that is not exceeded with probability `p` in (0, 1); 0 where most years have none."""
        p = probability_argument(p, "p")
        if p <= self.none:
            return 0.0
        return self._grid_that_reaches(p).quantile(p)

    def tail_mean(self, p: float) -> float:
        """Mean loss of the worst share 1 − `p` of years: the tail value at risk. Infinite with the mean."""
        p = probability_argument(p, "p")
        if not math.isfinite(self.mean):
            return math.inf
        if p <= self.none:
            return self.mean / (1 - p)
        grid = self._grid_that_reaches(p)
        q = grid.quantile(p)
        return q + (self.mean - grid.mean_up_to(q)) / (1 - p)

    def largest_quantile(self, p: float) -> float:
        """Largest single loss of a year that is not exceeded with probability `p`; 0 where most years have none."""
        from scipy.optimize import brentq

        p = probability_argument(p, "p")
        if p <= self.none:
            return 0.0
        low, high = -30.0, self._typical_log() + 1

        def miss(z: float) -> float:
            return float(1 - self.largest_above(np.array([math.exp(z)]))[0]) - p

        while miss(high) < 0:
            high += 2
        while miss(low) > 0:
            low -= 30
        return math.exp(brentq(miss, low, high, xtol=1e-13, rtol=1e-13))

    def _typical_log(self) -> float:
        return max(math.log(max(loss.quantile(0.5), 1e-300)) for s in self.sources for _, loss in s.effects)

    def _generating(self, places: Sequence[Sequence[Places]]) -> Places:
        return reduce(np.multiply, [s.generating(z) for s, z in zip(self.sources, places, strict=True)])

    def _grid(self, end: float) -> _Grid:
        half = CELLS // 2
        step = end / half
        tilt = np.exp(-TILT / CELLS * np.arange(half + 1))
        edges: Array = np.asarray(step * (np.arange(half + 1) + 0.5), np.float64)
        places = []
        for source in self.sources:
            masses = [np.diff(cdf(loss, edges), prepend=0.0) for _, loss in source.effects]
            places.append([np.fft.rfft(mass * tilt, CELLS) for mass in masses])
        mass = np.fft.irfft(self._generating(places), CELLS)[: half + 1] / tilt
        return _Grid(step, np.cumsum(mass))

    def _grid_to(self, end: float) -> _Grid:
        """The grid that ends at the next power of two: few grids serve all questions."""
        power = math.ceil(math.log2(end))
        if power not in self._grids:
            self._grids[power] = self._grid(2.0**power)
        return self._grids[power]

    def _grid_that_reaches(self, p: float) -> _Grid:
        """The finest grid whose end lies above the quantile."""
        end = math.exp(self._typical_log())
        if math.isfinite(self.variance):
            end = max(end, self.mean + 3 * math.sqrt(self.variance))
        while self._grid_to(end).cdf[-1] < p:
            end *= 4
            if end > 1e300:
                raise MethodError(
                    f"the losses have no finite {p} point", remedy="narrow the ranges of the consequences", where="p"
                )
        # From above: a coarse grid says where a finer one is to end, and whether it reaches is seen.
        while True:
            grid = self._grid_to(end)
            nearer = grid.quantile(p) + 2 * grid.step
            if nearer > end / 2:
                return grid
            if self._grid_to(nearer).cdf[-1] < p:
                # The coarse grid had put it too low: a step up reaches it.
                end = max(2 * nearer, end / 4)
                return self._grid_to(end if self._grid_to(end).cdf[-1] >= p else 4 * end)
            end = nearer


@dataclass(frozen=True, slots=True, eq=False)
class _Grid:
    """Values of a distribution function in the middle between the points of an even grid."""

    step: float
    cdf: Array

    def below(self, x: Array) -> Array:
        return np.interp(x, self.step * (np.arange(len(self.cdf)) + 0.5), self.cdf)

    def quantile(self, p: float) -> float:
        rising = np.maximum.accumulate(self.cdf)
        after = int(np.searchsorted(rising, p))
        if after == 0:
            # Within the first half step: the atom of no loss lies there.
            return self.step / 2
        first, last = rising[after - 1], rising[after]
        return float(self.step * (after - 0.5 + (p - first) / (last - first)))

    def mean_up_to(self, end: float) -> float:
        """Mean of the smaller of the loss and `end`: the area above the distribution function."""
        whole = int(end / self.step)
        area = self.step * float(np.sum(1 - self.cdf[:whole]))
        return area + (end - whole * self.step) * float(1 - self.cdf[min(whole, len(self.cdf) - 1)])


def quantiles_of_sum(parts: Sequence[tuple[Distribution, float]], shares: Sequence[float]) -> list[float]:
    """Quantiles of a sum of independent amounts, each a distribution above 0 times a factor.

    Parameters
    ----------
    parts : sequence of (Distribution, float)
    shares : sequence of float
        In (0, 1).
    """
    moving = [(d, f) for d, f in parts if not isinstance(d, Point) and f > 0]
    fixed = math.fsum(d.value * f for d, f in parts if isinstance(d, Point))
    if len(moving) < 2:
        return [fixed + sum(d.quantile(p) * f for d, f in moving) for p in shares]
    end = sum(f * d.quantile(1 - 1e-9) for d, f in moving)
    # The sum's own far point, by a normal's reach, is nearer than the sum of far points where there are many.
    spread = math.sqrt(sum(f * f * (second_moment(d) - d.mean**2) for d, f in moving))
    end = min(
        end, max(sum(f * d.mean for d, f in moving) + 12 * spread, max(f * d.quantile(1 - 1e-6) for d, f in moving))
    )
    half = CELLS // 2
    step = end / half
    tilt = np.exp(-TILT / CELLS * np.arange(half + 1))
    edges: Array = np.asarray(step * (np.arange(half + 1) + 0.5), np.float64)
    transforms = [
        np.fft.rfft(np.diff(cdf(d, np.asarray(edges / f, np.float64)), prepend=0.0) * tilt, CELLS) for d, f in moving
    ]
    mass = np.fft.irfft(reduce(np.multiply, transforms), CELLS)[: half + 1] / tilt
    grid = _Grid(step, np.cumsum(mass))
    return [fixed + grid.quantile(p) for p in shares]


def of_counts(rate: Distribution, places: Places) -> Places:
    """Generating function of the number of events in a year at an uncertain rate."""
    if isinstance(rate, Point):
        return np.exp(rate.value * (places - 1))
    if isinstance(rate, Gamma):
        return np.exp(-rate.shape * np.log1p((1 - places) / rate.rate))
    return _polynomial(count_probabilities(rate), places)


@lru_cache(maxsize=1024)
def count_probabilities(rate: Distribution, probability: Distribution | None = None) -> Array:
    """Probability of 0, 1, 2, … events in a year, as far as they matter.

    Parameters
    ----------
    rate : Distribution
        Per year.
    probability : Distribution, optional
        Of each event to count; one for all events of a year, independent of the rate.
    """
    p, p_weights = probability.nodes(_NODES) if probability is not None else (np.ones(1), np.ones(1))
    if isinstance(rate, Gamma):
        shape, scales, weights = rate.shape, p / rate.rate, p_weights
    else:
        r, r_weights = rate.nodes(4 * _NODES)
        shape, scales = 0.0, np.multiply.outer(r, p).ravel()
        weights = np.multiply.outer(r_weights, p_weights).ravel()
    most = 16
    while True:
        n = np.arange(most)[:, None]
        if shape:
            log = special.gammaln(n + shape) - special.gammaln(shape) - special.gammaln(n + 1)
            with np.errstate(divide="ignore"):
                log = log - shape * np.log1p(scales) + special.xlogy(n, scales / (1 + scales))
        else:
            log = special.xlogy(n, scales) - scales - special.gammaln(n + 1)
        found = np.exp(log) @ weights
        if 1 - found.sum() < _UNSEEN or found[-1] < _UNSEEN / most:
            return np.asarray(found)
        if most >= _MOST_EVENTS:
            raise MethodError(
                f"more than {_MOST_EVENTS} events in a year are not rare enough to be left out",
                remedy="narrow the range of the rate, or count fewer, larger events",
                where="rate",
            )
        most *= 2


def _polynomial(coefficients: Array, places: Places) -> Places:
    kept = _trimmed(coefficients)
    total = np.full_like(places, kept[-1])
    for one in kept[:-1][::-1]:
        total *= places
        total += one
    return total


def _trimmed(coefficients: Array) -> Array:
    """What is smaller than the last digit of the rest only costs time."""
    kept = np.flatnonzero(np.cumsum(coefficients[::-1])[::-1] > _UNSEEN)
    return coefficients[: kept[-1] + 1]


def _few_nodes(probability: Distribution, events: int) -> tuple[Array, Array]:
    """Nodes that integrate a polynomial of so many events over the probability."""
    if not isinstance(probability, Beta) or max(probability.a, probability.b) > 100:
        return probability.nodes(41)
    # Exact for polynomials of twice the number of nodes; beyond that the powers are smooth enough.
    x, weights = special.roots_jacobi(min(max(events // 2 + 1, 6), 12), probability.b - 1, probability.a - 1)
    return (1 + x) / 2, weights / weights.sum()


def cdf(distribution: Distribution, x: Array) -> Array:
    """Probability of at most each `x`."""
    positive = np.maximum(x, 0.0)
    if isinstance(distribution, Lognormal):
        with np.errstate(divide="ignore"):
            return np.asarray(special.ndtr((np.log(positive) - distribution.mu) / distribution.sigma))
    if isinstance(distribution, LogStudent):
        with np.errstate(divide="ignore"):
            return np.asarray(
                special.stdtr(distribution.freedom, (np.log(positive) - distribution.mu) / distribution.scale)
            )
    if isinstance(distribution, Gamma):
        return np.asarray(special.gammainc(distribution.shape, positive * distribution.rate))
    if isinstance(distribution, PERT):
        shape = distribution._beta
        u = np.clip((x - distribution.low) / (distribution.high - distribution.low), 0.0, 1.0)
        return np.asarray(special.betainc(shape.a, shape.b, u))
    if isinstance(distribution, Beta):
        return np.asarray(special.betainc(distribution.a, distribution.b, np.clip(x, 0.0, 1.0)))
    if isinstance(distribution, Point):
        return (x >= distribution.value).astype(float)
    if isinstance(distribution, Tabulated):
        return np.interp(x, distribution.x, distribution._middles, left=0.0, right=1.0)
    return np.array([distribution.cdf(float(one)) for one in np.ravel(x)]).reshape(np.shape(x))


def second_moment(distribution: Distribution) -> float:
    """Mean of the square; infinite where there is none."""
    if isinstance(distribution, Point):
        return distribution.value**2
    if isinstance(distribution, Lognormal):
        return math.exp(2 * distribution.mu + 2 * distribution.sigma**2)
    if isinstance(distribution, Gamma):
        return distribution.shape * (distribution.shape + 1) / distribution.rate**2
    if isinstance(distribution, Beta):
        total = distribution.a + distribution.b
        return distribution.a * (distribution.a + 1) / (total * (total + 1))
    if not math.isfinite(distribution.mean):
        return math.inf
    x, weights = distribution.nodes(4001)
    return float(np.dot(weights, x * x))
