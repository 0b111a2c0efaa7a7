"""Syslog as it crosses the wire: frames that count their octets (RFC 6587), or frames without line ends.

`85 <34>1 2026-…` says how many bytes the frame has; rsyslog's forwarding template ends no frame at all; NUL ends frames
of some senders. A message may hold line feeds, and several frames may stand on one line: rows span the lines that they
touch. Heads are those of RFC 5424 or RFC 3164.
"""

from __future__ import annotations

from collections.abc import Iterator

from incident_analysis.format import Context, Format, Item, Match, Row
from incident_analysis.formats import syslog
from incident_analysis.patterns import pattern

_HEAD = rf"{syslog.PRI}(?:[1-9]\d? )?(?:{syslog.ISO} |{syslog.BSD} |(?<= )- )"
_HEAD_BYTES = pattern(_HEAD.encode())
_FRAME = pattern(_HEAD)
_COUNTED = pattern(rf"([1-9]\d{{0,8}}) (?={_HEAD})")
_COUNTED_BYTES = pattern(_COUNTED.pattern.encode())


def read(text: str, context: Context) -> Iterator[Item]:
    """Frame by frame; each character is a byte. What lies between frames is kept unread."""
    line, seen = 1, 0
    place = 3 if text.startswith("\xef\xbb\xbf") else 0
    while place < len(text):
        start, end = _bounds(text, place)
        line += text.count("\n", seen, start)
        frame = text[start:end]
        body = frame.rstrip("\r\n\0")
        last = line + body.count("\n")
        if body.strip():
            shown = _shown(_COUNTED.sub("", body, count=1) if _COUNTED.match(body) else body, context)
            yield Item(_row(shown), line, last, shown)
        seen = start
        place = end


def _bounds(text: str, place: int) -> tuple[int, int]:
    """Where the frame at a place begins and ends: as it counts, where that can be true, else at the next head."""
    while place < len(text) and text[place] in "\r\n\0 ":
        place += 1
    counted = _COUNTED.match(text, place)
    if counted is not None:
        end = counted.end() + int(counted[1])
        follows = text[end : end + 12].lstrip("\r\n\0 ")
        if end <= len(text) and (not follows or _COUNTED.match(text, end + len(text[end : end + 12]) - len(follows))):
            return place, end
    behind = counted.end() + 1 if counted is not None else place + 1
    next_one = (_COUNTED if counted is not None else _FRAME).search(text, behind)
    return place, next_one.start() if next_one is not None else len(text)


def _shown(text: str, context: Context) -> str:
    data = text.encode("latin-1")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        context.warn("bytes that are not UTF-8 are shown as \\xNN")
        return data.decode("utf-8", "backslashreplace")


def _row(text: str) -> Row | None:
    return syslog.new(text) or syslog.old(text)


def recognise(head: bytes) -> Match | None:
    """By a count before the first head, or by heads in the middle of lines without a space before them."""
    start = head.lstrip(b"\xef\xbb\xbf\r\n")
    if _COUNTED_BYTES.match(start):
        return Match(0.97, "frames of syslog that count their octets")
    if not _HEAD_BYTES.match(start):
        return None
    begin = apart = 0
    for match in _HEAD_BYTES.finditer(head):
        before = head[match.start() - 1 : match.start()]
        if before in (b"", b"\n", b"\xbf"):
            begin += 1
        elif not before.isspace() and before not in (b'"', b"'", b"(", b"[", b":"):
            apart += 1
    if apart >= begin and apart:
        return Match(0.97, f"{apart} frames of syslog without line ends before them")
    return None


FORMAT = Format(
    name="syslog_frames",
    title="syslog frames without line ends, or with counted octets",
    reference="https://www.rfc-editor.org/rfc/rfc6587, section 3.4.1; RSYSLOG_ForwardFormat of rsyslog",
    sample=(
        "<14>2026-01-02T10:00:00.000001+00:00 made-up app[7]: started<11>2026-01-02T10:00:01+00:00 made-up app[7]: lost"
    ),
    recognise=recognise,
    read=read,
    encoding="latin-1",
    zone_rule="local",
)
