"""Upptime: history/summary.json, sites with the minutes that each was down on each day; incidents are GitHub issues.

A day with minutes down is a failure of that day ("day": the summary tells no instant). A site without such a day is an
observation without a time, so that "never down" is not mistaken for "not watched".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from incident_analysis import clock
from incident_analysis.clock import Stamp
from incident_analysis.format import Context, Format, Item, Row, json_document
from incident_analysis.formats import objects, told
from incident_analysis.formats.told import TIMELINE, Made


def make(record: dict[str, Any], context: Context) -> Made:
    """A site's days."""
    slug = told.name(record["slug"])
    name = str(record.get("name") or slug)
    shared: Row = {
        "actor": "system",
        "automatic": True,
        "service": name,
        "url": record.get("url"),
        "uptime_stated": record.get("uptime"),
    }
    down = {
        day: minutes for day, minutes in dict(record.get("dailyMinutesDown") or {}).items() if objects.real(minutes)
    }
    if not down:
        yield (
            {
                "time": None,
                "kind": "observation",
                "text": f"{name}: no minutes down; status {record.get('status')}, uptime {record.get('uptime')}",
                "source_id": slug,
                **shared,
            },
            TIMELINE,
        )
    for day, minutes in sorted(down.items()):
        year, month, date = (int(part) for part in str(day).split("-"))
        yield (
            {
                "time": Stamp(clock.clock(year, month, date), True),
                "time_stated": day,
                "certainty": "day",
                "kind": "failure",
                "text": f"{name}: down for {minutes} min on this day",
                "source_id": f"{slug}/{day}",
                "minutes_down": objects.real(minutes),
                **shared,
            },
            TIMELINE,
        )


def read(text: str, context: Context) -> Iterator[Item]:
    """Sites of the summary."""
    return told.items(text, context, make)


FORMAT = Format(
    name="upptime",
    title="Upptime summary",
    reference="https://upptime.js.org/docs/; history/summary.json of any Upptime repository",
    sample='[{"name": "Made Up", "url": "https://example.com", "slug": "made-up", "status": "up", '
    '"uptime": "99.98%", "time": 146, "dailyMinutesDown": {"2026-01-02": 12}}]\n',
    recognise=json_document("slug", "dailyMinutesDown", strength=0.96, why="a summary of Upptime"),
    read=read,
    yields=TIMELINE,
)
