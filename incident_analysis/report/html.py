"""A report as one self-contained HTML page: no script, nothing loaded from elsewhere, charts inline."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jinja2
from markupsafe import Markup
from markupsafe import escape as quoted

from incident_analysis import files
from incident_analysis.report.model import Document, Figure, Inline, Link, Table, plain, with_anchors

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

# The browser refuses whatever a slip might let through: scripts, frames, forms, and anything from elsewhere.
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"

_TEMPLATES = Path(__file__).parent / "templates"

# A column whose cells are all this short is kept on one line.
_SHORT = 14
# A longer word (an address, a digest) may be broken anywhere; others only where the language allows it.
_LONG_WORD = 15


def write(document: Document) -> str:
    """The whole document as one page.

    Returns
    -------
    str
        UTF-8 HTML with one newline at its end.
    """
    seen = {section.name for section in document.sections}
    sections = tuple(with_anchors(section, seen) for section in document.sections)
    page = _templates().get_template("page.html.j2")
    return page.render(document=replace(document, sections=sections), policy=POLICY).rstrip("\n") + "\n"


@cache
def _templates() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(lambda name: files.read_text(_TEMPLATES / name)),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
    )
    environment.filters |= {"line": inline, "words": words, "data": data_address, "kind": _kind, "plain": plain}
    environment.globals |= {"columns": column_classes, "style": _style()}
    return environment


def _style() -> Markup:
    # Our own file: it holds no text of any incident.
    return Markup(files.read_text(_TEMPLATES / "style.css"))


def _kind(block: object) -> str:
    return type(block).__name__.lower()


def inline(item: Inline, empty: str = "—") -> Markup:
    """A line's content, escaped; a link only where its target is harmless."""
    if not isinstance(item, Link):
        return _unbroken(quoted(plain(item) or empty))
    text = plain(item.text) or plain(item.href)
    if not item.safe:
        return quoted(text)
    rel = ' rel="noopener noreferrer"' if item.leaves else ""
    return Markup('<a href="{}"{}>{}</a>').format(plain(item.href), Markup(rel), text)


_INSTANT = re.compile(r"\b\d{4}-\d{2}-\d{2}\b|\b\d{2}:\d{2}(?:–\d{2}:\d{2})?(?: UTC)?\b")


def _unbroken(text: Markup) -> Markup:
    """With every date and every time of day kept on one line."""
    if "-" not in text and ":" not in text:
        return text
    # The text is escaped already, and the pattern holds no character that has a meaning in HTML.
    return Markup(_INSTANT.sub(r'<span class="time">\g<0></span>', str(text)))


def data_address(figure: Figure) -> str:
    """A chart's drawing as a `data:` address."""
    return "data:image/svg+xml;base64," + base64.b64encode(figure.drawing or b"").decode("ascii")


def column_classes(table: Table) -> list[str]:
    """For each column: figures flush right, short ones on one line, the main one with room."""
    classes = []
    for index in range(len(table.columns)):
        cells = [row.cells[index] for row in table.rows]
        texts = [plain(cell.text if isinstance(cell, Link) else cell) for cell in cells]
        longest = max((len(text) for text in texts), default=0)
        names = ["number"] if index in table.numeric else []
        names.append("short" if longest <= _SHORT else "main" if index == table.main else "text")
        if any(len(word) > _LONG_WORD for text in texts for word in text.split()):
            names.append("long")
        classes.append(" ".join(names))
    return classes


# ---- people's words ------------------------------------------------------------------------------------------------


_DEFINITION = re.compile(r"^ {0,3}\[[^\]\n]+\]:.*$", re.MULTILINE)


@cache
def _reader() -> MarkdownIt:
    """People's Markdown to HTML: raw HTML as text, images as text, links only where they are harmless."""
    from markdown_it import MarkdownIt

    reader = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    # A refused target leaves the link's source as plain text, so that nothing is lost.
    reader.validateLink = lambda url: bool(  # type: ignore[method-assign]
        re.match(r"(?:https?|mailto):|(?![a-z][a-z0-9+.-]*:)", url.strip(), re.IGNORECASE)
    )
    reader.add_render_rule("image", _image)
    reader.add_render_rule("link_open", _link_open)
    reader.add_render_rule("link_close", _link_close)
    reader.add_render_rule("fence", _fence)
    reader.add_render_rule("table_open", lambda *_: '<div class="scroll"><table>\n')
    reader.add_render_rule("table_close", lambda *_: "</table></div>\n")
    return reader


def words(source: str, level: int = 2) -> Markup:
    """People's Markdown as HTML.

    Parameters
    ----------
    source : str
    level : int
        The level of the heading it stands under: headings in it come out below that one, none skipped.
    """
    reader = _reader()
    environment: dict[str, Any] = {}
    tokens = reader.parse(source, environment)
    _order_headings(tokens, level)
    rendered = reader.renderer.render(tokens, reader.options, environment)
    # A definition is shown too: it may be all that is left of what somebody wrote.
    if environment.get("references"):
        for definition in _DEFINITION.findall(source):
            rendered += f'<p class="small">{quoted(definition.strip())}</p>\n'
    # markdown-it escapes every text itself, and raw HTML is switched off.
    return Markup(rendered)


def _order_headings(tokens: Sequence[Token], level: int) -> None:
    used = sorted({token.tag for token in tokens if token.type == "heading_open"})
    before = level
    for token in tokens:
        if token.type == "heading_open":
            before = min(level + 1 + used.index(token.tag), before + 1, 6)
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{before}"


def _target(token: Token) -> str:
    return str(token.attrGet("href") or "")


def _leaves(href: str) -> bool:
    return href.lower().startswith(("http:", "https:", "mailto:"))


def _link_open(self: Any, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    href = _target(tokens[index])
    if not _leaves(href):
        return ""
    title = tokens[index].attrGet("title")
    named = f' title="{quoted(str(title))}"' if title else ""
    return f'<a href="{quoted(href)}"{named} rel="noopener noreferrer">'


def _link_close(self: Any, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    depth = 1
    for token in reversed(tokens[:index]):
        depth += {"link_close": 1, "link_open": -1}.get(token.type, 0)
        if not depth:
            href = _target(token)
            # A target inside the folder cannot be followed from a page that stands alone: it is shown.
            return "</a>" if _leaves(href) else f" ({quoted(href)})"
    return ""


def _image(self: Any, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    token = tokens[index]
    alt = self.renderInlineAsText(token.children or [], options, env)
    title = f" “{token.attrGet('title')}”" if token.attrGet("title") else ""
    return str(quoted(f"[Image: {alt or 'no description'}, {token.attrGet('src')}{title}]"))


def _fence(self: Any, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    info = tokens[index].info.strip()
    label = f'<span class="small">{quoted(info)}</span>' if info else ""
    return f"{label}<pre><code>{quoted(tokens[index].content)}</code></pre>\n"
