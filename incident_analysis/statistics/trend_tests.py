"""Whether events become more or less frequent: Laplace, MIL-HDBK-189 and Lewis-Robinson."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import special

from incident_analysis.errors import ParameterError
from incident_analysis.statistics.distribution import Array


@dataclass(frozen=True, slots=True)
class TrendTest:
    """What a test for a trend found.

    Parameters
    ----------
    name : str
    statistic : float
        For Laplace and Lewis-Robinson below 0 means: fewer events later. MIL-HDBK-189: a χ², large means the same.
    p : float
        Two-sided.
    n : int
        Events that were used.
    null : str
        What the test holds against the data; another violation of it can show as a trend too.
    """

    name: str
    statistic: float
    p: float
    n: int
    null: str

    @property
    def exact(self) -> bool:
        """Whether the test errs by at most its level for every n."""
        return self.name != "Laplace"


#: From so many gaps on the permutations' limit is used instead of drawing them.
MOST_PERMUTED = 3000
POISSON = "a Poisson process of constant rate"
RENEWAL = "a renewal process: gaps that may be clustered, but in any order"


def laplace(times: Any, *, end: float, failure_terminated: bool = False) -> TrendTest:
    """Laplace's test: whether the middle of the events lies in the middle of the time.

    Parameters
    ----------
    times : array of float
        Of the events, counted from the start of the observation.
    end : float
        Of the observation. The register ends today, not at its last event.
    failure_terminated : bool
        Whether the observation ended *because* of the last event: then that one is not counted.

    Notes
    -----
    The null is a Poisson process: incidents that come in clusters reject it without any trend (see `lewis_robinson`).
    Approximate; good from 4 events on.

    References
    ----------
    Cox and Lewis, The Statistical Analysis of Series of Events, 1966. NIST e-Handbook of Statistical Methods, 8.2.3.4.

    Examples
    --------
    >>> found = laplace([5, 40, 43, 175, 389, 712, 747, 795, 1299, 1478], end=1500)
    >>> round(found.statistic, 5)
    -1.32695
    """
    t, stop = _used(times, end, failure_terminated)
    u = float((t.sum() - len(t) * stop / 2) / (stop * math.sqrt(len(t) / 12)))
    return TrendTest("Laplace", u, float(2 * special.ndtr(-abs(u))), len(t), POISSON)


def mil_hdbk_189(times: Any, *, end: float, failure_terminated: bool = False) -> TrendTest:
    """The test of MIL-HDBK-189: twice the sum of ln(end / time) is χ² if the rate is constant.

    The most powerful one against a power law; exact under its null, which is a Poisson process.

    Parameters
    ----------
    times : array of float
    end : float
    failure_terminated : bool

    References
    ----------
    MIL-HDBK-189C, Reliability Growth Management, 2011. Bain, Engelhardt and Wright, IEEE Trans. Reliability 34, 1985.

    Examples
    --------
    >>> found = mil_hdbk_189([5, 40, 43, 175, 389, 712, 747, 795, 1299, 1478], end=1500)
    >>> round(found.statistic, 3)
    37.228
    """
    t, stop = _used(times, end, failure_terminated)
    # An event at the very beginning would be infinitely early: it is taken as one part in 10⁹ of the time.
    chi = float(2 * np.log(stop / np.maximum(t, stop * 1e-9)).sum())
    freedom = 2 * len(t)
    tail = min(float(special.chdtr(freedom, chi)), float(special.chdtrc(freedom, chi)))
    return TrendTest("MIL-HDBK-189", chi, min(1.0, 2 * tail), len(t), POISSON)


def lewis_robinson(times: Any, *, end: float, rng: np.random.Generator, permutations: int = 9999) -> TrendTest:
    """Lewis and Robinson's test: Laplace's, told apart from mere clustering.

    Parameters
    ----------
    times : array of float
    end : float
    rng : Generator
        Draws the orders of the gaps.
    permutations : int

    Notes
    -----
    Laplace's statistic divided by the gaps' coefficient of variation; its distribution by permuting the gaps between
    the events (not the open one after the last), which is exact for a renewal process of any shape. The p-value counts
    the order that was seen.

    References
    ----------
    Lewis and Robinson, in: Reliability and Biometry, SIAM, 1974. Phipson and Smyth, Permutation p-values should never
    be zero, 2010.
    """
    t = _checked(times, end)
    gaps = np.diff(np.sort(t))
    if len(gaps) < 3:
        raise ParameterError(f"{len(gaps)} gaps", remedy="give at least 4 events", where="times")
    spread = float(gaps.std(ddof=1) / gaps.mean()) if gaps.mean() > 0 else 0.0
    if spread == 0:
        return TrendTest("Lewis-Robinson", 0.0, 1.0, len(t), RENEWAL)
    seen = _late(gaps)
    m = len(gaps)
    scale = gaps.sum() * math.sqrt((m - 1) / 12) * spread
    if m > MOST_PERMUTED:
        # So many gaps permute to a normal distribution, whose mean and variance are known exactly.
        u = float(seen / (gaps.std(ddof=1) * math.sqrt(m * (m * m - 1) / 12)))
        return TrendTest("Lewis-Robinson", u, float(2 * special.ndtr(-abs(u))), len(t), RENEWAL)
    as_extreme = 1
    step = max(1, 2_000_000 // m)
    for begin in range(0, permutations, step):
        drawn = rng.permuted(np.broadcast_to(gaps, (min(step, permutations - begin), m)), axis=1)
        as_extreme += int((np.abs(_late(drawn)) >= abs(seen) - 1e-12 * gaps.sum() * m).sum())
    return TrendTest("Lewis-Robinson", float(seen / scale), as_extreme / (permutations + 1), len(t), RENEWAL)


def _late(gaps: Array) -> Array:
    """How far the inner events lie behind the middle, summed; permuting the gaps keeps first and last event."""
    m = gaps.shape[-1]
    # Σ over inner events of their time: gap j counts in every event after it.
    weights = np.arange(m - 1, -1, -1) - (m - 1) / 2
    return np.asarray(gaps @ weights)


def _used(times: Any, end: float, failure_terminated: bool) -> tuple[Array, float]:
    t = np.sort(_checked(times, end))
    if failure_terminated:
        stop, t = float(t[-1]) if len(t) else end, t[:-1]
    else:
        stop = float(end)
    if not len(t) or stop <= 0:
        raise ParameterError("no event to test", remedy="give at least two events and an end after 0", where="times")
    return t, stop


def _checked(times: Any, end: float) -> Array:
    t = np.asarray(times, float)
    if not math.isfinite(end) or (len(t) and (not np.isfinite(t).all() or t.min() < 0 or t.max() > end)):
        raise ParameterError(
            "an event lies outside of the observation",
            remedy="count times from the start of the observation, and end it at or after the last event",
            where="times",
        )
    return t
