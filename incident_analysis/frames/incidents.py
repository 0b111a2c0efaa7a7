"""The promise of many incidents as one frame."""

from __future__ import annotations

from incident_analysis.frames.promise import ANY, TEXT, TIME, promise

_MILESTONES = ("malfunction_began", "started", "detected", "acknowledged", "mitigated", "restored", "resolved")
INCIDENTS = promise(
    "INCIDENTS",
    "an incident",
    ("incident_id", TEXT, "id"),
    ("title", TEXT, "title"),
    ("organisation", TEXT, "whose service it was"),
    ("severity", TEXT, "P0 to P6"),
    ("severity_stated", TEXT, "the source's own word"),
    ("services", ANY, "tuple of names"),
    ("trigger", TEXT, "what set it off"),
    ("scenario_ids", ANY, "tuple of ids in the risk register"),
    ("source", TEXT, "file it was read from"),
    *[
        column
        for m in _MILESTONES
        for column in (
            (m, TIME, "instant; midnight where only the day is known; NaT where open or unknown"),
            (f"{m}_low", TIME, "earliest; the `as_of` where open; NaT where the width is not known"),
            (f"{m}_high", TIME, "latest; NaT where open or the width is not known"),
            (f"{m}_certainty", TEXT, "exact, approx, day, open or unknown"),
        )
    ],
)
