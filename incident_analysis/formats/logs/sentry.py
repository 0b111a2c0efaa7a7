"""Sentry events as JSON: one event, a list of them, one a line, or an envelope as SDKs send it; and lists of issues.

`timestamp` is seconds since 1970 with a fraction, or ISO 8601 in UTC; the web API says `dateCreated`. Tags are pairs
or objects. Breadcrumbs stay as JSON in a column of their own: they are what led to the event, not events. An issue
is many events: its time is that of the last one, `count` tells how many.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from incident_analysis.format import Context, Format, Item, Match, Row
from incident_analysis.formats.objects import (
    Once,
    adopt,
    at_limit,
    attempt,
    pick,
    records,
    text_of,
    utc,
    whole,
    without,
)
from incident_analysis.patterns import pattern

_TAKEN = (
    "timestamp datetime dateCreated received level message logentry exception tags contexts breadcrumbs request user "
    "sdk modules extra server_name platform logger environment release transaction culprit event_id eventID entries "
    "metadata"
).split()
#: Keys of an envelope's heading, and of what stands before each of its parts.
_ENVELOPE = {"event_id", "sent_at", "dsn", "sdk", "trace"}
_PART = {"type", "length", "content_type", "filename", "attachment_type", "item_count", "platform"}


def row_of(event: dict[str, Any]) -> Row | None:
    """A row from an event."""
    when = pick(event, "timestamp", "datetime", "dateCreated", "received")
    values = pick(event, "exception.values") or pick(_entry(event, "exception"), "values") or []
    last = values[-1] if isinstance(values, list) and values and isinstance(values[-1], dict) else {}
    if when is None and not last and pick(event, "event_id", "eventID") is None:
        return None
    tags = _tags(pick(event, "tags"))
    raised = ": ".join(str(x) for x in (pick(last, "type"), pick(last, "value")) if x)
    said = pick(event, "logentry.formatted", "logentry.message", "message", "title")
    row: Row = {
        "time": utc(when),
        "severity_text": pick(event, "level") or tags.get("level", ""),
        "service": pick(event, "project_name", "project.slug", "projectSlug") or pick(event, "project"),
        "host": pick(event, "server_name") or tags.get("server_name"),
        "message": text_of(said) or raised or text_of(pick(event, "culprit")),
        "exception_type": pick(last, "type"),
        "exception_value": pick(last, "value"),
        "exception": text_of(values) if values else None,
        "culprit": pick(event, "culprit"),
        "transaction": pick(event, "transaction") or tags.get("transaction"),
        "logger": pick(event, "logger") or tags.get("logger"),
        "environment": pick(event, "environment") or tags.get("environment"),
        "release": text_of(pick(event, "release.version", "release")) or tags.get("release"),
        "platform": pick(event, "platform"),
        "event_id": pick(event, "event_id", "eventID"),
        "trace_id": pick(event, "contexts.trace.trace_id"),
        "span_id": pick(event, "contexts.trace.span_id"),
        "path": pick(event, "request.url"),
        "method": pick(event, "request.method"),
        "user": text_of(pick(event, "user")),
        "tags": ",".join(f"{k}:{v}" for k, v in tags.items()) or None,
        "breadcrumbs": text_of(pick(event, "breadcrumbs.values") or pick(event, "breadcrumbs")),
        "contexts": text_of(pick(event, "contexts")),
        "request": text_of(pick(event, "request")),
        "extra": text_of(pick(event, "extra") or None),
        "entries": text_of(pick(event, "entries") or None),
        "sdk": text_of(pick(event, "sdk")),
        "modules": text_of(pick(event, "modules")),
        "metadata": text_of(pick(event, "metadata")),
        "received": pick(event, "received"),
    }
    if raised and row["message"] and raised not in str(row["message"]):
        row["message"] = f"{row['message']} ({raised})"
    return adopt({k: str(v) if k == "service" else v for k, v in row.items() if v is not None}, without(event, *_TAKEN))


def _issue_of(issue: dict[str, Any]) -> Row | None:
    """A row from an issue: its last event stands for all, and `count` tells how many."""
    project = pick(issue, "project")
    row = row_of(without(issue, "firstSeen", "lastSeen", "count", "project", "stats", "assignedTo") | _seen(issue))
    if row is None:
        return None
    number = whole(pick(issue, "count"))
    own: Row = {
        "service": pick(project, "slug", "name"),
        "count": number,
        "first_seen": pick(issue, "firstSeen"),
    }
    return row | {k: v for k, v in own.items() if v is not None}


def _seen(issue: dict[str, Any]) -> dict[str, Any]:
    return {"timestamp": pick(issue, "lastSeen") or pick(issue, "firstSeen")}


def _entry(event: dict[str, Any], kind: str) -> Any:
    """Of the web API: the part of a kind among `entries`."""
    entries = event.get("entries")
    for entry in entries if isinstance(entries, list) else []:
        if isinstance(entry, dict) and entry.get("type") == kind:
            return entry.get("data")
    return None


def _tags(given: Any) -> dict[str, str]:
    if isinstance(given, dict):
        return {str(k): str(v) for k, v in given.items()}
    made = {}
    for tag in given if isinstance(given, list) else []:
        if isinstance(tag, list) and len(tag) == 2:
            made[str(tag[0])] = str(tag[1])
        elif isinstance(tag, dict) and "key" in tag:
            made[str(tag["key"])] = str(tag.get("value"))
    return made


def read(text: str, context: Context) -> Iterator[Item]:
    """Events of any of the shapes."""
    count, ids = 0, Once()
    for event, start, end in records(text):
        if isinstance(event, dict) and event and (set(event) <= _ENVELOPE or ("type" in event and set(event) <= _PART)):
            # What an envelope says of itself and of the part that follows.
            continue
        count += 1
        make = _issue_of if isinstance(event, dict) and "shortId" in event and "lastSeen" in event else row_of
        row = attempt(make, event) if isinstance(event, dict) else None
        ids.see((row or {}).get("event_id"))
        yield Item(row, start, end)
    ids.tell(context, "event_id")
    # The web API gives a hundred events a page.
    at_limit(count, context, limits=frozenset({100, 1000}))


_KEYS = pattern(
    rb'"(exception|breadcrumbs|culprit|event_id|eventID|sdk|groupID|contexts|platform|transaction_info|dateCreated|logentry)"\s*:'
)


_ISSUE = tuple(
    pattern(rb'"' + name + rb'"\s*:') for name in (b"shortId", b"culprit", b"firstSeen", b"lastSeen", b"level")
)


def recognise(head: bytes) -> Match | None:
    """By the keys of an event."""
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if text[:1] not in (b"{", b"["):
        return None
    if all(key.search(text) for key in _ISSUE):
        return Match(0.92, "issues of Sentry")
    keys = {m[1] for m in _KEYS.finditer(text)}
    sure = b'"sentry.' in text or len(keys & {b"culprit", b"breadcrumbs", b"groupID", b"sdk"}) >= 2
    if len(keys) < 3 or not (b"platform" in keys or b"event_id" in keys or b"eventID" in keys) or not sure:
        return None
    return Match(0.92, "events of Sentry")


FORMAT = Format(
    name="sentry",
    title="Sentry events",
    reference="https://develop.sentry.dev/sdk/data-model/event-payloads/",
    sample='{"event_id": "00000000000000000000000000000001", "timestamp": 1767348000.25, "platform": "python", '
    '"level": "error", "sdk": {"name": "sentry.python"}, "culprit": "shop in pay",\n "exception": {"values": [{"type": '
    '"LostError", "value": "lost"}]}, "tags": [["server_name", "made-up"]]}\n',
    recognise=recognise,
    read=read,
)
