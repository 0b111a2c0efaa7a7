"""What is usual: the same hour of other weeks, or quiet intervals of the same day."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from scipy import special

from incident_analysis import frames, words
from incident_analysis.estimate import Estimate, Evidence
from incident_analysis.impact.traffic import Traffic, end_of, known_zone, start_of, traffic_of
from incident_analysis.impact.when import checked_windows, interval_length, nanosecond
from incident_analysis.statistics.predictions import next_count

#: From this many comparable weeks on, their variation gives an interval.
ENOUGH_WEEKS = 3
#: Weeks that are looked for on either side.
MOST_WEEKS = 104
#: Intervals that a chart shows: more, and their chance variation hides the rest.
MOST_SHOWN = 100
UNIT = "requests"


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
            a < end_of(row, one.last) and b > start_of(row)
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


def usual_weeks(
    one: Traffic, spans: list[tuple[Any, Any]], marked: list[pd.DataFrame], zone: str, level: float, variation: float
) -> Usual:
    """What comparable weeks predict for some time."""
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
class Quiet:
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


def quiet_intervals(one: Traffic, baseline: pd.DataFrame) -> Quiet:
    """Quiet intervals of the same day, by their own variation."""
    counts = []
    for row in frames.rows(baseline):
        start = max(nanosecond(start_of(row)), int(one.edges[0]))
        end = min(nanosecond(end_of(row, one.last)), int(one.edges[-1]))
        edges = np.arange(-(-start // one.length) * one.length, end + 1, one.length, dtype=np.int64)
        counts.append(np.diff(np.interp(edges, one.edges, one.counted)) if len(edges) > 1 else np.array([]))
    seen = np.round(np.concatenate(counts), 6)
    n = len(seen)
    if n < ENOUGH_WEEKS:
        return Quiet(n, math.nan, math.nan, one.length)
    mean, variance = float(seen.mean()), float(seen.var(ddof=1))
    # Intervals that follow each other are alike: what they share does not average out.
    alike = float(np.corrcoef(seen[:-1], seen[1:])[0, 1]) if n > 3 and variance > 0 else 0.0
    spread = max(variance, mean) * ((1 + alike) / (1 - alike) if 0 < alike < 0.95 else 1.0)
    return Quiet(n, mean, spread, one.length)


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
        Length of the intervals; by default that of the series, or longer so that there are at most 100.

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
        spans = [(start_of(r), end_of(r, one.last)) for r in frames.rows(windows)]
        first = max(min(a for a, _ in spans) - interval_length(before, where="before"), one.first)
        last = min(max(b for _, b in spans) + interval_length(after, where="after"), one.last)
        if last <= first:
            continue
        base = pd.Timedelta(one.length, unit="ns")
        step = (
            interval_length(every, where="every")
            if every is not None
            else base * max(1, math.ceil((last - first) / base / MOST_SHOWN))
        )
        start = first.floor(step) if first.floor(step) >= one.first else first.ceil(step)
        marked = [windows] if exclude is None or exclude.empty else [windows, exclude]
        quiet = None if baseline is None else quiet_intervals(one, baseline)
        while start + step <= last:
            span = [(start, start + step)]
            usual = (
                usual_weeks(one, span, marked, zone, level, variation) if quiet is None else quiet.usual(span, level)
            )
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
