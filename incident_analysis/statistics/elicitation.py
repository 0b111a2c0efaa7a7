"""What people state, held against what it implies."""

from __future__ import annotations

import math

from incident_analysis import words
from incident_analysis.statistics.distribution import Distribution
from incident_analysis.statistics.distributions import PERT, Beta, Gamma, Lognormal


def mode(distribution: Distribution) -> float | None:
    """The value of the highest density; None where the family has none in closed form."""
    if isinstance(distribution, Gamma):
        return max(distribution.shape - 1, 0.0) / distribution.rate
    if isinstance(distribution, Lognormal):
        return math.exp(distribution.mu - distribution.sigma**2)
    if isinstance(distribution, Beta):
        a, b = distribution.a, distribution.b
        if a >= 1 and b >= 1 and a + b > 2:
            return (a - 1) / (a + b - 2)
        return 0.0 if a < b else 1.0
    if isinstance(distribution, PERT):
        return distribution.likely
    return None


def likely_against(distribution: Distribution, likely: float) -> str:
    """What a stated likely value says against a distribution through the stated range; empty where they agree.

    People mean the mode, the median or the mean by "likely": a value between the smallest and the largest of the three
    agrees, and so does one in the middle half of the distribution.

    Parameters
    ----------
    distribution : Distribution
        Through the range's ends.
    likely : float

    Examples
    --------
    >>> likely_against(Gamma.from_interval(0.2, 2, level=0.9), 0.8)
    ''
    >>> print(likely_against(Gamma.from_interval(0.2, 2, level=0.9), 1.9))
    the likely value 1.9 does not fit the range: with it, 93.8 % would lie below; the range implies about 0.777
    """
    median, mean, peak = distribution.quantile(0.5), distribution.mean, mode(distribution)
    centres = [x for x in (peak, median, mean) if x is not None]
    inside = min(centres) <= likely <= max(centres)
    if inside or distribution.quantile(0.25) <= likely <= distribution.quantile(0.75):
        return ""
    return (
        f"the likely value {words.number(likely)} does not fit the range: with it, "
        f"{words.percent(distribution.cdf(likely))} would lie below; the range implies about {words.number(median)}"
    )
