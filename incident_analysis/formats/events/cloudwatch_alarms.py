"""Alarm history of Amazon CloudWatch (`describe-alarm-history`), and state changes as EventBridge and SNS send them.

The history comes newest first and has no ids: alarm, instant and kind make one. A change to ALARM is an alert; the
next change of the same alarm to OK resolves it; a change to INSUFFICIENT_DATA is an observation, since it says that
nothing was measured. Actions (a topic was told) and changes of the configuration are kept; the report leaves
actions out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from incident_analysis.format import Context, Format, Item, Match, Row, json_document
from incident_analysis.formats.happenings import Ids, known, utc_moment
from incident_analysis.formats.objects import adopt, at_limit, attempt, pick, records, text_of, told, without


def _inside(text: Any) -> dict[str, Any]:
    try:
        found = json.loads(text) if isinstance(text, str) else text
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def row_of(item: dict[str, Any], ids: Ids) -> Row | None:
    """A row of one item of the history."""
    written = pick(item, "Timestamp")
    name = pick(item, "AlarmName")
    what = pick(item, "HistoryItemType")
    if name is None or what is None:
        return None
    data = _inside(pick(item, "HistoryData"))
    state = pick(data, "newState.stateValue")
    reason = pick(data, "newState.stateReason")
    row: Row = {
        "time": utc_moment(written),
        "time_stated": None if written is None else str(written),
        "source_id": ids.of(name, written, what),
        "actor": "system",
        "automatic": True,
        "kind": "observation",
        "text": f"{name}: {pick(item, 'HistorySummary') or what}",
        "why": reason,
        "alarm": name,
        "alarm_type": pick(item, "AlarmType"),
        "item_type": what,
        "state": state,
        "state_before": pick(data, "oldState.stateValue"),
        "threshold": pick(data, "newState.stateReasonData.threshold"),
        "history_data": text_of(pick(item, "HistoryData")),
    }
    if what == "StateUpdate":
        row["kind"] = "alert" if state == "ALARM" else "observation"
    elif what == "ConfigurationUpdate":
        row |= {"kind": "action", "actor": "staff", "automatic": None, "who": pick(data, "userIdentity.arn")}
    elif what == "Action":
        row |= {"kind": "communication", "include": False}
    return adopt(
        known(row),
        without(item, "Timestamp", "AlarmName", "HistoryItemType", "HistoryData", "HistorySummary", "AlarmType"),
    )


def change_of(message: dict[str, Any], ids: Ids) -> Row | None:
    """A row of a state change as EventBridge (`detail`) or SNS (`NewStateValue`) sends it."""
    detail = pick(message, "detail")
    if isinstance(detail, dict):
        name, state = pick(detail, "alarmName"), pick(detail, "state.value")
        before, reason = pick(detail, "previousState.value"), pick(detail, "state.reason")
        written = pick(detail, "state.timestamp") or pick(message, "time")
    else:
        name, state = pick(message, "AlarmName"), pick(message, "NewStateValue")
        before, reason = pick(message, "OldStateValue"), pick(message, "NewStateReason")
        written = pick(message, "StateChangeTime")
    if name is None or state is None:
        return None
    return known(
        {
            "time": utc_moment(written),
            "time_stated": None if written is None else str(written),
            "source_id": ids.of(pick(message, "id") or name, written),
            "actor": "system",
            "automatic": True,
            "kind": "alert" if state == "ALARM" else "observation",
            "text": f"{name}: alarm updated from {before or 'unknown'} to {state}",
            "why": reason,
            "alarm": name,
            "item_type": "StateUpdate",
            "state": state,
            "state_before": before,
            "region": pick(message, "region", "Region"),
            "account": pick(message, "account", "AWSAccountId"),
        }
    )


def _link(rows: list[Row]) -> None:
    """An OK resolves the last ALARM of its alarm, in order of time."""
    changes = [r for r in rows if r.get("item_type") == "StateUpdate" and r["time"] is not None]
    last: dict[str, Row] = {}
    for row in sorted(changes, key=lambda r: r["time"].ns):
        if row.get("state") == "ALARM":
            last[row["alarm"]] = row
        elif row.get("state") == "OK" and (before := last.pop(row["alarm"], None)) is not None:
            row |= {"relates_to": before["source_id"], "relation": "resolves"}
            before["end"] = row["time"]


def read(text: str, context: Context) -> Iterator[Item]:
    """Items of the history, newest first as they stand."""
    ids = Ids()
    found: list[tuple[Row | None, int, int]] = []
    broken: ValueError | None = None
    try:
        for item, start, end in records(text, "AlarmHistoryItems"):
            row = None
            if isinstance(item, dict):
                history = "HistoryItemType" in item
                row = attempt(row_of if history else change_of, item, ids)
            found.append((row, start, end))
    except ValueError as error:
        broken = error
    _link([row for row, _, _ in found if row is not None])
    for row, start, end in found:
        yield Item(row, start, end)
    if broken is not None:
        raise broken
    if told(text, "NextToken"):
        context.warn("NextToken is set: there are further pages of this history")
    # A call gives at most 100 items.
    at_limit(len(found), context, limits=frozenset({100}))


def recognise(head: bytes) -> Match | None:
    """By the keys of its three shapes."""
    for keys in (
        ("HistoryItemType", "HistorySummary"),
        ("alarmName", "previousState", "detail-type"),
        ("AlarmName", "NewStateValue", "OldStateValue"),
    ):
        found = json_document(*keys)(head)
        if found is not None:
            return found
    return None


FORMAT = Format(
    name="cloudwatch_alarms",
    title="CloudWatch alarm history",
    yields="TIMELINE",
    reference="https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_AlarmHistoryItem.html "
    "(state changes of EventBridge and SNS: from documentation)",
    sample='{"AlarmHistoryItems": [\n {"AlarmName": "made-up", "Timestamp": "2026-01-02T10:00:00.250Z", '
    '"HistoryItemType": "StateUpdate", "HistorySummary": "Alarm updated from OK to ALARM", "HistoryData": '
    '"{\\"oldState\\":{\\"stateValue\\":\\"OK\\"},\\"newState\\":{\\"stateValue\\":\\"ALARM\\"}}"}]}\n',
    recognise=recognise,
    read=read,
)
