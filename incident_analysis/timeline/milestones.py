"""Milestones as the events suggest them, each with the reason; people decide."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pandas as pd

from incident_analysis import frames
from incident_analysis.incident import MILESTONES, Incident
from incident_analysis.timeline.copies import state

_Row = dict[str, Any]
_MITIGATED = re.compile(
    r"\b(mitigat\w*|contain(?:ed|s)|work-?around|failed over|partial\w* (?:restor|recover)\w*)\b", re.I
)
_RESTORED = re.compile(
    r"\b(restored|recovered|back to normal|as before|back up|all (?:shards |systems )?green|fully operational)\b", re.I
)
_CLOSED = re.compile(r"\b(incident (?:is )?(?:resolved|closed|over)|all[- ]clear|closed the incident)\b", re.I)


def milestones(timeline: pd.DataFrame, *, incident: Incident | None = None) -> pd.DataFrame:
    """Propose the milestones from the events.

    What is marked (column `milestone`), by a person or an export, comes first. Else a rule proposes: the malfunction
    began with the earliest failure, signal, consequence or alert; the impact started with the earliest consequence; it
    was detected by the earliest alert, or a customer who told of it before; acknowledged by the earliest
    acknowledgement; restored when the last alert was over, else when somebody said so; mitigated and resolved only
    where an event says so in words.

    Parameters
    ----------
    timeline : TIMELINE
        Copies of events (relation "duplicates") are left out.
    incident : Incident, optional
        Its declared milestones are set beside the proposals.

    Returns
    -------
    PROPOSALS
        One row a milestone, in their order; `time` is NaT where the timeline does not tell, never a guess.
    """
    frames.check(timeline, frames.TIMELINE, where="timeline")
    rows = [row for row in frames.rows(timeline) if row["relation"] != "duplicates" and not pd.isna(row["time"])]
    rows.sort(key=lambda row: row["time"])
    return frames.build(frames.PROPOSALS, [_proposal(name, rows, incident) for name in MILESTONES])


def _proposal(name: str, rows: list[_Row], incident: Incident | None) -> _Row:
    marked = [row for row in rows if row["milestone"] == name]
    if marked:
        # What ends is over with its last end: exports mark the end of every alert.
        late = name in ("mitigated", "restored", "resolved")
        chosen: _Row | None = marked[-1 if late else 0]
        which = f", the {'latest' if late else 'earliest'} of {len(marked)}" if len(marked) > 1 else ""
        reason = f"marked in the timeline{which}"
    else:
        chosen, reason = _RULES[name](rows)
    made: _Row = {"milestone": name, "reason": reason, "certainty": "unknown", "standing": "none"}
    if chosen is not None:
        same = ("time", "time_low", "time_high", "certainty", "event_id", "text", "source")
        made |= {key: chosen[key] for key in same} | {"standing": "marked" if marked else "proposed"}
    if incident is not None:
        declared = incident.moment(name)
        made["declared"] = declared.time
        if declared.time is not None and chosen is not None:
            made["difference_s"] = (chosen["time"] - declared.time).total_seconds()
    return made


def _first(rows: list[_Row], kinds: tuple[str, ...]) -> _Row | None:
    return next((row for row in rows if row["kind"] in kinds), None)


def _fired(row: _Row) -> bool:
    return row["kind"] == "alert" and state(row) == "fired"


def _told_by_customer(row: _Row) -> bool:
    return row["actor"] == "customer" and row["kind"] in ("observation", "communication")


def _began(rows: list[_Row]) -> tuple[_Row | None, str]:
    found = next((row for row in rows if row["kind"] in ("failure", "signal", "consequence") or _fired(row)), None)
    if found is None:
        return None, "the evidence tells of no failure, signal, consequence or alert"
    if found["kind"] == "alert":
        return found, "the earliest alert: the evidence tells of no failure, signal or consequence before it"
    return found, f"the earliest {found['kind']}"


def _started(rows: list[_Row]) -> tuple[_Row | None, str]:
    found = _first(rows, ("consequence",))
    return found, "the earliest consequence" if found else "the evidence tells of no consequence"


def _detected(rows: list[_Row]) -> tuple[_Row | None, str]:
    found = next(
        (
            row
            for row in rows
            if _fired(row) or (row["actor"] == "customer" and row["kind"] in ("observation", "communication"))
        ),
        None,
    )
    if found is None:
        return None, "the evidence holds no alert, and nothing that a customer told"
    return found, "the earliest alert" if found["kind"] == "alert" else "a customer told of it before any alert"


def _acknowledged(rows: list[_Row]) -> tuple[_Row | None, str]:
    found = _first(rows, ("acknowledgement",))
    return found, "the earliest acknowledgement" if found else "not acknowledged in the evidence"


def _mitigated(rows: list[_Row]) -> tuple[_Row | None, str]:
    found = next((row for row in rows if _MITIGATED.search(row["text"])), None)
    return found, "the earliest event that says so in words" if found else "no event says so in words"


def _restored(rows: list[_Row]) -> tuple[_Row | None, str]:
    fired = [row for row in rows if _fired(row)]
    over = {row["relates_to"]: row for row in rows if row["relation"] == "resolves"}
    said = [row for row in rows if _RESTORED.search(row["text"]) and row["relation"] != "resolves"]
    still = [row for row in fired if row["event_id"] not in over]
    if over and not still:
        last = max(over.values(), key=lambda row: row["time"])
        return last, f"the last of {len(fired)} alerts was over"
    if said:
        which = f"; {len(still)} of {len(fired)} alerts have no end in the evidence" if still and over else ""
        return said[-1], f"the latest event that says so in words{which}"
    if over:
        return None, f"{len(still)} of {len(fired)} alerts have no end in the evidence, and no event says that it was"
    return None, "no alert ends in the evidence, and no event says that it was"


def _resolved(rows: list[_Row]) -> tuple[_Row | None, str]:
    found = [row for row in rows if _CLOSED.search(row["text"])]
    return (found[-1], "the latest event that says so in words") if found else (None, "no event says so in words")


_RULES: dict[str, Callable[[list[_Row]], tuple[_Row | None, str]]] = {
    "malfunction_began": _began,
    "started": _started,
    "detected": _detected,
    "acknowledged": _acknowledged,
    "mitigated": _mitigated,
    "restored": _restored,
    "resolved": _resolved,
}
