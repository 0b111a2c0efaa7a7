"""Jira's issues as JSON and CSV; written from the reference of the REST API and the help on exports."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pandas as pd

DOCUMENT = {
    "type": "doc",
    "version": 1,
    "content": [
        {"type": "paragraph", "content": [{"type": "text", "text": "rolled "}, {"type": "text", "text": "back"}]},
        {
            "type": "paragraph",
            "content": [{"type": "mention", "attrs": {"text": "@ann"}}, {"type": "text", "text": " ok"}],
        },
    ],
}


def issue(**fields: Any) -> dict[str, Any]:
    person = {"displayName": "Some Body", "accountType": "atlassian"}
    return {
        "id": "1",
        "key": "INC-1",
        "fields": {
            "summary": "Checkout fails", "issuetype": {"name": "Incident"}, "priority": {"name": "Highest"},
            "project": {"key": "INC"}, "reporter": person, "created": "2026-01-02T10:00:00.000+0000",
            "components": [{"name": "checkout"}], "status": {"name": "Done", "statusCategory": {"key": "done"}},
            "resolutiondate": "2026-01-02T12:00:00.500+0000",
            "comment": {"total": 1, "comments": [
                {"id": "5", "author": {"displayName": "Robot", "accountType": "app"}, "body": DOCUMENT,
                 "created": "2026-01-02T10:45:00.000+0000"}]},
            **fields,
        },
        "changelog": {"total": 3, "histories": [
            {"id": "9", "author": person, "created": "2026-01-02T12:00:00.500+0000", "items": [
                {"field": "status", "fromString": "In Progress", "toString": "Done"},
                {"field": "resolution", "fromString": None, "toString": "Fixed"}]},
            {"id": "8", "author": person, "created": "2026-01-02T10:05:00.000+0000", "items": [
                {"field": "status", "fromString": "Open", "toString": "In Progress"}]},
        ]},
    }  # fmt: skip


def test_status_changes_acknowledge_and_resolve(events: Callable[..., pd.DataFrame]) -> None:
    rows = events(json.dumps({"total": 1, "issues": [issue()]}, indent=1))
    assert rows.attrs["format"] == "jira"
    assert rows["kind"].tolist() == ["communication", "acknowledgement", "communication", "action", "observation"]
    created, taken, comment, done = (rows.iloc[i] for i in range(4))
    assert (taken["relates_to"], taken["relation"]) == (created["event_id"], "acknowledges")
    assert (done["relates_to"], done["relation"]) == (created["event_id"], "resolves")
    assert comment["text"] == "rolled back\n@ann ok"
    assert comment["actor"] == "system"
    assert created["service"] == "checkout"
    assert rows["time"].iloc[3] == pd.Timestamp("2026-01-02T12:00:00.5Z"), "an offset without a colon"
    assert any("3 entries of the changelog, the export holds 2" in said for said in rows.attrs["said"])


def test_a_date_of_resolution_counts_where_no_change_says_it(events: Callable[..., pd.DataFrame]) -> None:
    bare = issue()
    del bare["changelog"]
    rows = events(json.dumps([bare]))
    assert rows["relation"].tolist() == ["", "", "resolves"]


def test_an_issue_is_an_incident(incidents: Callable[..., pd.DataFrame]) -> None:
    open_ = issue(resolutiondate=None, status={"name": "Open", "statusCategory": {"key": "new"}})
    rows = incidents(json.dumps([issue(), {**open_, "key": "INC-2"}]))
    assert rows["severity_stated"].tolist() == ["Highest", "Highest"]
    assert rows["resolved_certainty"].tolist() == ["exact", "open"]
    assert rows["services"].iloc[0] == ("checkout",)
    assert rows["started_certainty"].tolist() == ["approx", "approx"], "a ticket says when it was written"


def test_fewer_issues_than_the_total_are_told(events: Callable[..., pd.DataFrame]) -> None:
    said = events(json.dumps({"startAt": 0, "maxResults": 50, "total": 71, "issues": [issue()]})).attrs["said"]
    assert any("total is 71, the export holds 1" in one for one in said)


CSV = (
    "Summary,Issue key,Issue id,Status,Priority,Created,Resolved,Reporter,Comment,Comment\n"
    'Checkout fails,INC-1,1,Done,High,14/Sep/25 8:53 AM,14/Sep/25 1:10 PM,somebody,"14/Sep/25 9:00 AM;ann;looking;\n'
    'and more",free text\nAnother,INC-2,2,Open,Low,15/Sep/25 12:05 AM,,,,\n'
)


def test_columns_that_come_again_are_all_read(events: Callable[..., pd.DataFrame]) -> None:
    rows = events(CSV, zone="Europe/Berlin")
    assert rows.attrs["format"] == "jira_csv"
    assert rows["parsed"].all()
    by = rows.set_index("source_id")
    assert by.loc["INC-1", "time"] == pd.Timestamp("2025-09-14T06:53:00Z")
    assert by.loc["INC-1", "end"] == by.loc["INC-1:resolution", "time"] == pd.Timestamp("2025-09-14T11:10:00Z")
    assert by.loc["INC-1:comment:1", "text"] == "looking;\nand more"
    assert by.loc["INC-1:comment:1", "time"] == pd.Timestamp("2025-09-14T07:00:00Z")
    assert by.loc["INC-1:comment:2", "text"] == "free text"
    assert pd.isna(by.loc["INC-1:comment:2", "time"])
    assert by.loc["INC-2", "time"] == pd.Timestamp("2025-09-14T22:05:00Z")
    assert set(rows["zone"]) == {"assumed:Europe/Berlin", ""}


def test_the_zone_has_to_be_stated(events: Callable[..., pd.DataFrame], incidents: Callable[..., pd.DataFrame]) -> None:
    assert any("no zone" in said for said in events(CSV).attrs["said"])
    assert incidents(CSV)["resolved_certainty"].tolist() == ["exact", "open"]


def test_windows_1252_is_read(events: Callable[..., pd.DataFrame]) -> None:
    rows = events(CSV.replace("Checkout fails", "Zahlung für Käufer gestört – „alles“").encode("windows-1252"))
    assert "Zahlung für Käufer gestört – „alles“" in rows["text"].iloc[0]
    assert any("Windows-1252" in said for said in rows.attrs["said"])


def test_a_date_without_a_time_is_that_day(
    events: Callable[..., pd.DataFrame], incidents: Callable[..., pd.DataFrame]
) -> None:
    text = "Summary,Issue key,Status,Created,Resolved\nmade up,INC-1,Done,14/Sep/25,15/Sep/25 1:10 PM\n"
    created, resolution = (row for _, row in events(text).iterrows())
    assert (created["certainty"], resolution["certainty"]) == ("day", "exact")
    assert created["time_high"] - created["time_low"] == pd.Timedelta("1D")
    told = incidents(text).iloc[0]
    assert [told[f"{m}_certainty"] for m in ("started", "detected", "resolved")] == ["day", "day", "exact"]
    assert told["detected_high"] - told["detected_low"] == pd.Timedelta("1D")
