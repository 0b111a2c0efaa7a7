"""From an incident and its findings to the report's files."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from incident_analysis import files
from incident_analysis.errors import IncidentAnalysisError
from incident_analysis.findings import Finding, report_folder
from incident_analysis.findings.finding import PLACES
from incident_analysis.incident import Incident, read_incident
from incident_analysis.report import html, markdown, people, provenance, sections
from incident_analysis.report.model import Document


def write_report(incident: Incident | str | Path, *, report: str | Path | None = None) -> Path:
    """Write an incident's report from its findings, its folder and what people wrote.

    Nothing that people wrote is touched. What is missing, because a notebook did not run or did not run to its end, is
    said in its section; everything else is written.

    Parameters
    ----------
    incident : Incident or path
        A folder, its `incident.yaml`, or an id below `data/incidents`.
    report : str or Path, optional
        The report's folder; by default `reports/<id>` in the project's root.

    Returns
    -------
    Path
        Of `postmortem.html`. Beside it: `postmortem.md`, `sections/<name>.md`, `provenance.json`.

    Raises
    ------
    IncidentFileError, PathError
        The incident cannot be read, or the report cannot be written.
    """
    told = incident if isinstance(incident, Incident) else read_incident(incident)
    folder = report_folder(told, report)
    findings, unreadable = _load(folder)
    origin = provenance.of(told, report=folder)
    made = document(told, findings, report=folder, unreadable=unreadable, origin=origin)
    files.write_text(folder / "postmortem.md", markdown.write(_back_to(made, "../index.md")))
    for section in made.sections:
        if section.name in sections.TITLES:
            files.write_text(folder / "sections" / f"{section.name}.md", markdown.section(section))
    # Last but one, so that a page that is there is a page whose sections are there.
    page = files.write_text(folder / "postmortem.html", html.write(made))
    files.write_text(folder / provenance.FILE_NAME, provenance.text(origin))
    return page


def render(incident: Incident, findings: Iterable[Finding], *, report: str | Path | None = None) -> tuple[str, str]:
    """The report as Markdown and HTML, in memory.

    Parameters
    ----------
    incident : Incident
    findings : iterable of Finding
    report : str or Path, optional
        Where the findings' charts and the notebooks' status files lie; without it charts are named as missing.

    Returns
    -------
    (str, str)
        Markdown and HTML.
    """
    made = document(incident, list(findings), report=None if report is None else Path(report))
    return markdown.write(_back_to(made, "../index.md")), html.write(made)


def document(
    incident: Incident,
    findings: list[Finding],
    *,
    report: Path | None = None,
    unreadable: Iterable[str] = (),
    origin: dict[str, dict[str, str]] | None = None,
) -> Document:
    """The report as a document, before a writer turns it into text."""
    listed = [(entry.file, entry.who, entry.role) for entry in incident.interviews]
    wrote = people.People() if incident.folder is None else people.read(incident.folder, listed=listed)
    ran = () if report is None else provenance.runs(report)
    known = origin or {}
    material = sections.Material(
        incident,
        sorted(findings, key=lambda f: (PLACES.index(f.section), f.place, f.id)),
        wrote,
        report=report,
        runs=ran,
        unreadable=list(unreadable),
        inputs=known.get("inputs", {}),
        versions=known.get("versions", {}),
        parameters=known.get("parameters") or provenance.parameters(incident, ran),
    )
    return sections.document(material)


def _back_to(made: Document, page: str) -> Document:
    from dataclasses import replace

    return replace(made, back=None if made.back is None else replace(made.back, href=page))


def _load(folder: Path) -> tuple[list[Finding], list[str]]:
    """The findings that can be read, and a line about each file that cannot."""
    found, unreadable = [], []
    for path in files.listing(folder / "findings", "*.json"):
        try:
            found.append(Finding.from_json(files.read_text(path)))
        except (IncidentAnalysisError, ValueError, KeyError, TypeError):
            unreadable.append(f"findings/{path.name} holds no finding that can be read; run its notebook again")
    return found, unreadable
