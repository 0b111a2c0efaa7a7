"""Charts show what the frames say: places, shapes, bounds, and words where nothing is known.

Expected values are worked out by hand from the incidents' own times and figures, or by another library."""

from __future__ import annotations

import statistics
from typing import Any

import matplotlib.dates
import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Annotation, Text

from incident_analysis import charts, frames, impact, read_incident, risk, timeline
from incident_analysis.errors import FrameError


def said(drawing: Any) -> list[str]:
    """Every visible text of a chart."""
    figure = drawing if isinstance(drawing, Figure) else drawing.figure
    # Labels of ticks are made when the chart is drawn.
    figure.draw_without_rendering()
    return [t.get_text() for t in figure.findobj(Text) if t.get_visible() and t.get_text().strip()]


def alt(drawing: Any) -> str:
    figure = drawing if isinstance(drawing, Figure) else drawing.figure
    return str(figure.chart_alt)


def timeline_frame(*rows: dict[str, Any]) -> pd.DataFrame:
    return frames.build(frames.TIMELINE, [{"certainty": "exact", "kind": "action", "include": True, **r} for r in rows])


def at(time: str) -> pd.Timestamp:
    return pd.Timestamp(time, tz="UTC")


# Lanes -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def gitlab_lanes(gitlab: Any) -> Any:
    incident = read_incident(gitlab)
    return charts.lanes(timeline.events(incident), moments=timeline.moments(incident))


def x_of(ax: Any, time: str) -> float:
    """Pixel of an instant; the date number comes from matplotlib's own conversion."""
    return float(ax.transData.transform((matplotlib.dates.date2num(np.datetime64(time)), 0))[0])


def marks(ax: Any) -> dict[str, Any]:
    """The mark drawn left of each label: the last one that begins before it in its row."""
    lines = [line for line in ax.lines if line.get_marker() not in ("None", "|", "", None)]
    places = [(line, line.get_transform().transform(line.get_xydata())[0]) for line in lines]
    found = {}
    for text in ax.texts:
        x, y = text.get_transform().transform((0, 0))
        near = [(x - px, line, px) for line, (px, py) in places if abs(py - y) < 1 and 0 < x - px < 12]
        if near:
            found[text.get_text()] = min(near, key=lambda n: n[0])[1:]
    return found


def test_axis_is_true_to_time_and_a_gap_is_cut_and_told(gitlab_lanes: Any) -> None:
    hour = x_of(gitlab_lanes, "2017-01-31T19:00") - x_of(gitlab_lanes, "2017-01-31T18:00")
    assert x_of(gitlab_lanes, "2017-01-31T22:30") - x_of(gitlab_lanes, "2017-01-31T20:00") == pytest.approx(2.5 * hour)
    assert x_of(gitlab_lanes, "2017-02-01T18:00") - x_of(gitlab_lanes, "2017-02-01T17:00") == pytest.approx(hour)
    # From 23:30 (the second account of the removal) to 17:00 of the next day nothing has a time.
    cut = x_of(gitlab_lanes, "2017-02-01T17:00") - x_of(gitlab_lanes, "2017-01-31T23:30")
    assert cut < 3 * hour
    # Its length is printed inside the cut.
    gitlab_lanes.figure.draw_without_rendering()
    (label,) = (t.get_window_extent() for t in gitlab_lanes.texts if t.get_text() == "17 h 30 min")
    assert x_of(gitlab_lanes, "2017-01-31T23:30") < label.x0
    assert label.x1 < x_of(gitlab_lanes, "2017-02-01T17:00")
    assert "17 h 30 min" in said(gitlab_lanes)
    assert "UTC" in gitlab_lanes.get_xlabel()


def test_every_timed_event_stands_at_its_time(gitlab_lanes: Any) -> None:
    found = marks(gitlab_lanes)
    # From the incident's own file.
    stated = {
        "e02": "2017-01-31T18:00",
        "e04": "2017-01-31T21:00",
        "e06": "2017-01-31T22:00",
        "e14": "2017-02-01T17:00",
    }
    stated |= {"e08": "2017-01-31T23:27", "e16": "2017-02-01T18:14"}
    for label, time in stated.items():
        assert found[label][1] == pytest.approx(x_of(gitlab_lanes, time), abs=0.5)


def test_approximate_times_are_hollow_and_stated_ones_filled(gitlab_lanes: Any) -> None:
    found = marks(gitlab_lanes)
    fill = {label: matplotlib.colors.to_hex(line.get_markerfacecolor()) for label, (line, _) in found.items()}
    assert {label for label in fill if label.startswith("e") and fill[label] == "#ffffff"} == {"e01", "e03", "e15"}


def test_events_of_unknown_minute_keep_their_place(gitlab_lanes: Any) -> None:
    place = {t.get_text(): t.get_transform().transform((0, 0))[0] for t in gitlab_lanes.texts}
    assert x_of(gitlab_lanes, "2017-01-31T21:00") < place["e05"] < x_of(gitlab_lanes, "2017-01-31T22:00")
    assert x_of(gitlab_lanes, "2017-01-31T22:00") < place["e07"] < x_of(gitlab_lanes, "2017-01-31T23:27")
    # Their labels stand right of their marks, so the last may reach beyond its neighbour.
    assert x_of(gitlab_lanes, "2017-01-31T23:27") < place["e11"] < place["e12"] < place["e13"]
    assert "minute not known" in said(gitlab_lanes)
    assert "Time not known: acknowledged." in said(gitlab_lanes)


def test_milestones_stand_at_their_times_with_their_bounds(gitlab_lanes: Any) -> None:
    words = said(gitlab_lanes)
    assert "malfunction began · about 21:00" in words
    assert "started · 23:27–23:30" in words
    assert "detected · 22:00" in words


def test_every_event_is_drawn_once_and_one_left_out_is_not(gitlab: Any) -> None:
    events = timeline.events(read_incident(gitlab))
    words = said(charts.lanes(events))
    assert [words.count(f"e{n:02d}") for n in range(1, 17)] == [1] * 16
    events.loc[events["event_id"] == "e07", "include"] = False
    assert "e07" not in said(charts.lanes(events))


def test_a_day_is_a_bar_over_the_whole_day() -> None:
    events = timeline_frame(
        {
            "event_id": "d",
            "time": at("2023-01-04"),
            "time_low": at("2023-01-04"),
            "time_high": at("2023-01-05"),
            "certainty": "day",
        },
        {"event_id": "a", "time": at("2023-01-02T12:00")},
        {"event_id": "b", "time": at("2023-01-07T12:00")},
    )
    ax = charts.lanes(events)
    bars = [artist.get_window_extent() for artist in ax.patches]
    edges = {(round(x_of(ax, "2023-01-04")), round(x_of(ax, "2023-01-05")))}
    assert edges & {(round(bar.x0), round(bar.x1)) for bar in bars}
    assert "only the day is known" in said(ax)


def test_events_of_an_incident_in_summer_time_are_in_utc() -> None:
    times = pd.to_datetime(pd.Series(["2024-07-01T12:00+02:00", "2024-07-01T13:00+02:00"]), utc=True)
    ax = charts.lanes(timeline_frame(*({"event_id": f"e{n}", "time": t} for n, t in enumerate(times))))
    assert "10:00\n1 Jul" in said(ax)


# Phases ------------------------------------------------------------------------------------------------------------


def test_an_open_incident_runs_to_its_as_of_time(example: Any) -> None:
    incident = read_incident(example)
    ax = charts.phases(timeline.moments(incident), timeline.durations(incident))
    # Started 7 March 13:04, as of 9 March 09:00: 43 h 56 min.
    assert "at least 1 d 19 h 56 min, not over" in said(ax)
    assert any(line.get_marker() == ">" for line in ax.lines)
    assert "Not yet: resolved (as of 2026-03-09 09:00 UTC)." in said(ax)


def test_unknown_phases_are_words_and_no_bars(shipped: Any) -> None:
    incident = read_incident(shipped / "2021-12-09-gitlab-503")
    ax = charts.phases(timeline.moments(incident), timeline.durations(incident))
    words = said(ax)
    assert sum(word.startswith("unknown:") for word in words) == 4
    assert "5 min" in words
    # One known duration, from 21:24 to 21:29: one bar (with its hatched ground, of no width where the ends are exact).
    spans = {(round(a.get_window_extent().x0), round(a.get_window_extent().x1)) for a in bars_of(ax)}
    assert spans == {(round(x_of(ax, "2021-12-09T21:24")), round(x_of(ax, "2021-12-09T21:29")))}


def bars_of(ax: Any) -> list[Any]:
    return [patch for patch in ax.patches if patch.get_window_extent().y0 > ax.bbox.y0]


def test_bounds_of_an_end_are_hatched(gitlab: Any) -> None:
    incident = read_incident(gitlab)
    ax = charts.phases(timeline.moments(incident), timeline.durations(incident))
    hatched = [a.get_window_extent() for a in bars_of(ax) if a.get_hatch()]
    solid = [a.get_window_extent() for a in bars_of(ax) if not a.get_hatch()]
    early, late = x_of(ax, "2017-01-31T23:27"), x_of(ax, "2017-01-31T23:30")
    assert any(b.x0 == pytest.approx(early, abs=0.5) for b in hatched)
    assert any(b.x0 == pytest.approx(late, abs=0.5) for b in solid)


# Impact ------------------------------------------------------------------------------------------------------------


def ledger_frame(*rows: dict[str, Any]) -> pd.DataFrame:
    base = {"kind": "money", "what": "what", "unit": "USD", "certainty": "stated", "role": "loss"}
    return frames.build(frames.LEDGER, [{**base, "id": f"i{n}", **row} for n, row in enumerate(rows)])


def panels(figure: Figure) -> list[Any]:
    return [ax for ax in figure.axes if ax.axison]


def test_units_never_share_an_axis(shipped: Any) -> None:
    for folder in sorted(shipped.iterdir()):
        ledger = impact.ledger(read_incident(folder))
        known = ledger[ledger[["low", "likely", "high"]].notna().any(axis=1)]
        figure = charts.impact(ledger)
        assert len(panels(figure)) == len(known[["kind", "unit"]].drop_duplicates())


def test_bounds_and_unknowns_of_the_ledger() -> None:
    figure = charts.impact(
        ledger_frame({"likely": 5.0}, {"low": 3.0}, {"high": 4.0}, {"certainty": "unknown"}, {"low": 1.0, "high": 2.0})
    )
    (ax,) = panels(figure)
    dots = sorted(float(line.get_xdata()[0]) for line in ax.lines if line.get_marker() == "o")
    # A point, at least and at most have a mark; a pair of bounds is a line; unknown is no number.
    assert dots == [3.0, 4.0, 5.0]
    ranges = [tuple(line.get_xdata()) for line in ax.lines if line.get_marker() == "|" and len(line.get_xdata()) == 2]
    assert ranges == [(1.0, 2.0)]
    arrows = {float(a.xyann[0]): np.sign(a.xy[0]) for a in ax.findobj(Annotation)}
    assert arrows == {3.0: 1, 4.0: -1}
    words = said(figure)
    assert words[words.index("→") + 1] == "at least"
    assert words[words.index("←") + 1] == "at most"
    assert {"?", "no figure known", "at least USD 3", "at most USD 4", "unknown (USD)"} <= set(words)
    assert ax.get_xscale() == "linear"


def test_zero_is_a_figure_and_unknown_is_none() -> None:
    figure = charts.impact(ledger_frame({"likely": 0.0, "unit": "records"}, {"certainty": "unknown", "unit": "users"}))
    (ax,) = panels(figure)
    assert [float(line.get_xdata()[0]) for line in ax.lines if line.get_marker() == "o"] == [0.0]
    assert {"0 records", "unknown (users)"} <= set(said(figure))


def test_a_wide_range_is_logarithmic_and_says_so() -> None:
    figure = charts.impact(ledger_frame({"likely": 12e6}, {"likely": 4.4e8}, {"likely": 1e4}))
    assert [ax.get_xscale() for ax in panels(figure)] == ["log"]
    assert "log scale" in said(figure)
    figure = charts.impact(ledger_frame({"likely": 12e6}, {"likely": 4.4e8}, {"likely": 0.0}))
    assert [ax.get_xscale() for ax in panels(figure)] == ["linear"]


def test_certainty_is_told_by_shape_and_context_is_grey() -> None:
    rows = [{"likely": 5.0, "certainty": c} for c in ("counted", "stated", "reported", "estimate", "derived")]
    (ax,) = panels(charts.impact(ledger_frame(*rows, {"likely": 5.0, "role": "context"})))
    dots = [line for line in ax.lines if len(line.get_xdata()) == 1 and line.get_marker() != "|"]
    looks = [(line.get_marker(), matplotlib.colors.to_hex(line.get_markerfacecolor()) == "#ffffff") for line in dots]
    assert len(set(looks[:5])) == 5
    red, green, blue = matplotlib.colors.to_rgb(dots[5].get_color())
    assert red == green == blue


# Belief ------------------------------------------------------------------------------------------------------------


def test_medians_and_intervals_are_those_of_the_densities() -> None:
    # The quantiles come from the standard library's normal distribution.
    pieces = []
    for which, normal in (("prior", statistics.NormalDist(10, 2)), ("posterior", statistics.NormalDist(12, 1))):
        x = np.linspace(normal.mean - 6 * normal.stdev, normal.mean + 6 * normal.stdev, 2001)
        pieces.append(pd.DataFrame({"which": which, "x": x, "density": [normal.pdf(v) for v in x]}))
    figure = charts.belief(pd.concat(pieces).assign(quantity="rate", unit="per year"), level=0.8)
    low, high = (statistics.NormalDist(10, 2).inv_cdf(p) for p in (0.1, 0.9))
    (ax,) = panels(figure)
    ranges = [tuple(line.get_xdata()) for line in ax.lines if line.get_marker() == "|"]
    assert ranges[0] == pytest.approx((low, high), abs=1e-3)
    assert {"assumed: 10 [7.44, 12.6]", "now: 12 [10.7, 13.3]", "80 % interval", "rate (per year)"} <= set(said(figure))
    assert ax.get_xscale() == "linear"


def test_verdicts_give_a_panel_for_each_known_quantity(example: Any) -> None:
    from incident_analysis import read_register

    incident = read_incident(example)
    verdicts = risk.verdicts(incident, read_register(example.parents[1] / "risk_register.yaml"), as_of=None, level=0.9)
    figure = charts.belief(verdicts)
    curves = pd.concat([verdict.curves() for verdict in verdicts])
    assert len(panels(figure)) == curves["quantity"].nunique()
    # The prior's interval is the one that the register states: 0.2 to 2 a year at 90 %.
    assert any("[0.2, 2]" in text for text in said(figure))


def test_a_shipped_assumption_names_where_it_comes_from_and_that_it_was_made_afterwards(gitlab: Any, root: Any) -> None:
    from incident_analysis import read_register

    register = read_register(root / "data" / "risk_register.yaml")
    figure = charts.belief(risk.verdicts(read_incident(gitlab), register, as_of=None, level=0.9))
    words = " ".join(" ".join(said(figure)).split())
    # As the register's own file has it: class, file and query; assumptions of later years than 2017.
    for piece in ("status pages", "data/incidents/2024.json", "query: jq", "Reconstructed afterwards:", "Unknown for"):
        assert piece in words
    assert "assumed: " not in words


def test_a_frame_without_its_columns_is_refused() -> None:
    with pytest.raises(FrameError, match="without density, unit"):
        charts.belief(pd.DataFrame({"quantity": [], "which": [], "x": []}))


# Causes ------------------------------------------------------------------------------------------------------------


def causes_frame(**edges: tuple[str, ...]) -> pd.DataFrame:
    rows = [
        {"cause_id": n, "kind": "effect" if n[0] == "x" else "latent", "text": n, "leads_to": t}
        for n, t in edges.items()
    ]
    return frames.build(frames.CAUSES, rows)


def test_causes_stand_above_what_they_lead_to() -> None:
    ax = charts.causes(causes_frame(a=("b", "x1"), b=("c",), c=("x1",), lonely=(), x1=(), x2=()))
    height = {t.get_text(): t.get_transform().transform((0, 0))[1] for t in ax.texts}
    assert height["a"] > height["b"] > height["c"] > height["x1"] == height["x2"] < height["lonely"]
    assert "An effect without an arrow: what led to it is not stated." in said(ax)


def test_actions_are_named_below_what_they_cut_and_rejected_ones_are_not() -> None:
    actions = frames.build(
        frames.ACTIONS,
        [
            {"action_id": "a1", "category": "prevention", "status": "done", "text": "one", "cuts": ("a",)},
            {"action_id": "a2", "category": "mitigation", "status": "planned", "text": "two", "cuts": ("a", "x1")},
            {"action_id": "a3", "category": "mitigation", "status": "rejected", "text": "three", "cuts": ("a",)},
        ],
    )
    ax = charts.causes(causes_frame(a=("x1",), x1=()), actions)
    words = said(ax)
    assert {"cut by a1 ✓, a2", "cut by a2", "a1 (prevention, done): one", "a2 (mitigation, planned): two"} <= set(words)
    assert words.index("a1 (prevention, done): one") < words.index("a2 (mitigation, planned): two")
    assert not any("a3" in word for word in words)
    assert "cut by a1 and a2" in alt(ax)


def test_a_circle_of_causes_is_refused_with_what_to_do() -> None:
    with pytest.raises(FrameError) as caught:
        charts.causes(causes_frame(a=("b",), b=("a",), x1=()))
    assert str(caught.value).startswith("causes: causes that lead to each other in a circle: a, b\nTo fix: ")


# Nothing known -----------------------------------------------------------------------------------------------------


def test_where_nothing_is_known_charts_say_so_and_draw_no_axis() -> None:
    nothing = frames.empty(frames.TIMELINE)
    timeless = timeline_frame(*({"event_id": f"e{n}", "certainty": "unknown"} for n in (1, 2)))
    moments = frames.build(frames.MOMENTS, [{"milestone": "started", "certainty": "unknown", "text": "unknown"}])
    unknown = ledger_frame({"certainty": "unknown", "what": "Revenue"}, {"certainty": "unknown", "stated": "many"})
    drawn = {
        "No event is known.": charts.lanes(nothing, title="An incident (made up)"),
        "No event has a known time. Their order: e1 and e2.": charts.lanes(timeless),
        "No milestone has a known time. Time not known: started.": charts.phases(
            moments, frames.empty(frames.ESTIMATES)
        ),
        "No consequence is known.": charts.impact(frames.empty(frames.LEDGER)),
        "No figure is known for 2 consequences: Revenue and what.": charts.impact(unknown),
        "No contributing factor and no effect is known.": charts.causes(frames.empty(frames.CAUSES)),
        "No assumption is known: no scenario of a risk register is named, or it states no prior.": charts.belief(()),
    }
    for words, drawing in drawn.items():
        figure = drawing if isinstance(drawing, Figure) else drawing.figure
        assert words in [" ".join(text.split()) for text in said(drawing)]
        assert alt(drawing).endswith(words)
        assert not any(ax.axison for ax in figure.axes)
        assert not any(ax.lines for ax in figure.axes)


def test_what_is_made_up_is_named_so_where_it_is_drawn(example: Any) -> None:
    incident = read_incident(example)
    title = f"{incident.title}, {incident.organisation}"
    ax = charts.lanes(timeline.events(incident), title=title)
    assert any("(made up)" in word for word in said(ax))
    assert "(made up)" in alt(ax)
