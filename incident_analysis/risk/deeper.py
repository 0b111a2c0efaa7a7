"""Further rows of a verdict: conflict, learnt consequences, bounds, the loss of a year, other assumptions."""

from __future__ import annotations

import math
from collections.abc import Iterator

from incident_analysis import words
from incident_analysis.estimate import Estimate, Evidence
from incident_analysis.register import Scenario
from incident_analysis.risk.counting import Counted
from incident_analysis.risk.prior import computed
from incident_analysis.risk.sensitivity import VARIANTS, variants
from incident_analysis.risk.update import EffectUpdate, Update
from incident_analysis.risk.yearly import Yearly
from incident_analysis.statistics import Distribution, compound, rates

Row = tuple[dict[str, str], str, Estimate]
Proof = tuple[Evidence, ...]

#: What was seen and what was thought contradict each other below this two-sided probability.
CONFLICT = 0.05


def below(rate: Distribution, count: int, exposure: float) -> float:
    """Probability, before, of at most so many events in a time."""
    return 1 - rates.tail(rate, count=count + 1, exposure=exposure) if exposure > 0 else 1.0


def conflict_row(keys: dict[str, str], name: str, over: float, under: float, evidence: Proof) -> Row:
    """Twice the smaller of the two tails: how likely something as far off was, before, on either side."""
    both = min(1.0, 2 * max(0.0, min(over, under)))
    method = "probability, before, of something as far off on either side: twice the smaller tail"
    return keys, f"{name}_conflict", computed(both, method=method, evidence=evidence)


def learnt_size(keys: dict[str, str], one: EffectUpdate, level: float, evidence: Proof) -> Iterator[Row]:
    """What the next loss is thought to be, where a loss has taught something."""
    distribution, how = one.consequence_now
    if distribution is None or not how:
        return
    low, high = distribution.interval(level)
    value = Estimate(
        distribution.quantile(0.5), low, high, level=level, interval="credible", unit=one.consequence.unit,
        method=how, evidence=evidence,
    )  # fmt: skip
    yield keys, "loss_magnitude_now", value
    assumed = one.consequence.distribution
    if assumed is not None:
        low, high = assumed.interval(level)
        before = Estimate(
            assumed.quantile(0.5), low, high, level=level, interval="credible", unit=one.consequence.unit,
            method="median and interval as assumed", evidence=evidence,
        )  # fmt: skip
        yield keys, "loss_magnitude_median_assumed", before


def deeper_rows(
    scenario: Scenario, seen: Counted, changed: Update, year: Yearly | None, level: float, evidence: Proof
) -> Iterator[Row]:
    """The rows, for one scenario."""
    cause = {"scenario_id": scenario.id, "effect_id": ""}
    for one in changed.effects:
        if one.bounds is not None:
            keys = {"scenario_id": scenario.id, "effect_id": one.effect.id}
            method = f"mean, had each of {words.plural(seen.near_misses, 'near miss', 'near misses')} been reported"
            least = Estimate(
                None, one.bounds.rate.mean, None, interval="bounds", unit="per year", method=method, evidence=evidence
            )
            most = Estimate(
                None, None, one.bounds.probability.mean, interval="bounds", method=method, evidence=evidence
            )
            yield keys, "cause_rate_at_least", least
            yield keys, "effect_probability_at_most", most
    if year is not None:
        yield from _year(cause, seen, changed, year, level, evidence)
    for name, other in variants(scenario, seen, changed):
        method = f"had the rate been assumed {VARIANTS[name]}"
        # The effect that was seen most, by its place: the same one in every variant.
        leading = changed.leading
        if leading is not None and leading.frequency_now[0] is not None:
            again = next(e for e in other.effects if e.effect.id == leading.effect.id).frequency_now[0]
            keys = {"scenario_id": scenario.id, "effect_id": leading.effect.id}
            what = "loss_event_frequency_now"
        else:
            again, keys, what = other.rate_counted[0], cause, "cause_rate_now"
        if again is None:
            continue
        low, high = again.interval(level)
        value = Estimate(
            again.mean, low, high, level=level, interval="credible", unit="per year", method=method, evidence=evidence
        )
        yield keys, f"{what}_{name}", value


def _year(
    cause: dict[str, str], seen: Counted, changed: Update, year: Yearly, level: float, evidence: Proof
) -> Iterator[Row]:
    threshold = computed(year.threshold, unit=year.unit, method="the amount that is held against", evidence=evidence)
    yield cause, "annual_loss_threshold", threshold
    method = "probability of a year that costs more than the amount, exact, by Fourier transform"
    yield cause, "exceedance_assumed", computed(year.exceeded, method=f"{method}, as assumed", evidence=evidence)
    yield cause, "exceedance_now", computed(year.exceeded_now, method=f"{method}, as held now", evidence=evidence)
    told = [e for e in changed.effects if e.consequence.unit == year.unit and e.consequence.distribution is not None]
    for name, which in (("assumed", "frequency"), ("now", "frequency_now")):
        parts = [
            (getattr(e, which)[0], e.consequence.distribution.mean)
            for e in told
            if e.consequence.distribution is not None and getattr(e, which)[0] is not None
        ]
        unit = f"{year.unit} per year"
        if not parts or not all(math.isfinite(mean) for _, mean in parts):
            continue
        value = math.fsum(d.mean * mean for d, mean in parts)
        low, high = compound.quantiles_of_sum(parts, [(1 - level) / 2, (1 + level) / 2])
        how = "sum over the effects of mean frequency × mean consequence as assumed; single years spread widely"
        if low == high:
            yield cause, f"expected_annual_loss_{name}", computed(value, unit=unit, method=how, evidence=evidence)
        else:
            yield (
                cause,
                f"expected_annual_loss_{name}",
                Estimate(
                    value, min(low, value), max(high, value), level=level,
                    interval="credible", unit=unit, method=how, evidence=evidence,
                ),
            )  # fmt: skip
