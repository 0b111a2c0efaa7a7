"""Verdicts: what counts and what does not, the rule that fits what was counted, and that every number is traceable."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incident_analysis import frames, risk, words
from incident_analysis.errors import ParameterError, RegisterError
from incident_analysis.incident import Incident, read_incident
from incident_analysis.register import Register, Scenario, read_register
from incident_analysis.statistics import Beta, Gamma, Point, joint, rates

#: Every prior of the tests below is of this day; years have 365.25 days.
AS_OF = "2020-01-01"


def scenario(**changes: Any) -> Scenario:
    """The prior of R10 with P ~ Beta(1, 9): as exact figures would not be, as ranges."""
    given: dict[str, Any] = {
        "id": "s",
        "title": "Something fails",
        "as_of": AS_OF,
        "cause": {"what": "The cause", "rate_per_year": {"low": 0.2, "high": 2, "level": 0.9, "source": "us"}},
        "effects": [
            {"id": "e", "what": "The effect", "probability": {"low": 0.05, "high": 0.4, "level": 0.9, "source": "us"}}
        ],
    }
    return Scenario.model_validate({**given, **changes})


def incident(when: str, *, effects: tuple[str, ...] = ("e",), occurred: bool | None = True, **changes: Any) -> Incident:
    told = {"id": "s", "cause_occurred": occurred, "effects": list(effects), "impact": changes.pop("lines", [])}
    return Incident.model_validate(
        {
            "id": f"i-{when[:10]}",
            "title": "t",
            "severity": {"level": "P3", "reason": "r"},
            "times": {"started": {"time": when}},
            "risk": {"scenarios": [told]},
            **changes,
        }
    )


def values(verdict: risk.Verdict, name: str, effect: str | None = None) -> tuple[float | None, ...]:
    rows = verdict.estimates[verdict.estimates["name"] == name]
    if effect is not None:
        rows = rows[rows["effect_id"] == effect]
    (row,) = rows.to_dict("records")
    one = frames.to_estimate(row)
    return one.value, one.low, one.high


@pytest.fixture
def checkout(root: Path) -> Incident:
    return read_incident(root / "tests" / "data" / "2026-03-07-checkout")


@pytest.fixture
def register(root: Path) -> Register:
    return read_register(root / "tests" / "data" / "risk_register.yaml")


def test_counted_causes_update_the_rate_alone() -> None:
    """R10: 3 occurrences in 1 year give mean 1.46205 (90 %: .60424–2.62232); R13's rule for the effect among them."""
    window = {
        "from": AS_OF,
        "until": "2020-12-31",
        "exposure_years": 1,
        "counts": "causes",
        "cause_count": 3,
        "effect_counts": {"e": 1},
    }
    one = scenario(observed=[window])
    found = risk.verdict(one, incidents=[], as_of="2020-12-31", level=0.9)
    assert found.posterior_rate is not None
    assert found.posterior_rate.mean == pytest.approx(1.46205, abs=1e-3)
    probability = one.effects[0].probability
    assert probability is not None
    assert probability.low is not None
    assert probability.high is not None
    prior = Beta.from_interval(probability.low, probability.high, level=0.9)
    # The last day's gap is empty, so the Beta-Binomial rule alone is at work.
    assert found.effects[0].probability_now[0] == Beta(prior.a + 1, prior.b + 2)
    assert values(found, "cause_count")[0] == 3
    assert values(found, "effect_probability_counted")[0] == pytest.approx(1 / 3)


def test_r12_surprise() -> None:
    """R12: Gamma(2, 4 years), 4 events in 1 year: P(X ≥ 4) = .00672."""
    low, high = Gamma(2, 4).interval(0.9)
    window = {"from": AS_OF, "until": "2020-12-31", "exposure_years": 1, "counts": "causes", "cause_count": 4}
    cause = {"what": "c", "rate_per_year": {"low": low, "high": high, "level": 0.9, "distribution": "gamma"}}
    found = risk.verdict(scenario(cause=cause, observed=[window]), incidents=[], as_of="2020-12-31", level=0.9)
    assert values(found, "cause_count_chance")[0] == pytest.approx(0.00672, abs=5e-6)
    assert values(found, "cause_count_surprise")[0] == pytest.approx(7.217, abs=2e-3)


def test_incidents_alone_update_the_product_jointly() -> None:
    """M8: the rate is not updated as if incidents were all occurrences of the cause."""
    one = scenario()
    found = risk.verdict(one, incidents=[incident("2022-06-01T00:00:00Z")], as_of="2024-12-31", level=0.9)
    prior, share = found.prior_rate, found.effects[0].probability.distribution
    assert prior is not None
    assert share is not None
    years = (datetime(2025, 1, 1, tzinfo=UTC) - datetime(2020, 1, 1, tzinfo=UTC)).days / 365.25
    expected = joint.update(prior, share, count=1, exposure=years)
    assert values(found, "loss_event_frequency_now")[0] == pytest.approx(expected.product.mean)
    assert values(found, "cause_rate_now")[0] == pytest.approx(expected.rate.mean)
    assert values(found, "effect_probability_now")[0] == pytest.approx(expected.probability.mean)
    naive = rates.update(prior, count=1, exposure=years)
    assert abs(values(found, "cause_rate_now")[0] - naive.mean) > 0.2  # type: ignore[operator]
    assert "hardly tell apart" in found.paragraph
    assert found.table["Now"].str.contains("hardly told apart").sum() == 2


def test_the_share_of_effects_is_unknown_from_incidents_alone() -> None:
    """M7: postmortems exist because the effect happened; without near misses the share has no denominator."""
    found = risk.verdict(scenario(), incidents=[incident("2022-06-01T00:00:00Z")], as_of="2024-12-31", level=0.9)
    (row,) = found.estimates[found.estimates["name"] == "effect_probability_counted"].to_dict("records")
    one = frames.to_estimate(row)
    assert not one.known
    assert "near misses" in one.reason


def test_nothing_is_counted_twice() -> None:
    """Before the prior, inside an observed time, after the verdict: each left out, with the reason."""
    window = {"from": "2021-01-01", "until": "2021-12-31", "counts": "incidents", "effect_counts": {"e": 2}}
    everything = [
        incident("2019-06-01T00:00:00Z"),
        incident("2021-06-01T00:00:00Z"),
        incident("2022-06-01T00:00:00Z"),
        incident("2023-06-01T00:00:00Z", occurred=False),
        incident("2026-06-01T00:00:00Z"),
    ]
    found = risk.verdict(scenario(observed=[window]), incidents=everything, as_of="2024-12-31", level=0.9)
    assert values(found, "loss_event_count")[0] == 3
    assert values(found, "loss_event_exposure_years")[0] == pytest.approx(1827 / 365.25)
    for name, why in (
        ("i-2019-06-01", "began before the prior"),
        ("i-2021-06-01", "lies inside the counts"),
        ("i-2023-06-01", "did not occur"),
        ("i-2026-06-01", "after the instant of this verdict"),
    ):
        assert re.search(f"{name} [^;]*{why}", found.paragraph)
    alone = risk.verdict(scenario(observed=[window]), incidents=[everything[2]], as_of="2024-12-31", level=0.9)
    pd.testing.assert_frame_equal(
        found.estimates.drop(columns="evidence"), alone.estimates.drop(columns="evidence"), check_exact=True
    )


def test_counts_older_than_the_prior_or_later_than_the_verdict_are_left_out() -> None:
    windows = [
        {"from": "2018-01-01", "until": "2018-12-31", "counts": "causes", "cause_count": 9},
        {"from": "2024-01-01", "until": "2026-12-31", "counts": "causes", "cause_count": 9},
    ]
    found = risk.verdict(scenario(observed=windows), incidents=[], as_of="2021-01-01", level=0.9)
    assert "cause_count" not in set(found.estimates["name"])
    assert "older than the prior" in found.paragraph
    assert "beyond the instant" in found.paragraph


@pytest.mark.parametrize("when", ["2019-06-01T00:00:00Z", "2020-01-01T12:00:00Z"])
def test_a_prior_not_older_than_the_incident_is_reconstructed(when: str) -> None:
    """The same day is not before: a date is that whole day."""
    found = risk.verdict(scenario(), incidents=[incident(when)], as_of=None, level=0.9)
    assert found.reconstructed
    assert found.heading.startswith("Reconstructed afterwards")
    assert not found.estimates["name"].str.contains("surprise|chance|score").any()
    assert "bits" not in found.paragraph
    assert values(found, "cause_rate_now")[0] == values(found, "cause_rate_assumed")[0]
    assert set(found.curves()["which"]) == {"prior"}


def test_an_older_prior_is_not_reconstructed(checkout: Incident, register: Register) -> None:
    (found,) = risk.verdicts(checkout, register, as_of=None, level=0.9)
    assert not found.reconstructed
    assert found.heading == "The connection pool of a payment service runs out"
    assert "Surprise at seeing at least as much" in found.paragraph


def test_the_made_up_incident(checkout: Incident, register: Register) -> None:
    """Causes counted up to the day before (2 in 0.14 years), then one incident: both rules, one after the other."""
    (found,) = risk.verdicts(checkout, register, as_of=None, level=0.9)
    counted = Gamma.from_interval(0.2, 2, level=0.9)
    counted = Gamma(counted.shape + 2, counted.rate + 0.14)
    share = Beta.from_interval(0.02, 0.3, level=0.9)
    gap = (datetime(2026, 3, 9, 9, tzinfo=UTC) - datetime(2026, 3, 7, tzinfo=UTC)).total_seconds() / (365.25 * 86400)
    expected = joint.update(counted, Beta(share.a, share.b + 2), count=1, exposure=gap)
    assert values(found, "loss_event_frequency_now", "refused")[0] == pytest.approx(expected.product.mean)
    assert values(found, "cause_rate_now")[0] == pytest.approx(expected.rate.mean)
    assert values(found, "cause_count_chance")[0] == pytest.approx(
        rates.tail(Gamma.from_interval(0.2, 2, level=0.9), count=2, exposure=0.14)
    )
    assert values(found, "loss_magnitude_happened", "refused") == (60000, 41000, 95000)
    assert "loss_magnitude_happened" not in set(found.estimates.query("effect_id == 'slow'")["name"])


def test_every_number_of_the_paragraph_stands_in_the_table_or_comes_from_the_register(
    checkout: Incident, register: Register
) -> None:
    (found,) = risk.verdicts(checkout, register, as_of=None, level=0.9)
    told = " ".join(found.table.astype(str).to_numpy().ravel())
    stated = f"{found.scenario.as_of} {checkout.id} {words.percent(0.9)}"
    for number in re.findall(r"\d[\d.,]*\d|\d", found.paragraph):
        assert number in told or number in stated, number


def test_units_are_never_mixed() -> None:
    """An impact line in another unit is not held against the consequence, and lines are never added."""
    size = {"low": 1000, "high": 9000, "level": 0.9, "unit": "EUR"}
    effect = {"id": "e", "what": "w", "probability": {"value": 0.5}, "consequence": size}

    def happened(*lines: dict[str, Any]) -> set[str]:
        one = incident(
            "2022-06-01T00:00:00Z",
            impact=[{"kind": "money", "what": "m", **line} for line in lines],
            lines=[line["id"] for line in lines],
        )
        return set(
            risk.verdict(scenario(effects=[effect]), incidents=[one], as_of="2023-01-01", level=0.9).estimates["name"]
        )

    assert "loss_magnitude_happened" in happened({"id": "a", "likely": 5000, "unit": "EUR"})
    assert "loss_magnitude_happened" not in happened({"id": "a", "likely": 5000, "unit": "USD"})
    assert "loss_magnitude_happened" not in happened(
        {"id": "a", "likely": 5, "unit": "EUR"}, {"id": "b", "likely": 6, "unit": "EUR"}
    )


def test_accounts_that_disagree_bound_the_consequence() -> None:
    effect = {"id": "e", "what": "w", "probability": {"value": 0.5}, "consequence": {"unit": "minutes"}}
    lines = [
        {"id": "a", "kind": "data", "what": "m", "likely": 400, "unit": "minutes", "conflicts_with": "b"},
        {"id": "b", "kind": "data", "what": "m", "likely": 365, "unit": "minutes"},
    ]
    one = incident("2022-06-01T00:00:00Z", impact=lines, lines=["a", "b"])
    found = risk.verdict(scenario(effects=[effect]), incidents=[one], as_of="2023-01-01", level=0.9)
    assert values(found, "loss_magnitude_happened") == (None, 365, 400)


@pytest.mark.parametrize(
    "changes",
    [
        {"cause": {"what": "c"}},
        {"cause": {"what": "c", "rate_per_year": {"low": None, "source": "nobody"}}},
        {"cause": {"what": "c", "rate_per_year": {"low": 0.2}}},
        {"effects": [{"id": "e", "what": "w"}]},
        {"effects": []},
    ],
)
def test_what_is_not_stated_is_unknown_and_nothing_else_breaks(changes: dict[str, Any]) -> None:
    found = risk.verdict(scenario(**changes), incidents=[incident("2022-06-01T00:00:00Z")], as_of=None, level=0.9)
    unknown = found.estimates[found.estimates["value"].isna() & found.estimates["low"].isna()]
    if changes != {"effects": []}:
        assert len(unknown)
        assert (unknown["reason"] != "").all()
        assert "unknown" in found.paragraph
    assert not (found.table == "").to_numpy().any()
    assert not (found.estimates["value"] == 0).any() or "0 bits" in found.paragraph


def test_an_exact_figure_does_not_move() -> None:
    cause = {"what": "c", "rate_per_year": {"value": 0.5, "source": "s"}}
    found = risk.verdict(scenario(cause=cause), incidents=[incident("2022-06-01T00:00:00Z")], as_of=None, level=0.9)
    assert found.posterior_rate == Point(0.5)
    assert "hardly tell apart" not in found.paragraph


def test_a_range_that_no_distribution_has_is_an_error_of_the_register() -> None:
    cause = {"what": "c", "rate_per_year": {"low": 1, "high": 1.0000001, "level": 0.9}}
    with pytest.raises(RegisterError, match=r"s\.cause\.rate_per_year: no usable gamma.*\nTo fix: widen"):
        risk.verdict(scenario(cause=cause), incidents=[], as_of="2021-01-01", level=0.9)


def test_a_gate_is_a_probability_in_a_year(register: Register) -> None:
    """(disk or wrong host) and both of backup and replica broken: 1 − .98·.99 times the mean of the range times .05."""
    found = risk.verdict(register.scenario("primary-lost"), incidents=[], as_of="2026-04-01", level=0.9)
    backup = Beta.from_interval(0.01, 0.2, level=0.9)
    factor = (1 - 0.98 * 0.99) * 0.05
    value, low, high = values(found, "cause_rate_assumed")
    assert value == pytest.approx(factor * backup.mean, rel=1e-9)
    assert (low, high) == pytest.approx((factor * 0.01, factor * 0.2), rel=1e-4)
    assert "the gate's probability in a year" in found.paragraph


def test_the_register_and_the_incident_may_not_meet(checkout: Incident, register: Register) -> None:
    assert risk.verdicts(checkout, None, as_of=None, level=0.9) == ()
    assert risk.verdicts(checkout, Register(), as_of=None, level=0.9) == ()
    without = Incident.model_validate({**checkout.model_dump(by_alias=True), "risk": None, "unknowns": []})
    assert risk.verdicts(without, register, as_of=None, level=0.9) == ()


@pytest.mark.parametrize("as_of, level", [("12:30", 0.9), ("2021-01-01T00:00:00", 0.9), ("2021-01-01", 90)])
def test_wrong_arguments_say_what_to_do(as_of: str, level: float) -> None:
    with pytest.raises(ParameterError, match="To fix: "):
        risk.verdict(scenario(), incidents=[], as_of=as_of, level=level)


def test_the_curves_are_densities(checkout: Incident, register: Register) -> None:
    (found,) = risk.verdicts(checkout, register, as_of=None, level=0.9)
    curves = found.curves()
    assert list(curves.columns) == ["quantity", "effect_id", "which", "x", "density", "unit", "source"]
    for _, curve in curves.groupby(["quantity", "which"]):
        area = ((curve["density"] + curve["density"].shift()) / 2 * curve["x"].diff()).sum()
        assert area == pytest.approx(0.999, abs=0.01)
    assert (curves["source"] != "").all()


def test_the_same_twice(checkout: Incident, register: Register) -> None:
    first, second = (risk.verdicts(checkout, register, as_of=None, level=0.9)[0] for _ in range(2))
    assert first.paragraph == second.paragraph
    pd.testing.assert_frame_equal(first.estimates, second.estimates, check_exact=True)


def test_words_stay_blameless(checkout: Incident, register: Register) -> None:
    (found,) = risk.verdicts(checkout, register, as_of=None, level=0.9)
    for word in ("root cause", "human error", "fault of", "blame", "careless"):
        assert word not in found.paragraph.lower()


@settings(max_examples=20)
@given(
    low=st.floats(0.01, 10),
    spread=st.floats(1.5, 1000),
    shares=st.tuples(st.floats(0.001, 0.99), st.floats(0.001, 0.99)),
    count=st.integers(0, 4),
)
def test_a_verdict_is_never_nan(low: float, spread: float, shares: tuple[float, float], count: int) -> None:
    first, last = sorted(shares)
    if last - first < 0.01 * first:
        return
    one = scenario(
        cause={"what": "c", "rate_per_year": {"low": low, "high": low * spread, "level": 0.9}},
        effects=[{"id": "e", "what": "w", "probability": {"low": first, "high": last, "level": 0.9}}],
    )
    many = [incident(f"202{1 + i}-06-01T00:00:00Z") for i in range(count)]
    found = risk.verdict(one, incidents=many, as_of="2025-12-31", level=0.9)
    for name in ("cause_rate_now", "effect_probability_now", "loss_event_frequency_now"):
        value, lower, upper = values(found, name)
        assert value is not None
        assert lower is not None
        assert upper is not None
        assert 0 <= lower <= upper
        assert value > 0
