"""What must hold between the parts of an incident: references that lead somewhere, an order that can be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from incident_analysis import words
from incident_analysis.incident.incident import Incident

Path = tuple[str | int, ...]
Found = tuple[Path, str, str]

#: Pairs of milestones whose order is certain by their definitions.
ORDER = (
    ("malfunction_began", "started"),
    ("malfunction_began", "restored"),
    ("started", "mitigated"),
    ("started", "restored"),
    ("started", "resolved"),
)


def problems(incident: Incident) -> Iterator[Found]:
    """What does not hold, as (path, what, remedy), in the order in which it is looked for."""
    yield from _name(incident)
    yield from _order(incident)
    yield from _ids(incident)
    yield from _references(incident)
    yield from _circles(incident)
    if not any(m.known for m in incident.moments):
        yield (
            ("times",),
            "no milestone has a time",
            'give at least one, for example `started: "2026-03-07T13:04:00Z"`, or a date where the minute is not known',
        )


def _name(incident: Incident) -> Iterator[Found]:
    # The id names the report's folder: it must not climb out of reports/, nor break a line of a message.
    name = incident.id
    if not name.strip(" .") or any(c in "/\\" or not c.isprintable() for c in name) or len(name.encode()) > 200:
        shown = repr(name if len(name) <= 60 else name[:60] + "…")
        yield (
            ("id",),
            f"{shown} cannot name a folder",
            "write a short name without / and \\, for example the date and two words: 2026-03-07-checkout",
        )


def _order(incident: Incident) -> Iterator[Found]:
    for first, second in ORDER:
        a, b = incident.moment(first), incident.moment(second)
        # Where malfunction_began is not stated it is `started`: that pair is looked at on its own.
        stated = getattr(incident.times, first) is not None and getattr(incident.times, second) is not None
        if a.time is None or b.time is None or not stated:
            continue
        earliest, latest = a.low or a.time, b.high or b.time
        if latest < earliest:
            yield (
                ("times", second),
                f"{second} {b.text} is before {first} {a.text}",
                "correct one of the two times; check their zones",
            )


def _ids(incident: Incident) -> Iterator[Found]:
    for name in ("timeline", "impact", "effects"):
        yield from _repeated(name, [part.id for part in getattr(incident, name)])
    yield from _repeated("causes", [cause.id for cause in incident.causes], taken=[e.id for e in incident.effects])
    seen: dict[str, str] = {}
    for category, i, action in incident.every_action:
        if action.id and action.id in seen:
            yield (
                ("actions", category, i, "id"),
                f"id {action.id!r} stands twice in actions",
                "give each action its own id",
            )
        seen[action.id] = category


def _repeated(name: str, ids: Iterable[str], taken: Iterable[str] = ()) -> Iterator[Found]:
    seen = set(taken)
    for i, one in enumerate(ids):
        if one and one in seen:
            yield (name, i, "id"), f"id {one!r} stands twice", "give each entry its own id"
        seen.add(one)


def _references(incident: Incident) -> Iterator[Found]:
    causes = [c.id for c in incident.causes]
    effects = [e.id for e in incident.effects]
    events = [e.id for e in incident.timeline if e.id]
    lines = [x.id for x in incident.impact if x.id]
    for i, cause in enumerate(incident.causes):
        others = [name for name in causes + effects if name != cause.id]
        # A cause that leads to itself is a circle, and told as one.
        named = [name for name in cause.leads_to if name != cause.id]
        yield from _unknown(("causes", i, "leads_to"), named, others, "cause or effect")
        yield from _unknown(("causes", i, "events"), cause.events, events, "event")
    for i, event in enumerate(incident.timeline):
        yield from _unknown(("timeline", i, "relates_to"), [event.relates_to], events, "event")
        yield from _unknown(("timeline", i, "causes"), event.causes, causes + effects, "cause or effect")
    for i, line in enumerate(incident.impact):
        for field in ("part_of", "conflicts_with"):
            yield from _unknown(("impact", i, field), [getattr(line, field)], lines, "impact line")
    for category, i, action in incident.every_action:
        yield from _unknown(
            ("actions", category, i, "cuts"), [cut.id for cut in action.cuts], causes + effects, "cause or effect"
        )
    if incident.risk is not None:
        for i, scenario in enumerate(incident.risk.scenarios):
            yield from _unknown(("risk", "scenarios", i, "impact"), scenario.impact, lines, "impact line")


def _unknown(path: Path, names: Iterable[str], known: list[str], noun: str) -> Iterator[Found]:
    for name in names:
        if name and name not in known:
            close = words.nearest(name, known)
            yield (
                path,
                f"{name!r} is the id of no {noun}",
                f"write {close!r}"
                if close
                else f"use one of {words.listing(known, last='or', most=8)}"
                if known
                else f"add the {noun}, or remove the reference",
            )


def _circles(incident: Incident) -> Iterator[Found]:
    arrows = {cause.id: cause.leads_to for cause in incident.causes}
    circle = circle_in(arrows)
    if circle:
        where = next(i for i, cause in enumerate(incident.causes) if cause.id == circle[0])
        yield (
            ("causes", where, "leads_to"),
            f"a circle of causes: {' → '.join(circle)}",
            "let each cause lead only to what came of it; remove one of these arrows",
        )
    nested = {line.id: (line.part_of,) for line in incident.impact if line.id and line.part_of}
    circle = circle_in(nested)
    if circle:
        where = next(i for i, line in enumerate(incident.impact) if line.id == circle[0])
        yield (
            ("impact", where, "part_of"),
            f"lines that are part of each other: {' → '.join(circle)}",
            "let `part_of` name the larger line only",
        )


def circle_in(arrows: Mapping[str, Iterable[str]]) -> list[str]:
    """The first circle in a directed graph, its first member repeated at the end; empty where there is none."""
    done: set[str] = set()
    for start in arrows:
        if start in done:
            continue
        trail: list[str] = [start]
        waiting = [iter(arrows.get(start, ()))]
        while waiting:
            step = next(waiting[-1], None)
            if step is None:
                waiting.pop()
                done.add(trail.pop())
            elif step in trail:
                return [*trail[trail.index(step) :], step]
            elif step not in done:
                trail.append(step)
                waiting.append(iter(arrows.get(step, ())))
    return []
