"""Promises of histories: how often in which stretch of time, and how many by then."""

from __future__ import annotations

from incident_analysis.frames.promise import COUNT, NUMBER, TIME, promise

STRETCHES = promise(
    "STRETCHES",
    "a stretch of time with the incidents in it",
    ("start", TIME, "when it begins"),
    ("end", TIME, "when it ends"),
    ("count", COUNT, "incidents in it"),
    ("exposure_years", NUMBER, "its length in years of 365.25 days"),
    ("per_year", NUMBER, "incidents per year; NaN where there was none: then only `high` is known"),
    ("low", NUMBER, "lower end of the rate's interval; NaN where there was none"),
    ("high", NUMBER, "upper end"),
    ("level", NUMBER, "probability of the interval"),
)
CUMULATED = promise(
    "CUMULATED",
    "an instant with what had happened by then",
    ("time", TIME, "when"),
    ("count", COUNT, "incidents that count up to and including it; the first opens the window and is 0"),
    ("expected", NUMBER, "what the growth model gives by then; NaN where none is fitted"),
)
