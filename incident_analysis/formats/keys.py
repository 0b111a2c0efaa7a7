"""Which of a record's keys is its time, its level, its message: loggers of structured records differ only in that.

Names that a record does not share with the frame stay as they are; objects become dotted names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from incident_analysis import clock, severity
from incident_analysis.clock import Stamp
from incident_analysis.format import Context, Row, flat
from incident_analysis.formats import stamps
from incident_analysis.formats.objects import KEPT
from incident_analysis.patterns import pattern

#: In the order in which they are tried; the first whose value can be read is taken.
TIMES = (
    "@timestamp t.$date t.$date.$numberLong timestamp ts time Timestamp TimeStamp timeStamp @t instant "
    "record.time.timestamp record.time.repr _time asctime datetime dateTime DateTime eventTime event_time "
    "EventTime time_local time_iso8601 date Date dt t timeMillis logged_at created_at createdAt log_time logTime "
    "log_timestamp time_unix_nano timeUnixNano timestamp_ms timestampMs epoch when __REALTIME_TIMESTAMP "
    "query_timestamp requestTime "
    "syslog.timestamp coralogix.timestamp meta.timestamp metadata.timestamp event.created event.timestamp Time "
    "TIMESTAMP TS timestampSeconds TimeCreated created"
).split()
LEVELS = (
    "level lvl severity log.level @level error_severity LevelDisplayName severity_text severityText levelname "
    "level_name levelName log_level loglevel "
    "logLevel LogLevel Level @l record.level.name level.name severity_number severityNumber Severity LEVEL "
    "PRIORITY priority syslog.severity.name log.syslog.severity.name log.syslog.severity.code "
    "coralogix.metadata.severity metadata.severity meta.level s"
).split()
MESSAGES = (
    "formattedMessage message msg @message @m short_message record.message fields.message event RenderedMessage "
    "@mt MessageTemplate Message "
    "MESSAGE log.message body.message body text coralogix.text log M m original_message"
).split()
SERVICES = (
    "service.name service service_name serviceName app.name app appname app_name application application.name "
    "applicationName application_name coralogix.metadata.applicationName metadata.applicationname "
    "coralogix.applicationName resource.service.name resource.attributes.service.name kubernetes.container_name "
    "container_name ProviderName name component"
).split()
HOSTS = (
    "host.name host hostname hostName host_name host.hostname HOSTNAME machine machineName MachineName "
    "computerName metadata.computername nodename node_name kubernetes.host server"
).split()
TRACES = "trace_id traceId traceID trace.id TraceId @tr dd.trace_id otelTraceID span.trace_id".split()
SPANS = "span_id spanId spanID span.id SpanId @sp dd.span_id otelSpanID".split()
LOGGERS = (
    "logger logger_name loggerName log.logger record.name target SourceContext Properties.SourceContext @module c"
).split()
#: Seconds and nanoseconds in two values: log4j2, Google Cloud's agents.
PAIRS = {
    "instant.epochSecond": "instant.nanoOfSecond",
    "timestamp.seconds": "timestamp.nanos",
    "timestampSeconds": "timestampNanos",
}
#: PHP's DateTime as an object: a wall clock, and its zone beside it.
PHP_DATE, PHP_ZONE = "datetime.date", "datetime.timezone"
#: What wrappers put around the logger's own object.
WRAPPERS = ("@fields.", "fields.", "record.", "data.", "log.", "attributes.", "body.", "jsonPayload.", "userData.")

_PLAUSIBLE = 10**8
_CLOCK_ONLY = pattern(r"\d{1,2}:\d{2}(?::\d{2})?")
#: Coralogix, "Logs API": severity 1 to 6.
_CORALOGIX = {1: "DEBUG", 2: "TRACE", 3: "INFO", 4: "WARN", 5: "ERROR", 6: "FATAL"}
_SHAPES = "keys.shapes"


class Shape:
    """Which keys of a record of one shape are what; found once for each set of names."""

    __slots__ = ("host", "implied", "level", "logger", "message", "service", "span", "times", "trace")

    def __init__(self, names: Iterable[str]) -> None:
        there = list(names)
        self.times = _all(there, TIMES)
        self.times[:0] = [name for name in ("instant.epochSecond", "timestamp.seconds", PHP_DATE) if name in there]
        if "t.$date" not in there and "t.$date.$numberLong" not in there:
            # MongoDB's names of one letter mean little elsewhere.
            levels, loggers = [n for n in LEVELS if n != "s"], [n for n in LOGGERS if n != "c"]
        else:
            levels, loggers = ["s"], ["c"]
        self.level = _first(there, levels)
        #: CLEF (Serilog): a record without a level is information.
        self.implied = "Information" if self.level is None and "@t" in there and {"@m", "@mt"} & set(there) else ""
        if self.level == "level" and "level_name" in there:
            # Monolog's numbers are its own; the name stands beside them.
            self.level = "level_name"
        self.message = _first(there, MESSAGES)
        if {"L", "T", "M"} <= set(there):
            # zap's keys for development.
            self.times, self.level, self.message = ["T"], "L", "M"
            loggers = ["N"]
        self.service = _first(there, SERVICES, wrapped=False)
        self.host = _first(there, HOSTS, wrapped=False)
        self.trace = _first(there, TRACES)
        self.span = _first(there, SPANS)
        self.logger = _first(there, loggers)
        if self.service == self.logger:
            self.service = None

    @property
    def telling(self) -> bool:
        """Whether it looks like a logger's record: two of time, level, message; containers keep the time outside."""
        return (bool(self.times) + (self.level is not None) + (self.message is not None)) >= 2


def _all(there: list[str], names: Iterable[str]) -> list[str]:
    present = set(there)
    found = [name for name in names if name in present]
    for wrapper in WRAPPERS:
        found += [w for name in names if (w := wrapper + name) in present and w not in found]
    return found


def _first(there: list[str], names: Iterable[str], *, wrapped: bool = True) -> str | None:
    present = set(there)
    for name in names:
        if name in present:
            return name
    for wrapper in WRAPPERS if wrapped else ():
        for name in names:
            if wrapper + name in present:
                return wrapper + name
    return None


def shape_of(fields: Mapping[str, Any], context: Context) -> Shape:
    """The shape of a record; remembered for the source."""
    known = context.memory.setdefault(_SHAPES, {})
    names = tuple(fields)
    found = known.get(names)
    if found is None:
        found = Shape(names)
        if len(known) < 5000:
            known[names] = found
    return found


def row_of(record: Mapping[str, Any], context: Context, *, raw: str = "") -> Row:
    """A structured record as a row.

    Parameters
    ----------
    record : mapping
        As parsed; objects inside become dotted names.
    context : Context
    raw : str
        The record's text, for digits that a float does not hold.
    """
    fields = flat(record)
    shape = shape_of(fields, context)
    used: set[str] = set()
    row: Row = {"time": _time(fields, shape, used, raw, context)}
    put_level(row, fields, shape, used)
    for name, key in (
        ("message", shape.message),
        ("service", shape.service),
        ("host", shape.host),
        ("trace_id", shape.trace),
        ("span_id", shape.span),
        ("logger", shape.logger),
    ):
        value = fields.get(key) if key is not None else None
        if key is not None and value is not None and value != "":
            row[name] = value if isinstance(value, str) else str(value)
            used.add(key)
    for key, value in fields.items():
        if key in used or value is None:
            continue
        row[f"attributes.{key}" if key in KEPT or key in row else key] = value
    return row


def _time(fields: Row, shape: Shape, used: set[str], raw: str, context: Context) -> Stamp | None:
    for key in shape.times:
        value = fields[key]
        if key in PAIRS:
            seconds, nanos = _whole(value), _whole(fields.get(PAIRS[key]) or 0)
            if seconds is not None and nanos is not None and 0 <= nanos < clock.SECOND and seconds >= _PLAUSIBLE:
                used |= {key, PAIRS[key]}
                return Stamp(seconds * clock.SECOND + nanos, True)
            continue
        if key == PHP_DATE:
            found = _php(str(value), str(fields.get(PHP_ZONE) or ""))
            if found is not None:
                used |= {key, PHP_ZONE} if found.zoned else {key}
                return found
            continue
        if key in ("date", "Date") and isinstance(value, str):
            other = next((k for k in ("time", "Time") if _CLOCK_ONLY.match(str(fields.get(k) or ""))), None)
            if other is not None:
                found = moment(f"{value}T{fields[other]}")
                if found is not None:
                    used |= {key, other}
                    return found
        found = moment(_digits(value, key, raw))
        if found is not None:
            if not found.zoned and isinstance(value, str):
                stamps.tell_name(value, context)
            used.add(key)
            return found
    return None


def _whole(value: Any) -> int | None:
    """A whole number, also as a text."""
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _php(text: str, zone: str) -> Stamp | None:
    """A wall clock and its zone: an offset, an abbreviation, or a name of the tz database."""
    stamp = clock.iso(f"{text}{zone}" if zone[:1] in ("+", "-") or zone in clock.ABBREVIATIONS else text)
    if stamp is None or stamp.zoned or "/" not in zone:
        return stamp
    return stamps.in_zone(stamp, zone)


def _digits(value: Any, key: str, raw: str) -> Any:
    """A float's digits as they were written."""
    if not isinstance(value, float) or not raw:
        return value
    name = re.escape(key.rsplit(".", 1)[-1])
    match = re.search(rf'"{name}"\s*:\s*(\d{{9,}}\.\d+)(?![\deE.])', raw)
    return match[1] if match is not None and float(match[1]) == value else value


def moment(value: Any) -> Stamp | None:
    """A time as loggers write it: ISO 8601, a number since 1970 whose unit its size tells, an access log's stamp.

    Examples
    --------
    >>> moment("1433190184.356").ns, moment(0.25), moment("2021-09-15T21:17:10Z").zoned
    (1433190184356000000, None, True)
    """
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, (int, float)):
        return clock.epoch(value) if value >= _PLAUSIBLE else None
    if not isinstance(value, str) or not value:
        return None
    if value[0] == "/" and (made := _DOTNET.fullmatch(value)) is not None:
        return clock.epoch(made[1], unit="ms")
    if value[0].isdigit():
        if value[-1] in "Mm" and (half := _HALF.fullmatch(value)) is not None:
            return _afternoon(half)
        found = clock.iso(value) or clock.common(value)
        if found is not None:
            return found
        if re.fullmatch(r"\d{9,20}(?:\.\d*)?", value):
            return clock.epoch(value)
        return stamps.compact(value) if re.match(r"\d{8}[T _-]\d{2}", value) else _named(value)
    return clock.ctime(value) or _named(value)


#: A clock of twelve hours behind a date with the year first.
_HALF = pattern(r"(\d{4}[-/.]\d{2}[-/.]\d{2}[T ])(\d{1,2})(:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?)\s*([AaPp])\.?[Mm]")


def _afternoon(match: re.Match[str]) -> Stamp | None:
    date, hour, rest, half = match.groups()
    if not 1 <= int(hour) <= 12:
        return None
    return clock.iso(f"{date}{int(hour) % 12 + (12 if half in 'Pp' else 0):02d}{rest}")


#: Windows PowerShell's ConvertTo-Json: milliseconds since 1970 in UTC, whatever offset stands behind them.
_DOTNET = pattern(r"/Date\((\d{1,15})(?:[+-]\d{4})?\)/")
_NAMED = pattern(
    r"(?:[A-Z][a-z]{2,8},?\s+)?(\d{1,2})[ -]([A-Z][a-z]{2})[a-z]*[ -](\d{4})[ T](\d{2}):(\d{2}):(\d{2})(?:[.,](\d+))?"
    r"\s*([+-]\d{4}|[A-Z]{1,5})?"
)


def _named(value: str) -> Stamp | None:
    match = _NAMED.match(value)
    if match is None:
        return None
    day, month, year, *rest, zone = match.groups()
    text = f"{day}/{month}/{year}:{rest[0]}:{rest[1]}:{rest[2]}"
    return clock.common(text + (f".{rest[3]}" if rest[3] else "") + (f" {zone}" if zone else ""))


def put_level(row: Row, fields: Row, shape: Shape, used: set[str]) -> None:
    """Put a record's level into its row, in words and as a number; `used` gets the key that told it."""
    key = shape.level
    value = fields.get(key) if key is not None else None
    if shape.implied:
        row["severity_text"], row["severity_number"] = shape.implied, level_number(shape.implied)
        return
    if key is None or value is None or value == "" or isinstance(value, bool):
        return
    last = key.rsplit(".", 1)[-1]
    if isinstance(value, (int, float)) or value.isdigit():
        if isinstance(value, float) and not abs(value) < 2**53:
            return
        number = int(value)
        found: int | None = None
        if last in ("severity_number", "severityNumber"):
            found = number if 1 <= number <= 24 else None
        elif "short_message" in fields or last in ("PRIORITY", "priority", "code"):
            # GELF and journald: syslog's levels.
            found = severity.SYSLOG[number] if 0 <= number < 8 else None
        elif any(name in fields for name in ("applicationName", "subsystemName")):
            found = severity.number(_CORALOGIX.get(number))
        elif 10 <= number < 70:
            # bunyan and pino; a level of one's own counts as the one below it.
            found = severity.number(number // 10 * 10)
        used.add(key)
        row["severity_text"] = severity.TEXTS[found] if found is not None else str(value)
        row["severity_number"] = found
        return
    used.add(key)
    row["severity_text"] = value
    row["severity_number"] = level_number(value)


def level_number(text: str) -> int | None:
    """Severity number of a level, also with a digit or a distance behind it: `DEBUG5`, `D2`, `INFO+1`.

    Examples
    --------
    >>> level_number("WARNING"), level_number("D2"), level_number("ERROR+2"), level_number("STATS")
    (13, 5, 17, None)
    """
    found = severity.number(text)
    if found is not None:
        return found
    match = re.fullmatch(r"\W*([A-Za-z]+)(?:[+-]?\d{1,2})?\W*", text.strip())
    return severity.number(match[1]) if match is not None else None
