"""An incident: its folder's `incident.yaml` as a frozen value.

`parts` holds what an incident is made of, `incident` the Incident itself with its milestones, `checks` what must hold
between the parts, `reading` the way from a folder to an Incident and to the JSON Schema.
"""

from incident_analysis.incident.incident import MILESTONES, Incident, Moment, MomentCertainty
from incident_analysis.incident.parts import (
    ACTION_CATEGORIES,
    Action,
    Cause,
    Claim,
    Effect,
    Event,
    ImpactLine,
    Milestone,
    Period,
    Severity,
)
from incident_analysis.incident.reading import find_incident, read_incident, schema

__all__ = [
    "ACTION_CATEGORIES",
    "MILESTONES",
    "Action",
    "Cause",
    "Claim",
    "Effect",
    "Event",
    "ImpactLine",
    "Incident",
    "Milestone",
    "Moment",
    "MomentCertainty",
    "Period",
    "Severity",
    "find_incident",
    "read_incident",
    "schema",
]
