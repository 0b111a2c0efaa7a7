"""The verdict on a scenario: what was assumed, what happened, how surprising that was, what is thought now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

import pandas as pd

from incident_analysis import frames
from incident_analysis.document import Problem, when
from incident_analysis.errors import ParameterError
from incident_analysis.estimate import Estimate, Evidence
from incident_analysis.incident import Incident
from incident_analysis.register import Register, Scenario
from incident_analysis.risk import tabling, telling
from incident_analysis.risk.counting import Counted, counted
from incident_analysis.risk.deeper import CONFLICT, below, conflict_row, deeper_rows, learnt_size
from incident_analysis.risk.prior import claim, computed
from incident_analysis.risk.telling import YEARLY
from incident_analysis.risk.update import EffectUpdate, Posterior, Update, update
from incident_analysis.risk.yearly import Yearly, yearly
from incident_analysis.statistics import Distribution, intervals, rates
from incident_analysis.statistics.distribution import probability_argument

Row = tuple[dict[str, str], str, Estimate]


@dataclass(frozen=True, slots=True, eq=False)
class Verdict:
    """What an incident, and what else was counted, says about a scenario.

    Parameters
    ----------
    scenario : Scenario
    reconstructed : bool
        Whether the prior is not older than the incident: then there is no surprise and no score.
    heading : str
    paragraph : str
        Assumed, happened, surprise, now, in words for people who decide.
    estimates : DataFrame
        ESTIMATES with the keys `scenario_id` and `effect_id` (empty for the cause). Names end in `_assumed`,
        `_counted`, `_happened`, `_chance` (probability, before, of at least as much), `_surprise` (bits), `_conflict`
        (two-sided probability of something as far off), `_now`; `_now_rate_doubled`, `_now_rate_halved`,
        `_now_width_doubled` for other assumptions; `expected_annual_loss_`, `exceedance_` for the year's loss.
    table : DataFrame
        The same as text: What, Assumed, Happened, Surprise, Now.
    notes : tuple of str
        How the ranges were read, what the counts rest on.
    evidence : tuple of Evidence
    prior_rate, posterior_rate : Distribution or None
        Of the cause, per year; None where unknown.
    effects : tuple of EffectUpdate
    year : Yearly or None
        The loss of a year before and after, in one unit; None where no consequence is known.
    """

    scenario: Scenario
    reconstructed: bool
    heading: str
    paragraph: str
    estimates: pd.DataFrame = field(repr=False)
    table: pd.DataFrame = field(repr=False)
    notes: tuple[str, ...] = field(repr=False)
    evidence: tuple[Evidence, ...] = field(repr=False)
    prior_rate: Distribution | None = None
    posterior_rate: Distribution | None = None
    effects: tuple[EffectUpdate, ...] = field(default=(), repr=False)
    rate_source: str = ""
    year: Yearly | None = field(default=None, repr=False)

    @property
    def contradicted(self) -> bool:
        """Whether something that was seen is further off from what was assumed than one case in 20."""
        rows = self.estimates[self.estimates["name"].str.endswith("_conflict")]
        return bool((rows["value"] < CONFLICT).any())

    def curves(self, points: int = 201) -> pd.DataFrame:
        """Densities before and after, for a chart.

        Parameters
        ----------
        points : int
            Rows of each curve.

        Returns
        -------
        DataFrame
            `quantity` (in words), `effect_id`, `which` (prior or posterior), `x`, `density` (per unit of x; NaN in
            the single row of an exact figure), `unit`, `source` (of the prior). No rows for what is unknown, and no
            posterior where nothing was counted.
        """
        pieces = []
        for quantity, effect_id, unit, source, before, after in self._pairs():
            for which, distribution in (("prior", before), ("posterior", after)):
                if distribution is None or (which == "posterior" and after is before):
                    continue
                curve = distribution.density(points)
                curve.insert(0, "quantity", quantity)
                curve.insert(1, "effect_id", effect_id)
                curve.insert(2, "which", which)
                pieces.append(curve.assign(unit=unit, source=source))
        columns = ["quantity", "effect_id", "which", "x", "density", "unit", "source"]
        return pd.concat(pieces, ignore_index=True)[columns] if pieces else pd.DataFrame(columns=columns)

    def _pairs(self) -> Iterator[tuple[str, str, str, str, Distribution | None, Distribution | None]]:
        yield "Rate of the cause", "", YEARLY, self.rate_source, self.prior_rate, self.posterior_rate
        for one in self.effects:
            name = one.effect.id
            source = one.probability.source
            before, after = one.probability.distribution, one.probability_now[0]
            yield f"Probability of the effect {name}", name, "", source, before, after
            both = "; ".join(dict.fromkeys(s for s in (self.rate_source, source) if s))
            yield f"Rate of the effect {name}", name, YEARLY, both, one.frequency[0], one.frequency_now[0]


def verdict(
    scenario: Scenario, *, incidents: Sequence[Incident], as_of: datetime | str | None, level: float
) -> Verdict:
    """What incidents say about a scenario.

    Parameters
    ----------
    scenario : Scenario
    incidents : sequence of Incident
        Every incident that was recorded since the prior: a missing one counts as none.
    as_of : datetime, str or None
        Instant of the verdict, with a zone; None for the latest instant at which the incidents are told.
    level : float
        Of the intervals, in (0, 1).

    Returns
    -------
    Verdict

    Notes
    -----
    Assumes that causes come independently at a constant rate, that each leads to an effect independently with one
    probability, and that an incident names every effect that came.

    References
    ----------
    Gelman et al., Bayesian Data Analysis, 3rd ed., 2013, sections 2.4 and 2.6.
    """
    probability_argument(level, "level")
    instant = instant_of(as_of, incidents, scenario)
    seen = counted(scenario, incidents=incidents, as_of=instant)
    changed = update(scenario, seen)
    evidence = _evidence(scenario, seen)
    year = yearly(changed)
    rows = list(_rows(scenario, seen, changed, level, evidence))
    rows += deeper_rows(scenario, seen, changed, year, level, evidence)
    estimates = frames.estimates(rows)
    found = {(keys["effect_id"], name): e for keys, name, e in rows}
    leading = changed.leading
    return Verdict(
        scenario=scenario,
        reconstructed=seen.reconstructed,
        heading=telling.heading(scenario, seen, incidents),
        paragraph=telling.paragraph(scenario, seen, changed, found, level),
        estimates=estimates,
        table=tabling.table(scenario, seen, changed, found),
        notes=telling.notes(scenario, seen, changed),
        evidence=evidence,
        prior_rate=changed.rate.distribution,
        posterior_rate=(leading.rate_now if leading and leading.alone else changed.rate_counted)[0],
        effects=changed.effects,
        rate_source=changed.rate.source,
        year=year,
    )


def verdicts(
    incident: Incident, register: Register | None, *, as_of: datetime | str | None, level: float
) -> tuple[Verdict, ...]:
    """The verdicts on the scenarios that an incident names, in its order.

    Empty where it names none, or none of the register: that the risk was not considered is a finding, not an error.
    """
    if incident.risk is None or register is None:
        return ()
    named = dict.fromkeys(s.id for s in incident.risk.scenarios)
    return tuple(
        verdict(register.scenario(name), incidents=[incident], as_of=as_of, level=level)
        for name in named
        if name in register
    )


def instant_of(as_of: datetime | str | None, incidents: Sequence[Incident], scenario: Scenario) -> datetime:
    """The instant of a verdict: the one given, else the latest at which the incidents are told."""
    if as_of is None:
        return max((i.seen_at for i in incidents), default=scenario.as_of.high)
    try:
        # A date stands for its whole day.
        return when(as_of).high
    except Problem as problem:
        raise ParameterError(problem.what, remedy=problem.remedy, where="as_of") from None


def _evidence(scenario: Scenario, seen: Counted) -> tuple[Evidence, ...]:
    found = [Evidence("statement", "risk register", scenario.id, f"{scenario.title}, as of {scenario.as_of}")]
    for window in (*seen.causes, *seen.effects):
        text = f"{window.counts} counted from {window.from_} to {window.until}"
        found.append(Evidence("statement", window.source or "risk register", f"{scenario.id}, observed", text))
    for incident, told in seen.incidents:
        place = next((i for i, s in enumerate(incident.risk.scenarios if incident.risk else ()) if s is told), 0)
        where = incident.where("risk", "scenarios", place)
        found.append(Evidence("event", f"{incident.id}/incident.yaml", where, f"names the scenario {scenario.id}"))
    return tuple(found)


def _rows(
    scenario: Scenario, seen: Counted, changed: Update, level: float, evidence: tuple[Evidence, ...]
) -> Iterator[Row]:
    cause: dict[str, str] = {"scenario_id": scenario.id, "effect_id": ""}
    yield cause, "cause_rate_assumed", changed.rate.estimate(level, evidence=_said(evidence, changed.rate.source))
    if changed.cause_count is not None:
        yield from _counts(cause, "cause", changed.cause_count, changed.cause_years, level, evidence)
        if changed.rate.distribution is not None and not seen.reconstructed:
            chance = rates.tail(changed.rate.distribution, count=changed.cause_count, exposure=changed.cause_years)
            yield from _surprise(cause, "cause_count", chance, evidence)
            under = below(changed.rate.distribution, changed.cause_count, changed.cause_years)
            yield conflict_row(cause, "cause_count", chance, under, evidence)
    leading = changed.leading
    posterior = leading.rate_now if leading and leading.alone else changed.rate_counted
    alone = leading.count - (leading.hits or 0) if leading and leading.alone else 0
    n = (changed.cause_count or 0) + alone
    yield cause, "cause_rate_now", _now(posterior, level, YEARLY, evidence, n=n)
    for one in changed.effects:
        yield from _effect_rows(scenario, seen, one, level, evidence)


def _effect_rows(
    scenario: Scenario, seen: Counted, one: EffectUpdate, level: float, evidence: tuple[Evidence, ...]
) -> Iterator[Row]:
    keys = {"scenario_id": scenario.id, "effect_id": one.effect.id}
    said = _said(evidence, one.probability.source)
    yield keys, "effect_probability_assumed", one.probability.estimate(level, evidence=said)
    yield keys, "effect_probability_counted", _share(one, level, evidence)
    n = (one.trials or 0) + one.count - (one.hits or 0)
    yield keys, "effect_probability_now", _now(one.probability_now, level, "", evidence, n=n)
    yield keys, "loss_event_frequency_assumed", _now(one.frequency, level, YEARLY, evidence, stated=True)
    if one.years > 0:
        yield from _counts(keys, "loss_event", one.count, one.years, level, evidence)
        if one.frequency[0] is not None and not seen.reconstructed:
            chance = rates.tail(one.frequency[0], count=one.count, exposure=one.years)
            yield from _surprise(keys, "loss_event_count", chance, evidence)
            under = below(one.frequency[0], one.count, one.years)
            yield conflict_row(keys, "loss_event_count", chance, under, evidence)
    yield keys, "loss_event_frequency_now", _now(one.frequency_now, level, YEARLY, evidence, n=one.count)
    yield from _consequence_rows(keys, seen, one, level, evidence)


def _consequence_rows(
    keys: dict[str, str], seen: Counted, one: EffectUpdate, level: float, evidence: tuple[Evidence, ...]
) -> Iterator[Row]:
    assumed = one.consequence.estimate(level, evidence=_said(evidence, one.consequence.source))
    yield keys, "loss_magnitude_assumed", assumed
    happened = telling.consequence_of(seen, one.effect)
    if happened is not None:
        yield keys, "loss_magnitude_happened", happened
        size = happened.value if happened.value is not None else happened.low
        if one.consequence.distribution is not None and size is not None and not seen.reconstructed:
            over = one.consequence.distribution.above(size)
            yield from _surprise(keys, "loss_magnitude", over, evidence)
            if happened.value is not None:
                yield conflict_row(
                    keys, "loss_magnitude", over, one.consequence.distribution.cdf(happened.value), evidence
                )
    yield from learnt_size(keys, one, level, evidence)
    size_mean = one.consequence.distribution.mean if one.consequence.distribution is not None else None
    for name, frequency in (("loss_per_year_assumed", one.frequency), ("loss_per_year_now", one.frequency_now)):
        if size_mean is not None and frequency[0] is not None:
            unit = f"{one.consequence.unit} {YEARLY}"
            method = "mean rate × probability, times the mean consequence as assumed; single years spread widely"
            yield keys, name, Estimate(frequency[0].mean * size_mean, unit=unit, method=method, evidence=evidence)


def _said(evidence: tuple[Evidence, ...], source: str) -> tuple[Evidence, ...]:
    return (evidence[0], Evidence("statement", source)) if source else evidence[:1]


def _now(
    posterior: Posterior,
    level: float,
    unit: str,
    evidence: tuple[Evidence, ...],
    *,
    stated: bool = False,
    n: int | None = None,
) -> Estimate:
    distribution, how = posterior
    if distribution is None:
        return Estimate.unknown(how, unit=unit, evidence=evidence)
    method = how or "rate × probability"
    interval: Literal["stated", "credible"] = "stated" if stated else "credible"
    return claim(distribution, level, unit=unit, interval=interval, method=method, n=n, evidence=evidence)


def _counts(
    keys: dict[str, str], name: str, count: int, years: float, level: float, evidence: tuple[Evidence, ...]
) -> Iterator[Row]:
    """A count, its exposure, and what the two alone say of the rate."""
    yield keys, f"{name}_count", Estimate(count, unit="times", n=count, method="counted", evidence=evidence)
    yield keys, f"{name}_exposure_years", computed(years, unit="years", method="counted over", evidence=evidence)
    low, high = intervals.garwood(count, level=level)
    rate = Estimate(
        count / years,
        low / years,
        high / years,
        level=level,
        interval="confidence",
        unit=YEARLY,
        n=count,
        method="counts alone, Garwood",
        evidence=evidence,
    )
    yield keys, f"{name}_rate_counted", rate


def _share(one: EffectUpdate, level: float, evidence: tuple[Evidence, ...]) -> Estimate:
    """What the counts alone say of P(effect | cause): unknown unless the causes were counted."""
    if not one.trials or one.hits is None:
        why = "incidents alone hold only the cases in which the effect came; near misses were not counted"
        if one.trials == 0:
            why = "the cause did not come in the time in which it was counted"
        return Estimate.unknown(why, evidence=evidence)
    low, high = intervals.clopper_pearson(one.hits, one.trials, level=level)
    return Estimate(
        one.hits / one.trials,
        low,
        high,
        level=level,
        interval="confidence",
        n=one.trials,
        method="counts alone, Clopper-Pearson",
        evidence=evidence,
    )


def _surprise(keys: dict[str, str], name: str, chance: float, evidence: tuple[Evidence, ...]) -> Iterable[Row]:
    chance = min(max(chance, 0.0), 1.0)
    method = "probability, before, of at least as much"
    bits = computed(rates.surprise(chance), unit="bits", method="−log2 of that probability", evidence=evidence)
    return [
        (keys, f"{name}_chance", computed(chance, method=method, evidence=evidence)),
        (keys, f"{name}_surprise", bits),
    ]
