"""What was counted since a prior was written, and what was not, so that nothing is counted twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from incident_analysis import words
from incident_analysis.incident import Incident
from incident_analysis.incident.parts import RiskScenario
from incident_analysis.register import Scenario, Window, years


@dataclass(frozen=True, slots=True)
class Counted:
    """The evidence about a scenario since its prior.

    Parameters
    ----------
    causes : tuple of Window
        Times over which every occurrence of the cause was counted.
    effects : tuple of Window
        Times over which only incidents were counted.
    incidents : tuple of (Incident, RiskScenario)
        Incidents outside those times, each with what it says of the scenario.
    gap_years : float
        The time outside those times, in which the incidents are all that was seen.
    left_out : tuple of str
        What was not counted, and why.
    named : tuple of (Incident, RiskScenario)
        All incidents that name the scenario, counted or not.
    before : int
        How many of them began before the prior was finished.
    near_misses : int
        Near misses that were reported outside the times over which every cause was counted.
    """

    causes: tuple[Window, ...]
    effects: tuple[Window, ...]
    incidents: tuple[tuple[Incident, RiskScenario], ...]
    gap_years: float
    left_out: tuple[str, ...]
    named: tuple[tuple[Incident, RiskScenario], ...]
    before: int
    near_misses: int = 0

    @property
    def reconstructed(self) -> bool:
        """Whether the prior is not older than any incident that it is held against."""
        return bool(self.named) and self.before == len(self.named)

    def told_of(self, effect: str) -> tuple[Window, ...]:
        """The times with all causes counted that say how often an effect came."""
        return tuple(w for w in self.causes if effect in w.effect_counts)

    def seen_alone(self, effect: str) -> tuple[int, float]:
        """How often an effect came where only effects were seen, and over how many years."""
        windows = [w for w in self.effects if effect in w.effect_counts]
        count = sum(w.effect_counts[effect] for w in windows)
        count += sum(effect in told.effects for _, told in self.incidents)
        return count, sum(w.years for w in windows) + self.gap_years

    @property
    def anything(self) -> bool:
        """Whether any time has passed in which something could have been seen."""
        return bool(self.causes or self.effects or self.gap_years)


def counted(scenario: Scenario, *, incidents: Sequence[Incident], as_of: datetime) -> Counted:
    """Sort the evidence about a scenario.

    What lies before the scenario's `as_of` is in the prior already; what lies inside an `observed` time is in its
    counts already; what lies after `as_of` has not happened yet.

    Parameters
    ----------
    scenario : Scenario
    incidents : sequence of Incident
        All that were recorded; those that do not name the scenario say nothing about it.
    as_of : datetime
        Instant of the verdict, with a zone.
    """
    left_out = []
    windows = []
    for window in sorted(scenario.observed, key=lambda w: w.from_.low):
        span = f"the counts from {window.from_} to {window.until}"
        if window.until.high <= scenario.as_of.high and window.from_.low < scenario.as_of.low:
            left_out.append(f"{span} are older than the prior, which holds them already")
        elif window.until.high > max(as_of, scenario.as_of.high) and not _same_day(window, as_of):
            left_out.append(f"{span} reach beyond the instant of this verdict")
        else:
            windows.append(window)
    kept: list[tuple[Incident, RiskScenario]] = []
    named: list[tuple[Incident, RiskScenario]] = []
    before = 0
    for incident in incidents:
        for told in incident.risk.scenarios if incident.risk is not None else ():
            if told.id != scenario.id:
                continue
            named.append((incident, told))
            start = began(incident)
            inside = next((w for w in windows if w.from_.low <= start < w.until.high), None)
            if start < scenario.as_of.high:
                before += 1
                left_out.append(f"{incident.id} began before the prior was finished, which may hold it already")
            elif start > as_of:
                left_out.append(f"{incident.id} began after the instant of this verdict")
            elif inside is not None:
                left_out.append(f"{incident.id} lies inside the counts from {inside.from_} to {inside.until}")
            elif told.cause_occurred is False:
                left_out.append(f"{incident.id} says that the cause of this scenario did not occur in it")
            else:
                kept.append((incident, told))
    covered = sum(years(max(w.from_.low, scenario.as_of.low), min(w.until.high, as_of)) for w in windows)
    gap = max(0.0, years(scenario.as_of.low, as_of) - covered) if as_of > scenario.as_of.low else 0.0
    in_counts = [(w.from_.low, w.until.high) for w in windows if w.counts == "causes"]
    near = [m.date.low for m in scenario.near_misses if scenario.as_of.low <= m.date.low <= as_of]
    outside = [time for time in near if not any(start <= time < end for start, end in in_counts)]
    if outside and not (scenario.near_miss_reporting is not None and scenario.near_miss_reporting.known):
        left_out.append(
            f"{words.plural(len(outside), 'near miss', 'near misses')} outside the counts, since nobody says which "
            "share of them is reported (`near_miss_reporting`): they only bound what is held now"
        )
    return Counted(
        tuple(w for w in windows if w.counts == "causes"),
        tuple(w for w in windows if w.counts == "incidents"),
        tuple(kept),
        # Held against nothing but what it was written after, a prior has no time of its own to be tested in.
        0.0 if named and before == len(named) else gap,
        tuple(left_out),
        tuple(named),
        before,
        len(outside),
    )


def began(incident: Incident) -> datetime:
    """The earliest instant that an incident's milestones give."""
    return min(m.low or m.time for m in incident.moments if m.time is not None)


def _same_day(window: Window, as_of: datetime) -> bool:
    return window.until.is_day and window.until.low <= as_of < window.until.high
