"""Azure Log Analytics, answers of the API (`{"tables": [{"columns", "rows"}]}`); times are UTC.

`az monitor log-analytics query` gives a list of objects with `TableName` instead, data export to storage an object a
line with `Type`: read as well; diagnostic settings of Application Insights write the same with `time`.

The API cuts at 500,000 rows or 64,000,000 bytes and then gives an `error` of the code PartialError beside the rows.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from incident_analysis.format import Context, Format, Item, Match, json_document, json_items
from incident_analysis.formats.logs.azure_log_analytics import LIMITS, row_of, time_column
from incident_analysis.formats.objects import at_limit, attempt, records, told, utc
from incident_analysis.patterns import pattern

_COLUMNS = pattern(r'"columns"\s*:\s*(?=\[)', re.IGNORECASE)
_ROWS = pattern(r'"rows"\s*:\s*(?=\[)', re.IGNORECASE)


def read(text: str, context: Context) -> Iterator[Item]:
    """Rows of all tables."""
    if _COLUMNS.search(text) is None:
        yield from _objects(text, context)
        return
    count = place = 0
    decoder = json.JSONDecoder()
    while (found := _COLUMNS.search(text, place)) is not None:
        columns, place = decoder.raw_decode(text, found.end())
        rows = _ROWS.search(text, place)
        if rows is None:
            break
        names = [str(c.get("name") or c.get("ColumnName") or "") if isinstance(c, dict) else str(c) for c in columns]
        column, _ = time_column(names)
        if not column:
            column = next(
                (n for n, c in zip(names, columns, strict=True) if isinstance(c, dict) and c.get("type") == "datetime"),
                "",
            )
        place = rows.end()
        before = text.count("\n", 0, place)
        try:
            _, behind = decoder.raw_decode(text, place)
        except json.JSONDecodeError:
            # Cut: the rows before the cut are given, then the error goes up.
            behind = len(text)
        for values, start, end in json_items(text[place:behind]):
            count += 1
            if not isinstance(values, list) or len(values) != len(names):
                yield Item(None, before + start, before + end)
                continue
            fields = dict(zip(names, values, strict=True))
            stamp = utc(fields.pop(column, None))
            yield Item(attempt(row_of, fields, stamp), before + start, before + end)
        place = behind
    if told(text, "code") == "PartialError":
        context.warn("the answer says PartialError: it may be truncated")
    at_limit(count, context, limits=LIMITS)


def _objects(text: str, context: Context) -> Iterator[Item]:
    count = 0
    for given, start, end in records(text):
        count += 1
        if not isinstance(given, dict):
            yield Item(None, start, end)
            continue
        fields = dict(given)
        column = time_column(list(fields))[0] or "time"
        yield Item(attempt(row_of, fields, utc(fields.pop(column, None))), start, end)
    at_limit(count, context, limits=LIMITS)


_TABLES = json_document("tables", "columns", "rows", strength=0.93, why="tables of columns and rows")
_OBJECTS = json_document("TimeGenerated", strength=0.88, why="objects with TimeGenerated, a column of Log Analytics")
_EXPORTED = json_document(
    "time", "resourceId", "Type", strength=0.93, why="tables of Application Insights, an object a line"
)
_INSIGHTS = pattern(rb'"Type"\s*:\s*"App[A-Z]')
_OWN = pattern(rb'"(?:TenantId|TableName|Type|_ResourceId|SourceSystem)"\s*:')


def recognise(head: bytes) -> Match | None:
    """By tables, or by objects with the service's own columns."""
    if _INSIGHTS.search(head) and (match := _EXPORTED(head)) is not None:
        return match
    return _TABLES(head) or (_OBJECTS(head) if _OWN.search(head) else None)


FORMAT = Format(
    name="azure_tables",
    title="Azure Log Analytics (API)",
    reference="https://learn.microsoft.com/azure/azure-monitor/logs/api/response-format",
    sample='{"tables": [{"name": "PrimaryResult", "columns": [{"name": "TimeGenerated", "type": "datetime"}, '
    '{"name": "Message", "type": "string"}],\n "rows": [\n  ["2026-01-02T10:00:00.2500000Z", "lost"]\n ]}]}\n',
    recognise=recognise,
    read=read,
    inner="message",
)
