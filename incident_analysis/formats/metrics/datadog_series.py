"""Answers of Datadog's metric queries: version 1 (`series` with `pointlist`), version 2 (`times` and `values`).

Times are milliseconds since 1970, sometimes with a point. A value can be null: the interval was asked for and nothing
was measured; it is kept as NaN. The unit is a pair: of and per.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from incident_analysis import clock
from incident_analysis.errors import InputError
from incident_analysis.format import Context, Format, Item, Match, Row, json_document, json_items
from incident_analysis.formats.objects import attempt, pick, records, told


def unit_of(given: Any) -> str:
    """The unit's name: "percent", "byte/second"."""
    parts = [str(pick(one, "name") or "") for one in given] if isinstance(given, list) else []
    return "/".join(part for part in parts if part)


def labels_of(tags: Sequence[Any]) -> dict[str, str]:
    """Labels from tags `key:value`; a tag without a value is one with an empty value."""
    return {key: value for tag in tags for key, _, value in [str(tag).partition(":")]}


def rows_of(series: dict[str, Any]) -> list[Row] | None:
    """Rows of one series of version 1."""
    points = pick(series, "pointlist")
    name = pick(series, "metric", "display_name", "expression")
    if not isinstance(points, list) or name is None:
        return None
    labels = labels_of(pick(series, "tag_set") or [])
    scope = str(pick(series, "scope") or "*")
    if not labels and scope != "*":
        labels = labels_of(scope.split(","))
    aggregation = pick(series, "aggr")
    if aggregation:
        labels = {**labels, "aggregation": str(aggregation)}
    common: Row = {
        "metric": str(name),
        "labels": labels,
        "unit": unit_of(pick(series, "unit")),
        "expression": pick(series, "expression"),
    }
    return [{"time": clock.epoch(when, unit="ms"), "value": value, **common} for when, value in points]


def answer_rows(answer: dict[str, Any]) -> list[Row] | None:
    """Rows of an answer of version 2."""
    inside = pick(answer, "data.attributes", "attributes") or {}
    times, values = pick(inside, "times"), pick(inside, "values")
    if not isinstance(times, list) or not isinstance(values, list):
        return None
    rows: list[Row] = []
    for series, measured in zip(pick(inside, "series") or [], values, strict=False):
        common: Row = {
            "metric": f"query {pick(series, 'query_index') or 0}",
            "labels": labels_of(pick(series, "group_tags") or []),
            "unit": unit_of(pick(series, "unit")),
        }
        rows += [
            {"time": clock.epoch(when, unit="ms"), "value": value, **common}
            for when, value in zip(times, measured, strict=False)
        ]
    return rows


def read(text: str, context: Context) -> Iterator[Item]:
    """Points of every series, series after series."""
    if re.search(r'"status"\s*:\s*"error"', text):
        raise InputError(
            f"Datadog answered with an error ({told(text, 'error') or 'no reason given'})",
            remedy="repair the query, and save its answer again",
            where=context.source,
        )
    if '"pointlist"' in text or re.search(r'"series"\s*:\s*\[\s*\]', text):
        found: Iterator[tuple[Any, int, int]] = json_items(text, "series")
        make: Callable[[dict[str, Any]], list[Row] | None] = rows_of
    else:
        found, make = records(text), answer_rows
    empty = 0
    for one, start, end in found:
        rows = attempt(make, one) if isinstance(one, dict) else None
        if rows is None:
            yield Item(None, start, end)
            continue
        for row in rows:
            empty += row["value"] is None
            yield Item(row, start, end)
    if empty:
        context.warn(f"{empty:,} points are null: nothing was measured there; kept as NaN, not zero")


def recognise(head: bytes) -> Match | None:
    """By the keys of the two answers."""
    return json_document("pointlist", "metric", why="series with a pointlist")(head) or json_document(
        "times", "values", "group_tags", why="times and values by group_tags"
    )(head)


FORMAT = Format(
    name="datadog_series",
    title="Datadog metric series",
    yields="METRICS",
    reference="https://docs.datadoghq.com/api/latest/metrics/#query-timeseries-points (version 2: from documentation)",
    sample='{"status": "ok", "series": [\n {"metric": "made.up", "scope": "host:made-up", "tag_set": ["host:made-up"], '
    '"unit": [{"name": "percent"}, null], "pointlist": [[1767348000000.0, 91.5], [1767348300000.0, null]]}]}\n',
    recognise=recognise,
    read=read,
)
