"""AWS Health: events of an account (`describe-events`, their details, EventBridge), and the public dashboard's events.

Written from the documentation: no sample was at hand. `startTime` and `endTime` are `started` and `restored`; the
public dashboard's log of updates gives the timeline.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from typing import Any

from incident_analysis.clock import SECOND, Stamp
from incident_analysis.format import Context, Format, Item, Match, Row
from incident_analysis.formats import objects, told
from incident_analysis.formats.told import INCIDENTS, TIMELINE, Made


def moment(value: Any) -> Stamp | None:
    """A time as AWS writes it: epoch seconds, ISO 8601, or "Thu, 27 Jan 2022 06:07:10 GMT" in EventBridge."""
    found = objects.stamp(value)
    if found is None and isinstance(value, str) and re.match(r"[A-Z][a-z]{2}, \d", value):
        found = Stamp(int(parsedate_to_datetime(value).timestamp()) * SECOND, True)
    return found


def make(record: dict[str, Any], context: Context) -> Made:
    """An event of the account, or of the public dashboard."""
    said = objects.pick(record, "eventDescription.latestDescription")
    for key in ("detail", "event"):
        if isinstance(record.get(key), dict):
            record = record[key]
    if "event_log" in record:
        return _public(record)
    return _account(record, said)


def _account(record: dict[str, Any], said: Any) -> Made:
    name = str(record.get("eventArn") or record["arn"])
    category = str(record.get("eventTypeCategory") or "")
    status = str(record.get("statusCode") or "").lower()
    start, end = moment(record["startTime"]), moment(record.get("endTime"))
    descriptions = record.get("eventDescription")
    if said is None and isinstance(descriptions, list):
        said = next((d.get("latestDescription") for d in descriptions if isinstance(d, dict)), None)
    code = record.get("eventTypeCode")
    over = None if not status else status == "closed"
    service = str(record.get("service") or "")
    row: Row = {
        "incident_id": name,
        "title": code,
        "organisation": "Amazon Web Services",
        "severity_stated": category,
        "services": [service] if service else [],
        "started": told.required(start),
        "restored": end,
        "restored_certainty": "" if end else "open" if over is False else "unknown",
        **told.ending(end, over),
        "provider": "aws_health",
        "kind": "maintenance" if category == "scheduledChange" else "incident",
        "updated_at": moment(record.get("lastUpdatedTime")),
        "status": status,
        "region": record.get("region") or record.get("eventRegion"),
        "text": said,
    }
    yield row, INCIDENTS
    shared = {"actor": "third_party", "service": service, "incident_id": name}
    yield (
        {
            "time": start,
            "time_stated": str(record["startTime"]),
            "kind": "failure" if category == "issue" else "communication",
            "text": f"{code}: {said}" if said else code,
            "source_id": f"{name}/start",
            "end": end,
            **shared,
        },
        TIMELINE,
    )
    if end is not None:
        yield (
            {
                "time": end,
                "time_stated": str(record["endTime"]),
                "kind": "observation",
                "text": f"over: {code}",
                "source_id": f"{name}/end",
                **shared,
            },
            TIMELINE,
        )


def _public(record: dict[str, Any]) -> Made:
    name = str(record.get("arn") or f"{record['service']}-{record['date']}")
    log = [entry for entry in record["event_log"] if isinstance(entry, dict)]
    times = [moment(entry.get("timestamp")) for entry in log]
    known = sorted((t for t in times if t is not None), key=lambda t: t.ns)
    start = told.required(moment(record.get("date")) or (known[0] if known else None))
    end = moment(record.get("end_time"))
    over = "[RESOLVED]" in str(record.get("summary") or "") or str(record.get("status")) == "0"
    title = re.sub(r"^\s*\[RESOLVED\]\s*", "", str(record.get("summary") or ""))
    service = str(record.get("service_name") or record.get("service") or "")
    row: Row = {
        "incident_id": name,
        "title": title,
        "organisation": "Amazon Web Services",
        "severity_stated": objects.text_of(record.get("status")),
        "services": [service] if service else [],
        "started": start,
        **told.ending(end or (known[-1] if over and known else None), over),
        "provider": "aws_health",
        "kind": "incident",
        "published_at": known[0] if known else start,
        "region": record.get("region_name"),
    }
    yield row, INCIDENTS
    for number, (entry, time) in enumerate(zip(log, times, strict=True), 1):
        yield (
            {
                "time": time,
                "time_stated": str(entry.get("timestamp") or ""),
                "kind": "communication",
                "actor": "third_party",
                "text": told.text_of_html(entry.get("message")) or entry.get("summary"),
                "service": service,
                "source_id": f"{name}/{number}",
                "incident_id": name,
                "title": entry.get("summary"),
            },
            TIMELINE,
        )


def read(text: str, context: Context) -> Iterator[Item]:
    """Events of an answer."""
    yield from told.items(text, context, make, "events", "successfulSet")
    told.pages(text, context, "nextToken", "NextToken")


def recognise(head: bytes) -> Match | None:
    """By the names of AWS Health."""
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if text[:1] not in (b"{", b"["):
        return None
    if b'"eventTypeCategory"' in text and b'"startTime"' in text:
        return Match(0.96, "events of AWS Health")
    if b'"event_log"' in text and b'"service' in text and b'"message"' in text:
        return Match(0.95, "events of AWS's public dashboard")
    return None


FORMAT = Format(
    name="aws_health",
    title="AWS Health events",
    reference="https://docs.aws.amazon.com/health/latest/APIReference/API_Event.html; no sample was at hand",
    sample='{"events": [{"arn": "arn:aws:health:us-east-1::event/EC2/AWS_EC2_OPERATIONAL_ISSUE/made_up", '
    '"service": "EC2", "eventTypeCode": "AWS_EC2_OPERATIONAL_ISSUE", "eventTypeCategory": "issue", '
    '"region": "us-east-1", "startTime": "2026-01-02T10:00:00+00:00", "endTime": "2026-01-02T10:40:00+00:00", '
    '"lastUpdatedTime": "2026-01-02T10:41:00+00:00", "statusCode": "closed", "eventScopeCode": "PUBLIC"}]}\n',
    recognise=recognise,
    read=read,
    yields=INCIDENTS,
    also=(TIMELINE,),
)
