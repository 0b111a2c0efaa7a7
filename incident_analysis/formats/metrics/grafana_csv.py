"""A panel of Grafana as CSV: a column `Time` with one column a series; or `Series;Time;Value`.

Written from the documentation and from reports of users: no real file was at hand. The first line can be `sep=,`. In
which zone the times stand has changed from version to version (UTC, the browser's, the dashboard's): it has to be
stated; version 7.0 wrote milliseconds since 1970. Formatted values carry their units (`12.3 ms`): taken apart. An empty
cell is a missing step; `null` is kept as NaN.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from incident_analysis.format import Context, Format, Item, Match, Row
from incident_analysis.formats import cells, measured
from incident_analysis.patterns import pattern

_TIME = pattern(r'"?(?:Time|time|Timestamp)"?')


def read(text: str, context: Context) -> Iterator[Item]:
    """A row for each cell with a value, line after line."""
    table = cells.table(text, cells.delimiter_of(text[:65_536]))
    given = list(table.records(context))
    names = table.names
    time = next((n for n in names if n.lower() in ("time", "timestamp")), names[0])
    stamps, told = measured.times_of([(f or {}).get(time, "") for f, _, _ in given], time, context)
    small = {n.lower() for n in names}
    tall = small >= {"series", "value"} or small == {"metric", "time", "value"}
    comma = table.delimiter != "," and any(
        re.fullmatch(r"-?\d+,\d+(?:\s?\S+)?", c) for f, _, _ in given[:200] for c in (f or {}).values()
    )
    for (fields, start, end), stamp, zone in zip(given, stamps, told, strict=True):
        if fields is None:
            yield Item(None, start, end)
            continue
        by = {name.lower(): cell for name, cell in fields.items()}
        pairs = (
            [(by.get("series") or by.get("metric") or "", by.get("value", ""))]
            if tall
            else [(name, cell) for name, cell in fields.items() if name != time]
        )
        for name, cell in pairs:
            row = _row(name, cell, comma=comma)
            if cell.strip():
                yield Item(None if row is None else {"time": stamp, "zone": zone, **row}, start, end)


def _row(name: str, cell: str, *, comma: bool) -> Row | None:
    metric, labels, unit = measured.heading_of(name)
    if cell.strip().lower() in measured.NOTHING:
        return {"metric": metric, "labels": labels, "value": None, "unit": unit}
    found = measured.value_of(cell, comma=comma)
    if found is None:
        return None
    return {"metric": metric, "labels": labels, "value": found[0], "unit": found[1] or unit}


def recognise(head: bytes) -> Match | None:
    """By its heading, with numbers below it."""
    text = head.decode("utf-8", "replace").removeprefix("\ufeff")
    said = text.startswith(("sep=", '"sep='))
    delimiter = cells.delimiter_of(text)
    heading = cells.heading(head, delimiter)
    if len(heading) < 2:
        return None
    if [h.lower() for h in heading] == ["series", "time", "value"]:
        return Match(0.93, "columns Series, Time, Value")
    if not _TIME.fullmatch(heading[0]) or any(h.lower() in ("timestamp", "date") for h in heading[1:]):
        return None
    seen = good = 0
    for fields, _, _ in cells.table(text, delimiter).records(Context("")):
        if fields is None:
            continue
        seen += 1
        rest = [c for n, c in fields.items() if n != heading[0]]
        good += all(measured.value_of(c) is not None or c.strip().lower() in measured.NOTHING for c in rest)
        if seen >= 40:
            break
    if not seen or good * 5 < seen * 4:
        return None
    return Match(0.9 if said or heading[0] == "Time" else 0.48, "a column Time, numbers in all the others")


FORMAT = Format(
    name="grafana_csv",
    title="Grafana panel (CSV)",
    yields="METRICS",
    reference="https://grafana.com/docs/grafana/latest/panels-visualizations/panel-inspector/ (from documentation; no "
    "sample was at hand)",
    sample='sep=,\n"Time","cpu {mode=""idle""}","Latency (ms)"\n'
    "2026-01-02 10:00:00,0.91,12.5\n2026-01-02 10:01:00,,13\n",
    recognise=recognise,
    read=read,
    zone_rule="local",
)
