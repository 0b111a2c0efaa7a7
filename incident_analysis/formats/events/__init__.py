"""Formats of events: alerts, chats, tickets, incidents and their histories; one file each, a new one adds its line."""

from types import ModuleType

from incident_analysis.format import Format
from incident_analysis.formats.events import (
    alertmanager,
    aws_health,
    aws_incident_manager,
    aws_status,
    cloudwatch_alarms,
    datadog_events,
    datadog_incidents,
    firehydrant,
    gcp_status,
    github_deploys,
    github_issues,
    github_status_lines,
    github_timeline,
    grafana_oncall,
    incident_atlas,
    incident_io,
    interview,
    jira,
    jira_csv,
    markdown,
    ms_teams,
    nagios,
    opsgenie,
    pagerduty_alerts,
    pagerduty_analytics,
    pagerduty_change_events,
    pagerduty_incidents,
    pagerduty_log_entries,
    pagerduty_notes,
    pagerduty_webhook,
    rootly,
    servicenow,
    servicenow_csv,
    servicenow_log,
    slack_export,
    squadcast,
    statuspage,
    statuspage_feed,
    timeline_csv,
    timeline_xlsx,
    upptime,
    victorops,
)

#: Those of the modules above, by name.
FORMATS: tuple[Format, ...] = tuple(
    module.FORMAT for _, module in sorted(globals().items()) if isinstance(module, ModuleType)
)
