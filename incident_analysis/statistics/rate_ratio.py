"""The ratio of two Poisson rates: exact given the sum of the counts, or by the mid-p value."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from scipy import optimize, special

from incident_analysis.statistics.distribution import probability_argument
from incident_analysis.statistics.intervals import clopper_pearson
from incident_analysis.statistics.rates import check_count


@dataclass(frozen=True, slots=True)
class RateRatio:
    """How many times as often the first occurs.

    Parameters
    ----------
    ratio : float
        NaN where neither occurred; infinite where only the first did.
    low, high : float
    p : float
        Two-sided, of equal rates.
    level : float
    method : str
    """

    ratio: float
    low: float
    high: float
    p: float
    level: float
    method: str


def rate_ratio(
    count: int,
    exposure: float,
    other_count: int,
    other_exposure: float,
    *,
    level: float,
    method: Literal["exact", "mid-p"] = "exact",
) -> RateRatio:
    """Compare two rates.

    Parameters
    ----------
    count, other_count : int
    exposure, other_exposure : float
        Above 0, both in one unit.
    level : float
    method : {"exact", "mid-p"}
        Exact covers at least `level`; mid-p about `level`, from about 10 events in all on.

    Notes
    -----
    Given the sum of both counts the first is binomial, so the ratio's interval is that of its probability (Clopper and
    Pearson's; with half the weight of what was seen for mid-p). The exact p-value sums all outcomes that are no
    likelier than what was seen, as R's `poisson.test` does.

    Examples
    --------
    >>> found = rate_ratio(11, 800, 21, 3011, level=0.95)
    >>> round(found.ratio, 6), round(found.p, 5), round(found.low, 6), round(found.high, 6)
    (1.971488, 0.07967, 0.858426, 4.277266)
    """
    for number, span in ((count, exposure), (other_count, other_exposure)):
        check_count(number, span)
    n = count + other_count
    scale = other_exposure / exposure
    null = exposure / (exposure + other_exposure)
    if n == 0:
        return RateRatio(math.nan, 0.0, math.inf, 1.0, level, method)
    if method == "exact":
        low, high = clopper_pearson(count, n, level=level)
        p = _exact_p(count, n, null)
    else:
        low, high = _mid_p_interval(count, n, probability_argument(level, "level"))
        p = min(1.0, 2 * min(_mid_p(count, n, null), 1 - _mid_p(count, n, null)))
    ratio = count / other_count * scale if other_count else math.inf
    return RateRatio(
        ratio,
        low / (1 - low) * scale if low < 1 else math.inf,
        high / (1 - high) * scale if high < 1 else math.inf,
        p,
        level,
        method,
    )


def _pmf(k: int, n: int, p: float) -> float:
    log = special.gammaln(n + 1) - special.gammaln(k + 1) - special.gammaln(n - k + 1)
    return float(math.exp(log + special.xlogy(k, p) + special.xlog1py(n - k, -p)))


def _exact_p(k: int, n: int, p: float) -> float:
    seen = _pmf(k, n, p) * (1 + 1e-7)
    mode = min(n, math.floor((n + 1) * p))
    # On either side of the mode the probabilities fall, so each side is one tail found by halving.
    if k <= mode:
        other = _first(mode, n + 1, lambda j: _pmf(j, n, p) <= seen)
        return min(1.0, float(special.bdtr(k, n, p)) + (float(special.bdtrc(other - 1, n, p)) if other <= n else 0.0))
    other = _first(0, mode + 1, lambda j: _pmf(mode - j, n, p) <= seen)
    below = float(special.bdtr(mode - other, n, p)) if other <= mode else 0.0
    return min(1.0, below + float(special.bdtrc(k - 1, n, p)))


def _first(low: int, high: int, holds: object) -> int:
    """The first whole number in [low, high) for which something holds, if it holds for all later ones; else high."""
    while low < high:
        middle = (low + high) // 2
        if holds(middle):  # type: ignore[operator]
            high = middle
        else:
            low = middle + 1
    return low


def _mid_p(k: int, n: int, p: float) -> float:
    """P(fewer) + ½ P(as many)."""
    below = float(special.bdtr(k - 1, n, p)) if k else 0.0
    return below + 0.5 * _pmf(k, n, p)


def _mid_p_interval(k: int, n: int, level: float) -> tuple[float, float]:
    tail = (1 - level) / 2

    def solve(wanted: float) -> float:
        return float(optimize.brentq(lambda p: _mid_p(k, n, p) - wanted, 1e-15, 1 - 1e-15, xtol=1e-14))

    return (solve(1 - tail) if k else 0.0), (solve(tail) if k < n else 1.0)
