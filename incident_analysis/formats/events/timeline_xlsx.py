"""Timelines in Excel workbooks: each sheet with a column of times and one of words.

No real file was at hand: written from the documentation of openpyxl, which comes with the extra `excel`. Excel knows no
zones: a heading such as `Time (UTC)` gives it, else it has to be stated. Columns are guessed as in CSV, and told; a
sheet without times is left out and told. Lines are rows of the sheet.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from incident_analysis.errors import InputError
from incident_analysis.format import Context, Format, Item, Match
from incident_analysis.formats import mapping

#: So far down a sheet may have words above its heading.
_HEADING_WITHIN = 20


def cell_text(value: Any) -> str:
    """A cell as text."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        # A day without a clock is written as midnight.
        return value.isoformat(" ", "milliseconds").removesuffix(".000")
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def read(data: bytes, context: Context) -> Iterator[Item]:
    """Rows of every sheet with times."""
    try:
        import openpyxl
    except ImportError:
        raise InputError(
            "an Excel workbook, which needs openpyxl",
            remedy="install the extra: pip install 'incident-analysis[excel]'; or save the sheet as CSV",
            where=context.source,
        ) from None
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    found = 0
    for sheet in book.worksheets:
        rows = [[cell_text(value) for value in row] for row in sheet.iter_rows(values_only=True)]
        items = _sheet(rows, sheet.title, context)
        if items is None:
            if any(any(row) for row in rows):
                context.warn(f"sheet {sheet.title!r}: no column of times; left out")
            continue
        found += 1
        yield from items
    book.close()
    if not found:
        raise InputError(
            "no sheet with a column of times and one of words",
            remedy="give the sheet a heading such as Time (UTC) and Event, or save it as CSV",
            where=context.source,
        )


def _sheet(rows: list[list[str]], title: str, context: Context) -> Iterator[Item] | None:
    for place, heading in enumerate(rows[:_HEADING_WITHIN]):
        named = [name for name in heading if name]
        if len(named) < 2:
            continue
        names = [name or f"column_{i}" for i, name in enumerate(heading, 1)]
        if len(set(names)) < len(names):
            names = [f"{n}.{names[:i].count(n) + 1}" if n in names[:i] else n for i, n in enumerate(names)]
        body = [(_fields(names, row), line, line) for line, row in enumerate(rows[place + 1 :], place + 2) if any(row)]
        guessed = mapping.guess(names, [cells for cells, _, _ in body[:50]])
        if "time" in guessed and "text" in guessed:
            context.warn(f"sheet {title!r}, heading in row {place + 1}")
            mapping.tell(guessed, names, context)
            return _items(body, guessed, names, title, context)
    return None


def _fields(names: list[str], row: list[str]) -> dict[str, str]:
    return {name: cell for name, cell in zip(names, row, strict=False) if cell}


def _items(
    body: list[tuple[dict[str, str], int, int]],
    guessed: dict[str, str],
    names: list[str],
    title: str,
    context: Context,
) -> Iterator[Item]:
    for item in mapping.rows(body, guessed, names, context):
        if item.row is not None:
            item.row["sheet"] = title
            item.row["source_id"] = f"{title}!{item.row['source_id']}"
        yield item


def recognise(head: bytes) -> Match | None:
    """By what a workbook's archive holds."""
    if head[:4] == b"PK\x03\x04" and (b"xl/" in head or b"[Content_Types].xml" in head[:200]):
        if b"word/" in head or b"ppt/" in head:
            return None
        return Match(0.95, "an Excel workbook")
    return None


FORMAT = Format(
    name="timeline_xlsx",
    title="Excel timeline (columns guessed, and said)",
    yields="TIMELINE",
    reference="https://openpyxl.readthedocs.io/ (from documentation; no sample was at hand)",
    sample="",
    recognise=recognise,
    read_bytes=read,
    zone_rule="local",
    by_hand=True,
)
