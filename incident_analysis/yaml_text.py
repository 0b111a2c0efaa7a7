"""YAML as people write it by hand, read so that nothing is guessed and every value knows its line.

Safe by construction: only mappings, lists and plain scalars; no tags, no merge keys, no duplicate keys; aliases are
read, but the whole text may not unfold to more than a bounded number of values. Times and dates stay text, because
YAML would turn an unquoted `12:30` into 750 and `2017-01-31` into a date of the reader's own zone.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from incident_analysis.errors import IncidentAnalysisError, InputError

NODE_LIMIT = 1_000_000
DEPTH_LIMIT = 60
#: So many characters count as one value.
TEXT_PER_NODE = 64

_INT = re.compile(r"[-+]?(0|[1-9][0-9_]*)")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9][0-9_]*(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_CONSTANTS: dict[str, Any] = {"": None, "~": None, "null": None, "Null": None, "NULL": None}
_CONSTANTS |= dict.fromkeys(("true", "True", "TRUE"), True) | dict.fromkeys(("false", "False", "FALSE"), False)

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A YAML text as plain Python values, and the line of each of them."""

    value: Any
    lines: dict[Path, int] = field(repr=False)

    def line(self, path: Path) -> int:
        """The line of a value, or of the nearest thing around it that has one."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def read(text: str, *, where: str, error: type[InputError] = InputError) -> Document:
    """Read a YAML text.

    Parameters
    ----------
    text : str
    where : str
        The file's name, for messages.
    error : type of InputError
        What is raised.

    Raises
    ------
    InputError
        (as `error`) The text does not parse, or unfolds to too much; file and line are named.
    """
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        # Counted before anything is built: the C parser composes recursively and a deep text would end the process.
        _refuse_large(yaml.parse(text, Loader=loader), where, error)
        node = yaml.compose(text, Loader=loader)
    except yaml.YAMLError as problem:
        raise _syntax_error(problem, text, where, error) from None
    except RecursionError:
        raise error("nested too deeply", remedy="flatten the text", where=where) from None
    except InputError:
        raise
    except ValueError as problem:
        raise error(f"YAML does not parse: {problem}", remedy="correct the text", where=where) from None
    if node is None:
        return Document(None, {(): 1})
    reader = _Reader(where, error)
    return Document(reader.value(node, (), 0), reader.lines)


def _syntax_error(problem: Any, text: str, where: str, error: type[InputError]) -> IncidentAnalysisError:
    mark = getattr(problem, "problem_mark", None) or getattr(problem, "context_mark", None)
    said = " ".join(str(getattr(problem, "problem", None) or problem).split())
    place = f"{where}, line {mark.line + 1}, column {mark.column + 1}" if mark else where
    remedy = "correct the indentation, or put quotes around text that holds ': ', '#', '{', '[', '*' or '&'"
    lines = text.split("\n")
    found = lines[mark.line][mark.column : mark.column + 1] if mark and mark.line < len(lines) else ""
    if "'\\t'" in said or found == "\t":
        remedy = "indent with spaces, not with tabs"
    if "another document" in said:
        remedy = "keep one document in the file: remove the line '---'"
    if "special characters" in said or "control characters" in said:
        remedy = "remove the control character; save the file as plain UTF-8 text"
    return error(f"YAML does not parse: {said}", remedy=remedy, where=place)


def _refuse_large(events: Iterable[Any], where: str, error: type[InputError]) -> None:
    """Count what the text would unfold to, event by event, in memory of the size of the text."""

    def fail(event: Any, what: str, remedy: str) -> InputError:
        return error(what, remedy=remedy, where=f"{where}, line {event.start_mark.line + 1}")

    open_parts: list[tuple[str | None, int]] = []
    sizes: dict[str, int] = {}
    names: set[str] = set()
    count = 0
    for event in events:
        kind = type(event).__name__
        if getattr(event, "tag", None) is not None:
            # A tag (!!python/object, !Ref) is not resolved: what it would mean is not ours to guess.
            raise fail(event, f"tag {event.tag!r} is not read", "remove the tag")
        if kind in ("SequenceStartEvent", "MappingStartEvent"):
            if len(open_parts) >= DEPTH_LIMIT:
                raise fail(event, f"nested more than {DEPTH_LIMIT} deep", "flatten the text")
            open_parts.append((event.anchor, count))
            names |= {event.anchor} if event.anchor else set()
            count = 1
        elif kind in ("SequenceEndEvent", "MappingEndEvent"):
            anchor, before = open_parts.pop()
            if anchor:
                sizes[anchor] = count
            count += before
        elif kind == "AliasEvent":
            if event.anchor in names and event.anchor not in sizes:
                raise fail(event, "an alias that contains itself", "write the values out instead of &name and *name")
            count += sizes.get(event.anchor, 1)
        elif kind == "ScalarEvent":
            # Long text counts by its length: a megabyte that is named a thousand times is a gigabyte where it is shown.
            size = 1 + len(event.value) // TEXT_PER_NODE
            count += size
            if event.anchor:
                names.add(event.anchor)
                sizes[event.anchor] = size
        if count > NODE_LIMIT:
            raise fail(
                event, f"unfolds to more than {NODE_LIMIT:,} values or as much text", "write without aliases (&, *)"
            )


class _Reader:
    def __init__(self, where: str, error: type[InputError]) -> None:
        self.where, self.error = where, error
        self.lines: dict[Path, int] = {}
        self.count = 0
        self.open: set[int] = set()

    def fail(self, node: Any, what: str, remedy: str) -> InputError:
        return self.error(what, remedy=remedy, where=f"{self.where}, line {node.start_mark.line + 1}")

    def value(self, node: Any, path: Path, depth: int) -> Any:
        self.count += 1
        if self.count > NODE_LIMIT:
            raise self.fail(node, f"unfolds to more than {NODE_LIMIT:,} values", "write without aliases (&, *)")
        if depth > DEPTH_LIMIT:
            raise self.fail(node, f"nested more than {DEPTH_LIMIT} deep", "flatten the text")
        if id(node) in self.open:
            raise self.fail(node, "an alias that contains itself", "write the values out instead of &name and *name")
        self.lines[path] = node.start_mark.line + 1
        if node.id == "scalar":
            return self.scalar(node)
        self.open.add(id(node))
        if node.id == "sequence":
            result: Any = [self.value(child, (*path, i), depth + 1) for i, child in enumerate(node.value)]
        else:
            result = self.mapping(node, path, depth)
        self.open.discard(id(node))
        return result

    def mapping(self, node: Any, path: Path, depth: int) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, child in node.value:
            if key_node.id != "scalar":
                raise self.fail(key_node, "a list or mapping as a field's name", "put quotes around the name")
            key = key_node.value
            if key == "<<" and not key_node.style:
                raise self.fail(key_node, "merge keys (<<) are not read", "write the fields out")
            if key in result:
                raise self.fail(key_node, f"{key!r} stands twice", "keep one of the two")
            result[key] = self.value(child, (*path, key), depth + 1)
            self.lines[(*path, key)] = key_node.start_mark.line + 1
        return result

    def scalar(self, node: Any) -> Any:
        text: str = node.value
        if node.style in ("'", '"', "|", ">"):
            return text
        if text in _CONSTANTS:
            return _CONSTANTS[text]
        if _INT.fullmatch(text) and len(text) < 300:
            return int(text.replace("_", ""))
        if _FLOAT.fullmatch(text) and math.isfinite(number := float(text.replace("_", ""))):
            return number
        return text
