"""What a fast plan is: how a format's records are found in a piece all at once, and which of them it is sure of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from incident_analysis.reading.fast.columns import Column
from incident_analysis.reading.fast.cut import Heads, Records
from incident_analysis.reading.fast.text import Array

#: Kinds of time: none, with its zone, a wall clock, a wall clock without a year (then of the year 2000).
NONE, ZONED, LOCAL, YEARLESS = 0, 1, 2, 3


@dataclass(slots=True)
class Fields:
    """The fields of the records that a plan is sure of; rows of the others hold anything.

    Parameters
    ----------
    sure : array of bool
    ns, kind : arrays
        Time and what kind it is.
    columns : dict of str to Column
        Those that were asked for.
    order : dict of str to (row, place)
        For every field of a sure record, whether asked for or not: the first row that has it, and its place there.
    severity : array of int8, optional
        Severity numbers, 0 for none, where they do not follow from `severity_text`.
    """

    sure: Array
    ns: Array
    kind: Array
    columns: dict[str, Column] = field(default_factory=dict)
    order: dict[str, tuple[int, int]] = field(default_factory=dict)
    severity: Array | None = None

    def appear(self, rows: Array, names: Sequence[str]) -> None:
        """Note that sure records have these fields, in this order."""
        rows = rows[self.sure[rows]]
        if not len(rows):
            return
        first = int(rows[0])
        for place, name in enumerate(names):
            if name not in self.order or self.order[name] > (first, place):
                self.order[name] = (first, place)


#: From a piece's records and a test of which columns are wanted to their fields. The list is the source's own: a plan
#: may remember in it what it found, if results do not depend on it.
Extract = Callable[[Records, Callable[[str], bool], list], Fields]


@dataclass(frozen=True, slots=True)
class Plan:
    """A format's fast plan.

    Parameters
    ----------
    extract : callable
    heads : callable, optional
        For formats whose records have heads: which lines are heads for sure, and which are none.
    """

    extract: Extract
    heads: Heads | None = None
