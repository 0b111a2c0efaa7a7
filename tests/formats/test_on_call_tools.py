"""Opsgenie, VictorOps, Squadcast and FireHydrant, against records written by hand from their documentation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

Export = Callable[..., tuple[pd.DataFrame, pd.DataFrame, list[str]]]


def at(clock: str) -> pd.Timestamp:
    return pd.Timestamp(f"2026-01-02T{clock}Z")


def opsgenie_alert(**more: Any) -> dict[str, Any]:
    return {
        "id": "a-1",
        "tinyId": "1791",
        "alias": "queue",
        "message": "Queue is full",
        "status": "closed",
        "acknowledged": True,
        "tags": ["shop"],
        "count": 3,
        "createdAt": "2026-01-02T10:00:00.5Z",
        "updatedAt": "2026-01-02T10:31:00Z",
        "source": "made-up",
        "owner": "anna",
        "priority": "P2",
        "report": {"ackTime": 240_000, "closeTime": 1_800_500, "acknowledgedBy": "anna", "closedBy": "ben"},
        **more,
    }


def test_opsgenie_alerts_count_milliseconds_from_their_creation(export: Export) -> None:
    never = opsgenie_alert(id="a-2", status="open", acknowledged=False, report={})
    events, incidents, said = export({"data": [opsgenie_alert(), never], "paging": {"first": "x", "last": "y"}})
    assert events.attrs["format"] == "opsgenie"
    assert list(events["time"]) == [at("10:00:00.5"), at("10:00:00.5"), at("10:04:00.5"), at("10:30:01")]
    assert list(events["kind"]) == ["alert", "alert", "acknowledgement", "action"]
    assert list(events["relates_to"]) == ["", "", "opsgenie:a-1", "opsgenie:a-1"]
    assert list(events["who"].dropna()) == ["anna", "ben"]
    assert incidents.empty
    assert said == ["no incidents stand in it, only events: `read_timeline` reads them"]


def test_opsgenie_says_that_more_follows(export: Export) -> None:
    page = {"data": [opsgenie_alert()], "paging": {"next": "https://api.opsgenie.com/v2/alerts?offset=1", "first": "x"}}
    *_, said = export(page)
    assert "the export is cut: it says that more follows (`next`); only a page of it was saved" in said


def test_opsgenie_incidents_begin_with_their_impact(export: Export) -> None:
    made = {
        "id": "i-1",
        "tinyId": "3",
        "message": "Shop is down",
        "status": "resolved",
        "createdAt": "2026-01-02T10:05:00Z",
        "updatedAt": "2026-01-02T11:00:00Z",
        "priority": "P1",
        "impactStartDate": "2026-01-02T09:50:00Z",
        "impactEndDate": "2026-01-02T10:40:00Z",
        "impactedServices": ["service-1"],
    }
    events, incidents, _ = export([made, made | {"id": "i-2", "status": "open", "impactEndDate": None}])
    assert list(incidents["started"]) == [at("09:50")] * 2
    assert list(incidents["detected"]) == [at("10:05")] * 2
    assert list(incidents["resolved_certainty"]) == ["exact", "open"]
    # Without its timeline only the end of the impact tells when it was over.
    assert incidents["resolved"][0] == incidents["restored"][0] == at("10:40")
    assert list(events["kind"]) == ["alert", "alert"]


def test_opsgenie_a_timeline_alone(export: Export) -> None:
    entries = [
        {
            "id": "t2",
            "type": "ResponderAlertAcked",
            "eventTime": "2026-01-02T10:04:00Z",
            "hidden": True,
            "title": {"content": "Acked"},
        },
        {
            "id": "t1",
            "type": "IncidentOpened",
            "eventTime": "2026-01-02T10:00:00Z",
            "hidden": False,
            "title": {"content": "Opened"},
        },
    ]
    events, *_ = export({"data": {"entries": entries}})
    assert list(events["kind"]) == ["alert", "acknowledgement"]
    assert list(events["include"]) == [True, False]
    assert events["relation"][1] == "acknowledges"


def test_opsgenie_webhooks(export: Export) -> None:
    alert = {
        "alertId": "a-9",
        "tinyId": "7",
        "message": "Queue is full",
        "createdAt": 1767348000250,
        "username": "anna",
    }
    every = [
        {"action": "Create", "alert": alert},
        {"action": "Acknowledge", "alert": alert | {"updatedAt": 1767348240250000000}},
    ]
    events, *_ = export(every)
    assert list(events["time"]) == [at("10:00:00.25"), at("10:04:00.25")]
    assert (events["relates_to"][1], events["relation"][1]) == (events["event_id"][0], "acknowledges")


def victorops(**more: Any) -> dict[str, Any]:
    return {
        "incidentNumber": "12",
        "currentPhase": "RESOLVED",
        "startTime": "2026-01-02T10:00:00Z",
        "entityId": "queue",
        "entityState": "CRITICAL",
        "entityDisplayName": "Queue is full",
        "service": "Shop",
        "transitions": [
            {"name": "resolved", "at": "2026-01-02T10:40:00Z", "by": "SYSTEM"},
            {"name": "acknowledged", "at": "2026-01-02T10:04:00Z", "by": "anna"},
            {"name": "acknowledged", "at": "2026-01-02T10:06:00Z", "by": "ben"},
            {"name": "triggered", "at": "2026-01-02T10:00:00Z"},
        ],
        **more,
    }


def test_victorops_takes_the_first_acknowledgement(export: Export) -> None:
    events, incidents, said = export({"offset": 0, "limit": 20, "total": 3, "incidents": [victorops()]})
    row = incidents.iloc[0]
    assert (row["acknowledged"], row["resolved"], row["severity_stated"]) == (at("10:04"), at("10:40"), "CRITICAL")
    assert list(events["kind"]) == ["alert", "acknowledgement", "acknowledgement", "action"]
    assert events["relates_to"].eq("victorops:12/4").tolist() == [False, True, True, True]
    assert list(events["automatic"]) == [None, False, False, True] or events["automatic"].tolist()[1:] == [
        False,
        False,
        True,
    ]
    assert said == ["the export is cut: 1 of 3 incidents; only a page of it was saved"]


def test_victorops_without_transitions(export: Export) -> None:
    events, incidents, _ = export([victorops(currentPhase="triggered", transitions=[])])
    assert list(events["kind"]) == ["alert"]
    assert (incidents["acknowledged_certainty"][0], incidents["resolved_certainty"][0]) == ("open", "open")


def test_squadcast_zero_dates_mean_never(export: Export) -> None:
    never = "0001-01-01T00:00:00Z"
    made = {
        "id": "s-1",
        "title": "Queue is full",
        "status": "acknowledged",
        "service": {"id": "x", "name": "Shop"},
        "alert_source": "Prometheus",
        "event_count": 1,
        "created_at": "2026-01-02T10:00:00Z",
        "acknowledged_at": "2026-01-02T10:04:00Z",
        "resolved_at": never,
        "tta (ms)": 240_000,
        "ttr (ms)": 0,
        "logs": [
            {"action": "triggered", "time": "2026-01-02T10:00:00Z"},
            {"action": "note_created", "time": never, "reason": "a note"},
        ],
    }
    events, incidents, said = export({"incidents": [made]})
    row = incidents.iloc[0]
    assert (row["resolved_certainty"], row["services"], row["to_acknowledge_ms"]) == ("open", ("Shop",), 240_000)
    assert pd.isna(row["resolved"])
    assert pd.isna(row["to_resolve_ms"])
    assert events["time"].isna().tolist() == [False, True]
    assert "rows without a usable time" in said


def test_squadcast_events_tell_no_incident(export: Export) -> None:
    event = {
        "incident_id": "s-1",
        "alert_source_id": "x",
        "message": "Queue is full",
        "time_of_creation": "2026-01-02T10:00:00Z",
        "payload": {"status": "resolved"},
    }
    events, incidents, _ = export([event])
    assert (len(events), events["status"][0], incidents.empty) == (1, "resolved", True)


def test_firehydrant_takes_times_from_milestones(export: Export) -> None:
    phases = [
        {
            "name": "Started",
            "milestones": [
                {"slug": "started", "occurred_at": "2026-01-02T10:00:00Z"},
                {"slug": "detected", "occurred_at": "2026-01-02T10:01:00Z"},
            ],
        },
        {
            "name": "Active",
            "milestones": [
                {"slug": "acknowledged", "occurred_at": "2026-01-02T10:04:00Z"},
                {"slug": "investigating", "occurred_at": None},
            ],
        },
        {
            "name": "Post-Incident",
            "milestones": [
                {"slug": "mitigated", "occurred_at": "2026-01-02T10:30:00Z"},
                {"slug": "resolved", "occurred_at": "2026-01-02T10:40:00Z"},
            ],
        },
    ]
    made = {
        "id": "f-1",
        "name": "Shop is down",
        "created_at": "2026-01-02T10:03:00Z",
        "started_at": "2026-01-02T10:00:00Z",
        "current_milestone": "postmortem_completed",
        "severity": "UNSET",
        "priority": "P2",
        "active": False,
        "lifecycle_phases": phases,
    }
    events, incidents, _ = export({"data": [made], "pagination": {"count": 1, "page": 1, "next": None}})
    row = incidents.iloc[0]
    found = [row[m] for m in ("started", "detected", "acknowledged", "mitigated", "resolved")]
    assert found == [at("10:00"), at("10:01"), at("10:04"), at("10:30"), at("10:40")]
    # UNSET is no severity.
    assert row["severity_stated"] == "P2"
    assert list(events["milestone"]) == ["started", "detected", "acknowledged", "mitigated", "resolved"]
    assert events["relation"].tolist() == ["", "", "acknowledges", "", "resolves"]


def test_firehydrant_events_of_an_incident(export: Export) -> None:
    note = {
        "id": "e-1",
        "incident_id": "f-1",
        "type": "generic_chat_message",
        "created_at": "2026-01-02T10:10:05Z",
        "occurred_at": "2026-01-02T10:10:00Z",
        "visibility": "private_to_org",
        "author": {"id": "x", "name": "Anna", "source": "slack_user"},
        "data": {"body": "We roll back."},
    }
    events, *_ = export({"data": [note], "pagination": {"next": 2}})
    assert (events["text"][0], events["actor"][0], events["time"][0]) == ("We roll back.", "staff", at("10:10"))
