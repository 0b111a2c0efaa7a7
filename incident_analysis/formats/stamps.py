"""Stamps that lines begin with: zone names told or refused, and shapes of a leading time that many loggers share."""

from __future__ import annotations

from incident_analysis import clock
from incident_analysis.clock import ABBREVIATIONS, AMBIGUOUS, Stamp
from incident_analysis.errors import InputError, ParameterError
from incident_analysis.format import Context
from incident_analysis.patterns import pattern

#: The stamp of RFC 3339 as most programs write it.
RFC3339 = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)"
#: The names of zones that are known, the longest first.
ZONES = "|".join(sorted((*ABBREVIATIONS, *AMBIGUOUS), key=len, reverse=True))
_NAMED = pattern(r"\d{4}[-/.]\d{2}[-/.]\d{2}[T _]\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,12})?)?\s*([A-Z]{2,5})(?![A-Za-z])")
_TAI = pattern(r"@([0-9a-fA-F]{16})([0-9a-fA-F]{8})?(?:[0-9a-fA-F]{8})?(?![0-9a-fA-F])")
_YEAR_DAY = pattern(r"(\d{4})-(\d{3})[T ](\d{2}):(\d{2}):(\d{2})(?:[.,](\d{1,9}))?(Z|[+-]\d{2}:?\d{2})?")
_SHORT = pattern(r"(\d{2})(\d{2})(\d{2}) (\d{2}):(\d{2}):(\d{2})")
_COMPACT = pattern(r"(\d{4})(\d{2})(\d{2})[T _-]?(\d{2}):?(\d{2}):?(\d{2})(?:[.,](\d{1,9}))?\s?(Z|[+-]\d{2}:?\d{2})?")


def with_zone(text: str, context: Context) -> Stamp | None:
    """The ISO stamp at the beginning of a text whose format writes the zone behind it.

    A name that means several zones has to be stated: without it the record would lie hours away. An unknown name is
    told, and its stamp is a wall clock.

    Raises
    ------
    InputError
        The name means several zones, and the analyst stated none.
    """
    stamp = clock.iso(text)
    if stamp is None or stamp.zoned:
        return stamp
    match = _NAMED.match(text)
    if match is not None:
        check_name(match[1], context)
    return stamp


def tell_name(text: str, context: Context) -> None:
    """Tell that the zone's name behind a stamp is not known, or means several: the stamp is a wall clock."""
    match = _NAMED.match(text)
    if match is None or match[1] in ABBREVIATIONS or context.zone:
        return
    several = AMBIGUOUS.get(match[1])
    meaning = f"can be {several}" if several else "is not known"
    context.warn(f"the zone {match[1]} of its stamps {meaning}: taken as a wall clock; state it with `zone`")


def in_zone(stamp: Stamp, zone: str) -> Stamp:
    """A wall clock in a zone of the tz database that stands beside it; as it is where there is no such zone."""
    import numpy as np

    try:
        clock.check_zone(zone)
        found, _, _ = clock.to_utc(np.array([stamp.ns]), zone)
    except ParameterError:
        return stamp
    return Stamp(int(found[0]), True)


def check_name(name: str, context: Context) -> None:
    """Refuse a zone name of several meanings, tell an unknown one; quiet where the analyst stated the zone.

    Raises
    ------
    InputError
        As above.
    """
    if name in ABBREVIATIONS or context.zone:
        return
    if name in AMBIGUOUS:
        raise InputError(
            f"the zone {name} of its stamps can be {AMBIGUOUS[name]}",
            remedy="state which with `zone`, or in `evidence:` of incident.yaml",
            where=context.source,
        )
    context.warn(f"the zone {name} of its stamps is not known: taken as a wall clock; state it with `zone`")


def tai64(text: str) -> Stamp | None:
    """TAI64N of multilog and s6, `@` and 24 digits; TAI64 (16) and TAI64NA (32) too.

    The label counts TAI seconds from 2**62; writers in use add a fixed 10 seconds to the Unix time (libtai without a
    leap-second table, as daemontools and s6 by default do), and so it is read.
    """
    match = _TAI.match(text)
    if match is None:
        return None
    seconds = int(match[1], 16) - 2**62 - 10
    nanos = int(match[2], 16) if match[2] else 0
    if not 0 < seconds < 2**33 or nanos >= clock.SECOND:
        return None
    return Stamp(seconds * clock.SECOND + nanos, True)


def year_day(text: str) -> Stamp | None:
    """An ordinal date, `2012-025T10:22:40,672`: the 25th day of the year (ISO 8601, 5.2.3)."""
    match = _YEAR_DAY.match(text)
    if match is None:
        return None
    year, day, hour, minute, second, fraction, zone = match.groups()
    leap = clock.days(int(year), 12, 31) - clock.days(int(year), 1, 1) + 1
    if not 1 <= int(day) <= leap:
        return None
    try:
        ns = clock.clock(int(year), 1, 1, int(hour), int(minute), int(second), fraction or "")
    except ValueError:
        return None
    ns += (int(day) - 1) * clock.DAY
    east = clock.offset(zone) if zone else None
    return Stamp(ns, False) if east is None else Stamp(ns - east, True)


def compact(text: str) -> Stamp | None:
    """A stamp without separators, `20240102T030405Z`, `20240102-03:04:05`."""
    match = _COMPACT.match(text)
    if match is None:
        return None
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    try:
        ns = clock.clock(int(year), int(month), int(day), int(hour), int(minute), int(second), fraction or "")
    except ValueError:
        return None
    east = clock.offset(zone) if zone else None
    return Stamp(ns, False) if east is None else Stamp(ns - east, True)


def short(text: str) -> Stamp | None:
    """A stamp of six digits and a clock, `260102 10:00:00`: year, month, day."""
    match = _SHORT.match(text)
    if match is None:
        return None
    year, month, day, hour, minute, second = match.groups()
    try:
        return Stamp(clock.clock(two_digits(year), int(month), int(day), int(hour), int(minute), int(second)), False)
    except ValueError:
        return None


def two_digits(year: str) -> int:
    """A year of two digits as POSIX reads it: 69 and later belong to the last century."""
    return int(year) + (1900 if int(year) >= 69 else 2000)
