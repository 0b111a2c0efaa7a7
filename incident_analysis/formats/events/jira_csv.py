"""Jira's CSV export: one issue a row, with columns whose names come again (Comment, Comment, …).

Written from the documentation: no real file was at hand. Dates stand in the zone and the order of whoever exported
(`14/Sep/25 8:53 AM`): the zone has to be stated. A comment's cell holds its date, its author and its text between
semicolons. There is no changelog in it: creation, resolution and comments are all its events.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from incident_analysis.clock import Stamp
from incident_analysis.format import Context, Format, Item, Match, Row
from incident_analysis.formats import cells, dates
from incident_analysis.formats.happenings import Ids, known
from incident_analysis.formats.objects import adopt, at_limit

_TAKEN = ("Summary", "Issue key", "Issue id", "Created", "Resolved", "Priority", "Status", "Reporter", "Assignee")


def _many(fields: dict[str, str], name: str) -> list[str]:
    """Cells of the columns of one name."""
    return [v for k, v in fields.items() if k == name or (k.startswith(f"{name}.") and k[len(name) + 1 :].isdigit())]


def _column(rows: list[dict[str, str] | None], name: str, context: Context) -> list[Stamp | None]:
    stamps, said = dates.column([None if row is None else row.get(name) for row in rows])
    if said:
        context.warn(f"{name}: {said}")
    return stamps


def read(text: str, context: Context) -> Iterator[Item]:
    """Rows of every issue."""
    table = cells.table(text)
    given = list(table.records(context))
    created = _column([f for f, _, _ in given], "Created", context)
    resolved = _column([f for f, _, _ in given], "Resolved", context)
    ids = Ids()
    for (fields, start, end), opened, ended in zip(given, created, resolved, strict=True):
        if fields is None or not fields.get("Issue key"):
            yield Item(None, start, end)
            continue
        for row, frame in _rows(fields, opened, ended, ids):
            yield Item(row, start, end, frame=frame)
    at_limit(len(given), context)


def _rows(fields: dict[str, str], opened: Stamp | None, ended: Stamp | None, ids: Ids) -> Iterator[tuple[Row, str]]:
    key = fields["Issue key"]
    name, title = ids.of(key), fields.get("Summary", key)
    components = tuple(_many(fields, "Component/s") or _many(fields, "Components"))
    first: Row = {
        "time": opened,
        "time_stated": fields.get("Created"),
        "source_id": name,
        "kind": "communication",
        "actor": "staff" if fields.get("Reporter") else None,
        "who": fields.get("Reporter"),
        "text": f"{key} created: {title}",
        "criticality": fields.get("Priority"),
        "state": fields.get("Status"),
        "service": components[0] if components else None,
        "issue": key,
        "end": ended,
    }
    skipped = {"Comment", "Component/s", "Components"}
    rest: dict[str, Any] = {
        k: v for k, v in fields.items() if k not in _TAKEN and k.rsplit(".", 1)[0] not in skipped and k not in skipped
    }
    yield adopt(known(first), {f"jira.{k}": v for k, v in rest.items()}), ""
    for number, cell in enumerate(_many(fields, "Comment"), 1):
        parts = cell.split(";", 2)
        written = dates.one(parts[0]) if len(parts) == 3 else None
        row = {
            "time": written,
            "time_stated": parts[0] if written is not None else None,
            "source_id": ids.of(name, "comment", number),
            "kind": "communication",
            "actor": "staff",
            "who": parts[1] if written is not None else None,
            "text": parts[2] if written is not None else cell,
            "relates_to": name,
            "issue": key,
        }
        yield known(row), ""
    if ended is not None:
        row = {
            "time": ended,
            "time_stated": fields.get("Resolved"),
            "source_id": ids.of(name, "resolution"),
            "kind": "action",
            "text": f"{key} resolved" + (f": {fields['Resolution']}" if fields.get("Resolution") else ""),
            "relates_to": name,
            "relation": "resolves",
            "issue": key,
        }
        yield known(row), ""
    incident: Row = {
        "incident_id": key,
        "title": title,
        "severity_stated": fields.get("Priority"),
        "services": components or None,
        "started": opened,
        "started_certainty": "day" if dates.is_day(fields.get("Created")) else "approx",
        "detected": opened,
        "detected_certainty": "day" if dates.is_day(fields.get("Created")) else None,
        "resolved": ended,
        "resolved_certainty": "open"
        if not fields.get("Resolved")
        else "day"
        if dates.is_day(fields["Resolved"])
        else None,
    }
    yield known(incident), "INCIDENTS"


def recognise(head: bytes) -> Match | None:
    """By its heading."""
    names = set(cells.heading(head))
    if {"Issue key", "Summary"} <= names and names & {"Created", "Issue Type", "Status"}:
        return Match(0.94, "columns Issue key and Summary")
    return None


FORMAT = Format(
    name="jira_csv",
    title="Jira issues (CSV)",
    yields="TIMELINE",
    also=("INCIDENTS",),
    reference="https://support.atlassian.com/jira-software-cloud/docs/export-work-items/ (from documentation; no "
    "sample was at hand)",
    sample="Summary,Issue key,Issue id,Status,Created,Resolved,Comment,Comment\n"
    'made up,MADE-1,1,Done,02/Jan/26 10:00 AM,02/Jan/26 11:30 AM,02/Jan/26 10:05 AM;somebody;looking,"02/Jan/26 10:20 '
    'AM;somebody;found,\nand fixed"\n',
    recognise=recognise,
    read=read,
    zone_rule="local",
    encoding="windows-1252",
)
