"""A stated calendar: which stretches of time are working hours."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from incident_analysis.errors import ParameterError
from incident_analysis.incident.parts import Calendar

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Span = tuple[datetime, datetime]


def working_seconds(spans: list[Span], calendar: Calendar) -> float:
    """Seconds of the spans that lie inside the calendar's hours, days and zone, holidays left out.

    Raises
    ------
    ParameterError
        The calendar cannot be read: no such zone, hours or day.
    """
    zone = _zone(calendar.zone)
    begin, finish = _hours(calendar.hours)
    days = _days(calendar.days)
    free = {_date(text) for text in calendar.holidays}
    inside = 0.0
    for start, end in spans:
        # From the day before: hours may run past midnight.
        day = start.astimezone(zone).date() - timedelta(days=1)
        last = end.astimezone(zone).date()
        while day <= last:
            if day.weekday() in days and day not in free:
                until = day + timedelta(days=1) if finish <= begin else day
                opens = datetime.combine(day, begin, zone).astimezone(UTC)
                closes = datetime.combine(until, finish, zone).astimezone(UTC)
                inside += max((min(end, closes) - max(start, opens)).total_seconds(), 0.0)
            day += timedelta(days=1)
    return inside


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name or "UTC")
    except (KeyError, ValueError, OSError):
        raise ParameterError(
            f"no zone {name!r}", remedy='give an IANA name, such as "Europe/Berlin"', where="calendar.zone"
        ) from None


def _hours(text: str) -> tuple[time, time]:
    match = re.fullmatch(r"\s*(\d{1,2})(?::(\d{2}))?\s*(?:-|–|to)\s*(\d{1,2})(?::(\d{2}))?\s*", text)
    try:
        if match is None:
            raise ValueError
        first, last = (int(match[1]), int(match[2] or 0)), (int(match[3]), int(match[4] or 0))
        return time(*first), time(0, 0) if last == (24, 0) else time(*last)
    except ValueError:
        raise ParameterError(
            f"{text!r} tells no working hours", remedy='write them as "09:00-17:00"', where="calendar.hours"
        ) from None


def _days(given: tuple[str, ...]) -> set[int]:
    found: set[int] = set()
    for text in given or ("mon-fri",):
        ends = [
            _DAYS.index(part.strip().lower()[:3]) if part.strip().lower()[:3] in _DAYS else -1
            for part in re.split(r"-|–|\bto\b", text)
        ]
        if -1 in ends or len(ends) > 2:
            raise ParameterError(f"{text!r} is no day", remedy='write "Mon-Fri", or single days', where="calendar.days")
        day = ends[0]
        found.add(day)
        while day != ends[-1]:
            day = (day + 1) % 7
            found.add(day)
    return found


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text.strip()[:10])
    except ValueError:
        raise ParameterError(
            f"{text!r} is no date", remedy='write holidays as "2026-04-03"', where="calendar.holidays"
        ) from None


def merged(spans: list[Span]) -> list[Span]:
    """Spans in order, those that meet joined: nobody is at work twice at once."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found
