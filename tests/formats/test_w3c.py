"""W3C extended log files, from the specification and IIS's documentation."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

Read = Callable[..., pd.DataFrame]


HEAD = "#Software: Microsoft Internet Information Services 10.0\r\n#Version: 1.0\r\n#Date: 2026-01-02 10:00:00\r\n"
FIELDS = "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query cs-username c-ip cs(User-Agent) sc-status sc-bytes time-taken\r\n"
LINE = "2026-01-02 10:00:00 198.51.100.7 GET /a b=1 - 192.0.2.1 made+up/1.0 500 12 250\r\n"


def test_the_heading_names_the_columns(read: Read) -> None:
    frame = read(HEAD + FIELDS + LINE)
    assert frame.attrs["format"] == "w3c"
    row = frame.iloc[0]
    assert (str(row["time"]), row["zone"]) == ("2026-01-02 10:00:00+00:00", "header")
    assert (row["method"], row["path"], row["status"], row["bytes"]) == ("GET", "/a?b=1", 500, 12)
    assert (row["duration_s"], row["client"], row["user_agent"]) == (0.25, "192.0.2.1", "made up/1.0")
    assert (row["severity_number"], row["s_ip"]) == (17, "198.51.100.7")
    assert row["user"] is None or pd.isna(row["user"])


def test_local_time_can_be_stated(read: Read) -> None:
    frame = read(HEAD + FIELDS + LINE, zone="America/New_York")
    assert str(frame["time"][0]) == "2026-01-02 15:00:00+00:00"


def test_directives_come_again_with_other_columns(read: Read) -> None:
    frame = read(
        HEAD
        + FIELDS
        + LINE
        + HEAD.replace("01-02", "01-03")
        + "#Fields: time c-ip sc-status\r\n11:00:00 192.0.2.2 404\r\n"
    )
    assert list(frame["time"].astype(str)) == ["2026-01-02 10:00:00+00:00", "2026-01-03 11:00:00+00:00"]
    assert list(frame["status"]) == [500, 404]


def test_a_clock_that_falls_back_begins_the_next_day(read: Read) -> None:
    frame = read("#Date: 2026-01-02 23:59:58\n#Fields: time sc-status\n23:59:59 200\n00:00:01 200\n00:00:00 200\n")
    assert list(frame["time"].dt.day) == [2, 3, 3]


@pytest.mark.parametrize("taken, seconds", [("250", 0.25), ("0.250", 0.25), ("0", 0.0), ("-", None)])
def test_the_unit_of_time_taken(read: Read, taken: str, seconds: float | None) -> None:
    seen = read(HEAD + FIELDS + LINE.replace(" 250\r", f" {taken}\r") + LINE)["duration_s"][0]
    assert (None if pd.isna(seen) else seen) == seconds


@pytest.mark.parametrize(
    "line",
    [
        "2026-01-02 10:00:00 198.51.100.7 GET /a  made\\up 192.0.2.1 agent 200 1 2",
        '"2026-01-02" "10:00:00" "198.51.100.7" "GET" "/a" "" "made\\up" "192.0.2.1" "age nt" "200" "1" "2"',
        "2026-01-02\t10:00:00\t198.51.100.7\tGET\t/a\t-\tmade\\up\t192.0.2.1\tage nt\t200\t1\t2",
    ],
)
def test_how_values_are_parted(read: Read, line: str) -> None:
    row = read(FIELDS + line + "\n").iloc[0]
    assert (row["path"], row["client"], row["status"]) == ("/a", "192.0.2.1", 200)


def test_commas_of_exchange(read: Read) -> None:
    row = read(
        '#Fields: date-time,client-ip,event-id,recipients\n2026-01-02T10:00:00.250Z,192.0.2.1,FAIL,"a;b,c"\n'
    ).iloc[0]
    assert (str(row["time"]), row["event_id"], row["recipients"]) == (
        "2026-01-02 10:00:00.250000+00:00",
        "FAIL",
        "a;b,c",
    )


def test_too_many_values_and_too_few(read: Read) -> None:
    frame = read(HEAD + FIELDS + LINE + LINE.rstrip() + " more\r\n" + "2026-01-02 10:00:00 198.51.100.7 GET\r\n")
    assert list(frame["parsed"]) == [True, False, True]
    assert pd.isna(frame["status"][2])
    assert any("fewer values" in said for said in frame.attrs["said"])


def test_the_specifications_own_date_and_names_with_spaces(read: Read) -> None:
    frame = read("#Version: 1.0\n#Date: 02-Jan-2026 10:00:00\n#Fields: time cs-method cs-uri\n10:00:01 GET /a\n")
    assert str(frame["time"][0]) == "2026-01-02 10:00:01+00:00"
    row = read(
        "#Fields: computer\tdate\ttime\tIP protocol\trule\nmade\t2026-01-02\t10:00:00\tTCP\tmade up rule\n"
    ).iloc[0]
    assert (row["ip_protocol"], row["rule"], str(row["time"])) == ("TCP", "made up rule", "2026-01-02 10:00:00+00:00")


def test_paths_of_blue_coat(read: Read) -> None:
    row = read(
        "#Fields: date time cs-method cs-uri-path cs-uri-query sc-status\n2026-01-02 10:00:00 GET /a ?b=1 200\n"
    ).iloc[0]
    assert row["path"] == "/a?b=1"
