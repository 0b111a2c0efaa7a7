"""Microsoft Teams: messages of a channel or chat as Graph gives them, HTML inside. From the documentation, no sample.

Messages of the system (somebody joined) are kept, but not shown; deleted ones have no text and say so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from incident_analysis.format import Context, Format, Item, Match, Row
from incident_analysis.formats import objects, told
from incident_analysis.formats.happenings import kind_of_words
from incident_analysis.formats.told import TIMELINE, Made


def make(record: dict[str, Any], context: Context) -> Made:
    """A message, and its answers where they came along."""
    yield _message(record), TIMELINE
    for answer in record.get("replies") or ():
        if isinstance(answer, dict) and answer.get("id"):
            yield _message({"replyToId": record["id"], **answer}), TIMELINE


def _message(record: dict[str, Any]) -> Row:
    body = told.inside(record, "body")
    content = str(body.get("content") or "")
    text = told.text_of_html(content) if body.get("contentType") != "text" else content
    system = record.get("messageType") not in (None, "message")
    who = objects.pick(record, "from.user.displayName", "from.application.displayName", "from.device.displayName")
    machine = objects.pick(record, "from.application") is not None or system
    if not text:
        text = told.text_of_html(objects.pick(record, "summary", "subject")) or _attached(record)
    if record.get("deletedDateTime"):
        text = "a message that was deleted"
    parent = record.get("replyToId")
    return {
        "time": told.required(objects.stamp(record["createdDateTime"])),
        "time_stated": record["createdDateTime"],
        "kind": kind_of_words(text, automatic=True) if machine and not system else "communication",
        "actor": "system" if machine else "staff",
        "automatic": machine,
        "text": text or "a message without text",
        "source_id": told.name(record["id"]),
        "relates_to": parent,
        "include": not system,
        "who": who,
        "thread": parent or told.name(record["id"]),
        "channel": objects.pick(record, "channelIdentity.channelId", "chatId"),
        "importance": record.get("importance"),
        "edited": objects.stamp(record.get("lastEditedDateTime")),
    }


def _attached(record: dict[str, Any]) -> str:
    names = told.names(record.get("attachments"), "name", "contentType")
    return f"[attached: {', '.join(names)}]" if names else ""


def read(text: str, context: Context) -> Iterator[Item]:
    """Messages of a page."""
    yield from told.items(text, context, make, "value")
    told.pages(text, context, "@odata.nextLink")


def recognise(head: bytes) -> Match | None:
    """By the keys of a message."""
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if text[:1] not in (b"{", b"[") or b'"createdDateTime"' not in text:
        return None
    body = re.search(rb'"body"\s*:\s*\{', text) is not None and b'"contentType"' in text
    return (
        Match(0.95, "messages of Microsoft Teams")
        if body and (b'"messageType"' in text or b'"replyToId"' in text)
        else None
    )


FORMAT = Format(
    name="ms_teams",
    title="Microsoft Teams messages (Graph)",
    reference="https://learn.microsoft.com/graph/api/resources/chatmessage; no sample was at hand",
    sample='{"value": [{"id": "1767348000250", "replyToId": null, "messageType": "message", '
    '"createdDateTime": "2026-01-02T10:00:00.25Z", "from": {"user": {"id": "u", "displayName": "Made Up"}}, '
    '"body": {"contentType": "html", "content": "<p>The queue is full.</p>"}, "attachments": []}]}\n',
    recognise=recognise,
    read=read,
    yields=TIMELINE,
)
