"""The page about a history of incidents: one document, a definition beside every figure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from incident_analysis import files, words
from incident_analysis.estimate import Estimate
from incident_analysis.findings import Finding
from incident_analysis.report import html, markdown
from incident_analysis.report import tables as frames_as_tables
from incident_analysis.report.model import (
    Block,
    Document,
    Figure,
    Heading,
    KeyFigure,
    KeyFigures,
    Note,
    Paragraph,
    Section,
    paragraphs,
)

FILE_NAME = "trends"
DEFINITION = "Definition: "
#: Sections of the page, and the findings in them.
SECTIONS = (
    ("counted", "What is counted", ("trends-counted", "trends-mix")),
    ("often", "How often", ("trends-course", "trends-rate")),
    ("long", "How long", ("trends-lengths", "trends-compared", "trends-seen")),
    ("why", "Why", ("trends-causes", "trends-again")),
    ("when", "When", ("trends-hours",)),
    ("actions", "Actions", ("trends-actions",)),
    ("records", "Records", ("trends-complete",)),
)


def write_trends(
    findings: Iterable[Finding],
    folder: str | Path,
    *,
    title: str,
    facts: Sequence[tuple[str, str]] = (),
    key_figures: Sequence[tuple[str, Estimate]] = (),
    warnings: Sequence[str] = (),
) -> Path:
    """Write the page about a history.

    Parameters
    ----------
    findings : iterable of Finding
        Of `findings.trends`.
    folder : path
        Where their charts are; the page is written there too.
    title : str
        What the history is of.
    facts : sequence of (label, text)
    key_figures : sequence of (label, Estimate)
    warnings : sequence of str
        What stands above everything.

    Returns
    -------
    Path
        Of `trends.html`; `trends.md` stands beside it.
    """
    place = Path(folder)
    made = document(list(findings), place, title=title, facts=facts, key_figures=key_figures, warnings=warnings)
    files.write_text(place / f"{FILE_NAME}.md", markdown.write(made))
    return files.write_text(place / f"{FILE_NAME}.html", html.write(made))


def document(
    findings: list[Finding],
    folder: Path,
    *,
    title: str,
    facts: Sequence[tuple[str, str]] = (),
    key_figures: Sequence[tuple[str, Estimate]] = (),
    warnings: Sequence[str] = (),
) -> Document:
    """The page as a document, before a writer turns it into text."""
    by_id = {finding.id: finding for finding in findings}
    sections = []
    for name, heading, ids in SECTIONS:
        blocks = [block for i in ids if i in by_id for block in _blocks(by_id[i], folder)]
        if blocks:
            sections.append(Section(name, heading, tuple(blocks)))
    lead: list[Block] = []
    if key_figures:
        lead.append(KeyFigures(tuple(_key(label, estimate) for label, estimate in key_figures)))
    lead.append(
        Paragraph(
            "Every figure has its definition, its interval and its count beside it. What is not known is said, and is "
            "no zero. Groups stand in the order of their words; people and teams are not compared.",
            small=True,
        )
    )
    return Document(
        title,
        kicker="Trends: what a history of incidents can tell, and what it cannot",
        facts=tuple(facts),
        banner=tuple(Note("Read first.", text, "warning") for text in warnings),
        lead=tuple(lead),
        sections=tuple(sections),
    )


def _key(label: str, estimate: Estimate) -> KeyFigure:
    if not estimate.known:
        return KeyFigure(label, "unknown", estimate.reason, known=False)
    text = str(estimate)
    figure = estimate.figure
    detail = text[len(figure) :].strip().removeprefix("(").removesuffix(")")
    value, bracket, rest = figure.partition(" [")
    return KeyFigure(label, value, "; ".join(part for part in (f"[{rest}" if bracket else "", detail) if part))


def _blocks(finding: Finding, folder: Path) -> list[Block]:
    """The question as a heading, the answer, its definition, its chart, its table, its reservations."""
    blocks: list[Block] = [Heading(finding.question, anchor=finding.id)]
    blocks += [Paragraph(text) for text in paragraphs(finding.sentence)]
    for note in finding.notes:
        if note.startswith(DEFINITION):
            blocks.append(
                Paragraph(words.sentence(note.removeprefix(DEFINITION)), label=DEFINITION.strip(), small=True)
            )
    for chart in finding.charts:
        path = folder / chart.svg
        drawing = files.read_bytes(path) if files.is_file(path) else None
        # The chart carries its own title; its definition stands right above it.
        blocks.append(Figure(chart.png, chart.alt, drawing=drawing))
    if finding.table is not None:
        blocks += frames_as_tables.of_frame(finding.table, _silent)
    blocks += [Paragraph(note, small=True) for note in finding.notes if not note.startswith(DEFINITION)]
    return blocks


def _silent(*_: str) -> tuple[str, ...]:
    """Nobody comments on a history's page."""
    return ()
