"""Data that was lost, in time: the recovery point that was reached, against the objective."""

from __future__ import annotations

from typing import Any

import pandas as pd

from incident_analysis import frames, words
from incident_analysis.estimate import Estimate, Evidence
from incident_analysis.impact.ledger import checked_ledger
from incident_analysis.impact.when import interval_length

_SECONDS = {"s": 1, "seconds": 1, "min": 60, "minutes": 60, "h": 3600, "hours": 3600, "d": 86400, "days": 86400}


def data_loss(ledger: pd.DataFrame, *, objective: str | pd.Timedelta | None = None) -> pd.DataFrame:
    """The recovery point reached: how far back the data went that could be brought back.

    Parameters
    ----------
    ledger : LEDGER
        Its lines of kind data whose unit is one of time. Where sources disagree each has a figure of its own.
    objective : str or Timedelta, optional
        The recovery point objective, such as "15min". None: it is not stated.

    Returns
    -------
    ESTIMATES
        Key `line`; `recovery_point` in seconds, and `beyond_objective` in seconds (0: within it). Unknown where no line
        tells a time. Figures that contradict each other are not merged.
    """
    checked_ledger(ledger)
    lines = [r for r in frames.rows(ledger) if r["kind"] == "data" and r["unit"] in _SECONDS and r["role"] == "loss"]
    limit = None if objective is None else interval_length(objective, where="objective").total_seconds()
    claims: list[tuple[dict[str, str], str, Estimate]] = []
    if not lines:
        nothing = Estimate.unknown("no line tells how far back the lost data went", unit="s")
        return frames.estimates(
            [({"line": ""}, "recovery_point", nothing), ({"line": ""}, "beyond_objective", nothing)]
        )
    for row in lines:
        key = {"line": str(row["id"])}
        reached = _seconds(row)
        claims += [(key, "recovery_point", reached), (key, "beyond_objective", _beyond(reached, limit))]
    return frames.estimates(claims)


def _seconds(row: dict[str, Any]) -> Estimate:
    by = _SECONDS[str(row["unit"])]
    low, likely, high = (None if pd.isna(row[n]) else float(row[n]) * by for n in ("low", "likely", "high"))
    method = f"{row['what']}, {row['certainty']}"
    if row["conflicts_with"]:
        method += f"; another source says otherwise ({row['conflicts_with']})"
    if low is None and likely is None and high is None:
        return Estimate.unknown(f"no figure is stated for {row['what']}", unit="s", evidence=row["evidence"])
    point = likely is not None and low is None and high is None
    sure = point and row["certainty"] in ("counted", "stated", "reported")
    return Estimate(
        likely,
        likely if sure else low,
        likely if sure else high,
        interval="exact" if sure else "stated" if likely is not None else "bounds",
        unit="s",
        n=1,
        method=method,
        evidence=row["evidence"],
    )


def _beyond(reached: Estimate, limit: float | None) -> Estimate:
    if limit is None:
        return Estimate.unknown("no recovery point objective is stated", unit="s", evidence=reached.evidence)
    if not reached.known:
        return Estimate.unknown(reached.reason, unit="s", evidence=reached.evidence)

    def over(x: float | None) -> float | None:
        return None if x is None else max(x - limit, 0.0)

    said = Evidence("formula", "recovery point", "", f"objective {words.duration(limit)}")
    return Estimate(
        over(reached.value),
        over(reached.low),
        over(reached.high),
        interval=reached.interval,
        unit="s",
        n=1,
        method=f"beyond the objective of {words.duration(limit)}",
        evidence=(*reached.evidence, said),
    )
