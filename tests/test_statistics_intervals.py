"""Exact and approximate intervals against published figures (R6, R7, R23, R25) and by simulation."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from incident_analysis.errors import ParameterError
from incident_analysis.statistics import intervals
from tests.simulation import REPLICATES, Draw, coverage, ends

SEED = 20170131


@pytest.mark.parametrize(
    "count, low, high", [(0, 0, 3.6889), (1, 0.0253, 5.5716), (3, 0.6187, 8.7673), (10, 4.7954, 18.3904)]
)
def test_garwood(count: int, low: float, high: float) -> None:
    """R6."""
    assert [round(x, 4) for x in intervals.garwood(count, level=0.95)] == [low, high]


def test_garwood_gives_the_rate_of_poisson_test() -> None:
    """R7: R's poisson.test(137, 24.19893)."""
    low, high = intervals.garwood(137, level=0.95)
    assert (low / 24.19893, high / 24.19893) == pytest.approx((4.753125, 6.692709), abs=5e-7)


def test_wilson() -> None:
    """R23: 9990 good of 10000."""
    assert [round(x, 6) for x in intervals.wilson(9990, 10000, level=0.95)] == [0.998160, 0.999457]


def test_one_sided_bound_of_no_bad_event() -> None:
    """R23: 0 bad of 3000, one-sided 95 %: the end of the 90 % interval."""
    low, high = intervals.clopper_pearson(0, 3000, level=0.9)
    assert (low, round(high, 6)) == (0, 0.000998)


def test_clopper_pearson() -> None:
    """R25: 12 of 20."""
    assert [round(x, 4) for x in intervals.clopper_pearson(12, 20, level=0.95)] == [0.3605, 0.8088]


def test_the_ends_are_exact() -> None:
    assert intervals.clopper_pearson(5, 5, level=0.9)[1] == 1
    assert intervals.wilson(5, 5, level=0.9)[1] == 1
    assert intervals.wilson(0, 5, level=0.9)[0] == 0


@pytest.mark.parametrize("hits, trials", [(1, 0), (3, 2), (-1, 2)])
def test_impossible_counts_are_refused(hits: int, trials: int) -> None:
    with pytest.raises(ParameterError, match="To fix: give"):
        intervals.clopper_pearson(hits, trials, level=0.9)


def _poisson(mean: float, level: float) -> Callable[[np.random.Generator, int], Draw]:
    def draw(rng: np.random.Generator, replicates: int) -> Draw:
        counts = rng.poisson(mean, replicates)
        return np.full(replicates, mean), *ends(counts, lambda k: intervals.garwood(k, level=level))

    return draw


def _binomial(
    p: float, n: int, level: float, interval: Callable[..., tuple[float, float]]
) -> Callable[[np.random.Generator, int], Draw]:
    def draw(rng: np.random.Generator, replicates: int) -> Draw:
        hits = rng.binomial(n, p, replicates)
        return np.full(replicates, p), *ends(hits, lambda k: interval(k, n, level=level))

    return draw


@pytest.mark.parametrize("replicates", REPLICATES)
@pytest.mark.parametrize("level", [0.9, 0.95])
def test_garwood_covers(level: float, replicates: int) -> None:
    grid = [(f"mean {m}", _poisson(m, level)) for m in (0.05, 0.3, 1, 2, 3.3, 5, 10, 30, 100)]
    found = coverage("Garwood", grid, level=level, replicates=replicates, rng=np.random.default_rng(SEED))
    assert all(one.conservative for one in found)


@pytest.mark.parametrize("replicates", REPLICATES)
@pytest.mark.parametrize("n", [1, 5, 20, 200])
def test_clopper_pearson_covers(n: int, replicates: int) -> None:
    grid = [(f"{n} × {p}", _binomial(p, n, 0.9, intervals.clopper_pearson)) for p in (0.01, 0.1, 0.3, 0.5, 0.8, 0.99)]
    found = coverage("Clopper-Pearson", grid, level=0.9, replicates=replicates, rng=np.random.default_rng(SEED))
    assert all(one.conservative for one in found)


@pytest.mark.parametrize("replicates", REPLICATES)
@pytest.mark.parametrize("n", [40, 100, 300])
def test_wilson_covers_on_average(n: int, replicates: int) -> None:
    """From 40 trials on, where at least 8 hits and 8 misses are to be expected."""
    shares = [p for p in np.linspace(0.02, 0.98, 49) if min(p, 1 - p) * n >= 8]
    grid = [(f"{n} × {p:.2f}", _binomial(float(p), n, 0.9, intervals.wilson)) for p in shares]
    found = coverage("Wilson", grid, level=0.9, replicates=replicates, rng=np.random.default_rng(SEED))
    assert abs(np.mean([one.covered for one in found]) - 0.9) <= 0.015
    assert min(one.covered for one in found) >= 0.9 - 0.04 - 3 * found[0].error
