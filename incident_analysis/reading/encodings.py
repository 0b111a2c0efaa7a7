"""Text in UTF-16, as PowerShell and the Windows event viewer write it, as UTF-8."""

from __future__ import annotations

import codecs
from collections.abc import Iterator

from incident_analysis.reading.accounts import Account

_MARKS = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
#: So many first bytes tell whether every other one is NUL, as in text that begins with ASCII and has no mark.
_LOOK = 512


def _encoding(first: bytes) -> tuple[str, str]:
    """The name of UTF-16's kind, empty where it is none; and how it shows, where no mark says it."""
    if (marked := _MARKS.get(first[:2])) is not None:
        return marked, ""
    look = first[:_LOOK] if len(first) >= _LOOK else first[: len(first) // 2 * 2]
    if len(look) >= 32:
        for name, nulls, letters in (("utf-16-le", look[1::2], look[::2]), ("utf-16-be", look[::2], look[1::2])):
            if nulls.count(0) > 0.9 * len(nulls) and not letters.count(0):
                return name, ", which no mark says: every other byte is NUL"
    return "", ""


def as_utf8(data: Iterator[bytes], account: Account) -> Iterator[bytes]:
    """The bytes of a source as UTF-8; those that are not UTF-16 as they are.

    Nothing is left out: a mark becomes UTF-8's own, half of a surrogate pair or of a character stays readable as
    `\\xNN`. The account counts the bytes of the UTF-8, and tells how many bytes of the file they were.
    """
    first = next(data, b"")
    encoding, shown = _encoding(first)
    if not encoding:
        yield first
        yield from data
        return
    decoder = codecs.getincrementaldecoder(encoding)("backslashreplace")
    taken = given = 0
    piece: bytes | None = first
    while piece is not None:
        following = next(data, None)
        text = decoder.decode(piece, final=following is None).encode("utf-8")
        taken, given = taken + len(piece), given + len(text)
        if following is None:
            account.warn(f"text in UTF-16{shown}: its {taken:,} bytes are {given:,} as UTF-8, which is what is counted")
        yield text
        piece = following
