"""From a file to a Register, and the checks between its parts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from incident_analysis import words
from incident_analysis.register.scenario import GateNode, Register, Scenario

FILE_NAME = "risk_register.yaml"


Found = tuple[tuple[str | int, ...], str, str]


def _between(register: Register, place: int, scenario: Scenario) -> Iterator[Found]:
    """What does not hold between the parts, as (path in the scenario, what, remedy)."""
    yield from _repeated((), [scenario.id], taken=register.ids[:place])
    yield from _repeated(("effects",), [e.id for e in scenario.effects])
    for i, other in enumerate(scenario.moves_with):
        yield from _unknown(("moves_with", i), other, register.ids, "scenario")
    effects = [e.id for e in scenario.effects]
    for i, window in enumerate(scenario.observed):
        for name in window.effect_counts:
            yield from _unknown(("observed", i, "effect_counts", name), name, effects, "effect of this scenario")
    if scenario.cause.gate is not None:
        known = [e.id for e in scenario.events]
        yield from _repeated(("cause", "gate", "events"), known)
        yield from _unknown_events(("cause", "gate"), scenario.cause.gate, known)


def _unknown_events(path: tuple[str | int, ...], gate: GateNode, known: list[str]) -> Iterator[Found]:
    field = "of" if gate.kind == "at_least" else gate.kind
    for i, member in enumerate(gate.members):
        at = (*path, field) if gate.kind == "not" else (*path, field, i)
        if isinstance(member, str):
            yield from _unknown(at, member, known, "event of this gate")
        else:
            yield from _unknown_events(at, member, known)


def _unknown(path: tuple[str | int, ...], name: str, known: Iterable[str], noun: str) -> Iterator[Found]:
    names = list(known)
    if name not in names:
        close = words.nearest(name, names)
        remedy = f"write {close!r}" if close else f"use one of {words.listing(names, last='or', most=8)}"
        yield path, f"{name!r} is the id of no {noun}", remedy if names else "add it, or remove the reference"


def _repeated(path: tuple[str | int, ...], ids: list[str], taken: Iterable[str] = ()) -> Iterator[Found]:
    seen = set(taken)
    for i, one in enumerate(ids):
        if one in seen:
            at = (*path, i, "id") if path else ("id",)
            yield at, f"id {one!r} stands twice", "give each its own id"
        seen.add(one)
