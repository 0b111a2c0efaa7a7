"""Coverage of intervals by simulation: availability, and requests that never came."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from incident_analysis import frames, impact
from incident_analysis.statistics.predictions import next_count
from tests import made_up_service as service
from tests.simulation import REPLICATES, Draw, coverage, ends

LEVEL = 0.9
SEED = 20170131
MINUTE = pd.Timestamp("2026-03-07T13:00Z").as_unit("ns")


def measured(good: int, valid: int, method: str) -> tuple[float, float]:
    """The interval as `availability` gives it."""
    series = pd.DataFrame(
        {
            "time": [MINUTE],
            "end": [MINUTE + pd.Timedelta("1min")],
            "key": [""],
            "valid": [float(valid)],
            "good": [float(good)],
        }
    ).astype({"key": "str"})
    found = impact.availability(series, level=LEVEL, method=method)  # type: ignore[arg-type]  # one of the three
    assert found.low is not None
    assert found.high is not None
    return found.low, found.high


def _served(p: float, valid: int, method: str) -> Callable[[np.random.Generator, int], Draw]:
    def draw(rng: np.random.Generator, replicates: int) -> Draw:
        good = rng.binomial(valid, p, replicates)
        return np.full(replicates, p), *ends(good, lambda k: measured(k, valid, method))

    return draw


@pytest.mark.parametrize("replicates", REPLICATES)
def test_the_exact_interval_of_availability_covers(replicates: int) -> None:
    """Rule (a): exact, at least its level everywhere."""
    grid = [(f"{n} × {p}", _served(p, n, "exact")) for n in (20, 300, 5000) for p in (0.5, 0.9, 0.99, 0.999)]
    found = coverage("availability, exact", grid, level=LEVEL, replicates=replicates, rng=np.random.default_rng(SEED))
    assert all(one.conservative for one in found)


@pytest.mark.parametrize("replicates", REPLICATES)
def test_wilson_s_interval_of_availability_covers_on_average(replicates: int) -> None:
    """Rule (b): from 40 requests on of which 8 good and 8 bad ones are to be expected."""
    points = [(n, p) for n in (60, 300, 1000) for p in np.linspace(0.6, 0.99, 9) if n * (1 - p) >= 8]
    grid = [(f"{n} × {p:.3f}", _served(float(p), n, "wilson")) for n, p in points]
    found = coverage("availability, Wilson", grid, level=LEVEL, replicates=replicates, rng=np.random.default_rng(SEED))
    assert abs(np.mean([one.covered for one in found]) - LEVEL) <= 0.015
    assert min(one.covered for one in found) >= LEVEL - 0.04 - 3 * found[0].error


@pytest.mark.parametrize("replicates", REPLICATES)
def test_the_interval_that_is_chosen_covers(replicates: int) -> None:
    """Whichever of the two the count calls for: never below the level by more than 4 points."""
    grid = [(f"{n} × {p}", _served(p, n, "auto")) for n in (30, 200, 2000) for p in (0.7, 0.9, 0.95, 0.99, 0.999)]
    found = coverage("availability, chosen", grid, level=LEVEL, replicates=replicates, rng=np.random.default_rng(SEED))
    assert np.mean([one.covered for one in found]) >= LEVEL - 0.015
    assert min(one.covered for one in found) >= LEVEL - 0.04 - 3 * found[0].error


def _weeks(count: int, mean: float, dispersion: float) -> Callable[[np.random.Generator, int], Draw]:
    """Negative binomial traffic with a week effect of 10 %; the truth is what one more week would have brought."""

    def draw(rng: np.random.Generator, replicates: int) -> Draw:
        level = mean * rng.gamma(100, 1 / 100, (replicates, count + 1))
        seen = rng.negative_binomial(dispersion, dispersion / (dispersion + level))
        made = np.array([next_count(row[:count], level=LEVEL) for row in seen])
        return seen[:, count].astype(float), made[:, 1], made[:, 2]

    return draw


@pytest.mark.parametrize("replicates", REPLICATES)
def test_what_one_more_week_would_have_brought(replicates: int) -> None:
    """Rule (b), from three weeks and a mean of 20 requests on."""
    grid = [
        (f"{k} weeks, mean {mean}, dispersion {size}", _weeks(k, mean, size))
        for k in (3, 4, 7)
        for mean in (20, 200, 5000)
        for size in (20.0, 200.0)
    ]
    found = coverage("lost requests", grid, level=LEVEL, replicates=replicates, rng=np.random.default_rng(SEED))
    assert abs(np.mean([one.covered for one in found]) - LEVEL) <= 0.015
    assert min(one.covered for one in found) >= LEVEL - 0.04 - 3 * found[0].error


@pytest.mark.parametrize(
    "replicates", [pytest.param(150, id="small"), pytest.param(2_000, id="full", marks=pytest.mark.slow)]
)
def test_lost_requests_of_the_made_up_service(replicates: int) -> None:
    """The whole way from a series to the interval, with the truth that only the maker of the traffic knows."""
    window = service.window(4, aligned="1h")

    def draw(rng: np.random.Generator, count: int) -> Draw:
        rows = []
        for _ in range(count):
            made = service.traffic(int(rng.integers(2**31)), weeks=4, every="1h")
            lost = frames.named(impact.lost_requests(made.series, windows=window, level=LEVEL), "lost_requests")
            rows.append((made.lost, lost.low, lost.high))
        truth, low, high = np.array(rows, float).T
        return truth, low, high

    (found,) = coverage(
        "lost requests, whole way",
        [("3 weeks before", draw)],
        level=LEVEL,
        replicates=replicates,
        rng=np.random.default_rng(SEED),
    )
    assert found.covered >= LEVEL - 0.04 - 3 * found.error
    assert found.covered <= LEVEL + 0.04 + 3 * found.error
