"""Issues, timelines and deployments of GitHub; written from the reference of the REST and GraphQL APIs."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pandas as pd

USER = {"login": "somebody", "type": "User"}
BOT = {"login": "made-up[bot]", "type": "Bot"}


def issue(number: int = 7, **more: Any) -> dict[str, Any]:
    return {
        "id": 1000 + number, "number": number, "title": "Checkout fails", "html_url": "https://example.org/7",
        "state": "closed", "locked": False, "comments": 1, "user": USER, "labels": [{"name": "bug"}, {"name": "sev1"}],
        "created_at": "2026-01-02T10:00:00Z", "updated_at": "2026-01-02T12:00:00Z", "closed_at": "2026-01-02T11:00:00Z",
        "body": "It fails.", **more,
    }  # fmt: skip


def test_an_issue_opens_and_closes(events: Callable[..., pd.DataFrame], incidents: Callable[..., pd.DataFrame]) -> None:
    text = json.dumps([issue(), issue(8, closed_at=None, state="open"), issue(9, pull_request={"url": "x"})])
    rows = events(text)
    assert rows.attrs["format"] == "github_issues"
    assert len(rows) == 5
    opened, closed = rows[rows["source_id"] == "7"].iloc[0], rows[rows["source_id"] == "7:closed"].iloc[0]
    assert (closed["relates_to"], closed["relation"]) == (opened["event_id"], "resolves")
    assert opened["criticality"] == "sev1"
    assert rows[rows["issue"] == "9"]["include"].tolist() == [False, False], "pull requests are kept, and left out"
    told = incidents(text)
    assert told["incident_id"].tolist() == ["7", "8"]
    assert told["resolved_certainty"].tolist() == ["exact", "open"]
    assert told["severity_stated"].tolist() == ["sev1", "sev1"]


def test_comments_and_their_authors(events: Callable[..., pd.DataFrame]) -> None:
    given = {"id": 5, "issue_url": "https://api.example.org/repos/x/y/issues/7", "body": "rolled back", "user": BOT,
             "created_at": "2026-01-02T10:30:00Z"}  # fmt: skip
    row = events(json.dumps([given])).iloc[0]
    assert (row["kind"], row["actor"], row["issue"], row["text"]) == ("communication", "system", "7", "rolled back")
    assert row["role"] == "", "a name is no role"


def test_a_further_page_is_told(events: Callable[..., pd.DataFrame]) -> None:
    node = {
        "databaseId": 1,
        "title": "x",
        "createdAt": "2026-01-02T10:00:00Z",
        "author": {"login": "a"},
        "state": "OPEN",
    }
    answer = {"data": {"repository": {"issues": {"pageInfo": {"hasNextPage": True}, "nodes": [node]}}}}
    rows = events(json.dumps(answer))
    assert len(rows) == 1
    assert any("hasNextPage" in said for said in rows.attrs["said"])


def test_a_timeline_keeps_events_without_a_time(events: Callable[..., pd.DataFrame]) -> None:
    given = [
        {"id": 1, "event": "labeled", "actor": USER, "label": {"name": "sev1"}, "created_at": "2026-01-02T10:00:00Z"},
        {"event": "cross-referenced", "actor": USER, "source": {"type": "issue", "issue": {"title": "other"}}},
        {"id": 3, "event": "commented", "user": BOT, "body": "alert fired", "created_at": "2026-01-02T10:05:00Z"},
        {"sha": "abc", "event": "committed", "author": {"name": "a", "date": "2026-01-02T10:06:00Z"}, "message": "fix"},
        {"id": 4, "event": "subscribed", "actor": USER, "created_at": "2026-01-02T10:07:00Z"},
        {"id": 5, "event": "closed", "actor": USER, "commit_id": "abc", "created_at": "2026-01-02T10:08:00Z"},
    ]
    rows = events(json.dumps(given, indent=1))
    assert rows.attrs["format"] == "github_timeline"
    assert rows["time"].isna().tolist() == [False, True, False, False, False, False], "it keeps its place"
    assert rows["certainty"].iloc[1] == "unknown"
    assert rows["kind"].tolist() == ["observation", "observation", "communication", "action", "observation", "action"]
    assert rows["actor"].iloc[2] == "system"
    assert rows["include"].tolist() == [True, True, True, True, False, True]


def test_a_timeline_of_graphql(events: Callable[..., pd.DataFrame]) -> None:
    nodes = [
        {"__typename": "IssueComment", "createdAt": "2026-01-02T10:00:00Z", "author": {"login": "a"}, "body": "hello"},
        {"__typename": "ClosedEvent", "createdAt": "2026-01-02T11:00:00Z", "actor": {"login": "a"}},
    ]
    rows = events(json.dumps({"data": {"repository": {"issue": {"timelineItems": {"nodes": nodes}}}}}))
    assert rows["event"].tolist() == ["commented", "closed"]
    assert rows["kind"].tolist() == ["communication", "action"]


def run(**more: Any) -> dict[str, Any]:
    return {
        "id": 1, "name": "Deploy to production", "head_branch": "main", "head_sha": "abcdef", "run_number": 12,
        "event": "push", "status": "completed", "conclusion": "success", "created_at": "2026-01-02T09:00:00Z",
        "run_started_at": "2026-01-02T10:00:00Z", "updated_at": "2026-01-02T10:04:00Z", "actor": USER, **more,
    }  # fmt: skip


def test_runs_are_deploys_and_tests_are_left_out(events: Callable[..., pd.DataFrame]) -> None:
    answer = {
        "total_count": 40,
        "workflow_runs": [run(), run(id=2, name="lint", status="in_progress", conclusion=None)],
    }
    rows = events(json.dumps(answer))
    assert rows.attrs["format"] == "github_deploys"
    assert set(rows["kind"]) == {"deploy"}
    first = rows[rows["source_id"] == "1"].iloc[0]
    assert first["time"] == pd.Timestamp("2026-01-02T10:00:00Z"), "a run started again keeps created_at"
    assert first["end"] == pd.Timestamp("2026-01-02T10:04:00Z")
    assert pd.isna(rows[rows["source_id"] == "2"]["end"].iloc[0]), "it still runs"
    assert rows.set_index("source_id")["include"].to_dict() == {"1": True, "2": False}
    assert any("total_count is 40" in said for said in rows.attrs["said"])


def test_deployments_and_their_statuses(events: Callable[..., pd.DataFrame]) -> None:
    deployment = {"id": 9, "sha": "abc", "ref": "v2", "task": "deploy", "environment": "production", "creator": BOT,
                  "created_at": "2026-01-02T10:00:00Z", "statuses_url": "https://x.invalid/deployments/9/statuses"}  # fmt: skip
    status = {"id": 10, "state": "failure", "environment": "production", "created_at": "2026-01-02T10:03:00Z",
              "deployment_url": "https://x.invalid/deployments/9", "creator": BOT}  # fmt: skip
    rows = events(json.dumps([deployment, status]))
    assert rows["kind"].tolist() == ["deploy", "deploy"]
    assert rows["relates_to"].iloc[1] == rows["event_id"].iloc[0]
    assert rows["text"].iloc[0] == "deployment of v2 to production: deploy"


def test_releases_and_the_command_line(events: Callable[..., pd.DataFrame]) -> None:
    release = {"id": 3, "tag_name": "v2", "name": "Two", "draft": False, "published_at": "2026-01-02T10:00:00Z"}
    assert events(json.dumps([release]))["text"].iloc[0] == "release v2: Two"
    listed = {"databaseId": 4, "workflowName": "deploy", "headSha": "a", "status": "completed", "conclusion": "failure",
              "startedAt": "2026-01-02T10:00:00Z", "updatedAt": "2026-01-02T10:01:00Z", "event": "schedule"}  # fmt: skip
    assert events(json.dumps([listed]))["state"].iloc[0] == "failure"
