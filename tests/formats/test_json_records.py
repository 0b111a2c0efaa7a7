"""JSON records in a list, or over many lines."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

Read = Callable[..., pd.DataFrame]


def at(text: str) -> pd.Timestamp:
    return pd.Timestamp(text, tz="UTC")


def test_a_list(read: Read) -> None:
    frame = read(
        '[\n  {"time": "2026-01-02T10:00:00Z", "level": "info", "msg": "a"},\n'
        '  {"time": 1767348001, "level": 50,\n   "msg": "b"}\n]\n'
    )
    assert frame.attrs["format"] == "json_records"
    assert frame["time"].to_list() == [at("2026-01-02T10:00:00"), at("2026-01-02T10:00:01")]
    assert frame["severity_number"].to_list() == [9, 17]
    assert frame["line_start"].to_list() == [2, 3]
    assert frame["line_end"].to_list() == [2, 4]


def test_a_list_of_one_object_a_line(read: Read) -> None:
    one = '{"time": "2026-01-02T10:00:00Z", "level": "info", "msg": "a"}'
    frame = read(f"[{one},\n{one}\n,{one}]\n")
    assert frame.attrs["format"] == "json_records"
    assert frame["parsed"].to_list() == [True] * 3


def test_objects_of_many_lines(read: Read) -> None:
    one = '{\n  "time": "2026-01-02T10:00:00Z",\n  "level": "info",\n  "msg": "a"\n}\n'
    frame = read(one * 2)
    assert frame["line_start"].to_list() == [1, 6]


def test_a_cut_list_keeps_what_came_before(read: Read) -> None:
    frame = read('[{"time": "2026-01-02T10:00:00Z", "level": "info", "msg": "a"},\n{"time": "2026-01-')
    assert frame["parsed"].to_list() == [True, False]
    assert any("broken JSON" in said for said in frame.attrs["said"])


def test_other_lists_are_not_claimed(read: Read) -> None:
    with pytest.raises(ValueError, match="no known format"):
        read('[{"created_at": "2026-01-02T10:00:00Z", "title": "made up"}]\n')
