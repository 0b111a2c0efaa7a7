"""Grafana Loki by `logcli --output=jsonl`: one object a line, with labels, line and timestamp (RFC 3339 with offset).

Newest first; what logcli writes of its own (`Common labels: …`, the query's address) stands on stderr, and in files
where both were caught. No sample was at hand: from the documentation.
"""

from __future__ import annotations

import json

from incident_analysis import clock
from incident_analysis.format import Context, Format, Lines, Match, Row, head_lines
from incident_analysis.formats.logs.loki import row_of
from incident_analysis.formats.logs.loki_text import HEADING, head, labels_of
from incident_analysis.formats.objects import stamp
from incident_analysis.patterns import pattern

_KEYS = pattern(rb'\{(?=.*"labels"\s*:\s*\{)(?=.*"line"\s*:\s*")(?=.*"timestamp"\s*:\s*["\d])')


def parse(text: str, context: Context) -> Row | None:
    """A line with its labels."""
    given = json.loads(text)
    if not isinstance(given, dict) or not isinstance(given.get("line"), str):
        return None
    labels = given.get("labels")
    if isinstance(labels, str):
        labels = labels_of(labels)
    found = labels if isinstance(labels, dict) else {}
    when = given.get("timestamp")
    time = stamp(when) if isinstance(when, str) else clock.epoch(when) if when is not None else None
    return row_of(time, given["line"].rstrip("\n"), {**context.memory.get("common", {}), **found})


def recognise(head: bytes) -> Match | None:
    """By the three keys of each line."""
    lines = [line for line in head_lines(head) if not HEADING.match(line)]
    hits = sum(_KEYS.match(line) is not None for line in lines)
    if not hits or hits * 2 < len(lines):
        return None
    return Match(0.85 + 0.1 * hits / len(lines), "lines of logcli: labels, line, timestamp")


FORMAT = Format(
    name="loki_lines",
    title="Grafana Loki (logcli, jsonl)",
    reference="https://grafana.com/docs/loki/latest/query/logcli/ (no sample was at hand)",
    sample='{"labels":{"app":"made-up"},"line":"lost","timestamp":"2026-01-02T10:00:00.000000001Z"}\n',
    recognise=recognise,
    lines=Lines(parse, skip=HEADING, head=head),
    inner="message",
)
