"""The error log of MySQL and MariaDB, as their pages show it."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

Read = Callable[..., pd.DataFrame]


def at(text: str) -> pd.Timestamp:
    return pd.Timestamp(text, tz="UTC")


def test_each_shape(read: Read) -> None:
    frame = read(
        "2026-01-02T10:00:00.123456Z 7 [Warning] [MY-010068] [Server] made up\n"
        "2026-01-02T10:00:01.123456+02:00 0 [ERROR] [MY-010001] [InnoDB] lost\n"
        "2026-01-02 10:00:02 140 [Note] older\n"
        "2026-01-02  9:00:03 140 [Note] MariaDB pads the hour\n"
        "260102 10:00:04 [ERROR] oldest\n"
        "260102 10:00:05 mysqld_safe started\n10:00:05 UTC - mysqld got signal 11 ;\nand more\n"
    )
    assert frame.attrs["format"] == "mysql_error"
    assert frame["time"].to_list() == [
        at("2026-01-02T10:00:00.123456"),
        at("2026-01-02T08:00:01.123456"),
        at("2026-01-02T10:00:02"),
        at("2026-01-02T09:00:03"),
        at("2026-01-02T10:00:04"),
        at("2026-01-02T10:00:05"),
    ]
    assert frame["zone"].to_list() == ["explicit", "explicit"] + ["assumed:UTC"] * 4
    assert (frame["error_code"][0], frame["subsystem"][0], frame["thread"][0]) == ("MY-010068", "Server", "7")
    assert frame["severity_text"].to_list()[:5] == ["Warning", "ERROR", "Note", "Note", "ERROR"]
    assert frame["message"][5].endswith("and more")
    assert frame["line_end"].to_list()[-1] == 8
