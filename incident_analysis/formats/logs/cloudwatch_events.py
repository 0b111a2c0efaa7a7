"""CloudWatch Logs, events from the API (`aws logs get-log-events`, `filter-log-events`).

Times are milliseconds since 1970. Answers come in pages: `filter-log-events` gives `nextToken` while there is more;
`get-log-events` gives its tokens always, so that its last page does not show. `eventId` tells events that stand
twice. Subscriptions deliver batches of one stream (`logEvents`, by Kinesis, Firehose or Lambda): read as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from incident_analysis import clock
from incident_analysis.format import Context, Format, Item, Match, json_document
from incident_analysis.formats.objects import Once, adopt, at_limit, records, text_of, told, without
from incident_analysis.patterns import pattern

_BATCH = pattern(rb'"messageType"\s*:\s*"(?:DATA|CONTROL)_MESSAGE"')


def _events(text: str) -> Iterator[tuple[Any, int, int]]:
    """The events of the API's answer, or those of a subscription's batches; checks of the delivery are none."""
    if _BATCH.search(text[:20_000].encode()) is None:
        yield from records(text, "events")
        return
    for batch, start, end in records(text):
        if not isinstance(batch, dict) or not isinstance(batch.get("logEvents"), list):
            yield None, start, end
            continue
        if batch.get("messageType") == "CONTROL_MESSAGE":
            continue
        for event in batch["logEvents"]:
            if not isinstance(event, dict):
                yield None, start, end
                continue
            named = {"eventId": event.get("id"), "logStreamName": batch.get("logStream")}
            yield without(event, "id") | named | {"logGroupName": batch.get("logGroup")}, start, end


def read(text: str, context: Context) -> Iterator[Item]:
    """Events of one page, or of several one after another."""
    count, ids = 0, Once()
    for event, start, end in _events(text):
        count += 1
        if not isinstance(event, dict) or "timestamp" not in event:
            yield Item(None, start, end)
            continue
        ids.see(event.get("eventId"))
        stream, group = event.get("logStreamName"), event.get("logGroupName")
        row = {
            "time": clock.epoch(event["timestamp"], unit="ms"),
            "message": (text_of(event.get("message")) or "").rstrip("\n"),
            "log_group": group,
            "service": None if group is None else str(group).rsplit("/", 1)[-1],
            "log_stream": stream,
            "event_id": event.get("eventId"),
            "ingestion_time_ms": event.get("ingestionTime"),
        }
        others = without(event, "timestamp", "message", "logStreamName", "logGroupName", "eventId", "ingestionTime")
        yield Item(adopt({k: v for k, v in row.items() if v is not None or k == "time"}, others), start, end)
    ids.tell(context, "eventId")
    if told(text, "nextToken"):
        context.warn("the answer has a nextToken: more pages follow, it may be truncated")
    elif told(text, "nextForwardToken"):
        context.warn("one page of get-log-events (its tokens do not tell whether more follow): it may be truncated")
    at_limit(count, context)


_ANSWER = json_document(
    "events",
    "timestamp",
    "message",
    strength=0.8,
    why="a list of events",
    probe=lambda text: b'"ingestionTime"' in text or b'"nextForwardToken"' in text or b'"searchedLogStreams"' in text,
)
_BATCHES = json_document(
    "messageType", "logGroup", "logEvents", strength=0.93, why="batches of a subscription of CloudWatch Logs"
)


def recognise(head: bytes) -> Match | None:
    """By the keys of the API's answer, or of a subscription's batch."""
    return _BATCHES(head) or _ANSWER(head)


FORMAT = Format(
    name="cloudwatch_events",
    title="CloudWatch Logs events (API)",
    reference="https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html",
    sample='{"events": [\n'
    ' {"logStreamName": "made-up", "timestamp": 1767348000000, "message": "started", "ingestionTime": 1767348000500}\n'
    "]}\n",
    recognise=recognise,
    read=read,
    inner="message",
)
