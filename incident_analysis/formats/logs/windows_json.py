"""Windows events as JSON, as evtx_dump and others make them of .evtx files: `{"Event": {"System": …, "EventData": …}}`.

One object a line, or objects of many lines with `Record N` between them. Times are UTC. An element with attributes is
an object with `#attributes` (or names with `@`); so EventID is a number or an object with `#text`. Reference:
https://github.com/omerbenamram/evtx, https://learn.microsoft.com/en-us/windows/win32/wes/eventschema-schema.
"""

from __future__ import annotations

import json
import re

from incident_analysis.format import Context, Format, Lines, Match, Row
from incident_analysis.formats import windows
from incident_analysis.patterns import pattern


def parse(text: str, context: Context) -> Row | None:
    """An event's fields, see `windows.row_of`."""
    record = json.loads(
        text.strip().removeprefix("[").rstrip(",]").strip() if text[:1] in "[," else text.strip().rstrip(",")
    )
    if not isinstance(record, dict):
        return None
    event = record.get("Event", record)
    return windows.row_of(event) if isinstance(event, dict) else None


def recognise(head: bytes) -> Match | None:
    """By an event with its System part."""
    begin = re.match(rb'(?:Record \d+\s+)?(?:\[\s*)?\{\s*"Event"\s*:\s*\{', head.lstrip(b"\xef\xbb\xbf \t\r\n"))
    if begin is not None and b'"System"' in head:
        return Match(0.96, "objects Event with System")
    return None


FORMAT = Format(
    name="windows_json",
    title="Windows events as JSON (evtx_dump)",
    reference="https://github.com/omerbenamram/evtx",
    sample='{"Event":{"System":{"Provider":{"#attributes":{"Name":"Made-Up"}},"EventID":7,"Level":4,"TimeCreated":'
    '{"#attributes":{"SystemTime":"2026-01-02T10:00:00.000000Z"}},"Channel":"System","Computer":"h"},'
    '"EventData":{"part":"1"}}}\n',
    recognise=recognise,
    lines=Lines(parse, start=pattern(rb"\[?\{"), skip=pattern(rb"Record \d+\s*$|[\[\]]\s*$")),
    zone_rule="explicit",
)
