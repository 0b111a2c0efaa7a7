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


#: Heads of programs: level, message, and further fields.
PROGRAMS = {
    "[2026-01-02 11:00:00 +0100] [7] [ERROR] lost": ("ERROR", "lost", {"pid": 7}),
    "[2026-01-02 10:00:00,000: WARNING/ForkPoolWorker-1] slow": ("WARNING", "slow", {"process": "ForkPoolWorker-1"}),
    "[2026-01-02 10:00:00,000] {made_up.py:12} INFO - on": ("INFO", "on", {"code_file": "made_up.py", "code_line": 12}),
    "[2026-01-02T11:00:00.000+0100] {made_up.py:12} ERROR - lost": ("ERROR", "lost", {"code_file": "made_up.py"}),
    "[2026-01-02, 11:00:00 CET] {made_up.py:12} INFO - on": (
        "INFO",
        "on",
        {"code_file": "made_up.py", "code_line": 12},
    ),
    "[E 260102 10:00:00 made:12] lost": ("ERROR", "lost", {"logger": "made", "code_line": 12}),
    "[W 2026-01-02 10:00:00.000 MadeUpApp] slow": ("WARNING", "slow", {"logger": "MadeUpApp"}),
    "ERROR 2026-01-02 10:00:00,000 made 7 140 lost it": (
        "ERROR",
        "lost it",
        {"logger": "made", "pid": 7, "thread": "140"},
    ),
    "2026-01-02 10:00:00,000 7 ERROR shop odoo.made.up: lost": (
        "ERROR",
        "lost",
        {"pid": 7, "database": "shop", "logger": "odoo.made.up"},
    ),
    "2026-01-02 10:00:00.000 WARNING (MainThread) [made.up] slow": (
        "WARNING",
        "slow",
        {"thread": "MainThread", "logger": "made.up"},
    ),
    "2026-01-02 10:00:00,000 [made.up         :12  ][ERROR   ][7] lost": (
        "ERROR",
        "lost",
        {"logger": "made.up", "code_line": 12, "pid": 7},
    ),
    "2026-01-02 10:00:00,000 - made.py[WARNING]: slow": ("WARNING", "slow", {"logger": "made.py"}),
    "2026-01-02 10:00:00,000 fail2ban.filter         [7]: NOTICE  [made] up": (
        "NOTICE",
        "[made] up",
        {"logger": "fail2ban.filter", "pid": 7},
    ),
    "2026-01-02 10:00:00 [made.up] INFO: on": ("INFO", "on", {"logger": "made.up"}),
    "2026-01-02 10:00:00,000 p=7 u=made n=ansible | on": ("", "on", {"pid": 7, "user": "made"}),
    "2026-01-02 10:00:00,000 CRIT made up": ("CRIT", "made up", {}),
    "2026-01-02 10:00:00,000 ERROR made.py:12 lost": ("ERROR", "lost", {"code_file": "made.py", "code_line": 12}),
    "2026-01-02 11:00:00 CET ERROR lost": ("ERROR", "lost", {}),
}


@pytest.mark.parametrize("line", PROGRAMS)
def test_heads_of_programs(read: Read, line: str) -> None:
    level, message, fields = PROGRAMS[line]
    frame = read(f"{line}\nTraceback (most recent call last):\n  made up\n{line}\n")
    assert frame.attrs["format"] == "python_logging"
    assert len(frame) == 2
    row = frame.iloc[1]
    assert row["time"] == at("2026-01-02T10:00:00")
    assert (row["severity_text"], row["message"]) == (level, message)
    assert {name: row[name] for name in fields} == fields


def test_uvicorn_writes_no_time(read: Read) -> None:
    frame = read('INFO:     on\nWARNING:  slow\nINFO:     203.0.113.7:80 - "GET / HTTP/1.1" 200 OK\nERROR:    lost\n')
    assert frame.attrs["format"] == "python_logging"
    assert frame["time"].isna().all()
    assert frame["severity_text"].to_list() == ["INFO", "WARNING", "INFO", "ERROR"]
    assert frame["message"][2] == '203.0.113.7:80 - "GET / HTTP/1.1" 200 OK'


def test_a_zone_of_several_meanings_is_refused(read: Read) -> None:
    with pytest.raises(ValueError, match=r"state which"):
        read("2026-01-02 10:00:00 IST ERROR lost\n")
