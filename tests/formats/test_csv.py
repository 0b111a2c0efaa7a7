"""Plain CSV: delimiters, quotes, dates of people's settings, and that the guess is shown."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest


def said(rows: pd.DataFrame, word: str) -> str:
    return next((s for s in rows.attrs["said"] if word in s), "")


@pytest.mark.parametrize("d", [",", ";", "\t", "|"])
def test_delimiters_quotes_and_lines(read: Callable[..., pd.DataFrame], d: str) -> None:
    text = f'time{d}level{d}message{d}n\n2026-01-02T10:00:00Z{d}ERROR{d}"a{d}b\nc ""d"""{d}1\n'
    text += f"2026-01-02T10:00:01Z{d}INFO{d}plain{d}2\n"
    rows = read(text)
    assert rows.attrs["format"] == "csv"
    assert rows["parsed"].all()
    assert rows["message"].tolist() == [f'a{d}b\nc "d"', "plain"]
    assert rows[["line_start", "line_end"]].to_numpy().tolist() == [[2, 3], [4, 4]]
    assert rows["severity_number"].tolist() == [17, 9]
    assert rows["n"].tolist() == [1, 2]
    assert "time=time, severity=level, message=message" in said(rows, "columns read as")


def test_the_day_stands_first_where_one_date_proves_it(read: Callable[..., pd.DataFrame]) -> None:
    rows = read("date,message\n05-03-2016 10:00,a\n29-02-2016 10:00,b\n")
    assert rows["time"].tolist() == [pd.Timestamp("2016-03-05T10:00Z"), pd.Timestamp("2016-02-29T10:00Z")]
    assert "day first" in said(rows, "dates read")
    assert "29-02-2016" in said(rows, "dates read")


def test_the_month_stands_first_where_one_date_proves_it(read: Callable[..., pd.DataFrame]) -> None:
    rows = read("timestamp,message\n3/5/2016 1:00:00 PM,a\n2/29/2016 12:00:00 AM,b\n")
    assert rows["time"].tolist() == [pd.Timestamp("2016-03-05T13:00Z"), pd.Timestamp("2016-02-29T00:00Z")]
    assert "month first" in said(rows, "dates read")


def test_dates_of_both_orders_are_not_guessed(read: Callable[..., pd.DataFrame]) -> None:
    rows = read("timestamp,message\n13/01/2016 10:00,a\n01/14/2016 10:00,b\n05/06/2016 10:00,c\n")
    assert rows["time"].isna().tolist() == [False, False, True]
    assert "both orders" in said(rows, "both orders")
    assert rows.loc[2, "timestamp"] == "05/06/2016 10:00"


def test_where_no_date_proves_it_records_lie_close_together(read: Callable[..., pd.DataFrame]) -> None:
    rows = read("timestamp,message\n" + "".join(f"03/0{day}/2026 10:00,x\n" for day in (4, 5, 6)))
    assert rows["time"].tolist()[0] == pd.Timestamp("2026-03-04T10:00Z")
    assert "no date proves it" in said(rows, "dates read")


def test_a_date_and_a_clock_in_two_columns_and_decimal_commas(read: Callable[..., pd.DataFrame]) -> None:
    rows = read("Datum;Date;Time;Load;Code\n1;13.01.2026;10:00:00;1,5;007\n2;13.01.2026;10:00:01;2;008\n")
    assert rows["time"].tolist() == [pd.Timestamp("2026-01-13T10:00:00Z"), pd.Timestamp("2026-01-13T10:00:01Z")]
    assert rows["Load"].tolist() == [1.5, 2.0]
    assert said(rows, "decimal comma")
    assert rows["Code"].tolist() == ["007", "008"], "leading zeros make an identifier"


def test_zones(read: Callable[..., pd.DataFrame]) -> None:
    text = "time,message\n2026-07-01 10:00:00,a\n"
    assert read(text, zone="Europe/Berlin")["time"].tolist() == [pd.Timestamp("2026-07-01T08:00Z")]
    assert said(read(text), "UTC is assumed")
    rows = read("time,message\n2026-07-01 10:00:00 CEST,a\n1782892800123,b\n")
    assert rows["time"].tolist() == [pd.Timestamp("2026-07-01T08:00Z"), pd.Timestamp("2026-07-01T08:00:00.123Z")]


def test_what_does_not_fit_stays(read: Callable[..., pd.DataFrame]) -> None:
    rows = read(
        'time,level,message\n2026-01-02T10:00:00Z,INFO,a\nbroken\n2026-01-02T10:00:01Z,INFO,"open, b\n'
        "2026-01-02T10:00:02Z,INFO,c,\n\ntime,level,message\n,WARN,no time\n",
        format="csv",
    )
    assert rows["parsed"].tolist() == [True, False, False, True, True]
    assert rows["message"].tolist() == ["a", "broken", '2026-01-02T10:00:01Z,INFO,"open, b', "c", "no time"]
    assert rows["line_start"].tolist() == [2, 3, 4, 5, 8]
    assert said(rows, "heading comes again")
    assert pd.isna(rows.loc[4, "time"])


def test_names_that_come_again_and_that_the_reader_keeps(read: Callable[..., pd.DataFrame]) -> None:
    rows = read("sep=,\nTimestamp,Comment,Comment,source,status\n2026-01-02T10:00:00Z,a,b,x,503\n")
    assert rows["Comment.2"].tolist() == ["b"]
    assert rows["attributes.source"].tolist() == ["x"]
    assert rows["severity_number"].tolist() == [17], "by the status, where there is no level"
    assert rows["line_start"].tolist() == [3]


@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_windows_ends_and_the_mark_of_byte_order(read: Callable[..., pd.DataFrame], end: str) -> None:
    rows = read(
        ("\ufeff" + f'time,message{end}2026-01-02T10:00:00Z,"a{end}b"{end}2026-01-02T10:00:01Z,c{end}').encode()
    )
    assert rows["message"].tolist() == [f"a{end}b", "c"]
    assert rows["line_end"].tolist() == [3, 4]


def test_text_with_commas_is_no_table() -> None:
    from incident_analysis.formats.logs.csv import recognise

    assert recognise(b"2026-01-02 10:00:00,123 INFO a, b\n2026-01-02 10:00:01,123 INFO a, b\n") is None
    assert recognise(b'{"a": 1, "time": "2026-01-02T10:00:00Z"}\n') is None
    assert recognise(b"Dear all, hello\n\nnothing, really\n") is None
