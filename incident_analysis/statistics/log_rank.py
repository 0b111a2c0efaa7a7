"""Whether groups last equally long: the log-rank test, within strata where there are any."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import special

from incident_analysis.errors import ParameterError
from incident_analysis.statistics.survival import checked


@dataclass(frozen=True, slots=True)
class LogRank:
    """What the test found.

    Parameters
    ----------
    statistic : float
        χ².
    freedom : int
        Degrees of freedom: groups that can be compared, less one.
    p : float
        Probability of a statistic at least as large if all groups last equally long.
    groups : tuple of str
    observed, expected : tuple of float
        Ends in each group, as seen and as they would be if there were no difference.
    """

    statistic: float
    freedom: int
    p: float
    groups: tuple[str, ...]
    observed: tuple[float, ...]
    expected: tuple[float, ...]


def log_rank(times: Any, over: Any, groups: Any, *, strata: Any = None) -> LogRank:
    """Compare how long several groups last, open ones included.

    Parameters
    ----------
    times : array of float
    over : array of bool
    groups : array of str
        Two or more different ones.
    strata : array of str, optional
        Only what is of one stratum is compared: a mix that differs between the groups then makes no difference.

    Returns
    -------
    LogRank

    Raises
    ------
    ParameterError
        There are not two groups, or nothing is over.

    Notes
    -----
    Approximate, and for groups of very unequal size at least about 10 ends in the smallest. Most sensitive where
    one group ends at a multiple of the other's rate throughout; curves that cross can hide from it.

    References
    ----------
    Mantel, Cancer Chemotherapy Reports 50, 1966. Peto and Peto, JRSS A 135, 1972.

    Examples
    --------
    >>> found = log_rank([1, 2, 3, 4, 5, 6, 7, 8], [True] * 8, list("aaaabbbb"))
    >>> round(found.statistic, 3), found.freedom
    (7.344, 1)
    """
    t, done = checked(times, over)
    names, which = np.unique(np.asarray(groups, str), return_inverse=True)
    if len(names) < 2 or not done.any():
        raise ParameterError(
            "nothing to compare: fewer than two groups, or nothing is over",
            remedy="compare two groups in which something ended",
            where="groups",
        )
    stratum = np.zeros(len(t), int) if strata is None else np.unique(np.asarray(strata, str), return_inverse=True)[1]
    k = len(names)
    observed, expected, covariance = np.zeros(k), np.zeros(k), np.zeros((k, k))
    for s in range(int(stratum.max()) + 1):
        here = stratum == s
        o, e, v = _of_stratum(t[here], done[here], which[here], k)
        observed, expected, covariance = observed + o, expected + e, covariance + v
    # A group without any variance was never at risk beside another one.
    used = np.flatnonzero(np.diag(covariance) > 1e-12)
    if len(used) < 2:
        raise ParameterError(
            "the groups are never at risk together",
            remedy="compare groups that occur in the same strata",
            where="groups",
        )
    kept = used[:-1]
    difference = (observed - expected)[kept]
    statistic = float(difference @ np.linalg.pinv(covariance[np.ix_(kept, kept)]) @ difference)
    freedom = int(np.linalg.matrix_rank(covariance[np.ix_(kept, kept)]))
    return LogRank(
        statistic,
        freedom,
        float(special.chdtrc(freedom, statistic)),
        tuple(str(n) for n in names),
        tuple(observed.tolist()),
        tuple(expected.tolist()),
    )


def _of_stratum(
    t: np.ndarray, done: np.ndarray, which: np.ndarray, k: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    moments = np.unique(t[done])
    if not len(moments):
        return np.zeros(k), np.zeros(k), np.zeros((k, k))
    at_risk = np.empty((k, len(moments)))
    events = np.empty((k, len(moments)))
    for group in range(k):
        mine = np.sort(t[which == group])
        ended = np.sort(t[(which == group) & done])
        at_risk[group] = len(mine) - np.searchsorted(mine, moments, side="left")
        events[group] = np.searchsorted(ended, moments, side="right") - np.searchsorted(ended, moments, side="left")
    n, d = at_risk.sum(axis=0), events.sum(axis=0)
    share = at_risk / n
    factor = np.where(n > 1, d * (n - d) / np.maximum(n - 1, 1), 0.0)
    # Σ over moments of factor · (diag(share) − share shareᵀ).
    covariance = np.diag(share @ factor) - (share * factor) @ share.T
    return events.sum(axis=1), share @ d, covariance
