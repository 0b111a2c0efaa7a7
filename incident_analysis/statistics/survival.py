"""How long things last when some of them are not over: Kaplan-Meier, quantiles and the restricted mean."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
from scipy import special

from incident_analysis.errors import ParameterError
from incident_analysis.statistics.distribution import Array, probability_argument


def kaplan_meier(times: Any, over: Any, *, level: float) -> pd.DataFrame:
    """Share that lasts longer than each time.

    Parameters
    ----------
    times : array of float
        How long each lasted, or has lasted so far; 0 or more, in any unit.
    over : array of bool
        Whether it is over; what is not counts as open from there on (censored).
    level : float
        In (0, 1), of the interval at each time.

    Returns
    -------
    DataFrame
        One row for each different time, ascending: `time`, `at_risk`, `events`, `censored`, `survival`, `low`, `high`.
        Before the first event survival is 1; where everything is over it is 0, and both ends are.

    Raises
    ------
    ParameterError
        A time is negative or no number, or the two arrays differ in length.

    Notes
    -----
    The interval is Greenwood's on the scale log(−log S), which stays inside [0, 1]. What is open at the very time of
    an event was at risk of it.

    References
    ----------
    Kaplan and Meier, JASA 53, 1958. Kalbfleisch and Prentice, The Statistical Analysis of Failure Time Data, 1980.

    Examples
    --------
    >>> curve = kaplan_meier([10, 20, 30, 40, 50], [True, True, False, True, False], level=0.95)
    >>> [round(float(s), 3) for s in curve["survival"]]
    [0.8, 0.6, 0.6, 0.3, 0.3]
    """
    t, done = checked(times, over)
    z = float(special.ndtri((1 + probability_argument(level, "level")) / 2))
    order = np.argsort(t, kind="stable")
    t, done = t[order], done[order]
    first = np.flatnonzero(np.r_[True, t[1:] != t[:-1]]) if len(t) else np.zeros(0, int)
    events = np.add.reduceat(done.astype(float), first) if len(t) else np.zeros(0)
    sizes = np.diff(np.r_[first, len(t)]).astype(float)
    at_risk = len(t) - first.astype(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        survival = np.cumprod(1 - events / at_risk) if len(t) else np.zeros(0)
        variance = np.cumsum(events / (at_risk * (at_risk - events)))
        half = z * np.sqrt(variance) / np.abs(np.log(survival))
        low, high = survival ** np.exp(half), survival ** np.exp(-half)
    inside = (survival > 0) & (survival < 1)
    return pd.DataFrame(
        {
            "time": t[first],
            "at_risk": at_risk.astype(int),
            "events": events.astype(int),
            "censored": (sizes - events).astype(int),
            "survival": survival,
            "low": np.where(inside, low, survival),
            "high": np.where(inside, high, survival),
        }
    )


def quantile(curve: pd.DataFrame, p: float) -> tuple[float, float, float]:
    """The time by which a share `p` is over, with its interval; infinite where the curve does not come down that far.

    Parameters
    ----------
    curve : DataFrame
        Of `kaplan_meier`; its level is the interval's.
    p : float
        In (0, 1); 0.5 is the median.

    Returns
    -------
    (value, low, high)

    Notes
    -----
    The interval holds the times at which the curve's own interval includes 1 − p (Brookmeyer and Crowley on the
    log-log scale). A value at which the curve is exactly 1 − p is taken together with the next, halfway.

    Examples
    --------
    >>> quantile(kaplan_meier([6, 7, 9], [True, True, True], level=0.9), 0.5)[0]
    7.0
    """
    wanted = 1 - probability_argument(p, "p")
    time = curve["time"].to_numpy(float)
    survival = curve["survival"].to_numpy(float)
    # The ends begin where the first event is: before it there is no interval to read.
    started = survival < 1
    value = _crossing(time, survival, wanted)
    low = _crossing(time, np.where(started, curve["low"].to_numpy(float), 1.0), wanted, middle=False)
    high_curve = np.where(started, curve["high"].to_numpy(float), 1.0)
    high = _crossing(time, high_curve, wanted, middle=False, strict=True)
    # At the last event the curve falls to 0 with no width: that is no upper end of anything.
    if len(time) and math.isfinite(high) and survival[np.searchsorted(time, high)] == 0:
        high = math.inf
    return value, min(low, value), max(high, value)


def _crossing(time: Array, curve: Array, wanted: float, *, middle: bool = True, strict: bool = False) -> float:
    tiny = 1e-12
    below = np.flatnonzero(curve < wanted - tiny if strict else curve <= wanted + tiny)
    if not len(below):
        return math.inf
    at = int(below[0])
    if middle and abs(curve[at] - wanted) <= tiny:
        later = np.flatnonzero(curve < wanted - tiny)
        return float((time[at] + time[later[0]]) / 2) if len(later) else float(time[at])
    return float(time[at])


def restricted_mean(curve: pd.DataFrame, *, until: float, level: float) -> tuple[float, float, float]:
    """Mean of the times, each counted up to `until`: the area under the curve.

    Parameters
    ----------
    curve : DataFrame
        Of `kaplan_meier`.
    until : float
        Above 0, at most the longest time of the curve.
    level : float

    Returns
    -------
    (value, low, high), low at least 0

    Raises
    ------
    ParameterError
        The curve does not reach `until`.

    Notes
    -----
    The interval is the normal one with Greenwood's variance of the area.

    Examples
    --------
    >>> toy = kaplan_meier([10, 20, 30, 40, 50], [True, True, False, True, False], level=0.95)
    >>> round(restricted_mean(toy, until=50, level=0.95)[0], 6)
    33.0
    """
    z = float(special.ndtri((1 + probability_argument(level, "level")) / 2))
    time = curve["time"].to_numpy(float)
    ends = curve["survival"].to_numpy(float)
    if not until > 0 or not len(time) or (until > time[-1] and ends[-1] > 0):
        raise ParameterError(
            f"the curve does not reach {until}",
            remedy="choose a time up to which something was observed",
            where="until",
        )
    steps = np.r_[0.0, np.minimum(time, until), until]
    height = np.r_[1.0, ends]
    areas = height * np.diff(steps)
    area = float(areas.sum())
    # What lies to the right of each event moves with it.
    right = area - np.cumsum(areas)[: len(time)]
    at_risk, events = curve["at_risk"].to_numpy(float), curve["events"].to_numpy(float)
    left = at_risk - events
    counted = (time <= until) & (left > 0)
    parts = right[counted] ** 2 * events[counted] / (at_risk[counted] * left[counted])
    half = z * math.sqrt(float(parts.sum()))
    return area, max(0.0, area - half), min(until, area + half)


def checked(times: Any, over: Any) -> tuple[Array, np.ndarray]:
    """Times and flags as arrays, refused where they cannot be."""
    t = np.asarray(times, float)
    done = np.asarray(over, bool)
    if t.shape != done.shape or t.ndim != 1:
        raise ParameterError(
            f"{len(t)} times and {len(done)} flags", remedy="give one flag for each time", where="over"
        )
    if len(t) and not (np.isfinite(t).all() and (t >= 0).all()):
        raise ParameterError(
            "a time is negative or no number",
            remedy="leave out what has no length; a start after the end is a fault of the record",
            where="times",
        )
    return t, done
