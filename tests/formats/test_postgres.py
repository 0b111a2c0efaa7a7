"""PostgreSQL on stderr: the prefixes that are in use, reports of several lines, zone names."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

Read = Callable[..., pd.DataFrame]


def at(text: str) -> pd.Timestamp:
    return pd.Timestamp(text, tz="UTC")


PREFIXES = {
    "2026-07-02 10:00:00.123 UTC [7] ": {"pid": 7},
    "2026-07-02 10:00:00 UTC [7]: [3-1] user=u,db=d,app=psql,client=192.0.2.1 ": {
        "pid": 7,
        "user": "u",
        "database": "d",
        "application": "psql",
        "client": "192.0.2.1",
    },
    "2026-07-02 10:00:00 UTC:192.0.2.1(5000):u@d:[7]:": {"pid": 7, "user": "u", "database": "d", "client": "192.0.2.1"},
    "2026-07-02 10:00:00.123 UTC [7-1] u@d ": {"pid": 7, "user": "u", "database": "d"},
    "< 2026-07-02 10:00:00.123 UTC >": {},
    "1782986400.123 [7] ": {"pid": 7},
    "2026-07-02 10:00:00.123 UTC [7] u@d 42P01 ": {"user": "u", "sqlstate": "42P01"},
}


@pytest.mark.parametrize("prefix", PREFIXES)
def test_prefixes(read: Read, prefix: str) -> None:
    frame = read(f"{prefix}ERROR:  lost: it\n{prefix}STATEMENT:  select 1\n{prefix}LOG:  on\n")
    assert frame.attrs["format"] == "postgres"
    assert len(frame) == 2
    row = frame.iloc[0]
    assert abs(row["time"] - at("2026-07-02T10:00:00")) < pd.Timedelta("1s")
    assert (row["message"], row["query"], row["severity_number"]) == ("lost: it", "select 1", 17)
    for name, value in PREFIXES[prefix].items():
        assert row[name] == value, name


def test_a_report_is_one_record(read: Read) -> None:
    p = "2026-07-02 10:00:00.123 CEST [7] "
    frame = read(
        f"{p}ERROR:  invalid input\n{p}DETAIL:  Token is\n\tinvalid.\n{p}HINT:  try\n{p}CONTEXT:  line 1\n"
        f"{p}STATEMENT:  select\n\t'ERROR:  x'\n\n\tfrom t;\n{p}LOG:  on\n"
    )
    assert frame["line_start"].to_list() == [1, 10]
    row = frame.iloc[0]
    assert row["detail"] == "Token is\n\tinvalid."
    assert (row["hint"], row["error_context"]) == ("try", "line 1")
    assert row["query"] == "select\n\t'ERROR:  x'\n\n\tfrom t;"
    assert row["time"] == at("2026-07-02T08:00:00.123")
    assert row["zone"] == "explicit"


def test_a_statement_that_names_a_level_begins_no_record(read: Read) -> None:
    p = "2026-07-02 10:00:00.123 PDT [7] "
    frame = read(f"{p}ERROR:  a\n{p}STATEMENT:  select 'LOG:  b'\n")
    assert len(frame) == 1
    assert frame["time"][0] == at("2026-07-02T17:00:00.123")


def test_durations_are_seconds(read: Read) -> None:
    frame = read(
        "2026-07-02 10:00:00 UTC [7] LOG:  duration: 1250.5 ms  statement: select 1\n"
        "2026-07-02 10:00:01 UTC [7] LOG:  duration: 3.0 ms  execute <unnamed>: select $1\n"
        "2026-07-02 10:00:02 UTC [7] LOG:  statement: select 2\n2026-07-02 10:00:03 UTC [7] LOG:  on\n"
    )
    assert frame["duration_s"].to_list()[:2] == [1.2505, 0.003]
    assert frame["query"].to_list()[:3] == ["select 1", "select $1", "select 2"]
    assert pd.isna(frame["duration_s"][3])
    assert pd.isna(frame["query"][3])


def test_a_zone_of_several_meanings_has_to_be_stated(read: Read) -> None:
    text = "2026-01-02 10:00:00.123 CST [7] LOG:  on\n"
    with pytest.raises(ValueError, match=r"America/Chicago"):
        read(text)
    assert read(text, zone="America/Chicago")["time"][0] == at("2026-01-02T16:00:00.123")


def test_an_unknown_zone_is_told(read: Read) -> None:
    frame = read("2026-01-02 10:00:00.123 XYZ [7] LOG:  on\n")
    assert frame["zone"][0] == "assumed:UTC"
    assert any("XYZ" in said for said in frame.attrs["said"])


def test_brackets_and_numbers_before_the_stamp(read: Read) -> None:
    for line in (
        "[2026-01-02 11:00:00.000 CET] ann@shop [7] ERROR:  lost",
        "[7]: [2-1] 2026-01-02 10:00:00 UTC ERROR:  lost",
    ):
        frame = read(f"{line}\n{line.replace('ERROR', 'STATEMENT').replace('lost', 'select 7')}\n{line}\n")
        assert frame.attrs["format"] == "postgres"
        assert frame["time"].to_list() == [pd.Timestamp("2026-01-02T10:00:00Z")] * 2
        assert frame["pid"].to_list() == [7, 7]
        assert frame["query"][0] == "select 7"
