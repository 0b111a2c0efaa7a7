"""Milestones and periods as frames."""

from __future__ import annotations

from typing import Any

import pandas as pd

from incident_analysis import frames
from incident_analysis.document import When
from incident_analysis.estimate import Evidence
from incident_analysis.incident import Claim, Incident


def moments(incident: Incident) -> pd.DataFrame:
    """The milestones of an incident with their bounds.

    Parameters
    ----------
    incident : Incident

    Returns
    -------
    MOMENTS
        One row for each milestone; `malfunction_began` equals `started` where it is not stated.
    """
    rows = [
        {
            "milestone": moment.name,
            "time": moment.time,
            "time_low": moment.low,
            "time_high": moment.high,
            "certainty": moment.certainty,
            "text": moment.text,
            "statement": moment.statement,
            "claims": tuple(_told(claim) for claim in moment.claims),
            "chosen_because": moment.chosen_because,
        }
        for moment in incident.moments
    ]
    return frames.build(frames.MOMENTS, rows)


def _told(claim: Claim) -> str:
    time = "no time" if claim.time is None else str(claim.time)
    return f"{time} ({claim.source or 'source not stated'})" + (f": {claim.statement}" if claim.statement else "")


def windows(incident: Incident) -> pd.DataFrame:
    """The window from the beginning of the malfunction to the restored service.

    Parameters
    ----------
    incident : Incident

    Returns
    -------
    WINDOWS
        One row; `end` is NaT where the service is not restored. Empty where no source gives the time of either end.
    """
    began, restored = incident.moment("malfunction_began"), incident.moment("restored")
    if not began.known or restored.certainty == "unknown":
        return frames.empty(frames.WINDOWS)
    row: dict[str, Any] = {"effect": "malfunction, until the service was restored"}
    for name, moment in (("start", began), ("end", restored)):
        row |= {name: moment.time, f"{name}_low": moment.low, f"{name}_high": moment.high}
    row["evidence"] = tuple(
        Evidence("statement", "incident.yaml", incident.where("times", moment.name), f"{moment.name}: {moment.text}")
        for moment in (began, restored)
    )
    return frames.build(frames.WINDOWS, [row])


def periods(incident: Incident) -> pd.DataFrame:
    """The stretches in which services were down, degraded or read-only.

    Parameters
    ----------
    incident : Incident

    Returns
    -------
    PERIODS
        Empty where none is stated; `end` is NaT where a period is not over.
    """
    return frames.build(frames.PERIODS, [_period(p) for p in incident.periods])


def _period(period: Any) -> dict[str, Any]:
    start, end = period.started, period.ended
    row: dict[str, Any] = {"service": period.service, "kind": period.kind, "share": period.share}
    row["certainty"] = period.certainty or ("unknown" if start is None else "day" if start.is_day else "exact")
    for name, time in (("start", start), ("end", end)):
        sure = isinstance(time, When) and row["certainty"] != "approx"
        row |= {
            name: None if time is None else time.low,
            f"{name}_low": time.low if sure else None,
            f"{name}_high": time.high if sure else None,
        }
    return row
