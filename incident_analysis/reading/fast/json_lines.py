"""JSON lines: objects of texts, numbers, flags and nulls, also nested; lists are left to the format's own `parse`."""

from __future__ import annotations

import json

from incident_analysis.patterns import pattern
from incident_analysis.reading.fast.keyed import reader
from incident_analysis.reading.fast.layouts import Layout, Syntax
from incident_analysis.reading.fast.plan import Plan

#: As deep as `format.flat` gives names; what lies deeper stays JSON text.
DEEPEST = 4
_SPACE = pattern(rb" *")
_KEY = pattern(rb'"([^"\\\x00-\x1f]*)" *: *')
_VALUE = pattern(rb'"(?:[^"\\\x00-\x1f]|\\.)*"|-?\d[\d.eE+-]*|true|false|null')


def discover(record: bytes) -> Layout | None:
    """The layout of an object that begins and ends with the record."""
    names: list[str] = []
    before: list[bytes] = []
    done = 0

    def inside(place: int, prefix: str, depth: int) -> int | None:
        """Past an object that opens at a place."""
        nonlocal done
        place = _after(record, place + 1)
        if record[place : place + 1] == b"}":
            return place + 1
        while True:
            key = _KEY.match(record, place)
            if key is None:
                return None
            name = prefix + key[1].decode("utf-8")
            place = key.end()
            if record[place : place + 1] == b"{":
                end = inside(place, f"{name}.", depth + 1) if depth < DEEPEST else None
                if end is None:
                    return None
                place = end
            else:
                value = _VALUE.match(record, place)
                if value is None or name in names:
                    return None
                names.append(name)
                before.append(record[done:place])
                place = done = value.end()
            place = _after(record, place)
            follows = record[place : place + 1]
            if follows == b"}":
                return place + 1
            if follows != b",":
                return None
            place = _after(record, place + 1)

    if record[:1] != b"{":
        return None
    end = inside(0, "", 1)
    if end != len(record) or not names:
        return None
    return Layout(tuple(names), tuple(before), record[done:])


def _after(record: bytes, place: int) -> int:
    match = _SPACE.match(record, place)
    assert match is not None
    return match.end()


def unquoted(text: str) -> str:
    """What stands between quotes, without its escapes.

    Raises
    ------
    ValueError
        It is no JSON, or no text: half of a surrogate pair.
    """
    made = str(json.loads(f'"{text}"'))
    made.encode("utf-8")
    return made


PLAN = Plan(reader(Syntax(discover, b",}", True, unquoted)))
