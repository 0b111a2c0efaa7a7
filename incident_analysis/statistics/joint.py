"""Rate and probability when only their product shows.

A cause comes with a rate; each time it has an effect with a probability; only the effects are seen. What is seen
then tells the rate of the effects, which is rate × probability, and hardly how it divides into the two: many causes
that rarely matter look the same as few that always do. Counting the effects as if they were the causes gives
intervals of the rate that miss it far more often than they say.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import special

from incident_analysis.errors import MethodError
from incident_analysis.statistics import rates
from incident_analysis.statistics.distribution import FAR_TAIL, USUAL_TAIL, Array, Distribution, normalised
from incident_analysis.statistics.distributions import Gamma, Point
from incident_analysis.statistics.tabulated import POINTS, Tabulated, distinct, settled

# Nodes of the inner integrals; the trapezoidal rule on a smooth, decaying function converges very fast.
_INNER = 301
# Nodes of a marginal, and of the product.
_MARGINAL = 1001
_PRODUCT = 2001
# Nodes of the share that is reported, and the logarithms of the rates between which it is averaged out.
_REPORTING = 61
_LEAST, _MOST = -60.0, 15.0
Span = tuple[float, float]
Extra = Callable[[Array], Array] | None


@dataclass(frozen=True, slots=True)
class NearMisses:
    """Causes without the effect that somebody reported, though not everybody does.

    Parameters
    ----------
    count : int
        Reported over the same time as the effects.
    reporting : Distribution
        Share of all near misses that is reported, in (0, 1].
    """

    count: int
    reporting: Distribution

    def log_likelihood(self, exposure: float) -> Callable[[Array], Array]:
        """Logarithm of the probability of the count for each rate of near misses, the share averaged out."""
        from scipy.interpolate import CubicSpline

        q, weights = self.reporting.nodes(_REPORTING)
        z = np.linspace(_LEAST, _MOST, 8001)
        expected = np.multiply.outer(np.exp(z), q) * exposure
        log = special.logsumexp(special.xlogy(self.count, expected) - expected, b=weights[None, :], axis=1)
        curve = CubicSpline(z, log)

        def at(rate: Array) -> Array:
            with np.errstate(divide="ignore"):
                place = np.log(rate)
            inside = curve(np.clip(place, _LEAST, _MOST))
            # Below the grid the count alone matters.
            beyond = np.where(place < _LEAST, np.maximum(place, -1e6) - _LEAST, 0.0)
            return np.asarray(inside + self.count * beyond)

        return at


@dataclass(frozen=True, slots=True)
class Joint:
    """What effects alone tell about a rate, a probability and their product.

    Parameters
    ----------
    rate, probability : Distribution
        Each by itself, after what was seen.
    product : Distribution
        Of rate × probability, after what was seen: the rate of the effects.
    prior_product : Distribution
        The same before.
    tail : float
        Probability, before, of at least as many effects as were seen.
    """

    rate: Distribution
    probability: Distribution
    product: Distribution
    prior_product: Distribution
    tail: float


def update(
    rate: Distribution,
    probability: Distribution,
    *,
    count: int,
    exposure: float,
    near_misses: NearMisses | None = None,
) -> Joint:
    """Belief about rate, probability and their product after `count` effects in a time `exposure`.

    Parameters
    ----------
    rate : Distribution
        Of the cause, per unit of time, above 0.
    probability : Distribution
        Of the effect given the cause, in (0, 1]; independent of the rate beforehand.
    count : int
        Effects seen; causes without the effect are not seen.
    exposure : float
        Time over which every effect would have been seen, in the same unit of time.
    near_misses : NearMisses, optional
        Causes without the effect that were reported in that time, with the share that is.

    Returns
    -------
    Joint

    Raises
    ------
    MethodError
        Where the three ways to compute the same total disagree: the grid is too coarse for so many events.

    Notes
    -----
    Effects are Poisson with mean rate × probability × exposure. The posterior is integrated numerically on grids in
    log(rate) and log-odds of the probability; there are no random numbers in it.

    Examples
    --------
    >>> from incident_analysis.statistics import Beta, Gamma
    >>> seen = update(Gamma.from_interval(0.2, 2, level=0.9), Beta(1, 9), count=1, exposure=5)
    >>> round(seen.product.mean, 3), round(seen.probability.mean, 3)
    (0.127, 0.134)
    """
    rates.check_count(count, exposure)
    extra: Extra = None
    if near_misses is not None:
        rates.check_count(near_misses.count, exposure)
        extra = near_misses.log_likelihood(exposure)
    over_rate, over_p = _box(rate, probability, count, exposure, extra)
    r, log_r = rate.grid(*over_rate, _INNER)
    p, log_p = probability.grid(*over_p, _INNER)
    many_r, log_many_r = rate.grid(*over_rate, _MARGINAL)
    many_p, log_many_p = probability.grid(*over_p, _MARGINAL)
    by_rate = special.logsumexp(_log_joint(many_r, log_many_r, p, log_p, count, exposure, extra), axis=1)
    by_p = special.logsumexp(_log_joint(r, log_r, many_p, log_many_p, count, exposure, extra), axis=0)
    if isinstance(rate, Point):
        effects, by_effects = many_p * rate.value, by_p
    elif isinstance(probability, Point):
        effects, by_effects = many_r * probability.value, by_rate
    else:
        effects, by_effects = _effects(rate, r, p, log_p, count, exposure, extra)
    totals = [float(special.logsumexp(log)) for log in (by_rate, by_p, by_effects)]
    if not max(totals) - min(totals) < 1e-3:
        raise MethodError(
            f"{count} effects in {exposure:g} are too far from what was thought for the grid of the joint update",
            remedy="count the causes too, so that rate and probability are updated each by itself",
            where="count",
        )
    return Joint(
        rate if isinstance(rate, Point) else Tabulated.of(many_r, normalised(by_rate)),
        probability if isinstance(probability, Point) else Tabulated.of(many_p, normalised(by_p)),
        _table(effects, by_effects),
        product(rate, probability),
        tail(rate, probability, count=count, exposure=exposure),
    )


def tail(rate: Distribution, probability: Distribution, *, count: int, exposure: float) -> float:
    """Probability, before anything was seen, of at least `count` effects in a time `exposure`.

    Parameters
    ----------
    rate, probability : Distribution
        As in `update`.
    count : int
    exposure : float

    Examples
    --------
    >>> from incident_analysis.statistics import Gamma
    >>> round(tail(Gamma(2, 4), Point(1.0), count=4, exposure=1), 5)
    0.00672
    """
    rates.check_count(count, exposure)
    if count == 0 or exposure == 0:
        return float(count == 0)
    p, weights = probability.nodes(POINTS, tail=FAR_TAIL)
    if isinstance(rate, Gamma):
        expected = p * exposure
        return float(np.dot(weights, special.betainc(count, rate.shape, expected / (expected + rate.rate))))
    p, weights = probability.nodes(_MARGINAL, tail=FAR_TAIL)
    r, rate_weights = rate.nodes(_MARGINAL, tail=FAR_TAIL)
    return float(rate_weights @ special.pdtrc(count - 1, np.multiply.outer(r, p) * exposure) @ weights)


def _log_joint(r: Array, log_r: Array, p: Array, log_p: Array, count: int, exposure: float, extra: Extra) -> Array:
    """Logarithm of prior × likelihood over a grid of rates (rows) and probabilities (columns)."""
    effects = np.multiply.outer(r, p)
    log = log_r[:, None] + log_p[None, :] + rates.poisson_log_likelihood(effects, count, exposure)
    return np.asarray(log if extra is None else log + extra(np.multiply.outer(r, 1 - p)))


def _box(rate: Distribution, probability: Distribution, count: int, exposure: float, extra: Extra) -> tuple[Span, Span]:
    """Where rate and probability lie now: the prior may lie elsewhere altogether."""
    over_rate, over_p = rate.span(FAR_TAIL), probability.span(FAR_TAIL)
    for _ in range(3):

        def by_rate(first: float, last: float, n: int, over_p: Span = over_p) -> Array:
            log = _log_joint(*rate.grid(first, last, n), *probability.grid(*over_p, 129), count, exposure, extra)
            return np.asarray(log.max(axis=1))

        over_rate = settled(*over_rate, by_rate, count=129)

        def by_p(first: float, last: float, n: int, over_rate: Span = over_rate) -> Array:
            log = _log_joint(*rate.grid(*over_rate, 129), *probability.grid(first, last, n), count, exposure, extra)
            return np.asarray(log.max(axis=0))

        over_p = settled(*over_p, by_p, count=129)
    return over_rate, over_p


def _effects(
    rate: Distribution, r: Array, p: Array, log_p: Array, count: int, exposure: float, extra: Extra
) -> tuple[Array, Array]:
    """Values of rate × probability, and the logarithms of their weights after what was seen."""

    def log_weights(first: float, last: float, n: int) -> Array:
        z = np.linspace(first, last, n)
        seen = rates.poisson_log_likelihood(np.exp(z), count, exposure)
        return _log_density(rate, z, p, log_p, extra) + seen + math.log((last - first) / (n - 1))

    first, last = settled(math.log(r[0] * p[0]), math.log(r[-1] * p[-1]), log_weights, count=129)
    return np.exp(np.linspace(first, last, _PRODUCT)), log_weights(first, last, _PRODUCT)


def _log_density(rate: Distribution, z: Array, p: Array, log_p: Array, extra: Extra = None) -> Array:
    """Log density of log(rate × probability): that of log(rate), moved by log(p), averaged over p."""
    log_x = z[:, None] - np.log(p)[None, :]
    x = np.exp(log_x)
    log = rate.log_pdf(x) + log_x + log_p
    return np.asarray(special.logsumexp(log if extra is None else log + extra(x * (1 - p)), axis=1))


def _table(x: Array, log_weights: Array) -> Distribution:
    values, weights = distinct(x, normalised(log_weights))
    return Tabulated(values, weights) if len(values) > 1 else Point(float(values[0]))


def product(rate: Distribution, probability: Distribution) -> Distribution:
    """Distribution of rate × probability, the two being independent.

    Parameters
    ----------
    rate, probability : Distribution
        Both above 0, or a Point.

    Examples
    --------
    >>> from incident_analysis.statistics import Beta, Gamma
    >>> round(product(Gamma(2, 4), Beta(1, 9)).mean, 6)
    0.05
    """
    if isinstance(probability, Point) and probability.value == 0:
        return Point(0.0)
    if isinstance(rate, Point) and isinstance(probability, Point):
        return Point(rate.value * probability.value)
    r, r_weights = rate.nodes(POINTS)
    p, p_weights = probability.nodes(POINTS)
    if isinstance(rate, Point):
        return Tabulated.of(p * rate.value, p_weights)
    if isinstance(probability, Point):
        return Tabulated.of(r * probability.value, r_weights)
    p, log_p = probability.grid(*probability.span(USUAL_TAIL), _INNER)
    z = np.linspace(math.log(r[0]) + math.log(p[0]), math.log(r[-1]) + math.log(p[-1]), _PRODUCT)
    return Tabulated(np.exp(z), normalised(_log_density(rate, z, p, log_p)))
