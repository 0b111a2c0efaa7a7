"""Splunk, results as JSON: `{"preview": false, "result": {…}}` a line (export), or `{"results": […]}` in one document.

Rows with `preview` true are passing: the final ones come again, so they are left out and counted. `lastrow` marks the
end: an export without it broke off. No sample was at hand: from the documentation.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from incident_analysis.format import Context, Format, Item, Match
from incident_analysis.formats.logs.splunk_csv import row_of, time_of
from incident_analysis.formats.objects import at_limit, attempt, records, told


def read(text: str, context: Context) -> Iterator[Item]:
    """Final results of either shape."""
    count = passing = 0
    ended = numbered = False
    for given, start, end in records(text, "results"):
        result: Any = given
        if isinstance(given, dict) and ("result" in given or "preview" in given):
            if given.get("preview") is True:
                passing += 1
                continue
            numbered = numbered or "offset" in given
            ended = ended or given.get("lastrow") is True
            result = given.get("result")
            if result is None and "lastrow" in given:
                continue
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


def recognise(head: bytes) -> Match | None:
    """By the wrapping of results."""
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if text[:1] not in (b"{", b"["):
        return None
    own = sum(key in text for key in (b'"_time"', b'"_raw"', b'"preview"', b'"sourcetype"', b'"splunk_server"'))
    if (b'"result"' in text or b'"results"' in text or b'"_raw"' in text) and own >= 2:
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
