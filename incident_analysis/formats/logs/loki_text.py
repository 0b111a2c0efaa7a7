"""Grafana Loki by `logcli` as it writes by default: time, labels in braces, line.

Times are in the reader's zone with its offset (`--timezone` changes that); labels that all lines share stand once, on
`Common labels:`. A line with line ends in it goes on below. What Grafana's Explore saves as text is
read as well: nanoseconds or milliseconds since 1970, the same in ISO 8601, the line; labels stand on top as JSON.

No sample was at hand: from the documentation.
"""

from __future__ import annotations

import json
import re

from incident_analysis import clock
from incident_analysis.format import Context, Format, Lines, Row, by_lines
from incident_analysis.formats.logs.loki import row_of
from incident_analysis.patterns import pattern

#: What logcli tells on stderr, and Explore on top.
HEADING = pattern(
    rb"(?:Common labels: ?|(?:Line limit|Total bytes processed|Deduplication count): \"|"
    rb"https?://\S+/(?:loki/)?api/|\d{4}/\d\d/\d\d \d\d:\d\d:\d\d (?:https?://|Common labels:))"
)
_PAIR = pattern(r'([A-Za-z_][\w.]*)\s*=\s*"((?:[^"\\]++|\\.)*+)"')
_HEAD = pattern(
    r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d))\s+"
    r'(\{(?:[^{}"]++|"(?:[^"\\]++|\\.)*+")*+\})[ \t]*(.*)',
    re.DOTALL,
)
_SAVED = pattern(r"(\d{13,19})\t\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z\t(.*)", re.DOTALL)
_START = r"(?:\d{13,19}\t\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z\t|"
_START += r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)\s+\{(?:\}|[A-Za-z_][\w.]*\s*=\s*"))'
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r"}


def labels_of(text: str) -> dict[str, str]:
    """Labels as Loki writes them, `{app="x", level="y"}`."""
    return {name: re.sub(r"\\(.)", lambda m: _ESCAPED.get(m[1], m[1]), value) for name, value in _PAIR.findall(text)}


def head(text: str, context: Context) -> None:
    """Remember the labels that all lines share."""
    _, mark, labels = text.partition("Common labels:")
    if mark:
        context.memory["common"] = labels_of(labels) or _object(labels)


def _object(text: str) -> dict[str, str]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return {str(k): str(v) for k, v in found.items()} if isinstance(found, dict) else {}


def parse(text: str, context: Context) -> Row | None:
    """A line with its labels."""
    saved = _SAVED.match(text)
    if saved is not None:
        return row_of(clock.epoch(saved[1]), saved[2], context.memory.get("common", {}))
    match = _HEAD.match(text)
    if match is None:
        return None
    when, labels, line = match.groups()
    return row_of(clock.iso(when), line, {**context.memory.get("common", {}), **labels_of(labels)})


FORMAT = Format(
    name="loki_text",
    title="Grafana Loki (logcli, default)",
    reference="https://grafana.com/docs/loki/latest/query/logcli/ (no sample was at hand)",
    sample='Common labels: {app="made-up"}\n2026-01-02T10:00:00Z {level="error"} lost\n'
    "2026-01-02T09:59:59Z {} started\n",
    recognise=by_lines(_START, strength=0.94, why="lines of logcli: time, labels in braces", least=0.2),
    lines=Lines(parse, start=pattern(_START.encode()), skip=HEADING, head=head),
    inner="message",
)
