"""Timelines in tables: CSV, TSV and workbooks; written from RFC 4180 and from openpyxl's documentation."""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from incident_analysis.errors import InputError
from incident_analysis.formats.events import timeline_csv, timeline_xlsx
from incident_analysis.reading import read_timeline

Reader = Callable[..., pd.DataFrame]


def times(rows: pd.DataFrame) -> list[str]:
    return ["" if pd.isna(t) else t.strftime("%d %H:%M:%S") for t in rows["time"]]


def test_days_and_clocks_in_two_columns(events: Reader) -> None:
    text = "Date;Time (CET);What happened;Owner\n2026-01-02;23:50;alert fires;\n2026-01-03;~00:05;restarted it;ann\n"
    rows = events(text)
    assert rows.attrs["format"] == "timeline_csv"
    assert times(rows) == ["02 22:50:00", "02 23:05:00"]
    assert rows["certainty"].tolist() == ["exact", "approx"]
    assert rows["zone"].tolist() == ["header", "header"]
    assert rows["kind"].tolist() == ["alert", "action"]
    assert (rows["actor"].iloc[1], rows["who"].iloc[1], rows["role"].iloc[1]) == ("staff", "ann", "")
    said = " ".join(rows.attrs["said"])
    assert "columns read as: time=Time (CET), text=What happened, who=Owner, date=Date" in said


def test_the_order_of_day_and_month_is_decided_over_the_column(events: Reader) -> None:
    text = "when,event\n05-03-2016 10:00,first\n29-02-2016 11:00,second\n"
    rows = events(text)
    assert rows["text"].tolist() == ["second", "first"]
    assert times(rows) == ["29 11:00:00", "05 10:00:00"]
    assert any("day first" in said for said in rows.attrs["said"])
    assert any("no zone" in said for said in rows.attrs["said"])


def test_clocks_alone_need_a_day(events: Reader) -> None:
    text = "time\tevent\n23:50\talert fires\n00:10–00:12\trestarted\n...\t...\nHH:MM\t<event>\n"
    assert times(events(text, zone="UTC")) == ["", ""]
    rows = events(text, zone="UTC", date="2026-01-02")
    assert times(rows) == ["02 23:50:00", "03 00:10:00"]
    said = " ".join(rows.attrs["said"])
    assert "passes midnight" in said
    assert "2 rows without words" in said


def test_a_timeline_as_this_library_writes_it(events: Reader) -> None:
    text = (
        "event_id,time,end,certainty,kind,actor,role,text,relates_to,relation,include,milestone,note\n"
        "a,2026-01-02T10:00:00Z,2026-01-02T10:30:00Z,exact,alert,system,,fires,,,true,,\n"
        "b,2026-01-02T10:05:00Z,,approx,acknowledgement,staff,responder,taken,a,acknowledges,false,acknowledged,look\n"
    )
    rows = events(text)
    assert rows["event_id"].tolist() == ["a", "b"]
    assert rows["relates_to"].tolist() == ["", "a"]
    assert rows["include"].tolist() == [True, False]
    assert (rows["milestone"].iloc[1], rows["note"].iloc[1], rows["role"].iloc[1]) == (
        "acknowledged",
        "look",
        "responder",
    )
    assert rows["end"].iloc[0] == pd.Timestamp("2026-01-02T10:30:00Z")
    assert rows["certainty"].tolist() == ["exact", "approx"]


def test_a_tool_whose_customers_name_their_stamps(tmp_path: Path) -> None:
    text = "Reported,Impact start (UTC),Subject,Lead\n2026-01-02 12:00,2026-01-02 10:00,Checkout fails,ann\n"
    path = tmp_path / "export.csv"
    path.write_text(text, encoding="utf-8")
    form = timeline_csv.with_columns({"time": "Impact start (UTC)", "text": "Subject", "who": "Lead"})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        row = read_timeline(path, format=form).iloc[0]
    assert (row["time"], row["text"], row["who"]) == (pd.Timestamp("2026-01-02T10:00:00Z"), "Checkout fails", "ann")
    assert row["Reported"] == "2026-01-02 12:00"
    with pytest.raises(InputError, match="no column 'Impact start'"):
        read_timeline(path, format=timeline_csv.with_columns({"time": "Impact start"}))


def test_rows_that_do_not_fit_are_kept(events: Reader) -> None:
    good = [f"2026-01-02T10:0{i}:00Z,it happens" for i in range(6)]
    rows = events("\n".join(["time,event", *good, "2026-01-02T10:07:00Z,b,c,d", "2026-01-02T10:08:00Z,goes on"]) + "\n")
    assert rows["parsed"].tolist() == [True] * 6 + [False, True]
    assert rows["text"].iloc[6] == "2026-01-02T10:07:00Z,b,c,d"


def test_what_is_a_metric_is_no_timeline(events: Reader) -> None:
    with pytest.raises(InputError, match="read_metrics"):
        events("timestamp,value\n2026-01-02 10:00:00,1\n2026-01-02 10:05:00,2\n")


def wall(*parts: int) -> datetime:
    """A cell of Excel: it knows no zone."""
    return datetime(*parts)  # noqa: DTZ001


def workbook(**sheets: list[list[Any]]) -> bytes:
    openpyxl = pytest.importorskip("openpyxl", reason="the extra `excel` is not installed")
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def test_a_workbook(events: Reader) -> None:
    data = workbook(
        Timeline=[
            ["Outage of the checkout"],
            [],
            ["Time (UTC)", "Event", "Owner", "Minutes"],
            [wall(2026, 1, 2, 23, 50, 30), "alert fires", None, 0],
            [wall(2026, 1, 3, 0, 5), "restarted it", "ann", 15.0],
            [None, "a row without a time", None, None],
        ],
        Days=[
            ["Day", "Clock", "What"],
            [date(2026, 1, 4), time(9, 15), "met"],
            [date(2026, 1, 4), time(10, 0), "went"],
        ],
        Costs=[["what", "how much"], ["hours", 12]],
    )
    rows = events(data, name="timeline.xlsx")
    assert rows.attrs["format"] == "timeline_xlsx"
    assert times(rows) == ["02 23:50:30", "03 00:05:00", "", "04 09:15:00", "04 10:00:00"]
    assert rows["line_start"].tolist() == [4, 5, 6, 2, 3]
    assert rows["sheet"].tolist() == ["Timeline"] * 3 + ["Days"] * 2
    assert rows["zone"].tolist()[0] == "header"
    assert rows["zone"].tolist()[3] == "assumed:UTC", "a workbook knows no zone"
    said = " ".join(rows.attrs["said"])
    assert "heading in row 3" in said
    assert "'Costs': no column of times" in said


def test_a_workbook_without_times_is_refused(events: Reader) -> None:
    with pytest.raises(InputError, match="no sheet with a column of times") as caught:
        events(workbook(Costs=[["what", "how much"], ["hours", 12]]), name="costs.xlsx")
    assert caught.value.remedy


def test_a_cut_workbook_is_refused(events: Reader) -> None:
    data = workbook(Timeline=[["Time", "Event"], [wall(2026, 1, 2, 10), "a"]])
    with pytest.raises(InputError, match="broken"):
        events(data[: len(data) // 2], name="cut.xlsx")


def test_without_openpyxl_the_error_names_the_extra(events: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "openpyxl", None)
    data = b"PK\x03\x04" + b"\0" * 26 + b"[Content_Types].xml" + b" xl/workbook.xml"
    assert timeline_xlsx.recognise(data) is not None
    with pytest.raises(InputError, match="needs openpyxl") as caught:
        events(data, name="timeline.xlsx")
    assert "incident-analysis[excel]" in caught.value.remedy
