"""systemd's journal, `journalctl -o export`: blocks of `KEY=value` lines, an empty line between them.

A value with line ends or other control characters is framed: its key on a line, eight bytes of its length
(little-endian), its bytes, a line feed. Empty lines inside it end no entry; the file holds NUL bytes, and is read byte
by byte. A block without `__REALTIME_TIMESTAMP` (cut at either end) is kept unparsed. Reference:
https://systemd.io/JOURNAL_EXPORT_FORMATS/.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from incident_analysis.format import Context, Format, Item, Match
from incident_analysis.formats import journal
from incident_analysis.patterns import pattern

_KEY = pattern(r"([A-Za-z_][A-Za-z0-9_]*)(=|\n)")


def read(text: str, context: Context) -> Iterator[Item]:
    """The entries; see `journal.row_of`. Each character is one byte."""
    place, line, size = 0, 1, len(text)
    fields: dict[str, str] = {}
    broken = False
    first, begin = line, place

    def item(end: int, last: int) -> Item:
        whole = decoded(text[begin:end]).rstrip("\n")
        if broken or "__REALTIME_TIMESTAMP" not in fields:
            return Item(None, first, last, whole)
        return Item(journal.row_of(fields), first, last, whole)

    while place < size:
        if text[place] == "\n" or text[place : place + 2] == "\r\n":
            if fields or broken:
                yield item(place, line - 1)
            place = text.index("\n", place) + 1
            line += 1
            fields, broken, first, begin = {}, False, line, place
            continue
        match = _KEY.match(text, place)
        end = text.find("\n", place)
        end = size if end < 0 else end
        if match is None:
            broken = True
            place, line = end + 1, line + 1
            continue
        if match[2] == "=":
            _add(fields, match[1], decoded(text[match.end() : end].removesuffix("\r")))
            place, line = end + 1, line + 1
            continue
        length = int.from_bytes(text[end + 1 : end + 9].encode("latin-1"), "little")
        start = end + 9
        if start + length > size:
            context.warn("the last entry is cut: it ends early")
            broken = True
            line += text.count("\n", place)
            place = size
            break
        _add(fields, match[1], decoded(text[start : start + length]))
        stop = start + length + (1 if text[start + length : start + length + 1] == "\n" else 0)
        line += text.count("\n", place, stop)
        place = stop
    if fields or broken:
        yield item(size, max(line - 1, first))


def _add(fields: dict[str, str], name: str, value: str) -> None:
    # A field that comes several times has several values.
    fields[name] = f"{fields[name]}\n{value}" if name in fields else value


def decoded(text: str) -> str:
    """Text whose characters are bytes, as UTF-8; what is none stays readable as `\\xNN`."""
    return text if text.isascii() else text.encode("latin-1").decode("utf-8", "backslashreplace")


def recognise(head: bytes) -> Match | None:
    """By the cursor or time that begins each entry."""
    if re.match(rb"\s*__(?:CURSOR=s=|REALTIME_TIMESTAMP=\d{15,17}\n)", head) and b"__REALTIME_TIMESTAMP=" in head:
        return Match(0.97, "blocks that begin with the journal's cursor")
    return None


FORMAT = Format(
    name="journald_export",
    title="systemd journal, export format",
    reference="https://systemd.io/JOURNAL_EXPORT_FORMATS/",
    sample="__CURSOR=s=made;i=1\n__REALTIME_TIMESTAMP=1767348000000000\nPRIORITY=6\nSYSLOG_IDENTIFIER=made-up\n"
    "MESSAGE=started\n\n",
    recognise=recognise,
    read=read,
    zone_rule="explicit",
    encoding="latin-1",
)
