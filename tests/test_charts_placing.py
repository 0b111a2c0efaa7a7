"""The geometry behind the charts: whatever comes in, labels and boxes keep apart and edges lead downwards."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from incident_analysis.charts import amount_axis, layering, placing, style, time_axis

SPANS = st.lists(st.tuples(st.floats(0, 6), st.floats(0, 2)).map(lambda s: (s[0], s[0] + s[1])), max_size=20)
# Places on a grid: ties happen, as they do when two milestones fall in one minute.
LINES = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 15)), max_size=7).map(sorted)


@given(SPANS)
def test_stacked_spans_never_meet_in_a_row(spans: list[tuple[float, float]]) -> None:
    rows = placing.stack(spans, gap=0.05)
    for (a, row_a), (b, row_b) in itertools.combinations(zip(spans, rows, strict=True), 2):
        assert row_a != row_b or a[1] + 0.05 <= b[0] or b[1] + 0.05 <= a[0]
    assert set(rows) == set(range(len(set(rows)))), "no row is left empty"


@given(LINES)
@example([(0, 10), (0, 10), (5, 10)])
def test_flags_never_overlap_and_no_line_crosses_one(lines: list[tuple[int, int]]) -> None:
    xs, widths = [x / 10 for x, _ in lines], [w / 10 for _, w in lines]
    flags = placing.flags(xs, widths, left=-1.0, right=7.0)
    if flags is None:
        return
    spans = [(f.x, f.x + w) if f.right else (f.x - w, f.x) for f, w in zip(flags, widths, strict=True)]
    for (a, span_a), (b, span_b) in itertools.permutations(zip(flags, spans, strict=True), 2):
        assert a.row != b.row or span_a[1] <= span_b[0] or span_b[1] <= span_a[0]
        # The line of b reaches up to its own row: strictly inside the label of a it must end below.
        assert not span_a[0] < b.x < span_a[1] or b.row < a.row
        assert span_a[0] >= -1.0
        assert span_a[1] <= 7.0


def test_flags_that_do_not_fit_are_told() -> None:
    assert placing.flags([0.0], [3.0], left=-1.0, right=2.0) is None
    assert placing.flags([], [], left=0.0, right=1.0) == []


@st.composite
def graphs(draw: st.DrawFn) -> dict[str, list[str]]:
    """A graph without circles: edges lead from a smaller number to a larger one."""
    count = draw(st.integers(1, 18))
    pairs = draw(st.lists(st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)), max_size=40))
    edges: dict[str, list[str]] = {f"n{i}": [] for i in range(count)}
    for a, b in pairs:
        if a < b:
            edges[f"n{a}"].append(f"n{b}")
    return edges


@given(graphs(), st.integers(1, 6))
def test_layers_lead_downwards_and_boxes_keep_apart(edges: dict[str, list[str]], most: int) -> None:
    last = [node for node in edges if not edges[node]][:3]
    found = layering.layers(edges, last=last, most=most)
    row_of = {node: r for r, row in enumerate(found.rows) for node in row}
    assert {n for n in row_of if isinstance(n, str)} == set(edges)
    assert sum(len(row) for row in found.rows) == len(row_of), "nothing stands twice"
    assert all(sum(isinstance(n, str) for n in row) <= most for row in found.rows)
    assert set(found.paths) == {(a, b) for a in edges for b in edges[a]}
    for path in found.paths.values():
        assert [row_of[n] for n in path] == list(range(row_of[path[0]], row_of[path[-1]] + 1))
    lowest_other = max((row_of[n] for n in edges if n not in last), default=-1)
    assert all(row_of[n] > lowest_other for n in last)

    width = 1.0 if most < 6 else 0.8
    room = max(sum(width if isinstance(n, str) else 0.06 for n in row) + 0.1 * len(row) for row in found.rows)
    x = layering.places(found, lambda n: width if isinstance(n, str) else 0.06, width=room, gap=0.1)
    for row in found.rows:
        for a, b in itertools.pairwise(row):
            apart = sum(width if isinstance(n, str) else 0.06 for n in (a, b)) / 2
            assert x[b] - x[a] >= apart + 0.1 - 1e-9
        assert x[row[0]] > 0
        assert x[row[-1]] < room


def test_orders_with_crossings_that_can_be_avoided_are_not_kept() -> None:
    # Two chains written crosswise, and a tree: both can be drawn without a crossing.
    for edges in (
        {"a": ["d"], "b": ["c"], "c": [], "d": []},
        {"r": ["a", "b"], "a": ["e", "f"], "b": ["c", "d"], "c": [], "d": [], "e": [], "f": []},
    ):
        found = layering.layers(edges)
        links = [link for path in found.paths.values() for link in itertools.pairwise(path)]
        assert layering.crossings(found.rows, links) == 0


@given(st.lists(st.floats(0, 20000, allow_subnormal=False), min_size=1, max_size=25))
def test_time_scale_rises_and_goes_back(points: list[float]) -> None:
    scale = time_axis.time_scale(points, 5.0)
    ends = np.array(sorted(set(points)))
    places = scale.place(ends)
    assert (np.diff(places) >= 0).all()
    assert places[0] >= 0
    assert places[-1] <= 5.0 + 1e-9
    # Days of the size of 2024 in double precision: a microsecond is 1e-11.
    assert scale.day(places) == pytest.approx(ends, abs=1e-6)
    assert len(scale.breaks) <= 3


@given(st.floats(1e-5, 4e4), st.integers(-3000, 3000))
def test_ticks_stand_inside_and_their_labels_apart(span: float, start: int) -> None:
    scale = time_axis.time_scale([start, start + span / 3, start + span], 5.0)
    marks, labels = time_axis.ticks(scale)
    assert marks, "an axis without a tick tells no time"
    boxes = []
    for mark, label in zip(marks, labels, strict=True):
        half = max(style.text_width(line, style.SMALL) for line in label.split("\n")) / 2
        boxes.append((float(scale.place(mark)) - half, float(scale.place(mark)) + half))
    assert all(a[1] < b[0] for a, b in itertools.pairwise(boxes))


def test_a_new_year_is_told_on_the_axis() -> None:
    first = pd.Timestamp("2023-08-01").to_pydatetime().toordinal() - 719163
    _, labels = time_axis.ticks(time_axis.time_scale([first, first + 520], 5.0, broken=False))
    assert [label.split("\n")[1] for label in labels if "\n" in label][:2] == ["2023", "2024"]


def test_instants_of_any_year_become_days() -> None:
    # Python's own proleptic calendar counts 719163 days to 1970-01-01.
    times = pd.Series(pd.to_datetime(["1628-08-10T12:00:00Z", "1970-01-01T00:00:00Z"], utc=True))
    expected = pd.Timestamp("1628-08-10").to_pydatetime().toordinal() - 719163 + 0.5
    assert list(time_axis.days(times)) == [expected, 0.0]
    assert np.isnan(time_axis.days(pd.Series([pd.NaT]))).all()


@given(st.lists(st.floats(1e-9, 1e15), min_size=1, max_size=8))
def test_amount_axis_holds_every_value_with_labels_apart(values: list[float]) -> None:
    figure = style.new_figure(1.0)
    ax = style.add_axes(figure, 1.0, 0.4, 2.0, 0.5)
    logarithmic = amount_axis.apply(ax, values, 2.0)
    low, high = ax.get_xlim()
    assert low <= min(values)
    assert max(values) < high
    assert (ax.get_xscale() == "log") is logarithmic
    # By the meaning of the word in the docstring: fifty times the smallest.
    assert logarithmic is (len(values) > 1 and max(values) / min(values) > 50)
    assert len(ax.get_xticks()) >= 1


def test_text_is_broken_at_its_width_and_nothing_is_lost() -> None:
    text = "A configuration_of_the_primary-database that nobody-knew-of " * 3
    lines = style.wrap(text, 1.0).split("\n")
    assert all(style.text_width(line) <= 1.0 for line in lines)
    kept = "".join(lines).replace(" ", "").replace("-", "")
    assert kept == text.replace(" ", "").replace("-", "")
    assert style.wrap(text, 1.0, most=2).endswith("…")
    assert style.wrap("", 1.0) == ""
