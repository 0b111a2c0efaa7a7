"""PagerDuty's exports, against records written by hand from its interface's documentation."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pandas as pd

Export = Callable[..., tuple[pd.DataFrame, pd.DataFrame, list[str]]]

SERVICE = {"id": "PS", "type": "service_reference", "summary": "Shop"}
ANNA = {"id": "PU", "type": "user_reference", "summary": "Anna Muster"}


def incident(**more: Any) -> dict[str, Any]:
    return {
        "id": "Q1",
        "type": "incident",
        "incident_number": 7,
        "incident_key": "queue",
        "title": "Queue is full",
        "created_at": "2026-01-02T10:00:00Z",
        "status": "triggered",
        "urgency": "high",
        "service": SERVICE,
        "escalation_policy": {"id": "PE", "type": "escalation_policy_reference"},
        "last_status_change_at": "2026-01-02T10:00:00Z",
        "first_trigger_log_entry": {"id": "R1", "type": "trigger_log_entry_reference"},
        **more,
    }


def entry(name: str, kind: str, time: str, **more: Any) -> dict[str, Any]:
    return {
        "id": name,
        "type": f"{kind}_log_entry",
        "summary": kind,
        "created_at": time,
        "agent": ANNA,
        "channel": {"type": "website"},
        "incident": {"id": "Q1", "type": "incident_reference", "summary": "[#7] Queue is full"},
        **more,
    }


def test_incidents_of_every_status(export: Export) -> None:
    every = [
        incident(),
        incident(
            id="Q2", status="acknowledged", acknowledgements=[{"at": "2026-01-02T10:04:00Z", "acknowledger": ANNA}]
        ),
        incident(id="Q3", status="resolved", last_status_change_at="2026-01-02T11:00:00Z", resolved_at=None),
        incident(
            id="Q4", status="resolved", resolved_at="2026-01-02T10:50:00Z", priority={"id": "P", "summary": "SEV-1"}
        ),
    ]
    events, incidents, said = export({"incidents": every, "limit": 25, "offset": 0, "more": False})
    assert events.attrs["format"] == "pagerduty_incidents"
    assert list(incidents["incident_id"]) == ["Q1", "Q2", "Q3", "Q4"]
    assert list(incidents["resolved_certainty"]) == ["open", "open", "exact", "exact"]
    assert list(incidents["acknowledged_certainty"]) == ["open", "exact", "unknown", "unknown"]
    assert list(incidents["resolved"].dropna()) == [
        pd.Timestamp("2026-01-02T11:00:00Z"),
        pd.Timestamp("2026-01-02T10:50:00Z"),
    ]
    assert list(incidents["severity_stated"]) == ["high", "high", "high", "SEV-1"]
    assert incidents["services"][0] == ("Shop",)
    # Four triggers, one acknowledgement, two resolutions.
    assert events["kind"].value_counts().to_dict() == {"alert": 4, "action": 2, "acknowledgement": 1}
    ack = events[events["kind"] == "acknowledgement"].iloc[0]
    assert (ack["relates_to"], ack["relation"], ack["actor"], ack["who"]) == (
        "pagerduty:R1",
        "acknowledges",
        "staff",
        "Anna Muster",
    )
    # They share a trigger here, which a real export never does.
    assert said == ["events stand there again under the same id: all kept"]


def test_one_incident_alone_and_one_page_of_many(export: Export) -> None:
    events, incidents, said = export({"incident": incident()})
    assert (len(events), len(incidents), said) == (1, 1, [])
    *_, said = export({"incidents": [incident()], "limit": 1, "offset": 0, "total": None, "more": True})
    assert said == ["the export is cut: it says that more follows (`more`); only a page of it was saved"]
    *_, said = export([incident(id=f"Q{i}", first_trigger_log_entry=None) for i in range(100)])
    assert said == ["exactly 100 records, where exports are cut: it may be truncated"]


def test_log_entries_are_linked_to_their_trigger(export: Export) -> None:
    every = [
        entry("R5", "resolve", "2026-01-02T10:40:00Z"),
        entry("R4", "annotate", "2026-01-02T10:20:00Z", channel={"type": "note", "summary": "Scaling the queue"}),
        entry("R3", "acknowledge", "2026-01-02T10:04:00Z"),
        entry("R2", "notify", "2026-01-02T10:00:10Z", user=ANNA),
        entry("R1", "trigger", "2026-01-02T10:00:00Z", agent=SERVICE, service=SERVICE),
    ]
    events, incidents, said = export({"log_entries": every, "limit": 25, "offset": 0, "more": False})
    assert events.attrs["format"] == "pagerduty_log_entries"
    assert list(events["event_id"]) == [f"pagerduty:R{i}" for i in (1, 2, 3, 4, 5)]
    assert list(events["kind"]) == ["alert", "communication", "acknowledgement", "observation", "action"]
    assert list(events["relates_to"]) == ["", "", "pagerduty:R1", "", "pagerduty:R1"]
    assert list(events["relation"]) == ["", "", "acknowledges", "", "resolves"]
    assert list(events["include"]) == [True, False, True, True, True]
    assert list(events["milestone"]) == ["", "", "", "", "resolved"]
    assert list(events["automatic"]) == [True, False, False, False, False]
    assert events["text"][3] == "annotate: Scaling the queue"
    assert (incidents.empty, said) == (True, [])


def test_an_acknowledgement_without_its_trigger_has_no_link(export: Export) -> None:
    events, *_ = export([entry("R3", "acknowledge", "2026-01-02T10:04:00Z")])
    assert list(events["relates_to"]) == [""]


def test_the_trigger_has_one_id_in_both_exports(export: Export) -> None:
    events, *_ = export([incident()])
    entries, *_ = export([entry("R1", "trigger", "2026-01-02T10:00:00Z")])
    assert list(events["event_id"]) == list(entries["event_id"]) == ["pagerduty:R1"]


def test_analytics_are_in_the_zone_of_the_request(export: Export) -> None:
    record = {
        "id": "Q1",
        "incident_number": 7,
        "description": "Queue is full",
        "created_at": "2026-01-02T10:00:00",
        "resolved_at": None,
        "seconds_to_first_ack": None,
        "seconds_to_resolve": None,
        "status": "acknowledged",
        "urgency": "high",
        "service_name": "Shop",
    }
    done = record | {
        "id": "Q2",
        "resolved_at": "2026-01-02T10:30:00",
        "seconds_to_first_ack": 240,
        "status": "resolved",
    }
    events, incidents, said = export({"data": [record, done], "more": False}, zone="+02:00")
    assert incidents["started"][0] == pd.Timestamp("2026-01-02T08:00:00Z")
    assert incidents["acknowledged"][1] == pd.Timestamp("2026-01-02T08:04:00Z")
    assert list(incidents["resolved_certainty"]) == ["open", "exact"]
    assert set(events["zone"]) == {"assumed:+02:00"}
    assert said == []
    *_, said = export({"data": [record], "more": False})
    assert said == [
        "no zone in the file: UTC is assumed; state another with `zone`, or in `evidence:` of incident.yaml"
    ]


def test_notes_alerts_and_changes(export: Export) -> None:
    note = {"id": "N1", "user": ANNA, "content": "restarted the queue", "created_at": "2026-01-02T12:00:00+02:00"}
    events, *_ = export({"notes": [note]})
    assert (events["kind"][0], events["time"][0]) == ("action", pd.Timestamp("2026-01-02T10:00:00Z"))
    alert = {
        "id": "A1",
        "type": "alert",
        "summary": "Queue is full",
        "created_at": "2026-01-02T10:00:00Z",
        "resolved_at": "2026-01-02T10:30:00Z",
        "status": "resolved",
        "alert_key": "k",
        "severity": "critical",
        "suppressed": True,
        "service": SERVICE,
        "incident": {"id": "Q1", "type": "incident_reference"},
    }
    events, *_ = export({"alerts": [alert], "more": False})
    assert list(events["kind"]) == ["alert", "signal"]
    assert (events["criticality"][0], events["include"][0], events["relates_to"][1]) == (
        "critical",
        False,
        "pagerduty:A1",
    )
    change = {"summary": "Deployed 1.2", "id": "01A", "timestamp": "2026-01-02T09:55:00Z", "type": "change_event"}
    events, *_ = export({"change_events": [change], "more": False})
    assert (events.attrs["format"], events["kind"][0], events["text"][0]) == (
        "pagerduty_change_events",
        "deploy",
        "Deployed 1.2",
    )


def test_a_record_that_is_none_of_them_is_kept(export: Export) -> None:
    events, incidents, _ = export({"incidents": [incident(), {"id": "Q2"}, incident(id="Q3", created_at="soon")]})
    assert list(events["parsed"]) == [True, False, False]
    assert '"soon"' in events["text"][2]
    assert list(incidents["incident_id"]) == ["Q1"]


def hook(name: str, stage: str, time: str, **data: Any) -> dict[str, Any]:
    body = {"id": "Q1", "type": "incident", "title": "Queue is full", "urgency": "high", "service": SERVICE, **data}
    event = {
        "id": name,
        "event_type": f"incident.{stage}",
        "resource_type": "incident",
        "occurred_at": time,
        "agent": ANNA,
        "data": body,
    }
    return {"event": event}


def test_webhooks_one_a_line(export: Export) -> None:
    note = {
        "id": "N1",
        "type": "incident_note",
        "content": "Scaling the queue",
        "incident": {"id": "Q1"},
        "title": None,
    }
    every = [
        hook("1", "triggered", "2026-01-02T10:00:00.25Z"),
        hook("2", "acknowledged", "2026-01-02T10:04:00Z"),
        hook("3", "annotated", "2026-01-02T10:05:00Z", **note),
        hook("4", "resolved", "2026-01-02T10:40:00Z"),
    ]
    events, incidents, _ = export("".join(json.dumps(one) + "\n" for one in every))
    assert list(events["kind"]) == ["alert", "acknowledgement", "observation", "action"]
    assert list(events["relates_to"]) == ["", "pagerduty:1", "", "pagerduty:1"]
    assert list(events["line_start"]) == [1, 2, 3, 4]
    assert events["text"][2] == "Scaling the queue"
    assert incidents.empty
