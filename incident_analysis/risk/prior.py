"""What was thought: a range of the register as a distribution, or the reason why there is none."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Literal

from incident_analysis import words
from incident_analysis.document import Range
from incident_analysis.errors import MethodError, RegisterError
from incident_analysis.estimate import Estimate, Evidence
from incident_analysis.register import Gate, GateEvent, Scenario
from incident_analysis.risk.gates import gate_probability
from incident_analysis.risk.graph import said
from incident_analysis.statistics import (
    PERT,
    Beta,
    Distribution,
    Gamma,
    Lognormal,
    Point,
    Tabulated,
    elicitation,
    joint,
)

What = Literal["rate", "probability", "consequence"]

#: Level of a stated range that does not give one.
USUAL_LEVEL = 0.9
_USUAL = {"rate": "gamma", "probability": "beta", "consequence": "lognormal"}


@dataclass(frozen=True, slots=True)
class Belief:
    """What is thought about one figure.

    Parameters
    ----------
    distribution : Distribution or None
        None where it is unknown, or where only single figures or bounds are stated.
    unit : str
    stated : str
        The range as it was stated, in words.
    method : str
        How the distribution was made.
    source : str
        Who says so.
    reason : str
        Why there is no distribution; empty otherwise.
    value, low, high : float or None
        What is known without a distribution.
    """

    distribution: Distribution | None = None
    unit: str = ""
    stated: str = ""
    method: str = ""
    source: str = ""
    reason: str = ""
    value: float | None = None
    low: float | None = None
    high: float | None = None

    @property
    def tells(self) -> bool:
        """Whether any figure is known."""
        return self.distribution is not None or any(x is not None for x in (self.value, self.low, self.high))

    def estimate(self, level: float, *, evidence: tuple[Evidence, ...] = ()) -> Estimate:
        """It as a claim: mean and interval at `level`, or what is known, or unknown."""
        if self.distribution is not None:
            return claim(
                self.distribution, level, unit=self.unit, interval="stated", method=self.method, evidence=evidence
            )
        if self.value is None and self.low is None and self.high is None:
            return Estimate.unknown(self.reason, unit=self.unit, evidence=evidence)
        bounds = self.low is not None or self.high is not None
        return Estimate(
            self.value,
            self.low,
            self.high,
            interval="bounds" if bounds else "stated",
            unit=self.unit,
            method=self.method,
            evidence=evidence,
            reason=self.reason,
        )


def claim(
    distribution: Distribution,
    level: float,
    *,
    unit: str,
    interval: Literal["stated", "credible"],
    method: str,
    n: int | None = None,
    evidence: tuple[Evidence, ...] = (),
) -> Estimate:
    """A distribution as a claim: its mean, and its equal-tailed interval at `level`."""
    if isinstance(distribution, Point):
        return Estimate(distribution.value, unit=unit, n=n, method="taken as exact", evidence=evidence)
    low, high = distribution.interval(level)
    return Estimate(
        distribution.mean, low, high, level=level, interval=interval, unit=unit, n=n, method=method, evidence=evidence
    )


def computed(value: float, *, unit: str = "", method: str, evidence: tuple[Evidence, ...] = ()) -> Estimate:
    """A figure that follows from what was assumed without an error of its own; it is rounded where it is read."""
    return Estimate(value, value, value, interval="credible", unit=unit, method=method, evidence=evidence)


def rate_of(scenario: Scenario, *, left: Mapping[str, Distribution] | None = None) -> Belief:
    """What was thought about the rate of a scenario's cause, per year.

    Parameters
    ----------
    scenario : Scenario
    left : mapping, optional
        Share of the probability of a gate's event that an action leaves, by the event's id.
    """
    if scenario.cause.gate is not None:
        return _gate(scenario, scenario.cause.gate, left or {})
    return belief(scenario.cause.rate_per_year, "rate", "per year", where=f"{scenario.id}.cause.rate_per_year")


def belief(given: Range | None, what: What, unit: str, *, where: str) -> Belief:
    """A range of the register as a distribution, where it tells one.

    Parameters
    ----------
    given : Range or None
    what : {"rate", "probability", "consequence"}
        Chooses the distribution where none is named: gamma, beta, lognormal.
    unit : str
    where : str
        For messages.

    Raises
    ------
    RegisterError
        No distribution of the family has the stated range.

    Notes
    -----
    A gamma, beta or lognormal distribution passes through low and high at the stated level (0.9 where none is given);
    `likely` is checked against it, and said where it does not fit. The low and high of a PERT are its ends, whatever
    level is stated.
    """
    if given is None or not given.known:
        source = given.source if given is not None else ""
        why = f"the register states no {what}" + (f" ({source})" if source else "")
        return Belief(unit=unit, source=source, reason=why)
    stated = said(given.model_copy(update={"unit": unit}))
    if given.value is not None:
        return Belief(Point(given.value), unit, stated, "taken as exact", given.source)
    if given.low is None or given.high is None:
        why = f"the register gives no range of the {what}: {stated}"
        return Belief(None, unit, stated, "as stated", given.source, why, given.likely, given.low, given.high)
    family = given.distribution or _USUAL[what]
    try:
        made, method = _fitted(given, family, given.low, given.high)
    except MethodError as error:
        raise RegisterError(error.what, remedy=error.remedy, where=where) from None
    if given.likely is not None and family != "pert":
        misfit = elicitation.likely_against(made, given.likely)
        method += "; " + (misfit or f"the likely value {words.number(given.likely)} agrees with it")
    return Belief(made, unit, stated, method, given.source)


def _fitted(given: Range, family: str, low: float, high: float) -> tuple[Distribution, str]:
    level = given.level or USUAL_LEVEL
    taken = f"stated at {words.percent(level)}" if given.level else f"taken at {words.percent(level)}, none is stated"
    through = f"{family} through the range, {taken}"
    if family != "pert":
        return _through(family, low, high, level), through
    assert given.likely is not None  # the register is read with this check
    # A PERT through quantiles would reach below zero for rates and probabilities.
    ends = "PERT between low and high as its ends"
    return PERT(low, given.likely, high), ends + (", though a level is stated" if given.level else "")


@lru_cache(maxsize=4096)
def _through(family: str, low: float, high: float, level: float) -> Distribution:
    # A register states the same range more than once, and a verdict asks for it more than once.
    made: dict[str, type[Gamma] | type[Beta] | type[Lognormal]] = {"gamma": Gamma, "beta": Beta, "lognormal": Lognormal}
    return made[family].from_interval(low, high, level=level)


def _gate(scenario: Scenario, gate: Gate, left: Mapping[str, Distribution]) -> Belief:
    """A gate as the rate of its cause: its probability in a year."""
    used = [e for e in gate.events if e.id in gate.names]
    source = "; ".join(f"{e.id}: {e.probability.source}" for e in used if e.probability and e.probability.source)
    every = {e.id: event_belief(e, where=f"{scenario.id}.cause.gate.events.{e.id}") for e in used}
    unknown = [name for name, one in every.items() if one.distribution is None]
    if unknown:
        why = f"the probability of {words.listing(unknown)} is not stated as a range"
        return Belief(unit="per year", source=source, reason=why)
    known = {name: one.distribution for name, one in every.items() if one.distribution is not None}
    known |= {name: joint.product(d, left[name]) for name, d in known.items() if name in left}
    means = {name: d.mean for name, d in known.items()}
    try:
        mean = gate_probability(gate, means)
    except MethodError as error:
        return Belief(unit="per year", source=source, reason=error.what)
    method = "probability of the gate in a year, its events independent"
    uncertain = [name for name, d in known.items() if not isinstance(d, Point)]
    if not uncertain:
        return Belief(Point(mean), "per year", words.number(mean), method, source)
    if len(uncertain) == 1:
        # Linear in the one uncertain probability: its whole distribution is only stretched and moved.
        name = uncertain[0]
        none, all_of_it = (gate_probability(gate, {**means, name: p}) for p in (0.0, 1.0))
        if math.isclose(none, all_of_it, rel_tol=1e-12):
            return Belief(Point(mean), "per year", words.number(mean), method, source)
        p, weights = known[name].nodes(4001)
        x = none + (all_of_it - none) * p
        if all_of_it < none:
            x, weights = x[::-1], weights[::-1]
        return Belief(Tabulated.of(x, weights), "per year", "", method, source)
    corners = [
        gate_probability(gate, {**means, **dict(zip(uncertain, corner, strict=True))})
        for corner in product(*(known[name].interval(USUAL_LEVEL) for name in uncertain[:10]))
    ]
    why = "several of the gate's probabilities are uncertain: their mean is exact, an interval is not computed"
    return Belief(
        None, "per year", "", f"{method}; mean, and smallest and largest over the events' ranges", source, why,
        mean, min(corners), max(corners),
    )  # fmt: skip


def event_belief(event: GateEvent, *, where: str) -> Belief:
    """What was thought about the probability of a basic event of a gate."""
    return belief(event.probability, "probability", "", where=where)
