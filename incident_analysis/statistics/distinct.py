"""How many different values: exactly while they are few, by a sketch of fixed size when they are many."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from scipy import special

from incident_analysis.errors import ParameterError
from incident_analysis.statistics.distribution import probability_argument

#: Different values that are kept one by one; 8 bytes each.
EXACT_UP_TO = 1_000_000
#: Bits of the hash that choose a register: 2**14 registers, standard error 0.8 %.
PRECISION = 14


class Distinct:
    """Counts different values of what is added.

    Parameters
    ----------
    exact_up_to : int
        Different values that are kept; 0: a sketch from the beginning.
    precision : int
        Bits that choose a register, 4 to 18; the sketch holds 2**precision bytes.

    Notes
    -----
    Values are hashed to 64 bits with a fixed key, so the same values give the same count on every machine, and two of
    ten million different values meet with a probability of 3 in a million. Beyond `exact_up_to` a HyperLogLog sketch
    with Ertl's estimator goes on, whose relative standard error is 1.04 / √(2**precision) at every size.

    References
    ----------
    Flajolet et al., HyperLogLog, 2007. Ertl, New cardinality estimation algorithms for HyperLogLog sketches, 2017.

    Examples
    --------
    >>> seen = Distinct()
    >>> seen.add(pd.Series(["a", "b", "a", None]))
    >>> seen.count, seen.is_exact
    (2, True)
    """

    def __init__(self, *, exact_up_to: int = EXACT_UP_TO, precision: int = PRECISION) -> None:
        if not 4 <= precision <= 18:
            raise ParameterError(f"precision {precision}", remedy="give 4 to 18 bits", where="precision")
        self._limit, self._precision = exact_up_to, precision
        self._kept: np.ndarray | None = np.array([], np.uint64) if exact_up_to else None
        self._registers = np.zeros(1 << precision, np.uint8)

    @property
    def is_exact(self) -> bool:
        """Whether every value was kept."""
        return self._kept is not None

    @property
    def relative_error(self) -> float:
        """Relative standard error of `count`; 0 where it is exact."""
        return 0.0 if self.is_exact else 1.04 / math.sqrt(len(self._registers))

    def add(self, values: pd.Series) -> None:
        """Add values; missing ones are no value."""
        known = values.dropna()
        if known.empty:
            return
        if isinstance(known.dtype, pd.CategoricalDtype):
            known = pd.Series(known.cat.categories[np.unique(known.cat.codes.to_numpy())])
        texts = pd.unique(known.astype("str")).astype(object)
        hashed = pd.util.hash_array(np.asarray(texts, object), categorize=False)
        if self._kept is not None:
            self._kept = np.unique(np.concatenate([self._kept, hashed]))
            if len(self._kept) <= self._limit:
                return
            hashed, self._kept = self._kept, None
        self._note(np.asarray(hashed, np.uint64))

    def _note(self, hashed: np.ndarray) -> None:
        p = np.uint64(self._precision)
        place = (hashed >> (np.uint64(64) - p)).astype(np.int64)
        rest = hashed << p
        # Leading zeros of the other bits, by the exponent of the two halves: exact up to 32 bits each.
        upper = (rest >> np.uint64(32)).astype(np.float64)
        lower = (rest & np.uint64(0xFFFFFFFF)).astype(np.float64)
        _, high = np.frexp(upper)
        _, low = np.frexp(lower)
        zeros = np.where(upper > 0, 32 - high, np.where(lower > 0, 64 - low, 64))
        rank = np.minimum(zeros + 1, 64 - self._precision + 1).astype(np.uint8)
        np.maximum.at(self._registers, place, rank)

    @property
    def count(self) -> int:
        """How many different values there were; rounded to a whole number where it is a sketch."""
        return len(self._kept) if self._kept is not None else round(self._estimate())

    def interval(self, level: float) -> tuple[float, float]:
        """Confidence interval of the count; both ends are the count where it is exact."""
        if self.is_exact:
            return float(self.count), float(self.count)
        z = float(special.ndtri((1 + probability_argument(level, "level")) / 2))
        return self._estimate() / (1 + z * self.relative_error), self._estimate() / (1 - z * self.relative_error)

    def _estimate(self) -> float:
        m, q = len(self._registers), 64 - self._precision
        counts = np.bincount(self._registers, minlength=q + 2)
        z = m * _tau(1 - counts[q + 1] / m)
        for k in range(q, 0, -1):
            z = 0.5 * (z + counts[k])
        z += m * _sigma(counts[0] / m)
        return m * m / (2 * math.log(2)) / z if math.isfinite(z) else 0.0


def _sigma(x: float) -> float:
    if x == 1:
        return math.inf
    y, z = 1.0, x
    while True:
        x *= x
        before = z
        z += x * y
        y += y
        if z == before:
            return z


def _tau(x: float) -> float:
    if x in (0, 1):
        return 0.0
    y, z = 1.0, 1 - x
    while True:
        x = math.sqrt(x)
        before = z
        y *= 0.5
        z -= (1 - x) ** 2 * y
        if z == before:
            return z / 3
