"""Events: alerts, chats, tickets, incidents and their histories, one file a source."""

from __future__ import annotations

from types import ModuleType

from incident_analysis.format import Format
from incident_analysis.formats.events import (
    alertmanager,
    cloudwatch_alarms,
    github_deploys,
    github_issues,
    github_timeline,
    jira,
    jira_csv,
    nagios,
    servicenow,
    servicenow_csv,
    slack_export,
)

#: Those of the modules above, by name.
FORMATS: tuple[Format, ...] = tuple(
    module.FORMAT for _, module in sorted(globals().items()) if isinstance(module, ModuleType)
)
