"""How many events a service has had by an age, averaged over services that were watched for different times."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
from scipy import special

from incident_analysis.errors import ParameterError
from incident_analysis.statistics.distribution import probability_argument


def mean_cumulative(times: Any, units: Any, *, watched: dict[str, float], level: float) -> pd.DataFrame:
    """The mean cumulative function of recurrent events.

    Parameters
    ----------
    times : array of float
        Of the events, counted from each unit's own start.
    units : array of str
        Which unit each belongs to.
    watched : dict
        How long each unit was watched, those without an event too.
    level : float

    Returns
    -------
    DataFrame
        One row for each time with an event: `time`, `units` (still watched), `mean` (events per unit), `low`, `high`.

    Raises
    ------
    ParameterError
        An event lies after its unit's time, or its unit is not named.

    Notes
    -----
    Nelson's estimate with the variance of Lawless and Nadeau, which asks no more than independent units: events of one
    unit may come in clusters. The interval is normal on the logarithm; approximate, from about 20 units on.

    References
    ----------
    Lawless and Nadeau, Some simple robust methods for the analysis of recurrent events, Technometrics 37, 1995.

    Examples
    --------
    >>> found = mean_cumulative([1, 2, 2], ["a", "a", "b"], watched={"a": 3, "b": 2, "c": 1}, level=0.95)
    >>> [round(float(m), 3) for m in found["mean"]]
    [0.333, 1.333]
    """
    t, names = np.asarray(times, float), np.asarray(units, str)
    every = list(watched)
    place = {name: i for i, name in enumerate(every)}
    missing = sorted(set(names.tolist()) - set(place))
    if missing:
        raise ParameterError(
            f"{missing[0]!r} is not among the watched", remedy="say how long each was watched", where="watched"
        )
    which = np.array([place[name] for name in names.tolist()], int)
    ends = np.array([float(watched[name]) for name in every])
    if len(t) and (t > ends[which] + 1e-9).any():
        raise ParameterError("an event after its unit's time", remedy="watch it for longer", where="watched")
    z = float(special.ndtri((1 + probability_argument(level, "level")) / 2))
    moments, at = np.unique(t, return_inverse=True)
    sorted_ends = np.sort(ends)
    at_risk = len(ends) - np.searchsorted(sorted_ends, moments, side="left")
    steps = np.bincount(at, minlength=len(moments)) / np.maximum(at_risk, 1)
    mean = np.cumsum(steps)
    # Each unit's own residual: its events, less the mean's steps while it was watched, all by the number at risk.
    expected = np.cumsum(steps / np.maximum(at_risk, 1))
    own = np.zeros(len(ends))
    error = np.empty(len(moments))
    order = np.argsort(at, kind="stable")
    bounds = np.searchsorted(at[order], np.arange(len(moments) + 1))
    last = np.searchsorted(moments, ends, side="right") - 1
    reached = np.r_[0.0, expected]
    for i in range(len(moments)):
        own += np.bincount(which[order[bounds[i] : bounds[i + 1]]], minlength=len(ends)) / at_risk[i]
        residual = own - reached[np.minimum(last, i) + 1]
        error[i] = math.sqrt(float(residual @ residual))
    half = z * error / mean if len(mean) else mean
    return pd.DataFrame(
        {"time": moments, "units": at_risk, "mean": mean, "low": mean * np.exp(-half), "high": mean * np.exp(half)}
    )
