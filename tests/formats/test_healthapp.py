"""loghub's health app, against records that were written by hand."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

Read = Callable[..., pd.DataFrame]


def test_numbers_stand_without_leading_zeros(read: Read) -> None:
    frame = read(
        "20260102-10:0:0:7|Made_Up|30|on: it\n20260102-10:00:01:96|Made|30| off=1##2\n20260102-0:59:2:123|Made|30|x\n"
    )
    assert frame.attrs["format"] == "healthapp"
    assert frame["time"].to_list() == [
        pd.Timestamp("2026-01-02T10:00:00.007Z"),
        pd.Timestamp("2026-01-02T10:00:01.096Z"),
        pd.Timestamp("2026-01-02T00:59:02.123Z"),
    ]
    assert frame["logger"].to_list() == ["Made_Up", "Made", "Made"]
    assert frame["message"].to_list() == ["on: it", " off=1##2", "x"]
    assert (frame["pid"] == 30).all()
