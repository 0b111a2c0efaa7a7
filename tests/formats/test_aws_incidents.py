"""AWS: status archive, Health and Incident Manager, against records written by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

Export = Callable[..., tuple[pd.DataFrame, pd.DataFrame, list[str]]]

# 2026-01-03T03:10:30Z, which is 7:10 PM PST of 2 January.
FIRST = 1767409830


def utc(text: str) -> pd.Timestamp:
    return pd.Timestamp(text)


def archive(*posts: tuple[str, str], summary: str = "[RESOLVED] Made up", date: int = FIRST) -> dict[str, Any]:
    description = "".join(f'<div><span class="yellowfg">{clock}</span>&nbsp;{text}</div>' for clock, text in posts)
    entry = {
        "service_name": "Amazon Made Up (Ohio)",
        "summary": summary,
        "date": str(date),
        "status": "2",
        "details": "",
        "description": description,
        "service": "madeup-us-east-2",
    }
    return {"archive": [entry], "current": []}


def window(export: Export, text: str, clock: str = "11:50 PM PST", **more: Any) -> tuple[Any, Any]:
    _, incidents, _ = export(archive((" 7:10 PM PST", "We are looking."), (clock, text), **more))
    return incidents["started"][0], incidents["restored"][0]


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("Between 6:55 PM and 8:20 PM PST we saw errors.", "2026-01-03T02:55Z", "2026-01-03T04:20Z"),
        ("Between 6:55 PM PST to 8:20 PM PST we saw errors.", "2026-01-03T02:55Z", "2026-01-03T04:20Z"),
        ("Between January 1 9:46 AM and January 2 2:47 PM PST, we saw.", "2026-01-01T17:46Z", "2026-01-02T22:47Z"),
        (
            "Between 7:31 AM PST on January 1 and 2:20 AM PST on January 2nd, we",
            "2026-01-01T15:31Z",
            "2026-01-02T10:20Z",
        ),
        (
            "Between December 31, 2025 at 6:37 PM and January 1, 2026 at 03:17 AM PST, c",
            "2026-01-01T02:37Z",
            "2026-01-01T11:17Z",
        ),
        (
            "Between 6:59 PM and 7:32 PM PST and between 7:40 PM and 8:16 PM PST we saw.",
            "2026-01-03T02:59Z",
            "2026-01-03T04:16Z",
        ),
        # The second window is of another thing.
        (
            "Between 6:44 PM and 7:12 PM PST, errors. Between 6:40 PM and 9:00 PM, delays.",
            "2026-01-03T02:44Z",
            "2026-01-03T03:12Z",
        ),
        ("Starting at 6:05 PM PST some instances failed.", "2026-01-03T02:05Z", None),
        # From noon and midnight.
        ("Between 12:05 PM and 12:30 PM PST we saw.", "2026-01-02T20:05Z", "2026-01-02T20:30Z"),
        # What is not over by midnight began the day before.
        ("Between 11:00 AM and 1:30 AM PST we saw.", "2026-01-01T19:00Z", "2026-01-02T09:30Z"),
    ],
)
def test_windows_in_words(text: str, start: str, end: str | None, export: Export) -> None:
    found = window(export, text)
    assert found[0] == utc(start)
    assert pd.isna(found[1]) if end is None else found[1] == utc(end)


def test_posts_past_midnight_and_through_the_summer(export: Export) -> None:
    posts = (
        (" 7:10 PM PST", "a"),
        ("11:59 PM PST", "b"),
        ("12:10 AM PST", "c"),
        ("Jan 3,  1:14 AM PST", "The issue has been resolved."),
    )
    events, incidents, _ = export(archive(*posts))
    assert list(events["time"]) == [utc(f"2026-01-03T{t}Z") for t in ("03:10", "07:59", "08:10", "09:14")]
    assert list(events["time_stated"]) == ["7:10 PM PST", "11:59 PM PST", "12:10 AM PST", "Jan 3, 1:14 AM PST"]
    assert incidents["resolved"][0] == utc("2026-01-03T09:14Z")
    # 2026-07-02T02:10Z is 7:10 PM PDT.
    events, *_ = export(archive((" 7:10 PM PDT", "x"), date=1782958200))
    assert events["time"][0] == utc("2026-07-02T02:10Z")


def test_without_a_window_the_start_is_at_the_latest_the_first_post(export: Export) -> None:
    _, incidents, _ = export(archive((" 7:10 PM PST", "We are looking."), (" 8:00 PM PST", "We continue.")))
    row = incidents.iloc[0]
    assert (row["started"], row["started_certainty"]) == (utc("2026-01-03T03:10Z"), "approx")
    assert pd.isna(row["started_low"])
    assert row["restored_certainty"] == "unknown"
    assert row["severity_stated"] == "performance issues"


def test_an_incident_that_goes_on(export: Export) -> None:
    going = archive((" 7:10 PM PST", "We are looking."), summary="Increased error rates")
    _, incidents, _ = export({"archive": [], "current": going["archive"]})
    assert (incidents["resolved_certainty"][0], incidents["restored_certainty"][0]) == ("open", "open")


def test_what_follows_a_resolution_does_not_move_it(export: Export) -> None:
    posts = (
        (" 7:10 PM PST", "Looking."),
        (" 9:00 PM PST", "The issue has been resolved."),
        ("Jan 6,  8:25 PM PST", "More about the event."),
    )
    events, incidents, _ = export(archive(*posts))
    assert incidents["resolved"][0] == utc("2026-01-03T05:00Z")
    assert list(events["milestone"]) == ["", "resolved", ""]


def test_an_entry_without_its_date_is_kept(export: Export) -> None:
    broken = archive((" 7:10 PM PST", "x"))
    broken["archive"].append(broken["archive"][0] | {"date": "soon"})
    events, incidents, _ = export(broken)
    assert (events["parsed"].tolist(), len(incidents)) == ([True, False], 1)


EVENT = {
    "arn": "arn:aws:health:us-east-1::event/EC2/AWS_EC2_OPERATIONAL_ISSUE/x",
    "service": "EC2",
    "eventTypeCode": "AWS_EC2_OPERATIONAL_ISSUE",
    "eventTypeCategory": "issue",
    "region": "us-east-1",
    "startTime": 1767348000.25,
    "lastUpdatedTime": 1767350400.0,
    "statusCode": "open",
}


def test_health_events_of_an_account(export: Export) -> None:
    planned = EVENT | {
        "arn": "arn:y",
        "eventTypeCategory": "scheduledChange",
        "endTime": 1767351600.0,
        "statusCode": "closed",
    }
    events, incidents, said = export({"events": [EVENT, planned], "nextToken": "abc"})
    assert list(incidents["kind"]) == ["incident", "maintenance"]
    assert list(incidents["resolved_certainty"]) == ["open", "exact"]
    assert incidents["started"][0] == utc("2026-01-02T10:00:00.25Z")
    assert incidents["restored"][1] == utc("2026-01-02T11:00Z")
    assert len(events) == 3
    assert said == ["the export is cut: it says that more follows (`nextToken`); only a page of it was saved"]


def test_health_events_with_details_and_by_eventbridge(export: Export) -> None:
    detail = {
        "successfulSet": [{"event": EVENT, "eventDescription": {"latestDescription": "Power was lost."}}],
        "failedSet": [],
    }
    events, *_ = export(detail)
    assert events["text"][0] == "AWS_EC2_OPERATIONAL_ISSUE: Power was lost."
    bridge = {
        "detail-type": "AWS Health Event",
        "detail": {
            "eventArn": "arn:z",
            "service": "EC2",
            "eventTypeCode": "X",
            "eventTypeCategory": "issue",
            "startTime": "Fri, 02 Jan 2026 10:00:00 GMT",
            "statusCode": "open",
        },
    }
    events, incidents, _ = export(bridge)
    assert (incidents["started"][0], events["time_stated"][0]) == (
        utc("2026-01-02T10:00Z"),
        "Fri, 02 Jan 2026 10:00:00 GMT",
    )


def test_the_public_dashboard_of_health(export: Export) -> None:
    log = [
        {"summary": "Errors", "message": "We are looking.", "timestamp": 1767348000},
        {"summary": "[RESOLVED] Errors", "message": "<b>Over.</b>", "timestamp": 1767351600},
    ]
    events, incidents, _ = export(
        [
            {
                "date": "1767348000",
                "service": "ec2",
                "service_name": "EC2",
                "summary": "[RESOLVED] Errors",
                "status": "1",
                "event_log": log,
            }
        ]
    )
    assert (incidents["title"][0], incidents["resolved"][0]) == ("Errors", utc("2026-01-02T11:00Z"))
    assert list(events["text"]) == ["We are looking.", "Over."]


def test_incident_manager(export: Export) -> None:
    summary = {
        "arn": "arn:aws:ssm-incidents::000000000000:incident-record/Plan/i-1",
        "creationTime": "2026-01-02T10:00:00+00:00",
        "impact": 1,
        "incidentRecordSource": {"source": "aws.cloudwatch"},
        "resolvedTime": "2026-01-02T10:40:00+00:00",
        "status": "RESOLVED",
        "title": "Queue is full",
    }
    still = summary | {"arn": summary["arn"][:-1] + "2", "status": "OPEN", "resolvedTime": None}
    events, incidents, said = export({"incidentRecordSummaries": [summary, still], "nextToken": "t"})
    assert list(incidents["incident_id"]) == ["i-1", "i-2"]
    assert list(incidents["severity_stated"]) == ["1 critical"] * 2
    assert list(incidents["resolved_certainty"]) == ["exact", "open"]
    assert incidents["response_plan"][0] == "Plan"
    assert events["relates_to"].iloc[-1] == "aws_incident_manager:i-1/created"
    assert len(said) == 1


def test_incident_manager_timeline_events(export: Export) -> None:
    record = "arn:aws:ssm-incidents::000000000000:incident-record/Plan/i-1"
    trigger = {
        "eventId": "e-1",
        "eventTime": "2026-01-02T10:00:00+00:00",
        "eventType": "SSM Incident Trigger",
        "incidentRecordArn": record,
    }
    events, incidents, _ = export({"eventSummaries": [trigger]})
    assert (events["kind"][0], events["incident_id"][0], incidents.empty) == ("alert", "i-1", True)
    note = trigger | {"eventId": "e-2", "eventType": "Note", "eventData": '"rolled back"'}
    events, *_ = export({"event": note})
    assert (events["text"][0], events["kind"][0]) == ("Note: rolled back", "communication")
