"""What Fluentd and Fluent Bit write into files and on their standard output: a time, a tag and the record as JSON.

Fluentd: `TIME<tab>TAG<tab>{…}` (out_file), `2026-01-02 10:00:00.000000001 +0000 TAG: {…}` (stdout). Fluent Bit: `TAG:
[1767348000.000000001, {…}]` (file), `[0] TAG: [[1767348000.000000001, {}], {"key"=>"value"}]` (stdout, with or without
the metadata). Keys of the record are read as those of JSON lines; the message is read again by its own format.

No sample was at hand: from the documentation.
"""

from __future__ import annotations

import json
import re
from typing import Any

from incident_analysis import clock
from incident_analysis.clock import Stamp
from incident_analysis.format import Context, Format, Lines, Row, by_lines
from incident_analysis.formats import keys
from incident_analysis.patterns import pattern

_ISO = r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d{1,9})? ?(?:Z|[+-]\d\d:?\d\d)"
_TAG = r"[\w.*/-]+"
_FLUENTD = pattern(rf"({_ISO})(?:\t({_TAG})\t| ({_TAG}): )(\{{.*\}})\s*", re.DOTALL)
_BIT = pattern(
    rf"(?:\[\d+\] )?({_TAG}): \[\[?(\d{{9,10}}(?:\.\d{{1,9}})?), (?:\{{.*?\}}\], )?(\{{.*\}})\]\s*", re.DOTALL
)
#: Of Fluent Bit itself.
_OWN = pattern(r"\[(\d{4}/\d\d/\d\d \d\d:\d\d:\d\d)(?:\.\d+)?\] \[ ?(\w+)\] (.*)", re.DOTALL)
#: Texts with what stands behind them: an arrow makes them a key.
_ARROW = pattern(r'("(?:[^"\\]|\\.)*")(\s*=>\s*)?|\bnil\b')
_RECORD = rf"(?:{_ISO}(?:\t{_TAG}\t| {_TAG}: )\{{|(?:\[\d+\] )?{_TAG}: \[\[?\d{{9,10}}(?:\.\d{{1,9}})?, \{{)"
_START = rf"(?:{_RECORD}|\[\d{{4}}/\d\d/\d\d \d\d:\d\d:\d\d(?:\.\d+)?\] \[ ?\w+\] \[)"


def parse(text: str, context: Context) -> Row | None:
    """A record's fields, `tag` among them; the time is the one that stands outside of the record."""
    match = _FLUENTD.fullmatch(text)
    if match is not None:
        return _row(clock.iso(match[1]), match[2] or match[3], match[4], context)
    match = _BIT.fullmatch(text)
    if match is not None:
        return _row(clock.epoch(match[2], unit="s"), match[1], match[3], context)
    own = _OWN.fullmatch(text)
    if own is None:
        return None
    return {
        "time": clock.iso(own[1]),
        "severity_text": own[2],
        "service": "fluent-bit",
        "message": own[3],
    }


def _row(time: Stamp | None, tag: str, text: str, context: Context) -> Row:
    record = _record(text)
    if record is None:
        # Fluent Bit prints texts as they are, quotes in them too.
        return {"time": time, "message": text, "tag": tag}
    row = keys.row_of(record, context)
    if row.get("message") is None:
        row["message"] = text
    row["message"] = str(row["message"]).rstrip("\n")
    return row | {"time": time, "tag": tag}


def _record(text: str) -> dict[str, Any] | None:
    try:
        found = json.loads(_ARROW.sub(_plain, text) if '"=>' in text else text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _plain(match: re.Match[str]) -> str:
    if match[1] is None:
        return "null"
    return match[1] + ":" if match[2] else match[1]


FORMAT = Format(
    name="fluentd",
    title="Fluentd and Fluent Bit (files and standard output)",
    reference="https://docs.fluentd.org/output/file; https://docs.fluentbit.io/manual/pipeline/outputs/standard-output "
    "(no sample was at hand)",
    sample='2026-01-02T10:00:00+00:00\tmade.up\t{"level":"info","message":"started"}\n'
    '2026-01-02T10:00:01+00:00\tmade.up\t{"level":"error","message":"lost"}\n',
    recognise=by_lines(_RECORD, strength=0.93, why="a time, a tag and a record, as Fluentd writes them", least=0.3),
    lines=Lines(parse, start=pattern(_START.encode())),
    zone_rule="local",
    inner="message",
)
