"""Rows of a timeline in Markdown, as they stand: tables, points of lists, clocks in bold or as headings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from incident_analysis.format import Context, Item, Row
from incident_analysis.formats import clocks, notes
from incident_analysis.formats.clocks import Days, When
from incident_analysis.formats.happenings import Ids, kind_of_words, known
from incident_analysis.patterns import pattern

KINDS = frozenset(
    "signal alert acknowledgement failure consequence action decision communication observation deploy".split()
)
SECTION = pattern(
    r"time ?-?line|chronolog|sequence of events|(?:incident|event) log|log of events|course of events|minutes|"
    r"what happened when|events\b",
    re.IGNORECASE,
)
BULLET = pattern(r"(\s*)(?:[-*+•‣◦]|\d{1,3}[.)])\s+(?:\[[ xX]\]\s+)?(.*)")
_OPEN = pattern(r"[\s*_`~\[(<>|\"']*?(?=~?\s*[\dA-Za-z≈∼<>≤≥])")
_AFTER = pattern(r"[\s*_`\])>|\"']*(?:[-–—−:|•»>]+(?=[\s*_`]|$|\w))?[\s*_`:|]*")
#: What columns are called.
_COLUMNS = {
    "time": r"(?:.*\b)?(?:time|when|timestamp|clock|at|hour|utc|gmt|cet|cest|[ecmp][sd]?t|bst|ist)\b.*|start(?:ed)?",
    "date": r"date|day",
    "end": r"(?:.*\b)?(?:end|until|to|finish(?:ed)?)\b.*",
    "kind": r"kind|type|category|class",
    "who": r"(?:.*\b)?(?:who|owner|actor|person|people|by|responsible|author|engineer|name|team)\b.*",
    "source": r"(?:.*\b)?(?:source|link|links|reference|evidence|ref|url)\b.*",
    "service": r"service|system|component",
    "text": r"(?:.*\b)?(?:event|what|description|details?|happened|summary|entry|activity|log|update|message|action|"
    r"incident|comment|observation)\b.*",
    "note": r"notes?|remarks?",
}


@dataclass(slots=True)
class Entry:
    """A row as it stands: its time, its words, its lines."""

    when: When | None
    written: str
    text: str
    line: int
    last: int
    day: Any
    zone: str
    zone_from: str
    more: Row = field(default_factory=dict)
    indent: int = -1
    as_heading: bool = False


@dataclass(slots=True)
class Reading:
    """What is known while the lines go by."""

    days: Days
    zone: str
    context: Context
    entries: list[Entry] = field(default_factory=list)
    dots: int = 0
    templates: int = 0
    section_zone: str = ""

    @property
    def year(self) -> int | None:
        """The year of days that are written without one."""
        return None if self.days.day is None else self.days.day.year

    def add(self, when: When | None, written: str, text: str, line: int, **more: Any) -> Entry:
        """Note a row, on its day and in its zone."""
        day = self.days.of(when) if when is not None else None
        own = when.zone if when is not None else ""
        zone = own or more.pop("zone", "") or self.section_zone or self.zone
        more.pop("zone", None)
        entry = Entry(when, written, text, line, line, day, zone, "explicit" if own else "header", **more)
        self.entries.append(entry)
        return entry


def leading(text: str, year: int | None = None) -> tuple[When, str, str] | None:
    """The time that a line begins with, as read and as written, and the words behind it."""
    opened = _OPEN.match(text)
    start = opened.end() if opened else 0
    if start > 12:
        return None
    when = clocks.read(text[start:], year)
    if when is None:
        return None
    end = start + when.length
    after = _AFTER.match(text, end)
    rest = text[after.end() if after else end :]
    # "10 nodes", "5 of 7": a clock ends where it ends; a letter right behind it makes it something else.
    if rest and (after is None or after.end() == end) and text[end : end + 1].isalnum():
        return None
    rest = rest.strip()
    for mark in ("**", "__", "`"):
        # The mark that begins the words, or that began before the clock, was taken for one around the clock.
        if rest.count(mark) % 2:
            rest = mark + rest
    return when, text[start:end].strip(), notes.plain(rest)


def columns(names: list[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    bare = [re.sub(r"[*_`]|\(.*?\)|\[.*?\]", " ", name).strip().lower() for name in names]
    for what in ("date", "kind", "note", "service"):
        for place, name in enumerate(bare):
            if place not in found.values() and re.fullmatch(_COLUMNS[what], name):
                found.setdefault(what, place)
    zoned = [i for i, name in enumerate(names) if re.search(r"\bUTC\b", name) and i not in found.values()]
    for place in [*zoned, *range(len(bare))]:
        if place not in found.values() and re.fullmatch(_COLUMNS["time"], bare[place] or names[place].lower()):
            found.setdefault("time", place)
    for what in ("end", "who", "source", "text"):
        for place, name in enumerate(bare):
            if place not in found.values() and re.fullmatch(_COLUMNS[what], name):
                found.setdefault(what, place)
    if "time" not in found and "date" in found:
        found["time"] = found.pop("date")
    return found


def _table(rows: list[tuple[int, str]], state: Reading) -> bool:
    """Entries of a table; whether it is one of times."""
    names = notes.cells_of(rows[0][1])
    body = rows[2:]
    found = columns(names)
    if "time" not in found:
        first = [cells for _, line in body if (cells := notes.cells_of(line))]
        timed = sum(leading(cells[0]) is not None for cells in first)
        if not first or timed * 2 < len(first):
            return False
        found["time"] = 0
    zone = clocks.zone_in(names[found["time"]])
    if "text" not in found:
        free = [i for i in range(len(names)) if i not in found.values()]
        if "note" in found and not free:
            found["text"] = found.pop("note")
        else:
            size = {i: sum(len((notes.cells_of(x) + [""] * 99)[i]) for _, x in body) for i in free}
            found["text"] = max(free, key=lambda i: size[i], default=found["time"])
    for number, line in body:
        cells = notes.cells_of(line)
        cells += [""] * (len(names) - len(cells))
        _table_row(cells, names, found, zone, number, state)
    return True


def _table_row(
    cells: list[str], names: list[str], found: dict[str, int], zone: str, number: int, state: Reading
) -> None:
    written = cells[found["time"]]
    if "date" in found and cells[found["date"]]:
        day = clocks.find_day(cells[found["date"]], state.year)
        if day is not None and day != state.days.day:
            state.days.set(day)
    text = notes.plain(cells[found["text"]])
    if not any(c for c in cells) or notes.is_dots(" ".join(c for c in cells if c)):
        state.dots += 1
        return
    if clocks.TEMPLATE.search(written) or (not written and not text) or notes.is_dots(text or ".."):
        state.templates += 1
        return
    lead = leading(written, state.year)
    kind = cells[found["kind"]].strip().lower() if "kind" in found else ""
    end = leading(cells[found["end"]], state.year) if "end" in found else None
    when = lead[0] if lead else None
    if when is not None and when.end is None and end is not None:
        when = replace(when, end=end[0])
    if lead and lead[2] and len(lead[2]) > 2:
        # Something stands behind the clock in its own cell.
        text = f"{lead[2]}: {text}" if text else lead[2]
    taken = set(found.values())
    cells = ["" if re.fullmatch(r"[\s–—-]*|n/?a|none|tbd|\?", cell, re.IGNORECASE) else cell for cell in cells]
    more: Row = {
        "who": notes.plain(cells[found["who"]]) if "who" in found else None,
        "reference": notes.plain(cells[found["source"]]) if "source" in found else None,
        "service": notes.plain(cells[found["service"]]) if "service" in found else None,
        "remark": notes.plain(cells[found["note"]]) if "note" in found else None,
        "kind": kind if kind in KINDS else None,
        "stated_kind": kind if kind not in KINDS else None,
    }
    for place, name in enumerate(names):
        if place not in taken and place < len(cells) and name:
            more[f"column.{notes.plain(name)}"] = notes.plain(cells[place])
    state.add(when, notes.plain(written), text, number, zone=zone, more=more)


def _lines(lines: list[tuple[int, str]], state: Reading, *, named: bool) -> None:
    """Entries of a part of the document, in the order of its lines."""
    place, blank = 0, True
    current: Entry | None = None
    base = state.days.day
    heads = {p: (level, text) for p, level, text in notes.headings(lines)}
    while place < len(lines):
        number, line = lines[place]
        if "|" in line and place + 1 < len(lines) and notes.is_rule(lines[place + 1][1]):
            end = place + 2
            while end < len(lines) and "|" in lines[end][1]:
                end += 1
            _table(lines[place:end], state)
            place, current, blank = end, None, True
            continue
        head = heads.get(place)
        if head is not None:
            current = _heading(head[1], number, state, base)
        elif not line.strip():
            blank = True
            if current is not None and not current.as_heading and current.indent < 0:
                current = None
            place += 1
            continue
        else:
            current = _line(line, number, current, state, blank=blank, named=named)
        blank = head is not None
        place += 1


def _heading(text: str, number: int, state: Reading, base: Any) -> Entry | None:
    """A heading: a clock of its own, or the day and the zone of what follows."""
    lead = leading(text, state.year)
    if lead is not None and lead[0].seconds is not None:
        return state.add(lead[0], lead[1], lead[2], number, as_heading=True)
    day = clocks.find_day(text, state.year)
    if day is not None:
        state.days.set(day)
    elif base is not None and (match := re.match(r"\W*day\s+(\d{1,2})\b", text, re.IGNORECASE)):
        state.days.set(base + timedelta(days=int(match[1]) - 1))
    if zone := clocks.zone_in(text):
        state.section_zone = zone
    return None


def _line(line: str, number: int, current: Entry | None, state: Reading, *, blank: bool, named: bool) -> Entry | None:
    bullet = BULLET.match(line)
    body = bullet[2] if bullet else line.strip()
    indent = len(line) - len(line.lstrip())
    if notes.is_dots(body):
        state.dots += 1
        return current
    if clocks.TEMPLATE.match(body.lstrip("*_`[(~ ")):
        state.templates += 1
        return None
    nested = current is not None and current.indent >= 0 and indent > current.indent
    lead = leading(body, state.year) if bullet or blank or current is not None else None
    if lead is not None and lead[0].seconds is None:
        # A day alone: of what follows, or of an event of which no more is known.
        if not lead[2] or re.fullmatch(r"[(\[].*[)\]]:?|:", lead[2]):
            if lead[0].day is not None:
                state.days.set(lead[0].day)
                state.section_zone = clocks.zone_in(lead[2]) or state.section_zone
            return None
        lead = lead if bullet and not nested else None
    if lead is not None and not bullet and not _is_row(line, lead[1]):
        # "On 12 April, around 12:12, …" is a sentence, not a row.
        lead = None
    if lead is not None:
        return state.add(lead[0], lead[1], lead[2], number, indent=indent if bullet else -1)
    if clocks.relative(body.lstrip("*_`[( ")) and (bullet or blank):
        written = clocks.relative(body.lstrip("*_`[( "))
        return state.add(None, written, notes.plain(body), number, indent=indent if bullet else -1)
    if current is not None and (nested or not bullet or current.as_heading):
        current.text = f"{current.text}\n{notes.plain(body)}".strip()
        current.last = number
        return current
    if bullet and named and current is not None and indent == current.indent:
        # A point among timed ones: it keeps its place.
        return state.add(None, "", notes.plain(body), number, indent=indent)
    return None


def _is_row(line: str, written: str) -> bool:
    """Whether a line that is no point of a list begins a row: with a clock, or a day and a clock with a mark behind."""
    behind = line.partition(written)[2].lstrip(" *_`)]")
    if behind[:1] == ",":
        return False
    return re.match(r"[\s*_`\[(~≈]*\d", line) is not None or behind[:1] in ("-", "–", "—", ":", "|")


def entries(text: notes.Text, context: Context) -> Reading:
    """The rows of a document, in its order."""
    (day, where), zone = notes.the_day(text, context), notes.the_zone(text)

    def start() -> Reading:
        return Reading(Days(day), zone, context)

    parts = list(_parts(text.lines))
    state = start()
    for lines in parts:
        _lines(lines, state, named=True)
    if not state.entries:
        state = start()
        _lines(text.lines, state, named=False)
    if where and any(e.when is not None and e.when.day is None and e.day is not None for e in state.entries):
        context.warn(f"clocks without a day are counted from {day}: {where}")
    return state


def _parts(lines: list[tuple[int, str]]) -> Iterator[list[tuple[int, str]]]:
    """The parts under headings that say that a timeline follows."""
    heads = list(notes.headings(lines))
    behind = -1
    for i, (place, level, text) in enumerate(heads):
        if place < behind or not SECTION.search(text) or leading(text) is not None:
            continue
        behind = next((p for p, lv, _ in heads[i + 1 :] if lv <= level), len(lines))
        yield lines[place:behind]


def rows_of(state: Reading) -> Iterator[Item]:
    """Items of the entries."""
    ids = Ids()
    for entry in state.entries:
        row: Row = {
            "time": None,
            "time_stated": entry.written or None,
            "source_id": ids.of(" ".join(f"{entry.written} {entry.text}".split())[:60].strip()),
            "text": entry.text or "no words",
        }
        when = entry.when
        if when is not None and entry.day is not None:
            row |= _times(entry, when, state.context)
        elif when is not None:
            row["certainty"] = "unknown"
        more = {k: v for k, v in entry.more.items() if v not in (None, "")}
        row |= more
        row.setdefault("kind", kind_of_words(entry.text))
        if "who" in more:
            row["actor"] = "staff"
        elif row["kind"] in ("alert", "signal"):
            row["actor"] = "system"
        yield Item(known(row), entry.line, entry.last)


def _times(entry: Entry, when: When, context: Context) -> Row:
    if when.seconds is None:
        return {"time": clocks.stamp(entry.day, 0, entry.zone, context), "certainty": "day", **_zone(entry)}
    begin = clocks.stamp(entry.day, when.seconds, entry.zone, context, fraction_ns=when.fraction_ns)
    made: Row = {"time": begin, "certainty": "approx" if when.about else None, **_zone(entry)}
    end = when.end
    if end is not None and end.seconds is not None:
        day = end.day or entry.day
        if end.day is None and end.seconds < when.seconds:
            day += timedelta(days=1)
        made["end"] = clocks.stamp(day, end.seconds, end.zone or entry.zone, context, fraction_ns=end.fraction_ns)
    return made


def _zone(entry: Entry) -> Row:
    return {"zone": "header"} if entry.zone and entry.zone_from == "header" and clocks.is_known(entry.zone) else {}
