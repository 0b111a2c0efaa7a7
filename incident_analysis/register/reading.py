"""From a file to a Register, and the checks between its parts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from incident_analysis import document, files, words
from incident_analysis.errors import PathError, RegisterError
from incident_analysis.register.scenario import GateNode, Register, Scenario

FILE_NAME = "risk_register.yaml"


def read_register(path: str | Path) -> Register:
    """Read a risk register.

    Parameters
    ----------
    path : str or Path
        A YAML file: a list of scenarios; or a folder that holds a `risk_register.yaml`. A relative path is looked up
        from the working folder and then from each of its parents.

    Returns
    -------
    Register
        Frozen.

    Raises
    ------
    PathError
        There is no such file.
    RegisterError
        The text does not parse or does not hold together: file, line, field and remedy are named.
    """
    source = files.find_upwards(path)
    if source is not None and files.is_folder(source):
        source = source / FILE_NAME
    if source is None or not files.is_file(source):
        raise PathError("no such register", remedy=f"check the path; a register is a {FILE_NAME}", where=str(path))
    where = str(path)
    register, read = document.parse(
        Register, files.read_text(source), where=where, error=RegisterError, draft=False, root="scenarios"
    )
    prefix: tuple[str | int, ...] = () if isinstance(read.value, list) else ("scenarios",)
    for place, scenario in enumerate(register.scenarios):
        for step, what, remedy in _between(register, place, scenario):
            at = (*prefix, place, *step)
            raise RegisterError(
                what, remedy=remedy, where=f"{where}, line {read.line(at)}, {document.field_name(at) or 'scenarios'}"
            )
    register._path = source
    register._lines = read.lines
    return register


def find_register(folder: str | Path | None, name: str = "") -> Path | None:
    """The register that an incident's folder means by a name; None where there is none.

    Parameters
    ----------
    folder : str or Path or None
        The incident's folder.
    name : str
        As `risk.register` gives it; `risk_register.yaml` where it gives none. It is looked for in the folder, in the
        two folders above it (a register is shared by many incidents) and in the project's `data`.
    """
    if folder is None:
        return None
    home = Path(folder).resolve()
    name = name or FILE_NAME
    places = [home, *list(home.parents)[:2]]
    root = files.project_root(home)
    if root is not None:
        places.append(root / "data")
    return next((p / name for p in places if files.is_file(files.inside(p, name))), None)


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
