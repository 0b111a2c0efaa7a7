"""What actions do to a risk: what each cuts, by what share, at what cost, and what no action covers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

import pandas as pd

from incident_analysis import frames, words
from incident_analysis.document import Range
from incident_analysis.errors import ParameterError
from incident_analysis.estimate import Estimate, Evidence
from incident_analysis.register import Scenario
from incident_analysis.risk.graph import said
from incident_analysis.risk.loss import Scenarios, as_scenarios
from incident_analysis.risk.prior import USUAL_LEVEL, Belief, belief, claim, rate_of
from incident_analysis.risk.telling import figure
from incident_analysis.statistics import PERT, Beta, Distribution, Point, compound, joint

COLUMNS = ["Action", "Cost", "Cuts", "Share that it cuts", "Risk before", "Risk after"]
UNSTATED = "the share that it cuts is not stated"
ALL = "all actions"


@dataclass(frozen=True, slots=True, eq=False)
class Treatments:
    """What actions do to risks.

    Parameters
    ----------
    estimates : DataFrame
        ESTIMATES with the keys `action_id` (empty for all together), `scenario_id` and `measure`: `risk_before` and
        `risk_after`; unknown where a share is not stated.
    table : DataFrame
        As text: Action, Cost, Cuts, Share that it cuts, Risk before, Risk after.
    uncovered : DataFrame
        What no action cuts: `scenario_id`, `id`, `kind` (cause, event or effect), `what`.
    sentence : str
    """

    estimates: pd.DataFrame = field(repr=False)
    table: pd.DataFrame = field(repr=False)
    uncovered: pd.DataFrame = field(repr=False)
    sentence: str


@dataclass(frozen=True, slots=True)
class _Target:
    """Something that an action can cut."""

    scenario: Scenario
    kind: str
    id: str
    what: str


def treatments(scenarios: Scenarios, *, actions: pd.DataFrame, level: float = USUAL_LEVEL) -> Treatments:
    """What each action cuts and by what share, its cost, and the risk before and after.

    Parameters
    ----------
    scenarios : Register, Scenario or sequence of them
        Ids that an action may cut: a scenario (its rate), an effect (its probability), an event of a gate.
    actions : ACTIONS
        With `shares` beside `cuts`, as `risk.actions` gives it. What was rejected cuts nothing.
    level : float

    Returns
    -------
    Treatments
        The risk is the expected annual loss where the consequence is known, else how often the effects come. A share
        that is not stated is unknown, not 1: the risk after is then unknown.

    Raises
    ------
    ParameterError
        A share that is none.

    Notes
    -----
    Several actions on one thing leave the product of what each leaves: they are taken as independent of each other.
    """
    frames.check(actions, frames.ACTIONS, where="actions")
    every = as_scenarios(scenarios)
    targets: dict[str, list[_Target]] = {}
    for target in (t for s in every for t in _targets(s)):
        targets.setdefault(target.id, []).append(target)
    rows: list[tuple[dict[str, str], str, Estimate]] = []
    table: list[list[str]] = []
    covered: dict[tuple[str, str], list[Distribution | None]] = {}
    for action in frames.rows(actions):
        if action["status"] == "rejected":
            continue
        for name, share in zip(action["cuts"], _shares(action), strict=True):
            for target in targets.get(name, ()):
                left = _left(share, str(action["action_id"]))
                covered.setdefault((target.scenario.id, target.id), []).append(left)
                keys = {"action_id": str(action["action_id"]), "scenario_id": target.scenario.id}
                made = _before_after(target.scenario, {target.id: left} if left is not None else None, keys, level)
                rows += made
                text = said(share) if share is not None and share.known else ""
                table.append(
                    [str(action["text"]), str(action["cost"]) or "not stated", target.what,
                     text or "unknown: not stated", _say(made[0][2]), _say(made[1][2])]
                )  # fmt: skip
    for scenario in every:
        mine = {name: lefts for (owner, name), lefts in covered.items() if owner == scenario.id}
        if sum(map(len, mine.values())) > 1:
            known = {
                name: reduce(joint.product, [d for d in lefts if d is not None])
                for name, lefts in mine.items()
                if any(d is not None for d in lefts)
            }
            unstated = sum(d is None for lefts in mine.values() for d in lefts)
            made = _before_after(scenario, known or None, {"action_id": "", "scenario_id": scenario.id}, level)
            rows += made
            beside = f", without {words.plural(unstated, 'cut')} whose share is not stated" if unstated else ""
            table.append([ALL + beside, "not added up", scenario.title, "together", _say(made[0][2]), _say(made[1][2])])
    uncovered = pd.DataFrame(
        [
            {"scenario_id": s.id, "id": t.id, "kind": t.kind, "what": t.what}
            for s in every
            for t in _targets(s)
            if (s.id, t.id) not in covered
        ],
        columns=["scenario_id", "id", "kind", "what"],
    )
    unknown = sum(d is None for lefts in covered.values() for d in lefts)
    cuts = sum(map(len, covered.values()))
    return Treatments(
        frames.estimates(rows)
        if rows
        else frames.empty(frames.ESTIMATES, keys=["action_id", "scenario_id", "measure"]),
        pd.DataFrame(table, columns=COLUMNS),
        uncovered,
        _sentence(cuts, unknown, uncovered),
    )


def _sentence(cuts: int, unknown: int, uncovered: pd.DataFrame) -> str:
    if not cuts:
        text = "No action names anything of these scenarios that it cuts: what the plan does to the risk is unknown."
    elif unknown:
        text = (
            f"The actions cut these scenarios in {words.plural(cuts, 'place')}; for {unknown} of them the share is not "
            "stated, so what is left of the risk there is unknown."
        )
    else:
        text = f"The actions cut these scenarios in {words.plural(cuts, 'place')}, each by a stated share."
    if len(uncovered):
        listed = words.listing((f"“{w}”" for w in uncovered["what"]), most=5)
        text += f" No action is said to cover {listed}."
    return text


def _targets(scenario: Scenario) -> Iterator[_Target]:
    yield _Target(scenario, "cause", scenario.id, _bare(scenario.cause.what))
    for event in scenario.events:
        yield _Target(scenario, "event", event.id, _bare(event.what or event.id))
    for effect in scenario.effects:
        yield _Target(scenario, "effect", effect.id, _bare(effect.what))


def _shares(action: Mapping[str, Any]) -> Iterable[Range | None]:
    shares = action.get("shares")
    return shares if isinstance(shares, tuple) and len(shares) == len(action["cuts"]) else (None,) * len(action["cuts"])


def _left(share: Range | None, action: str) -> Distribution | None:
    """The share that is left; None where it is not stated as a figure or a range."""
    if share is None or not share.known:
        return None
    for x in (share.low, share.likely, share.high, share.value):
        if x is not None and not 0 <= x <= 1:
            raise ParameterError(
                f"an action cuts a share of {x:g}",
                remedy=f"give a ratio between 0 and 1{f': {x / 100:g} for {x:g} %' if 1 < x <= 100 else ''}",
                where=f"action {action or 'without id'}",
            )
    if share.value is None and share.low is None and share.high is None and share.likely is not None:
        return Point(1 - share.likely)
    cut = belief(share, "probability", "", where=f"action {action}").distribution
    if isinstance(cut, Point):
        return Point(1 - cut.value)
    if isinstance(cut, Beta):
        return Beta(cut.b, cut.a)
    if isinstance(cut, PERT):
        return PERT(1 - cut.high, 1 - cut.likely, 1 - cut.low)
    return None


def _before_after(
    scenario: Scenario, left: Mapping[str, Distribution] | None, keys: dict[str, str], level: float
) -> list[tuple[dict[str, str], str, Estimate]]:
    measure, before = _risk(scenario, {}, level)
    after = Estimate.unknown(UNSTATED, unit=before.unit) if left is None else _risk(scenario, left, level)[1]
    every = {**keys, "measure": measure}
    return [(every, "risk_before", before), (every, "risk_after", after)]


def _risk(scenario: Scenario, left: Mapping[str, Distribution], level: float) -> tuple[str, Estimate]:
    """The expected annual loss where it is known, else how often the effects come, else how often the cause does."""
    evidence = (Evidence("statement", "risk register", scenario.id, f"{scenario.title}, as of {scenario.as_of}"),)
    rate = rate_of(scenario, left={e.id: left[e.id] for e in scenario.events if e.id in left})
    if rate.distribution is None:
        return "cause_rate", Estimate.unknown(rate.reason, unit="per year", evidence=evidence)
    often = joint.product(rate.distribution, left[scenario.id]) if scenario.id in left else rate.distribution
    parts: list[tuple[Distribution, Belief]] = []
    for effect in scenario.effects:
        where = f"{scenario.id}.effects.{effect.id}"
        likely = belief(effect.probability, "probability", "", where=f"{where}.probability").distribution
        unit = effect.consequence.unit if effect.consequence is not None else ""
        size = belief(effect.consequence, "consequence", unit, where=f"{where}.consequence")
        if likely is not None:
            share = joint.product(likely, left[effect.id]) if effect.id in left else likely
            parts.append((joint.product(often, share), size))
    known = [(d, s) for d, s in parts if s.distribution is not None]
    units = {s.unit for _, s in known}
    if known and len(units) == 1:
        sums = [(d, s.distribution.mean) for d, s in known if s.distribution is not None]
        unit = f"{units.pop()} per year"
        return "expected_annual_loss", _sum(sums, unit, "expected annual loss", level, evidence)
    if parts:
        total = [(d, 1.0) for d, _ in parts]
        return "loss_event_frequency", _sum(total, "per year", "effects a year, all kinds together", level, evidence)
    return "cause_rate", claim(
        often, level, unit="per year", interval="credible", method="causes a year", evidence=evidence
    )


def _sum(
    parts: list[tuple[Distribution, float]], unit: str, method: str, level: float, evidence: tuple[Evidence, ...]
) -> Estimate:
    value = sum(d.mean * f for d, f in parts)
    low, high = compound.quantiles_of_sum(parts, [(1 - level) / 2, (1 + level) / 2])
    return Estimate(
        value, min(low, value), max(high, value), level=level, interval="credible", unit=unit, method=method,
        evidence=evidence,
    )  # fmt: skip


def _say(e: Estimate) -> str:
    return figure(e) if e.known else str(e)


def _bare(text: str) -> str:
    return " ".join(text.split()).rstrip(".")
