"""Several sources as one timeline: the same event joined, both rows kept; links from keys and threads."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import combinations
from pathlib import PurePath
from typing import Any

import numpy as np
import pandas as pd

from incident_analysis import frames
from incident_analysis.errors import ParameterError
from incident_analysis.reading.timeline_csv import frame_of
from incident_analysis.timeline.copies import SOFT, Likeness, keys_of, origins_of, state
from incident_analysis.timeline.shifting import mark_order

#: Texts that are less alike than this need a closer time than the tolerance to be one event.
_SURE = 0.8


def merge(
    timelines: pd.DataFrame | Iterable[pd.DataFrame], *further: pd.DataFrame, tolerance: str | pd.Timedelta = "2min"
) -> pd.DataFrame:
    """Merge timelines of several sources into one.

    Rows of different sources are the same event where their kinds allow it, they share a key or say much the same, and
    their times (or the bounds of these) are no further apart than the tolerance. Both rows stay: the better one leads,
    the other gets the relation "duplicates" to it and is not shown (`include` False). Better is: a finer time (whole
    minutes count as a minute), a stamp with its zone, an earlier place. What the copy was linked to, the leading row is
    linked to then; where it is something that people said, it takes the kind of a copy that says what happened.

    Links that no source states are read off shared keys, fingerprints and threads: an acknowledgement to the latest
    alert before it, an end to the alert it ends ("resolves"), a consequence to its failure ("caused_by").

    Parameters
    ----------
    timelines : TIMELINE or iterable of TIMELINE
        One frame a source or several sources in one; their clocks put right before (`offsets`, `shift`).
    *further : TIMELINE
        More of them.
    tolerance : str or Timedelta
        How far apart copies may be.

    Returns
    -------
    TIMELINE
        As many rows as came in; sorted by time, those of one instant in the order given, one without a time behind the
        row it stood behind. `order_doubtful` as `mark_order` says. An `event_id` that two sources use is told apart by
        the source's name in front.

    Raises
    ------
    ParameterError
        The tolerance is no length of time.
    """
    every = [timelines] if isinstance(timelines, pd.DataFrame) else list(timelines)
    every += further
    for i, frame in enumerate(every):
        frames.check(frame, frames.TIMELINE, where=f"timelines[{i}]")
    seconds = _seconds(tolerance)
    every = [frame for frame in every if len(frame)]
    if not every:
        return mark_order(frames.empty(frames.TIMELINE))
    rows = ordered(_told_apart(every))
    _join(rows, seconds)
    _link(rows)
    return mark_order(frame_of(rows))


def _seconds(tolerance: str | pd.Timedelta) -> float:
    try:
        seconds = pd.Timedelta(tolerance).total_seconds()
    except (ValueError, TypeError):
        seconds = float("nan")
    if not seconds >= 0:
        raise ParameterError(
            f"{tolerance!r} is no length of time", remedy='write it as "2min" or "30s"', where="tolerance"
        )
    return seconds


def ordered(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows by time, stable; one without a time goes along with the row before it of the same source."""
    last: dict[str, Any] = {}
    keyed = []
    for place, row in enumerate(rows):
        time = row["time"]
        if pd.isna(time):
            time = last.get(row["source"])
        else:
            last[row["source"]] = time
        keyed.append(((time is not None, time), place, row))
    leading = [row for (known, _), _, row in keyed if not known]
    timed = sorted((k for k in keyed if k[0][0]), key=lambda k: (k[0][1], k[1]))
    return leading + [row for _, _, row in timed]


def _told_apart(every: list[pd.DataFrame]) -> list[dict[str, Any]]:
    """All rows, each with an id of its own."""
    parts = [(str(source), part) for frame in every for source, part in frame.groupby("source", sort=False)]
    # A frame's own order counts, also where its sources alternate.
    rows = [row for frame in every for row in frames.rows(frame)]
    used: dict[str, set[str]] = {}
    for source, part in parts:
        for identity in part["event_id"]:
            used.setdefault(str(identity), set()).add(source)
    taken: set[str] = set()
    names: dict[tuple[str, str], str] = {}
    for row in rows:
        identity, source = str(row["event_id"]), str(row["source"])
        clash = len(used[identity]) > 1 or not identity
        wanted = f"{_slug(source)}-{identity}".rstrip("-") if clash else identity
        name, n = wanted, 1
        while name in taken:
            n += 1
            name = f"{wanted}-{n}"
        taken.add(name)
        names.setdefault((source, identity), name)
        row["event_id"] = name
        row["_was"] = identity
    for row in rows:
        to = str(row["relates_to"] or "")
        row["relates_to"] = names.get((str(row["source"]), to), to)
        del row["_was"]
    return rows


def _slug(source: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", PurePath(source).stem.lower()).strip("-") or "source"


def _join(rows: list[dict[str, Any]], tolerance: float) -> None:
    """Mark copies: greedy by likeness and closeness, at most one row of each source in an event."""
    whose = origins_of([row["source"] for row in rows], [row["event_id"] for row in rows])
    by_source: dict[str, list[int]] = {}
    for i in range(len(rows)):
        by_source.setdefault(whose[i], []).append(i)
    found = []
    for one, two in combinations(by_source, 2):
        mine, theirs = by_source[one], by_source[two]
        likeness = Likeness([rows[i] for i in mine], [rows[i] for i in theirs])
        for a, b in _near(rows, mine, theirs, tolerance):
            told = likeness.of(a, b)
            i, j = mine[a], theirs[b]
            apart = None if told is None else _apart(rows[i], rows[j])
            if told is None or apart is None:
                continue
            near = tolerance if told[0] >= _SURE or told[1] == "key" else tolerance / 2
            if apart <= near:
                found.append((-round(told[0], 1), apart, min(i, j), max(i, j)))
    group = {i: {i} for i in range(len(rows))}
    for i, row in enumerate(rows):
        # What an earlier import joined, or a person did, stays joined.
        if row["relation"] == "duplicates":
            leads = next((j for j, other in enumerate(rows) if other["event_id"] == row["relates_to"]), None)
            if leads is not None:
                _unite(group, i, leads)
    for _, _, i, j in sorted(found):
        sources = [whose[k] for k in group[i] | group[j]]
        if group[i] is not group[j] and len(sources) == len(set(sources)):
            _unite(group, i, j)
    _join_answers(rows, group, whose, tolerance)
    coarse = _whole_minutes(rows, whose)
    cut = {i for i, source in enumerate(whose) if source in coarse}
    for members in {id(g): g for g in group.values()}.values():
        if len(members) > 1:
            _lead(rows, sorted(members), cut)


def _near(
    rows: list[dict[str, Any]], mine: list[int], theirs: list[int], tolerance: float
) -> Iterator[tuple[int, int]]:
    """Places of rows of two sources whose times, or their bounds, may be within the tolerance."""
    ends = [np.array([_ends(rows[i]) for i in side], dtype=float).reshape(-1, 2) for side in (mine, theirs)]
    order = np.argsort(ends[1][:, 0], kind="stable")
    starts = ends[1][order, 0]
    # The widest bounds of the other source tell how far back one that still reaches here may begin.
    widths = ends[1][:, 1] - ends[1][:, 0]
    widest = float(widths[~np.isnan(widths)].max(initial=0.0))
    for a, (low, high) in enumerate(ends[0]):
        if np.isnan(low):
            continue
        first = np.searchsorted(starts, low - tolerance - widest, side="left")
        last = np.searchsorted(starts, high + tolerance, side="right")
        yield from ((a, int(b)) for b in order[first:last])


def _ends(row: dict[str, Any]) -> tuple[float, float]:
    """Bounds of a row in seconds since 1970; its time where it has none, NaN without a time."""
    if pd.isna(row["time"]):
        return float("nan"), float("nan")
    known = not pd.isna(row["time_low"]) and not pd.isna(row["time_high"])
    low, high = (row["time_low"], row["time_high"]) if known else (row["time"], row["time"])
    return low.timestamp(), high.timestamp()


def _join_answers(rows: list[dict[str, Any]], group: dict[int, set[int]], whose: list[str], tolerance: float) -> None:
    """Two answers to copies of one event, of the same kind and near in time, are one answer, whatever their words."""
    place = {row["event_id"]: i for i, row in enumerate(rows)}
    answers: dict[tuple[str, int], list[int]] = {}
    for i, row in enumerate(rows):
        if row["relation"] in ("acknowledges", "resolves") and row["relates_to"] in place:
            answers.setdefault((row["relation"], min(group[place[row["relates_to"]]])), []).append(i)
    found = []
    for those in answers.values():
        for i, j in combinations(those, 2):
            apart = _apart(rows[i], rows[j])
            if whose[i] != whose[j] and apart is not None and apart <= tolerance:
                found.append((apart, i, j))
    for _, i, j in sorted(found):
        sources = [whose[k] for k in group[i] | group[j]]
        if group[i] is not group[j] and len(sources) == len(set(sources)):
            _unite(group, i, j)


def _unite(group: dict[int, set[int]], i: int, j: int) -> None:
    both = group[i] | group[j]
    for k in both:
        group[k] = both


def _apart(a: dict[str, Any], b: dict[str, Any]) -> float | None:
    """Seconds between two times, or between their bounds where these are wider; None where one has no time."""
    if pd.isna(a["time"]) or pd.isna(b["time"]):
        return None
    ends = []
    for row in (a, b):
        known = not pd.isna(row["time_low"]) and not pd.isna(row["time_high"])
        ends.append((row["time_low"], row["time_high"]) if known else (row["time"], row["time"]))
    (low, high), (low2, high2) = ends
    return max((low2 - high).total_seconds(), (low - high2).total_seconds(), 0.0)


def _whole_minutes(rows: list[dict[str, Any]], whose: list[str]) -> set[str]:
    """The sources that write no seconds: their stamps are cut, whatever is said of their certainty."""
    stamps: dict[str, list[pd.Timestamp]] = {}
    for row, source in zip(rows, whose, strict=True):
        if not pd.isna(row["time"]):
            added = 0.0 if pd.isna(row["clock_offset_s"]) else float(row["clock_offset_s"])
            stamps.setdefault(source, []).append((row["time"] - pd.Timedelta(seconds=added)).round("ms"))
    # Somebody may have put a second right by hand.
    return {
        source
        for source, times in stamps.items()
        if len(times) > 1 and sum(t.second == 0 and t.microsecond == 0 for t in times) >= 0.8 * len(times)
    }


def _width(row: dict[str, Any], *, cut: bool) -> float:
    """How many seconds a row leaves open; a stamp that was cut to its minute leaves that minute."""
    if pd.isna(row["time"]):
        return float("inf")
    if pd.isna(row["time_low"]) or pd.isna(row["time_high"]):
        return 600.0
    width = float((row["time_high"] - row["time_low"]).total_seconds())
    # Fractions of a second are all the same, but an instant is better than any of them.
    return max(width, 60.0) if cut else max(width, 1.0) if width else 0.0


def _lead(rows: list[dict[str, Any]], members: list[int], cut: set[int]) -> None:
    def rank(i: int) -> tuple[Any, ...]:
        row = rows[i]
        chosen = row["relation"] == "duplicates"
        return chosen, _width(row, cut=i in cut), row["zone"] not in ("explicit", "header"), i

    first = min(members, key=rank)
    lead = rows[first]
    ids = {rows[i]["event_id"] for i in members}
    # What people say is told apart by what a machine made of it, or another account; a machine knows what it saw.
    said = lead["kind"] == "communication" or lead["actor"] != "system"
    for i in members:
        if i == first:
            continue
        row = rows[i]
        if said and lead["kind"] in SOFT and row["kind"] not in SOFT:
            lead["kind"] = row["kind"]
        if row["relation"] != "duplicates":
            if row["relation"] and not lead["relation"] and row["relates_to"] not in ids:
                lead["relation"], lead["relates_to"] = row["relation"], row["relates_to"]
            row["include"] = False
        row["relation"], row["relates_to"] = "duplicates", lead["event_id"]


def _link(rows: list[dict[str, Any]]) -> None:
    """Links from shared keys, where no source states one."""
    place = {row["event_id"]: i for i, row in enumerate(rows)}
    lead = {i: place.get(row["relates_to"], i) if row["relation"] == "duplicates" else i for i, row in enumerate(rows)}
    keys: dict[int, set[str]] = {}
    for i, row in enumerate(rows):
        keys.setdefault(lead[i], set()).update(keys_of(row))
    states = {i: state(rows[i]) for i in keys}
    alerts = [i for i in keys if rows[i]["kind"] == "alert" and states[i] == "fired"]
    failures = [i for i in keys if rows[i]["kind"] == "failure"]
    for i in sorted(keys):
        row = rows[i]
        # A copy's link to a copy means the two events themselves.
        if row["relates_to"] in place and row["relation"] != "duplicates":
            row["relates_to"] = rows[lead[place[row["relates_to"]]]]["event_id"]
        if row["relation"] or not keys[i]:
            continue
        if row["kind"] == "acknowledgement":
            relation, among = "acknowledges", alerts
        elif row["kind"] == "consequence":
            relation, among = "caused_by", failures
        elif states[i] == "resolved":
            relation, among = "resolves", alerts
        else:
            continue
        other = _latest_before(rows, i, [j for j in among if j != i and keys[j] & keys[i]])
        if other is not None:
            row["relation"], row["relates_to"] = relation, rows[other]["event_id"]


def _latest_before(rows: list[dict[str, Any]], i: int, among: list[int]) -> int | None:
    if not among:
        return None
    before = [j for j in among if j < i]
    # An answer that stands before every one of its questions is still theirs: contradictions will tell.
    return before[-1] if before else among[0]


def joined_count(timeline: pd.DataFrame) -> int:
    """How many rows are copies of another one."""
    return int(np.count_nonzero(timeline["relation"] == "duplicates"))
