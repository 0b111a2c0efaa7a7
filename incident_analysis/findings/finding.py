"""A Finding: what a notebook answered, kept as JSON beside its charts.

It is the only thing that a notebook hands on: the report is written from findings, so that every number in a generated
sentence can be traced to an estimate, a table and its evidence.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from incident_analysis import files, frames, words
from incident_analysis.charts.chart import Chart
from incident_analysis.errors import ParameterError
from incident_analysis.estimate import Evidence
from incident_analysis.incident import Incident, find_incident

#: The sections of a postmortem, in their order.
SECTIONS = ("tldr", "description", "consequences", "risk_analysis", "action_plan", "timeline", "interviews")
#: Where findings may stand: in a postmortem, or on the page of a history.
PLACES = (*SECTIONS, "trends")


@dataclass(frozen=True, slots=True)
class Finding:
    """An answer: its question, a sentence, and what the sentence rests on.

    Parameters
    ----------
    id : str
        Small letters, digits and hyphens; unique in a report. Comments and live figures name it.
    section : str
        One of `PLACES`.
    question : str
        What was asked.
    sentence : str
        The answer in plain text (no markup), in one or a few sentences; paragraphs are parted by an empty line.
    estimates : DataFrame, optional
        ESTIMATES that the sentence quotes.
    table : DataFrame, optional
        What is shown beside it; columns are headings for people.
    charts : tuple of Chart
    evidence : tuple of Evidence
    notes : tuple of str
        Reservations, shown as notes.
    place : int
        Order within the section.
    """

    id: str
    section: str
    question: str
    sentence: str
    estimates: pd.DataFrame | None = None
    table: pd.DataFrame | None = None
    charts: tuple[Chart, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    notes: tuple[str, ...] = ()
    place: int = 0

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", self.id):
            raise ParameterError(
                f"{self.id!r} is no id of a finding", remedy="use small letters, digits and hyphens", where="id"
            )
        if self.section not in PLACES:
            raise ParameterError(
                f"no section {self.section!r}", remedy=f"use one of {', '.join(PLACES)}", where="section"
            )
        if not self.sentence.strip():
            raise ParameterError(
                f"finding {self.id!r} says nothing", remedy="say that it is unknown, and why", where="sentence"
            )

    def to_json(self) -> str:
        """The finding as JSON text: sorted keys, no clock, the same bytes for the same content."""
        data = {
            "id": self.id,
            "section": self.section,
            "question": self.question,
            "sentence": self.sentence,
            "estimates": _rows(self.estimates),
            "table": None if self.table is None else {"columns": list(self.table.columns), "rows": _cells(self.table)},
            "charts": [{f: getattr(chart, f) for f in ("name", "title", "alt", "png", "svg")} for chart in self.charts],
            "evidence": [_plain(e) for e in self.evidence],
            "notes": list(self.notes),
            "place": self.place,
        }
        return json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Finding:
        """The finding of a JSON text."""
        data = json.loads(text)
        table = data["table"]
        return cls(
            data["id"],
            data["section"],
            data["question"],
            data["sentence"],
            estimates=None if data["estimates"] is None else _estimates(data["estimates"]),
            table=None if table is None else pd.DataFrame(table["rows"], columns=table["columns"], dtype=object),
            charts=tuple(Chart(**c) for c in data["charts"]),
            evidence=tuple(Evidence(**e) for e in data["evidence"]),
            notes=tuple(data["notes"]),
            place=data["place"],
        )


def _plain(value: Any) -> Any:
    if isinstance(value, Evidence):
        return {f: getattr(value, f) for f in ("kind", "source", "at", "text")}
    if isinstance(value, (list, tuple)):
        return [_plain(v) for v in value]
    if value is None or value is pd.NaT or value is pd.NA:
        return None
    if isinstance(value, pd.Timestamp):
        return value.isoformat()
    if isinstance(value, str | bool):
        return value
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float):
        # JSON has no infinity: "not reached" is what it means.
        return None if math.isnan(value) else value if math.isfinite(value) else "not reached"
    if isinstance(value, int):
        return value
    return str(value)


def _cells(frame: pd.DataFrame) -> list[list[Any]]:
    return [[_plain(value) for value in row] for row in frame.itertuples(index=False, name=None)]


def _rows(frame: pd.DataFrame | None) -> list[dict[str, Any]] | None:
    if frame is None:
        return None
    names = list(frame.columns)
    rows = []
    for values in _cells(frame):
        row = dict(zip(names, values, strict=True))
        # The text that sentences and tables quote, kept beside the raw figures.
        row["text"] = str(frames.to_estimate(_finite(row)))
        rows.append(row)
    return rows


def _finite(row: dict[str, Any]) -> dict[str, Any]:
    made = {k: math.inf if v == "not reached" else v for k, v in row.items()}
    made["evidence"] = tuple(Evidence(**e) if isinstance(e, dict) else e for e in row.get("evidence") or ())
    return made


def _estimates(rows: list[dict[str, Any]]) -> pd.DataFrame:
    fixed = {*frames.ESTIMATES.names, "text"}
    return frames.estimates(
        ({k: v for k, v in row.items() if k not in fixed}, row["name"], frames.to_estimate(_finite(row)))
        for row in rows
    )


def report_folder(incident: Incident | str | Path, report: str | Path | None = None) -> Path:
    """The folder of an incident's report: the one given, else `reports/<id>` in the project's root.

    Parameters
    ----------
    incident : Incident or path
    report : str or Path, optional
    """
    if report is not None:
        return Path(report)
    if isinstance(incident, Incident):
        name, start = incident.id, incident.folder or Path()
    else:
        start = find_incident(incident).parent
        name = start.name
    root = files.project_root(start) or files.project_root(Path()) or Path()
    return root / "reports" / name


def record(report: str | Path, findings: Iterable[Finding]) -> list[Path]:
    """Write findings as JSON into a report's folder, one file each.

    Parameters
    ----------
    report : str or Path
        The report's folder; files go to its `findings/`.
    findings : iterable of Finding

    Returns
    -------
    list of Path

    Raises
    ------
    ParameterError
        Two findings have one id.
    """
    every = list(findings)
    ids = [f.id for f in every]
    twice = sorted({i for i in ids if ids.count(i) > 1})
    if twice:
        raise ParameterError(
            f"findings of one id: {words.listing(twice)}", remedy="give each finding its own id", where="findings"
        )
    return [files.write_text(Path(report) / "findings" / f"{f.id}.json", f.to_json()) for f in every]


def load(report: str | Path) -> list[Finding]:
    """The findings in a report's folder, in the order in which the report tells them."""
    found = [Finding.from_json(files.read_text(p)) for p in files.listing(Path(report) / "findings", "*.json")]
    return sorted(found, key=lambda f: (PLACES.index(f.section), f.place, f.id))
