"""Requests that never came: traffic against what is usual at the same weekday and hour."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from scipy import special

from incident_analysis import frames, words
from incident_analysis.errors import ParameterError
from incident_analysis.estimate import Estimate, Evidence
from incident_analysis.impact.when import (
    checked_series,
    checked_windows,
    interval_length,
    nanosecond,
    refuse_overlap,
)
from incident_analysis.statistics.distribution import probability_argument
from incident_analysis.statistics.predictions import next_count

#: From this many comparable weeks on, their variation gives an interval.
ENOUGH_WEEKS = 3
#: Weeks that are looked for on either side.
MOST_WEEKS = 104
UNIT = "requests"
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
    bad = _failures(series)
    claims: list[tuple[dict[str, str], str, Estimate]] = []
    for key, one in traffic.items():
        spans = [(_start(r), _end(r, one.last)) for r in frames.rows(windows)]
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
            quiet = _quiet(one, baseline)
            usual, usual_after = (quiet.usual(some, level) for some in (spans, later))
        else:
            marked = [windows] if exclude is None else [windows, exclude]
            usual, usual_after = (_weeks(one, some, marked, zone, level, variation) for some in (spans, later))
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


@dataclass(frozen=True)
class Traffic:
    """Requests of one key, as a function of time that counts them up; even inside an interval."""

    edges: np.ndarray
    counted: np.ndarray
    length: int

    @property
    def first(self) -> pd.Timestamp:
        """Where the series begins."""
        return pd.Timestamp(int(self.edges[0]), unit="ns", tz="UTC")

    @property
    def last(self) -> pd.Timestamp:
        """Where it ends."""
        return pd.Timestamp(int(self.edges[-1]), unit="ns", tz="UTC")

    def between(self, start: pd.Timestamp, end: pd.Timestamp) -> float:
        """Requests between two instants; an interval that is cut counts by its share."""
        a, b = np.interp([nanosecond(start), nanosecond(end)], self.edges, self.counted)
        return round(float(b - a), 6)


def traffic_of(series: pd.DataFrame) -> dict[str, Traffic]:
    """The traffic of each key of a series."""
    name = "valid" if "valid" in series.columns else "count"
    rows = checked_series(series, needs=(name,))
    if "unit" in rows and len(rows):
        # Seconds of a service level are no traffic.
        rows = rows[rows["unit"] != "s"]
    made = {}
    first = last = None
    if len(rows):
        first, last = nanosecond(rows["time"].min()), nanosecond(rows["end"].max())
    for key, mine in rows.groupby("key", sort=True):
        starts = mine["time"].astype("datetime64[ns, UTC]").astype("int64").to_numpy()
        ends = mine["end"].astype("datetime64[ns, UTC]").astype("int64").to_numpy()
        if len(np.unique(ends - starts)) > 1 or (starts[1:] < ends[:-1]).any():
            raise ParameterError(
                "intervals of several lengths, or that overlap",
                remedy="count anew with one `every`; keep one row for each key and interval",
                where="series",
            )
        counts = mine[name].to_numpy(float)
        edges = np.stack([starts, ends], axis=1).ravel()
        up = np.append(0.0, np.cumsum(counts))
        counted = np.stack([up[:-1], up[1:]], axis=1).ravel()
        # Every key is looked at over the whole series: a key without a row had no request.
        edges = np.concatenate([[first], edges, [last]])
        counted = np.concatenate([[0.0], counted, [up[-1]]])
        made[str(key)] = Traffic(edges, counted, int(ends[0] - starts[0]))
    return made


def _failures(series: pd.DataFrame) -> dict[str, Traffic]:
    if not {"valid", "good"} <= set(series.columns) or series["good"].isna().any():
        return {}
    return traffic_of(series.assign(valid=(series["valid"] - series["good"]).clip(lower=0)))


def known_zone(zone: str) -> ZoneInfo:
    """A zone by its name, refused where there is none."""
    try:
        return ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        raise ParameterError(
            f"no zone {zone!r}", remedy='give an IANA name, such as "Europe/Berlin"', where="zone"
        ) from None


def _start(row: dict[str, Any]) -> pd.Timestamp:
    return pd.Timestamp(row["start"])


def _end(row: dict[str, Any], last: pd.Timestamp) -> pd.Timestamp:
    return last if pd.isna(row["end"]) else pd.Timestamp(row["end"])


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


@dataclass(frozen=True)
class Usual:
    """How many requests are usual, and how well that is known."""

    value: float | None
    low: float | None
    high: float | None
    level: float | None
    n: int
    method: str
    reason: str = ""

    def _made(self, value: float | None, low: float | None, high: float | None, told: tuple[Evidence, ...]) -> Estimate:
        if low is None or high is None:
            return Estimate.unknown(self.reason, unit=UNIT, evidence=told)
        return Estimate(
            None if value is None else max(value, 0.0),
            max(low, 0.0),
            max(high, 0.0),
            level=self.level,
            interval="bounds" if self.level is None else "confidence",
            unit=UNIT,
            n=self.n,
            method=self.method,
            evidence=told,
        )

    def estimate(self, told: tuple[Evidence, ...]) -> Estimate:
        """What is usual."""
        return self._made(self.value, self.low, self.high, told)

    def less(self, came: float, told: tuple[Evidence, ...]) -> Estimate:
        """How many of the usual ones did not come; never below 0."""
        if self.low is None or self.high is None:
            return self._made(None, None, None, told)
        return self._made(None if self.value is None else self.value - came, self.low - came, self.high - came, told)

    def hidden(self, came: float, failed: float, told: tuple[Evidence, ...]) -> Estimate:
        """How many may not have come although more came than is usual: failed ones are tried again, and hide them."""
        if self.low is None or self.high is None:
            return self._made(None, None, None, told)
        least, most = max(self.low - came, 0.0), max(self.high - (came - failed), 0.0)
        method = f"{self.method}; more came than usual: at most, if every failed request was one that was tried again"
        return Estimate(None, least, most, interval="bounds", unit=UNIT, n=self.n, method=method, evidence=told)

    def beyond(self, came: float, told: tuple[Evidence, ...]) -> Estimate:
        """How many came on top of the usual ones; never below 0."""
        if self.low is None or self.high is None:
            return self._made(None, None, None, told)
        return self._made(None if self.value is None else came - self.value, came - self.high, came - self.low, told)


def comparable_weeks(
    one: Traffic, spans: list[tuple[pd.Timestamp, pd.Timestamp]], marked: list[pd.DataFrame], zone: str
) -> list[list[tuple[pd.Timestamp, pd.Timestamp]]]:
    """The same weekday and hour in other weeks that the series holds whole and that nothing marks as unlike."""
    place = known_zone(zone)
    found = []
    least, most = min(a for a, _ in spans), max(b for _, b in spans)
    back = min(MOST_WEEKS, math.ceil((least - one.first) / pd.Timedelta(weeks=1)))
    ahead = min(MOST_WEEKS, math.ceil((one.last - most) / pd.Timedelta(weeks=1)))
    for week in (w for w in range(-max(back, 0), max(ahead, 0) + 1) if w):
        moved = [tuple(_moved(t, week, place) for t in span) for span in spans]
        if any(a < one.first or b > one.last or b <= a for a, b in moved):
            continue
        touched = any(
            a < _end(row, one.last) and b > _start(row)
            for frame in marked
            for row in frames.rows(frame)
            for a, b in moved
        )
        if not touched:
            found.append([(a, b) for a, b in moved])
    return sorted(found)


def _moved(time: pd.Timestamp, weeks: int, zone: ZoneInfo) -> pd.Timestamp:
    wall = time.tz_convert(zone).tz_localize(None) + pd.Timedelta(weeks=weeks)
    return wall.tz_localize(zone, ambiguous=True, nonexistent="shift_forward").tz_convert("UTC")


def _weeks(
    one: Traffic, spans: list[tuple[Any, Any]], marked: list[pd.DataFrame], zone: str, level: float, variation: float
) -> Usual:
    weeks = comparable_weeks(one, spans, marked, zone) if spans else []
    counts = [sum(one.between(a, b) for a, b in week) for week in weeks]
    named = words.listing((f"{week[0][0]:%Y-%m-%d}" for week in weeks), most=3)
    hour = "" if zone == "UTC" else f", {zone} time"
    told = f"same weekday and hour of {words.plural(len(weeks), 'comparable week')} ({named}){hour}"
    if len(weeks) >= ENOUGH_WEEKS:
        mean, low, high = next_count(counts, level=level)
        return Usual(mean, low, high, level, len(weeks), told)
    if not weeks:
        return Usual(None, None, None, None, 0, told, "no comparable week is in the series")
    told += f"; too few for an interval: bounds if weeks differ by at most {words.percent(variation)}, which is assumed"
    return Usual(None, min(counts) * (1 - variation), max(counts) * (1 + variation), None, len(weeks), told)


@dataclass(frozen=True)
class _Quiet:
    """What one quiet interval holds, and how much intervals vary."""

    n: int
    mean: float
    spread: float
    length: int

    def usual(self, spans: list[tuple[Any, Any]], level: float) -> Usual:
        """What it predicts for some time."""
        told = f"{words.plural(self.n, 'quiet interval')} of {words.duration(self.length / 1e9)} of the same day"
        if self.n < ENOUGH_WEEKS:
            few = "fewer than three quiet intervals: their variation is not known"
            return Usual(None, None, None, None, self.n, told, few)
        size = sum((b - a) / pd.Timedelta(self.length, unit="ns") for a, b in spans)
        quantile = float(special.stdtrit(self.n - 1, (1 + level) / 2))
        half = quantile * math.sqrt(self.spread * size * (1 + size / self.n))
        return Usual(self.mean * size, max(self.mean * size - half, 0.0), self.mean * size + half, level, self.n, told)


def _quiet(one: Traffic, baseline: pd.DataFrame) -> _Quiet:
    """Quiet intervals of the same day, by their own variation."""
    counts = []
    for row in frames.rows(baseline):
        start = max(nanosecond(_start(row)), int(one.edges[0]))
        end = min(nanosecond(_end(row, one.last)), int(one.edges[-1]))
        edges = np.arange(-(-start // one.length) * one.length, end + 1, one.length, dtype=np.int64)
        counts.append(np.diff(np.interp(edges, one.edges, one.counted)) if len(edges) > 1 else np.array([]))
    seen = np.round(np.concatenate(counts), 6)
    n = len(seen)
    if n < ENOUGH_WEEKS:
        return _Quiet(n, math.nan, math.nan, one.length)
    mean, variance = float(seen.mean()), float(seen.var(ddof=1))
    # Intervals that follow each other are alike: what they share does not average out.
    alike = float(np.corrcoef(seen[:-1], seen[1:])[0, 1]) if n > 3 and variance > 0 else 0.0
    spread = max(variance, mean) * ((1 + alike) / (1 - alike) if 0 < alike < 0.95 else 1.0)
    return _Quiet(n, mean, spread, one.length)


def usual_traffic(
    series: pd.DataFrame,
    *,
    windows: pd.DataFrame,
    before: str | pd.Timedelta = "2h",
    after: str | pd.Timedelta = "2h",
    every: str | pd.Timedelta | None = None,
    exclude: pd.DataFrame | None = None,
    baseline: pd.DataFrame | None = None,
    level: float = 0.9,
    zone: str = "UTC",
    variation: float = 0.25,
) -> pd.DataFrame:
    """Traffic around the incident beside what is usual in the same intervals: what the chart of lost requests draws.

    Parameters
    ----------
    series, windows, exclude, baseline, level, zone, variation
        As in `lost_requests`.
    before, after : str or Timedelta
        How much is shown around the windows.
    every : str or Timedelta, optional
        Length of the intervals; by default that of the series, or longer so that there are at most 240.

    Returns
    -------
    SERIES
        `count` that came, `value` that is usual, `low` and `high` (least and most of the weeks where they are too few
        for an interval), `weeks` (or quiet intervals) it rests on, `inside` the windows. `value` is NaN where nothing
        can be compared.
    """
    traffic = traffic_of(series)
    checked_windows(windows)
    rows: list[dict[str, Any]] = []
    for key, one in traffic.items():
        if windows.empty:
            break
        spans = [(_start(r), _end(r, one.last)) for r in frames.rows(windows)]
        first = max(min(a for a, _ in spans) - interval_length(before, where="before"), one.first)
        last = min(max(b for _, b in spans) + interval_length(after, where="after"), one.last)
        if last <= first:
            continue
        base = pd.Timedelta(one.length, unit="ns")
        step = (
            interval_length(every, where="every")
            if every is not None
            else base * max(1, math.ceil((last - first) / base / 240))
        )
        start = first.floor(step) if first.floor(step) >= one.first else first.ceil(step)
        marked = [windows] if exclude is None or exclude.empty else [windows, exclude]
        quiet = None if baseline is None else _quiet(one, baseline)
        while start + step <= last:
            span = [(start, start + step)]
            usual = _weeks(one, span, marked, zone, level, variation) if quiet is None else quiet.usual(span, level)
            rows.append(
                {
                    "time": start,
                    "end": start + step,
                    "key": key,
                    "count": round(one.between(start, start + step)),
                    "value": usual.value if usual.value is not None else _middle(usual),
                    "unit": UNIT,
                    "low": usual.low,
                    "high": usual.high,
                    "weeks": usual.n,
                    "inside": any(start < b and start + step > a for a, b in spans),
                }
            )
            start += step
    made = frames.build(frames.SERIES, rows)[["time", "end", "key", "count", "value", "unit"]]
    for name in ("low", "high"):
        made[name] = pd.Series([row[name] for row in rows], dtype="float64")
    made["weeks"] = pd.Series([row["weeks"] for row in rows], dtype="int64")
    made["inside"] = pd.Series([row["inside"] for row in rows], dtype="bool")
    return made


def _middle(usual: Usual) -> float | None:
    return None if usual.low is None or usual.high is None else (usual.low + usual.high) / 2
