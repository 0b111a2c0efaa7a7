"""Rates over time: R6 to R9, R26, R27, M5, R's own results, and how often the tests err, by simulation."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from scipy import stats

from incident_analysis.errors import ParameterError
from incident_analysis.statistics import change_points, dispersion, growth, intervals, mean_cumulative, trend_tests
from incident_analysis.statistics.rate_ratio import rate_ratio
from tests.simulation import REPLICATES, Draw, coverage

CROW = [2.7, 10.3, 12.5, 30.6, 57.0, 61.3, 80.0, 109.5, 125.0, 128.6, 143.8, 167.9, 229.2, 296.7, 320.6, 328.2]
CROW += [366.2, 396.7, 421.1, 438.2, 501.2, 620.0]
NIST = [5, 40, 43, 175, 389, 712, 747, 795, 1299, 1478]
COAL = [
    int(x)
    for x in (
        "4 5 4 1 0 4 3 4 0 6 3 3 4 0 2 6 3 3 5 4 5 3 1 4 4 1 5 5 3 4 2 5 2 2 3 4 2 1 3 2 1 1 1 1 1 3 0 0 1 0 1 1 0 0 3 1 0 "
        "3 2 2 0 1 1 1 0 1 0 1 0 0 0 2 1 0 0 0 1 1 0 2 2 3 1 1 2 1 1 1 1 2 4 2 0 0 0 1 4 0 0 0 1 0 0 0 0 0 1 0 0 1 0 0"
    ).split()
]
#: Annual flow of the Nile at Aswan, 10⁸ m³, 1871 to 1970 (Durbin and Koopman 2001, public data of R and statsmodels).
NILE = [
    int(x)
    for x in (
        "1120 1160 963 1210 1160 1160 813 1230 1370 1140 995 935 1110 994 1020 960 1180 799 958 1140 1100 1210 1150 1250 1260 "
        "1220 1030 1100 774 840 874 694 940 833 701 916 692 1020 1050 969 831 726 456 824 702 1120 1100 832 764 821 768 845 "
        "864 862 698 845 744 796 1040 759 781 865 845 944 984 897 822 1010 771 676 649 846 812 742 801 1040 860 874 848 890 "
        "744 749 838 1050 918 986 797 923 975 815 1020 906 901 1170 912 746 919 718 714 740"
    ).split()
]


def test_garwood() -> None:
    """R6."""
    expected = {0: (0, 3.6889), 1: (0.0253, 5.5716), 3: (0.6187, 8.7673), 10: (4.7954, 18.3904)}
    for count, ends in expected.items():
        assert [round(x, 4) for x in intervals.garwood(count, level=0.95)] == list(ends)


def test_rates_of_r() -> None:
    """R7."""
    low, high = intervals.garwood(137, level=0.95)
    assert [round(x / 24.19893, 6) for x in (137, low, high)] == [5.661407, 4.753125, 6.692709]
    found = rate_ratio(11, 800, 21, 3011, level=0.95)
    assert [round(found.ratio, 6), round(found.p, 5)] == [1.971488, 0.07967]
    assert [found.low, found.high] == pytest.approx([0.8584264, 4.2772659], abs=1e-7)


def test_the_exact_p_of_two_rates_is_scipys() -> None:
    for a, b, c, d in [(3, 1, 9, 2), (0, 1, 4, 1), (12, 5, 2, 5), (30, 2, 31, 2), (7, 1, 0, 3)]:
        expected = stats.binomtest(a, a + c, b / (b + d)).pvalue
        assert rate_ratio(a, b, c, d, level=0.95).p == pytest.approx(expected)
    none = rate_ratio(0, 1, 0, 1, level=0.95)
    assert math.isnan(none.ratio)
    assert (none.low, none.high, none.p) == (0, math.inf, 1)
    assert rate_ratio(3, 1, 0, 1, level=0.95).high == math.inf


def test_crow_amsaa_of_reliawiki() -> None:
    """R8, in its failure-terminated form."""
    found = growth.crow_amsaa(CROW, end=math.nan, level=0.9, failure_terminated=True)
    assert [round(found.beta, 4), round(found.scale, 4)] == [0.6142, 0.4239]
    assert [round(found.beta_low, 5), round(found.beta_high, 5)] == [0.39287, 0.81137]
    # The handbook's χ² has 2n degrees of freedom with the last event in; Laplace's leaves it out.
    whole = trend_tests.mil_hdbk_189(CROW, end=620, failure_terminated=True)
    assert (round(whole.statistic, 4), 2 * whole.n) == (71.6367, 42)
    assert round(trend_tests.laplace(CROW, end=620, failure_terminated=True).statistic, 5) == -2.78316


def test_nists_register() -> None:
    """R9."""
    found = trend_tests.mil_hdbk_189(NIST, end=1500)
    assert (round(found.statistic, 3), 2 * found.n) == (37.228, 20)
    assert round(trend_tests.laplace(NIST, end=1500).statistic, 5) == -1.32695
    fit = growth.crow_amsaa(NIST, end=1500, level=0.9)
    assert round(fit.between_events(unbiased=True), 2) == 310.23
    assert round(fit.between_events(), 2) == 279.21
    assert round(1 - fit.beta_unbiased, 6) == 0.516494


def test_clusters_are_no_trend() -> None:
    """Pairs of events: Laplace is fooled more often than it says, Lewis and Robinson are not."""
    rng = np.random.default_rng(2)
    fooled = np.zeros(2)
    for _ in range(200):
        gaps = np.where(np.arange(60) % 2, 0.01, rng.gamma(0.4, 5.0, 60))
        t = np.cumsum(rng.permutation(gaps))
        fooled[0] += trend_tests.laplace(t, end=t[-1] + 1).p < 0.05
        fooled[1] += trend_tests.lewis_robinson(t, end=t[-1] + 1, rng=rng, permutations=199).p < 0.05
    assert fooled[0] > 30
    assert fooled[1] < 22


def test_the_nile() -> None:
    """R26."""
    found = change_points.gaussian_change(NILE)
    assert (1870 + found.after, found.before, round(found.later, 2)) == (1898, 1097.75, 849.97)
    assert change_points.gaussian_changes(NILE) == [28]


def test_coal_mines() -> None:
    """R27."""
    assert sum(COAL) == 188
    found = change_points.bayesian_change(COAL, shape=1, rate=1)
    p = found.places.set_index("after")["probability"]
    assert 1850 + found.mode == 1890
    assert [round(float(p[y - 1850]), 4) for y in (1890, 1889, 1887)] == [0.2866, 0.2112, 0.1251]
    assert [1850 + a for a in found.interval(0.95)] == [1886, 1895]
    assert [round(found.before, 3), round(found.later, 3)] == [3.083, 0.893]
    exact = change_points.poisson_change(COAL, rng=np.random.default_rng(1), draws=499)
    assert 1850 + exact.after in (1889, 1890, 1891)
    assert exact.p <= 0.01
    assert change_points.poisson_changes(COAL)[0] in (40, 41)


def test_no_grid_of_five() -> None:
    """M5: a change at any place is found at that place."""
    for place in range(20, 41):
        counts = [20] * place + [2] * (60 - place)
        assert change_points.poisson_changes(counts) == [place]
        assert change_points.poisson_change(counts, rng=np.random.default_rng(1), draws=99).after == place
        assert change_points.gaussian_changes([float(c) + (i % 3) for i, c in enumerate(counts)]) == [place]


def test_the_partition_is_the_best_of_all() -> None:
    """Against every partition of short series, tried one by one."""
    rng = np.random.default_rng(4)
    for _ in range(20):
        counts = rng.poisson(rng.choice([1, 6], 9))
        found = change_points.poisson_changes(counts, penalty=3.0)

        def cost(places: list[int], counts: np.ndarray = counts) -> float:
            parts = np.split(counts, places)
            return sum(-2 * (p.sum() * math.log(p.mean()) if p.sum() else 0.0) for p in parts) + 3.0 * len(places)

        best = min(cost([i + 1 for i in range(8) if mask >> i & 1]) for mask in range(256))
        assert cost(found) == pytest.approx(best)


def test_dispersion_and_the_next_count() -> None:
    assert dispersion.dispersion([4, 5, 6, 5, 4, 6]).p > 0.9
    clustered = dispersion.dispersion([0, 9, 0, 0, 11, 1, 0, 0])
    assert clustered.p < 1e-6
    assert 0 < clustered.size < 1
    wide = dispersion.scattered_interval([0, 9, 0, 0, 11, 1, 0, 0], level=0.95)
    exact = intervals.garwood(21, level=0.95)
    assert wide[0] < exact[0] / 8 < exact[1] / 8 < wide[1]
    expected, low, high = dispersion.next_count([8, 12, 10, 9], level=0.9)
    assert low <= 10 <= high
    assert expected == pytest.approx(39.5 / 4)
    with pytest.raises(ParameterError):
        dispersion.dispersion([1, 2])


def test_mean_cumulative_by_hand() -> None:
    found = mean_cumulative.mean_cumulative([1, 2, 2], ["a", "a", "b"], watched={"a": 3, "b": 2, "c": 1}, level=0.95)
    assert found["units"].tolist() == [3, 2]
    assert found["mean"].to_numpy() == pytest.approx([1 / 3, 1 / 3 + 2 / 2])
    # Lawless and Nadeau at time 1: residuals 2/9, −1/9, −1/9, squared and summed 6/81.
    half = 1.959964 * math.sqrt(6 / 81) / (1 / 3)
    assert found["high"].iloc[0] == pytest.approx(math.exp(half) / 3, rel=1e-5)


def test_goodness_of_fit_sees_what_is_no_power_law() -> None:
    rng = np.random.default_rng(7)
    assert growth.goodness_of_fit(NIST, end=1500, rng=rng, draws=499).p > 0.1
    # Two bursts with silence between them.
    bursts = [*np.linspace(100, 120, 20), *np.linspace(900, 920, 20)]
    assert growth.goodness_of_fit(bursts, end=1000, rng=rng, draws=499).p < 0.01


# How often the tests err --------------------------------------------------------------------------------------------

SIZES = [pytest.param(1_000, id="small"), pytest.param(10_000, id="full", marks=pytest.mark.slow)]


def _errs(name: str, test: Callable[[np.random.Generator], float], replicates: int, rng: np.random.Generator) -> float:
    share = float(np.mean([test(rng) <= 0.05 for _ in range(replicates)]))
    print(f"\n{name}: errs in {share:.4f} of {replicates} (level 5 %)")
    return share


def _uniform(n: int) -> Callable[[np.random.Generator], np.ndarray]:
    return lambda rng: np.sort(rng.random(n))


@pytest.mark.parametrize("replicates", SIZES)
@pytest.mark.parametrize("n", [5, 40])
def test_exact_tests_err_no_more_than_they_say(n: int, replicates: int) -> None:
    """The issue: at most 5 % and three errors. Clustered gaps (gamma, shape ½) for Lewis and Robinson."""
    if replicates > 1_000 and n == 40:
        replicates //= 2
    rng = np.random.default_rng(11)
    most = 0.05 + 3 * math.sqrt(0.05 * 0.95 / replicates)
    times = _uniform(n)
    found = [
        _errs(f"MIL-HDBK-189, n = {n}", lambda r: trend_tests.mil_hdbk_189(times(r), end=1).p, replicates, rng),
        _errs(
            f"Lewis-Robinson, n = {n}",
            lambda r: (
                trend_tests.lewis_robinson(t := np.cumsum(r.gamma(0.5, 1, n)), end=t[-1], rng=r, permutations=199).p
            ),
            replicates,
            rng,
        ),
        _errs(
            f"change of a Poisson rate, {n} periods",
            lambda r: change_points.poisson_change(r.multinomial(3 * n, [1 / n] * n), rng=r, draws=199).p,
            replicates,
            rng,
        ),
        _errs(
            f"power law's fit, n = {n}",
            lambda r: growth.goodness_of_fit(times(r) ** 1.6, end=1, rng=r, draws=199).p,
            replicates,
            rng,
        ),
        _errs(
            f"ratio of rates, exact, {n} events",
            lambda r: rate_ratio(int(r.poisson(n)), 1, int(r.poisson(2 * n)), 2, level=0.95).p,
            replicates,
            rng,
        ),
    ]
    assert max(found) <= most


@pytest.mark.parametrize("replicates", SIZES)
def test_laplace_errs_as_often_as_it_says(replicates: int) -> None:
    """Approximate: 4 to 6 %, from 4 events on."""
    rng = np.random.default_rng(12)
    slack = 3 * math.sqrt(0.05 * 0.95 / replicates) if replicates <= 1_000 else 0.0
    for n in (4, 10, 50):
        share = _errs(f"Laplace, n = {n}", lambda r, n=n: trend_tests.laplace(r.random(n), end=1).p, replicates, rng)
        assert 0.04 - slack <= share <= 0.06 + slack


def _poisson_ratio(a: float, b: float, method: str) -> Callable[[np.random.Generator, int], Draw]:
    def draw(rng: np.random.Generator, replicates: int) -> Draw:
        x, y = rng.poisson(a, replicates), rng.poisson(b, replicates)
        pairs, at = np.unique(np.column_stack([x, y]), axis=0, return_inverse=True)
        made = [rate_ratio(int(i), 1, int(j), 1, level=0.95, method=method) for i, j in pairs]  # type: ignore[arg-type]
        ends = np.array([(m.low, m.high) for m in made])[at.ravel()]
        return np.full(replicates, a / b), ends[:, 0], ends[:, 1]

    return draw


@pytest.mark.parametrize("replicates", REPLICATES)
def test_ratios_of_rates_cover(replicates: int) -> None:
    rng = np.random.default_rng(13)
    points = [(1.0, 2.0), (5.0, 5.0), (20.0, 8.0), (60.0, 50.0)]
    exact = coverage(
        "Rate ratio, exact",
        [(f"{a} : {b}", _poisson_ratio(a, b, "exact")) for a, b in points],
        level=0.95,
        replicates=replicates,
        rng=rng,
    )
    assert all(one.conservative for one in exact)
    mid = coverage(
        "Rate ratio, mid-p",
        [(f"{a} : {b}", _poisson_ratio(a, b, "mid-p")) for a, b in points[1:]],
        level=0.95,
        replicates=replicates,
        rng=rng,
    )
    assert abs(np.mean([one.covered for one in mid]) - 0.95) <= 0.015
    assert all(one.covered >= 0.91 for one in mid)


@pytest.mark.parametrize("replicates", REPLICATES)
def test_the_slope_of_growth_covers(replicates: int) -> None:
    def of(n: int, beta: float, failure: bool) -> Callable[[np.random.Generator, int], Draw]:
        def draw(rng: np.random.Generator, replicates: int) -> Draw:
            ends = np.empty((replicates, 2))
            for i in range(replicates):
                t = np.sort(rng.random(n)) ** (1 / beta)
                if failure:
                    t = t / t[-1]
                fit = growth.crow_amsaa(t, end=1, level=0.9, failure_terminated=failure)
                ends[i] = fit.beta_low, fit.beta_high
            return np.full(replicates, beta), ends[:, 0], ends[:, 1]

        return draw

    grid = [
        (f"β {b}, n = {n}, failure-terminated {f}", of(n, b, f))
        for n, b, f in [(4, 0.6, False), (40, 1.3, False), (6, 0.8, True)]
    ]
    found = coverage("Slope of Crow-AMSAA", grid, level=0.9, replicates=replicates, rng=np.random.default_rng(14))
    assert all(one.exact_enough for one in found)


@pytest.mark.parametrize("replicates", REPLICATES)
@pytest.mark.parametrize("size", [math.inf, 2.0])
def test_the_next_count_is_held(size: float, replicates: int) -> None:
    """The rate drawn from a wide prior; clustered counts are approximate, with 8 past periods."""

    def draw(rng: np.random.Generator, replicates: int) -> Draw:
        rates = rng.gamma(4, 4, replicates)
        noise = np.ones((9, replicates)) if math.isinf(size) else rng.gamma(size, 1 / size, (9, replicates))
        counts = rng.poisson(rates * noise)
        ends = np.array([dispersion.next_count(counts[:8, i], level=0.9)[1:] for i in range(replicates)])
        return counts[8].astype(float), ends[:, 0], ends[:, 1]

    (found,) = coverage(
        "Next count",
        [(f"size {size}", draw)],
        level=0.9,
        replicates=min(replicates, 5_000),
        rng=np.random.default_rng(15),
    )
    assert found.covered >= (0.9 - 3 * found.error if math.isinf(size) else 0.86)
