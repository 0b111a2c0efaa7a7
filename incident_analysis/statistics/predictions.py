"""What one more observation would have been, from earlier ones like it."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from scipy import special

from incident_analysis.errors import MethodError, ParameterError
from incident_analysis.statistics.distribution import probability_argument


def next_count(counts: Sequence[float], *, level: float) -> tuple[float, float, float]:
    """Prediction interval of one more count, from three or more that vary alike.

    Parameters
    ----------
    counts : sequence of float
        Earlier counts of the same kind, 0 or more.
    level : float
        In (0, 1).

    Returns
    -------
    (mean, low, high); low is 0 or more

    Notes
    -----
    Student's prediction, with Poisson's own spread as the least: counts never vary less than that, however alike a few
    of them happen to be. Covers about `level` on average where the counts vary by up to a fifth around a mean of 20 or
    more.

    Raises
    ------
    MethodError
        Fewer than three counts: their variation is not known.

    Examples
    --------
    >>> [round(x) for x in next_count([100, 110, 90, 100], level=0.9)]
    [100, 79, 121]
    """
    probability_argument(level, "level")
    seen = np.asarray(list(counts), float)
    if (seen < 0).any():
        raise ParameterError("a negative count", remedy="counts are 0 or more", where="counts")
    if len(seen) < 3:
        raise MethodError(f"{len(seen)} earlier counts tell no variation", remedy="give three or more", where="counts")
    mean, variance = float(seen.mean()), float(seen.var(ddof=1))
    quantile = float(special.stdtrit(len(seen) - 1, (1 + level) / 2))
    half = quantile * math.sqrt(variance * (1 + 1 / len(seen)))
    # Poisson's spread is known, not estimated: its quantile is the normal one.
    least = float(special.ndtri((1 + level) / 2)) * math.sqrt(mean * (1 + 1 / len(seen)))
    half = max(half, least)
    return mean, max(mean - half, 0.0), mean + half


def next_failures(failed: int, of: int, *, trials: int, level: float) -> tuple[float, float, float]:
    """Prediction interval of failures among further trials, from failures among earlier ones.

    Parameters
    ----------
    failed, of : int
        Earlier failures and trials; `of` above 0.
    trials : int
        Further trials.
    level : float

    Returns
    -------
    (mean, low, high): mean is `trials` × failed / of; the ends are whole numbers

    Notes
    -----
    Poisson counts with a rate that was seen through `failed` + ½ events (Jeffreys): for rare failures.

    Examples
    --------
    >>> next_failures(10, 10000, trials=1000, level=0.9)
    (1.0, 0.0, 3.0)
    """
    probability_argument(level, "level")
    if of <= 0 or failed < 0 or failed > of or trials < 0:
        raise ParameterError(
            f"{failed} failures in {of} trials",
            remedy="give at least one trial, no more failures than trials",
            where="of",
        )
    shape, odds = failed + 0.5, of / (of + trials) if trials else 1.0

    def quantile(p: float) -> float:
        # The negative binomial's distribution function is an incomplete beta function.
        low, high = 0, 1
        while special.betainc(shape, high + 1, odds) < p:
            high *= 2
        while low < high:
            middle = (low + high) // 2
            low, high = (low, middle) if special.betainc(shape, middle + 1, odds) >= p else (middle + 1, high)
        return float(low)

    return failed / of * trials, quantile((1 - level) / 2), quantile((1 + level) / 2)
