"""How rates differ between groups, and what that says of a group that was not seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from incident_analysis.errors import MethodError, ParameterError
from incident_analysis.statistics.distribution import Array, Distribution, normalised
from incident_analysis.statistics.tabulated import Tabulated

_GRID = 81
_POINTS = 1601


@dataclass(frozen=True, slots=True, eq=False)
class Between:
    """Rates of several groups as draws from one population.

    Parameters
    ----------
    rate : Distribution
        Of a group that was not seen, per unit of time; what is uncertain about the population is included.
    middle : Distribution
        Of the population's mean rate.
    spread : float
        Mean of the population's coefficient of variation.
    groups, events, exposure : int, int, float
        What it rests on.
    """

    rate: Distribution
    middle: Distribution
    spread: float
    groups: int
    events: int
    exposure: float


def between_groups(counts: Sequence[int], exposures: Sequence[float]) -> Between:
    """Belief about the rate of a further group, from the counts of at least three groups.

    Parameters
    ----------
    counts : sequence of int
        Events of each group, zeros included.
    exposures : sequence of float
        Time over which each was counted, above 0.

    Raises
    ------
    MethodError
        Fewer than three groups: how much they differ cannot be told.

    Notes
    -----
    Counts are Poisson, rates gamma between groups with mean m and coefficient of variation c. Both are integrated over
    a grid, with the prior m^(−1/2) (proper after any exposure) and a half-Cauchy of scale 1 for c. The result is wider
    than the spread of the groups' own rates, since mean and spread are themselves known from few groups only.

    References
    ----------
    Gelman et al., Bayesian Data Analysis, 3rd ed., 2013, chapter 5. Gelman, Prior distributions for variance
    parameters in hierarchical models, Bayesian Analysis 1, 2006.

    Examples
    --------
    >>> found = between_groups([3, 5, 4, 8, 2], [1, 1, 1, 1, 1])
    >>> [round(x, 1) for x in found.rate.interval(0.9)]
    [1.4, 9.9]
    """
    k, t = np.asarray(counts, float), np.asarray(exposures, float)
    if len(k) != len(t):
        raise ParameterError(
            f"{len(k)} counts and {len(t)} exposures", remedy="give one exposure a group", where="exposures"
        )
    if np.any(k < 0) or np.any(k != np.floor(k)):
        raise ParameterError("a count that is no count", remedy="give whole numbers, 0 or more", where="counts")
    if not np.all(np.isfinite(t) & (t > 0)):
        raise ParameterError("an exposure that is not above 0", remedy="leave the group out", where="exposures")
    if len(k) < 3:
        raise MethodError(
            f"{len(k)} groups; how much groups differ is told by three at least",
            remedy="add groups, or take the rate of the one group with its Garwood interval",
            where="counts",
        )
    crude = (k.sum() + 0.5) / t.sum()
    log_m = np.log(crude) + np.linspace(-5, 5, _GRID)
    log_c = np.linspace(np.log(0.02), np.log(20), _GRID)
    for _ in range(3):
        log = _log_posterior(k, t, log_m, log_c)
        log_m, log_c = _around(log_m, log.max(axis=1)), _around(log_c, log.max(axis=0))
    weights = normalised(_log_posterior(k, t, log_m, log_c))
    shape = np.broadcast_to(np.exp(-2 * log_c)[None, :], weights.shape)
    mean = np.broadcast_to(np.exp(log_m)[:, None], weights.shape)
    kept = weights > weights.max() * 1e-7
    return Between(
        _mixture(shape[kept], shape[kept] / mean[kept], weights[kept] / weights[kept].sum()),
        Tabulated.of(np.exp(log_m), weights.sum(axis=1)),
        float(weights.sum(axis=0) @ np.exp(log_c)),
        len(k),
        int(k.sum()),
        float(t.sum()),
    )


def _log_posterior(k: Array, t: Array, log_m: Array, log_c: Array) -> Array:
    m = np.exp(log_m)[:, None, None]
    shape = np.exp(-2 * log_c)[None, :, None]
    # Negative binomial; the part that neither m nor the shape changes is left out.
    log = special.gammaln(k + shape) - special.gammaln(shape) - shape * np.log1p(m * t / shape)
    log = log + special.xlogy(k, m * t / shape) - k * np.log1p(m * t / shape)
    prior = log_m[:, None] / 2 + log_c[None, :] - np.log1p(np.exp(2 * log_c))[None, :]
    return np.asarray(log.sum(axis=2) + prior)


def _around(places: Array, log: Array) -> Array:
    """Even places over the part that matters."""
    kept = np.flatnonzero(log > log.max() - 25)
    first, last = max(kept[0] - 1, 0), min(kept[-1] + 1, len(places) - 1)
    return np.linspace(places[first], places[last], len(places))


def _mixture(shape: Array, rate: Array, weights: Array) -> Distribution:
    """A weighted mixture of gammas, on a grid of even steps of the logarithm."""
    low = np.log(np.maximum(special.gammaincinv(shape, 1e-7) / rate, 1e-12)).min()
    high = np.log(special.gammainccinv(shape, 1e-7) / rate).max()
    z = np.linspace(low, high, _POINTS)
    heights = np.zeros(_POINTS)
    for part in np.array_split(np.arange(len(shape)), max(1, len(shape) // 500)):
        a, b = shape[part][:, None], rate[part][:, None]
        log = a * (z + np.log(b)) - b * np.exp(z) - special.gammaln(a)
        heights += weights[part] @ np.exp(log)
    return Tabulated.of(np.exp(z), heights / heights.sum())
