"""GELF as Graylog's TCP input takes it: JSON objects, a NUL byte behind each instead of a line end.

Each is read as a JSON line; `level` is syslog's, `timestamp` seconds since 1970 with a fraction.
No sample was at hand: from the documentation.
Reference: https://go2docs.graylog.org/current/getting_in_log_data/gelf.html.
"""

from __future__ import annotations

from collections.abc import Iterator

from incident_analysis.format import Context, Format, Item, Match, Row
from incident_analysis.formats.logs import json_lines


def read(text: str, context: Context) -> Iterator[Item]:
    """The objects, with the lines that each spans (line ends inside the objects count)."""
    line = 1
    for frame in text.split("\0"):
        bare = frame.strip()
        first = line + frame[: len(frame) - len(frame.lstrip())].count("\n")
        if bare:
            yield Item(_row(bare, context), first, first + bare.count("\n"), bare)
        line += frame.count("\n")


def _row(text: str, context: Context) -> Row | None:
    try:
        return json_lines.parse(text, context)
    except (ValueError, RecursionError):
        return None


def recognise(head: bytes) -> Match | None:
    """By NUL bytes between objects with a short message."""
    text = head.lstrip(b"\xef\xbb\xbf \r\n")
    if text[:1] == b"{" and b'"short_message"' in text and (b"}\0" in text or b"}\n\0" in text):
        return Match(0.92, "objects with short_message, NUL bytes between them")
    return None


FORMAT = Format(
    name="gelf_frames",
    title="GELF with NUL bytes between the records",
    reference="https://go2docs.graylog.org/current/getting_in_log_data/gelf.html; no sample was at hand",
    sample='{"version":"1.1","host":"h","short_message":"started","timestamp":1767348000.5,"level":6}\0'
    '{"version":"1.1","host":"h","short_message":"lost","timestamp":1767348001.5,"level":3}\0',
    recognise=recognise,
    read=read,
    zone_rule="explicit",
)
