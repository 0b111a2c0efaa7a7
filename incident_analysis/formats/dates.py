"""Dates as people's settings write them: whether the day or the month stands first is decided over a whole column."""

from __future__ import annotations

import re
from collections.abc import Sequence

from incident_analysis import clock
from incident_analysis.clock import MONTHS, Stamp
from incident_analysis.patterns import pattern

_TIME = (
    r"(?:,?\s*(?:T|@|at|-)?\s*(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:[.,](\d{1,9}))?)?\s*([AaPp])?\.?(?:[Mm]\.?)?"
    r"\s*(Z|[+-]\d{2}:?\d{2}|\(?[A-Z]{2,5}\)?)?)?"
)
_NUMBERS = pattern(rf"(\d{{1,2}})([/.-])(\d{{1,2}})\2(\d{{4}}|\d{{2}}){_TIME}")
_YEAR_FIRST = pattern(rf"(\d{{4}})([/.-])(\d{{1,2}})\2(\d{{1,2}}){_TIME}")
_WEEKDAY = r"(?:[A-Z][a-z]{2,8},?\s+)?"
_MONTH_NAMED = pattern(rf"{_WEEKDAY}([A-Z][a-z]{{2,8}})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}}){_TIME}")
_DAY_NAMED = pattern(rf"{_WEEKDAY}(\d{{1,2}})[\s./-]([A-Za-z]{{3,9}})\.?[\s./-](\d{{4}}|\d{{2}}){_TIME}")
_ISO_SHORT = pattern(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}")


def _stamp(year: str, month: int, day: int, time: Sequence[str | None]) -> Stamp | None:
    hour, minute, second, fraction, half, zone = time
    full = int(year) + (0 if len(year) == 4 else 2000 if int(year) < 70 else 1900)
    hours = int(hour or 0)
    if half:
        if not 1 <= hours <= 12:
            return None
        hours = hours % 12 + (12 if half in "Pp" else 0)
    try:
        ns = clock.clock(full, month, day, hours, int(minute or 0), int(second or 0), fraction or "")
    except ValueError:
        return None
    east = clock.offset(zone.strip("()")) if zone else None
    return Stamp(ns, False) if east is None else Stamp(ns - east, True)


def one(cell: str) -> Stamp | None:
    """A time that can be read by itself; None also where day and month could be taken for one another."""
    text = cell.strip()
    if len(text) > 60:
        return None
    if _ISO_SHORT.match(text) and text[-1:] not in "mM":
        return clock.iso(text)
    if text[:1].isdigit():
        if re.fullmatch(r"\d{9,19}(?:\.\d+)?(?:[eE]\+?\d+)?|\d\.\d+[eE]\+?\d+", text):
            return clock.epoch(text)
        match = _YEAR_FIRST.fullmatch(text)
        if match is not None:
            return _stamp(match[1], int(match[3]), int(match[4]), match.groups()[4:])
        match = _DAY_NAMED.fullmatch(text)
        if match is not None and match[2][:3].lower() in MONTHS:
            return _stamp(match[3], MONTHS[match[2][:3].lower()], int(match[1]), match.groups()[3:])
        return clock.common(text)
    match = _MONTH_NAMED.fullmatch(text) or None
    if match is not None and match[1][:3].lower() in MONTHS:
        return _stamp(match[3], MONTHS[match[1][:3].lower()], int(match[2]), match.groups()[3:])
    match = _DAY_NAMED.fullmatch(text)
    if match is not None and match[2][:3].lower() in MONTHS:
        return _stamp(match[3], MONTHS[match[2][:3].lower()], int(match[1]), match.groups()[3:])
    return clock.ctime(text)


def is_time(cell: str) -> bool:
    """Whether a cell holds a date, of whatever order."""
    return one(cell) is not None or _NUMBERS.fullmatch(cell.strip()) is not None


def is_day(cell: str | None) -> bool:
    """Whether a cell holds a date without a time of day: the whole day, not its midnight."""
    text = (cell or "").strip()
    for form, hour in ((_YEAR_FIRST, 5), (_NUMBERS, 5), (_MONTH_NAMED, 4), (_DAY_NAMED, 4)):
        if (match := form.fullmatch(text)) is not None:
            return match[hour] is None
    return False


def column(cells: Sequence[str | None]) -> tuple[list[Stamp | None], str]:
    """The times of a column, and what was decided about day and month ("" where nothing had to be).

    Parameters
    ----------
    cells : sequence of str or None
        In the order of the records.

    Returns
    -------
    list of Stamp or None, str
        A cell that is no date, or whose order cannot be told because others contradict it, is None.
    """
    stamps: list[Stamp | None] = []
    doubtful: list[tuple[int, re.Match[str]]] = []
    for place, cell in enumerate(cells):
        text = (cell or "").strip()
        found = one(text) if text else None
        stamps.append(found)
        if found is None and (match := _NUMBERS.fullmatch(text)) is not None:
            doubtful.append((place, match))
    if not doubtful:
        return stamps, ""
    day_first = [m for _, m in doubtful if int(m[1]) > 12]
    month_first = [m for _, m in doubtful if int(m[3]) > 12]
    if day_first and month_first:
        for place, m in doubtful:
            first, second = int(m[1]), int(m[3])
            if first > 12:
                stamps[place] = _of(m, day_first=True)
            elif second > 12:
                stamps[place] = _of(m, day_first=False)
        return stamps, (
            f"dates of both orders stand in one column ({day_first[0][0]!r} and {month_first[0][0]!r}): those that "
            "could be either are kept without a time"
        )
    if day_first or month_first:
        by_day = bool(day_first)
        why = f"{(day_first or month_first)[0][0]!r} can be read in no other way"
    else:
        by_day, why = _likely([m for _, m in doubtful])
    for place, m in doubtful:
        stamps[place] = _of(m, day_first=by_day)
    return stamps, f"dates read with the {'day' if by_day else 'month'} first: {why}"


def _of(match: re.Match[str], *, day_first: bool) -> Stamp | None:
    first, second = int(match[1]), int(match[3])
    return _stamp(match[4], second if day_first else first, first if day_first else second, match.groups()[4:])


def _likely(found: Sequence[re.Match[str]]) -> tuple[bool, str]:
    if any(m[2] == "." for m in found):
        return True, "points between the numbers are written so; no date proves it"
    spans = {}
    for by_day in (True, False):
        times = [s.ns for m in found if (s := _of(m, day_first=by_day)) is not None]
        spans[by_day] = max(times) - min(times) if times else 0
    if spans[True] != spans[False]:
        return spans[True] < spans[False], "so the records lie closer together; no date proves it"
    if any(m[9] for m in found):
        return False, "a clock of twelve hours is written so; no date proves it"
    return True, "an assumption, no date proves it"
