"""Datadog logs, answers of the search API (v2 `data` of the type log, v1 `logs`).

Times are UTC with milliseconds. Tags are a list of `key:value` in which a key may come again; `meta.page.after` means
that more pages follow. Durations of Datadog's standard attributes are nanoseconds.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from incident_analysis.format import Context, Format, Item, Row, flat, json_document
from incident_analysis.formats.objects import (
    Once,
    adopt,
    at_limit,
    attempt,
    pick,
    real,
    records,
    text_of,
    told,
    utc,
    whole,
    without,
)
from incident_analysis.patterns import pattern

_TAKEN = ("timestamp", "status", "service", "host", "message", "tags", "attributes", "content", "id")


def row_of(entry: dict[str, Any]) -> Row | None:
    """A row from a log event of either version of the API."""
    given = pick(entry, "attributes", "content")
    if not isinstance(given, dict):
        return None
    inside = pick(given, "attributes") or {}
    tags = [str(t) for t in pick(given, "tags") or []] if isinstance(pick(given, "tags"), list) else []
    named: dict[str, str] = {}
    for tag in dict.fromkeys(tags):
        key, mark, value = tag.partition(":")
        if mark:
            named[key] = f"{named[key]},{value}" if key in named else value
    took = real(pick(inside, "duration"))
    row: Row = {
        "time": utc(pick(given, "timestamp") or pick(inside, "timestamp")),
        # Version 1 has the status among the attributes.
        "severity_text": text_of(pick(given, "status") or pick(inside, "status", "level")) or "",
        "service": pick(given, "service") or named.get("service") or named.get("source"),
        "host": pick(given, "host"),
        "message": text_of(pick(given, "message") or pick(inside, "message", "msg")),
        "method": pick(inside, "http.method"),
        "path": pick(inside, "http.url_details.path", "http.url"),
        "status": whole(pick(inside, "http.status_code")),
        "bytes": whole(pick(inside, "network.bytes_written")),
        "duration_s": None if took is None else took / 1e9,
        "client": pick(inside, "network.client.ip"),
        "user_agent": pick(inside, "http.useragent"),
        "trace_id": text_of(pick(inside, "trace_id", "dd.trace_id", "otel.trace_id")),
        "span_id": text_of(pick(inside, "span_id", "dd.span_id", "otel.span_id")),
        "event_id": pick(entry, "id"),
        "env": named.get("env"),
        "tags": ",".join(dict.fromkeys(tags)) or None,
    }
    made = adopt({k: v for k, v in row.items() if v is not None}, without(given, *_TAKEN))
    return adopt(made, flat(inside) if isinstance(inside, dict) else {})


_MORE = pattern(r'"page"\s*:\s*\{\s*"after"\s*:\s*"[^"]')


def read(text: str, context: Context) -> Iterator[Item]:
    """Events of one page, or of several one after another."""
    count, ids = 0, Once()
    for entry, start, end in records(text, "data", "logs"):
        count += 1
        ids.see(entry.get("id") if isinstance(entry, dict) else None)
        yield Item(attempt(row_of, entry) if isinstance(entry, dict) else None, start, end)
    ids.tell(context, "id")
    if _MORE.search(text[:5000]) or _MORE.search(text[-5000:]) or told(text, "nextLogId"):
        context.warn("meta.page.after: more pages follow, it may be truncated")
    at_limit(count, context)


_KIND = pattern(
    rb'"attributes"\s*:\s*\{[\s\S]*"type"\s*:\s*"log"|"type"\s*:\s*"log"[\s\S]*"attributes"\s*:\s*\{'
    rb'|"logs"\s*:\s*\[\s*\{[^{}]*"content"\s*:\s*\{'
)


FORMAT = Format(
    name="datadog_logs",
    title="Datadog logs (API)",
    reference="https://docs.datadoghq.com/api/latest/logs/",
    sample='{"data": [\n {"type": "log", "id": "made-up", "attributes": {"timestamp": "2026-01-02T10:00:00.250Z", '
    '"status": "error", "service": "shop", "host": "made-up", "message": "lost", "tags": ["env:made-up"]}}\n]}\n',
    recognise=json_document(
        "timestamp", strength=0.93, why="events of Datadog", probe=lambda text: _KIND.search(text) is not None
    ),
    read=read,
    inner="message",
)
