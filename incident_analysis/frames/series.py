"""Promise of series: what was counted or measured, interval by interval."""

from __future__ import annotations

from incident_analysis.frames.promise import COUNT, NUMBER, TEXT, TIME_NS, promise

SERIES = promise(
    "SERIES",
    "an interval of one key; an interval in which nothing was counted may have no row",
    ("time", TIME_NS, "where it begins"),
    ("end", TIME_NS, "where it ends, not included"),
    ("key", TEXT, "what it is about: values joined by |; empty where there is one series only"),
    ("count", COUNT, "records or requests in it", True),
    ("value", NUMBER, "what was measured; NaN where nothing was", True),
    ("valid", NUMBER, "events (or seconds) that count towards the service level", True),
    ("good", NUMBER, "how many of them were good; NaN where only bounds are known", True),
    ("unit", TEXT, "unit of `value`, or of `valid` and `good`", True),
)
