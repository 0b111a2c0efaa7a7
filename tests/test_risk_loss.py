"""The loss of a year: R18–R20 through the register, simulated years against exact ones, treatments, bad input."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from incident_analysis import frames, risk
from incident_analysis.errors import FrameError, MethodError, ParameterError
from incident_analysis.incident import Incident
from incident_analysis.register import Register, Scenario


def scenario(name: str = "s", **changes: Any) -> Scenario:
    given: dict[str, Any] = {
        "id": name,
        "title": f"Scenario {name}",
        "as_of": "2020-01-01",
        "cause": {"what": "The cause", "rate_per_year": 0.1},
        "effects": [effect()],
    }
    return Scenario.model_validate({**given, **changes})


def effect(name: str = "e", probability: Any = 1, unit: str = "EUR", **size: Any) -> dict[str, Any]:
    size = size or {"low": 1e5, "high": 1e6, "level": 0.9}
    return {"id": name, "what": f"The effect {name}", "probability": probability, "consequence": {**size, "unit": unit}}


def value(estimates: pd.DataFrame, name: str, **keys: str) -> Any:
    rows = estimates[estimates["name"] == name]
    for key, wanted in keys.items():
        rows = rows[rows[key] == wanted]
    return frames.to_estimate(rows.iloc[0])


def test_r18_and_r20_through_the_register() -> None:
    """R18: frequency .1 and 1e5–1e6 cost 40400.128269457266 a year (M4: not the mode, not frequency × one loss)."""
    found = risk.annual_loss(scenario())
    assert value(found, "expected_annual_loss", scenario_id="s").value == pytest.approx(40400.128269457266, rel=1e-12)
    assert value(found, "any_loss_probability").value == pytest.approx(0.095163, abs=5e-7)
    assert value(found, "annual_loss_90").value == 0
    curve = risk.exceedance(scenario(cause={"what": "c", "rate_per_year": 3}))
    assert curve["exceedance_probability"].iloc[0] == pytest.approx(0.950213, abs=5e-7)
    assert curve["x"].iloc[0] == 0
    assert (curve["exceedance_probability"].diff().dropna() <= 1e-9).all()
    assert curve["exceedance_probability"].iloc[-1] == pytest.approx(1e-4, rel=0.01)


def test_a_mode_is_no_mean() -> None:
    """M4 and R19: the mean of PERT(20, 100, 900) is 220."""
    one = scenario(effects=[effect(low=20, likely=100, high=900, distribution="pert")])
    assert value(risk.annual_loss(one), "expected_annual_loss", scenario_id="s").value == pytest.approx(22.0)


def test_the_interval_of_the_expected_loss_is_that_of_the_rate() -> None:
    uncertain = scenario(cause={"what": "c", "rate_per_year": {"low": 0.2, "high": 2, "level": 0.9}})
    one = value(risk.annual_loss(uncertain, level=0.9), "expected_annual_loss", scenario_id="s")
    mean = math.exp((math.log(1e5) + math.log(1e6)) / 2 + (math.log(10) / (2 * stats.norm.ppf(0.95))) ** 2 / 2)
    assert (one.low, one.high) == pytest.approx((0.2 * mean, 2 * mean), rel=1e-6)


def test_units_have_their_own_rows_and_no_curve_mixes_them() -> None:
    """Must show 6: mixed currencies."""
    both = [scenario("a"), scenario("b", effects=[effect(unit="USD")])]
    found = risk.annual_loss(both)
    assert set(found["loss_unit"]) == {"EUR", "USD"}
    with pytest.raises(
        ParameterError, match=r"consequences in EUR and USD: units are never mixed.*\nTo fix: choose one"
    ):
        risk.exceedance(both)
    with pytest.raises(ParameterError, match="units are never mixed"):
        risk.simulate_losses(both, years=10, rng=np.random.default_rng(1))
    assert set(risk.exceedance(both, unit="USD")["unit"]) == {"USD"}
    with pytest.raises(ParameterError, match=r"no consequence in CHF\nTo fix: use one of EUR or USD"):
        risk.exceedance(both, unit="CHF")


def test_what_is_unknown_is_named_and_never_zero() -> None:
    some = [scenario("a"), scenario("b", cause={"what": "c"}), scenario("c", effects=[])]
    found = risk.annual_loss(some)
    for name in ("b", "c"):
        assert not value(found, "expected_annual_loss", scenario_id=name).known
    assert "without b and c" in value(found, "annual_loss_95").method
    with pytest.raises(MethodError, match="no loss in EUR is known") as error:
        risk.exceedance([some[1]])
    assert "state rate, probability and consequence" in error.value.remedy
    with pytest.raises(MethodError, match="no scenario states a consequence"):
        risk.exceedance([scenario(effects=[{"id": "e", "what": "w"}])])


SOME = [
    scenario(
        "a",
        cause={"what": "c", "rate_per_year": {"low": 0.2, "high": 2, "level": 0.9}},
        effects=[
            effect("e", {"low": 0.05, "high": 0.4, "level": 0.9}),
            effect("f", {"low": 0.5, "high": 0.95, "level": 0.9}, low=1e4, high=2e5, level=0.9),
        ],
    ),
    scenario(
        "b", cause={"what": "c", "rate_per_year": {"low": 0.5, "high": 4, "level": 0.9}}, effects=[effect("e", 0.5)]
    ),
]


@pytest.mark.parametrize(
    "years", [pytest.param(20_000, id="small"), pytest.param(400_000, id="full", marks=pytest.mark.slow)]
)
def test_simulated_years_agree_with_exact_ones(years: int) -> None:
    """Must show 2: at 20 points the exceedance lies within 4 Monte Carlo errors, for the sum and for the largest."""
    losses = risk.simulate_losses(SOME, years=years, rng=np.random.default_rng(5))
    for of, column in (("sum", "loss_sum"), ("largest", "loss_largest")):
        x = np.geomspace(1e4, 4e6, 20)
        exact = risk.curve(risk.losses_of(SOME, "EUR"), of=of, x=x)["exceedance_probability"].to_numpy()  # type: ignore[arg-type]
        seen = np.array([(losses[column] > one).mean() for one in x])
        off = np.abs(seen - exact) / np.sqrt(exact * (1 - exact) / years)
        print(f"{of}: at most {off.max():.2f} Monte Carlo errors over 20 points, {years} years")
        assert off.max() < 4
    exact_rows, seen_rows = risk.annual_loss(SOME), risk.annual_loss(losses, level=0.999)
    for name in ("annual_loss_50", "annual_loss_95", "annual_loss_99", "any_loss_probability", "largest_loss_95"):
        one, other = value(seen_rows, name), value(exact_rows, name)
        assert one.low <= other.value <= one.high, name
    assert value(seen_rows, "tail_value_at_risk_95").value == pytest.approx(
        value(exact_rows, "tail_value_at_risk_95").value, rel=0.1
    )
    assert "Monte Carlo error" in value(seen_rows, "annual_loss_95").method


@pytest.mark.parametrize(
    "years", [pytest.param(2_000, id="small"), pytest.param(10_000, id="full", marks=pytest.mark.slow)]
)
def test_the_years_loss_is_uniform_in_its_own_distribution(years: int) -> None:
    """Must show 2: the randomised probability integral transform, with truths drawn from the beliefs."""
    rng = np.random.default_rng(6)
    losses = risk.simulate_losses(SOME, years=years, rng=rng)["loss_sum"].to_numpy()
    known = risk.losses_of(SOME, "EUR")
    x = np.unique(np.append(0.0, losses))
    above = np.interp(losses, x, risk.curve(known, x=x)["exceedance_probability"].to_numpy())
    none = float(risk.curve(known, x=[0.0])["exceedance_probability"].iloc[0])
    # Where no loss comes the transform is anywhere below that probability.
    u = np.where(losses > 0, 1 - above, rng.random(years) * (1 - none))
    p = stats.kstest(u, "uniform").pvalue
    print(f"{years} years: Kolmogorov-Smirnov p = {p:.3f}")
    assert p > 0.001


@pytest.mark.parametrize(
    "replicates", [pytest.param(300, id="small"), pytest.param(3_000, id="full", marks=pytest.mark.slow)]
)
def test_expected_annual_loss_covers(replicates: int) -> None:
    """Design section 9 (c): the true mean loss of a year lies in its interval, rate and probability from their beliefs."""
    from incident_analysis.statistics import Beta, Gamma, Lognormal, compound, joint

    rng = np.random.default_rng(7)
    rate, share, loss = Gamma.from_interval(0.2, 2, level=0.9), Beta(1, 9), Lognormal.from_interval(1e4, 2e5, level=0.9)
    cached: dict[int, list[float]] = {}
    inside = 0
    for _ in range(replicates):
        r, p = rng.gamma(rate.shape, 1 / rate.rate), rng.beta(share.a, share.b)
        count = int(rng.poisson(r * p * 5))
        if count not in cached:
            seen = joint.update(rate, share, count=count, exposure=5)
            cached[count] = compound.quantiles_of_sum([(seen.product, loss.mean)], [0.05, 0.95])
        low, high = cached[count]
        inside += low <= r * p * loss.mean <= high
    error = math.sqrt(0.09 / replicates)
    print(f"expected annual loss: {inside / replicates:.4f} of {replicates} at 0.9, Monte Carlo error {error:.4f}")
    assert abs(inside / replicates - 0.9) <= 3 * error


def test_what_moves_together_has_worse_bad_years_and_the_same_mean() -> None:
    alone = [scenario(n, cause={"what": "c", "rate_per_year": {"low": 0.2, "high": 2, "level": 0.9}}) for n in "abc"]
    bound = [s.model_copy(update={"moves_with": ("a",)}) if s.id != "a" else s for s in alone]
    with pytest.raises(MethodError, match=r"b and c move with others.*\nTo fix: simulate"):
        risk.exceedance(bound)
    made = {
        name: risk.annual_loss(risk.simulate_losses(some, years=40_000, rng=np.random.default_rng(8)))
        for name, some in (("alone", alone), ("bound", bound))
    }
    means = [value(made[n], "expected_annual_loss") for n in ("alone", "bound")]
    assert means[0].value == pytest.approx(means[1].value, rel=0.05)
    tails = [value(made[n], "annual_loss_99").value for n in ("alone", "bound")]
    assert tails[1] > 1.3 * tails[0]
    assert "as if b and c moved alone" in value(risk.annual_loss(bound), "annual_loss_95").method


def test_a_cap_holds_for_the_year() -> None:
    capped = scenario(cause={"what": "c", "rate_per_year": 3}, cap={"value": 5e5, "unit": "EUR"})
    losses = risk.simulate_losses(capped, years=5_000, rng=np.random.default_rng(9))
    assert losses["loss_sum"].max() == 5e5
    assert (losses["loss_largest"] <= losses["loss_sum"] + 1e-9).all()
    with pytest.raises(ParameterError, match="cap of s is in USD"):
        risk.simulate_losses(scenario(cap={"value": 5e5, "unit": "USD"}), years=10, rng=np.random.default_rng(9))


def test_the_same_seed_gives_the_same_years() -> None:
    first, second = (risk.simulate_losses(SOME, years=500, rng=np.random.default_rng(1)) for _ in range(2))
    pd.testing.assert_frame_equal(first, second)
    frames.check(first, frames.LOSSES, where="test")
    frames.check(risk.exceedance(first), frames.LOSS_CURVE, where="test")


@pytest.mark.parametrize("years", [0, -3, 2.5])
def test_impossible_years(years: Any) -> None:
    with pytest.raises(ParameterError, match=r"years is .*\nTo fix"):
        risk.simulate_losses(scenario(), years=years, rng=np.random.default_rng(1))


def test_frames_that_are_no_years() -> None:
    with pytest.raises(FrameError, match="LOSSES without"):
        risk.exceedance(pd.DataFrame({"x": [1.0]}))
    with pytest.raises(ParameterError, match="of is 'max'"):
        risk.exceedance(scenario(), of="max")  # type: ignore[arg-type]


# Treatments -------------------------------------------------------------------------------------------------------


def acted(*actions: dict[str, Any]) -> pd.DataFrame:
    incident = Incident.model_validate(
        {
            "id": "i",
            "title": "t",
            "severity": {"level": "P3", "reason": "r"},
            "times": {"started": {"time": "2022-01-01T00:00:00Z"}},
            "actions": {"prevention": list(actions)},
        }
    )
    return risk.actions(incident)


def test_a_stated_share_is_cut_and_an_unstated_one_is_unknown() -> None:
    """Half of R18's rate: 20200.06 a year; a share that is not stated is not taken for everything."""
    known = {"id": "a1", "text": "Half", "cuts": [{"id": "s", "share": {"value": 0.5}}], "cost": "5 days"}
    unknown = {"id": "a2", "text": "Something", "cuts": ["e"]}
    found = risk.treatments(scenario(), actions=acted(known, unknown))
    before = value(found.estimates, "risk_before", action_id="a1")
    assert before.value == pytest.approx(40400.128269457266)
    assert value(found.estimates, "risk_after", action_id="a1").value == pytest.approx(20200.064134728633)
    after = value(found.estimates, "risk_after", action_id="a2")
    assert not after.known
    assert "not stated" in after.reason
    together = value(found.estimates, "risk_after", action_id="")
    assert together.value == pytest.approx(20200.064134728633)
    assert "without 1 cut whose share is not stated" in found.table.iloc[-1, 0]
    assert found.uncovered.empty
    assert found.table["Cost"].tolist()[0] == "5 days"


def test_a_range_of_shares_widens_what_is_left() -> None:
    share = {"low": 0.2, "high": 0.8, "level": 0.9}
    found = risk.treatments(scenario(), actions=acted({"id": "a", "text": "x", "cuts": [{"id": "e", "share": share}]}))
    after = value(found.estimates, "risk_after", action_id="a")
    assert (after.low, after.high) == pytest.approx((0.2 * 40400.128, 0.8 * 40400.128), rel=1e-3)
    assert list(found.uncovered["id"]) == ["s"]
    assert "No action is said to cover “The cause”" in found.sentence


def test_an_event_of_a_gate_is_cut() -> None:
    """Theatre (R16): mains halved halves .00207."""
    gate = {
        "events": [
            {"id": "m", "probability": 0.03},
            {"id": "g", "probability": 0.02},
            {"id": "r", "probability": 0.05},
        ],
        "all_of": ["m", {"any_of": ["g", "r"]}],
    }
    one = scenario(cause={"what": "dark", "gate": gate}, effects=[effect(value=1000)])
    found = risk.treatments(
        one, actions=acted({"id": "a", "text": "x", "cuts": [{"id": "m", "share": {"value": 0.5}}]})
    )
    assert value(found.estimates, "risk_before", action_id="a").value == pytest.approx(2.07)
    assert value(found.estimates, "risk_after", action_id="a").value == pytest.approx(1.035)
    assert set(found.uncovered["id"]) == {"s", "g", "r", "e"}


def test_no_action_and_rejected_actions() -> None:
    nothing = risk.treatments(scenario(), actions=acted())
    assert "unknown" in nothing.sentence
    rejected = acted({"id": "a", "text": "x", "status": "rejected", "cuts": [{"id": "s", "share": {"value": 0.5}}]})
    assert risk.treatments(scenario(), actions=rejected).table.empty
    with pytest.raises(ParameterError, match=r"cuts a share of 50\nTo fix: give a ratio between 0 and 1: 0.5 for 50 %"):
        risk.treatments(
            scenario(), actions=acted({"id": "a", "text": "x", "cuts": [{"id": "s", "share": {"value": 50}}]})
        )


def test_a_register_gives_what_its_scenarios_give() -> None:
    pd.testing.assert_frame_equal(
        risk.annual_loss(Register(scenarios=tuple(SOME))).drop(columns="evidence"),
        risk.annual_loss(SOME).drop(columns="evidence"),
    )
