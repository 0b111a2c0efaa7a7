"""Python's logging: the formatter's default date with comma and milliseconds; basicConfig's default without a time.

`2026-01-02 10:00:00,000 - name - LEVEL - message` and its relatives (`date:LEVEL:message`, `date LEVEL name: message`,
`date [LEVEL] name: message`, `[date] LEVEL in module: message` of Flask); `LEVEL:name:message` of basicConfig has no
time at all: its rows are kept without one, as those of uvicorn's `INFO:     message`.

Programs with heads of their own: gunicorn, Celery, Airflow, Tornado and Jupyter, Django's verbose example, Odoo, Home
Assistant, Salt, cloud-init, fail2ban, Ansible, supervisord. For those no sample was at hand: from their sources.

Hazards: the wall clock is that of the process, without a zone. A traceback belongs to the record above it. A record
begins where a line begins with the stamp: a message whose further lines begin so makes records of its own.
"""

from __future__ import annotations

import re

from incident_analysis.format import Context, Format, Lines, Match, Row, by_lines, head_lines
from incident_analysis.formats import stamps
from incident_analysis.patterns import pattern

_LEVEL = r"(?:DEBUG|INFO|WARNING|WARN|ERROR|CRITICAL|FATAL|NOTSET|TRACE|CRIT|ERRO|DEBG|TRAC)"
_DAY = r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d"
_DATE = rf"\[?{_DAY}(?:,\d{{3}})?(?:\s?[+-]\d{{4}}| (?:{stamps.ZONES})(?=[\s\]|]))?\]?"
#: Programs' own heads, and the columns of their groups.
_OWN = tuple(
    (pattern(head + r" ?(?P<message>.*)", re.DOTALL), head)
    for head in (
        # gunicorn
        rf"\[(?P<time>{_DAY} [+-]\d{{4}})\] \[(?P<pid>\d+)\] \[(?P<severity_text>{_LEVEL})\]",
        # Celery
        rf"\[(?P<time>{_DAY},\d{{3}}): (?P<severity_text>{_LEVEL})/(?P<process>[^\]\n]+)\]",
        # Airflow
        rf"\[(?P<time>{_DAY}[.,]\d{{3}}(?:[+-]\d\d:?\d\d)?)\] "
        rf"\{{{{?(?P<code_file>[^:\s{{}}]+):(?P<code_line>\d+)\}}}}? "
        rf"(?P<severity_text>{_LEVEL}) -",
        # Airflow's tasks since 2.3
        rf"\[(?P<time>\d{{4}}-\d\d-\d\d, \d\d:\d\d:\d\d (?:{stamps.ZONES}|[+-]\d\d:?\d\d))\] "
        rf"\{{(?P<code_file>[^:\s{{}}]+):(?P<code_line>\d+)\}} (?P<severity_text>{_LEVEL}) -",
        # Tornado, Jupyter
        rf"\[(?P<letter>[DIWECA]) (?P<time>\d{{6}} \d\d:\d\d:\d\d|{_DAY}\.\d{{3}}) "
        r"(?P<logger>[^\]\n]+?)(?::(?P<code_line>\d+))?\]",
        # Django's example
        rf"(?P<severity_text>{_LEVEL}) +(?P<time>{_DAY}(?:,\d{{3}})?) (?P<logger>\w+) (?P<pid>\d+) "
        r"(?P<thread>\d+)(?= )",
        # Odoo
        rf"(?P<time>{_DAY},\d{{3}}) (?P<pid>\d+) (?P<severity_text>{_LEVEL}) (?P<database>\S+) (?P<logger>[\w.]+):",
        # Home Assistant
        rf"(?P<time>{_DAY}(?:[.,]\d{{3}})?) (?P<severity_text>{_LEVEL}) \((?P<thread>[^()\n]+)\) "
        r"\[(?P<logger>[\w.\-]+)\]",
        # Salt
        rf"(?P<time>{_DAY},\d{{3}}) \[(?P<logger>[\w.\-]+) *:(?P<code_line>\d+) *\]\[(?P<severity_text>{_LEVEL}) *\]"
        r"(?:\[(?P<pid>\d+)\])?",
        # cloud-init
        rf"(?P<time>{_DAY},\d{{3}}) - (?P<logger>[\w.\-]+)\[(?P<severity_text>{_LEVEL})\]:",
        # fail2ban
        rf"(?P<time>{_DAY},\d{{3}}) (?P<logger>fail2ban\.\w+) *\[(?P<pid>\d+)\]: (?P<severity_text>[A-Z]+) *",
        # Scrapy
        rf"(?P<time>{_DAY}(?:,\d{{3}})?) \[(?P<logger>[\w.\-]+)\] (?P<severity_text>{_LEVEL}):",
        # Ansible
        rf"(?P<time>{_DAY},\d{{3}}) p=(?P<pid>\d+) u=(?P<user>\S+) (?:n=(?P<logger>\S+?) ?)?"
        rf"(?P<severity_text>{_LEVEL})? ?\|",
    )
)
_LETTERS = {"D": "DEBUG", "I": "INFO", "W": "WARNING", "E": "ERROR", "C": "CRITICAL", "A": "INFO"}
#: uvicorn fills the level up to nine characters.
_FILLED = pattern(r"(?:INFO: {5}|(?:ERROR|DEBUG|TRACE): {4}|WARNING: {2}|CRITICAL: )(?=\S)")
#: Separators in use, each all along the head.
_DASHES = pattern(
    rf"({_DATE}) - (?:([^\n]+?) - ({_LEVEL}) -? ?|({_LEVEL})(?: - (?:(__main__|root|\w+(?:\.\w+)+) - )?|: ?| ))(.*)",
    re.DOTALL,
)
_COLONS = pattern(rf"({_DATE})\s?:\s?(?:([\w.]+)\s?:\s?)?({_LEVEL})\s?:\s?(.*)", re.DOTALL)
_BARS = pattern(rf"({_DATE}) ?\| ?(?:([\w.]+) *\| ?)?({_LEVEL}) *\| ?(.*)", re.DOTALL)
_WORDS = pattern(
    rf"({_DATE}) +(?:([\w.\-]+|\[[\w.\-]+\]) +)??\[?({_LEVEL})\]?:? *"
    r"(?:([\w./\-]+\.py):(\d+):?(?= )|in (\w+):|(?:\[([\w.\-]+)\]|"
    rf"([\w.\-]+))(?: -|:))?\s?(.*)",
    re.DOTALL,
)
_BARE = pattern(rf"({_LEVEL}):((?:[^:\n]|::)+):(.*)", re.DOTALL)
_START = rf"{_DATE}\s?[ :|\-]|{_LEVEL}:[^:\s]+:|{_FILLED.pattern}|" + "|".join(
    re.sub(r"\(\?P<\w+>", "(?:", head) for _, head in _OWN
)


def parse(text: str, context: Context) -> Row | None:
    """A record's fields; `logger` beside the common ones."""
    for own, _ in _OWN:
        if (match := own.match(text)) is not None:
            return _of_own(match, context)
    filled = _FILLED.match(text)
    if filled is not None:
        return {"time": None, "severity_text": filled[0].partition(":")[0], "message": text[filled.end() :]}
    bare = _BARE.match(text)
    if bare is not None:
        return {"time": None, "severity_text": bare[1], "message": bare[3], "logger": bare[2]}
    logger: str | None
    where: Row = {}
    if (match := _DASHES.match(text)) is not None:
        stamp, before, level, first, behind, message = match.groups()
        logger, level = before or behind, level or first
    elif (match := _COLONS.match(text) or _BARS.match(text)) is not None:
        stamp, logger, level, message = match.groups()
    elif (match := _WORDS.match(text)) is not None:
        stamp, before, level, file, line, module, in_brackets, name, message = match.groups()
        logger = (before or "").strip("[]") or module or in_brackets or name
        if file:
            where = {"code_file": file, "code_line": int(line)}
    elif (match := re.match(rf"({_DATE})\W*(.*)", text, re.DOTALL)) is not None:
        return {"time": stamps.with_zone(match[1].strip("[]"), context), "message": match[2]}
    else:
        return None
    return {
        "time": stamps.with_zone(stamp.strip("[]"), context),
        "severity_text": level,
        "message": message,
        "logger": logger or None,
        **where,
    }


def _of_own(match: re.Match[str], context: Context) -> Row:
    row: Row = {name: value for name, value in match.groupdict().items() if value is not None}
    text = row["time"]
    row["time"] = stamps.short(text) if text[6:7] == " " else stamps.with_zone(text.replace(", ", " "), context)
    if "letter" in row:
        row["severity_text"] = _LETTERS[row.pop("letter")]
    for name in ("pid", "code_line"):
        if name in row:
            row[name] = int(row[name])
    return row


_SURE = by_lines(
    "|".join(re.sub(r"\(\?P<\w+>", "(?:", head) for _, head in _OWN) + rf"|{_FILLED.pattern}|"
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
