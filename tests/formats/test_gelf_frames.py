"""GELF with NUL bytes between the records."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

Read = Callable[..., pd.DataFrame]


def at(text: str) -> pd.Timestamp:
    return pd.Timestamp(text, tz="UTC")


def test_frames(read: Read) -> None:
    frame = read(
        b'{"version":"1.1","host":"h1","short_message":"a\\nb","timestamp":1767348000.25,"level":3,"_part":"x"}\0'
        b'{"version":"1.1","host":"h1",\n"short_message":"c","timestamp":1767348001,"level":6}\0{"version":\0'
    )
    assert frame.attrs["format"] == "gelf_frames"
    assert frame["parsed"].to_list() == [True, True, False]
    assert frame["time"][0] == at("2026-01-02T10:00:00.25")
    assert frame["severity_number"].to_list()[:2] == [17, 9]
    assert frame["_part"][0] == "x"
    assert frame["line_end"].to_list() == [1, 2, 2]
