"""Python's logging: the layouts of its own documentation, of Flask and of common configurations."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

Read = Callable[..., pd.DataFrame]


def at(text: str) -> pd.Timestamp:
    return pd.Timestamp(text, tz="UTC")


LAYOUTS = {
    "2026-01-02 10:00:00,123 - made.up - ERROR - lost - it": ("made.up", "ERROR", "lost - it"),
    "2026-01-02 10:00:00,123 - ERROR - lost": ("", "ERROR", "lost"),
    "2026-01-02 10:00:00,123:ERROR:lost: it": ("", "ERROR", "lost: it"),
    "2026-01-02 10:00:00,123 ERROR made.up: lost": ("made.up", "ERROR", "lost"),
    "2026-01-02 10:00:00,123 [ERROR] made.up: lost": ("made.up", "ERROR", "lost"),
    "2026-01-02 10:00:00,123 | made.up | ERROR | lost": ("made.up", "ERROR", "lost"),
    "[2026-01-02 10:00:00,123] ERROR in made: lost": ("made", "ERROR", "lost"),
    "2026-01-02 10:00:00,123 made.up ERROR lost": ("made.up", "ERROR", "lost"),
}


@pytest.mark.parametrize("line", LAYOUTS)
def test_layouts(read: Read, line: str) -> None:
    logger, level, message = LAYOUTS[line]
    row = read(line + "\n", format="python_logging").iloc[0]
    assert row["time"] == at("2026-01-02T10:00:00.123")
    assert (row["severity_text"], row["message"]) == (level, message)
    assert (row.get("logger") if isinstance(row.get("logger"), str) else "") == logger


def test_the_layouts_with_its_separators_are_recognised(read: Read) -> None:
    for line in list(LAYOUTS)[:3]:
        assert read(line + "\n").attrs["format"] == "python_logging", line


def test_tracebacks_and_a_wall_clock(read: Read) -> None:
    frame = read(
        "2026-07-02 10:00:00,123 - a - INFO - one\n2026-07-02 10:00:01,123 - a - ERROR - two\n"
        'Traceback (most recent call last):\n  File "x.py", line 1, in <module>\nValueError: 1\n',
        zone="America/New_York",
    )
    assert frame["line_end"].to_list() == [1, 5]
    assert frame["time"][0] == at("2026-07-02T14:00:00.123")
    assert frame["zone"][0] == "assumed:America/New_York"


def test_basic_config_has_no_time(read: Read) -> None:
    frame = read("INFO:made.up:started\nERROR:root:lost: it\nTraceback (most recent call last):\nValueError: 1\n")
    assert frame.attrs["format"] == "python_logging"
    assert frame["time"].isna().all()
    assert frame["parsed"].all()
    assert frame["message"][1].startswith("lost: it\nTraceback")
    assert any("without a usable time" in said for said in frame.attrs["said"])
