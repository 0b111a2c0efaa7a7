"""How often: a belief about a rate, changed by events that were counted over a time."""

from __future__ import annotations

import math
from typing import overload

import numpy as np
from scipy import special

from incident_analysis.errors import ParameterError
from incident_analysis.statistics.distribution import FAR_TAIL, Array, Distribution
from incident_analysis.statistics.distributions import Gamma
from incident_analysis.statistics.tabulated import POINTS, reweighted


@overload
def update(prior: Gamma, *, count: int, exposure: float) -> Gamma: ...
@overload
def update(prior: Distribution, *, count: int, exposure: float) -> Distribution: ...
def update(prior: Distribution, *, count: int, exposure: float) -> Distribution:
    """The belief about a rate after `count` events in a time `exposure`.

    Right only where *every* event was counted: see `joint` for events seen through a filter.

    Parameters
    ----------
    prior : Distribution
        Of the rate, per unit of time.
    count : int
        Events counted, 0 or more.
    exposure : float
        Time in which they were counted, in the same unit of time; 0 or more.

    Returns
    -------
    Distribution
        A Gamma for a Gamma (exact), otherwise tabulated.

    Examples
    --------
    >>> update(Gamma(2, 4), count=4, exposure=1).mean
    1.2
    """
    check_count(count, exposure)
    if isinstance(prior, Gamma):
        return Gamma(prior.shape + count, prior.rate + exposure)
    return reweighted(prior, lambda rate: poisson_log_likelihood(rate, count, exposure))


def tail(prior: Distribution, *, count: int, exposure: float) -> float:
    """Probability, before anything was seen, of at least `count` events in a time `exposure`.

    The rate itself is uncertain, so this is not the Poisson tail at its mean: for a Gamma prior it is the negative
    binomial's.

    Parameters
    ----------
    prior : Distribution
        Of the rate, per unit of time.
    count : int
    exposure : float
        In the same unit of time.

    Examples
    --------
    >>> round(tail(Gamma(2, 4), count=4, exposure=1), 5)
    0.00672
    """
    check_count(count, exposure)
    if count == 0:
        return 1.0
    if exposure == 0:
        return 0.0
    if isinstance(prior, Gamma):
        return float(special.betainc(count, prior.shape, exposure / (exposure + prior.rate)))
    rate, weights = prior.nodes(POINTS, tail=FAR_TAIL)
    return float(np.dot(weights, special.pdtrc(count - 1, rate * exposure)))


def surprise(probability: float) -> float:
    """Surprise of something that had this probability, in bits: −log2 of it.

    A fair coin showing heads is 1 bit; 10 bits is a chance of about one in a thousand.

    Examples
    --------
    >>> surprise(0.125)
    3.0
    """
    if not 0 <= probability <= 1:
        raise ParameterError(f"it is {probability}", remedy="give a share between 0 and 1", where="probability")
    # 0 - x instead of -x: certainty is 0 bits, not -0.
    return 0.0 - math.log2(probability) if probability > 0 else math.inf


def poisson_log_likelihood(rate: Array, count: int, exposure: float) -> Array:
    """Logarithm of the probability of the count at each rate, up to a constant."""
    return np.asarray(special.xlogy(count, rate) - rate * exposure)


def check_count(count: int, exposure: float) -> None:
    """Refuse counts and exposures that cannot be."""
    if count < 0 or count != int(count):
        raise ParameterError(f"count is {count}", remedy="give a whole number, 0 or more", where="count")
    if not (math.isfinite(exposure) and exposure >= 0):
        raise ParameterError(f"exposure is {exposure}", remedy="give a time of 0 or more", where="exposure")
    if count and not exposure:
        raise ParameterError(
            f"{count} events in no time", remedy="give the time in which they were counted", where="exposure"
        )
