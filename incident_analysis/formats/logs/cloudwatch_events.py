"""CloudWatch Logs, events from the API (`aws logs get-log-events`, `filter-log-events`).

Times are milliseconds since 1970. Answers come in pages: `filter-log-events` gives `nextToken` while there is more;
`get-log-events` gives its tokens always, so that its last page does not show. `eventId` tells events that stand
twice.
"""

from __future__ import annotations

from collections.abc import Iterator

from incident_analysis import clock
from incident_analysis.format import Context, Format, Item, json_document
from incident_analysis.formats.objects import Once, adopt, at_limit, records, text_of, told, without


def read(text: str, context: Context) -> Iterator[Item]:
    """Events of one page, or of several one after another."""
    count, ids = 0, Once()
    for event, start, end in records(text, "events"):
        count += 1
        if not isinstance(event, dict) or "timestamp" not in event:
            yield Item(None, start, end)
            continue
        ids.see(event.get("eventId"))
        stream = event.get("logStreamName")
        row = {
            "time": clock.epoch(event["timestamp"], unit="ms"),
            "message": (text_of(event.get("message")) or "").rstrip("\n"),
            "log_stream": stream,
            "event_id": event.get("eventId"),
            "ingestion_time_ms": event.get("ingestionTime"),
        }
        others = without(event, "timestamp", "message", "logStreamName", "eventId", "ingestionTime")
        yield Item(adopt({k: v for k, v in row.items() if v is not None or k == "time"}, others), start, end)
    ids.tell(context, "eventId")
    if told(text, "nextToken"):
        context.warn("the answer has a nextToken: more pages follow, it may be truncated")
    elif told(text, "nextForwardToken"):
        context.warn("one page of get-log-events (its tokens do not tell whether more follow): it may be truncated")
    at_limit(count, context)


FORMAT = Format(
    name="cloudwatch_events",
    title="CloudWatch Logs events (API)",
    reference="https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html",
    sample='{"events": [\n'
    ' {"logStreamName": "made-up", "timestamp": 1767348000000, "message": "started", "ingestionTime": 1767348000500}\n'
    "]}\n",
    recognise=json_document(
        "events",
        "timestamp",
        "message",
        strength=0.8,
        why="a list of events",
        probe=lambda text: (
            b'"ingestionTime"' in text or b'"nextForwardToken"' in text or b'"searchedLogStreams"' in text
        ),
    ),
    read=read,
    inner="message",
)
