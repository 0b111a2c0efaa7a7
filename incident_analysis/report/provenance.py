"""What a report was made from: digests of its inputs and findings, versions, parameters. No clock, no absolute path."""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from incident_analysis import files, timeline, words
from incident_analysis.errors import IncidentAnalysisError
from incident_analysis.incident import Incident
from incident_analysis.register import find_register
from incident_analysis.report.tables import estimates

FILE_NAME = "provenance.json"

# Libraries that compute, draw or write what the report shows.
_LIBRARIES = (
    "incident-analysis",
    "jinja2",
    "markdown-it-py",
    "matplotlib",
    "numpy",
    "pandas",
    "pyarrow",
    "pydantic",
    "PyYAML",
    "scipy",
)


@dataclass(frozen=True, slots=True)
class Run:
    """What is recorded of one notebook's last run."""

    notebook: str
    status: str
    error: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether it ran to its end."""
        return self.status == "ok"


def runs(report: Path) -> tuple[Run, ...]:
    """The last run of each notebook, by its status file."""
    found = []
    for path in files.listing(report / "notebooks", "*.status.json"):
        name = path.name.removesuffix(".status.json")
        try:
            data = json.loads(files.read_text(path))
            parameters = data.get("parameters") or {}
            found.append(Run(name, str(data["status"]), str(data.get("error") or ""), dict(parameters)))
        except (IncidentAnalysisError, ValueError, TypeError, KeyError, AttributeError):
            found.append(Run(name, "unreadable", "the status file cannot be read"))
    return tuple(found)


def inputs(incident: Incident) -> dict[str, str]:
    """The SHA-256 of every file in the incident's folder, and of its register, by path relative to the folder."""
    if incident.folder is None:
        return {}
    found = {path.relative_to(incident.folder).as_posix(): path for path in files.every_file(incident.folder)}
    # Shared by many incidents, it lies beside them: its path climbs out of the folder.
    named = incident.risk.register_ if incident.risk is not None else ""
    register = find_register(incident.folder, named)
    if register is not None:
        found.setdefault(Path(os.path.relpath(register, incident.folder.resolve())).as_posix(), register)
    return {name: files.digest(found[name]) for name in sorted(found)}


def versions() -> dict[str, str]:
    """The versions of Python and of the libraries a result depends on."""
    found = {"python": platform.python_version()}
    for name in _LIBRARIES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found[name] = "not installed"
    return found


def parameters(incident: Incident, ran: Iterable[Run]) -> dict[str, Any]:
    """Seed, level and `as_of`; a list where notebooks ran with different ones, None where none is recorded."""
    result: dict[str, Any] = {}
    for name in ("seed", "level"):
        values = [run.parameters[name] for run in ran if name in run.parameters]
        distinct = [value for i, value in enumerate(values) if value not in values[:i]]
        result[name] = distinct[0] if len(distinct) == 1 else distinct or None
    result["as_of"] = incident.seen_at.isoformat()
    result["as_of_stated"] = incident.as_of is not None
    return result


def summary(incident: Incident) -> dict[str, Any]:
    """What the list of past incidents tells of one of them."""
    began = next((m for m in (incident.moment("started"), *incident.moments) if m.known), None)
    measured = estimates(timeline.durations(incident))["time_to_restore"]
    return {
        "id": incident.id,
        "title": incident.title,
        "organisation": incident.organisation,
        "made_up": incident.made_up,
        "severity": incident.severity.level.value,
        "severity_meaning": incident.severity.level.meaning,
        "owes_postmortem": incident.severity.level.owes_postmortem,
        "status": incident.status,
        "date": f"{began.time:%Y-%m-%d}" if began and began.time else "",
        "time_to_restore": measured.figure if measured.known else f"unknown: {measured.reason}",
        "time_to_restore_certainty": certainty(incident, measured.known),
    }


def certainty(incident: Incident, known: bool = True) -> str:
    """How sure the length of the outage is, in a word or two."""
    kinds = {incident.moment(name).certainty for name in ("started", "restored")}
    if "open" in kinds:
        return "not over"
    if not known or "unknown" in kinds:
        return "unknown"
    return "day only" if "day" in kinds else "approximate" if "approx" in kinds else "exact"


def of(incident: Incident, *, report: Path) -> dict[str, Any]:
    """Everything that `provenance.json` holds.

    Parameters
    ----------
    incident : Incident
    report : Path
        The report's folder, whose findings are named with their digests.
    """
    return {
        "incident": summary(incident),
        "inputs": inputs(incident),
        "findings": {path.name: files.digest(path) for path in files.listing(report / "findings", "*.json")},
        "parameters": parameters(incident, runs(report)),
        "versions": versions(),
    }


def text(content: Mapping[str, Any]) -> str:
    """Provenance as JSON: sorted keys, one newline at the end."""
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False) + "\n"


def said(value: Any) -> str:
    """A parameter in words."""
    if value is None:
        return "not recorded"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return words.listing(str(v) for v in value) if isinstance(value, list) else str(value)
