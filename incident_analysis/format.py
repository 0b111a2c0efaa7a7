"""What a format is: a frozen value that says how an export is recognised and how its records are read.

A format never opens files. Line formats declare `Lines`: where a record starts and how its text becomes a row; whole
documents give `read`. What a row holds is fixed by `Row`; everything else in it becomes a column of the format's own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from incident_analysis.clock import Stamp, Yearless
from incident_analysis.errors import ParameterError
from incident_analysis.patterns import pattern as _pattern

#: A record's fields, named as the columns of its frame (docs/frames.md). Times are a Stamp, a Yearless or None; in
#: INCIDENTS a milestone M stands under its name, what is known of it under `M_certainty`. For LOGS `severity_text`,
#: `severity_number`, `service`, `host`, `message` as they are known. Further names become columns.
Row = dict[str, Any]


#: Frames that exports are read into.
FRAMES = ("LOGS", "TIMELINE", "METRICS", "INCIDENTS")


@dataclass(frozen=True, slots=True)
class Match:
    """How surely an export is of a format, and why.

    Parameters
    ----------
    strength : float
        0 to 1. Generic formats claim weakly (at most 0.5), specific ones strongly (0.8 and more).
    why : str
    """

    strength: float
    why: str

    def __post_init__(self) -> None:
        if not 0 <= self.strength <= 1:
            raise ParameterError(
                f"strength {self.strength}", remedy="give a number between 0 and 1", where="Match.strength"
            )


@dataclass(slots=True)
class Context:
    """What reading one source knows beside its bytes; a format may keep its own state in `memory`.

    Parameters
    ----------
    source : str
        Name of the file, as rows tell it.
    zone : str
        Zone stated by the analyst; empty where none is.
    year : int or None
        Year of the last record, where the format's stamps have none.
    warn : callable
        Takes a sentence; it is counted and shown once for each source.
    head : bytes
        The first bytes of the source, as they were recognised: for what only several records together tell.
    date : date or None
        The day that the analyst states, for clocks without one.
    shared : dict
        Kept over all files that are read together (a folder, an archive): what the `leads` of a format tell.
    """

    source: str
    zone: str = ""
    year: int | None = None
    warn: Callable[[str], None] = lambda _: None
    memory: dict[str, Any] = field(default_factory=dict)
    head: bytes = b""
    date: date | None = None
    shared: dict[str, Any] = field(default_factory=dict)


class Piece(NamedTuple):
    """What a line says of the record that it is a piece of.

    Parameters
    ----------
    stream : str
        Pieces of one stream make one record; other streams' lines may stand between them.
    more : bool
        Whether a further piece follows.
    """

    stream: str
    more: bool


@dataclass(frozen=True, slots=True)
class Lines:
    """How lines become records.

    Parameters
    ----------
    parse : callable
        From a record's whole text (without the last line end) and the Context to a Row; None where the text is not of
        this format: then the record is kept unparsed.
    start : compiled pattern of bytes, optional
        Matches the first line of a record at its beginning; a line that does not match continues the record before it.
        None: every line is a record.
    skip : compiled pattern of bytes, optional
        Lines that are no records but belong to the format (`#Fields:`, headings). They are given to `head`.
    head : callable, optional
        Takes a skipped line's text and the Context, to remember what it says.
    joins : callable, optional
        For formats that cut long lines: from a line's text and the Context to its Piece; None where it is none. The
        pieces of a record come to `parse` with "\\n" between them. Not together with `start`.
    """

    parse: Callable[[str, Context], Row | None]
    start: re.Pattern[bytes] | None = None
    skip: re.Pattern[bytes] | None = None
    head: Callable[[str, Context], None] | None = None
    joins: Callable[[str, Context], Piece | None] | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One record of a whole document: its row and the lines that it spans; `row` None where it cannot be read.

    `frame` names the frame that the row is of; empty: the one that its format yields. A row of TIMELINE that belongs
    to another one of its source says so by `relates_to`, which holds the other's `source_id`.
    """

    row: Row | None
    line_start: int
    line_end: int
    text: str = ""
    frame: str = ""


@dataclass(frozen=True, slots=True)
class Format:
    """A format.

    Parameters
    ----------
    name : str
        Small letters, digits and underscores: what `--format` takes.
    title : str
        For people.
    reference : str
        Where the format is specified; says so where no real sample was at hand.
    sample : str
        A few records, made by the project.
    recognise : callable
        From the first bytes of an export (up to 64 kB, whole lines) to a Match or None.
    lines : Lines, optional
        For formats of lines.
    read : callable, optional
        For whole documents: from the text and the Context to Items in the order of the document.
    read_bytes : callable, optional
        For binary documents (a workbook): from all bytes and the Context to Items, whose lines are rows of a sheet. The
        document is recognised by its own first bytes, before anything is unpacked.
    yields : str
        The frame of its rows: "LOGS", "TIMELINE", "METRICS" or "INCIDENTS".
    also : tuple of str
        Further frames that some Items name in `frame`: an export of incidents tells their events too.
    leads : tuple of str
        Names of files that are read before their neighbours of the same folder or archive (a chat's list of people).
        They are recognised and read as any other, and may leave what they tell in `Context.shared`; archives are read
        member by member, so an export may be larger than memory.
    by_hand : bool
        Whether people write its times: then a year before 1970 is meant, while a machine's is a zero that means never.
    zone_rule : {"explicit", "header", "local"}
        "explicit": stamps carry their zone or are UTC by specification; "header": the document says it; "local": a wall
        clock, whose zone has to be stated or is assumed to be UTC, and told so.
    inner : str
        Column whose text is a line of another format, to be read again.
    encoding : str
        For whole documents: "utf-8", "windows-1252" where the tool writes that unless told otherwise (what is UTF-8 is
        read as such all the same), or "latin-1" where the format counts bytes; then each character is one byte.
    """

    name: str
    title: str
    reference: str
    sample: str
    recognise: Callable[[bytes], Match | None]
    lines: Lines | None = None
    read: Callable[[str, Context], Iterable[Item]] | None = None
    yields: str = "LOGS"
    zone_rule: str = "explicit"
    inner: str = ""
    encoding: str = "utf-8"
    read_bytes: Callable[[bytes, Context], Iterable[Item]] | None = None
    also: tuple[str, ...] = ()
    leads: tuple[str, ...] = ()
    by_hand: bool = False

    def __post_init__(self) -> None:
        ways = sum(way is not None for way in (self.lines, self.read, self.read_bytes))
        if ways != 1:
            raise ParameterError(
                f"format {self.name!r} has {'none' if not ways else 'several'} of lines, read and read_bytes",
                remedy="give `lines` for a format of lines, `read` for whole documents, `read_bytes` for binary ones",
                where="Format",
            )
        unknown = [frame for frame in (self.yields, *self.also) if frame not in FRAMES]
        if unknown:
            raise ParameterError(
                f"format {self.name!r} yields {unknown[0]!r}", remedy=f"use {', '.join(FRAMES)}", where="Format.yields"
            )

    @property
    def frames(self) -> tuple[str, ...]:
        """The frames that its rows are of."""
        return (self.yields, *self.also)


#: What terminals and colouring loggers put between the words: colours, erasures, cursor moves, links.
_ANSI = _pattern(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]{0,500}(?:\x07|\x1b\\)|[@-Z\\^_])")
_ANSI_BYTES = _pattern(_ANSI.pattern.encode())


def plain(text: str) -> str:
    r"""Text without terminal escapes.

    Examples
    --------
    >>> plain("\x1b[32minfo\x1b[0m started")
    'info started'
    """
    return _ANSI.sub("", text) if "\x1b" in text else text


def plain_bytes(data: bytes) -> bytes:
    """As `plain`, for bytes."""
    return _ANSI_BYTES.sub(b"", data) if b"\x1b" in data else data


def head_lines(head: bytes, *, most: int = 200) -> list[bytes]:
    """The first lines of an export without their ends, blank ones left out."""
    return [line for line in head.split(b"\n")[:most] if line.strip()]


#: Lines that go on a record, whatever wrote it: indented ones, brackets, stack traces.
_GOES_ON = _pattern(
    rb"[ \t>)}\]]|at |Caused by|Traceback |During handling|The above exception|\.\.\. |[\w.$]+(?:Error|Exception)\b|"
    rb"goroutine |[\w./*\[\]-]{1,200}\([^\s()]{0,200}\)?\s*$"
)


def by_lines(
    pattern: str,
    *,
    strength: float = 0.9,
    why: str = "",
    least: float = 0.5,
    first: bool = False,
    spans: bool = False,
) -> Callable[[bytes], Match | None]:
    """Recognise by the share of the first lines that begin as a pattern says.

    Parameters
    ----------
    pattern : str
        Regular expression, matched at the beginning of a line.
    strength : float
        Strength where every line matches.
    why : str
        What the match means, for messages.
    least : float
        Share of lines below which the format makes no claim; lines of stack traces count against it.
    first : bool
        Whether the very first line has to match.
    spans : bool
        Whether records span lines: then lines that look like a stack trace, or are indented, do not count, and the
        share of the others weighs less.
    """
    begins = _pattern(pattern.encode())

    def recognise(head: bytes) -> Match | None:
        lines = head_lines(head)
        if not lines or (first and not begins.match(lines[0])):
            return None
        matched: list[bool] = []
        # So many lines may fail before no claim is left; of formats that span lines those that go on do not count.
        spare = len(lines) if spans else (1 - least) * len(lines) + 1e-9
        for line in lines:
            matched.append(begins.match(line.rstrip(b"\r")) is not None)
            if not matched[-1]:
                spare -= 1
                if spare < 0:
                    return None
        hits = sum(matched)
        counted = [m for m, line in zip(matched, lines, strict=True) if m or not (spans and _GOES_ON.match(line))]
        share = hits / max(len(counted), 1)
        if not hits or share < least:
            return None
        said = why or "lines begin as this format's do"
        weight = 0.15 if spans else 0.5
        return Match(strength * (1 - weight + weight * share), f"{hits} of the first {len(lines)} lines: {said}")

    return recognise


def json_document(
    *keys: str, strength: float = 0.95, why: str = "", probe: Callable[[bytes], bool] | None = None
) -> Callable[[bytes], Match | None]:
    """Recognise a JSON text by keys that stand, quoted, in its first bytes.

    Parameters
    ----------
    keys : str
        All of them have to occur as keys.
    strength, why
        As in `by_lines`.
    probe : callable, optional
        A further condition on the first bytes.
    """
    wanted = [_pattern(rb'"' + re.escape(key).encode() + rb'"\s*:') for key in keys]

    def recognise(head: bytes) -> Match | None:
        text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
        if text[:1] not in (b"{", b"["):
            return None
        if not all(p.search(text) for p in wanted) or (probe is not None and not probe(text)):
            return None
        return Match(strength, why or f"JSON with the keys {', '.join(keys)}")

    return recognise


def json_items(text: str, *path: str) -> Iterator[tuple[Any, int, int]]:
    """The elements of a list inside a JSON text, with the lines that each spans, without reading the text twice.

    Parameters
    ----------
    text : str
    path : str
        Keys that lead to the list; none for a list at the top. Where the text is several documents one after another
        (JSON lines), each is looked into.

    Yields
    ------
    (element, line_start, line_end)

    Raises
    ------
    json.JSONDecodeError
        The text is cut or broken; what came before it has been given.
    """
    from json import JSONDecodeError, JSONDecoder

    decoder = JSONDecoder()
    space = re.compile(r"[ \t\r\n\ufeff]*")
    line, seen, after = 1, 0, 0

    def line_at(place: int) -> int:
        nonlocal line, seen
        line += text.count("\n", seen, place)
        seen = place
        return line

    def skip(place: int) -> int:
        match = space.match(text, place)
        return match.end() if match else place

    def elements(place: int) -> Iterator[tuple[Any, int, int]]:
        """Elements of the list that opens at `place`; gives the place behind it through `after`."""
        nonlocal after
        place = skip(place + 1)
        while place < len(text) and text[place] != "]":
            start = line_at(place)
            try:
                value, end = decoder.raw_decode(text, place)
            except JSONDecodeError as error:
                # Where the broken record began: in a document of one line its line tells nothing.
                error.record = place  # type: ignore[attr-defined]
                raise
            yield value, start, line_at(end)
            place = skip(end)
            if text[place : place + 1] == ",":
                place = skip(place + 1)
            elif text[place : place + 1] != "]":
                raise JSONDecodeError("Expecting ',' delimiter", text, place)
        if place >= len(text):
            raise JSONDecodeError("the list is not closed", text, place)
        after = place + 1

    def inside(place: int, keys: tuple[str, ...]) -> Iterator[tuple[Any, int, int]]:
        nonlocal after
        if text[place : place + 1] == "[":
            if not keys:
                yield from elements(place)
                return
        elif text[place : place + 1] == "{" and keys:
            place = skip(place + 1)
            while text[place : place + 1] == '"':
                key, end = decoder.raw_decode(text, place)
                place = skip(end)
                if text[place : place + 1] != ":":
                    raise JSONDecodeError("Expecting ':' delimiter", text, place)
                place = skip(place + 1)
                if key == keys[0] and text[place : place + 1] in ("[", "{") and (len(keys) > 1 or text[place] == "["):
                    yield from inside(place, keys[1:])
                    place = skip(after)
                else:
                    _, end = decoder.raw_decode(text, place)
                    place = skip(end)
                if text[place : place + 1] == ",":
                    place = skip(place + 1)
                elif text[place : place + 1] != "}":
                    raise JSONDecodeError("Expecting ',' delimiter", text, place)
            if text[place : place + 1] != "}":
                raise JSONDecodeError("the object is not closed", text, place)
            after = place + 1
            return
        _, after = decoder.raw_decode(text, place)

    place = skip(0)
    while place < len(text):
        yield from inside(place, path)
        place = skip(after)


def flat(value: Mapping[str, Any], *, prefix: str = "", most: int = 4) -> Row:
    """Nested objects as dotted names; lists and what lies deeper stay as compact JSON text."""
    import json

    row: Row = {}
    for key, inner in value.items():
        name = f"{prefix}{key}"
        if isinstance(inner, Mapping) and most > 1:
            row |= flat(inner, prefix=f"{name}.", most=most - 1)
        elif isinstance(inner, (Mapping, list)):
            row[name] = json.dumps(inner, ensure_ascii=False, separators=(",", ":"))
        else:
            row[name] = inner
    return row


__all__ = [
    "Context",
    "Format",
    "Item",
    "Lines",
    "Match",
    "Piece",
    "Row",
    "Stamp",
    "Yearless",
    "by_lines",
    "flat",
    "head_lines",
    "json_document",
    "json_items",
    "plain",
    "plain_bytes",
]
