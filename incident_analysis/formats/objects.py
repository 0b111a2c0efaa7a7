"""JSON exports as records: wrapped in lists, one a line, or one after another; and what of a record goes on unnamed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from incident_analysis import clock
from incident_analysis.clock import Stamp
from incident_analysis.errors import InputError
from incident_analysis.format import Context, Row, json_items

#: Columns that the frame LOGS keeps for itself: a field of that name gets a prefix.
KEPT = frozenset(
    "time severity_number severity_text service host message source line_start line_end parsed zone".split()
)
#: Limits at which exports end without saying so.
LIMITS = frozenset({1000, 2000, 5000, 10_000, 20_000, 30_000, 50_000, 100_000, 500_000, 1_000_000})

#: Marks a row whose message was put together from its fields: there is no text in it to read again. It is no column.
COMPOSED = "\0composed"

Record = tuple[Any, int, int]
T = TypeVar("T")


def records(text: str, *paths: str) -> Iterator[Record]:
    """The records of a JSON export with the lines that each spans.

    Parameters
    ----------
    text : str
        A list; an object that holds one (`paths` leads to it); objects a line; or objects one after another.
    paths : str
        Dotted keys that lead to the list, "hits.hits"; the first that is there is taken.

    Yields
    ------
    (record, line_start, line_end)
        Record None: what stands there is broken.

    Raises
    ------
    json.JSONDecodeError
        The text is cut or broken; what came before it has been given.
    """
    if _is_lines(text):
        yield from _of_lines(text, paths)
        return
    if text.lstrip("\ufeff \t\r\n")[:1] == "[":
        yield from json_items(text)
        return
    for path in paths:
        keys = path.split(".")
        opening = f'"{re.escape(keys[0])}"' + r"\s*:\s*" + (r"\[" if len(keys) == 1 else r"\{")
        if re.search(opening, text):
            yield from json_items(text, *keys)
            return
    yield from _one_after_another(text)


def _is_lines(text: str) -> bool:
    start = text.lstrip("\ufeff \t\r\n")
    if start[:1] != "{":
        return False
    seen = good = 0
    for line in start.split("\n", 40)[:40]:
        bare = line.strip()
        if not bare:
            continue
        seen += 1
        if bare[0] == "{" and bare[-1] == "}":
            good += _loads(bare) is not None
        if seen >= 20:
            break
    return good * 2 >= seen and good > 0


def _loads(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _of_lines(text: str, paths: tuple[str, ...]) -> Iterator[Record]:
    for number, line in enumerate(text.split("\n"), 1):
        bare = line.strip("\ufeff \t\r")
        if not bare:
            continue
        value = _loads(bare)
        for path in paths:
            inner: Any = value
            for key in path.split("."):
                inner = inner.get(key) if isinstance(inner, dict) else None
            if isinstance(inner, list):
                yield from ((element, number, number) for element in inner)
                break
        else:
            yield value, number, number


def _one_after_another(text: str) -> Iterator[Record]:
    decoder = json.JSONDecoder()
    space = re.compile(r"[ \t\r\n,\ufeff]*")
    place, line, seen = 0, 1, 0
    while (start := space.match(text, place).end()) < len(text):  # type: ignore[union-attr]  # it matches nothing too
        line += text.count("\n", seen, start)
        seen = start
        try:
            value, place = decoder.raw_decode(text, start)
        except ValueError:
            again = text.find("\n{", start)
            if again < 0:
                raise
            value, place = None, again
        end = line + text.count("\n", seen, place)
        yield value, line, end
        line, seen = end, place


def pick(value: Any, *names: str) -> Any:
    """The first of some fields that is there and not empty; "log.level" also where it lies nested.

    Examples
    --------
    >>> pick({"log": {"level": "warn"}}, "level", "log.level")
    'warn'
    """
    if not isinstance(value, Mapping):
        return None
    for name in names:
        found = value.get(name)
        if found is None and "." in name:
            found = value
            for key in name.split("."):
                found = found.get(key) if isinstance(found, Mapping) else None
        if found is not None and found != "":
            return found
    return None


def text_of(value: Any) -> str | None:
    """A value as text: texts as they are, objects and lists as compact JSON, nothing as None."""
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def adopt(row: Row, fields: Mapping[str, Any], *, prefix: str = "attributes") -> Row:
    """Further fields of a record as columns; one whose name is taken gets a prefix, so that none is lost."""
    for name, value in fields.items():
        if value is None or value == "":
            continue
        plain = text_of(value) if isinstance(value, (dict, list)) else value
        if name in KEPT or (name in row and row[name] is not None and row[name] != plain):
            name = f"{prefix}.{name}"
        row[name] = plain
    return row


def without(value: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """An object without some of its fields."""
    return {key: inner for key, inner in value.items() if key not in names}


def stamp(value: Any) -> Stamp | None:
    """A time as APIs write it: ISO 8601, or a number since 1970 whose unit its size tells."""
    if isinstance(value, str):
        found = clock.iso(value)
        if found is not None:
            return found
    return clock.epoch(value) if isinstance(value, (str, int, float)) else None


def utc(value: Any) -> Stamp | None:
    """As `stamp`, of a source that writes UTC without always marking it."""
    found = stamp(value)
    return None if found is None else Stamp(found.ns, True)


def whole(value: Any) -> int | None:
    """A whole number; None where it is missing, "-" or negative."""
    try:
        found = int(value) if not isinstance(value, bool) else None
    except (ValueError, TypeError, OverflowError):
        return None
    return None if found is None or found < 0 else found


def real(value: Any) -> float | None:
    """A number; None where it is missing, "-" or negative."""
    try:
        found = float(value) if not isinstance(value, bool) else None
    except (ValueError, TypeError, OverflowError):
        return None
    return None if found is None or not 0 <= found < float("inf") else found


def told(text: str, key: str) -> str | None:
    """The value of a field that stands at an export's beginning or end, outside its records; None where none is."""
    found = None
    for part in (text[:20_000], text[-20_000:]):
        match = re.search(f'"{re.escape(key)}"' + r'\s*:\s*(?:"([^"]*)"|(true|\d+))', part)
        if match is not None:
            found = match[1] or match[2] or found
    return found


def at_limit(count: int, context: Context, *, limits: frozenset[int] = LIMITS) -> None:
    """Warn where an export holds exactly as many records as exports are cut at."""
    if count in limits:
        context.warn(f"exactly {count:,} records, where exports are cut: it may be truncated")


class Once:
    """Ids of records: how many stand in an export twice."""

    def __init__(self) -> None:
        self._seen: set[str] = set()
        self.again = 0

    def see(self, name: Any) -> None:
        """Note a record's id."""
        if name is None or name == "":
            return
        text = str(name)
        self.again += text in self._seen
        self._seen.add(text)

    def tell(self, context: Context, field: str) -> None:
        """Warn of records that stand twice; they stay, for nothing is lost."""
        if self.again:
            context.warn(f"{self.again:,} records stand there again (same {field}): all kept")


def attempt(make: Callable[..., T | None], *given: Any) -> T | None:
    """A row (or rows), or None where the record is not as its format says: it is kept unparsed."""
    try:
        return make(*given)
    except InputError:
        raise
    except (ValueError, KeyError, IndexError, TypeError, OverflowError, RecursionError, AttributeError):
        return None
