"""JSON objects, one a line, as most structured loggers write them: the names of their keys tell what is what.

Written by bunyan, pino, winston, zap, zerolog, logrus, slog, structlog, python-json-logger, loguru (`serialize=True`),
ECS loggers (dotted and nested names), MongoDB 4.4 and later, log4j2's JsonLayout and JsonTemplateLayout,
logstash-logback, Serilog (CLEF), Rust's tracing, GELF, Coralogix. A numeric level is bunyan's and pino's (10 to 60),
syslog's in GELF, Coralogix' own where its names stand beside it.

Hazards: numbers are seconds, milliseconds, microseconds or nanoseconds by their size, and UTC; a time text without a
zone is a wall clock. Lines that are no JSON object (banners, stack traces of a runtime) are kept unparsed, each by
itself. pino's levels of one's own count as the standard level below them; Python's `levelno` has the same numbers as
pino with other meanings (50 is CRITICAL): a level in words beside it is preferred.

References: https://github.com/trentm/node-bunyan, https://getpino.io, https://www.elastic.co/guide/en/ecs/current,
https://www.mongodb.com/docs/manual/reference/log-messages/,
https://logging.apache.org/log4j/2.x/manual/json-template-layout.html, https://clef-json.org,
https://go2docs.graylog.org/current/getting_in_log_data/gelf.html, https://coralogix.com/docs/rest-api-bulk/. For pino,
zerolog, slog, CLEF, GELF and Coralogix no sample was at hand: from the documentation.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from incident_analysis.format import Context, Format, Lines, Match, Row, head_lines
from incident_analysis.formats import keys
from incident_analysis.patterns import pattern

_BYTE = pattern(r"(?<!\\)((?:\\\\)*)\\x(?=[0-9A-Fa-f]{2})")


def parse(text: str, context: Context) -> Row | None:
    """A record's fields: the common ones, `trace_id`, `span_id`, `logger`, and all others by their own names."""
    bare = text.strip().strip("\0\x1e")
    if bare[:1] != "{":
        return None
    try:
        record = json.loads(bare)
    except ValueError:
        # JSON has no `\\xNN`: bytes that are no UTF-8 are shown so, and nginx writes bytes so. They stay as they are.
        mended = _BYTE.sub(r"\1\\\\x", bare)
        if mended == bare:
            raise
        record = json.loads(mended)
    return keys.row_of(unwrapped(record), context, raw=bare) if isinstance(record, dict) else None


def unwrapped(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """Coralogix' query results: lists of key and value, and the record itself as JSON text."""
    meta, data = record.get("metadata"), record.get("userData")
    if not isinstance(meta, list) or data is None:
        return record
    made: dict[str, Any] = {}
    for prefix, pairs in (("metadata.", meta), ("metadata.", record.get("labels"))):
        for pair in pairs if isinstance(pairs, list) else ():
            if isinstance(pair, Mapping) and "key" in pair:
                made[prefix + str(pair["key"])] = pair.get("value")
    if isinstance(data, str):
        try:
            data = json.loads(data)
        except ValueError:
            made["text"] = data
            return made
    made["userData"] = data
    return made


def recognise(head: bytes) -> Match | None:
    """By how many of the first lines are objects, and whether their keys are a logger's."""
    if re.match(rb"[\xef\xbb\xbf\s]*\[\s*\{", head):
        # A list of objects, one a line perhaps, is one document.
        return None
    lines = head_lines(head.replace(b"\0", b"\n"), most=60)
    objects = telling = 0
    for line in lines:
        bare = line.strip().lstrip(b"\xef\xbb\xbf\x1e")
        if not bare.startswith(b"{") or not bare.endswith(b"}"):
            continue
        try:
            record = json.loads(bare)
        except (ValueError, RecursionError):
            continue
        if isinstance(record, dict):
            objects += 1
            telling += keys.Shape(keys.flat(unwrapped(record))).telling
    if not objects or (not telling and (objects < 2 or objects * 2 < len(lines))):
        return None
    share = objects / len(lines)
    if not telling:
        return Match(0.35, f"{objects} of the first {len(lines)} lines are JSON objects")
    if share < 0.2:
        return None
    return Match(
        0.46 + 0.04 * share, f"{objects} of the first {len(lines)} lines are JSON objects with a logger's keys"
    )


FORMAT = Format(
    name="json_lines",
    title="JSON lines",
    reference="https://jsonlines.org; the loggers' own pages stand in this file's docstring",
    sample='{"level":30,"time":1767348000000,"pid":7,"hostname":"made-up","msg":"started"}\n'
    '{"level":50,"time":1767348001000,"pid":7,"hostname":"made-up","msg":"lost"}\n',
    recognise=recognise,
    lines=Lines(parse),
    zone_rule="local",
)
