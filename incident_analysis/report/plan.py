"""The action plan, and who did what: tables of what people decided, arranged and promised."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from incident_analysis import words
from incident_analysis.document import Range
from incident_analysis.estimate import Estimate
from incident_analysis.findings.phrases import CATEGORY_NAMES, NOT_STATED
from incident_analysis.incident import Action, Incident, Severity
from incident_analysis.report.model import Block, Heading, Inline, Listing, Paragraph, Row
from incident_analysis.report.tables import Comments, filled, spaced, stated

ROLE_NAMES = {
    "lead": "Lead",
    "communication": "Communication",
    "customer_representative": "Customer representative",
    "framework_keeper": "Framework keeper",
    "scribe": "Scribe",
    "responder": "Responder",
}

# ---- the action plan -----------------------------------------------------------------------------------------------

_ACTION_COLUMNS = ("Id", "Action", "Status", "Owner", "Opened", "Due", "Closed", "How", "Cuts", "Cost", "Further")


def actions(incident: Incident, comments: Comments) -> list[Block]:
    """The six categories; an empty one is said in words."""
    texts = {cause.id: cause.text for cause in incident.causes} | {e.id: e.text for e in incident.effects}
    blocks: list[Block] = []
    for category, title in CATEGORY_NAMES.items():
        every: tuple[Action, ...] = getattr(incident.actions, category)
        blocks.append(Heading(title, anchor=f"action_plan-{category}"))
        if not every:
            blocks.append(Paragraph("None stated."))
            continue
        table = filled(_ACTION_COLUMNS, [_action(action, comments, texts) for action in every], keep=(1,), main=1)
        if len(table.columns) == 1 and not any(row.notes for row in table.rows):
            blocks.append(Listing(tuple(row.cells[0] for row in table.rows)))
        else:
            blocks.append(table)
    bare = all(not a.status and not a.owner and a.due is None for _, _, a in incident.every_action)
    if incident.every_action and bare:
        blocks.append(Paragraph("Status, owner and due date of these actions are not stated.", small=True))
    return blocks


def _action(action: Action, comments: Comments, texts: Mapping[str, str]) -> Row:
    further = [f"revises {r.document}" + (f" ({r.kind})" if r.kind else "") for r in action.revises]
    if action.rule:
        rule = action.rule
        lasting = f" for {words.duration(rule.for_.total_seconds())}" if rule.for_ else ""
        threshold = words.number(rule.threshold) if isinstance(rule.threshold, float) else stated(rule.threshold)
        further.append(f"alert rule: {rule.metric} {rule.op} {threshold}{lasting}")
    cells: tuple[Inline, ...] = (
        action.id,
        action.text,
        spaced(action.status or NOT_STATED),
        action.owner or NOT_STATED,
        stated(action.opened),
        stated(action.due),
        stated(action.closed),
        NOT_STATED if action.automatic is None else "automatic" if action.automatic else "by hand",
        "; ".join(texts.get(cut.id, cut.id) + (f" ({span(cut.share)})" if cut.share else "") for cut in action.cuts),
        span(action.cost),
        "; ".join(further),
    )
    return Row(tuple(cell or NOT_STATED for cell in cells), comments(action.id) if action.id else ())


def span(value: Range | str | None) -> str:
    """A range in words."""
    if value is None or isinstance(value, str):
        return value or NOT_STATED
    if value.value is not None:
        return words.quantity(value.value, value.unit)
    if not value.known:
        return "unknown"
    return Estimate(value.likely, value.low, value.high, interval="stated", unit=value.unit).figure


# ---- people and procedure ------------------------------------------------------------------------------------------


def procedure(incident: Incident) -> list[Block]:
    """Severity, triage, roles, confirmation, who was told and what was promised; what nobody stated is left out."""
    first, done = incident.triage, incident.confirmed
    return [
        *_titled(
            "How the severity changed",
            ("From", "Severity", "Why"),
            [(step.time, _level(step.level), step.reason) for step in incident.severity.history],
        ),
        *_titled(
            "Triage",
            ("Time", "Severity", "Team", "Strategy"),
            [
                (
                    first.time,
                    first.severity and f"{first.severity.value}: {first.severity.meaning}",
                    first.team,
                    first.strategy,
                )
            ]
            if first
            else [],
        ),
        *_titled(
            "Who did what",
            ("Role", "Who", "From", "Until"),
            [(ROLE_NAMES[role.role], role.who, role.from_, role.until) for role in incident.roles],
        ),
        *_titled("Who was informed", ("Who", "When", "How"), [(x.who, x.when, x.how) for x in incident.informed]),
        *_titled(
            "What was promised",
            ("What was promised", "To whom", "When", "Expected by", "Source"),
            [(p.about, p.audience, p.time, p.expected_by, p.source) for p in incident.promises],
        ),
        *_titled(
            "Who confirmed that the service was back",
            ("Confirmed at", "By", "The customer agrees"),
            [(done.time, ROLE_NAMES.get(done.by_role, done.by_role), done.customer_agrees)] if done else [],
        ),
        *_titled(
            "Service level objectives",
            ("Service", "Target", "Window", "A good event", "An event that counts"),
            [
                (
                    slo.service,
                    words.percent(slo.target),
                    None if slo.window is None else words.duration(slo.window.total_seconds()),
                    slo.sli and slo.sli.good,
                    slo.sli and slo.sli.valid,
                )
                for slo in incident.slo
            ],
        ),
        *_calendar(incident),
    ]


def _level(level: Severity | None) -> str:
    return f"{level.value}: {level.meaning}" if level else ""


def _titled(title: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> list[Block]:
    """A heading with its table; nothing where there is no row."""
    if not rows:
        return []
    made = [Row(tuple(stated(value) for value in row)) for row in rows]
    return [Heading(title), filled(columns, made, keep=(0, 1))]


def _calendar(incident: Incident) -> list[Block]:
    when = incident.calendar
    if when is None:
        return []
    return _titled(
        "When the staff works",
        ("Hours", "Days", "Zone", "Holidays"),
        [(when.hours, words.listing(when.days), when.zone, words.listing(when.holidays))],
    )
