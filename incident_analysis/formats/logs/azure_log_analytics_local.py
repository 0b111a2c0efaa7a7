"""Azure Log Analytics, results saved as CSV in the browser's own zone (`TimeGenerated [Local Time]`).

The zone itself stands nowhere: it has to be stated. No sample was at hand: from the documentation.
"""

from __future__ import annotations

from collections.abc import Iterator

from incident_analysis.format import Context, Format, Item, Match
from incident_analysis.formats.logs.azure_log_analytics import claim, read_table


def recognise(head: bytes) -> Match | None:
    """By the heading, where it says another zone than UTC."""
    return claim(head, local=True)


def read(text: str, context: Context) -> Iterator[Item]:
    """Records of the table, on a wall clock."""
    return read_table(text, context, utc=False)


FORMAT = Format(
    name="azure_log_analytics_local",
    title="Azure Log Analytics (CSV, browser's zone)",
    reference="https://learn.microsoft.com/azure/azure-monitor/logs/log-standard-columns (no sample was at hand)",
    sample='"TimeGenerated [Local Time]",Computer,Message\n"1/22/2026, 10:00:00.250 AM",made-up,lost\n',
    recognise=recognise,
    read=read,
    zone_rule="local",
    inner="message",
)
