"""Proxifier, against records that were written by hand."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

Read = Callable[..., pd.DataFrame]


def test_the_month_stands_first(read: Read) -> None:
    frame = read(
        "[02.03 10:00:00] made-up.exe *64 - shop.example:443 open through proxy proxy.example:5070 HTTPS\n"
        "[02.03 10:00:01] made-up.exe - shop.example:443 close, 1590 bytes (1.55 KB) sent, 7 bytes received, lifetime 01:02\n"
        "[02.03 10:00:02] made-up.exe - shop.example:443 close, 0 bytes sent, 0 bytes received, lifetime <1 sec\n",
        since="2016-01-01",
    )
    assert frame.attrs["format"] == "proxifier"
    assert frame["time"][0] == pd.Timestamp("2016-02-03T10:00:00Z")
    assert frame["service"].to_list() == ["made-up.exe"] * 3
    assert frame["target"].to_list() == ["shop.example:443"] * 3
    assert frame["sent_bytes"].fillna(-1).to_list() == [-1, 1590, 0]
    assert frame["received_bytes"].fillna(-1).to_list() == [-1, 7, 0]
    # 62 seconds; less than one is not known.
    assert frame["duration_s"].fillna(-1).to_list() == [-1, 62, -1]
