"""Every promise by its name, and the page that tells them."""

from __future__ import annotations

from incident_analysis.frames.causes import ACTIONS, CAUSES
from incident_analysis.frames.claims import ESTIMATES
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
from incident_analysis.frames.promise import ANY, BOOL, COUNT, NUMBER, TEXT, TIME, TIME_NS
from incident_analysis.frames.series import SERIES
from incident_analysis.frames.times import MOMENTS, PAIRS, PERIODS, TIMELINE, WINDOWS
from incident_analysis.frames.trends import CUMULATED, STRETCHES

#: Every promise by its name.
PROMISES = {
    p.name: p
    for p in (
        *(INCIDENTS, LOGS, METRICS, SERIES, TIMELINE, MOMENTS, PERIODS, WINDOWS, PAIRS),
        *(COPIES, OFFSETS, AGREEMENT, PROPOSALS, COVERAGE, CONTRADICTIONS, CHANGES, EVIDENCE_FILES),
        *(LEDGER, CAUSES, ACTIONS, LOSSES, LOSS_CURVE, STRETCHES, CUMULATED, ESTIMATES),
    )
}


def document() -> str:
    """What each frame promises, as Markdown: the text of docs/frames.md."""
    parts = [
        "# Frames\n",
        "Every function that gives rows gives a pandas DataFrame that keeps one of these promises. Extra columns pass "
        "through. Missing means not known, never zero. Times are UTC. This page is made by `frames.document()`.\n",
    ]
    said = {
        TIME: "time (UTC, µs)",
        TIME_NS: "time (UTC, ns)",
        TEXT: "text",
        NUMBER: "number",
        COUNT: "whole number",
        BOOL: "true, false or missing",
        ANY: "tuple",
    }
    for promise in PROMISES.values():
        parts.append(f"## {promise.name}\n\nOne row is {promise.row}.\n")
        parts.append("| column | kind | meaning |\n|---|---|---|")
        parts += [
            f"| `{c.name}` | {said[c.kind]} | {c.meaning}{' (may be absent)' * c.optional} |" for c in promise.columns
        ]
        parts.append("")
    return "\n".join(parts)
