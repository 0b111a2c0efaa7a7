"""Answers of Prometheus' query API: `query_range` (matrix) and `query` (vector, scalar).

Times are seconds since 1970 with a fraction; values are texts, NaN and +Inf among them. A step without a sample is
absent, not zero. Native histograms are kept as JSON beside count and sum; their `value` is missing. Warnings of the
server are told; an answer `status: error` is refused with the server's words. A series without a name, as an
expression gives it, is called after the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from incident_analysis import clock
from incident_analysis.errors import InputError
from incident_analysis.format import Context, Format, Item, Match, Row, json_items
from incident_analysis.formats.objects import pick, text_of, told


def _sample(point: Any, name: str, labels: dict[str, Any]) -> Row | None:
    if not isinstance(point, list) or len(point) != 2 or (stamp := clock.epoch(point[0], unit="s")) is None:
        return None
    row: Row = {"time": stamp, "metric": name, "labels": labels, "value": None}
    if isinstance(point[1], dict):
        return row | {
            "histogram_count": _real(pick(point[1], "count")),
            "histogram_sum": _real(pick(point[1], "sum")),
            "histogram": text_of(point[1]),
        }
    try:
        return row | {"value": float(point[1])}
    except (TypeError, ValueError):
        return None


def _real(value: Any) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def rows_of(series: dict[str, Any], name: str) -> list[Row | None] | None:
    """Rows of one series: samples, then histograms.

    Parameters
    ----------
    series : one element of `result`
    name : str
        What a series without a name of its own is called.
    """
    labels = pick(series, "metric")
    if not isinstance(labels, dict) and "metric" not in series:
        return None
    given = dict(labels or {})
    name = str(given.pop("__name__", "")) or name
    points = list(pick(series, "values") or []) + list(pick(series, "histograms") or [])
    points += [one for key in ("value", "histogram") if (one := series.get(key)) is not None]
    return [_sample(point, name, given) for point in points]


def read(text: str, context: Context) -> Iterator[Item]:
    """Samples of every series, series after series."""
    if re.search(r'"status"\s*:\s*"error"', text[:2000]):
        said = ": ".join(x for x in (told(text, "errorType"), told(text, "error")) if x)
        raise InputError(
            f"the server answered with an error ({said or 'no reason given'})",
            remedy="repair the query, and save its answer again",
            where=context.source,
        )
    # An expression has no name, and the answer does not repeat the query.
    name = re.split(r"[/\\\\:]", context.source)[-1].rsplit(".", 1)[0]
    kind = re.search(r'"resultType"\s*:\s*"(\w+)"', text)
    path = ("data", "result") if re.search(r'"data"\s*:', text) else ("result",)
    if kind and kind[1] in ("scalar", "string"):
        values = [(value, start, end) for value, start, end in json_items(text, *path)]
        row = _sample([value for value, _, _ in values], name, {})
        yield Item(row, values[0][1] if values else 1, values[-1][2] if values else 1)
        return
    empty, nameless = 0, False
    for series, start, end in json_items(text, *path):
        rows = rows_of(series, name) if isinstance(series, dict) else None
        if rows is None:
            yield Item(None, start, end)
            continue
        empty += not rows
        nameless = nameless or any(row is not None and row["metric"] == name for row in rows)
        for row in rows:
            yield Item(row, start, end)
    if nameless:
        context.warn(f"series of an expression have no name: called {name!r}, after the file")
    if empty:
        context.warn(f"{empty} series without a sample")
    for key in ("warnings", "infos"):
        match = re.search(rf'"{key}"\s*:\s*\[([^\]]+)\]', text)
        if match:
            context.warn(f"the server's {key}: {match[1].strip()[:300]}")


def recognise(head: bytes) -> Match | None:
    """By `resultType` and series with `metric`."""
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if text[:1] != b"{":
        return None
    if re.search(rb'"status"\s*:\s*"error"', text) and b'"errorType"' in text:
        return Match(0.9, "an error of Prometheus' API")
    if re.search(rb'"resultType"\s*:\s*"(?:matrix|vector|scalar|string)"', text):
        return Match(0.96, "resultType of Prometheus' API")
    return None


FORMAT = Format(
    name="prometheus_query",
    title="Prometheus query answers",
    yields="METRICS",
    reference="https://prometheus.io/docs/prometheus/latest/querying/api/",
    sample='{"status": "success", "data": {"resultType": "matrix", "result": [\n {"metric": {"__name__": "up", "job": '
    '"made-up"}, "values": [[1767348000, "1"], [1767348015.5, "NaN"], [1767348060, "+Inf"]]}]}}\n',
    recognise=recognise,
    read=read,
)
