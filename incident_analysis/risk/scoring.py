"""How good a register's forecasts were, and how much can be told from so few of them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import pandas as pd

from incident_analysis import frames, words
from incident_analysis.estimate import Estimate, Evidence
from incident_analysis.incident import Incident
from incident_analysis.register import Register
from incident_analysis.risk.counting import counted
from incident_analysis.risk.prior import USUAL_LEVEL, computed
from incident_analysis.risk.sizes import told_sizes
from incident_analysis.risk.update import update
from incident_analysis.risk.verdict import instant_of
from incident_analysis.statistics import Point, rates
from incident_analysis.statistics import scores as methods
from incident_analysis.statistics.distribution import probability_argument

#: From so many forecasts on Murphy's parts say more than noise; from so many intervals on "widen by" does.
ENOUGH_FORECASTS, ENOUGH_INTERVALS = 50, 20
#: Groups of forecasts of about one size, for Murphy's parts.
BINS = 5


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """How good forecasts were.

    Parameters
    ----------
    forecasts : DataFrame
        One row a forecast: `scenario_id`, `effect_id`, `probability` (of at least one in its time), `years`,
        `happened`.
    intervals : DataFrame
        One row an interval that was stated and then tested: `scenario_id`, `effect_id`, `low`, `high`, `level`,
        `value`, `inside`, `distance` (from the middle, in half widths of the logarithm), `unit`.
    estimates : DataFrame
        ESTIMATES with the key `score`.
    paragraph : str
    """

    forecasts: pd.DataFrame = field(repr=False)
    intervals: pd.DataFrame = field(repr=False)
    estimates: pd.DataFrame = field(repr=False)
    paragraph: str


def scores(
    register: Register, incidents: Sequence[Incident], *, as_of: datetime | str | None, level: float = USUAL_LEVEL
) -> Scores:
    """How good the register's forecasts were.

    Every scenario is a forecast: the probability, before, that its effect comes at least once in the time since (and
    its cause, where every cause was counted). Every stated consequence of an effect that came is an interval. What was
    written after the incident is not scored.

    Parameters
    ----------
    register : Register
    incidents : sequence of Incident
    as_of : datetime, str or None
    level : float
        Of the intervals, in (0, 1).

    Returns
    -------
    Scores

    Notes
    -----
    A score says little by itself: it is held against the scores that these very forecasts would get if each were
    right. Forecasts are taken as independent.

    References
    ----------
    Murphy, A new vector partition of the probability score, Journal of Applied Meteorology 12, 1973. Gneiting and
    Raftery, Strictly proper scoring rules, JASA 102, 2007.
    """
    probability_argument(level, "level")
    every = list(incidents)
    forecasts: list[dict[str, object]] = []
    intervals: list[dict[str, object]] = []
    for scenario in register.scenarios:
        seen = counted(scenario, incidents=every, as_of=instant_of(as_of, every, scenario))
        if seen.reconstructed or not seen.anything:
            continue
        changed = update(scenario, seen)
        rate = changed.rate.distribution
        if rate is not None and changed.cause_count is not None:
            chance = rates.tail(rate, count=1, exposure=changed.cause_years)
            forecasts.append(_forecast(scenario.id, "", chance, changed.cause_years, changed.cause_count > 0))
        for one in changed.effects:
            frequency = one.frequency[0]
            if frequency is not None and one.years > 0:
                chance = rates.tail(frequency, count=1, exposure=one.years)
                forecasts.append(_forecast(scenario.id, one.effect.id, chance, one.years, one.count > 0))
            size = one.consequence.distribution
            if size is None or isinstance(size, Point):
                continue
            low, high = size.interval(level)
            for happened in told_sizes(seen, one.effect):
                if happened.value is None or happened.value <= 0 or low <= 0:
                    continue
                middle, half = math.log(low * high) / 2, math.log(high / low) / 2
                intervals.append(
                    {
                        "scenario_id": scenario.id, "effect_id": one.effect.id, "low": low, "high": high,
                        "level": level, "value": happened.value, "inside": low <= happened.value <= high,
                        "distance": (math.log(happened.value) - middle) / half, "unit": one.consequence.unit,
                    }
                )  # fmt: skip
    columns = ["scenario_id", "effect_id", "low", "high", "level", "value", "inside", "distance", "unit"]
    table = pd.DataFrame(forecasts, columns=["scenario_id", "effect_id", "probability", "years", "happened"])
    ranges = pd.DataFrame(intervals, columns=columns)
    rows = [*_of_forecasts(table, level), *_of_intervals(ranges, level)]
    found = {keys["score"]: e for keys, _, e in rows}
    paragraph = " ".join([*_say_forecasts(table, found), *_say_intervals(ranges, found, level)])
    return Scores(table, ranges, frames.estimates(rows), paragraph)


def _forecast(scenario: str, effect: str, chance: float, years: float, happened: bool) -> dict[str, object]:
    chance = min(max(chance, 0.0), 1.0)
    return {"scenario_id": scenario, "effect_id": effect, "probability": chance, "years": years, "happened": happened}


Row = tuple[dict[str, str], str, Estimate]


def _of_forecasts(table: pd.DataFrame, level: float) -> Iterator[Row]:
    n = len(table)
    evidence = (Evidence("formula", "risk register", "", f"{words.plural(n, 'forecast')} with outcomes"),)
    if not n:
        why = "no forecast is older than what it could be held against"
        yield {"score": "brier"}, "brier_score", Estimate.unknown(why)
        yield {"score": "log"}, "log_score", Estimate.unknown(why)
        return
    p, hit = table["probability"].tolist(), table["happened"].tolist()
    for name, value in (("brier", methods.brier(p, hit)), ("log", methods.log_score(p, hit))):
        if math.isfinite(value):
            one = Estimate(
                value, value, value, interval="credible", n=n, method=f"mean {name} score", evidence=evidence
            )
        else:
            one = Estimate.unknown("something came that had been given no chance at all", evidence=evidence)
        yield {"score": name}, f"{name}_score", one
        right = methods.expected(p, score=name, level=level)  # type: ignore[arg-type]
        method = "if every forecast were right: mean, and the exact interval of the score"
        expected = Estimate(
            right.mean, min(right.low, right.mean), max(right.high, right.mean), level=level, interval="credible", n=n,
            method=method, evidence=evidence,
        )  # fmt: skip
        yield {"score": f"{name} if right"}, f"{name}_score_expected", expected
    if n >= ENOUGH_FORECASTS:
        parts = methods.murphy(p, hit, bins=BINS)
        for name in ("reliability", "resolution", "uncertainty"):
            method = f"Murphy's parts of the Brier score, {BINS} groups of forecasts"
            yield {"score": name}, name, computed(getattr(parts, name), method=method, evidence=evidence)


def _of_intervals(ranges: pd.DataFrame, level: float) -> Iterator[Row]:
    n = len(ranges)
    evidence = (Evidence("formula", "risk register", "", f"{words.plural(n, 'interval')} with outcomes"),)
    if not n:
        why = "no consequence was stated before and told afterwards in its unit"
        yield {"score": "coverage"}, "interval_coverage", Estimate.unknown(why)
        return
    inside = int(ranges["inside"].sum())
    chance, low, high = methods.coverage(inside, n, level=level, stated=level)
    method = f"share of intervals at {words.percent(level)} that held what happened, Clopper-Pearson"
    share = Estimate(inside / n, low, high, level=level, interval="confidence", n=n, method=method, evidence=evidence)
    yield {"score": "coverage"}, "interval_coverage", share
    method = "probability of so few, had the intervals held what they state"
    yield {"score": "coverage chance"}, "interval_coverage_chance", computed(chance, method=method, evidence=evidence)
    if n >= ENOUGH_INTERVALS:
        factor = methods.widen_by(ranges["distance"].tolist(), level=level)
        method = "factor on the width of the logarithm with which the stated share would have held what happened"
        yield {"score": "widen by"}, "widen_by", computed(factor, method=method, evidence=evidence)


def _say_forecasts(table: pd.DataFrame, found: dict[str, Estimate]) -> Iterator[str]:
    n = len(table)
    if not n:
        yield f"Forecasts: none can be scored, since {found['brier'].reason}."
        return
    came = int(table["happened"].sum())
    right, score = found["brier if right"], found["brier"]
    yield (
        f"Forecasts: {words.plural(n, 'forecast')} can be held against what happened; {came} of them came true. "
        f"Their Brier score is {score.figure}; if every forecast were right it would be {right.figure}."
    )
    assert score.value is not None
    assert right.high is not None
    assert right.low is not None
    if score.value > right.high:
        yield "It is worse than that: the probabilities were off, in one direction or the other."
    elif score.value < right.low:
        yield "It is better than that: the probabilities were less sure than they could have been."
    else:
        yield "It lies within that: nothing says that the probabilities were off."
    if n < ENOUGH_FORECASTS:
        yield (
            f"With {words.plural(n, 'forecast')} little can be told: the interval is that wide because chance alone "
            f"moves the score so far. Whether they tell likely from unlikely can be said from {ENOUGH_FORECASTS} on."
        )
    else:
        yield (
            f"In {BINS} groups of forecasts of about one size, {found['reliability'].figure} is lost by probabilities "
            f"that were off (0 is best), and {found['resolution'].figure} is gained by telling likely from unlikely, "
            f"of {found['uncertainty'].figure} that there was to gain. The spread within the groups is left out, so "
            "the three need not add up to the score."
        )


def _say_intervals(ranges: pd.DataFrame, found: dict[str, Estimate], level: float) -> Iterator[str]:
    n = len(ranges)
    if not n:
        yield f"Ranges of consequences: none can be scored, since {found['coverage'].reason}."
        return
    inside, share = int(ranges["inside"].sum()), found["coverage"]
    assert share.low is not None
    assert share.high is not None
    yield (
        f"Ranges of consequences: {inside} of {n}, stated at {words.percent(level)}, held what happened. The true "
        f"share lies between {words.percent(share.low)} and {words.percent(share.high)}."
    )
    if n < ENOUGH_INTERVALS:
        yield (
            f"With {words.plural(n, 'range')} it cannot be said by how much they ought to be widened; that takes "
            f"{ENOUGH_INTERVALS}."
        )
    elif share.high < level:
        yield (
            f"They are too narrow: to hold {words.percent(level)} they have to be widened by a factor of "
            f"{found['widen by'].figure} on the scale of orders of magnitude."
        )
    else:
        yield f"Nothing says that they are too narrow (factor {found['widen by'].figure} on their width)."
