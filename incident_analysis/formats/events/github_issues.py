"""Issues of GitHub: lists of the REST API, one issue, comments, and answers of GraphQL.

An issue gives its opening, its closing and its assignments; comments are communication. GraphQL answers hold them
as `nodes`; `hasNextPage` warns. REST lists pull requests among the issues: they are kept, and the report leaves them
out. An issue's labels stand in a column; one such as sev1 is the source's own severity.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from incident_analysis.format import Context, Format, Item, Match, Row, json_items
from incident_analysis.formats.happenings import Ids, known, utc_moment
from incident_analysis.formats.objects import at_limit, attempt, pick, records, told
from incident_analysis.patterns import pattern

_SEVERITY = pattern(r"(?:sev(?:erity)?|prio(?:rity)?|p)[ :/_-]*\d", re.IGNORECASE)


def nodes(value: Any) -> list[Any]:
    """The elements of a list, or of a GraphQL connection."""
    found = value if isinstance(value, list) else pick(value, "nodes")
    if found is None and isinstance(pick(value, "edges"), list):
        found = [pick(edge, "node") for edge in value["edges"]]
    return found if isinstance(found, list) else []


def login(person: Any) -> str | None:
    """What GitHub calls somebody."""
    found = pick(person, "login", "name")
    return None if found is None else str(found)


def is_machine(person: Any) -> bool:
    """Whether a user is a program: GitHub says so by type, and by the end of the name."""
    return str(pick(person, "type", "__typename") or "") == "Bot" or str(login(person) or "").endswith("[bot]")


def labels(issue: dict[str, Any]) -> list[str]:
    """Names of an issue's labels."""
    given = nodes(pick(issue, "labels"))
    return [str(one if isinstance(one, str) else pick(one, "name")) for one in given]


def rows_of(issue: dict[str, Any], ids: Ids) -> list[tuple[Row, str]] | None:
    """Rows of an issue with the frame that each is of."""
    opened = pick(issue, "created_at", "createdAt")
    name = pick(issue, "number", "databaseId", "id")
    if name is None or opened is None:
        return None
    title = str(pick(issue, "title") or f"issue {name}")
    by = pick(issue, "user", "author")
    closed = pick(issue, "closed_at", "closedAt")
    of_pull = pick(issue, "pull_request") is not None
    marks = labels(issue)
    key = ids.of(name)
    common: Row = {
        "issue": str(name),
        "url": pick(issue, "html_url", "url"),
        "labels": ",".join(marks) or None,
        "include": False if of_pull else None,
    }
    rows: list[Row] = [
        {
            "time": utc_moment(opened),
            "time_stated": opened,
            "source_id": key,
            "kind": "communication",
            "text": f"#{name} opened: {title}",
            "why": pick(issue, "body", "bodyText"),
            "who": login(by),
            "criticality": _severity(marks),
            "end": utc_moment(closed),
            **_actor(by),
            **common,
        }
    ]
    for event in nodes(pick(issue, "assignments")):
        written = pick(event, "createdAt", "created_at")
        what = str(pick(event, "type", "__typename") or "AssignedEvent")
        whom = pick(event, "assignee")
        word = "unassigned from" if what.startswith("Un") else "assigned to"
        rows.append(
            {
                "time": utc_moment(written),
                "time_stated": written,
                "source_id": ids.of(key, what, written),
                "kind": "communication" if what.startswith("Un") else "acknowledgement",
                "text": f"#{name} {word} {login(whom) or 'somebody'}",
                "who": login(whom),
                "relates_to": key,
                "relation": None if what.startswith("Un") else "acknowledges",
                **_actor(whom),
                **common,
            }
        )
    for comment in nodes(pick(issue, "comments")):
        rows.append(_comment(comment, ids, of=key, name=name) | common)
    if closed is not None:
        closer = pick(issue, "closed_by")
        reason = pick(issue, "state_reason", "stateReason")
        rows.append(
            {
                "time": utc_moment(closed),
                "time_stated": closed,
                "source_id": ids.of(key, "closed"),
                "kind": "action",
                "text": f"#{name} closed{f' ({reason})' if reason else ''}: {title}",
                "who": login(closer),
                "relates_to": key,
                "relation": "resolves",
                **_actor(closer),
                **common,
            }
        )
    made = [(known(row), "") for row in rows]
    if not of_pull:
        made.append((_incident(issue, name, title, opened, closed, marks), "INCIDENTS"))
    return made


def _incident(issue: dict[str, Any], name: Any, title: str, opened: Any, closed: Any, marks: list[str]) -> Row:
    finished = str(pick(issue, "state") or "").lower() == "closed" or closed is not None
    return known(
        {
            "incident_id": str(name),
            "title": title,
            "severity_stated": _severity(marks),
            # An issue says when somebody wrote it: it was detected then, and had started about then.
            "started": utc_moment(opened),
            "started_certainty": "approx",
            "detected": utc_moment(opened),
            "resolved": utc_moment(closed),
            "resolved_certainty": None if finished else "open",
        }
    )


def _severity(marks: list[str]) -> str | None:
    return next((mark for mark in marks if _SEVERITY.fullmatch(mark)), None)


def _actor(person: Any) -> Row:
    if person is None:
        return {}
    machine = is_machine(person)
    return {"actor": "system" if machine else "staff", "automatic": machine}


def _comment(comment: dict[str, Any], ids: Ids, *, of: str | None = None, name: Any = None) -> Row:
    written = pick(comment, "created_at", "createdAt")
    by = pick(comment, "user", "author")
    return {
        "time": utc_moment(written),
        "time_stated": written,
        "source_id": ids.of(pick(comment, "id", "databaseId") or f"{of}:{written}"),
        "kind": "communication",
        "text": str(pick(comment, "body", "bodyText") or "a comment without text"),
        "who": login(by),
        "relates_to": of,
        "issue": None if name is None else str(name),
        "url": pick(comment, "html_url", "url"),
        **_actor(by),
    }


def comment_rows(comment: dict[str, Any], ids: Ids) -> list[tuple[Row, str]] | None:
    """A row of a comment that stands in a list of its own (`/issues/comments`)."""
    if pick(comment, "created_at") is None:
        return None
    of = str(pick(comment, "issue_url") or "").rsplit("/", 1)[-1] or None
    return [(known(_comment(comment, ids, name=of)), "")]


def _issues(text: str) -> Iterator[tuple[Any, int, int]]:
    if not re.search(r'"(?:nodes|edges)"\s*:', text):
        yield from records(text, "items")
        return
    wrapped = re.match(r'\s*\{\s*"data"', text) is not None
    for path in (
        ("repository", "issues", "nodes"),
        ("search", "nodes"),
        ("organization", "issues", "nodes"),
        ("user", "issues", "nodes"),
    ):
        if all(f'"{key}"' in text for key in path):
            yield from json_items(text, *(("data", *path) if wrapped else path))
            return
    for edge, start, end in records(text, "data.repository.issues.edges", "repository.issues.edges"):
        yield pick(edge, "node") or edge, start, end


def read(text: str, context: Context) -> Iterator[Item]:
    """Rows of every issue, an issue's own together."""
    ids, count = Ids(), 0
    for issue, start, end in _issues(text):
        count += 1
        rows = None
        if isinstance(issue, dict):
            rows = attempt(comment_rows if "issue_url" in issue and "title" not in issue else rows_of, issue, ids)
        if rows is None:
            yield Item(None, start, end)
            continue
        for row, frame in rows:
            yield Item(row, start, end, frame=frame)
    if re.search(r'"hasNextPage"\s*:\s*true', text):
        context.warn("hasNextPage is true: there are further pages")
    total = told(text, "total_count")
    if total and total.isdigit() and int(total) > count:
        context.warn(f"total_count is {int(total):,}, the export holds {count:,}: there are further pages")
    # The REST API gives 30 issues a page unless asked for 100.
    at_limit(count, context, limits=frozenset({30, 100, 1000}))


_REST = pattern(rb'"(number|title|html_url|user|labels|closed_at|comments|locked|node_id)"\s*:')


def recognise(head: bytes) -> Match | None:
    """By the keys of issues in either API."""
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if text[:1] not in (b"{", b"["):
        return None
    if re.search(rb'"issues"\s*:\s*\{', text) and b'"createdAt"' in text and b'"title"' in text:
        return Match(0.93, "issues of GitHub's GraphQL API")
    if re.search(rb'"event"\s*:\s*"', text):
        return None
    if b'"issue_url"' in text and b'"body"' in text and b'"created_at"' in text:
        return Match(0.93, "comments of GitHub issues")
    keys = {m[1] for m in _REST.finditer(text)}
    if b'"created_at"' in text and len(keys) >= 6 and b"number" in keys and b"title" in keys:
        return Match(0.92, "issues of GitHub's REST API")
    return None


FORMAT = Format(
    name="github_issues",
    title="GitHub issues",
    yields="TIMELINE",
    also=("INCIDENTS",),
    reference="https://docs.github.com/en/rest/issues/issues (REST: from documentation; GraphQL: a real answer)",
    sample='[{"number": 1, "title": "made up", "html_url": "https://example.org/1", "state": "closed", "locked": '
    'false, "comments": 0, "user": {"login": "somebody", "type": "User"}, "labels": [{"name": "sev1"}],\n '
    '"created_at": "2026-01-02T10:00:00Z", "closed_at": "2026-01-02T11:00:00Z"}]\n',
    recognise=recognise,
    read=read,
)
