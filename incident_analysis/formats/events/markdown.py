"""Timelines as people write them in Markdown: tables, lists, bold clocks, clocks as headings; and their front matter.

A table's heading names the columns and the zone (`Time (UTC)`). The day stands in a row, in a heading above it, or is
that of the document: stated with `date`, else told by the front matter, a line `Date:`, the title, the file's name; it
is said which. A clock that goes back by more than six hours has passed midnight. `~14:05` is about, `10:49–10:50` and
`10:49 to 10:50` last, `14:05+1min` is a minute later, `T+5min` keeps its place without a time. Rows of dots and rows of
a template that nobody filled in are left out and counted. Where a heading says that a timeline follows, only that part
is read. The kind of an event is proposed from its words unless a column says it.

A front matter with `title` and `start_time` also gives the incident itself. There is no specification; GitHub's is that
of tables.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from incident_analysis import clock
from incident_analysis.clock import Stamp
from incident_analysis.format import Context, Format, Item, Match, Row
from incident_analysis.formats import clocks, notes
from incident_analysis.formats.entries import BULLET, SECTION, columns, entries, leading, rows_of
from incident_analysis.formats.happenings import known
from incident_analysis.patterns import pattern

#: Keys of a front matter that say a milestone.
_MILESTONES = {
    "started": ("start_time", "started", "started_at", "incident_start", "start"),
    "detected": ("detected", "detected_at", "detection_time"),
    "acknowledged": ("acknowledged", "acknowledged_at"),
    "mitigated": ("mitigated", "mitigated_at"),
    "restored": ("restored", "restored_at", "end_time", "end", "incident_end"),
    "resolved": ("resolved", "resolved_at"),
}


def _front(text: notes.Text, context: Context) -> Iterator[Item]:
    """The incident that a front matter tells, and its milestones as events."""
    front = text.front
    stamps: dict[str, tuple[Any, str, str]] = {}
    days: set[str] = set()
    for name, keys in _MILESTONES.items():
        key = next((k for k in keys if front.get(k)), "")
        if not key:
            continue
        stamp = clock.iso(front[key])
        if stamp is None and (when := clocks.read(front[key])) is not None and when.day is not None:
            stamp = clocks.stamp(when.day, when.seconds or 0, when.zone or ("" if when.seconds else "UTC"), context)
            if when.seconds is None:
                days.add(name)
        if stamp is not None:
            stamps[name] = stamp, key, front[key]
    if not stamps and not (front.get("title") and set(front) & {"company", "severity", "product", "summary", "uuid"}):
        return
    last = next((n for n, line in text.lines), 1)
    for name, (stamp, key, written) in stamps.items():
        row: Row = {
            "time": stamp,
            "time_stated": written,
            "certainty": "day" if name in days else None,
            "source_id": f"front matter: {key}",
            "kind": "failure" if name == "started" else "observation",
            "text": f"{text.title or 'the incident'}: {name}",
            "milestone": name,
            "service": front.get("product") or front.get("service"),
        }
        yield Item(known(row), 1, max(last - 1, 1))
    services = front.get("product") or front.get("service") or front.get("services") or ""
    incident: Row = {
        "incident_id": front.get("id") or front.get("uuid") or context.source.rsplit("/", 1)[-1],
        "title": text.title,
        "organisation": front.get("company") or front.get("organisation") or front.get("organization"),
        "severity_stated": front.get("severity"),
        "services": tuple(s for one in services.strip("[]").split(",") if (s := one.strip(" '\""))),
        "summary": front.get("summary"),
        "url": front.get("url"),
        **{name: stamp for name, (stamp, _, _) in stamps.items()},
        **{f"{name}_certainty": "day" for name in days},
        **{f"{name}_low": stamps[name][0] for name in days},
        **{f"{name}_high": Stamp(stamps[name][0].ns + clock.DAY, stamps[name][0].zoned) for name in days},
    }
    yield Item(known(incident), 1, max(last - 1, 1), frame="INCIDENTS")


def read(text: str, context: Context) -> Iterator[Item]:
    """The front matter's milestones, then the rows of the timeline."""
    document = notes.take_apart(text)
    yield from _front(document, context)
    state = entries(document, context)
    yield from rows_of(state)
    state.days.tell(context)
    if state.dots:
        context.warn(f"{state.dots} rows of dots: something is left out there")
    if state.templates:
        context.warn(f"{state.templates} rows of a template that nobody filled in: left out")
    undated = sum(e.when is not None and e.day is None for e in state.entries)
    if undated:
        context.warn(f"{undated} clocks without a day: state it with `date`")


#: So many lines are looked at: what is a timeline shows it by then.
_LINES = 300
_NO_CLOCK = pattern(r"\s*(?:\d{4}[-/.]\d\d[-/.]\d\d[T _]\d\d:\d\d:\d\d|\d{1,3}(?:\.\d{1,3}){3}\s)")


def recognise(head: bytes) -> Match | None:
    """By a table of times, timed points of a list, or a front matter with milestones."""
    text = head.decode("utf-8", "replace").removeprefix("\ufeff")
    if re.match(r"\s*(?:[{<]|\[\s*[\[{\"])", text) or "\0" in text:
        return None
    document = notes.take_apart("\n".join(text.split("\n", 5 * _LINES)[: 5 * _LINES]))
    if "who" in document.front and "public" in document.front:
        return None
    lines = [line for _, line in document.lines]
    for place, line in enumerate(lines[1:], 1):
        if notes.is_rule(line) and "|" in lines[place - 1]:
            if "time" in columns(notes.cells_of(lines[place - 1])):
                return Match(0.9, "a table in Markdown with a column of times")
            row = notes.cells_of(lines[place + 1]) if place + 1 < len(lines) else [""]
            if leading(row[0]) is not None:
                return Match(0.85, "a table in Markdown whose first column holds times")
    milestones = any(k in document.front for keys in _MILESTONES.values() for k in keys)
    if milestones and "title" in document.front:
        return Match(0.9, "a front matter with title and times")
    points = [m[2] for line in lines if (m := BULLET.match(line))][:_LINES]
    timed = sum(1 for p in points if (lead := leading(p)) is not None and lead[0].seconds is not None)
    marked = any(re.match(r"#{1,6} ", line) for line in lines)
    named = any(SECTION.search(t) for _, _, t in notes.headings(document.lines))
    if timed and (named or timed >= 2 or marked):
        return Match(0.85 if named or marked else 0.7, f"{timed} points of a list begin with a clock")
    bold = sum(1 for line in lines[:_LINES] if re.match(r"\s*(?:\*\*|__)", line) and _clock(line))
    heads = sum(1 for _, _, t in notes.headings(document.lines) if _clock(t))
    if bold + heads >= 2 or ((bold or heads) and named):
        return Match(0.8, "clocks in bold, or as headings")
    bare = [line for line in lines if line.strip()][:100]
    # People write clocks, programs write whole stamps and addresses.
    clocked = [line for line in bare if re.match(r"\s*~?\d", line) and not _NO_CLOCK.match(line) and _clock(line)]
    if clocked and marked:
        return Match(0.7, "lines that begin with a clock under headings")
    if len(clocked) * 2 > len(bare):
        return Match(0.42, "lines that begin with a clock")
    if "title" in document.front and set(document.front) & {"company", "severity", "product", "summary", "uuid"}:
        return Match(0.7, "a front matter with title, of an incident")
    return None


def _clock(line: str) -> bool:
    lead = leading(line.strip())
    return lead is not None and lead[0].seconds is not None


FORMAT = Format(
    name="markdown",
    title="Markdown timeline or postmortem",
    yields="TIMELINE",
    also=("INCIDENTS",),
    reference="https://github.github.com/gfm/#tables-extension-",
    sample="---\ntitle: Made up\nstart_time: 2026-01-02T23:45:00Z\n---\n\n## Timeline\n\n"
    "| Time (UTC) | Event | Owner |\n|---|---|---|\n| 23:50 | alert fires | – |\n"
    "| ~00:05 | restarted the service | responder |\n",
    recognise=recognise,
    read=read,
    zone_rule="local",
    by_hand=True,
)
