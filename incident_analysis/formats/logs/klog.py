"""Kubernetes components and others that log with klog or glog: no zone, and no year but in glog since 0.5.

The clock is that of the process. What follows a record without a head (goroutines of a panic) belongs to it. Files
begin with when and where they were made: the year and the host are taken from there.
"""

from __future__ import annotations

import re

from incident_analysis.clock import Yearless
from incident_analysis.format import Context, Format, Lines, Row, by_lines
from incident_analysis.patterns import pattern

_HEAD = pattern(
    r"([IWEF])(\d{4})?(\d{2})(\d{2}) (\d{2}):(\d{2}):(\d{2})\.(\d{1,9})\s+(\d+) ([^\s:\]]+):(\d+)\] ?(.*)", re.DOTALL
)
_HEADING = pattern(
    rb"(?:Log file created at: |Running on machine: |Application fingerprint: |Binary: Built with |Running duration |"
    rb"Log line format: \[IWEF\])"
)
_CREATED = pattern(r"Log file created at: (\d{4})[/-](\d\d)[/-]\d\d ")
_MACHINE = pattern(r"Running on machine: (\S+)")
_LEVELS = {"I": "INFO", "W": "WARNING", "E": "ERROR", "F": "FATAL"}


def heading(text: str, context: Context) -> None:
    """Remember the year and the month in which the file was made, and the host."""
    created, machine = _CREATED.match(text), _MACHINE.match(text)
    if created is not None:
        context.memory["created"] = (int(created[1]), int(created[2]))
    if machine is not None:
        context.memory["host"] = machine[1]


def parse(text: str, context: Context) -> Row | None:
    """A record's fields: `thread`, `code_file`, `code_line` beside the common ones."""
    match = _HEAD.match(text)
    if match is None:
        return None
    level, year, month, day, hour, minute, second, fraction, thread, file, line, message = match.groups()
    time = Yearless(int(month), int(day), int(hour), int(minute), int(second), fraction)
    if year is None and "created" in context.memory:
        begun, first = context.memory["created"]
        # A file that goes on into the next year.
        year = begun + (int(month) < first)
    host = context.memory.get("host")
    return ({} if host is None else {"host": host}) | {
        "time": time if year is None else time.in_year(int(year)),
        "severity_text": _LEVELS[level],
        "message": message,
        "thread": thread,
        "code_file": file,
        "code_line": int(line),
    }


FORMAT = Format(
    name="klog",
    title="klog and glog (Kubernetes components)",
    reference="https://github.com/kubernetes/klog, header described in klog.go",
    sample="I0102 10:00:00.000001       7 made_up.go:12] started\nE0102 10:00:01.000000       7 made_up.go:20] lost\n",
    recognise=by_lines(
        r"[IWEF](?:\d{4}){1,2} \d\d:\d\d:\d\d\.\d+ +\d+ [^ :]+:\d+\]", strength=0.95, why="klog headers", least=0.3
    ),
    lines=Lines(
        parse,
        start=pattern(rb"[IWEF](?:\d{4}){1,2} \d\d:\d\d:\d\d\.\d+ +\d+ [^ :]+:\d+\]"),
        skip=_HEADING,
        head=heading,
    ),
    zone_rule="local",
)
