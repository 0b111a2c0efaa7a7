"""Issues of Jira with their changelog, as the search and issue calls of its REST API give them.

An issue gives its creation, each change of each field, and its comments. A change of status to a word for done
resolves, one to a word for being worked on acknowledges; other fields' changes are kept, and the report leaves
them out.
Offsets stand without a colon (`+0000`, `-0700`). The changelog inside an issue holds at most a hundred entries: fewer
than its `total` warns. Cloud writes texts as documents of nodes, which are read as plain text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from incident_analysis.format import Context, Format, Item, Match, Row
from incident_analysis.formats.happenings import Ids, known, moment
from incident_analysis.formats.objects import at_limit, attempt, pick, records, text_of, told
from incident_analysis.patterns import pattern

DONE = pattern(r"\b(?:done|resolved|closed|completed?|fixed|finished)\b", re.IGNORECASE)
WORKED_ON = pattern(
    r"\b(?:in progress|investigat\w*|acknowledged|work in progress|in work|pending|active)\b", re.IGNORECASE
)


def plain_text(value: Any) -> str | None:
    """Text of a field: as it is, or that of a document of nodes."""
    if value is None or isinstance(value, str):
        return value
    if not isinstance(value, dict) or "content" not in value:
        return text_of(value)
    parts: list[str] = []

    def walk(node: Any, depth: int = 0) -> None:
        if not isinstance(node, dict) or depth > 50:
            return
        if isinstance(node.get("text"), str):
            parts.append(node["text"])
        said = pick(node, "attrs.text", "attrs.shortName")
        if said is not None and "text" not in node:
            parts.append(str(said))
        for inner in node.get("content") or []:
            walk(inner, depth + 1)
        if node.get("type") in ("paragraph", "heading", "listItem", "hardBreak", "codeBlock"):
            parts.append("\n")

    walk(value)
    return re.sub(r"\n{2,}", "\n", "".join(parts)).strip()


def _who(person: Any) -> Row:
    if person is None:
        return {}
    kind = str(pick(person, "accountType") or "")
    actor = {"app": "system", "customer": "customer"}.get(kind, "staff")
    return {
        "actor": actor,
        "automatic": actor == "system",
        "who": pick(person, "displayName", "name", "emailAddress", "accountId"),
    }


def rows_of(issue: dict[str, Any], ids: Ids, context: Context) -> list[tuple[Row, str]] | None:
    """Rows of an issue with the frame that each is of."""
    key = pick(issue, "key", "id")
    fields = pick(issue, "fields")
    if key is None or not isinstance(fields, dict):
        return None
    created = pick(fields, "created")
    title = str(pick(fields, "summary") or key)
    name = ids.of(key)
    rows: list[Row] = [
        {
            "time": moment(created),
            "time_stated": created,
            "source_id": name,
            "kind": "communication",
            "text": f"{key} created: {title}",
            "why": plain_text(pick(fields, "description")),
            "criticality": pick(fields, "priority.name"),
            "state": pick(fields, "status.name"),
            "service": _services(fields)[0] if _services(fields) else None,
            **_who(pick(fields, "reporter", "creator")),
        }
    ]
    histories = pick(issue, "changelog.histories") or pick(issue, "changelog.values") or []
    resolved = False
    for history in histories:
        for change in pick(history, "items") or []:
            row = _change(history, change, ids, key=str(key), of=name)
            resolved |= row.get("relation") == "resolves"
            rows.append(row)
    total = pick(issue, "changelog.total")
    if isinstance(total, int) and total > len(histories):
        context.warn(f"{key}: {total:,} entries of the changelog, the export holds {len(histories):,}")
    comments = pick(fields, "comment.comments") or []
    for comment in comments:
        written = pick(comment, "created")
        rows.append(
            {
                "time": moment(written),
                "time_stated": written,
                "source_id": ids.of(name, "comment", pick(comment, "id") or written),
                "kind": "communication",
                "text": plain_text(pick(comment, "body")) or "a comment without text",
                "relates_to": name,
                **_who(pick(comment, "author")),
            }
        )
    said = pick(fields, "comment.total")
    if isinstance(said, int) and said > len(comments):
        context.warn(f"{key}: {said:,} comments, the export holds {len(comments):,}")
    ended = pick(fields, "resolutiondate")
    if ended is not None and not resolved:
        rows.append(
            {
                "time": moment(ended),
                "time_stated": ended,
                "source_id": ids.of(name, "resolution"),
                "kind": "action",
                "text": f"{key} resolved" + (f": {r}" if (r := pick(fields, "resolution.name")) else ""),
                "relates_to": name,
                "relation": "resolves",
            }
        )
    made = [(known(row | {"issue": str(key)}), "") for row in rows]
    open_ = pick(fields, "status.statusCategory.key") != "done" and ended is None
    incident: Row = {
        "incident_id": str(key),
        "title": title,
        "severity_stated": pick(fields, "priority.name"),
        "services": tuple(_services(fields)) or None,
        # A ticket says when somebody wrote it: it was detected then, and had started about then.
        "started": moment(created),
        "started_certainty": "approx",
        "detected": moment(created),
        "resolved": moment(ended),
        "resolved_certainty": "open" if open_ else None,
    }
    return [*made, (known(incident), "INCIDENTS")]


def _services(fields: dict[str, Any]) -> list[str]:
    given = pick(fields, "components")
    return [str(n) for one in given if (n := pick(one, "name"))] if isinstance(given, list) else []


def _change(history: dict[str, Any], change: dict[str, Any], ids: Ids, *, key: str, of: str) -> Row:
    field = str(pick(change, "field") or "field")
    before, after = (
        (pick(change, "fromString") or pick(change, "from")),
        (pick(change, "toString") or pick(change, "to")),
    )
    written = pick(history, "created")
    row: Row = {
        "time": moment(written),
        "time_stated": written,
        "source_id": ids.of(of, pick(history, "id") or written, field),
        "kind": "observation",
        "text": f"{key} {field}: {_short(before)} → {_short(after)}",
        "relates_to": of,
        "field": field,
        "state": str(after) if after is not None and field == "status" else None,
        **_who(pick(history, "author")),
    }
    if field.lower() == "status" and after is not None:
        if DONE.search(str(after)):
            row |= {"kind": "action", "relation": "resolves"}
        elif WORKED_ON.search(str(after)):
            row |= {"kind": "acknowledgement", "relation": "acknowledges"}
    elif field.lower() not in ("priority", "severity", "resolution", "assignee"):
        row["include"] = False
    return row


def _short(value: Any) -> str:
    text = "none" if value in (None, "") else str(value)
    return text if len(text) <= 200 else text[:199] + "…"


def read(text: str, context: Context) -> Iterator[Item]:
    """Rows of every issue, an issue's own together."""
    ids, count = Ids(), 0
    for issue, start, end in records(text, "issues"):
        count += 1
        rows = attempt(rows_of, issue, ids, context) if isinstance(issue, dict) else None
        if rows is None:
            yield Item(None, start, end)
            continue
        for row, frame in rows:
            yield Item(row, start, end, frame=frame)
    total = re.search(r'"total"\s*:\s*(\d+)', text[:2000]) if text.lstrip()[:1] == "{" else None
    if total and int(total[1]) > count and '"issues"' in text[:5000]:
        context.warn(f"total is {int(total[1]):,}, the export holds {count:,} issues: there are further pages")
    if told(text, "nextPageToken"):
        context.warn("nextPageToken is set: there are further pages")
    at_limit(count, context, limits=frozenset({50, 100, 1000}))


_FIELDS = pattern(
    rb'"(issuetype|summary|creator|project|reporter|assignee|priority|resolutiondate|status|histories|fromString)"\s*:'
)


def recognise(head: bytes) -> Match | None:
    """By an issue's `key` and `fields`, and by changes of fields."""
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if text[:1] not in (b"{", b"["):
        return None
    keys = {m[1] for m in _FIELDS.finditer(text)}
    if b'"fields"' in text and b'"key"' in text and (len(keys) >= 4 or {b"histories", b"fromString"} <= keys):
        return Match(0.94, "issues with key and fields, or a changelog")
    return None


FORMAT = Format(
    name="jira",
    title="Jira issues with changelog",
    yields="TIMELINE",
    also=("INCIDENTS",),
    reference="https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-search/",
    sample='{"total": 1, "issues": [\n {"id": "1", "key": "MADE-1", "fields": {"summary": "made up", "issuetype": '
    '{"name": "Incident"}, "project": {"key": "MADE"}, "priority": {"name": "High"}, "created": '
    '"2026-01-02T10:00:00.000+0000"},\n "changelog": {"total": 1, "histories": [{"id": "7", "created": '
    '"2026-01-02T11:00:00.000+0000", "items": [{"field": "status", "fromString": "Open", "toString": "Done"}]}]}}]}\n',
    recognise=recognise,
    read=read,
)
