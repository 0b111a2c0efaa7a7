"""logfmt: pairs with one blank between; keys without a value are left to the format's own `parse`."""

from __future__ import annotations

from incident_analysis.formats.logs import logfmt
from incident_analysis.patterns import pattern
from incident_analysis.reading.fast.keyed import reader
from incident_analysis.reading.fast.layouts import Layout, Syntax
from incident_analysis.reading.fast.plan import Plan

_PAIR = pattern(rb'([A-Za-z_@][A-Za-z0-9_.\-/@$\[\]]*)=("(?:[^"\\]|\\.)*"|[^\s"\\]*)(?: |$)')


def discover(record: bytes) -> Layout | None:
    """The layout of a line of at least two pairs."""
    names: list[str] = []
    before: list[bytes] = []
    again: dict[str, int] = {}
    place = done = 0
    while place < len(record):
        pair = _PAIR.match(record, place)
        if pair is None:
            return None
        key = pair[1].decode()
        again[key] = n = again.get(key, 0) + 1
        names.append(key if n == 1 else f"{key}.{n}")
        before.append(record[done : pair.start(2)])
        place, done = pair.end(), pair.end(2)
    if len(names) < 2 or done != len(record) or len(set(names)) < len(names):
        return None
    return Layout(tuple(names), tuple(before), b"")


def unquoted(text: str) -> str:
    """What stands between quotes, without its escapes."""
    return logfmt.unquoted(f'"{text}"')


PLAN = Plan(reader(Syntax(discover, b" ", False, unquoted)))
