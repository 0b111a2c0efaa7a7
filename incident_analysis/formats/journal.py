"""Fields of systemd's journal as rows: the same for its JSON, its export and its verbose output."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from incident_analysis import clock, severity
from incident_analysis.format import Row
from incident_analysis.formats.objects import adopt

_NAMES = {
    "_SYSTEMD_UNIT": "unit",
    "_TRANSPORT": "transport",
    "_BOOT_ID": "boot_id",
    "_SOURCE_REALTIME_TIMESTAMP": "said_us",
}
_USED = {"__REALTIME_TIMESTAMP", "PRIORITY", "MESSAGE", "_HOSTNAME", "_PID"}


def row_of(fields: Mapping[str, Any]) -> Row:
    """An entry's row: `unit pid transport boot_id said_us` beside the common fields, all others under their own names.

    `said_us` is the sender's own word for its time, in microseconds since 1970.

    The time is when the journal received the entry; it has one for each.
    """
    priority = text_of(fields.get("PRIORITY"))
    service = text_of(fields.get("SYSLOG_IDENTIFIER")) or text_of(fields.get("_COMM"))
    pid = text_of(fields.get("_PID")) or text_of(fields.get("SYSLOG_PID"))
    known = priority is not None and priority.isdigit() and int(priority) < 8
    row: Row = {
        "time": clock.epoch(text_of(fields.get("__REALTIME_TIMESTAMP")) or "", unit="us"),
        "severity_text": severity.SYSLOG_NAMES[int(priority or 0)] if known else priority,
        "severity_number": severity.SYSLOG[int(priority or 0)] if known else None,
        "service": service or (text_of(fields.get("_SYSTEMD_UNIT")) or "").removesuffix(".service"),
        "host": text_of(fields.get("_HOSTNAME")),
        "message": text_of(fields.get("MESSAGE")) or "",
        "pid": int(pid) if pid and pid.isdigit() and len(pid) < 18 else None,
    }
    for name, column in _NAMES.items():
        value = text_of(fields.get(name))
        row[column] = int(value) if column == "said_us" and value and value.isdigit() and len(value) < 19 else value
    rest = {k: text_of(v) for k, v in fields.items() if k not in _USED and k not in _NAMES}
    return adopt(row, rest, prefix="attributes")


def text_of(value: Any) -> str | None:
    """A field's text: bytes as a list of numbers where it is no UTF-8, several values joined, None where it was
    too long.
    """
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, list):
        if value and all(isinstance(v, int) and not isinstance(v, bool) and 0 <= v < 256 for v in value):
            return bytes(value).decode("utf-8", "backslashreplace")
        return "\n".join(filter(None, (text_of(v) for v in value)))
    return str(value)
