"""What effects cost: the figures that incidents tell, and what they teach about the range that was thought."""

from __future__ import annotations

from collections.abc import Iterator

from incident_analysis import words
from incident_analysis.estimate import Estimate, Evidence
from incident_analysis.incident import Incident
from incident_analysis.incident.parts import ImpactLine, RiskScenario
from incident_analysis.register import ScenarioEffect
from incident_analysis.risk.counting import Counted
from incident_analysis.risk.prior import USUAL_LEVEL, Belief
from incident_analysis.statistics import Distribution, Lognormal, NormalInverseGamma
from incident_analysis.statistics.log_amounts import RANGE_WEIGHT


def told_sizes(seen: Counted, effect: ScenarioEffect) -> Iterator[Estimate]:
    """What the effect cost in each incident that tells it."""
    for incident, told in seen.named if seen.reconstructed else seen.incidents:
        found = size_in(incident, told, effect)
        if found is not None:
            yield found


def size_in(incident: Incident, told: RiskScenario, effect: ScenarioEffect) -> Estimate | None:
    """What the effect cost in an incident, where one impact line in the consequence's unit tells it; else None.

    Lines are never added up here, and units never mixed: several lines, or several effects in one incident, leave it
    open which figure belongs to the effect. Lines that contradict each other give the bounds of one figure.
    """
    if effect.consequence is None or tuple(told.effects) != (effect.id,):
        return None
    lines = [x for x in incident.impact if x.id in told.impact and x.unit == effect.consequence.unit]
    figures = [x for line in lines for x in (line.low, line.likely, line.high) if x is not None]
    evidence = tuple(_ledger(incident, line) for line in lines)
    unit = effect.consequence.unit
    if not figures:
        return None
    if len(lines) > 1:
        # Accounts of the same thing that contradict each other bound it; other lines are not one figure.
        linked = {line.conflicts_with for line in lines} & {line.id for line in lines}
        if not linked or any(line.id not in linked and line.conflicts_with not in linked for line in lines):
            return None
        method = "accounts that disagree"
        return Estimate(
            None, min(figures), max(figures), interval="bounds", unit=unit, method=method, evidence=evidence
        )
    line = lines[0]
    bounds = line.low is not None or line.high is not None
    return Estimate(
        line.likely,
        line.low,
        line.high,
        interval="bounds" if bounds else "stated",
        unit=unit,
        method=f"impact line {line.id}",
        evidence=evidence,
    )


def learnt(belief: Belief, sizes: list[Estimate]) -> tuple[Distribution | None, str]:
    """The next loss after the losses that were told, and how it was reached.

    A stated range weighs as much as four losses. What is told as bounds only is not learnt from. Only a lognormal
    range is changed: the update works on the logarithm.
    """
    prior = belief.distribution
    known = [e.value for e in sizes if e.value is not None and e.value > 0]
    if prior is None:
        return None, belief.reason
    if not known or not isinstance(prior, Lognormal):
        return prior, ""
    low, high = prior.interval(USUAL_LEVEL)
    after = NormalInverseGamma.from_interval(low, high, level=USUAL_LEVEL).update(known)
    method = (
        f"next loss after {words.plural(len(known), 'loss', 'losses')}, normal-inverse-gamma on the logarithm, the "
        f"stated range weighing as much as {RANGE_WEIGHT:.0f} losses; median and interval, for its mean is not finite"
    )
    return after.next_loss, method


def _ledger(incident: Incident, line: ImpactLine) -> Evidence:
    place = next(i for i, x in enumerate(incident.impact) if x is line)
    return Evidence("ledger", f"{incident.id}/incident.yaml", incident.where("impact", place), line.what)
