"""The Incident, and its milestones as intervals of time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from pydantic import PrivateAttr, model_validator

from incident_analysis import words
from incident_analysis.document import LengthField, Part, When, WhenField
from incident_analysis.errors import ParameterError
from incident_analysis.incident.parts import (
    ACTION_CATEGORIES,
    Action,
    Actions,
    Calendar,
    Cause,
    Claim,
    Confirmed,
    Effect,
    Event,
    EvidenceFile,
    ExchangeRate,
    ImpactLine,
    Informed,
    InterviewFile,
    Milestone,
    Period,
    Promise,
    Published,
    Risk,
    Role,
    SeverityField,
    Slo,
    Texts,
    Times,
    Triage,
    UnknownField,
)

#: The milestones, in the order in which they are told.
MILESTONES = (
    "malfunction_began",
    "started",
    "detected",
    "acknowledged",
    "mitigated",
    "restored",
    "resolved",
)

MomentCertainty = Literal["exact", "approx", "day", "open", "unknown"]


@dataclass(frozen=True, slots=True)
class Moment:
    """A milestone as it can be computed with.

    Parameters
    ----------
    name : str
    certainty : {"exact", "approx", "day", "open", "unknown"}
        "open": it had not happened at `as_of`; "unknown": nobody knows when, or whether, it did.
    time : datetime or None
        UTC; the midnight of the day where only the day is known.
    low, high : datetime or None
        Bounds, UTC. None where no source gives the width; `high` is None for an open milestone, whose `low` is `as_of`.
    statement, chosen_because : str
    claims : tuple of Claim
    """

    name: str
    certainty: MomentCertainty
    time: datetime | None = None
    low: datetime | None = None
    high: datetime | None = None
    statement: str = ""
    claims: tuple[Claim, ...] = ()
    chosen_because: str = ""

    @property
    def known(self) -> bool:
        """Whether it has a time, be it only a day."""
        return self.time is not None

    @property
    def text(self) -> str:
        """The time in words, with its certainty."""
        if self.certainty == "open":
            return "not yet" + (f" (as of {words.instant(self.low)})" if self.low else "")
        if self.time is None:
            return "unknown"
        if self.certainty == "day":
            return f"{self.time:%Y-%m-%d} (the minute is not known)"
        if self.low is not None and self.high is not None and self.low != self.high:
            same_day = self.low.date() == self.high.date()
            span = f"{words.instant(self.low)[:-4]}–{words.instant(self.high, day=not same_day)}"
            return span if self.low <= self.time <= self.high else f"{words.instant(self.time)} [{span}]"
        return ("about " if self.certainty == "approx" else "") + words.instant(self.time)


class Incident(Part):
    """An incident as its folder tells it; `read_incident` makes one.

    Everything but id, title, severity and one time may be missing: then it is None or empty, never zero.
    """

    id: str
    title: str
    #: Whether it was practised on purpose: its fault is made up, and no history counts it as an incident.
    drill: bool = False
    organisation: str = ""
    status: Literal["draft", "in_review", "final"] = "draft"
    as_of: WhenField | None = None
    services: Texts = ()
    severity: SeverityField
    triage: Triage | None = None
    roles: tuple[Role, ...] = ()
    confirmed: Confirmed | None = None
    informed: tuple[Informed, ...] = ()
    promises: tuple[Promise, ...] = ()
    interviews: tuple[InterviewFile, ...] = ()
    times: Times
    periods: tuple[Period, ...] = ()
    slo: tuple[Slo, ...] = ()
    #: How far back lost data may go, such as "15min".
    recovery_point_objective: LengthField | None = None
    calendar: Calendar | None = None
    rates: tuple[ExchangeRate, ...] = ()
    evidence: tuple[EvidenceFile, ...] = ()
    timeline: tuple[Event, ...] = ()
    impact: tuple[ImpactLine, ...] = ()
    causes: tuple[Cause, ...] = ()
    effects: tuple[Effect, ...] = ()
    risk: Risk | None = None
    actions: Actions = Actions()
    unknowns: tuple[UnknownField, ...] = ()
    published: Published | None = None
    provenance: str = ""
    source_urls: Texts = ()
    notes: str | Texts = ""

    _folder: Path | None = PrivateAttr(default=None)
    _lines: dict[tuple[str | int, ...], int] = PrivateAttr(default_factory=dict)
    #: Instants in the folder's other files.
    _further: tuple[datetime, ...] = PrivateAttr(default=())

    @model_validator(mode="before")
    @classmethod
    def _empty_means_absent(cls, data: Any) -> Any:
        # `causes:` with nothing behind it is how a template leaves a part open.
        return {k: v for k, v in data.items() if v is not None} if isinstance(data, dict) else data

    @property
    def folder(self) -> Path | None:
        """The folder it was read from; None for one that was made in a program."""
        return self._folder

    @property
    def made_up(self) -> bool:
        """Whether the incident says of itself that it is made up."""
        return any("made up" in text.lower() or "made-up" in text.lower() for text in (self.organisation, self.title))

    @property
    def subject(self) -> str:
        """The title with whose service it was: what stands below a chart's heading."""
        return f"{self.title}, {self.organisation}" if self.organisation else self.title

    def line(self, *path: str | int) -> int | None:
        """The line of `incident.yaml` that holds a value; None for an incident made in a program."""
        while path and path not in self._lines:
            path = path[:-1]
        return self._lines.get(path)

    def where(self, *path: str | int) -> str:
        """The place of a value, as evidence names it: `line 12`."""
        line = self.line(*path)
        return f"line {line}" if line else ""

    @property
    def seen_at(self) -> datetime:
        """The instant at which the incident is told: `as_of`, else the latest instant in its folder."""
        if self.as_of is not None:
            return self.as_of.low
        instants = [w.low for w in _instants(self)]
        return max([*instants, *self._further], default=datetime(1970, 1, 1, tzinfo=UTC))

    def moment(self, name: str) -> Moment:
        """A milestone as an interval of time.

        With several claims about the same fact the interval runs from the first to the last; a date is that whole UTC
        day; "approx" without `within` has no bounds, since nobody states its width. `malfunction_began` is `started`
        where it is absent.

        Parameters
        ----------
        name : str
            One of `MILESTONES`.

        Raises
        ------
        ParameterError
            There is no such milestone.
        """
        if name not in MILESTONES:
            close = words.nearest(name, MILESTONES)
            raise ParameterError(
                f"no milestone {name!r}",
                remedy=f"write {close!r}" if close else f"use one of {', '.join(MILESTONES)}",
                where="milestone",
            )
        stated: Milestone | None = getattr(self.times, name)
        if stated is None and name == "malfunction_began":
            stated = self.times.started
        if stated is None:
            return Moment(name, "unknown", statement="not stated")
        moment = _moment(name, stated)
        # Seen from an earlier `as_of`, what came later has not happened yet.
        if moment.certainty == "open" or (moment.time and self.as_of and moment.time > self.as_of.high):
            # What a source says of a time that is still to come is not known yet either.
            known = moment.certainty == "open"
            statement, claims = (stated.statement, stated.claims) if known else ("", ())
            return Moment(name, "open", low=self.seen_at, statement=statement, claims=claims)
        return moment

    @property
    def moments(self) -> tuple[Moment, ...]:
        """All milestones, in the order of `MILESTONES`."""
        return tuple(self.moment(name) for name in MILESTONES)

    def is_later(self, time: When | None) -> bool:
        """Whether something lies after `as_of`, so that it has not happened yet."""
        return time is not None and self.as_of is not None and time.low > self.as_of.high

    @property
    def told_early(self) -> bool:
        """Whether the folder knows more than is told, because `as_of` lies before it."""
        times = [getattr(self.times, name) for name in MILESTONES]
        return any(self.is_later(m.time) for m in times if m is not None) or any(
            self.is_later(event.time) for event in self.timeline
        )

    @property
    def is_open(self) -> bool:
        """Whether the service was not restored at `as_of`."""
        return self.moment("restored").certainty == "open"

    @property
    def every_action(self) -> tuple[tuple[str, int, Action], ...]:
        """The actions with their category and their place in it."""
        return tuple(
            (category, i, action)
            for category in ACTION_CATEGORIES
            for i, action in enumerate(getattr(self.actions, category))
        )

    def at(self, as_of: Any) -> Incident:
        """The same incident as seen at another instant."""
        from incident_analysis.document import Problem, when

        try:
            changed = self.model_copy(update={"as_of": when(as_of)})
        except Problem as problem:
            raise ParameterError(problem.what, remedy=problem.remedy, where="as_of") from None
        return changed


def _moment(name: str, stated: Milestone) -> Moment:
    claims = [c.time for c in stated.claims if c.time is not None]
    certainty = stated.certainty
    if certainty == "not_yet":
        return Moment(name, "open", statement=stated.statement, claims=stated.claims)
    if stated.time is None:
        return Moment(name, "unknown", statement=stated.statement, claims=stated.claims)
    low: datetime | None = None
    high: datetime | None = None
    time = stated.time.low
    if stated.time.is_day or certainty == "day":
        low = time.replace(hour=0, minute=0, second=0, microsecond=0)
        low, high, certainty = low, stated.time.high if stated.time.is_day else _shift(low, _day()), "day"
        time = low
    elif stated.within is not None:
        low, high = _shift(time, -stated.within), _shift(time, stated.within)
    elif certainty != "approx":
        low = high = time
    if len(claims) > 1 or (claims and claims[0].low != stated.time.low):
        ends = [c.low for c in claims] + [c.high for c in claims] + [x for x in (low, high, time) if x is not None]
        low, high = min(ends), max(ends)
        if low != high and certainty in (None, "exact"):
            certainty = "approx"
    sure: MomentCertainty = certainty if certainty in ("approx", "day") else "exact"  # type: ignore[assignment]
    return Moment(name, sure, time, low, high, stated.statement, stated.claims, stated.chosen_because)


def _shift(time: datetime, by: timedelta) -> datetime:
    """A bound, held inside the years that a datetime can tell."""
    try:
        return time + by
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC) if by > timedelta(0) else datetime.min.replace(tzinfo=UTC)


def _day() -> Any:
    from incident_analysis.document import DAY

    return DAY


def _instants(part: Any) -> Iterator[When]:
    if isinstance(part, When):
        yield part
    elif isinstance(part, Part):
        for name in type(part).model_fields:
            # Dates of the action plan and of exchange rates lie in the future, or long before.
            if name not in ("actions", "rates", "expected_by", "promises", "slo", "published"):
                yield from _instants(getattr(part, name))
    elif isinstance(part, tuple):
        for one in part:
            yield from _instants(one)
