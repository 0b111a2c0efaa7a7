"""A report as Markdown that GitHub renders: no raw HTML, no empty cell, images by relative path."""

from __future__ import annotations

import itertools
import re
from urllib.parse import quote

from incident_analysis.report.model import (
    Anchors,
    Block,
    Document,
    Figure,
    Heading,
    Inline,
    KeyFigures,
    Link,
    Listing,
    Note,
    Paragraph,
    Row,
    Section,
    Table,
    Words,
    plain,
)

NOTHING = "—"

# Characters that can start or end markup anywhere in a line; "://" and "www." would become links by themselves.
_ANYWHERE = re.compile(r"[\\`*\[\]<|~$@#]|&(?=[#a-zA-Z])|:(?=//)|(?<=www)\.|(?<![^\W_])_|_(?![^\W_])", re.IGNORECASE)
# A line must not become a list item, a quotation, a rule or an underlined heading.
_AT_START = re.compile(r"^(?:[-+=>]|(\d{1,9})(?=[.)]))")


def escape(text: object) -> str:
    """Plain text as Markdown that shows exactly this text.

    White space is reduced to single spaces and control characters become visible; everything else is shown
    character by character, in a paragraph, a list, a heading and a table's cell.

    Examples
    --------
    >>> print(escape("<b>*not* bold</b> | a_b __init__ {{ 7*7 }}"))
    \\<b>\\*not\\* bold\\</b> \\| a_b \\_\\_init\\_\\_ {{ 7\\*7 }}
    >>> print(escape("1. no list"), escape("# no heading"), escape("- no item"), sep=", ")
    1\\. no list, \\# no heading, \\- no item
    """
    line = _ANYWHERE.sub(lambda m: "\\" + m.group(), plain(text))
    if line[:1] in "-+=>":
        return "\\" + line if line else ""
    number = _AT_START.match(line)
    return f"{number.group(1)}\\{line[number.end() :]}" if number else line


def inline(item: Inline, *, empty: str = NOTHING) -> str:
    """A line's content: text, or a link; never empty."""
    if not isinstance(item, Link):
        return escape(item) or empty
    text = escape(item.text) or escape(item.href)
    if not item.safe:
        return text
    return f"[{text}](<{quote(plain(item.href), safe='/:?#@!$&*+,;=%~._-')}>)" if text else empty


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _table(table: Table) -> list[str]:
    lines = [
        _row([inline(name) for name in table.columns]),
        _row(["---:" if i in table.numeric else "---" for i in range(len(table.columns))]),
    ]
    for row in table.rows:
        lines.append(_row([inline(cell) for cell in row.cells]))
        lines += [_row(_note_cells(table, note)) for note in row.notes]
    return [f"**{escape(table.caption)}**", "", *lines] if table.caption else lines


def _note_cells(table: Table, note: str) -> list[str]:
    """A comment as a row of its own, in the column where the row's sentence stands."""
    cells = [NOTHING] * len(table.columns)
    cells[table.main] = "↳ " + escape(note)
    return cells


def _quoted(lines: list[str]) -> list[str]:
    return [f"> {line}".rstrip() for line in lines]


def _note(note: Note) -> list[str]:
    title = f"**{escape(note.title)}**"
    lines = [f"{title} {escape(note.text)}".rstrip()]
    if note.items:
        lines += ["", *[f"- {inline(item)}" for item in note.items]]
    return _quoted(lines)


def block(item: Block, *, images: str = "", level: int = 0, anchors: Anchors | None = None) -> list[str]:
    """The lines of one block.

    Parameters
    ----------
    item : Block
    images : str
        What stands before the path of an image: "../" in a section's own file.
    level : int
        Added to the level of headings.
    anchors : Anchors, optional
        Told of every heading, so that the contents link to the right ones.
    """
    match item:
        case Heading():
            if anchors:
                anchors.of(item.text)
            return [f"{'#' * max(1, item.level + level)} {inline(item.text)}"]
        case Paragraph():
            label = f"**{escape(item.label)}** " if item.label else ""
            return [label + inline(item.text)]
        case Listing():
            return [f"{f'{i}.' if item.ordered else '-'} {inline(line)}" for i, line in enumerate(item.items, 1)]
        case Table():
            return _table(item)
        case Figure():
            if item.drawing is None:
                return _note(Note("Chart missing.", f"The file of this chart is not there. It shows: {item.alt}"))
            picture = f"![{escape(item.alt)}](<{images}{quote(item.png)}>)"
            return [picture, "", f"*{escape(item.caption)}*"] if item.caption else [picture]
        case Note():
            return _note(item)
        case Words():
            if anchors:
                for title in headings(item.source):
                    anchors.of(title)
            return [item.source.rstrip("\n")]
        case KeyFigures():
            rows = tuple(Row((k.label, k.figure, k.detail)) for k in item.items)
            return _table(Table(("Key figure", "Value", "What it rests on"), rows))


def headings(source: str) -> list[str]:
    """The headings in people's Markdown, for the anchors they take."""
    if "#" not in source and "===" not in source and "---" not in source:
        return []
    from incident_analysis.report.people import parser

    tokens = parser().parse(source)
    return [
        "".join(child.content for child in inner.children or ())
        for opening, inner in itertools.pairwise(tokens)
        if opening.type == "heading_open"
    ]


def blocks(items: tuple[Block, ...], *, images: str = "", level: int = 0, anchors: Anchors | None = None) -> list[str]:
    """The lines of several blocks, one empty line between them."""
    lines: list[str] = []
    for item in items:
        lines += [*block(item, images=images, level=level, anchors=anchors), ""]
    return lines


def section(item: Section) -> str:
    """One section as a file of its own, below `sections/`."""
    return "\n".join([f"# {inline(item.title)}", "", *blocks(item.blocks, images="../", level=-1)]).rstrip("\n") + "\n"


def write(document: Document) -> str:
    """The whole document.

    Returns
    -------
    str
        UTF-8 Markdown with one newline at its end.
    """
    anchors = Anchors()
    head: list[str] = [f"# {inline(document.title)}", ""]
    anchors.of(document.title)
    if document.kicker:
        head += [f"*{escape(document.kicker)}*", ""]
    head += blocks(document.banner)
    facts = list(document.facts)
    if document.badge[0]:
        facts.insert(0, ("Severity", f"{document.badge[0]} · {document.badge[1]}".rstrip(" ·")))
    if facts:
        head += [*[f"- **{escape(label)}:** {inline(value)}" for label, value in facts], ""]
    head += blocks(document.lead, anchors=anchors)
    if document.contents and document.sections:
        anchors.of("Contents")

    body: list[str] = []
    links: list[str] = []
    for part in document.sections:
        links.append(f"- [{escape(part.title)}](#{quote(anchors.of(part.title))})")
        body += [f"## {inline(part.title)}", "", *blocks(part.blocks, anchors=anchors)]
    if document.contents and links:
        head += ["## Contents", "", *links, ""]
    if document.back:
        body += [inline(document.back), ""]
    return "\n".join([*head, *body]).rstrip("\n") + "\n"
