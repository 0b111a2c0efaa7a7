"""Sentry events; written from the reference of the event's payload and of the web API."""

from __future__ import annotations

import json
from collections.abc import Callable

import pandas as pd

EVENT = {
    "event_id": "0" * 31 + "1",
    "timestamp": 1767348000.123456,
    "platform": "python",
    "level": "error",
    "sdk": {"name": "sentry.python", "version": "2"},
    "culprit": "shop.pay in charge",
    "exception": {"values": [{"type": "KeyError", "value": "a"}, {"type": "PaymentError", "value": "lost"}]},
    "tags": [["environment", "made-up"], ["server_name", "h-1"]],
    "breadcrumbs": {"values": [{"timestamp": 1767347999.5, "message": "before"}]},
    "contexts": {"trace": {"trace_id": "abc", "span_id": "01"}},
}


def test_one_event_is_one_row(read: Callable[..., pd.DataFrame]) -> None:
    rows = read(json.dumps(EVENT, indent=1))
    row = rows.iloc[0]
    assert rows.attrs["format"] == "sentry"
    assert len(rows) == 1
    assert row["time"] == pd.Timestamp("2026-01-02T10:00:00.123456Z")
    assert row["message"] == "PaymentError: lost", "the last exception is the one that was raised"
    assert (row["host"], row["environment"], row["trace_id"], row["severity_number"]) == ("h-1", "made-up", "abc", 17)
    assert "before" in row["breadcrumbs"]
    assert row["tags"] == "environment:made-up,server_name:h-1"
    assert row["line_start"] == 1
    assert row["line_end"] == len(json.dumps(EVENT, indent=1).split("\n"))


def test_a_list_of_the_web_api(read: Callable[..., pd.DataFrame]) -> None:
    given = {
        "eventID": "1", "id": "1", "groupID": "7", "platform": "python", "dateCreated": "2026-01-02T10:00:00Z",
        "title": "PaymentError: lost", "culprit": "shop", "tags": [{"key": "level", "value": "warning"}], "sdk": {},
        "entries": [{"type": "exception", "data": {"values": [{"type": "PaymentError", "value": "lost"}]}}],
    }  # fmt: skip
    rows = read(json.dumps([given, {**given, "eventID": "2"}, 3], indent=1))
    assert rows.attrs["format"] == "sentry"
    assert rows["message"].tolist()[:2] == ["PaymentError: lost"] * 2
    assert rows["severity_number"].tolist()[0] == 13
    assert rows["parsed"].tolist() == [True, True, False]
    assert rows["time"].tolist()[0] == pd.Timestamp("2026-01-02T10:00:00Z")


def test_a_hundred_events_are_a_page(read: Callable[..., pd.DataFrame]) -> None:
    text = "".join(json.dumps({**EVENT, "event_id": f"{i:032}"}) + "\n" for i in range(100))
    assert any("truncated" in said for said in read(text).attrs["said"])


def test_issues_are_many_events(read: Callable[..., pd.DataFrame]) -> None:
    frame = read(
        '[{"id":"77","shortId":"MADE-1","title":"LostError: lost","culprit":"shop.pay","logger":null,"level":"error",'
        '"status":"unresolved","platform":"python","project":{"id":"7","name":"Shop","slug":"shop"},"metadata":'
        '{"type":"LostError","value":"lost"},"count":"150","userCount":12,"firstSeen":"2026-01-02T09:00:00Z",'
        '"lastSeen":"2026-01-02T10:00:00.250Z","stats":{"24h":[[1767340800,0]]}}]\n'
    )
    assert frame.attrs["format"] == "sentry"
    assert (str(frame["time"][0]), frame["first_seen"][0]) == (
        "2026-01-02 10:00:00.250000+00:00",
        "2026-01-02T09:00:00Z",
    )
    assert (frame["count"][0], frame["service"][0], frame["severity_number"][0]) == (150, "shop", 17)
    assert frame["message"][0] == "LostError: lost"


def test_an_envelope_has_one_event(read: Callable[..., pd.DataFrame]) -> None:
    frame = read(
        '{"event_id":"made-up","sent_at":"2026-01-02T10:00:01Z","dsn":"https://made-up.example/7"}\n'
        '{"type":"event","length":170,"content_type":"application/json"}\n'
        '{"event_id":"made-up","timestamp":"2026-01-02T10:00:00.250Z","platform":"python","level":"error","sdk":'
        '{"name":"sentry.python"},"exception":{"values":[{"type":"LostError","value":"lost"}]}}\n'
    )
    assert (frame.attrs["format"], list(frame["message"])) == ("sentry", ["LostError: lost"])
    assert frame["line_start"][0] == 3
    assert not any("again" in said for said in frame.attrs["said"])
