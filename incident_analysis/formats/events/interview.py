"""Notes of interviews and of calls: lines that begin with a clock in brackets, `[21:05] I saw the alert.`

A front matter tells who spoke (`who: staff | business | impacted`), his `role`, and with `date` the day of the
interview, which is not that of what he tells: the day of the clocks is stated with `date`, or stands in the front
matter as `about` or `incident_date`. Lines without a clock go on the one before; a paragraph without one is no event.
In notes of a call or of a chat, `<name>` or `name:` behind the clock tells who spoke.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from incident_analysis.format import Context, Format, Item, Match, Row, head_lines
from incident_analysis.formats import clocks, notes
from incident_analysis.formats.clocks import Days, When
from incident_analysis.formats.happenings import Ids, kind_of_words, known
from incident_analysis.patterns import pattern

_LINE = pattern(r"\s*(?:[-*+]\s+)?\[([^\]\n]{3,60})\]\s*(.*)")
_SPEAKER = pattern(r"<([^>\s][^>]{0,40})>\s*(.*)|([A-Z][\w.-]{1,20}(?: [A-Z][\w.-]{1,20})?):\s+(.*)", re.DOTALL)
_ACTORS = {"staff": "staff", "business": "staff", "impacted": "customer", "customer": "customer"}
_DAY_KEYS = ("about", "incident_date", "event_date", "incident", "day")


def _when(text: str) -> When | None:
    bare = text.strip()
    found = clocks.read(bare)
    return found if found is not None and found.seconds is not None and found.length >= len(bare) else None


def read(text: str, context: Context) -> Iterator[Item]:
    """A row for each clock."""
    document = notes.take_apart(text)
    front = document.front
    day = context.date
    for key in _DAY_KEYS:
        day = day or clocks.find_day(front.get(key, ""))
    days, zone = Days(day), notes.the_zone(document)
    who = front.get("who", "")
    held: list[tuple[When, str, list[str], int, int]] = []
    going = False
    for number, line in document.lines:
        match = _LINE.match(line)
        when = _when(match[1]) if match else None
        if match and when is not None:
            held.append((when, match[1], [match[2]], number, number))
            going = True
        elif not line.strip():
            going = False
        elif going:
            last = held[-1]
            last[2].append(line.strip())
            held[-1] = (*last[:4], number)
    ids, missing = Ids(), 0
    for when, written, said, start, end in held:
        words = "\n".join(said).strip()
        speaker = _SPEAKER.match(words) if not who else None
        name = (speaker[1] or speaker[3]) if speaker else None
        words = (speaker[2] or speaker[4] or "") if speaker else words
        of = days.of(when)
        missing += of is None
        row: Row = {
            "time": None,
            "time_stated": written.strip(),
            "source_id": ids.of(" ".join(f"{written} {words}".split())[:60].strip()),
            "kind": kind_of_words(words),
            "actor": _ACTORS.get(who.lower()),
            "role": front.get("role"),
            "text": words or "no words",
            "who": name,
            "told_by": who or None,
            "certainty": "unknown" if of is None else "approx" if when.about else None,
        }
        if of is not None and when.seconds is not None:
            own = when.zone or zone
            row["time"] = clocks.stamp(of, when.seconds, own, context, fraction_ns=when.fraction_ns)
            if own and not when.zone and row["time"].zoned:
                row["zone"] = "header"
        yield Item(known(row), start, end)
    days.tell(context)
    if missing:
        said_day = f"; the interview's own day, {front['date']}, is not theirs" if front.get("date") else ""
        context.warn(f"{missing} clocks without a day: state it with `date`{said_day}")


def recognise(head: bytes) -> Match | None:
    """By a front matter with who spoke, or lines that begin with a clock in brackets."""
    text = head.decode("utf-8", "replace").removeprefix("\ufeff")
    if text.lstrip()[:1] in ("{", "<") or text.lstrip()[:2] in ('["', "[{"):
        return None
    timed = 0
    lines = [line.decode("utf-8", "replace") for line in head_lines(head)]
    for line in lines:
        match = _LINE.match(line)
        # Logs write days and more into their brackets; people a clock.
        timed += bool(match and _when(match[1]) is not None and not re.search(r"\d{4}|:\d\d[.,]\d", match[1]))
    front = notes.take_apart(text[:4000]).front
    if "who" in front and ("role" in front or "public" in front):
        return Match(0.93, "a front matter that says who was asked")
    if not timed:
        return None
    return Match(0.72 if timed * 2 > len(lines) else 0.45, f"{timed} lines begin with a clock in brackets")


FORMAT = Format(
    name="interview",
    title="Interview notes and notes of calls",
    yields="TIMELINE",
    reference="docs: an incident's folder, interviews/*.md; there is no specification",
    sample="---\nwho: staff\nrole: responder\ndate: 2026-01-09\nabout: 2026-01-02\npublic: false\n---\n"
    "[21:05] Made up: I saw the alert,\nand restarted the service.\n",
    recognise=recognise,
    read=read,
    zone_rule="local",
    by_hand=True,
)
