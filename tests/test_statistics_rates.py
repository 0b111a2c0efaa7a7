"""Rates and probabilities learnt from counts (R10, R12, R13) and their coverage when the truth comes from the prior."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from scipy import integrate, stats

from incident_analysis.errors import ParameterError
from incident_analysis.statistics import PERT, Beta, Distribution, Gamma, Lognormal, Point, probabilities, rates
from tests.simulation import REPLICATES, Draw, coverage, ends


def test_a_rate_after_events() -> None:
    """R10: 3 events in 1 year."""
    after = rates.update(Gamma.from_interval(0.2, 2, level=0.9), count=3, exposure=1)
    assert round(after.mean, 5) == 1.46205
    assert [round(x, 5) for x in after.interval(0.9)] == [0.60424, 2.62232]


def test_the_predictive_tail_knows_that_the_rate_is_uncertain() -> None:
    """R12: a point rate would say .0017516."""
    prior = Gamma(2, 4)
    assert rates.update(prior, count=4, exposure=1).mean == 1.2
    assert round(rates.tail(prior, count=4, exposure=1), 5) == 0.00672
    assert round(rates.tail(Point(0.5), count=4, exposure=1), 7) == 0.0017516


def test_the_predictive_tail_of_a_gamma_is_the_negative_binomials() -> None:
    for count in (1, 2, 7):
        expected = stats.nbinom.sf(count - 1, 2.4, 2.7 / (2.7 + 3))
        assert rates.tail(Gamma(2.4, 2.7), count=count, exposure=3) == pytest.approx(expected, rel=1e-12)


def test_surprise_is_bits_of_at_least_as_much() -> None:
    assert rates.surprise(rates.tail(Gamma(2, 4), count=4, exposure=1)) == pytest.approx(-math.log2(0.00672), abs=1e-3)
    assert rates.surprise(1.0) == 0
    assert rates.surprise(0.0) == math.inf


def test_a_probability_after_hits() -> None:
    """R13, both halves."""
    after = probabilities.update(Beta(1, 9), hits=3, trials=4)
    assert after.mean == pytest.approx(4 / 14)
    assert [round(x, 5) for x in after.interval(0.9)] == [0.11267, 0.49465]
    jeffreys = probabilities.update(Beta(0.5, 0.5), hits=3, trials=17)
    assert round(jeffreys.mean, 6) == 0.194444
    assert [round(x, 5) for x in jeffreys.interval(0.9)] == [0.06664, 0.36158]


def test_the_tail_of_a_probability_is_the_beta_binomials() -> None:
    for hits in (0, 1, 3, 9):
        expected = stats.betabinom.sf(hits - 1, 9, 1.5, 4)
        assert probabilities.tail(Beta(1.5, 4), hits=hits, trials=9) == pytest.approx(expected, rel=1e-10)


def test_beliefs_without_closed_form_agree_with_numerical_integration() -> None:
    """Means by scipy's adaptive quadrature of prior × likelihood, written down here anew."""
    prior = Lognormal(-0.5, 0.8)
    after = rates.update(prior, count=3, exposure=2)
    theirs = stats.lognorm(0.8, scale=math.exp(-0.5))

    def weight(x: float) -> float:
        return theirs.pdf(x) * stats.poisson.pmf(3, 2 * x)

    total = integrate.quad(weight, 0, 60, limit=200)[0]
    assert after.mean == pytest.approx(integrate.quad(lambda x: x * weight(x), 0, 60, limit=200)[0] / total, rel=1e-6)
    tail = integrate.quad(lambda x: theirs.pdf(x) * stats.poisson.sf(2, 2 * x), 0, 200, limit=400)[0]
    assert rates.tail(prior, count=3, exposure=2) == pytest.approx(tail, rel=1e-6)
    shares = probabilities.update(PERT(0.1, 0.2, 0.6), hits=2, trials=5)
    a, b = 1 + 4 * 0.1 / 0.5, 1 + 4 * 0.4 / 0.5
    belief = stats.beta(a, b, loc=0.1, scale=0.5)

    def share_weight(p: float) -> float:
        return belief.pdf(p) * stats.binom.pmf(2, 5, p)

    total = integrate.quad(share_weight, 0.1, 0.6)[0]
    mean = integrate.quad(lambda p: p * share_weight(p), 0.1, 0.6)[0] / total
    assert shares.mean == pytest.approx(mean, rel=1e-6)


def test_nothing_seen_in_no_time_changes_nothing() -> None:
    prior = Gamma(2, 4)
    assert rates.update(prior, count=0, exposure=0) == prior
    assert rates.tail(prior, count=0, exposure=0) == 1


def test_nothing_moves_an_exact_figure() -> None:
    assert rates.update(Point(0.5), count=9, exposure=1) == Point(0.5)


@pytest.mark.parametrize("count, exposure", [(-1, 1), (1.5, 1), (1, -1), (1, 0), (1, math.inf)])
def test_impossible_counts_are_refused(count: float, exposure: float) -> None:
    with pytest.raises(ParameterError, match="To fix: give"):
        rates.update(Gamma(2, 4), count=count, exposure=exposure)  # type: ignore[arg-type]


def _gamma(prior: Gamma, exposure: float, level: float) -> Callable[[np.random.Generator, int], Draw]:
    def draw(rng: np.random.Generator, replicates: int) -> Draw:
        truth = rng.gamma(prior.shape, 1 / prior.rate, replicates)
        counts = rng.poisson(truth * exposure)
        return truth, *ends(counts, lambda k: rates.update(prior, count=k, exposure=exposure).interval(level))

    return draw


def _beta(prior: Beta, trials: int, level: float) -> Callable[[np.random.Generator, int], Draw]:
    def draw(rng: np.random.Generator, replicates: int) -> Draw:
        truth = rng.beta(prior.a, prior.b, replicates)
        hits = rng.binomial(trials, truth)
        return truth, *ends(hits, lambda k: probabilities.update(prior, hits=k, trials=trials).interval(level))

    return draw


def _lognormal(prior: Lognormal, exposure: float, level: float) -> Callable[[np.random.Generator, int], Draw]:
    def draw(rng: np.random.Generator, replicates: int) -> Draw:
        truth = rng.lognormal(prior.mu, prior.sigma, replicates)
        counts = rng.poisson(truth * exposure)

        def interval(k: int) -> tuple[float, float]:
            after: Distribution = rates.update(prior, count=k, exposure=exposure)
            return after.interval(level)

        return truth, *ends(counts, interval)

    return draw


@pytest.mark.parametrize("replicates", REPLICATES)
@pytest.mark.parametrize("level", [0.5, 0.9])
def test_credible_intervals_cover(level: float, replicates: int) -> None:
    grid = [
        (f"{prior}, {t} years", _gamma(prior, t, level))
        for prior in (Gamma(2.44, 2.72), Gamma(0.5, 1))
        for t in (0.1, 5)
    ]
    grid += [
        (f"{prior}, {n} trials", _beta(prior, n, level)) for prior in (Beta(1, 9), Beta(0.5, 0.5)) for n in (1, 20)
    ]
    grid += [(f"{Lognormal(0, 1)}, 2 years", _lognormal(Lognormal(0, 1), 2, level))]
    rng = np.random.default_rng(4)
    found = coverage("Credible interval", grid, level=level, replicates=replicates, rng=rng)
    assert all(one.exact_enough for one in found)
