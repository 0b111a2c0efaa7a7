"""What a promise is: columns, kind of dtype, unit, meaning."""

from __future__ import annotations

from dataclasses import dataclass

#: Kinds of dtype and what stands for them in pandas.
TIME, TIME_NS, TEXT, NUMBER, COUNT, BOOL, ANY = "time", "time_ns", "text", "number", "count", "bool", "any"
DTYPE = {
    TIME: "datetime64[us, UTC]",
    TIME_NS: "datetime64[ns, UTC]",
    TEXT: "str",
    NUMBER: "float64",
    COUNT: "Int64",
    BOOL: "boolean",
    ANY: "object",
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column's promise; an optional one may be absent."""

    name: str
    kind: str
    meaning: str
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Promise:
    """What a kind of frame holds."""

    name: str
    row: str
    columns: tuple[Column, ...]

    @property
    def names(self) -> list[str]:
        """The columns' names, in order."""
        return [c.name for c in self.columns]


def promise(name: str, row: str, *columns: tuple[str, str, str] | tuple[str, str, str, bool]) -> Promise:
    """A promise from plain tuples: name, kind of dtype, meaning, and whether the column may be absent."""
    return Promise(name, row, tuple(Column(*c) for c in columns))
