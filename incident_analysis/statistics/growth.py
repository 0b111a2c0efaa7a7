"""Growth of reliability: the Crow-AMSAA power law, how sure its slope is, and whether it fits."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import special

from incident_analysis.errors import ParameterError
from incident_analysis.statistics.distribution import Array, probability_argument


@dataclass(frozen=True, slots=True)
class Growth:
    """A power law fitted to events: λ·t^β of them are expected by the time t.

    Parameters
    ----------
    beta : float
        Maximum-likelihood slope; below 1: ever fewer events.
    beta_low, beta_high : float
        Exact interval of the slope at `level`.
    beta_unbiased : float
        The slope whose expectation is the true one.
    scale : float
        λ, with the maximum-likelihood slope.
    end : float
        End of the observation; of its last event where it is failure-terminated.
    n : int
    level : float
    failure_terminated : bool
    """

    beta: float
    beta_low: float
    beta_high: float
    beta_unbiased: float
    scale: float
    end: float
    n: int
    level: float
    failure_terminated: bool

    def expected(self, times: Any) -> Array:
        """Events expected by each time."""
        return self.scale * np.asarray(times, float) ** self.beta

    def between_events(self, *, unbiased: bool = False) -> float:
        """Mean time between events at the end, at the rate of that moment; by which slope the argument says."""
        # By the end exactly n are expected whatever the slope, so the rate there is n·β/T.
        return self.end / (self.n * (self.beta_unbiased if unbiased else self.beta))


def crow_amsaa(times: Any, *, end: float, level: float, failure_terminated: bool = False) -> Growth:
    """Fit the power law.

    Parameters
    ----------
    times : array of float
        Of the events, counted from the start of the observation.
    end : float
        Of the observation. Ignored where it is failure-terminated.
    level : float
        In (0, 1), of the slope's interval.
    failure_terminated : bool
        Whether the observation ended because of the last event. A register ends today, so False is the usual case.

    Raises
    ------
    ParameterError
        Fewer than 2 events (3 where failure-terminated), or all at the end.

    Notes
    -----
    2nβ/β̂ is χ² with 2n degrees of freedom (2(n−1) where failure-terminated), so the interval is exact. The null
    hypothesis of a constant rate is β = 1.

    References
    ----------
    Crow, Reliability analysis for complex repairable systems, 1974. MIL-HDBK-189C, 2011.

    Examples
    --------
    >>> nist = [5, 40, 43, 175, 389, 712, 747, 795, 1299, 1478]
    >>> found = crow_amsaa(nist, end=1500, level=0.9)
    >>> round(found.between_events(unbiased=True), 2), round(found.between_events(), 2)
    (310.23, 279.21)
    """
    probability_argument(level, "level")
    t, stop, n = _prepared(times, end, failure_terminated)
    total = float(np.log(stop / t).sum())
    if total <= 0:
        raise ParameterError("all events lie at the end", remedy="count times from an earlier start", where="times")
    beta = n / total
    freedom = 2 * (n - 1) if failure_terminated else 2 * n
    tail = (1 - level) / 2
    low, high = (float(special.chdtri(freedom, q)) for q in (1 - tail, tail))
    unbiased = beta * (n - 2) / n if failure_terminated else beta * (n - 1) / n
    return Growth(
        beta, beta * low / (2 * n), beta * high / (2 * n), unbiased, n / stop**beta, stop, n, level, failure_terminated
    )


def _prepared(times: Any, end: float, failure_terminated: bool) -> tuple[Array, float, int]:
    t = np.sort(np.asarray(times, float))
    least = 3 if failure_terminated else 2
    if len(t) < least:
        raise ParameterError(f"{len(t)} events", remedy=f"give at least {least}", where="times")
    stop = float(t[-1]) if failure_terminated else float(end)
    if not math.isfinite(stop) or stop <= 0 or t[0] < 0 or t[-1] > stop or not np.isfinite(t).all():
        raise ParameterError(
            "an event lies outside of the observation",
            remedy="count times from the start of the observation, and end it at or after the last event",
            where="times",
        )
    return np.maximum(t, stop * 1e-9), stop, len(t)


@dataclass(frozen=True, slots=True)
class Fit:
    """How well a power law fits.

    Parameters
    ----------
    statistic : float
        Cramér and von Mises' distance.
    p : float
        Probability of at least this distance if the power law holds.
    n : int
        Events compared.
    draws : int
        Simulated samples behind `p`.
    """

    statistic: float
    p: float
    n: int
    draws: int


def goodness_of_fit(
    times: Any, *, end: float, rng: np.random.Generator, failure_terminated: bool = False, draws: int = 1999
) -> Fit:
    """Whether the power law holds: Cramér and von Mises' test with the unbiased slope.

    Parameters
    ----------
    times : array of float
    end : float
    rng : Generator
        Simulates the statistic's distribution, which depends on the number of events alone.
    failure_terminated : bool
    draws : int

    Notes
    -----
    Given their number, (t/T)^β of the events are uniform, so the p-value by simulation is exact, whatever the true
    slope is.

    References
    ----------
    MIL-HDBK-189C, 2011, section 5.5.3.
    """
    t, stop, _ = _prepared(times, end, failure_terminated)
    used = t[:-1] if failure_terminated else t
    seen = float(_distance(np.log(stop / used)[None, :][:, ::-1])[0])
    if len(used) > MOST_SIMULATED:
        # The statistic has a limit; a thinner sample has nearly the same distribution.
        drawn = _drawn(MOST_SIMULATED, draws, rng)
    else:
        drawn = _drawn(len(used), draws, rng)
    p = (1 + int((drawn >= seen).sum())) / (draws + 1)
    return Fit(seen, p, len(used), draws)


#: The null distribution barely changes beyond so many events.
MOST_SIMULATED = 500


def _drawn(n: int, draws: int, rng: np.random.Generator) -> Array:
    return _distance(np.sort(rng.exponential(size=(draws, n)), axis=1))


def _distance(logs: Array) -> Array:
    """The statistic of rows of ascending ln(T/t)."""
    n = logs.shape[1]
    slope = (n - 1) / logs.sum(axis=1) if n > 1 else 1 / logs.sum(axis=1)
    # Ascending logs are descending times.
    uniform = np.exp(-slope[:, None] * logs)[:, ::-1]
    middle = (2 * np.arange(1, n + 1) - 1) / (2 * n)
    return np.asarray(1 / (12 * n) + ((uniform - middle) ** 2).sum(axis=1))
