"""Plain CSV with a heading: what each column means is guessed from its name and its cells, and said.

Delimiter (comma, semicolon, tab, bar), dates and decimal commas are decided over the whole file: whether the day or
the month stands first cannot be told from one cell. A time without a zone is a wall clock, whose zone has to be
stated. Cells may hold line ends. RFC 4180 is the reference; there is no other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from incident_analysis import severity
from incident_analysis.format import Context, Format, Item, Match, Row
from incident_analysis.formats import cells, dates
from incident_analysis.formats.objects import adopt, at_limit
from incident_analysis.patterns import pattern

#: What columns are called, the likeliest first; compared without case and marks.
NAMES = {
    "time": (
        "@timestamp timestamp eventtime datetime time ts timegenerated timestamputc timeutc logtime logdate loggedat "
        "eventdate occurredat createdat created startedat starttime start when date unixtimestamp unixtime epoch "
        "timestampms receivedat lasttime firsttime timestring"
    ).split(),
    "severity": (
        "severity level loglevel lvl levelname severitytext severitylevel priority syslogseverity sev prio stufe status"
    ).split(),
    "service": (
        "service servicename app application appname component logger program process processname module "
        "container containername job system svc"
    ).split(),
    "host": "host hostname server servername computer computername machine node nodename instance pod".split(),
    "message": (
        "message msg text log logmessage body content description details detail summary rawmessage raw event line "
        "info title error textpayload jsonpayloadmessage comment txt meldung nachricht"
    ).split(),
}
_HTTP = ("status", "statuscode", "httpstatus", "responsecode", "scstatus")
_HEAD_ROWS = 50


def _plain(name: str) -> str:
    bare = re.sub(r"[\[(].*?[\])]", "", name)
    return re.sub(r"[^a-z0-9@]", "", bare.lower())


def columns(names: Sequence[str], rows: Sequence[dict[str, str]]) -> dict[str, str]:
    """Which column is which, guessed: `time`, `severity`, `service`, `host`, `message`, and `clock` beside a date.

    Parameters
    ----------
    names : the columns
    rows : the first records
    """
    found: dict[str, str] = {}
    for what, known in NAMES.items():
        for candidate in known:
            for name in names:
                if _plain(name) != candidate or name in found.values():
                    continue
                given = [row[name] for row in rows if row.get(name)]
                if what == "time" and not _are_times(given) and not _are_dates_beside(name, names, rows):
                    continue
                if what == "severity" and not _are_levels(given):
                    continue
                found.setdefault(what, name)
    if "time" not in found:
        first = next((n for n in names if _are_times([row[n] for row in rows if row.get(n)])), None)
        if first is not None:
            found["time"] = first
    if "time" in found:
        clock_column = _clock_beside(found["time"], names, rows)
        if clock_column:
            found["clock"] = clock_column
    return found


def _are_times(given: Sequence[str]) -> bool:
    return bool(given) and sum(dates.is_time(c) for c in given) * 5 >= len(given) * 4


def _are_levels(given: Sequence[str]) -> bool:
    words = {c.strip().lower() for c in given}
    return not given or (len(words) <= 12 and sum(severity.number(w) is not None for w in words) * 2 >= len(words))


_CLOCK = pattern(r"\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?:\s*[AaPp][Mm])?(?:\s*(?:Z|[+-]\d{2}:?\d{2}|[A-Z]{2,5}))?")
_DATE = pattern(r"\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}")


def _clock_beside(date_column: str, names: Sequence[str], rows: Sequence[dict[str, str]]) -> str:
    """The column with the time of day where dates stand alone."""
    given = [row[date_column] for row in rows if row.get(date_column)]
    if not given or not all(_DATE.fullmatch(c.strip()) for c in given):
        return ""
    for name in names:
        of_day = [row[name].strip() for row in rows if row.get(name)]
        if name != date_column and of_day and all(_CLOCK.fullmatch(c) for c in of_day):
            return name
    return ""


def _are_dates_beside(name: str, names: Sequence[str], rows: Sequence[dict[str, str]]) -> bool:
    return bool(_clock_beside(name, names, rows))


def recognise(head: bytes) -> Match | None:
    """By a heading, rows as wide as it, and a column of times."""
    text = head.decode("utf-8", "replace").removeprefix("\ufeff")
    if text.lstrip()[:1] in ("{", "[", "<"):
        return None
    delimiter = cells.delimiter_of(text)
    try:
        table = cells.table(text, delimiter)
    except ValueError:
        return None
    heading = [c.strip() for c in table.heading]
    if len(heading) < 2 or sum(not c for c in heading) > 1 or any(_no_name(c) for c in heading):
        return None
    rows: list[dict[str, str]] = []
    wide = seen = 0
    for fields, _, _ in table.records(Context("")):
        seen += 1
        if fields is not None:
            wide += 1
            rows.append(fields)
        if seen >= _HEAD_ROWS:
            break
    if not rows or wide * 5 < seen * 4:
        return None
    found = columns(table.names, rows)
    if "time" not in found:
        return None
    named = _plain(found["time"]) in NAMES["time"]
    return Match(0.44 if named else 0.36, f"columns under a heading, times in {found['time']!r}")


def _no_name(cell: str) -> bool:
    return len(cell) > 80 or dates.is_time(cell) or re.fullmatch(r"-?\d+([.,]\d+)?", cell) is not None


def read(text: str, context: Context) -> Iterator[Item]:
    """Records of the table."""
    table = cells.table(text, cells.delimiter_of(text[:65_536]))
    given = list(table.records(context))
    rows = [f for f, _, _ in given if f is not None]
    found = columns(table.names, rows[:_HEAD_ROWS])
    time, clock, level = found.get("time", ""), found.get("clock", ""), found.get("severity", "")
    others = [n for n in table.names if n not in found.values()]
    comma = table.delimiter != ","
    kinds = cells.typed(rows, others, comma=comma)
    _tell(context, table, found, others)
    written = [
        None if f is None or not f.get(time) else f"{f[time]} {f[clock]}" if clock and f.get(clock) else f[time]
        for f, _, _ in given
    ]
    stamps, told = dates.column(written)
    if told:
        context.warn(told)
    unread = sum(w is not None and s is None for w, s in zip(written, stamps, strict=True))
    if unread:
        context.warn(f"{unread:,} cells of {time!r} are no times that can be read")
    if comma and any(kinds.get(n) is float and any("," in r.get(n, "") for r in rows) for n in kinds):
        context.warn("numbers are read with a decimal comma")
    http = next((n for n in others if _plain(n) in _HTTP and kinds.get(n) is int), "")
    for (fields, start, end), stamp in zip(given, stamps, strict=True):
        if fields is None:
            yield Item(None, start, end)
            continue
        rest = {n: cells.value_of(fields.get(n), kinds.get(n)) for n in others}
        message = fields.get(found.get("message", ""))
        if message is None:
            message = " ".join(f"{n}={fields[n]}" for n in others if fields.get(n))
        row: Row = {
            "time": stamp,
            "severity_text": fields.get(level, "") if level else "",
            "service": fields.get(found.get("service", "")),
            "host": fields.get(found.get("host", "")),
            "message": message,
        }
        if stamp is None and fields.get(time):
            rest[time] = fields[time]
        status = rest.get(http)
        if isinstance(status, int) and not row["severity_text"] and 100 <= status <= 599:
            row["severity_number"] = severity.of_status(status)
        yield Item(adopt({k: v for k, v in row.items() if v is not None or k == "time"}, rest), start, end)
    at_limit(len(given), context)


def _tell(context: Context, table: cells.Table, found: dict[str, str], others: Sequence[str]) -> None:
    said = [f"{what}={name}" for what, name in found.items()]
    lacking = [what for what in ("time", "severity", "message") if what not in found]
    delimiter = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}.get(table.delimiter, repr(table.delimiter))
    context.warn(
        f"columns read as: {', '.join(said)}"
        + (f"; none taken for {', '.join(lacking)}" if lacking else "")
        + (f"; as they are: {', '.join(others[:12])}{', …' if len(others) > 12 else ''}" if others else "")
        + f"; delimiter {delimiter}"
    )


FORMAT = Format(
    name="csv",
    title="CSV with a heading (columns guessed, and said)",
    reference="https://www.rfc-editor.org/rfc/rfc4180",
    sample='time;level;message\n13.01.2026 10:00:00;ERROR;"lost;\nand more"\n13.01.2026 10:00:01;INFO;started\n',
    recognise=recognise,
    read=read,
    zone_rule="local",
)
