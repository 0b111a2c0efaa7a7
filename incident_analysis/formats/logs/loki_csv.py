"""Grafana's Explore, lines of Loki saved as CSV: `Time`, `Line`, `tsNs` and labels.

`Time` is a wall clock in the zone of the browser, cut to milliseconds; `tsNs` is the time itself, nanoseconds since
1970: it is taken. Labels stand as JSON in one cell. No sample was at hand: from Grafana's documentation.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from incident_analysis import clock
from incident_analysis.format import Context, Format, Item, Match, Row
from incident_analysis.formats import cells
from incident_analysis.formats.logs.loki import LIMITS, row_of
from incident_analysis.formats.objects import at_limit, attempt

_TAKEN = {"Time", "Line", "tsNs", "labels", "labelTypes", "id"}


def recognise(head: bytes) -> Match | None:
    """By the heading."""
    if {"Line", "tsNs"} <= set(cells.heading(head, ",")):
        return Match(0.95, "a heading of Grafana's Explore: Line, tsNs")
    return None


def read(text: str, context: Context) -> Iterator[Item]:
    """Records of the table."""
    count = 0
    for fields, start, end in cells.table(text, ",").records(context):
        count += 1
        yield Item(None if fields is None else attempt(_row, fields), start, end)
    at_limit(count, context, limits=LIMITS)


def _row(fields: dict[str, str]) -> Row:
    others = {k: v for k, v in fields.items() if k not in _TAKEN and v}
    return row_of(clock.epoch(fields["tsNs"], unit="ns"), fields["Line"], _labels(fields.get("labels")) | others)


def _labels(cell: str | None) -> dict[str, Any]:
    try:
        found = json.loads(cell or "{}")
    except (ValueError, RecursionError):
        return {"labels": cell}
    return found if isinstance(found, dict) else {"labels": cell}


FORMAT = Format(
    name="loki_csv",
    title="Grafana Loki (CSV of Explore)",
    reference="https://grafana.com/docs/grafana/latest/explore/logs-integration/ (no sample was at hand)",
    sample='"Time","Line","tsNs","id","labels"\n'
    '2026-01-02 11:00:00.000,lost,1767348000000000001,made-up,"{""app"":""made-up"",""level"":""error""}"\n',
    recognise=recognise,
    read=read,
    inner="message",
)
