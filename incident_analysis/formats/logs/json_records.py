"""Structured records that do not stand one a line: a JSON list of them, or objects of many lines one after another.

What `jq`, `jq -s` and APIs make of JSON lines; read as those are. A cut list keeps what came before the cut.
Reference: https://www.rfc-editor.org/rfc/rfc8259; the keys as in JSON lines. No sample was at hand.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from incident_analysis.format import Context, Format, Item, Match, flat
from incident_analysis.formats import keys, objects
from incident_analysis.formats.logs.json_lines import unwrapped


def read(text: str, context: Context) -> Iterator[Item]:
    """The objects, with the lines that each spans."""
    count = 0
    for record, first, last in objects.records(text):
        count += 1
        row = keys.row_of(unwrapped(record), context) if isinstance(record, dict) else None
        yield Item(row, first, last)
    objects.at_limit(count, context)


def recognise(head: bytes) -> Match | None:
    """Weakly, by the first object: its keys are a logger's."""
    text = head.decode("utf-8", "replace").lstrip("\ufeff \t\r\n")
    listed = re.match(r"\[\s*(?=\{)", text)
    if listed is None and not re.match(r"\{\s*\n", text):
        return None
    try:
        record, _ = json.JSONDecoder().raw_decode(text, listed.end() if listed else 0)
    except (ValueError, RecursionError):
        return None
    if not isinstance(record, dict):
        return None
    shape = keys.Shape(flat(unwrapped(record)))
    # A list of objects with a time is many things beside logs: all three have to be there.
    if not shape.times or shape.level is None or shape.message is None:
        return None
    return Match(0.45, f"{'a list of' if listed else ''} objects with a logger's keys".strip())


FORMAT = Format(
    name="json_records",
    title="JSON records in a list, or over many lines",
    reference="https://www.rfc-editor.org/rfc/rfc8259; no sample was at hand",
    sample='[\n  {"time": "2026-01-02T10:00:00Z", "level": "info", "msg": "started"},\n'
    '  {"time": "2026-01-02T10:00:01Z", "level": "error", "msg": "lost"}\n]\n',
    recognise=recognise,
    read=read,
    zone_rule="local",
)
