"""Charts of histories: no text over another, nothing cut off, and words where there is nothing to draw."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from incident_analysis import charts, frames, trends
from tests.history_makers import at, history, many
from tests.test_charts_layout import LONG, fit

AS_OF = "2026-06-01T00:00:00Z"


def measured(name: str) -> trends.Measures:
    if name == "many":
        frame = many(3000, share_open=0.1)
    elif name == "few":
        frame = history([{"started": at(n * 90_000), "restored": at(n * 90_000 + 60 * (n + 1))} for n in range(7)])
    elif name == "long names":
        rows: list[dict[str, Any]] = [
            {
                "started": at(n * 9_000_000),
                "restored": at(n * 9_000_000 + 7 ** (n % 9)),
                "severity_stated": f"{LONG} {n % 9}",
                "trigger": f"{LONG} {n % 14}",
            }
            for n in range(300)
        ]
        frame = history(rows)
    elif name == "none":
        frame = history([])
    else:
        frame = history([{"started": at(0)}])
    return trends.measures(frame, as_of=AS_OF, rng=np.random.default_rng(1), plans=plans())


def plans() -> pd.DataFrame:
    made = [
        {
            "action_id": f"a{n}",
            "category": ("prevention", "monitoring", "knowledge_sharing", LONG)[n % 4],
            "text": "x",
            "status": ("done", "planned", "rejected")[n % 3],
            "opened": at(n * 86_400),
            "closed": at(n * 200_000) if n % 3 == 0 else None,
        }
        for n in range(40)
    ]
    return frames.build(frames.ACTIONS, made).assign(incident_id="i1")


@pytest.mark.parametrize("name", ["many", "few", "long names", "none", "one"])
def test_charts_of_histories_fit(name: str) -> None:
    m = measured(name)
    title = LONG if name == "long names" else "Made up"
    fit(charts.cumulative(m.cumulated, title=title))
    fit(charts.rates(m.periods, changes=m.changes, title=title))
    fit(charts.survival(m.curves, of="time to restore", title=title))
    fit(charts.detectable(m.change, title=title))
    fit(charts.pareto(m.pareto, of="trigger", title=title))
    fit(charts.hours(m.hours, title=title))
    fit(charts.action_ages(m.ages, title=title))


def test_the_words_of_a_chart_tell_its_figures() -> None:
    m = measured("many")
    alt = charts.survival(m.curves, of="time to restore").figure.chart_alt
    median = frames.named(m.times_by_group[m.times_by_group["group"] == "minor"], "median")
    assert median.figure.split(" [")[0] in alt
    assert "3,000" not in alt
    assert "2,998 incidents" in charts.cumulative(m.cumulated).figure.chart_alt


def test_charts_take_axes_that_come_in_and_save_the_same_bytes(tmp_path: Path) -> None:
    m = measured("few")
    mine = Figure(figsize=(9, 6)).add_axes((0.3, 0.3, 0.6, 0.4))
    assert charts.cumulative(m.cumulated, ax=mine) is mine
    for folder in ("one", "two"):
        charts.save(charts.survival(m.curves, of="time to restore"), tmp_path / folder, "survival")
    for ending in ("png", "svg"):
        assert (tmp_path / f"one/charts/survival.{ending}").read_bytes() == (
            tmp_path / f"two/charts/survival.{ending}"
        ).read_bytes()


def test_the_curve_tells_the_median_that_the_table_tells() -> None:
    """Six lengths: half are over from 30 minutes to 40; their median is 35."""
    lengths = [(f"i{i}", minutes) for i, minutes in enumerate((10, 20, 30, 40, 50, 60))]
    rows = [{"incident_id": i, "started": at(0), "restored": at(60 * m)} for i, m in lengths]
    curves = trends.curves(history(rows), of="time_to_restore", by=None, as_of=at(86_400), level=0.95)
    assert "half by 35 min" in charts.survival(curves, of="time to restore").figure.chart_alt
