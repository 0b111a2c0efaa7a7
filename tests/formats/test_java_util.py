"""java.util.logging's two lines."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

Read = Callable[..., pd.DataFrame]


def at(text: str) -> pd.Timestamp:
    return pd.Timestamp(text, tz="UTC")


def test_twelve_hours_and_two_lines(read: Read) -> None:
    frame = read(
        "Jan 02, 2026 12:00:00 AM made.up.Part main\nINFO: midnight\n"
        "Jan 02, 2026 12:30:00 PM made.up.Part main\nSEVERE: noon\njava.io.IOException: x\n\tat a.B.c(D.java:1)\n"
        "Jan 2, 2026 1:00:00\u202fPM made.up.Part main\nWARNING: after\n"
    )
    assert frame.attrs["format"] == "java_util"
    assert frame["time"].to_list() == [at("2026-01-02T00:00"), at("2026-01-02T12:30"), at("2026-01-02T13:00")]
    assert frame["severity_number"].to_list() == [9, 17, 13]
    assert frame["message"][1].startswith("noon\njava.io")
    assert frame["logger"][0] == "made.up.Part"
