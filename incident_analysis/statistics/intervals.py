"""Confidence intervals of counts and shares."""

from __future__ import annotations

import math

from scipy import special

from incident_analysis.errors import ParameterError
from incident_analysis.statistics.distribution import probability_argument


def garwood(count: int, *, level: float) -> tuple[float, float]:
    """Exact interval of the mean of a Poisson count.

    Parameters
    ----------
    count : int
        Events seen, 0 or more.
    level : float
        In (0, 1).

    Returns
    -------
    (low, high), in events. Divide by the exposure for a rate.

    Notes
    -----
    Covers at least `level` for every mean, and more than that for most: it is conservative.

    References
    ----------
    Garwood, Fiducial limits for the Poisson distribution, Biometrika 28, 1936.

    Examples
    --------
    >>> [round(x, 4) for x in garwood(3, level=0.95)]
    [0.6187, 8.7673]
    """
    _count(count, "count")
    tail = (1 - probability_argument(level, "level")) / 2
    low = float(special.gammaincinv(count, tail)) if count else 0.0
    return low, float(special.gammainccinv(count + 1, tail))


def clopper_pearson(hits: int, trials: int, *, level: float) -> tuple[float, float]:
    """Exact interval of a probability from hits in independent trials.

    Parameters
    ----------
    hits, trials : int
        0 ≤ hits ≤ trials, trials above 0.
    level : float
        In (0, 1). A one-sided bound at 0.95 is the end of the interval at 0.9.

    Returns
    -------
    (low, high), ratios

    Notes
    -----
    Conservative, like `garwood`.

    References
    ----------
    Clopper and Pearson, The use of confidence or fiducial limits, Biometrika 26, 1934.

    Examples
    --------
    >>> [round(x, 4) for x in clopper_pearson(12, 20, level=0.95)]
    [0.3605, 0.8088]
    """
    _trials(hits, trials)
    tail = (1 - probability_argument(level, "level")) / 2
    low = float(special.betaincinv(hits, trials - hits + 1, tail)) if hits else 0.0
    high = float(special.betainccinv(hits + 1, trials - hits, tail)) if hits < trials else 1.0
    return low, high


def wilson(hits: int, trials: int, *, level: float) -> tuple[float, float]:
    """Approximate interval of a probability from hits in independent trials; for 40 trials or more.

    Parameters
    ----------
    hits, trials : int
        0 ≤ hits ≤ trials, trials above 0.
    level : float
        In (0, 1).

    Returns
    -------
    (low, high), ratios

    Notes
    -----
    Covers about `level` on average. From 40 trials on, and where at least 8 hits and 8 misses are to be expected, no
    probability is covered by less than `level` minus 4 points; nearer to 0 and 1 it can be: use `clopper_pearson`.

    References
    ----------
    Wilson, Probable inference, the law of succession, and statistical inference, JASA 22, 1927.

    Examples
    --------
    >>> [round(x, 6) for x in wilson(9990, 10000, level=0.95)]
    [0.99816, 0.999457]
    """
    _trials(hits, trials)
    z = float(special.ndtri((1 + probability_argument(level, "level")) / 2))
    share = hits / trials
    middle = (share + z * z / (2 * trials)) / (1 + z * z / trials)
    half = z / (1 + z * z / trials) * math.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    # The ends are exactly 0 and 1 there; rounding would leave dust.
    return (middle - half if hits else 0.0), (middle + half if hits < trials else 1.0)


def _count(value: int, name: str) -> None:
    if value < 0 or value != int(value):
        raise ParameterError(f"{name} is {value}", remedy="give a whole number, 0 or more", where=name)


def _trials(hits: int, trials: int) -> None:
    _count(hits, "hits")
    _count(trials, "trials")
    if trials == 0 or hits > trials:
        raise ParameterError(
            f"{hits} hits in {trials} trials",
            remedy="give at least one trial, and no more hits than trials; without trials the share is unknown",
            where="trials",
        )
