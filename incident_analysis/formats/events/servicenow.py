"""Incidents of ServiceNow's Table API.

Fields are texts, references `{link, value}`, or both values `{display_value, value}`. By default the API writes UTC
without saying so, and states as numbers. Asked for display values it writes the user's own zone and format: words in
the place of the numbers (`3 - Moderate`, `Closed`) show that, and then the zone has to be stated.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from incident_analysis.clock import Stamp
from incident_analysis.format import Context, Format, Item, Match, json_document
from incident_analysis.formats import dates, servicenow
from incident_analysis.formats.happenings import Ids
from incident_analysis.formats.objects import Once, at_limit, records


def plain(value: Any) -> Any:
    """The value of a field: UTC where both are given, and a reference's id where it has no name."""
    if not isinstance(value, dict):
        return value
    return value.get("value") or value.get("display_value") or None


def shown(value: Any) -> Any:
    """What a field is called for people."""
    return value.get("display_value") or value.get("value") or None if isinstance(value, dict) else value


def _local(record: dict[str, Any]) -> bool:
    """Whether times are those of a user: the export holds display values alone."""
    words = (record.get(k) for k in ("state", "incident_state", "priority", "impact", "urgency"))
    both = any(isinstance(v, dict) and "display_value" in v and "value" in v for v in record.values())
    return not both and any(isinstance(word, str) and re.search(r"[A-Za-z]", word) for word in words)


def _times(found: list[Any], local: bool, context: Context) -> dict[str, list[Stamp | None]]:
    """Times of all records by field: whether the day stands first is decided over a column."""
    made: dict[str, list[Stamp | None]] = {}
    for name in servicenow.TIMES:
        written = [plain(one.get(name)) if isinstance(one, dict) else None for one in found]
        stamps, said = dates.column([w if isinstance(w, str) and w else None for w in written])
        if said:
            context.warn(f"{name}: {said}")
        made[name] = [s if s is None or local else Stamp(s.ns, True) for s in stamps]
    return made


def read(text: str, context: Context) -> Iterator[Item]:
    """Rows of every record."""
    found: list[tuple[Any, int, int]] = []
    broken: ValueError | None = None
    try:
        for one in records(text, "result"):
            found.append(one)
    except ValueError as error:
        # The export is cut: what came before it is given first.
        broken = error
    local = any(isinstance(one, dict) and _local(one) for one, _, _ in found)
    if local:
        context.warn("display values: times are in the zone and format of the user who exported them")
    stamps = _times([one for one, _, _ in found], local, context)
    ids, again = Ids(), Once()
    for place, (record, start, end) in enumerate(found):
        if not isinstance(record, dict) or not (record.get("number") or record.get("sys_id")):
            yield Item(None, start, end)
            continue
        fields = {name: shown(value) for name, value in record.items()}
        times = {n: (stamps[n][place], plain(record[n])) for n in servicenow.TIMES if plain(record.get(n))}
        again.see(fields.get("number"))
        key = ids.of(fields.get("sys_id") or fields.get("number"))
        for row, frame in servicenow.rows_of(fields, times, ids, key):
            yield Item(row, start, end, frame=frame)
        yield Item(servicenow.incident_of(fields, times, key), start, end, frame="INCIDENTS")
    if broken is not None:
        raise broken
    again.tell(context, "number")
    at_limit(len(found), context, limits=frozenset({100, 1000, 10_000}))


def recognise(head: bytes) -> Match | None:
    """By the keys of a record."""
    for key in ("short_description", "incident_state", "caller_id", "sys_updated_on"):
        found = json_document("number", "opened_at", key, why=f"records with number, opened_at and {key}")(head)
        if found is not None:
            return found
    return None


FORMAT = Format(
    name="servicenow",
    title="ServiceNow incidents (Table API)",
    yields="TIMELINE",
    also=("INCIDENTS",),
    reference="https://www.servicenow.com/docs/ (Table API, sysparm_display_value)",
    sample='{"result": [\n {"number": "INC0000001", "sys_id": "0001", "short_description": "made up", "priority": "3", '
    '"state": "7", "opened_at": "2026-01-02 10:00:00", "resolved_at": "2026-01-02 11:00:00", "closed_at": '
    '"2026-01-03 00:00:00"}]}\n',
    recognise=recognise,
    read=read,
    zone_rule="local",
)
