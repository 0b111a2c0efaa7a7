"""Datadog's logs from the API and as CSV; written from the documentation."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pandas as pd


def event(**fields: Any) -> dict[str, Any]:
    given = {
        "timestamp": "2026-01-02T10:00:00.250Z",
        "status": "error",
        "service": "shop",
        "host": "h-1",
        "message": "lost",
    }
    return {"type": "log", "id": fields.pop("id", "1"), "attributes": {**given, **fields}}


def test_an_answer_of_version_2(read: Callable[..., pd.DataFrame]) -> None:
    tags = ["env:made-up", "source:web", "env:made-up", "env:other", "alone"]
    inside = {"http": {"status_code": 503, "method": "GET"}, "duration": 2_500_000, "n": 1}
    rows = read(json.dumps({"data": [event(tags=tags, attributes=inside)], "meta": {"page": {}}}, indent=1))
    row = rows.iloc[0]
    assert rows.attrs["format"] == "datadog_logs"
    assert rows.attrs["said"] == []
    assert row["time"] == pd.Timestamp("2026-01-02T10:00:00.25Z")
    assert row["tags"] == "env:made-up,source:web,env:other,alone"
    assert row["env"] == "made-up,other"
    assert (row["status"], row["method"], row["duration_s"], row["n"]) == (503, "GET", 0.0025, 1)
    assert row["severity_text"] == "error"
    assert row["severity_number"] == 17


def test_more_pages_follow(read: Callable[..., pd.DataFrame]) -> None:
    rows = read(json.dumps({"meta": {"page": {"after": "x"}}, "data": [event(attributes={"after": "y"})]}, indent=1))
    assert any("truncated" in said for said in rows.attrs["said"])
    rows = read(json.dumps({"data": [event(attributes={"after": "y"})]}, indent=1))
    assert rows.attrs["said"] == [], "a field of the event is no paging"


def test_an_answer_of_version_1(read: Callable[..., pd.DataFrame]) -> None:
    content = event()["attributes"]
    rows = read(json.dumps({"logs": [{"id": "1", "content": content}], "nextLogId": None, "status": "done"}))
    assert rows.attrs["format"] == "datadog_logs"
    assert rows["message"].tolist() == ["lost"]


def test_an_event_without_its_attributes_is_kept(read: Callable[..., pd.DataFrame]) -> None:
    rows = read(json.dumps({"data": [event(), {"type": "log", "id": "2"}]}, indent=1))
    assert rows["parsed"].tolist() == [True, False]


def test_csv(read: Callable[..., pd.DataFrame]) -> None:
    rows = read(
        "Date,Host,Service,Message,Status,@http.status_code\n"
        '"2026-01-02T10:00:00.250Z","h-1","shop","lost,\nand ""more""",error,503\n'
        '"2026-01-02T10:00:01.000Z","h-1","shop","tea",info,\n'
    )
    assert rows.attrs["format"] == "datadog_csv"
    assert rows["time"].tolist() == [pd.Timestamp("2026-01-02T10:00:00.25Z"), pd.Timestamp("2026-01-02T10:00:01Z")]
    assert rows["message"].tolist() == ['lost,\nand "more"', "tea"]
    assert rows["severity_number"].tolist() == [17, 9]
    assert rows["@http.status_code"].tolist() == [503, pd.NA]


def test_csv_in_the_page_s_zone_and_cut(read: Callable[..., pd.DataFrame]) -> None:
    body = "".join(f'"Jan 2, 2026, 10:{i // 60 % 60:02}:{i % 60:02}.000 am",h,shop,m\n' for i in range(5000))
    rows = read("Date,Host,Service,Message\n" + body, zone="+01:00")
    assert rows["time"].min() == pd.Timestamp("2026-01-02T09:00:00Z")
    assert len(rows) == 5000
    assert any("exactly 5,000" in said for said in rows.attrs["said"])


def test_a_csv_with_times_in_words_is_not_kibanas(read: Callable[..., pd.DataFrame]) -> None:
    frame = read('Date,Host,Service,Status,Message\n"Jan 2, 2026 @ 10:00:00.250",made-1,shop,error,lost\n')
    assert frame.attrs["format"] == "datadog_csv"
    assert (frame["host"][0], frame["service"][0], frame["severity_number"][0]) == ("made-1", "shop", 17)


def test_version_1_has_the_level_among_the_attributes(read: Callable[..., pd.DataFrame]) -> None:
    frame = read(
        '{"logs":[{"id":"made-1","content":{"timestamp":"2026-01-02T10:00:00.250Z","tags":["env:made"],"attributes":'
        '{"level":"warn"},"host":"made-1","service":"shop","message":"slow"}}],"nextLogId":null,"status":"done"}\n'
    )
    assert (frame.attrs["format"], frame["severity_text"][0], frame["severity_number"][0]) == (
        "datadog_logs",
        "warn",
        13,
    )
    assert not any("truncated" in said for said in frame.attrs["said"])
