"""Records of keys and values, JSON lines and logfmt: what stands between the values is the same in many records.

A layout is what one record has between its values. Where another record has the same, its values lie between; where it
has not, another layout is tried. A record that fits none is left to the format's own `parse`, and so is one whose time,
level or message is not written in the usual way. Which layouts were tried changes nothing in what is found.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow.compute as pc

from incident_analysis.formats import keys
from incident_analysis.reading.fast import stamps
from incident_analysis.reading.fast.columns import Coded
from incident_analysis.reading.fast.cut import Records
from incident_analysis.reading.fast.held import ABSENT, FLAG, REAL, TEXT, WHOLE, Held, Value
from incident_analysis.reading.fast.layouts import Layout, Syntax
from incident_analysis.reading.fast.plan import LOCAL, NONE, ZONED, Fields
from incident_analysis.reading.fast.text import Array, Text

#: Layouts that are remembered for a source, and records that are looked at for new ones in a piece.
MOST_LAYOUTS, MOST_TRIES = 64, 24
_REAL = r"^-?(?:0|[1-9][0-9]{0,15})\.[0-9]{1,17}$"


class Reader:
    """Reads the records of one piece."""

    def __init__(self, records: Records, syntax: Syntax, wanted: Callable[[str], bool]) -> None:
        self.records, self.syntax, self.wanted = records, syntax, wanted
        self.text = text = records.text
        count = len(records.starts)
        quotes = text.having(ord('"'))
        self.slashes = text.having(ord("\\"))
        if len(self.slashes):
            quotes = quotes[~_escaped(text, quotes)]
        # Two more, so that looking for a quote beyond the last one finds the end.
        self.quotes = np.concatenate((quotes, np.full(64, text.end)))
        self.first_quote = np.searchsorted(quotes, np.append(records.starts, text.end))
        self.fields = Fields(np.zeros(count, bool), np.zeros(count, np.int64), np.full(count, NONE, np.int8))
        self.fields.severity = np.zeros(count, np.int8)
        self.held: dict[str, Held] = {}
        self.levels = np.full(count, -1, np.int32)
        self.level_words: dict[str, int] = {}

    def read(self, memory: list[Layout]) -> Fields:
        """The fields of all records that fit a layout."""
        records = self.records
        out = records.unsure.copy()
        out[records.owners(records.controls)] = True
        left = np.flatnonzero(~out)
        for layout in list(memory):
            left = self._take(layout, left)
        for _ in range(MOST_TRIES):
            if not len(left):
                break
            first = int(left[0])
            layout_found = self.syntax.discover(self.text.slice(int(records.starts[first]), int(records.ends[first])))
            rest = left[1:]
            if layout_found is not None and layout_found.roles() is not None:
                rest = self._take(layout_found, left)
                if len(rest) < len(left) and len(memory) < MOST_LAYOUTS and layout_found not in memory:
                    memory.append(layout_found)
                rest = rest[rest != first]
            left = rest
        self._columns()
        return self.fields

    def _columns(self) -> None:
        fields = self.fields
        for name, held in self.held.items():
            fields.columns[name] = held.column(self.text, fields.sure)
        if self.wanted("severity_text"):
            fields.columns["severity_text"] = Coded(self.levels, list(self.level_words))

    def _take(self, layout: Layout, left: Array) -> Array:
        """Read the records that fit a layout; those left over."""
        if not len(left):
            return left
        rows, values = self._walk(layout, left)
        if not len(rows):
            return left
        roles = layout.roles()
        assert roles is not None
        shape, special, others = roles
        fine = np.ones(len(rows), bool)
        fields, place = self.fields, 1
        appear: list[tuple[str, int, Array]] = []
        time = shape.times[0] if shape.times else ""
        if time:
            ns, kind, known = self._time(values[layout.names.index(time)])
            fine &= known
            fields.ns[rows], fields.kind[rows] = ns, kind
        if shape.level is not None:
            fine &= self._level(rows, layout, shape, values[layout.names.index(shape.level)])
            place += 2
        for role, name in special.items():
            value = values[layout.names.index(name)]
            fine &= (value.quoted | (not self.syntax.typed)) & (value.end > value.begin)
            fine &= self._put(role, rows, value, fine, text=True)
            appear.append((role, place, fine))
            place += 1
        for name, column in others.items():
            value = values[layout.names.index(name)]
            fine &= self._put(column, rows, value, fine, text=not self.syntax.typed)
            null = np.zeros(len(rows), bool)
            if self.syntax.typed:
                null = ~value.quoted & (self.text.at(value.begin) == ord("n"))
            appear.append((column, place, ~null))
            place += 1
        fields.sure[rows[fine]] = True
        for name, place, there in appear:
            mine = rows[fine & there]
            if len(mine) and (name not in fields.order or fields.order[name] > (int(mine[0]), place)):
                fields.order[name] = (int(mine[0]), place)
        taken = np.zeros(len(self.records.starts), bool)
        taken[rows] = True
        return left[~taken[left]]

    def _walk(self, layout: Layout, rows: Array) -> tuple[Array, list[Value]]:
        """The records between whose values a layout's texts stand, and where their values are."""
        text, records = self.text, self.records
        here, quote, last = records.starts[rows], self.first_quote[rows], records.ends[rows]
        found: list[tuple[Array, Array, Array]] = []
        alive = np.arange(len(rows))
        for literal in layout.before:
            fits = text.same(here, literal)
            here = here + len(literal)
            quote = quote + literal.count(b'"')
            fits &= here <= last
            if not fits.all():
                alive, here, quote, last = alive[fits], here[fits], quote[fits], last[fits]
                found = [tuple(part[fits] for part in value) for value in found]  # type: ignore[misc]
                if not len(alive):
                    return alive, []
            quoted = text.at(here) == ord('"')
            if quoted.all():
                begin, end = here + 1, self.quotes[np.minimum(quote + 1, len(self.quotes) - 1)]
                quote = quote + 2
                here = end + 1
            elif not quoted.any():
                begin = here
                here = end = text.find(here, self.syntax.stops, last, words=128)
            else:
                bare = text.find(here, self.syntax.stops, last, words=128)
                close = self.quotes[np.minimum(quote + 1, len(self.quotes) - 1)]
                begin, end = here + quoted, np.where(quoted, close, bare)
                quote = quote + 2 * quoted
                here = end + quoted
            # What leads out of the record is no value; the place must not leave the text.
            here = np.minimum(here, last + 1)
            end = np.minimum(end, last)
            found.append((begin, end, quoted))
        fits = here + len(layout.after) == last
        if layout.after:
            fits &= text.same(here, layout.after)
        # Every quote was one of the layout's or of a value's.
        fits &= quote + layout.after.count(b'"') == self.first_quote[rows[alive] + 1]
        if not fits.all():
            alive = alive[fits]
            found = [tuple(part[fits] for part in value) for value in found]  # type: ignore[misc]
        values = [Value(begin, end, quoted, self._any(self.slashes, begin, end)) for begin, end, quoted in found]
        return (rows[alive] if len(alive) < len(rows) else rows), values

    def _any(self, places: Array, begin: Array, end: Array) -> Array:
        if not len(places):
            return np.zeros(len(begin), bool)
        return np.searchsorted(places, begin) < np.searchsorted(places, end)

    def _time(self, value: Value) -> tuple[Array, Array, Array]:
        text = self.text
        count = len(value.begin)
        ns, kind, fine = np.zeros(count, np.int64), np.full(count, NONE, np.int8), np.zeros(count, bool)
        dash = (value.end - value.begin >= 19) & (text.at(value.begin + 4) == ord("-"))
        texts = dash & (value.quoted | (not self.syntax.typed)) & ~value.escaped
        rows = np.flatnonzero(texts)
        if len(rows):
            ns[rows], zoned, fine[rows] = stamps.iso(text, value.begin[rows], value.end[rows])
            kind[rows] = np.where(zoned, ZONED, LOCAL)
        rows = np.flatnonzero(~texts & ~value.quoted)
        if len(rows):
            begin, end = value.begin[rows], value.end[rows]
            point = text.find(begin, b".", end, words=4)
            number, digits = text.whole(begin, point)
            at, known = stamps.epoch(number)
            known &= digits & (number >= 100_000_000) & (text.at(begin) != ord("0"))
            broken = point < end
            if broken.any():
                part, digits = text.whole(point + 1, end)
                size = end - point - 1
                seconds = digits & (size <= 9) & (number < 9_000_000_000)
                known &= ~broken | seconds
                at = at + np.where(broken & seconds, part * 10 ** np.clip(9 - size, 0, 9), 0)
            ns[rows], kind[rows], fine[rows] = at, ZONED, known
        return ns, kind, fine

    def _level(self, rows: Array, layout: Layout, shape: keys.Shape, value: Value) -> Array:
        """Level in words and as a number, asked of the format's own rule for each different one."""
        text = self.text
        texts = value.quoted | (not self.syntax.typed)
        fine = ~value.escaped & (value.end > value.begin) & (text.at(value.begin) != ord("'"))
        if not texts.all():
            _, digits = text.whole(value.begin, value.end)
            fine &= texts | (digits & ((text.at(value.begin) != ord("0")) | (value.end == value.begin + 1)))
        few = text.few(value.begin, value.end, fine)
        if few is not None:
            codes, words = few
        else:
            given = text.texts(value.begin, value.end, fine).dictionary_encode()
            codes, words = given.indices.fill_null(-1).to_numpy(zero_copy_only=False), given.dictionary.to_pylist()
        for number in (False, True):
            mine = fine & (texts != number)
            if not mine.any():
                continue
            table, numbers = (
                np.full(len(words) + 1, -1, np.int32),
                np.zeros(len(words) + 1, np.int8),
            )
            for code in np.flatnonzero(np.bincount(codes[mine])).tolist():
                word = words[code]
                fields: dict[str, Any] = dict.fromkeys(layout.names, "x")
                fields[str(shape.level)] = int(word) if number else word
                row: dict[str, Any] = {}
                used: set[str] = set()
                keys.put_level(row, fields, shape, used)
                if shape.level not in used:
                    continue
                table[code] = self.level_words.setdefault(row["severity_text"], len(self.level_words))
                known = row.get("severity_number")
                numbers[code] = known or 0
            self.levels[rows[mine]] = table[codes[mine]]
            assert self.fields.severity is not None
            self.fields.severity[rows[mine]] = numbers[codes[mine]]
            fine[mine] &= table[codes[mine]] >= 0
        return fine

    def _put(self, name: str, rows: Array, value: Value, fine: Array, *, text: bool) -> Array:
        """Hold a column's values; which of them are such."""
        wanted = self.wanted(name)
        count = len(rows)
        known = np.ones(count, bool)
        kind = np.full(count, TEXT, np.int8)
        bare = ~value.quoted
        if not self.syntax.typed:
            known &= ~(bare & value.escaped)
            # Single quotes are left to the format.
            known &= ~(bare & (self.text.at(value.begin) == ord("'")))
            if len(self.records.high):
                known &= ~(bare & self._any(self.records.high, value.begin, value.end))
        numbers = reals = None
        if self.syntax.typed and bare.any():
            if text:
                known &= ~bare
            else:
                known &= self._bare(value, kind)
                numbers, reals, good = self._numbers(value, kind)
                known &= good
        decoded: dict[int, str] = {}
        for i in np.flatnonzero(value.escaped & value.quoted & fine & known).tolist():
            try:
                raw = self.text.slice(int(value.begin[i]), int(value.end[i])).decode("utf-8")
                decoded[int(rows[i])] = self.syntax.unquoted(raw)
            except ValueError:
                known[i] = False
        if not wanted:
            return known
        held = self.held.setdefault(name, Held(self.records))
        held.put(rows, value, kind, numbers, reals)
        held.decoded |= decoded
        return known

    def _bare(self, value: Value, kind: Array) -> Array:
        """Kinds of JSON's values without quotes: true, false, null and numbers; and which are such."""
        text, bare = self.text, ~value.quoted
        first = text.at(value.begin)
        size = value.end - value.begin
        known = value.quoted.copy()
        for letter, literal, code in ((b"t", b"true", FLAG), (b"f", b"false", FLAG), (b"n", b"null", ABSENT)):
            mine = bare & (first == letter[0])
            if mine.any():
                known |= mine & (size == len(literal)) & text.same(value.begin, literal)
                kind[mine] = code
        number = bare & (((first >= 48) & (first <= 57)) | (first == ord("-")))
        kind[number] = WHOLE
        return known | number

    def _numbers(self, value: Value, kind: Array) -> tuple[Array, Array | None, Array]:
        text = self.text
        first = text.at(value.begin)
        minus = (kind == WHOLE) & (first == ord("-"))
        begin = value.begin + minus
        numbers, digits = text.whole(begin, value.end)
        digits &= (text.at(begin) != ord("0")) | (value.end == begin + 1)
        good = (kind != WHOLE) | digits
        numbers = np.where(minus, -numbers, numbers)
        numbers[kind == FLAG] = first[kind == FLAG] == ord("t")
        reals = None
        rows = np.flatnonzero(~good)
        if len(rows):
            written = text.texts(value.begin[rows], value.end[rows])
            such = pc.match_substring_regex(written, _REAL).to_numpy(zero_copy_only=False)
            rows = rows[such]
            if len(rows):
                reals = np.zeros(len(kind))
                reals[rows] = written.filter(such).cast("float64").to_numpy()
                kind[rows] = REAL
                good[rows] = True
        return numbers, reals, good


def _escaped(text: Text, quotes: Array) -> Array:
    """Quotes behind an odd number of backslashes."""
    odd = np.zeros(len(quotes), bool)
    rows = np.flatnonzero(text.at(quotes - 1) == ord("\\"))
    place = quotes[rows] - 1
    while len(rows):
        odd[rows] ^= True
        place = place - 1
        going = text.at(place) == ord("\\")
        rows, place = rows[going], place[going]
    return odd


def reader(syntax: Syntax) -> Callable[[Records, Callable[[str], bool], list[Any]], Fields]:
    """The extraction of a plan."""

    def extract(records: Records, wanted: Callable[[str], bool], memory: list[Any]) -> Fields:
        return Reader(records, syntax, wanted).read(memory)

    return extract
