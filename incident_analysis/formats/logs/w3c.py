"""W3C extended log files: IIS, HTTP.sys, FTP and others; `#Fields:` names the columns.

Directives may come again in the middle of a file, with other columns. The clock is UTC by the specification and by
default; IIS can be set to local time, and the file does not say so: state the zone then. Where the date column is
missing, `#Date` gives the day, and a clock that falls back begins the next one. `time-taken` is milliseconds where it
is a whole number (IIS), seconds where it has a fraction (the specification). IIS writes "+" for a space. Values are
parted by spaces, tabs or commas, some of them quoted; an empty user may leave two spaces.
"""

from __future__ import annotations

import csv
import re

from incident_analysis import clock, severity
from incident_analysis.clock import Stamp
from incident_analysis.format import Context, Format, Lines, Match, Row, head_lines
from incident_analysis.formats.http import given, seconds, whole
from incident_analysis.patterns import pattern

_NAMES = {
    "c-ip": "client",
    "cs-method": "method",
    "sc-status": "status",
    "sc-bytes": "bytes",
    "cs-bytes": "request_bytes",
    "cs-version": "protocol",
    "cs-protocol-version": "protocol",
    "cs-username": "user",
    "cs(user-agent)": "user_agent",
    "cs(referer)": "referer",
    "cs(referrer)": "referer",
    "cs-host": "request_host",
    "cs(host)": "request_host",
    "s-computername": "host",
    "s-sitename": "service",
    "x-edge-request-id": "request_id",
}
#: Of these only one is taken as the path.
_PATHS = ("cs-uri-stem", "cs-uri", "cs-uri-path", "cs-uri-query", "date", "time", "time-taken")
_WHOLE = {"status", "bytes", "request_bytes", "s_port", "c_port", "sc_substatus", "sc_win32_status"}
_QUOTED = pattern(r'"((?:[^"]|"")*)"(?=\s|$)|(\S+)')
_DATE = pattern(r"(\d{4})-(\d\d)-(\d\d)|(\d{1,2})[-/]([A-Za-z]{3})[-/](\d{4})")
_TIME = pattern(r"(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?")
DAY = clock.DAY


def head(text: str, context: Context) -> None:
    """Columns of `#Fields:`, day of `#Date:`, name of `#Software:`."""
    name, _, value = text[1:].partition(":")
    if name.lower() == "fields":
        memory = context.memory
        memory["comma"] = "," in value
        # Names may hold spaces where tabs part them.
        parts = (
            value.split(",") if "," in value else value.strip().split("\t") if "\t" in value.strip() else value.split()
        )
        memory["fields"] = [f.strip() for f in parts]
    elif name.lower() == "date":
        context.memory["day"] = _day(value.strip())
        context.memory.pop("clock", None)
    elif name.lower() == "software":
        context.memory["software"] = value.strip()


def parse(text: str, context: Context) -> Row | None:
    """A record's fields; columns that no rule names keep their own name, `-` and brackets as `_`."""
    names = context.memory.get("fields")
    if not names:
        return None
    values = _values(text, names, context)
    if values is None:
        return None
    named = {name.lower(): given(value) for name, value in zip(names, values, strict=False)}
    row: Row = {"time": _time(named, context)}
    spaces = "+" if '"' not in text and "\t" not in text else ""
    for name, value in named.items():
        if name in _PATHS:
            continue
        column = _NAMES.get(name) or re.sub(r"\W+", "_", name).strip("_")
        if column in row and value is None:
            continue
        if column in _WHOLE:
            row[column] = whole(value)
        elif column == "user_agent" and value is not None and spaces:
            row[column] = value.replace("+", " ")
        else:
            row[column] = value
    _request(row, named)
    taken = named.get("time-taken")
    if taken is not None:
        row["duration_s"] = seconds(taken, unit="s" if "." in taken or "x-edge-location" in named else "ms")
    if row.get("status"):
        row["severity_number"] = severity.of_status(row["status"])
    row["message"] = _message(row) or text
    return row


def _values(text: str, names: list[str], context: Context) -> list[str] | None:
    if context.memory.get("comma"):
        values = next(csv.reader([text]))
    elif "\t" in text:
        values = text.split("\t")
    elif '"' in text:
        values = [quoted.replace('""', '"') if quoted or not bare else bare for quoted, bare in _QUOTED.findall(text)]
    else:
        values = text.split(" ")
        if len(values) != len(names):
            # An empty value leaves two spaces, or stands for nothing: the columns tell.
            values = text.split()
    if len(values) > len(names):
        return None
    if len(values) < len(names):
        if len(values) < 3:
            return None
        context.warn("lines with fewer values than #Fields names: the rest is missing")
    return values


def _request(row: Row, named: dict[str, str | None]) -> None:
    path, query = named.get("cs-uri-stem") or named.get("cs-uri-path") or named.get("cs-uri"), named.get("cs-uri-query")
    query = None if query is None else query.removeprefix("?")
    if path is not None:
        row["path"] = f"{path}?{query}" if query is not None else path
    elif query is not None:
        row["query"] = query


def _message(row: Row) -> str:
    return " ".join(str(row[name]) for name in ("method", "path", "protocol") if row.get(name))


def _day(text: str) -> int | None:
    match = _DATE.match(text)
    if match is None:
        return None
    try:
        if match[1]:
            return clock.days(int(match[1]), int(match[2]), int(match[3]))
        return clock.days(int(match[6]), clock.MONTHS[match[5].lower()], int(match[4]))
    except (ValueError, KeyError):
        return None


def _time(named: dict[str, str | None], context: Context) -> Stamp | None:
    whole_stamp = named.get("date-time") or named.get("datetime")
    if whole_stamp is not None:
        return clock.iso(whole_stamp)
    match = _TIME.match(named.get("time") or "")
    if match is None:
        return None
    try:
        passed = clock.clock(1970, 1, 1, int(match[1]), int(match[2]), int(match[3] or 0), match[4] or "")
    except ValueError:
        return None
    if "date" in named:
        day = _day(named["date"] or "")
    else:
        day = context.memory.get("day")
        before = context.memory.get("clock")
        if day is not None and before is not None and before - passed > DAY // 2:
            day += 1
            context.memory["day"] = day
        context.memory["clock"] = passed
    return None if day is None else Stamp(day * DAY + passed, False)


def recognise(data: bytes) -> Match | None:
    """By the directive `#Fields:` before the first record."""
    for line in head_lines(data):
        bare = line.removeprefix(b"\xef\xbb\xbf")
        if not bare.startswith(b"#"):
            return None
        if re.match(rb"#Fields:[ \t]*[\w(]", bare, re.IGNORECASE):
            return Match(0.93, "the directive #Fields of W3C extended log files")
    return None


FORMAT = Format(
    name="w3c",
    title="IIS and other W3C extended log files",
    reference="https://www.w3.org/TR/WD-logfile.html; https://learn.microsoft.com/windows/win32/http/w3c-logging",
    sample=(
        "#Software: Microsoft Internet Information Services 10.0\n#Version: 1.0\n#Date: 2026-01-02 10:00:00\n"
        "#Fields: date time s-ip cs-method cs-uri-stem s-port c-ip cs(User-Agent) sc-status time-taken\n"
        "2026-01-02 10:00:00 192.0.2.7 GET / 443 192.0.2.1 made-up/1.0+(test) 200 250\n"
    ),
    recognise=recognise,
    lines=Lines(parse, skip=pattern(rb"#"), head=head),
    zone_rule="header",
)
