"""How long things last when start or end is known only to lie between two instants."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from incident_analysis.errors import ParameterError

#: Above so many distinct intervals the table of who can lie where no longer fits.
MOST_CELLS = 20_000_000


def turnbull(low: Any, high: Any, *, tolerance: float = 1e-9, most: int = 20_000) -> pd.DataFrame:
    """Share that lasts longer than each time, from intervals that hold the true times.

    Parameters
    ----------
    low, high : array of float
        Each time lies in [low, high]; low 0 or more, high infinite where it is not over.
    tolerance : float
        The largest change of a probability at which the iteration ends.
    most : int
        Iterations at most.

    Returns
    -------
    DataFrame
        One row for each interval that holds probability, ascending: `low`, `high`, `probability`, `survival` (after
        it). Where inside of such an interval the mass lies the data cannot tell.

    Raises
    ------
    ParameterError
        An interval is turned round, negative, or there are too many different ones.

    Notes
    -----
    The non-parametric maximum-likelihood estimate by self-consistency (an EM algorithm). Exact times and open ones
    give Kaplan-Meier.

    References
    ----------
    Turnbull, The empirical distribution function with arbitrarily grouped, censored and truncated data, JRSS B 38,
    1976.

    Examples
    --------
    >>> found = turnbull([1, 2, 3], [1, 2, 3])
    >>> [round(float(p), 3) for p in found["probability"]]
    [0.333, 0.333, 0.333]
    """
    first, last = np.asarray(low, float), np.asarray(high, float)
    if first.shape != last.shape or np.isnan(first).any() or np.isnan(last).any() or (first > last).any():
        raise ParameterError("an interval is turned round or no interval", remedy="give low ≤ high", where="low")
    if len(first) and first.min() < 0:
        raise ParameterError("an interval begins below 0", remedy="cut it at 0", where="low")
    if not len(first):
        return pd.DataFrame({name: np.zeros(0) for name in ("low", "high", "probability", "survival")})
    pairs, weights = np.unique(np.column_stack([first, last]), axis=0, return_counts=True)
    # What is open at an instant lasts longer than it: an end at that very instant is not its own.
    begin = np.where(np.isinf(pairs[:, 1]), np.nextafter(pairs[:, 0], math.inf), pairs[:, 0])
    starts, ends = _innermost(begin, pairs[:, 1])
    if len(starts) * len(pairs) > MOST_CELLS:
        raise ParameterError(
            f"{len(pairs):,} different intervals", remedy="use Kaplan-Meier at the earliest and the latest", where="low"
        )
    inside = ((starts >= begin[:, None]) & (ends <= pairs[:, 1][:, None])).astype(float)
    total = float(weights.sum())
    p = np.full(len(starts), 1 / len(starts))
    for _ in range(most):
        held = inside @ p
        new = p * (inside.T @ (weights / held)) / total
        # Two steps of EM, then a leap along their direction (squared extrapolation) where it does not do harm.
        held = inside @ new
        newer = new * (inside.T @ (weights / held)) / total
        r, v = new - p, newer - 2 * new + p
        norm = float(np.abs(v).max())
        if float(np.abs(newer - p).max()) < tolerance:
            p = newer
            break
        if norm > 0:
            step = min(-1.0, -math.sqrt(float(r @ r)) / max(math.sqrt(float(v @ v)), 1e-300))
            leap = p - 2 * step * r + step * step * v
            leap = np.clip(leap, 0, None)
            leap /= leap.sum()
            if (inside @ leap > 0).all() and _likelihood(inside, leap, weights) >= _likelihood(inside, newer, weights):
                newer = leap
        p = newer
    kept = p > 1e-9
    p = p[kept] / p[kept].sum()
    survival = np.clip(1 - np.cumsum(p), 0, None)
    survival[-1] = 0.0
    return pd.DataFrame({"low": starts[kept], "high": ends[kept], "probability": p, "survival": survival})


def _likelihood(inside: np.ndarray, p: np.ndarray, weights: np.ndarray) -> float:
    return float(weights @ np.log(inside @ p))


def _innermost(begin: np.ndarray, end: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The intervals from a left end to the right end that comes next: only they can hold mass."""
    values = np.r_[begin, end]
    right = np.r_[np.zeros(len(begin), int), np.ones(len(end), int)]
    order = np.lexsort((right, values))
    values, right = values[order], right[order]
    at = np.flatnonzero((right[:-1] == 0) & (right[1:] == 1))
    return values[at], values[at + 1]


def quantile_bounds(found: pd.DataFrame, p: float) -> tuple[float, float]:
    """The interval in which the time lies by which a share `p` is over, as far as the estimate tells it.

    Parameters
    ----------
    found : DataFrame
        Of `turnbull`.
    p : float
        In (0, 1).

    Returns
    -------
    (low, high); high is infinite where it is not reached
    """
    reached = np.flatnonzero(found["survival"].to_numpy() <= 1 - p + 1e-9)
    row = found.iloc[int(reached[0])]
    return float(row["low"]), float(row["high"])
