"""systemd's journal as lines, `journalctl -o short-iso` and `short-iso-precise`: `2026-01-02T10:00:00+0000 host
name[7]: message`; also `short-unix` (seconds since 1970), and `short` and `short-precise` where journalctl's own lines
stand among them.

The offset is that of the reader's zone when it was exported, without a colon (systemd 255 and later write one, as
rsyslog does: then the syslog format reads the lines alike). `short` writes what syslog does, without a year: it is
taken from journalctl's first line (`-- Logs begin at …, end at … --`) where that stands. Further lines of a message are
indented; `-- Boot … --` lines and the like are no records. Reference:
https://www.freedesktop.org/software/systemd/man/latest/journalctl.html#short-iso.
"""

from __future__ import annotations

import re

from incident_analysis import clock
from incident_analysis.clock import Stamp, Yearless
from incident_analysis.format import Context, Format, Lines, Match, Row, by_lines, head_lines
from incident_analysis.formats import syslog
from incident_analysis.patterns import pattern

_STAMP = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?[+-]\d\d:?\d\d"
_UNIX = r"\d{9,11}\.\d{6}"
_HEAD = pattern(rf"(?:({_STAMP})|({_UNIX})|({syslog.BSD})) (\S+) (.*)", re.DOTALL)
#: What stands where others (MongoDB, HashiCorp's tools, dnf) write a level, a letter or brackets.
_HOST = r"(?![DEFIW]\d? |[A-Z]*(?:TRACE|DEBUG|INFO|WARN|WARNING|ERROR|CRITICAL|FATAL|NOTICE) )[\w.\-:]+"
_NAME = r"[^\s:\[]+(?: [^\s:\[]+){0,3}"
_TAG = pattern(r"([^:\[\n]+?)(?:\[(\d+)\])?: ?(.*)", re.DOTALL)
NOTES = r"-- (?:Logs begin|Journal begins|Boot |Reboot|No entries|Subject:|cursor:)"
_NOTE = pattern(NOTES.encode())
_ENDS = pattern(r"-- (?:Logs begin|Journal begins) at .* ends? at \w{3} (\d{4})-(\d\d)-(\d\d)")


def tagged(rest: str) -> Row:
    """`name[pid]: message` as fields."""
    match = _TAG.match(rest)
    if match is None:
        return {"message": rest}
    return {"service": match[1], "pid": int(match[2]) if match[2] else None, "message": match[3]}


def head(text: str, context: Context) -> None:
    """The day of the last record, which journalctl tells."""
    match = _ENDS.match(text)
    if match is not None:
        context.memory["last"] = int(match[1]), int(match[2]), int(match[3])


def parse(text: str, context: Context) -> Row | None:
    """A record's fields; `pid` beside the common ones."""
    match = _HEAD.match(text)
    if match is None:
        return None
    iso, unix, bsd, host, rest = match.groups()
    time: Stamp | Yearless | None
    if bsd is None:
        time = clock.iso(iso) if iso else clock.epoch(unix, unit="s")
    else:
        time = _in_year(clock.yearless(bsd), context)
    return {"time": time, "host": host, **tagged(rest)}


def _in_year(time: Yearless | None, context: Context) -> Stamp | Yearless | None:
    last = context.memory.get("last")
    if time is None or last is None:
        return time
    year, month, day = last
    # No record is later than the last one.
    return time.in_year(year - ((time.month, time.day) > (month, day)))


_ISO_LINES = by_lines(
    rf"(?:\d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{{1,6}})?[+-]\d{{4}} {_HOST} {_NAME}(?:\[\d+\])?: |"
    rf"{_UNIX} \S+ [^:\n]+?: |{NOTES})",
    strength=0.95,
    why="the journal's short-iso heads",
    least=0.2,
    spans=True,
)
_OLD_LINES = by_lines(
    rf"(?:{syslog.BSD} \S+ [^:\n]+?: |{NOTES})",
    strength=0.95,
    why="the journal's short heads between its own lines",
    least=0.2,
    spans=True,
)
_HEADS = pattern(rf"(?:\d{{4}}-\d\d-\d\dT\S+[+-]\d{{4}}|{_UNIX}) \S+ ".encode())
_OLD_HEADS = pattern(rf"{syslog.BSD} \S+ ".encode())


def recognise(data: bytes) -> Match | None:
    """By its heads; those of syslog are the journal's where its own lines stand between them."""
    lines = head_lines(data)
    if any(_HEADS.match(line) for line in lines):
        return _ISO_LINES(data)
    if any(_NOTE.match(line) for line in lines) and any(_OLD_HEADS.match(line) for line in lines):
        return _OLD_LINES(data)
    return None


FORMAT = Format(
    name="journald_short",
    title="systemd journal, short-iso, short-unix and short",
    reference="https://www.freedesktop.org/software/systemd/man/latest/journalctl.html",
    sample="2026-01-02T10:00:00+0000 made-up part[7]: started\n2026-01-02T10:00:01+0000 made-up part[7]: lost\n",
    recognise=recognise,
    lines=Lines(
        parse,
        start=pattern(rf"(?:{_STAMP}|{_UNIX}|{syslog.BSD}) ".encode()),
        skip=_NOTE,
        head=head,
    ),
    zone_rule="local",
)
