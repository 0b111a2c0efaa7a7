"""AWS Incident Manager: incident records, their summaries and timeline events, as the command line prints them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from incident_analysis.format import Context, Format, Item, Match, Row
from incident_analysis.formats import objects, told
from incident_analysis.formats.told import INCIDENTS, TIMELINE, Made

#: What the levels of `impact` mean by Amazon's documentation.
_IMPACT = {1: "1 critical", 2: "2 high", 3: "3 medium", 4: "4 low", 5: "5 no impact"}
_ARN = "incidentRecordArn"


def make(record: dict[str, Any], context: Context) -> Made:
    """An incident, or an event of one."""
    for key in ("incidentRecord", "event"):
        if isinstance(record.get(key), dict):
            record = record[key]
    if "eventTime" in record:
        yield _event(record), TIMELINE
        return
    name = told.name(record["arn"])
    status = str(record.get("status") or "").upper()
    created = told.required(objects.stamp(record["creationTime"]))
    done = objects.stamp(record.get("resolvedTime"))
    title = record.get("title")
    row: Row = {
        "incident_id": name.rsplit("/", 1)[-1],
        "title": title,
        "severity_stated": _IMPACT.get(record.get("impact") or 0, objects.text_of(record.get("impact"))),
        "services": [],
        "started": created,
        **told.ending(done, None if not status else status == "RESOLVED"),
        "provider": "aws_incident_manager",
        "kind": "incident",
        "updated_at": objects.stamp(record.get("lastModifiedTime")),
        "status": status.lower(),
        "response_plan": name.split(":incident-record/")[-1].split("/")[0] if ":incident-record/" in name else None,
        "origin": objects.pick(record, "incidentRecordSource.source"),
        "summary": record.get("summary"),
        "arn": name,
    }
    yield row, INCIDENTS
    machine = objects.pick(record, "incidentRecordSource.source") not in (None, "aws.ssm-incidents.custom")
    yield (
        {
            "time": created,
            "time_stated": str(record["creationTime"]),
            "kind": "alert",
            "actor": "system" if machine else "staff",
            "automatic": machine,
            "criticality": row["severity_stated"],
            "text": title,
            "source_id": f"{row['incident_id']}/created",
            "incident_id": row["incident_id"],
        },
        TIMELINE,
    )
    if done is not None:
        yield (
            {
                "time": done,
                "time_stated": str(record["resolvedTime"]),
                "kind": "action",
                "text": f"resolved: {title}",
                "milestone": "resolved",
                "source_id": f"{row['incident_id']}/resolved",
                "incident_id": row["incident_id"],
            },
            TIMELINE,
        )


def _event(record: dict[str, Any]) -> Row:
    kind = str(record.get("eventType") or "")
    said = _data(record.get("eventData"))
    lower = kind.lower()
    return {
        "time": told.required(objects.stamp(record["eventTime"])),
        "time_stated": str(record["eventTime"]),
        "kind": "alert"
        if "trigger" in lower
        else "communication"
        if "note" in lower or "contact" in lower
        else "observation",
        "text": f"{kind}: {said}" if said else kind,
        "source_id": told.name(record["eventId"]),
        "incident_id": str(record.get(_ARN) or "").rsplit("/", 1)[-1],
        "entry_type": kind,
        "details": objects.text_of(record.get("eventReferences")),
    }


def _data(given: Any) -> str:
    """The event's data: JSON inside a text."""
    if not isinstance(given, str):
        return objects.text_of(given) or ""
    try:
        inner = json.loads(given)
    except ValueError:
        return given
    return inner if isinstance(inner, str) else given


def read(text: str, context: Context) -> Iterator[Item]:
    """Records of an answer."""
    yield from told.linked(told.items(text, context, make, "incidentRecordSummaries", "eventSummaries"))
    told.pages(text, context, "nextToken", "NextToken")


def recognise(head: bytes) -> Match | None:
    """By the names around the records."""
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if text[:1] not in (b"{", b"["):
        return None
    marks = (b'"incidentRecord"', b'"incidentRecordSummaries"', b'"incidentRecordArn"', b"incident-record/")
    named = any(mark in text for mark in marks) or (b'"eventSummaries"' in text and b'"eventType"' in text)
    return Match(0.96, "AWS Incident Manager") if named else None


FORMAT = Format(
    name="aws_incident_manager",
    title="AWS Incident Manager",
    reference="https://docs.aws.amazon.com/incident-manager/latest/APIReference/API_IncidentRecord.html and "
    "API_EventSummary.html; no timeline events were at hand",
    sample='{"incidentRecord": {"arn": "arn:aws:ssm-incidents::000000000000:incident-record/Plan/made-up-1", '
    '"creationTime": "2026-01-02T10:00:00+00:00", "dedupeString": "x", "impact": 2, "incidentRecordSource": '
    '{"source": "aws.cloudwatch"}, "lastModifiedTime": "2026-01-02T10:40:00+00:00", '
    '"resolvedTime": "2026-01-02T10:40:00+00:00", "status": "RESOLVED", "title": "Made up"}}\n',
    recognise=recognise,
    read=read,
    yields=INCIDENTS,
    also=(TIMELINE,),
)
