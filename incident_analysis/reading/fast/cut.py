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
#: So far is looked for what is no white space at the beginning of indented lines, all at once.
INDENT = 17
_WHITE = np.isin(np.arange(256), np.frombuffer(b" \t\n\r\v\f", np.uint8))

#: From a text, and where its lines begin and end, to which lines begin a record for sure, and for sure not; and what it
#: found in the heads of the former, so that it need not be looked for again.
Heads = Callable[[Text, Array, Array], tuple[Array, Array, tuple[Array, ...]]]


def pieces(data: Iterator[bytes], size: int, start: re.Pattern[bytes] | None) -> Iterator[Text]:
    """The bytes again, in pieces of about a size that each begin with a record.

    A record that is longer than a piece makes the piece longer. Where no line has begun a record yet, any line's end
    will do.
    """
    held: list[bytes | memoryview] = []
    length, headless = 0, start is not None
    wanted = size
    for part in data:
        held.append(part)
        length += len(part)
        while length >= wanted:
            # The limit lies in the last part, and mostly the cut does too: then nothing need be put together.
            whole = bytes(held[-1])
            before = length - len(whole)
            cut = _last_head(whole, wanted - before, start)
            if (before and not cut) or headless:
                whole, before = b"".join(held), 0
                cut = _last_head(whole, wanted, start)
                if not cut and headless and not _has_head(whole[:wanted], start):
                    cut = whole.rfind(b"\n", 0, wanted) + 1
                held = [whole]
            if not cut:
                # One record fills it: wait for as much again.
                wanted = 2 * max(wanted, size)
                continue
            headless = headless and not _has_head(whole[:cut], start)
            view = memoryview(whole)
            yield Text(*held[:-1], view[:cut])
            held, length, wanted = [view[cut:]], length - before - cut, size
    if length:
        yield Text(*held)


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
    if start is None:
        return True
    place = 0
    while place <= len(data):
        end = data.find(b"\n", place) + 1 or len(data) + 1
        if start.match(plain_bytes(data[place : end - 1] + b"\n")):
            return True
        place = end
    return False


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
    high : array of int64
        Places of bytes beyond ASCII.
    lines, feeds, blank_lines, blank_bytes : int
        All lines; their line feeds; lines that are blank and in no record, and their bytes.
    headless : list of (line, bytes)
        Lines before the first record, where records have heads.
    surely, told : arrays
        Which records' heads the plan itself has read, and what it found in them.
    """

    text: Text
    starts: Array
    ends: Array
    nexts: Array
    firsts: Array
    line_start: Array
    line_end: Array
    unsure: Array
    high: Array
    lines: int
    feeds: int
    blank_lines: int
    blank_bytes: int
    headless: list[tuple[int, bytes]]
    surely: Array
    told: tuple[Array, ...]
    known_controls: Array | None = None

    @property
    def controls(self) -> Array:
        """Places of control characters inside records, line feeds apart; not looked for before they are asked for."""
        if self.known_controls is None:
            found = self.starts[:0]
            if self.text.control_count() > self.feeds:
                found = self.text.controls()
                found = found[self.text.bytes[found] != LF]
            self.known_controls = found
        return self.known_controls

    def first_of(self, places: Array) -> Array:
        """For each record the first of some places inside it; its end where there is none."""
        if not len(places):
            return self.ends
        index = np.searchsorted(places, self.starts)
        found = places[np.minimum(index, len(places) - 1)]
        return np.where((index < len(places)) & (found < self.ends), found, self.ends)

    def owners(self, places: Array) -> Array:
        """The records that some places lie inside of."""
        if not len(self.starts):
            return self.starts
        index = np.searchsorted(self.starts, places, "right") - 1
        inside = (index >= 0) & (places < self.ends[np.maximum(index, 0)])
        return index[inside]

    def line_bytes(self, index: int) -> list[bytes]:
        """The lines of a record with their ends."""
        whole = self.text.slice(int(self.starts[index]), int(self.nexts[index]))
        lines = whole.split(b"\n")
        made = [line + b"\n" for line in lines[:-1]]
        return [*made, lines[-1]] if lines[-1] else made


def records(text: Text, *, start: re.Pattern[bytes] | None, heads: Heads | None) -> Records:
    """The records of a piece, as the simple way would cut them."""
    feeds = text.having(LF)
    begins = np.concatenate(([text.begin], feeds + 1))
    stops = np.concatenate((feeds + 1, [text.end]))
    if begins[-1] >= text.end:
        begins, stops = begins[:-1], stops[:-1]
    lines = len(begins)
    blank = _blank(text, begins, stops)
    headless: list[tuple[int, bytes]] = []
    surely, told = blank[:0], tuple[Array, ...]()
    if start is None:
        mine = np.flatnonzero(~blank)
        starts, nexts, firsts = begins[mine], stops[mine], stops[mine]
        line_start = line_end = mine
        lost = np.flatnonzero(blank)
    else:
        assert heads is not None
        sure, never, values = heads(text, begins, stops)
        head = sure & ~blank
        for i in np.flatnonzero(~(sure | never | blank)):
            head[i] = start.match(plain_bytes(text.slice(int(begins[i]), int(stops[i])))) is not None
        mine = np.flatnonzero(head)
        every = len(mine) == lines
        surely, told = (sure, values) if every else (sure[mine], tuple(value[mine] for value in values))
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
        high=feeds[:0],
        lines=lines,
        feeds=len(feeds),
        blank_lines=len(lost),
        blank_bytes=int((stops[lost] - begins[lost]).sum()),
        headless=headless,
        surely=surely,
        told=told,
    )
    if text.is_plain(len(feeds)):
        made.known_controls = feeds[:0]
        return made
    unsure[made.owners(text.having(ESC))] = True
    if start is None and len(made.controls):
        unsure[made.owners(made.controls[text.bytes[made.controls] == CR])] = True
    if not text.is_ascii():
        made.high = np.flatnonzero(text.bytes[text.begin : text.end] >= 128) + text.begin
        if not _is_utf8(text):
            for i in np.unique(made.owners(made.high)):
                try:
                    text.slice(int(starts[i]), int(ends[i])).decode("utf-8")
                except UnicodeDecodeError:
                    unsure[i] = True
    return made


def _blank(text: Text, begins: Array, stops: Array) -> Array:
    """Which lines hold nothing but white space: they begin with it."""
    first = text.bytes[begins]
    blank = first == LF
    places = np.flatnonzero((first <= 32) & ~blank)
    # Most lines that are indented are no more than that: a few places further stands what is no white space.
    for further in range(1, INDENT):
        if len(places) < 8:
            break
        here = begins[places] + further
        byte = text.bytes[here]
        over = (byte == LF) | (here >= stops[places])
        blank[places[over]] = True
        places = places[_WHITE[byte] & ~over]
    for i in places.tolist():
        blank[i] = not text.slice(int(begins[i]), int(stops[i])).strip()
    return blank


def _is_utf8(text: Text) -> bool:
    offsets = pa.py_buffer(np.array([text.begin, text.end], np.int64))
    try:
        pa.Array.from_buffers(pa.large_utf8(), 1, [None, offsets, text.buffer]).validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True
