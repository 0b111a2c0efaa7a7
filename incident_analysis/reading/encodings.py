"""Text in UTF-16, as PowerShell and the Windows event viewer write it, as UTF-8."""

from __future__ import annotations

import codecs
from collections.abc import Iterator

from incident_analysis.reading.accounts import Account

_MARKS = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


def as_utf8(data: Iterator[bytes], account: Account) -> Iterator[bytes]:
    """The bytes of a source as UTF-8; those that are not marked as UTF-16 as they are.

    Nothing is left out: the mark becomes UTF-8's own, half of a surrogate pair or of a character stays readable as
    `\\xNN`. The account counts the bytes of the UTF-8, and tells how many bytes of the file they were.
    """
    first = next(data, b"")
    encoding = _MARKS.get(first[:2], "")
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
            account.warn(f"text in UTF-16: its {taken:,} bytes are {given:,} as UTF-8, which is what is counted")
        yield text
        piece = following
