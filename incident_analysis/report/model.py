"""What a report is made of, before any writer turns it into Markdown or HTML.

Inline text is plain text, never markup: each writer escapes it for its own output, so that a text field of an
incident means the same everywhere and can never become code. Only `Words` holds markup: Markdown written by people.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

NoteKind = Literal["info", "gap", "warning", "comment"]

# Control characters have no glyph and some readers stop at them; their pictures are shown instead.
_CONTROL = {code: chr(0x2400 + code) for code in range(0x20)} | {0x7F: "\u2421"}
_CONTROL |= dict.fromkeys(range(128, 160), "�")


def plain(text: object) -> str:
    """One line of plain text: runs of white space become one space, control characters visible.

    Parameters
    ----------
    text : object
        Turned into text first; None gives "".

    Examples
    --------
    >>> plain("two\\nlines,\\ta tab"), plain("a bell\\x07"), plain(None)
    ('two lines, a tab', 'a bell␇', '')
    """
    if text is None:
        return ""
    line = " ".join(str(text).split())
    if line.isascii() and line.isprintable():
        return line
    # A lone surrogate cannot be written as UTF-8.
    return line.translate(_CONTROL).encode("utf-8", "replace").decode("utf-8")


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a plain text; an empty line parts them.

    Examples
    --------
    >>> paragraphs("one\\ntwo\\n\\nthree")
    ['one two', 'three']
    """
    found: list[list[str]] = [[]]
    for line in text.strip().splitlines():
        if line.strip():
            found[-1].append(line.strip())
        elif found[-1]:
            found.append([])
    return [" ".join(lines) for lines in found if lines]


@dataclass(frozen=True, slots=True)
class Link:
    """A link inside a line; `href` is relative, `#anchor`, http(s) or mailto. Anything else is shown as text."""

    text: str
    href: str

    @property
    def safe(self) -> bool:
        """Whether the target may be linked at all."""
        head = self.href.split("/", 1)[0].split("#", 1)[0].split("?", 1)[0]
        scheme, colon, _ = head.partition(":")
        return bool(self.href) and (not colon or scheme.lower() in ("http", "https", "mailto"))

    @property
    def leaves(self) -> bool:
        """Whether the target lies outside the report."""
        return self.href.lower().startswith(("http:", "https:", "mailto:"))


Inline = str | Link


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading inside a section: level 3 stands directly below the section's own."""

    text: str
    level: int = 3
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, with an optional bold word or two before it."""

    text: str
    label: str = ""
    small: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of lines."""

    items: tuple[Inline, ...]
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A table's row; its notes (people's comments) stand directly below it."""

    cells: tuple[Inline, ...]
    notes: tuple[str, ...] = ()
    anchor: str = ""
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table; `numeric` are the columns set flush right, `main` the one that holds the sentence of the row."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    caption: str = ""
    numeric: tuple[int, ...] = ()
    main: int = 0
    wide: bool = False

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row.cells) != len(self.columns):
                raise ValueError(f"a row of {len(row.cells)} cells in a table of {len(self.columns)} columns")


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart: paths relative to the report's folder; `drawing` is the SVG itself, None where the file is gone."""

    png: str
    alt: str
    caption: str = ""
    drawing: bytes | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """Something set apart from the text: a gap, a warning, a comment."""

    title: str
    text: str = ""
    kind: NoteKind = "info"
    items: tuple[Inline, ...] = ()


@dataclass(frozen=True, slots=True)
class Words:
    """People's own words, in Markdown; raw HTML in them is already neutralised."""

    source: str
    origin: str


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """One figure of the strip at the top."""

    label: str
    figure: str
    detail: str = ""
    known: bool = True


@dataclass(frozen=True, slots=True)
class KeyFigures:
    """The strip of key figures at the top."""

    items: tuple[KeyFigure, ...]


Block = Heading | Paragraph | Listing | Table | Figure | Note | Words | KeyFigures


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the report; `name` is its file's name and its anchor."""

    name: str
    title: str
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A whole report.

    Parameters
    ----------
    title : str
    kicker : str
        The line above the title: what kind of document this is.
    badge : tuple of (str, str)
        Severity and its meaning; empty strings where there is none.
    facts : tuple of (str, Inline)
        Label and value pairs under the title.
    banner : tuple of Note
        Stand above everything else.
    lead : tuple of Block
        Blocks between the facts and the first section.
    sections : tuple of Section
        The body, listed in the contents.
    back : Link, optional
        To the list of reports.
    """

    title: str
    kicker: str = ""
    badge: tuple[str, str] = ("", "")
    facts: tuple[tuple[str, Inline], ...] = ()
    banner: tuple[Note, ...] = ()
    lead: tuple[Block, ...] = ()
    sections: tuple[Section, ...] = ()
    back: Link | None = None
    contents: bool = True


@dataclass
class Anchors:
    """Gives every heading an anchor of its own, by GitHub's rule."""

    taken: dict[str, int] = field(default_factory=dict)

    def of(self, text: str) -> str:
        """The anchor of the next heading with this text.

        Examples
        --------
        >>> anchors = Anchors()
        >>> anchors.of("TL;DR"), anchors.of("Risk Analysis"), anchors.of("TL;DR")
        ('tldr', 'risk-analysis', 'tldr-1')
        """
        kept = "".join(c for c in plain(text).lower() if c.isalnum() or c in " -_").replace(" ", "-")
        anchor = kept
        while anchor in self.taken:
            self.taken[kept] += 1
            anchor = f"{kept}-{self.taken[kept]}"
        self.taken[anchor] = 0
        return anchor


def with_anchors(section: Section, seen: set[str]) -> Section:
    """The section with a unique anchor on every heading of its own (for writers that set anchors themselves)."""
    blocks: list[Block] = []
    for block in section.blocks:
        if isinstance(block, Heading):
            wanted = block.anchor or f"{section.name}-{'-'.join(plain(block.text).lower().split())}"
            wanted = "".join(c for c in wanted if c.isalnum() or c in "-_.:") or section.name
            anchor, count = wanted, 1
            while anchor in seen:
                count += 1
                anchor = f"{wanted}-{count}"
            seen.add(anchor)
            block = replace(block, anchor=anchor)
        blocks.append(block)
    return replace(section, blocks=tuple(blocks))


def words_of(document: Document) -> Iterator[Words]:
    """Every passage of people's own words, in order."""
    for section in document.sections:
        yield from (block for block in section.blocks if isinstance(block, Words))
