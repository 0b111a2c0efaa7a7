"""The HPC log of Los Alamos."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

Read = Callable[..., pd.DataFrame]


def at(text: str) -> pd.Timestamp:
    return pd.Timestamp(text, tz="UTC")


def test_fields(read: Read) -> None:
    frame = read(
        "7 node-246 unix.hw state_change.unavailable 1767348000 1 Component \\042a\\042 is away\n8 full partition status 1767348001 -1 running\n"
    )
    assert frame.attrs["format"] == "hpc"
    row = frame.iloc[0]
    assert row["time"] == at("2026-01-02T10:00:00")
    assert (row["record_id"], row["host"], row["component"], row["flag"]) == (7, "node-246", "unix.hw", 1)
    assert row["state"] == "state_change.unavailable"
    assert frame["parsed"].all()
    assert pd.isna(frame["flag"][1])
    assert row["message"] == "Component \\042a\\042 is away"
