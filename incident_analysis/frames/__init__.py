"""What each kind of DataFrame promises: columns, kind of dtype, unit, meaning; and the check that holds it.

Extra columns pass through. An empty frame keeps its columns and their types, so that code which reads it needs no
special case. `promise` tells what a promise is; `evidence`, `series`, `times`, `merging`, `incidents`, `consequences`,
`causes`, `losses`, `trends` and `claims` hold the promises; `building` makes and checks frames; `page` lists every
promise and writes docs/frames.md.
"""

from incident_analysis.frames.building import build, check, empty, rows
from incident_analysis.frames.causes import ACTIONS, CAUSES
from incident_analysis.frames.claims import ESTIMATES, estimates, named, to_estimate
from incident_analysis.frames.consequences import LEDGER
from incident_analysis.frames.evidence import LOGS, METRICS
from incident_analysis.frames.incidents import INCIDENTS
from incident_analysis.frames.losses import LOSS_CURVE, LOSSES
from incident_analysis.frames.merging import (
    AGREEMENT,
    CHANGES,
    CONTRADICTIONS,
    COPIES,
    COVERAGE,
    EVIDENCE_FILES,
    OFFSETS,
    PROPOSALS,
)
from incident_analysis.frames.page import PROMISES, document
from incident_analysis.frames.promise import ANY, BOOL, COUNT, NUMBER, TEXT, TIME, TIME_NS, Column, Promise, promise
from incident_analysis.frames.series import SERIES
from incident_analysis.frames.times import MOMENTS, PAIRS, PERIODS, TIMELINE, WINDOWS
from incident_analysis.frames.trends import CUMULATED, STRETCHES

__all__ = [
    "ACTIONS",
    "AGREEMENT",
    "ANY",
    "BOOL",
    "CAUSES",
    "CHANGES",
    "CONTRADICTIONS",
    "COPIES",
    "COUNT",
    "COVERAGE",
    "CUMULATED",
    "ESTIMATES",
    "EVIDENCE_FILES",
    "INCIDENTS",
    "LEDGER",
    "LOGS",
    "LOSSES",
    "LOSS_CURVE",
    "METRICS",
    "MOMENTS",
    "NUMBER",
    "OFFSETS",
    "PAIRS",
    "PERIODS",
    "PROMISES",
    "PROPOSALS",
    "SERIES",
    "STRETCHES",
    "TEXT",
    "TIME",
    "TIMELINE",
    "TIME_NS",
    "WINDOWS",
    "Column",
    "Promise",
    "build",
    "check",
    "document",
    "empty",
    "estimates",
    "named",
    "promise",
    "rows",
    "to_estimate",
]
