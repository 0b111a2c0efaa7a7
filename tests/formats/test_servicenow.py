"""ServiceNow's Table API and list exports; written from its documentation of display values and exports."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pandas as pd


def record(**more: Any) -> dict[str, Any]:
    return {
        "number": "INC0000001", "sys_id": "a1", "short_description": "E-mail fails", "priority": "3", "state": "7",
        "opened_at": "2026-03-29 01:30:00", "work_start": "2026-03-29 02:10:00", "resolved_at": "2026-03-29 03:30:00",
        "closed_at": "2026-03-30 00:00:00", "business_service": {"link": "https://x.invalid/1", "value": "svc1"},
        "contact_type": "phone", **more,
    }  # fmt: skip


def test_the_api_writes_utc(events: Callable[..., pd.DataFrame], incidents: Callable[..., pd.DataFrame]) -> None:
    text = json.dumps({"result": [record()]})
    rows = events(text, zone="America/New_York")
    assert rows.attrs["format"] == "servicenow"
    assert rows["kind"].tolist() == ["signal", "acknowledgement", "action", "communication"]
    assert rows["time"].iloc[0] == pd.Timestamp("2026-03-29T01:30:00Z"), "the zone stated is not for UTC"
    assert rows["relation"].tolist() == ["", "acknowledges", "resolves", ""]
    assert set(rows["relates_to"].iloc[1:]) == {rows["event_id"].iloc[0]}
    assert (rows["actor"].iloc[0], rows["state"].iloc[0], rows["service"].iloc[0]) == ("customer", "Closed", "svc1")
    told = incidents(text).iloc[0]
    assert (told["incident_id"], told["severity_stated"]) == ("INC0000001", "3")
    assert told["resolved"] == pd.Timestamp("2026-03-29T03:30:00Z")


def test_display_values_are_in_the_users_zone_and_order(events: Callable[..., pd.DataFrame]) -> None:
    given = record(priority="3 - Moderate", state="Closed", opened_at="03/29/2026 01:30 AM", work_start="",
                   resolved_at="03/29/2026 03:30 AM", closed_at="")  # fmt: skip
    rows = events(json.dumps({"result": [given]}), zone="Europe/Berlin")
    # Clocks went forward in Berlin at two: two hours on the wall were one.
    assert rows["time"].tolist() == [pd.Timestamp("2026-03-29T00:30:00Z"), pd.Timestamp("2026-03-29T01:30:00Z")]
    assert any("display values" in said for said in rows.attrs["said"])
    assert any("month first" in said for said in rows.attrs["said"])


def test_both_values_are_read_as_utc(events: Callable[..., pd.DataFrame]) -> None:
    both = {k: {"display_value": f"shown {v}", "value": v} for k, v in record().items() if isinstance(v, str)}
    both["priority"] = {"display_value": "1 - Critical", "value": "1"}
    row = events(json.dumps({"result": [both]})).iloc[0]
    assert row["time"] == pd.Timestamp("2026-03-29T01:30:00Z")
    assert row["criticality"] == "1 - Critical"


def test_an_open_one_stays_open(incidents: Callable[..., pd.DataFrame]) -> None:
    rows = incidents(json.dumps({"result": [record(state="2", resolved_at="", closed_at="")]}))
    assert rows["resolved"].isna().all()
    assert rows["resolved_certainty"].tolist() == ["open"]


LIST = (
    '"Number","Opened","Short description","Caller","Priority","State","Resolved","Closed"\r\n'
    '"INC0000001","25-12-2025 10:00:00","Größe ""XL"" fehlt","a","2 - High","Closed","25-12-2025 11:30:00","05-01-2026 '
    '00:00:00"\r\n"INC0000002","05-01-2026 09:00:00","zweite\r\nZeile","b","3 - Moderate","New","",""\r\n'
)


def test_a_list_with_labels(events: Callable[..., pd.DataFrame], incidents: Callable[..., pd.DataFrame]) -> None:
    rows = events(LIST.encode("windows-1252"), zone="Europe/Berlin")
    assert rows.attrs["format"] == "servicenow_csv"
    assert rows["time"].iloc[0] == pd.Timestamp("2025-12-25T09:00:00Z")
    assert 'Größe "XL" fehlt' in rows["text"].iloc[0]
    assert any("day first" in said for said in rows.attrs["said"])
    assert any("Windows-1252" in said for said in rows.attrs["said"])
    second = rows[rows["source_id"] == "INC0000002"].iloc[0]
    assert second["time"] == pd.Timestamp("2026-01-05T08:00:00Z"), "one column tells for all"
    assert (second["line_start"], second["line_end"]) == (3, 4)
    assert incidents(LIST)["resolved_certainty"].tolist() == ["exact", "open"]


def test_a_list_with_field_names(events: Callable[..., pd.DataFrame]) -> None:
    text = (
        "number,opened_at,short_description,state,resolved_at\nINC1,12/31/2025 23:30,made up,Resolved,1/1/2026 0:10\n"
    )
    rows = events(text)
    assert rows["time"].tolist() == [pd.Timestamp("2025-12-31T23:30:00Z"), pd.Timestamp("2026-01-01T00:10:00Z")]


def test_dates_without_times_are_days(
    events: Callable[..., pd.DataFrame], incidents: Callable[..., pd.DataFrame]
) -> None:
    text = '"Number","Opened","Short description","Priority","State","Resolved"\n' + (
        '"INC0000001","25-12-2025","made up","2 - High","Closed","26-12-2025"\n'
    )
    assert events(text)["certainty"].tolist() == ["day", "day"]
    told = incidents(text).iloc[0]
    assert [told[f"{m}_certainty"] for m in ("started", "detected", "resolved")] == ["day", "day", "day"]


def test_the_audit_log_agrees_with_the_other_exports_on_what_opening_a_ticket_means(
    incidents: Callable[..., pd.DataFrame],
) -> None:
    log = (
        "number,incident_state,active,sys_mod_count,opened_at,sys_created_at,sys_updated_at,priority,resolved_at\n"
        "INC1,Closed,FALSE,0,29-02-2016 01:16,29-02-2016 01:23,29-02-2016 01:23,3 - Moderate,29-02-2016 08:50\n"
    )
    for text in (log, json.dumps({"result": [record()]})):
        told = incidents(text).iloc[0]
        assert (told["started_certainty"], told["detected_certainty"]) == ("approx", "exact")
        assert told["started"] == told["detected"]
