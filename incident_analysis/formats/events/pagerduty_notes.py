"""PagerDuty: notes of an incident (`GET /incidents/{id}/notes`): what people, or rules, wrote while it went on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from incident_analysis.format import Context, Format, Item, Match, Row
from incident_analysis.formats import objects, pagerduty, told
from incident_analysis.formats.happenings import kind_of_words
from incident_analysis.formats.told import TIMELINE, Made


def make(record: dict[str, Any], context: Context) -> Made:
    """A note."""
    who = pagerduty.by(record.get("user"))
    text = told.name(record["content"])
    row: Row = {
        "event_id": pagerduty.event_id(told.name(record["id"])),
        "time": told.required(objects.stamp(record["created_at"])),
        "time_stated": record["created_at"],
        "kind": kind_of_words(text, automatic=bool(who.get("automatic"))),
        "text": text,
        "source_id": told.name(record["id"]),
        "channel": pagerduty.summary(record.get("channel")),
        "updated_at": objects.stamp(record.get("updated_at")),
        **who,
    }
    yield row, TIMELINE


def read(text: str, context: Context) -> Iterator[Item]:
    """Notes of a page."""
    yield from told.items(text, context, make, "notes")
    told.pages(text, context, *pagerduty.MORE)


def recognise(head: bytes) -> Match | None:
    """By the keys of a note."""
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    wrapped = re.match(rb'\{\s*"notes"\s*:\s*\[', text) is not None
    reference = b'"content"' in text and b"user_reference" in text and b'"created_at"' in text
    if reference and (wrapped or text[:1] == b"[") and b"_log_entry" not in text:
        return Match(0.95 if wrapped else 0.85, "notes of PagerDuty")
    return None


FORMAT = Format(
    name="pagerduty_notes",
    title="PagerDuty incident notes",
    reference="https://developer.pagerduty.com/api-reference/a1ac30885eb7a-list-notes-for-an-incident",
    sample='{"notes": [{"id": "PN1", "user": {"id": "PU1", "type": "user_reference", "summary": "Made Up"}, '
    '"channel": {"summary": "The PagerDuty website or APIs"}, "content": "The queue is full again.", '
    '"created_at": "2026-01-02T05:12:00-05:00"}]}\n',
    recognise=recognise,
    read=read,
    yields=TIMELINE,
)
