"""Scores of earlier forecasts: R24, R25, the exact interval against every outcome, and calibration by simulation."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from incident_analysis.errors import ParameterError
from incident_analysis.statistics import scores

R24 = [(0.1, 10, 1), (0.3, 10, 3), (0.6, 5, 2), (0.9, 10, 8)]
FORECASTS = [p for p, n, _ in R24 for _ in range(n)]
HITS = [i < hits for _, n, hits in R24 for i in range(n)]


def test_r24() -> None:
    assert round(scores.brier(FORECASTS, HITS), 7) == 0.1742857
    parts = scores.murphy(FORECASTS, HITS)
    assert (round(parts.reliability, 7), round(parts.resolution, 7), round(parts.uncertainty, 7)) == (
        0.0085714,
        0.0742857,
        0.24,
    )
    total = parts.reliability - parts.resolution + parts.uncertainty
    assert total == pytest.approx(scores.brier(FORECASTS, HITS), abs=1e-12)


def test_r25() -> None:
    chance, low, high = scores.coverage(12, 20, level=0.95, stated=0.9)
    assert (round(chance, 6), round(low, 4), round(high, 4)) == (0.000416, 0.3605, 0.8088)


@pytest.mark.parametrize("score", ["brier", "log"])
def test_the_exact_interval_against_every_outcome(score: str) -> None:
    """Ten forecasts: all 1,024 outcomes, each with its probability."""
    p = np.array([0.03, 0.1, 0.2, 0.35, 0.5, 0.5, 0.62, 0.8, 0.95, 0.99])
    every = np.array(list(itertools.product([0, 1], repeat=len(p))))
    chance = np.where(every, p, 1 - p).prod(axis=1)
    each = (p - every) ** 2 if score == "brier" else -np.log(np.where(every, p, 1 - p))
    values = each.mean(axis=1)
    found = scores.expected(p, score=score, level=0.9)  # type: ignore[arg-type]
    assert found.mean == pytest.approx(chance @ values, rel=1e-9)
    assert chance[values < found.low - 1e-9].sum() <= 0.05 < chance[values <= found.low + 1e-9].sum()
    assert chance[values > found.high + 1e-9].sum() <= 0.05 < chance[values >= found.high - 1e-9].sum()


def test_forecasts_that_are_right_score_inside() -> None:
    """By simulation: forecasts of 60 scenarios whose probabilities are right lie inside at least 90 % of the time."""
    rng = np.random.default_rng(4)
    p = rng.uniform(0.01, 0.7, 60)
    found = scores.expected(p, score="brier", level=0.9)
    hits = rng.random((4000, 60)) < p
    inside = np.mean([found.low <= scores.brier(p, one) <= found.high for one in hits])
    assert inside >= 0.9 - 3 * math.sqrt(0.09 / 4000)
    # Twice too sure of themselves: found out most of the time.
    wrong = rng.random((500, 60)) < np.minimum(2.5 * p, 1)
    assert np.mean([scores.brier(p, one) > found.high for one in wrong]) > 0.8


def test_sure_forecasts() -> None:
    assert scores.log_score([1.0], [False]) == math.inf
    assert scores.log_score([1.0, 0.0], [True, False]) == 0
    found = scores.expected([1.0, 0.0], score="log", level=0.9)
    assert (found.mean, found.low, found.high) == (0, 0, 0)


def test_intervals_half_as_wide_as_they_should_be_are_widened_by_two() -> None:
    rng = np.random.default_rng(5)
    truth = rng.normal(size=4000)
    assert scores.widen_by(truth / (1.6449 / 2), level=0.9) == pytest.approx(2, rel=0.05)


@pytest.mark.parametrize("forecasts, hits", [([99.0], [True]), ([], []), ([0.5], [True, False])])
def test_impossible_forecasts(forecasts: list[float], hits: list[bool]) -> None:
    with pytest.raises(ParameterError, match="To fix: give"):
        scores.brier(forecasts, hits)
