"""Android's logcat."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

Read = Callable[..., pd.DataFrame]


def at(text: str) -> pd.Timestamp:
    return pd.Timestamp(text, tz="UTC")


def test_threadtime(read: Read) -> None:
    frame = read(
        "03-17 16:13:38.811  1702  2395 D WindowManager: a: b\n03-17 16:13:38.819  1702  8671 E Power   : lost\n",
        since="2025-03-01",
    )
    assert frame.attrs["format"] == "android"
    assert frame["time"][0] == at("2025-03-17T16:13:38.811")
    assert frame["service"].to_list() == ["WindowManager", "Power"]
    assert (frame["pid"][0], frame["thread"][0], frame["message"][0]) == (1702, "2395", "a: b")
    assert frame["severity_number"].to_list() == [5, 17]


def test_with_year_and_zone(read: Read) -> None:
    frame = read("2026-01-02 10:00:00.123 +0100  1  2 W Tag: x\n")
    assert frame["time"][0] == at("2026-01-02T09:00:00.123")


SHAPES = {
    "03-17 16:13:38.811 E/Power   ( 1702): lost": None,
    "03-17 16:13:38.811  1000  1702  2395 E Power   : lost": "2395",
    "03-17 16:13:38.811 u0_a7  1702  2395 E Power   : lost": "2395",
    "2025-03-17 16:13:38.811 1702-2395/made.up E/Power: lost": "2395",
    "2025-03-17 16:13:38.811  1702-2395  Power                   made.up                  E  lost": "2395",
    "[ 03-17 16:13:38.811  1702: 2395 E/Power ]\nlost\n": "2395",
    # date -u -d '2025-03-17 16:13:38' +%s
    "      1742228018.811  1702  2395 E Power   : lost": "2395",
}


@pytest.mark.parametrize("text", SHAPES)
def test_other_shapes(read: Read, text: str) -> None:
    frame = read(f"{text}\n{text}\n", since="2025-03-01")
    assert frame.attrs["format"] == "android"
    assert len(frame) == 2
    assert frame["time"][1] == at("2025-03-17T16:13:38.811")
    assert (frame["service"][1], frame["pid"][1], frame["message"][1]) == ("Power", 1702, "lost")
    thread = frame["thread"][1]
    assert (None if pd.isna(thread) else thread) == SHAPES[text]
    assert frame["severity_number"].to_list() == [17, 17]


def test_brief_has_no_time(read: Read) -> None:
    frame = read("W/Power   ( 1702): slow\nI/Made.Up( 1702): a: b\n")
    assert frame.attrs["format"] == "android"
    assert frame["time"].isna().all()
    assert frame["message"].to_list() == ["slow", "a: b"]
