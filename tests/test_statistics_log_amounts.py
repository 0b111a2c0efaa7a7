"""What losses teach, how groups differ, and stated values against what they imply."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from scipy import stats

from incident_analysis.errors import MethodError, ParameterError
from incident_analysis.statistics import PERT, Beta, Gamma, Lognormal, NormalInverseGamma, elicitation
from incident_analysis.statistics.between import between_groups
from tests.simulation import REPLICATES, Draw, coverage

PRIOR = NormalInverseGamma.from_interval(1e4, 2e5, level=0.9)


def test_the_update_agrees_with_integration_over_the_variance() -> None:
    """One loss of 60,000: the marginal of the centre by numerical integration over mean and variance."""
    after = PRIOR.update([60_000.0])
    x = math.log(60_000)

    # Even steps of the centre, and of the variance's logarithm.
    mu, log_v = np.meshgrid(np.linspace(-15, 35, 2001), np.linspace(-8, 8, 1601), indexing="ij")
    v = np.exp(log_v)
    weight = v * stats.invgamma.pdf(v, PRIOR.shape, scale=PRIOR.scale)
    weight *= stats.norm.pdf(mu, PRIOR.mean, np.sqrt(v / PRIOR.weight)) * stats.norm.pdf(x, mu, np.sqrt(v))
    total = weight.sum()
    assert after.mean == pytest.approx((mu * weight).sum() / total, abs=1e-5)
    assert after.shape / after.scale == pytest.approx((weight / v).sum() / total, rel=1e-5)


def test_one_by_one_is_the_same_as_all_at_once() -> None:
    losses = [1e4, 3e4, 9e5]
    once, many = PRIOR.update(losses), PRIOR
    for loss in losses:
        many = many.update([loss])
    assert (once.mean, once.weight, once.shape) == pytest.approx((many.mean, many.weight, many.shape))
    assert once.scale == pytest.approx(many.scale)


def test_a_range_comes_back_and_has_no_finite_mean() -> None:
    assert PRIOR.next_loss.interval(0.9) == pytest.approx((1e4, 2e5))
    assert PRIOR.next_loss.mean == math.inf
    x, weights = PRIOR.next_loss.nodes(20001, tail=1e-9)
    assert float(np.dot(weights, x < 1e4)) == pytest.approx(0.05, abs=1e-3)
    assert float(PRIOR.next_loss.pdf(np.array([5e4]))[0]) == pytest.approx(
        (PRIOR.next_loss.cdf(50_001) - PRIOR.next_loss.cdf(49_999)) / 2, rel=1e-5
    )


def _draw(losses: int, level: float, which: str) -> Callable[[np.random.Generator, int], Draw]:
    def draw(rng: np.random.Generator, replicates: int) -> Draw:
        variance = PRIOR.scale / rng.gamma(PRIOR.shape, 1, replicates)
        centre = rng.normal(PRIOR.mean, np.sqrt(variance / PRIOR.weight))
        truth = np.exp(centre) if which == "median" else np.exp(rng.normal(centre, np.sqrt(variance)))
        seen = np.exp(rng.normal(centre[:, None], np.sqrt(variance)[:, None], (replicates, losses)))
        ends = np.array([getattr(PRIOR.update(row), which).interval(level) for row in seen])
        return truth, ends[:, 0], ends[:, 1]

    return draw


@pytest.mark.parametrize("replicates", REPLICATES)
def test_intervals_of_losses_cover(replicates: int) -> None:
    """Design section 9 (c): truth from the prior; the next loss and the median of losses, after 0, 1 and 5 losses."""
    grid = [(f"{which} after {n}", _draw(n, 0.9, which)) for which in ("next_loss", "median") for n in (0, 1, 5)]
    found = coverage("Losses", grid, level=0.9, replicates=replicates, rng=np.random.default_rng(6))
    assert all(one.exact_enough for one in found)


@pytest.mark.parametrize("losses", [[0.0], [-1.0], [math.nan]])
def test_losses_that_are_none(losses: list[float]) -> None:
    with pytest.raises(ParameterError, match="not above 0\nTo fix"):
        PRIOR.update(losses)


def test_between_groups_knows_that_it_knows_little() -> None:
    """Counts of few groups give a wider range than of many with the same spread; zeros alone stay above zero."""
    few = between_groups([2, 8, 5], [1, 1, 1]).rate.interval(0.9)
    many = between_groups([2, 8, 5] * 10, [1] * 30).rate.interval(0.9)
    assert few[1] / few[0] > many[1] / many[0]
    none = between_groups([0, 0, 0, 0], [1, 1, 1, 1])
    assert 0 < none.rate.quantile(0.5) < 0.5
    plain = between_groups([50, 52, 49, 51, 50, 48], [1] * 6)
    assert plain.middle.mean == pytest.approx(50, rel=0.05)


def test_the_mean_of_many_groups_is_the_populations() -> None:
    rng = np.random.default_rng(7)
    rates = rng.gamma(2, 5, 400)
    found = between_groups(rng.poisson(rates * 3).tolist(), [3.0] * 400)
    assert found.rate.mean == pytest.approx(10, rel=0.12)
    assert found.spread == pytest.approx(math.sqrt(1 / 2), rel=0.12)
    for p in (0.05, 0.5, 0.95):
        assert found.rate.quantile(p) == pytest.approx(stats.gamma.ppf(p, 2, scale=5), rel=0.15)


@pytest.mark.parametrize(
    "replicates", [pytest.param(60, id="small"), pytest.param(1000, id="full", marks=pytest.mark.slow)]
)
@pytest.mark.parametrize("shape", [1.0, 4.0])
def test_a_further_group_lies_in_the_range(shape: float, replicates: int) -> None:
    """19 groups, one more drawn from the same population: its rate lies in the 90 % range about 90 % of the time."""
    rng = np.random.default_rng(8)
    inside = 0
    for _ in range(replicates):
        rates = rng.gamma(shape, 10 / shape, 20)
        low, high = between_groups(rng.poisson(rates[:19]).tolist(), [1.0] * 19).rate.interval(0.9)
        inside += low <= rates[19] <= high
    error = math.sqrt(0.09 / replicates)
    print(f"shape {shape}: {inside / replicates:.3f} of {replicates}, Monte Carlo error {error:.3f}")
    assert abs(inside / replicates - 0.9) <= 3 * error + 0.02


def test_groups_that_tell_nothing() -> None:
    with pytest.raises(MethodError, match=r"2 groups; .*\nTo fix: add groups"):
        between_groups([1, 2], [1, 1])
    with pytest.raises(ParameterError, match="no count"):
        between_groups([1, 2, -3], [1, 1, 1])
    with pytest.raises(ParameterError, match="not above 0"):
        between_groups([1, 2, 3], [1, 0, 1])


def test_likely_values_are_held_against_the_range() -> None:
    """The range of R10: mode .529, median .777, mean .896; a likely value of 1.9 lies at its 93.8 % point."""
    gamma = Gamma.from_interval(0.2, 2, level=0.9)
    for fits in (0.53, 0.78, 0.89, 1.1):
        assert elicitation.likely_against(gamma, fits) == ""
    assert "93.8 % would lie below" in elicitation.likely_against(gamma, 1.9)
    assert "does not fit" in elicitation.likely_against(Lognormal.from_interval(1e4, 2e5, level=0.9), 1.9e5)
    assert elicitation.mode(Beta(3, 5)) == pytest.approx(2 / 6)
    assert elicitation.mode(PERT(1, 2, 5)) == 2
    assert elicitation.mode(Lognormal(1, 1)) == pytest.approx(1)
