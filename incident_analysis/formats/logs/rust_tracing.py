"""Rust's tracing as text, and env_logger: `2026-01-02T10:00:00.123456Z  INFO span{key=value}: crate::module: message
key=value`.

The default timer writes UTC with `Z`; a local timer writes an offset. Its JSON output is read as JSON lines; the
compact and pretty layouts differ: pretty's further lines belong to the record above them. No sample of the text layouts
was at hand: from the documentation. References: https://docs.rs/tracing-subscriber/latest/tracing_subscriber/fmt/,
https://docs.rs/env_logger.
"""

from __future__ import annotations

import re

from incident_analysis import clock
from incident_analysis.format import Context, Format, Lines, Row, by_lines
from incident_analysis.formats.stamps import RFC3339
from incident_analysis.patterns import pattern

_LEVEL = "TRACE|DEBUG|INFO|WARN|ERROR"
_PATH = r"[A-Za-z_]\w*(?:::\w+)*"
_START = rf"(?:\[{RFC3339} (?:{_LEVEL}) +{_PATH}\] |  ?{RFC3339} +(?:{_LEVEL}) \S|{RFC3339} +(?:{_LEVEL}) \S)"
_HEAD = pattern(rf"\[?\s*({RFC3339})\s+({_LEVEL})\s+(?:(?:([\w.\-]+) )?(ThreadId\(\d+\))\s+)?(.*)", re.DOTALL)
_SPAN = pattern(r"[\w.\-]+(?:\{(?:[^{}\n]|\{[^{}\n]*\})*\})?:(?!:)")
_FILE = pattern(r"(\S+\.rs):(\d+): ")
_TARGET = pattern(rf"({_PATH})[:\]]\s")


def parse(text: str, context: Context) -> Row | None:
    """A record's fields: `target`, `spans`, `thread`, `code_file` beside the common ones; the event's own
    fields stay in `message`.
    """
    match = _HEAD.match(text)
    if match is None:
        return None
    stamp, level, name, thread, rest = match.groups()
    row: Row = {"time": clock.iso(stamp), "severity_text": level, "thread": thread, "thread_name": name}
    place = 0
    while (span := _SPAN.match(rest, place)) is not None:
        place = span.end()
    # Spans stand before the target; one name alone is the target itself.
    if place and rest[place : place + 1] == " " and (target := _TARGET.match(rest, place + 1)) is not None:
        row["spans"] = rest[: place - 1]
    else:
        target = _TARGET.match(rest)
    if target is not None:
        row["target"] = target[1]
        rest = rest[target.end() :]
        if (file := _FILE.match(rest)) is not None:
            row |= {"code_file": file[1], "code_line": int(file[2])}
            rest = rest[file.end() :]
    row["message"] = rest
    return row


FORMAT = Format(
    name="rust_tracing",
    title="Rust tracing and env_logger",
    reference="https://docs.rs/tracing-subscriber/latest/tracing_subscriber/fmt/; no sample of the text was at hand",
    sample="2026-01-02T10:00:00.000001Z  INFO made_up::part: started number=3\n"
    "2026-01-02T10:00:01.000001Z ERROR work{id=7}: made_up::part: lost\n",
    recognise=by_lines(
        rf"(?:\[{RFC3339} (?:{_LEVEL}) +{_PATH}\] |\s*{RFC3339} {{1,2}}(?:{_LEVEL}) (?:(?:[\w.\-]+ )?"
        rf"ThreadId\(\d+\) )?[\w.\-]+(?:::\w|\{{|:))",
        strength=0.88,
        why="heads of Rust's tracing",
        least=0.15,
        spans=True,
        first=True,
    ),
    lines=Lines(parse, start=pattern(_START.encode())),
    zone_rule="explicit",
)
