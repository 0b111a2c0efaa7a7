"""Clocks as people write them: times of day with and without a date, about, from–to, in a zone that a heading names."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from incident_analysis import clock
from incident_analysis.clock import ABBREVIATIONS, AMBIGUOUS, MONTHS, Stamp
from incident_analysis.errors import ParameterError
from incident_analysis.format import Context
from incident_analysis.patterns import pattern

_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec)[a-z]*\.?"
_DATE = (
    r"(?P<date>\d{4}[-/.]\d{1,2}[-/.]\d{1,2}"
    rf"|{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s+\d{{4}})?(?!\d|:)"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?\.?\s+{_MONTH}(?:,?\s+\d{{4}})?(?!\d|:)"
    r"|\d{1,2}[/.]\d{1,2}[/.]\d{4}"
    r"|\d{2}-\d{2}(?=[ T]\d{2}:\d{2}))"
)
_NAMES = "|".join(sorted({*ABBREVIATIONS, *AMBIGUOUS} - {"Z"}, key=len, reverse=True))
_ZONE = rf"(?:Z\b|[+-]\d{{2}}:?\d{{2}}\b|(?:UTC|GMT)[+-]\d{{1,2}}(?::?\d{{2}})?\b|\(?(?:{_NAMES})\)?(?![A-Za-z]))"
_TIME = (
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2}|\dx|xx)(?::(?P<second>\d{2}|\dx|xx)(?:[.,](?P<fraction>\d{1,9}))?)?"
    r"(?:\s*(?P<half>[AaPp])\.?[Mm]\b\.?)?(?:\s*(?:Uhr|hrs?|h)\b)?"
)
_HOUR_ONLY = r"(?P<hour2>\d{1,2})\s*(?P<half2>[AaPp])\.?[Mm]\b\.?"
_TIME_SHORT = r"(?P<hour3>[01]\d|2[0-3])(?P<minute3>[0-5]\d)\s*(?:h(?:rs)?\b|(?=Z\b|UTC\b|GMT\b))"
_ABOUT = r"(?:~|≈|∼|<|>|≤|≥|ca\.?|circa|c\.|approx\.?|approximately|about|around|roughly|at about|before|after|by|from)"
_ONE = pattern(
    rf"(?P<about>{_ABOUT}\s*)?(?:(?:on\s+)?(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,?\s+)?{_DATE}(?:\s*(?:,|at|@|T|-|–)?\s*))?"
    rf"(?:(?P<about2>{_ABOUT})\s*)?(?:{_TIME}|{_HOUR_ONLY}|{_TIME_SHORT})(?:\s*(?P<zone>{_ZONE}))?",
    re.IGNORECASE,
)
_DATE_ONLY = pattern(rf"(?P<about>{_ABOUT}\s*)?(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,?\s+)?{_DATE}", re.IGNORECASE)
_TO = pattern(r"\s*(?:[–—−]|--?|→|->|to|until|till|through)\s*(?=~?\d)", re.IGNORECASE)
#: "07:37:44-53", "14:05–10": the end of a range without what it shares with its beginning.
_SHORT_END = pattern(rf"[–—−-]([0-5]\d)(?![\d:.\w-])(?:\s*({_ZONE}))?", re.IGNORECASE)
_PLUS = pattern(r"\s*\+\s*(\d+(?:\.\d+)?)\s*(s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?)\b", re.IGNORECASE)
_ADDED_TO_START = pattern(
    r"T\s*[+\-−]\s*\d[\d:]*\s*(?:s|secs?|m|mins?|minutes?|h|hrs?|hours?)?(?![\w:])", re.IGNORECASE
)
#: Rows of a template that nobody filled in.
TEMPLATE = pattern(
    r"(?:hh|xx|nn|\?\?|__|##)\s*:\s*(?:mm|xx|nn|\?\?|__|##)\b|\bYYYY\b|\[time\]|<time>|<timestamp>|^\W*\{[\w.]+\}\W*$|\bHH:?MM\b",
    re.IGNORECASE,
)
_SCALE = {"s": 1, "m": 60, "h": 3600}


@dataclass(frozen=True, slots=True)
class When:
    """What stands where a time belongs.

    Parameters
    ----------
    day : date or None
        The day that is written with it.
    seconds : float or None
        Since midnight; None where only a day is written.
    fraction_ns : int
        Nanoseconds beyond the whole second.
    zone : str
        As written; empty where none is.
    about : bool
    end : When or None
        The other end of a range.
    length : int
        How many characters of the text it took.
    """

    day: date | None
    seconds: int | None
    fraction_ns: int = 0
    zone: str = ""
    about: bool = False
    end: When | None = None
    length: int = 0


def day_of(text: str, year: int | None = None) -> date | None:
    """The day that a text writes, whole; `year` is that of one written without."""
    bare = re.sub(r"(?<=\d)(?:st|nd|rd|th)\b", "", text.strip(), flags=re.IGNORECASE).replace(",", " ")
    match = re.fullmatch(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", bare)
    parts: tuple[int | None, int, int] | None = None
    if match:
        parts = int(match[1]), int(match[2]), int(match[3])
    elif match := re.fullmatch(r"([A-Za-z]{3,9})\.?\s+(\d{1,2})(?:\s+(\d{4}))?", bare):
        month = MONTHS.get(match[1][:3].lower())
        parts = None if month is None else (int(match[3]) if match[3] else year, month, int(match[2]))
    elif match := re.fullmatch(r"(\d{1,2})\.?\s+([A-Za-z]{3,9})\.?(?:\s+(\d{4}))?", bare):
        month = MONTHS.get(match[2][:3].lower())
        parts = None if month is None else (int(match[3]) if match[3] else year, month, int(match[1]))
    elif match := re.fullmatch(r"(\d{1,2})([/.])(\d{1,2})\2(\d{4})", bare):
        first, second = int(match[1]), int(match[3])
        # Points are written with the day first; between slashes only a number above twelve tells.
        if match[2] == "." or first > 12:
            parts = int(match[4]), second, first
        elif second > 12:
            parts = int(match[4]), first, second
    elif match := re.fullmatch(r"(\d{2})-(\d{2})", bare):
        # The end of an ISO date.
        parts = year, int(match[1]), int(match[2])
    if parts is None or parts[0] is None:
        return None
    try:
        return date(parts[0], parts[1], parts[2])
    except ValueError:
        return None


def find_day(text: str, year: int | None = None) -> date | None:
    """The first day that stands in a text."""
    for match in re.finditer(_DATE, text, re.IGNORECASE):
        found = day_of(match["date"], year)
        if found is not None:
            return found
    return None


def read(text: str, year: int | None = None) -> When | None:
    """The time at the beginning of a text: a clock with or without a day, about, a range, a clock plus some minutes.

    Examples
    --------
    >>> w = read("10:49:45–10:50:02 UTC deploy")
    >>> (w.seconds, w.end.seconds, w.zone)
    (38985, 39002, 'UTC')
    >>> read("~14:05").about, read("14:05+1min").seconds == 14 * 3600 + 6 * 60, read("5 of 7 nodes")
    (True, True, None)
    """
    match = _ONE.match(text)
    if match is None:
        only = _DATE_ONLY.match(text)
        if only is None or (day := day_of(only["date"], year)) is None:
            return None
        return When(day, None, about=bool(only["about"]), length=only.end())
    found = _of(match, year)
    if found is None:
        return None
    plus = _PLUS.match(text, found.length)
    if plus and found.seconds is not None:
        more = round(float(plus[1]) * _SCALE[plus[2][0].lower()])
        found = replace(found, seconds=found.seconds + more, length=plus.end())
    short = _SHORT_END.match(text, found.length)
    if short and found.seconds is not None and not match["half"]:
        step = 1 if match["second"] else 60
        until = found.seconds - found.seconds // step % 60 * step + int(short[1]) * step
        if until > found.seconds:
            zone = (short[2] or found.zone).strip("()")
            return replace(found, zone=zone, end=replace(found, seconds=until, zone=zone), length=short.end())
    to = _TO.match(text, found.length)
    if to:
        other = _ONE.match(text, to.end())
        end = _of(other, year) if other is not None else None
        if end is not None:
            # One zone behind a range holds for both; "9:16 to 11:16 PM" too.
            if (
                other is not None
                and not (match["half"] or match["half2"])
                and (half := other["half"] or other["half2"])
            ):
                found = _halved(found, half, end)
            zone = found.zone or end.zone
            found = replace(found, zone=zone, end=replace(end, zone=end.zone or zone), length=end.length)
    return found


def _halved(found: When, half: str, end: When) -> When:
    hour = (found.seconds or 0) // 3600
    if hour > 12:
        return found
    moved = ((found.seconds or 0) % (12 * 3600)) + (12 * 3600 if half in "Pp" else 0)
    if end.seconds is not None and moved > end.seconds and half in "Pp":
        moved -= 12 * 3600
    return replace(found, seconds=moved)


def _of(match: re.Match[str], year: int | None) -> When | None:
    day = None
    if match["date"]:
        day = day_of(match["date"], year)
        if day is None:
            return None
    hour = int(match["hour"] or match["hour2"] or match["hour3"])
    # "14:2x" and "14:23:xx": the digits that nobody remembers.
    minutes, seconds = match["minute"] or match["minute3"] or "0", match["second"] or "0"
    minute, second = (int(digits.lower().replace("x", "0")) for digits in (minutes, seconds))
    blurred = "x" in (minutes + seconds).lower()
    half = match["half"] or match["half2"]
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half in "Pp" else 0)
    if hour > 24 or minute > 59 or second > 60 or (hour == 24 and minute):
        return None
    return When(
        day,
        hour * 3600 + minute * 60 + min(second, 59),
        int((match["fraction"] or "0")[:9].ljust(9, "0")),
        (match["zone"] or "").strip("()"),
        blurred or bool((match["about"] or "").strip() or match["about2"]),
        None,
        match.end(),
    )


def relative(text: str) -> str:
    """The time at the beginning of a text that counts from the beginning of the incident (`T+5 min`); empty if none."""
    match = _ADDED_TO_START.match(text.strip())
    return match[0].strip() if match else ""


_IANA = pattern(
    r"\b(?:Europe|America|Asia|Africa|Australia|Pacific|Atlantic|Indian|Etc|US)/[A-Za-z_]+(?:/[A-Za-z_]+)?\b"
)
_NAMED_ZONE = pattern(rf"(?<![A-Za-z])(?:(?:UTC|GMT)\s?[+-]\s?\d{{1,2}}(?::?\d{{2}})?|{_NAMES})(?![A-Za-z+])")


def zone_in(text: str) -> str:
    """The zone that a heading or a sentence names; empty where it names none.

    Examples
    --------
    >>> zone_in("Time (UTC)"), zone_in("All times are in Europe/Berlin."), zone_in("ET"), zone_in("Timeline")
    ('UTC', 'Europe/Berlin', 'ET', '')
    """
    match = _IANA.search(text) or _NAMED_ZONE.search(text)
    return match[0].replace(" ", "") if match else ""


def stamp(day: date, seconds: int, zone: str, context: Context, *, fraction_ns: int = 0) -> Stamp:
    """An instant from a day, a clock and a zone as written."""
    days = day.toordinal() - 719163
    return in_zone((days * 86_400 + seconds) * clock.SECOND + fraction_ns, zone, context)


def in_zone(ns: int, zone: str, context: Context) -> Stamp:
    """A wall clock in a zone as written; one of several meanings stays a wall clock, and is told.

    Parameters
    ----------
    ns : int
        Nanoseconds since 1970 on the wall clock.
    zone : str
        Empty where none is written.
    context : Context
    """
    name = zone if "/" in zone else zone.upper()
    if not name:
        return Stamp(ns, False)
    away = re.fullmatch(r"(?:UTC|GMT)([+-])(\d{1,2})(?::?(\d{2}))?", name)
    if away:
        name = f"{away[1]}{int(away[2]):02d}:{away[3] or '00'}"
    if "/" in name:
        try:
            clock.check_zone(name)
        except ParameterError:
            context.warn(f"no zone {name!r}: its times are taken as those of an unknown zone")
            return Stamp(ns, False)
        utc, _, _ = clock.to_utc(np.array([ns], dtype="int64"), name)
        return Stamp(int(utc[0]), True)
    east = clock.offset(name)
    if east is None:
        if not context.zone:
            meaning = AMBIGUOUS.get(name, "several zones")
            context.warn(f"times in {name}, which can be {meaning}: state the zone with `zone`")
        return Stamp(ns, False)
    return Stamp(ns - east, True)


def is_known(zone: str) -> bool:
    """Whether a zone as written means one thing."""
    return "/" in zone or re.match(r"(?:UTC|GMT)?[+-]\d", zone) is not None or clock.offset(zone.upper()) is not None


#: A clock that goes back further than this has passed midnight; less is a row out of order.
BACK = 6 * 3600


@dataclass(slots=True)
class Days:
    """The day of clocks without one, in the order of their rows.

    Parameters
    ----------
    day : date or None
        That of the next row.
    stated : bool
        Whether rows or headings write their days: then a clock that goes back is out of order.
    """

    day: date | None
    last: int | None = None
    passed: int = 0
    back: int = 0

    def set(self, day: date) -> None:
        """A row or a heading writes its day."""
        self.day, self.last = day, None

    def of(self, when: When) -> date | None:
        """The day of a time; midnight lies before a clock that goes far back."""
        if when.day is not None:
            self.day, self.last = when.day, when.seconds
            return when.day
        if self.day is None or when.seconds is None:
            return None
        if self.last is not None and when.seconds < self.last:
            if self.last - when.seconds > BACK:
                self.day += timedelta(days=1)
                self.passed += 1
            else:
                self.back += 1
                return self.day
        self.last = when.seconds
        return self.day

    def tell(self, context: Context) -> None:
        """Say what was decided."""
        if self.passed:
            context.warn(f"the clock passes midnight {self.passed} times: the day after from there on")
        if self.back:
            context.warn("rows that are earlier than the row before them: kept on the same day, out of order")


def date_of(ns: int) -> date:
    """The day of an instant, or of a wall clock."""
    return date.fromordinal(ns // clock.DAY + 719163)
