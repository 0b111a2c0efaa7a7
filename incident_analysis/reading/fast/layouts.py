"""What stands between the values of a record of keys and values, and how a format writes them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from incident_analysis.formats import keys
from incident_analysis.formats.objects import KEPT

ROLES = ("message", "service", "host", "trace_id", "span_id", "logger")


@dataclass(frozen=True, slots=True)
class Layout:
    """What stands between the values of a record.

    Parameters
    ----------
    names : tuple of str
        The values' names, as the format gives them.
    before : tuple of bytes
        What stands before each value.
    after : bytes
        What stands behind the last one.
    """

    names: tuple[str, ...]
    before: tuple[bytes, ...]
    after: bytes

    def roles(self) -> tuple[keys.Shape, dict[str, str], dict[str, str]] | None:
        """The shape; columns by name of the values that have a role; and of the others. None where it is unusual."""
        shape = keys.Shape(self.names)
        time = shape.times[0] if shape.times else ""
        if shape.implied or time in keys.PAIRS or time in (keys.PHP_DATE, "date", "Date"):
            return None
        tail = time.rsplit(".", 1)[-1]
        if time and sum(name.rsplit(".", 1)[-1] == tail for name in self.names) > 1:
            return None
        held = (shape.message, shape.service, shape.host, shape.trace, shape.span, shape.logger)
        special = {role: name for role, name in zip(ROLES, held, strict=True) if name is not None}
        used = {time, shape.level, *special.values()}
        if len(used - {"", None}) < bool(time) + (shape.level is not None) + len(special):
            return None
        row = {"time", *special}
        if shape.level is not None:
            row |= {"severity_text", "severity_number"}
        others: dict[str, str] = {}
        for name in self.names:
            if name in used:
                continue
            others[name] = column = f"attributes.{name}" if name in KEPT or name in row else name
            if column in row:
                return None
            row.add(column)
        return shape, special, others


@dataclass(frozen=True, slots=True)
class Syntax:
    """How a format writes its values.

    Parameters
    ----------
    discover : callable
        From a record's bytes to its Layout; None where it has none.
    stops : bytes
        What ends a value that is not in quotes.
    typed : bool
        Whether values without quotes are numbers, true, false and null; else texts.
    unquoted : callable
        From what stands between quotes, with escapes, to its text. ValueError: it is none.
    """

    discover: Callable[[bytes], Layout | None]
    stops: bytes
    typed: bool
    unquoted: Callable[[str], str]
