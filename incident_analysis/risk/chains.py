"""Chains of causes: how likely the effect is, which sets of causes suffice, and which cause matters how much.

Exact, by weighing every combination of the basic events: an event that stands at several places counts once, and the
sum of cut sets, which can exceed 1, is never used.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from incident_analysis import frames, words
from incident_analysis.errors import MethodError, ParameterError
from incident_analysis.estimate import Estimate, Evidence
from incident_analysis.register import Gate, GateEvent, GateNode, Scenario
from incident_analysis.risk.diagrams import Diagram
from incident_analysis.risk.gates import holds
from incident_analysis.risk.networks import MOST, Table, network
from incident_analysis.risk.prior import event_belief

#: What each measure of importance is; P is the probability of the effect, p that of the event.
MEASURES = {
    "MIF": "marginal importance: P if the event comes − P if it does not",
    "CIF": "criticality importance: MIF × p / P",
    "DIF": "diagnostic importance: probability of the event, given the effect",
    "RAW": "risk achievement worth: P if the event comes / P",
    "RRW": "risk reduction worth: P / P if the event does not come",
}


@dataclass(frozen=True, slots=True, eq=False)
class Chain:
    """What a structure of causes says.

    Parameters
    ----------
    effect : str
    probability : Estimate
        Of the effect; unknown where a probability is, or where nobody says how causes come together.
    cut_sets : tuple of tuple of str
        Smallest sets of basic events that suffice, smallest first; empty where they are not defined (see `notes`).
    importance : DataFrame
        One row a basic event: `event`, `what`, `probability`, `MIF`, `CIF`, `DIF`, `RAW`, `RRW`, `cut_sets` (how many
        of them it is in) and `order` (size of the smallest); NaN where unknown. RRW is infinite where the effect needs
        the event. DIF is the posterior of the cause, given the effect.
    notes : tuple of str
    posteriors : mapping
        Probability of every cause, given that the effect came.
    """

    effect: str
    probability: Estimate
    cut_sets: tuple[tuple[str, ...], ...]
    importance: pd.DataFrame = field(repr=False)
    notes: tuple[str, ...] = ()
    posteriors: Mapping[str, float] = field(default_factory=dict, repr=False)

    def posterior(self, cause: str) -> float:
        """Probability of a cause, basic or between, given that the effect came; NaN where unknown."""
        if cause not in self.posteriors:
            names = list(self.posteriors)
            close = words.nearest(cause, names)
            raise ParameterError(
                f"no cause {cause!r} in this chain",
                remedy=f"write {close!r}" if close else f"use one of {words.listing(names, last='or', most=8)}",
                where="cause",
            )
        return self.posteriors[cause]

    @property
    def estimates(self) -> pd.DataFrame:
        """Everything as ESTIMATES, with the key `event` (empty for the effect)."""
        rows: list[tuple[dict[str, str], str, Estimate]] = [({"event": ""}, "effect_probability", self.probability)]
        for row in self.importance.to_dict("records"):
            for name in MEASURES:
                value = row[name]
                one = (
                    Estimate.unknown(self.probability.reason or "it is not defined here")
                    if math.isnan(value)
                    else Estimate(value, method=MEASURES[name], evidence=self.probability.evidence)
                )
                rows.append(({"event": str(row["event"])}, name, one))
        return frames.estimates(rows)


def chain(causes: Scenario | Gate | pd.DataFrame, *, given: Mapping[str, bool] | None = None) -> Chain:
    """How causes come together to an effect.

    Parameters
    ----------
    causes : Scenario, Gate or CAUSES
        A gate of the register; or a frame of causes and one effect, in which a basic event (nothing leads to it) has a
        `probability`, and everything else says in `gate` how what leads to it comes together (`any_of`, `all_of`,
        `at_least 2`, `not`), or in `given` how likely it then is: a mapping from the states of what leads to it, in
        the frame's order, to a probability. Both columns are optional: without them the structure alone is told.
    given : mapping, optional
        Nodes whose state is known: everything else is then told given these.

    Returns
    -------
    Chain

    Raises
    ------
    ParameterError
        A probability that is none; a name that is not there; a circle.
    MethodError
        More than 20 basic events in a frame, or with something given; a gate of more whose decision diagram grows out
        of hand.

    Notes
    -----
    Up to 20 basic events every combination is weighed. A gate of more is computed by a binary decision diagram, which
    is exact too.

    References
    ----------
    Vesely et al., Fault Tree Handbook, NUREG-0492, 1981, for cut sets. van der Borst and Schoonakker, An overview of
    PSA importance measures, Reliability Engineering & System Safety 72, 2001.

    Examples
    --------
    >>> gate = Gate.model_validate({"events": [{"id": "a", "probability": 0.1}, {"id": "b", "probability": 0.2}],
    ...                             "any_of": ["a", "b"]})
    >>> found = chain(gate)
    >>> round(found.probability.value, 3), found.cut_sets
    (0.28, (('a',), ('b',)))
    """
    if isinstance(causes, Scenario):
        if causes.cause.gate is None:
            raise ParameterError(
                f"the scenario {causes.id!r} has no gate",
                remedy="give its cause a gate of events, or ask risk.verdict about its rate",
                where="causes",
            )
        gate, where, effect = causes.cause.gate, f"{causes.id}.cause.gate", causes.cause.what
        if len(gate.names) > MOST and not given:
            return _large(gate, where, effect)
        table = _of_gate(gate, where, effect)
    elif isinstance(causes, Gate):
        if len(causes.names) > MOST and not given:
            return _large(causes, "gate", "the gate")
        table = _of_gate(causes, "gate", "the gate")
    else:
        table = network(causes)
    return _told(table, dict(given or {}))


def _of_gate(gate: Gate, where: str, effect: str) -> Table:
    names = gate.names
    if len(names) > MOST:
        raise MethodError(
            f"a gate of {len(names)} events; up to {MOST} are computed exactly",
            remedy="gather events that belong together into one, with its own probability",
            where=where,
        )
    told, chances, evidence = _events(gate, where)
    states = _states(len(names))
    return Table(
        effect=effect,
        names=names,
        what={name: told[name].what or name for name in names},
        chances=chances,
        states=states,
        top=holds(gate, {name: states[:, i] for i, name in enumerate(names)}),
        weights=_weights(states, list(chances.values())),
        logic=not _has_not(gate),
        evidence=evidence,
    )


def _events(gate: Gate, where: str) -> tuple[dict[str, GateEvent], dict[str, float], tuple[Evidence, ...]]:
    """The events of a gate, their mean probabilities (NaN where unknown), and who says so."""
    told = {event.id: event for event in gate.events}
    missing = [name for name in gate.names if name not in told]
    if missing:
        close = words.nearest(missing[0], list(told))
        raise ParameterError(
            f"{missing[0]!r} is the id of no event of this gate",
            remedy=f"write {close!r}" if close else "add it to `events`",
            where=where,
        )
    beliefs = {name: event_belief(told[name], where=f"{where}.events.{name}") for name in gate.names}
    chances = {n: b.distribution.mean if b.distribution is not None else math.nan for n, b in beliefs.items()}
    evidence = tuple(
        Evidence("statement", one.source or "not named", f"{where}.events.{name}", one.stated)
        for name, one in beliefs.items()
    )
    return told, chances, evidence


def _large(gate: Gate, where: str, effect: str) -> Chain:
    """The chain of a gate of many events, by a decision diagram."""
    told, chances, evidence = _events(gate, where)
    diagram = Diagram(gate)
    notes = []
    cuts: list[tuple[str, ...]] = []
    if _has_not(gate):
        notes.append("Smallest sets are not defined where an event must not come.")
    else:
        cuts, more = diagram.cut_sets()
        if more:
            notes.append(f"There are more smallest sets than the {len(cuts):,} that are listed.")
    unknown = [told[n].what or n for n, p in chances.items() if math.isnan(p)]
    changes = dict.fromkeys(gate.names, math.nan)
    if unknown:
        reason = f"the probability of {words.listing([f'“{w}”' for w in unknown], most=4)} is not stated"
        probability = Estimate.unknown(reason, evidence=evidence)
    else:
        changes = diagram.changes(chances)
        method = "binary decision diagram of independent events"
        probability = Estimate(diagram.probability(chances), method=method, evidence=evidence)
    rows = []
    for name in gate.names:
        sizes = [len(one) for one in cuts if name in one]
        row: dict[str, object] = {"event": name, "what": told[name].what or name, "probability": chances[name]}
        row |= dict.fromkeys(MEASURES, math.nan)
        p, effect_p, change = chances[name], probability.value, changes[name]
        if effect_p:
            with_it, without = effect_p + (1 - p) * change, effect_p - p * change
            row |= {
                "MIF": change,
                "CIF": change * p / effect_p,
                "DIF": with_it * p / effect_p,
                "RAW": with_it / effect_p,
                "RRW": effect_p / without if without > 1e-15 * effect_p else math.inf,
            }
        rows.append({**row, "cut_sets": len(sizes), "order": min(sizes, default=None)})
    importance = _typed(rows)
    posteriors = dict(zip(importance["event"], importance["DIF"].astype(float), strict=True))
    return Chain(effect, probability, tuple(cuts), importance, tuple(notes), posteriors)


def _states(count: int) -> NDArray[np.bool_]:
    return ((np.arange(2**count)[:, None] >> np.arange(count)) & 1).astype(bool)


def _weights(states: NDArray[np.bool_], chances: list[float]) -> NDArray[np.float64]:
    weights = np.ones(len(states))
    for i, p in enumerate(chances):
        weights = weights * np.where(states[:, i], p, 1 - p)
    return weights


def _has_not(gate: GateNode) -> bool:
    return gate.kind == "not" or any(isinstance(m, GateNode) and _has_not(m) for m in gate.members)


def _told(table: Table, given: dict[str, bool]) -> Chain:
    notes = list(table.notes)
    unknown = [table.what[n] for n, p in table.chances.items() if math.isnan(p)]
    reason = table.reason
    if unknown and not reason:
        reason = f"the probability of {words.listing([f'“{w}”' for w in unknown], most=4)} is not stated"
    kept = np.ones(len(table.states), bool)
    for name, state in given.items():
        kept &= table.column(name) == state
    if not kept.any():
        raise ParameterError("what is given cannot be so together", remedy="give states that can be", where="given")
    weights = np.where(kept, table.weights, 0.0)
    total = float(weights.sum())
    if not reason and not total > 0:
        raise ParameterError("what is given has probability 0", remedy="give states that can be", where="given")
    cuts: tuple[tuple[str, ...], ...] = ()
    if table.top is None:
        notes.append("Which causes suffice is unknown: " + table.reason + ".")
    elif not table.logic:
        notes.append("Smallest sets are not defined where an event must not come, or where nothing follows for sure.")
    else:
        cuts = tuple(_cut_sets(table.names, table.top))
    if reason or table.top is None:
        probability = Estimate.unknown(reason, evidence=table.evidence)
    else:
        value = float(weights[table.top].sum() / total)
        said = "" if not given else ", given " + words.listing(f"{n} {'yes' if s else 'no'}" for n, s in given.items())
        method = "every combination of independent events weighed" + said
        probability = Estimate(value, method=method, evidence=table.evidence)
    posteriors = dict.fromkeys((*table.names, *(table.others or {})), math.nan)
    if probability.value and table.top is not None:
        came = float(weights[table.top].sum())
        posteriors = {n: float(weights[table.top & table.column(n)].sum()) / came for n in posteriors}
    importance = _importance(table, weights, probability, cuts)
    return Chain(table.effect, probability, cuts, importance, tuple(notes), posteriors)


def _importance(
    table: Table, weights: NDArray[np.float64], probability: Estimate, cuts: tuple[tuple[str, ...], ...]
) -> pd.DataFrame:
    rows = []
    for name in table.names:
        sizes = [len(one) for one in cuts if name in one]
        p = table.chances[name]
        row: dict[str, object] = {"event": name, "what": table.what[name], "probability": p}
        row |= dict.fromkeys(MEASURES, math.nan)
        if probability.value is not None and table.top is not None:
            row |= _measures(table.column(name), table.top, weights, probability.value)
        rows.append({**row, "cut_sets": len(sizes), "order": min(sizes, default=None)})
    return _typed(rows)


def _typed(rows: list[dict[str, object]]) -> pd.DataFrame:
    columns = ["event", "what", "probability", *MEASURES, "cut_sets", "order"]
    made = pd.DataFrame(rows, columns=columns)
    return made.astype({"probability": float, **dict.fromkeys(MEASURES, float), "cut_sets": "Int64", "order": "Int64"})


def _measures(
    here: NDArray[np.bool_], top: NDArray[np.bool_], weights: NDArray[np.float64], effect: float
) -> dict[str, float]:
    whole = float(weights.sum())
    p = float(weights[here].sum()) / whole
    both = float(weights[here & top].sum()) / whole
    with_it = both / p if p > 0 else math.nan
    without = (effect - both) / (1 - p) if p < 1 else math.nan
    if effect == 0:
        return {}
    return {
        "MIF": with_it - without,
        "CIF": (with_it - without) * p / effect,
        "DIF": both / effect,
        "RAW": with_it / effect,
        "RRW": effect / without if without > 1e-15 * effect else math.inf,
    }


def _cut_sets(names: tuple[str, ...], top: NDArray[np.bool_]) -> Iterator[tuple[str, ...]]:
    places = np.arange(len(top))
    minimal = top.copy()
    for i in range(len(names)):
        has = (places >> i) & 1 == 1
        # Without this event it must no longer hold.
        minimal &= ~(has & top[places & ~(1 << i)])
    sets = [tuple(n for i, n in enumerate(names) if place >> i & 1) for place in np.flatnonzero(minimal)]
    yield from sorted(sets, key=lambda s: (len(s), s))
