"""Grafana Loki, answers of the API (`query_range`): streams of labels, each with its lines, newest first.

Times are nanoseconds since 1970, written as texts. Labels become columns; the lines are read again by the format that
they hold. A metric query (`matrix`) holds no lines. Grafana's Explore saves a list of objects (`line`, `timestamp`,
`fields` or `labels`) instead: read as well.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from incident_analysis import clock
from incident_analysis.errors import InputError
from incident_analysis.format import Context, Format, Item, Match, Row, json_items
from incident_analysis.formats.objects import adopt, at_limit, attempt, pick, stamp
from incident_analysis.patterns import pattern

_SERVICES = ("service_name", "service", "app", "container", "container_name", "app_kubernetes_io_name", "job", "unit")
_HOSTS = ("host", "hostname", "node_name", "node", "instance", "nodename", "pod")
_LEVELS = ("level", "detected_level", "severity", "lvl")
#: Limits of queries: logcli's and Grafana's defaults, the server's usual most.
LIMITS = frozenset({30, 100, 1000, 5000, 10_000, 50_000})


def row_of(when: Any, line: str, labels: Mapping[str, Any]) -> Row:
    """A row from a line and its labels."""
    known = ("unknown", "")
    level = next((labels[name] for name in _LEVELS if labels.get(name) not in (None, *known)), "")
    row: Row = {
        "time": when,
        "severity_text": level,
        "service": pick(labels, *_SERVICES),
        "host": pick(labels, *_HOSTS),
        "message": line,
    }
    others = {k: v for k, v in labels.items() if k not in ("service", "host") or row[k] != v}
    return adopt({k: v for k, v in row.items() if v is not None or k == "time"}, others)


_VALUES = pattern(r'"(stream|values|resultType)"\s*:\s*')


def read(text: str, context: Context) -> Iterator[Item]:
    """Lines of all streams."""
    if text.lstrip("\ufeff \t\r\n")[:1] == "[":
        yield from _explored(text, context)
        return
    decoder = json.JSONDecoder()
    place = count = 0
    labels: dict[str, Any] = {}
    waiting: list[tuple[Any, int, int]] = []
    line, seen = 0, 0
    while (found := _VALUES.search(text, place)) is not None:
        place = found.end()
        opening = text[place : place + 1]
        if found[1] == "resultType":
            kind, place = decoder.raw_decode(text, place)
            if kind in ("matrix", "vector"):
                raise InputError(
                    f"an answer of Loki with {kind}, which are numbers",
                    remedy="query the lines themselves, or read it as metrics",
                    where=context.source,
                )
        elif found[1] == "stream" and opening == "{":
            labels, place = decoder.raw_decode(text, place)
            for value, start, end in waiting:
                count += 1
                yield _item(value, labels, start, end)
            if waiting:
                waiting, labels = [], {}
        elif found[1] == "values" and opening == "[":
            line += text.count("\n", seen, place)
            seen = place
            try:
                _, behind = decoder.raw_decode(text, place)
            except json.JSONDecodeError:
                # Cut: the lines before the cut are given, then the error goes up.
                behind = len(text)
            items = ((value, line + start, line + end) for value, start, end in json_items(text[place:behind]))
            if labels:
                for value, start, end in items:
                    count += 1
                    yield _item(value, labels, start, end)
                labels = {}
            else:
                waiting = list(items)
            place = behind
    for value, start, end in waiting:
        count += 1
        yield _item(value, {}, start, end)
    at_limit(count, context, limits=LIMITS)


def _explored(text: str, context: Context) -> Iterator[Item]:
    count = 0
    for given, start, end in json_items(text):
        count += 1
        if not isinstance(given, dict) or not isinstance(given.get("line"), str):
            yield Item(None, start, end)
            continue
        labels = next((f for name in ("labels", "fields") if isinstance(f := given.get(name), dict)), {})
        when = stamp(given.get("timestamp")) or stamp(given.get("date"))
        yield Item(attempt(row_of, when, given["line"], labels), start, end)
    at_limit(count, context, limits=LIMITS)


def _item(value: Any, labels: Mapping[str, Any], start: int, end: int) -> Item:
    if not isinstance(value, list) or len(value) < 2 or not isinstance(value[1], str):
        return Item(None, start, end)
    metadata = value[2] if len(value) > 2 and isinstance(value[2], dict) else {}
    # Newer servers part structured metadata from what a parser found.
    parts = [p for name in ("structuredMetadata", "parsed") if isinstance(p := metadata.get(name), dict)]
    further = {k: v for part in parts for k, v in part.items()} if parts else metadata
    return Item(attempt(row_of, clock.epoch(value[0], unit="ns"), value[1], {**labels, **further}), start, end)


def recognise(head: bytes) -> Match | None:
    """By the answer's wrapping."""
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if text[:1] == b"[":
        own = all(re.search(b'"' + name + rb'"\s*:', text) for name in (b"line", b"timestamp", b"(?:fields|labels)"))
        return Match(0.85, "lines that Grafana's Explore saved") if own and b'"date"' in text else None
    if text[:1] != b"{":
        return None
    if re.search(rb'"resultType"\s*:\s*"streams"', text) or re.match(rb'\{\s*"streams"\s*:\s*\[', text):
        return Match(0.96, "an answer of Loki with streams")
    return None


FORMAT = Format(
    name="loki",
    title="Grafana Loki (API)",
    reference="https://grafana.com/docs/loki/latest/reference/loki-http-api/",
    sample='{"status": "success", "data": {"resultType": "streams", "result": [\n'
    ' {"stream": {"app": "made-up", "level": "error"}, "values": [\n  ["1767348000000000001", "lost"]\n ]}\n]}}\n',
    recognise=recognise,
    read=read,
    inner="message",
)
