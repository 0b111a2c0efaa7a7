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
#: journalctl writes the months of its user's language; German ones are known.
BSD = r"(?:[A-Z][a-z]{2}|Mär) {1,2}\d{1,2} (?:\d{4} )?\d\d:\d\d:\d\d(?:\.\d{1,9})?"
ISO = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:\d\d)"
PRI = r"<\d{1,3}>"
#: The head of RFC 5424.
NEW = rf"{PRI}[1-9]\d? (?:{ISO}|-) \S"
#: A level, or what AWS Lambda says of a request, stands where a host would: some other program's lines.
NO_LEVEL = r"(?!\[?(?i:trace|debug|info|notice|warn|warning|error|critical|fatal)\b|(?:START|END|REPORT) RequestId: )"
_LEVELS = "emerg|panic|alert|crit|err|error|warn|warning|notice|info|debug"
_LEVELLED = rf"(?:{'|'.join(FACILITIES)}|security|console)(?:\|security)?[.:](?:{_LEVELS})"
#: logread of OpenWrt: the stamp of C's asctime, then facility and level.
LOGREAD = rf"[A-Z][a-z]{{2}} [A-Z][a-z]{{2}} [ \d]\d \d\d:\d\d:\d\d(?:\.\d{{1,9}})? \d{{4}} {_LEVELLED} "
#: What Cisco's devices write: a number, a mark of an unsure clock, a year before the stamp, a zone, and a message that
#: begins with facility, severity and mnemonic.
_MNEMONIC = r"%[A-Z][\w/]*(?:-[\w/]+)*?-[0-7]-\w+"
CISCO = (
    rf"(?:{PRI})?(?:: ?)?(?:\d{{1,10}}: )?(?:[\w.-]+: )?(?:\d{{1,10}}: )?[*.]?(?:\d{{4}} )?{BSD}(?: [A-Z]{{2,5}})?:? "
    rf"[^\n%]{{0,120}}(?:%\$ VDC-\d+ %\$ )?{_MNEMONIC}:"
)
#: `log show --style syslog` of macOS.
_MACOS = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}[+-]\d{4}"
MACOS = rf"{_MACOS}  ?[\w.-]+ [^\s\[\]][^\n\[\]]{{0,60}}\[\d+\]: "
#: The old head: BSD stamps are sure; ISO stamps need a host and a tag behind, for others write such stamps too.
OLD = (
    rf"(?:{PRI})?{BSD}:? |{PRI}{ISO} \S|{ISO} {NO_LEVEL}(?:[\w.:-]+ (?:[^\s:\[\]]+(?:\[[^\]\s]*\])?: |"
    rf"[A-Za-z][^\s:\[\]]*(?: [^\s:\[\]]+){{1,3}}\[\d+\]: |(?:last )?message repeated \d)|[\w.-]+\[[\w.-]+\]: )"
    rf"|{LOGREAD}|{CISCO}|{MACOS}"
)
#: Where records begin in a file that is known to be syslog: also those without a tag, and those without a stamp.
BEGINS = rf"{OLD}|{NEW}|{ISO} {NO_LEVEL}[\w.:-]+ \S|{PRI}\S|{_MACOS} "

_NEW = pattern(
    rf"<(\d{{1,3}})>[1-9]\d? ({ISO}|-) (\S{{1,255}}) (\S{{1,255}}) (\S{{1,255}}) (\S{{1,255}}) ?(.*)", re.DOTALL
)
_OLD = pattern(rf"(?:<(\d{{1,3}})>)?(?:({BSD}):?|({ISO}|{_MACOS}))(?: +(.*))?", re.DOTALL)
_MONTHS = {**clock.MONTHS, "mär": 3, "mai": 5, "okt": 10, "dez": 12}
_BSD = pattern(r"([A-Z][a-zä]{2}) {1,2}(\d{1,2}) (?:(\d{4}) )?(\d\d):(\d\d):(\d\d)(?:\.(\d+))?")
#: Tag and process. Old daemons put their version behind the name; then it belongs to the message.
_TAG = pattern(r"([^\s:\[\]]+)(?:\[([^\]\s]*)\])?:(?: |$)(.*)", re.DOTALL)
_VERSIONED = pattern(r"([A-Za-z][\w-]*) (\d[\w.]*: .*)", re.DOTALL)
#: Names of programs with spaces, and launchd's `(job)` between the process and the colon.
_SPACED = pattern(r"([A-Za-z][^\s:\[\]]*(?: [^\s:\[\]]+){0,3})\[(\d+)\](?:: ?| (?=\())(.*)", re.DOTALL)
#: Facility and level in words: before the tag (BusyBox, AIX), in brackets before the host (BSD's syslogd -v).
_IN_WORDS = pattern(rf"({_LEVELLED})(?: (.*))?", re.DOTALL)
_IN_BRACKETS = pattern(rf"<({_LEVELLED}|\d{{1,2}}\.[0-7])> (.*)", re.DOTALL)
_LOGREAD = pattern(rf"(.{{24,34}}) ({_LEVELLED}) (.*)", re.DOTALL)
_CISCO = pattern(
    rf"(?:<(\d{{1,3}})>)?(?:: ?)?(?:(\d{{1,10}}): )?(?:([\w.-]+): )?(?:(\d{{1,10}}): )?"
    rf"[*.]?(?:(\d{{4}}) )?({BSD})(?: ([A-Z]{{2,5}}))?:? "
    rf"(?:([\w.:-]*\w) ?:? )?(?:(\d{{1,10}}): )?(?:[*.]?(?:\d{{4}} )?{BSD}(?: [A-Z]{{2,5}})?: )?"
    rf"(?:%\$ VDC-\d+ %\$ )?({_MNEMONIC}): ?(.*)",
    re.DOTALL,
)
_STAMPLESS = pattern(r"<(\d{1,3})>(?=\S)(.*)", re.DOTALL)
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
    """A record with RFC 3164's head: `facility` where a PRI stands, `pid`; the tag is the service.

    Of what devices write instead of it: `sequence` (Cisco's number of the message) and `stated_zone`; the severity that
    stands in their mnemonics, or in words, where there is no PRI.
    """
    if "%" in text and (cisco := _CISCO.match(text)) is not None and (device := _cisco(cisco)) is not None:
        return device
    match = _OLD.match(text)
    if match is None:
        return _logread(text)
    pri, bsd, iso, rest = match.groups()
    if pri is not None and int(pri) > 191:
        return None
    time = _bsd(bsd) if bsd else clock.iso(iso)
    if time is None:
        return None
    row: Row = {"time": time, **priority(pri)}
    rest = rest or ""
    if rest[:1] == "<" and (said := _IN_BRACKETS.match(rest)) is not None:
        row |= _in_words(said[1])
        rest = said[2]
    host, _, message = rest.partition(" ")
    if (
        rest.startswith("--- last message")
        or host.endswith(":")
        or (not message and not host)
        or (iso and re.fullmatch(r"[\w.-]+\[[\w.-]+\]:", host))
    ):
        # No host: the tag follows the stamp, as programs write to the local socket.
        message = rest
    else:
        row["host"] = host
    if (said := _IN_WORDS.match(message)) is not None:
        row |= {**_in_words(said[1]), **row}
        message = said[2] or ""
    # ASA parts the host from what has no mnemonic by a colon of its own.
    return row | _tagged(message.removeprefix(": "))


def stampless(text: str) -> Row | None:
    """A record with a PRI and nothing else of a head: it has no time."""
    match = _STAMPLESS.match(text)
    if match is None or int(match[1]) > 191:
        return None
    return {"time": None, **priority(match[1]), **_tagged(match[2])}


def _tagged(message: str) -> Row:
    tag = _TAG.match(message)
    if tag is not None:
        return {"service": tag[1], **_process(tag[2] or None), "message": tag[3]}
    if (versioned := _VERSIONED.match(message)) is not None:
        return {"service": versioned[1], "message": versioned[2]}
    if (spaced := _SPACED.match(message)) is not None:
        return {"service": spaced[1], **_process(spaced[2]), "message": spaced[3]}
    return {"message": message}


def _in_words(text: str) -> Row:
    """Facility and level in words, or as two numbers."""
    facility, level = re.split(r"[.:]", text.replace("|security", ""))
    if facility.isdigit():
        return priority(str(int(facility) * 8 + int(level)))
    return {"severity_text": level, "severity_number": severity.number(level), "facility": facility}


def _logread(text: str) -> Row | None:
    match = _LOGREAD.match(text)
    time = clock.ctime(match[1]) if match is not None else None
    if match is None or time is None:
        return None
    return {"time": time, **_in_words(match[2]), **_tagged(match[3])}


def _cisco(match: re.Match[str]) -> Row | None:
    pri, number, before, second, year, stamp, zone, host, later, mnemonic, message = match.groups()
    time = _bsd(stamp)
    if time is None or (pri is not None and int(pri) > 191):
        return None
    if isinstance(time, Yearless) and year is not None:
        time = time.in_year(int(year))
    if isinstance(time, Stamp) and zone is not None and (east := clock.offset(zone)) is not None:
        time = Stamp(time.ns - east, True)
    level = int(mnemonic.rsplit("-", 2)[1])
    row: Row = {"time": time, "severity_number": severity.SYSLOG[level], "severity_text": severity.SYSLOG_NAMES[level]}
    row |= {**priority(pri), "host": host or before, "service": mnemonic, "message": message}
    if sequence := number or second or later:
        row["sequence"] = int(sequence)
    if zone is not None:
        row["stated_zone"] = zone
    return row


def _process(text: str | None) -> Row:
    if text is None:
        return {}
    return {"pid": int(text)} if text.isascii() and text.isdigit() and len(text) < 19 else {"procid": text}


def _bsd(text: str) -> Stamp | Yearless | None:
    match = _BSD.match(text)
    if match is None or (month := _MONTHS.get(match[1].lower())) is None:
        return None
    _, day, year, hour, minute, second, fraction = match.groups()
    stamp = Yearless(month, int(day), int(hour), int(minute), int(second), fraction or "")
    # 2000 has every day of a year.
    if stamp.in_year(2000) is None:
        return None
    return stamp if year is None else stamp.in_year(int(year))
