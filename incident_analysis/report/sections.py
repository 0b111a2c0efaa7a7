"""The report's sections, in their fixed order, from an incident, its findings and what people wrote."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from incident_analysis import files, timeline, words
from incident_analysis.charts.chart import Chart
from incident_analysis.errors import IncidentAnalysisError
from incident_analysis.estimate import Estimate
from incident_analysis.findings import Finding
from incident_analysis.findings.postmortem import open_questions
from incident_analysis.incident import Incident
from incident_analysis.report import closing, people, plan, rows, tables
from incident_analysis.report import figures as live
from incident_analysis.report.model import (
    Block,
    Document,
    Figure,
    Heading,
    KeyFigure,
    KeyFigures,
    Link,
    Note,
    Paragraph,
    Section,
    paragraphs,
    plain,
)
from incident_analysis.report.provenance import Run

TITLES = {
    "tldr": "TL;DR",
    "description": "Description",
    "consequences": "Consequences",
    "risk_analysis": "Risk Analysis",
    "action_plan": "Action Plan",
    "timeline": "Timeline",
    "interviews": "Interview minutes",
}
# The notebook that answers a section's questions; interviews are people's alone.
NOTEBOOKS = {
    "tldr": "postmortem",
    "description": "postmortem",
    "consequences": "consequences",
    "risk_analysis": "risk_analysis",
    "action_plan": "postmortem",
    "timeline": "timeline",
}
# The TL;DR is one paragraph each, without headings.
_LABELS = {
    "tldr-times": "When.",
    "tldr-description": "Description.",
    "tldr-consequences": "Consequences.",
    "tldr-action-plan": "Action plan.",
    "tldr-assumptions": "Assumptions.",
}
_ENDINGS = {
    "failed": "a cell of it failed",
    "died": "its process ended",
    "exited": "a cell ended it",
    "timed_out": "it was stopped at its time limit",
}


@dataclass
class Material:
    """All that the sections are made from."""

    incident: Incident
    findings: Sequence[Finding]
    people: people.People
    report: Path | None = None
    runs: Sequence[Run] = ()
    unreadable: Sequence[str] = ()
    inputs: Mapping[str, str] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, object] = field(default_factory=dict)
    events: pd.DataFrame = field(init=False)
    measured: dict[str, Estimate] = field(init=False)
    claims: dict[str, list[rows.Claim]] = field(init=False)
    figures: dict[str, str] = field(init=False)
    questions: Finding = field(init=False)
    placed_elsewhere: set[str] = field(init=False)

    def __post_init__(self) -> None:
        recorded = [finding for finding in self.findings if finding.id == "open-questions"]
        self.questions = recorded[0] if recorded else open_questions(self.incident)
        self.events = timeline.events(self.incident)
        self.measured = tables.estimates(timeline.durations(self.incident))
        self.claims = {finding.id: rows.claims(finding.estimates) for finding in self.findings}
        self.figures = live.of(self.incident, self.findings, measured=self.measured, claims=self.claims)
        self.placed_elsewhere = set()
        if "timeline" not in self.people.instead:
            self.placed_elsewhere |= {str(identity) for identity in self.events["event_id"]}
        if "action_plan" not in self.people.instead:
            self.placed_elsewhere |= {action.id for _, _, action in self.incident.every_action}

    def of(self, section: str) -> list[Finding]:
        """The findings of a section; the open questions stand behind all sections."""
        return [f for f in self.findings if f.section == section and f.id != self.questions.id]

    def answered(self, identity: str) -> bool:
        """Whether there is a finding of this id."""
        return any(finding.id == identity for finding in self.findings)

    def comments(self, *names: str) -> list[Note]:
        """People's comments on any of these, as notes; each is shown once."""
        found = []
        for text in self.people.comments_on(*names):
            head, _, rest = text.partition(": ")
            found.append(Note(f"{head}:", rest, "comment"))
        return found

    def comments_in_table(self, *names: str) -> tuple[str, ...]:
        """As rows of a finding's table; events and actions have tables of their own, where theirs stand."""
        return self.people.comments_on(*[name for name in names if name not in self.placed_elsewhere])


def document(material: Material) -> Document:
    """The whole report of one incident."""
    incident = material.incident
    sections = tuple(section(material, name) for name in TITLES)
    level = incident.severity.level
    reason = f" {words.sentence(incident.severity.reason)}" if incident.severity.reason else ""
    return Document(
        title=incident.title,
        kicker=f"{'Postmortem' if level.owes_postmortem else 'Incident record'} · {tables.spaced(incident.status)}",
        badge=(level.value, words.sentence(level.meaning) + reason),
        facts=tuple(_facts(incident)),
        banner=tuple(_banner(material)),
        lead=(key_figures(material.measured),),
        sections=(*sections, *closing.sections(material)),
        back=Link("All incidents", "../index.html"),
    )


def _facts(incident: Incident) -> Iterable[tuple[str, str]]:
    began = next((m for m in (incident.moment("started"), *incident.moments) if m.known), None)
    yield "Organisation", incident.organisation or tables.NOT_STATED
    yield "Date", f"{began.time:%Y-%m-%d}" if began and began.time else "unknown"
    yield "Services", words.listing(incident.services) or tables.NOT_STATED
    yield "Id", incident.id
    leads = [role.who for role in incident.roles if role.role == "lead" and role.who]
    if leads:
        yield "Lead", words.listing(leads)


def _banner(material: Material) -> Iterable[Note]:
    incident = material.incident
    if incident.made_up:
        yield Note("Made up.", "This incident is an example: its organisation and its figures are invented.", "warning")
    if incident.status != "final":
        title = "In review." if incident.status == "in_review" else "Draft."
        text = f"{material.questions.sentence} The section “{closing.OPEN_QUESTIONS}” lists them."
        yield Note(title, text, "warning")
    elif incident.told_early:
        said = "What lies after this instant is left out; the folder knows more."
        yield Note(f"Told as of {incident.as_of}.", said, "warning")
    if incident.is_open:
        yield Note("Not over.", "The service is not restored yet.", "warning")


def key_figures(measured: Mapping[str, Estimate]) -> KeyFigures:
    """Time to detect, to acknowledge and to restore; an unknown one is said in words."""
    items = []
    for name in ("time_to_detect", "time_to_acknowledge", "time_to_restore"):
        estimate = measured[name]
        if not estimate.known:
            items.append(KeyFigure(tables.DURATION_NAMES[name], "unknown", words.sentence(estimate.reason), False))
            continue
        start, end = (tables.MILESTONE_NAMES[x].lower() for x in timeline.DURATIONS[name])
        items.append(KeyFigure(tables.DURATION_NAMES[name], *_said(estimate, f"From “{start}” to “{end}”")))
    return KeyFigures(tuple(items))


def _said(estimate: Estimate, between: str) -> tuple[str, str]:
    figure, bracket, interval = estimate.figure.partition(" [")
    parts = [between]
    if bracket:
        parts.append(f"{estimate.interval} {interval.rstrip(']').replace(', ', ' to ')}")
    parts.append(estimate.method)
    return figure, words.sentence("; ".join(part for part in parts if part))


# ---- one section ---------------------------------------------------------------------------------------------------


def section(material: Material, name: str) -> Section:
    """One of the seven sections: people's words, then the generated part, unless they stand instead of it."""
    wrote = material.people
    blocks: list[Block] = list(material.comments(name, TITLES[name]))
    if name in wrote.texts:
        said, notes = people.prepare(wrote.texts[name], f"text/{name}.md", material.figures)
        blocks += [said, *notes]
    blocks += _gaps(material, name)
    if name not in wrote.instead:
        blocks += _GENERATED[name](material)
    if not blocks:
        blocks.append(Paragraph("Nothing is stated."))
    return Section(name, TITLES[name], tuple(blocks))


def _gaps(material: Material, name: str) -> Iterable[Note]:
    """What is missing in a section, because its notebook did not run or did not run to its end."""
    notebook = NOTEBOOKS.get(name)
    if notebook is None:
        return
    # What the logs tell stands in the timeline, what the timeline assumes in the TL;DR: neither for its notebook.
    of_logs = [f.id.partition("-")[0] == "logs" or f.id == "tldr-assumptions" for f in material.of(name)]
    yield from _gap(material, notebook, found=not all(of_logs), needed=True)
    if name == "timeline":
        yield from _gap(material, "log_analysis", found=any(of_logs), needed=False)


def _gap(material: Material, notebook: str, *, found: bool, needed: bool) -> Iterable[Note]:
    run = next((run for run in material.runs if run.notebook == notebook), None)
    if run is not None and not run.ok:
        why = _ENDINGS.get(run.status, run.status)
        rest = (
            "What stands here from findings is of an earlier run and may be out of date."
            if found
            else "Its findings are missing; what is stated in the incident's file stands below."
            if needed
            else "Its findings are missing."
        )
        error = " ".join(plain(run.error).split()[:60])
        said = f" Its message: {words.sentence(error)}" if error else ""
        yield Note(
            f"The last recorded run of the notebook “{notebook}” did not reach its end: {why}.", f"{rest}{said}", "gap"
        )
    elif needed and not found:
        text = "What is stated in the incident's file stands below."
        yield Note(f"No findings of the notebook “{notebook}” for this section.", text, "gap")


def finding_blocks(material: Material, finding: Finding, *, table: bool = True) -> list[Block]:
    """A finding: question, answer, table, charts, reservations, and people's comments on it."""
    blocks: list[Block] = []
    label = _LABELS.get(finding.id, "")
    if finding.question and not label:
        blocks.append(Heading(finding.question, anchor=f"finding-{finding.id}"))
    for place, part in enumerate(paragraphs(finding.sentence)):
        blocks.append(Paragraph(part, label=label if place == 0 else ""))
    blocks += [picture(chart, material.report) for chart in finding.charts]
    if table and finding.table is not None:
        blocks += tables.of_frame(finding.table, material.comments_in_table)
    blocks += [Paragraph(note, label="Note:", small=True) for note in finding.notes]
    names = () if finding.estimates is None else tuple(str(n) for n in finding.estimates["name"])
    # A comment on a measure stands with the measures, wherever else its figure is quoted.
    return blocks + material.comments(finding.id, *[n for n in names if n not in timeline.DURATIONS])


def picture(chart: Chart, report: Path | None) -> Figure:
    """A chart with its drawing, where its file is there."""
    drawing = None
    if report is not None:
        try:
            drawing = files.read_bytes(files.inside(report, chart.svg, where="chart"))
            files.inside(report, chart.png, where="chart")
        except IncidentAnalysisError:
            drawing = None
    # Its title is drawn in the picture: no caption repeats it.
    return Figure(chart.png, chart.alt or chart.title, drawing=drawing)


def _findings(material: Material, name: str) -> list[Block]:
    return [block for finding in material.of(name) for block in finding_blocks(material, finding)]


def _tldr(material: Material) -> list[Block]:
    blocks: list[Block] = []
    # The three paragraphs first: what happened, what it cost, what is done; then the times, with their sources.
    for finding in sorted(material.of("tldr"), key=lambda f: f.id == "tldr-times"):
        blocks += finding_blocks(material, finding)
    if not material.answered("tldr-times"):
        names = ("malfunction_began", "detected", "restored")
        blocks.append(tables.moments(material.incident, names, material.people.comments_on))
    return blocks


def _description(material: Material) -> list[Block]:
    return [*_findings(material, "description"), *plan.procedure(material.incident)]


def _consequences(material: Material) -> list[Block]:
    blocks = _findings(material, "consequences")
    if not material.answered("consequences"):
        ledger = tables.ledger(material.incident, material.people.comments_on)
        blocks.append(Heading("Every consequence that is stated"))
        blocks.append(ledger or Paragraph("None is stated: that is unknown, not zero."))
    return blocks + tables.rates(material.incident)


def _risk_analysis(material: Material) -> list[Block]:
    blocks: list[Block] = []
    risk = material.incident.risk
    if risk is not None and risk.initial_consideration and not material.answered("risk-initial-consideration"):
        blocks.append(Paragraph(risk.initial_consideration, label="How the risk was seen before:"))
    blocks += _findings(material, "risk_analysis")
    if not (material.answered("contributing-factors") or material.answered("risk-causes")):
        causes = tables.causes(material.incident, material.people.comments_on)
        blocks.append(Heading("Contributing factors and chains of causes"))
        blocks.append(causes or Paragraph("None is stated."))
    return blocks


def _action_plan(material: Material) -> list[Block]:
    blocks: list[Block] = []
    for finding in material.of("action_plan"):
        # The plan itself stands below, category by category.
        blocks += finding_blocks(material, finding, table=finding.id != "actions")
    return [*blocks, *plan.actions(material.incident, material.people.comments_on)]


def _timeline(material: Material) -> list[Block]:
    comments = material.people.comments_on
    blocks = _findings(material, "timeline")
    if not material.answered("response-times"):
        blocks += [Heading("How long it took"), tables.durations(material.measured, comments)]
    if not material.answered("milestones"):
        blocks += [Heading("Milestones"), tables.moments(material.incident, tables.MILESTONE_NAMES, comments)]
    if not material.answered("periods"):
        periods = tables.periods(material.incident)
        blocks += [Heading("When which service was affected"), periods] if periods else []
    blocks.append(Heading("Every event"))
    shown = tables.events(material.events, comments)
    if not shown.rows:
        return [*blocks, Paragraph("No event is stated.")]
    blocks.append(shown)
    if len(shown.rows) < len(material.events):
        said = "Events marked “include: false” in the incident's folder are not shown."
        blocks.append(Paragraph(said, small=True))
    return blocks


def _interviews(material: Material) -> list[Block]:
    blocks: list[Block] = _findings(material, "interviews")
    for interview in material.people.interviews:
        who = ", ".join(x for x in (tables.spaced(interview.who), tables.spaced(interview.role)) if x)
        blocks.append(Heading(words.sentence(who)[:-1] if who else interview.file))
        public = {True: "may be published", False: "not to be published", None: "not stated whether public"}
        facts = [interview.date or "date not stated", public[interview.public], interview.file]
        facts += [f"{name}: {value}" for name, value in interview.facts]
        blocks.append(Paragraph(words.sentence("; ".join(facts)), small=True))
        if interview.gap:
            blocks.append(Note("These minutes are incomplete:", words.sentence(interview.gap), "gap"))
        if interview.text.strip():
            said, notes = people.prepare(interview.text, interview.file, material.figures)
            blocks += [said, *notes]
    if not blocks:
        blocks.append(Paragraph("No interview is recorded."))
    return blocks


_GENERATED = {
    "tldr": _tldr,
    "description": _description,
    "consequences": _consequences,
    "risk_analysis": _risk_analysis,
    "action_plan": _action_plan,
    "timeline": _timeline,
    "interviews": _interviews,
}
