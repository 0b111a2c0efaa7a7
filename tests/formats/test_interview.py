"""Notes of interviews and calls."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

NOTES = """---
who: impacted
role: shop
date: 2026-03-09
public: false
---
[23:05] The first customer wrote to us.
She could not pay.

This paragraph is no event.

[00:10 CET] It was over.
"""


def test_the_day_of_the_interview_is_not_the_day_of_the_events(events: Callable[..., pd.DataFrame]) -> None:
    rows = events(NOTES)
    assert rows.attrs["format"] == "interview"
    assert rows["time"].isna().all()
    assert rows["time_stated"].tolist() == ["23:05", "00:10 CET"]
    assert any("the interview's own day, 2026-03-09, is not theirs" in said for said in rows.attrs["said"])


def test_with_a_day_the_clock_passes_midnight(events: Callable[..., pd.DataFrame]) -> None:
    rows = events(NOTES, date="2026-03-07", zone="Europe/Berlin")
    assert rows["time"].tolist() == [pd.Timestamp("2026-03-07T22:05:00Z"), pd.Timestamp("2026-03-07T23:10:00Z")]
    assert rows["actor"].tolist() == ["customer", "customer"]
    assert rows["role"].tolist() == ["shop", "shop"]
    assert rows["text"].iloc[0] == "The first customer wrote to us.\nShe could not pay."
    assert rows["zone"].tolist() == ["assumed:Europe/Berlin", "explicit"]
    assert rows["line_end"].tolist() == [8, 12]


def test_the_front_matter_can_tell_the_day(events: Callable[..., pd.DataFrame]) -> None:
    rows = events(NOTES.replace("role: shop", "role: shop\nabout: 2026-03-07\nzone: UTC"))
    assert rows["time"].iloc[0] == pd.Timestamp("2026-03-07T23:05:00Z")
    assert rows["zone"].tolist() == ["header", "explicit"]


def test_notes_of_a_call(events: Callable[..., pd.DataFrame]) -> None:
    rows = events("[14:03] <ann> seeing errors\n[14:05] Bob: rolled back\n[14:20:30] fixed\n", date="2026-03-07")
    assert rows["who"].tolist()[:2] == ["ann", "Bob"]
    assert rows["text"].tolist() == ["seeing errors", "rolled back", "fixed"]
    assert set(rows["role"]) == {""}
