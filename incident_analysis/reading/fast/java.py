"""log4j and logback: `stamp LEVEL [thread] class: …`, `stamp [thread] LEVEL class - …`, `stamp LEVEL class: …`.

Level, thread and class have few values: each is held against a pattern that the format reads in just one way, once,
and becomes a column of codes. Stack traces belong to the message. Other layouts are left to `parse`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np

from incident_analysis.patterns import pattern
from incident_analysis.reading.fast.columns import Coded, Texts
from incident_analysis.reading.fast.cut import Records
from incident_analysis.reading.fast.plan import LOCAL, NONE, Fields, Plan
from incident_analysis.reading.fast.stamps import iso_second, three_digits
from incident_analysis.reading.fast.text import Array, Text, byte_in, within

FIELDS = ("severity_text", "thread", "logger")
_WORDS = {
    "severity_text": pattern(
        r"ALL|TRACE|DEBUG|INFO|NOTICE|WARNING|WARN|ERROR|SEVERE|FATAL|CONFIG|FINEST|FINER|FINE|CRITICAL|OFF"
    ),
    # Blanks at its ends are taken off by the format.
    "thread": pattern(r"(?!\s)[^\[\]\n]+(?<!\s)"),
    "logger": pattern(r"[A-Za-z_$][A-Za-z0-9_.$]*"),
}
#: Fields of each layout in the order in which the format gives them, and what stands behind the class.
_LAYOUTS = (
    (("severity_text", "thread", "logger"), b": "),
    (("thread", "severity_text", "logger"), b" - "),
    (("severity_text", "logger"), b": "),
)
#: A level, and a class, are no longer than so many times eight bytes.
LEVEL_WORDS, CLASS_WORDS = 2, 32
#: Words that are remembered as good or bad.
MOST_KNOWN = 1 << 16
#: The first two letters of levels, with which a head may begin.
_PAIRS = np.zeros(1 << 16, bool)
for _word in "ALL TRACE DEBUG INFO NOTICE WARN ERROR SEVERE FATAL CONFIG FINE CRITICAL OFF".split():
    _PAIRS[ord(_word[0]) | ord(_word[1]) << 8] = True


def _stamps(text: Text, places: Array) -> tuple[Array, Array, Array]:
    """Nanoseconds, where the stamp ends, and which are such, with a blank behind."""
    head = text.block(places, 3)
    ns, fine = iso_second(text, places, head)
    mark = byte_in(head, 19)
    broken = (mark == ord(",")) | (mark == ord("."))
    thousandths, digits = three_digits(within(head, 20, reach=3))
    end = places + np.where(broken, 23, 19)
    fine &= np.where(broken, digits & (byte_in(head, 23) == ord(" ")), mark == ord(" "))
    return ns + np.where(broken, thousandths * 1_000_000, 0), end, fine


def heads(text: Text, begins: Array, stops: Array) -> tuple[Array, Array, tuple[Array, ...]]:
    """Lines that begin with such a stamp; lines that begin with nothing that begins any head; the former's stamps.

    Of those stamps the time and the end.
    """
    first = text.at(begins)
    digit = (first >= 48) & (first <= 57)
    sure, ns, end = np.zeros(len(begins), bool), np.zeros(len(begins), np.int64), begins.copy()
    rows = np.flatnonzero(digit & (stops - begins > 24))
    ns[rows], end[rows], sure[rows] = _stamps(text, begins[rows])
    pair = first | (text.at(begins + 1).astype(np.uint16) << 8)
    never = ~digit & (first != ord("[")) & (first != 27) & ~_PAIRS[pair]
    return sure, never, (ns, end)


def extract(records: Records, wanted: Callable[[str], bool], memory: list[Any]) -> Fields:
    """The fields of a piece's records."""
    text, starts, ends = records.text, records.starts, records.ends
    count = len(starts)
    fields = Fields(np.zeros(count, bool), np.zeros(count, np.int64), np.full(count, NONE, np.int8))
    rows = np.flatnonzero(records.surely & ~records.unsure & (ends - starts > 26))
    if not len(rows):
        return fields
    end = ends[rows]
    (ns, head), fine = (value[rows] for value in records.told), np.ones(len(rows), bool)
    bounds, message, shapes = _bounds(text, head, end)
    fine &= shapes >= 0
    if not memory:
        memory.append({})
    codes: dict[str, Coded] = {}
    for name, (low, high) in bounds.items():
        there = fine & (high > low)
        codes[name] = column = _coded(text, low, high, there, _WORDS[name], memory[0].setdefault(name, {}))
        fine &= (column.codes >= 0) | ((shapes == 2) if name == "thread" else False)
    fields.sure[rows] = fine
    fields.ns[rows], fields.kind[rows] = ns, LOCAL
    for code, (names, _) in enumerate(_LAYOUTS):
        fields.appear(rows[shapes == code], ("time", *names))
    for name, column in codes.items():
        if wanted(name):
            fields.columns[name] = Coded(_spread(column.codes, rows, count, -1), column.words)
    if wanted("message"):
        first, last = _spread(message, rows, count, text.begin), _spread(end, rows, count, text.begin)
        if not fields.sure.all():
            last = np.where(fields.sure, last, first)
        fields.columns["message"] = Texts(text.texts(first, last, fields.sure))
    return fields


def _spread(values: Array, rows: Array, count: int, other: int) -> Array:
    """Values of some rows in an array of all."""
    if len(rows) == count:
        return values
    every = np.full(count, other, values.dtype)
    every[rows] = values
    return every


def _bounds(text: Text, head: Array, end: Array) -> tuple[dict[str, tuple[Array, Array]], Array, Array]:
    """Bounds of level, thread and class, empty where the record has none; where the message begins; the layout.

    A layout of -1 says that the record is of none, and that its bounds say nothing.
    """
    place = np.minimum(head + 1, end)
    thread, thread_end = place.copy(), place.copy()
    leading = text.at(place) == ord("[")
    fine = np.ones(len(place), bool)
    level = place
    some = np.flatnonzero(leading)
    if len(some):
        # [thread] LEVEL class - message
        thread[some] += 1
        thread_end[some] = close = text.find(thread[some], b"[]\n", end[some])
        level = np.where(leading, np.minimum(thread_end + 2, end), level)
        fine[some] = text.same(close, b"] ")
    level_end = text.find(level, b" \n", end, words=LEVEL_WORDS)
    fine &= text.at(level_end) == ord(" ")
    behind = np.minimum(level_end + 1, end)
    behind = np.minimum(behind + (text.at(behind) == ord(" ")), end)
    inner = ~leading & (text.at(behind) == ord("["))
    logger = behind
    some = np.flatnonzero(inner)
    if len(some):
        # LEVEL [thread] class: message
        everything = len(some) == len(inner)
        first = behind + 1 if everything else behind[some] + 1
        close = text.find(first, b"[]\n", end if everything else end[some])
        ok = text.same(close, b"] ")
        if everything:
            thread, thread_end, logger = first, close, np.minimum(close + 2, end)
            fine &= ok
        else:
            thread[some], thread_end[some] = first, close
            logger = logger.copy()
            logger[some] = np.minimum(close + 2, end[some])
            fine[some] &= ok
    logger_end = text.find(logger, b": \n", end, words=CLASS_WORDS)
    shapes = np.where(leading, 1, np.where(inner, 0, 2)).astype(np.int8)
    message = logger_end + 2
    mark = text.at(logger_end)
    if leading.any():
        message += leading
        fine &= np.where(leading, text.same(logger_end, b" - "), text.same(logger_end, b": "))
    else:
        fine &= (mark == ord(":")) & (text.at(logger_end + 1) == ord(" "))
    fine &= (message <= end) & (level_end > level) & (logger_end > logger)
    fine &= (shapes == 2) | (thread_end > thread)
    shapes[~fine] = -1
    message = np.minimum(message, end)
    bounds = {
        "severity_text": (level, level_end),
        "thread": (thread, thread_end),
        "logger": (logger, logger_end),
    }
    return bounds, message, shapes


def _coded(
    text: Text, low: Array, high: Array, there: Array, pattern: re.Pattern[str], known: dict[str, bool]
) -> Coded:
    """Words as codes, -1 where a record has none, or one that the pattern does not hold."""
    found = text.few(low, high, there)
    if found is not None:
        codes, words = found
    else:
        given = text.texts(low, np.where(there, high, low), there).dictionary_encode()
        words = given.dictionary.to_pylist()
        codes = given.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    if len(known) > MOST_KNOWN:
        known.clear()
    bad = []
    for i, word in enumerate(words):
        if word not in known:
            known[word] = pattern.fullmatch(word) is not None
        if not known[word]:
            bad.append(i)
    if bad:
        codes = np.where(np.isin(codes, bad), -1, codes)
    return Coded(codes, words)


PLAN = Plan(extract, heads)
