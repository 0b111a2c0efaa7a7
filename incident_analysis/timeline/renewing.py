"""Importing again: what the sources say now, beside what people wrote into the timeline since."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from incident_analysis import frames
from incident_analysis.estimate import Estimate
from incident_analysis.frames import TIMELINE
from incident_analysis.reading.timeline_csv import cell, frame_of
from incident_analysis.timeline.clocks import LEAST_COPIES, offsets
from incident_analysis.timeline.copies import origins
from incident_analysis.timeline.merging import merge, ordered
from incident_analysis.timeline.shifting import mark_order, shift

#: Column of `timeline.csv` that tells, in four digests, what the last import wrote: hand edits differ from it.
MARK = "imported"
#: What people decide about an event before it is merged; whether it is shown; what it is linked to.
JUDGED = ("kind", "milestone", "note", "why")
SHOWN = ("include",)
LINKED = ("relation", "relates_to")
#: What the source tells of it.
TOLD = tuple(n for n in TIMELINE.names if n not in (*JUDGED, *SHOWN, *LINKED, "event_id"))
_GROUPS = (TOLD, JUDGED, SHOWN, LINKED)
_KINDS = {c.name: c.kind for c in TIMELINE.columns}


@dataclass(frozen=True, slots=True, eq=False)
class Renewal:
    """A timeline after an import.

    Parameters
    ----------
    timeline : TIMELINE
        With the column `imported`.
    changes : CHANGES
    offsets : OFFSETS
    """

    timeline: pd.DataFrame
    changes: pd.DataFrame
    offsets: pd.DataFrame


def renew(old: pd.DataFrame, fresh: Iterable[pd.DataFrame], *, level: float = 0.9, tolerance: str = "2min") -> Renewal:
    """Bring newly read sources into a timeline without losing what people wrote in it.

    The clocks of the new sources are put right (`offsets`), then all is merged (`merge`). A row of the timeline that a
    new source tells again keeps its `event_id`. What people changed in it stays, and what the source says instead is
    listed as "kept"; what nobody touched follows the source, and is listed as "updated". Rows that the source no
    longer tells stay, listed as "gone". Rows of other sources, and those written by hand, stay as they are.

    Parameters
    ----------
    old : TIMELINE
        What stands in `timeline.csv`; empty at the first import.
    fresh : iterable of TIMELINE
        What the exports say.
    level : float
        Of the intervals of clock offsets.
    tolerance : str
        As in `merge`.

    Returns
    -------
    Renewal
    """
    parts = [part for frame in fresh for part in _by_origin(frame)]
    names = {source for part in parts for source in part["source"]}
    rest = old[~old["source"].isin(names)]
    imported = rest[rest[MARK] != ""] if MARK in rest else rest.iloc[:0]
    fixed = [imported] if len(imported) >= LEAST_COPIES else []
    clocks = offsets(parts, level=level, fixed=fixed)
    placed = [_placed(part, row) for part, row in zip(parts, frames.rows(clocks), strict=True)]

    again = old[old["source"].isin(names)]
    before = {str(row["event_id"]): row for row in frames.rows(old)}
    taken = set(before)
    partner = _partners(frames.rows(again), [row for part in placed for row in frames.rows(part)])
    changes: list[dict[str, Any]] = []
    marks: dict[str, list[str]] = {}
    merged_from = []
    for part in placed:
        rows = frames.rows(part)
        ids = _ids(rows, partner, taken)
        for row in rows:
            was = partner.get(_place(row))
            row["relates_to"] = ids.get(str(row["relates_to"]), row["relates_to"])
            row["event_id"] = ids[str(row["event_id"])]
            mark = [_digest(row, group) for group in _GROUPS]
            marks[row["event_id"]] = mark
            if was is None:
                changes.append(_change("added", row, after=str(row["text"]), reason="not in the timeline before"))
            else:
                for place, group in enumerate((TOLD, JUDGED)):
                    _settle(row, before[was], group, _mark(before[was], place), changes)
        merged_from.append(frame_of(rows))
    matched = set(partner.values())
    gone = [row for row in frames.rows(again) if row["event_id"] not in matched]
    changes += [
        _change("gone", row, before=str(row["text"]), reason="the export no longer holds it; the row stays")
        for row in gone
    ]
    kept = frames.rows(rest) + gone
    merged = merge([frame_of(kept), *merged_from] if kept else merged_from, tolerance=tolerance)
    rows = frames.rows(merged)
    for row in rows:
        identity = str(row["event_id"])
        was_row = before.get(identity)
        fresh_marks = marks.get(identity)
        if fresh_marks is not None:
            fresh_marks[2:] = [_digest(row, SHOWN), _digest(row, LINKED)]
        if was_row is not None:
            for place, group in enumerate((SHOWN, LINKED), 2):
                proposed = _digest(row, group)
                _settle(row, was_row, group, _mark(was_row, place), changes)
                if fresh_marks is None and _mark(was_row, place):
                    fresh_marks = [_mark(was_row, p) for p in range(4)]
                if fresh_marks is not None:
                    fresh_marks[place] = proposed
        elif row["relation"] == "duplicates":
            changes.append(
                _change(
                    "joined",
                    row,
                    column="relates_to",
                    after=str(row["relates_to"]),
                    reason="the same event, told twice",
                )
            )
        row[MARK] = ".".join(fresh_marks) if fresh_marks is not None else str(row.get(MARK) or "")
    final = mark_order(frame_of(ordered(rows)))
    return Renewal(final, frames.build(frames.CHANGES, changes), clocks)


def _by_origin(frame: pd.DataFrame) -> list[pd.DataFrame]:
    """One frame for each clock."""
    if not len(frame):
        return []
    return [part.reset_index(drop=True) for _, part in frame.groupby(origins(frame), sort=False)]


def _placed(part: pd.DataFrame, told: dict[str, Any]) -> pd.DataFrame:
    seconds = float(told["applied_s"])
    if not seconds:
        return part
    offset: Estimate | float = seconds
    if seconds == told["offset_s"] and not pd.isna(told["level"]):
        offset = Estimate(
            seconds,
            told["offset_low_s"],
            told["offset_high_s"],
            level=told["level"],
            interval="confidence",
            unit="s",
            n=int(told["copies"]),
        )
    return shift(part, offset=offset)


def _place(row: dict[str, Any]) -> tuple[str, str]:
    return str(row["source"]), str(row["event_id"])


def _partners(old: list[dict[str, Any]], new: list[dict[str, Any]]) -> dict[tuple[str, str], str]:
    """For each new row, by source and id, the `event_id` of the old row that tells the same.

    The most particular agreement first: a line's number moves when somebody adds a line above it.
    """
    found: dict[tuple[str, str], str] = {}
    for names in (
        ("source", "source_id", "time_stated", "text"),
        ("source", "time_stated", "text"),
        ("source", "source_id", "time_stated"),
        ("source", "source_id"),
    ):
        used = set(found.values())
        waiting: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for row in old:
            if str(row["event_id"]) not in used:
                waiting[tuple(str(row[n]) for n in names)].append(str(row["event_id"]))
        for row in new:
            place = _place(row)
            if names == ("source", "source_id") and str(row["source_id"]).startswith("line "):
                continue
            if place not in found and (those := waiting.get(tuple(str(row[n]) for n in names))):
                found[place] = those.pop(0)
    return found


def _ids(rows: list[dict[str, Any]], partner: dict[tuple[str, str], str], taken: set[str]) -> dict[str, str]:
    """From the ids that the reader gave to those that the timeline uses."""
    made: dict[str, str] = {}
    for row in rows:
        identity = str(row["event_id"])
        name = partner.get(_place(row))
        if name is None:
            name, n = identity, 1
            while name in taken:
                n += 1
                name = f"{identity}~{n}"
        taken.add(name)
        made[identity] = name
    return made


def _digest(row: dict[str, Any], group: tuple[str, ...]) -> str:
    text = "\x1f".join(cell(row.get(name), _KINDS[name]) for name in group)
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()[:8]


def _mark(row: dict[str, Any], place: int) -> str:
    parts = str(row.get(MARK) or "").split(".")
    return parts[place] if len(parts) == len(_GROUPS) else ""


def _settle(
    row: dict[str, Any], was: dict[str, Any], group: tuple[str, ...], mark: str, changes: list[dict[str, Any]]
) -> None:
    """What people changed stays; what nobody touched follows the source; either is told where the two differ."""
    edited = _digest(was, group) != mark
    for name in group:
        before, after = cell(was.get(name), _KINDS[name]), cell(row.get(name), _KINDS[name])
        if before == after:
            continue
        if edited:
            reason = "changed by hand: stays" if mark else "written by hand: stays"
            row[name] = was.get(name)
        else:
            reason = "nobody had changed it: follows the source"
        changes.append(_change("kept" if edited else "updated", row, name, before, after, reason))


def _change(
    change: str, row: dict[str, Any], column: str = "", before: str = "", after: str = "", reason: str = ""
) -> dict[str, Any]:
    return {
        "change": change,
        "event_id": row["event_id"],
        "column": column,
        "before": before,
        "after": after,
        "source": row["source"],
        "reason": reason,
    }
