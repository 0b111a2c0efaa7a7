"""MongoDB's lines up to version 4.2: `2026-01-02T10:00:00.123+0100 I NETWORK  [listener] message`.

Severity (F, E, W, I, D, D1 to D5), component and thread stand before the message; version 2.6 has the thread alone, and
version 2.4 `Fri Jan  2 10:00:00.123 [thread] message`, without year and zone. Operations end in their milliseconds.
Later versions write JSON, which is read as JSON lines. Further lines belong to the record above them. No sample was at
hand: from the documentation. Reference: https://www.mongodb.com/docs/v4.2/reference/log-messages/.
"""

from __future__ import annotations

import re

from incident_analysis import clock
from incident_analysis.format import Context, Format, Lines, Row, by_lines
from incident_analysis.patterns import pattern

_ISO = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}(?:Z|[+-]\d{4})"
_OLD = r"[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d\.\d{3}"
_PART = r"(?:[FEWI]|D[1-5]?) (?:[A-Z][A-Z_0-9]*|-) +"
_START = rf"(?:{_ISO} (?:{_PART})?\[[^\]\n]+\] |{_OLD} \[[^\]\n]+\] )"
_HEAD = pattern(
    rf"({_ISO}|{_OLD}) (?:([FEWI]|D[1-5]?) ([A-Z][A-Z_0-9]*|-) +)?\[([^\]\n]+)\] ?(.*)",
    re.DOTALL,
)
_MILLISECONDS = pattern(r" (\d+)ms$")


def parse(text: str, context: Context) -> Row | None:
    """A record's fields: `logger` (the component), `thread`, `duration_s` beside the common ones."""
    match = _HEAD.match(text)
    if match is None:
        return None
    stamp, level, component, thread, message = match.groups()
    took = _MILLISECONDS.search(message)
    return {
        "time": clock.iso(stamp) if stamp[:1].isdigit() else clock.yearless(stamp[4:]),
        "severity_text": level,
        "severity_number": 5 if level and level[0] == "D" else None,
        "message": message,
        "logger": None if component == "-" else component,
        "thread": thread,
        "duration_s": int(took[1]) / 1000 if took else None,
    }


FORMAT = Format(
    name="mongodb",
    title="MongoDB up to 4.2",
    reference="https://www.mongodb.com/docs/v4.2/reference/log-messages/; no sample was at hand",
    sample="2026-01-02T10:00:00.000+0000 I CONTROL  [initandlisten] made up\n"
    "2026-01-02T10:00:01.000+0000 E STORAGE  [conn7] lost\n",
    recognise=by_lines(
        rf"(?:{_ISO} {_PART}\[[^\]\n]+\] |(?:{_ISO}|{_OLD}) \[(?:initandlisten|conn\d+|signalProcessingThread|rs\w+|"
        rf"\w+Thread|clientcursormon|FileAllocator|DataFileSync|journal|TTLMonitor|mongosMain|Balancer|websvr)\] )",
        strength=0.96,
        why="heads of MongoDB",
        least=0.15,
        spans=True,
    ),
    lines=Lines(parse, start=pattern(_START.encode())),
    zone_rule="local",
)
