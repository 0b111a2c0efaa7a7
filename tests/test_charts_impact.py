"""The charts of the consequences: no two texts overlap, nothing is cut off, and what is drawn is what is known."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from incident_analysis import charts, frames, impact, read_incident, timeline
from incident_analysis.charts import style
from incident_analysis.estimate import Estimate
from incident_analysis.incident import Incident
from tests import made_up_service as service
from tests.test_charts_layout import FOLDERS, fit

WINDOW = service.window(aligned="5min")
TITLE = "Made up: there is no such service"


@pytest.fixture(scope="module", params=FOLDERS, ids=lambda folder: folder.name)
def incident(request: pytest.FixtureRequest) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return read_incident(request.param)


@pytest.fixture(scope="module")
def made_up() -> service.MadeUp:
    return service.traffic(1)


def test_recovery_of_every_incident(incident: Incident) -> None:
    ax = charts.recovery(impact.recovery(incident), timeline.moments(incident), title=incident.subject)
    fit(ax)
    assert style.is_words(ax.figure) == (not incident.promises)


def test_what_if_of_every_incident(incident: Incident) -> None:
    for asked in ({"detected_after": "0s"}, {"restored_after": "10min"}):
        fit(charts.what_if(impact.what_if(incident, **asked), change="another time", title=incident.subject))


def test_what_is_drawn_of_a_scenario_is_its_share(incident: Incident) -> None:
    scenarios = impact.what_if(incident, restored_after="10min")
    ax = charts.what_if(scenarios, change="back after 10 min", title=incident.subject)
    if style.is_words(ax.figure):
        return
    drawn = sorted(
        float(line.get_xdata()[0]) for line in ax.lines if line.get_marker() in ("o", "s") and line.get_zorder() == 3
    )
    expected = []
    for row in frames.rows(scenarios[(scenarios["name"] == "scenario") & (scenarios["model"] != "refused")]):
        mine = scenarios[(scenarios["line"] == row["line"]) & (scenarios["model"] == row["model"])]
        actual, left = (frames.named(mine, name) for name in ("actual", "scenario"))
        pair = (
            (left.value, actual.value)
            if left.value is not None
            else (left.low, actual.low)
            if left.low is not None
            else (left.high, actual.high)
        )
        if pair[0] is not None and pair[1]:
            expected.append(pair[0] / pair[1])
    assert drawn == pytest.approx(sorted(expected))


def test_traffic_with_the_gap_and_its_size(made_up: service.MadeUp) -> None:
    lost = impact.lost_requests(made_up.series, windows=WINDOW)
    usual = impact.usual_traffic(made_up.series, windows=WINDOW)
    ax = charts.traffic(usual, lost=lost, title=TITLE)
    found = [text for text, _ in fit(ax)]
    figure = frames.named(lost, "lost_requests").short
    assert any(figure in text for text in found), "the area's size is printed"
    assert figure in style.own_words(ax.figure)[1]
    came = next(line for line in ax.lines if line.get_color() == style.BLUE and line.get_zorder() == 4)
    assert np.asarray(came.get_ydata())[::2].tolist() == usual["count"].astype(float).tolist()


@pytest.mark.parametrize("weeks", [1, 2, 3])
def test_traffic_where_little_can_be_compared(weeks: int) -> None:
    made = service.traffic(2, weeks=weeks)
    window = service.window(weeks, aligned="5min")
    fit(
        charts.traffic(
            impact.usual_traffic(made.series, windows=window),
            lost=impact.lost_requests(made.series, windows=window),
            title=TITLE,
        )
    )


def test_what_came_is_what_was_measured_not_what_coarse_intervals_overlap(made_up: service.MadeUp) -> None:
    usual = impact.usual_traffic(made_up.series, windows=WINDOW)
    came = Estimate(None, 10, 12, interval="bounds", unit="requests")
    ax = charts.traffic(usual, lost=frames.estimates([({}, "requests", came)]), title=TITLE)
    alt = style.own_words(ax.figure)[1]
    assert "Inside the incident between 10 and 12 requests came" in alt


def test_traffic_of_nothing_says_so() -> None:
    empty = impact.usual_traffic(frames.empty(frames.SERIES), windows=WINDOW)
    ax = charts.traffic(empty, title=TITLE)
    fit(ax)
    assert style.is_words(ax.figure)


@pytest.mark.parametrize("target", [0.9, 0.999, 0.99999])
def test_the_error_budget_with_the_incident_marked(made_up: service.MadeUp, target: float) -> None:
    at = "2026-03-02T00:00:00Z"
    left = impact.budget_left(made_up.series, target=target, window="28d", at=at)
    budget = impact.error_budget(made_up.series, target=target, window="28d", at=at, windows=WINDOW)
    ax = charts.error_budget(
        left, budget=budget, windows=WINDOW, alerts=impact.alerts(made_up.series, target=target), title=TITLE
    )
    fit(ax)
    (line,) = (one for one in ax.lines if one.get_color() == style.BLUE and len(one.get_xdata()) > 2)
    assert float(np.asarray(line.get_ydata())[-1]) == pytest.approx(frames.named(budget, "left_ratio").value)


def test_a_budget_that_is_not_known_is_said_in_words(made_up: service.MadeUp) -> None:
    left = impact.budget_left(made_up.series, target=0.999, window="90d", at="2026-03-02T00:00:00Z")
    budget = impact.error_budget(made_up.series, target=0.999, window="90d", at="2026-03-02T00:00:00Z")
    ax = charts.error_budget(left, budget=budget, title=TITLE)
    found = fit(ax)
    assert style.is_words(ax.figure)
    assert any("how many events" in " ".join(text.split()) for text, _ in found)


def test_long_words_and_many_promises_fit() -> None:
    promises = [
        {
            "time": f"2026-03-06T1{n}:00:00Z",
            "audience": "everybody who had subscribed to the page of a service with a long name " * (n % 2) or "staff",
            "about": "recovery of all of what had been lost since the morning of the day before yesterday " * 2,
            "expected_by": f"2026-03-06T1{n}:30:00Z",
        }
        for n in range(6)
    ]
    made = Incident.model_validate(
        {
            "id": "made-up",
            "title": "Made up",
            "severity": "P3",
            "times": {"started": "2026-03-06T09:00:00Z", "restored": {"certainty": "not_yet"}},
            "as_of": "2026-03-06T20:00:00Z",
            "promises": promises,
            "impact": [
                {
                    "id": f"i{n}",
                    "kind": "money",
                    "what": "Sales that a shop with a very long name did not make " * 3,
                    "low": 10.0**n,
                    "high": 3 * 10.0**n,
                    "unit": "EUR",
                }
                for n in range(1, 9)
            ],
        }
    )
    fit(charts.recovery(impact.recovery(made), timeline.moments(made), title=TITLE))
    fit(charts.what_if(impact.what_if(made, restored_after="1h"), change="restored after 1 h", title=TITLE))


def test_only_charts_that_show_something_are_saved(made_up: service.MadeUp, tmp_path: Path) -> None:
    nothing = charts.traffic(impact.usual_traffic(frames.empty(frames.SERIES), windows=WINDOW))
    something = charts.traffic(impact.usual_traffic(made_up.series, windows=WINDOW))
    kept = charts.save_known({"a": nothing, "b": something}, tmp_path)
    assert [chart.name for chart in kept] == ["b"]
    assert sorted(p.name for p in (tmp_path / "charts").iterdir()) == ["b.png", "b.svg"]
    assert pd.isna(impact.usual_traffic(made_up.series, windows=WINDOW)["value"]).sum() == 0


def test_each_objective_has_a_budget_line_and_its_own_figures(made_up: service.MadeUp) -> None:
    worse = made_up.series.assign(key="worse", good=made_up.series["good"] - made_up.series["valid"] * 0.0005)
    levels = pd.concat([made_up.series.assign(key="shop"), worse], ignore_index=True)
    objectives = [{"service": name, "target": 0.99, "window": "28d"} for name in ("shop", "worse")]
    times = {"started": "2026-02-28T13:04:00Z", "restored": "2026-02-28T14:31:00Z"}
    incident = Incident.model_validate(
        {"id": "made-up", "title": TITLE, "severity": "P3", "times": times, "slo": objectives}
    )
    measured = impact.measured(incident, levels)
    ax = charts.error_budget(
        impact.budget_line(incident, levels),
        budget=measured,
        windows=WINDOW,
        alerts=impact.alert_times(incident, levels),
        title=TITLE,
    )
    found = [text for text, _ in fit(ax)]
    drawn = [one for one in ax.lines if len(one.get_xdata()) > 2]
    assert len({(one.get_color(), one.get_linestyle()) for one in drawn}) == len(drawn) == 2
    for one, name in zip(drawn, ("shop", "worse"), strict=True):
        left = frames.named(measured[measured["service"] == name], "left_ratio").value
        assert float(np.asarray(one.get_ydata())[-1]) == pytest.approx(left)
        assert any(" ".join(text.split()).startswith(f"{name}: this incident spent") for text in found)
