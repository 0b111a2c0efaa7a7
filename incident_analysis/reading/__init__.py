"""Reading: from folders and exports to frames."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from incident_analysis.reading.batches import log_batches
from incident_analysis.reading.describing import describe_logs, gap_rows, source_rows
from incident_analysis.reading.events import read_timeline
from incident_analysis.reading.logs import count_logs, read_logs
from incident_analysis.reading.messages import frequent_messages
from incident_analysis.reading.metrics import read_metrics
from incident_analysis.reading.recognise import FormatError, OtherFrameError
from incident_analysis.reading.sources import evidence, subject
from incident_analysis.reading.writing import write_rows

if TYPE_CHECKING:
    from incident_analysis.reading.incident_rows import incidents, read_incidents

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
    # Who reads logs need not wait for what checks incidents.
    if name in ("incidents", "read_incidents"):
        from incident_analysis.reading.incident_rows import incidents, read_incidents

        return {"incidents": incidents, "read_incidents": read_incidents}[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
