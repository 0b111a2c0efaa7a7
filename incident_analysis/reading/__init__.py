"""Reading: from folders and exports to frames."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from incident_analysis.reading.logs import count_logs, read_logs
from incident_analysis.reading.recognise import FormatError, OtherFrameError

if TYPE_CHECKING:
    from incident_analysis.reading.batches import log_batches
    from incident_analysis.reading.describing import describe_logs, gap_rows, source_rows
    from incident_analysis.reading.events import read_timeline
    from incident_analysis.reading.incident_rows import incidents, read_incidents
    from incident_analysis.reading.messages import frequent_messages
    from incident_analysis.reading.metrics import read_metrics
    from incident_analysis.reading.sources import evidence, subject
    from incident_analysis.reading.writing import write_rows

# Who reads logs need not wait for what reads chats and checks incidents: the others are imported when asked for.
_HOME = {
    "describe_logs": "describing",
    "evidence": "sources",
    "frequent_messages": "messages",
    "gap_rows": "describing",
    "incidents": "incident_rows",
    "log_batches": "batches",
    "read_incidents": "incident_rows",
    "read_metrics": "metrics",
    "read_timeline": "events",
    "source_rows": "describing",
    "subject": "sources",
    "write_rows": "writing",
}

__all__ = [
    "FormatError",
    "OtherFrameError",
    "count_logs",
    "describe_logs",
    "evidence",
    "frequent_messages",
    "gap_rows",
    "incidents",
    "log_batches",
    "read_incidents",
    "read_logs",
    "read_metrics",
    "read_timeline",
    "source_rows",
    "subject",
    "write_rows",
]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        found = getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)
        globals()[name] = found
        return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
