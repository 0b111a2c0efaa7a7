"""Pieces cut at the heads of records, and the records of a piece as bounds in its text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from incident_analysis.format import plain_bytes
from incident_analysis.reading.fast.text import Array, Text

LF, CR, ESC = 10, 13, 27
#: Blank lines at a record's end that are taken off at once; a record with more goes the simple way.
MOST_ENDS = 6

#: From a text, and where its lines begin and end, to which lines begin a record for sure, and for sure not.
Heads = Callable[[Text, Array, Array], tuple[Array, Array]]


def pieces(data: Iterator[bytes], size: int, start: re.Pattern[bytes] | None) -> Iterator[bytes]:
    """The bytes again, in pieces of about a size that each begin with a record.

    A record that is longer than a piece makes the piece longer. Where no line has begun a record yet, any line's end
    will do.
    """
    held: list[bytes] = []
    length, headless = 0, start is not None
    wanted = size
    for part in data:
        held.append(part)
        length += len(part)
        while length >= wanted:
            whole = b"".join(held)
            cut = _last_head(whole, wanted, start)
            if not cut and headless and not _has_head(whole[:wanted], start):
                cut = whole.rfind(b"\n", 0, wanted) + 1
            if not cut:
                # One record fills it: wait for as much again.
                held, wanted = [whole], 2 * max(wanted, size)
                continue
            yield whole[:cut]
            headless = headless and not _has_head(whole[:cut], start)
            held, length, wanted = [whole[cut:]], length - cut, size
    if length:
        yield b"".join(held)


def _last_head(data: bytes, limit: int, start: re.Pattern[bytes] | None) -> int:
    """Where the last record begins whose head is whole before a limit; 0 where only the first one does."""
    place = data.rfind(b"\n", 0, limit) + 1
    if start is None:
        return place
    end = place
    while end > 0:
        begin = data.rfind(b"\n", 0, end - 1) + 1
        if begin and start.match(plain_bytes(data[begin:end])):
            return begin
        end = begin
    return 0


def _has_head(data: bytes, start: re.Pattern[bytes] | None) -> bool:
    return start is None or any(start.match(plain_bytes(line + b"\n")) for line in data.split(b"\n"))


@dataclass(slots=True)
class Records:
    """The records of a piece.

    Parameters
    ----------
    text : Text
    starts, ends : arrays of int64
        Where each record's text begins, and ends without its last line ends.
    nexts, firsts : arrays of int64
        Where its last line ends, and its first one, line feeds included.
    line_start, line_end : arrays of int64
        Lines, counted from the piece's first one, which is 0.
    unsure : array of bool
        Records that the simple way has to read: bytes that are no UTF-8, terminal escapes, bare carriage returns.
    controls : array of int64
        Places of control characters inside records, line feeds apart.
    high : array of int64
        Places of bytes beyond ASCII.
    lines, blank_lines, blank_bytes : int
        All lines; those that are blank and in no record, and their bytes.
    headless : list of (line, bytes)
        Lines before the first record, where records have heads.
    """

    text: Text
    starts: Array
    ends: Array
    nexts: Array
    firsts: Array
    line_start: Array
    line_end: Array
    unsure: Array
    controls: Array
    high: Array
    lines: int
    blank_lines: int
    blank_bytes: int
    headless: list[tuple[int, bytes]]

    def first_of(self, places: Array) -> Array:
        """For each record the first of some places inside it; its end where there is none."""
        if not len(places):
            return self.ends
        index = np.searchsorted(places, self.starts)
        found = places[np.minimum(index, len(places) - 1)]
        return np.where((index < len(places)) & (found < self.ends), found, self.ends)

    def owners(self, places: Array) -> Array:
        """The records that some places lie inside of."""
        index = np.searchsorted(self.starts, places, "right") - 1
        inside = (index >= 0) & (places < self.ends[np.maximum(index, 0)])
        return index[inside]

    def line_bytes(self, index: int) -> list[bytes]:
        """The lines of a record with their ends."""
        whole = self.text.slice(int(self.starts[index]), int(self.nexts[index]))
        lines = whole.split(b"\n")
        made = [line + b"\n" for line in lines[:-1]]
        return [*made, lines[-1]] if lines[-1] else made


def records(data: bytes, *, start: re.Pattern[bytes] | None, heads: Heads | None) -> Records:
    """The records of a piece, as the simple way would cut them."""
    text = Text(data)
    body = text.bytes[text.begin : text.end]
    low = np.flatnonzero(body < 32) + text.begin
    kinds = text.bytes[low]
    feeds = low[kinds == LF]
    begins = np.concatenate(([text.begin], feeds + 1))
    stops = np.concatenate((feeds + 1, [text.end]))
    if begins[-1] >= text.end:
        begins, stops = begins[:-1], stops[:-1]
    lines = len(begins)
    # Lines that may be blank begin with white space.
    first = text.bytes[begins]
    blank = first == LF
    for i in np.flatnonzero((first <= 32) & ~blank):
        blank[i] = not text.slice(int(begins[i]), int(stops[i])).strip()
    headless: list[tuple[int, bytes]] = []
    if start is None:
        mine = np.flatnonzero(~blank)
        starts, nexts, firsts = begins[mine], stops[mine], stops[mine]
        line_start = line_end = mine
        lost = np.flatnonzero(blank)
    else:
        assert heads is not None
        sure, never = heads(text, begins, stops)
        head = sure & ~blank
        for i in np.flatnonzero(~(sure | never | blank)):
            head[i] = start.match(plain_bytes(text.slice(int(begins[i]), int(stops[i])))) is not None
        mine = np.flatnonzero(head)
        before = int(mine[0]) if len(mine) else lines
        headless = [(i, text.slice(int(begins[i]), int(stops[i]))) for i in range(before) if not blank[i]]
        lost = np.flatnonzero(blank[:before])
        starts, firsts = begins[mine], stops[mine]
        nexts = np.append(begins[mine[1:]], text.end) if len(mine) else starts
        line_start, line_end = mine, np.append(mine[1:], lines) - 1 if len(mine) else mine
    ends = nexts.copy()
    for _ in range(MOST_ENDS):
        last = text.bytes[ends - 1]
        going = ((last == LF) | (last == CR)) & (ends > starts)
        if not going.any():
            break
        ends -= going
    last = text.bytes[ends - 1]
    unsure = (last == LF) | (last == CR)
    made = Records(
        text=text,
        starts=starts,
        ends=ends,
        nexts=nexts,
        firsts=firsts,
        line_start=line_start,
        line_end=line_end,
        unsure=unsure,
        controls=low[kinds != LF],
        high=low[:0],
        lines=lines,
        blank_lines=len(lost),
        blank_bytes=int((stops[lost] - begins[lost]).sum()),
        headless=headless,
    )
    if len(made.controls):
        kinds = text.bytes[made.controls]
        unsure[made.owners(made.controls[(kinds == ESC) | (kinds == CR) if start is None else kinds == ESC])] = True
    if not data.isascii():
        made.high = np.flatnonzero(body >= 128) + text.begin
        if not _is_utf8(text):
            for i in np.unique(made.owners(made.high)):
                try:
                    text.slice(int(starts[i]), int(ends[i])).decode("utf-8")
                except UnicodeDecodeError:
                    unsure[i] = True
    return made


def _is_utf8(text: Text) -> bool:
    offsets = pa.py_buffer(np.array([text.begin, text.end], np.int64))
    try:
        pa.Array.from_buffers(pa.large_utf8(), 1, [None, offsets, text.buffer]).validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True
