"""Plain CSV of measured values: a column of times, and numbers.

Wide tables have a column for each metric; their other columns are labels. Long ones name the metric in a column
(`metric`, `name`, …) beside `value`. Headings of several lines, as pandas writes them for several levels, give labels
by the names of the levels. What is read as what is told. An empty cell is a missing step, never zero. RFC 4180 is the
reference; there is no other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from incident_analysis.format import Context, Format, Item, Match, Row
from incident_analysis.formats import cells, dates, measured

_TIMES = frozenset(
    """timestamp time datetime date unixtimestamp unixtime epoch ts when timestring timestampms utc timeutc
    eventtime""".split()
)
_METRICS = ("metric", "metricname", "name", "series", "measurement", "kpi", "kpiname")
_VALUES = ("value", "val", "measurementvalue", "reading")
_UNITS = ("unit", "units")


@dataclass(frozen=True, slots=True)
class Layout:
    """How a table holds its values.

    Parameters
    ----------
    time : int
        Column of the times.
    columns : dict
        From a column of numbers to its metric, labels and unit.
    labels : dict
        From a column to the label that it holds.
    metric, unit : int or None
        Columns of a long table.
    first : int
        Number of heading lines.
    """

    time: int
    columns: dict[int, tuple[str, dict[str, str], str]]
    labels: dict[int, str]
    metric: int | None
    unit: int | None
    first: int


def _bare(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", re.sub(r"[\[(].*?[\])]", "", name).lower())


def _is_number(cell: str) -> bool:
    return cell.strip().lower() in measured.NOTHING or measured.value_of(cell) is not None


def layout_of(rows: Sequence[Sequence[str]]) -> Layout | None:
    """The layout that a table's first rows show; None where they are no measured values."""
    levels = _levels(rows)
    if levels:
        names = [row[0].strip() for row in rows[:levels]]
        columns: dict[int, tuple[str, dict[str, str], str]] = {}
        for place in range(1, len(rows[0])):
            told = {
                n: row[place].strip() for n, row in zip(names, rows[: levels - 1], strict=False) if row[place].strip()
            }
            called = told.pop("metric", "") or told.pop(names[levels - 2], "")
            columns[place] = (called, told, "")
        return Layout(0, columns, {}, None, None, levels)
    heading, body = rows[0], [row for row in rows[1:] if len(row) == len(rows[0])]
    if len(heading) < 2 or not body:
        return None
    held = {i: [row[i] for row in body if row[i].strip()] for i in range(len(heading))}
    timed = [
        i for i, given in held.items() if given and sum(dates.is_time(c.strip()) for c in given) * 5 >= len(given) * 4
    ]
    time = next((i for i in timed if _bare(heading[i]) in _TIMES), timed[0] if timed else None)
    if time is None:
        return None
    by_name = {_bare(name): i for i, name in enumerate(heading)}
    numbers = [
        i for i, given in held.items() if i != time and i not in timed and given and all(_is_number(c) for c in given)
    ]
    metric = next((by_name[n] for n in _METRICS if n in by_name and by_name[n] not in numbers), None)
    value = next((by_name[n] for n in _VALUES if n in by_name and by_name[n] in numbers), None)
    unit = next((by_name[n] for n in _UNITS if n in by_name and by_name[n] not in numbers), None)
    if metric is not None and value is not None:
        columns = {value: ("", {}, "")}
    else:
        columns = {i: measured.heading_of(heading[i]) for i in numbers}
        metric = None
    if not columns:
        return None
    taken = {time, metric, unit, *columns}
    labels = {
        i: heading[i].strip() or f"column_{i + 1}"
        for i in range(len(heading))
        if i not in taken and i not in numbers and i not in timed
    }
    return Layout(time, columns, labels, metric, unit, 1)


def _levels(rows: Sequence[Sequence[str]]) -> int:
    """How many lines a heading of several levels has; 0 where there is none such."""
    for place, row in enumerate(rows[:8]):
        if not row or not row[0].strip():
            return 0
        if place and not any(c.strip() for c in row[1:]) and len(row) > 1:
            behind = rows[place + 1] if place + 1 < len(rows) else []
            return place + 1 if behind and dates.is_time(behind[0].strip()) else 0
        if dates.is_time(row[0].strip()):
            return 0
    return 0


def read(text: str, context: Context) -> Iterator[Item]:
    """A row for each cell with a value, line after line."""
    delimiter = cells.delimiter_of(text[:65_536])
    found = list(cells.records(text.removeprefix("\ufeff"), delimiter))
    if found and re.fullmatch(r"sep=.?", "".join(found[0][0])):
        found = found[1:]
    layout = layout_of([row for row, _, _ in found[:60]])
    if layout is None:
        raise ValueError("no column of times beside numbers")
    heading, body = found[layout.first - 1][0], found[layout.first :]
    _tell(layout, heading, context)
    time_name = heading[layout.time].strip() or "time"
    width = len(heading)
    written = [row[layout.time] if len(row) == width else "" for row, _, _ in body]
    stamps, told = measured.times_of(written, time_name, context)
    comma = delimiter != "," and any(re.fullmatch(r"-?\d+,\d+", c) for row, _, _ in body[:200] for c in row)
    for (row, start, end), stamp, zone in zip(body, stamps, told, strict=True):
        if len(row) != width:
            if row != heading:
                yield Item(None, start, end)
            continue
        own = {name: row[i].strip() for i, name in layout.labels.items() if row[i].strip()}
        for place, (metric, labels, unit) in layout.columns.items():
            cell = row[place].strip()
            if not cell:
                continue
            value = measured.value_of(cell, comma=comma)
            made: Row = {
                "time": stamp,
                "zone": zone,
                "metric": row[layout.metric].strip() if layout.metric is not None else metric,
                "labels": {**labels, **own},
                "value": None if value is None else value[0],
                "unit": row[layout.unit].strip() if layout.unit is not None else (value[1] if value else "") or unit,
            }
            yield Item(made if value is not None or cell.lower() in measured.NOTHING else None, start, end)


def _tell(layout: Layout, heading: Sequence[str], context: Context) -> None:
    metrics = [name for name, _, _ in layout.columns.values() if name]
    shown = ", ".join(dict.fromkeys(metrics[:8])) + (", …" if len(metrics) > 8 else "")
    said = f"columns read as: time={heading[layout.time].strip() or 'the first'}"
    if layout.metric is not None:
        said += f"; metric={heading[layout.metric].strip()}"
    elif shown:
        said += f"; metrics {shown}"
    if layout.labels:
        said += f"; labels {', '.join(list(layout.labels.values())[:8])}"
    context.warn(said)


def recognise(head: bytes) -> Match | None:
    """By a heading, a column of times and columns of numbers."""
    text = head.decode("utf-8", "replace").removeprefix("\ufeff")
    if text.lstrip()[:1] in ("{", "[", "<", "#", "|"):
        return None
    rows = []
    for row, _, _ in cells.records(text, cells.delimiter_of(text)):
        rows.append(row)
        if len(rows) >= 60:
            break
    if len(rows) < 2 or (rows and any(dates.is_time(c.strip()) for c in rows[0])):
        return None
    layout = layout_of(rows)
    if layout is None:
        return None
    if layout.first > 1:
        return Match(0.7, f"a heading of {layout.first} levels over numbers")
    # Words that fill many columns are logs or tickets; labels repeat themselves.
    words = [i for i in layout.labels if len({r[i] for r in rows[1:] if len(r) > i}) > max(20, len(rows) // 2)]
    if words or len(layout.labels) > len(layout.columns) + 6:
        return Match(0.31, "times and numbers among words")
    if len(rows[0]) == 2 and _bare(rows[0][1 - layout.time]) in _VALUES:
        return Match(0.6, "times and values, and nothing else")
    return Match(0.49 if not layout.labels else 0.46, "a column of times beside numbers")


FORMAT = Format(
    name="metrics_csv",
    title="CSV of measured values (columns guessed, and said)",
    yields="METRICS",
    reference="https://www.rfc-editor.org/rfc/rfc4180",
    sample="timestamp,value\n2026-01-02 10:00:00,1.5\n2026-01-02 10:05:00,2\n",
    recognise=recognise,
    read=read,
    zone_rule="local",
)
