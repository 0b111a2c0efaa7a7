"""No two texts of a chart overlap, none is cut off, no line runs over one: held on every shipped incident, on the made-up
one, and on made-up frames that are harder than any of them. The boxes are the renderer's own, at the size of the PNG."""

from __future__ import annotations

import itertools
import re
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch
from matplotlib.text import Annotation, Text

from incident_analysis import charts, frames, impact, read_incident, read_register, risk, timeline
from incident_analysis.estimate import Estimate

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = [*sorted((ROOT / "data" / "incidents").iterdir()), ROOT / "tests" / "data" / "2026-03-07-checkout"]
DPI = 200


def drawn(figure: Figure) -> FigureCanvasAgg:
    """The figure drawn at the size of its PNG; a glyph that the font lacks is an error."""
    figure.set_dpi(DPI)
    canvas = FigureCanvasAgg(figure)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        canvas.draw()
    return canvas


def texts(figure: Figure, canvas: FigureCanvasAgg) -> list[tuple[str, Any]]:
    """Every visible text with its box in pixels."""
    renderer = canvas.get_renderer()
    found = [t for t in figure.findobj(Text) if t.get_visible() and t.get_text().strip()]
    # Axes that are switched off keep texts that are never drawn.
    found = [t for t in found if t.axes is None or t.axes.axison or t in t.axes.texts]
    return [(t.get_text(), t.get_window_extent(renderer)) for t in found]


def faults(figure: Figure, found: list[tuple[str, Any]]) -> list[str]:
    """What overlaps or is cut off, in words."""
    assert found, "a chart without any text"
    wide, high = figure.get_size_inches() * DPI
    said = [
        f"cut off: {text!r} {box.extents.round()} of {wide:.0f} x {high:.0f}"
        for text, box in found
        if box.x0 < 0 or box.y0 < 0 or box.x1 > wide or box.y1 > high
    ]
    for (one, a), (other, b) in itertools.combinations(found, 2):
        # Boxes include the font's descent and ascent: a pixel of them is white.
        if min(a.x1, b.x1) - max(a.x0, b.x0) > 1 and min(a.y1, b.y1) - max(a.y0, b.y0) > 1:
            said.append(f"overlap: {one!r} and {other!r}")
    return said


def fit(drawing: Any) -> list[tuple[str, Any]]:
    """Hold the drawing to the promise; its texts with their boxes."""
    figure = drawing if isinstance(drawing, Figure) else drawing.figure
    assert figure.get_size_inches()[0] == pytest.approx(6.5)
    found = texts(figure, drawn(figure))
    assert faults(figure, found) == []
    return found


@pytest.fixture(scope="module", params=FOLDERS, ids=lambda folder: folder.name)
def incident(request: pytest.FixtureRequest) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return read_incident(request.param)


def subject(incident: Any) -> str:
    return f"{incident.title}, {incident.organisation}"


def test_the_check_itself_sees_an_overlap_and_a_cut() -> None:
    figure = Figure(figsize=(2, 1))
    figure.text(0.1, 0.5, "one text")
    assert faults(figure, texts(figure, drawn(figure))) == []
    figure.text(0.15, 0.5, "another")
    figure.text(0.9, 0.1, "too far to the right")
    found = faults(figure, texts(figure, drawn(figure)))
    assert [fault.split(":")[0] for fault in found] == ["cut off", "overlap"]


def test_lanes_of_every_incident(incident: Any) -> None:
    ax = charts.lanes(timeline.events(incident), moments=timeline.moments(incident), title=subject(incident))
    flags_are_clear(ax, fit(ax))


def test_phases_of_every_incident(incident: Any) -> None:
    ax = charts.phases(timeline.moments(incident), timeline.durations(incident), title=subject(incident))
    flags_are_clear(ax, fit(ax))


def test_impact_of_every_incident(incident: Any) -> None:
    fit(charts.impact(impact.ledger(incident), title=subject(incident)))


def test_causes_of_every_incident(incident: Any) -> None:
    ax = charts.causes(risk.causes(incident), risk.actions(incident), title=subject(incident))
    found = fit(ax)
    edges_are_clear(ax, found)
    texts_stay_in_their_boxes(ax, found)


def test_belief_of_every_incident(incident: Any) -> None:
    shipped = read_register(ROOT / "data" / "risk_register.yaml")
    # Most name no scenario: then words say so.
    fit(charts.belief(risk.verdicts(incident, shipped, as_of=None, level=0.9), title=subject(incident)))


def test_belief_of_the_made_up_incident(register: Any, checkout: Any) -> None:
    verdicts = risk.verdicts(checkout, register, as_of=None, level=0.9)
    assert verdicts, "the made-up incident names a scenario of its register"
    fit(charts.belief(verdicts, title=subject(checkout)))


@pytest.fixture(scope="module")
def register() -> Any:
    return read_register(ROOT / "tests" / "data" / "risk_register.yaml")


@pytest.fixture(scope="module")
def checkout() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return read_incident(FOLDERS[-1])


# Lines and texts ---------------------------------------------------------------------------------------------------


def flags_are_clear(ax: Any, found: list[tuple[str, Any]]) -> None:
    """No milestone's line runs through the label of another, above the axes."""
    top = ax.get_window_extent().y1
    labels = [(t, b) for t, b in found if b.y0 >= top and ("·" in t or re.fullmatch(r"M\d", t))]
    lines = [line for line in ax.lines if not line.get_clip_on() and len(line.get_xdata()) == 2]
    ends = [line.get_transform().transform(line.get_xydata()) for line in lines]
    for (x, _), (_, reach) in (e for e in ends if abs(e[0][0] - e[1][0]) < 0.01):
        for text, box in labels:
            assert not (box.x0 < x < box.x1 and box.y0 < reach), f"a line runs through {text!r}"


def edges_are_clear(ax: Any, found: list[tuple[str, Any]]) -> None:
    """No arrow runs over a text, or through a box that it does not join."""
    for arrow in ax.findobj(FancyArrowPatch):
        path = arrow.get_transform().transform_path(arrow._path_original)
        points = path.interpolated(1).to_polygons(closed_only=False)[0]
        dense = np.concatenate([np.linspace(a, b, 40) for a, b in itertools.pairwise(points)])
        for text, box in found:
            inside = (dense > [box.x0, box.y0]).all(axis=1) & (dense < [box.x1, box.y1]).all(axis=1)
            assert not inside.any(), f"an arrow runs over {text!r}"
        for shape in ax.findobj(FancyBboxPatch):
            box = shape.get_window_extent()
            # A pixel inside its rim: where an arrow starts and ends it touches the box.
            inside = (dense > [box.x0 + 3, box.y0 + 3]).all(axis=1) & (dense < [box.x1 - 3, box.y1 - 3]).all(axis=1)
            assert not inside.any(), "an arrow runs through a box"


def texts_stay_in_their_boxes(ax: Any, found: list[tuple[str, Any]]) -> None:
    for shape in ax.findobj(FancyBboxPatch):
        box = shape.get_window_extent()
        for text, b in found:
            if box.x0 < (b.x0 + b.x1) / 2 < box.x1 and box.y0 < (b.y0 + b.y1) / 2 < box.y1:
                within = box.x0 <= b.x0 and b.x1 <= box.x1 and box.y0 <= b.y0 and b.y1 <= box.y1
                assert within, f"{text!r} is wider than its box"


# Made-up frames, harder than the shipped incidents ------------------------------------------------------------------

MILESTONES = ("malfunction_began", "started", "detected", "acknowledged", "mitigated", "restored", "resolved")
LONG = "A very long text that goes on and on, with costs of $5 and $6, an under_score, " + "Donaudampfschifffahrt" * 4


def events_frame(rows: list[dict[str, Any]]) -> pd.DataFrame:
    return frames.build(frames.TIMELINE, [{"certainty": "exact", "kind": "action", "include": True, **r} for r in rows])


def moments_frame(**times: Any) -> pd.DataFrame:
    rows = []
    for name in MILESTONES:
        time, certainty = times.get(name, (None, "unknown"))
        stamp = None if time is None else pd.Timestamp(time, tz="UTC")
        rows.append(
            {
                "milestone": name,
                "time": stamp,
                "time_low": stamp,
                "time_high": stamp,
                "certainty": certainty,
                "text": "x",
            }
        )
    return frames.build(frames.MOMENTS, rows)


def crowded() -> pd.DataFrame:
    start = pd.Timestamp("2024-02-29T23:58", tz="UTC")
    rows = [{"event_id": f"e{n:02d}", "time": start + pd.Timedelta(seconds=7 * n)} for n in range(60)]
    rows += [{"event_id": f"u{n:02d}", "certainty": "unknown"} for n in range(15)]
    rows += [{"event_id": "z1", "time": start + pd.Timedelta(days=40), "kind": "a_kind_of_its_own"}]
    return events_frame(rows)


def years() -> pd.DataFrame:
    return events_frame(
        [
            {
                "event_id": "failover-of-the-primary",
                "time": pd.Timestamp("1628-08-10T15:00", tz="UTC"),
                "kind": "failure",
            },
            {"event_id": "b", "certainty": "unknown"},
            {"event_id": "c", "time": pd.Timestamp("2024-07-19T04:09", tz="UTC"), "kind": "alert"},
        ]
    )


def one() -> pd.DataFrame:
    return events_frame([{"event_id": "e1", "time": pd.Timestamp("2024-12-31T23:59:59.5", tz="UTC")}])


def unknown_first() -> pd.DataFrame:
    return events_frame(
        [{"event_id": f"u{n}", "certainty": "unknown"} for n in range(5)]
        + [{"event_id": "e1", "time": pd.Timestamp("2024-12-31T23:00", tz="UTC")}]
    )


@pytest.mark.parametrize("make", [crowded, years, one, unknown_first], ids=lambda f: f.__name__)
def test_lanes_of_hard_timelines(make: Callable[[], pd.DataFrame]) -> None:
    fit(charts.lanes(make(), title=LONG))
    seconds = {name: (f"2024-02-29T23:58:{n:02d}", "exact" if n % 2 else "approx") for n, name in enumerate(MILESTONES)}
    ax = charts.lanes(make(), moments=moments_frame(**seconds))
    flags_are_clear(ax, fit(ax))


def test_phases_of_one_milestone_alone_and_of_seven_at_once() -> None:
    nothing = frames.estimates(({}, name, Estimate.unknown(LONG, unit="s")) for name in timeline.DURATIONS)
    fit(charts.phases(moments_frame(started=("2024-02-29T23:58", "exact")), nothing, title=LONG))
    at_once = dict.fromkeys(MILESTONES, ("2024-02-29T23:58", "exact"))
    fit(charts.phases(moments_frame(**at_once), nothing))


def ledger_frame(rows: list[dict[str, Any]]) -> pd.DataFrame:
    base = {"kind": "money", "what": "what", "unit": "USD", "certainty": "stated", "role": "loss"}
    return frames.build(frames.LEDGER, [{**base, "id": f"i{n}", **row} for n, row in enumerate(rows)])


def test_impact_of_a_hard_ledger() -> None:
    ledger = ledger_frame(
        [
            {"likely": 1.0, "what": LONG, "note": LONG},
            {"likely": 4.4e11, "certainty": "counted", "what": LONG, "stated": LONG},
            {"low": 3.0, "part_of": "i1", "conflicts_with": "i0"},
            {"high": 5e-7, "role": "context"},
            {"low": 2.0, "high": 9e9, "likely": 7e6, "role": "gain"},
            {"certainty": "unknown", "stated": "many"},
            {"likely": 0.0, "unit": "records", "kind": "data"},
            {"likely": -5.0, "unit": "points", "kind": "reputation"},
            {
                "likely": 123456789.123,
                "unit": "a very long unit of measurement that does not end " * 2,
                "kind": "other",
            },
            {"low": 4000.0, "unit": "s", "kind": "other"},
            {"part_of": "i10", "kind": "deals", "unit": "deals"},
        ]
    )
    fit(charts.impact(ledger, title=LONG))


def log_counts(records: list[tuple[str, int | None]], *, every: str = "1min", without_time: int = 0) -> pd.DataFrame:
    """What `count_logs` gives of records, each with its time and its severity number."""
    times = pd.to_datetime([t for t, _ in records], utc=True, format="ISO8601").astype("datetime64[ns, UTC]")
    keys = ["" if n is None else str(n) for _, n in records]
    made = pd.DataFrame({"time": times.floor(every), "key": pd.Series(keys, dtype="str")})
    made = made.groupby(["time", "key"]).size().rename("count").reset_index()
    made.insert(1, "end", made["time"] + pd.Timedelta(every))
    made.attrs["without_time"] = without_time
    return made


def scattered(count: int, seconds: float) -> list[tuple[str, int | None]]:
    generator = np.random.default_rng(5)
    start = pd.Timestamp("2024-02-29T21:07", tz="UTC")
    times = [start + pd.Timedelta(seconds=float(s)) for s in np.cumsum(generator.exponential(seconds, count))]
    levels = [int(n) or None for n in generator.choice([0, 1, 5, 9, 13, 17, 21], count)]
    return [(t.isoformat(), n) for t, n in zip(times, levels, strict=True)]


@pytest.mark.parametrize(
    "counts",
    [
        log_counts(scattered(3000, 40)),
        log_counts(scattered(40, 90_000), without_time=3),
        log_counts(scattered(12, 0.02), every="10ms"),
        log_counts(scattered(300, 9), every="7s"),
        log_counts([("1970-01-01T00:00:00Z", 21), *scattered(200, 30)]),
        log_counts([("2024-02-29T23:59:59.9Z", None)]),
        log_counts([("2024-02-29T23:59:59Z", 9), ("2026-02-28T00:00:00Z", 9)]),
        log_counts([(f"2024-03-01T0{n}:00:00Z", 17) for n in (0, 3, 5, 9)] * 123456),
        log_counts([("2024-02-29T23:59:59Z", 9)]).iloc[:0],
    ],
    ids=["a day", "sparse", "milliseconds", "odd intervals", "an outlier", "one", "two years", "many", "none"],
)
def test_log_rates_of_hard_logs(counts: pd.DataFrame) -> None:
    window = {"start": pd.Timestamp("2024-02-29T22:00Z"), "end": pd.Timestamp("2024-03-01T04:00Z"), "effect": LONG}
    fit(charts.log_rates(counts))
    windows = frames.build(frames.WINDOWS, [window, window | {"end": None, "effect": "not over"}])
    fit(charts.log_rates(counts, title=LONG, windows=windows))


def test_letters_that_the_font_lacks_become_boxes_and_stay_in_the_words() -> None:
    text = "主数据库目录被删除 🔥\u202e\x07 <b>$\\frac{1}{2}$</b>"
    causes = frames.build(frames.CAUSES, [{"cause_id": "c", "kind": "trigger", "text": text, "leads_to": ()}])
    ax = charts.causes(causes, title=text)
    found = [words for words, _ in fit(ax)]
    # People's markup is text like any other; direction and control characters are gone.
    assert "□□□□□□□□□ □ <b>$\\frac{1}{2}$</b>" in found
    assert "主数据库目录被删除 🔥 <b>$\\frac{1}{2}$</b>" in ax.figure.chart_alt
    assert "\u202e" not in ax.figure.chart_alt


def test_causes_of_a_hard_graph() -> None:
    generator = np.random.default_rng(7)
    rows = []
    for n in range(40):
        targets = tuple(f"c{t}" for t in sorted(set(generator.integers(n + 1, 41, 2).tolist())) if t < 40)
        rows.append(
            {
                "cause_id": f"c{n}",
                "kind": ("latent", "trigger", "contributing")[n % 3],
                "text": LONG,
                "leads_to": targets,
            }
        )
    rows += [{"cause_id": f"x{n}", "kind": "effect", "text": f"effect {n}", "leads_to": ()} for n in range(8)]
    rows[39]["leads_to"] = tuple(f"x{n}" for n in range(8))
    actions = frames.build(
        frames.ACTIONS,
        [
            {
                "action_id": f"a{n}",
                "category": "prevention",
                "status": ("done", "planned", "rejected")[n % 3],
                "text": LONG,
                "cuts": ("c3", "c39", "x1"),
            }
            for n in range(9)
        ],
    )
    ax = charts.causes(frames.build(frames.CAUSES, rows), actions, title=LONG)
    found = fit(ax)
    edges_are_clear(ax, found)
    texts_stay_in_their_boxes(ax, found)


def test_belief_of_wide_and_narrow_and_exact_figures() -> None:
    x = np.linspace(0.001, 5000, 400)
    rows = [
        pd.DataFrame({"quantity": LONG, "which": w, "x": x, "density": np.exp(-x / s), "unit": "s"})
        for w, s in (("prior", 900.0), ("posterior", 5.0))
    ]
    rows.append(
        pd.DataFrame({"quantity": ["exact"], "which": ["prior"], "x": [0.02], "density": [np.nan], "unit": [""]})
    )
    fit(charts.belief(pd.concat(rows), title=LONG))


@pytest.mark.parametrize("panels", ["impact", "belief", "log_rates", "no logs"])
def test_charts_of_many_panels_take_a_figure(panels: str) -> None:
    mine = Figure(figsize=(3, 3))
    if panels == "impact":
        given = charts.impact(ledger_frame([{"likely": 5.0}]), figure=mine)
    elif panels in ("log_rates", "no logs"):
        counts = log_counts([("2024-02-29T23:59:59Z", 9)])
        given = charts.log_rates(counts if panels == "log_rates" else counts.iloc[:0], figure=mine)
    else:
        frame = pd.DataFrame(
            {"quantity": "q", "which": "prior", "x": [0.0, 1.0, 2.0], "density": [0.0, 1.0, 0.0], "unit": ""}
        )
        given = charts.belief(frame, figure=mine)
    assert given is mine
    if panels != "no logs":  # words alone take the figure as it is
        fit(mine)


def test_charts_draw_on_axes_that_came_in() -> None:
    mine = Figure(figsize=(9, 6)).add_axes((0.3, 0.3, 0.6, 0.4))
    assert charts.lanes(crowded(), ax=mine) is mine
    assert any(isinstance(artist, Line2D) for artist in mine.lines)
    assert not [a for a in mine.findobj(Annotation) if a.get_text()]
