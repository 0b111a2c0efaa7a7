"""What AWS Lambda's runtimes and its platform write, each line of a function's log stream.

Python: `[ERROR]<tab>2026-01-02T10:00:00.250Z<tab>request<tab>text`; Node.js: time, request, level, text, with tabs
between. The platform's own lines: START, END and REPORT of a request (durations become seconds, memory MB), and what
it ended in (`Task timed out`); JSON between them is read as JSON lines. The platform's lines have no time: that of the
export around them holds. No sample was at hand: from the documentation.
"""

from __future__ import annotations

import re

from incident_analysis import clock
from incident_analysis.format import Context, Format, Lines, Row, by_lines
from incident_analysis.formats.logs import json_lines
from incident_analysis.patterns import pattern

_TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z"
_ID = r"[0-9a-fA-F-]{36}|undefined"
_LEVEL = r"TRACE|DEBUG|INFO|WARN|WARNING|ERROR|FATAL|CRITICAL"
_PYTHON = pattern(rf"\[({_LEVEL})\]\t({_TIME})\t({_ID})?\t(.*)", re.DOTALL)
_NODE = pattern(rf"({_TIME})\t({_ID})\t({_LEVEL})\t(.*)", re.DOTALL)
_RAISED = pattern(r"\[(ERROR)\] (\w[\w.]*: .*)", re.DOTALL)
_ENDED = pattern(rf"({_TIME}) ({_ID}) (Task timed out after [\d.]+ seconds.*)", re.DOTALL)
_OWN = pattern(r"(START|END|REPORT) RequestId: (\S+)\s*(.*)", re.DOTALL)
_BEGIN = pattern(r"INIT_(?:START|REPORT) .*", re.DOTALL)
_MEASURES = {
    "duration_s": pattern(r"(?:^|\t)Duration: ([\d.]+) ms"),
    "billed_duration_s": pattern(r"\tBilled Duration: ([\d.]+) ms"),
    "init_duration_s": pattern(r"\tInit Duration: ([\d.]+) ms"),
    "memory_mb": pattern(r"\tMemory Size: (\d+) MB"),
    "max_memory_mb": pattern(r"\tMax Memory Used: (\d+) MB"),
}
_STATUS = pattern(r"\tStatus: (\w+)")
_START = (
    rf"(?:\[(?:{_LEVEL})\](?:\t{_TIME}\t| \w[\w.]*: )|{_TIME}(?:\t(?:{_ID})\t(?:{_LEVEL})\t| (?:{_ID}) Task timed out)"
    rf"|(?:START|END|REPORT) RequestId: |INIT_(?:START|REPORT) )"
)


def parse(text: str, context: Context) -> Row | None:
    """A record's fields: `request_id`; of a REPORT what it measured."""
    if (match := _PYTHON.fullmatch(text)) is not None:
        level, time, request, message = match.groups()
    elif (match := _NODE.fullmatch(text)) is not None:
        time, request, level, message = match.groups()
    elif (match := _ENDED.fullmatch(text)) is not None:
        time, request, message = match.groups()
        level = "ERROR"
    elif (match := _RAISED.fullmatch(text)) is not None:
        return {"time": None, "severity_text": match[1], "message": match[2]}
    elif text[:1] == "{":
        # Structured loggers between the platform's lines.
        return json_lines.parse(text, context)
    else:
        return _platform(text)
    row: Row = {"time": clock.iso(time), "severity_text": level, "message": message.rstrip("\n")}
    return row | ({"request_id": request} if request and request != "undefined" else {})


def _platform(text: str) -> Row | None:
    match = _OWN.fullmatch(text)
    if match is None:
        return {"time": None, "message": text.strip()} if _BEGIN.fullmatch(text) else None
    row: Row = {"time": None, "message": text.strip(), "request_id": match[2], "event": match[1]}
    if match[1] == "REPORT":
        for name, measure in _MEASURES.items():
            found = measure.search(match[3])
            if found is not None:
                row[name] = float(found[1]) / 1e3 if name.endswith("_s") else int(found[1])
        status = _STATUS.search(match[3])
        if status is not None:
            row["outcome"] = status[1]
            row["severity_text"] = "ERROR" if status[1] in ("timeout", "error") else ""
    return row


FORMAT = Format(
    name="aws_lambda",
    title="AWS Lambda (lines of a function)",
    reference="https://docs.aws.amazon.com/lambda/latest/dg/python-logging.html; "
    "https://docs.aws.amazon.com/lambda/latest/dg/nodejs-logging.html (no sample was at hand)",
    sample="START RequestId: 00000000-0000-0000-0000-000000000001 Version: $LATEST\n"
    "[ERROR]\t2026-01-02T10:00:00.250Z\t00000000-0000-0000-0000-000000000001\tlost\n",
    recognise=by_lines(_START, strength=0.9, why="lines of AWS Lambda's runtimes and platform", least=0.3),
    lines=Lines(parse, start=pattern(rf'{_START}|\{{\s*"'.encode())),
)
