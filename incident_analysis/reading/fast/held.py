"""What layouts find of a column of keys and values, record by record, until it is a column of the piece."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from incident_analysis.reading.fast.columns import Coded, Column, Numbers, Texts, Values, put, short
from incident_analysis.reading.fast.cut import Records
from incident_analysis.reading.fast.text import Array, Text

#: What a value is.
ABSENT, TEXT, WHOLE, REAL, FLAG = range(5)


@dataclass(slots=True)
class Value:
    """The values of one name in the rows that have a layout."""

    begin: Array
    end: Array
    quoted: Array
    escaped: Array


class Held:
    """One column while layouts fill it."""

    def __init__(self, records: Records) -> None:
        self.nowhere = records.starts
        self.starts: Array = records.starts[:0]
        self.ends: Array = records.starts[:0]
        self.kind: Array = np.zeros(len(records.starts), np.int8)
        self.numbers: Array | None = None
        self.reals: Array | None = None
        self.decoded: dict[int, str] = {}

    def put(self, rows: Array, value: Value, kind: Array, numbers: Array | None, reals: Array | None) -> None:
        """Hold the values of some rows."""
        count = len(self.kind)
        if len(rows) == count:
            # Mostly all records have one layout: then nothing need be copied.
            self.starts, self.ends, self.kind = value.begin, value.end, kind
            self.numbers, self.reals = numbers, reals
            return
        if not len(self.starts):
            self.starts, self.ends = self.nowhere.copy(), self.nowhere.copy()
        self.starts[rows], self.ends[rows], self.kind[rows] = value.begin, value.end, kind
        for source, attribute in ((numbers, "numbers"), (reals, "reals")):
            if source is not None:
                if getattr(self, attribute) is None:
                    setattr(self, attribute, np.zeros(count, source.dtype))
                getattr(self, attribute)[rows] = source

    def column(self, text: Text, sure: Array) -> Column:
        kind = np.where(sure, self.kind, ABSENT)
        found = {code for code in range(ABSENT + 1, FLAG + 1) if (kind == code).any()}
        there = kind != ABSENT
        if not found:
            return Coded(np.full(len(kind), -1, np.int8), [])
        if found == {TEXT}:
            if not self.decoded:
                return short(text, self.starts, self.ends, there)
            made: Column = Texts(text.texts(self.starts, self.ends, there))
            rows = np.array(sorted(row for row in self.decoded if there[row]), np.int64)
            return put(made, len(kind), rows, [self.decoded[r] for r in rows.tolist()]) if len(rows) else made
        if found == {WHOLE}:
            assert self.numbers is not None
            return Numbers(self.numbers, there)
        if found == {REAL}:
            assert self.reals is not None
            return Numbers(self.reals, there)
        if found == {FLAG}:
            assert self.numbers is not None
            return Numbers(self.numbers.astype(bool), there)
        texts = text.texts(self.starts, self.ends, kind == TEXT).to_pylist()
        values: list[Any] = []
        for row, code in enumerate(kind.tolist()):
            if code == TEXT:
                values.append(self.decoded.get(row, texts[row]))
            elif code == REAL:
                assert self.reals is not None
                values.append(float(self.reals[row]))
            elif code == ABSENT:
                values.append(None)
            else:
                assert self.numbers is not None
                values.append(int(self.numbers[row]) if code == WHOLE else bool(self.numbers[row]))
        return Values(values)
