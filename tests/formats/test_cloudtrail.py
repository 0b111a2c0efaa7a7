"""CloudTrail in its three shapes; events written from the reference of the record's contents."""

from __future__ import annotations

import json
from collections.abc import Callable

import pandas as pd
import pytest

from incident_analysis.errors import InputError

EVENT = {
    "eventVersion": "1.08",
    "eventTime": "2026-01-02T10:00:00Z",
    "eventSource": "ec2.amazonaws.com",
    "eventName": "StopInstances",
    "awsRegion": "eu-west-1",
    "sourceIPAddress": "192.0.2.7",
    "userIdentity": {"type": "IAMUser", "arn": "arn:aws:iam::1:user/made-up"},
    "requestParameters": {"NextToken": "not a page"},
    "eventID": "1",
    "additionalEventData": {"x": 1},
}


def test_files_of_a_trail(read: Callable[..., pd.DataFrame]) -> None:
    denied = {**EVENT, "eventID": "2", "errorCode": "AccessDenied", "errorMessage": "not you"}
    rows = read(json.dumps({"Records": [EVENT, denied]}, indent=1))
    assert rows.attrs["format"] == "cloudtrail"
    assert rows.attrs["said"] == []
    assert rows["time"].tolist() == [pd.Timestamp("2026-01-02T10:00:00Z")] * 2
    assert rows["severity_number"].tolist() == [9, 17], "an error code is the only level there is"
    assert rows["message"].tolist() == ["StopInstances", "StopInstances: AccessDenied: not you"]
    assert rows["user"].tolist() == ["arn:aws:iam::1:user/made-up"] * 2
    assert rows.loc[0, "request_parameters"] == '{"NextToken":"not a page"}'
    assert rows.loc[0, "additionalEventData"] == '{"x":1}', "nothing of the event is lost"


def test_lookup_events_wrap_the_event_as_text(read: Callable[..., pd.DataFrame]) -> None:
    outer = {
        "EventId": "1",
        "EventName": "StopInstances",
        # In the zone of who asked: the event's own time counts.
        "EventTime": "2026-01-02T21:00:00+11:00",
        "Username": "made-up",
        "CloudTrailEvent": json.dumps(EVENT),
    }
    broken = {**outer, "EventId": "2", "CloudTrailEvent": outer["CloudTrailEvent"][:100]}
    rows = read(json.dumps({"Events": [outer, broken], "NextToken": "more"}, indent=1))
    assert rows["time"].tolist() == [pd.Timestamp("2026-01-02T10:00:00Z")] * 2
    assert rows["event_name"].tolist() == ["StopInstances"] * 2
    assert rows["client"].tolist()[0] == "192.0.2.7"
    assert any("truncated" in said for said in rows.attrs["said"])
    assert any("broken" in said for said in rows.attrs["said"])


def test_one_event_a_line_and_a_broken_one_between(read: Callable[..., pd.DataFrame]) -> None:
    line = json.dumps(EVENT)
    rows = read(f"{line}\n{line[:-20]}\n{json.dumps({**EVENT, 'eventID': '3'})}\n")
    assert rows["parsed"].tolist() == [True, False, True]
    assert rows["line_start"].tolist() == [1, 2, 3]
    assert rows.loc[1, "message"] == line[:-20]


def test_a_cut_document_is_an_error_or_kept(read: Callable[..., pd.DataFrame]) -> None:
    text = json.dumps({"Records": [EVENT, EVENT]}, indent=1)
    with pytest.raises(InputError, match="broken JSON"):
        read(text[:300])
    rows = read(text[:-100])
    assert rows["parsed"].tolist() == [True, False]
    assert any("broken JSON" in said for said in rows.attrs["said"])


def test_insights(read: Callable[..., pd.DataFrame]) -> None:
    insight = {
        "eventVersion": "1.07",
        "eventTime": "2026-01-02T10:00:00Z",
        "awsRegion": "eu-west-1",
        "eventType": "AwsCloudTrailInsight",
        "insightDetails": {"state": "Start", "eventName": "RunInstances", "insightType": "ApiCallRateInsight"},
    }
    assert (
        read(json.dumps({"Records": [insight]})).loc[0, "message"] == "Insight Start: RunInstances (ApiCallRateInsight)"
    )


def test_eventbridge_wraps_an_event(read: Callable[..., pd.DataFrame]) -> None:
    inner = {
        "eventVersion": "1.08",
        "eventTime": "2026-01-02T10:00:00Z",
        "eventName": "StopInstances",
        "eventSource": "ec2.amazonaws.com",
        "errorCode": "AccessDenied",
        "eventID": "made-up",
    }
    outer = {"version": "0", "detail-type": "AWS API Call via CloudTrail", "source": "aws.ec2", "detail": inner}
    frame = read(json.dumps(outer | {"time": "2026-01-02T10:00:05Z"}) + "\n")
    assert frame.attrs["format"] == "cloudtrail"
    assert (frame["event_name"][0], frame["severity_number"][0]) == ("StopInstances", 17)
    assert str(frame["time"][0]) == "2026-01-02 10:00:00+00:00"
