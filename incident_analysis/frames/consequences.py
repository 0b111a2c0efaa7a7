"""Promises of consequences: the ledger."""

from __future__ import annotations

from incident_analysis.frames.promise import ANY, NUMBER, TEXT, promise

LEDGER = promise(
    "LEDGER",
    "an impact line",
    ("id", TEXT, "id"),
    ("kind", TEXT, "money, customers, requests, data, staff_hours, deals, reputation, people or other"),
    ("what", TEXT, "what was lost"),
    ("who", TEXT, "who suffered; empty where not stated"),
    ("why", TEXT, "id of the event or cause; empty where not stated"),
    ("low", NUMBER, "at least; NaN where not known"),
    ("likely", NUMBER, "figure as stated; NaN where not known"),
    ("high", NUMBER, "at most; NaN where not known"),
    ("unit", TEXT, "unit of the figures; nothing is summed across units"),
    ("of", NUMBER, "the whole of which it is a part"),
    ("stated", TEXT, "words of the source that are no number"),
    ("certainty", TEXT, "counted, stated, reported, estimate, derived or unknown"),
    ("bearer", TEXT, "customer, staff, company, product, partners or public; empty where not stated"),
    ("part_of", TEXT, "id of the line that includes this one"),
    ("conflicts_with", TEXT, "id of a line that says otherwise"),
    ("together", TEXT, "lines of one group move together"),
    ("role", TEXT, "loss, gain or context (not a loss)"),
    ("note", TEXT, "the source's own reservation"),
    ("source", TEXT, "document"),
    ("evidence", ANY, "tuple of Evidence"),
)
