"""What stands behind the seven sections: open questions, comments without a place, evidence and provenance, sources."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from incident_analysis import frames, timeline, words
from incident_analysis.estimate import Evidence
from incident_analysis.incident import MILESTONES, Incident
from incident_analysis.reading import evidence_list
from incident_analysis.report import people, tables
from incident_analysis.report.comments import Comment
from incident_analysis.report.model import (
    Block,
    Heading,
    Link,
    Listing,
    Note,
    Paragraph,
    Row,
    Section,
    Table,
    Words,
    paragraphs,
    plain,
)
from incident_analysis.report.provenance import said
from incident_analysis.report.rows import Claim

if TYPE_CHECKING:
    from incident_analysis.report.sections import Material

OPEN_QUESTIONS = "Open questions"


def sections(material: Material) -> Iterable[Section]:
    """The closing sections, in order."""
    yield Section("open_questions", OPEN_QUESTIONS, tuple(_open_questions(material)))
    left = material.people.comments_left()
    if left:
        yield Section("comments", "Comments without a place", tuple(_comments_left(left)))
    shaped = [c for c in material.people.comments if not c.broken and plain(c.text) != c.text]
    if shaped:
        yield Section("comments_verbatim", "Comments as they were written", tuple(_verbatim(shaped)))
    yield Section("evidence", "Evidence and provenance", tuple(_evidence(material)))
    yield Section("sources", "Sources", tuple(_sources(material.incident)))


def _open_questions(material: Material) -> Iterable[Block]:
    finding = material.questions
    yield from (Paragraph(part) for part in paragraphs(finding.sentence))
    if finding.table is not None:
        yield from tables.of_frame(finding.table, material.people.comments_on)
    yield from material.comments(finding.id)
    broken = [*material.people.gaps, *material.unreadable]
    if broken:
        yield Note("What could not be read as it stands:", "", "gap", tuple(broken))
    for name in material.people.texts:
        if name not in people.PARTS:
            passage, notes = people.prepare(material.people.texts[name], f"text/{name}.md", material.figures)
            yield Heading(f"text/{name}.md")
            yield passage
            yield from notes


def _comments_left(left: list[Comment]) -> Iterable[Block]:
    yield Paragraph("What these comments are about stands nowhere in the report.")
    rows = tuple(
        Row((c.about or tables.NOT_STATED, c.role or tables.NOT_STATED, c.time or tables.NOT_STATED, c.text, c.state))
        for c in left
        if not c.broken
    )
    if rows:
        yield tables.filled(("About", "By", "When", "Comment", "State"), rows, keep=(0, 3), main=3)
    broken = [c for c in left if c.broken]
    if broken:
        text = f"{words.plural(len(broken), 'line')} of comments.csv without the columns of its header, unchanged."
        yield Note("Lines that could not be split:", text, "gap", tuple(f"Line {c.line}: {c.text}" for c in broken))


def _verbatim(comments: list[Comment]) -> Iterable[Block]:
    """Comments of several lines, with their line breaks and spaces, which a table's cell cannot show."""
    for one in comments:
        fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", one.text)), default=0))
        yield Paragraph(f"On {one.about or 'nothing named'}, by {one.role or 'somebody'}:")
        yield Words(f"{fence}text\n{one.text}\n{fence}", "comments.csv")


def _evidence(material: Material) -> Iterable[Block]:
    claims = tuple(_claims(material.claims))
    if claims:
        yield Heading("What each figure rests on")
        yield Table(("Finding", "Measure", "Value with its interval and method", "Evidence"), claims, main=2)
    rows = [
        Row((Link(finding.id, f"findings/{finding.id}.json"), finding.question, _places(finding.evidence)))
        for finding in material.findings
    ]
    if rows:
        yield Heading("Findings")
        yield Table(("Finding", "Question", "Evidence"), tuple(rows), main=1)
    yield from _exports(material.incident)
    if material.inputs:
        files = [Row((name, digest[:16])) for name, digest in material.inputs.items()]
        yield Heading("Files this report was made from")
        yield Table(("File", "SHA-256, first 16 digits"), tuple(files), main=0)
    yield Heading("Made with")
    facts = [f"{tables.spaced(name)}: {said(value)}" for name, value in material.parameters.items()]
    facts += [f"{name} {version}" for name, version in material.versions.items()]
    yield Listing(tuple(facts) or (tables.NOT_STATED,))


def _claims(claims: Mapping[str, Sequence[Claim]]) -> Iterable[Row]:
    """Each figure once, under the finding that tells it first; plain counts stand in the findings' files alone."""
    seen = set()
    for identity, stated in claims.items():
        for row, estimate in stated:
            measure = _measure(str(row["name"])) + _key(row)
            claim = str(estimate)
            if (str(row["name"]), claim) in seen:
                continue
            seen.add((str(row["name"]), claim))
            yield Row((identity, measure, claim, _places(row["evidence"])))


def _measure(name: str) -> str:
    """The library's own names as words; what people wrote stays as they wrote it."""
    return tables.spaced(name) if name in (*timeline.DURATIONS, *MILESTONES) else name


def _key(row: Mapping[str, object]) -> str:
    """What the claim is about, where the frame says more than its name."""
    known = {*frames.ESTIMATES.names, "incident_id", "text"}
    keys = [f"{tables.spaced(str(k))} {v}" for k, v in row.items() if k not in known and v not in (None, "")]
    return f" ({', '.join(keys)})" if keys else ""


def _places(evidence: object) -> str:
    """Where a claim comes from: each source once, with the places in it."""
    found: dict[str, list[str]] = {}
    for one in evidence if isinstance(evidence, (tuple, list)) else ():
        if isinstance(one, Evidence):
            places = found.setdefault(one.source, [])
            if one.at and one.at not in places:
                places.append(one.at)
    said_by = [f"{source} ({', '.join(places)})" if places else source for source, places in found.items()]
    return "; ".join(said_by) or tables.NOT_STATED


def _exports(incident: Incident) -> Iterable[Block]:
    rows = [
        Row(
            (
                entry.path,
                entry.format or tables.NOT_STATED,
                entry.zone or tables.NOT_STATED,
                tables.NOT_STATED if entry.clock_offset_s is None else words.duration(entry.clock_offset_s),
                entry.service or tables.NOT_STATED,
            )
        )
        for entry in incident.evidence
    ]
    if rows:
        yield Heading("Exports in the folder")
        yield tables.filled(("File", "Format", "Zone", "Clock offset", "Service"), rows)
    further = len(evidence_list.entries(incident)) - len(rows)
    if further:
        said = f"{words.plural(further, 'further file' if rows else 'file')} of evidence"
        yield Paragraph(f"{said}: evidence.csv lists each with its digest and where it came from.")


def _sources(incident: Incident) -> Iterable[Block]:
    if incident.source_urls:
        yield Listing(tuple(Link(url, url) for url in incident.source_urls))
    if incident.provenance:
        yield Paragraph(incident.provenance, label="Which text was read:")
    published = incident.published
    if published is not None and published.statement:
        mismatch = f" {words.sentence(published.known_mismatch)}" if published.known_mismatch else ""
        source = f" ({published.source})" if published.source else ""
        text = f"{words.sentence(published.statement)[:-1]}{source}.{mismatch}"
        yield Paragraph(text, label="What the source says of its length:")
    notes = (incident.notes,) if isinstance(incident.notes, str) else incident.notes
    for note in notes:
        if note:
            yield Paragraph(note, label="Note:")
    if not (incident.source_urls or incident.provenance):
        yield Paragraph("No source is stated.")
