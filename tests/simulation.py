"""A harness for simulations of interval coverage: prints what it did, and judges by the rule of the interval's kind.

The rules are those of design section 9: exact intervals cover at least their level everywhere; approximate ones on
average; credible ones at their level when the truth is drawn from the prior. The Monte Carlo error is that of a share
at the stated level: the square root of level × (1 − level) / replicates.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import pytest

#: `make test` runs the small one, `make verify` both.
REPLICATES = [
    pytest.param(2_000, id="small"),
    pytest.param(20_000, id="full", marks=pytest.mark.slow),
]
#: Truths and the ends of their intervals, one of each a replicate.
Draw = tuple[np.ndarray, np.ndarray, np.ndarray]


@dataclass(frozen=True)
class Coverage:
    """How often the intervals of one point of the grid held the truth."""

    point: str
    level: float
    replicates: int
    covered: float

    @property
    def error(self) -> float:
        """One Monte Carlo standard error at the stated level."""
        return math.sqrt(self.level * (1 - self.level) / self.replicates)

    @property
    def exact_enough(self) -> bool:
        """Within three errors of the level: what a continuous credible interval owes."""
        return abs(self.covered - self.level) <= 3 * self.error

    @property
    def conservative(self) -> bool:
        """Not below the level by more than three errors: what an exact interval owes."""
        return self.covered >= self.level - 3 * self.error

    def __str__(self) -> str:
        return (
            f"{self.point}: covers {self.covered:.4f} (level {self.level}, {self.covered - self.level:+.4f}, "
            f"{self.replicates} replicates, Monte Carlo error {self.error:.4f})"
        )


def coverage(
    name: str,
    grid: Iterable[tuple[str, Callable[[np.random.Generator, int], Draw]]],
    *,
    level: float,
    replicates: int,
    rng: np.random.Generator,
) -> list[Coverage]:
    """Coverage at every point of a grid, printed.

    Parameters
    ----------
    name : str
        Of the interval.
    grid : iterable of (point, draw)
        `draw(rng, replicates)` gives arrays of truths, lower and upper ends.
    level : float
    replicates : int
        At each point.
    rng : Generator
    """
    found = []
    for point, draw in grid:
        truth, low, high = draw(rng, replicates)
        assert len(truth) == len(low) == len(high) == replicates
        found.append(Coverage(point, level, replicates, float(np.mean((low <= truth) & (truth <= high)))))
    print(f"\n{name}: level {level}, {len(found)} points, {replicates} replicates each")
    for one in found:
        print(f"  {one}")
    return found


def ends(seen: np.ndarray, interval: Callable[[int], tuple[float, float]]) -> tuple[np.ndarray, np.ndarray]:
    """The interval of every count; each different count is worked out once."""
    values, places = np.unique(seen, return_inverse=True)
    made = np.array([interval(int(value)) for value in values])
    return made[places, 0], made[places, 1]
