"""The ledger and its sums. Expected sums are added by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from incident_analysis import frames, impact
from incident_analysis.impact.ledger import figure
from incident_analysis.incident import Incident, read_incident

SHIPPED = Path(__file__).parents[1] / "data" / "incidents"


def ledger(*lines: dict[str, Any]) -> pd.DataFrame:
    base = [{"id": f"i{n}", "kind": "money", "what": f"line {n}", "unit": "EUR", **x} for n, x in enumerate(lines, 1)]
    return impact.ledger(
        Incident.model_validate(
            {"id": "made-up", "title": "Made up", "severity": "P3", "times": {"started": "2026-01-01"}, "impact": base}
        )
    )


def only_sum(*lines: dict[str, Any]) -> Any:
    return frames.to_estimate(impact.sums(ledger(*lines)).iloc[0])


def test_every_line_of_every_shipped_incident_stands_in_its_ledger_once() -> None:
    for path in sorted(SHIPPED.iterdir()):
        incident = read_incident(path)
        found = impact.ledger(incident)
        assert list(found["id"]) == [line.id for line in incident.impact]
        assert (found["source"] != "").all()
        assert frames.check(found, frames.LEDGER, where="test") is found


def test_no_range_is_made_up_and_unknown_is_not_zero() -> None:
    found = ledger({"likely": 5}, {"low": 3}, {"high": 9}, {}, {"likely": 0})
    assert found["low"].isna().tolist() == [True, False, True, True, True]
    assert found[["low", "likely", "high"]].iloc[3].isna().all()
    assert found["certainty"].iloc[3] == "unknown"
    assert [figure(r) for r in found.to_dict("records")] == [
        "EUR 5",
        "at least EUR 3",
        "at most EUR 9",
        "unknown (EUR)",
        "EUR 0",
    ]


def test_nested_and_context_lines_are_not_added() -> None:
    found = only_sum(
        {"likely": 100}, {"likely": 40, "part_of": "i1"}, {"likely": 7}, {"likely": 900, "role": "context"}
    )
    assert (found.value, found.n) == (107, 2)
    assert "part of another" in found.method


def test_a_line_without_a_figure_makes_the_sum_a_lower_bound() -> None:
    found = only_sum({"likely": 100}, {})
    assert (found.value, found.low, found.high) == (None, 100, None)
    assert found.figure == "at least EUR 100"


def test_a_line_with_only_a_lower_end_makes_the_sum_a_lower_bound() -> None:
    assert only_sum({"likely": 100}, {"low": 10}).figure == "at least EUR 110"


def test_ranges_add_end_to_end_as_bounds_without_a_level() -> None:
    found = only_sum({"low": 1, "likely": 2, "high": 4}, {"low": 10, "likely": 20, "high": 40})
    assert (found.low, found.value, found.high, found.level, found.interval) == (11, 22, 44, None, "bounds")


def test_figures_that_contradict_each_other_are_both_left_out() -> None:
    found = only_sum({"likely": 400, "conflicts_with": "i2"}, {"likely": 365}, {"likely": 5})
    assert (found.value, found.low, found.high) == (None, 5, None)


def test_nothing_is_added_across_units_nor_losses_to_gains() -> None:
    found = impact.sums(ledger({"likely": 1}, {"likely": 2, "unit": "USD"}, {"likely": 3, "role": "gain"}))
    assert found[["unit", "role", "value"]].to_numpy().tolist() == [
        ["EUR", "loss", 1],
        ["USD", "loss", 2],
        ["EUR", "gain", 3],
    ]


@pytest.mark.parametrize("unit", ["percent", "users", "requests per second", "rules"])
def test_shares_rates_and_heads_have_no_sum(unit: str) -> None:
    kind = "staff_hours" if unit == "rules" else "customers"
    assert impact.sums(
        ledger({"kind": kind, "unit": unit, "likely": 3}, {"kind": kind, "unit": unit, "likely": 4})
    ).empty


def test_crowdstrike_s_nested_money_is_not_summed() -> None:
    # The world-wide 15 billion holds the Fortune 500's 5.4, which holds the insured part and the sectors.
    found = impact.sums(impact.ledger(read_incident(SHIPPED / "2024-07-19-crowdstrike")))
    assert found["value"].tolist() == [15e9]
    assert found["n"].tolist() == [1]


def test_knight_s_rescue_capital_is_context() -> None:
    # At least 460 million lost and 12 million of penalty; the 400 million of capital are no loss.
    found = frames.to_estimate(impact.sums(impact.ledger(read_incident(SHIPPED / "2012-08-01-knight-capital"))).iloc[0])
    assert (found.value, found.low) == (None, 472e6)


def test_gitlab_s_two_loss_windows_both_stand() -> None:
    found = impact.ledger(read_incident(SHIPPED / "2017-01-31-gitlab-database"))
    windows = found[found["unit"] == "minutes"]
    assert sorted(windows["likely"]) == [365, 400]
    assert (windows["conflicts_with"] != "").any()
