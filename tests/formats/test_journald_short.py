"""The journal's short-iso."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

Read = Callable[..., pd.DataFrame]


def at(text: str) -> pd.Timestamp:
    return pd.Timestamp(text, tz="UTC")


def test_offsets_notes_and_further_lines(read: Read) -> None:
    frame = read(
        "-- Logs begin at Fri 2026-01-02 10:00:00 CET. --\n"
        "2026-01-02T10:00:00+0100 h1 shop[7]: started: one\n                       second line\n-- Reboot --\n"
        "2026-01-02T10:00:01.123456+0100 h1 kernel: lost\n"
    )
    assert frame.attrs["format"] == "journald_short"
    assert frame["time"].to_list() == [at("2026-01-02T09:00:00"), at("2026-01-02T09:00:01.123456")]
    assert frame["service"].to_list() == ["shop", "kernel"]
    assert frame["pid"][0] == 7
    assert pd.isna(frame["pid"][1])
    assert frame["message"][0] == "started: one\n                       second line"
    assert set(frame["zone"]) == {"explicit"}


def test_others_with_such_stamps_are_not_taken(read: Read) -> None:
    for line in (
        "2026-01-02T10:00:00.123+0100 I NETWORK  [listener] made: up",
        "2026-01-02T10:00:00.123+0100 [ERROR] made.up: lost: it",
        "2026-01-02T10:00:00+0100 SUBDEBUG Made: up",
    ):
        frame = read(f"{line}\n{line}\n")
        assert frame.attrs["format"] != "journald_short", line
        assert (frame["zone"] == "explicit").all()
