"""Sums of ranges against closed forms and convolutions; what may not be added; credits; rates."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import special

from incident_analysis import frames, impact
from incident_analysis.errors import IncidentAnalysisError, ParameterError
from incident_analysis.estimate import Estimate
from incident_analysis.incident import Incident, read_incident
from incident_analysis.incident.parts import Credit, ExchangeRate
from incident_analysis.statistics import Gamma
from tests.test_impact import SHIPPED, ledger

DRAWS = 200_000


def rng() -> np.random.Generator:
    return np.random.default_rng(20170131)


def total(*lines: dict[str, Any], unit: str = "EUR", **given: Any) -> Estimate:
    return impact.total(ledger(*lines), unit=unit, rng=rng(), **given)


def quantile_error(density: float, p: float) -> float:
    """Standard error of a sampled quantile."""
    return float(np.sqrt(p * (1 - p) / DRAWS) / density)


# Closed forms --------------------------------------------------------------------------------------------------------


def test_two_even_ranges_sum_to_a_triangle() -> None:
    # Two uniforms on [0, 1]: the sum's 5 % quantile is √(2·0.05), its density there the same; the 95 % one mirrors it.
    found = frames.to_estimate(
        impact.totals(ledger({"low": 0, "high": 1}, {"low": 0, "high": 1}), unit="EUR", rng=rng()).iloc[0]
    )
    q = np.sqrt(0.1)
    assert found.low == pytest.approx(q, abs=4 * quantile_error(q, 0.05))
    assert found.high == pytest.approx(2 - q, abs=4 * quantile_error(q, 0.95))
    assert found.value == 1


def test_if_all_move_as_one_quantiles_add() -> None:
    # Uniforms on [0, 1] and [10, 30]: 5 % of each.
    row = impact.totals(ledger({"low": 0, "high": 1}, {"low": 10, "high": 30}), unit="EUR", rng=rng()).iloc[1]
    assert (row["name"], row["low"], row["high"]) == ("fully_dependent", pytest.approx(11.05), pytest.approx(29.95))


def test_three_gammas_sum_to_a_gamma() -> None:
    given = {"i1": Gamma(2, 0.5), "i2": Gamma(1, 0.5), "i3": Gamma(4, 0.5)}
    row = impact.totals(ledger({}, {}, {}), unit="EUR", rng=rng(), distributions=given).iloc[0]
    for p, name in ((0.05, "low"), (0.95, "high")):
        expected = special.gammaincinv(7, p) / 0.5
        density = 0.5**7 * expected**6 * np.exp(-0.5 * expected) / special.gamma(7)
        assert row[name] == pytest.approx(expected, abs=4 * quantile_error(density, p))
    assert row["value"] == pytest.approx(14)


def test_pert_ranges_against_their_convolution() -> None:
    """Two PERT beliefs, (20, 100, 900) and (10, 50, 60), folded on a grid of steps of 0.1."""
    step = 0.1
    masses = []
    for low, likely, high in ((20, 100, 900), (10, 50, 60)):
        a, b = 1 + 4 * (likely - low) / (high - low), 1 + 4 * (high - likely) / (high - low)
        edges = np.arange(0, high - low + step / 2, step)
        masses.append(np.diff(special.betainc(a, b, np.clip(edges / (high - low), 0, 1))))
    mass = np.convolve(*masses)
    x = 30 + step * (np.arange(len(mass)) + 1)
    cumulative = np.cumsum(mass)
    lines = ({"low": 20, "likely": 100, "high": 900}, {"low": 10, "likely": 50, "high": 60})
    row = impact.totals(ledger(*lines), unit="EUR", rng=rng()).iloc[0]
    for p, name in ((0.05, "low"), (0.95, "high")):
        place = int(np.searchsorted(cumulative, p))
        assert row[name] == pytest.approx(x[place], abs=4 * quantile_error(mass[place] / step, p) + step)
    # R19: the mean of PERT(20, 100, 900) is 220; that of (10, 50, 60) is (10 + 200 + 60) / 6 = 45.
    assert row["value"] == pytest.approx(265)


def test_the_interval_holds_both_cases_and_prints_them() -> None:
    lines = ({"low": 0, "high": 10}, {"low": 0, "high": 10})
    found = total(*lines)
    apart, as_one = (frames.to_estimate(r) for _, r in impact.totals(ledger(*lines), unit="EUR", rng=rng()).iterrows())
    assert (found.low, found.high) == (min(apart.low, as_one.low), max(apart.high, as_one.high))  # type: ignore[type-var]  # known
    assert "if independent [" in found.method
    assert "if all moved as one [" in found.method
    assert (found.level, found.interval, found.value) == (0.9, "credible", 10)


def test_lines_of_one_group_move_together() -> None:
    lines = ({"low": 0, "high": 10, "together": "g"}, {"low": 0, "high": 10, "together": "g"})
    found = total(*lines)
    # As one: 5 % of each.
    assert (found.low, found.high) == (pytest.approx(1), pytest.approx(19))
    assert "move together, as stated" in found.method


def test_the_same_seed_gives_the_same_sum() -> None:
    lines = ({"low": 0, "likely": 2, "high": 10}, {"low": 0, "high": 10})
    assert total(*lines) == total(*lines)


# What may be added -------------------------------------------------------------------------------------------------


def test_points_add_exactly_and_one_sided_lines_make_it_at_least() -> None:
    assert total({"likely": 1, "certainty": "counted"}, {"likely": 2.5, "certainty": "stated"}).figure == "EUR 3.5"
    assert total({"likely": 1}, {"low": 10}).figure == "at least EUR 11"
    assert total({"likely": 1}, {}).figure == "at least EUR 1"
    assert total({"low": 1, "likely": 2, "high": 5}, {"low": 10}).figure == "at least EUR 11"
    assert total({"likely": 1}, {"high": 10}).figure == "between EUR 1 and EUR 11"


def test_nested_context_and_gain_lines_are_out() -> None:
    lines = (
        {"likely": 100},
        {"likely": 40, "part_of": "i1"},
        {"likely": 900, "role": "context"},
        {"likely": 7, "role": "gain"},
    )
    found = total(*lines)
    assert (found.value, found.n) == (100, 1)
    assert "1 line part of another" in found.method


def test_crowdstrike_knight_and_gitlab() -> None:
    def of(name: str) -> pd.DataFrame:
        return impact.ledger(read_incident(SHIPPED / name))

    assert impact.total(of("2024-07-19-crowdstrike"), unit="USD", rng=rng()).value == 15e9
    knight = impact.total(of("2012-08-01-knight-capital"), unit="USD", rng=rng())
    assert knight.figure == "at least USD 472 million"
    # 400 and 365 minutes are two accounts of one window: never 765.
    gitlab = impact.total(of("2017-01-31-gitlab-database"), unit="minutes", rng=rng())
    assert gitlab.value is None
    assert gitlab.low is None or gitlab.low < 400


def test_shares_of_the_variance() -> None:
    # Uniform widths 1, 2 and 3: variances 1/12, 4/12, 9/12.
    found = impact.variance_shares(
        ledger({"low": 0, "high": 1}, {"low": 0, "high": 2}, {"low": 0, "high": 3}, {"likely": 5}), unit="EUR"
    )
    assert found["line"].tolist() == ["i3", "i2", "i1"]
    assert found["share_ratio"].tolist() == pytest.approx([9 / 14, 4 / 14, 1 / 14], rel=1e-4)
    # Two of one group: Var(X + Y) = (1 + 2)² / 12, of which X has 1·(1 + 2) and Y 2·(1 + 2).
    grouped = impact.variance_shares(
        ledger({"low": 0, "high": 1, "together": "g"}, {"low": 0, "high": 2, "together": "g"}), unit="EUR"
    )
    assert grouped["share_ratio"].tolist() == pytest.approx([2 / 3, 1 / 3], rel=1e-4)


def test_the_unknown_comes_first_under_worth_closing() -> None:
    found = impact.worth_closing(
        ledger({"low": 0, "high": 1}, {"low": 3}, {}, {"low": 0, "high": 5}, {"likely": 2}, {"role": "context"})
    )
    assert found["line"].tolist() == ["i3", "i2", "i4", "i1"]
    assert found["why"].iloc[0] == "no figure is known"


# Currencies --------------------------------------------------------------------------------------------------------


def rate(**given: Any) -> ExchangeRate:
    return ExchangeRate.model_validate({"from": "USD", "to": "EUR", "rate": 0.9, "date": "2026-03-07", **given})


def test_money_is_converted_at_a_stated_rate_and_date_only() -> None:
    lines = ({"likely": 10}, {"likely": 100, "unit": "USD"})
    with pytest.raises(ParameterError, match="without a rate") as error:
        total(*lines)
    assert "rates:" in error.value.remedy
    found = total(*lines, rates=[rate(source="central bank")])
    assert found.value == pytest.approx(100)
    assert "USD at EUR 0.9 of 2026-03-07, central bank" in found.method
    back = total(*lines, unit="USD", rates=[rate()])
    assert back.value == pytest.approx(100 + 10 / 0.9)
    with pytest.raises(ParameterError, match="has no date"):
        total(*lines, rates=[rate(date=None)])
    with pytest.raises(ParameterError, match="several rates"):
        total(*lines, rates=[rate(), rate(rate=0.95)])


# Credits -----------------------------------------------------------------------------------------------------------

SCHEDULE = [Credit(below=0.999, share_of_bill=0.1), Credit(below=0.99, share_of_bill=0.25)]


@pytest.mark.parametrize(
    ("value", "low", "high", "expected"),
    [
        (0.9995, 0.9994, 0.9996, (0.0, 0.0, 0.0)),
        (0.9985, 0.9984, 0.9986, (0.1, 0.1, 0.1)),
        (0.98, 0.97, 0.985, (0.25, 0.25, 0.25)),
        (0.9989, 0.9985, 0.9993, (0.1, 0.0, 0.1)),
        (0.999, 0.999, 0.999, (0.0, 0.0, 0.0)),
    ],
)
def test_credits_are_the_step_that_was_missed(value: float, low: float, high: float, expected: Any) -> None:
    found = impact.sla_credits(Estimate(value, low, high, level=0.9, interval="confidence"), schedule=SCHEDULE)
    assert (found.value, found.low, found.high) == expected
    billed = impact.sla_credits(
        Estimate(value, low, high, level=0.9, interval="confidence"), schedule=SCHEDULE, bill=200, unit="EUR"
    )
    assert billed.value == pytest.approx(expected[0] * 200)


def test_credits_of_what_is_unknown_are_unknown() -> None:
    assert not impact.sla_credits(Estimate.unknown("nobody counted"), schedule=SCHEDULE).known
    assert not impact.sla_credits(Estimate(0.9), schedule=()).known


# Recovery point ----------------------------------------------------------------------------------------------------


def test_both_figures_of_the_recovery_point_stand() -> None:
    found = impact.data_loss(impact.ledger(read_incident(SHIPPED / "2017-01-31-gitlab-database")), objective="24h")
    reached = found[found["name"] == "recovery_point"]
    assert reached["value"].tolist() == [400 * 60, 365 * 60]
    assert found.loc[found["name"] == "beyond_objective", "value"].tolist() == [0, 0]
    assert not frames.to_estimate(impact.data_loss(ledger({"likely": 3})).iloc[0]).known


# Bad input ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("unit", "message"),
    [("EURO", "'EUR'"), ("GBP", "rate"), ("percent", "what is counted"), ("", "one of"), ("pieces", "one of")],
)
def test_an_unknown_unit_is_refused(unit: str, message: str) -> None:
    with pytest.raises(IncidentAnalysisError) as error:
        total({"likely": 3}, unit=unit)
    assert message in error.value.remedy


def test_heads_are_not_added() -> None:
    with pytest.raises(ParameterError, match="the same one can stand in two lines"):
        total({"kind": "customers", "unit": "users", "likely": 3}, unit="users")


@pytest.mark.parametrize(
    ("change", "message"),
    [({"low": -5.0}, "role: gain"), ({"low": 9.0, "likely": 5.0}, "low ≤ likely ≤ high")],
)
def test_negative_and_reversed_ranges_are_refused(change: dict[str, float], message: str) -> None:
    wrong = ledger({"likely": 5}).assign(**change)
    for call in (
        lambda: impact.total(wrong, unit="EUR", rng=rng()),
        lambda: impact.worth_closing(wrong),
        lambda: impact.data_loss(wrong),
    ):
        with pytest.raises(IncidentAnalysisError) as error:
            call()
        assert message in error.value.remedy


def test_a_negative_amount_in_an_incident_is_refused() -> None:
    line = {"kind": "money", "what": "x", "likely": -3, "unit": "EUR"}
    base = {"id": "a", "title": "A", "severity": "P3", "times": {"started": "2026-01-01"}, "impact": [line]}
    with pytest.raises(ValueError, match="negative"):
        Incident.model_validate(base)


def test_a_schedule_in_percent_is_refused() -> None:
    with pytest.raises(ParameterError, match="no ratio") as error:
        impact.sla_credits(Estimate(0.99), schedule=[Credit(below=99.9, share_of_bill=0.1)])
    assert error.value.remedy == "write 0.999"
