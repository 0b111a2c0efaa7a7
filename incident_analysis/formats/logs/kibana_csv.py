"""Kibana and OpenSearch Dashboards, CSV of a search.

Times are written as the browser shows them (`Jul 22, 2024 @ 10:10:00.000`), in the browser's zone, without a mark:
the zone has to be stated. Reports end at a size limit and say so nowhere in the file. A dash stands for a missing
value. No sample was at hand: from the documentation.
"""

from __future__ import annotations

from collections.abc import Iterator

from incident_analysis import severity
from incident_analysis.format import Context, Format, Item, Match, Row
from incident_analysis.formats import cells, dates
from incident_analysis.formats.logs.elasticsearch import HOSTS, LEVELS, MESSAGES, SERVICES, TIMES
from incident_analysis.formats.objects import COMPOSED, adopt, at_limit, pick, whole
from incident_analysis.patterns import pattern

#: Also as Kibana up to 6 wrote them, `March 5th 2024, 10:00:00.000`.
_SHOWN = pattern(
    rb"\b[A-Z][a-z]{2} \d{1,2}, \d{4} @ \d\d:\d\d:\d\d|\b[A-Z][a-z]+ \d{1,2}(?:st|nd|rd|th) \d{4}, \d\d:\d\d:\d\d"
)
#: Names of the Elastic Common Schema beside a time in ISO 8601: what ES|QL and Discover's tables give.
_SCHEMA = {"log.level", "host.name", "service.name", "agent.name", "ecs.version", "event.dataset", "log.file.path"}
_ISO = pattern(rb'\n(?:[^\n]*,)?"?\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d')
_OWN = {"@timestamp", "_id", "_index", "_score", "_source", "_type"}


def recognise(head: bytes) -> Match | None:
    """By the heading, and by how times are written."""
    delimiter = cells.delimiter_of(head.decode("utf-8", "replace"))
    names = {_bare(n) for n in cells.heading(head, delimiter)}
    if not names or head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        return None
    if {"date", "host", "service"} <= {n.lower() for n in names}:
        # Another service's heading, which may write such times.
        return None
    shown = _SHOWN.search(head) is not None
    if any(n.startswith("_source.") for n in cells.heading(head, delimiter)):
        return Match(0.9, "a heading of OpenSearch Dashboards: names that begin with _source")
    if "@timestamp" in names and _SCHEMA & names and not {"@message", "@logStream"} & names and _ISO.search(head):
        return Match(0.9, "@timestamp beside names of the Elastic Common Schema")
    own = _OWN & names
    if shown and len(names) > 1:
        return Match(0.93, "times as Kibana writes them")
    if "@timestamp" in own and (len(own) >= 2 or head.lstrip(b"\xef\xbb\xbf")[:13] == b'"@timestamp",'):
        return Match(0.9, f"a heading of Kibana: {', '.join(sorted(own))}")
    return None


def _bare(name: str) -> str:
    return name.removeprefix("_source.")


def read(text: str, context: Context) -> Iterator[Item]:
    """Records of the table."""
    found = cells.table(text, cells.delimiter_of(text[:65_536]))
    names = [_bare(n) for n in found.names]
    given = [
        (None if f is None else {_bare(n): c for n, c in f.items() if c != "-"}, start, end)
        for f, start, end in found.records(context)
    ]
    column = next((n for n in TIMES if n in names), "")
    if not column:
        column = next((n for n in names if any(f and dates.is_time(f.get(n, "")) for f, _, _ in given[:50])), "")
    kinds = cells.typed([f for f, _, _ in given if f is not None], [n for n in names if n != column])
    stamps, told = dates.column([None if f is None else f.get(column) for f, _, _ in given])
    if told:
        context.warn(told)
    for (fields, start, end), stamp in zip(given, stamps, strict=True):
        if fields is None:
            yield Item(None, start, end)
            continue
        values = {n: cells.value_of(c, kinds.get(n)) for n, c in fields.items() if n != column}
        said = next((n for n in MESSAGES if n in fields), "")
        status = whole(pick(fields, "http.response.status_code", "response", "status"))
        row: Row = {
            "time": stamp,
            "severity_text": pick(fields, *LEVELS) or "",
            "service": pick(fields, *SERVICES),
            "host": pick(fields, *HOSTS),
            "message": fields.get(said),
            "document_id": values.pop("_id", None),
            "index": values.pop("_index", None),
        }
        if not said:
            row["message"] = values.pop("_source", None)
        if not said and not row["message"]:
            row[COMPOSED] = True
            row["message"] = " ".join(f"{k}={v}" for k, v in values.items())
        if not row["severity_text"] and status is not None and 100 <= status <= 599:
            row["severity_number"] = severity.of_status(status)
        values.pop(said, None)
        yield Item(adopt({k: v for k, v in row.items() if v is not None or k == "time"}, values), start, end)
    at_limit(len(given), context)


FORMAT = Format(
    name="kibana_csv",
    title="Kibana and OpenSearch Dashboards (CSV)",
    reference="https://www.elastic.co/guide/en/kibana/current/reporting-getting-started.html (no sample was at hand)",
    sample='"@timestamp","_id","_index","log.level",message\n'
    '"Jan 2, 2026 @ 10:00:00.250","made-up-1","made-up",error,"lost, and more"\n',
    recognise=recognise,
    read=read,
    zone_rule="local",
    inner="message",
)
