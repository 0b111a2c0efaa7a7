"""structlog's ConsoleRenderer, with and without colours."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

Read = Callable[..., pd.DataFrame]


def at(text: str) -> pd.Timestamp:
    return pd.Timestamp(text, tz="UTC")


def test_colours_logger_and_bound_values(read: Read) -> None:
    frame = read(
        "\x1b[2m2026-01-02 10:00:00\x1b[0m [\x1b[33m\x1b[1mwarning  \x1b[0m] \x1b[1mretrying                      \x1b[0m "
        "[\x1b[34mmade.up\x1b[0m] \x1b[36mattempt\x1b[0m=\x1b[35m3\x1b[0m \x1b[36mwhy\x1b[0m=\x1b[35m'no answer'\x1b[0m\n"
        "2026-01-02T10:00:01.5Z [info     ] done\n"
    )
    assert frame.attrs["format"] == "structlog_console"
    assert frame["message"].to_list() == ["retrying", "done"]
    assert (frame["attempt"][0], frame["why"][0], frame["logger"][0]) == ("3", "no answer", "made.up")
    assert frame["zone"].to_list() == ["assumed:UTC", "explicit"]
    assert frame["time"][1] == at("2026-01-02T10:00:01.5")


def test_a_traceback_belongs_to_its_record(read: Read) -> None:
    frame = read(
        "2026-01-02 10:00:00 [error    ] lost      n=1\nTraceback (most recent call last):\n  File x\nValueError: a=1\n"
    )
    assert len(frame) == 1
    assert frame["n"][0] == "1"
    assert frame["message"][0] == "lost\nTraceback (most recent call last):\n  File x\nValueError: a=1"
