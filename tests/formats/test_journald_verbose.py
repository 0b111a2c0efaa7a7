"""The journal's verbose output."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

Read = Callable[..., pd.DataFrame]


def at(text: str) -> pd.Timestamp:
    return pd.Timestamp(text, tz="UTC")


def entry(zone: str, *, cursor: str = "t=64766dc9d7001") -> str:
    return (
        f"Fri 2026-01-02 10:00:00.000001 {zone} [s=0a;i=1;b=0b;m=1;{cursor};x=0c]\n    PRIORITY=4\n    _HOSTNAME=h1\n"
        "    SYSLOG_IDENTIFIER=shop\n    MESSAGE=a=b\n            second line\n    _PID=7\n"
    )


def test_fields_and_a_value_of_two_lines(read: Read) -> None:
    frame = read(entry("CET") * 2)
    assert frame.attrs["format"] == "journald_verbose"
    assert frame["time"][0] == at("2026-01-02T09:00:00.000001")
    assert frame["message"][1] == "a=b\nsecond line"
    assert (frame["service"][0], frame["host"][0], frame["pid"][0], frame["severity_number"][0]) == (
        "shop",
        "h1",
        7,
        13,
    )
    assert frame["line_start"].to_list() == [1, 8]


def test_an_unknown_zone_yields_to_the_cursor(read: Read) -> None:
    # 1767348000000001 microseconds, in hexadecimal by `printf %x`.
    assert read(entry("IST", cursor=f"t={1767348000000001:x}"))["time"][0] == at("2026-01-02T10:00:00.000001")
