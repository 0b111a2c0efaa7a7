"""Upptime: history/summary.json, sites with the minutes that each was down on each day; incidents are GitHub issues.

A day with minutes down is a failure of that day ("day": the summary tells no instant). A site without such a day is an
observation without a time, so that "never down" is not mistaken for "not watched".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from incident_analysis import clock
from incident_analysis.clock import Stamp
from incident_analysis.format import Context, Format, Item, Match, Row, json_document
from incident_analysis.formats import objects, told
from incident_analysis.formats.told import TIMELINE, Made
from incident_analysis.patterns import pattern


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


_LAST = pattern(r"^(\w+):[ \t]*(.*?)[ \t]*$", re.MULTILINE)


def read(text: str, context: Context) -> Iterator[Item]:
    """Sites of the summary, or the last check of one site (history/<site>.yml)."""
    if text.lstrip("\ufeff \r\n")[:1] in ("[", "{"):
        yield from told.items(text, context, make)
        return
    fields = {match[1]: match[2].strip("'\"") for match in _LAST.finditer(text)}
    row: Row = {
        "time": told.required(objects.stamp(fields["lastUpdated"])),
        "time_stated": fields["lastUpdated"],
        "kind": "observation",
        "actor": "system",
        "automatic": True,
        "text": f"{fields['url']}: status {fields.get('status')}, code {fields.get('code')}",
        "source_id": fields["url"],
        "url": fields["url"],
        "watched_since": objects.stamp(fields.get("startTime")),
        "response_time_ms": objects.real(fields.get("responseTime")),
    }
    yield Item(row, 1, text.count("\n") + (not text.endswith("\n")))


_SUMMARY = json_document("slug", "dailyMinutesDown", strength=0.96, why="a summary of Upptime")


def recognise(head: bytes) -> Match | None:
    """By the summary's keys, or by what wrote the file."""
    if re.search(rb"^generator: Upptime", head, re.MULTILINE) and re.search(rb"^lastUpdated: ", head, re.MULTILINE):
        return Match(0.96, "the last check of a site, written by Upptime")
    return _SUMMARY(head)


FORMAT = Format(
    name="upptime",
    title="Upptime summary",
    reference="https://upptime.js.org/docs/; history/summary.json and history/<site>.yml of any Upptime repository",
    sample='[{"name": "Made Up", "url": "https://example.com", "slug": "made-up", "status": "up", '
    '"uptime": "99.98%", "time": 146, "dailyMinutesDown": {"2026-01-02": 12}}]\n',
    recognise=recognise,
    read=read,
    yields=TIMELINE,
)
