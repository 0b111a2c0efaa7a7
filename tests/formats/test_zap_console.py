"""zap's console encoder."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

Read = Callable[..., pd.DataFrame]


def at(text: str) -> pd.Timestamp:
    return pd.Timestamp(text, tz="UTC")


def test_fields_stacks_and_float_times(read: Read) -> None:
    frame = read(
        '2026-01-02T10:00:00.000Z\tinfo\tstarted\t{"part": 1, "time": "x"}\n'
        '2026-01-02T10:00:01.000+0100\terror\tshop\tmade/up.go:12\tlost\t{"error": "no \\t tab"}\nmain.main()\n\t/a/b.go:7\n'
        "1.7673480025e+09\twarn\tmade/up.go:13\tslow\n"
    )
    assert frame.attrs["format"] == "zap_console"
    assert frame["time"].to_list() == [
        at("2026-01-02T10:00:00"),
        at("2026-01-02T09:00:01"),
        at("2026-01-02T10:00:02.5"),
    ]
    assert frame["message"].to_list() == ["started", "lost\nmain.main()\n\t/a/b.go:7", "slow"]
    assert frame["part"][0] == 1
    assert frame["attributes.time"][0] == "x"
    assert (frame["logger"][1], frame["caller"][1], frame["error"][1]) == ("shop", "made/up.go:12", "no \t tab")
    assert frame["severity_number"].to_list() == [9, 17, 13]
