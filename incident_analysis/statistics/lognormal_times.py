"""Times that are lognormal: their geometric mean, open ones included, and an interval for their mean."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import optimize, special

from incident_analysis.errors import ParameterError
from incident_analysis.statistics.distribution import Array, probability_argument
from incident_analysis.statistics.survival import checked


@dataclass(frozen=True, slots=True)
class LognormalFit:
    """A lognormal fitted to times, some of them open.

    Parameters
    ----------
    mu, sigma : float
        Mean and standard deviation of the natural logarithm.
    error : float
        Standard error of `mu`.
    n, events : int
    """

    mu: float
    sigma: float
    error: float
    n: int
    events: int

    def geometric_mean(self, level: float) -> tuple[float, float, float]:
        """exp(mu) with its interval: Student's with as many degrees of freedom as events less one."""
        t = float(special.stdtrit(self.events - 1, (1 + probability_argument(level, "level")) / 2))
        return tuple(math.exp(self.mu + sign * t * self.error) for sign in (0, -1, 1))  # type: ignore[return-value]


def lognormal_fit(times: Any, over: Any) -> LognormalFit:
    """Maximum likelihood of a lognormal; what is open counts as longer than it has lasted so far.

    Parameters
    ----------
    times : array of float
        Above 0.
    over : array of bool

    Raises
    ------
    ParameterError
        Fewer than 3 are over, a time is 0, or all that are over last equally long.

    Notes
    -----
    Where nothing is open `sigma` is the sample's (n − 1), so the interval is exact for lognormal times; otherwise it is
    approximate, from about 20 ended ones on.
    """
    t, done = checked(times, over)
    if done.sum() < 3 or (len(t) and t.min() <= 0):
        raise ParameterError(
            f"{int(done.sum())} ended times above 0",
            remedy="give at least 3 that ended; zero lengths are no measured times",
            where="times",
        )
    y = np.log(t)
    ended, still = y[done], y[~done]
    n, events = len(y), len(ended)
    sigma = float(ended.std(ddof=1))
    if sigma < 1e-12:
        raise ParameterError("all ended times are alike", remedy="there is no spread to fit", where="times")
    if not len(still):
        return LognormalFit(float(ended.mean()), sigma, sigma / math.sqrt(n), n, events)
    first, second = float(ended.mean()), float((ended**2).mean())

    def miss(at: Array) -> tuple[float, Array]:
        mu, log_sigma = at
        s = math.exp(log_sigma)
        z = (still - mu) / s
        log_tail = special.log_ndtr(-z)
        hazard = np.exp(-0.5 * z * z - 0.9189385332046727 - log_tail)
        squares = second - 2 * mu * first + mu * mu
        value = events * log_sigma + events * squares / (2 * s * s) - float(log_tail.sum())
        d_mu = -events * (first - mu) / (s * s) - float(hazard.sum()) / s
        d_log = events - events * squares / (s * s) - float((hazard * z).sum())
        return value, np.array([d_mu, d_log])

    found = optimize.minimize(miss, np.array([float(y.mean()), math.log(sigma)]), jac=True, method="BFGS")
    mu, s = float(found.x[0]), math.exp(float(found.x[1]))
    z = (still - mu) / s
    hazard = np.exp(-0.5 * z * z - 0.9189385332046727 - special.log_ndtr(-z))
    slope = hazard * (hazard - z)
    # Observed information of (mu, log sigma).
    a = (events + float(slope.sum())) / (s * s)
    w = (ended - mu) / s
    b = (2 * float(w.sum()) + float((hazard + slope * z).sum())) / s
    c = 2 * float((w * w).sum()) + float((hazard * z + slope * z * z).sum())
    return LognormalFit(mu, s, math.sqrt(c / (a * c - b * b)), n, events)


def modified_cox(times: Any, *, level: float) -> tuple[float, float, float]:
    """Mean of lognormal times with its interval, where a mean is asked for.

    Parameters
    ----------
    times : array of float
        Above 0, all of them over; 2 or more.
    level : float

    Returns
    -------
    (value, low, high): exp(ȳ + s²/2) and the ends, in the unit of the times

    Notes
    -----
    Cox's interval with Student's quantile. Approximate, from 10 times on. It stands and falls with the lognormal shape;
    half of a long-tailed mean comes from a few times.

    References
    ----------
    Olsson, Confidence intervals for the mean of a log-normal distribution, Journal of Statistics Education 13, 2005.

    Examples
    --------
    >>> value, low, high = modified_cox([10, 20, 40, 80, 160], level=0.95)
    >>> round(value, 1), round(low, 1), round(high, 1)
    (72.9, 12.0, 441.4)
    """
    t = np.asarray(times, float)
    if len(t) < 2 or not np.isfinite(t).all() or t.min() <= 0:
        raise ParameterError(f"{len(t)} times", remedy="give at least 2, all above 0", where="times")
    y = np.log(t)
    n, s2 = len(y), float(y.var(ddof=1))
    middle = float(y.mean()) + s2 / 2
    quantile = float(special.stdtrit(n - 1, (1 + probability_argument(level, "level")) / 2))
    half = quantile * math.sqrt(s2 / n + s2 * s2 / (2 * (n - 1)))
    return math.exp(middle), math.exp(middle - half), math.exp(middle + half)
