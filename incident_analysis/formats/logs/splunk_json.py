"""Splunk, results as JSON: `{"preview": false, "result": {…}}` a line (export), or `{"results": […]}` in one document.

Rows with `preview` true are passing: the final ones come again, so they are left out and counted. `lastrow` marks the
end: an export without it broke off. Read as well: `rows` under a list of `fields` (json_rows), and what senders give
the HTTP Event Collector (`time`, `event`). No sample was at hand: from the documentation.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from incident_analysis.format import Context, Format, Item, Match
from incident_analysis.formats.logs.splunk_csv import row_of, time_of
from incident_analysis.formats.objects import at_limit, attempt, records, text_of, told
from incident_analysis.patterns import pattern


def read(text: str, context: Context) -> Iterator[Item]:
    """Final results of either shape."""
    count = passing = 0
    ended = numbered = False
    names = _names(text)
    for given, start, end in records(text, "results", "rows") if names else records(text, "results"):
        result: Any = given
        if isinstance(given, list) and len(given) == len(names):
            result = given = dict(zip(names, given, strict=True))
        if isinstance(given, dict) and ("result" in given or "preview" in given):
            if given.get("preview") is True:
                passing += 1
                continue
            numbered = numbered or "offset" in given
            ended = ended or given.get("lastrow") is True
            result = given.get("result")
            if result is None and "lastrow" in given:
                continue
        if isinstance(result, dict) and "event" in result and "_time" not in result:
            result = _sent(result)
        count += 1
        if not isinstance(result, dict) or not result:
            yield Item(None, start, end)
            continue
        yield Item(attempt(row_of, result, time_of(result.get("_time"))), start, end)
    if passing:
        context.warn(f"{passing:,} passing results (preview) left out: the final ones come again")
    if numbered and not ended:
        context.warn("no row is marked as the last (lastrow): the export may be truncated")
    if told(text, "preview") == "true" and not passing:
        context.warn("results of a search that had not ended (preview): they may be truncated")
    # The REST API gives a hundred results unless it is asked for more, and at most 50,000.
    at_limit(count, context, limits=frozenset({100, 1000, 10_000, 50_000, 100_000, 500_000}))


_SENT = pattern(rb'\{\s*"(?:time|host|source|sourcetype|index|event|fields)"\s*:')
_FIELDS = pattern(r'"fields"\s*:\s*(\[\s*"[^\[\]]*\])')
_ROWS = pattern(r'"rows"\s*:\s*\[')


def _names(text: str) -> list[str]:
    """The names of the values in `rows` (output_mode=json_rows); none where results are objects."""
    found = _FIELDS.search(text[:100_000])
    if found is None or _ROWS.search(text) is None:
        return []
    try:
        return [str(name) for name in json.loads(found[1])]
    except ValueError:
        return []


def _sent(given: dict[str, Any]) -> dict[str, Any]:
    """What senders give the HTTP Event Collector, as a result."""
    event = given["event"]
    own = {k: v for k, v in given.items() if k not in ("event", "time", "fields")}
    fields = given.get("fields")
    further = fields if isinstance(fields, dict) else {}
    if not isinstance(event, dict):
        return further | own | {"_time": given.get("time"), "_raw": text_of(event)}
    name = next((n for n in ("message", "msg", "log", "line") if event.get(n) not in (None, "")), "")
    raw = text_of(event[name] if name else event)
    kept = {k: v for k, v in event.items() if k != name} if name else {}
    return kept | further | own | {"_time": given.get("time"), "_raw": raw}


def recognise(head: bytes) -> Match | None:
    """By the wrapping of results."""
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if text[:1] not in (b"{", b"["):
        return None
    if _SENT.match(text) is not None and b'"event"' in text and b'"time"' in text and b'"sourcetype"' in text:
        return Match(0.9, "events as Splunk's HTTP Event Collector takes them")
    own = sum(key in text for key in (b'"_time"', b'"_raw"', b'"preview"', b'"sourcetype"', b'"splunk_server"'))
    if (b'"result"' in text or b'"results"' in text or b'"_raw"' in text or b'"rows"' in text) and own >= 2:
        return Match(0.93, "results of Splunk")
    return None


FORMAT = Format(
    name="splunk_json",
    title="Splunk (JSON)",
    reference="https://docs.splunk.com/Documentation/Splunk/latest/RESTREF/RESTsearch (no sample was at hand)",
    sample='{"preview":false,"offset":0,"lastrow":true,"result":{"_time":"2026-01-02T10:00:00.250+00:00",'
    '"_raw":"WARNING:made.up:lost","host":"made-up","sourcetype":"made_up"}}\n',
    recognise=recognise,
    read=read,
    inner="message",
)
