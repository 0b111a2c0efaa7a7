"""Frames keep their promises, empty ones too."""

from __future__ import annotations

import math
from pathlib import Path

import pandas as pd
import pytest

from incident_analysis import frames
from incident_analysis.errors import FrameError
from incident_analysis.estimate import Estimate, Evidence

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("promise", frames.PROMISES.values(), ids=lambda p: p.name)
def test_an_empty_frame_keeps_its_promise(promise: frames.Promise) -> None:
    empty = frames.empty(promise)
    assert empty.empty
    assert frames.check(empty, promise, where="test") is empty
    # The same types with a row of nothing: what is missing is missing, not zero.
    one = frames.build(promise, [{}])
    assert one.dtypes.to_list() == empty.dtypes.to_list()
    for column in promise.columns:
        value = one[column.name].iloc[0]
        assert value == "" if column.kind == frames.TEXT else value is None or pd.isna(value)


def test_estimates_go_into_a_frame_and_come_back() -> None:
    given = [
        Estimate(3, 2, math.inf, level=0.9, interval="credible", unit="s", n=7, censored=2, method="m"),
        Estimate.unknown("nobody counted", unit="EUR", evidence=(Evidence("log", "a.log", "line 3"),)),
        Estimate(0, 0, 0, unit="records", n=1),
    ]
    frame = frames.estimates(({"key": str(i)}, f"name {i}", e) for i, e in enumerate(given))
    assert list(frame.columns) == ["key", *frames.ESTIMATES.names]
    assert [frames.to_estimate(row) for row in frame.to_dict("records")] == given
    assert frames.named(frame, "name 2") == given[2]


def test_a_frame_of_another_shape_is_refused_with_a_remedy() -> None:
    with pytest.raises(FrameError, match="without time, time_low"):
        frames.check(frames.empty(frames.TIMELINE).drop(columns=["time", "time_low"]), frames.TIMELINE, where="x")
    naive = frames.build(frames.MOMENTS, [{"time": pd.Timestamp("2026-01-01", tz="UTC")}])
    naive["time"] = naive["time"].dt.tz_localize(None)
    with pytest.raises(FrameError, match="not times in UTC") as error:
        frames.check(naive, frames.MOMENTS, where="x")
    assert "utc=True" in error.value.remedy
    with pytest.raises(FrameError, match="not numbers"):
        frames.check(frames.empty(frames.LEDGER).astype({"low": "str"}), frames.LEDGER, where="x")
    with pytest.raises(FrameError, match="dict where the DataFrame"):
        frames.check({}, frames.LEDGER, where="x")  # type: ignore[arg-type]


def test_a_name_that_is_not_there_or_twice_is_refused() -> None:
    twice = frames.estimates([({}, "a", Estimate(1)), ({}, "a", Estimate(2))])
    for name in ("a", "b"):
        with pytest.raises(FrameError, match=f"estimates are named '{name}'"):
            frames.named(twice, name)


def test_the_page_of_frames_is_up_to_date() -> None:
    assert (ROOT / "docs" / "frames.md").read_text(encoding="utf-8") == frames.document(), (
        "run: python -c \"from incident_analysis import frames, files; files.write_text('docs/frames.md', frames.document())\""
    )
