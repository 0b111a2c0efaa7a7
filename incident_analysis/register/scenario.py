"""What a register is made of: scenarios with their causes, gates, effects and what was counted."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Discriminator, Field, PrivateAttr, Tag, model_validator

from incident_analysis import words
from incident_analysis.document import Part, Problem, WhenField
from incident_analysis.errors import ParameterError
from incident_analysis.register.ranges import ConsequenceRange, ProbabilityField, RateField, number_means_exact


class GateEvent(Part):
    """A basic event of a gate; events of one gate are taken as independent."""

    id: str
    what: str = ""
    probability: ProbabilityField | None = None


class GateNode(Part):
    """One of: any of its members, all of them, at least `at_least` of `of`, or not its member."""

    any_of: tuple[MemberField, ...] | None = None
    all_of: tuple[MemberField, ...] | None = None
    at_least: int | None = None
    of: tuple[MemberField, ...] | None = None
    not_: MemberField | None = Field(default=None, alias="not")

    @model_validator(mode="after")
    def _is_one(self) -> GateNode:
        kinds = [n for n in ("any_of", "all_of", "at_least", "not_") if getattr(self, n) is not None]
        if len(kinds) != 1 or (self.at_least is None) != (self.of is None):
            found = words.listing([k.rstrip("_") for k in kinds]) or "none of them"
            raise Problem(
                f"a gate holds one of any_of, all_of, at_least with of, not; found {found}",
                "keep one of them; put the others into a gate of their own inside it",
            )
        if not self.members:
            raise Problem("a gate without members", "name event ids, or gates again")
        if self.at_least is not None and not 1 <= self.at_least <= len(self.members):
            raise Problem(
                f"at least {self.at_least} of {len(self.members)}", f"give a number from 1 to {len(self.members)}"
            )
        return self

    @property
    def kind(self) -> Literal["any_of", "all_of", "at_least", "not"]:
        """Which of the four it is."""
        if self.any_of is not None:
            return "any_of"
        if self.all_of is not None:
            return "all_of"
        return "at_least" if self.at_least is not None else "not"

    @property
    def members(self) -> tuple[str | GateNode, ...]:
        """Event ids and gates below this one."""
        if self.not_ is not None:
            return (self.not_,)
        return self.any_of or self.all_of or self.of or ()

    @property
    def names(self) -> tuple[str, ...]:
        """The event ids below this gate, each once, in order."""
        found: dict[str, None] = {}
        for member in self.members:
            found |= dict.fromkeys((member,) if isinstance(member, str) else member.names)
        return tuple(found)


# Told apart by shape, so that an error speaks about the one that was meant.
MemberField = Annotated[
    Annotated[str, Tag("event")] | Annotated[GateNode, Tag("GateNode")],
    Discriminator(lambda member: "GateNode" if isinstance(member, dict | GateNode) else "event"),
]


class Gate(GateNode):
    """A cause that comes when its events come together; the events' probabilities are for a year."""

    events: tuple[GateEvent, ...] = ()


class ScenarioCause(Part):
    """What brings the effects about: with its rate, or as a gate of events."""

    what: str
    rate_per_year: RateField | None = None
    gate: Gate | None = None

    @model_validator(mode="after")
    def _one_way(self) -> ScenarioCause:
        if self.rate_per_year is not None and self.gate is not None:
            raise Problem("both a rate and a gate", "keep rate_per_year, or the gate that it comes from")
        return self


class ScenarioEffect(Part):
    """What may come of the cause."""

    id: str
    what: str
    probability: ProbabilityField | None = None
    consequence: ConsequenceRange | None = None


class Window(Part):
    """A time over which somebody counted."""

    from_: WhenField = Field(alias="from")
    until: WhenField
    exposure_years: float | None = Field(default=None, gt=0)
    counts: Literal["causes", "incidents"]
    cause_count: int | None = Field(default=None, ge=0)
    effect_counts: dict[str, Annotated[int, Field(ge=0)]] = Field(default_factory=dict)
    source: str = ""

    @model_validator(mode="after")
    def _fits(self) -> Window:
        if self.until.high <= self.from_.low:
            raise Problem(f"until {self.until} is not after from {self.from_}", "give the earlier time as `from`")
        if self.counts == "causes" and self.cause_count is None:
            raise Problem(
                "counts: causes, but no cause_count",
                "give the number of times the cause came, with or without an effect; else write counts: incidents",
            )
        if self.counts == "incidents" and self.cause_count is not None:
            raise Problem(
                "counts: incidents, with a cause_count",
                "write counts: causes if every time the cause came was counted; else remove cause_count",
            )
        for name, count in self.effect_counts.items():
            if self.cause_count is not None and count > self.cause_count:
                raise Problem(
                    f"effect {name!r} was counted {count} times, its cause {self.cause_count} times",
                    "count each cause once, and an effect at most once for each cause",
                )
        return self

    @property
    def years(self) -> float:
        """Its exposure in years: as stated, else from its ends."""
        return self.exposure_years if self.exposure_years is not None else years(self.from_.low, self.until.high)


class NearMiss(Part):
    """The cause without the effect, seen."""

    date: WhenField
    what: str
    source: str = ""


class Scenario(Part):
    """One scenario of the register."""

    id: str
    title: str
    as_of: WhenField
    owner: str = ""
    cause: ScenarioCause
    effects: tuple[ScenarioEffect, ...] = ()
    observed: tuple[Window, ...] = ()
    near_misses: tuple[NearMiss, ...] = ()
    near_miss_reporting: ProbabilityField | None = None
    cap: Annotated[ConsequenceRange, BeforeValidator(number_means_exact)] | float | None = None
    moves_with: tuple[str, ...] = ()
    treatment: str = ""
    notes: str = ""

    @model_validator(mode="after")
    def _holds_together(self) -> Scenario:
        windows = sorted(self.observed, key=lambda w: w.from_.low)
        for window in windows:
            if window.from_.low < self.as_of.low < window.until.high:
                raise Problem(
                    f"the window from {window.from_} to {window.until} begins before as_of {self.as_of}: "
                    "its first part is already in the prior",
                    "split it at as_of, with the counts of each part",
                )
        for first, second in pairwise(windows):
            if second.from_.low < first.until.low:
                raise Problem(
                    f"observed windows overlap: until {first.until}, then from {second.from_}",
                    "let each time be counted once",
                )
        return self

    @property
    def events(self) -> tuple[GateEvent, ...]:
        """The basic events of its gate; empty where it has none."""
        return self.cause.gate.events if self.cause.gate else ()


class Register(Part):
    """The scenarios of a register, by id; `read_register` makes one."""

    scenarios: tuple[Scenario, ...] = ()

    _path: Path | None = PrivateAttr(default=None)
    _lines: dict[tuple[str | int, ...], int] = PrivateAttr(default_factory=dict)

    @property
    def path(self) -> Path | None:
        """The file it was read from."""
        return self._path

    @property
    def ids(self) -> tuple[str, ...]:
        """The scenarios' ids, in order."""
        return tuple(s.id for s in self.scenarios)

    def __contains__(self, scenario_id: object) -> bool:
        return scenario_id in self.ids

    def __len__(self) -> int:
        return len(self.scenarios)

    def scenario(self, scenario_id: str) -> Scenario:
        """The scenario of an id.

        Raises
        ------
        ParameterError
            There is none; the nearest known id is named.
        """
        for scenario in self.scenarios:
            if scenario.id == scenario_id:
                return scenario
        close = words.nearest(scenario_id, self.ids)
        raise ParameterError(
            f"no scenario {scenario_id!r} in the register",
            remedy=f"write {close!r}" if close else f"use one of {words.listing(self.ids, last='or', most=8)}",
            where="scenario",
        )

    def line(self, scenario_id: str) -> int | None:
        """The line on which a scenario begins; None for a register made in a program."""
        place = self.ids.index(scenario_id)
        return self._lines.get((place,)) or self._lines.get(("scenarios", place))


def years(start: datetime, end: datetime) -> float:
    """The length of a time in years of 365.25 days."""
    return (end - start).total_seconds() / (365.25 * 86400)


GateNode.model_rebuild()
Gate.model_rebuild()
