"""ServiceNow's audit log of incidents as the UCI archive publishes it: CSV, a row for each update of an incident.

Dates have the day first (decided over all columns at once, and told), no zone, "?" where something is missing. An
incident is all rows of its number: it was detected at `opened_at` and had started about then, as with every ticket;
`resolved_at` is its resolution (the last row that tells it), `closed_at` stands beside it. Each row is an event of the
timeline too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from incident_analysis.clock import Stamp
from incident_analysis.format import Context, Format, Item, Match, Row
from incident_analysis.formats import cells, dates, told
from incident_analysis.formats.told import INCIDENTS, TIMELINE

_DATES = ("opened_at", "sys_created_at", "sys_updated_at", "resolved_at", "closed_at")
_COLUMNS = frozenset(("number", "incident_state", "sys_mod_count", "opened_at", "sys_updated_at"))
_OVER = frozenset(("Resolved", "Closed"))


@dataclass(slots=True)
class _Incident:
    """The rows of one number so far."""

    first: int
    last: int = 0
    rows: list[tuple[dict[str, str], dict[str, Stamp | None]]] = field(default_factory=list)


def read(text: str, context: Context) -> Iterator[Item]:
    """Incidents in the order in which their numbers first come, then the updates."""
    table = cells.table(text, ",")
    found = [
        ({k: v for k, v in record.items() if v != "?"} if record is not None else None, first, last)
        for record, first, last in table.records(context)
    ]
    stamps = _stamps([record for record, _, _ in found if record is not None], context)
    events: list[Item] = []
    incidents: dict[str, _Incident] = {}
    times = iter(stamps)
    for record, first, last in found:
        told_at = next(times) if record is not None else None
        if record is None or told_at is None or not record.get("number") or told_at.get("opened_at") is None:
            events.append(Item(None, first, last))
            continue
        one = incidents.setdefault(record["number"], _Incident(first))
        one.rows.append((record, told_at))
        one.last = last
        events.append(Item(_event(record, told_at, len(one.rows)), first, last, frame=TIMELINE))
    for number, one in incidents.items():
        yield Item(_incident(number, one), one.first, one.last)
    yield from events


def _stamps(records: list[dict[str, str]], context: Context) -> list[dict[str, Stamp | None]]:
    """Every date of the export, the order of day and month decided once for all of them."""
    every = [record.get(name) for record in records for name in _DATES]
    made, decided = dates.column(every)
    if decided:
        context.warn(decided)
    size = len(_DATES)
    return [dict(zip(_DATES, made[i : i + size], strict=True)) for i in range(0, len(made), size)]


def _incident(number: str, one: _Incident) -> Row:
    last, _ = one.rows[-1]

    def latest(name: str) -> Any:
        return next((r[name] for r, _ in reversed(one.rows) if r.get(name)), None)

    def time(name: str) -> Stamp | None:
        return next((t[name] for _, t in reversed(one.rows) if t[name] is not None), None)

    over = last.get("incident_state") in _OVER or last.get("active", "").upper() == "FALSE"
    service = latest("cmdb_ci") or latest("category")
    return {
        "incident_id": number,
        "title": latest("u_symptom"),
        "severity_stated": latest("priority"),
        "services": [service] if service else [],
        "started": time("opened_at"),
        "started_certainty": "approx",
        "detected": time("opened_at"),
        **told.ending(time("resolved_at"), None if over else False),
        "provider": "servicenow",
        "kind": "incident",
        "published_at": time("sys_created_at"),
        "updated_at": time("sys_updated_at"),
        "closed_at": time("closed_at"),
        "duration_stated_minutes": None,
        "backfilled": None,
        "status": last.get("incident_state"),
        "updates": len(one.rows),
        "reassignment_count": _whole(latest("reassignment_count")),
        "reopen_count": _whole(latest("reopen_count")),
        "made_sla": None if latest("made_sla") is None else latest("made_sla").upper() == "TRUE",
        "impact_stated": latest("impact"),
        "urgency": latest("urgency"),
        "category": latest("category"),
        "assignment_group": latest("assignment_group"),
        "closed_code": latest("closed_code"),
    }


def _whole(cell: str | None) -> int | None:
    return int(cell) if cell and cell.isdigit() else None


def _event(record: dict[str, str], times: dict[str, Stamp | None], place: int) -> Row:
    state = record.get("incident_state", "")
    done = {"Resolved": "resolved"}.get(state, "")
    return {
        "time": times["sys_updated_at"],
        "time_stated": record.get("sys_updated_at", ""),
        "kind": "alert" if place == 1 and state == "New" else "action",
        "actor": "staff",
        "role": record.get("assignment_group", ""),
        "text": f"{record['number']}: {state}" if state else record["number"],
        "milestone": done,
        "service": record.get("cmdb_ci", ""),
        "source_id": f"{record['number']}/{place}",
        "incident_id": record["number"],
        "status": state,
    }


def recognise(head: bytes) -> Match | None:
    """By the columns of the audit log."""
    columns = set(cells.heading(head, ","))
    return Match(0.97, "columns of ServiceNow's audit log") if columns >= _COLUMNS else None


FORMAT = Format(
    name="servicenow_log",
    title="ServiceNow's audit log of incidents (UCI)",
    reference="https://archive.ics.uci.edu/dataset/498/incident+management+process+enriched+event+log",
    sample="number,incident_state,active,sys_mod_count,opened_at,sys_created_at,sys_updated_at,priority,"
    "assignment_group,resolved_at,closed_at\n"
    "INC0000001,New,TRUE,0,29-02-2016 01:16,29-02-2016 01:23,29-02-2016 01:23,3 - Moderate,?,?,?\n"
    "INC0000001,Resolved,TRUE,2,29-02-2016 01:16,29-02-2016 01:23,29-02-2016 08:53,3 - Moderate,Group 1,"
    "29-02-2016 08:50,?\n",
    recognise=recognise,
    read=read,
    yields=INCIDENTS,
    also=(TIMELINE,),
    zone_rule="local",
)
