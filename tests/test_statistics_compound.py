"""The loss of a year against published figures (R18, R20), closed forms, and a simulation that shares no code."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import integrate, stats

from incident_analysis.errors import MethodError
from incident_analysis.statistics import (
    PERT,
    Beta,
    Compound,
    Distribution,
    Gamma,
    Lognormal,
    LogStudent,
    Point,
    Source,
    compound,
)

LOSS = Lognormal.from_interval(1e5, 1e6, level=0.9)
ALWAYS = Point(1.0)
RATE = Gamma.from_interval(0.2, 2, level=0.9)


def year(rate: Distribution, loss: Distribution = LOSS, probability: Distribution = ALWAYS) -> Compound:
    return Compound([Source(rate, ((probability, loss),))])


@pytest.mark.parametrize(
    "rate, expected",
    [
        (0.1, {0: 0.095163, 1e5: 0.0907, 5e5: 0.0268, 1e6: 0.00575, 2e6: 0.00050}),
        (3.0, {0: 0.950213, 1e5: 0.94284, 1e6: 0.52188, 2e6: 0.17011, 5e6: 0.00231}),
    ],
)
def test_r20(rate: float, expected: dict[float, float]) -> None:
    """R20, within 3e-4: the printed figures lie up to 2.4e-4 above what the next two tests prove in closed form.

    They are those of a coarse grid that is read at the edge of its cells, not in the middle.
    """
    found = year(Point(rate)).above(np.array(list(expected)))
    assert found == pytest.approx(list(expected.values()), abs=3e-4)
    # What needs no grid agrees to the digits printed.
    assert round(float(found[0]), 6) == expected[0]
    if rate == 3:
        assert round(year(Point(rate)).mean, 2) == 1212003.85
        assert round(math.sqrt(year(Point(rate)).variance), 2) == pytest.approx(893976.56, abs=0.05)
        # The mistake of a known tool: frequency × one loss.
        assert found[-1] < 0.0024


def test_no_more_than_the_years_without_two_losses_allow() -> None:
    """At least P(no loss) + P(one loss, at most x) of the years cost at most x: R20's .94284 breaks this bound."""
    x = 1e5
    at_least = math.exp(-3) * (1 + 3 * 0.05)
    assert year(Point(3.0)).above(np.array([x]))[0] < 1 - at_least == pytest.approx(0.942745, abs=1e-6)


@pytest.mark.parametrize("x", [1e5, 1e6])
def test_agrees_with_integration_over_two_and_three_losses(x: float) -> None:
    """Rate 0.1: up to three losses in a year, each convolution integrated by scipy's quad; four are rarer than 4e-6."""
    one = stats.lognorm(LOSS.sigma, scale=math.exp(LOSS.mu))

    def two(total: float) -> float:
        return integrate.quad(lambda a: one.pdf(a) * one.cdf(total - a), 0, total, epsabs=1e-10, limit=200)[0]

    three = integrate.quad(lambda a: one.pdf(a) * two(x - a), 0, x, epsabs=1e-6)[0]
    chances = stats.poisson.pmf([0, 1, 2, 3], 0.1)
    below = float(np.dot(chances, [1, one.cdf(x), two(x), three]))
    found = 1 - year(Point(0.1)).above(np.array([x]))[0]
    assert below - 1e-8 <= found <= below + stats.poisson.sf(3, 0.1) + 1e-8


def test_exponential_losses_have_a_closed_form() -> None:
    """Poisson sums of exponential losses: the mean of Erlang tails over the count; and q95 within 1e-5 of it."""
    rate, scale = 2.0, 1000.0
    n = np.arange(1, 80)
    weights = stats.poisson.pmf(n, rate)

    def above(x: float) -> float:
        return float(weights @ stats.gamma.sf(x, n, scale=scale))

    found = year(Point(rate), Gamma(1, 1 / scale))
    x = np.array([1.0, 10.0, 100.0, 2000.0, 6000.0, 15000.0])
    assert found.above(x) == pytest.approx([above(one) for one in x], abs=1e-8)
    q = found.quantile(0.95)
    assert above(q) == pytest.approx(0.05, abs=1e-7)
    from scipy.optimize import brentq

    assert q == pytest.approx(brentq(lambda t: above(t) - 0.05, 100, 1e5), rel=1e-5)
    # Tail value at risk: the quantile, and what lies above it, integrated.
    beyond = integrate.quad(above, q, 60 * scale)[0] / 0.05
    assert found.tail_mean(0.95) == pytest.approx(q + beyond, rel=1e-5)


@pytest.mark.parametrize("p", [0.93, 0.95, 0.99, 0.999])
def test_quantiles_are_within_1e_5(p: float) -> None:
    """The year of R20 at rate .1: the quantile against the same on a grid of an eighth of the step."""
    q = year(Point(0.1)).quantile(p)
    assert year(Point(0.1)).above(np.array([q * (1 - 1e-5), q * (1 + 1e-5)])) == pytest.approx(1 - p, rel=6e-5)
    fine = 1 - np.interp(q, *_fine(0.1, q))
    assert fine == pytest.approx(1 - p, rel=1e-5)


def _fine(rate: float, q: float) -> tuple[np.ndarray, np.ndarray]:
    """The distribution function by Panjer's recursion on a coarser grid would do too; here: a plain FFT, 2^20 cells."""
    cells = 2**20
    step = 16 * q / cells
    edges = step * (np.arange(cells // 2) + 0.5)
    mass = np.zeros(cells)
    mass[: cells // 2] = np.diff(stats.lognorm.cdf(edges, LOSS.sigma, scale=math.exp(LOSS.mu)), prepend=0.0)
    total = np.fft.ifft(np.exp(rate * (np.fft.fft(mass) - 1))).real[: cells // 2]
    return edges, np.cumsum(total)


def test_an_uncertain_rate_and_probability_by_simulation() -> None:
    """20 points of the exceedance within 4 Monte Carlo errors; two effects of one cause come together."""
    shares, losses = (Beta(1, 9), Beta(3, 2)), (LOSS, Lognormal.from_interval(1e4, 2e5, level=0.9))
    found = Compound([Source(RATE, tuple(zip(shares, losses, strict=True)))])
    rng, years = np.random.default_rng(3), 60_000
    causes = rng.poisson(rng.gamma(RATE.shape, 1 / RATE.rate, years))
    when = np.repeat(np.arange(years), causes)
    total, largest = np.zeros(years), np.zeros(years)
    for share, loss in zip(shares, losses, strict=True):
        p = rng.beta(share.a, share.b, years)
        came = rng.random(len(when)) < p[when]
        size = np.where(came, rng.lognormal(loss.mu, loss.sigma, len(when)), 0.0)
        total += np.bincount(when, weights=size, minlength=years)
        np.maximum.at(largest, when, size)
    x = np.geomspace(1e4, 3e6, 20)
    for seen, expected in ((total, found.above(x)), (largest, found.largest_above(x))):
        error = np.sqrt(expected * (1 - expected) / years)
        assert np.all(np.abs([(seen > one).mean() for one in x] - expected) < 4 * error)
    assert total.mean() == pytest.approx(found.mean, abs=4 * total.std() / math.sqrt(years))
    assert total.std() == pytest.approx(math.sqrt(found.variance), rel=0.05)


def test_sources_add_up_and_a_range_of_decades_is_read_finely() -> None:
    """A small and a large loss: below the large one's reach the small one alone is seen, eight decades lower."""
    small, large = Gamma(2, 2 / 5.0), Lognormal.from_interval(1e8, 1e9, level=0.9)
    both = Compound([Source(Point(1.0), ((ALWAYS, small),)), Source(Point(0.1), ((ALWAYS, large),))])
    x = np.array([0.5, 5.0, 50.0])
    alone = year(Point(1.0), small).above(x)
    assert both.above(np.append(x, 1e8))[:3] == pytest.approx(1 - np.exp(-0.1) * (1 - alone), abs=1e-7)


def test_largest_loss_is_a_closed_form() -> None:
    """P(largest ≤ x) of a Poisson number of losses is exp(−rate · P(loss > x))."""
    x = np.array([0.0, 1e5, 1e6])
    expected = 1 - np.exp(-3 * np.array([1.0, LOSS.above(1e5), LOSS.above(1e6)]))
    assert year(Point(3.0)).largest_above(x) == pytest.approx(expected, abs=1e-12)
    q = year(Point(3.0)).largest_quantile(0.95)
    assert year(Point(3.0)).largest_above(np.array([q]))[0] == pytest.approx(0.05, abs=1e-9)


@pytest.mark.parametrize("rate", [RATE, Lognormal(0.0, 0.8), PERT(0.1, 0.5, 3), Point(0.7)])
@pytest.mark.parametrize("share", [None, Beta(1, 9), PERT(0.1, 0.2, 0.9)])
def test_probabilities_of_counts(rate: Distribution, share: Distribution | None) -> None:
    """They sum to 1, and their mean is the product of the means."""
    found = compound.count_probabilities(rate, share)
    assert found.sum() == pytest.approx(1, abs=1e-9)
    mean = float(found @ np.arange(len(found)))
    assert mean == pytest.approx(rate.mean * (share.mean if share else 1), rel=1e-5)


def test_without_a_finite_mean_quantiles_remain() -> None:
    heavy = year(Point(0.5), LogStudent(10, 1, 4))
    assert heavy.mean == math.inf
    assert heavy.tail_mean(0.95) == math.inf
    q = heavy.quantile(0.95)
    assert heavy.above(np.array([q]))[0] == pytest.approx(0.05, abs=1e-6)


def test_rare_years() -> None:
    rare = year(Point(1e-4))
    assert rare.none == pytest.approx(math.exp(-1e-4))
    assert rare.quantile(0.95) == rare.largest_quantile(0.95) == 0
    assert rare.tail_mean(0.95) == pytest.approx(rare.mean / 0.05)


def test_quantiles_of_a_sum() -> None:
    """Two gammas of one rate add up to a gamma."""
    found = compound.quantiles_of_sum([(Gamma(2, 4), 1.0), (Gamma(3, 2), 0.5), (Point(1.0), 2.0)], [0.05, 0.5, 0.95])
    expected = [2 + stats.gamma.ppf(p, 5, scale=1 / 4) for p in (0.05, 0.5, 0.95)]
    assert found == pytest.approx(expected, rel=1e-6)


def test_nothing_to_add_up() -> None:
    with pytest.raises(MethodError, match="no losses to add up\nTo fix"):
        Compound([])
