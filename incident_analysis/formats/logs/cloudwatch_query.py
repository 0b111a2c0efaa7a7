"""CloudWatch Logs Insights, results from the API (`aws logs get-query-results`): lists of field and value.

`@timestamp` is UTC without saying so. A status other than Complete means that the query had not ended. No sample was
at hand: from the documentation.
"""

from __future__ import annotations

from collections.abc import Iterator

from incident_analysis.format import Context, Format, Item, json_document
from incident_analysis.formats.logs.cloudwatch_insights import row_of
from incident_analysis.formats.objects import at_limit, records, told


def read(text: str, context: Context) -> Iterator[Item]:
    """Records of the answer."""
    count = 0
    for result, start, end in records(text, "results"):
        count += 1
        pairs = result if isinstance(result, list) else []
        fields = {
            str(p["field"]): str(p["value"]) for p in pairs if isinstance(p, dict) and "field" in p and "value" in p
        }
        yield Item(row_of(fields) if fields else None, start, end)
    status = told(text, "status")
    if status and status != "Complete":
        context.warn(f"the query's status is {status}: its results may be truncated")
    at_limit(count, context)


FORMAT = Format(
    name="cloudwatch_query",
    title="CloudWatch Logs Insights (get-query-results)",
    reference="https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetQueryResults.html "
    "(no sample was at hand)",
    sample='{"results": [[{"field": "@timestamp", "value": "2026-01-02 10:00:00.000"}, '
    '{"field": "@message", "value": "started"}]], "status": "Complete"}\n',
    recognise=json_document("results", "field", "value", strength=0.9, why="results of fields and values"),
    read=read,
    inner="message",
)
