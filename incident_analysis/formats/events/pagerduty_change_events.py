"""PagerDuty: change events (`GET /change_events`): deploys and other changes that build tools report."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from incident_analysis.format import Context, Format, Item, Match, Row
from incident_analysis.formats import objects, pagerduty, told
from incident_analysis.formats.told import TIMELINE, Made


def make(record: dict[str, Any], context: Context) -> Made:
    """A change."""
    if isinstance(record.get("change_event"), dict):
        record = record["change_event"]
    links = [link for link in record.get("links") or () if isinstance(link, dict)]
    row: Row = {
        "event_id": pagerduty.event_id(told.name(record["id"])),
        "time": told.required(objects.stamp(record["timestamp"])),
        "time_stated": record["timestamp"],
        "kind": "deploy",
        "actor": "system",
        "automatic": True,
        "text": record.get("summary"),
        "service": "; ".join(told.names(record.get("services"), "summary", "name")),
        "source_id": told.name(record["id"]),
        "origin": record.get("source"),
        "details": objects.text_of(record.get("custom_details")),
        "url": links[0].get("href") if links else None,
    }
    yield row, TIMELINE


def read(text: str, context: Context) -> Iterator[Item]:
    """Changes of a page."""
    yield from told.items(text, context, make, "change_events")
    told.pages(text, context, *pagerduty.MORE)


def recognise(head: bytes) -> Match | None:
    """By their type."""
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if text[:1] not in (b"{", b"[") or b'"timestamp"' not in text or b'"summary"' not in text:
        return None
    named = b'"change_events"' in text[:2000] or b'"change_event"' in text
    return Match(0.96, "change events of PagerDuty") if named else None


FORMAT = Format(
    name="pagerduty_change_events",
    title="PagerDuty change events",
    reference="https://developer.pagerduty.com/api-reference/b3A6Mjc0ODIzMA-list-change-events",
    sample='{"change_events": [{"summary": "Build Success - shop 1.2", "id": "01A", '
    '"timestamp": "2026-01-02T09:55:00Z", "type": "change_event", "source": "made-up-build", '
    '"services": [{"id": "PS1", "type": "service_reference"}], "custom_details": {"build_state": "passed"}, '
    '"links": [{"href": "https://example.com/1", "text": "Build"}]}], "limit": null, "more": false}\n',
    recognise=recognise,
    read=read,
    yields=TIMELINE,
)
