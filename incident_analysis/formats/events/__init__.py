"""Formats of events: alerts, chats, tickets, incidents and their histories; one file each, a new one adds its line."""

from types import ModuleType

from incident_analysis.format import Format
from incident_analysis.formats.events import (
    aws_status,
    gcp_status,
    github_status_lines,
    incident_atlas,
    servicenow_log,
)

#: Those of the modules above, by name.
FORMATS: tuple[Format, ...] = tuple(
    module.FORMAT for _, module in sorted(globals().items()) if isinstance(module, ModuleType)
)
