"""Tables of events whose columns nobody specified: what each means is guessed from its name and cells, and told."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from incident_analysis.clock import Stamp
from incident_analysis.format import Context, Item, Row
from incident_analysis.formats import clocks, dates, notes
from incident_analysis.formats.clocks import Days
from incident_analysis.formats.happenings import Ids, kind_of_words, known

KINDS = frozenset(
    "signal alert acknowledgement failure consequence action decision communication observation deploy".split()
)
ACTORS = frozenset({"system", "staff", "customer", "third_party"})
#: Columns of the frame that a table may hold under their own names.
OWN = (
    "time_low time_high end certainty kind actor role automatic criticality service milestone relates_to relation text "
    "why source_id include note event_id"
).split()
#: What people call the columns, the likeliest first; compared without case and marks.
NAMES: dict[str, Sequence[str]] = {
    "time": (
        "time timestamp datetime eventtime timeutc utctime utc when start starttime startedat createdat created "
        "occurredat at begin began dateandtime datetimeutc timestamputc timestampms ts eventdate localtime date day"
    ).split(),
    "date": "date day".split(),
    "clock": "time clock timeofday hour hhmm at".split(),
    "end": "end endtime endedat finished finishedat until to stop resolvedat resolved endutc".split(),
    "text": (
        "text event what description whathappened summary message details detail title entry action activity update "
        "comment body subject name log information content"
    ).split(),
    "kind": "kind type category eventtype class".split(),
    "who": "who owner person by user author responsible assignee engineer responder reporter name actor".split(),
    "role": ["role"],
    "service": "service component system application app".split(),
    "criticality": "severity criticality priority impact sev".split(),
    "source_id": "id eventid key number reference sourceid".split(),
    "reference": "source link url evidence ref".split(),
    "note": "note notes remark remarks".split(),
}
Cells = Mapping[str, str]


def bare(name: str) -> str:
    """A column's name without brackets, case and marks."""
    return re.sub(r"[^a-z0-9]", "", re.sub(r"[\[(].*?[\])]", "", name).lower())


def guess(names: Sequence[str], rows: Sequence[Cells]) -> dict[str, str]:
    """Which column is which.

    Parameters
    ----------
    names : the columns
    rows : the first records

    Returns
    -------
    dict
        From what a column means (`time`, `date`, `text`, …, or a column of TIMELINE under its own name) to its name.
    """
    found: dict[str, str] = {}
    for name in names:
        if name.strip() in OWN:
            found[name.strip()] = name
    for what, known_names in NAMES.items():
        if what in found or what in ("date", "clock"):
            continue
        for candidate in known_names:
            match = next(
                (n for n in names if bare(n) == candidate and n not in found.values() and _fits(what, n, rows)), None
            )
            if match is not None:
                found[what] = match
                break
    if "time" not in found:
        first = next((n for n in names if n not in found.values() and _fits("time", n, rows)), None)
        if first is not None:
            found["time"] = first
    if "time" in found:
        _beside(found, names, rows)
    if "text" not in found and "time" in found:
        free = [n for n in names if n not in found.values()]
        if free:
            size = {n: sum(len(row.get(n, "")) for row in rows) for n in free}
            longest = max(free, key=lambda n: size[n])
            if size[longest] > 8 * max(len(rows), 1):
                found["text"] = longest
    return found


def _fits(what: str, name: str, rows: Sequence[Cells]) -> bool:
    given = [c for row in rows if (c := row.get(name, "").strip()) and not notes.is_dots(c)]
    if what in ("time", "end"):
        return bool(given) and sum(is_time(c) for c in given) * 5 >= len(given) * 4
    if what == "text":
        return bool(given) and any(re.search(r"[A-Za-zÀ-ɏ\u0400-\u9fff]{2}", c) for c in given)
    if what == "kind":
        return not given or len({c.lower() for c in given}) <= 20
    return True


def is_time(cell: str) -> bool:
    """Whether a cell is a time in whole: a date, a clock, or a template's place for one."""
    if dates.is_time(cell) or clocks.TEMPLATE.search(cell):
        return True
    when = clocks.read(cell)
    return when is not None and when.length >= len(cell)


def _is_day(cell: str) -> bool:
    if clocks.day_of(cell, 2000) is not None or re.fullmatch(r"\d{1,2}[/.-]\d{1,2}[/.-](?:\d{2}|\d{4})", cell):
        return True
    return re.fullmatch(r"\d{4}-\d\d-\d\d[ T]00:00(?::00)?", cell) is not None


def _beside(found: dict[str, str], names: Sequence[str], rows: Sequence[Cells]) -> None:
    """Days and clocks in two columns: then `time` is the clock's, and `date` the day's."""
    time = found["time"]
    given = [
        c for row in rows if (c := row.get(time, "").strip()) and not clocks.TEMPLATE.search(c) and not notes.is_dots(c)
    ]
    others = [n for n in names if n not in found.values()]
    if given and all(_is_day(c) for c in given):
        for name in others:
            clock_cells = [c for row in rows if (c := row.get(name, "").strip())]
            whens = [clocks.read(c) for c in clock_cells]
            if whens and all(w is not None and w.seconds is not None and w.day is None for w in whens):
                found["date"], found["time"] = time, name
                return
    elif given and all((w := clocks.read(c)) is not None and w.day is None for c in given):
        for name in others:
            days = [c for row in rows if (c := row.get(name, "").strip())]
            if bare(name) in NAMES["date"] and days and all(_is_day(c) for c in days):
                found["date"] = name
                return


def tell(found: Mapping[str, str], names: Sequence[str], context: Context) -> None:
    """Say which column is read as what."""
    others = [n for n in names if n not in found.values()]
    said = ", ".join(f"{what}={name}" for what, name in found.items())
    context.warn(
        f"columns read as: {said}"
        + (f"; as they are: {', '.join(others[:12])}{', …' if len(others) > 12 else ''}" if others else "")
    )


def rows(
    records: Sequence[tuple[Cells | None, int, int]], found: Mapping[str, str], names: Sequence[str], context: Context
) -> Iterator[Item]:
    """Items of a table.

    Parameters
    ----------
    records : cells by column with the lines that each spans; None where they do not fit the columns
    found : as `guess` gives it
    names : the columns
    context : Context
    """
    given = [cells if cells is not None else {} for cells, _, _ in records]
    stamps, whens, told = _times(given, found, "time", context)
    ends, _, _ = _times(given, found, "end", context, day_of=stamps)
    ids, left = Ids(), 0
    for (cells, start, end), stamp, when, ended, by in zip(records, stamps, whens, ends, told, strict=True):
        if cells is None:
            yield Item(None, start, end)
            continue
        written = " ".join(c for what in ("date", "time") if (c := cells.get(found.get(what, ""), "")))
        text = cells.get(found.get("text", ""), "")
        if clocks.TEMPLATE.search(written) or re.fullmatch(r"[\s.…]*", text + written):
            left += 1
            continue
        row = _row(cells, found, names, stamp, written, text, ids)
        if ended is not None:
            row["end"] = ended
        if by:
            row["zone"] = "header"
        if when is not None:
            if when.about:
                row.setdefault("certainty", "approx")
            elif when.seconds is None and stamp is not None:
                row.setdefault("certainty", "day")
        yield Item(known(row), start, end)
    if left:
        context.warn(f"{left} rows without words, or of a template that nobody filled in: left out")


def _row(
    cells: Cells, found: Mapping[str, str], names: Sequence[str], stamp: Stamp | None, written: str, text: str, ids: Ids
) -> Row:
    taken = set(found.values())
    named = cells.get(found.get("source_id", "")) or None
    row: Row = {
        "time": stamp,
        "time_stated": written or None,
        "source_id": ids.of(named or " ".join(f"{written} {text}".split())[:60]),
        "text": text or "; ".join(f"{n}: {cells[n]}" for n in names if cells.get(n) and n not in taken) or "no words",
    }
    for what, name in found.items():
        if what in ("time", "date", "end", "text", "source_id") or not cells.get(name):
            continue
        row[what] = cells[name]
    kind = str(row.get("kind", "")).strip().lower().replace(" ", "_")
    if kind in KINDS:
        row["kind"] = kind
    else:
        if kind:
            row["stated_kind"] = row["kind"]
        row["kind"] = kind_of_words(text)
    actor = str(row.get("actor", "")).strip().lower().replace(" ", "_")
    if "actor" in row:
        row["actor"] = actor if actor in ACTORS else "staff"
        if actor not in ACTORS:
            row.setdefault("who", cells[found["actor"]])
    elif "who" in row:
        row["actor"] = "staff"
    for name in ("automatic", "include"):
        if name in row:
            row[name] = {"true": True, "false": False, "1": True, "0": False, "yes": True, "no": False}.get(
                str(row[name]).strip().lower()
            )
    for name in ("time_low", "time_high"):
        if name in row:
            row[name] = dates.one(row[name])
    for name in names:
        if name not in taken and cells.get(name):
            row[f"column.{name}" if name in row or name in OWN else name] = cells[name]
    return row


def _times(
    given: Sequence[Cells],
    found: Mapping[str, str],
    what: str,
    context: Context,
    *,
    day_of: Sequence[Stamp | None] | None = None,
) -> tuple[list[Stamp | None], list[clocks.When | None], list[bool]]:
    """The times of a column; clocks alone are on the day beside them, else on days that go on from the one stated."""
    name = found.get(what, "")
    if not name:
        return [None] * len(given), [None] * len(given), [False] * len(given)
    cells = [cells.get(name, "").strip() for cells in given]
    zone = clocks.zone_in(name)
    whole, said = dates.column([c or None for c in cells])
    if said:
        context.warn(f"{name}: {said}")
    by_day: list[Stamp | None] = [None] * len(given)
    if what == "time" and "date" in found:
        by_day, said = dates.column([cells.get(found["date"], "").strip() or None for cells in given])
        if said:
            context.warn(f"{found['date']}: {said}")
    days = Days(context.date)
    stamps: list[Stamp | None] = []
    whens: list[clocks.When | None] = []
    # Whether the zone of each is that of the heading.
    told = [False] * len(given)
    heads = bool(zone) and clocks.is_known(zone)
    undated = 0
    for place, cell in enumerate(cells):
        when = clocks.read(cell, None if days.day is None else days.day.year)
        when = when if when is not None and when.length >= len(cell) else None
        whens.append(when)
        if whole[place] is not None and (when is None or when.seconds is not None or ":" in cell):
            stamp = whole[place]
            assert stamp is not None
            told[place] = heads and not stamp.zoned
            stamps.append(stamp if stamp.zoned or not zone else clocks.in_zone(stamp.ns, zone, context))
            continue
        if when is None or (when.seconds is None and when.day is None):
            stamps.append(whole[place])
            continue
        beside = by_day[place] or (day_of[place] if day_of is not None else None)
        if beside is not None and when.day is None:
            days.set(clocks.date_of(beside.ns))
        day = days.of(when)
        if day is None:
            undated += 1
            stamps.append(None)
            continue
        told[place] = heads and not when.zone
        stamps.append(clocks.stamp(day, when.seconds or 0, when.zone or zone, context, fraction_ns=when.fraction_ns))
    if what == "time":
        days.tell(context)
    if undated:
        context.warn(f"{undated} clocks without a day: state it with `date`")
    return stamps, whens, told
