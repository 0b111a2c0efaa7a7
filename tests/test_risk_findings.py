"""The findings of the risk analysis, on the shipped incidents and on the made-up one."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from incident_analysis import risk
from incident_analysis.charts.chart import Chart
from incident_analysis.errors import RegisterError
from incident_analysis.findings.finding import Finding
from incident_analysis.findings.risk_analysis import risk_analysis
from incident_analysis.incident import read_incident
from incident_analysis.register import read_register


def by_id(findings: list[Finding]) -> dict[str, Finding]:
    return {f.id: f for f in findings}


def test_the_made_up_incident_is_answered(example: Path) -> None:
    charts = [Chart("causes", "t", "a", "p", "s"), Chart("belief", "t", "a", "p", "s")]
    found = by_id(risk_analysis(read_incident(example), charts=charts))
    assert list(found) == [
        "risk-initial-consideration",
        "risk-pool-exhausted",
        "risk-annual-loss",
        "risk-treatments",
        "risk-scores",
        "risk-causes",
        "risk-unknown",
    ]
    assert "rose from" in found["risk-annual-loss"].sentence
    assert "unknown" in found["risk-treatments"].sentence
    assert "little can be told" in found["risk-scores"].sentence
    assert "thought to be slow pages, not refused payments" in found["risk-initial-consideration"].sentence
    assert found["risk-pool-exhausted"].charts == (charts[1],)
    assert found["risk-pool-exhausted"].table is not None


def test_without_a_scenario_the_question_stays_open(edited: Callable[[str, str], Path]) -> None:
    folder = edited(
        "  scenarios:\n  - {id: pool-exhausted, cause_occurred: true, effects: [refused], impact: [i2]}",
        "  scenarios: []",
    )
    found = by_id(risk_analysis(read_incident(folder)))
    assert "Open question" in found["risk-not-on-the-register"].sentence
    assert "unknown" in found["risk-not-on-the-register"].sentence


def test_without_a_register_the_question_stays_open(example: Path) -> None:
    (example.parents[1] / "risk_register.yaml").unlink()
    found = by_id(risk_analysis(read_incident(example)))
    assert "no register was found" in found["risk-not-on-the-register"].sentence


def test_a_scenario_that_the_register_lacks_is_named(edited: Callable[[str, str], Path]) -> None:
    found = by_id(risk_analysis(read_incident(edited("{id: pool-exhausted,", "{id: pool-exausted,"))))
    assert "did you mean “pool-exhausted”?" in found["risk-not-on-the-register"].sentence


def test_a_register_that_does_not_hold_together_is_an_error(example: Path) -> None:
    register = example.parents[1] / "risk_register.yaml"
    register.write_text(register.read_text(encoding="utf-8").replace("low: 0.2", "low: 3"), encoding="utf-8")
    with pytest.raises(RegisterError, match="To fix: give low"):
        risk_analysis(read_incident(example))


def test_every_shipped_incident_is_answered_and_survives_json(shipped: Path) -> None:
    for folder in sorted(shipped.iterdir()):
        found = risk_analysis(read_incident(folder))
        assert {"risk-initial-consideration", "risk-causes"} <= set(by_id(found)), folder.name
        for one in found:
            assert one.section == "risk_analysis"
            assert Finding.from_json(one.to_json()).to_json() == one.to_json()


def test_public_priors_are_reconstructed_and_carry_no_surprise(shipped: Path) -> None:
    for folder in sorted(shipped.iterdir()):
        for one in risk_analysis(read_incident(folder)):
            if one.estimates is not None and "scenario_id" in one.estimates:
                assert one.question.startswith("Reconstructed afterwards")
                assert not one.estimates["name"].str.contains("surprise|chance").any()


def test_a_gate_is_told_with_what_matters_most(edited: Callable[[str, str], Path]) -> None:
    folder = edited(
        "- {id: pool-exhausted, cause_occurred: true, effects: [refused], impact: [i2]}", "- {id: primary-lost}"
    )
    found = by_id(risk_analysis(read_incident(folder)))
    told = found["risk-chain-primary-lost"]
    assert "and without it there is none" in told.sentence
    assert "disk with backup-broken with replica-broken" in told.sentence
    assert told.table is not None
    assert list(told.table["Times lower without it"]).count("none without it") == 2


def test_a_trigger_is_compared_with_the_published_share(example: Path) -> None:
    """R28: 31 % of the incidents with a postmortem at Google from 2010 to 2017 were set off by a configuration push."""
    notes = " ".join(by_id(risk_analysis(read_incident(example)))["risk-causes"].notes)
    assert "“configuration push” set off 31 %" in notes


def test_published_base_rates() -> None:
    """R28, to the digits printed."""
    from incident_analysis import risk

    found = risk.base_rates().set_index(["kind", "category"])["share_ratio"]
    assert found["trigger"].to_list() == [0.37, 0.31, 0.09, 0.06, 0.05, 0.05, 0.05, 0.02]
    assert found["cause"].to_list() == [0.4135, 0.2023, 0.1690, 0.0674, 0.0275]


def test_the_made_up_incident_reads_well(example: Path) -> None:
    """Titles, no ids; the charts of the register and of calibration with the scores; the chance before its bits.

    Money that was computed from ranges keeps three digits: a range that spans a factor of ten does not know its fifth.
    """
    charts = [Chart("register", "t", "a", "p", "s"), Chart("calibration", "t", "a", "p", "s")]
    every = by_id(risk_analysis(read_incident(example), charts=charts))
    found = every["risk-scores"]
    assert found.charts == tuple(charts)
    assert found.table is not None
    named = found.table["Forecast"].tolist()
    assert "The connection pool of a payment service runs out: the cause" in named
    assert "The connection pool of a payment service runs out: Pages are slow" in named
    assert not any("pool-exhausted" in one for one in named)
    assert any("A cause and its effects come together" in note for note in found.notes)
    told = every["risk-pool-exhausted"].sentence
    money = re.findall(r"EUR ([\d,.]+\d)", told[told.index("Now:") :])
    assert len(money) > 6
    assert [m for m in money if len(m.replace(",", "").replace(".", "").strip("0")) > 3] == []
    assert "a chance of 1.65 % (5.92 bits)" in told


def test_nothing_is_held_against_a_register_of_afterwards(root: Path) -> None:
    gitlab = read_incident(root / "data" / "incidents" / "2017-01-31-gitlab-database")
    register = read_register(root / "data" / "risk_register.yaml")
    made = risk.verdicts(gitlab, register, as_of=None, level=0.9)
    assert made
    assert risk.held_against(gitlab, register, verdicts=made, as_of=None, level=0.9).scores is None
    assert risk.held_against(gitlab, None, verdicts=(), as_of=None, level=0.9).verdicts == ()


def test_what_no_action_names_is_not_told_as_uncovered(root: Path) -> None:
    """An action without a scenario may cut one all the same: no share of nothing, no certainty that none does."""
    found = by_id(risk_analysis(read_incident(root / "data" / "incidents" / "2017-01-31-gitlab-database")))
    told = found["risk-treatments"]
    assert "No action is said to cover “Data is removed" in told.sentence
    assert told.table is not None
    assert set(told.table["Share that it cuts"]) == {"—"}
    assert "how often “Data is removed on the primary database server" in found["risk-unknown"].sentence
