"""The journal's short-full and with-unit."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

Read = Callable[..., pd.DataFrame]


def at(text: str) -> pd.Timestamp:
    return pd.Timestamp(text, tz="UTC")


def test_zone_names_and_units(read: Read) -> None:
    frame = read(
        "Fri 2026-01-02 10:00:00 CET h1 shop.service[7]: started\nFri 2026-07-03 10:00:01 CEST h1 init.scope[1]: on\n"
        "Fri 2026-07-03 10:00:02 CEST h1 kernel: x\n"
    )
    assert frame.attrs["format"] == "journald_full"
    assert frame["time"].to_list() == [at("2026-01-02T09:00:00"), at("2026-07-03T08:00:01"), at("2026-07-03T08:00:02")]
    assert frame["unit"].to_list()[:2] == ["shop.service", "init.scope"]
    assert frame["service"].to_list() == ["shop", "init.scope", "kernel"]


def test_a_zone_of_several_meanings_has_to_be_stated(read: Read) -> None:
    text = "Fri 2026-01-02 10:00:00 IST h1 shop[7]: started\n"
    with pytest.raises(ValueError, match=r"To fix: state which"):
        read(text)
    assert read(text, zone="Asia/Kolkata")["time"][0] == at("2026-01-02T04:30:00")
