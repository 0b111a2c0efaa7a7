"""Which format an export is of."""

from __future__ import annotations

from collections.abc import Sequence

from incident_analysis import words
from incident_analysis.errors import InputError
from incident_analysis.format import Format, Match, plain_bytes

HEAD_BYTES = 65_536
#: Below this nothing is claimed; closer than the margin, two formats are ambiguous.
LEAST = 0.3
MARGIN = 0.02
#: What a claim on data with more control characters than this share needs. A machine that lost its power leaves a few.
BINARY_LEAST = 0.8
BINARY_SHARE = 0.05
_CONTROLS = bytes(b for b in range(32) if b not in b"\t\n\r\x1b")


class FormatError(InputError):
    """No format fits, or several fit equally well."""


def claims(head: bytes, formats: Sequence[Format]) -> list[tuple[Format, Match]]:
    """What each format says of an export's first bytes, strongest first."""
    shown = plain_bytes(head)
    found = [(f, match) for f in formats if (match := f.recognise(shown)) is not None]
    return sorted(found, key=lambda pair: -pair[1].strength)


def _binary(head: bytes) -> bool:
    return b"\0" in head and _many_controls(head)


def _many_controls(head: bytes) -> bool:
    return len(head) - len(head.translate(None, _CONTROLS)) > BINARY_SHARE * len(head)


def recognise(head: bytes, formats: Sequence[Format], *, where: str) -> Format:
    """The format that an export's first bytes show.

    Raises
    ------
    FormatError
        None fits, or two fit equally well: which came near, and why.
    """
    if not head.strip():
        raise FormatError("an empty file", remedy="leave it out, or export it again", where=where)
    if head.count(b"\r") > 1 and b"\n" not in head and not _many_controls(head):
        raise FormatError(
            "lines end with a carriage return alone, as on old Macs",
            remedy="give them line feeds: `tr '\\r' '\\n' <FILE >NEW`",
            where=where,
        )
    found = claims(head, formats)
    if _binary(head[:4096]):
        # Some formats frame with such bytes: only a strong claim counts.
        found = [pair for pair in found if pair[1].strength >= BINARY_LEAST]
        if not found:
            raise FormatError("binary data, not a log", remedy="export it as text, or leave it out", where=where)
    near = words.listing((f"{f.name} ({words.percent(round(m.strength, 2))}: {m.why})" for f, m in found), most=4)
    strong = [pair for pair in found if pair[1].strength >= LEAST]
    if not strong:
        came = f"; nearest: {near}" if near else ""
        raise FormatError(
            f"no known format{came}",
            remedy="name it with `format` (`incident-analysis formats` lists them)",
            where=where,
        )
    if len(strong) > 1 and strong[0][1].strength - strong[1][1].strength < MARGIN:
        raise FormatError(f"several formats fit: {near}", remedy="name one of them with `format`", where=where)
    return strong[0][0]
