"""The charts of risk: what they show is what the frames say, no two texts overlap, and unknown is said in words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from incident_analysis import charts, frames, read_incident, risk
from incident_analysis.errors import FrameError
from incident_analysis.register import Register, read_register
from tests.five_years import INCIDENTS, UNTIL
from tests.test_charts_layout import drawn, faults, texts
from tests.test_risk_chain import ALARM, TRAINS, gate
from tests.test_risk_loss import SOME, acted, effect, scenario

LONG = "A very long sentence about something that nobody had thought of, with a name_that_has_no_seam_at_all_in_it_anywhere"


@pytest.fixture(scope="module")
def folder(request: pytest.FixtureRequest) -> Path:
    return Path(request.config.rootpath) / "tests" / "data"


@pytest.fixture(scope="module")
def updated(folder: Path) -> risk.RegisterUpdate:
    return risk.update_register(read_register(folder / "five_year_register.yaml"), INCIDENTS, as_of=UNTIL)


def figure_of(drawing: Any) -> Figure:
    return drawing if isinstance(drawing, Figure) else drawing.figure


def held(drawing: Any) -> str:
    """The chart's words, after its layout was held to what every chart owes."""
    figure = figure_of(drawing)
    found = texts(figure, drawn(figure))
    assert faults(figure, found) == []
    assert figure.get_size_inches()[0] == pytest.approx(6.5)
    return str(figure.chart_alt)  # type: ignore[attr-defined]


def test_exceedance_says_what_the_curve_says() -> None:
    before = risk.curve(risk.losses_of(SOME, "EUR"))
    after = before.assign(exceedance_probability=before["exceedance_probability"] / 2)
    tolerated = pd.DataFrame({"x": [1e6, 3e6], "exceedance_probability": [0.1, 0.02]})
    ax = charts.exceedance(before, after, tolerance=tolerated, title="Made up")
    alt = held(ax)
    any_loss = before["exceedance_probability"].iloc[0]
    assert f"any loss {100 * any_loss:.3g} %" in alt
    assert "Tolerated: 10 % above EUR 1 million" in alt
    lines = {tuple(np.round(line.get_ydata(), 9)) for line in ax.lines}
    assert tuple(np.round(before["exceedance_probability"].iloc[1:], 9)) in lines


def test_exceedance_of_simulated_years_has_a_band_and_one_of_nothing_has_words() -> None:
    losses = risk.simulate_losses(SOME, years=500, rng=np.random.default_rng(1))
    assert charts.exceedance(risk.exceedance(losses)).collections
    assert "500 simulated years" in " ".join(t.get_text() for t in charts.exceedance(risk.exceedance(losses)).texts)
    held(charts.exceedance(risk.exceedance(losses, of="largest")))
    empty = frames.empty(frames.LOSS_CURVE)
    assert "No loss of a year is known" in held(charts.exceedance(empty, empty))
    with pytest.raises(FrameError, match="curves of EUR sum and USD sum"):
        charts.exceedance(
            risk.curve(risk.losses_of(SOME, "EUR")), risk.exceedance(scenario(effects=[effect(unit="USD")]))
        )


@pytest.mark.parametrize(
    "make",
    [
        lambda: TRAINS,
        lambda: ALARM,
        lambda: gate({f"e{i}": 10.0 ** (-i - 1) for i in range(6)}, any_of=[f"e{i}" for i in range(6)]),
        lambda: gate({"a": 0.1, "b": None}, all_of=["a", "b"]),
    ],
    ids=["trains", "alarm", "decades", "unknown"],
)
def test_chain(make: Callable[[], Any]) -> None:
    found = risk.chain(make())
    alt = held(charts.chain(found, title="Made up"))
    if found.probability.known:
        assert "Probability of" in alt
    else:
        assert "unknown" in alt
        assert "Smallest sets that suffice: a + b" in alt


def test_chain_marks_stand_where_the_effect_is_with_and_without_a_cause() -> None:
    """R15: with pump1 .85, without it .34, by hand."""
    figure = charts.chain(risk.chain(TRAINS))
    (axes,) = [ax for ax in figure.axes if len(ax.lines) > 4]
    places = {(round(float(line.get_xdata()[0]), 4), round(float(line.get_xdata()[-1]), 4)) for line in axes.lines}
    assert (0.34, 0.85) in places


def test_bow_tie_names_barriers_and_what_no_action_covers(folder: Path) -> None:
    register = read_register(folder / "risk_register.yaml")
    plan = acted(
        {"id": "a", "text": "Restore a backup every week", "status": "planned", "cuts": ["backup-broken"]},
        {"id": "b", "text": LONG, "cuts": ["data-lost", "primary-lost"]},
        {"id": "c", "text": "Not this one", "status": "rejected", "cuts": ["disk"]},
    )
    alt = held(charts.bow_tie(risk.bow_tie(register.scenario("primary-lost"), actions=plan), title="Made up"))
    assert "Backup unusable when needed (7.99 % [1 %, 20 %]); cut by Restore a backup every week (planned)" in alt
    assert "Disk of the primary fails in a year (2 %); no action is said to cover it" in alt
    assert "Not this one" not in alt
    many = scenario(effects=[effect(f"e{i}") | {"what": LONG} for i in range(6)])
    held(charts.bow_tie(risk.bow_tie(many)))
    assert "No scenario is known" in held(charts.bow_tie(risk.bow_tie([])))


def test_register_ranges(updated: risk.RegisterUpdate) -> None:
    alt = held(charts.register(updated.verdicts, title="Made up"))
    assert "assumed 0.762 per year [0.175 per year, 1.73 per year], now 1.6 per year" in alt
    assert "assumed: unknown" in alt
    assert "holds no scenario" in held(charts.register([]))
    mixed = Register(scenarios=(scenario("a", title=LONG), scenario("b", effects=[effect(unit="USD")])))
    both = risk.update_register(mixed, [], as_of="2021-01-01")
    assert "units are never mixed" in " ".join(t.get_text() for t in charts.register(both.verdicts).axes[0].texts)
    held(charts.register(both.verdicts))


def test_the_last_tick_of_the_register_stays_on_the_page(folder: Path, example: Path) -> None:
    """Its label, such as “10 million”, reaches half its width beyond the panel."""
    register = read_register(folder / "risk_register.yaml")
    updated = risk.update_register(register, [read_incident(example)], as_of=None)
    held(charts.register(updated.verdicts))


def test_calibration(folder: Path, updated: risk.RegisterUpdate) -> None:
    register = read_register(folder / "five_year_register.yaml")
    alt = held(charts.calibration(risk.scores(register, INCIDENTS, as_of=UNTIL), title="Made up"))
    assert "7 of 8 ranges held what happened" in alt
    nothing = risk.scores(Register(), [], as_of=UNTIL)
    assert "none can be scored" in held(charts.calibration(nothing))
    assert "No forecast is older" in held(charts.calibration(None))
    assert "how its causes come together" in held(charts.chain(None))


def test_an_incident_without_a_known_loss_has_words(root: Path) -> None:
    gitlab = read_incident(root / "data" / "incidents" / "2017-01-31-gitlab-database")
    verdicts = risk.verdicts(gitlab, read_register(root / "data" / "risk_register.yaml"), as_of=None, level=0.9)
    curves = risk.loss_curves(verdicts)
    assert curves.empty
    held(charts.exceedance(curves, curves, title=gitlab.subject))
    held(charts.bow_tie(risk.bow_tie(verdicts, actions=risk.actions(gitlab)), title=gitlab.subject))


def test_the_same_bytes_twice(updated: risk.RegisterUpdate, tmp_path: Path) -> None:
    for place in ("a", "b"):
        charts.save(charts.register(updated.verdicts), tmp_path / place, "register")
        charts.save(charts.chain(risk.chain(TRAINS)), tmp_path / place, "chain")
    for name in ("register.png", "register.svg", "chain.png", "chain.svg"):
        assert (tmp_path / "a" / "charts" / name).read_bytes() == (tmp_path / "b" / "charts" / name).read_bytes()
