"""CloudWatch Logs events from the API; answers written from the documentation."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pandas as pd


def page(*events: Any, **around: Any) -> str:
    return json.dumps({"events": list(events), **around}, indent=1)


def test_milliseconds_pages_and_events_that_stand_twice(read: Callable[..., pd.DataFrame]) -> None:
    event = {"logStreamName": "s", "timestamp": 1767348000123, "message": "lost\n", "ingestionTime": 1767348001000}
    rows = read(page({**event, "eventId": "1"}, {**event, "eventId": "1"}, searchedLogStreams=[], nextToken="more"))
    assert rows.attrs["format"] == "cloudwatch_events"
    assert rows["time"].tolist() == [pd.Timestamp("2026-01-02T10:00:00.123Z")] * 2
    assert rows["message"].tolist() == ["lost"] * 2
    assert rows["ingestion_time_ms"].tolist() == [1767348001000] * 2
    assert any("nextToken" in said and "truncated" in said for said in rows.attrs["said"])
    assert any("again" in said for said in rows.attrs["said"])


def test_a_token_in_a_message_is_no_paging(read: Callable[..., pd.DataFrame]) -> None:
    message = json.dumps({"nextToken": "x"})
    rows = read(page({"timestamp": 1767348000000, "message": message, "ingestionTime": 1}, searchedLogStreams=[]))
    assert rows.attrs["said"] == []


def test_one_page_of_get_log_events_says_so(read: Callable[..., pd.DataFrame]) -> None:
    rows = read(page({"timestamp": 1767348000000, "message": "x", "ingestionTime": 1}, nextForwardToken="f/1"))
    assert any("truncated" in said for said in rows.attrs["said"])


def test_pages_one_after_another(read: Callable[..., pd.DataFrame]) -> None:
    one = page({"timestamp": 1767348000000, "message": "a", "ingestionTime": 1})
    two = page({"timestamp": 1767348001000, "message": "b", "ingestionTime": 1})
    rows = read(one + "\n" + two + "\n")
    assert rows["message"].tolist() == ["a", "b"]
    assert rows["line_start"].tolist() == [3, 12]


def test_a_cut_answer_keeps_what_came_before(read: Callable[..., pd.DataFrame]) -> None:
    whole = page(*({"timestamp": 1767348000000 + i, "message": f"m{i}", "ingestionTime": 1} for i in range(3)))
    rows = read(whole[: whole.index("m2")])
    assert rows["parsed"].tolist() == [True, True, False]
    assert rows["message"].tolist()[:2] == ["m0", "m1"]
    assert '"timestamp": 1767348000002' in rows["message"].tolist()[2]


def test_an_event_that_is_none_is_kept(read: Callable[..., pd.DataFrame]) -> None:
    rows = read(page({"timestamp": 1767348000000, "message": "a", "ingestionTime": 1}, "text", {"message": "no time"}))
    assert rows["parsed"].tolist() == [True, False, False]


def test_batches_of_a_subscription(read: Callable[..., pd.DataFrame]) -> None:
    batch = {
        "messageType": "DATA_MESSAGE",
        "owner": "123456789012",
        "logGroup": "/made/up",
        "logStream": "made-1",
        "subscriptionFilters": ["made"],
        "logEvents": [
            {"id": "1", "timestamp": 1767348000250, "message": '{"level":"error","msg":"lost"}'},
            {"id": "2", "timestamp": 1767348001250, "message": '{"level":"info","msg":"ok"}'},
        ],
    }
    control = batch | {
        "messageType": "CONTROL_MESSAGE",
        "logGroup": "",
        "logEvents": [{"timestamp": 1, "message": "x"}],
    }
    frame = read(json.dumps(batch) + "\n" + json.dumps(control) + "\n")
    assert frame.attrs["format"] == "cloudwatch_events"
    assert list(frame["message"]) == ["lost", "ok"]
    assert list(frame["severity_number"]) == [17, 9]
    assert list(frame["service"]) == ["up", "up"]
    assert (frame["log_stream"][0], frame["event_id"][1]) == ("made-1", "2")
    assert str(frame["time"][0]) == "2026-01-02 10:00:00.250000+00:00"
