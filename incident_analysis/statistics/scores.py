"""How good earlier forecasts were, and how much that can be told from so few of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from incident_analysis.errors import ParameterError
from incident_analysis.statistics.distribution import Array, probability_argument
from incident_analysis.statistics.intervals import clopper_pearson

Score = Literal["brier", "log"]
# Sums of scores that differ by less are one.
_SAME = 1e-9
# So many different sums are kept apart; with more, near ones are gathered.
_MOST = 200_000


@dataclass(frozen=True, slots=True)
class Expected:
    """A score if every forecast were right: its mean and the interval that holds it at a level, exactly."""

    mean: float
    low: float
    high: float
    level: float


@dataclass(frozen=True, slots=True)
class Parts:
    """Murphy's parts of the Brier score: reliability − resolution + uncertainty."""

    reliability: float
    resolution: float
    uncertainty: float


def brier(forecasts: Sequence[float], hits: Sequence[bool]) -> float:
    """Mean squared distance of probabilities from what happened (1 or 0); 0 is best.

    Examples
    --------
    >>> round(brier([0.9, 0.2], [True, False]), 3)
    0.025
    """
    p, hit = _checked(forecasts, hits)
    return float(np.mean((p - hit) ** 2))


def log_score(forecasts: Sequence[float], hits: Sequence[bool]) -> float:
    """Mean of −ln of the probability that was given to what happened; 0 is best, infinite after a sure miss.

    Examples
    --------
    >>> round(log_score([0.5, 0.5], [True, False]), 4)
    0.6931
    """
    p, hit = _checked(forecasts, hits)
    with np.errstate(divide="ignore"):
        return float(np.mean(-np.log(np.where(hit, p, 1 - p)))) + 0.0


def expected(forecasts: Sequence[float], *, score: Score, level: float) -> Expected:
    """The score that these forecasts would get if each probability were right.

    Parameters
    ----------
    forecasts : sequence of float
        Probabilities in [0, 1], of independent events.
    score : {"brier", "log"}
    level : float
        Of the interval, in (0, 1); it holds at least that much, with at most (1 − level)/2 beyond each end.

    Notes
    -----
    The distribution of the sum is built forecast by forecast, equal sums gathered: exact, but for sums that differ by
    less than a 200,000th of the range where there are more of them than that.

    Examples
    --------
    >>> expected([0.5] * 4, score="brier", level=0.9)
    Expected(mean=0.25, low=0.25, high=0.25, level=0.9)
    """
    level = probability_argument(level, "level")
    p, _ = _checked(forecasts, [False] * len(forecasts))
    if score == "brier":
        if_hit, if_not = (1 - p) ** 2, p**2
    else:
        with np.errstate(divide="ignore"):
            if_hit, if_not = -np.log(p), -np.log1p(-p)
    sums: Array = np.zeros(1)
    chances: Array = np.ones(1)
    for chance, yes, no in zip(p, if_hit, if_not, strict=True):
        if chance in (0.0, 1.0):
            # What cannot happen adds nothing to what is expected.
            sums = sums + (yes if chance else no)
            continue
        sums, chances = _gathered(
            np.concatenate([sums + yes, sums + no]), np.concatenate([chances * chance, chances * (1 - chance)])
        )
    scores = sums / len(p)
    below = np.cumsum(chances)
    tail = (1 - level) / 2
    low = scores[int(np.searchsorted(below, tail + 1e-12, side="left"))]
    high = scores[min(int(np.searchsorted(below, 1 - tail - 1e-12, side="left")), len(scores) - 1)]
    return Expected(float(np.dot(scores, chances)), float(low) + 0.0, float(high) + 0.0, level)


def _gathered(sums: Array, chances: Array) -> tuple[Array, Array]:
    step = max(_SAME, float(sums.max() - sums.min()) / _MOST if len(sums) > _MOST else 0.0)
    _, places = np.unique(np.round(sums / step), return_inverse=True)
    total = np.bincount(places, weights=chances)
    return np.asarray(np.bincount(places, weights=chances * sums) / total), np.asarray(total, np.float64)


def murphy(forecasts: Sequence[float], hits: Sequence[bool], *, bins: int | None = None) -> Parts:
    """Murphy's parts of the Brier score.

    Parameters
    ----------
    forecasts, hits : sequences
    bins : int, optional
        Forecasts are gathered by their order into so many groups of about one size; by default forecasts of one value
        make a group, and the parts then add up to the Brier score exactly.

    References
    ----------
    Murphy, A new vector partition of the probability score, Journal of Applied Meteorology 12, 1973.

    Examples
    --------
    >>> parts = murphy([0.1, 0.1, 0.8, 0.8], [False, False, True, True])
    >>> round(parts.reliability, 4), parts.resolution, parts.uncertainty
    (0.025, 0.25, 0.25)
    """
    p, hit = _checked(forecasts, hits)
    if bins is None:
        _, group = np.unique(p, return_inverse=True)
    else:
        order = np.argsort(p, kind="stable")
        group = np.empty(len(p), int)
        group[order] = np.arange(len(p)) * bins // len(p)
    size = np.bincount(group)
    said, came = np.bincount(group, weights=p)[size > 0], np.bincount(group, weights=hit)[size > 0]
    size = size[size > 0]
    base = float(hit.mean())
    return Parts(
        float(np.sum(size * (said / size - came / size) ** 2) / len(p)),
        float(np.sum(size * (came / size - base) ** 2) / len(p)),
        base * (1 - base),
    )


def coverage(inside: int, intervals: int, *, level: float, stated: float) -> tuple[float, float, float]:
    """Probability of so few hits if the intervals held what they state, and the interval of their true share.

    Parameters
    ----------
    inside, intervals : int
        Intervals that held the truth, of so many.
    level : float
        Of the Clopper-Pearson interval.
    stated : float
        Level of the intervals that are judged.

    Returns
    -------
    (chance, low, high)
        Chance of at most `inside`.

    Examples
    --------
    >>> chance, low, high = coverage(12, 20, level=0.95, stated=0.9)
    >>> round(chance, 6), round(low, 4), round(high, 4)
    (0.000416, 0.3605, 0.8088)
    """
    from scipy import special

    low, high = clopper_pearson(inside, intervals, level=level)
    return float(special.bdtr(inside, intervals, probability_argument(stated, "stated"))), low, high


def widen_by(distances: Sequence[float], *, level: float) -> float:
    """The factor by which intervals have to be widened so that a share `level` of them would have held the truth.

    Parameters
    ----------
    distances : sequence of float
        Of each truth from the middle of its interval, in half widths: 1 lies on the end.
    level : float

    Examples
    --------
    >>> widen_by([0.2, 0.5, 1.0, 2.0, 4.0], level=0.8)
    2.0
    """
    far = np.sort(np.abs(np.asarray(distances, float)))
    if not len(far):
        raise ParameterError("no interval to judge", remedy="give at least one distance", where="distances")
    return float(far[min(math.ceil(probability_argument(level, "level") * len(far) - 1e-9), len(far)) - 1])


def _checked(forecasts: Sequence[float], hits: Sequence[bool]) -> tuple[Array, Array]:
    p, hit = np.asarray(forecasts, float), np.asarray(hits, bool)
    if len(p) == 0 or len(p) != len(hit):
        raise ParameterError(
            f"{len(p)} forecasts and {len(hit)} outcomes", remedy="give one outcome for each forecast", where="hits"
        )
    if not np.all((p >= 0) & (p <= 1)):
        raise ParameterError(
            f"a forecast of {p[(p < 0) | (p > 1)][0]:g}", remedy="give probabilities: 0.9, not 90", where="forecasts"
        )
    return p, np.asarray(hit, np.float64)
