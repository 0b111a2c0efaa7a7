"""Which format an export is of."""

from __future__ import annotations

import re
from collections.abc import Sequence

from incident_analysis import files, words
from incident_analysis.errors import InputError
from incident_analysis.format import Context, Format, Match, head_lines, plain, plain_bytes

HEAD_BYTES = 65_536
#: Below this nothing is claimed; closer than the margin, two formats are ambiguous.
LEAST = 0.3
MARGIN = 0.02
#: Up to here a claim says "some records with a time"; what is asked for tells which.
GENERIC = 0.5
#: First lines that are tried where nothing claims the whole; so many have to be read for a format to be told.
NEAR_LINES, NEAR_LEAST = 100, 3
#: What reads a frame, and what an export of it is called.
READERS = {
    "LOGS": ("read_logs", "logs"),
    "TIMELINE": ("read_timeline", "events"),
    "METRICS": ("read_metrics", "metrics"),
    "INCIDENTS": ("read_incidents", "incidents"),
}
#: What a claim on data with more control characters than this share needs. A machine that lost its power leaves a few.
BINARY_LEAST = 0.8
BINARY_SHARE = 0.05
_CONTROLS = bytes(b for b in range(32) if b not in b"\t\n\r\x1b")


class FormatError(InputError):
    """No format fits, or several fit equally well."""


def claims(head: bytes, formats: Sequence[Format]) -> list[tuple[Format, Match]]:
    """What each format says of an export's first bytes, strongest first."""
    # The mark of the byte order is none of the text's.
    shown = plain_bytes(head).removeprefix(b"\xef\xbb\xbf")
    found = [(f, match) for f in formats if (match := f.recognise(shown)) is not None]
    return sorted(found, key=lambda pair: -pair[1].strength)


def _partly(head: bytes, formats: Sequence[Format]) -> str:
    """What reads some of the first lines, though too few to claim the whole."""
    lines = [plain(line.decode("utf-8", "replace").rstrip("\r")) for line in head_lines(head, most=NEAR_LINES)]
    found: list[tuple[int, str]] = []
    for form in formats:
        if form.lines is None:
            continue
        context, hits = Context(source="", head=head), 0
        for line in lines:
            try:
                row = form.lines.parse(line, context)
            except Exception:
                # It was made for its own records; here it is only asked.
                continue
            hits += row is not None and row.get("time") is not None
        if hits >= NEAR_LEAST:
            found.append((hits, form.name))
    return words.listing(
        (
            f"{name} (reads {hits} of the first {len(lines)} lines)"
            for hits, name in sorted(found, key=lambda pair: (-pair[0], pair[1]))[:2]
        ),
        most=2,
    )


def _binary(head: bytes) -> bool:
    return b"\0" in head and _many_controls(head)


def _many_controls(head: bytes) -> bool:
    return len(head) - len(head.translate(None, _CONTROLS)) > BINARY_SHARE * len(head)


class OtherFrameError(FormatError):
    """An export of another kind than what was asked for; `form` is its format."""

    def __init__(self, form: Format, asked: str, *, where: str) -> None:
        readers = " or ".join(f"`{READERS[frame][0]}`" for frame in form.frames)
        command = "logs" if "LOGS" in form.frames else "import"
        super().__init__(
            f"{form.title} ({form.name}): no {READERS[asked][1]}",
            remedy=f"read it with {readers}; on the command line, `incident-analysis {command}`",
            where=where,
        )
        self.form = form


def recognise(head: bytes, formats: Sequence[Format], *, where: str, asked: str = "", evidence: bool = False) -> Format:
    """The format that an export's first bytes show.

    Parameters
    ----------
    head : bytes
    formats : sequence of Format
    where : str
    asked : str
        The frame that is wanted: among generic formats, and those that fit equally well, it decides.
    evidence : bool
        Whether every reader is shown the file: then the strongest claim decides alone, so that one kind of reader takes
        it; of equal ones that of logs.

    Raises
    ------
    FormatError
        None fits, or two fit equally well: which came near, and why.
    OtherFrameError
        The format's rows are not of the frame that was asked for.
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
        if not found and (kind := "tar" if head[257:262] == b"ustar" else files.packing(head[:6])):
            raise FormatError(
                f"a {kind} archive, which is not looked into here",
                remedy="unpack it, and name its folder or files",
                where=where,
            )
        if not found:
            raise FormatError("binary data, not text", remedy="export it as text, or leave it out", where=where)
    near = words.listing((f"{f.name} ({words.percent(round(m.strength, 2))}: {m.why})" for f, m in found), most=4)
    strong = [pair for pair in found if pair[1].strength >= LEAST]
    if strong and evidence:
        near_top = [pair for pair in strong if strong[0][1].strength - pair[1].strength < MARGIN]
        strong = [pair for pair in near_top if "LOGS" in pair[0].frames] or near_top
    elif strong and asked:
        top = strong[0][1].strength
        least = LEAST if top <= GENERIC else top - MARGIN
        strong = [pair for pair in strong if asked in pair[0].frames and pair[1].strength >= least] or strong
    if not strong and re.match(rb"\s*<(?:!doctype\s+html|html)\b", head.removeprefix(b"\xef\xbb\xbf"), re.IGNORECASE):
        raise FormatError(
            "a web page (HTML) in the place of an export",
            remedy="export it again, logged in; the page may say why it stands there",
            where=where,
        )
    if not strong:
        near = near or _partly(head, formats)
        came = f"; nearest: {near}" if near else ""
        raise FormatError(
            f"no known format{came}",
            remedy="name it with `format` (`incident-analysis formats` lists them)",
            where=where,
        )
    if len(strong) > 1 and strong[0][1].strength - strong[1][1].strength < MARGIN:
        raise FormatError(f"several formats fit: {near}", remedy="name one of them with `format`", where=where)
    form = strong[0][0]
    if asked and asked not in form.frames:
        raise OtherFrameError(form, asked, where=where)
    return form
