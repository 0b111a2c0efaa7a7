"""Android's logcat, `-v threadtime`: `01-02 10:00:00.123  1702  2395 D Tag: message`.

Hazards: no year (without `-v year`) and no zone (without `-v zone`): the wall clock is the device's.
No sample stands among the exports; it is known from loghub and the documentation.
Reference: https://developer.android.com/tools/logcat#outputFormat.
"""

from __future__ import annotations

import re

from incident_analysis import clock
from incident_analysis.clock import Yearless
from incident_analysis.format import Context, Format, Lines, Row, by_lines
from incident_analysis.patterns import pattern

_START = r"(?:\d{4}-)?\d\d-\d\d \d\d:\d\d:\d\d\.\d{3,9}(?: [+-]\d{4})? +\d+ +\d+ [VDIWEFAS] "
_HEAD = pattern(
    r"((?:\d{4}-)?)(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)\.(\d{3,9})( [+-]\d{4})? +(\d+) +(\d+) ([VDIWEFAS]) "
    r"([^:\n]*?) *: ?(.*)",
    re.DOTALL,
)
_LEVELS = {"V": "TRACE", "D": "DEBUG", "I": "INFO", "W": "WARN", "E": "ERROR", "F": "FATAL", "A": "FATAL", "S": ""}


def parse(text: str, context: Context) -> Row | None:
    """A record's fields: `pid`, `thread`; the tag is the service."""
    match = _HEAD.match(text)
    if match is None:
        return None
    year, month, day, hour, minute, second, fraction, _, pid, thread, level, tag, message = match.groups()
    stamp = text[: match.start(9)].strip()
    return {
        "time": clock.iso(stamp)
        if year
        else Yearless(int(month), int(day), int(hour), int(minute), int(second), fraction),
        "severity_text": _LEVELS[level],
        "service": tag,
        "message": message,
        "pid": int(pid),
        "thread": thread,
    }


FORMAT = Format(
    name="android",
    title="Android logcat",
    reference="https://developer.android.com/tools/logcat#outputFormat",
    sample="01-02 10:00:00.000  1000  1001 I MadeUp: started\n01-02 10:00:01.000  1000  1001 E MadeUp: lost\n",
    recognise=by_lines(_START, strength=0.95, why="logcat's heads", least=0.2),
    lines=Lines(parse, start=pattern(_START.encode())),
    zone_rule="local",
)
