"""Erlang's reports, against records that were written by hand."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

Read = Callable[..., pd.DataFrame]


def test_kinds_zones_and_texts(read: Read) -> None:
    frame = read(
        "=INFO REPORT==== 2-Jan-2026::10:00:00 ===\nStarting made-up\n with more\n\n"
        "=ERROR REPORT==== 2-Jan-2026::10:00:01.123456 ===\nclosing connection <0.7.0> (203.0.113.7:80): lost\n\n"
        "=CRASH REPORT==== 12-Jan-2026::10:00:02.5 UTC ===\n  crasher: made up\n"
        "=SUPERVISOR REPORT==== 2-Jan-2026::10:00:03 ===\n  made\n=PROGRESS REPORT==== 2-Jan-2026::10:00:04 ===\n  up\n",
        zone="Europe/Berlin",
    )
    assert frame.attrs["format"] == "erlang_report"
    # An hour east; the third says that it is UTC.
    assert frame["time"].to_list() == [
        pd.Timestamp("2026-01-02T09:00:00Z"),
        pd.Timestamp("2026-01-02T09:00:01.123456Z"),
        pd.Timestamp("2026-01-12T10:00:02.5Z"),
        pd.Timestamp("2026-01-02T09:00:03Z"),
        pd.Timestamp("2026-01-02T09:00:04Z"),
    ]
    assert frame["severity_text"].to_list() == ["INFO", "ERROR", "CRASH", "SUPERVISOR", "PROGRESS"]
    assert frame["severity_number"].to_list() == [9, 17, 17, 17, 9]
    assert frame["message"].to_list() == [
        "Starting made-up\n with more",
        "closing connection <0.7.0> (203.0.113.7:80): lost",
        "  crasher: made up",
        "  made",
        "  up",
    ]
