"""Lists of ServiceNow incidents as CSV: field names or labels in the heading, a row for each incident.

Times stand in the zone and the format of whoever exported (D-M-YYYY, M/D/YYYY, …): the order is decided over all
columns of times and said, the zone has to be stated. Windows-1252 is the default encoding of the export.
"""

from __future__ import annotations

from collections.abc import Iterator

from incident_analysis.clock import Stamp
from incident_analysis.format import Context, Format, Item, Match
from incident_analysis.formats import cells, dates, servicenow
from incident_analysis.formats.happenings import Ids
from incident_analysis.formats.objects import at_limit

Cells = dict[str, str]


def _columns(given: list[Cells | None], context: Context) -> dict[str, list[Stamp | None]]:
    """Times by field. Columns of one export are written in one order: it is decided over all of them together."""
    written = [None if row is None else row.get(name) for name in servicenow.TIMES for row in given]
    stamps, said = dates.column(written)
    if said:
        context.warn(said)
    size = len(given)
    return {name: stamps[i * size : (i + 1) * size] for i, name in enumerate(servicenow.TIMES)}


def read(text: str, context: Context) -> Iterator[Item]:
    """Rows of every record."""
    table = cells.table(text)
    names = {name: servicenow.field_of(name) for name in table.names}
    found = list(table.records(context))
    given: list[Cells | None] = [
        None if row is None else {names[n]: cell for n, cell in row.items() if cell.strip() not in ("", "?")}
        for row, _, _ in found
    ]
    stamps = _columns(given, context)
    ids = Ids()
    for place, (row, (_, start, end)) in enumerate(zip(given, found, strict=True)):
        if row is None or not row.get("number"):
            yield Item(None, start, end)
            continue
        times = {n: (stamps[n][place], row[n]) for n in servicenow.TIMES if n in row}
        key = ids.of(row["number"])
        for made, frame in servicenow.rows_of(row, times, ids, key):
            yield Item(made, start, end, frame=frame)
        yield Item(servicenow.incident_of(row, times, key), start, end, frame="INCIDENTS")
    at_limit(len(found), context)


def recognise(head: bytes) -> Match | None:
    """By its heading: number and an opening time, as fields or as labels."""
    heading = cells.heading(head)
    names = {servicenow.field_of(name) for name in heading}
    if not {"number", "opened_at"} <= names:
        return None
    strong = names & {
        "short_description",
        "state",
        "priority",
        "assigned_to",
        "assignment_group",
        "caller_id",
        "closed_at",
    }
    return Match(0.93 if len(strong) >= 2 else 0.6, "columns number and opened") if strong else None


FORMAT = Format(
    name="servicenow_csv",
    title="ServiceNow incidents (CSV)",
    yields="TIMELINE",
    also=("INCIDENTS",),
    reference="https://www.servicenow.com/docs/ (list export); from documentation, no sample was at hand",
    sample='"Number","Opened","Short description","Priority","State","Resolved","Closed"\n"INC0000001",'
    '"2026-01-02 10:00:00","made up","3 - Moderate","Closed","2026-01-02 11:00:00","2026-01-03 00:00:00"\n',
    recognise=recognise,
    read=read,
    zone_rule="local",
    encoding="windows-1252",
)
