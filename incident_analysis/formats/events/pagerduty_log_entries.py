"""PagerDuty: log entries (REST `GET /log_entries` or those of an incident), newest first: all that happened to it.

Notifications are kept, but not shown (`include` false): each page that goes out writes one. Acknowledgements and
resolutions are linked to the trigger of their incident that came before.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from incident_analysis.format import Context, Format, Item, Match, Row
from incident_analysis.formats import objects, pagerduty, told
from incident_analysis.formats.told import TIMELINE, Made

#: What each entry is; types that are not listed are observations.
_KINDS = {
    "trigger": "alert",
    "acknowledge": "acknowledgement",
    "unacknowledge": "observation",
    "resolve": "action",
    "escalate": "action",
    "assign": "action",
    "delegate": "action",
    "snooze": "action",
    "annotate": "observation",
    "notify": "communication",
    "status_update": "communication",
    "responder_request": "communication",
    "priority_change": "decision",
    "urgency_change": "decision",
    "merge": "action",
    "reopen": "alert",
}
_NOISE = frozenset(("notify", "exhaust_escalation_path", "repeat_escalation_path"))


def make(record: dict[str, Any], context: Context) -> Made:
    """An entry."""
    if isinstance(record.get("log_entry"), dict):
        record = record["log_entry"]
    stage = str(record["type"]).removesuffix("_reference").removesuffix("_log_entry")
    incident = record.get("incident")
    said = objects.pick(record, "channel.details.description", "event_details.description", "channel.summary")
    note = objects.pick(record, "channel.content", "note", "channel.details.note")
    summary = str(record.get("summary") or stage)
    text = f"{summary}: {said}" if isinstance(said, str) and said not in summary else summary
    row: Row = {
        "event_id": pagerduty.event_id(told.name(record["id"])),
        "time": told.required(objects.stamp(record["created_at"])),
        "time_stated": record["created_at"],
        "kind": _KINDS.get(stage, "observation"),
        "text": text,
        "note": note if isinstance(note, str) else None,
        "milestone": "resolved" if stage == "resolve" else "",
        "service": pagerduty.summary(record.get("service")),
        "source_id": told.name(record["id"]),
        "include": stage not in _NOISE,
        "incident_id": objects.pick(incident, "id"),
        "title": pagerduty.summary(incident),
        "entry_type": stage,
        "channel": objects.pick(record, "channel.type"),
        **pagerduty.by(record.get("agent")),
    }
    yield row, TIMELINE


def read(text: str, context: Context) -> Iterator[Item]:
    """Entries of a page."""
    yield from told.linked(told.items(text, context, make, "log_entries"))
    told.pages(text, context, *pagerduty.MORE)


def recognise(head: bytes) -> Match | None:
    """By the entries' types."""
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if text[:1] not in (b"{", b"[") or b"_log_entry" not in text or b'"incident_number"' in text:
        return None
    return Match(0.96, "log entries of PagerDuty") if b'"created_at"' in text and b'"agent"' in text else None


FORMAT = Format(
    name="pagerduty_log_entries",
    title="PagerDuty log entries",
    reference="https://developer.pagerduty.com/api-reference/c661e065403b5-list-log-entries",
    sample='{"log_entries": [{"id": "R2", "type": "acknowledge_log_entry", "summary": "Acknowledged by Made Up", '
    '"created_at": "2026-01-02T10:04:00Z", "agent": {"id": "PU1", "type": "user_reference", "summary": "Made Up"}, '
    '"channel": {"type": "mobile"}, "incident": {"id": "Q1", "type": "incident_reference", "summary": "Made up"}}, '
    '{"id": "R1", "type": "trigger_log_entry", "summary": "Triggered through the API", '
    '"created_at": "2026-01-02T10:00:00Z", "agent": {"id": "PS1", "type": "service_reference", "summary": "Shop"}, '
    '"channel": {"type": "api"}, "incident": {"id": "Q1", "type": "incident_reference", "summary": "[#7] Made up"}}], '
    '"limit": 25, "offset": 0, "more": false}\n',
    recognise=recognise,
    read=read,
    yields=TIMELINE,
)
