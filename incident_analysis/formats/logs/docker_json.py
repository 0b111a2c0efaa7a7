"""Docker's json-file logs: `{"log":"text\\n","stream":"stdout","time":"2026-01-02T10:00:00.000000001Z"}`.

A line of more than 16 kB is cut in chunks without a line end, which are joined until one ends: the record spans all
of them, and has the time of the first. In files whose texts all lack the line end (some collectors cut it off)
nothing is joined. Times are UTC. The text, which may hold a terminal's colours, is read again by its own format.
"""

from __future__ import annotations

import json
import re

from incident_analysis import clock
from incident_analysis.format import Context, Format, Lines, Piece, Row, by_lines, plain
from incident_analysis.patterns import pattern

_ENDED = pattern(rb'^\{[^\n]*?"log": ?"(?:[^"\\]|\\.)*\\n"', re.MULTILINE)
CHUNK_BYTES = 16_384


def joins(text: str, context: Context) -> Piece | None:
    """The line's stream, and whether its text has no end."""
    value = json.loads(text)
    log = value["log"]
    ended = log.endswith("\n")
    if not ended:
        if "ends" not in context.memory:
            context.memory["ends"] = _ENDED.search(context.head) is not None
        ended = not context.memory["ends"] and len(log.encode("utf-8", "surrogatepass")) < CHUNK_BYTES
    return Piece(str(value.get("stream")), not ended)


def parse(text: str, context: Context) -> Row | None:
    """A record's fields: `stream`, attributes that Docker was told to add; `pieces` where there were several."""
    values = [json.loads(line) for line in text.split("\n")]
    first = values[0]
    row: Row = {
        "time": clock.iso(str(first.get("time", ""))),
        "message": plain("".join(value["log"] for value in values)).rstrip("\r\n"),
        "stream": first.get("stream"),
    }
    attributes = first.get("attrs")
    if isinstance(attributes, dict):
        row |= {f"attrs.{name}": value for name, value in attributes.items()}
    if len(values) > 1:
        row["pieces"] = len(values)
    return row


FORMAT = Format(
    name="docker_json",
    title="Docker json-file logs",
    reference="https://docs.docker.com/engine/logging/drivers/json-file/; moby daemon/logger/copier.go (16 kB chunks)",
    sample='{"log":"started\\n","stream":"stdout","time":"2026-01-02T10:00:00.000000001Z"}\n',
    recognise=by_lines(
        # As Docker writes it, and as it comes out of tools that sort keys or space them out.
        r'\{(?:"log": ?"(?:[^"\\]|\\.)*", ?"stream": ?"std(?:out|err)", ?(?:"attrs": ?\{[^\n]*\}, ?)?"time": ?"\d'
        r'|"attrs": ?\{[^\n{}]*\}, ?"log": ?"(?:[^"\\]|\\.)*", ?"stream": ?"std(?:out|err)", ?"time": ?"\d'
        r'|"time": ?"\d[^"]*", ?"stream": ?"std(?:out|err)", ?"log": ?"(?:[^"\\]|\\.)*"\})',
        strength=0.97,
        why="lines of Docker's json-file",
    ),
    lines=Lines(parse, joins=joins),
    inner="message",
)
