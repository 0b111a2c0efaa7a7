"""Python's logging: the formatter's default date with comma and milliseconds; basicConfig's default without a time.

The wall clock is that of the process. A traceback belongs to the record above it.
"""

from __future__ import annotations

import re

from incident_analysis import clock
from incident_analysis.format import Context, Format, Lines, Row, by_lines

_LEVEL = r"(?:DEBUG|INFO|WARNING|WARN|ERROR|CRITICAL|FATAL|NOTSET)"
_DATED = re.compile(
    rf"(\d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d,\d{{3}})(?: -)? (?:(\S+)(?: -)? )??\[?({_LEVEL})\]?(?: -|:)?\s?(.*)", re.DOTALL
)
_BARE = re.compile(rf"({_LEVEL}):([^:\s]+):(.*)", re.DOTALL)
_START = rf"\d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d,\d{{3}}(?: -)? (?:\S+(?: -)? )?\[?{_LEVEL}\b|{_LEVEL}:[^:\s]+:"


def parse(text: str, context: Context) -> Row | None:
    """A record's fields; `logger` beside the common ones."""
    match = _DATED.match(text)
    if match is not None:
        stamp, logger, level, message = match.groups()
        return {
            "time": clock.iso(stamp),
            "severity_text": level,
            "message": message,
            "logger": logger or "",
        }
    match = _BARE.match(text)
    if match is None:
        return None
    level, logger, message = match.groups()
    return {"time": None, "severity_text": level, "message": message, "logger": logger}


FORMAT = Format(
    name="python_logging",
    title="Python logging",
    reference="https://docs.python.org/3/library/logging.html",
    sample="2026-01-02 10:00:00,000 - made.up - INFO - started\nWARNING:made.up:no time is written by basicConfig\n",
    recognise=by_lines(_START, strength=0.85, why="Python logging's default heads", least=0.2),
    lines=Lines(parse, start=re.compile(_START.encode())),
    zone_rule="local",
)
