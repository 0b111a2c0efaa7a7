"""Causes, effects and actions as frames; gates against published figures (R15–R17)."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from incident_analysis import frames, risk
from incident_analysis.errors import MethodError
from incident_analysis.incident import read_incident
from incident_analysis.register import Gate


def test_layers_of_the_made_up_incident(root: Path) -> None:
    causes = risk.causes(read_incident(root / "tests" / "data" / "2026-03-07-checkout"))
    frames.check(causes, frames.CAUSES, where="causes")
    layers = dict(zip(causes["cause_id"], causes["layer"], strict=True))
    assert layers == {"pool": 0, "no-load-test": 0, "starved": 1, "slow-rollback": 0, "x1": 2}
    assert causes.set_index("cause_id").loc["x1", "kind"] == "effect"
    assert causes.set_index("cause_id").loc["pool", "leads_to"] == ("starved",)


def test_a_cause_stands_before_all_it_leads_to(shipped: Path) -> None:
    for folder in sorted(shipped.iterdir()):
        causes = risk.causes(read_incident(folder))
        layers = dict(zip(causes["cause_id"], causes["layer"], strict=True))
        for cause in causes.to_dict("records"):
            assert all(layers[cause["cause_id"]] < layers[name] for name in cause["leads_to"]), folder.name
        effects = causes.loc[causes["kind"] == "effect", "layer"]
        assert effects.empty or effects.nunique() == 1


def test_actions_of_the_made_up_incident(root: Path) -> None:
    actions = risk.actions(read_incident(root / "tests" / "data" / "2026-03-07-checkout"))
    frames.check(actions, frames.ACTIONS, where="actions")
    by_id = actions.set_index("action_id")
    assert list(by_id.index) == ["a1", "a2", "a3", "a4", "a5"]
    assert by_id.loc["a1", "cuts"] == ("pool",)
    assert by_id.loc["a2", "cost"] == "5 to 15 days"
    assert by_id.loc["a4", "rule"] == "pool_waiting > 10 for 1 min"
    assert by_id.loc["a3", "due"] == pd.Timestamp("2026-03-31", tz="UTC")
    assert pd.isna(by_id.loc["a5", "closed"])


def _gate(tree: dict[str, object], **probabilities: float) -> float:
    gate = Gate.model_validate(
        {"events": [{"id": name, "probability": p} for name, p in probabilities.items()], **tree}
    )
    return risk.gate_probability(gate, probabilities)


def test_two_trains() -> None:
    """R15: the sum of the cut sets, 1.40, is never reported."""
    trains = {"all_of": [{"any_of": ["valve1", "pump1"]}, {"any_of": ["valve2", "pump2"]}]}
    assert _gate(trains, valve1=0.4, valve2=0.5, pump1=0.6, pump2=0.7) == pytest.approx(0.646, abs=1e-12)


def test_theatre() -> None:
    """R16."""
    tree = {"all_of": ["mains", {"any_of": ["generator", "relay"]}]}
    assert _gate(tree, mains=0.03, generator=0.02, relay=0.05) == pytest.approx(0.00207, abs=1e-15)


def test_any_and_two_of_three() -> None:
    """R17."""
    assert _gate({"any_of": ["a", "b", "c"]}, a=0.1, b=0.2, c=0.3) == pytest.approx(0.496, abs=1e-12)
    assert _gate({"at_least": 2, "of": ["a", "b", "c"]}, a=0.1, b=0.2, c=0.3) == pytest.approx(0.098, abs=1e-12)


def test_an_event_below_two_gates_counts_once() -> None:
    """a and (a or b) is a."""
    assert _gate({"all_of": ["a", {"any_of": ["a", "b"]}]}, a=0.3, b=0.9) == pytest.approx(0.3)
    assert _gate({"all_of": ["a", {"not": "a"}]}, a=0.3) == 0


def test_too_many_events_are_refused() -> None:
    many = {f"e{i}": 0.1 for i in range(21)}
    with pytest.raises(MethodError, match="To fix: gather"):
        _gate({"any_of": list(many)}, **many)
