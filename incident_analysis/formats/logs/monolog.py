"""Monolog's lines (PHP: Laravel, Symfony): `[2026-01-02 10:00:00] channel.LEVEL: message {context} [extra]`.

Version 2 and later write `2026-01-02T10:00:00.123456+01:00`. Laravel's channel is the name of its environment; its
stack traces, and whatever has no head, belong to the record above them. Context and extra stay in the message, because
nothing tells where a message ends that holds braces itself. Hazards: the older stamp is the wall clock of PHP's
`date.timezone`, without a zone. Monolog's JSON is read as JSON lines. No sample was at hand: from the source.
References: https://github.com/Seldaek/monolog/blob/main/src/Monolog/Formatter/LineFormatter.php,
https://laravel.com/docs/logging.
"""

from __future__ import annotations

import re

from incident_analysis import clock
from incident_analysis.format import Context, Format, Lines, Row, by_lines
from incident_analysis.patterns import pattern

_LEVEL = "DEBUG|INFO|NOTICE|WARNING|ERROR|CRITICAL|ALERT|EMERGENCY"
_STAMP = r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)?"
_START = rf"\[{_STAMP}\] [\w.@:/\\\-]+\.(?:{_LEVEL}): "
_HEAD = pattern(rf"\[({_STAMP})\] ([\w.@:/\\\-]+)\.({_LEVEL}): ?(.*)", re.DOTALL)


def parse(text: str, context: Context) -> Row | None:
    """A record's fields; the channel is the logger."""
    match = _HEAD.match(text)
    if match is None:
        return None
    stamp, channel, level, message = match.groups()
    return {"time": clock.iso(stamp), "severity_text": level, "logger": channel, "message": message}


FORMAT = Format(
    name="monolog",
    title="Monolog (Laravel, Symfony)",
    reference="https://github.com/Seldaek/monolog/blob/main/src/Monolog/Formatter/LineFormatter.php; "
    "no sample was at hand",
    sample='[2026-01-02 10:00:00] made_up.INFO: started {"part":1} []\n'
    "[2026-01-02 10:00:01] made_up.ERROR: lost [] []\n",
    recognise=by_lines(_START, strength=0.95, why="heads of Monolog", least=0.15, spans=True),
    lines=Lines(parse, start=pattern(_START.encode())),
    zone_rule="local",
)
