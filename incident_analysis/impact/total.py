"""The sum of a ledger in one unit, as honest as its lines."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from incident_analysis import frames, words
from incident_analysis.errors import ParameterError
from incident_analysis.estimate import Estimate, Evidence
from incident_analysis.impact.converting import convert
from incident_analysis.impact.ledger import checked_ledger
from incident_analysis.incident.parts import ExchangeRate
from incident_analysis.statistics import PERT, Distribution, Uniform
from incident_analysis.statistics.distribution import probability_argument

HOURS = ("h", "hour", "hours")
#: Words in a unit that say that it has no sum.
_NO_SUM = ("percent", "%", "ratio", "share", " per ", "per hour", "/s", "average", "peak")
_HEADS = ("customers", "people", "reputation")


def total(
    ledger: pd.DataFrame,
    *,
    unit: str,
    rng: np.random.Generator,
    level: float = 0.9,
    rates: Iterable[ExchangeRate] = (),
    distributions: Mapping[str, Distribution] | None = None,
    draws: int = 200_000,
) -> Estimate:
    """What the losses of a ledger add up to, in one unit.

    Left out, and said in the method: lines that are part of another, lines that contradict another, context, gains.
    A line without a figure, or with one end only, makes the sum "at least" or "at most". Lines with a range are drawn,
    as PERT where a likely figure is stated and evenly between the ends otherwise. Lines of one `together` group rise
    and fall with each other. Whether the groups do is not known: the sum is worked out as if they were independent and
    as if they moved as one, both stand in the method, and the interval holds both.

    Parameters
    ----------
    ledger : LEDGER
    unit : str
        A currency, "hours", or what is counted ("requests"). Shares, rates and heads have no sum.
    rng : Generator
    level : float
        Of the interval, where lines have ranges.
    rates : iterable of ExchangeRate
        Stated rates, with their dates: money of other currencies is converted at them alone.
    distributions : mapping of str to Distribution, optional
        What is known better about single lines, by their id.
    draws : int
        For the independent sum.

    Returns
    -------
    Estimate
        The value is the sum of means. Exact where every line is a point that was counted or stated. `n` lines.

    Raises
    ------
    ParameterError
        No line has that unit; it has no sum; money of another currency without a rate.

    Notes
    -----
    Quantiles do not add; only means do, and, if all move as one, quantiles of the same level.
    """
    parts = parts_of(ledger, unit=unit, level=level, rates=rates, distributions=distributions)
    if not parts.lines:
        return Estimate.unknown(parts.reason, unit=unit, evidence=parts.evidence)
    n = len(parts.lines)
    ranged = [line for line in parts.lines if line.distribution is not None]
    open_above = parts.unknown + sum(line.is_open for line in parts.lines)
    low = sum(line.low for line in parts.lines)
    if open_above or any(math.isnan(line.mean) for line in parts.lines):
        # One open end: only the sum of the sure ends can be said.
        high = None if open_above else sum(line.high for line in parts.lines)
        method = parts.method
        if any(math.isnan(line.mean) and not line.is_open for line in parts.lines):
            method += "; a line that is at most something counts from 0"
        return Estimate(None, low, high, interval="bounds", unit=unit, n=n, method=method, evidence=parts.evidence)
    value = sum(line.mean for line in parts.lines)
    if not ranged:
        sure = all(line.sure for line in parts.lines)
        end = value if sure else None
        return Estimate(
            value,
            end,
            end,
            interval="exact" if sure else "stated",
            unit=unit,
            n=n,
            method=parts.method,
            evidence=parts.evidence,
        )
    groups = parts.groups
    fixed = sum(line.mean for line in parts.lines if line.distribution is None)
    as_one = fixed + as_one_of(parts, level)
    if len(groups) == 1:
        how = "all lines with a range move together, as stated" if len(ranged) > 1 else "one line has a range"
        return Estimate(
            value, float(as_one[0]), float(as_one[1]), level=level, interval="credible", unit=unit, n=n,
            method=f"{parts.method}; {how}", evidence=parts.evidence,
        )  # fmt: skip
    drawn = fixed + draw(groups, rng, draws)
    apart = np.quantile(drawn, _tails(level))

    def said(ends: np.ndarray) -> str:
        return f"[{words.quantity(float(ends[0]), unit)}, {words.quantity(float(ends[1]), unit)}]"

    stated = [name for name in {line.together for line in ranged} if name]
    grouped = f"; moving together as stated: {words.listing(sorted(stated))}" if stated else ""
    return Estimate(
        value,
        float(min(apart[0], as_one[0])),
        float(max(apart[1], as_one[1])),
        level=level,
        interval="credible",
        unit=unit,
        n=n,
        method=f"{parts.method}; if independent {said(apart)}, if all moved as one {said(as_one)}{grouped}",
        evidence=parts.evidence,
    )


def totals(
    ledger: pd.DataFrame,
    *,
    unit: str,
    rng: np.random.Generator,
    level: float = 0.9,
    rates: Iterable[ExchangeRate] = (),
    distributions: Mapping[str, Distribution] | None = None,
    draws: int = 200_000,
) -> pd.DataFrame:
    """The two ways of adding lines with ranges, apart: as if independent, and as if all moved as one.

    Parameters
    ----------
    ledger, unit, rng, level, rates, distributions, draws
        As in `total`.

    Returns
    -------
    ESTIMATES
        Names `independent` (groups that move together stay together) and `fully_dependent`. Empty where no line has a
        range on both sides, or one is open: there is nothing to choose then.
    """
    parts = parts_of(ledger, unit=unit, level=level, rates=rates, distributions=distributions)
    ranged = [line for line in parts.lines if line.distribution is not None]
    open_ended = parts.unknown or any(line.is_open or math.isnan(line.mean) for line in parts.lines)
    if not ranged or open_ended:
        return frames.estimates([], keys=[])
    fixed = sum(line.mean for line in parts.lines if line.distribution is None)
    value = fixed + sum(line.mean for line in ranged)
    as_one = fixed + as_one_of(parts, level)
    apart = np.quantile(fixed + draw(parts.groups, rng, draws), _tails(level))
    return frames.estimates(
        (
            {},
            name,
            Estimate(
                value,
                float(ends[0]),
                float(ends[1]),
                level=level,
                interval="credible",
                unit=unit,
                n=len(parts.lines),
                method=parts.method,
                evidence=parts.evidence,
            ),
        )
        for name, ends in (("independent", apart), ("fully_dependent", as_one))
    )


@dataclass(frozen=True)
class Line:
    """A line of the ledger as it enters a sum; `distribution` is None for a point."""

    id: str
    what: str
    low: float
    high: float
    mean: float
    distribution: Distribution | None
    together: str
    sure: bool

    @property
    def is_open(self) -> bool:
        """Whether only its lower end is known."""
        return self.distribution is None and math.isinf(self.high)


@dataclass(frozen=True)
class Parts:
    """What enters a sum, and what was left out."""

    lines: list[Line]
    unknown: int
    method: str
    reason: str
    evidence: tuple[Evidence, ...]

    @property
    def groups(self) -> list[list[Distribution]]:
        """Lines with a range: those of one group together, each other one alone."""
        held: dict[str, list[Distribution]] = {}
        for i, line in enumerate(self.lines):
            if line.distribution is not None:
                held.setdefault(line.together or f"\0{i}", []).append(line.distribution)
        return list(held.values())


def parts_of(
    ledger: pd.DataFrame,
    *,
    unit: str,
    level: float = 0.9,
    rates: Iterable[ExchangeRate] = (),
    distributions: Mapping[str, Distribution] | None = None,
) -> Parts:
    """The lines that may be added in a unit, each with its ends and its distribution."""
    checked_ledger(ledger)
    probability_argument(level, "level")
    _addable(ledger, unit)
    given = dict(distributions or {})
    strange = [name for name in given if name not in set(ledger["id"])]
    if strange:
        raise ParameterError(
            f"no impact line {strange[0]!r}",
            remedy=f"use one of {words.listing(ledger['id'], last='or', most=12)}",
            where="distributions",
        )
    rows = _of_unit(ledger, unit, rates)
    nested = [r for r in rows if r["part_of"]]
    against = {r["conflicts_with"] for r in rows if r["conflicts_with"]}
    contradicted = [r for r in rows if not r["part_of"] and (r["conflicts_with"] or r["id"] in against)]
    taken = [r for r in rows if not r["part_of"] and r not in contradicted]
    lines = [line for r in taken if (line := _line(r, given)) is not None]
    without = len(taken) - len(lines)
    left_out = [
        f"{words.plural(len(some), 'line')} {why}"
        for some, why in ((nested, "part of another"), (contradicted, "contradicting another"))
        if some
    ]
    if without:
        left_out.append(f"{words.plural(without, 'line')} without a figure")
    method = "sum of lines" + (f"; left out: {words.listing(left_out)}" if left_out else "")
    converted = dict.fromkeys(str(r["converted"]) for r in taken if r.get("converted"))
    if converted:
        method += f"; {words.listing(converted)}"
    reason = "no line has a figure" if taken else "the lines contradict each other" if rows else f"no loss in {unit}"
    evidence = tuple(e for r in taken for e in r["evidence"])
    return Parts(lines, without + len(contradicted), method, reason, evidence)


def _addable(ledger: pd.DataFrame, unit: str) -> None:
    known = sorted({u for u in ledger["unit"] if u})
    if not isinstance(unit, str) or not unit.strip():
        raise ParameterError("no unit is given", remedy=f"use one of {words.listing(known, last='or')}", where="unit")
    low = f" {unit.lower()} "
    if any(word in low for word in _NO_SUM):
        raise ParameterError(
            f"{unit} has no sum: shares, rates and peaks do not add up", remedy="sum what is counted", where="unit"
        )
    if words.is_currency(unit):
        if any(words.is_currency(u) for u in known):
            return
    elif unit in known or (unit in HOURS and any(u in HOURS for u in known)):
        kinds = set(ledger.loc[ledger["unit"] == unit, "kind"])
        if kinds & set(_HEADS):
            raise ParameterError(
                f"{unit} have no sum: the same one can stand in two lines",
                remedy="count different ones at the source, for example with affected_users",
                where="unit",
            )
        return
    close = words.nearest(unit, known)
    raise ParameterError(
        f"no impact line has the unit {unit!r}",
        remedy=f"write {close!r}"
        if close
        else f"use one of {words.listing(known, last='or', most=12)}"
        if known
        else "add impact lines with units first",
        where="unit",
    )


def _of_unit(ledger: pd.DataFrame, unit: str, rates: Iterable[ExchangeRate]) -> list[dict[str, Any]]:
    losses = ledger[ledger["role"] == "loss"]
    if words.is_currency(unit):
        money = losses[losses["unit"].map(words.is_currency)]
        return frames.rows(convert(money, to=unit, rates=rates))
    same = losses["unit"].isin(HOURS) if unit in HOURS else losses["unit"] == unit
    return frames.rows(losses[same])


def _line(row: dict[str, Any], given: Mapping[str, Distribution]) -> Line | None:
    low, likely, high = (float(row[name]) for name in ("low", "likely", "high"))
    what = (str(row["id"]), str(row["what"]))
    sure = row["certainty"] in ("counted", "stated")
    if what[0] in given:
        d = given[what[0]]
        return Line(*what, d.quantile(0.0), d.quantile(1.0), d.mean, d, str(row["together"]), False)
    if all(math.isnan(x) for x in (low, likely, high)):
        return None
    if math.isnan(low) and math.isnan(high):
        return Line(*what, likely, likely, likely, None, "", sure)
    if math.isnan(high):
        return Line(*what, low, math.inf, math.nan, None, "", False)
    if math.isnan(low):
        return Line(*what, 0.0, high, math.nan, None, "", False)
    if low == high:
        return Line(*what, low, high, low, None, "", sure)
    if math.isnan(likely):
        even = Uniform(low, high)
        return Line(*what, low, high, even.mean, even, str(row["together"]), False)
    pert = PERT(low, likely, high)
    return Line(*what, low, high, pert.mean, pert, str(row["together"]), False)


def as_one_of(parts: Parts, level: float) -> np.ndarray:
    """Ends of the interval of the lines with a range, all at the same quantile."""
    every = [line.distribution for line in parts.lines if line.distribution is not None]
    return np.array([math.fsum(d.quantile(p) for d in every) for p in _tails(level)])


def _tails(level: float) -> tuple[float, float]:
    return (1 - level) / 2, (1 + level) / 2


def draw(groups: list[list[Distribution]], rng: np.random.Generator, draws: int) -> np.ndarray:
    """Sums of groups that are independent of each other; inside a group all stand at the same quantile.

    Each group is drawn at shuffled strata, one draw in each: means and quantiles are then closer than chance alone.
    """
    summed = np.zeros(draws)
    for group in groups:
        p = (rng.permutation(draws) + rng.random(draws)) / draws
        for distribution in group:
            summed += quantiles(distribution, p)
    return summed


def quantiles(distribution: Distribution, p: np.ndarray) -> np.ndarray:
    """Quantiles at many probabilities, interpolated on a fine table that is finer still in the tails."""
    tail = np.geomspace(1e-9, 1e-3, 200)
    grid = np.unique(np.concatenate([tail, np.linspace(1e-3, 1 - 1e-3, 2001), 1 - tail]))
    table = np.array([distribution.quantile(float(x)) for x in grid])
    return np.interp(p, grid, table)
