"""Datadog's Log Explorer, saved as CSV (`Date,Host,Service,Message` and the columns that were shown).

Dates are ISO with Z, or as the page's own zone shows them, without a mark. The page gives at most 5,000 rows or, on
request, 100,000: exactly so many rows are suspect. No sample was at hand: from the documentation.
"""

from __future__ import annotations

from collections.abc import Iterator

from incident_analysis.format import Context, Format, Item, Match, Row
from incident_analysis.formats import cells, dates
from incident_analysis.formats.objects import adopt, at_limit

_TAKEN = {"date": "time", "host": "host", "service": "service", "message": "message", "content": "message"}
_LEVELS = ("status", "level", "severity")


def recognise(head: bytes) -> Match | None:
    """By the heading."""
    names = [name.lower() for name in cells.heading(head, ",")]
    if not {"date", "service"} <= set(names) or not {"message", "content"} & set(names):
        return None
    return Match(
        0.86 if names[:4] == ["date", "host", "service", "message"] else 0.8, "a heading of Datadog's explorer"
    )


def read(text: str, context: Context) -> Iterator[Item]:
    """Records of the table."""
    found = cells.table(text, ",")
    given = list(found.records(context))
    column = next((n for n in found.names if n.lower() == "date"), found.names[0])
    others = [n for n in found.names if n.lower() not in _TAKEN]
    kinds = cells.typed([f for f, _, _ in given if f is not None], others)
    stamps, told = dates.column([None if f is None else f.get(column) for f, _, _ in given])
    if told:
        context.warn(told)
    for (fields, start, end), stamp in zip(given, stamps, strict=True):
        if fields is None:
            yield Item(None, start, end)
            continue
        row: Row = {"time": stamp, "severity_text": "", "message": ""}
        rest = {}
        for name, cell in fields.items():
            target = _TAKEN.get(name.lower())
            if target == "time":
                continue
            if target is not None and not row.get(target):
                row[target] = cell
            elif name.lower() in _LEVELS and not row["severity_text"]:
                row["severity_text"] = cell
            else:
                rest[name] = cells.value_of(cell, kinds.get(name))
        yield Item(adopt(row, rest), start, end)
    at_limit(len(given), context)


FORMAT = Format(
    name="datadog_csv",
    title="Datadog logs (CSV)",
    reference="https://docs.datadoghq.com/logs/explorer/export/ (no sample was at hand)",
    sample='Date,Host,Service,Message\n"2026-01-02T10:00:00.250Z","made-up","shop","lost, and more"\n',
    recognise=recognise,
    read=read,
    zone_rule="local",
    inner="message",
)
