"""The list of past incidents: `reports/index.md` and `reports/index.html`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from incident_analysis import files
from incident_analysis.errors import IncidentAnalysisError
from incident_analysis.report import html, markdown, provenance
from incident_analysis.report.model import Block, Document, Link, Note, Paragraph, Row, Section, Table
from incident_analysis.report.tables import NOT_STATED, spaced


def write_index(reports: str | Path) -> Path:
    """Write the list of all reports in a folder.

    Each report tells about itself in its `provenance.json`; a folder where that is missing or cannot be read is named.

    Parameters
    ----------
    reports : str or Path
        The folder that holds one folder a report.

    Returns
    -------
    Path
        Of `index.html`; `index.md` stands beside it.
    """
    folder = Path(reports)
    told, silent = _read(folder)
    files.write_text(folder / "index.md", markdown.write(document(told, silent, page="postmortem.md")))
    return files.write_text(folder / "index.html", html.write(document(told, silent, page="postmortem.html")))


def _read(folder: Path) -> tuple[list[dict[str, Any]], list[str]]:
    told: list[dict[str, Any]] = []
    silent = []
    for place in files.listing(folder):
        if not files.is_folder(place) or place.name.startswith("."):
            continue
        try:
            summary = json.loads(files.read_text(place / provenance.FILE_NAME))["incident"]
            told.append({**{k: summary[k] for k in _FIELDS}, "folder": place.name})
        except (IncidentAnalysisError, ValueError, KeyError, TypeError):
            silent.append(place.name)
    # The newest first; what has no date stands last.
    return sorted(told, key=lambda s: (str(s["date"]), str(s["id"])), reverse=True), silent


_FIELDS = (
    "id",
    "title",
    "organisation",
    "made_up",
    "severity",
    "severity_meaning",
    "owes_postmortem",
    "status",
    "date",
    "time_to_restore",
    "time_to_restore_certainty",
)


def document(told: list[dict[str, Any]], silent: list[str], *, page: str) -> Document:
    """The list as a document.

    Parameters
    ----------
    told : list of dict
        What each report tells of its incident.
    silent : list of str
        Folders that tell nothing.
    page : str
        File that each line links to.
    """
    blocks: list[Block] = []
    rows = tuple(
        Row(
            (
                one["date"] or "unknown",
                Link(str(one["title"]), f"{one['folder']}/{page}"),
                f"{one['severity']}: {one['severity_meaning']}",
                f"{one['organisation'] or NOT_STATED}",
                _length(one),
                spaced(str(one["status"])),
                _owed(one),
            )
        )
        for one in told
    )
    if rows:
        columns = ("Date", "Incident", "Severity", "Organisation", "Time to restore", "Status", "Postmortem")
        blocks.append(Table(columns, rows, main=1))
    else:
        blocks.append(Paragraph("No report has been written yet."))
    if silent:
        text = "These folders hold no readable provenance.json: their reports were not written to the end."
        blocks.append(Note("Without a report:", text, "gap", tuple(silent)))
    owed = sum(1 for one in told if one["owes_postmortem"] and one["status"] != "final")
    facts = (("Incidents", f"{len(told):,}"), ("Postmortems still owed", f"{owed:,}"))
    note = "P0 to P4 owe a postmortem, P5 and P6 a record of one page."
    section = Section("incidents", "Past incidents", (Paragraph(note, small=True), *blocks))
    return Document("Incidents", kicker="Reports", facts=facts, sections=(section,), contents=False)


def _length(one: dict[str, Any]) -> str:
    length, certainty = str(one["time_to_restore"]), str(one["time_to_restore_certainty"])
    return length if certainty in ("unknown", "") else f"{length} · {certainty}"


def _owed(one: dict[str, Any]) -> str:
    if not one["owes_postmortem"]:
        return "not owed: a record of one page"
    return "written" if one["status"] == "final" else f"owed: {spaced(str(one['status']))}"
