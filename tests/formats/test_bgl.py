"""Supercomputers of the USENIX CFDR."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

Read = Callable[..., pd.DataFrame]


def at(text: str) -> pd.Timestamp:
    return pd.Timestamp(text, tz="UTC")


def test_both_shapes(read: Read) -> None:
    frame = read(
        "- 1767348000 2026.01.02 R02-M1 2026-01-02-02.00.00.675872 R02-M1 RAS KERNEL INFO error corrected\n"
        "KERNDTLB 1767348001 2026.01.02 R02-M1 2026-01-02-02.00.01.675872 R02-M1 RAS KERNEL FATAL lost\n"
        "- 1767348002 2026.01.02 dn228 Jan 2 02:00:02 dn228/dn228 crond(pam_unix)[2915]: session closed\n"
    )
    assert frame.attrs["format"] == "bgl"
    assert frame["time"].to_list() == [at(f"2026-01-02T10:00:0{i}") for i in range(3)]
    assert pd.isna(frame["alert"][0])
    assert frame["alert"][1] == "KERNDTLB"
    assert frame["severity_text"].to_list() == ["INFO", "FATAL", ""]
    assert frame["message"].to_list() == ["error corrected", "lost", "session closed"]
    assert (frame["service"][2], frame["pid"][2], frame["host"][2]) == ("crond(pam_unix)", 2915, "dn228")


def test_repeated_lines_have_no_tag(read: Read) -> None:
    frame = read(
        "- 1767348000 2026.01.02 n7 Jan 2 02:00:00 n7/n7 made[7]: once\n"
        "- 1767348001 2026.01.02 n7 Jan 2 02:00:01 n7/n7 last message repeated 3 times\n"
    )
    assert list(frame["message"]) == ["once", "last message repeated 3 times"]
    assert list(frame["service"]) == ["made", ""]
