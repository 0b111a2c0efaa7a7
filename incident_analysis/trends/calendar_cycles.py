"""At which hour, on which weekday and in which month incidents start."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import pandas as pd
from scipy import special

from incident_analysis import frames, words
from incident_analysis.errors import ParameterError
from incident_analysis.estimate import Estimate, Evidence
from incident_analysis.statistics.intervals import clopper_pearson
from incident_analysis.trends.history import DAY_S, YEAR_S, Window, counted, prepared

WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
MONTHS = "January February March April May June July August September October November December".split()
CYCLES = ("hour", "weekday", "month")
#: Fewer incidents fill no calendar.
LEAST = 24
#: A pattern shows by coming again: the window has to hold two rounds of its cycle.
ROUNDS = {
    "hour": (2 * DAY_S, "2 days"),
    "weekday": (14 * DAY_S, "2 weeks"),
    "month": (2 * YEAR_S - 2 * DAY_S, "2 years"),
}


def calendar(incidents: pd.DataFrame, *, as_of: Any, level: float = 0.95, zone: str = "UTC") -> pd.DataFrame:
    """Share of incidents by hour, weekday and month, with the share that chance alone would give.

    Parameters
    ----------
    incidents : INCIDENTS
        Starts known to the day only have no hour; they are left out of hours.
    as_of : str or datetime
    level : float
    zone : str
        Whose hours and days: an IANA name such as "Europe/Berlin".

    Returns
    -------
    ESTIMATES
        Keys `cycle` (hour, weekday, month) and `part`; name `share`, exact interval (Clopper-Pearson); and for each
        cycle, part "all", `p that all are alike` (χ²; unknown with fewer than 24 incidents or
        two rounds of the cycle). The column `even` holds
        the share that each hour, weekday or month has of the window.

    Notes
    -----
    A start is when the record says so. Where people open records, hours tell when people work.
    """
    frame, span = prepared(incidents, as_of=as_of)
    try:
        there = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError) as problem:
        raise ParameterError(
            f"no zone {zone!r}", remedy="use an IANA name: UTC, Europe/Berlin", where="zone"
        ) from problem
    rows: list[tuple[dict[str, str], str, Estimate]] = []
    even: list[float] = []
    for cycle in CYCLES:
        names = _names(cycle)
        counts, shares = _counts(frame, span, cycle, there)
        n = int(counts.sum())
        source = (Evidence("formula", "trends.calendar", "", f"{words.plural(n, 'start')} by {cycle}, {zone}"),)
        for name, count, share in zip(names, counts, shares, strict=True):
            if n:
                low, high = clopper_pearson(int(count), n, level=level)
                made = Estimate(
                    int(count) / n if count else None,
                    low if count else None,
                    high,
                    level=level,
                    interval="confidence",
                    n=int(count),
                    method="Clopper-Pearson, exact",
                    evidence=source,
                )
            else:
                made = Estimate.unknown("no start is known so exactly")
            rows.append(({"cycle": cycle, "part": name}, "share", made))
            even.append(float(share))
        rows.append(({"cycle": cycle, "part": "all"}, "p that all are alike", _p(counts, shares, source, cycle, span)))
        even.append(np.nan)
    return frames.estimates(rows).assign(even=even)


def hours(incidents: pd.DataFrame, *, as_of: Any, zone: str = "UTC") -> pd.DataFrame:
    """Incidents by weekday and hour, for the chart.

    Returns
    -------
    DataFrame
        Index: weekdays; columns: hours 0 to 23; counts of incidents whose start is known to the minute.
    """
    frame, span = prepared(incidents, as_of=as_of)
    started = _starts(frame, span, exact=True)
    local = started.dt.tz_convert(ZoneInfo(zone))
    place = local.dt.day_of_week.to_numpy() * 24 + local.dt.hour.to_numpy()
    counts = np.bincount(place.astype(int), minlength=168).reshape(7, 24)
    return pd.DataFrame(counts, index=pd.Index(WEEKDAYS, name="weekday"), columns=pd.RangeIndex(24, name="hour"))


def _names(cycle: str) -> list[str]:
    return {"hour": [f"{h:02d}" for h in range(24)], "weekday": WEEKDAYS, "month": MONTHS}[cycle]


def _starts(frame: pd.DataFrame, span: Window | None, *, exact: bool) -> pd.Series:
    if span is None:
        return frame["started"]
    inside = frame.loc[counted(frame, span).index]
    if exact:
        inside = inside[inside["started_certainty"].astype("str") != "day"]
    return inside["started"]


def _counts(frame: pd.DataFrame, span: Window | None, cycle: str, zone: ZoneInfo) -> tuple[np.ndarray, np.ndarray]:
    """Counts, and the share of the window that each hour, weekday or month has."""
    size = len(_names(cycle))
    if span is None or span.seconds <= 0:
        return np.zeros(size, int), np.full(size, 1 / size)
    local = _starts(frame, span, exact=cycle == "hour").dt.tz_convert(zone)
    value = {"hour": local.dt.hour, "weekday": local.dt.day_of_week, "month": local.dt.month - 1}[cycle]
    counts = np.bincount(value.to_numpy(int), minlength=size)
    # By the window's own hours (at most a hundred years of them).
    marks = pd.date_range(span.start, span.end, freq="h" if span.years < 100 else "7h", inclusive="left").tz_convert(
        zone
    )
    if not len(marks):
        return counts, np.full(size, 1 / size)
    mark = {"hour": marks.hour, "weekday": marks.day_of_week, "month": marks.month - 1}[cycle]
    exposure = np.bincount(np.asarray(mark, int), minlength=size).astype(float)
    return counts, exposure / exposure.sum()


def _p(
    counts: np.ndarray, shares: np.ndarray, source: tuple[Evidence, ...], cycle: str, span: Window | None
) -> Estimate:
    n = int(counts.sum())
    seen = shares > 0
    if n < LEAST or seen.sum() < 2:
        return Estimate.unknown(f"fewer than {LEAST} incidents" if n < LEAST else "the window holds one alone")
    least, said = ROUNDS[cycle]
    if span is None or span.seconds < least:
        return Estimate.unknown(f"the window is shorter than {said}: a pattern shows by coming again")
    expected = n * shares[seen]
    chi = float(((counts[seen] - expected) ** 2 / expected).sum())
    p = float(special.chdtrc(int(seen.sum()) - 1, chi))
    return Estimate(
        p, p, p, interval="bounds", n=n, method=f"χ² {words.number(chi)} on {int(seen.sum()) - 1}", evidence=source
    )
