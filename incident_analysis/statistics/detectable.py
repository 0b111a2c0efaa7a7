"""What a comparison of times could have seen at all."""

from __future__ import annotations

import math

from scipy import special

from incident_analysis.errors import ParameterError
from incident_analysis.statistics.distribution import probability_argument


def detectable_ratio(error: float, *, level: float, power: float) -> float:
    """The smallest ratio of geometric means that would be seen with a given power.

    Parameters
    ----------
    error : float
        Standard error of the ratio's logarithm: σ·√(1/n + 1/m) for two groups of one spread.
    level : float
        In (0, 1), of the two-sided test: 0.95 for 5 % false alarms.
    power : float
        In (0, 1): how often a true ratio of that size is seen.

    Returns
    -------
    float
        Above 1; its inverse is the smallest cut.

    Examples
    --------
    >>> round(detectable_ratio(0.2364, level=0.95, power=0.8), 2)
    1.94
    """
    return math.exp(_quantiles(level, power) * _positive(error, "error"))


def needed_per_group(cut: float, *, sigma: float, level: float, power: float) -> int:
    """Incidents that each of two groups needs to see that lognormal times became shorter by a share.

    Parameters
    ----------
    cut : float
        In (0, 1): 0.1 for 10 % shorter.
    sigma : float
        Standard deviation of the natural logarithm of the times.
    level, power : float

    Examples
    --------
    >>> [needed_per_group(d, sigma=1.25, level=0.95, power=0.8) for d in (0.1, 0.2, 0.3, 0.5, 0.8)]
    [2210, 493, 193, 52, 10]
    """
    gained = -math.log1p(-probability_argument(cut, "cut"))
    return math.ceil(2 * (_quantiles(level, power) * _positive(sigma, "sigma") / gained) ** 2)


def detectable_cut(n: float, *, sigma: float, level: float, power: float) -> float:
    """The smallest cut of lognormal times that two groups of n show; the inverse of `needed_per_group`."""
    return 1 - math.exp(-_quantiles(level, power) * _positive(sigma, "sigma") * math.sqrt(2 / _positive(n, "n")))


def mean_difference_band(n: int, *, sd: float, level: float) -> float:
    """Half-width of the interval of the difference of two mean times, of n incidents split in halves.

    Parameters
    ----------
    n : int
        Incidents in all.
    sd : float
        Standard deviation of the times, in any unit.
    level : float

    Returns
    -------
    float, in the unit of `sd`

    References
    ----------
    Davidovič, Incident Metrics in SRE, 2021.

    Examples
    --------
    >>> [round(mean_difference_band(n, sd=316, level=0.9), 1) for n in (10, 100, 1000)]
    [328.7, 104.0, 32.9]
    """
    z = float(special.ndtri((1 + probability_argument(level, "level")) / 2))
    return z * _positive(sd, "sd") / math.sqrt(_positive(n, "n") / 4)


def chance_of_no_improvement(n: int, *, mean: float, sd: float, cut: float) -> float:
    """How often a real cut of the mean time looks like none at all, when n incidents are split in halves.

    Parameters
    ----------
    n : int
    mean, sd : float
        Of the times, in one unit.
    cut : float
        The true cut as a share of the mean.

    Examples
    --------
    >>> round(chance_of_no_improvement(173, mean=146, sd=316, cut=0.1), 3)
    0.375
    """
    # A cut of every time by a share cuts their spread too.
    left = 1 - probability_argument(cut, "cut")
    error = _positive(sd, "sd") * math.sqrt((1 + left * left) / (_positive(n, "n") / 2))
    return float(special.ndtr(-cut * _positive(mean, "mean") / error))


def _quantiles(level: float, power: float) -> float:
    upper = (1 + probability_argument(level, "level")) / 2
    return float(special.ndtri(upper) + special.ndtri(probability_argument(power, "power")))


def _positive(value: float, name: str) -> float:
    if not (math.isfinite(value) and value > 0):
        raise ParameterError(f"{name} is {value}", remedy="give a number above 0", where=name)
    return float(value)
