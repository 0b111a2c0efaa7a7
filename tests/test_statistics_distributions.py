"""Distributions against published figures (reference results R10, R11, R18, R19) and against scipy.stats."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from incident_analysis.errors import MethodError, ParameterError
from incident_analysis.statistics import PERT, Beta, Distribution, Gamma, Lognormal, Point, Tabulated


def test_gamma_through_an_interval() -> None:
    """R10: 5–95 % interval [0.2, 2] per year."""
    prior = Gamma.from_interval(0.2, 2, level=0.9)
    assert (round(prior.shape, 5), round(prior.rate, 5)) == (2.43727, 2.71894)


def test_gamma_through_two_quantiles_of_the_time_between_failures() -> None:
    """R11: NIST e-Handbook, time between failures 600 h (50 %) and 250 h (95 %)."""
    prior = Gamma.from_quantiles(0.5, 1 / 600, 0.95, 1 / 250)
    assert prior.shape == pytest.approx(2.863, abs=5e-4)
    assert prior.rate == pytest.approx(1522.46, abs=0.05)


def test_lognormal_through_an_interval_and_the_loss_of_a_year() -> None:
    """R18: riskquant's README, frequency 0.1 and 1e5–1e6 → 40400.128269457266 a year."""
    loss = Lognormal.from_interval(1e5, 1e6, level=0.9)
    assert loss.mu == pytest.approx((math.log(1e5) + math.log(1e6)) / 2, rel=1e-14)
    assert loss.sigma == pytest.approx(math.log(10) / (2 * 1.6448536269514722), rel=1e-14)
    assert 0.1 * loss.mean == pytest.approx(40400.128269457266, rel=1e-12)


def test_the_mean_of_a_pert_is_not_its_mode() -> None:
    """R19 and M4: PERT(20, 100, 900) has mean 220; a known library returns the mode, 100."""
    cost = PERT(20, 100, 900)
    assert cost.mean == 220
    assert [round(cost.quantile(p), 2) for p in (0.05, 0.5, 0.95)] == [44.46, 192.45, 490.22]
    x, weights = cost.nodes(2001)
    assert math.sqrt(np.dot(weights, (x - cost.mean) ** 2)) == pytest.approx(139.386, abs=5e-4)


def test_every_quantile_comes_from_the_same_distribution() -> None:
    """M4: a simulation run anew for each percentile can put the 95 % point below the 90 % point; ours cannot."""
    for one in _some():
        quantiles = [one.quantile(p) for p in np.linspace(0.01, 0.99, 99)]
        assert quantiles == sorted(quantiles)
        assert quantiles == [one.quantile(p) for p in np.linspace(0.01, 0.99, 99)]


def _some() -> list[Distribution]:
    return [Gamma(2.4, 2.7), Gamma(0.3, 5), Beta(1, 9), Beta(0.5, 0.5), Lognormal(1, 0.7), PERT(20, 100, 900)]


def _scipy(one: Distribution) -> stats.rv_continuous:
    if isinstance(one, Gamma):
        return stats.gamma(one.shape, scale=1 / one.rate)
    if isinstance(one, Beta):
        return stats.beta(one.a, one.b)
    if isinstance(one, Lognormal):
        return stats.lognorm(one.sigma, scale=math.exp(one.mu))
    assert isinstance(one, PERT)
    width = one.high - one.low
    a, b = 1 + 4 * (one.likely - one.low) / width, 1 + 4 * (one.high - one.likely) / width
    return stats.beta(a, b, loc=one.low, scale=width)


@pytest.mark.parametrize("one", _some(), ids=str)
def test_agrees_with_scipy(one: Distribution) -> None:
    theirs = _scipy(one)
    x = theirs.ppf(np.array([0.001, 0.05, 0.3, 0.5, 0.8, 0.95, 0.999]))
    assert one.mean == pytest.approx(theirs.mean(), rel=1e-12)
    np.testing.assert_allclose(
        [one.quantile(p) for p in (0.001, 0.5, 0.999)], theirs.ppf([0.001, 0.5, 0.999]), rtol=1e-9
    )
    np.testing.assert_allclose([one.cdf(v) for v in x], theirs.cdf(x), rtol=1e-9)
    np.testing.assert_allclose([one.above(v) for v in x], theirs.sf(x), rtol=1e-9)
    np.testing.assert_allclose(one.pdf(x), theirs.pdf(x), rtol=1e-9)
    assert (one.cdf(-1), one.above(-1), one.pdf(np.array([-1.0]))[0]) == (0, 1, 0)


@pytest.mark.parametrize("one", _some(), ids=str)
def test_nodes_integrate(one: Distribution) -> None:
    """The second moment by quadrature over the nodes against scipy's closed form."""
    x, weights = one.nodes(2001)
    assert weights.sum() == pytest.approx(1, abs=1e-12)
    assert np.all(np.diff(x) >= 0)
    theirs = _scipy(one)
    assert np.dot(weights, x**2) == pytest.approx(theirs.var() + theirs.mean() ** 2, rel=1e-6)


@pytest.mark.parametrize("one", [Gamma(2.4, 2.7), Beta(2, 9), Lognormal(1, 0.3), PERT(20, 100, 900)], ids=str)
def test_the_density_frame_holds_the_level(one: Distribution) -> None:
    curve = one.density(2001, level=0.99)
    assert list(curve.columns) == ["x", "density"]
    assert integrate.trapezoid(curve["density"], curve["x"]) == pytest.approx(0.99, abs=1e-4)


@given(
    low=st.floats(1e-6, 1e6),
    ratio=st.floats(1.05, 1e4),
    level=st.floats(0.5, 0.99),
    family=st.sampled_from([Gamma, Lognormal]),
)
def test_an_interval_comes_back_from_positive_families(
    low: float, ratio: float, level: float, family: type[Gamma] | type[Lognormal]
) -> None:
    made = family.from_interval(low, low * ratio, level=level)
    assert made.interval(level) == pytest.approx((low, low * ratio), rel=1e-8)


@given(ends=st.tuples(st.floats(1e-4, 0.999), st.floats(1e-4, 0.999)), level=st.floats(0.5, 0.99))
def test_an_interval_comes_back_from_a_beta(ends: tuple[float, float], level: float) -> None:
    low, high = sorted(ends)
    if high - low < 0.01 * low:
        return
    assert Beta.from_interval(low, high, level=level).interval(level) == pytest.approx((low, high), rel=1e-6)


def test_a_point_never_moves_and_has_no_density() -> None:
    exact = Point(0.02)
    assert (exact.mean, exact.quantile(0.05), exact.interval(0.9)) == (0.02, 0.02, (0.02, 0.02))
    curve = exact.density()
    assert len(curve) == 1
    assert curve["density"].isna().all()


def test_a_table_of_a_gamma_agrees_with_the_gamma() -> None:
    gamma = Gamma(2.4, 2.7)
    table = Tabulated(*gamma.nodes(4001))
    assert table.mean == pytest.approx(gamma.mean, rel=1e-9)
    assert table.interval(0.9) == pytest.approx(gamma.interval(0.9), rel=1e-8)
    assert table.cdf(1.0) == pytest.approx(gamma.cdf(1.0), abs=1e-4)
    assert integrate.trapezoid(table.density()["density"], table.density()["x"]) == pytest.approx(0.999, abs=1e-3)


@pytest.mark.parametrize(
    "make, said",
    [
        (lambda: Gamma.from_interval(0, 2, level=0.9), "low: an interval from 0 to 2\nTo fix: give 0 < low < high"),
        (lambda: Gamma.from_interval(3, 2, level=0.9), "low: an interval from 3 to 2\nTo fix: give 0 < low < high"),
        (
            lambda: Beta.from_interval(0.1, 1, level=0.9),
            "low: an interval from 0.1 to 1\nTo fix: give 0 < low < high < 1",
        ),
        (lambda: Gamma(0, 1), "shape: shape is 0, expected a number above 0\nTo fix: give shape above 0"),
        (
            lambda: PERT(1, 5, 3),
            "likely: the most likely value 5 lies outside 1 to 3\nTo fix: give low ≤ likely ≤ high",
        ),
    ],
)
def test_impossible_figures_are_refused_with_the_remedy(make: object, said: str) -> None:
    with pytest.raises(MethodError) as error:
        make()  # type: ignore[operator]
    assert str(error.value) == said


def test_a_level_in_percent_is_refused() -> None:
    with pytest.raises(ParameterError, match=r"To fix: give it as a probability: 0\.9, not 90"):
        Gamma(2, 4).interval(90)
