"""Everything that a page about a history tells, measured once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from incident_analysis import frames
from incident_analysis.estimate import Estimate
from incident_analysis.trends import calendar_cycles, causes, changes, growth_model, rates, response
from incident_analysis.trends import plans as planned
from incident_analysis.trends.detectable import detectable_change
from incident_analysis.trends.drawn import curves
from incident_analysis.trends.groups import severity_column
from incident_analysis.trends.history import Window, instant, prepared, set_apart, usable
from incident_analysis.trends.lasted import account, lengths, measure_of


@dataclass(frozen=True, slots=True)
class Measures:
    """What was measured of a history; each field is what the function of its name gives.

    Parameters
    ----------
    incidents : INCIDENTS
        That count.
    apart : DataFrame
        Of `set_apart`.
    window : Window or None
    of, by : str or pair of str
        What is measured as length, and the column of the groups.
    level, power : float
    """

    incidents: pd.DataFrame
    apart: pd.DataFrame
    window: Window | None
    as_of: pd.Timestamp
    of: str | tuple[str, str]
    by: str
    level: float
    power: float
    mix: pd.DataFrame
    rate: pd.DataFrame
    rate_by_group: pd.DataFrame
    periods: pd.DataFrame
    changes: pd.DataFrame
    clusters: pd.DataFrame
    growth: pd.DataFrame
    cumulated: pd.DataFrame
    next_quarter: Estimate
    per_service: Estimate
    measured: pd.DataFrame
    lengths_by_state: pd.DataFrame
    times: pd.DataFrame
    times_by_group: pd.DataFrame
    comparison: pd.DataFrame
    halves: pd.DataFrame
    curves: pd.DataFrame
    change: pd.DataFrame
    cause_column: str | None
    pareto: pd.DataFrame
    recurrence: pd.DataFrame
    calendar: pd.DataFrame
    hours: pd.DataFrame
    plans: pd.DataFrame
    ages: pd.DataFrame
    actions: pd.DataFrame
    completeness: pd.DataFrame

    @property
    def cause_word(self) -> str:
        """What `pareto` counts, in a word: trigger, category, or service where nothing says why."""
        return {"services": "service"}.get(self.cause_column or "services", str(self.cause_column).replace("_", " "))


#: What is measured, in order, for a progress callback.
STEPS = (
    "incidents that count",
    "mix",
    "rates",
    "growth",
    "changes",
    "lengths",
    "comparisons",
    "causes",
    "calendar",
    "actions",
)


def measures(
    incidents: pd.DataFrame,
    *,
    as_of: Any,
    rng: np.random.Generator,
    of: str | Sequence[str] | None = None,
    by: str | None = None,
    since: Any = None,
    plans: pd.DataFrame | None = None,
    level: float = 0.95,
    power: float = 0.8,
    progress: Callable[[str], None] | None = None,
) -> Measures:
    """Measure a history.

    Parameters
    ----------
    incidents : INCIDENTS
        As read.
    as_of : str or datetime
    rng : Generator
    of : str or pair of str, optional
        What is measured as length; by default what most of the history can answer (`measure_of`).
    by : str, optional
        Column of the groups; by default the severity.
    since : str or datetime, optional
        Where the window begins; by default the first incident opens it.
    plans : ACTIONS with `incident_id`, optional
    level, power : float
    progress : callable, optional
        Called with the name of each of `STEPS` before it begins.
    """

    def tell(step: str) -> None:
        if progress is not None:
            progress(step)

    tell("incidents that count")
    now = instant(as_of, "as_of")
    apart = set_apart(incidents, as_of=now)
    frame = usable(incidents, as_of=now, since=since)
    window = prepared(frame, as_of=now)[1]
    what = (measure_of(frame, as_of=now) if of is None else of) if isinstance(of, str | None) else (of[0], of[1])
    group = by or severity_column(frame)
    tell("mix")
    mix = changes.mix(frame, as_of=now, read=incidents)
    tell("rates")
    rate = rates.rate(frame, as_of=now, level=level)
    rate_by_group = rates.rate(frame, by=group, as_of=now, level=level)
    years = window.years if window else 0.0
    every = "month" if years <= 2 else "quarter" if years <= 12 else "year"
    by_period = rates.by_period(frame, every=every, as_of=now, level=level)
    clusters = rates.clusters(frame, as_of=now)
    tell("growth")
    grown = growth_model.growth(frame, as_of=now, rng=rng, level=level)
    cumulated = growth_model.cumulated(frame, as_of=now, level=level)
    tell("changes")
    found = changes.change_points(frame, as_of=now, rng=rng, level=level)
    last = found["start"].iloc[-1] if len(found) > 1 else None
    ahead = rates.next_quarter(frame, as_of=now, level=level, since=last)
    tell("lengths")
    measured = lengths(frame, of=what, as_of=now, by=group)
    times = response.response_times(frame, of=what, as_of=now, level=level)
    by_group = response.response_times(frame, of=what, by=group, as_of=now, level=level)
    drawn = curves(frame, of=what, by=group, as_of=now, level=level)
    tell("comparisons")
    comparison = response.compare_response_times(frame, of=what, by=group, as_of=now, level=level, power=power)
    halves = response.compare_response_times(
        frame, of=what, by="half", as_of=now, level=level, power=power, within=group
    )
    change = detectable_change(frame, of=what, as_of=now, level=level, power=power)
    tell("causes")
    column = causes.cause_column(frame)
    pareto = causes.pareto(frame, by=column or "services", as_of=now, level=level)
    again = causes.recurrence(frame, as_of=now, actions=plans, level=level)
    tell("calendar")
    marks = calendar_cycles.calendar(frame, as_of=now, level=level)
    grid = calendar_cycles.hours(frame, as_of=now)
    tell("actions")
    plan = frames.empty(frames.ACTIONS, keys=["incident_id"]) if plans is None else plans
    ages = planned.ageing(plan, as_of=now)
    return Measures(
        incidents=frame,
        apart=apart,
        window=window,
        as_of=now,
        of=what,
        by=group,
        level=level,
        power=power,
        mix=mix,
        rate=rate,
        rate_by_group=rate_by_group,
        periods=by_period,
        changes=found,
        clusters=clusters,
        growth=grown,
        cumulated=cumulated,
        next_quarter=ahead,
        per_service=growth_model.per_service(frame, as_of=now, level=level),
        measured=measured,
        lengths_by_state=account(measured),
        times=times,
        times_by_group=by_group,
        comparison=comparison,
        halves=halves,
        curves=drawn,
        change=change,
        cause_column=column,
        pareto=pareto,
        recurrence=again,
        calendar=marks,
        hours=grid,
        plans=plan,
        ages=ages,
        actions=planned.actions(plan, as_of=now, level=level),
        completeness=planned.completeness(frame, as_of=now),
    )
