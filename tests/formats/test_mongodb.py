"""MongoDB's text up to 4.2, against records that were written by hand."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

Read = Callable[..., pd.DataFrame]


def at(text: str) -> pd.Timestamp:
    return pd.Timestamp(text, tz="UTC")


def test_severity_component_thread_and_duration(read: Read) -> None:
    frame = read(
        "2026-01-02T11:00:00.123+0100 I NETWORK  [listener] connection accepted from 203.0.113.7:80: made up\n"
        "2026-01-02T11:00:01.123+0100 I COMMAND  [conn7] command made.up command: find 250ms\n"
        "2026-01-02T11:00:02.123+0100 E -        [main] lost\n  more of it\n"
        "2026-01-02T11:00:03.123+0100 D2 STORAGE  [main] made\n"
    )
    assert frame.attrs["format"] == "mongodb"
    assert frame["time"][0] == at("2026-01-02T10:00:00.123")
    assert frame["severity_text"].to_list() == ["I", "I", "E", "D2"]
    assert frame["severity_number"].to_list() == [9, 9, 17, 5]
    assert frame["logger"].fillna("").to_list() == ["NETWORK", "COMMAND", "", "STORAGE"]
    assert frame["thread"].to_list() == ["listener", "conn7", "main", "main"]
    assert frame["duration_s"][1] == 0.25
    assert frame["message"][2] == "lost\n  more of it"


def test_older_versions(read: Read) -> None:
    frame = read("2026-01-02T10:00:00.123Z [initandlisten] made up\n2026-01-02T10:00:01.123Z [conn7] lost\n")
    assert frame.attrs["format"] == "mongodb"
    assert frame["thread"].to_list() == ["initandlisten", "conn7"]
    frame = read(
        "Fri Jan  2 10:00:00.123 [initandlisten] made up\nFri Jan  2 10:00:01.123 [conn7] lost\n", since="2026-01-01"
    )
    assert frame.attrs["format"] == "mongodb"
    assert frame["time"][0] == at("2026-01-02T10:00:00.123")
