"""CloudWatch Logs Insights, results saved as CSV (`logs-insights-results.csv`).

Any set of fields stands there, the service's own with an @. `@timestamp` is UTC and does not say so; newest first;
JSON inside `@message` has its quotes doubled, also those that JSON itself escapes (`\\""`). `@message` is read again
by the format of the line that it holds. A query with `stats` gives counts and no records: refused. The console's view
of a log group saves `timestamp,message` with milliseconds since 1970: read as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from incident_analysis import clock
from incident_analysis.clock import Stamp
from incident_analysis.errors import InputError
from incident_analysis.format import Context, Format, Item, Match, Row
from incident_analysis.formats import cells
from incident_analysis.formats.objects import COMPOSED, adopt, at_limit
from incident_analysis.patterns import pattern

_OWN = {"@timestamp", "@message", "@logStream", "@log", "@ingestionTime", "@ptr", "@requestId"}
_LEVELS = ("@level", "level", "severity", "log_level", "loglevel", "levelname", "log.level")
_STATS = pattern(r"(?:bin|count|count_distinct|sum|avg|min|max|pct|stddev|earliest|latest)\(.*\)")
#: Insights writes a space between date and clock.
_OTHER = pattern(rb'\n(?:[^\n]*,)?"?\d{4}-\d\d-\d\dT')
_CONSOLE = pattern(rb'\s*"?timestamp"?,"?message"?\r?\n"?\d{13}"?,')


def recognise(head: bytes) -> Match | None:
    """By a heading with the service's own fields."""
    names = cells.heading(head, ",")
    own = _OWN.intersection(names)
    if _CONSOLE.match(head.removeprefix(b"\xef\xbb\xbf")) is not None:
        return Match(0.8, "timestamp and message, as CloudWatch's console saves a log group's events")
    if any(_STATS.fullmatch(n) for n in names) and any(n.startswith("bin(") or "@" in n for n in names):
        return Match(0.85, "a heading of CloudWatch Logs Insights with what `stats` counted")
    if not own or any(n.startswith("_") for n in names) or b" @ " in head[:4096]:
        return None
    if own == {"@timestamp"} and (len(names) < 2 or ("log.level" in names and _OTHER.search(head) is not None)):
        return None
    return Match(0.93 if len(own) > 1 else 0.85, f"a heading of CloudWatch Logs Insights: {', '.join(sorted(own))}")


def check_records(names: Iterable[str], context: Context) -> None:
    """Refuse the answer of a query that counts.

    Raises
    ------
    InputError
        It has neither a time nor a message nor a pointer to a record.
    """
    if not {"@timestamp", "@message", "@ptr", "timestamp", "message"}.intersection(names):
        raise InputError(
            "an answer of CloudWatch Logs Insights without @timestamp and @message: what `stats` counted, not records",
            remedy="query the records themselves: `fields @timestamp, @message, @logStream, @log`",
            where=context.source,
        )


def row_of(fields: dict[str, str], levels: tuple[str, ...] = _LEVELS) -> Row:
    """A row from a result's fields, by CSV or by the API."""
    when = fields.get("@timestamp") or fields.get("timestamp") or ""
    stamp = clock.iso(when) or clock.epoch(when)
    group = fields.get("@log", "")
    group = group.split(":", 1)[-1]
    level = next((fields[name] for name in levels if fields.get(name)), "")
    message = fields.get("@message") or fields.get("message") or fields.get("msg")
    rest = {k: v for k, v in fields.items() if k not in ("@timestamp", "@message", "message", "msg")}
    if stamp is not None and "@timestamp" not in fields:
        rest.pop("timestamp", None)
    composed = {COMPOSED: True} if message is None else {}
    if message is None:
        message = " ".join(f"{k}={v}" for k, v in rest.items() if not k.startswith("@"))
    row: Row = composed | {
        "time": Stamp(stamp.ns, True) if stamp else None,
        "severity_text": level,
        "service": group.rsplit("/", 1)[-1],
        "message": message.rstrip("\n"),
        "log_group": group or None,
        "log_stream": rest.pop("@logStream", None),
        "request_id": rest.pop("@requestId", None),
        "ingestion_time": rest.pop("@ingestionTime", None),
        "pointer": rest.pop("@ptr", None),
    }
    rest.pop("@log", None)
    return adopt({k: v for k, v in row.items() if v is not None or k == "time"}, rest)


def read(text: str, context: Context) -> Iterator[Item]:
    """Records of the table."""
    found = cells.table(text, ",")
    check_records(found.names, context)
    count = 0
    for fields, start, end in found.records(context):
        count += 1
        yield Item(None if fields is None else row_of(fields), start, end)
    at_limit(count, context)


FORMAT = Format(
    name="cloudwatch_insights",
    title="CloudWatch Logs Insights (CSV)",
    reference="https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_AnalyzeLogData-discoverable-fields.html",
    sample=(
        "@timestamp,@message,@logStream,@log\n"
        '2026-01-02 10:00:01.250,"{""level"":""ERROR"",""msg"":""said \\""no\\""""}",made-up/1,123456789012:/made/up\n'
        "2026-01-02 10:00:00.000,started,made-up/1,123456789012:/made/up\n"
    ),
    recognise=recognise,
    read=read,
    inner="message",
)
