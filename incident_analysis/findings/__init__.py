"""Findings: the answers that notebooks hand on to the report.

`finding` holds what a Finding is and how it is kept; `timeline`, `consequences`, `risk_analysis` and `postmortem`
answer the questions of the sections of that name, `timeline_evidence` what the timeline rests on, `log_analysis` what
the logs tell, in the section Timeline; `trends` (with `trends_lengths`) those of the page about a history.
"""

from incident_analysis.findings.consequences import consequences
from incident_analysis.findings.finding import PLACES, SECTIONS, Finding, load, record, report_folder
from incident_analysis.findings.log_analysis import log_analysis
from incident_analysis.findings.postmortem import postmortem
from incident_analysis.findings.risk_analysis import register_of, risk_analysis
from incident_analysis.findings.timeline import timeline
from incident_analysis.findings.trends import trends

__all__ = [
    "PLACES",
    "SECTIONS",
    "Finding",
    "consequences",
    "load",
    "log_analysis",
    "postmortem",
    "record",
    "register_of",
    "report_folder",
    "risk_analysis",
    "timeline",
    "trends",
]
