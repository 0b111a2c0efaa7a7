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
from incident_analysis.timeline.clocks import LAG, LEAST_COPIES, offsets
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
    again = old[old["source"].isin(names)]
    before = {str(row["event_id"]): row for row in frames.rows(old)}
    taken = set(before)
    partner = _partners(frames.rows(again), [row for part in parts for row in frames.rows(part)])
    told = frames.rows(clocks)
    placed = [_placed(part, row, _earlier(part, partner, before)) for part, row in zip(parts, told, strict=True)]
    clocks = frames.build(frames.OFFSETS, told)
    corrected = {identity for identity, row in before.items() if _mark(row, 0) and _edited(row, TOLD)}
    changes: list[dict[str, Any]] = []
    said_now: dict[str, dict[str, Any]] = {}
    merged_from = []
    for part in placed:
        rows = frames.rows(part)
        ids = _ids(rows, partner, taken)
        for row in rows:
            was = before.get(partner.get(_place(row), ""))
            row["relates_to"] = ids.get(str(row["relates_to"]), row["relates_to"])
            row["event_id"] = ids[str(row["event_id"])]
            said_now[row["event_id"]] = dict(row)
            if was is None:
                changes.append(_change("added", row, after=str(row["text"]), reason="not in the timeline before"))
            else:
                # What people made of an event decides what it is joined with and linked to.
                for group in (TOLD, JUDGED):
                    if _edited(was, group):
                        row |= {name: was.get(name) for name in group}
                # An event whose words people corrected is still the one that it was joined with.
                if was["relation"] == "duplicates" and {str(was["event_id"]), str(was["relates_to"])} & corrected:
                    row |= {name: was.get(name) for name in (*SHOWN, *LINKED)}
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
        was, now = before.get(str(row["event_id"])), said_now.get(str(row["event_id"]))
        row[MARK] = _settled(row, was, now, changes)
        if was is None and row["relation"] == "duplicates":
            leads = str(row["relates_to"])
            changes.append(_change("joined", row, "relates_to", after=leads, reason="the same event, told twice"))
    final = mark_order(frame_of(ordered(rows)))
    return Renewal(final, frames.build(frames.CHANGES, changes), clocks)


def _by_origin(frame: pd.DataFrame) -> list[pd.DataFrame]:
    """One frame for each clock."""
    if not len(frame):
        return []
    whose = pd.Series(origins(frame), index=frame.index)
    return [part.reset_index(drop=True) for _, part in frame.groupby(whose, sort=False)]


def _placed(part: pd.DataFrame, told: dict[str, Any], earlier: Estimate | None) -> pd.DataFrame:
    """A source on the clock of the others; where an earlier import put it there too, exactly as it did."""
    new = _estimate(told)
    if earlier is not None and earlier.value is not None:
        agrees = new is None or (new.low or 0.0) - LAG <= earlier.value <= (new.high or 0.0) + LAG
        if agrees and told["reference"] != told["source"]:
            told |= {"applied_s": earlier.value, "reason": "as at the import before, with which it agrees"}
            return shift(part, offset=earlier) if earlier.value else part
    seconds = float(told["applied_s"])
    if not seconds:
        return part
    return shift(part, offset=new if new is not None and seconds == new.value else seconds)


def _estimate(told: dict[str, Any]) -> Estimate | None:
    if pd.isna(told["offset_s"]) or pd.isna(told["level"]):
        return None
    ends = (told["offset_s"], told["offset_low_s"], told["offset_high_s"])
    return Estimate(*ends, level=told["level"], interval="confidence", unit="s", n=int(told["copies"]))


def _earlier(
    part: pd.DataFrame, partner: dict[tuple[str, str], str], before: dict[str, dict[str, Any]]
) -> Estimate | None:
    """What an earlier import added to this clock, read off a row whose stamp is an instant and which nobody changed."""
    for row in frames.rows(part):
        was = before.get(partner.get(_place(row), ""))
        if was is None or _edited(was, TOLD) or row["certainty"] != "exact" or row["time_stated"] != was["time_stated"]:
            continue
        own = 0.0 if pd.isna(row["clock_offset_s"]) else float(row["clock_offset_s"])
        value = (0.0 if pd.isna(was["clock_offset_s"]) else float(was["clock_offset_s"])) - own
        if pd.isna(was["time_low"]) or pd.isna(was["time_high"]):
            return Estimate(value, value, value, unit="s")
        ends = [(was[name] - was["time"]).total_seconds() for name in ("time_low", "time_high")]
        return Estimate(value, value + ends[0], value + ends[1], interval="bounds", unit="s")
    return None


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
    return found | _by_stamp_alone(old, [row for row in new if _place(row) not in found], set(found.values()))


def _by_stamp_alone(old: list[dict[str, Any]], new: list[dict[str, Any]], used: set[str]) -> dict[tuple[str, str], str]:
    """Where one row each is left of a stamp in a source, its words were changed in the source."""
    left: dict[tuple[str, str], tuple[list[str], list[tuple[str, str]]]] = defaultdict(lambda: ([], []))
    for row in old:
        if str(row["event_id"]) not in used:
            left[str(row["source"]), str(row["time_stated"])][0].append(str(row["event_id"]))
    for row in new:
        left[str(row["source"]), str(row["time_stated"])][1].append(_place(row))
    return {places[0]: ids[0] for (_, stamp), (ids, places) in left.items() if stamp and len(ids) == len(places) == 1}


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


def _edited(was: dict[str, Any], group: tuple[str, ...]) -> bool:
    """Whether a row of the timeline is no longer as the last import wrote it; one that no import wrote is people's."""
    return _digest(was, group) != _mark(was, _GROUPS.index(group))


def _settled(
    row: dict[str, Any], was: dict[str, Any] | None, now: dict[str, Any] | None, changes: list[dict[str, Any]]
) -> str:
    """Settle a merged row with what stood there before, and tell the difference; the row's new mark.

    What people changed stays, and its mark too, so that it counts as changed by them at every further import. What
    nobody touched follows the sources.
    """
    marks = []
    for place, group in enumerate(_GROUPS):
        if was is None:
            marks.append(_digest(row, group) if now is not None else _mark(row, place))
            continue
        mark, edited = _mark(was, place), _edited(was, group)
        for name in group:
            # The source's own word, where people's stands in the row already.
            proposed = now[name] if edited and now is not None and group in (TOLD, JUDGED) else row.get(name)
            before, after = cell(was.get(name), _KINDS[name]), cell(proposed, _KINDS[name])
            if edited:
                row[name] = was.get(name)
            if before == after:
                continue
            reason = "nobody had changed it: follows the sources"
            if edited:
                reason = "changed by hand: stays" if mark else "written by hand: stays"
            changes.append(_change("kept" if edited else "updated", row, name, before, after, reason))
        marks.append(mark if edited else _digest(row, group))
    return ".".join(marks) if any(marks) else ""


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
