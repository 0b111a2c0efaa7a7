"""incident.io, Rootly, Grafana OnCall and Microsoft Teams, against records written by hand from their documentation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

Export = Callable[..., tuple[pd.DataFrame, pd.DataFrame, list[str]]]


def at(clock: str) -> pd.Timestamp:
    return pd.Timestamp(f"2026-01-02T{clock}Z")


def stamped(**names: str) -> list[dict[str, Any]]:
    return [
        {
            "incident_timestamp": {"id": name, "name": name.replace("_", " ")},
            "value": {"value": f"2026-01-02T{time}:00Z"},
        }
        for name, time in names.items()
    ]


def incident_io(**more: Any) -> dict[str, Any]:
    return {
        "id": "01A",
        "reference": "INC-1",
        "name": "Shop is down",
        "created_at": "2026-01-02T10:05:00Z",
        "updated_at": "2026-01-02T12:00:00Z",
        "mode": "standard",
        "severity": {"name": "Major", "rank": 2},
        "incident_status": {"name": "Closed", "category": "closed"},
        "incident_timestamp_values": stamped(
            Impact_started="10:00", Accepted_at="10:06", Fixed_at="10:30", Resolved_at="10:40", Comms_sent="10:20"
        ),
        **more,
    }


def test_incident_io_takes_milestones_from_the_names_of_timestamps(export: Export) -> None:
    still = incident_io(
        id="01B", incident_timestamp_values=[], incident_status={"name": "Fixing", "category": "active"}, mode="test"
    )
    page = {
        "incidents": [incident_io(), still],
        "pagination_meta": {"after": "01B", "page_size": 2, "total_record_count": 9},
    }
    events, incidents, said = export(page)
    row = incidents.iloc[0]
    assert [row[m] for m in ("started", "acknowledged", "mitigated", "resolved")] == [
        at("10:00"),
        at("10:06"),
        at("10:30"),
        at("10:40"),
    ]
    assert list(incidents["kind"]) == ["incident", "test"]
    assert list(incidents["started_certainty"]) == ["exact", "approx"]
    assert list(incidents["resolved_certainty"]) == ["exact", "open"]
    assert "Comms sent: Shop is down" in list(events["text"])
    assert said == ["the export is cut: it says that more follows (`after`); only a page of it was saved"]


def test_incident_io_updates_and_webhooks(export: Export) -> None:
    update = {
        "id": "u1",
        "incident_id": "01A",
        "created_at": "2026-01-02T10:20:00Z",
        "message": "We roll back.",
        "new_incident_status": {"name": "Fixing"},
        "updater": {"user": {"name": "Anna"}},
    }
    events, incidents, _ = export({"incident_updates": [update], "pagination_meta": {"page_size": 25}})
    assert (events["text"][0], events["who"][0], incidents.empty) == ("Fixing: We roll back.", "Anna", True)
    hook = {"event_type": "public_incident.incident_created_v2", "public_incident.incident_created_v2": incident_io()}
    _, incidents, _ = export(hook)
    assert incidents["incident_id"][0] == "01A"


def test_rootly_tells_its_lifecycle(export: Export) -> None:
    fields = {
        "sequential_id": 4,
        "title": "Shop is down",
        "kind": "backfilled",
        "status": "mitigated",
        "severity": {"data": {"attributes": {"name": "SEV1"}}},
        "services": [{"id": "s", "name": "Shop"}],
        "started_at": "2026-01-02T03:00:00.000-07:00",
        "detected_at": "2026-01-02T10:02:00Z",
        "acknowledged_at": "2026-01-02T10:04:00Z",
        "mitigated_at": "2026-01-02T10:30:00Z",
        "resolved_at": None,
        "created_at": "2026-01-02T12:00:00Z",
    }
    events, incidents, _ = export(
        {"data": [{"id": "r1", "type": "incidents", "attributes": fields}], "links": {"next": None}}
    )
    row = incidents.iloc[0]
    assert events.attrs["format"] == "rootly"
    assert [row[m] for m in ("started", "detected", "acknowledged", "mitigated")] == [
        at("10:00"),
        at("10:02"),
        at("10:04"),
        at("10:30"),
    ]
    assert (row["resolved_certainty"], row["severity_stated"], row["services"]) == ("open", "SEV1", ("Shop",))
    assert row["backfilled"]
    assert events["relates_to"].tolist() == ["", "", "rootly:r1/detected", ""]


def test_grafana_oncall_groups(export: Export) -> None:
    group = {
        "id": "I1",
        "integration_id": "C1",
        "alerts_count": 3,
        "state": "acknowledged",
        "created_at": "2026-01-02T10:00:00.5Z",
        "acknowledged_at": "2026-01-02T10:04:00Z",
        "acknowledged_by": "U1",
        "resolved_at": None,
        "title": "Queue is full",
    }
    events, incidents, said = export({"count": 9, "next": "https://example.com/?page=2", "results": [group]})
    assert list(events["kind"]) == ["alert", "acknowledgement"]
    assert (events["relation"][1], events["who"][1]) == ("acknowledges", "U1")
    assert (incidents["acknowledged"][0], incidents["resolved_certainty"][0]) == (at("10:04"), "open")
    assert len(said) == 1


def teams(name: str, time: str, content: str, **more: Any) -> dict[str, Any]:
    sender = {"user": {"displayName": "Anna"}}
    body = {"contentType": "html", "content": content}
    return {
        "id": name,
        "replyToId": None,
        "messageType": "message",
        "createdDateTime": time,
        "from": sender,
        "body": body,
        **more,
    }


def test_teams_messages(export: Export) -> None:
    every = [
        teams("2", "2026-01-02T10:04:00.1Z", "<div>On it&nbsp;&amp; looking</div>", replyToId="1"),
        teams(
            "1",
            "2026-01-02T10:00:00Z",
            "<p>[FIRING] Queue is full</p>",
            **{"from": {"application": {"displayName": "Alerts"}}},
        ),
        teams("3", "2026-01-02T10:05:00Z", "<systemEventMessage/>", messageType="systemEventMessage", **{"from": None}),
        teams("4", "2026-01-02T10:06:00Z", "", deletedDateTime="2026-01-02T10:07:00Z"),
    ]
    events, incidents, said = export({"value": every, "@odata.nextLink": "https://graph.microsoft.com/v1.0/x"})
    assert list(events["kind"]) == ["alert", "communication", "communication", "communication"]
    assert list(events["text"]) == [
        "[FIRING] Queue is full",
        "On it & looking",
        "a message without text",
        "a message that was deleted",
    ]
    assert events["relates_to"][1] == events["event_id"][0]
    assert list(events["include"]) == [True, True, False, True]
    assert incidents.empty
    assert said == ["the export is cut: it says that more follows (`@odata.nextLink`); only a page of it was saved"]
