"""A piece of a log as an array of bytes: words, digits and bounds found for all records at once.

Positions are indices into `bytes`, which has room before and behind the text: words may be read beyond its ends.
Nothing here knows a format. What is found has been looked at: no byte is taken for a digit that is none.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

Array = np.ndarray

#: Room before and behind the text.
ROOM = 64
#: Bytes that tell whether a byte is seldom.
SAMPLE = 1 << 16
#: Arrow's own pool keeps a fifth more than what it is asked for.
POOL = pa.system_memory_pool()
_ONES = np.uint64(0x0101010101010101)
_HIGHS = np.uint64(0x8080808080808080)
_ZEROS = np.uint64(0x3030303030303030)
_U1 = np.uint64(1)


def word_of(text: bytes) -> np.uint64:
    """Up to eight bytes as `Text.word` gives them."""
    return np.uint64(int.from_bytes(text, "little"))


def mask_of(size: int) -> np.uint64:
    """The first bytes of a word."""
    return np.uint64((1 << 8 * size) - 1)


def keep_memory() -> None:
    """Let what one piece has freed be there for the next one.

    glibc gives large blocks back to the system, which clears them before it gives them out again: that takes as long as
    finding the fields. Once it has seen a block of nearly 32 MB freed, it keeps such blocks. This one is never touched.
    """
    np.empty((1 << 25) - (1 << 20), np.uint8)


class Text:
    """A piece of text, with what is asked of many of its places at once.

    Parameters
    ----------
    parts : bytes or memoryview
        The piece, in one part or in several that follow each other.
    """

    __slots__ = ("begin", "buffer", "bytes", "end", "words")

    def __init__(self, *parts: bytes | memoryview) -> None:
        size = sum(len(part) for part in parts)
        self.begin, self.end = ROOM, ROOM + size
        self.bytes = np.empty((size + 2 * ROOM + 7) // 8 * 8, np.uint8)
        self.bytes[: self.begin] = 0
        self.bytes[self.end :] = 0
        place = self.begin
        for part in parts:
            self.bytes[place : place + len(part)] = np.frombuffer(part, np.uint8)
            place += len(part)
        # Eight bytes from each place on: a view, whose words overlap.
        self.words = np.ndarray((len(self.bytes) - 7,), "<u8", self.bytes.data, strides=(1,))
        self.buffer = pa.py_buffer(self.bytes)

    def at(self, places: Array) -> Array:
        """The byte at each place."""
        return self.bytes[places]

    def word(self, places: Array) -> Array:
        """Eight bytes from each place on, the first one lowest."""
        return self.words[places]

    def having(self, byte: int) -> Array:
        """The places of a byte."""
        return _places(self.bytes == byte) if byte else np.flatnonzero(self.bytes[self.begin : self.end] == 0) + ROOM

    def controls(self) -> Array:
        """The places of control characters, tabs and line ends too."""
        low = self.bytes < 32
        low[: self.begin] = low[self.end :] = False
        return _places(low)

    def control_count(self) -> int:
        """How many there are."""
        return int(np.count_nonzero(self.bytes < 32)) - (len(self.bytes) - self.end + self.begin)

    def is_ascii(self) -> bool:
        """Whether no byte is beyond ASCII."""
        return bool(self.bytes.max() < 128)

    def same(self, places: Array, literal: bytes) -> Array:
        """Where a literal stands."""
        if len(literal) == 1:
            return self.bytes[places] == literal[0]
        if len(literal) <= 8:
            word = self.words[places]
            return (word if len(literal) == 8 else word & mask_of(len(literal))) == word_of(literal)
        # All of it is fetched at once: that takes as long as fetching a word.
        size = -(-len(literal) // 8) * 8
        if size > ROOM - 8:
            # It may lead out of the room behind the text; what is moved for that holds the room's zeros: unequal.
            if size > len(self.bytes):
                return np.zeros(len(places), bool)
            places = np.minimum(places, len(self.bytes) - size)
        block = np.ndarray((len(self.bytes) - size + 1,), f"V{size}", self.bytes.data, strides=(1,))[places]
        words = block.view("<u8").reshape(len(places), size // 8)
        found = words[:, 0] == word_of(literal[:8])
        for start in range(8, len(literal), 8):
            part = literal[start : start + 8]
            word = words[:, start // 8]
            found &= (word if len(part) == 8 else word & mask_of(len(part))) == word_of(part)
        return found

    def find(self, places: Array, stops: bytes, ends: Array, *, words: int = 64) -> Array:
        """The first place, from each place on, of one of some bytes; the end where there is none before it.

        It looks at `words` times eight bytes, then gives the end.
        """
        out = ends.copy()
        patterns = [np.uint64(stop * 0x0101010101010101) for stop in stops]
        alive: Array | None = None
        here, limit = places, ends
        for step in range(words):
            word = self.word(here)
            marks = None
            for pattern in patterns:
                x = word ^ pattern
                # The lowest mark is a true one: a borrow runs upwards only.
                mark = (x - _ONES) & ~x & _HIGHS
                marks = mark if marks is None else marks | mark
            assert marks is not None
            hit = marks != 0
            place = here + (np.bitwise_count((marks & (~marks + _U1)) - _U1) >> 3).astype(np.int64)
            if alive is None:
                out = np.where(hit & (place < limit), place, out)
                alive = np.flatnonzero(~hit & (here + 8 < limit))
            else:
                inside = hit & (place < limit)
                out[alive[inside]] = place[inside]
                going = ~hit & (here + 8 < limit)
                alive = alive[going]
            if not len(alive):
                break
            here, limit = places[alive] + (step + 1) * 8, ends[alive]
        return out

    def whole(self, starts: Array, ends: Array) -> tuple[Array, Array]:
        """Whole numbers of one to sixteen digits; and which of them are such."""
        size = ends - starts
        fine = (size >= 1) & (size <= 16)
        values, digits = self._eight(ends, np.clip(size, 1, 8))
        fine &= digits
        long = np.flatnonzero(fine & (size > 8))
        if len(long):
            high, digits = self._eight(ends[long] - 8, size[long] - 8)
            values[long] += high * 100_000_000
            fine[long] &= digits
        return values, fine

    def _eight(self, ends: Array, size: Array) -> tuple[Array, Array]:
        word = self.word(ends - 8)
        keep = ~np.uint64(0) << ((8 - size) << 3).astype(np.uint64)
        x = ((word & keep) | (_ZEROS & ~keep)) ^ _ZEROS
        return _value(x), _are_digits(x)

    def digits(self, places: Array, count: int) -> tuple[Array, Array]:
        """Numbers of a fixed count of digits, at most nine; and which of them are such."""
        value = np.zeros(len(places), np.int64)
        fine = np.ones(len(places), bool)
        for i in range(count):
            digit = self.bytes[places + i] - np.uint8(48)
            fine &= digit <= 9
            value *= 10
            value += digit
        return value, fine

    def texts(self, starts: Array, ends: Array, there: Array | None = None) -> pa.Array:
        """The slices as an Arrow array, null where not `there`; they must lie one behind another."""
        count = len(starts)
        offsets = np.empty(2 * count + 1, np.int64)
        offsets[0:-1:2] = starts
        offsets[1::2] = ends
        offsets[-1] = self.end
        cut = pa.Array.from_buffers(pa.large_utf8(), 2 * count, [None, pa.py_buffer(offsets), self.buffer])
        index = np.arange(0, 2 * count, 2)
        mask = None if there is None or there.all() else ~there
        return pc.take(cut, pa.array(index, mask=mask), memory_pool=POOL)

    def slice(self, start: int, end: int) -> bytes:
        """The bytes of one place."""
        return self.bytes[start:end].tobytes()


def _places(mask: Array) -> Array:
    """Where a mask is true. Eight at once: where few are, that takes a third of the time."""
    if np.count_nonzero(mask[:SAMPLE]) > SAMPLE // 40:
        return np.flatnonzero(mask)
    words = mask.view("<u8")
    some = np.flatnonzero(words != 0)
    left = words[some]
    made = some << 3
    made += (np.bitwise_count((left & (~left + _U1)) - _U1) >> 3).astype(np.int64)
    left &= left - _U1
    more = [made]
    while (going := np.flatnonzero(left)).size:
        some, left = some[going], left[going]
        more.append((some << 3) + (np.bitwise_count((left & (~left + _U1)) - _U1) >> 3))
        left &= left - _U1
    return made if len(more) == 1 else np.sort(np.concatenate(more), kind="stable")


def _are_digits(x: Array) -> Array:
    return ((x + np.uint64(0x0606060606060606)) | x) & np.uint64(0xF0F0F0F0F0F0F0F0) == 0


def _value(x: Array) -> Array:
    x = x * np.uint64(10) + (x >> np.uint64(8))
    pairs = np.uint64(0x000000FF000000FF)
    low = (x & pairs) * np.uint64(100 + (1_000_000 << 32))
    high = ((x >> np.uint64(16)) & pairs) * np.uint64(1 + (10_000 << 32))
    return ((low + high) >> np.uint64(32)).astype(np.int64)


def runs(*keys: Array) -> tuple[Array, Array]:
    """Where equal neighbours begin; and the run that each place is in."""
    change = np.zeros(len(keys[0]), bool)
    if len(change):
        change[0] = True
        for key in keys:
            change[1:] |= key[1:] != key[:-1]
    return np.flatnonzero(change), np.cumsum(change) - 1
