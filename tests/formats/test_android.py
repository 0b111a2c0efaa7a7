"""Android's logcat."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

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
