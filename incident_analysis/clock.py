"""Stamps: what exports write where a time belongs, as nanoseconds since 1970; and from a local clock to UTC.

A stamp either carries its zone, or it is the wall clock of a zone that somebody has to state. Names of zones are looked
up in our own table: the libraries drop unknown names in silence, which moves a record by hours.
"""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

import numpy as np
import pandas as pd

from incident_analysis.errors import ParameterError
from incident_analysis.patterns import pattern

SECOND = 1_000_000_000
DAY = 86_400 * SECOND
#: Before 1970 no machine wrote a log: a zero date means "never".
NEVER_BEFORE = 0


class Stamp(NamedTuple):
    """A time as written: nanoseconds since 1970, in UTC where `zoned`, else on an unnamed wall clock."""

    ns: int
    zoned: bool


#: Abbreviations that mean one offset wherever they are used, in minutes.
ABBREVIATIONS = {
    "UTC": 0,
    "GMT": 0,
    "Z": 0,
    "WET": 0,
    "WEST": 60,
    "CET": 60,
    "CEST": 120,
    "MEZ": 60,
    "MESZ": 120,
    "EET": 120,
    "EEST": 180,
    "MSK": 180,
    "EST": -300,
    "EDT": -240,
    "CDT": -300,
    "MST": -420,
    "MDT": -360,
    "PST": -480,
    "PDT": -420,
    "AKST": -540,
    "AKDT": -480,
    "HST": -600,
    "JST": 540,
    "KST": 540,
    "AEST": 600,
    "AEDT": 660,
    "ACST": 570,
    "ACDT": 630,
    "AWST": 480,
    "NZST": 720,
    "NZDT": 780,
    "SAST": 120,
    "BRT": -180,
    "ART": -180,
    "SGT": 480,
    "HKT": 480,
    "PKT": 300,
    "NPT": 345,
    "WIB": 420,
}
#: Abbreviations of several zones: the analyst has to say which.
AMBIGUOUS = {
    "CST": "US Central (America/Chicago), China (Asia/Shanghai) or Cuba (America/Havana)",
    "IST": "India (Asia/Kolkata), Ireland (Europe/Dublin) or Israel (Asia/Jerusalem)",
    "BST": "British summer (Europe/London) or Bangladesh (Asia/Dhaka)",
    "AST": "Atlantic (America/Halifax) or Arabia (Asia/Riyadh)",
    "ET": "US Eastern, standard or daylight (America/New_York)",
    "CT": "US Central, standard or daylight (America/Chicago)",
    "MT": "US Mountain, standard or daylight (America/Denver)",
    "PT": "US Pacific, standard or daylight (America/Los_Angeles)",
    "GST": "Gulf (Asia/Dubai) or South Georgia (Atlantic/South_Georgia)",
    "SST": "Samoa (Pacific/Pago_Pago) or Singapore (Asia/Singapore)",
    "AMT": "Amazon (America/Manaus) or Armenia (Asia/Yerevan)",
}

MONTHS = {m: i for i, m in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}

_ISO = pattern(
    r"(\d{4})[-/.](\d{2})[-/.](\d{2})[T _](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,12}))?)?"
    r"\s*([+-]\d{2}:?\d{2}|[+-]\d{2}|[A-Z]{1,5}(?![A-Za-z]))?",
    re.ASCII,
)
_COMMON = pattern(r"(\d{1,2})/([A-Za-z]{3})/(\d{4}):(\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?(?:\s*([+-]\d{4}|[A-Z]{1,5}))?")
_CTIME = pattern(
    r"(?:[A-Z][a-z]{2},?\s+)?([A-Z][a-z]{2})\s+(\d{1,2})\s+(\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?(?:\s+([A-Z]{1,5}))?\s+(\d{4})"
)
_NO_YEAR = pattern(r"([A-Z][a-z]{2})\s+(\d{1,2})\s+(\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?")


def days(year: int, month: int, day: int) -> int:
    """Days since 1970-01-01.

    Raises
    ------
    ValueError
        There is no such day.
    """
    return date(year, month, day).toordinal() - 719163


def clock(year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0, fraction: str = "") -> int:
    """Nanoseconds since 1970 of a wall clock; `fraction` are the digits behind the point (beyond nine cut off).

    Raises
    ------
    ValueError
        There is no such time. A leap second (60) counts as the last instant of its minute.
    """
    if hour > 23 or minute > 59 or second > 60:
        raise ValueError("no such time of day")
    ns = int(fraction[:9].ljust(9, "0")) if fraction else 0
    if second == 60:
        second, ns = 59, SECOND - 1
    return (days(year, month, day) * 86400 + hour * 3600 + minute * 60 + second) * SECOND + ns


def offset(zone: str) -> int | None:
    """Offset of a written zone in nanoseconds: `Z`, `+0330`, `+03:30`, `-07`, `CEST`.

    Returns
    -------
    int or None
        None where the name is not known, or means several zones: then the zone has to be stated.
    """
    if zone[0] in "+-":
        digits = zone[1:].replace(":", "")
        minutes = int(digits[:2]) * 60 + int(digits[2:] or 0)
        return (minutes if zone[0] == "+" else -minutes) * 60 * SECOND
    minutes_east = ABBREVIATIONS.get(zone)
    return None if minutes_east is None else minutes_east * 60 * SECOND


def _zoned(ns: int, zone: str | None) -> Stamp:
    if zone:
        east = offset(zone)
        if east is not None:
            return Stamp(ns - east, True)
    return Stamp(ns, False)


def iso(text: str) -> Stamp | None:
    """The ISO 8601 stamp at the beginning of a text (also with a space, `/` or a comma for the point); None if none.

    Examples
    --------
    >>> iso("2021-03-06T04:07:33.194677+00:00 x") == Stamp(1615003653194677000, True)
    True
    >>> iso("2025-08-13 01:45:01.123 PDT").zoned, iso("2025-08-13 01:45:01,123").zoned
    (True, False)
    """
    match = _ISO.match(text)
    if match is None:
        return None
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    try:
        return _zoned(
            clock(int(year), int(month), int(day), int(hour), int(minute), int(second or 0), fraction or ""), zone
        )
    except ValueError:
        return None


def common(text: str) -> Stamp | None:
    """The stamp of access logs, `08/Jun/2020:06:49:01 +0000`; without an offset it is a wall clock."""
    match = _COMMON.match(text)
    if match is None:
        return None
    day, month, year, hour, minute, second, fraction, zone = match.groups()
    try:
        number = MONTHS[month.lower()]
        return _zoned(clock(int(year), number, int(day), int(hour), int(minute), int(second), fraction or ""), zone)
    except (KeyError, ValueError):
        return None


def ctime(text: str) -> Stamp | None:
    """The stamp of C's asctime, `Sun Dec 04 04:47:44 2005`, with fraction and zone name where they stand."""
    match = _CTIME.match(text)
    if match is None:
        return None
    month, day, hour, minute, second, fraction, zone, year = match.groups()
    try:
        return _zoned(
            clock(int(year), MONTHS[month.lower()], int(day), int(hour), int(minute), int(second), fraction or ""), zone
        )
    except (KeyError, ValueError):
        return None


class Yearless(NamedTuple):
    """A wall clock without its year."""

    month: int
    day: int
    hour: int
    minute: int
    second: int
    fraction: str

    def in_year(self, year: int) -> Stamp | None:
        """The stamp in a year; None where the day does not exist in it (29 February)."""
        try:
            return Stamp(clock(year, *self), False)
        except ValueError:
            return None


def yearless(text: str) -> Yearless | None:
    """The stamp of RFC 3164, `Mar  6 04:07:33`."""
    match = _NO_YEAR.match(text)
    if match is None:
        return None
    month, day, hour, minute, second, fraction = match.groups()
    number = MONTHS.get(month.lower())
    if number is None:
        return None
    return Yearless(number, int(day), int(hour), int(minute), int(second), fraction or "")


def epoch(value: int | float | str, *, unit: str | None = None) -> Stamp | None:
    """Seconds, milliseconds, microseconds or nanoseconds since 1970; told apart by size where no unit is stated.

    Whole numbers never pass through a float: a nanosecond stamp has more digits than a float holds.

    Examples
    --------
    >>> epoch("1667335106397876100").ns, epoch(1433190184356).ns, epoch("1439036796.000002").ns
    (1667335106397876100, 1433190184356000000, 1439036796000002000)
    """
    if isinstance(value, bool) or value is None:
        return None
    text = repr(value) if isinstance(value, float) else str(value).strip()
    match = re.fullmatch(r"(\d{1,20})(?:\.(\d*))?(?:[eE]\+?(\d+))?", text)
    if match is None:
        return None
    whole, fraction, power = match.groups()
    if power:
        if len(power) > 2:
            return None
        digits = whole + (fraction or "").ljust(int(power), "0")[: int(power)]
        whole, fraction = digits, (fraction or "")[int(power) :]
    number = int(whole)
    if unit is None:
        unit = "s" if number < 10**11 else "ms" if number < 10**14 else "us" if number < 10**17 else "ns"
    scale = {"s": 9, "ms": 6, "us": 3, "ns": 0}[unit]
    ns = number * 10**scale + int(((fraction or "")[:scale]).ljust(scale, "0") or 0)
    return Stamp(ns, True) if 0 < ns < 2**63 else None


def check_zone(zone: str, *, where: str = "zone") -> str:
    """A zone that the analyst states, checked: an IANA name, an offset, or an abbreviation of one meaning.

    Raises
    ------
    ParameterError
        The name is unknown, or means several zones.
    """
    name = zone.strip()
    if name.upper() in AMBIGUOUS:
        raise ParameterError(
            f"{name} can be {AMBIGUOUS[name.upper()]}",
            remedy="name the zone by its IANA name, or give the offset",
            where=where,
        )
    if name.upper() in ABBREVIATIONS:
        return name
    if re.fullmatch(r"[+-]\d{2}(:?[0-5]\d)?", name):
        east = offset(name)
        # From Baker Island to the Line Islands.
        if east is not None and -12 * 3600 * SECOND <= east <= 14 * 3600 * SECOND:
            return name
    try:
        if name[:1] in ("+", "-"):
            raise ValueError(name)
        pd.Timestamp(0, tz=name)
    except Exception:
        raise ParameterError(
            f"no zone {name!r}", remedy='use an IANA name ("Europe/Berlin"), an offset ("+02:00") or "UTC"', where=where
        ) from None
    return name


def to_utc(wall: np.ndarray, zone: str) -> tuple[np.ndarray, int, int]:
    """Wall clocks of one zone as UTC.

    Where clocks go back an hour happens twice: the records' own order tells which, else the first is taken and counted.
    Where they go forward an hour does not exist: such a time is moved to the end of the gap and counted.

    Parameters
    ----------
    wall : array of int64
        Nanoseconds since 1970 on the wall clock, in the order of the records.
    zone : str
        As `check_zone` gives it.

    Returns
    -------
    array of int64, int, int
        Nanoseconds UTC; how many stood in a repeated hour that the order does not tell apart; how many in a gap.
    """
    if not len(wall):
        return wall, 0, 0
    fixed = offset(zone.upper() if zone[0] not in "+-" else zone)
    if fixed is not None:
        return wall - fixed, 0, 0
    local = pd.DatetimeIndex(wall.astype("datetime64[ns]"))
    sure = local.tz_localize(zone, ambiguous="NaT", nonexistent="NaT")
    doubtful = np.asarray(sure.isna())
    if not doubtful.any():
        return np.asarray(sure.asi8), 0, 0
    first = local.tz_localize(zone, ambiguous=np.ones(len(local), bool), nonexistent="shift_forward").asi8.copy()
    second = local.tz_localize(zone, ambiguous=np.zeros(len(local), bool), nonexistent="shift_forward").asi8
    twice = first != second
    gaps = int((doubtful & ~twice).sum())
    untold = 0
    if twice.any():
        # Within the repeated hour a wall clock that falls back marks the second run; each year has an hour of its own.
        places = np.flatnonzero(twice)
        for one in np.split(places, np.flatnonzero(np.abs(np.diff(wall[places])) > DAY) + 1):
            back = np.flatnonzero(np.diff(wall[one]) < -1800 * SECOND)
            if len(back):
                late = one[back[0] + 1 :]
                first[late] = second[late]
            else:
                untold += len(one)
    return first, untold, gaps
