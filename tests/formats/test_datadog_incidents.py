"""Datadog's incidents and events, against records written by hand from its documentation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from incident_analysis.formats.events.datadog_incidents import snake

Export = Callable[..., tuple[pd.DataFrame, pd.DataFrame, list[str]]]


def at(clock: str) -> pd.Timestamp:
    return pd.Timestamp(f"2026-01-02T{clock}Z")


ATTRIBUTES: dict[str, Any] = {
    "publicId": 7,
    "title": "Shop is slow",
    "created": "2026-01-02T10:06:00.5Z",
    "detected": "2026-01-02T10:05:00Z",
    "modified": "2026-01-02T11:00:00Z",
    "customerImpacted": True,
    "customerImpactStart": "2026-01-02T10:00:00Z",
    "customerImpactEnd": "2026-01-02T10:40:00Z",
    "resolved": "2026-01-02T11:00:00Z",
    "timeToResolve": 3240,
    "fields": {
        "severity": {"type": "dropdown", "value": "SEV-2"},
        "state": {"type": "dropdown", "value": "resolved"},
        "services": {"type": "autocomplete", "value": ["shop", "pay"]},
    },
}


def page(*every: dict[str, Any], **pagination: int) -> dict[str, Any]:
    data = [{"type": "incidents", "id": f"d-{i}", "attributes": a} for i, a in enumerate(every, 1)]
    return {
        "data": data,
        "included": [{"type": "users", "id": "u", "attributes": {"name": "Anna"}}],
        "meta": {"pagination": pagination},
    }


@pytest.mark.parametrize("attributes", [ATTRIBUTES, snake(ATTRIBUTES)], ids=["camelCase", "snake_case"])
def test_both_ways_of_writing(attributes: dict[str, Any], export: Export) -> None:
    events, incidents, said = export(page(attributes, offset=0, next_offset=1, size=10))
    row = incidents.iloc[0]
    assert len(incidents) == 1
    assert [row[m] for m in ("started", "detected", "restored", "resolved")] == [
        at("10:00"),
        at("10:05"),
        at("10:40"),
        at("11:00"),
    ]
    assert (row["severity_stated"], row["services"], row["number"]) == ("SEV-2", ("shop", "pay"), "7")
    assert row["published_at"] == at("10:06:00.5")
    assert row["time_to_resolve_s"] == 3240
    assert list(events["kind"]) == ["consequence", "alert", "action", "consequence", "action"]
    assert list(events["milestone"]) == ["started", "detected", "", "restored", "resolved"]
    assert events["relates_to"][4] == "datadog_incidents:d-1/detected"
    assert said == []


def test_without_impact_on_customers_the_start_is_at_the_latest_the_detection(export: Export) -> None:
    quiet = ATTRIBUTES | {
        "customerImpactStart": None,
        "customerImpactEnd": None,
        "resolved": None,
        "fields": {"state": {"value": "active"}},
    }
    _, incidents, _ = export(page(quiet))
    row = incidents.iloc[0]
    assert (row["started"], row["started_certainty"], row["started_high"]) == (at("10:05"), "approx", at("10:05"))
    assert pd.isna(row["started_low"])
    assert (row["resolved_certainty"], row["restored_certainty"]) == ("open", "unknown")


def test_a_full_page_is_told(export: Export) -> None:
    *_, said = export(page(ATTRIBUTES, ATTRIBUTES, offset=0, next_offset=2, size=2))
    assert "the export is cut: its page is full (`pagination`); what follows was not saved" in said


def test_cells_of_a_timeline(export: Export) -> None:
    cell = {
        "type": "incident_timeline_cells",
        "id": "c-1",
        "attributes": {
            "cell_type": "markdown",
            "content": {"content": "We roll back."},
            "display_time": "2026-01-02T10:20:00Z",
        },
    }
    events, incidents, _ = export({"data": [cell]})
    assert (events["text"][0], events["time"][0], incidents.empty) == ("We roll back.", at("10:20"), True)


def monitor(name: str, title: str, ms: int, **more: Any) -> dict[str, Any]:
    inner = {
        "title": title,
        "status": "error",
        "timestamp": ms,
        "monitor": {"id": 5},
        "evt": {"id": name, "type": "monitor"},
        **more,
    }
    outer = {
        "timestamp": "2026-01-02T10:00:00Z",
        "message": "%%% text",
        "tags": ["service:shop", "env:a", "service:shop"],
        "attributes": inner,
    }
    return {"type": "event", "id": name, "attributes": outer}


def test_events_keep_milliseconds_and_link_recoveries(export: Export) -> None:
    # 1767348000 is 10:00:00Z.
    every = [
        monitor("2", "[Recovered] Queue is full", 1767348900250),
        monitor("1", "[Triggered] Queue is full", 1767348000125),
    ]
    events, _, said = export(
        {"data": every, "links": {"next": "https://api.datadoghq.com/api/v2/events?page"}, "meta": {}}
    )
    assert list(events["time"]) == [at("10:00:00.125"), at("10:15:00.250")]
    assert list(events["kind"]) == ["alert", "signal"]
    assert (events["relates_to"][1], events["relation"][1], events["milestone"][1]) == (
        "datadog_events:1",
        "resolves",
        "",
    )
    assert events["service"][0] == "shop"
    assert events["tags"][0] == ("service:shop", "env:a")
    assert said == ["the export is cut: it says that more follows (`next`); only a page of it was saved"]


def test_events_of_the_older_version(export: Export) -> None:
    old = {
        "id": 1,
        "title": "Deployed shop 1.2",
        "text": "by build 7",
        "date_happened": 1767348000,
        "priority": "normal",
        "host": "web1",
        "tags": ["env:a"],
    }
    events, *_ = export({"events": [old], "status": "ok"})
    assert (events["kind"][0], events["time"][0], events["host"][0]) == ("deploy", at("10:00"), "web1")
