"""The history feed of a Statuspage (Atom or RSS), GitHub's among them: incidents whose updates lie in HTML.

Updates say "Mar 26, 01:43 UTC" without a year: it is the last such day that is not after the entry was published.
`started` is the first update, `resolved` the one that says so; the feed tells no impact.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from typing import NamedTuple

from incident_analysis import clock
from incident_analysis.clock import DAY, MONTHS, SECOND, Stamp
from incident_analysis.errors import InputError
from incident_analysis.format import Context, Format, Item, Match, Row
from incident_analysis.formats import stamps, told
from incident_analysis.formats.told import INCIDENTS, TIMELINE
from incident_analysis.patterns import pattern

_ENTRY = pattern(r"<(entry|item)\b[^>]*>(.*?)</\1>", re.DOTALL)
_UPDATE = pattern(r"<small>(.*?)</small>\s*(?:<br\s*/?>)?\s*<strong>(.*?)</strong>\s*(?:-|–)?\s*", re.DOTALL)
_WHEN = pattern(r"([A-Z][a-z]{2})[a-z]*\s+(\d{1,2}),\s*(?:(\d{4}),?\s*)?(\d{1,2}):(\d{2})(?::(\d{2}))?(.*)")
_ZONE = pattern(r"([A-Z]{2,5}|[+-]\d{2}:?\d{2})\s*$")
_CDATA = pattern(r"^\s*<!\[CDATA\[(.*)\]\]>\s*$", re.DOTALL)


class Update(NamedTuple):
    """An update: its instant, its clock as written, its stage and text."""

    time: Stamp | None
    stated: str
    stage: str
    text: str


def element(entry: str, *names: str) -> str:
    """The text of the first of some elements; empty where there is none."""
    for name in names:
        match = re.search(rf"<{name}\b[^>]*>(.*?)</{name}>", entry, re.DOTALL)
        if match is not None:
            inner = _CDATA.match(match[1])
            return inner[1] if inner is not None else html.unescape(match[1]).strip()
    return ""


def moment(text: str) -> Stamp | None:
    """ISO 8601 (Atom) or RFC 2822 (RSS)."""
    found = clock.iso(text)
    if found is None and re.match(r"(?:[A-Z][a-z]{2}, )?\d{1,2} [A-Z][a-z]{2} \d{4}", text):
        found = Stamp(int(parsedate_to_datetime(text).timestamp()) * SECOND, True)
    return found


def place(stated: str, published: Stamp | None, context: Context) -> Stamp | None:
    """The instant of an update's clock; of its year, see the head of this page.

    Raises
    ------
    InputError
        Its zone's name means several, and none is stated.
    """
    match = _WHEN.match(stated)
    if match is None:
        return None
    month, day, year, hour, minute, second, tail = match.groups()
    number = MONTHS.get(month.lower())
    zone = _ZONE.search(tail)
    name = zone[1] if zone is not None else ""
    if name:
        stamps.check_name(name, context) if name[0] not in "+-" else None
    east = clock.offset(name) if name else None
    if number is None or (published is None and year is None):
        return None
    latest = published.ns + DAY if published is not None else 0
    years = [int(year)] if year else [1970 + int(latest // DAY / 365.2425) + n for n in (1, 0, -1, -2, -3, -4)]
    for one in years:
        try:
            ns = clock.clock(one, number, int(day), int(hour), int(minute), int(second or 0))
        except ValueError:
            continue
        if year or ns - (east or 0) <= latest:
            return Stamp(ns - (east or 0), east is not None)
    return None


def updates(content: str, published: Stamp | None, context: Context) -> list[Update]:
    """The updates of an entry, oldest first."""
    marks = list(_UPDATE.finditer(content))
    found = []
    for mark, after in zip(marks, [*marks[1:], None], strict=True):
        stated = " ".join(told.text_of_html(mark[1]).split())
        body = content[mark.end() : after.start() if after is not None else len(content)]
        stage = told.text_of_html(mark[2])
        found.append(Update(place(stated, published, context), stated, stage, told.text_of_html(body)))
    return found[::-1]


def rows(entry: str, context: Context) -> list[tuple[Row, str]]:
    """An entry's incident and updates.

    Raises
    ------
    ValueError
        It has no id and no time.
    """
    address = re.search(r'<link\b[^>]*href="([^"]*)"', entry)
    url = address[1] if address is not None else element(entry, "link")
    name = (element(entry, "id", "guid") or url).rstrip("/").rsplit("/", 1)[-1]
    published = moment(element(entry, "published", "pubDate", "updated"))
    title = element(entry, "title")
    content = element(entry, "content", "description", "summary")
    every = updates(content, published or moment(element(entry, "updated")), context)
    known = [u for u in every if u.time is not None]
    if not name or (not known and published is None):
        raise ValueError("no incident")
    planned = any(u.stage == "Scheduled" for u in every) or "THIS IS A SCHEDULED EVENT" in content
    done = next((u.time for u in reversed(known) if told.is_done(u.stage)), None)
    first = min((u.time for u in known if u.time), key=lambda t: t.ns, default=published)
    made: list[tuple[Row, str]] = [
        (
            {
                "incident_id": name,
                "title": title,
                "organisation": context.memory.get("page"),
                "services": [],
                "started": first,
                **told.ending(done, None if not known else done is not None),
                "provider": context.memory.get("page"),
                "kind": "maintenance" if planned else "incident",
                "published_at": published,
                "updated_at": moment(element(entry, "updated")),
                "backfilled": told.is_done(every[0].stage) if every else None,
                "status": every[-1].stage.lower() if every else None,
                "url": url,
            },
            INCIDENTS,
        )
    ]
    for number, update in enumerate(every, 1):
        made.append(
            (
                {
                    "time": update.time,
                    "time_stated": update.stated,
                    "kind": "communication",
                    "actor": "staff",
                    "text": f"{update.stage}: {update.text}",
                    "milestone": told.milestone(update.stage),
                    "source_id": f"{name}/{number}",
                    "incident_id": name,
                    "title": title,
                },
                TIMELINE,
            )
        )
    return made


def read(text: str, context: Context) -> Iterator[Item]:
    """Entries of the feed; what stands behind the last whole one is kept, for the feed may be cut."""
    head = text[: text.find("<entry")] if "<entry" in text else text[: text.find("<item")]
    page = re.sub(r"\s*[-–]?\s*(?:Status\b)?\s*-?\s*Incident History\s*$", "", element(head, "title"))
    context.memory["page"] = page
    line, seen, end = 1, 0, 0
    for match in _ENTRY.finditer(text):
        line += text.count("\n", seen, match.start())
        seen = match.start()
        last = line + text.count("\n", match.start(), match.end())
        end = match.end()
        try:
            made = rows(match[2], context)
        except InputError:
            raise
        except (ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError):
            yield Item(None, line, last, match[0])
            continue
        for row, frame in made:
            yield Item(row, line, last, "", frame)
    rest = text[end:]
    if re.search(r"<(?:entry|item)\b", rest):
        start = 1 + text.count("\n", 0, end + len(rest) - len(rest.lstrip()))
        context.warn("the feed is cut: what stands behind its last whole entry is kept unparsed")
        yield Item(None, start, 1 + text.count("\n", 0, len(text.rstrip())), rest.strip())


def recognise(head: bytes) -> Match | None:
    """By the updates inside a feed's entries."""
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if not re.match(rb"<(?:\?xml|feed|rss)\b", text) or not re.search(rb"<(?:entry|item)\b", text):
        return None
    told_so = re.search(rb"(?:&lt;|<)small(?:&gt;|>)", text) is not None
    return Match(0.95, "a status page's history feed") if told_so else None


FORMAT = Format(
    name="statuspage_feed",
    title="Status page's history feed (Atom, RSS)",
    reference="https://www.githubstatus.com/history.atom, and any Statuspage's /history.atom and /history.rss",
    sample='<?xml version="1.0" encoding="UTF-8"?>\n<feed xml:lang="en-US" xmlns="http://www.w3.org/2005/Atom">\n'
    "  <title>Made Up Status - Incident History</title>\n  <entry>\n"
    "    <id>tag:status.example.com,2005:Incident/1</id>\n    <published>2026-01-02T11:00:00Z</published>\n"
    "    <updated>2026-01-02T11:00:00Z</updated>\n    <title>Made up</title>\n"
    "    <content type=\"html\">&lt;p&gt;&lt;small&gt;Jan &lt;var data-var='date'&gt; 2&lt;/var&gt;, "
    "&lt;var data-var='time'&gt;11:00&lt;/var&gt; UTC&lt;/small&gt;&lt;br&gt;&lt;strong&gt;Resolved&lt;/strong&gt; - "
    "It is over.&lt;/p&gt;&lt;p&gt;&lt;small&gt;Jan  2, 10:00 UTC&lt;/small&gt;&lt;br&gt;&lt;strong&gt;Investigating"
    "&lt;/strong&gt; - We are looking.&lt;/p&gt;</content>\n  </entry>\n</feed>\n",
    recognise=recognise,
    read=read,
    yields=INCIDENTS,
    also=(TIMELINE,),
    zone_rule="header",
)
