"""Rate × probability from incidents alone (M8): exact against independent integration, and by simulation."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import pytest
from scipy import integrate, stats

from incident_analysis.errors import MethodError
from incident_analysis.statistics import Beta, Distribution, Gamma, Lognormal, Point, joint, rates
from tests.simulation import REPLICATES, Draw, coverage, ends

#: The prior of R10 with P ~ Beta(1, 9), over 5 years: the case of M8.
RATE = Gamma.from_interval(0.2, 2, level=0.9)
SHARE = Beta(1, 9)
YEARS = 5.0


@pytest.mark.parametrize("count", [0, 1, 4])
def test_agrees_with_adaptive_integration(count: int) -> None:
    """Given p the rate is conjugate, so every posterior is a mixture of gammas over p: integrated by scipy's quad."""
    seen = joint.update(RATE, SHARE, count=count, exposure=YEARS)
    prior = stats.beta(SHARE.a, SHARE.b)

    def weight(p: float) -> float:
        return prior.pdf(p) * stats.nbinom.pmf(count, RATE.shape, RATE.rate / (RATE.rate + p * YEARS))

    def mixed(value: Callable[[float], float]) -> float:
        return integrate.quad(lambda p: value(p) * weight(p), 0, 1, epsabs=1e-13)[0] / total

    total = integrate.quad(weight, 0, 1, epsabs=1e-13)[0]
    shape = RATE.shape + count
    assert seen.probability.mean == pytest.approx(mixed(lambda p: p), rel=1e-6)
    assert seen.rate.mean == pytest.approx(mixed(lambda p: shape / (RATE.rate + p * YEARS)), rel=1e-6)
    assert seen.product.mean == pytest.approx(mixed(lambda p: p * shape / (RATE.rate + p * YEARS)), rel=1e-6)
    for share in (0.05, 0.5, 0.95):
        x = seen.product.quantile(share)
        below = mixed(lambda p, x=x: stats.gamma.cdf(x / p, shape, scale=1 / (RATE.rate + p * YEARS)))  # type: ignore[misc]
        assert below == pytest.approx(share, abs=1e-6)
        r = seen.rate.quantile(share)
        below = mixed(lambda p, r=r: stats.gamma.cdf(r, shape, scale=1 / (RATE.rate + p * YEARS)))  # type: ignore[misc]
        assert below == pytest.approx(share, abs=1e-6)
    tail = integrate.quad(
        lambda p: prior.pdf(p) * stats.nbinom.sf(count - 1, RATE.shape, RATE.rate / (RATE.rate + p * YEARS)), 0, 1
    )[0]
    assert seen.tail == pytest.approx(tail, rel=1e-5)


def test_a_certain_effect_is_the_plain_update_of_the_rate() -> None:
    seen = joint.update(RATE, Point(1.0), count=3, exposure=1)
    plain = rates.update(RATE, count=3, exposure=1)
    assert seen.rate.mean == pytest.approx(plain.mean, rel=1e-6)
    assert seen.product.interval(0.9) == pytest.approx(plain.interval(0.9), rel=1e-3)
    assert seen.probability == Point(1.0)


def test_incidents_hardly_tell_rate_and_probability_apart() -> None:
    """M8: one incident in five years moves the product by far more than either of its factors."""
    seen = joint.update(RATE, SHARE, count=1, exposure=YEARS)
    product = seen.product.mean / seen.prior_product.mean
    assert product > 1.4
    assert seen.rate.mean / RATE.mean < 1.2
    naive = rates.update(RATE, count=1, exposure=YEARS)
    widths = [high / low for high, low in ((d.quantile(0.95), d.quantile(0.05)) for d in (seen.rate, naive))]
    assert widths[0] > widths[1]


def test_no_incident_lowers_both() -> None:
    seen = joint.update(RATE, SHARE, count=0, exposure=YEARS)
    assert seen.product.mean < seen.prior_product.mean
    assert seen.rate.mean < RATE.mean
    assert seen.probability.mean < SHARE.mean


def test_the_same_twice() -> None:
    first, second = (joint.update(RATE, SHARE, count=2, exposure=YEARS) for _ in range(2))
    assert np.array_equal(first.product.nodes(1)[1], second.product.nodes(1)[1])


def test_an_impossible_effect_stays_impossible() -> None:
    assert joint.product(RATE, Point(0.0)) == Point(0.0)


@pytest.mark.parametrize("count, exposure", [(40, 1.0), (0, 500.0), (300, 1.0)])
def test_what_nobody_thought_possible_is_not_cut_off(count: int, exposure: float) -> None:
    """Counts far outside the prior: the exact mean of the mixture over p, in logarithms and written down here anew."""
    seen = joint.update(RATE, SHARE, count=count, exposure=exposure)
    z = np.linspace(-60, 60, 400_001)
    p = 1 / (1 + np.exp(-z))
    log = SHARE.a * np.log(p) - SHARE.b * np.logaddexp(0, z) + count * np.log(p)
    log -= (RATE.shape + count) * np.log(RATE.rate + p * exposure)
    weight = np.exp(log - log.max())
    rate = (RATE.shape + count) / (RATE.rate + p * exposure)
    assert seen.rate.mean == pytest.approx(np.dot(weight, rate) / weight.sum(), rel=1e-5)
    assert seen.probability.mean == pytest.approx(np.dot(weight, p) / weight.sum(), rel=1e-5)
    assert seen.product.mean == pytest.approx(np.dot(weight, rate * p) / weight.sum(), rel=1e-5)


def test_what_lies_beyond_every_grid_is_refused_not_guessed() -> None:
    with pytest.raises(MethodError, match="too far from what was thought"):
        joint.update(RATE, SHARE, count=30_000, exposure=1)


@cache
def _seen(rate: Distribution, share: Beta, count: int, years: float) -> joint.Joint:
    return joint.update(rate, share, count=count, exposure=years)


def _draw(
    rate: Distribution, share: Beta, years: float, level: float, which: str
) -> Callable[[np.random.Generator, int], Draw]:
    def draw(rng: np.random.Generator, replicates: int) -> Draw:
        if isinstance(rate, Gamma):
            r = rng.gamma(rate.shape, 1 / rate.rate, replicates)
        else:
            assert isinstance(rate, Lognormal)
            r = rng.lognormal(rate.mu, rate.sigma, replicates)
        p = rng.beta(share.a, share.b, replicates)
        counts = rng.poisson(r * p * years)
        truth = {"product": r * p, "rate": r, "probability": p}[which]
        return truth, *ends(counts, lambda k: getattr(_seen(rate, share, k, years), which).interval(level))

    return draw


@pytest.mark.parametrize("replicates", REPLICATES)
@pytest.mark.parametrize("level", [0.5, 0.9])
def test_intervals_from_incidents_alone_cover(level: float, replicates: int) -> None:
    """Design section 9 (c): truth drawn from the prior; product and both marginals cover their level ± 3 errors."""
    priors = [(RATE, SHARE, YEARS), (Gamma(2, 4), Beta(2, 2), 1.0), (Lognormal(0, 0.8), Beta(1, 9), 5.0)]
    grid = [
        (f"{which} of {rate} × {share}, {years} years", _draw(rate, share, years, level, which))
        for rate, share, years in priors
        for which in ("product", "rate", "probability")
    ]
    rng = np.random.default_rng(8)
    found = coverage("Incidents alone", grid, level=level, replicates=replicates, rng=rng)
    assert all(one.exact_enough for one in found)


@pytest.mark.parametrize("replicates", REPLICATES)
def test_incidents_taken_for_all_causes_cover_half_the_time(replicates: int) -> None:
    """M8: the mistake covers 49 % at a stated 90 %, and the test above would catch it."""

    def draw(rng: np.random.Generator, count: int) -> Draw:
        r = rng.gamma(RATE.shape, 1 / RATE.rate, count)
        seen = rng.poisson(r * rng.beta(SHARE.a, SHARE.b, count) * YEARS)
        return r, *ends(seen, lambda k: rates.update(RATE, count=k, exposure=YEARS).interval(0.9))

    rng = np.random.default_rng(9)
    (found,) = coverage("Naive", [("R10 × Beta(1, 9)", draw)], level=0.9, replicates=replicates, rng=rng)
    assert not found.exact_enough
    assert found.covered == pytest.approx(0.49, abs=0.005 + 3 * (0.25 / replicates) ** 0.5)


def test_near_misses_that_are_all_reported_are_the_plain_updates() -> None:
    """All reported: 1 effect and 3 near misses are 4 causes with 1 hit, each belief conjugate (R10's and R13's rules)."""
    seen = joint.update(RATE, SHARE, count=1, exposure=YEARS, near_misses=joint.NearMisses(3, Point(1.0)))
    rate, share = Gamma(RATE.shape + 4, RATE.rate + YEARS), Beta(SHARE.a + 1, SHARE.b + 3)
    assert seen.rate.mean == pytest.approx(rate.mean, rel=1e-5)
    assert seen.rate.interval(0.9) == pytest.approx(rate.interval(0.9), rel=1e-3)
    assert seen.probability.mean == pytest.approx(share.mean, rel=1e-5)
    assert seen.product.mean == pytest.approx(rate.mean * share.mean, rel=1e-5)


def test_near_misses_that_are_reported_in_part_against_integration() -> None:
    """Share reported Beta(2, 6): every posterior is a mixture of gammas over p and q, summed on a fine grid here."""
    reporting = Beta(2, 6)
    seen = joint.update(RATE, SHARE, count=1, exposure=YEARS, near_misses=joint.NearMisses(2, reporting))
    p, q = np.meshgrid(np.linspace(0, 1, 4002)[1:-1], np.linspace(0, 1, 1002)[1:-1], indexing="ij")
    seen_share = p + (1 - p) * q
    log = stats.beta.logpdf(p, SHARE.a, SHARE.b) + stats.beta.logpdf(q, reporting.a, reporting.b)
    log = log + np.log(p) + 2 * np.log((1 - p) * q) - (RATE.shape + 3) * np.log(RATE.rate + seen_share * YEARS)
    weight = np.exp(log - log.max())
    rate = (RATE.shape + 3) / (RATE.rate + seen_share * YEARS)
    assert seen.rate.mean == pytest.approx(np.average(rate, weights=weight), rel=1e-4)
    assert seen.probability.mean == pytest.approx(np.average(p, weights=weight), rel=1e-4)
    assert seen.product.mean == pytest.approx(np.average(rate * p, weights=weight), rel=1e-4)
    # It lies between incidents alone and all near misses reported.
    alone = joint.update(RATE, SHARE, count=1, exposure=YEARS)
    every = joint.update(RATE, SHARE, count=1, exposure=YEARS, near_misses=joint.NearMisses(2, Point(1.0)))
    assert seen.rate.mean > every.rate.mean
    assert seen.rate.mean > alone.rate.mean


@cache
def _seen_with_misses(count: int, misses: int) -> joint.Joint:
    return joint.update(RATE, SHARE, count=count, exposure=YEARS, near_misses=joint.NearMisses(misses, Beta(2, 6)))


@pytest.mark.parametrize(
    "replicates", [pytest.param(1500, id="small"), pytest.param(20_000, id="full", marks=pytest.mark.slow)]
)
def test_intervals_with_near_misses_cover(replicates: int) -> None:
    """Design section 9 (c), the share that is reported being uncertain too."""
    rng = np.random.default_rng(9)
    r = rng.gamma(RATE.shape, 1 / RATE.rate, replicates)
    p, q = rng.beta(SHARE.a, SHARE.b, replicates), rng.beta(2, 6, replicates)
    counts, misses = rng.poisson(r * p * YEARS), rng.poisson(r * (1 - p) * q * YEARS)

    def draw(which: str) -> Callable[[np.random.Generator, int], Draw]:
        truth = {"product": r * p, "rate": r, "probability": p}[which]

        def made(_: np.random.Generator, __: int) -> Draw:
            found = {
                key: getattr(_seen_with_misses(*key), which).interval(0.9)
                for key in set(zip(counts, misses, strict=True))
            }
            both = np.array([found[key] for key in zip(counts, misses, strict=True)])
            return truth, both[:, 0], both[:, 1]

        return made

    grid = [(which, draw(which)) for which in ("product", "rate", "probability")]
    found = coverage("With near misses", grid, level=0.9, replicates=replicates, rng=rng)
    assert all(one.exact_enough for one in found)
