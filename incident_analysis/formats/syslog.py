"""What syslog records share, however they are framed: priority, old and new heads."""

from __future__ import annotations

import re

from incident_analysis import clock, severity
from incident_analysis.clock import Stamp, Yearless
from incident_analysis.format import Row
from incident_analysis.formats.http import given
from incident_analysis.patterns import pattern

FACILITIES = (
    "kern user mail daemon auth syslog lpr news uucp cron authpriv ftp ntp audit alert clock "
    "local0 local1 local2 local3 local4 local5 local6 local7"
).split()

#: Stamps: of RFC 3164 (also with a year behind the day, as Cisco writes it), and ISO 8601 with a zone.
BSD = r"[A-Z][a-z]{2} {1,2}\d{1,2} (?:\d{4} )?\d\d:\d\d:\d\d(?:\.\d{1,9})?"
ISO = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:\d\d)"
PRI = r"<\d{1,3}>"
#: The head of RFC 5424.
NEW = rf"{PRI}[1-9]\d? (?:{ISO}|-) \S"
#: A level, or what AWS Lambda says of a request, stands where a host would: some other program's lines.
NO_LEVEL = r"(?!\[?(?i:trace|debug|info|notice|warn|warning|error|critical|fatal)\b|(?:START|END|REPORT) RequestId: )"
#: The old head: BSD stamps are sure; ISO stamps need a host and a tag behind, for others write such stamps too.
OLD = rf"(?:{PRI})?{BSD} |{PRI}{ISO} \S|{ISO} {NO_LEVEL}[\w.:-]+ [^\s:\[\]]+(?:\[[^\]\s]*\])?: "

_NEW = pattern(
    rf"<(\d{{1,3}})>[1-9]\d? ({ISO}|-) (\S{{1,255}}) (\S{{1,255}}) (\S{{1,255}}) (\S{{1,255}}) ?(.*)", re.DOTALL
)
_OLD = pattern(rf"(?:<(\d{{1,3}})>)?(?:({BSD})|({ISO}))(?: (.*))?", re.DOTALL)
_BSD = pattern(r"([A-Z][a-z]{2}) {1,2}(\d{1,2}) (?:(\d{4}) )?(\d\d):(\d\d):(\d\d)(?:\.(\d+))?")
#: Tag and process. Old daemons put their version behind the name; then it belongs to the message.
_TAG = pattern(r"([^\s:\[\]]+)(?:\[([^\]\s]*)\])?:(?: |$)(.*)", re.DOTALL)
_VERSIONED = pattern(r"([A-Za-z][\w-]*) (\d[\w.]*: .*)", re.DOTALL)
_PARAMETER = pattern(r' ([^\s="\]]+)="((?:[^"\\\]]|\\.)*)"', re.DOTALL)
_ELEMENT = pattern(r'\[([^\s="\]]+)((?: [^\s="\]]+="(?:[^"\\\]]|\\.)*")*)\]', re.DOTALL)


def priority(text: str | None) -> Row:
    """Severity and facility of a PRI; nothing where it is none (above 191)."""
    if text is None or (number := int(text)) > 191:
        return {}
    return {
        "severity_number": severity.SYSLOG[number % 8],
        "severity_text": severity.SYSLOG_NAMES[number % 8],
        "facility": FACILITIES[number // 8],
    }


def new(text: str) -> Row | None:
    """A record of RFC 5424: parameters of structured data as `element.name`, `msgid`, `procid` or `pid`."""
    match = _NEW.match(text)
    if match is None:
        return None
    pri, stamp, host, app, process, kind, rest = match.groups()
    if int(pri) > 191:
        return None
    row: Row = {
        "time": clock.iso(stamp),
        **priority(pri),
        "host": given(host),
        "service": given(app),
        **_process(given(process)),
        "msgid": given(kind),
    }
    if rest[:1] == "-":
        rest = rest[1:]
    else:
        place = 0
        while (element := _ELEMENT.match(rest, place)) is not None:
            name = element[1]
            place = element.end()
            for key, value in _PARAMETER.findall(element[2]):
                column = f"{name}.{key}"
                plain = re.sub(r'\\(["\\\]])', r"\1", value)
                # A name may stand several times.
                row[column] = f"{row[column]},{plain}" if column in row else plain
        rest = rest[place:]
    # One space ends the structured data; rsyslog's template writes a second one.
    row["message"] = rest.removeprefix(" ").removeprefix(" ").removeprefix("\ufeff").removesuffix("\0")
    return row


def old(text: str) -> Row | None:
    """A record with RFC 3164's head: `facility` where a PRI stands, `pid`; the tag is the service."""
    match = _OLD.match(text)
    if match is None:
        return None
    pri, bsd, iso, rest = match.groups()
    if pri is not None and int(pri) > 191:
        return None
    time = _bsd(bsd) if bsd else clock.iso(iso)
    if time is None:
        return None
    row: Row = {"time": time, **priority(pri)}
    host, _, message = (rest or "").partition(" ")
    if host.endswith(":") or (not message and not host):
        # No host: the tag follows the stamp, as programs write to the local socket.
        message = rest or ""
    else:
        row["host"] = host
    tag = _TAG.match(message)
    if tag is not None:
        row |= {"service": tag[1], **_process(tag[2] or None), "message": tag[3]}
    elif (versioned := _VERSIONED.match(message)) is not None:
        row |= {"service": versioned[1], "message": versioned[2]}
    else:
        row["message"] = message
    return row


def _process(text: str | None) -> Row:
    if text is None:
        return {}
    return {"pid": int(text)} if text.isascii() and text.isdigit() and len(text) < 19 else {"procid": text}


def _bsd(text: str) -> Stamp | Yearless | None:
    match = _BSD.match(text)
    if match is None or (month := clock.MONTHS.get(match[1].lower())) is None:
        return None
    _, day, year, hour, minute, second, fraction = match.groups()
    stamp = Yearless(month, int(day), int(hour), int(minute), int(second), fraction or "")
    # 2000 has every day of a year.
    if stamp.in_year(2000) is None:
        return None
    return stamp if year is None else stamp.in_year(int(year))
