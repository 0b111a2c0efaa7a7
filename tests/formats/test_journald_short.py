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


def test_short_with_the_journals_own_lines_has_their_year(read: Read) -> None:
    """Until systemd 245 "Logs begin at …, end at …", later "Journal begins at …, ends at …"; the zone is not told."""
    for begins in ("-- Logs begin at {}, end at {}. --", "-- Journal begins at {}, ends at {}. --"):
        frame = read(
            begins.format("Tue 2024-12-31 23:00:00 CET", "Wed 2025-01-01 08:00:00 CET")
            + "\nDec 31 23:59:59 h1 shop[7]: one\n                two\n-- Reboot --\n"
            "Jan 01 07:00:01.250000 h1 Made Helper[8]: lost\n"
        )
        assert frame.attrs["format"] == "journald_short"
        assert frame["time"].to_list() == [at("2024-12-31T23:59:59"), at("2025-01-01T07:00:01.25")]
        assert frame["service"].to_list() == ["shop", "Made Helper"]
        assert set(frame["zone"]) == {"assumed:UTC"}
        assert frame["message"][0] == "one\n                two"


def test_short_unix(read: Read) -> None:
    """1767348000 is 2026-01-02T10:00:00Z (`date -u -d @1767348000`)."""
    frame = read("1767348000.123456 h1 shop[7]: started\n1767348001.000000 h1 kernel: lost\n")
    assert frame.attrs["format"] == "journald_short"
    assert frame["time"].to_list() == [at("2026-01-02T10:00:00.123456"), at("2026-01-02T10:00:01")]
    assert frame["host"].to_list() == ["h1", "h1"]
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
