"""Statements of an incident that cannot all hold, and those that lack their counterpart."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pandas as pd

from incident_analysis import frames, words
from incident_analysis.incident import Incident
from incident_analysis.timeline.copies import alike
from incident_analysis.timeline.milestones import milestones
from incident_analysis.timeline.pairs import pairs

_Row = dict[str, Any]
#: Kinds of contradiction, in the order in which they are told.
KINDS = (
    "acknowledgement before alert",
    "fix before detection",
    "consequence before failure",
    "declared against evidence",
    "interview against record",
    "alert without acknowledgement",
    "silent gap",
)
_FIX = re.compile(
    r"\b(roll(?:ed|ing)? ?back|revert\w*|restart\w*|fail(?:ed|ing)? ?over|hot-?fix\w*|fix(?:ed)?)\b", re.I
)
#: A gap is silent from this on, and from this many usual gaps on.
SILENT_S, SILENT_TIMES = 1800.0, 8
#: People who remember a time better than this agree with a record.
REMEMBERED_S = 300.0
#: Declared and found times of one milestone agree within a minute, in which most people write.
DECLARED_S = 60.0


def contradictions(timeline: pd.DataFrame, *, incident: Incident) -> pd.DataFrame:
    """What does not go together in an incident's timeline.

    An acknowledgement before its alert, a fix before the detection, a consequence before its failure; a declared
    milestone or a statement of an interview against what is recorded; an alert that nobody acknowledged, and a long
    time without any event before the service was restored.

    Parameters
    ----------
    timeline : TIMELINE
        Copies of events are left out.
    incident : Incident
        For its milestones and interviews.

    Returns
    -------
    CONTRADICTIONS
        By kind and time. `certain` tells whether it holds whatever the bounds of the times allow. Of a missing
        acknowledgement nothing is known but that: `gap_s` is NaN, never 0.
    """
    frames.check(timeline, frames.TIMELINE, where="timeline")
    told = timeline[timeline["relation"] != "duplicates"]
    rows = frames.rows(told)
    found = [
        *_pairs(timeline),
        *_early_fixes(rows, incident),
        *_declared(timeline, incident),
        *_interviews(rows, incident),
        *_gaps(rows, incident),
    ]
    # What has no time stands behind what has one.
    far = pd.Timestamp.max.tz_localize("UTC")
    found.sort(key=lambda row: (KINDS.index(row["kind"]), far if pd.isna(row.get("first_time")) else row["first_time"]))
    return frames.build(frames.CONTRADICTIONS, found)


def _pairs(timeline: pd.DataFrame) -> Iterator[_Row]:
    times = dict(zip(timeline["event_id"], timeline["time"], strict=True))
    for pair in frames.rows(pairs(timeline)):
        alert = pair["kind"] == "alert-acknowledgement"
        base = {
            "first_id": pair["first_id"],
            "second_id": pair["second_id"],
            "first_time": times.get(pair["first_id"]),
            "second_time": times.get(pair["second_id"]),
        }
        if pair["delay_s"] < 0:
            certain = None if pd.isna(pair["delay_high_s"]) else bool(pair["delay_high_s"] < 0)
            first, second = ("alert", "acknowledgement") if alert else ("failure", "consequence")
            yield base | {
                "kind": f"{second} before {first}",
                "gap_s": -pair["delay_s"],
                "certain": certain,
                "text": f"the {second} {_quote(pair['second_text'])} stands {words.duration(-pair['delay_s'])} before "
                f"its {first} {_quote(pair['first_text'])}",
                "remedy": "compare the two sources' clocks and zones, or correct the link",
            }
        elif alert and pair["link"] == "none" and pair["first_id"]:
            yield base | {
                "kind": "alert without acknowledgement",
                "certain": True,
                "text": f"{_quote(pair['first_text'])}: not acknowledged in the evidence",
                "remedy": "ask whom it reached; collect the export that tells who took it up",
            }


def _early_fixes(rows: list[_Row], incident: Incident) -> Iterator[_Row]:
    detected = incident.moment("detected")
    if detected.time is None:
        return
    latest = detected.low or detected.time
    for row in rows:
        fixes = row["kind"] == "action" and (
            row["milestone"] in ("mitigated", "restored") or row["relation"] == "resolves" or _FIX.search(row["text"])
        )
        if not fixes or pd.isna(row["time"]) or row["certainty"] == "day":
            continue
        gap = (latest - row["time"]).total_seconds()
        if gap > 0:
            high = row["time_high"]
            yield {
                "kind": "fix before detection",
                "first_id": row["event_id"],
                "second_id": "detected",
                "first_time": row["time"],
                "second_time": detected.time,
                "gap_s": gap,
                "certain": None if pd.isna(high) or detected.low is None else bool(high < detected.low),
                "text": f"{_quote(row['text'])} stands {words.duration(gap)} before the incident was detected "
                f"({detected.text})",
                "remedy": "correct the time of detection, or say what the action answered",
            }


def _declared(timeline: pd.DataFrame, incident: Incident) -> Iterator[_Row]:
    for row in frames.rows(milestones(timeline, incident=incident)):
        moment = incident.moment(row["milestone"])
        # Only what events tell directly: a rule's guess about the end contradicts nobody.
        if row["milestone"] == "malfunction_began" and incident.times.malfunction_began is None:
            continue
        sure = row["standing"] == "marked" or row["milestone"] in ("detected", "acknowledged")
        if moment.time is None or not sure or pd.isna(row["time"]) or row["certainty"] == "day":
            continue
        low, high = moment.low or moment.time, moment.high or moment.time
        seen_low = row["time"] if pd.isna(row["time_low"]) else row["time_low"]
        seen_high = row["time"] if pd.isna(row["time_high"]) else row["time_high"]
        gap = max((seen_low - high).total_seconds(), (low - seen_high).total_seconds())
        if gap <= DECLARED_S:
            continue
        way = "later" if row["difference_s"] > 0 else "earlier"
        yield {
            "kind": "declared against evidence",
            "first_id": row["milestone"],
            "second_id": row["event_id"],
            "first_time": moment.time,
            "second_time": row["time"],
            "gap_s": gap,
            "certain": None if moment.low is None else True,
            "text": f"{row['milestone'].replace('_', ' ')} is declared {moment.text}, but {row['reason']}, "
            f"{_quote(row['text'])}, stands {words.duration(gap)} {way}, at {words.instant(row['time'])}",
            "remedy": "correct the milestone in incident.yaml, or give both as claims and say why one was chosen",
        }


def _interviews(rows: list[_Row], incident: Incident) -> Iterator[_Row]:
    files = {part.file.rsplit("/", 1)[-1] for part in incident.interviews}
    asked = [row for row in rows if _from_interview(row, files)]
    recorded = [row for row in rows if row["actor"] == "system" and not _from_interview(row, files)]
    nearest: dict[int, tuple[float, float, _Row]] = {}
    for (i, j), (likeness, _) in alike(asked, recorded).items():
        mine, other = asked[i], recorded[j]
        if pd.isna(mine["time"]) or pd.isna(other["time"]) or mine["certainty"] == "day":
            continue
        gap = abs((mine["time"] - other["time"]).total_seconds())
        if i not in nearest or (-likeness, gap) < nearest[i][:2]:
            nearest[i] = (-likeness, gap, other)
    for i, (_, gap, other) in sorted(nearest.items()):
        mine = asked[i]
        if REMEMBERED_S < gap < 86_400:
            way = "after" if mine["time"] > other["time"] else "before"
            yield {
                "kind": "interview against record",
                "first_id": mine["event_id"],
                "second_id": other["event_id"],
                "first_time": mine["time"],
                "second_time": other["time"],
                "gap_s": gap,
                "certain": None,
                "text": f"{_quote(mine['text'])} in {mine['source']} stands {words.duration(gap)} {way} "
                f"{_quote(other['text'])} in {other['source']}",
                "remedy": "ask again with the record at hand; a memory is evidence too, of what was seen and when"
                + _zone_words(gap),
            }


def _zone_words(gap: float) -> str:
    """A hint where a difference looks like another zone: whole quarters of an hour, as far as people remember."""
    whole = round(gap / 900) * 900
    if whole < 3600 or abs(gap - whole) > REMEMBERED_S or whole % 1800:
        return ""
    return f"; {words.duration(whole)} may be another zone, which `zone` states"


def _from_interview(row: _Row, names: set[str]) -> bool:
    source = str(row["source"])
    told_by = row.get("told_by")
    return (
        source.rsplit("/", 1)[-1] in names
        or "interview" in source.lower()
        or str(row["event_id"]).startswith("interview:")
        or (isinstance(told_by, str) and told_by != "")
    )


def _gaps(rows: list[_Row], incident: Incident) -> Iterator[_Row]:
    began = incident.moment("malfunction_began").time
    ended = incident.moment("restored").time
    timed = sorted(
        (row for row in rows if not pd.isna(row["time"]) and row["certainty"] != "day"), key=lambda row: row["time"]
    )
    # A gap counts while the service was not restored: afterwards there is nothing to be told.
    timed = [r for r in timed if (began is None or r["time"] >= began) and (ended is None or r["time"] <= ended)]
    if len(timed) < 3:
        return
    gaps = [(b["time"] - a["time"]).total_seconds() for a, b in pairwise(timed)]
    usual = sorted(gaps)[len(gaps) // 2]
    for gap, (before, after) in zip(gaps, pairwise(timed), strict=True):
        if gap >= max(SILENT_S, SILENT_TIMES * usual):
            yield {
                "kind": "silent gap",
                "first_id": before["event_id"],
                "second_id": after["event_id"],
                "first_time": before["time"],
                "second_time": after["time"],
                "gap_s": gap,
                "certain": True,
                "text": f"no event for {words.duration(gap)} between {_quote(before['text'])} and "
                f"{_quote(after['text'])}, while the service was not restored",
                "remedy": "ask what was done in that time; collect chat and tickets of those hours",
            }


def _quote(text: str) -> str:
    one = " ".join(str(text).split())
    return f"“{one if len(one) <= 80 else one[:79] + '…'}”"
