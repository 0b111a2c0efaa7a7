"""Opsgenie: incidents with or without their timeline, and alerts, as its interface gives them.

An incident is `started` at `impactStartDate`, which may differ from `createdAt`; `restored` at `impactEndDate`. Of an
alert `report.ackTime` and `report.closeTime` are milliseconds since it was created. Alerts are events, not incidents.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from incident_analysis.clock import Stamp
from incident_analysis.format import Context, Format, Item, Match, Row
from incident_analysis.formats import objects, told
from incident_analysis.formats.told import INCIDENTS, TIMELINE, Made

#: Types of timeline entries; others are observations.
_KINDS = {
    "IncidentOpened": "alert",
    "IncidentCreated": "alert",
    "IncidentReopened": "alert",
    "ResponderAlertCreated": "alert",
    "ResponderAlertAcked": "acknowledgement",
    "ResponderAlertClosed": "action",
    "IncidentResolved": "action",
    "IncidentClosed": "action",
    "IncidentResponderUserAdded": "action",
    "IncidentResponderTeamAdded": "action",
    "IncidentPriorityUpdated": "decision",
    "StatusPageAdded": "communication",
    "StatusPageUpdated": "communication",
    "StakeholderUpdateSent": "communication",
    "IncidentStakeholderUpdated": "communication",
}
_CLOSED = frozenset(("closed", "resolved"))


def make(record: dict[str, Any], context: Context) -> Made:
    """An incident with its entries, an alert, or an entry alone."""
    if isinstance(record.get("data"), dict) and "createdAt" in record["data"]:
        record = record["data"]
    if isinstance(record.get("alert"), dict) and "action" in record:
        yield _webhook(record, told.inside(record, "alert")), TIMELINE
    elif "eventTime" in record and "createdAt" not in record:
        yield _entry(record, None, "", set()), TIMELINE
    elif "impactStartDate" in record or "impactedServices" in record or "timelines" in record:
        yield from _incident(record)
    else:
        yield from _alert(record)


def _incident(record: dict[str, Any]) -> Made:
    name = told.name(record["id"])
    created = told.required(objects.stamp(record["createdAt"]))
    status = str(record.get("status") or "").lower()
    entries = [e for e in record.get("timelines") or () if isinstance(e, dict)]
    times: dict[str, list[Stamp]] = {}
    for entry in entries:
        time = objects.stamp(entry.get("eventTime"))
        if time is not None:
            times.setdefault(str(entry.get("type")), []).append(time)
    acks = sorted(times.get("ResponderAlertAcked", ()), key=lambda s: s.ns)
    ended = objects.stamp(record.get("impactEndDate"))
    resolved = sorted(times.get("IncidentResolved", ()), key=lambda s: s.ns)
    closed = sorted(times.get("IncidentClosed", ()), key=lambda s: s.ns)
    over = None if not status else status in _CLOSED
    done = next(reversed(resolved or closed), None) if over is not False else None
    row: Row = {
        "incident_id": name,
        "title": record.get("message"),
        "severity_stated": record.get("priority"),
        "services": told.names(record.get("impactedServices"), "name", "id"),
        "started": objects.stamp(record.get("impactStartDate")) or created,
        "detected": created,
        "acknowledged": acks[0] if acks else None,
        "restored": ended,
        "restored_certainty": "" if ended else "open" if over is False else "unknown",
        # Without its entries only the end of the impact tells when it was over.
        **told.ending(done or (ended if over else None), over),
        "provider": "opsgenie",
        "kind": "incident",
        "published_at": created,
        "updated_at": objects.stamp(record.get("updatedAt")),
        "status": status,
        "number": record.get("tinyId"),
        "tags": told.names(record.get("tags"), "name"),
        "url": objects.pick(record, "links.web"),
    }
    yield row, INCIDENTS
    seen: set[str] = set()
    for entry in reversed(entries):
        yield _entry(entry, name, str(record.get("message") or ""), seen), TIMELINE
    if not entries:
        yield (
            {
                "time": created,
                "time_stated": record["createdAt"],
                "kind": "alert",
                "criticality": record.get("priority"),
                "text": record.get("message"),
                "source_id": f"{name}/created",
                "incident_id": name,
            },
            TIMELINE,
        )


def _entry(entry: dict[str, Any], incident: str | None, title: str, seen: set[str]) -> Row:
    kind = str(entry.get("type") or "")
    name = str(entry.get("id") or f"{incident}/{kind}/{entry['eventTime']}")
    if name in seen:
        name = f"{name}/{len(seen)}"
    seen.add(name)
    actor = told.inside(entry, "actor")
    machine = actor.get("type") not in (None, "user") or actor.get("name") == "System"
    said = objects.pick(entry, "title.content", "title", "description.content")
    detail = objects.pick(entry, "description.content") if said is not None else None
    text = str(said) if isinstance(said, str) else re.sub(r"(?<=[a-z])(?=[A-Z])", " ", kind)
    return {
        "time": told.required(objects.stamp(entry["eventTime"])),
        "time_stated": entry["eventTime"],
        "kind": _KINDS.get(kind, "observation"),
        "actor": "system" if machine else "staff",
        "automatic": machine,
        "text": f"{text}: {title}" if title and kind == "IncidentOpened" else text,
        "note": detail if isinstance(detail, str) and detail != said else None,
        "milestone": "resolved" if kind == "IncidentResolved" else "",
        "source_id": name,
        "include": not entry.get("hidden"),
        "incident_id": incident,
        "entry_type": kind,
        "who": actor.get("name"),
    }


def _alert(record: dict[str, Any]) -> Made:
    name = told.name(record["id"])
    created = told.required(objects.stamp(record["createdAt"]))
    text = told.name(record["message"])
    shared = {"incident_id": name, "alias": record.get("alias"), "priority": record.get("priority")}
    yield (
        {
            "time": created,
            "time_stated": record["createdAt"],
            "kind": "alert",
            "actor": "system",
            "criticality": record.get("priority"),
            "text": text,
            "source_id": name,
            "status": record.get("status"),
            "count": objects.whole(record.get("count")),
            "tags": told.names(record.get("tags"), "name"),
            "origin": record.get("source"),
            **shared,
        },
        TIMELINE,
    )
    for key, stage, kind, who in (
        ("ackTime", "acknowledged", "acknowledgement", "acknowledgedBy"),
        ("closeTime", "closed", "action", "closedBy"),
    ):
        after = objects.real(objects.pick(record, f"report.{key}"))
        if after is None or (after == 0 and not objects.pick(record, f"report.{who}")):
            continue
        yield (
            {
                "time": Stamp(created.ns + round(after * 1_000_000), created.zoned),
                "kind": kind,
                "text": f"{stage}: {text}",
                "milestone": "resolved" if stage == "closed" else "",
                "relates_to": name,
                "relation": "acknowledges" if kind == "acknowledgement" else "resolves",
                "source_id": f"{name}/{stage}",
                "who": objects.pick(record, f"report.{who}"),
                **shared,
            },
            TIMELINE,
        )


def _webhook(record: dict[str, Any], alert: dict[str, Any]) -> Row:
    """What a webhook tells: `createdAt` is the alert's own, `updatedAt` that of the action, in nanoseconds."""
    action = told.name(record["action"])
    name = told.name(alert["alertId"])
    created = action == "Create"
    when = alert.get("createdAt") if created else alert.get("updatedAt") or alert.get("createdAt")
    kind = {"Create": "alert", "Acknowledge": "acknowledgement", "Close": "action", "AddNote": "observation"}
    row: Row = {
        "time": told.required(objects.stamp(when)),
        "time_stated": str(when),
        "kind": kind.get(action, "observation"),
        "text": str(alert.get("message")) if created else f"{action}: {alert.get('message')}",
        "note": alert.get("note"),
        "source_id": name if created else f"{name}/{action}/{when}",
        "incident_id": name,
        "who": alert.get("username"),
        "priority": alert.get("priority"),
        "entry_type": action,
    }
    if action in ("Acknowledge", "Close"):
        row |= {"relates_to": name, "relation": "acknowledges" if action == "Acknowledge" else "resolves"}
    return row


def read(text: str, context: Context) -> Iterator[Item]:
    """Incidents, alerts or entries of a page."""
    paths = ("data.entries",) if re.search(r'"data"\s*:\s*\{\s*"entries"', text) else ("data", "incidents", "alerts")
    yield from told.linked(told.items(text, context, make, *paths))
    told.pages(text, context, "next", "nextOffset")


def recognise(head: bytes) -> Match | None:
    """By the keys of incidents, alerts and entries."""
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if text[:1] not in (b"{", b"["):
        return None
    if b'"tinyId"' in text and b'"createdAt"' in text:
        return Match(0.96, "incidents or alerts of Opsgenie")
    if b'"eventTime"' in text and (b'"IncidentOpened"' in text or b'"ResponderAlert' in text):
        return Match(0.95, "an incident's timeline of Opsgenie")
    return None


FORMAT = Format(
    name="opsgenie",
    title="Opsgenie incidents and alerts",
    reference="https://docs.opsgenie.com/docs/incident-api, https://docs.opsgenie.com/docs/alert-api",
    sample='{"data": [{"id": "made-up-1", "tinyId": "1", "message": "Made up", "status": "closed", "tags": [], '
    '"impactedServices": [], "createdAt": "2026-01-02T10:05:00Z", "updatedAt": "2026-01-02T11:00:00Z", '
    '"priority": "P2", "impactStartDate": "2026-01-02T10:00:00Z", "impactEndDate": "2026-01-02T10:40:00Z", '
    '"timelines": [{"id": "t2", "group": "incident", "type": "IncidentResolved", "eventTime": "2026-01-02T10:45:00Z", '
    '"hidden": false, "actor": {"name": "Made Up", "type": "user"}, "title": {"type": "plain_text", '
    '"content": "Incident resolved"}}, {"id": "t1", "group": "incident", "type": "IncidentOpened", '
    '"eventTime": "2026-01-02T10:05:00Z", "hidden": false, "actor": {"name": "Made Up", "type": "user"}, '
    '"title": {"type": "plain_text", "content": "Incident opened"}}]}], "paging": {}}\n',
    recognise=recognise,
    read=read,
    yields=INCIDENTS,
    also=(TIMELINE,),
)
