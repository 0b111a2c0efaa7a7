"""Answers of Amazon CloudWatch: `get-metric-data` and `get-metric-statistics`.

Values come newest first, or in no order: they are given in order of time, series after series. `PartialData` and
`NextToken` say that more was there: they warn. A period without data has no value at all. With statistics each of
Average, Sum, … and the percentiles is a series of its own, told apart by the label `statistic`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from incident_analysis.format import Context, Format, Item, Match, Row, json_document
from incident_analysis.formats.objects import attempt, pick, records, told, utc

_STATISTICS = ("SampleCount", "Average", "Sum", "Minimum", "Maximum")


def series_rows(result: dict[str, Any], context: Context) -> list[Row] | None:
    """Rows of one of MetricDataResults."""
    times, values = pick(result, "Timestamps") or [], pick(result, "Values") or []
    name, of = pick(result, "Label"), pick(result, "Id")
    if name is None and of is None:
        return None
    state = pick(result, "StatusCode")
    if state not in (None, "Complete"):
        context.warn(f"{name or of}: StatusCode {state}: not all of its values are in the export")
    for message in pick(result, "Messages") or []:
        context.warn(f"{name or of}: {pick(message, 'Code') or ''} {pick(message, 'Value') or ''}".strip())
    if len(times) != len(values):
        context.warn(f"{name or of}: {len(times)} timestamps, {len(values)} values: those without a partner left out")
    labels = {"id": of} if of is not None else {}
    return [
        {"time": utc(t), "metric": str(name or of), "labels": labels, "value": v}
        for t, v in zip(times, values, strict=False)
    ]


def statistics_rows(point: dict[str, Any], name: str) -> list[Row] | None:
    """Rows of one of Datapoints."""
    when = utc(pick(point, "Timestamp"))
    if when is None:
        return None
    given = {s: point[s] for s in _STATISTICS if s in point} | (pick(point, "ExtendedStatistics") or {})
    return [
        {
            "time": when,
            "metric": name,
            "labels": {"statistic": statistic},
            "value": value,
            "unit": "" if pick(point, "Unit") in (None, "None") else pick(point, "Unit"),
        }
        for statistic, value in given.items()
    ] or None


def read(text: str, context: Context) -> Iterator[Item]:
    """Values in order of time, series after series."""
    name = told(text, "Label") or "metric"
    found: list[tuple[list[Row] | None, int, int]] = []
    broken: ValueError | None = None
    try:
        for one, start, end in records(text, "MetricDataResults", "Datapoints"):
            rows: list[Row] | None = None
            if isinstance(one, dict):
                if "Timestamps" in one or "Values" in one:
                    rows = attempt(series_rows, one, context)
                else:
                    rows = attempt(statistics_rows, one, name)
            found.append((rows, start, end))
    except ValueError as error:
        broken = error
    good = [Item(row, start, end) for rows, start, end in found for row in rows or ()]
    order: dict[tuple[Any, str], int] = {}
    for item in good:
        assert item.row is not None
        order.setdefault((item.row["metric"], str(item.row["labels"])), len(order))
    good.sort(key=lambda i: (order[i.row["metric"], str(i.row["labels"])], _ns(i.row)))  # type: ignore[index]
    yield from good
    yield from (Item(None, start, end) for rows, start, end in found if rows is None)
    if broken is not None:
        raise broken
    if told(text, "NextToken"):
        context.warn("NextToken is set: there are further pages of these values")


def _ns(row: Row | None) -> int:
    return 0 if row is None or row["time"] is None else row["time"].ns


def recognise(head: bytes) -> Match | None:
    """By the keys of the two answers."""
    return (
        json_document("MetricDataResults", why="answer of get-metric-data")(head)
        or json_document("Datapoints", "Timestamp", why="answer of get-metric-statistics")(head)
        or json_document("Datapoints", "Label", strength=0.85, why="answer of get-metric-statistics")(head)
    )


FORMAT = Format(
    name="cloudwatch_metrics",
    title="CloudWatch metric data and statistics",
    yields="METRICS",
    reference="https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html "
    "(statistics: from documentation)",
    sample='{"MetricDataResults": [\n {"Id": "m1", "Label": "made up", "Timestamps": ["2026-01-02T10:05:00+00:00", '
    '"2026-01-02T10:00:00+00:00"], "Values": [2.5, 1.0], "StatusCode": "Complete"}]}\n',
    recognise=recognise,
    read=read,
)
