"""Where labels go so that none lies over another: plain geometry in inches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

Span = tuple[float, float]


def stack(spans: Sequence[Span], *, gap: float = 0.05) -> list[int]:
    """The row of each span, the lowest in which it meets no earlier one.

    Examples
    --------
    >>> stack([(0, 1), (0.5, 2), (1.5, 3)])
    [0, 1, 0]
    """
    rows: list[list[Span]] = []
    found = [0] * len(spans)
    for index in sorted(range(len(spans)), key=lambda i: spans[i]):
        low, high = spans[index]
        free = (n for n, row in enumerate(rows) if all(high + gap <= a or low - gap >= b for a, b in row))
        row = next(free, len(rows))
        if row == len(rows):
            rows.append([])
        rows[row].append((low, high))
        found[index] = row
    return found


@dataclass(frozen=True)
class Flag:
    """A label on a line that rises from `x`; it extends to the right of the line, or to the left."""

    x: float
    row: int
    right: bool


def flags(
    xs: Sequence[float], widths: Sequence[float], *, left: float, right: float, gap: float = 0.06
) -> list[Flag] | None:
    """Labels at the top of lines, in as few rows as possible, so that no line crosses a label.

    Parameters
    ----------
    xs : sequence of float
        Places of the lines, rising.
    widths : sequence of float
        Of the labels.
    left, right : float
        Ends of the room for labels.

    Returns
    -------
    list of Flag, or None where the labels do not fit between `left` and `right`

    Notes
    -----
    A line reaches up to its own row. Where a label spans another's line, that one must end below it. Every choice of
    sides is tried for few lines; for many, those left of some line point right and the others left.
    """
    count = len(xs)
    if count <= 8:
        choices = list(product((True, False), repeat=count))
    else:
        choices = [tuple(i < split for i in range(count)) for split in range(count, -1, -1)]
    best: tuple[float, list[Flag]] | None = None
    for sides in choices:
        spans = [
            (x, x + gap / 2 + wide) if to_right else (x - gap / 2 - wide, x)
            for x, wide, to_right in zip(xs, widths, sides, strict=True)
        ]
        if any(low < left or high > right for low, high in spans):
            continue
        rows = _rows(xs, spans, gap)
        if rows is None:
            continue
        cost = max(rows, default=0) + 0.01 * sum(rows) + 0.001 * sides.count(False)
        if best is None or cost < best[0] - 1e-9:
            best = (cost, [Flag(*flag) for flag in zip(xs, rows, sides, strict=True)])
    return best[1] if best else None


def _rows(xs: Sequence[float], spans: Sequence[Span], gap: float) -> list[int] | None:
    """The lowest rows that keep every line out of every label, or None where that goes in a circle."""
    count = len(xs)
    # A label keeps its distance from lines beyond its end, and begins at its own.
    reach = [(low, high + gap) if low == x else (low - gap, high) for x, (low, high) in zip(xs, spans, strict=True)]
    below = [[j for j in range(count) if reach[i][0] < xs[j] < reach[i][1]] for i in range(count)]
    below = [[j for j in found if j != i] for i, found in enumerate(below)]
    rows: list[int] = [-1] * count
    state = [0] * count

    def visit(i: int) -> bool:
        if state[i] == 1:
            return False
        if state[i] == 0:
            state[i] = 1
            if not all(visit(j) for j in below[i]):
                return False
            row = 1 + max((rows[j] for j in below[i]), default=-1)
            placed = [j for j in range(count) if state[j] == 2]
            while any(
                rows[j] == row and spans[i][0] < spans[j][1] + gap and spans[j][0] < spans[i][1] + gap for j in placed
            ):
                row += 1
            rows[i] = row
            state[i] = 2
        return True

    return rows if all(visit(i) for i in reversed(range(count))) else None
