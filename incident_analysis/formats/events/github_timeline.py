"""The timeline of one GitHub issue or pull request, and lists of issue events: REST and GraphQL.

Written from the documentation: no real file was at hand. A cross-reference had no time of its own in early versions of
the API: it keeps its place without one. Commits bear their author's clock. Subscriptions and mentions are noise that
the report leaves out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from incident_analysis.format import Context, Format, Item, Match, Row, json_items
from incident_analysis.formats.events.github_issues import is_machine, login
from incident_analysis.formats.happenings import Ids, known, utc_moment
from incident_analysis.formats.objects import at_limit, attempt, pick, records, text_of
from incident_analysis.patterns import pattern

_KINDS = {
    "assigned": "acknowledgement",
    "closed": "action",
    "reopened": "action",
    "merged": "deploy",
    "deployed": "deploy",
    "commented": "communication",
    "committed": "action",
    "reviewed": "communication",
    "labeled": "observation",
    "unlabeled": "observation",
    "milestoned": "observation",
    "referenced": "observation",
    "crossreferenced": "observation",
}
_NOISE = frozenset({"subscribed", "unsubscribed", "mentioned", "headrefdeleted", "headrefrestored", "commentdeleted"})


def _name(event: dict[str, Any]) -> str:
    said = str(pick(event, "event") or "")
    if not said:
        said = str(pick(event, "__typename") or "").removesuffix("Event")
        said = {"IssueComment": "commented", "PullRequestReview": "reviewed", "PullRequestCommit": "committed"}.get(
            said, said
        )
    return said.lower().replace("-", "").replace("_", "")


def row_of(event: dict[str, Any], ids: Ids) -> Row | None:
    """A row of one event."""
    what = _name(event)
    if not what:
        return None
    written = pick(
        event, "created_at", "createdAt", "submitted_at", "submittedAt", "author.date", "committer.date",
        "commit.committedDate",
    )  # fmt: skip
    by = pick(event, "actor", "user", "author")
    who = login(by)
    issue = pick(event, "issue.number")
    body = pick(event, "body", "bodyText", "message", "commit.message")
    detail = (
        pick(event, "label.name", "assignee.login", "milestone.title", "rename.to")
        or pick(event, "source.issue.title", "source.title")
        or pick(event, "environment", "deployment.environment", "commit_id", "sha")
    )
    said = str(body) if body and what in ("commented", "reviewed", "committed") else what
    if detail and said == what:
        said = f"{what}: {detail}"
    machine = is_machine(by)
    return known(
        {
            "time": utc_moment(written),
            "time_stated": written,
            "certainty": "unknown" if written is None else None,
            "source_id": ids.of(pick(event, "id", "node_id", "sha") or f"{what}:{written or ''}"),
            "kind": _KINDS.get(what, "observation"),
            "text": said if issue is None else f"#{issue} {said}",
            "actor": "system" if machine else "staff" if who else None,
            "automatic": machine if who else None,
            "who": who,
            "include": False if what in _NOISE else None,
            "event": what,
            "issue": None if issue is None else str(issue),
            "commit": pick(event, "commit_id", "sha", "commit.oid"),
            "state": text_of(pick(event, "state", "state_reason", "stateReason")),
            "url": pick(event, "html_url", "url"),
        }
    )


def _events(text: str) -> Iterator[tuple[Any, int, int]]:
    if '"timelineItems"' in text:
        for kind in ("issue", "pullRequest", "issueOrPullRequest"):
            if f'"{kind}"' in text:
                path = ("repository", kind, "timelineItems", "nodes")
                yield from json_items(text, *(("data", *path) if re.search(r'"data"\s*:', text) else path))
                return
    yield from records(text)


def read(text: str, context: Context) -> Iterator[Item]:
    """Events in their order. The issue itself stands in another export: `closed` resolves nothing here."""
    ids, count = Ids(), 0
    for event, start, end in _events(text):
        count += 1
        yield Item(attempt(row_of, event, ids) if isinstance(event, dict) else None, start, end)
    if re.search(r'"hasNextPage"\s*:\s*true', text):
        context.warn("hasNextPage is true: there are further pages")
    at_limit(count, context, limits=frozenset({30, 100}))


_EVENT = pattern(
    rb'"event"\s*:\s*"(?:labeled|unlabeled|closed|reopened|commented|assigned|unassigned|committed|cross-referenced|'
    rb"referenced|mentioned|subscribed|renamed|milestoned|locked|merged|reviewed|deployed|head_ref_\w+|review_requested|"
    rb'ready_for_review|pinned|transferred)"'
)


def recognise(head: bytes) -> Match | None:
    """By the names of events."""
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if text[:1] not in (b"{", b"["):
        return None
    if b'"timelineItems"' in text:
        return Match(0.94, "timeline items of GitHub's GraphQL API")
    return Match(0.94, "events of a GitHub issue") if _EVENT.search(text) else None


FORMAT = Format(
    name="github_timeline",
    title="GitHub issue timeline",
    yields="TIMELINE",
    reference="https://docs.github.com/en/rest/issues/timeline (from documentation; no sample was at hand)",
    sample='[{"id": 1, "event": "labeled", "actor": {"login": "somebody", "type": "User"}, "label": {"name": "sev1"}, '
    '"created_at": "2026-01-02T10:00:00Z"},\n {"id": 2, "event": "commented", "user": {"login": "somebody"}, "body": '
    '"made up", "created_at": "2026-01-02T10:05:00Z"}]\n',
    recognise=recognise,
    read=read,
)
