"""Columns of a piece: slices, numbers and coded words, in the types that the simple way gives.

What a column holds is known value by value: texts, whole numbers, reals or flags. Where pieces, or records within one,
disagree, plain values are collected and typed as the simple way types them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from incident_analysis.reading import assemble
from incident_analysis.reading.fast.text import Array, Text

#: More different words than this share of the rows: no categories.
FEW = 0.1
#: Values that tell whether looking for few is worth it.
SAMPLE = 400
TEXT = pd.StringDtype(storage="pyarrow", na_value=np.nan)


@dataclass(slots=True)
class Texts:
    """Texts; null where the record has none."""

    values: pa.Array

    def listed(self) -> list[Any]:
        """The values as Python has them."""
        found: list[Any] = self.values.to_pylist()
        return found

    @property
    def kind(self) -> str:
        """What is in it; empty where nothing is."""
        return "text" if self.values.null_count < len(self.values) else ""


@dataclass(slots=True)
class Coded:
    """Texts of few values: a code for each row, -1 where the record has none."""

    codes: Array
    words: list[str]

    def listed(self) -> list[Any]:
        """The values as Python has them."""
        words = [*self.words, None]
        return [words[code] for code in self.codes.tolist()]

    @property
    def kind(self) -> str:
        """What is in it; empty where nothing is."""
        return "text" if len(self.codes) and int(self.codes.max()) >= 0 else ""


@dataclass(slots=True)
class Numbers:
    """Whole numbers, reals or flags, by the array's type; `there` None where every row has one."""

    values: Array
    there: Array | None = None

    def listed(self) -> list[Any]:
        """The values as Python has them."""
        found: list[Any] = self.values.tolist()
        if self.there is None:
            return found
        return [v if known else None for v, known in zip(found, self.there.tolist(), strict=True)]

    @property
    def kind(self) -> str:
        """What is in it; empty where nothing is."""
        some = len(self.values) if self.there is None else self.there.any()
        return {"i": "whole", "f": "real", "b": "flag"}[self.values.dtype.kind] if some else ""


@dataclass(slots=True)
class Values:
    """Anything, value by value."""

    values: list[Any]

    def listed(self) -> list[Any]:
        """The values as Python has them."""
        return self.values

    @property
    def kind(self) -> str:
        """What is in it; empty where nothing is."""
        found = {type(v) for v in self.values if v is not None}
        if not found:
            return ""
        if found == {int} and not all(-(2**63) <= v < 2**63 for v in self.values if v is not None):
            return "mixed"
        kinds = {str: "text", int: "whole", float: "real", bool: "flag"}
        return kinds.get(found.pop(), "mixed") if len(found) == 1 else "mixed"


Column = Texts | Coded | Numbers | Values


def short(text: Text, starts: Array, ends: Array, there: Array) -> Coded | Texts:
    """Slices as codes where they are short and of few kinds, which spares them the copies; else as texts."""
    few = text.few(starts, ends, there)
    return Texts(text.texts(starts, ends, there)) if few is None else Coded(*few)


def writable(text: str) -> str:
    """A text that UTF-8 can hold: half of a surrogate pair, which JSON can write, stays as `\\udNNN`."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode("utf-8")


def coded(column: Texts) -> Column:
    """Texts as codes, where they have few values: a tenth of the memory, and what it costs to be given it."""
    count = len(column.values)
    if count > 4 * SAMPLE and len(column.values[:SAMPLE].unique()) > SAMPLE // 2:
        return column
    made = column.values.dictionary_encode()
    if len(made.dictionary) > max(20, FEW * count):
        return column
    codes = made.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    return Coded(codes.astype(np.int16 if len(made.dictionary) < 1 << 15 else np.int32), made.dictionary.to_pylist())


def put(column: Column | None, count: int, rows: Array, values: Sequence[Any]) -> Column:
    """A column of so many rows with some of its values given one by one."""
    values = [writable(v) if isinstance(v, str) else v for v in values]
    if column is None:
        every: list[Any] = [None] * count
        for row, value in zip(rows.tolist(), values, strict=True):
            every[row] = value
        return Values(every)
    known = {type(v) for v in values if v is not None}
    if isinstance(column, Coded) and known <= {str}:
        places = {word: i for i, word in enumerate(column.words)}
        for value in values:
            if value is not None:
                places.setdefault(value, len(places))
        codes = column.codes.astype(np.int32)
        codes[rows] = [-1 if v is None else places[v] for v in values]
        return Coded(codes, list(places))
    if isinstance(column, Texts) and known <= {str}:
        mask = np.zeros(count, bool)
        mask[rows] = True
        import pyarrow.compute as pc

        given = pa.array(values, pa.large_utf8())
        return Texts(pc.replace_with_mask(column.values, pa.array(mask), given))
    if isinstance(column, Numbers) and known <= {{"i": int, "f": float, "b": bool}[column.values.dtype.kind]}:
        there = np.ones(count, bool) if column.there is None else column.there.copy()
        there[rows] = [v is not None for v in values]
        array = column.values.copy()
        try:
            array[rows] = [0 if v is None else v for v in values]
        except OverflowError:
            pass
        else:
            return Numbers(array, there)
    every = column.listed()
    for row, value in zip(rows.tolist(), values, strict=True):
        every[row] = value
    return Values(every)


def series(columns: Sequence[Column | None], counts: Sequence[int]) -> Any:
    """The column of a whole source from those of its pieces, typed as the simple way types it."""
    kinds = {c.kind for c in columns if c is not None} - {""}
    kind = kinds.pop() if len(kinds) == 1 else "" if not kinds else "mixed"
    if kind in ("", "text"):
        return text_series(columns, counts)
    if kind == "mixed":
        return assemble.column(_listed(columns, counts))
    array: Array = np.zeros(sum(counts), {"whole": np.int64, "real": np.float64, "flag": bool}[kind])
    there = np.zeros(len(array), bool)
    place = 0
    for column, count in zip(columns, counts, strict=True):
        if isinstance(column, Numbers) and column.kind:
            array[place : place + count] = column.values
            there[place : place + count] = True if column.there is None else column.there
        elif isinstance(column, Values):
            there[place : place + count] = [v is not None for v in column.values]
            array[place : place + count] = [0 if v is None else v for v in column.values]
        place += count
    if kind == "real":
        array[~there] = np.nan
        return array
    if kind == "whole":
        return pd.arrays.IntegerArray(array, ~there)
    return pd.arrays.BooleanArray(array, ~there)


def text_series(columns: Sequence[Column | None], counts: Sequence[int], *, blank: bool = False) -> Any:
    """Texts of a whole source: categories where each piece has few of them; "" for none where `blank`."""
    if columns and all(isinstance(c, Coded) or c is None for c in columns):
        every = len({word for c in columns if isinstance(c, Coded) for word in c.words})
        if every <= max(20, FEW * sum(counts)):
            return _categories(columns, counts, blank)
    parts = []
    for column, count in zip(columns, counts, strict=True):
        if isinstance(column, Texts):
            part = column.values
        elif isinstance(column, Coded):
            index = pa.array(column.codes, mask=column.codes < 0)
            part = pa.array(column.words, pa.large_utf8()).take(index)
        elif column is None:
            part = pa.nulls(count, pa.large_utf8())
        else:
            # Numbers that stand in the place of a text are shown as such, as the simple way does.
            part = pa.array([None if v is None else str(v) for v in column.listed()], pa.large_utf8())
        parts.append(part.fill_null("") if blank and part.null_count else part)
    return pd.array(pa.chunked_array(parts, pa.large_utf8()), dtype=TEXT)


def _categories(columns: Sequence[Column | None], counts: Sequence[int], blank: bool) -> Any:
    known = [column if isinstance(column, Coded) else Coded(np.full(1, -1, np.int8), []) for column in columns]
    gaps = [blank and bool((column.codes < 0).any()) for column in known]
    # In the order of the words, whatever order the records have.
    words = sorted({word for column in known for word in column.words} | ({""} if any(gaps) else set()))
    rank = {word: i for i, word in enumerate(words)}
    narrow = np.int8 if len(words) < 1 << 7 else np.int16 if len(words) < 1 << 15 else np.int32
    codes: Array = np.empty(sum(counts), narrow)
    place = 0
    for column, gap, count in zip(known, gaps, counts, strict=True):
        table = np.array([*(rank[word] for word in column.words), rank[""] if gap else -1], narrow)
        # -1 is the table's last entry.
        codes[place : place + count] = table[column.codes]
        place += count
    return pd.Categorical.from_codes(codes, categories=pd.Index(words, dtype=TEXT))


def _listed(columns: Sequence[Column | None], counts: Sequence[int]) -> list[Any]:
    every: list[Any] = []
    for column, count in zip(columns, counts, strict=True):
        every += [None] * count if column is None else column.listed()
    return every
