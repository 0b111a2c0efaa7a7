"""What an incident is made of. Field names are those of `incident.yaml`."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from incident_analysis.document import LengthField, Part, Problem, Range, WhenField

Certainty = Literal["exact", "approx", "day", "unknown", "not_yet"]
EventCertainty = Literal["exact", "approx", "day", "unknown"]
Actor = Literal["system", "staff", "customer", "third_party"]
EventKind = Literal[
    "signal",
    "alert",
    "acknowledgement",
    "failure",
    "consequence",
    "action",
    "decision",
    "communication",
    "observation",
    "deploy",
]
Relation = Literal["acknowledges", "caused_by", "resolves", "duplicates"]
ImpactKind = Literal["money", "customers", "requests", "data", "staff_hours", "deals", "reputation", "people", "other"]
#: The six categories of an action plan, in the order in which a postmortem tells them.
ACTION_CATEGORIES = ("resolution", "mitigation", "prevention", "monitoring", "resilience", "knowledge_sharing")


class Severity(StrEnum):
    """How grave an incident is: the highest level that applies."""

    P0 = "P0"
    P1 = "P1"
    P2 = "P2"
    P3 = "P3"
    P4 = "P4"
    P5 = "P5"
    P6 = "P6"

    @property
    def meaning(self) -> str:
        """What the level stands for."""
        return {
            "P0": "control of the infrastructure lost",
            "P1": "security",
            "P2": "data loss",
            "P3": "customers cannot access the service",
            "P4": "a primary function outside its SLO",
            "P5": "additional functionality impaired",
            "P6": "some degradation",
        }[self.value]

    @property
    def owes_postmortem(self) -> bool:
        """P0 to P4 owe a postmortem; P5 and P6 a record of one page."""
        return self.value <= "P4"


def _shorthand(field: str) -> BeforeValidator:
    """A plain text where fields are expected stands for the most important one of them."""
    return BeforeValidator(lambda value: {field: value} if isinstance(value, str) else value)


def _split(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Texts = Annotated[tuple[str, ...], BeforeValidator(_split)]


class SeverityChange(Part):
    """A level that the incident had for a while."""

    time: WhenField | None = None
    level: Severity
    reason: str = ""


class SeverityStatement(Part):
    """The severity, why, and how it changed."""

    level: Severity
    reason: str = ""
    history: tuple[SeverityChange, ...] = ()


class Triage(Part):
    """The first judgement."""

    time: WhenField | None = None
    severity: Severity | None = None
    team: str = ""
    strategy: str = ""


class Role(Part):
    """Who did what, and from when until when."""

    role: Literal["lead", "communication", "customer_representative", "framework_keeper", "scribe", "responder"]
    who: str = ""
    from_: WhenField | None = Field(default=None, alias="from")
    until: WhenField | None = None


class Confirmed(Part):
    """Who confirmed that the service was back."""

    time: WhenField | None = None
    by_role: str = ""
    customer_agrees: bool | None = None


class Informed(Part):
    """Who was told, when and how."""

    who: str
    when: WhenField | None = None
    how: str = ""


class Promise(Part):
    """What was said to come, to whom, and by when."""

    time: WhenField | None = None
    audience: str = ""
    about: str = ""
    expected_by: WhenField | None = None
    source: str = ""


class InterviewFile(Part):
    """An interview's minutes, a file in the incident's folder."""

    who: Literal["staff", "business", "impacted"]
    role: str = ""
    file: str


class Claim(Part):
    """One source's account of a milestone."""

    time: WhenField | None = None
    source: str = ""
    statement: str = ""


class Milestone(Part):
    """When something happened, how sure that is, and what the sources say."""

    time: WhenField | None = None
    certainty: Certainty | None = None
    within: LengthField | None = None
    statement: str = ""
    claims: tuple[Claim, ...] = ()
    chosen_because: str = ""

    @model_validator(mode="after")
    def _agree(self) -> Milestone:
        if self.time is None and self.certainty in ("exact", "approx", "day"):
            raise Problem(
                f"certainty {self.certainty} without a time",
                "give the time, or write certainty: unknown (nobody knows) or not_yet (has not happened)",
            )
        if self.time is not None and self.certainty in ("unknown", "not_yet"):
            raise Problem(f"a time that is {self.certainty}", "remove the time, or correct the certainty")
        if self.time is not None and self.certainty == "exact" and self.time.is_day:
            raise Problem("a whole day that is exact", "write certainty: day, or give the minute")
        return self


MilestoneField = Annotated[Milestone, _shorthand("time")]


class Times(Part):
    """The milestones of an incident."""

    malfunction_began: MilestoneField | None = None
    started: MilestoneField | None = None
    detected: MilestoneField | None = None
    acknowledged: MilestoneField | None = None
    mitigated: MilestoneField | None = None
    restored: MilestoneField | None = None
    resolved: MilestoneField | None = None


class Period(Part):
    """A stretch in which a service was down, degraded or read-only."""

    service: str = ""
    started: WhenField | None = None
    ended: WhenField | None = None
    kind: Literal["down", "degraded", "read_only"] = "down"
    share: float | None = Field(default=None, ge=0, le=1)
    certainty: EventCertainty | None = None

    @model_validator(mode="after")
    def _ends_after_start(self) -> Period:
        if self.started and self.ended and self.ended.high < self.started.low:
            raise Problem(
                f"the period ends at {self.ended}, before it starts at {self.started}", "swap or correct the two times"
            )
        return self


class Sli(Part):
    """Which events count, and which of them are good."""

    valid: str = ""
    good: str = ""


class Credit(Part):
    """What a customer gets back below a level."""

    below: float
    share_of_bill: float


class Slo(Part):
    """A service level objective."""

    service: str = ""
    target: float
    window: LengthField | None = None
    sli: Sli | None = None
    credits: tuple[Credit, ...] = ()

    @model_validator(mode="after")
    def _is_ratio(self) -> Slo:
        if not 0 < self.target < 1:
            raise Problem(f"target {self.target:g} is no ratio between 0 and 1", "write 0.999, not 99.9")
        return self


class Calendar(Part):
    """When the staff works."""

    zone: str = ""
    hours: str = ""
    days: Texts = ()
    holidays: Texts = ()


class ExchangeRate(Part):
    """What one currency was worth in another, on a date."""

    from_: str = Field(alias="from")
    to: str
    rate: float = Field(gt=0)
    date: WhenField | None = None
    source: str = ""


class EvidenceFile(Part):
    """An export in the incident's folder, and how it is to be read."""

    path: str
    format: str = ""
    zone: str = ""
    clock_offset_s: float | None = None
    service: str = ""
    since: WhenField | None = None
    until: WhenField | None = None


class Event(Part):
    """One line of the timeline. Without a time, its place in the list is its order."""

    id: str = ""
    time: WhenField | None = None
    certainty: EventCertainty | None = None
    within: LengthField | None = None
    end: WhenField | None = None
    kind: EventKind
    actor: Actor | None = None
    role: str = ""
    automatic: bool | None = None
    criticality: str = ""
    service: str = ""
    milestone: str = ""
    relates_to: str = ""
    relation: Relation | None = None
    causes: Texts = ()
    text: str
    why: str = ""
    source: str = ""
    source_id: str = ""
    zone: str = ""
    clock_offset_s: float | None = None
    include: bool = True
    note: str = ""


class ImpactLine(Part):
    """One consequence. `likely` alone is a figure as stated; only `low` is "at least"; none at all is unknown."""

    id: str = ""
    kind: ImpactKind
    what: str
    who: str = ""
    why: str = ""
    low: float | None = None
    likely: float | None = None
    high: float | None = None
    unit: str = ""
    of: float | None = None
    stated: str = ""
    certainty: Literal["counted", "stated", "reported", "estimate", "derived", "unknown"] | None = None
    bearer: Literal["customer", "staff", "company", "product", "partners", "public"] | None = None
    part_of: str = ""
    conflicts_with: str = ""
    together: str = ""
    role: Literal["loss", "gain", "context"] = "loss"
    note: str = ""
    source: str = ""
    evidence: Texts = ()

    @model_validator(mode="after")
    def _rises(self) -> ImpactLine:
        points = [x for x in (self.low, self.likely, self.high) if x is not None]
        if points != sorted(points):
            raise Problem(f"low, likely and high do not rise: {points}", "give low ≤ likely ≤ high")
        if points and points[0] < 0:
            raise Problem(f"a negative amount, {points[0]:g}", "give 0 or more; what was won has role: gain")
        return self


class Cause(Part):
    """A contributing factor; `leads_to` names other causes or effects."""

    id: str
    text: str
    kind: Literal["trigger", "latent", "contributing"] = "contributing"
    category: str = ""
    probability: Range | float | None = None
    leads_to: Texts = ()
    events: Texts = ()


class Effect(Part):
    """What came of the causes."""

    id: str
    text: str


class RiskScenario(Part):
    """A scenario of the register that this incident is an instance of."""

    id: str
    cause_occurred: bool | None = None
    effects: Texts = ()
    impact: Texts = ()


class Risk(Part):
    """How the risk had been seen before."""

    register_: str = Field(default="", alias="register")
    initial_consideration: str = ""
    scenarios: tuple[RiskScenario, ...] = ()


class Cut(Part):
    """A cause or effect that an action cuts, and by what share (not stated: unknown)."""

    id: str
    share: Range | None = None


class Rule(Part):
    """An alert rule."""

    metric: str
    op: str = ""
    threshold: float | str | None = None
    for_: LengthField | None = Field(default=None, alias="for")


class Revision(Part):
    """A document that an action revises."""

    document: str
    kind: str = ""


class Action(Part):
    """Something done or to be done."""

    id: str = ""
    text: str
    status: Literal["done", "planned", "in_progress", "rejected"] | None = None
    automatic: bool | None = None
    owner: str = ""
    opened: WhenField | None = None
    due: WhenField | None = None
    closed: WhenField | None = None
    cost: Range | str | None = None
    cuts: tuple[Annotated[Cut, _shorthand("id")], ...] = ()
    revises: tuple[Annotated[Revision, _shorthand("document")], ...] = ()
    rule: Rule | None = None


ActionsField = tuple[Annotated[Action, _shorthand("text")], ...]


class Actions(Part):
    """The action plan."""

    resolution: ActionsField = ()
    mitigation: ActionsField = ()
    prevention: ActionsField = ()
    monitoring: ActionsField = ()
    resilience: ActionsField = ()
    knowledge_sharing: ActionsField = ()


class Unknown(Part):
    """Something that we know we do not know."""

    text: str
    about: str = ""
    would_change: str = ""
    closed_by: str = ""
    owner: str = ""


class PublishedCheck(Part):
    """A further interval that a source publishes."""

    name: str = ""
    minutes: float
    from_: str = Field(alias="from")
    to: str
    statement: str = ""
    source: str = ""
    tolerance_minutes: float = 0


class Published(Part):
    """What the sources themselves say about the duration."""

    duration_minutes: float | None = None
    statement: str = ""
    stated_as: str = ""
    source: str = ""
    measures: Texts = ()
    tolerance_minutes: float = 0
    known_mismatch: str = ""
    circular: bool = False
    checks: tuple[PublishedCheck, ...] = ()


UnknownField = Annotated[Unknown, _shorthand("text")]
SeverityField = Annotated[SeverityStatement, _shorthand("level")]
