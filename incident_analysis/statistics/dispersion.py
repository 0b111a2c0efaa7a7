"""Whether counts scatter more than a Poisson process does, and what that does to a rate's interval."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import optimize, special

from incident_analysis.errors import ParameterError
from incident_analysis.statistics.distribution import probability_argument


@dataclass(frozen=True, slots=True)
class Dispersion:
    """How counts in periods scatter.

    Parameters
    ----------
    ratio : float
        Pearson's χ² over its degrees of freedom: 1 for a Poisson process, more where events come in clusters.
    p : float
        Probability of at least that much scatter for a Poisson process of constant rate.
    size : float
        Of the negative binomial that fits best (variance = mean + mean²/size); infinite where Poisson is as good.
    n : int
        Periods.
    """

    ratio: float
    p: float
    size: float
    n: int


def dispersion(counts: Any, *, exposure: Any = None) -> Dispersion:
    """Measure the scatter of counts around their mean.

    Parameters
    ----------
    counts : array of int
        In periods.
    exposure : array of float, optional
        Of each period.

    Raises
    ------
    ParameterError
        Fewer than 3 periods, or no event.

    Notes
    -----
    A changing rate scatters too: look for changes first. The p-value is χ²'s; good where periods hold an event or
    more on average.

    Examples
    --------
    >>> round(dispersion([0, 9, 0, 0, 11, 1, 0, 0]).ratio, 2)
    8.05
    """
    k = np.asarray(counts, float)
    e = np.ones(len(k)) if exposure is None else np.asarray(exposure, float)
    if len(k) < 3 or k.sum() <= 0:
        raise ParameterError(
            f"{int(k.sum())} events in {len(k)} periods", remedy="give events in 3 periods or more", where="counts"
        )
    expected = k.sum() * e / e.sum()
    chi = float(((k - expected) ** 2 / expected).sum())
    freedom = len(k) - 1
    return Dispersion(chi / freedom, float(special.chdtrc(freedom, chi)), _size(k, expected), len(k))


def _size(k: np.ndarray, expected: np.ndarray) -> float:
    """Maximum-likelihood size of the negative binomial, its mean held."""
    if ((k - expected) ** 2).sum() <= expected.sum():
        return math.inf

    def miss(log_size: float) -> float:
        size = math.exp(log_size)
        log = special.gammaln(k + size) - special.gammaln(size) + size * np.log(size / (size + expected))
        return -float((log + special.xlogy(k, expected / (size + expected))).sum())

    found = optimize.minimize_scalar(miss, bounds=(math.log(1e-3), math.log(1e6)), method="bounded")
    size = math.exp(float(found.x))
    return size if size < 1e5 else math.inf


def scattered_interval(counts: Any, *, level: float, exposure: Any = None) -> tuple[float, float]:
    """Interval of a mean rate that allows for over-dispersion (quasi-Poisson).

    Parameters
    ----------
    counts : array of int
        In periods; 10 or more.
    level : float
    exposure : array of float, optional

    Returns
    -------
    (low, high), events per unit of exposure

    Notes
    -----
    Student's quantile on the logarithm of the rate, its variance multiplied by Pearson's ratio, which is not taken
    below 1. Approximate.

    References
    ----------
    McCullagh and Nelder, Generalized Linear Models, 2nd ed. 1989, section 6.2.
    """
    k = np.asarray(counts, float)
    e = np.ones(len(k)) if exposure is None else np.asarray(exposure, float)
    ratio = max(1.0, dispersion(k, exposure=e).ratio)
    t = float(special.stdtrit(len(k) - 1, (1 + probability_argument(level, "level")) / 2))
    half = t * math.sqrt(ratio / k.sum())
    rate = float(k.sum() / e.sum())
    return rate * math.exp(-half), rate * math.exp(half)


def next_count(counts: Any, *, level: float, exposure: Any = None, ahead: float = 1.0) -> tuple[float, float, float]:
    """How many events a coming period will have, if the rate stays what it was.

    Parameters
    ----------
    counts : array of int
        In past periods of the present rate.
    level : float
    exposure : array of float, optional
        Of each of them.
    ahead : float
        Exposure of the coming period, in the same unit.

    Returns
    -------
    (expected, low, high); the ends are whole numbers of events

    Notes
    -----
    The rate's uncertainty is that of a gamma with shape ½ + events (Jeffreys); events that come in clusters add the
    scatter that past periods show (where they are 3 or more). Discrete: it holds at least `level`.
    """
    k = np.asarray(counts, float)
    e = np.ones(len(k)) if exposure is None else np.asarray(exposure, float)
    shape = 0.5 + float(k.sum())
    mean = shape / float(e.sum()) * ahead
    # Variances of negative binomials: of the rate that is not known, and of the scatter around it.
    ratio = 1.0
    if len(k) >= 3 and k.sum() > 0:
        ratio = max(1.0, dispersion(k, exposure=e).ratio)
    variance = mean * ratio + mean * mean / shape * ratio
    size = mean * mean / max(variance - mean, 1e-12)
    tail = (1 - probability_argument(level, "level")) / 2
    return mean, _negative_binomial(tail, mean, size), _negative_binomial(1 - tail, mean, size)


def _negative_binomial(p: float, mean: float, size: float) -> float:
    share = size / (size + mean)
    low, high = 0, max(10, int(mean * 4 + 50))
    while special.betainc(size, high + 1, share) < p:
        high *= 2
    while low < high:
        middle = (low + high) // 2
        if special.betainc(size, middle + 1, share) >= p:
            high = middle
        else:
            low = middle + 1
    return float(low)
