"""Access logs, common and combined: `client - user [02/Jan/2026:10:00:00 +0100] "GET / HTTP/1.1" 200 12 "…" "…"`.

Sure are records with these fields and nothing behind them, one blank between, no backslash and no quote inside quotes,
an identity of "-", a usual method and protocol. All else is left to the format's own `parse`: other layouts, fields
behind, requests that are none.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np

from incident_analysis import clock, severity
from incident_analysis.patterns import pattern
from incident_analysis.reading.fast.columns import Coded, Numbers, Texts, short
from incident_analysis.reading.fast.cut import Records
from incident_analysis.reading.fast.plan import NONE, ZONED, Fields, Plan
from incident_analysis.reading.fast.stamps import looked_up, offset, three_digits, time_of_day
from incident_analysis.reading.fast.text import Array, byte_in, mask_of, within, word_of

METHODS = ("GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "CONNECT", "TRACE", "PROPFIND")
PROTOCOLS = ("HTTP/1.1", "HTTP/1.0", "HTTP/2.0", "HTTP/3.0", "HTTP/2", "HTTP/3")
#: With the blank, by code; the last one is for what is none of them.
_METHOD_SIZES = np.array([*(len(name) + 1 for name in METHODS), 0])
_PROTOCOL_SIZES = np.array([*(len(name) + 1 for name in PROTOCOLS), 0])
#: Columns that have few values in many logs.
FEW = ("user",)
#: Bytes that stand behind the bracket, and where.
_FIXED = ((0, ord("[")), (12, ord(":")), (21, ord(" ")), (27, ord("]")), (28, ord(" ")))
COMMON = "time message method path protocol client ident user status severity_number bytes".split()
_DAY = pattern(rb"\d\d/[A-Z][a-z]{2}/\d{4}")
COMBINED = [*COMMON, "referer", "user_agent"]


@cache
def _levels() -> Array:
    """The severity number of each status."""
    return np.array([severity.of_status(code) for code in range(1000)], np.int8)


def _day(piece: bytes) -> int | None:
    if not _DAY.fullmatch(piece):
        return None
    stamp = clock.common(f"{piece.decode()}:00:00:00")
    return None if stamp is None else stamp.ns


def extract(records: Records, wanted: Callable[[str], bool], memory: list) -> Fields:
    """The fields of a piece's records."""
    text, starts, ends = records.text, records.starts, records.ends
    quotes = text.having(ord('"'))
    index = np.searchsorted(quotes, np.append(starts, text.end))
    count = np.diff(index)
    sure = ~records.unsure & ((count == 2) | (count == 6)) & (ends - starts > 40)
    sure[records.owners(text.having(ord("\\")))] = False
    sure[records.owners(records.controls)] = False
    # Of records that are out, any record's places will do, so that no index leaves the text.
    rows = np.flatnonzero(sure)
    fields = Fields(sure, np.zeros(len(starts), np.int64), np.full(len(starts), NONE, np.int8))
    if not len(rows):
        return fields
    begin, end, at = starts[rows], ends[rows], index[rows]
    full = count[rows] == 6
    open_, close = quotes[at], quotes[at + 1]
    bracket = open_ - 29
    fine = bracket > begin + 5
    bracket = np.where(fine, bracket, begin)
    # Who asked: three words, and no other bracket before the stamp's.
    client = text.find(begin, b" [", bracket, words=8)
    fine &= (client > begin) & (client + 3 < bracket - 1) & (text.at(client) == ord(" "))
    fine &= (text.at(client + 1) == ord("-")) & (text.at(client + 2) == ord(" "))
    fine &= (text.at(bracket - 1) == ord(" ")) & (text.at(client - 1) != ord(","))
    user = client + 3
    fine &= text.find(user, b" [", bracket, words=8) == bracket - 1
    if len(records.high):
        fine &= records.first_of(records.high)[rows] > open_
    # When: from the bracket on lie `[02/Jan/2026:10:00:00 +0100] "GET /`.
    head = text.block(bracket, 5)
    for place, byte in _FIXED:
        fine &= byte_in(head, place) == byte
    day, known = looked_up(text, bracket + 1, 11, _day, [within(head, 1), within(head, 9)])
    since, whole = time_of_day(within(head, 13))
    east, zoned = looked_up(text, bracket + 22, 5, offset, [within(head, 22)])
    fine &= known & whole & zoned
    # What, and how it went: around the closing quote lie ` HTTP/1.1" 200 12`.
    tail = text.block(close - 9, 2)
    method, path, protocol, target = _request(records, open_ + 1, close, within(head, 30), tail)
    fine &= (method.codes >= 0) & (protocol.codes >= 0) & (path < target)
    first = text.at(path)
    fine &= (first > 32) & (first < 127)
    status, digits = three_digits(tail[1] >> np.uint64(24))
    fine &= digits & (byte_in(tail, 10) == ord(" ")) & (byte_in(tail, 14) == ord(" "))
    last = np.where(full, quotes[np.minimum(at + 2, len(quotes) - 1)] - 1, end)
    size, counted = text.whole(close + 6, last)
    none = (last - close == 7) & (text.at(close + 6) == ord("-"))
    fine &= counted | none
    # The quotes around these are there: what stands between them is to be a blank.
    referer, referer_end, agent, agent_end = (quotes[np.minimum(at + k, len(quotes) - 1)] for k in (2, 3, 4, 5))
    fine &= ~full | (
        (text.at(referer - 1) == ord(" "))
        & (text.at(referer_end + 1) == ord(" "))
        & (agent == referer_end + 2)
        & (agent_end == end - 1)
    )

    sure[rows[~fine]] = False
    fields.ns[rows], fields.kind[rows] = day + since - east, ZONED
    fields.appear(rows[~full], COMMON)
    fields.appear(rows[full], COMBINED)
    _columns(
        fields,
        records,
        rows,
        wanted,
        {
            "message": (open_ + 1, close, None),
            "path": (path, target, None),
            "client": (begin, client, None),
            "user": (user, bracket - 1, None),
            "referer": (referer + 1, referer_end, full),
            "user_agent": (agent + 1, agent_end, full),
        },
    )
    spread = _Spread(len(starts), rows)
    fields.severity = spread.numbers(_levels()[np.clip(status, 0, 999)])
    for name, coded in (("method", method), ("protocol", protocol)):
        if wanted(name):
            fields.columns[name] = Coded(spread.codes(coded.codes), coded.words)
    if wanted("ident"):
        fields.columns["ident"] = Coded(np.full(len(starts), -1, np.int8), [])
    if wanted("status"):
        fields.columns["status"] = Numbers(spread.numbers(status), sure)
    if wanted("bytes"):
        fields.columns["bytes"] = Numbers(spread.numbers(size), sure & ~spread.numbers(none))
    return fields


class _Spread:
    """Values of some rows in arrays of all rows."""

    def __init__(self, count: int, rows: Array) -> None:
        self.count, self.rows = count, rows

    def numbers(self, values: Array) -> Array:
        if len(self.rows) == self.count:
            return values
        every = np.zeros(self.count, values.dtype)
        every[self.rows] = values
        return every

    def codes(self, values: Array) -> Array:
        if len(self.rows) == self.count:
            return values
        every = np.full(self.count, -1, np.int8)
        every[self.rows] = values
        return every


def _columns(
    fields: Fields,
    records: Records,
    rows: Array,
    wanted: Callable[[str], bool],
    bounds: dict[str, tuple[Array, Array, Array | None]],
) -> None:
    text = records.text
    for name, (begin, end, there) in bounds.items():
        if not wanted(name):
            continue
        known = fields.sure.copy()
        if there is not None:
            known[rows] &= there
        if len(rows) == len(known) and known.all():
            starts, ends = begin, end
        else:
            starts, ends = records.starts.copy(), records.starts.copy()
            mine = known[rows]
            starts[rows[mine]], ends[rows[mine]] = begin[mine], end[mine]
        if name != "message":
            # "-" and nothing are none.
            size = ends - starts
            known &= (size > 1) | ((size == 1) & (text.at(starts) != ord("-")))
        if name in FEW:
            fields.columns[name] = short(text, starts, ends, known)
        else:
            fields.columns[name] = Texts(text.texts(starts, ends, known))


def _request(records: Records, begin: Array, end: Array, head: Array, tail: Array) -> tuple[Coded, Array, Coded, Array]:
    """Method, where the path begins, protocol, where the path ends."""
    text = records.text
    methods, protocols = np.full(len(begin), -1, np.int8), np.full(len(begin), -1, np.int8)
    for code, name in enumerate(METHODS):
        if code and (methods >= 0).all():
            break
        if len(name) < 8:
            equal = (head & mask_of(len(name) + 1)) == word_of(f"{name} ".encode())
        else:
            equal = (head == word_of(name.encode())) & (text.at(begin + len(name)) == ord(" "))
        methods[equal] = code
    last, before = within(tail, 1), byte_in(tail, 0) == ord(" ")
    for code, name in enumerate(PROTOCOLS):
        if code and (protocols >= 0).all():
            break
        if len(name) == 8:
            equal = (last == word_of(name.encode())) & before
        else:
            equal = last >> np.uint64(8) == word_of(f" {name}".encode())
        protocols[equal] = code
    path, target = begin + _METHOD_SIZES[methods], end - _PROTOCOL_SIZES[protocols]
    return Coded(methods, list(METHODS)), path, Coded(protocols, list(PROTOCOLS)), target


PLAN = Plan(extract)
