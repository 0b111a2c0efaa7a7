"""The common value of a sample of which part is clutter: where many differences agree, and how sure that is."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import special

#: Widths at which agreement is looked for, in the unit of the values.
WIDTHS = (0.05, 0.2, 0.8, 3.2, 12.8, 51.2, 204.8)
#: What is not agreement lies anywhere in a range of at least this length.
LEAST_RANGE = 86_400.0
#: Clutter is even at least this far around the place where values agree: it must not stand in for their own tails.
NEIGHBOURHOOD = 3_600.0
#: How far around a place the density is looked at, at least.
RING = 120.0
_STEPS = 60


@dataclass(frozen=True, slots=True, eq=False)
class Location:
    """Where the values of a sample agree.

    Parameters
    ----------
    centre, low, high : float
        The common value and its interval.
    spread : float
        Standard deviation of those that agree.
    count : float
        How many agree: the sum of `weight`.
    by_chance : float
        How many are expected within two spreads of the centre by chance, from how dense the sample is around it.
    doubt : float
        Probability that as many agree by chance anywhere in the sample; an upper bound, at most 1.
    rival : float
        How many agree on the next best value, beyond those that stand there by chance.
    weight : array
        For each value, the probability that it is one of those that agree.
    """

    centre: float
    low: float
    high: float
    spread: float
    count: float
    by_chance: float
    doubt: float
    rival: float
    weight: np.ndarray


@dataclass(frozen=True, slots=True, eq=False)
class _Fit:
    centre: float
    spread: float
    half: float
    score: float
    weight: np.ndarray

    @property
    def count(self) -> float:
        return float(self.weight.sum())


def location(values: np.ndarray, *, level: float) -> Location | None:
    """The value on which most of a sample agrees, when the rest lies anywhere.

    Those that agree are taken as normal around the common value, the rest as evenly spread in its neighbourhood; both
    shares, the centre and the spread are fitted together (EM), from the densest place at each of several widths; the
    fit that makes the whole sample most likely is kept. The interval rests on the observed information, in which a
    value counts as far as it is one of those that agree, and on Student's t.

    Parameters
    ----------
    values : array of float
        Differences, in seconds.
    level : float
        In (0, 1).

    Returns
    -------
    Location or None
        None for fewer than three values.

    Notes
    -----
    Its coverage is held by simulation (tests/test_timeline_clocks.py) from eight values that agree, with as much
    clutter again. A lag that all those values share is part of the common value.

    References
    ----------
    Fraley and Raftery, Model-based clustering, JASA 97 (2002), section on noise: normal components and a uniform one.
    """
    x = np.asarray(values, dtype=float)
    if len(x) < 3:
        return None
    best = _best(x)
    if best is None:
        return None
    rest = np.abs(x - best.centre) > 5 * best.spread + WIDTHS[0]
    other = _best(x[rest]) if rest.sum() >= 3 else None
    z = (x - best.centre) / best.spread
    w = best.weight
    n = best.count
    information = float((w - w * (1 - w) * z**2).sum()) / best.spread**2
    if n <= 2 or information <= 0:
        half = math.inf
    else:
        half = float(special.stdtrit(n - 1, (1 + level) / 2)) * math.sqrt(n / (n - 1) / information)
    seen, expected = int((np.abs(z) <= 2).sum()), _by_chance(x, best)
    # The chance of as many in a Poisson count is an incomplete gamma function.
    # As many windows of four spreads as the sample holds, at every width, were looked at.
    places = len(WIDTHS) * max(float(x.max() - x.min()) / (4 * best.spread), 1.0)
    return Location(
        best.centre,
        best.centre - half,
        best.centre + half,
        best.spread * math.sqrt(n / max(n - 1, 1)),
        n,
        expected,
        min(float(special.gammainc(max(seen, 1), max(expected, 0.1))) * places, 1.0),
        0.0 if other is None else max(other.count - 2 * _by_chance(x[rest], other), 0.0),
        w,
    )


def _by_chance(x: np.ndarray, fit: _Fit) -> float:
    """Expected within two spreads, were it as dense there as around it: between three and nine spreads away."""
    far = np.abs(x - fit.centre)
    ring = max(9 * fit.spread, RING)
    return float(((far > 3 * fit.spread) & (far <= ring)).sum()) * 2 * fit.spread / (ring - 3 * fit.spread)


def _best(x: np.ndarray) -> _Fit | None:
    ordered = np.sort(x)
    reach = max(float(ordered[-1] - ordered[0]), LEAST_RANGE)
    fits = []
    for width in WIDTHS:
        last = np.searchsorted(ordered, ordered + width, side="right")
        first = int(np.argmax(last - np.arange(len(ordered))))
        inside = ordered[first : last[first]]
        if len(inside) >= 2:
            fits.append(_fit(x, float(np.median(inside)), width, reach))
    return max(fits, key=lambda fit: fit.score, default=None)


def _fit(x: np.ndarray, centre: float, width: float, reach: float) -> _Fit:
    """Normal in a neighbourhood of even clutter; the score is the likelihood of the whole sample."""
    half, least = max(4 * width, NEIGHBOURHOOD), width / 40
    start = centre
    near = np.abs(x - start) <= half
    y = x[near]
    spread, share = width / 4, 0.5
    w = np.zeros(len(y))
    for _ in range(_STEPS):
        normal = share * np.exp(-0.5 * ((y - centre) / spread) ** 2) / (spread * math.sqrt(2 * math.pi))
        even = (1 - share) / (2 * half)
        w = normal / (normal + even)
        total = max(float(w.sum()), 1e-9)
        moved = float((w * y).sum() / total)
        spread = max(math.sqrt(float((w * (y - moved) ** 2).sum()) / total), least)
        share = min(total / len(y), 1 - 1e-6)
        if abs(moved - centre) < 1e-6 * spread:
            centre = moved
            break
        centre = moved
    normal = share * np.exp(-0.5 * ((y - centre) / spread) ** 2) / (spread * math.sqrt(2 * math.pi))
    inside, outside = len(y), len(x) - len(y)
    score = float(np.log(normal + (1 - share) / (2 * half)).sum()) + inside * math.log(inside / len(x))
    if outside:
        score += outside * (math.log(outside / len(x)) - math.log(reach))
    weight = np.zeros(len(x))
    weight[near] = w
    return _Fit(centre, spread, half, score, weight)
