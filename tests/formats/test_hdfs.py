"""HDFS with a date of six digits."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

Read = Callable[..., pd.DataFrame]


def at(text: str) -> pd.Timestamp:
    return pd.Timestamp(text, tz="UTC")


def test_the_year_stands_first(read: Read) -> None:
    frame = read(
        "081109 203615 148 INFO dfs.A$B: one: two\n991231 235959 7 WARN dfs.A: old\n081109 203616 9 INFO dfs.A: x\n"
    )
    assert frame.attrs["format"] == "hdfs"
    assert frame["time"].to_list()[:2] == [at("2008-11-09T20:36:15"), at("1999-12-31T23:59:59")]
    assert (frame["thread"][0], frame["logger"][0], frame["message"][0]) == ("148", "dfs.A$B", "one: two")
    assert frame["zone"][0] == "assumed:UTC"


def test_a_date_that_is_none_is_kept_unparsed(read: Read) -> None:
    frame = read("081109 203615 148 INFO dfs.A: one\n089909 203615 148 INFO dfs.A: two\n")
    assert frame["parsed"].to_list() == [True, False]
