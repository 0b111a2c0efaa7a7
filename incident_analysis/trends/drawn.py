"""The share of incidents that last longer, by group, for the chart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from incident_analysis.statistics import survival
from incident_analysis.trends.groups import in_order
from incident_analysis.trends.lasted import lengths, survived
from incident_analysis.trends.response import LEAST_ENDED


def curves(
    incidents: pd.DataFrame,
    *,
    of: str | Sequence[str],
    by: str | None,
    as_of: Any,
    level: float,
    least: int = LEAST_ENDED,
) -> pd.DataFrame:
    """The share that lasts longer, by group, for the chart.

    Parameters
    ----------
    incidents : INCIDENTS
    of, by, as_of, level
        As for `response_times`.
    least : int
        Groups with fewer known lengths are left out.

    Returns
    -------
    DataFrame
        `group`, and the columns of `statistics.survival.kaplan_meier`; at most 500 rows a group, none of them moved.
    """
    measured = lengths(incidents, of=of, as_of=as_of, by=by)
    parts = []
    for name in in_order(measured["group"].unique()):
        t, over = survived(measured[measured["group"] == name])
        if over.sum() < least:
            continue
        curve = survival.kaplan_meier(t, over, level=level)
        if len(curve) > 500:
            at = np.unique(np.r_[np.linspace(0, len(curve) - 1, 500).round().astype(int)])
            curve = curve.iloc[at]
        parts.append(curve.assign(group=name, total=len(t), open=int((~over).sum())))
    if not parts:
        names = ["time", "at_risk", "events", "censored", "survival", "low", "high", "total", "open"]
        return pd.DataFrame({"group": pd.Series([], dtype="str"), **{n: pd.Series([], dtype="float64") for n in names}})
    return pd.concat(parts, ignore_index=True)
