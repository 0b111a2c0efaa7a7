"""Azure Log Analytics (Azure Monitor logs), results saved as CSV, in UTC.

The portal writes the zone into the heading, `TimeGenerated [UTC]`, and the time as the browser's language has it;
other tools write `TimeGenerated` alone, which is UTC by the service's specification. Cells hold line ends. Results in
the browser's own zone are another format: azure_log_analytics_local.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from incident_analysis import severity
from incident_analysis.clock import Stamp
from incident_analysis.format import Context, Format, Item, Match, Row
from incident_analysis.formats import cells, dates
from incident_analysis.formats.objects import COMPOSED, adopt, at_limit, pick, whole
from incident_analysis.patterns import pattern

TIME = pattern(r"(TimeGenerated|TimeStamp|timestamp|Timestamp)(?: \[(.+)\])?")
#: Limits of the portal and of the API.
LIMITS = frozenset({1000, 10_000, 30_000, 500_000})
_LEVELS = ("Level", "SeverityLevel", "Severity", "EventLevelName", "LogLevel", "severityLevel", "AlertSeverity")
_MESSAGES = (
    "RenderedDescription SyslogMessage LogMessage LogEntry Message message ResultDescription RawData log_s Log_s "
    "OuterMessage outerMessage DisplayName Activity OperationName OperationNameValue Name name Description Category"
).split()
_SERVICES = ("AppRoleName", "cloud_RoleName", "ContainerName", "ServiceName", "ProcessName", "Source", "ProviderName")
_HOSTS = ("Computer", "HostName", "AppRoleInstance", "cloud_RoleInstance", "PodName", "Resource")
#: Columns that only Application Insights has; its own tool writes its times without a zone, in UTC.
_INSIGHTS = {"itemType", "operation_Id", "operation_Name", "cloud_RoleName", "cloud_RoleInstance", "customDimensions"}
#: Application Insights counts its levels; so do its exports.
_COUNTED = {"0": "verbose", "1": "information", "2": "warning", "3": "error", "4": "critical"}
#: Alerts are told apart by other words.
_ALERTS = {"high": 17, "medium": 13, "low": 10}


def row_of(fields: Mapping[str, Any], time: Stamp | None) -> Row:
    """A row from a record of any table, its time left out of `fields`."""
    level = pick(fields, *_LEVELS)
    text = "" if level is None else str(level)
    said = next((name for name in _MESSAGES if fields.get(name) not in (None, "")), "")
    row: Row = {
        "time": time,
        "severity_text": _COUNTED.get(text, text),
        "service": pick(fields, *_SERVICES) or pick(fields, "Type", "Category"),
        "host": pick(fields, *_HOSTS),
        "message": fields.get(said),
        "trace_id": pick(fields, "OperationId", "operation_Id"),
    }
    answered = whole(pick(fields, "resultCode", "ResultCode"))
    if answered is not None and 100 <= answered <= 599 and pick(fields, "url", "Url") is not None:
        # Requests and calls of Application Insights have no level.
        row["status"] = answered
        row["severity_number"] = severity.of_status(answered) if not text else None
    if text.lower() in _ALERTS:
        row["severity_number"] = _ALERTS[text.lower()]
    if not said:
        row[COMPOSED] = True
        skip = {"TenantId", "Type", "SourceSystem"}
        row["message"] = " ".join(f"{k}={v}" for k, v in fields.items() if k not in skip and v not in (None, ""))
    return adopt({k: v for k, v in row.items() if v is not None}, {k: v for k, v in fields.items() if k != said})


def time_column(names: list[str]) -> tuple[str, str]:
    """The column of times and the zone that the heading names; empty where there is none."""
    for name in names:
        match = TIME.fullmatch(name)
        if match:
            return name, match[2] or ""
    return "", ""


def read_table(text: str, context: Context, *, utc: bool) -> Iterator[Item]:
    """Records of the table; their times as UTC, or as a wall clock."""
    found = cells.table(text, ",")
    column, _ = time_column(found.names)
    given = list(found.records(context))
    kinds = cells.typed([f for f, _, _ in given if f is not None], [n for n in found.names if n != column])
    stamps, told = dates.column([None if f is None else f.get(column) for f, _, _ in given])
    if told:
        context.warn(told)
    for (fields, start, end), stamp in zip(given, stamps, strict=True):
        if fields is None:
            yield Item(None, start, end)
            continue
        if utc and stamp is not None:
            stamp = Stamp(stamp.ns, True)
        values = {n: cells.value_of(c, kinds.get(n)) for n, c in fields.items()}
        values.pop(column, None)
        if found.heading[0] == "":
            # The index that pandas adds says nothing.
            values.pop(found.names[0], None)
        yield Item(row_of(values, stamp), start, end)
    at_limit(len(given), context, limits=LIMITS)


def claim(head: bytes, *, local: bool) -> Match | None:
    """By the heading: a column of times, and others of the service."""
    names = cells.heading(head, ",")
    column, zone = time_column(names)
    if not column or (zone not in ("", "UTC")) != local or len(names) < 2:
        return None
    # PowerShell's Get-EventLog has a column of this name too, in local time.
    others = column != "TimeGenerated" and len(_INSIGHTS.intersection(names)) < 2
    if not zone and (others or "EntryType" in names):
        return None
    return Match(0.94 if zone else 0.9, f"a heading of Log Analytics: {column}")


def recognise(head: bytes) -> Match | None:
    """By the heading, where it says UTC or nothing."""
    return claim(head, local=False)


def read(text: str, context: Context) -> Iterator[Item]:
    """Records of the table, in UTC."""
    return read_table(text, context, utc=True)


FORMAT = Format(
    name="azure_log_analytics",
    title="Azure Log Analytics (CSV, UTC)",
    reference="https://learn.microsoft.com/azure/azure-monitor/logs/log-standard-columns",
    sample='"TimeGenerated [UTC]",Computer,SeverityLevel,Message\n'
    '"1/2/2026, 10:00:00.250 AM",made-up,err,"lost,\nand more"\n',
    recognise=recognise,
    read=read,
    zone_rule="header",
    inner="message",
)
