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
#: Memory of pieces that are done with, for those to come: fresh memory costs as much as reading the file does.
_IDLE: list[bytearray] = []
MOST_IDLE = 6
_STEP = 1 << 20
#: Values of a few-valued field that are looked for, and in how many records it must show that it is one.
MOST_FEW, FEW_BYTES, FEW_SAMPLE = 12, 16, 256
#: From so many places on it is worth to look at one of them first.
MANY = 512
#: What is not long-lived: Arrow's own pool uses its memory again, but keeps a fifth more than what it is asked for.
PASSING, LASTING = pa.default_memory_pool(), pa.system_memory_pool()
_ONES = np.uint64(0x0101010101010101)
_HIGHS = np.uint64(0x8080808080808080)
_ZEROS = np.uint64(0x3030303030303030)
_U1 = np.uint64(1)
#: The first bytes of a word, by their count.
_FIRST = np.array([(1 << 8 * size) - 1 for size in range(9)], np.uint64)


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


def let_go() -> None:
    """Give back what `Text.free` has kept."""
    _IDLE.clear()


def _memory(size: int) -> bytearray:
    """So many bytes or more, holding anything."""
    try:
        found = _IDLE.pop()
    except IndexError:
        found = bytearray()
    return found if len(found) >= size else bytearray(-(-size // _STEP) * _STEP)


class Text:
    """A piece of text, with what is asked of many of its places at once.

    Parameters
    ----------
    parts : bytes or memoryview
        The piece, in one part or in several that follow each other.
    """

    __slots__ = ("_held", "_mask", "begin", "buffer", "bytes", "end", "pool", "raw", "words")

    def __init__(self, *parts: bytes | memoryview) -> None:
        size = sum(len(part) for part in parts)
        self.begin, self.end = ROOM, ROOM + size
        whole = (size + 2 * ROOM + 7) // 8 * 8
        self.raw = _memory(whole)
        self._held = [self.raw]
        self._mask: Array | None = None
        self.pool = LASTING
        self.bytes = np.frombuffer(self.raw, np.uint8, whole)
        self.bytes[: self.begin] = 0
        self.bytes[self.end :] = 0
        place = self.begin
        for part in parts:
            self.bytes[place : place + len(part)] = np.frombuffer(part, np.uint8)
            place += len(part)
        # Eight bytes from each place on: a view, whose words overlap.
        self.words = np.ndarray((whole - 7,), "<u8", self.bytes.data, strides=(1,))
        self.buffer = pa.py_buffer(self.bytes)

    def free(self) -> None:
        """Let the next piece have the memory. Nothing can be asked of this one any more; what it gave are copies."""
        held, self._held = self._held, []
        self._mask = None
        self.bytes = self.words = np.zeros(0, np.uint8)
        self.buffer, self.raw = pa.py_buffer(b""), bytearray()
        if len(_IDLE) < MOST_IDLE:
            _IDLE.extend(held)

    @property
    def mask(self) -> Array:
        """Room for a flag for each byte, used again and again."""
        if self._mask is None:
            memory = _memory(len(self.bytes))
            self._held.append(memory)
            self._mask = np.frombuffer(memory, bool, len(self.bytes))
        return self._mask

    def at(self, places: Array) -> Array:
        """The byte at each place."""
        return self.bytes[places]

    def word(self, places: Array) -> Array:
        """Eight bytes from each place on, the first one lowest."""
        return self.words[places]

    def block(self, places: Array, words: int) -> Array:
        """The words at each place, and 8, 16, … bytes behind it, one row each; as quick as one of them.

        Places must lie so far before the end of the room behind the text.
        """
        size = 8 * words
        whole = np.ndarray((len(self.bytes) - size + 1,), f"V{size}", self.bytes.data, strides=(1,))[places]
        return np.ascontiguousarray(whole.view("<u8").reshape(len(places), words).T)

    def having(self, byte: int) -> Array:
        """The places of a byte."""
        # Most bytes that are asked for do not occur at all, and that is quickly found out.
        if self.raw.find(byte, self.begin, self.end) < 0:
            return np.zeros(0, np.int64)
        if not byte:
            return np.flatnonzero(self.bytes[self.begin : self.end] == 0) + ROOM
        return _places(np.equal(self.bytes, byte, out=self.mask))

    def controls(self) -> Array:
        """The places of control characters, tabs and line ends too."""
        low = np.less(self.bytes, 32, out=self.mask)
        low[: self.begin] = low[self.end :] = False
        return _places(low)

    def is_plain(self, feeds: int) -> bool:
        """Whether all is ASCII, and so many line feeds are its only control characters."""
        # Signed, what is beyond ASCII is below zero.
        odd = np.count_nonzero(np.less(self.bytes.view(np.int8), 32, out=self.mask))
        return int(odd) - (len(self.bytes) - self.end + self.begin) == feeds

    def control_count(self) -> int:
        """How many there are."""
        return int(np.count_nonzero(np.less(self.bytes, 32, out=self.mask))) - (len(self.bytes) - self.end + self.begin)

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
        patterns = [np.uint64(stop * 0x0101010101010101) for stop in stops]
        ahead = 1
        if len(places) >= MANY:
            # As far as the first record needs, all are looked at at once.
            reach = int(self.find(places[:1], stops, ends[:1], words=words)[0] - places[0])
            # The room behind the text holds so many; a place may be its end.
            ahead = max(1, min(reach // 8 + 1, words, ROOM // 8 - 1))
        first = self.block(places, ahead) if ahead > 1 else [self.word(places)]
        far = np.full(len(places), np.iinfo(np.int64).max)
        for step in reversed(range(ahead)):
            marks = _marks(first[step], patterns)
            far = np.where(marks != 0, _first_mark(marks) + 8 * step, far)
        found = np.minimum(far, ends - places) + places
        alive = np.flatnonzero((far > 8 * ahead) & (places + 8 * ahead < ends))
        for step in range(ahead, words):
            if not len(alive):
                break
            here, limit = places[alive] + 8 * step, ends[alive]
            marks = _marks(self.word(here), patterns)
            hit = marks != 0
            place = here + _first_mark(marks)
            inside = hit & (place < limit)
            found[alive[inside]] = place[inside]
            alive = alive[~hit & (here + 8 < limit)]
        return found

    def few(self, starts: Array, ends: Array, there: Array) -> tuple[Array, list[str]] | None:
        """Short slices of few values as codes, -1 where not `there`, and the values; None where they are not such.

        They must be UTF-8 where they are `there`.
        """
        if len(starts) > FEW_SAMPLE:
            some = slice(0, FEW_SAMPLE)
            if self._few(starts[some], ends[some], there[some]) is None:
                return None
        return self._few(starts, ends, there)

    def _few(self, starts: Array, ends: Array, there: Array) -> tuple[Array, list[str]] | None:
        size = np.where(there, ends - starts, 0)
        longest = int(size.max(initial=0))
        if longest > FEW_BYTES:
            return None
        if longest <= 8:
            keys = [self.word(starts) & _FIRST[size]]
        else:
            low, high = self.block(starts, 2)
            keys = [low & _FIRST[np.minimum(size, 8)], high & _FIRST[np.maximum(size - 8, 0)]]
        codes = np.full(len(starts), -1, np.int8)
        values: list[str] = []
        left = there
        while (row := int(left.argmax())) < len(left) and left[row]:
            if len(values) == MOST_FEW:
                return None
            equal = left & (size == size[row])
            for key in keys:
                equal &= key == key[row]
            codes[equal] = len(values)
            values.append(self.slice(int(starts[row]), int(ends[row])).decode("utf-8"))
            left = left ^ equal
        return codes, values

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
        return pc.take(cut, pa.array(index, mask=mask), memory_pool=self.pool)

    def slice(self, start: int, end: int) -> bytes:
        """The bytes of one place."""
        return self.bytes[start:end].tobytes()


def within(block: Array, offset: int, *, reach: int = 8) -> Array:
    """The words that begin so many bytes behind the places of a block, of which so many bytes are asked for."""
    row, byte = divmod(offset, 8)
    if not byte:
        return block[row]
    if byte + reach <= 8:
        return block[row] >> np.uint64(8 * byte)
    return (block[row] >> np.uint64(8 * byte)) | (block[row + 1] << np.uint64(64 - 8 * byte))


def byte_in(block: Array, offset: int) -> Array:
    """The byte so far behind the places of a block."""
    row, byte = divmod(offset, 8)
    return (block[row] >> np.uint64(8 * byte)) & np.uint64(255)


def _marks(word: Array, patterns: list[np.uint64]) -> Array:
    """The high bit of each byte that is one of some bytes; of those above the lowest such byte maybe of others too."""
    marks = None
    for pattern in patterns:
        x = word ^ pattern
        # The lowest mark is a true one: a borrow runs upwards only.
        mark = (x - _ONES) & ~x & _HIGHS
        marks = mark if marks is None else marks | mark
    assert marks is not None
    return marks


def _first_mark(marks: Array) -> Array:
    """The byte of the lowest mark of each word that has one."""
    return (np.bitwise_count((marks & (~marks + _U1)) - _U1) >> 3).astype(np.int64)


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
