"""AWS CloudTrail: files of the trail (`Records`), answers of `lookup-events` (`Events`), or one event a line.

EventBridge wraps an event in `detail`. `eventTime` is UTC to the second. `lookup-events` wraps the event as a text in
`CloudTrailEvent`; its own `EventTime` is in the zone of who asked. CloudTrail has no levels: an event with an
`errorCode` counts as an error.
"""

from __future__ import annotations

import json
import re
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
    stamp,
    text_of,
    told,
    without,
)
from incident_analysis.patterns import pattern

_TAKEN = (
    "eventTime eventName eventSource userIdentity sourceIPAddress userAgent awsRegion errorCode errorMessage eventID "
    "requestID readOnly eventType recipientAccountId requestParameters responseElements eventVersion insightDetails "
    "resources tlsDetails"
).split()


def row_of(event: dict[str, Any], outer: dict[str, Any]) -> Row | None:
    """A row from an event and, where `lookup-events` wraps it, what stands around it."""
    when = stamp(pick(event, "eventTime")) or stamp(pick(outer, "EventTime"))
    name = pick(event, "eventName", "insightDetails.eventName") or pick(outer, "EventName")
    if when is None and name is None:
        return None
    identity = pick(event, "userIdentity")
    insight = pick(event, "insightDetails")
    error, said = pick(event, "errorCode"), pick(event, "errorMessage")
    message = ": ".join(str(part) for part in (name, error, said) if part)
    if insight is not None:
        message = f"Insight {pick(insight, 'state') or ''}: {name} ({pick(insight, 'insightType') or ''})"
    row: Row = {
        "time": when,
        "severity_number": 17 if error else 9,
        "service": pick(event, "eventSource", "insightDetails.eventSource") or pick(outer, "EventSource"),
        "message": message,
        "event_name": name,
        "user": pick(identity, "arn", "userName", "principalId", "invokedBy", "type") or pick(outer, "Username"),
        "client": pick(event, "sourceIPAddress"),
        "user_agent": pick(event, "userAgent"),
        "region": pick(event, "awsRegion"),
        "error_code": error,
        "error_message": said,
        "event_id": pick(event, "eventID") or pick(outer, "EventId"),
        "request_id": pick(event, "requestID"),
        "event_type": pick(event, "eventType"),
        "account": pick(event, "recipientAccountId"),
        "read_only": text_of(pick(event, "readOnly") if "readOnly" in event else pick(outer, "ReadOnly")),
        "user_identity": text_of(identity),
        "request_parameters": text_of(pick(event, "requestParameters")),
        "response_elements": text_of(pick(event, "responseElements")),
        "insight_details": text_of(insight),
        "resources": text_of(pick(event, "resources") or pick(outer, "Resources") or None),
        "tls_details": text_of(pick(event, "tlsDetails")),
    }
    return adopt({k: v for k, v in row.items() if v is not None}, without(event, *_TAKEN))


def read(text: str, context: Context) -> Iterator[Item]:
    """Events of any of the shapes."""
    count, ids = 0, Once()
    for given, start, end in records(text, "Records", "Events"):
        count += 1
        outer = given if isinstance(given, dict) else {}
        if isinstance(outer.get("detail"), dict) and "eventVersion" in outer["detail"]:
            # As EventBridge passes it on.
            outer = outer["detail"]
        event: Any = outer
        if "CloudTrailEvent" in outer:
            try:
                event = json.loads(outer["CloudTrailEvent"])
            except (TypeError, ValueError, RecursionError):
                context.warn("CloudTrailEvent is broken JSON: read from what stands around it")
                event = {"cloudtrail_event": text_of(outer["CloudTrailEvent"])}
        row = attempt(row_of, event, outer) if isinstance(event, dict) else None
        if row is not None:
            ids.see(row.get("event_id") if "<" not in str(row.get("event_id")) else None)
        yield Item(row, start, end)
    ids.tell(context, "eventID")
    # Requests of the records may have such a field too; where events are wrapped, theirs is inside a text.
    if '"CloudTrailEvent"' in text and told(text, "NextToken"):
        context.warn("the answer has a NextToken: more pages follow, it may be truncated")
    at_limit(count, context)


_KEYS = pattern(rb'"(?:eventVersion|CloudTrailEvent)"\s*:')


def recognise(head: bytes) -> Match | None:
    """By the keys of an event."""
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if text[:1] not in (b"{", b"[") or not _KEYS.search(text):
        return None
    if not re.search(rb'"(?:eventTime|EventTime)"\s*:', text) or b"aws" not in text.lower():
        return None
    return Match(0.94, "events of CloudTrail")


FORMAT = Format(
    name="cloudtrail",
    title="AWS CloudTrail",
    reference="https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html",
    sample='{"Records": [\n {"eventVersion": "1.08", "eventTime": "2026-01-02T10:00:00Z", '
    '"eventName": "StopInstances", "eventSource": "ec2.amazonaws.com", '
    '"awsRegion": "eu-west-1", "errorCode": "AccessDenied"}\n]}\n',
    recognise=recognise,
    read=read,
)
