"""log4j and logback: `stamp LEVEL [thread] class: …`, `stamp [thread] LEVEL class - …`, `stamp LEVEL class: …`.

What stands between stamp and message has few values: each is held against a pattern that the format reads in just one
way, once, and its parts are columns of codes. Stack traces belong to the message. Other layouts are left to `parse`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np

from incident_analysis.reading.fast.columns import Coded, Texts
from incident_analysis.reading.fast.cut import Records
from incident_analysis.reading.fast.plan import LOCAL, NONE, Fields, Plan
from incident_analysis.reading.fast.stamps import iso_second
from incident_analysis.reading.fast.text import Array, Text

_LEVEL = r"(?:ALL|TRACE|DEBUG|INFO|NOTICE|WARNING|WARN|ERROR|SEVERE|FATAL|CONFIG|FINEST|FINER|FINE|CRITICAL|OFF)"
_CLASS = r"[A-Za-z_$][A-Za-z0-9_.$]*"
#: Heads, and the fields of their groups in the order in which the format gives them.
_HEADS = (
    (re.compile(rf" ({_LEVEL})  ?\[([^\[\]\n]+)\] ({_CLASS}): "), ("severity_text", "thread", "logger")),
    (re.compile(rf" \[([^\[\]\n]+)\] ({_LEVEL})  ?({_CLASS}) - "), ("thread", "severity_text", "logger")),
    (re.compile(rf" ({_LEVEL})  ?({_CLASS}): "), ("severity_text", "logger")),
)
FIELDS = ("severity_text", "thread", "logger")
#: The first two letters of levels, with which a head may begin.
_PAIRS = np.zeros(1 << 16, bool)
for _word in "ALL TRACE DEBUG INFO NOTICE WARN ERROR SEVERE FATAL CONFIG FINE CRITICAL OFF".split():
    _PAIRS[ord(_word[0]) | ord(_word[1]) << 8] = True


def _stamps(text: Text, places: Array) -> tuple[Array, Array, Array]:
    """Nanoseconds, where the stamp ends, and which are such, with a blank behind."""
    ns, fine = iso_second(text, places)
    mark = text.at(places + 19)
    broken = (mark == ord(",")) | (mark == ord("."))
    thousandths, digits = text.digits(places + 20, 3)
    end = places + np.where(broken, 23, 19)
    fine &= (~broken | digits) & (text.at(end) == ord(" "))
    return ns + np.where(broken, thousandths * 1_000_000, 0), end, fine


def heads(text: Text, begins: Array, stops: Array) -> tuple[Array, Array]:
    """Lines that begin with such a stamp; and lines that begin with nothing that begins any head."""
    first = text.at(begins)
    digit = (first >= 48) & (first <= 57)
    sure = np.zeros(len(begins), bool)
    rows = np.flatnonzero(digit & (stops - begins > 24))
    _, _, sure[rows] = _stamps(text, begins[rows])
    pair = first | (text.at(begins + 1).astype(np.uint16) << 8)
    never = ~digit & (first != ord("[")) & (first != 27) & ~_PAIRS[pair]
    return sure, never


def extract(records: Records, wanted: Callable[[str], bool], memory: list[Any]) -> Fields:
    """The fields of a piece's records."""
    text, starts, ends = records.text, records.starts, records.ends
    count = len(starts)
    fields = Fields(np.zeros(count, bool), np.zeros(count, np.int64), np.full(count, NONE, np.int8))
    rows = np.flatnonzero(~records.unsure & (ends - starts > 26))
    if not len(rows):
        return fields
    begin, end = starts[rows], ends[rows]
    ns, head, fine = _stamps(text, begin)
    message = _messages(text, head, end)
    fine &= message > head
    rows, ns, head, message, end = rows[fine], ns[fine], head[fine], message[fine], end[fine]
    if not len(rows):
        return fields
    parts = text.texts(head, message).dictionary_encode()
    codes = parts.indices.to_numpy()
    sure, coded = _coded(parts.dictionary.to_pylist(), codes)
    fields.sure[rows] = sure
    fields.ns[rows], fields.kind[rows] = ns, LOCAL
    shapes = coded.pop("shape").codes
    for code, (_, names) in enumerate(_HEADS):
        fields.appear(rows[shapes == code], ("time", *names))
    for name, column in coded.items():
        if wanted(name):
            every = np.full(count, -1, np.int32)
            every[rows] = column.codes
            fields.columns[name] = Coded(every, column.words)
    if wanted("message"):
        first, last = starts.copy(), starts.copy()
        first[rows[sure]], last[rows[sure]] = message[sure], end[sure]
        fields.columns["message"] = Texts(text.texts(first, last, fields.sure))
    return fields


def _messages(text: Text, head: Array, end: Array) -> Array:
    """Where the message begins, if the head is one of ours; else a place that is no better than another."""
    place = np.minimum(head + 1, end)
    leading = text.at(place) == ord("[")
    found = head.copy()
    rows = np.flatnonzero(leading)
    if len(rows):
        # [thread] LEVEL class - message
        close = text.find(place[rows], b"]\n", end[rows])
        found[rows] = text.find(close, b"-\n", end[rows], words=32) + 2
    rows = np.flatnonzero(~leading)
    if len(rows):
        level = text.find(place[rows], b" \n", end[rows], words=2)
        level = level + 1 + (text.at(np.minimum(level + 1, end[rows])) == ord(" "))
        threaded = text.at(np.minimum(level, end[rows])) == ord("[")
        colon = np.minimum(level, end[rows])
        inner = np.flatnonzero(threaded)
        if len(inner):
            colon[inner] = text.find(colon[inner], b"]\n", end[rows][inner])
        found[rows] = text.find(colon, b":\n", end[rows], words=32) + 2
    return np.where(found <= end, found, head)


def _coded(heads_: list[str], codes: Array) -> tuple[Array, dict[str, Coded]]:
    """Which records' heads are read in just one way, and the fields as codes."""
    words: dict[str, dict[str, int]] = {name: {} for name in FIELDS}
    tables = {name: np.full(len(heads_), -1, np.int32) for name in (*FIELDS, "shape")}
    sure = np.zeros(len(heads_), bool)
    for i, head in enumerate(heads_):
        for shape, (pattern, names) in enumerate(_HEADS):
            match = pattern.fullmatch(head)
            if match is None:
                continue
            given = dict(zip(names, match.groups(), strict=True))
            if any(value != value.strip() for value in given.values()):
                break
            sure[i], tables["shape"][i] = True, shape
            for name, value in given.items():
                tables[name][i] = words[name].setdefault(value, len(words[name]))
            break
    made = {name: Coded(table[codes], list(words.get(name, ()))) for name, table in tables.items()}
    return sure[codes], made


PLAN = Plan(extract, heads)
