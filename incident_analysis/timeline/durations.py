"""Durations between milestones, with the bounds that the evidence allows."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import pandas as pd

from incident_analysis import frames
from incident_analysis.document import Problem, when
from incident_analysis.errors import ParameterError
from incident_analysis.estimate import Estimate, Evidence
from incident_analysis.incident import MILESTONES, Incident, Moment, MomentCertainty

#: What is measured: its name, from which milestone, to which.
DURATIONS = {
    "time_to_detect": ("malfunction_began", "detected"),
    "time_to_acknowledge": ("detected", "acknowledged"),
    "time_to_mitigate": ("started", "mitigated"),
    "time_to_restore": ("started", "restored"),
    "time_to_resolve": ("started", "resolved"),
}


def durations(incidents: Incident | pd.DataFrame | Iterable[Incident]) -> pd.DataFrame:
    """The durations that the field's standard terms name.

    Parameters
    ----------
    incidents : Incident, iterable of Incident, or INCIDENTS

    Returns
    -------
    ESTIMATES
        Key `incident_id`; names as in `DURATIONS`; seconds. An open incident gives "at least", never a value.
    """
    if isinstance(incidents, pd.DataFrame):
        frames.check(incidents, frames.INCIDENTS, where="incidents")
        sets = [(str(row["incident_id"]), _of_row(row)) for row in incidents.to_dict("records")]
    else:
        every = [incidents] if isinstance(incidents, Incident) else list(incidents)
        sets = [(incident.id, _of_incident(incident)) for incident in every]
    return frames.estimates(
        ({"incident_id": identity}, name, _between(moments[start], moments[end], ordered=True))
        for identity, moments in sets
        for name, (start, end) in DURATIONS.items()
    )


def duration(incident: Incident, *, start: Any, end: Any) -> Estimate:
    """The time between two milestones or instants.

    The bounds are those of the two ends: never narrower than what the sources allow. Where the order of the two is
    certain by their definitions, the difference is clipped at 0.

    Parameters
    ----------
    incident : Incident
    start, end : str or datetime
        A milestone's name, or an instant with its zone.

    Returns
    -------
    Estimate
        Seconds; negative where `end` came first.

    Raises
    ------
    ParameterError
        No such milestone, or an instant without a zone.
    """
    named = _of_incident(incident)
    first, second = (_end(named, incident, x, name) for x, name in ((start, "start"), (end, "end")))
    return _between(first, second, ordered=(start, end) in set(DURATIONS.values()) or _known_order(start, end))


def _known_order(start: Any, end: Any) -> bool:
    chains = (
        ("malfunction_began", "started", "mitigated", "restored", "resolved"),
        ("malfunction_began", "detected", "acknowledged"),
    )
    return any(start in chain and end in chain and chain.index(start) < chain.index(end) for chain in chains)


def _end(named: dict[str, tuple[Moment, Evidence]], incident: Incident, given: Any, name: str) -> Any:
    if isinstance(given, str) and given in named:
        return named[given]
    if isinstance(given, str) and given[:1].isalpha():
        incident.moment(given)  # raises with the nearest known name
    try:
        time = when(given.to_pydatetime() if isinstance(given, pd.Timestamp) else given)
    except Problem as problem:
        raise ParameterError(
            problem.what, remedy=f"{problem.remedy}; or name a milestone: {', '.join(MILESTONES)}", where=name
        ) from None
    certainty: MomentCertainty = "day" if time.is_day else "exact"
    return Moment(str(given), certainty, time.low, time.low, time.high), Evidence("statement", "given", "", time.text)


def _of_incident(incident: Incident) -> dict[str, tuple[Moment, Evidence]]:
    return {
        moment.name: (
            moment,
            Evidence(
                "statement",
                "incident.yaml",
                incident.where("times", moment.name),
                f"{moment.name} {moment.text}" + (f": {moment.statement}" if moment.statement else ""),
            ),
        )
        for moment in incident.moments
    }


def _of_row(row: dict[Any, Any]) -> dict[str, tuple[Moment, Evidence]]:
    def time(name: str) -> datetime | None:
        return None if pd.isna(row[name]) else row[name].to_pydatetime()

    return {
        name: (
            Moment(name, row[f"{name}_certainty"] or "unknown", time(name), time(f"{name}_low"), time(f"{name}_high")),
            Evidence("statement", str(row["source"]), str(row["incident_id"]), name),
        )
        for name in MILESTONES
    }


def _between(first: tuple[Moment, Evidence], second: tuple[Moment, Evidence], *, ordered: bool) -> Estimate:
    (a, a_said), (b, b_said) = first, second
    said = (a_said, b_said)

    def clip(seconds: float) -> float:
        return max(seconds, 0.0) if ordered else seconds

    if a.time is None:
        why = "has not happened yet" if a.certainty == "open" else "is not known"
        return Estimate.unknown(f"{_name(a)} {why}", unit="s", evidence=said)
    if b.certainty == "open" and b.low is not None:
        # Not over: what has passed so far is a lower bound.
        passed = (b.low - (a.high or a.time)).total_seconds()
        return Estimate(
            None,
            max(passed, 0.0),
            math.inf,
            interval="bounds",
            unit="s",
            n=1,
            censored=1,
            method=f"{_name(b)} not yet at the as-of time",
            evidence=said,
        )
    if b.time is None:
        return Estimate.unknown(f"{_name(b)} is not known", unit="s", evidence=said)
    value: float | None = clip((b.time - a.time).total_seconds())
    if a.low is None or a.high is None or b.low is None or b.high is None:
        ends = [_name(m) for m in (a, b) if m.low is None]
        method = f"difference of stated times; {' and '.join(ends)} approximate, width not stated"
        return Estimate(value, interval="stated", unit="s", n=1, method=method, evidence=said)
    low, high = clip((b.low - a.high).total_seconds()), clip((b.high - a.low).total_seconds())
    if "day" in (a.certainty, b.certainty):
        value = None  # A day has no minute: only the bounds are known.
    exact = low == high
    return Estimate(
        value if value is None else min(max(value, low), high),
        low,
        high,
        interval="exact" if exact else "bounds",
        unit="s",
        n=1,
        method="difference of stated times",
        evidence=said,
    )


def _name(moment: Moment) -> str:
    return moment.name.replace("_", " ")
