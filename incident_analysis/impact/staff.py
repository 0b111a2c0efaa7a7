"""Hours that the staff spent on the incident, inside and outside of working hours."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pandas as pd

from incident_analysis import frames, words
from incident_analysis.estimate import Estimate, Evidence
from incident_analysis.impact.when import interval_length
from incident_analysis.impact.working_time import Span, merged, working_seconds
from incident_analysis.incident import Incident
from incident_analysis.timeline import events

NOBODY = "not named"


@dataclass
class _Person:
    """Where one person was seen at work."""

    sure: list[Span] = field(default_factory=list)
    likely: list[Span] = field(default_factory=list)
    moments: list[datetime] = field(default_factory=list)
    open_end: bool = False
    said: list[Evidence] = field(default_factory=list)


def staff_hours(
    incident: Incident, *, presence: pd.DataFrame | None = None, pause: str | pd.Timedelta = "30min"
) -> pd.DataFrame:
    """Who was at work on the incident, for how many hours, in and out of working hours.

    Hours are the time between a stated beginning and end, added up for each person; two roles at once count once. They
    grow evenly with that time: nothing is cut at a day, and nobody is taken to have slept or worked on.

    Parameters
    ----------
    incident : Incident
        Its `roles` with `from` and `until`; its timeline, where it names a member of the staff by role or, as chats and
        pages do that were brought into `timeline.csv`, by `who`; its `calendar`, without which in and out of hours are
        unknown.
    presence : TIMELINE, optional
        Further signs that somebody was at work: messages of a chat, pages, commits, each with its `role` (a pseudonym)
        and `time`, with `end` where it lasts.
    pause : str or Timedelta
        Signs of one person that are no further apart are one stretch of work. Single signs are a least: a person who
        writes once was at work for longer.

    Returns
    -------
    ESTIMATES
        Key `who`; `hours`, `hours_in`, `hours_out`, unit "hours", for each person and (with an empty key) for all. A
        person whose end is not stated has "at least" what is sure, up to the restored service as the likely end.
    """
    held: dict[str, _Person] = {}
    restored = incident.moment("restored")
    end_known = restored.time if restored.known and restored.certainty != "day" else None
    for i, role in enumerate(incident.roles):
        name = role.who or role.role
        person = held.setdefault(name, _Person())
        start, end = role.from_, role.until
        told = f"{role.role} {name} from {start or 'not stated'} to {end or 'not stated'}"
        person.said.append(Evidence("statement", "incident.yaml", incident.where("roles", i), told))
        if start is None or start.is_day or (end is not None and (end.is_day or end.high < start.low)):
            continue
        if end is not None:
            person.sure.append((start.low, end.high))
        else:
            person.moments.append(start.low)
            person.open_end = True
            if end_known is not None and end_known > start.low:
                person.likely.append((start.low, end_known))
    join = interval_length(pause, where="pause").to_pytimedelta()
    signs = [events(incident)] + (
        [] if presence is None else [frames.check(presence, frames.TIMELINE, where="presence")]
    )
    for frame, all_named in zip(signs, (False, True), strict=False):
        for row in frames.rows(frame):
            if pd.isna(row["time"]) or row["certainty"] == "day" or row["actor"] not in ("", "staff"):
                continue
            name = str(row["role"]) if all_named else _named(incident, row)
            if not name:
                continue
            person = held.setdefault(name, _Person())
            end = row["time"] if pd.isna(row["end"]) else row["end"]
            person.sure.append((row["time"].to_pydatetime(), max(end, row["time"]).to_pydatetime()))
            person.moments.append(row["time"].to_pydatetime())
            person.said.append(Evidence("event", str(row["source"]), str(row["event_id"]), str(row["text"])[:80]))
    claims = []
    every: list[tuple[list[Span], list[Span], bool]] = []
    for name, person in sorted(held.items()):
        sure = merged(_joined(merged(person.sure + [(m, m) for m in person.moments]), join))
        likely = merged(sure + person.likely)
        least = person.open_end or (not person.sure and bool(sure)) or _only_moments(person)
        every.append((sure, likely, least))
        claims += _claims({"who": name}, [(sure, likely, least)], incident, tuple(person.said))
    said = tuple(e for person in held.values() for e in person.said)
    if not held:
        why = "nobody is stated to have worked on it"
        return frames.estimates(
            ({"who": ""}, name, Estimate.unknown(why, unit="hours")) for name in ("hours", "hours_in", "hours_out")
        )
    return frames.estimates([*claims, *_claims({"who": ""}, every, incident, said)])


def _named(incident: Incident, row: dict[str, Any]) -> str:
    """The person whom an event of the timeline shows at work; empty where it names none."""
    who = row.get("who")
    # Chats and pages that were brought in say who wrote; what a machine or somebody outside wrote is no work of staff.
    if isinstance(who, str) and who.strip() and row["actor"] == "staff" and row["automatic"] is not True:
        return who.strip()
    # Else the timeline names a role; it is a person only where the roles do.
    return _who(incident, str(row["role"])) if row["role"] else ""


def _only_moments(person: _Person) -> bool:
    return all(a == b for a, b in person.sure)


def _who(incident: Incident, role: str) -> str:
    named = {r.who for r in incident.roles if r.role == role and r.who}
    if role in {r.who for r in incident.roles}:
        return role
    return next(iter(named)) if len(named) == 1 else ""


def _joined(spans: list[Span], pause: timedelta) -> list[Span]:
    found: list[Span] = []
    for start, end in spans:
        if found and start - found[-1][1] <= pause:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def _claims(
    key: dict[str, str],
    people: list[tuple[list[Span], list[Span], bool]],
    incident: Incident,
    said: tuple[Evidence, ...],
) -> list[tuple[dict[str, str], str, Estimate]]:
    n = len(people)
    calendar = incident.calendar
    found = []
    for name in ("hours", "hours_in", "hours_out"):
        if name != "hours" and (calendar is None or not calendar.hours):
            found.append(
                (key, name, Estimate.unknown("no calendar with working hours is stated", unit="hours", evidence=said))
            )
            continue

        def counted(spans: list[Span], name: str = name) -> float:
            whole = math.fsum((end - start).total_seconds() for start, end in spans)
            if name == "hours" or calendar is None:
                return whole / 3600
            inner = working_seconds(spans, calendar)
            return (inner if name == "hours_in" else whole - inner) / 3600

        low = math.fsum(counted(sure) for sure, _, _ in people)
        likely = math.fsum(counted(all_likely) for _, all_likely, _ in people)
        least = any(least for *_, least in people)
        method = "time between stated beginning and end" + (f", {words.plural(n, 'person', 'people')}" if n > 1 else "")
        if name != "hours" and calendar is not None:
            method += f"; working hours {calendar.hours} {calendar.zone or 'UTC'}"
        if not least:
            made = Estimate(low, low, low, interval="exact", unit="hours", n=n, method=method, evidence=said)
        else:
            more = "; an end that is not stated is at least the last sign of work"
            if likely > low:
                more += f", {words.number(likely)} hours if they stayed until the service was restored"
            made = Estimate(None, low, None, interval="bounds", unit="hours", n=n, method=method + more, evidence=said)
        found.append((key, name, made))
    return found
