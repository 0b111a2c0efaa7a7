"""Elasticsearch and OpenSearch: hits of a search, a list of hits, hits one a line, one document of Kibana, bulk files.

`_source` is the document; in a bulk file it stands on the line below its action. `@timestamp` in it carries its zone or
is UTC (Elasticsearch knows no other), and `fields` may repeat it as milliseconds. Names with dots come nested and flat,
sometimes both. A search gives at most 10,000 hits, by default ten; `hits.total` tells how many there were.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from incident_analysis import severity
from incident_analysis.format import Context, Format, Item, Match, Row, flat
from incident_analysis.formats.objects import adopt, attempt, pick, real, records, text_of, told, utc, whole
from incident_analysis.patterns import pattern

TIMES = ("@timestamp", "timestamp", "time", "event.created", "date", "ts", "Timestamp", "datetime")
LEVELS = ("log.level", "level", "severity", "loglevel", "log_level", "severity_text", "levelname", "Level")
MESSAGES = ("message", "msg", "log", "event.original", "error.message", "Message", "body")
SERVICES = (
    "service.name", "service", "kubernetes.container.name", "kubernetes.container_name", "container.name", "app",
    "application", "fields.service", "process.name", "program", "event.module", "event.dataset",
)  # fmt: skip
HOSTS = ("host.name", "host.hostname", "hostname", "agent.hostname", "beat.hostname", "host", "kubernetes.pod.name")


def row_of(hit: Mapping[str, Any]) -> Row | None:
    """A row from a hit: its document, and where it was indexed."""
    document = hit.get("_source")
    if not isinstance(document, Mapping):
        fields = hit.get("fields")
        if not isinstance(fields, Mapping):
            return None
        # Fields come as lists of one.
        document = {k: v[0] if isinstance(v, list) and len(v) == 1 else v for k, v in fields.items()}
    when = pick(document, *TIMES)
    if when is None:
        given = pick(hit.get("fields"), *TIMES)
        when = given[0] if isinstance(given, list) and given else given
    status = whole(pick(document, "http.response.status_code"))
    took = real(pick(document, "event.duration"))
    message = next((v for n in MESSAGES if isinstance(v := pick(document, n), (str, int, float))), None)
    flatly = flat(document)
    row: Row = {
        "time": utc(when),
        "severity_text": _word(pick(document, *LEVELS)),
        "service": _word(pick(document, *SERVICES)),
        "host": _first(document, HOSTS),
        "message": str(message).rstrip("\n") if message is not None else text_of(dict(document)),
        "method": pick(document, "http.request.method"),
        "path": _word(pick(document, "url.original", "url.path")) or None,
        "status": status,
        "bytes": whole(pick(document, "http.response.body.bytes", "http.response.bytes")),
        # ECS: nanoseconds.
        "duration_s": None if took is None else took / 1e9,
        "client": _word(pick(document, "client.ip", "source.ip", "client.address", "source.address")) or None,
        "user_agent": _word(pick(document, "user_agent.original")) or None,
        "trace_id": _word(pick(document, "trace.id")) or None,
        "span_id": _word(pick(document, "span.id")) or None,
    }
    if status is not None and not row["severity_text"]:
        row["severity_number"] = severity.of_status(status)
    rest = {k: v for k, v in flatly.items() if k not in ("@timestamp", "message") and flatly[k] != row.get(k)}
    rest |= {"index": hit.get("_index"), "document_id": hit.get("_id")}
    return adopt({k: v for k, v in row.items() if v is not None}, rest)


def _word(value: Any) -> str:
    return "" if value is None or isinstance(value, (Mapping, list)) else str(value)


def _first(document: Mapping[str, Any], names: tuple[str, ...]) -> str | None:
    return next((w for name in names if (w := _word(pick(document, name)))), None)


def read(text: str, context: Context) -> Iterator[Item]:
    """Documents of any of the shapes."""
    count = 0
    action: Mapping[str, Any] | None = None
    for hit, start, end in records(text, "hits.hits", "rawResponse.hits.hits"):
        if isinstance(hit, Mapping) and len(hit) == 1 and isinstance(hit.get(next(iter(hit))), Mapping):
            kind = next(iter(hit))
            if kind in ("index", "create", "update", "delete"):
                # The action line of a bulk file; its document stands below.
                action = None if kind == "delete" else hit[kind]
                continue
        if action is not None and isinstance(hit, Mapping) and "_source" not in hit:
            document = hit["doc"] if set(hit) == {"doc"} and isinstance(hit["doc"], Mapping) else hit
            hit = {**action, "_source": document}
        action = None
        count += 1
        yield Item(attempt(row_of, hit) if isinstance(hit, Mapping) else None, start, end)
    _tell(text, count, context)


_WRAPPED = pattern(r'\s*\{\s*"(?:took|hits|_scroll_id|pit_id|timed_out|_shards)"')
_SHARDS = pattern(r'"_shards"\s*:\s*\{[^{}]*\}')
_TOTAL = pattern(r'"total"\s*:\s*(?:\{\s*"value"\s*:\s*)?(\d+)(?:\s*,\s*"relation"\s*:\s*"(\w+)")?')
#: Searches give ten hits unless asked for more, and at most 10,000.
_CUTS = frozenset({10, 100, 500, 1000, 10_000})


def _tell(text: str, count: int, context: Context) -> None:
    """Warn where an answer says, or its size suggests, that there were more hits."""
    if not _WRAPPED.match(text):
        return
    start = text[:5000]
    shards = _SHARDS.search(start)
    if shards is not None:
        # It has a total of its own, which is of shards.
        start = start.replace(shards[0], "")
        failed = re.search(r'"failed"\s*:\s*([1-9]\d*)', shards[0])
        if failed:
            context.warn(f"{failed[1]} shards failed: the answer may be truncated")
    total = _TOTAL.search(start)
    at_least = total is not None and total[2] == "gte"
    if total is not None and int(total[1]) > count:
        more = "or more " if at_least else ""
        context.warn(f"{count:,} of {int(total[1]):,} {more}hits stand in the file: it is truncated")
    elif count in _CUTS and (total is None or at_least):
        context.warn(f"exactly {count:,} hits, where searches are cut: it may be truncated")
    if told(start, "timed_out") == "true":
        context.warn("the search timed out: the answer may be truncated")


_BULK = pattern(rb'\{\s*"(?:index|create)"\s*:\s*\{[^{}\n]*\}\s*\}[ \r]*\n\{')
_KEYS = pattern(rb'"(_index|_id|_source|_score|hits|_type|sort|fields)"\s*:')


def recognise(head: bytes) -> Match | None:
    """By the keys of a hit."""
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if text[:1] not in (b"{", b"["):
        return None
    if _BULK.match(text) is not None:
        return Match(0.94, "a bulk file of Elasticsearch: actions, a document below each")
    keys = {m[1] for m in _KEYS.finditer(text)}
    if b"_index" in keys and (b"_source" in keys or b"fields" in keys):
        return Match(0.95, "hits of Elasticsearch: _index, _source")
    return None


FORMAT = Format(
    name="elasticsearch",
    title="Elasticsearch and OpenSearch hits",
    reference="https://www.elastic.co/guide/en/elasticsearch/reference/current/search-search.html",
    sample='{"took": 1, "hits": {"total": {"value": 1, "relation": "eq"}, "hits": [\n {"_index": "made-up", '
    '"_id": "1", "_source": {"@timestamp": "2026-01-02T10:00:00.000Z", "log.level": "error", "message": "lost"}}]}}\n',
    recognise=recognise,
    read=read,
    inner="message",
)
