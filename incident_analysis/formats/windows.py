"""Events of Windows' event log as rows: the same for its XML, its JSON and the XML inside other tools' exports."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from incident_analysis import clock
from incident_analysis.clock import Stamp
from incident_analysis.format import Row, flat
from incident_analysis.formats.objects import adopt, text_of

#: Event schema, System/Level.
LEVELS = {0: "Information", 1: "Critical", 2: "Error", 3: "Warning", 4: "Information", 5: "Verbose"}
#: Keywords of the security log.
AUDIT_FAILURE, AUDIT_SUCCESS = 1 << 52, 1 << 53
_TAKEN = {
    "Provider",
    "EventID",
    "Level",
    "Keywords",
    "TimeCreated",
    "Computer",
    "Channel",
    "EventRecordID",
    "Execution",
}


def attribute(value: Any, name: str) -> Any:
    """An attribute of an element, however the dump writes attributes."""
    if not isinstance(value, Mapping):
        return None
    inner = value.get("#attributes")
    for held, key in ((inner, name), (value, f"@{name}"), (value, name), (value.get("attributes"), name)):
        if isinstance(held, Mapping) and held.get(key) is not None:
            return held[key]
    return None


def content(value: Any) -> Any:
    """An element's text, also where attributes stand beside it."""
    if isinstance(value, Mapping):
        return next((value[key] for key in ("#text", "#content", "$", "text") if key in value), None)
    return value


def whole(value: Any) -> int | None:
    """A number that may be written as text, also in hexadecimal."""
    try:
        return int(str(value).strip(), 0) if value is not None and value != "" else None
    except ValueError:
        return None


def severity(level: int | None, keywords: int | None) -> tuple[str, int | None]:
    """Level in words and severity number; the security log's level is always 0, its keywords tell success from
    failure.
    """
    if level in (None, 0) and keywords is not None:
        if keywords & AUDIT_FAILURE:
            return "Audit Failure", 13
        if keywords & AUDIT_SUCCESS:
            return "Audit Success", 9
    if level is None:
        return "", None
    text = LEVELS.get(level, str(level))
    return text, {1: 18, 2: 17, 3: 13, 5: 5}.get(level, 9 if level in LEVELS else None)


def row_of(event: Mapping[str, Any]) -> Row | None:
    """An event's row: `event_id channel record_id pid thread` beside the common fields, its data by their names.

    `event` has `System` and, mostly, `EventData` or `UserData`. None where it has no System.
    """
    system = event.get("System")
    if not isinstance(system, Mapping):
        return None
    words, number = severity(whole(content(system.get("Level"))), whole(content(system.get("Keywords"))))
    execution = system.get("Execution")
    row: Row = {
        "time": moment(attribute(system.get("TimeCreated"), "SystemTime")),
        "severity_text": words,
        "severity_number": number,
        "service": text_of(
            attribute(system.get("Provider"), "Name") or attribute(system.get("Provider"), "EventSourceName")
        ),
        "host": text_of(content(system.get("Computer"))),
        "message": "",
        "event_id": whole(content(system.get("EventID"))),
        "channel": text_of(content(system.get("Channel"))),
        "record_id": whole(content(system.get("EventRecordID"))),
        "pid": whole(attribute(execution, "ProcessID")),
        "thread": text_of(attribute(execution, "ThreadID")),
    }
    data: dict[str, Any] = {}
    for part in ("EventData", "UserData", "ProcessingErrorData"):
        inner = event.get(part)
        if isinstance(inner, Mapping):
            data |= flat({k: v for k, v in inner.items() if k != "#attributes"})
        elif inner is not None:
            data[part] = text_of(inner)
    rendered = event.get("RenderingInfo")
    said = content(rendered.get("Message")) if isinstance(rendered, Mapping) else None
    row["message"] = text_of(said) or _summary(row, data)
    row = adopt(row, data, prefix="data")
    rest = {k: v for k, v in system.items() if k not in _TAKEN and v is not None}
    return adopt(row, flat(rest), prefix="system")


def _summary(row: Row, data: Mapping[str, Any]) -> str:
    # The event's own sentence lives in the machine that wrote it; the data is what the export has.
    pairs = " ".join(f"{k}={v}" for k, v in data.items() if v not in (None, "", "-"))
    return f"{row['service'] or ''} {row['event_id'] if row['event_id'] is not None else ''}: {pairs}".strip()


def moment(value: Any) -> Stamp | None:
    """`SystemTime`: UTC by the schema, whether or not it says so."""
    found = clock.iso(value) if isinstance(value, str) else None
    return Stamp(found.ns, True) if found is not None else None
