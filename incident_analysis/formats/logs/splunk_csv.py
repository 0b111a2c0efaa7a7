"""Splunk, results saved as CSV (`_time`, `_raw` and the fields of the search).

`_time` carries an offset or is seconds since 1970; `_raw` is the event as it came and is read again by its own
format. Newest first. No sample was at hand: from the documentation.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from incident_analysis import clock
from incident_analysis.clock import Stamp
from incident_analysis.format import Context, Format, Item, Match, Row
from incident_analysis.formats import cells, dates
from incident_analysis.formats.objects import COMPOSED, adopt, at_limit, pick, text_of

_LEVELS = ("level", "severity", "log_level", "loglevel", "log.level")


def row_of(fields: Mapping[str, Any], time: Stamp | None) -> Row:
    """A row from a result's fields."""
    row: Row = {
        "time": time,
        "severity_text": text_of(pick(fields, *_LEVELS)) or "",
        "service": text_of(pick(fields, "service", "service_name", "app")),
        "host": text_of(pick(fields, "host", "Hostname")),
        "message": text_of(pick(fields, "_raw", "message", "msg")),
    }
    if row["message"] is None:
        row[COMPOSED] = True
        row["message"] = " ".join(f"{k}={text_of(v)}" for k, v in fields.items() if not k.startswith("_") and v)
    skip = ("_time", "_raw", "host", "service")
    others = {k: v for k, v in fields.items() if k not in skip and not k.startswith("__mv_")}
    return adopt({k: v for k, v in row.items() if v is not None or k == "time"}, others)


def time_of(value: Any) -> Stamp | None:
    """`_time` as Splunk writes it."""
    text = str(value or "")
    return clock.epoch(text) or clock.iso(text)


def recognise(head: bytes) -> Match | None:
    """By the heading."""
    names = set(cells.heading(head, ","))
    if {"_time", "_raw"} <= names:
        return Match(0.95, "a heading of Splunk: _time, _raw")
    if names & {"_time", "_raw"} and names & {"sourcetype", "splunk_server", "index", "_serial", "linecount", "_bkt"}:
        return Match(0.9, "a heading of Splunk")
    return None


def read(text: str, context: Context) -> Iterator[Item]:
    """Records of the table."""
    found = cells.table(text, ",")
    given = list(found.records(context))
    kinds = cells.typed(
        [f for f, _, _ in given if f is not None], [n for n in found.names if n not in ("_time", "_raw")]
    )
    times = [None if f is None else f.get("_time") for f, _, _ in given]
    stamps, told = dates.column(times)
    if told:
        context.warn(told)
    for (fields, start, end), stamp, time in zip(given, stamps, times, strict=True):
        if fields is None:
            yield Item(None, start, end)
            continue
        values = {n: cells.value_of(c, kinds.get(n)) for n, c in fields.items()}
        yield Item(row_of(values, stamp or time_of(time)), start, end)
    at_limit(len(given), context)


FORMAT = Format(
    name="splunk_csv",
    title="Splunk (CSV)",
    reference="https://docs.splunk.com/Documentation/Splunk/latest/Search/Exportsearchresults (no sample was at hand)",
    sample='"_time","_raw",host,index,source,sourcetype\n'
    '"2026-01-02T10:00:00.250+0100","WARNING:made.up:lost","made-up",main,"/made/up.log",made_up\n',
    recognise=recognise,
    read=read,
    zone_rule="local",
    inner="message",
)
