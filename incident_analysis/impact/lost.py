"""Requests that never came: traffic against what is usual at the same weekday and hour."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd

from incident_analysis import frames, words
from incident_analysis.errors import ParameterError
from incident_analysis.estimate import Estimate, Evidence
from incident_analysis.impact.traffic import Traffic, end_of, failures_of, known_zone, start_of, traffic_of
from incident_analysis.impact.usual import UNIT, quiet_intervals, usual_weeks
from incident_analysis.impact.when import checked_windows, interval_length, refuse_overlap
from incident_analysis.statistics.distribution import probability_argument

OUTSIDE = "the series does not reach into the windows"


def lost_requests(
    series: pd.DataFrame,
    *,
    windows: pd.DataFrame,
    level: float = 0.9,
    baseline: pd.DataFrame | None = None,
    exclude: pd.DataFrame | None = None,
    after: str | pd.Timedelta = "1h",
    zone: str = "UTC",
    variation: float = 0.25,
) -> pd.DataFrame:
    """Requests that never came while the incident lasted, and those that came on top of the usual after it.

    What is usual comes from the same weekday and hour of other weeks; their variation from week to week gives the
    interval. Under three comparable weeks there are bounds only. What comes back after the restore (retries, people
    who catch up) is told apart and never taken off.

    Parameters
    ----------
    series : SERIES with `valid`, or with `count`
        Traffic of the incident and of other weeks, in intervals of one length. Between its first and last interval one
        without a row had no request: cut the series, or name a hole in `exclude`, where nothing was recorded.
    windows : WINDOWS
        Of the incident. One that is not over runs to the end of the series.
    level : float
    baseline : WINDOWS, optional
        The incident's own quiet minutes, instead of other weeks: for drills and new services, where traffic would have
        stayed as it was.
    exclude : WINDOWS, optional
        Time that is like no other: other incidents, holidays, holes in the records. Weeks that touch it are left out.
    after : str or Timedelta
        How long after the restore traffic beyond the usual is counted.
    zone : str
        IANA name of the zone whose clock people live by: "the same hour" is meant there, across a change of clocks too.
    variation : float
        Under three comparable weeks: by how much a week is assumed to differ from another at most, as a ratio. Named in
        the method; the bounds are worth as much as it is.

    Returns
    -------
    ESTIMATES
        Key `key`; `requests` (that came), `usual_requests`, `lost_requests`, `beyond_usual_after`, and
        `beyond_usual_during` where more came than is usual: failed requests are tried again, and may hide others that
        never came, so `lost_requests` has bounds then. None is below 0. `n` is the number of comparable weeks, or
        of quiet intervals.

    Raises
    ------
    ParameterError
        A window is empty; the baseline overlaps the incident; the intervals are of several lengths.

    Notes
    -----
    Weeks are taken as alike but for chance: no trend, no season. The interval is Student's prediction of one more
    week, for counts of 20 and more.
    """
    probability_argument(level, "level")
    if not 0 <= variation < 1:
        raise ParameterError(
            f"variation is {variation}", remedy="give a ratio from 0 to below 1: 0.25, not 25", where="variation"
        )
    traffic = traffic_of(series)
    checked_windows(windows)
    if exclude is not None and len(exclude):
        checked_windows(exclude, where="exclude")
    if baseline is not None:
        refuse_overlap(checked_windows(baseline, where="baseline"), windows)
    length = interval_length(after, where="after")
    known_zone(zone)
    bad = failures_of(series)
    claims: list[tuple[dict[str, str], str, Estimate]] = []
    for key, one in traffic.items():
        spans = [(start_of(r), end_of(r, one.last)) for r in frames.rows(windows)]
        spans = [(max(a, one.first), min(b, one.last)) for a, b in spans if a < one.last and b > one.first]
        over = not windows["end"].isna().any()
        restored = max((b for _, b in spans), default=None)
        later = [(restored, restored + length)] if over and spans and restored is not None else []
        later = [(a, b) for a, b in later if b <= one.last]
        told = _told(spans, one, key)
        if not spans:
            why = "from when to when the incident lasted is not known" if windows.empty else OUTSIDE
            nothing = Estimate.unknown(why, unit=UNIT, evidence=told)
            claims += [({"key": key}, name, nothing) for name in ("requests", "usual_requests", "lost_requests")]
            continue
        came = sum(one.between(a, b) for a, b in spans)
        claims.append(({"key": key}, "requests", _exactly(came, told)))
        if baseline is not None:
            quiet = quiet_intervals(one, baseline)
            usual, usual_after = (quiet.usual(some, level) for some in (spans, later))
        else:
            marked = [windows] if exclude is None else [windows, exclude]
            usual, usual_after = (usual_weeks(one, some, marked, zone, level, variation) for some in (spans, later))
        claims.append(({"key": key}, "usual_requests", usual.estimate(told)))
        lost = usual.less(came, told)
        failed = sum(bad[key].between(a, b) for a, b in spans) if key in bad else 0.0
        if usual.value is not None and came > usual.value and failed > 0:
            lost = usual.hidden(came, failed, told)
        claims.append(({"key": key}, "lost_requests", lost))
        if usual.value is not None and came > usual.value:
            claims.append(({"key": key}, "beyond_usual_during", usual.beyond(came, told)))
        if later:
            again = sum(one.between(a, b) for a, b in later)
            back = usual_after.beyond(again, told)
            how = f"{words.duration(length.total_seconds())} after the restore; {back.method}"
            claims.append(({"key": key}, "beyond_usual_after", replace(back, method=how)))
        else:
            why = (
                "the service is not restored"
                if not over
                else f"the series ends within {words.duration(length.total_seconds())} of the restore"
            )
            claims.append(({"key": key}, "beyond_usual_after", Estimate.unknown(why, unit=UNIT, evidence=told)))
    if not claims:
        nothing = Estimate.unknown("no request is in the series", unit=UNIT)
        claims = [({"key": ""}, "lost_requests", nothing)]
    return frames.estimates(claims)


def _told(spans: list[tuple[Any, Any]], one: Traffic, key: str) -> tuple[Evidence, ...]:
    said = words.listing(f"{words.instant(a)} to {words.instant(b)}" for a, b in spans)
    every = words.duration(one.length / 1e9)
    return (Evidence("formula", "service level", key, f"requests per {every}, {said or 'no window'}"),)


def _exactly(count: float, told: tuple[Evidence, ...]) -> Estimate:
    whole = count == int(count)
    return Estimate(
        count,
        count if whole else None,
        count if whole else None,
        interval="exact" if whole else "stated",
        unit=UNIT,
        n=round(count),
        method="counted" if whole else "counted; intervals at the edges by their share",
        evidence=told,
    )
