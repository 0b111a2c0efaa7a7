"""Promises of a year's losses: simulated years, and how likely they exceed an amount."""

from __future__ import annotations

from incident_analysis.frames.promise import COUNT, NUMBER, TEXT, promise

LOSSES = promise(
    "LOSSES",
    "a simulated year",
    ("year", COUNT, "number of the year, from 0"),
    ("loss_sum", NUMBER, "all losses of the year, in `unit`"),
    ("loss_largest", NUMBER, "the largest single loss of the year; 0 where none came"),
    ("loss_event_count", COUNT, "losses of the year"),
    ("unit", TEXT, "one unit for the whole frame: ISO 4217 code for money"),
)
LOSS_CURVE = promise(
    "LOSS_CURVE",
    "an amount, and how likely a year exceeds it",
    ("x", NUMBER, "amount in `unit`; the first is 0"),
    ("exceedance_probability", NUMBER, "probability of more than `x`, in a year"),
    ("low", NUMBER, "lower end of the simulation's own error; NaN where exact"),
    ("high", NUMBER, "upper end of it; NaN where exact"),
    ("of", TEXT, "sum (of the year) or largest (single loss of the year)"),
    ("unit", TEXT, "one unit for the whole curve"),
    ("method", TEXT, "how it was computed, and what was left out"),
)
