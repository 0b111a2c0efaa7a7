"""Chains of causes against published figures (R14–R17), and against what every combination says."""

from __future__ import annotations

import itertools
import math
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incident_analysis import frames, read_incident, risk
from incident_analysis.errors import IncidentAnalysisError, MethodError, ParameterError, RegisterError
from incident_analysis.register import Gate, read_register


def gate(probabilities: dict[str, float | None], **how: Any) -> Gate:
    events = [{"id": name, "probability": p} for name, p in probabilities.items()]
    return Gate.model_validate({"events": events, **how})


def causes(*rows: dict[str, Any]) -> pd.DataFrame:
    made = frames.build(
        frames.CAUSES, [{"kind": "contributing", "text": r["cause_id"], "leads_to": (), **r} for r in rows]
    )
    return made.assign(
        **{name: pd.Series([r.get(name) for r in rows], dtype=object) for name in ("probability", "gate", "given")}
    )


TRAINS = gate(
    {"valve1": 0.4, "valve2": 0.5, "pump1": 0.6, "pump2": 0.7},
    all_of=[{"any_of": ["valve1", "pump1"]}, {"any_of": ["valve2", "pump2"]}],
)


def test_r15() -> None:
    """R15: P = .646, not the cut sets' 1.40; importance to the digits printed."""
    found = risk.chain(TRAINS)
    assert found.probability.value == pytest.approx(0.646, abs=1e-12)
    assert {frozenset(c) for c in found.cut_sets} == {
        frozenset(c) for c in itertools.product(("valve1", "pump1"), ("valve2", "pump2"))
    }
    expected = {
        "pump1": (0.51, 0.4737, 0.7895, 1.316, 1.9),
        "pump2": (0.38, 0.4118, 0.8235, 1.176, 1.7),
        "valve1": (0.34, 0.2105, 0.5263, 1.316, 1.267),
        "valve2": (0.228, 0.1765, 0.5882, 1.176, 1.214),
    }
    for row in found.importance.to_dict("records"):
        mif, cif, dif, raw, rrw = expected[row["event"]]
        assert (round(row["MIF"], 3), round(row["CIF"], 4), round(row["DIF"], 4)) == (mif, cif, dif)
        assert (round(row["RAW"], 3), round(row["RRW"], 3)) == (raw, rrw)
        assert (row["cut_sets"], row["order"]) == (2, 2)


def test_r16_theatre() -> None:
    theatre = gate(
        {"mains": 0.03, "generator": 0.02, "relay": 0.05}, all_of=["mains", {"any_of": ["generator", "relay"]}]
    )
    found = risk.chain(theatre)
    assert found.probability.value == pytest.approx(0.00207, abs=1e-15)
    assert found.cut_sets == (("mains", "generator"), ("mains", "relay"))
    # Without the mains' failure nothing fails.
    assert found.importance.set_index("event").loc["mains", "RRW"] == math.inf


def test_r17() -> None:
    three = {"a": 0.1, "b": 0.2, "c": 0.3}
    assert risk.chain(gate(three, any_of=list(three))).probability.value == pytest.approx(0.496, abs=1e-12)
    two_of_three = risk.chain(gate(three, at_least=2, of=list(three)))
    assert two_of_three.probability.value == pytest.approx(0.098, abs=1e-12)
    assert [set(c) for c in two_of_three.cut_sets] == [{"a", "b"}, {"a", "c"}, {"b", "c"}]


ALARM = causes(
    {"cause_id": "burglary", "probability": 0.001, "leads_to": ("alarm",)},
    {"cause_id": "earthquake", "probability": 0.002, "leads_to": ("alarm",)},
    {
        "cause_id": "alarm",
        "leads_to": ("john", "mary"),
        "given": {(True, True): 0.95, (True, False): 0.94, (False, True): 0.29, (False, False): 0.001},
    },
    {"cause_id": "john", "leads_to": ("both",), "given": {True: 0.9, False: 0.05}},
    {"cause_id": "mary", "leads_to": ("both",), "given": {True: 0.7, False: 0.01}},
    {"cause_id": "both", "kind": "effect", "gate": "all_of"},
)


def test_r14_alarm() -> None:
    """Russell and Norvig: P(burglary | both call)."""
    found = risk.chain(ALARM)
    assert round(found.posterior("burglary"), 7) == 0.2841718
    assert found.cut_sets == ()
    assert any("not defined" in note for note in found.notes)


def test_r14_sprinkler() -> None:
    """Murphy: P(wet), P(sprinkler | wet), P(rain | wet)."""
    found = risk.chain(
        causes(
            {"cause_id": "cloudy", "probability": 0.5, "leads_to": ("sprinkler", "rain")},
            {"cause_id": "sprinkler", "leads_to": ("wet",), "given": {True: 0.1, False: 0.5}},
            {"cause_id": "rain", "leads_to": ("wet",), "given": {True: 0.8, False: 0.2}},
            {
                "cause_id": "wet",
                "kind": "effect",
                "given": {(True, True): 0.99, (True, False): 0.9, (False, True): 0.9, (False, False): 0.0},
            },
        )
    )
    assert found.probability.value == pytest.approx(0.6471, abs=1e-12)
    assert round(found.posterior("sprinkler"), 7) == 0.4297636
    assert round(found.posterior("rain"), 7) == 0.7079277


def test_what_is_given_changes_the_rest() -> None:
    """With the earthquake known the burglary is explained away: both call in .176 %, .373 % with an earthquake known."""
    with_quake = risk.chain(ALARM, given={"earthquake": True})
    assert with_quake.posterior("burglary") < 0.01
    with pytest.raises(ParameterError, match=r"no node 'earthquak'.*\nTo fix: write 'earthquake'"):
        risk.chain(ALARM, given={"earthquak": True})


def test_gates_in_a_frame_are_the_gates_of_the_register() -> None:
    """R15 again, as a frame; the order of its rows does not matter."""
    rows = [
        {"cause_id": "train1", "leads_to": ("both",), "gate": "any_of"},
        {"cause_id": "pump1", "probability": 0.6, "leads_to": ("train1",)},
        {"cause_id": "valve1", "probability": 0.4, "leads_to": ("train1",)},
        {"cause_id": "train2", "leads_to": ("both",), "gate": "any_of"},
        {"cause_id": "valve2", "probability": 0.5, "leads_to": ("train2",)},
        {"cause_id": "pump2", "probability": 0.7, "leads_to": ("train2",)},
        {"cause_id": "both", "kind": "effect", "gate": "all_of"},
    ]
    for order in (rows, rows[::-1]):
        found = risk.chain(causes(*order))
        assert found.probability.value == pytest.approx(0.646, abs=1e-12)
        assert {frozenset(c) for c in found.cut_sets} == {frozenset(c) for c in risk.chain(TRAINS).cut_sets}
        assert found.posterior("train1") == pytest.approx(1)


def test_the_structure_alone_where_a_probability_is_unknown() -> None:
    found = risk.chain(gate({"a": 0.1, "b": None, "c": 0.2}, all_of=["a", {"any_of": ["b", "c"]}]))
    assert not found.probability.known
    assert "“b” is not stated" in found.probability.reason
    assert found.cut_sets == (("a", "b"), ("a", "c"))
    assert found.importance["MIF"].isna().all()
    assert not frames.to_estimate(found.estimates.iloc[1]).known


def test_an_incident_says_what_led_to_what_not_how_it_came_together(root: Path) -> None:
    """Real causes carry no gate: whether all or any of them was needed is unknown, and so is everything else."""
    incident = read_incident(root / "data" / "incidents" / "2017-01-31-gitlab-database")
    found = risk.chain(risk.causes(incident))
    assert not found.probability.known
    assert (
        "nobody says whether all of what leads to" in found.probability.reason or "effects" in found.probability.reason
    )
    assert found.cut_sets == ()


def test_an_uncertain_probability_counts_with_its_mean(root: Path) -> None:
    """The gate is linear in each probability: 1 − .98·.99 times the mean of the backup's range times .05."""
    scenario = read_register(root / "tests" / "data" / "risk_register.yaml").scenario("primary-lost")
    found = risk.chain(scenario)
    backup = float(found.importance.set_index("event").loc["backup-broken", "probability"])
    assert found.probability.value == pytest.approx((1 - 0.98 * 0.99) * backup * 0.05, rel=1e-12)
    assert [len(c) for c in found.cut_sets] == [3, 3]
    assert found.importance.set_index("event").loc["replica-broken", "RRW"] == math.inf


@pytest.mark.parametrize(
    "rows, said",
    [
        ([{"cause_id": "a", "leads_to": ("b",)}, {"cause_id": "b", "leads_to": ("a",)}], "a circle: a and b"),
        ([{"cause_id": "a", "leads_to": ("bb",)}, {"cause_id": "b"}], "a leads to 'bb', which is not there"),
        (
            [{"cause_id": "a", "probability": 99, "leads_to": ("e",)}, {"cause_id": "e", "kind": "effect"}],
            r"probability of a is 99\nTo fix: give a ratio between 0 and 1: 0.99 for 99 %",
        ),
        (
            [
                {"cause_id": "a", "probability": 0.1, "leads_to": ("e",)},
                {"cause_id": "e", "kind": "effect", "gate": "any"},
            ],
            r"a gate 'any'\nTo fix: write any_of",
        ),
        (
            [
                {"cause_id": "a", "probability": 0.1, "leads_to": ("e",)},
                {"cause_id": "e", "kind": "effect", "given": {True: 0.5}},
            ],
            "not given for every combination",
        ),
    ],
)
def test_impossible_chains(rows: list[dict[str, Any]], said: str) -> None:
    with pytest.raises(ParameterError, match=said):
        risk.chain(causes(*rows))


def test_impossible_gates() -> None:
    with pytest.raises(ParameterError, match=r"'pmp' is the id of no event of this gate\nTo fix: write 'pump'"):
        risk.chain(gate({"pump": 0.1, "valve": 0.2}, any_of=["pmp", "valve"]))
    many = {f"e{i}": 0.1 for i in range(21)}
    with pytest.raises(MethodError, match=r"21 events; up to 20.*\nTo fix: gather"):
        risk.chain(gate(many, any_of=list(many)), given={"e0": True})
    with pytest.raises(IncidentAnalysisError, match="99"):
        read_register(_written(99))


def _written(probability: float) -> Any:
    import tempfile

    folder = Path(tempfile.mkdtemp())
    path = folder / "risk_register.yaml"
    path.write_text(
        "- id: s\n  title: t\n  as_of: '2020-01-01'\n  cause:\n    what: c\n    gate:\n"
        f"      events: [{{id: a, probability: {probability}}}]\n      any_of: [a]\n",
        encoding="utf-8",
    )
    return path


def test_a_probability_of_99_is_an_error_of_the_register() -> None:
    with pytest.raises(
        RegisterError, match=r"99: a probability lies between 0 and 1\nTo fix: give a ratio: 0.99 for 99 %"
    ):
        read_register(_written(99))


@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(0.01, 0.99), min_size=2, max_size=6), st.data())
def test_cut_sets_are_minimal_and_importance_holds(p: list[float], data: st.DataObject) -> None:
    names = [f"e{i}" for i in range(len(p))]
    least = data.draw(st.integers(1, len(p)))
    found = risk.chain(gate(dict(zip(names, p, strict=True)), at_least=least, of=names))
    assert {frozenset(c) for c in found.cut_sets} == {frozenset(c) for c in itertools.combinations(names, least)}
    value = found.probability.value
    assert value is not None
    for row in found.importance.to_dict("records"):
        here = row["probability"]
        assert row["CIF"] == pytest.approx(row["MIF"] * here / value)
        assert row["DIF"] == pytest.approx(row["RAW"] * here)
        # P by the law of total probability.
        assert value == pytest.approx(here * row["RAW"] * value + (1 - here) * value / row["RRW"])


def test_a_gate_of_many_events_has_its_closed_forms() -> None:
    """60 events: any of them, all of them, and at least 3 of them, against 1 − .99^60, .99^60 and scipy's binomial."""
    from scipy import stats

    many = {f"e{i}": 0.01 for i in range(60)}
    names = list(many)
    assert risk.chain(gate(many, any_of=names)).probability.value == pytest.approx(1 - 0.99**60, rel=1e-12)
    likely = dict.fromkeys(names, 0.99)
    every = risk.chain(gate(likely, all_of=names))
    assert every.probability.value == pytest.approx(0.99**60, rel=1e-12)
    assert every.cut_sets == (tuple(names),)
    three = risk.chain(gate(many, at_least=3, of=names))
    assert three.probability.value == pytest.approx(stats.binom.sf(2, 60, 0.01), rel=1e-12)
    assert len(three.cut_sets) == 1000
    assert "more smallest sets" in three.notes[0]


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_a_diagram_says_what_all_combinations_say(data: st.DataObject) -> None:
    from incident_analysis.risk.chains import _large

    names = [f"e{i}" for i in range(data.draw(st.integers(2, 7)))]
    p = {name: data.draw(st.floats(0.05, 0.95)) for name in names}

    def node(depth: int) -> Any:
        members = [
            node(depth - 1) if depth and data.draw(st.booleans()) else data.draw(st.sampled_from(names))
            for _ in range(data.draw(st.integers(1, 3)))
        ]
        kind = data.draw(st.sampled_from(["any_of", "all_of", "at_least"]))
        if kind == "at_least":
            return {"at_least": data.draw(st.integers(1, len(members))), "of": members}
        return {kind: members}

    one = gate(p, **node(2))
    plain, large = risk.chain(one), _large(one, "gate", "the gate")
    assert large.probability.value == pytest.approx(plain.probability.value, rel=1e-10)
    assert {frozenset(c) for c in large.cut_sets} == {frozenset(c) for c in plain.cut_sets}
    columns = ["MIF", "CIF", "DIF", "RAW", "RRW"]
    pd.testing.assert_frame_equal(large.importance[columns], plain.importance[columns], rtol=1e-7, atol=1e-9)
