"""What the counts do to the beliefs of a scenario: which rule applies depends on what was counted."""

from __future__ import annotations

from dataclasses import dataclass

from incident_analysis import words
from incident_analysis.errors import MethodError
from incident_analysis.register import Scenario, ScenarioEffect
from incident_analysis.risk.counting import Counted
from incident_analysis.risk.learning import Bounds, near_miss_bounds
from incident_analysis.risk.prior import Belief, belief, rate_of
from incident_analysis.risk.sizes import learnt, told_sizes
from incident_analysis.statistics import Distribution, Point, joint, probabilities, rates

#: A posterior, with the way it was reached.
Posterior = tuple[Distribution | None, str]

UNCHANGED = "as assumed: nothing was counted since"


@dataclass(frozen=True, slots=True, eq=False)
class EffectUpdate:
    """One effect before and after.

    Parameters
    ----------
    effect : ScenarioEffect
    probability, probability_now : Belief, Posterior
        Of the effect, once the cause is there.
    frequency, frequency_now : Posterior
        Rate × probability, per year: how often the effect comes.
    rate_now : Posterior
        Rate of the cause, as this effect's counts tell it.
    consequence : Belief
    consequence_now : Posterior
        The next loss, after those that incidents told.
    bounds : Bounds or None
        What reported near misses bound, where nobody says which share of them is reported.
    hits, trials : int or None
        Effects and causes where all causes were counted; None where they were not.
    count, years : int, float
        Effects seen in all, and over how long.
    alone : bool
        Whether some of them were seen where causes without the effect are not seen.
    told_apart : bool
        Whether reported near misses, with the share that is reported, tell rate and probability apart.
    """

    effect: ScenarioEffect
    probability: Belief
    probability_now: Posterior
    frequency: Posterior
    frequency_now: Posterior
    rate_now: Posterior
    consequence: Belief
    hits: int | None
    trials: int | None
    count: int
    years: float
    alone: bool
    consequence_now: Posterior = (None, "")
    bounds: Bounds | None = None
    told_apart: bool = False

    @property
    def entangled(self) -> bool:
        """Whether rate and probability are both uncertain and only their product was seen."""
        if (
            not self.alone
            or "hardly told apart" not in self.rate_now[1]
            or self.rate_now[0] is None
            or self.probability_now[0] is None
        ):
            return False
        return not isinstance(self.rate_now[0], Point) and not isinstance(self.probability_now[0], Point)


@dataclass(frozen=True, slots=True, eq=False)
class Update:
    """A scenario before and after."""

    rate: Belief
    rate_counted: Posterior
    effects: tuple[EffectUpdate, ...]
    cause_count: int | None
    cause_years: float

    @property
    def leading(self) -> EffectUpdate | None:
        """The effect that was seen most; the first of the register where none was."""
        return max(self.effects, key=lambda e: e.count, default=None)


def update(scenario: Scenario, counted: Counted, *, rate: Belief | None = None) -> Update:
    """Beliefs about a scenario after what was counted.

    Where every occurrence of the cause was counted, the rate is updated by the causes (Gamma-Poisson) and each
    probability by the effects among them (Beta-Binomial). Where only incidents were seen, rate × probability is
    updated as a whole, and its two factors follow from it jointly.

    Parameters
    ----------
    scenario : Scenario
    counted : Counted
    rate : Belief, optional
        Another one than the register states, to see how much depends on it.
    """
    rate = rate if rate is not None else rate_of(scenario)
    count = sum(w.cause_count or 0 for w in counted.causes) if counted.causes else None
    years = sum(w.years for w in counted.causes)
    rate_now: Posterior = (rate.distribution, UNCHANGED)
    if rate.distribution is None:
        rate_now = (None, rate.reason)
    elif count is not None:
        rate_now = (rates.update(rate.distribution, count=count, exposure=years), "all causes counted, Gamma-Poisson")
    effects = tuple(_effect(scenario, counted, effect, rate, rate_now) for effect in scenario.effects)
    return Update(rate, rate_now, effects, count, years)


def _effect(
    scenario: Scenario, counted: Counted, effect: ScenarioEffect, rate: Belief, rate_now: Posterior
) -> EffectUpdate:
    where = f"{scenario.id}.effects.{effect.id}"
    probability = belief(effect.probability, "probability", "", where=f"{where}.probability")
    unit = effect.consequence.unit if effect.consequence is not None else ""
    consequence = belief(effect.consequence, "consequence", unit, where=f"{where}.consequence")
    told = counted.told_of(effect.id)
    hits = sum(w.effect_counts[effect.id] for w in told) if told else None
    trials = sum(w.cause_count or 0 for w in told) if told else None
    probability_now: Posterior = (probability.distribution, UNCHANGED)
    if probability.distribution is None:
        probability_now = (None, probability.reason)
    elif hits is not None and trials is not None:
        updated = probabilities.update(probability.distribution, hits=hits, trials=trials)
        probability_now = (updated, "all causes counted, Beta-Binomial")
    before, why = _product(rate.distribution, probability.distribution, rate.reason, probability.reason)
    count, years = counted.seen_alone(effect.id)
    frequency_now: Posterior = (before, why or UNCHANGED)
    bounds: Bounds | None = None
    misses: joint.NearMisses | None = None
    changed = years > 0 or rate_now[1] != UNCHANGED or probability_now[1] != UNCHANGED
    if changed and rate_now[0] is not None and probability_now[0] is not None:
        misses = _misses(scenario, counted) if years > 0 else None
        if misses is None and counted.near_misses and years > 0:
            bounds = near_miss_bounds(
                rate_now[0], probability_now[0], effects=count, near_misses=counted.near_misses, exposure_years=years
            )
        frequency_now, rate_now, probability_now = _seen(rate_now, probability_now, count, years, misses)
    return EffectUpdate(
        effect,
        probability,
        probability_now,
        (before, why),
        frequency_now,
        rate_now,
        consequence,
        hits,
        trials,
        count + (hits or 0),
        years + sum(w.years for w in told),
        alone=years > 0,
        # What a prior may already know is not learnt from again.
        consequence_now=learnt(consequence, [] if counted.reconstructed else list(told_sizes(counted, effect))),
        bounds=bounds,
        told_apart=misses is not None,
    )


def _misses(scenario: Scenario, counted: Counted) -> joint.NearMisses | None:
    """Near misses with the share of them that is reported, where that is stated."""
    where = f"{scenario.id}.near_miss_reporting"
    reporting = belief(scenario.near_miss_reporting, "probability", "", where=where).distribution
    if reporting is None or reporting == Point(0.0):
        return None
    return joint.NearMisses(counted.near_misses, reporting)


def _seen(
    rate: Posterior, probability: Posterior, count: int, years: float, misses: joint.NearMisses | None
) -> tuple[Posterior, Posterior, Posterior]:
    """Product, rate and probability after effects that were seen alone."""
    assert rate[0] is not None
    assert probability[0] is not None
    if not years:
        how = rate[1] if rate[1] != UNCHANGED else probability[1]
        return (joint.product(rate[0], probability[0]), how), rate, probability
    try:
        seen = joint.update(rate[0], probability[0], count=count, exposure=years, near_misses=misses)
    except MethodError as error:
        return (None, error.what), (None, error.what), (None, error.what)
    so_far = "" if rate[1] == probability[1] == UNCHANGED else "after the counted causes, "
    alone, apart = "incidents alone", ": rate and probability hardly told apart"
    if misses is not None:
        # Near misses are what tells the two apart, as far as their reporting is known.
        alone, apart = f"incidents and {words.plural(misses.count, 'reported near miss', 'reported near misses')}", ""
    marginal = f"{so_far}{alone}, marginal of the joint update{apart}"
    return (
        (seen.product, f"{so_far}{alone}, rate × probability updated jointly"),
        rate if isinstance(rate[0], Point) else (seen.rate, marginal),
        probability if isinstance(probability[0], Point) else (seen.probability, marginal),
    )


def _product(rate: Distribution | None, probability: Distribution | None, *reasons: str) -> Posterior:
    if rate is None or probability is None:
        return None, "; ".join(reason for reason in reasons if reason)
    return joint.product(rate, probability), ""
