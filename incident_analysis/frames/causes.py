"""Promises of causes and of the actions that cut them."""

from __future__ import annotations

from incident_analysis.frames.promise import ANY, BOOL, COUNT, TEXT, TIME, promise

CAUSES = promise(
    "CAUSES",
    "a cause or an effect",
    ("cause_id", TEXT, "id"),
    ("kind", TEXT, "trigger, latent, contributing or effect"),
    ("category", TEXT, "category; empty where not stated"),
    ("text", TEXT, "what it was"),
    ("leads_to", ANY, "tuple of ids"),
    ("layer", COUNT, "0 for what nothing leads to; effects stand last"),
)
ACTIONS = promise(
    "ACTIONS",
    "an action",
    ("action_id", TEXT, "id; empty where not stated"),
    ("category", TEXT, "resolution, mitigation, prevention, monitoring, resilience or knowledge_sharing"),
    ("text", TEXT, "what is done"),
    ("status", TEXT, "done, planned, in_progress or rejected; empty where not stated"),
    ("automatic", BOOL, "missing where not stated"),
    ("owner", TEXT, "empty where not stated"),
    ("opened", TIME, "NaT where not stated"),
    ("due", TIME, "NaT where not stated"),
    ("closed", TIME, "NaT where not closed or not stated"),
    ("cost", TEXT, "in words"),
    ("cuts", ANY, "tuple of ids of causes and effects"),
    ("rule", TEXT, "alert rule in words"),
)
