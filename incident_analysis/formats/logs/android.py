"""Android's logcat, `-v threadtime`: `01-02 10:00:00.123  1702  2395 D Tag: message`.

Its other shapes too: `-v time` (`01-02 10:00:00.123 D/Tag( 1702): message`), `long` (a head in brackets, the message
below), `-v epoch`, `-v uid`, `brief` (no time at all), and what Android Studio copies. Hazards: no year (without `-v
year`) and no zone (without `-v zone`): the wall clock is the device's. No sample stands among the exports; it is known
from loghub and the documentation. Reference: https://developer.android.com/tools/logcat#outputFormat.
"""

from __future__ import annotations

import re

from incident_analysis import clock
from incident_analysis.clock import Stamp, Yearless
from incident_analysis.format import Context, Format, Lines, Row, by_lines
from incident_analysis.patterns import pattern

_STAMP = r"(?:\d{4}-)?\d\d-\d\d \d\d:\d\d:\d\d\.\d{3,9}(?: [+-]\d{4})?|\d{10}\.\d{3,9}"
_LEVEL = "[VDIWEFAS]"
_SHAPES = (
    # threadtime, epoch, with the user's id or name
    rf" *(?P<time>{_STAMP}) +(?:(?P<uid>\w+) +)?(?P<pid>\d+) +(?P<thread>\d+) (?P<level>{_LEVEL}) "
    r"(?P<tag>[^:\n]{0,200}): ?",
    # time
    rf"(?P<time>{_STAMP}) (?P<level>{_LEVEL})/(?P<tag>[^\n]{{0,200}}?)\( *(?P<pid>\d+)\): ?",
    # Android Studio, to 4 and later
    rf"(?P<time>{_STAMP}) (?P<pid>\d+)-(?P<thread>\d+)/(?P<package>\S+) (?P<level>{_LEVEL})/(?P<tag>[^:\n]*?): ?",
    rf"(?P<time>{_STAMP}) +(?P<pid>\d+)-(?P<thread>\d+) +(?P<tag>\S[^\n]{{0,200}}?) {{2,}}(?P<package>\S+) +"
    rf"(?P<level>{_LEVEL}) {{2}}",
    # long
    rf"\[ (?P<time>{_STAMP}) +(?P<pid>\d+): *(?P<thread>\d+) (?P<level>{_LEVEL})/(?P<tag>[^\n]{{0,200}}?)\](?:\n|$)",
    # brief
    rf"(?P<level>{_LEVEL})/(?P<tag>[^\n(]{{0,200}})\( *(?P<pid>\d+)\): ?",
)
_HEADS = tuple(pattern(shape + r"(?P<message>.*)", re.DOTALL) for shape in _SHAPES)
_START = "|".join(re.sub(r"\(\?P<\w+>", "(?:", shape) for shape in _SHAPES)
_YEARLESS = pattern(r"(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)\.(\d{3,9})")
_LEVELS = {"V": "TRACE", "D": "DEBUG", "I": "INFO", "W": "WARN", "E": "ERROR", "F": "FATAL", "A": "FATAL", "S": ""}


def parse(text: str, context: Context) -> Row | None:
    """A record's fields: `pid`, `thread`, `package`, `uid`; the tag is the service."""
    match = next((m for head in _HEADS if (m := head.match(text.replace("\r\n", "\n"))) is not None), None)
    if match is None:
        return None
    found = match.groupdict()
    stamp = found.get("time")
    return {
        "time": _moment(stamp) if stamp else None,
        "severity_text": _LEVELS[found["level"]],
        "service": found["tag"].strip(),
        "message": found["message"],
        "pid": int(found["pid"]),
        "thread": found.get("thread"),
        "package": None if found.get("package") == "?" else found.get("package"),
        "uid": found.get("uid"),
    }


def _moment(stamp: str) -> Stamp | Yearless | None:
    yearless = _YEARLESS.match(stamp)
    if yearless is None:
        return clock.iso(stamp) if stamp[4] == "-" else clock.epoch(stamp)
    month, day, hour, minute, second, fraction = yearless.groups()
    return Yearless(int(month), int(day), int(hour), int(minute), int(second), fraction)


FORMAT = Format(
    name="android",
    title="Android logcat",
    reference="https://developer.android.com/tools/logcat#outputFormat",
    sample="01-02 10:00:00.000  1000  1001 I MadeUp: started\n01-02 10:00:01.000  1000  1001 E MadeUp: lost\n",
    recognise=by_lines(_START, strength=0.95, why="logcat's heads", least=0.2),
    lines=Lines(parse, start=pattern(_START.encode())),
    zone_rule="local",
)
