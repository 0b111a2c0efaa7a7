"""Stamps of all records at once: the date once for each run of equal ones, the time of day by its digits.

Only shapes that `clock` reads in just one way are read here; leap seconds and all else are left to it.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np

from incident_analysis import clock
from incident_analysis.patterns import pattern
from incident_analysis.reading.fast.text import Array, Text, byte_in, mask_of, runs, within, word_of

#: Different values that are looked for among all runs, before the runs are gone through one by one.
MOST_AT_ONCE = 12
#: A day as far away leaves no room for the time of day and the offset.
_FAR = 2**63 - 4 * clock.DAY
_OFFSET = pattern(rb"[+-]\d\d:?\d\d")
_TEN = np.array([10**n for n in range(10)], np.int64)
_COLONS = word_of(b"\0\0\xff\0\0\xff\0\0")
_SIX = word_of(b"\6\6\0\6\6\0\6\6")
_THREE, _THREE_TENS = word_of(b"\6\6\6"), word_of(b"\xf0\xf0\xf0")
_TENS = word_of(b"\xf0\xf0\0\xf0\xf0\0\xf0\xf0")


def _near(value: int | None) -> int | None:
    """A day that, with a time and an offset, nanoseconds can hold: a damaged year may be any."""
    return value if value is not None and abs(value) < _FAR else None


def looked_up(
    text: Text, places: Array, size: int, read: Callable[[bytes], int | None], words: list[Array]
) -> tuple[Array, Array]:
    """What a few-valued field of a fixed size says, asked once for each run and value; and which say anything.

    `words`: its bytes, eight by eight; what is behind it in the last word does not matter.
    """
    keys = [*words[:-1], words[-1] if size % 8 == 0 else words[-1] & mask_of(size % 8)]
    heads, which = runs(*keys)
    if len(heads) == 1:
        # One day, one zone: mostly all there is in a piece.
        value = _near(read(text.slice(int(places[0]), int(places[0]) + size)))
        return np.full(len(places), value or 0, np.int64), np.full(len(places), value is not None)
    values, fine = np.zeros(len(heads), np.int64), np.zeros(len(heads), bool)
    keys, places = [key[heads] for key in keys], places[heads]
    left = np.arange(len(heads))
    known: dict[bytes, int | None] = {}
    # Values that come again and again are settled for all their runs at once.
    for _ in range(MOST_AT_ONCE):
        if not len(left):
            break
        place = int(places[left[0]])
        equal = keys[0][left] == keys[0][left[0]]
        for key in keys[1:]:
            equal &= key[left] == key[left[0]]
        piece = text.slice(place, place + size)
        known[piece] = value = _near(read(piece))
        if value is not None:
            values[left[equal]], fine[left[equal]] = value, True
        left = left[~equal]
    for i, place in zip(left.tolist(), places[left].tolist(), strict=True):
        piece = text.slice(place, place + size)
        if piece not in known:
            known[piece] = _near(read(piece))
        value = known[piece]
        if value is not None:
            values[i], fine[i] = value, True
    return values[which], fine[which]


def time_of_day(words: Array) -> tuple[Array, Array]:
    """Nanoseconds of `hh:mm:ss`, which words hold; and which are such."""
    x = words ^ word_of(b"00:00:00")
    fine = (x & _COLONS == 0) & (((x + _SIX) | x) & _TENS == 0)
    ten, low = np.uint64(10), np.uint64(15)

    def two(shift: int) -> Array:
        return ((x >> np.uint64(shift)) & low) * ten + ((x >> np.uint64(shift + 8)) & low)

    hour, minute, second = two(0), two(24), two(48)
    fine &= (hour < 24) & (minute < 60) & (second < 60)
    seconds = hour * np.uint64(3600) + minute * np.uint64(60) + second
    return seconds.astype(np.int64) * clock.SECOND, fine


def three_digits(words: Array) -> tuple[Array, Array]:
    """The number that the first three bytes of words are; and which are such."""
    x = words & mask_of(3) ^ word_of(b"000")
    fine = ((x + _THREE) | x) & _THREE_TENS == 0
    low = np.uint64(255)
    value = (x & low) * np.uint64(100) + ((x >> np.uint64(8)) & low) * np.uint64(10) + (x >> np.uint64(16))
    return value.astype(np.int64), fine


def offset(piece: bytes) -> int | None:
    """Nanoseconds east of `+hhmm` or `+hh:mm`."""
    return clock.offset(piece.decode()) if _OFFSET.fullmatch(piece) else None


def _iso_day(piece: bytes) -> int | None:
    if not re.fullmatch(rb"\d{4}-\d\d-\d\d", piece):
        return None
    stamp = clock.iso(f"{piece.decode()}T00:00:00")
    return None if stamp is None else stamp.ns


def iso_second(text: Text, places: Array, head: Array) -> tuple[Array, Array]:
    """Nanoseconds of `2026-01-02T10:00:00`, also with a space, on their own clock; and which are such.

    `head`: the block of the places, of three words or more.
    """
    day, fine = looked_up(text, places, 10, _iso_day, [head[0], head[1]])
    between = byte_in(head, 10)
    since, whole = time_of_day(within(head, 11))
    return day + since, fine & whole & ((between == ord("T")) | (between == ord(" ")))


def iso(text: Text, starts: Array, ends: Array) -> tuple[Array, Array, Array]:
    """ISO 8601 stamps that fill their slices: nanoseconds, which carry a zone, and which are such.

    Fractions of up to nine digits behind a point or comma; `Z`, `+hh:mm`, `+hhmm` or no zone.
    """
    size = ends - starts
    long = size >= 19
    safe = np.where(long, starts, text.begin)
    stop = np.where(long, ends, text.begin + 19)
    head = text.block(safe, 3)
    ns, fine = iso_second(text, safe, head)
    point = byte_in(head, 19)
    fine &= long
    last, fifth, sixth = text.at(stop - 1), text.at(stop - 5), text.at(stop - 6)
    utc = last == ord("Z")
    six = ((sixth == ord("+")) | (sixth == ord("-"))) & (text.at(stop - 3) == ord(":")) & (size >= 25)
    five = ((fifth == ord("+")) | (fifth == ord("-"))) & ~six & (size >= 24)
    behind = stop - np.where(utc, 1, np.where(six, 6, np.where(five, 5, 0)))
    for mask, width in ((six, 6), (five, 5)):
        if mask.any():
            rows = np.flatnonzero(mask)
            east, known = looked_up(text, behind[rows], width, offset, [text.word(behind[rows])])
            ns[rows] -= east
            fine[rows] &= known
    digits = behind - safe - 20
    broken = (point == ord(".")) | (point == ord(","))
    fraction, known = text.whole(np.where(broken, safe + 20, behind - 1), behind)
    fine &= np.where(broken, known & (digits >= 1) & (digits <= 9), digits == -1)
    scale = _TEN[np.clip(9 - digits, 0, 9)]
    return ns + np.where(broken, fraction * scale, 0), utc | six | five, fine


def epoch(numbers: Array) -> tuple[Array, Array]:
    """Nanoseconds of whole numbers since 1970 whose unit their size tells, as for `clock.epoch`; which are such."""
    scale = np.where(
        numbers < 10**11, 10**9, np.where(numbers < 10**14, 10**6, np.where(numbers < 10**17, 10**3, 1))
    ).astype(np.int64)
    fine = (numbers > 0) & (numbers < 9_000_000_000_000_000_000 // scale)
    return np.where(fine, numbers, 0) * scale, fine
