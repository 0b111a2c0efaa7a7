"""Promises of what exports hold: log records, samples of metrics."""

from __future__ import annotations

from incident_analysis.frames.promise import BOOL, COUNT, NUMBER, TEXT, TIME_NS, promise

LOGS = promise(
    "LOGS",
    "a log record; formats add columns of their own",
    ("time", TIME_NS, "instant; NaT where the record has none"),
    ("severity_number", COUNT, "OpenTelemetry's, 1 to 24; missing where no level is told"),
    ("severity_text", TEXT, "level in the source's words"),
    ("service", TEXT, "service that wrote it"),
    ("host", TEXT, "machine that wrote it"),
    ("message", TEXT, "what it says; the whole text where it could not be read"),
    ("source", TEXT, "file"),
    ("line_start", COUNT, "its first line in the file"),
    ("line_end", COUNT, "its last line"),
    ("parsed", BOOL, "whether the format could read it"),
    ("zone", TEXT, "how the zone is known: explicit, header, assumed:ZONE"),
)
METRICS = promise(
    "METRICS",
    "a sample; a missing step has no row",
    ("time", TIME_NS, "instant; NaT where a snapshot tells none"),
    ("metric", TEXT, "name"),
    ("labels", TEXT, 'canonical: {a="x",b="y"}, sorted by name; empty where there are none'),
    ("value", NUMBER, "NaN where the source writes NaN or nothing"),
    ("unit", TEXT, "as the source writes it; empty where it does not"),
    ("source", TEXT, "file"),
)
