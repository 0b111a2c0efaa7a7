"""Redis and Valkey, against records that were written by hand."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

Read = Callable[..., pd.DataFrame]


def at(text: str) -> pd.Timestamp:
    return pd.Timestamp(text, tz="UTC")


def test_roles_marks_and_signals(read: Read) -> None:
    frame = read(
        "7:C 02 Jan 2026 10:00:00.123 # made up\n   ._\n  drawing\n7:M 02 Jan 2026 10:00:01.000 * on\n"
        "9:S 02 Jan 2026 10:00:02.000 - made\n7:signal-handler (1767348003) Received a signal\n"
        "7:X 02 Jan 2026 10:00:04.000 . up\n",
        zone="Europe/Berlin",
    )
    assert frame.attrs["format"] == "redis"
    # An hour east; the signal's seconds count from 1970.
    assert frame["time"].to_list() == [
        at("2026-01-02T09:00:00.123"),
        at("2026-01-02T09:00:01"),
        at("2026-01-02T09:00:02"),
        at("2026-01-02T10:00:03"),
        at("2026-01-02T09:00:04"),
    ]
    assert frame["severity_text"].to_list() == ["WARNING", "NOTICE", "VERBOSE", "", "DEBUG"]
    assert frame["severity_number"].fillna(0).to_list() == [13, 10, 8, 0, 5]
    assert frame["role"].fillna("").to_list() == ["child", "primary", "replica", "", "sentinel"]
    assert frame["pid"].to_list() == [7, 7, 9, 7, 7]
    assert frame["message"][0] == "made up\n   ._\n  drawing"


def test_before_version_3_there_is_no_year(read: Read) -> None:
    frame = read("[7] 02 Jan 10:00:00.500 # slow\n[7] 02 Jan 10:00:01 * on\n", since="2014-01-01")
    assert frame.attrs["format"] == "redis"
    assert frame["time"].to_list() == [at("2014-01-02T10:00:00.5"), at("2014-01-02T10:00:01")]
    assert frame["pid"].to_list() == [7, 7]
