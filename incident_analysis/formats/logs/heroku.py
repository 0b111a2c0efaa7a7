"""Heroku's log as `heroku logs` shows it: `2026-01-02T10:00:00.123456+00:00 heroku[router]: at=info method=GET …`.

The source (`heroku` or `app`) and the process stand before the message; the router's messages are key=value pairs, its
milliseconds become seconds, and `at` is its level. Other processes' lines keep their text. Drains send syslog frames,
which are read as such. No sample was at hand: from the documentation. References:
https://devcenter.heroku.com/articles/logging, https://devcenter.heroku.com/articles/http-routing.
"""

from __future__ import annotations

import re

from incident_analysis import clock
from incident_analysis.format import Context, Format, Lines, Row, by_lines
from incident_analysis.formats.logs.logfmt import pairs
from incident_analysis.formats.objects import adopt
from incident_analysis.formats.stamps import RFC3339
from incident_analysis.patterns import pattern

_START = rf"{RFC3339} (?:heroku|app)\[[\w.\-]+\]: "
_HEAD = pattern(rf"({RFC3339}) (heroku|app)\[([\w.\-]+)\]: ?(.*)", re.DOTALL)
_MILLISECONDS = pattern(r"(\d+)ms")


def parse(text: str, context: Context) -> Row | None:
    """A record's fields: `app_source`, and the router's by their names; the process is the service."""
    match = _HEAD.match(text)
    if match is None:
        return None
    stamp, source, process, message = match.groups()
    row: Row = {"time": clock.iso(stamp), "service": process, "message": message, "app_source": source}
    told = pairs(message.rstrip()) if source == "heroku" and process == "router" else None
    if not told or "at" not in told:
        return row
    row["severity_text"] = told.pop("at")
    made: Row = {}
    for name, value in told.items():
        took = _MILLISECONDS.fullmatch(value)
        if took is not None:
            made[f"{name}_s"] = int(took[1]) / 1000
        elif name in ("status", "bytes"):
            made[name] = int(value) if value.isdigit() else None
        else:
            made[name] = value or None
    return adopt(row, made, prefix="router")


FORMAT = Format(
    name="heroku",
    title="Heroku's log",
    reference="https://devcenter.heroku.com/articles/logging; no sample was at hand",
    sample='2026-01-02T10:00:00.000001+00:00 heroku[router]: at=info method=GET path="/" host=shop.example '
    "dyno=web.1 connect=0ms service=7ms status=200 bytes=7\n"
    "2026-01-02T10:00:01.000001+00:00 app[web.1]: made up\n",
    recognise=by_lines(_START, strength=0.96, why="heads of Heroku's log", least=0.3),
    lines=Lines(parse, start=pattern(_START.encode())),
    zone_rule="explicit",
)
