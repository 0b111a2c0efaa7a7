"""Python's logging: the formatter's default date with comma and milliseconds; basicConfig's default without a time.

`2026-01-02 10:00:00,000 - name - LEVEL - message` and its relatives (`date:LEVEL:message`, `date LEVEL name: message`,
`date [LEVEL] name: message`, `[date] LEVEL in module: message` of Flask); `LEVEL:name:message` of basicConfig has no
time at all: its rows are kept without one.

Hazards: the wall clock is that of the process, without a zone. A traceback belongs to the record above it. A record
begins where a line begins with the stamp: a message whose further lines begin so makes records of its own.
"""

from __future__ import annotations

import re

from incident_analysis import clock
from incident_analysis.format import Context, Format, Lines, Match, Row, by_lines, head_lines
from incident_analysis.patterns import pattern

_LEVEL = r"(?:DEBUG|INFO|WARNING|WARN|ERROR|CRITICAL|FATAL|NOTSET|TRACE)"
_DATE = r"\[?\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:,\d{3})?(?:\s?[+-]\d{4})?\]?"
#: Separators in use, each all along the head.
_DASHES = pattern(
    rf"({_DATE}) - (?:([^\n]+?) - ({_LEVEL}) -? ?|({_LEVEL})(?: - (?:(__main__|root|\w+(?:\.\w+)+) - )?|: ?| ))(.*)",
    re.DOTALL,
)
_COLONS = pattern(rf"({_DATE})\s?:\s?(?:([\w.]+)\s?:\s?)?({_LEVEL})\s?:\s?(.*)", re.DOTALL)
_BARS = pattern(rf"({_DATE}) ?\| ?(?:([\w.]+) *\| ?)?({_LEVEL}) *\| ?(.*)", re.DOTALL)
_WORDS = pattern(
    rf"({_DATE}) +(?:([\w.\-]+|\[[\w.\-]+\]) +)??\[?({_LEVEL})\]?:? *(?:in (\w+):|(?:\[([\w.\-]+)\]|"
    rf"([\w.\-]+))(?: -|:))?\s?(.*)",
    re.DOTALL,
)
_BARE = pattern(rf"({_LEVEL}):([^:\n]+):(.*)", re.DOTALL)
_START = rf"{_DATE}\s?[ :|\-]|{_LEVEL}:[^:\s]+:"


def parse(text: str, context: Context) -> Row | None:
    """A record's fields; `logger` beside the common ones."""
    bare = _BARE.match(text)
    if bare is not None:
        return {"time": None, "severity_text": bare[1], "message": bare[3], "logger": bare[2]}
    logger: str | None
    if (match := _DASHES.match(text)) is not None:
        stamp, before, level, first, behind, message = match.groups()
        logger, level = before or behind, level or first
    elif (match := _COLONS.match(text) or _BARS.match(text)) is not None:
        stamp, logger, level, message = match.groups()
    elif (match := _WORDS.match(text)) is not None:
        stamp, before, level, module, in_brackets, name, message = match.groups()
        logger = (before or "").strip("[]") or module or in_brackets or name
    elif (match := re.match(rf"({_DATE})\W*(.*)", text, re.DOTALL)) is not None:
        return {"time": clock.iso(match[1].strip("[]")), "message": match[2]}
    else:
        return None
    return {
        "time": clock.iso(stamp.strip("[]")),
        "severity_text": level,
        "message": message,
        "logger": logger or None,
    }


_SURE = by_lines(
    rf"{_DATE} - (?:[^\n]{{1,80}}? - )?{_LEVEL}(?: -|:|\s*$)|{_DATE}:(?:[\w.]+:)?{_LEVEL}:|{_LEVEL}:[^:\s]+:|"
    rf"\[{_DATE[3:-3]}\] {_LEVEL} in \w+:",
    strength=0.9,
    why="Python logging's default heads",
    least=0.15,
    spans=True,
)
#: What other languages' loggers write too.
_LIKELY = by_lines(
    rf"{_DATE} +(?:[\w.\-]+ +)?\[?{_LEVEL}\]?|{_DATE} ?\| ?(?:[\w.]+ *\| ?)?{_LEVEL} *\|",
    strength=0.62,
    why="heads as Python's logging writes them",
    least=0.15,
    spans=True,
)


def recognise(head: bytes) -> Match | None:
    """Surely where the separators are Python's, else as one of several that write so."""
    lines = head_lines(head)
    if lines and not re.match(_START.encode(), lines[0].removeprefix(b"\xef\xbb\xbf")):
        lines = []
    return (_SURE(head) or _LIKELY(head)) if lines else None


FORMAT = Format(
    name="python_logging",
    title="Python logging",
    reference="https://docs.python.org/3/library/logging.html",
    sample="2026-01-02 10:00:00,000 - made.up - INFO - started\nWARNING:made.up:no time is written by basicConfig\n",
    recognise=recognise,
    lines=Lines(parse, start=pattern(_START.encode())),
    zone_rule="local",
)
