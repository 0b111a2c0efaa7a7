"""CloudWatch alarm history; written from the API's reference and from that of EventBridge's and SNS' messages."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pandas as pd


def item(when: str, kind: str = "StateUpdate", before: str = "OK", after: str = "ALARM", name: str = "made-up") -> Any:
    data = {"oldState": {"stateValue": before}, "newState": {"stateValue": after, "stateReason": "Threshold Crossed"}}
    return {
        "AlarmName": name,
        "Timestamp": when,
        "HistoryItemType": kind,
        "HistorySummary": f"Alarm updated from {before} to {after}" if kind == "StateUpdate" else kind,
        "HistoryData": json.dumps(data),
    }


def test_newest_first_is_linked_in_order_of_time(events: Callable[..., pd.DataFrame]) -> None:
    given = [
        item("2026-01-02T10:30:00Z", before="INSUFFICIENT_DATA", after="OK"),
        item("2026-01-02T10:20:00Z", before="OK", after="INSUFFICIENT_DATA"),
        item("2026-01-02T10:10:00.250Z", before="ALARM", after="OK"),
        item("2026-01-02T10:05:00Z", name="other"),
        item("2026-01-02T10:00:01Z", kind="Action"),
        item("2026-01-02T10:00:00Z"),
        item("2026-01-01T10:00:00Z", kind="ConfigurationUpdate"),
    ]
    rows = events(json.dumps({"AlarmHistoryItems": given}, indent=1))
    assert rows.attrs["format"] == "cloudwatch_alarms"
    assert rows["kind"].tolist() == [
        "action", "alert", "communication", "alert", "observation", "observation", "observation",
    ]  # fmt: skip
    alert, back = rows.iloc[1], rows.iloc[4]
    assert (back["relates_to"], back["relation"]) == (alert["event_id"], "resolves")
    assert alert["end"] == back["time"] == pd.Timestamp("2026-01-02T10:10:00.25Z")
    assert (rows["relation"] != "").sum() == 1, "an OK that follows no ALARM resolves nothing"
    assert rows["include"].tolist().count(False) == 1


def test_a_further_page_and_a_full_one_are_told(events: Callable[..., pd.DataFrame]) -> None:
    given = [item(f"2026-01-02T10:{i // 60:02d}:{i % 60:02d}Z") for i in range(100)]
    said = " ".join(events(json.dumps({"AlarmHistoryItems": given, "NextToken": "x"})).attrs["said"])
    assert "NextToken" in said
    assert "exactly 100 records" in said


def test_a_change_as_eventbridge_sends_it(events: Callable[..., pd.DataFrame]) -> None:
    detail = {
        "alarmName": "made-up",
        "state": {"value": "ALARM", "reason": "why", "timestamp": "2026-01-02T10:00:00.123+0000"},
        "previousState": {"value": "OK"},
    }
    message = {
        "id": "7",
        "detail-type": "CloudWatch Alarm State Change",
        "time": "2026-01-02T10:00:01Z",
        "detail": detail,
    }
    rows = events(json.dumps(message) + "\n")
    assert (rows["kind"].iloc[0], rows["why"].iloc[0]) == ("alert", "why")
    assert rows["time"].iloc[0] == pd.Timestamp("2026-01-02T10:00:00.123Z")


def test_a_change_as_sns_sends_it(events: Callable[..., pd.DataFrame]) -> None:
    message = {
        "AlarmName": "made-up", "NewStateValue": "OK", "OldStateValue": "ALARM", "NewStateReason": "fine",
        "StateChangeTime": "2026-01-02T10:00:00.123+0000", "Region": "EU (Frankfurt)",
    }  # fmt: skip
    rows = events(json.dumps(message))
    assert rows["kind"].iloc[0] == "observation"
    assert rows["text"].iloc[0] == "made-up: alarm updated from ALARM to OK"
