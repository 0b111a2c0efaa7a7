"""A frame of causes as a table of all their combinations."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from incident_analysis import frames, words
from incident_analysis.errors import MethodError, ParameterError
from incident_analysis.estimate import Evidence

#: So many uncertain things are weighed in every combination: 2^20 of them take about a second.
MOST = 20

Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Every combination of the basic events, and whether the effect comes in it.

    `top` is None where nobody says how causes come together. `logic` says whether the effect follows for sure from
    basic events none of which must be absent. `others` holds the columns of what is not basic.
    """

    effect: str
    names: tuple[str, ...]
    what: Mapping[str, str]
    chances: Mapping[str, float]
    states: Bools
    top: Bools | None
    weights: NDArray[np.float64]
    logic: bool
    evidence: tuple[Evidence, ...] = ()
    reason: str = ""
    notes: tuple[str, ...] = ()
    others: Mapping[str, Bools] | None = None

    def column(self, name: str) -> Bools:
        """In which combinations a node holds."""
        if name in self.names:
            return self.states[:, self.names.index(name)]
        if self.others and name in self.others:
            return self.others[name]
        known = [*self.names, *(self.others or {})]
        close = words.nearest(name, known)
        raise ParameterError(
            f"no node {name!r} in this chain",
            remedy=f"write {close!r}" if close else f"use one of {words.listing(known, last='or', most=8)}",
            where="given",
        )


def network(causes: pd.DataFrame) -> Table:
    """The frame as a table; `chain` tells what the columns are."""
    frames.check(causes, frames.CAUSES, where="causes")
    rows = {str(row["cause_id"]): row for row in frames.rows(causes)}
    parents: dict[str, list[str]] = {name: [] for name in rows}
    for name, row in rows.items():
        for target in row["leads_to"]:
            if target not in rows:
                close = words.nearest(str(target), list(rows))
                raise ParameterError(
                    f"{name} leads to {target!r}, which is not there",
                    remedy=f"write {close!r}" if close else "add it, or remove the arrow",
                    where="causes",
                )
            parents[target].append(name)
    order = list(_ordered(parents))
    effects = [name for name, row in rows.items() if row["kind"] == "effect"]
    tops = [e for e in effects if parents[e]] or [e for e in order if not rows[e]["leads_to"] and parents[e]]
    basic = tuple(n for n in rows if not parents[n] and n not in effects)
    what = {name: str(row["text"]) or name for name, row in rows.items()}
    told = {name: _chance(row, name) for name, row in rows.items()}
    title = words.listing([what[t] for t in tops]) if tops else "no effect"
    evidence = (Evidence("statement", "causes", "", words.plural(len(rows), "node")),)
    silent = [n for n in order if parents[n] and not _says(rows[n]) and len(parents[n]) > 1]
    reason = ""
    if not tops:
        reason = "nothing leads to an effect"
    elif len(tops) > 1:
        reason = f"there are {len(tops)} effects; take one of them"
    elif silent:
        reason = f"nobody says whether all of what leads to “{what[silent[0]]}” was needed, or any of it was enough"
    if reason:
        return Table(
            title, basic, what, {n: told[n] for n in basic}, np.zeros((1, len(basic)), bool), None, np.ones(1), False,
            evidence, reason,
        )  # fmt: skip
    uncertain = [n for n in order if not parents[n] or _table_of(rows[n])]
    if len(uncertain) > MOST:
        raise MethodError(
            f"{len(uncertain)} uncertain nodes; up to {MOST} are computed exactly",
            remedy="gather causes that belong together into one, with its own probability",
            where="causes",
        )
    every = ((np.arange(2 ** len(uncertain))[:, None] >> np.arange(len(uncertain))) & 1).astype(bool)
    columns: dict[str, Bools] = {}
    weights = np.ones(len(every))
    for name in order:
        before = [columns[p] for p in parents[name]]
        if name in uncertain:
            columns[name] = every[:, uncertain.index(name)]
            p = told[name] if not parents[name] else _conditional(rows[name], name, parents[name], before)
            weights = weights * np.where(columns[name], p, 1 - np.asarray(p))
        else:
            columns[name] = _combined(rows[name], name, before)
    certain = len(uncertain) == len(basic)
    # The order of the bits is that of the basic events: cut sets are read from it.
    if certain and tuple(uncertain) != basic:
        uncertain_order = [uncertain.index(n) for n in basic]
        place = sum(((np.arange(len(every)) >> i) & 1) << uncertain_order[i] for i in range(len(basic)))
        columns = {n: c[place] for n, c in columns.items()}
        weights = weights[place]
    states = np.stack([columns[n] for n in basic], axis=1) if basic else np.zeros((len(every), 0), bool)
    return Table(
        title,
        basic,
        what,
        {n: told[n] for n in basic},
        states,
        columns[tops[0]],
        weights,
        certain and not any(_gate_of(rows[n])[0] == "not" for n in order if parents[n] and _gate_of(rows[n])),
        evidence,
        others={n: c for n, c in columns.items() if n not in basic},
    )


def _ordered(parents: Mapping[str, list[str]]) -> Iterator[str]:
    """Every node after what leads to it."""
    done: set[str] = set()
    left = list(parents)
    while left:
        ready = [n for n in left if all(p in done for p in parents[n])]
        if not ready:
            raise ParameterError(
                f"a circle: {words.listing(left, most=6)} lead to each other",
                remedy="remove one of the arrows: a cause comes before its effect",
                where="causes",
            )
        yield from ready
        done |= set(ready)
        left = [n for n in left if n not in done]


def _chance(row: Mapping[str, Any], name: str) -> float:
    value = row.get("probability")
    if value is None or (isinstance(value, float) and math.isnan(value)) or value is pd.NA:
        return math.nan
    if not 0 <= float(value) <= 1:
        hint = f": {float(value) / 100:g} for {float(value):g} %" if 1 < float(value) <= 100 else ""
        raise ParameterError(
            f"the probability of {name} is {float(value):g}",
            remedy=f"give a ratio between 0 and 1{hint}",
            where="causes",
        )
    return float(value)


def _gate_of(row: Mapping[str, Any]) -> tuple[str, int]:
    text = row.get("gate")
    text = text.strip() if isinstance(text, str) else ""
    if not text:
        return "", 0
    found = re.fullmatch(r"(any_of|all_of|not|at_least\s+(\d+))", text)
    if not found:
        close = words.nearest(text, ["any_of", "all_of", "not"])
        raise ParameterError(
            f"a gate {text!r}", remedy=f"write {close or 'any_of, all_of, not or at_least 2'}", where="causes"
        )
    return (found[1].split()[0], int(found[2] or 0))


def _table_of(row: Mapping[str, Any]) -> Mapping[Any, float] | None:
    table = row.get("given")
    return table if isinstance(table, Mapping) and table else None


def _says(row: Mapping[str, Any]) -> bool:
    return bool(_gate_of(row)[0]) or _table_of(row) is not None


def _conditional(row: Mapping[str, Any], name: str, parents: list[str], before: list[Bools]) -> NDArray[np.float64]:
    table = _table_of(row) or {}
    p = np.full(len(before[0]), np.nan)
    for states, chance in table.items():
        wanted = states if isinstance(states, tuple) else (states,)
        if len(wanted) != len(parents):
            raise ParameterError(
                f"{name} is given {len(wanted)} states of {len(parents)} that lead to it",
                remedy=f"give one of each, in the order {words.listing(parents)}",
                where="causes",
            )
        here = np.all([column == bool(state) for column, state in zip(before, wanted, strict=True)], axis=0)
        p[here] = _chance({"probability": chance}, name)
    if np.isnan(p).any():
        raise ParameterError(
            f"{name} is not given for every combination of what leads to it",
            remedy=f"give all {2 ** len(parents)} of them",
            where="causes",
        )
    return p


def _combined(row: Mapping[str, Any], name: str, before: list[Bools]) -> Bools:
    kind, least = _gate_of(row)
    if kind == "not":
        if len(before) != 1:
            raise ParameterError(f"{name} is `not` of {len(before)}", remedy="let one thing lead to it", where="causes")
        return ~before[0]
    needed = {"any_of": 1, "all_of": len(before), "": 1}.get(kind, least)
    if not 1 <= needed <= len(before):
        raise ParameterError(
            f"{name} needs {needed} of {len(before)}", remedy=f"give a number from 1 to {len(before)}", where="causes"
        )
    return np.asarray(np.sum(before, axis=0) >= needed)
