"""Alerts with their acknowledgements, failures with their consequences; those without a partner are listed too."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from incident_analysis import frames, words
from incident_analysis.timeline.shifting import same_event

#: Kind of pair: first kind, second kind, the relation that states the link, what is said where no partner is found.
KINDS = {
    "alert-acknowledgement": ("alert", "acknowledgement", "acknowledges", "not acknowledged in the evidence"),
    "failure-consequence": ("failure", "consequence", "caused_by", "no consequence in the evidence"),
}


def pairs(timeline: pd.DataFrame) -> pd.DataFrame:
    """Pair alerts with acknowledgements and failures with consequences.

    A link that the evidence states (`relates_to` and `relation`) is "stated". For what is left, a rule proposes the
    nearest earlier alert or failure that has no partner yet, of the same service where both name one; such a link is
    "proposed". What has no partner is a row of its own.

    An event and its copies (relation "duplicates") are one; what says that an alert is over is no alert.

    Parameters
    ----------
    timeline : TIMELINE

    Returns
    -------
    PAIRS
        `delay_s` in seconds, NaN where one of the two has no time or no partner was found: never 0.
    """
    frames.check(timeline, frames.TIMELINE, where="timeline")
    rows = _leading(timeline)
    return frames.build(frames.PAIRS, [row for kind, rule in KINDS.items() for row in _of_kind(kind, *rule, rows=rows)])


def _leading(timeline: pd.DataFrame) -> list[Any]:
    """The rows without copies, and with what they relate to named by the event that leads its copies."""
    leads = dict(zip(timeline["event_id"], same_event(timeline), strict=True))
    rows = timeline[timeline["relation"] != "duplicates"].to_dict("records")
    return [row | {"relates_to": leads.get(row["relates_to"], row["relates_to"])} for row in rows]


def _of_kind(
    kind: str, first_kind: str, second_kind: str, relation: str, alone: str, *, rows: list[Any]
) -> Iterator[dict[str, Any]]:
    place = {row["event_id"]: i for i, row in enumerate(rows)}
    firsts = [row for row in rows if row["kind"] == first_kind and row["relation"] != "resolves"]
    seconds = [row for row in rows if row["kind"] == second_kind]
    matched: set[str] = set()
    partners: dict[str, tuple[Any, str, str]] = {}
    for second in seconds:
        stated = [f for f in firsts if second["relation"] == relation and second["relates_to"] == f["event_id"]]
        stated += [f for f in firsts if f["relation"] == relation and f["relates_to"] == second["event_id"]]
        if stated:
            partners[second["event_id"]] = (stated[0], "stated", "linked in the evidence")
            matched.add(stated[0]["event_id"])
    for second in seconds:
        # A consequence that is stated to come of something else is not offered another failure.
        if second["event_id"] in partners or (second["relation"] == relation and second["relates_to"]):
            continue
        before = [
            f
            for f in firsts
            if place[f["event_id"]] < place[second["event_id"]]
            and f["event_id"] not in matched
            and (not f["service"] or not second["service"] or f["service"] == second["service"])
        ]
        if before:
            reason = f"proposed by rule: the latest {first_kind} before it without a partner"
            partners[second["event_id"]] = (before[-1], "proposed", reason)
            matched.add(before[-1]["event_id"])
    for first in firsts:
        its = [s for s in seconds if s["event_id"] in partners and partners[s["event_id"]][0] is first]
        for second in its:
            _, link, reason = partners[second["event_id"]]
            yield _pair(kind, first, second, link, reason)
        if not its:
            yield _pair(kind, first, None, "none", alone)
    for second in seconds:
        if second["event_id"] not in partners:
            yield _pair(kind, None, second, "none", f"no {first_kind} before it in the evidence")


def _pair(kind: str, first: Any, second: Any, link: str, reason: str) -> dict[str, Any]:
    row: dict[str, Any] = {
        "kind": kind,
        "first_id": first["event_id"] if first else "",
        "second_id": second["event_id"] if second else "",
        "first_text": first["text"] if first else "",
        "second_text": second["text"] if second else "",
        "link": link,
        "reason": reason,
        "delay": "unknown",
    }
    if first is None or second is None or pd.isna(first["time"]) or pd.isna(second["time"]):
        return row
    if first["certainty"] != "day" and second["certainty"] != "day":
        row["delay_s"] = (second["time"] - first["time"]).total_seconds()
        about = "about " if "approx" in (first["certainty"], second["certainty"]) else ""
        row["delay"] = about + words.duration(row["delay_s"])
    ends = [first["time_low"], first["time_high"], second["time_low"], second["time_high"]]
    if not any(pd.isna(x) for x in ends):
        row["delay_low_s"] = (second["time_low"] - first["time_high"]).total_seconds()
        row["delay_high_s"] = (second["time_high"] - first["time_low"]).total_seconds()
        if "delay_s" not in row:
            row["delay"] = f"between {words.duration(row['delay_low_s'])} and {words.duration(row['delay_high_s'])}"
    return row
