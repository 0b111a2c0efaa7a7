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
from incident_analysis.statistics.distributions import Array, Distribution, Point, normalised
from incident_analysis.statistics.tabulated import POINTS, Tabulated, distinct

# Nodes of the inner integrals; the trapezoidal rule on a smooth, decaying function converges very fast.
_INNER = 801


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


def update(rate: Distribution, probability: Distribution, *, count: int, exposure: float) -> Joint:
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
    (0.187, 0.154)
    """
    rates.check_count(count, exposure)
    prior_product = product(rate, probability)
    p, p_weights = probability.nodes(_INNER)
    r, r_weights = rate.nodes(_INNER)

    def seen(x: Array, others: Array, weights: Array) -> Array:
        """Logarithm of the probability of what was seen, at each x, the other factor integrated out."""
        effects = np.multiply.outer(x, others)
        with np.errstate(divide="ignore"):
            log = special.xlogy(count, effects) - effects * exposure + np.log(weights)
        return np.asarray(special.logsumexp(log, axis=-1))

    posterior_rate, total_r = _seen(rate, lambda x: seen(x, p, p_weights))
    posterior_p, total_p = _seen(probability, lambda x: seen(x, r, r_weights))
    effects, total = _seen(prior_product, lambda x: rates.poisson_log_likelihood(x, count, exposure))
    if max(abs(total_r - total), abs(total_p - total)) > 1e-3:
        raise MethodError(
            f"{count} effects are too many for the grid of the joint update",
            remedy="count the causes too, so that rate and probability are updated each by itself",
            where="count",
        )
    tail = rates.tail(prior_product, count=count, exposure=exposure)
    return Joint(posterior_rate, posterior_p, effects, prior_product, tail)


def _seen(prior: Distribution, log_likelihood: Callable[[Array], Array]) -> tuple[Distribution, float]:
    """Posterior, and the logarithm of the total probability of what was seen (up to a constant of the count)."""
    x, weights = distinct(*prior.nodes(_INNER if not isinstance(prior, Tabulated) else POINTS))
    with np.errstate(divide="ignore"):
        log = np.log(weights) + log_likelihood(x)
    total = float(special.logsumexp(log))
    if isinstance(prior, Point):
        return prior, total
    return Tabulated(x, normalised(log)), total


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
    r, r_weights = rate.nodes(POINTS)
    p, p_weights = probability.nodes(POINTS)
    if isinstance(rate, Point) and isinstance(probability, Point):
        return Point(rate.value * probability.value)
    if isinstance(rate, Point):
        return Tabulated(*distinct(p * rate.value, p_weights))
    if isinstance(probability, Point):
        return Tabulated(*distinct(r * probability.value, r_weights))
    # Density of log(product) = that of log(rate), moved by log(p), averaged over p.
    p, p_weights = probability.nodes(_INNER)
    log_p = np.log(p)
    kept = p_weights > 1e-16
    z = np.linspace(math.log(r[0]) + float(log_p[kept][0]), math.log(r[-1]) + float(log_p[kept][-1]), POINTS)
    density = np.zeros_like(z)
    for shift, weight in zip(log_p[kept], p_weights[kept], strict=True):
        x = np.exp(z - shift)
        density += weight * x * rate.pdf(x)
    return Tabulated(np.exp(z), density / density.sum())
