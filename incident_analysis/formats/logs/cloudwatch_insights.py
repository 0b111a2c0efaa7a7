"""CloudWatch Logs Insights, results saved as CSV (`logs-insights-results.csv`).

Any set of fields stands there, the service's own with an @. `@timestamp` is UTC and does not say so; newest first;
JSON inside `@message` has its quotes doubled, also those that JSON itself escapes (`\\""`). `@message` is read again
by the format of the line that it holds.
"""

from __future__ import annotations

from collections.abc import Iterator

from incident_analysis import clock
from incident_analysis.clock import Stamp
from incident_analysis.format import Context, Format, Item, Match, Row
from incident_analysis.formats import cells
from incident_analysis.formats.objects import adopt, at_limit

_OWN = {"@timestamp", "@message", "@logStream", "@log", "@ingestionTime", "@ptr", "@requestId"}
_LEVELS = ("@level", "level", "severity", "log_level", "loglevel", "levelname")


def recognise(head: bytes) -> Match | None:
    """By a heading with the service's own fields."""
    names = cells.heading(head, ",")
    own = _OWN.intersection(names)
    if not own or any(n.startswith("_") for n in names) or b" @ " in head[:4096]:
        return None
    if own == {"@timestamp"} and len(names) < 2:
        return None
    return Match(0.93 if len(own) > 1 else 0.85, f"a heading of CloudWatch Logs Insights: {', '.join(sorted(own))}")


def row_of(fields: dict[str, str], levels: tuple[str, ...] = _LEVELS) -> Row:
    """A row from a result's fields, by CSV or by the API."""
    stamp = clock.iso(fields.get("@timestamp", "")) or clock.epoch(fields.get("@timestamp", ""))
    group = fields.get("@log", "")
    group = group.split(":", 1)[-1]
    level = next((fields[name] for name in levels if fields.get(name)), "")
    message = fields.get("@message") or fields.get("message") or fields.get("msg")
    rest = {k: v for k, v in fields.items() if k not in ("@timestamp", "@message", "message", "msg")}
    if message is None:
        message = " ".join(f"{k}={v}" for k, v in rest.items() if not k.startswith("@"))
    row: Row = {
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
