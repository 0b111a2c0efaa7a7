"""The loss of a year: expected, exceeded with which probability, worst; never in mixed units."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd

from incident_analysis import frames, words
from incident_analysis.errors import MethodError, ParameterError
from incident_analysis.estimate import Estimate, Evidence
from incident_analysis.register import Register, Scenario
from incident_analysis.risk.prior import USUAL_LEVEL, belief, computed, rate_of
from incident_analysis.risk.simulation import of_years
from incident_analysis.statistics import Compound, Distribution, Point, Source, compound, joint
from incident_analysis.statistics.distribution import probability_argument

Scenarios = Register | Scenario | Sequence[Scenario]
Of = Literal["sum", "largest"]

#: Shares of years whose loss is told.
SHARES = (0.5, 0.9, 0.95, 0.99)
#: The tail value at risk is the mean of the worst 5 % of years.
WORST = 0.95
#: Rows of a curve.
POINTS = 80


@dataclass(frozen=True, slots=True, eq=False)
class Losses:
    """What is known of the losses of scenarios, in one unit.

    Parameters
    ----------
    unit : str
    sources : mapping of scenario id to tuple of Source
        Sources are independent of each other.
    left_out : mapping of scenario id to str
        Why a scenario, or an effect of it, is not in the figures.
    """

    unit: str
    sources: dict[str, tuple[Source, ...]] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)

    @property
    def every(self) -> tuple[Source, ...]:
        """All sources."""
        return tuple(source for sources in self.sources.values() for source in sources)

    @property
    def without(self) -> str:
        """What is not in the figures, for a method; empty where nothing is missing."""
        return f"without {words.listing(self.left_out, most=5)}, of which a figure is unknown" if self.left_out else ""


def as_scenarios(scenarios: Scenarios) -> tuple[Scenario, ...]:
    """The scenarios of a register, a sequence, or one alone."""
    if isinstance(scenarios, Register):
        return scenarios.scenarios
    return (scenarios,) if isinstance(scenarios, Scenario) else tuple(scenarios)


def units_of(scenarios: Iterable[Scenario]) -> list[str]:
    """The units in which the scenarios state consequences, in their order."""
    effects = [e for s in scenarios for e in s.effects if e.consequence is not None and e.consequence.known]
    return list(dict.fromkeys(e.consequence.unit for e in effects if e.consequence is not None))


def one_unit(scenarios: Sequence[Scenario], unit: str | None) -> str:
    """The unit that is meant; an error where several are possible."""
    units = units_of(scenarios)
    if unit is not None:
        if unit not in units:
            raise ParameterError(
                f"no consequence in {unit}",
                remedy=f"use one of {words.listing(units, last='or', most=8)}" if units else "state consequences",
                where="unit",
            )
        return unit
    if not units:
        raise MethodError(
            "no scenario states a consequence as a range or a figure",
            remedy="state the consequence of an effect with its unit; until then the loss of a year is unknown",
            where="scenarios",
        )
    if len(units) > 1:
        raise ParameterError(
            f"consequences in {words.listing(units)}: units are never mixed in one figure",
            remedy=f"choose one with unit={units[0]!r}, or convert them in the register, naming the rate and its date",
            where="unit",
        )
    return units[0]


def losses_of(scenarios: Sequence[Scenario], unit: str) -> Losses:
    """The scenarios' losses in one unit, as assumed."""
    found = Losses(unit)
    for scenario in scenarios:
        rate = rate_of(scenario)
        effects: list[tuple[Distribution, Distribution]] = []
        missing = []
        told = [e for e in scenario.effects if e.consequence is None or e.consequence.unit in (unit, "")]
        if not told and scenario.effects:
            continue
        for effect in told:
            where = f"{scenario.id}.effects.{effect.id}"
            likely = belief(effect.probability, "probability", "", where=f"{where}.probability")
            size = belief(effect.consequence, "consequence", unit, where=f"{where}.consequence")
            if likely.distribution is None or size.distribution is None:
                missing.append(f"{effect.id}: {likely.reason or size.reason}")
            elif likely.distribution != Point(0.0):
                effects.append((likely.distribution, size.distribution))
        if rate.distribution is None:
            missing, effects = [rate.reason], []
        if effects and rate.distribution is not None:
            found.sources[scenario.id] = (Source(rate.distribution, tuple(effects)),)
        if missing or not scenario.effects:
            found.left_out[scenario.id] = "; ".join(missing) or "the register states no effect"
    return found


def annual_loss(scenarios: Scenarios | pd.DataFrame, *, level: float = USUAL_LEVEL) -> pd.DataFrame:
    """What the losses of a coming year add up to.

    Parameters
    ----------
    scenarios : Register, Scenario, sequence of them, or LOSSES
        With LOSSES the figures are those of the simulated years, each with its Monte Carlo error.
    level : float
        Of the intervals, in (0, 1).

    Returns
    -------
    ESTIMATES
        Keys `scenario_id` (empty for all together) and `loss_unit`; each unit has its own rows, nothing is converted.
        `expected_annual_loss` has the interval that the uncertainty of rates and probabilities gives it.
        For all together also `annual_loss_deviation`, `any_loss_probability`, the loss that a share of years does not
        exceed (`annual_loss_50`, `_90`, `_95`, `_99`), the mean of the worst 5 % of years
        (`tail_value_at_risk_95`) and the largest single loss that 95 % of years do not exceed (`largest_loss_95`).
        What a scenario leaves unknown is a row that says so, and is not in the sums, which say that.

    Notes
    -----
    Losses are summed over the events of a year, exactly (see `statistics.Compound`): never a frequency times one loss.
    Scenarios are independent: for those that move together, and for caps, use `simulate_losses`.
    """
    probability_argument(level, "level")
    if isinstance(scenarios, pd.DataFrame):
        return of_years(scenarios, level=level, shares=SHARES, worst=WORST)
    every = as_scenarios(scenarios)
    rows = []
    for unit in units_of(every) or [""]:
        rows += list(expected_rows(losses_of(every, unit), level))
        rows += list(year_rows(losses_of(every, unit), independence_note(every)))
    return frames.estimates(rows)


Rows = Iterator[tuple[dict[str, str], str, Estimate]]


def expected_rows(losses: Losses, level: float) -> Rows:
    """The expected loss of a year, by scenario and in all."""
    parts: list[tuple[Distribution, float]] = []
    for scenario_id, sources in losses.sources.items():
        own = [part for source in sources for part in _parts(source)]
        parts += own
        yield (
            {"scenario_id": scenario_id, "loss_unit": losses.unit},
            "expected_annual_loss",
            _expected(own, losses.unit, level, (_formula(scenario_id),)),
        )
    for scenario_id, reason in losses.left_out.items():
        keys = {"scenario_id": scenario_id, "loss_unit": losses.unit}
        name = "expected_annual_loss" if scenario_id not in losses.sources else "expected_annual_loss_of_the_rest"
        yield keys, name, Estimate.unknown(reason, unit=_yearly(losses.unit))
    if len(losses.sources) > 1:
        total = _expected(parts, losses.unit, level, tuple(_formula(s) for s in losses.sources), losses.without)
        yield {"scenario_id": "", "loss_unit": losses.unit}, "expected_annual_loss", total


def year_rows(losses: Losses, note: str = "") -> Rows:
    """The loss of a single year, all scenarios together."""
    if not losses.sources:
        return
    year = Compound(losses.every)
    keys = {"scenario_id": "", "loss_unit": losses.unit}
    evidence = tuple(_formula(s) for s in losses.sources)
    beside = "; ".join(x for x in (note, losses.without) if x)

    def say(value: float, unit: str, method: str) -> Estimate:
        if not math.isfinite(value):
            why = "the losses have no finite mean or variance: medians and quantiles are what can be said"
            return Estimate.unknown(why, unit=unit, evidence=evidence)
        return computed(value, unit=unit, method=f"{method}; {beside}" if beside else method, evidence=evidence)

    yield keys, "annual_loss_deviation", say(math.sqrt(year.variance), losses.unit, "standard deviation between years")
    yield keys, "any_loss_probability", say(1 - year.none, "", "probability of any loss in a year")
    for share in SHARES:
        method = f"sum over the events of a year; {words.percent(share)} of years stay at or below"
        yield keys, f"annual_loss_{share * 100:.0f}", say(year.quantile(share), losses.unit, method)
    method = f"mean of the worst {words.percent(1 - WORST)} of years"
    yield keys, f"tail_value_at_risk_{WORST * 100:.0f}", say(year.tail_mean(WORST), losses.unit, method)
    method = f"largest single loss; {words.percent(WORST)} of years stay at or below"
    yield keys, f"largest_loss_{WORST * 100:.0f}", say(year.largest_quantile(WORST), losses.unit, method)


def _parts(source: Source) -> list[tuple[Distribution, float]]:
    return [(joint.product(source.rate, p), loss.mean) for p, loss in source.effects]


def _expected(
    parts: list[tuple[Distribution, float]],
    unit: str,
    level: float,
    evidence: tuple[Evidence, ...],
    beside: str = "",
) -> Estimate:
    if not all(math.isfinite(factor) for _, factor in parts):
        why = "a consequence has no finite mean: medians and quantiles are what can be said"
        return Estimate.unknown(why, unit=_yearly(unit), evidence=evidence)
    value = math.fsum(d.mean * factor for d, factor in parts)
    method = "mean rate × probability × consequence" + (f"; {beside}" if beside else "")
    if all(isinstance(d, Point) for d, _ in parts):
        return computed(value, unit=_yearly(unit), method=method, evidence=evidence)
    low, high = compound.quantiles_of_sum(parts, [(1 - level) / 2, (1 + level) / 2])
    return Estimate(
        value, low, high, level=level, interval="credible", unit=_yearly(unit), method=method, evidence=evidence
    )


def exceedance(
    scenarios: Scenarios | pd.DataFrame, *, of: Of = "sum", unit: str | None = None, level: float = USUAL_LEVEL
) -> pd.DataFrame:
    """How likely the losses of a coming year exceed an amount.

    Parameters
    ----------
    scenarios : Register, Scenario, sequence of them, or LOSSES
    of : {"sum", "largest"}
        All losses of the year together, or the largest single one.
    unit : str, optional
        Which unit, where the scenarios state several: they are never mixed in one curve.
    level : float
        Of the interval of simulated years.

    Returns
    -------
    LOSS_CURVE
        From 0 (any loss at all) to what is exceeded once in 10,000 years. Exact for scenarios; with LOSSES the share of
        the years, with its Clopper-Pearson interval.

    Raises
    ------
    ParameterError
        Several units, and none is chosen.
    MethodError
        Scenarios move with others or have a cap: that is not computed exactly.
    """
    if of not in ("sum", "largest"):
        raise ParameterError(f"of is {of!r}", remedy="write 'sum' or 'largest'", where="of")
    if isinstance(scenarios, pd.DataFrame):
        from incident_analysis.risk.simulation import curve_of_years

        return curve_of_years(scenarios, of=of, level=level)
    every = as_scenarios(scenarios)
    chosen = one_unit(every, unit)
    bound = [s.id for s in every if s.moves_with or s.cap is not None]
    if bound:
        raise MethodError(
            f"{words.listing(bound, most=5)} {'moves' if len(bound) == 1 else 'move'} with others or "
            f"{'has' if len(bound) == 1 else 'have'} a cap",
            remedy="simulate: risk.exceedance(risk.simulate_losses(scenarios, years=100_000, rng=rng))",
            where="scenarios",
        )
    return curve(losses_of(every, chosen), of=of)


def curve(losses: Losses, *, of: Of = "sum", x: Sequence[float] | None = None) -> pd.DataFrame:
    """The exceedance of known losses as a LOSS_CURVE, at given amounts or from 0 to what comes once in 10,000 years."""
    if not losses.sources:
        raise MethodError(
            f"no loss in {losses.unit} is known: {'; '.join(losses.left_out.values())}",
            remedy="state rate, probability and consequence of a scenario",
            where="scenarios",
        )
    year = Compound(losses.every)
    places = np.asarray(_places(year) if x is None else x, float)
    above = year.above(places) if of == "sum" else year.largest_above(places)
    method = "exact, by Fourier transform" if of == "sum" else "exact, in closed form"
    return frames.build(
        frames.LOSS_CURVE,
        [
            {
                "x": float(a),
                "exceedance_probability": float(p),
                "of": of,
                "unit": losses.unit,
                "method": "; ".join(part for part in (method, losses.without) if part),
            }
            for a, p in zip(places, above, strict=True)
        ],
    )


def _places(year: Compound) -> list[float]:
    effects = [loss for source in year.sources for _, loss in source.effects]
    first = min(loss.quantile(0.05) for loss in effects)
    first = first if first > 0 else max(loss.quantile(0.5) for loss in effects) / 100
    rare = 1e-4
    if 1 - year.none <= rare:
        return [0.0, *np.geomspace(first, max(loss.quantile(0.99) for loss in effects), POINTS - 1)]
    last = max(year.quantile(1 - rare), 2 * first)
    return [0.0, *np.geomspace(first, last, POINTS - 1)]


def independence_note(scenarios: Sequence[Scenario]) -> str:
    """What an exact figure leaves aside."""
    bound = [s.id for s in scenarios if s.moves_with or s.cap is not None]
    return f"as if {words.listing(bound, most=4)} moved alone and had no cap" if bound else ""


def _yearly(unit: str) -> str:
    return f"{unit} per year"


def _formula(scenario_id: str) -> Evidence:
    return Evidence("statement", "risk register", scenario_id)
