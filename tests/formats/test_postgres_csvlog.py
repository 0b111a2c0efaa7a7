"""PostgreSQL's csvlog: the columns of its documentation, statements of several lines."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

Read = Callable[..., pd.DataFrame]


def at(text: str) -> pd.Timestamp:
    return pd.Timestamp(text, tz="UTC")


def line(stamp: str, *, level: str = "LOG", message: str = "on", query: str = "", end: str = "") -> str:
    """A line of version 12's 23 columns; `end` adds those of later ones."""
    return (
        f'{stamp},"u","d",7,"192.0.2.1:5000",65.7,1,"idle",2026-01-02 09:00:00 UTC,3/3,0,{level},00000,"{message}",,,,,,'
        f'{query},,,"psql"{end}\n'
    )


@pytest.mark.parametrize("end", ["", ',"client backend"', ',"client backend",,0'])
def test_columns_of_each_version(read: Read, end: str) -> None:
    frame = read(line("2026-01-02 10:00:00.123 UTC", end=end) * 2)
    assert frame.attrs["format"] == "postgres_csvlog"
    row = frame.iloc[1]
    assert row["time"] == at("2026-01-02T10:00:00.123")
    assert (row["user"], row["database"], row["pid"], row["client"]) == ("u", "d", 7, "192.0.2.1:5000")
    assert (row["application"], row["sqlstate"], row["message"]) == ("psql", "00000", "on")
    assert row.get("backend_type") == ("client backend" if end else None)
    assert row.get("query_id") == ("0" if end.endswith("0") else None)


def test_statements_of_several_lines(read: Read) -> None:
    statement = '"select ""a""\n\n2026-01-02 from t\n  where b = \'x,y\'"'
    frame = read(
        line("2026-01-02 10:00:00.123 CET", level="ERROR", message='no ""a""', query=statement)
        + line("2026-01-02 10:00:01.123 CET", message="duration: 1500 ms  statement: select\n1")
    )
    assert frame["line_start"].to_list() == [1, 5]
    assert frame["query"].to_list() == ["select \"a\"\n\n2026-01-02 from t\n  where b = 'x,y'", "select\n1"]
    assert frame["message"][0] == 'no "a"'
    assert frame["duration_s"][1] == 1.5
    assert frame["time"][0] == at("2026-01-02T09:00:00.123")


def test_zone_names(read: Read) -> None:
    assert read(line("2026-07-02 10:00:00.123 PDT"))["time"][0] == at("2026-07-02T17:00:00.123")
    assert read(line("2026-07-02 10:00:00.123 -03"))["time"][0] == at("2026-07-02T13:00:00.123")
    with pytest.raises(ValueError, match=r"Asia/Kolkata"):
        read(line("2026-07-02 10:00:00.123 IST"))


def test_a_cut_record_is_kept(read: Read) -> None:
    frame = read(line("2026-01-02 10:00:00.123 UTC") + '2026-01-02 10:00:01.123 UTC,"u","d",7,"19')
    assert frame["parsed"].to_list() == [True, False]
