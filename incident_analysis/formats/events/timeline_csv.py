"""Timelines as CSV or TSV: from a spreadsheet, from a tool without a format of its own, or as this library writes them.

What each column means is guessed from its name and its cells, and told; a heading such as `Time (UTC)` gives the
zone. `with_columns` makes a format whose columns are stated, for tools whose customers name their own timestamps
(incident.io, Rootly, Grafana OnCall). Days and clocks may stand in two columns. RFC 4180 is the reference; there is no
other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from incident_analysis.errors import ParameterError
from incident_analysis.format import Context, Format, Item, Match
from incident_analysis.formats import cells, mapping
from incident_analysis.formats.objects import at_limit

_HEAD_ROWS = 50


def _read(text: str, context: Context, stated: Mapping[str, str]) -> Iterator[Item]:
    table = cells.table(text, cells.delimiter_of(text[:65_536]))
    given = list(table.records(context))
    missing = [name for name in stated.values() if name not in table.names]
    if missing:
        raise ParameterError(
            f"no column {missing[0]!r}; there are {', '.join(table.names)}",
            remedy="name a column as its heading does",
            where=context.source,
        )
    first = [fields for fields, _, _ in given if fields is not None][:_HEAD_ROWS]
    free = [name for name in table.names if name not in stated.values()]
    found = {**{w: n for w, n in mapping.guess(free, first).items() if w not in stated}, **stated}
    mapping.tell(found, table.names, context)
    yield from mapping.rows(given, found, table.names, context)
    at_limit(len(given), context)


def read(text: str, context: Context) -> Iterator[Item]:
    """Records of the table."""
    yield from _read(text, context, {})


def with_columns(columns: Mapping[str, str]) -> Format:
    """A format of tables whose columns are stated; those that are not are guessed.

    Parameters
    ----------
    columns : mapping
        From what a column means (a column of TIMELINE: "time", "text", "end", "kind", …; "date" for days beside clocks)
        to its heading.

    Returns
    -------
    Format
        To be given as `format` to `read_timeline`.

    Examples
    --------
    >>> with_columns({"time": "Opened (local)", "text": "Subject"}).name
    'timeline_csv'
    """
    stated = dict(columns)
    return replace(FORMAT, read=lambda text, context: _read(text, context, stated))


#: Columns of logs: a table with one of them may be a log as well.
_LOGGED = frozenset(
    "level severity loglevel host hostname logger message msg status method path url statuscode".split()
)


def recognise(head: bytes) -> Match | None:
    """By a heading with a column of times and one of words."""
    text = head.decode("utf-8", "replace").removeprefix("\ufeff")
    if text.lstrip()[:1] in ("{", "[", "<", "#", "|"):
        return None
    try:
        table = cells.table(text, cells.delimiter_of(text))
    except ValueError:
        return None
    names = [name.strip() for name in table.names]
    if len(names) < 2 or any(len(name) > 60 or not name for name in table.heading):
        return None
    rows: list[dict[str, str]] = []
    wide = seen = 0
    for fields, _, _ in table.records(Context("")):
        seen += 1
        if fields is not None:
            wide += 1
            rows.append(fields)
        if seen >= _HEAD_ROWS:
            break
    if not rows or wide * 5 < seen * 4:
        return None
    if {"event_id", "time", "kind", "text"} <= set(names):
        return Match(0.92, "the columns of a timeline")
    found = mapping.guess(table.names, rows)
    if "time" not in found or "text" not in found or mapping.bare(table.heading[0]) == "":
        return None
    if any(mapping.is_time(cell) for cell in table.heading):
        return None
    logged = any(name.lower().replace("_", "") in _LOGGED for name in names)
    return Match(0.41 if logged else 0.47, f"times in {found['time']!r} and words in {found['text']!r} under a heading")


FORMAT = Format(
    name="timeline_csv",
    title="CSV timeline (columns guessed, and said)",
    yields="TIMELINE",
    reference="https://www.rfc-editor.org/rfc/rfc4180",
    sample="Date;Time (UTC);What happened;Owner\n2026-01-02;23:50;alert fires;\n2026-01-03;00:05;restarted the service;"
    "responder\n",
    recognise=recognise,
    read=read,
    zone_rule="local",
    encoding="windows-1252",
    by_hand=True,
)
