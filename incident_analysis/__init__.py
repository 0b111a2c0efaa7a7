"""From the evidence of an incident to its postmortem.

An incident is a folder: `incident.yaml`, people's own words, exports as they came. `read_incident` reads it as a frozen
`Incident`, `read_logs` and `count_logs` its logs, of which no line is lost, `read_timeline` and `read_metrics` exports
of events and metrics. From there the rooms are functions over them: `timeline` gives milestones and durations, `impact`
the ledger of consequences, `risk` what was thought likely and what is now, `charts` draws frames, `findings` states the
answers, each with its interval, its count and its evidence. `run_incident` runs the notebooks that call all this and
writes the report; `write_report` writes it again from the findings alone. Nothing is lost, unknown is never zero, no
claim travels without its `Estimate`, and the same inputs give the same bytes.

>>> import incident_analysis as ia
>>> incident = ia.read_incident("data/incidents/2017-01-31-gitlab-database")   # doctest: +SKIP
>>> ia.timeline.durations(incident)                                            # doctest: +SKIP
>>> ia.run_incident("data/incidents/2017-01-31-gitlab-database")               # doctest: +SKIP
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from incident_analysis import (
        batch,
        charts,
        clock,
        files,
        findings,
        formats,
        frames,
        impact,
        reading,
        report,
        risk,
        severity,
        statistics,
        timeline,
        trends,
        words,
    )
    from incident_analysis.batch import (
        collect,
        demo,
        doctor,
        import_evidence,
        new_incident,
        notebooks_copy,
        run_incident,
        trends_page,
    )
    from incident_analysis.estimate import Estimate, Evidence
    from incident_analysis.findings import report_folder
    from incident_analysis.format import Format
    from incident_analysis.incident import Incident, Severity, read_incident, schema
    from incident_analysis.reading import (
        count_logs,
        describe_logs,
        read_incidents,
        read_logs,
        read_metrics,
        read_timeline,
    )
    from incident_analysis.register import read_register
    from incident_analysis.report import write_report

# Where each name lives: it is imported when it is first asked for, because pandas, scipy and matplotlib take seconds.
_HOME = {
    "Estimate": "estimate",
    "Evidence": "estimate",
    "Format": "format",
    "Incident": "incident",
    "Severity": "incident",
    "collect": "batch",
    "count_logs": "reading",
    "demo": "batch",
    "describe_logs": "reading",
    "doctor": "batch",
    "import_evidence": "batch",
    "new_incident": "batch",
    "notebooks_copy": "batch",
    "read_incident": "incident",
    "read_incidents": "reading",
    "read_logs": "reading",
    "read_metrics": "reading",
    "read_register": "register",
    "read_timeline": "reading",
    "report_folder": "findings",
    "run_incident": "batch",
    "schema": "incident",
    "trends_page": "batch",
    "write_report": "report",
}
_ROOMS = (
    "batch",
    "charts",
    "clock",
    "files",
    "findings",
    "formats",
    "frames",
    "impact",
    "reading",
    "report",
    "risk",
    "severity",
    "statistics",
    "timeline",
    "trends",
    "words",
)

__all__ = [
    "Estimate",
    "Evidence",
    "Format",
    "Incident",
    "Severity",
    "batch",
    "charts",
    "clock",
    "collect",
    "count_logs",
    "demo",
    "describe_logs",
    "doctor",
    "files",
    "findings",
    "formats",
    "frames",
    "impact",
    "import_evidence",
    "new_incident",
    "notebooks_copy",
    "read_incident",
    "read_incidents",
    "read_logs",
    "read_metrics",
    "read_register",
    "read_timeline",
    "reading",
    "report",
    "report_folder",
    "risk",
    "run_incident",
    "schema",
    "severity",
    "statistics",
    "timeline",
    "trends",
    "trends_page",
    "words",
    "write_report",
]


def __getattr__(name: str) -> Any:
    if name in _ROOMS:
        return importlib.import_module(f"{__name__}.{name}")
    if name in _HOME:
        found = getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)
        globals()[name] = found
        return found
    from incident_analysis.words import nearest

    near = nearest(name, __all__)
    raise AttributeError(
        f"module {__name__!r} has no attribute {name!r}" + (f"; did you mean {near!r}?" if near else "")
    )


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
