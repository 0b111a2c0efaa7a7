"""loguru's default sink."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

Read = Callable[..., pd.DataFrame]


def at(text: str) -> pd.Timestamp:
    return pd.Timestamp(text, tz="UTC")


def test_records_and_tracebacks(read: Read) -> None:
    frame = read(
        "2026-01-02 10:00:00.123 | SUCCESS  | made.up:main:12 - a | b - c\n"
        "2026-01-02 10:00:01.456 | CRITICAL | __main__:<module>:20 - lost\nTraceback (most recent call last):\n\n"
        '> File "a.py", line 1, in <module>\n    1/0\n\nZeroDivisionError: division by zero\n'
    )
    assert frame.attrs["format"] == "loguru"
    assert frame["message"][0] == "a | b - c"
    assert frame["severity_number"].to_list() == [9, 18]
    assert frame["code_function"][1] == "<module>"
    assert frame["code_line"][1] == 20
    assert frame["message"][1].endswith("ZeroDivisionError: division by zero")
    assert frame["line_end"].to_list() == [1, 8]
    assert frame["time"][1] == at("2026-01-02T10:00:01.456")
    assert frame["zone"][0] == "assumed:UTC"
