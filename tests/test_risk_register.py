"""A register after its incidents: every scenario updated, scores, conflict, near misses, reference classes.

The register of five years and its incidents are made up (tests/data/five_year_register.yaml, tests/five_years.py).
"""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from incident_analysis import frames, read_incident, read_incidents, risk
from incident_analysis.errors import FrameError, MethodError, ParameterError, RegisterError
from incident_analysis.register import Register, Scenario, read_register
from incident_analysis.risk import scoring
from incident_analysis.risk.deeper import below
from incident_analysis.statistics import Beta, Gamma, Lognormal, NormalInverseGamma, joint, rates
from tests.five_years import INCIDENTS, UNTIL, incident

#: R10's prior.
PRIOR = Gamma.from_interval(0.2, 2, level=0.9)


@pytest.fixture(scope="module")
def five_years(request: pytest.FixtureRequest) -> Register:
    return read_register(Path(request.config.rootpath) / "tests" / "data" / "five_year_register.yaml")


@pytest.fixture(scope="module")
def updated(five_years: Register) -> risk.RegisterUpdate:
    return risk.update_register(five_years, INCIDENTS, as_of=UNTIL)


def value(estimates: pd.DataFrame, name: str, **keys: str) -> Any:
    rows = estimates[estimates["name"] == name]
    for key, wanted in keys.items():
        rows = rows[rows[key] == wanted]
    return frames.to_estimate(rows.iloc[0])


# The register of five years -----------------------------------------------------------------------------------------


def test_the_register_is_named_as_made_up(five_years: Register, root: Path) -> None:
    assert all(s.title.startswith("Made up: ") for s in five_years.scenarios)
    assert (root / "tests" / "data" / "five_year_register.yaml").read_text(encoding="utf-8").startswith("# Made up")


def test_every_scenario_is_updated_those_that_never_came_too(
    updated: risk.RegisterUpdate, five_years: Register
) -> None:
    assert [v.scenario.id for v in updated.verdicts] == list(five_years.ids)
    never = value(updated.estimates, "loss_event_frequency_now", scenario_id="insider")
    before = value(updated.estimates, "loss_event_frequency_assumed", scenario_id="insider")
    assert never.value < before.value
    assert value(updated.estimates, "loss_event_count", scenario_id="insider").value == 0
    assert "the 2 that did not are updated by that too" in updated.sentence


def test_a_cause_in_no_scenario_is_not_in_the_register(updated: risk.RegisterUpdate) -> None:
    (row,) = updated.missing.to_dict("records")
    assert row["what"] == "The calendar had no 29 February."
    assert row["why"].startswith("not in the register")
    misnamed = incident("2023-01-01T00:00:00Z", "vendr", ("no-payments",))
    again = risk.update_register(Register(scenarios=(updated.verdicts[5].scenario,)), [misnamed], as_of=UNTIL)
    assert "did you mean 'vendor'?" in again.missing["why"].iloc[0]


def test_texts_for_what_is_rare_what_never_came_and_what_came_often(updated: risk.RegisterUpdate) -> None:
    told = {v.scenario.id: v.paragraph for v in updated.verdicts}
    assert "came 1 time in 5 years" in told["site-lost"]
    assert "the assumption still decides, and the counts are too few to correct it" in told["site-lost"]
    assert "came 0 times in 5 years" in told["insider"]
    assert "no incident of this scenario is counted" in told["insider"]
    assert "it came 21 times in 5 years" in told["certificate"]
    assert "contradict each other" in told["certificate"]
    assert "unknown" in told["reputation"]
    for text in told.values():
        assert not re.search(r"\bnan\b|\binf\b|None|  |\.\.|;\.", text), text
        assert not re.search(r"\d\.\d{7,}", text), text


def test_ten_events_in_a_year_are_one_sentence(five_years: Register) -> None:
    ten = [incident(f"2021-{m:02d}-03T00:00:00Z", "vendor", ("no-payments",), 9_000 + m) for m in range(1, 11)]
    found = risk.verdict(five_years.scenario("vendor"), incidents=ten, as_of="2021-12-31", level=0.9)
    assert found.paragraph.count("Happened: ") == 1
    assert "came 10 times in" in found.paragraph
    assert found.contradicted
    assert value(found.estimates, "cause_rate_now").value > 4


def test_every_number_of_every_paragraph_stands_in_its_table(updated: risk.RegisterUpdate) -> None:
    for one in updated.verdicts:
        told = " ".join(one.table.astype(str).to_numpy().ravel())
        stated = f"{one.scenario.as_of} 90 %" + " ".join(i.id for i in INCIDENTS) + told
        text = re.sub(r"Besides, \d+ near misses were reported", "", one.paragraph)
        text = re.sub(r"\d+ near miss(es)? outside the counts|the \d+ reported near miss(es)?", "", text)
        text = text.replace("one case in 20", "")
        for number in re.findall(r"\d[\d.,]*\d|\d", text):
            assert number in stated, (one.scenario.id, number)


def test_the_losses_that_came_change_the_next(updated: risk.RegisterUpdate, five_years: Register) -> None:
    """21,000 and 460,000 against EUR 5,000 to 150,000: the update of the log by hand."""
    size = five_years.scenario("capacity").effects[0].consequence
    assert size is not None
    prior = Lognormal.from_interval(5_000, 150_000, level=0.9)
    expected = NormalInverseGamma.from_interval(*prior.interval(0.9), level=0.9).update([21_000, 460_000]).next_loss
    found = value(updated.estimates, "loss_magnitude_now", scenario_id="capacity")
    assert (found.value, found.low, found.high) == pytest.approx((expected.quantile(0.5), *expected.interval(0.9)))
    assert found.high > 150_000
    assert "its mean is not finite" in found.method


def test_near_misses_with_a_known_reporting_share_tell_the_two_apart(
    updated: risk.RegisterUpdate, five_years: Register
) -> None:
    """Three near misses of which 20–60 % are reported, two incidents, five years: the joint update with them."""
    share = Beta.from_interval(0.2, 0.6, level=0.9)
    misses = joint.NearMisses(3, share)
    years = value(updated.estimates, "loss_event_exposure_years", scenario_id="bad-deploy").value
    seen = joint.update(
        Gamma.from_interval(2, 15, level=0.9), Beta.from_interval(0.02, 0.4, level=0.9), count=2, exposure=years,
        near_misses=misses,
    )  # fmt: skip
    assert value(updated.estimates, "cause_rate_now", scenario_id="bad-deploy").value == pytest.approx(seen.rate.mean)
    text = {v.scenario.id: v.paragraph for v in updated.verdicts}
    assert "hardly tell apart" not in text["bad-deploy"]
    assert "3 near misses were reported" in text["bad-deploy"]
    # Where nobody knows the share they bound.
    assert "at least" in text["capacity"]
    least = value(updated.estimates, "cause_rate_at_least", scenario_id="capacity")
    prior = Gamma.from_interval(0.3, 2, level=0.9)
    assert least.low == pytest.approx((prior.shape + 3) / (prior.rate + years), rel=1e-6)


def test_sensitivity_is_the_same_update_with_another_prior(updated: risk.RegisterUpdate) -> None:
    prior = Gamma.from_interval(0.5, 4, level=0.9)
    years = value(updated.estimates, "loss_event_exposure_years", scenario_id="vendor").value
    doubled = value(updated.estimates, "loss_event_frequency_now_rate_doubled", scenario_id="vendor")
    assert doubled.value == pytest.approx((prior.shape + 3) / (prior.rate / 2 + years), rel=1e-4)
    halved = value(updated.estimates, "loss_event_frequency_now_rate_halved", scenario_id="vendor")
    assert halved.value == pytest.approx((prior.shape + 3) / (prior.rate * 2 + years), rel=1e-4)
    wide = Gamma.from_interval(0.5 / math.sqrt(8), 4 * math.sqrt(8), level=0.9)
    width = value(updated.estimates, "loss_event_frequency_now_width_doubled", scenario_id="vendor")
    assert width.value == pytest.approx((wide.shape + 3) / (wide.rate + years), rel=1e-4)


def test_the_chance_of_a_dear_year_rises_with_what_was_seen(updated: risk.RegisterUpdate) -> None:
    before, now = (
        value(updated.estimates, f"exceedance_{w}", scenario_id="certificate").value for w in ("assumed", "now")
    )
    assert now > 2 * before
    assert before == pytest.approx(0.05, abs=0.005)


# Scores -------------------------------------------------------------------------------------------------------------


def test_the_register_of_five_years_is_scored(five_years: Register) -> None:
    found = risk.scores(five_years, INCIDENTS, as_of=UNTIL)
    assert len(found.forecasts) == 7
    assert int(found.forecasts["happened"].sum()) == 6
    p = found.forecasts["probability"].to_numpy()
    hit = found.forecasts["happened"].to_numpy(float)
    assert value(found.estimates, "brier_score").value == pytest.approx(np.mean((p - hit) ** 2))
    assert "With 7 forecasts little can be told" in found.paragraph
    assert "reliability" not in set(found.estimates["name"])
    # One of eight ranges did not hold: 460,000 against 5,000 to 150,000.
    assert len(found.intervals) == 8
    (missed,) = found.intervals[~found.intervals["inside"].astype(bool)].to_dict("records")
    assert (missed["scenario_id"], missed["value"]) == ("capacity", 460_000)
    assert "widen_by" not in set(found.estimates["name"])


def test_the_shared_example_carries_scores_and_a_verdict(root: Path) -> None:
    """A prior older than its incident; the folder is the project's copy of the shared example."""
    register = read_register(root / "tests" / "data" / "risk_register.yaml")
    checkout = read_incident(root / "tests" / "data" / "2026-03-07-checkout")
    (verdict,) = risk.verdicts(checkout, register, as_of=None, level=0.9)
    assert not verdict.reconstructed
    found = risk.scores(register, [checkout], as_of=None)
    assert len(found.forecasts) == 4
    assert len(found.intervals) == 1


def test_many_forecasts_have_parts_and_many_ranges_a_factor() -> None:
    """60 scenarios with ranges that are half as wide as they should be: widened by about two."""
    rng = np.random.default_rng(2)
    scenarios, incidents = [], []
    for i in range(60):
        size = {"low": 1_000, "high": 10_000, "level": 0.9, "unit": "EUR"}
        scenarios.append(
            Scenario.model_validate(
                {
                    "id": f"s{i}", "title": "t", "as_of": "2021-01-01",
                    "cause": {"what": "c", "rate_per_year": {"low": 0.1, "high": 0.6, "level": 0.9}},
                    "effects": [{"id": "e", "what": "w", "probability": 1, "consequence": size}],
                }
            )
        )  # fmt: skip
        if rng.random() < 0.7:
            cost = math.exp(math.log(math.sqrt(1e7)) + 2 * rng.normal() * math.log(10) / (2 * 1.6449))
            incidents.append(incident("2022-05-05T00:00:00Z", f"s{i}", ("e",), cost))
    found = risk.scores(Register(scenarios=tuple(scenarios)), incidents, as_of=UNTIL)
    assert {"reliability", "resolution", "uncertainty", "widen_by"} <= set(found.estimates["name"])
    assert 1.4 < value(found.estimates, "widen_by").value < 3
    assert "too narrow" in found.paragraph


def test_what_was_written_afterwards_is_not_scored(root: Path) -> None:
    register = read_register(root / "data" / "risk_register.yaml")
    gitlab = read_incident(root / "data" / "incidents" / "2017-01-31-gitlab-database")
    kept = Register(scenarios=(register.scenario("posted-for-18-hours"),))
    found = risk.scores(kept, [gitlab], as_of=None)
    assert found.forecasts.empty
    assert "none can be scored" in found.paragraph


# Conflict -----------------------------------------------------------------------------------------------------------


def flagged(prior: Gamma, count: int, years: float) -> bool:
    over = rates.tail(prior, count=count, exposure=years)
    return 2 * min(over, below(prior, count, years)) < 0.05


@pytest.mark.parametrize(
    "replicates", [pytest.param(2_000, id="small"), pytest.param(20_000, id="full", marks=pytest.mark.slow)]
)
def test_conflict_power_and_false_flags(replicates: int) -> None:
    """Must show 2: × 10 upwards is seen in ≥ 90 % at 1 year; right priors are flagged in at most 5 %, of R10's prior."""
    rng = np.random.default_rng(10)
    table = []
    for years in (0.25, 0.5, 1, 2, 5, 10, 20):
        seen = {count: flagged(PRIOR, count, years) for count in range(2000)}
        for factor in (0.1, 0.2, 0.5, 1, 2, 5, 10):
            # Upwards and downwards: the mean of the prior, so many times; right: rates from the prior itself.
            truth = (
                rng.gamma(PRIOR.shape, 1 / PRIOR.rate, replicates)
                if factor == 1
                else np.full(replicates, PRIOR.mean * factor)
            )
            share = float(np.mean([seen[int(k)] for k in rng.poisson(truth * years)]))
            table.append({"years": years, "factor": factor, "flagged": share})
    found = pd.DataFrame(table).pivot(index="years", columns="factor", values="flagged")
    print(f"\nshare flagged, {replicates} replicates, prior of R10, truth = mean × factor (1: drawn from the prior)")
    print(found.round(3).to_string())
    error = math.sqrt(0.05 * 0.95 / replicates)
    assert found.loc[1, 10] >= 0.9 - 3 * math.sqrt(0.09 / replicates)
    assert (found[1] <= 0.05 + 3 * error).all()
    # Downwards nothing can be seen before even zero events would be flagged.
    assert (found.loc[found.index < 9.6, 0.1] <= 0.01).all()
    assert found.loc[20, 0.1] > 0.1


def test_zero_events_conflict_from_9_6_years_on() -> None:
    """(b / (b + T))^a = 0.025 at T = 9.63 years for R10's prior: solved by hand."""
    first = PRIOR.rate * (0.025 ** (-1 / PRIOR.shape) - 1)
    assert round(first, 1) == 9.6
    assert not flagged(PRIOR, 0, first - 0.01)
    assert flagged(PRIOR, 0, first + 0.01)


@pytest.mark.parametrize(
    "replicates", [pytest.param(400, id="small"), pytest.param(10_000, id="full", marks=pytest.mark.slow)]
)
def test_a_register_updated_as_a_whole_is_unbiased(replicates: int) -> None:
    """30 scenarios, one year: all updated, the total rate is right; only those that happened, it is too high."""
    rng = np.random.default_rng(11)
    truth = rng.gamma(PRIOR.shape, 1 / PRIOR.rate, (replicates, 30))
    counts = rng.poisson(truth)
    posterior = (PRIOR.shape + counts) / (PRIOR.rate + 1)
    off = posterior.sum(axis=1) - truth.sum(axis=1)
    error = off.std() / math.sqrt(replicates)
    only = np.where(counts > 0, posterior, PRIOR.mean).sum(axis=1) - truth.sum(axis=1)
    print(f"total of 30: {off.mean():+.3f} (error {error:.3f}); only those that happened: {only.mean():+.3f}")
    assert abs(off.mean()) <= 3 * error
    assert only.mean() > 20 * error
    assert math.isclose(risk.update_rate(PRIOR, events=2, exposure_years=1).mean, (PRIOR.shape + 2) / (PRIOR.rate + 1))


def test_parts_of_groups_do_not_pretend_to_add_up() -> None:
    """60 forecasts that all differ: in groups, reliability − resolution + uncertainty is not the Brier score."""
    table = pd.DataFrame(
        {"probability": [(i + 1) / 62 for i in range(60)], "happened": [i % 3 == 0 for i in range(60)]}
    )
    found = {keys["score"]: one for keys, _, one in scoring._of_forecasts(table, 0.9)}
    parts = [found[name].value for name in ("brier", "reliability", "resolution", "uncertainty")]
    brier, reliability, resolution, uncertainty = (one or 0.0 for one in parts)
    assert abs(reliability - resolution + uncertainty - brier) > 1e-4
    assert "need not add up to the score" in " ".join(scoring._say_forecasts(table, found))


def test_the_one_that_did_not_come_is_updated(example: Path, root: Path) -> None:
    register = read_register(root / "tests" / "data" / "risk_register.yaml")
    found = risk.update_register(register, [read_incident(example)], as_of=None)
    assert "the 1 that did not is updated" in found.sentence


# Reference classes --------------------------------------------------------------------------------------------------


def posted(counts: dict[str, int], *, major: int = 0) -> pd.DataFrame:
    """Made-up posts over one year."""
    rows = []
    for name, count in counts.items():
        for i in range(count):
            when = pd.Timestamp("2024-01-01", tz="UTC") + pd.Timedelta(days=365.25) * (i / max(count - 1, 1))
            stated = "major" if i < major else "minor"
            rows.append(
                {"incident_id": f"{name}-{i}", "organisation": name, "started": when, "severity_stated": stated}
            )
    return frames.build(frames.INCIDENTS, rows)


def test_a_reference_class_is_named_and_ranks_nobody() -> None:
    history = posted({"a": 12, "b": 30, "c": 18, "d": 25}, major=2)
    found = risk.reference_class(history, by="organisation")
    assert "posted incidents a year" in found.sentence
    assert "not ranked" in found.sentence
    assert "organisation" not in found.estimates.columns
    low, high = found.rate.interval(0.9)
    assert low < 12
    assert high > 30
    assert found.major_rate.quantile(0.5) == pytest.approx(2, rel=0.3)
    maintenance = history.assign(severity_stated="maintenance")
    with pytest.raises(ParameterError, match="no time in which"):
        risk.reference_class(maintenance, by="organisation")


def test_a_member_without_a_major_incident_counts_with_zero() -> None:
    some = pd.concat([posted({"a": 10, "b": 10, "c": 10}, major=4), posted({"d": 10, "e": 10})])
    found = risk.reference_class(some, by="organisation")
    assert found.major is not None
    assert found.major.groups == 5
    assert found.major.events == 12


def test_impossible_reference_classes() -> None:
    with pytest.raises(ParameterError, match=r"no column 'organization'\nTo fix: write 'organisation'"):
        risk.reference_class(posted({"a": 2, "b": 3, "c": 4}), by="organization")
    with pytest.raises(MethodError, match="2 groups"):
        risk.reference_class(posted({"a": 20, "b": 3}), by="organisation")
    with pytest.raises(FrameError, match="INCIDENTS without"):
        risk.reference_class(pd.DataFrame({"organisation": ["a"]}), by="organisation")


def test_19_providers_each_left_out(root: Path) -> None:
    """Must show 3: the rate of the one left out lies in the 90 % range for 14 to 19 of them, all and major or worse."""
    folder = root.parent / "shared" / "data" / "histories"
    files = [folder / f"cloud_incident_atlas_{year}.json" for year in (2023, 2024)]
    if not all(f.exists() for f in files):
        pytest.skip(f"the histories are not at {folder.relative_to(root.parent)} beside the project")
    history = pd.concat([read_incidents(f) for f in files], ignore_index=True)
    assert len(history) == 9212
    assert (history["severity_stated"] == "maintenance").sum() == 3599
    real = history[history["severity_stated"] != "maintenance"]
    start, end = real["started"].min(), real["started"].max()
    inside = {"all": 0, "major": 0}
    members = sorted(real["organisation"].unique())
    for name in members:
        rest = risk.reference_class(history[history["organisation"] != name], by="organisation", since=start, until=end)
        own = real[real["organisation"] == name]
        for which, rate, rows in (
            ("all", rest.rate, own),
            ("major", rest.major_rate, own[own["severity_stated"].isin(["major", "critical"])]),
        ):
            low, high = rate.interval(0.9)
            inside[which] += low <= len(rows) / rest.years <= high
    print(f"{len(members)} providers, each left out: {inside} in the 90 % range")
    assert len(members) == 19
    assert all(14 <= count <= 19 for count in inside.values())


# Bad input ----------------------------------------------------------------------------------------------------------


def test_impossible_learning() -> None:
    """Must show 6: exposure 0, more hits than trials, a prior that is none."""
    with pytest.raises(ParameterError, match=r"exposure_years is 0\nTo fix: give the time"):
        risk.update_rate(PRIOR, events=0, exposure_years=0)
    with pytest.raises(ParameterError, match=r"5 hits in 4 trials\nTo fix: give whole numbers"):
        risk.update_probability(Beta(1, 9), hits=5, trials=4)
    with pytest.raises(ParameterError, match=r"a prior of kind tuple\nTo fix: give a distribution"):
        risk.update_rate((0.2, 2), events=1, exposure_years=1)  # type: ignore[arg-type]
    with pytest.raises(ParameterError, match=r"2 near misses, but not which share.*\nTo fix: give near_miss_reporting"):
        risk.update_from_incidents(PRIOR, Beta(1, 9), effects=1, exposure_years=5, near_misses=2)


@pytest.mark.parametrize(
    "cause, said",
    [
        ("rate_per_year: {low: 2, high: 0.2}", "do not rise"),
        ("rate_per_year: {low: 0, high: 2}", "a rate is above 0"),
        ("rate_per_year: -1", "a rate is above 0"),
        ("gate: {events: [{id: a, probability: 0.1}], any_of: [b]}", "is the id of no event of this gate"),
        ("gate: {events: [{id: a, probability: 99}], any_of: [a]}", "a probability lies between 0 and 1"),
    ],
)
def test_impossible_registers(cause: str, said: str, tmp_path: Path) -> None:
    """Must show 6: low above high, rate ≤ 0, a gate on an unknown event, a probability of 99."""
    path = tmp_path / "risk_register.yaml"
    path.write_text(f"- id: s\n  title: t\n  as_of: '2020-01-01'\n  cause: {{what: c, {cause}}}\n", encoding="utf-8")
    with pytest.raises(RegisterError, match=said) as error:
        read_register(path)
    assert "To fix: " in str(error.value)


@pytest.mark.parametrize("name", ["2012-08-01-knight-capital", "2017-01-31-gitlab-database", "2017-02-28-aws-s3",
    "2019-07-02-cloudflare-waf", "2021-10-28-roblox", "2024-07-19-crowdstrike", "2022-04-05-atlassian-deletion",
    "2018-10-21-github-partition"])  # fmt: skip
def test_public_incidents_have_verdicts_that_name_their_class(root: Path, name: str) -> None:
    """Must show 5: a class with its file and query, or unknown; reconstructed, so without surprise and score."""
    one = read_incident(root / "data" / "incidents" / name)
    found = risk.verdicts(one, read_register(root / "data" / "risk_register.yaml"), as_of=None, level=0.9)
    assert found
    for verdict in found:
        assert verdict.reconstructed
        assert "no surprise and no score" in verdict.paragraph
        rate = verdict.scenario.cause.rate_per_year
        assert rate is not None
        if rate.known:
            assert re.search(r"class: .*file: .*query: ", rate.source)
        else:
            assert "no public class" in rate.source
            assert "unknown" in verdict.paragraph
