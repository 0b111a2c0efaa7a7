"""CloudWatch Logs Insights, results from the API (`aws logs get-query-results`): lists of field and value.

`@timestamp` is UTC without saying so. A status other than Complete means that the query had not ended. No sample was
at hand: from the documentation.
"""

from __future__ import annotations

from collections.abc import Iterator

from incident_analysis.format import Context, Format, Item, Match, json_document
from incident_analysis.formats.logs.cloudwatch_insights import check_records, row_of
from incident_analysis.formats.objects import at_limit, records, text_of, told
from incident_analysis.patterns import pattern


def read(text: str, context: Context) -> Iterator[Item]:
    """Records of the answer."""
    count = 0
    for result, start, end in records(text, "results"):
        count += 1
        pairs = result if isinstance(result, list) else []
        fields = {
            str(p["field"]): str(p["value"]) for p in pairs if isinstance(p, dict) and {"field", "value"} <= set(p)
        }
        if isinstance(result, dict):
            # The console's way; a message that is JSON may stand unfolded.
            fields = {str(k): text_of(v) or "" for k, v in result.items()}
        if fields:
            check_records(fields, context)
        yield Item(row_of(fields) if fields else None, start, end)
    status = told(text, "status")
    if status and status != "Complete":
        context.warn(f"the query's status is {status}: its results may be truncated")
    at_limit(count, context)


_PAIRS = json_document("results", "field", "value", strength=0.9, why="results of fields and values")
_CONSOLE = pattern(rb'\[\s*\{[^{}]*"@(?:timestamp|message|logStream|log|ptr)"\s*:')


def recognise(head: bytes) -> Match | None:
    """By the wrapping of results, or by a list of objects with the service's own fields."""
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    own = sum(b'"' + name + b'"' in text for name in (b"@timestamp", b"@message", b"@logStream", b"@log", b"@ptr"))
    if own >= 2 and _CONSOLE.match(text):
        return Match(0.88, "objects with the fields of CloudWatch Logs Insights")
    return _PAIRS(head)


FORMAT = Format(
    name="cloudwatch_query",
    title="CloudWatch Logs Insights (get-query-results)",
    reference="https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetQueryResults.html "
    "(no sample was at hand)",
    sample='{"results": [[{"field": "@timestamp", "value": "2026-01-02 10:00:00.000"}, '
    '{"field": "@message", "value": "started"}]], "status": "Complete"}\n',
    recognise=recognise,
    read=read,
    inner="message",
)
