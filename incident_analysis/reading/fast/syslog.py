"""Syslog with RFC 3164's head: `Jan  2 10:00:00 host tag[pid]: message`, with what goes on it on further lines.

Sure are records with a host, a tag and a colon, whose head is ASCII without control characters. Priorities, fractions,
years, ISO stamps and servers' lines inside are left to the format's own `parse`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from incident_analysis import clock
from incident_analysis.patterns import pattern
from incident_analysis.reading.fast.columns import Numbers, Texts, short
from incident_analysis.reading.fast.cut import Records
from incident_analysis.reading.fast.plan import NONE, YEARLESS, Fields, Plan
from incident_analysis.reading.fast.stamps import looked_up, time_of_day
from incident_analysis.reading.fast.text import Array, Text, byte_in, within

_DAY = pattern(rb"[A-Z][a-z]{2} [ \d]\d")
#: Programs whose messages are lines of another format, or begin as such a program's name.
SERVERS = (b"nginx", b"apache", b"httpd", b"openrest", b"caddy", b"traefik")
#: Heads are at most so long; a longer one is left to `parse`.
HEAD_WORDS = 16


def _day(piece: bytes) -> int | None:
    """Nanoseconds of `Jan  2` in 2000, which has every day of a year."""
    stamp = clock.yearless(f"{piece.decode()} 00:00:00") if _DAY.fullmatch(piece) else None
    made = None if stamp is None else stamp.in_year(2000)
    return None if made is None else made.ns


def _stamps(text: Text, places: Array) -> tuple[Array, Array]:
    head = text.block(places, 3)
    day, known = looked_up(text, places, 6, _day, [head[0]])
    since, whole = time_of_day(within(head, 7))
    return day + since, known & whole & (byte_in(head, 6) == ord(" ")) & (byte_in(head, 15) == ord(" "))


def heads(text: Text, begins: Array, stops: Array) -> tuple[Array, Array, tuple[Array, ...]]:
    """Lines that begin with such a stamp; lines that begin with nothing that begins any head; the former's stamps."""
    first = text.at(begins)
    letter = (first >= ord("A")) & (first <= ord("Z"))
    rows = np.flatnonzero(letter & (stops - begins > 16))
    if len(rows) == len(begins):
        ns, sure = _stamps(text, begins)
    else:
        ns, sure = np.zeros(len(begins), np.int64), np.zeros(len(begins), bool)
        ns[rows], sure[rows] = _stamps(text, begins[rows])
    never = ~letter & ~((first >= 48) & (first <= 57)) & (first != ord("<")) & (first != 27)
    return sure, never, (ns,)


def extract(records: Records, wanted: Callable[[str], bool], memory: list[Any]) -> Fields:
    """The fields of a piece's records."""
    text, starts, ends = records.text, records.starts, records.ends
    count = len(starts)
    fields = Fields(np.zeros(count, bool), np.zeros(count, np.int64), np.full(count, NONE, np.int8))
    rows = np.flatnonzero(records.surely & ~records.unsure & (ends - starts > 20))
    if not len(rows):
        return fields
    begin, end = starts[rows], ends[rows]
    ns, fine = records.told[0][rows], np.ones(len(rows), bool)
    host = begin + 16
    host_end = text.find(host, b" ", end, words=HEAD_WORDS)
    fine &= (host_end > host) & (host_end < end) & (text.at(host_end - 1) != ord(":"))
    tag = host_end + 1
    tag_end = text.find(tag, b":[ ]\n", end, words=HEAD_WORDS)
    stop = text.at(tag_end)
    process = stop == ord("[")
    fine &= (tag_end > tag) & (tag_end < end) & (process | (stop == ord(":")))
    pid, pid_end = np.zeros(len(rows), np.int64), tag_end.copy()
    some = np.flatnonzero(process & fine)
    if len(some):
        closing = text.find(tag_end[some] + 1, b"] \n", end[some], words=4)
        pid[some], digits = text.whole(tag_end[some] + 1, closing)
        fine[some] &= digits & text.same(closing, b"]:")
        pid_end[some] = closing + 1
    message = np.minimum(pid_end + 2, end)
    fine &= (text.at(pid_end + 1) == ord(" ")) & (pid_end + 2 <= end)
    # The head is plain: no blank that only Unicode knows, no control character.
    if len(records.high):
        fine &= records.first_of(records.high)[rows] >= message
    if len(records.controls):
        fine &= records.first_of(records.controls)[rows] >= message
    letter = text.at(tag) | 0x20
    for server in SERVERS:
        mine = np.flatnonzero(fine & (letter == server[0]))
        if len(mine):
            fine[mine] &= ~text.same(tag[mine], server)

    fields.sure[rows] = fine
    fields.ns[rows], fields.kind[rows] = ns, YEARLESS
    fields.appear(rows[process], ("time", "host", "service", "pid"))
    bounds = {"host": (host, host_end), "service": (tag, tag_end), "message": (message, end)}
    for name, (low, high) in bounds.items():
        if wanted(name):
            if len(rows) == count and fine.all():
                first, last = low, high
            else:
                first, last = starts.copy(), starts.copy()
                first[rows[fine]], last[rows[fine]] = low[fine], high[fine]
            if name == "message":
                fields.columns[name] = Texts(text.texts(first, last, fields.sure))
            else:
                fields.columns[name] = short(text, first, last, fields.sure)
    if wanted("pid"):
        numbers, there = np.zeros(count, np.int64), np.zeros(count, bool)
        numbers[rows], there[rows] = pid, process & fine
        fields.columns["pid"] = Numbers(numbers, there)
    return fields


PLAN = Plan(extract, heads)
