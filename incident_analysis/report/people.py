"""What people wrote: their words for each section, their comments, the interviews. Nothing of it is ever written to.

Code in their words stays text: live figures are put in by a search for names, not by a template language, and raw
HTML is neutralised with a backslash.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from incident_analysis import files, words, yaml_text
from incident_analysis.errors import IncidentAnalysisError
from incident_analysis.report.comments import Comment, read_comments
from incident_analysis.report.markdown import escape
from incident_analysis.report.model import Note, Words, plain

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

# The parts of the report people may write for, in the report's order.
PARTS = ("tldr", "description", "consequences", "risk_analysis", "action_plan", "timeline", "interviews")

_INSTEAD = re.compile(r"^[ \t]*<!--[ \t]*instead[ \t]*-->[ \t]*\n?", re.MULTILINE)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_FIGURE = re.compile(r"\{\{[ \t]*([^{}\n]{1,200}?)[ \t]*\}\}")
_AUTOLINK = r"[A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>]*>|[^\s<>@]+@[^\s<>@]+>"
_TAG = re.compile(rf"(?<!\\)((?:\\\\)*)<(?=[A-Za-z/!?])(?!{_AUTOLINK})")
_TICKS = re.compile(r"`+")


@dataclass(frozen=True, slots=True)
class Interview:
    """The minutes of one interview; `facts` are the entries of its front matter that have no field here."""

    file: str
    text: str
    who: str = ""
    role: str = ""
    date: str = ""
    public: bool | None = None
    facts: tuple[tuple[str, str], ...] = ()
    gap: str = ""


@dataclass
class People:
    """Everything people wrote about one incident."""

    texts: dict[str, str] = field(default_factory=dict)
    instead: set[str] = field(default_factory=set)
    comments: list[Comment] = field(default_factory=list)
    interviews: list[Interview] = field(default_factory=list)
    gaps: list[str] = field(default_factory=list)
    _placed: set[int] = field(default_factory=set)

    def comments_on(self, *names: str) -> tuple[str, ...]:
        """The comments about any of these, each given out once."""
        found = []
        for index, comment in enumerate(self.comments):
            if index not in self._placed and comment.about and comment.about in names:
                self._placed.add(index)
                found.append(str(comment))
        return tuple(found)

    def comments_left(self) -> list[Comment]:
        """The comments whose subject stands nowhere in the report."""
        return [comment for index, comment in enumerate(self.comments) if index not in self._placed]


@cache
def parser() -> MarkdownIt:
    """The reader of people's Markdown: CommonMark with GitHub's tables, raw HTML recognised."""
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def read(folder: Path, *, listed: Iterable[tuple[str, str, str]] = ()) -> People:
    """Read `text/*.md`, `comments.csv` and `interviews/*.md` of an incident's folder.

    Parameters
    ----------
    folder : Path
    listed : iterable of (file, who, role)
        The interviews that the incident names.
    """
    people = People()
    for path in files.listing(folder / "text", "*.md"):
        text = _decoded(files.inside(folder, f"text/{path.name}", where=f"text/{path.name}"))
        if path.stem in PARTS:
            _take_text(people, path.stem, text)
        else:
            people.gaps.append(
                f"text/{path.name} belongs to no section; its words stand under the open questions. "
                f"Known names: {words.listing(f'{p}.md' for p in PARTS)}"
            )
            _take_text(people, path.stem, text)
    if files.is_file(folder / "comments.csv"):
        people.comments = read_comments(_decoded(files.inside(folder, "comments.csv", where="comments.csv")))
    people.interviews = _interviews(folder, {file: (who, role) for file, who, role in listed})
    return people


def _take_text(people: People, name: str, text: str) -> None:
    if _INSTEAD.search(text):
        people.instead.add(name)
        text = _INSTEAD.sub("", text, count=1)
    # A template's hints are comments: a file of hints alone has not been written yet.
    if _COMMENT.sub("", text).strip():
        people.texts[name] = text.strip("\n")
    else:
        people.instead.discard(name)


def _decoded(path: Path) -> str:
    """The text of a file; bytes that are no UTF-8 stay visible as \\xNN."""
    text = files.read_bytes(path).decode("utf-8-sig", "backslashreplace")
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\u2400")


# ---- interviews ----------------------------------------------------------------------------------------------------


def _interviews(folder: Path, listed: Mapping[str, tuple[str, str]]) -> list[Interview]:
    found = {f"interviews/{path.name}": path for path in files.listing(folder / "interviews", "*.md")}
    result = []
    for name in sorted({*found, *listed}):
        who, role = listed.get(name, ("", ""))
        path = found.get(name)
        if path is None:
            try:
                path = files.inside(folder, name, where="interviews")
            except IncidentAnalysisError as error:
                result.append(Interview(name, "", who, role, gap=error.what))
                continue
        if not files.is_file(path):
            result.append(Interview(name, "", who, role, gap="the file is not there"))
            continue
        result.append(_interview(name, _decoded(path), who, role))
    return result


def _interview(name: str, text: str, who: str, role: str) -> Interview:
    head, body, gap = _front_matter(name, text)
    public = head.pop("public", None)
    who, role = str(head.pop("who", None) or who), str(head.pop("role", None) or role)
    date = str(head.pop("date", None) or "")
    facts = tuple((str(k), plain(v)) for k, v in head.items() if v is not None)
    if not isinstance(public, bool):
        public = None
    return Interview(name, body.strip("\n"), who, role, date, public, facts, gap)


def _front_matter(name: str, text: str) -> tuple[dict[str, object], str, str]:
    """Entries, body and what is wrong with the entries."""
    match = re.match(r"---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", text, re.DOTALL | re.MULTILINE)
    if not match:
        return {}, text, ""
    try:
        value = yaml_text.read(match.group(1), where=name).value
    except IncidentAnalysisError as error:
        return {}, text, f"its front matter cannot be read ({plain(error.what)})"
    if value is None:
        return {}, text[match.end() :], ""
    if not isinstance(value, dict):
        return {}, text, "its front matter holds no fields"
    return dict(value), text[match.end() :], ""


# ---- words and their live figures ----------------------------------------------------------------------------------


def prepare(source: str, origin: str, figures: Mapping[str, str]) -> tuple[Words, list[Note]]:
    """People's Markdown made ready for every writer: live figures put in, raw HTML neutralised, fences closed.

    Parameters
    ----------
    source : str
    origin : str
        The file, relative to the incident's folder.
    figures : mapping of str to str
        Plain text for every name that `{{ name }}` may hold.

    Returns
    -------
    Words
    list of Note
        One that names what could not be put in, or nothing.
    """
    missing: list[str] = []

    def put_in(match: re.Match[str]) -> str:
        name = match.group(1)
        if name in figures:
            return escape(figures[name])
        if name not in missing:
            missing.append(name)
        return match.group()

    text = source
    if "{{" in text:
        text = _outside_code(text, lambda part: _FIGURE.sub(put_in, part))
    text = _closed(neutral(text))
    return Words(text, origin), [_missing(origin, missing, figures)] if missing else []


def _missing(origin: str, missing: list[str], figures: Mapping[str, str]) -> Note:
    known = sorted(figures)
    items = []
    for name in missing:
        near = words.nearest(name, known)
        items.append(f"{{{{ {name} }}}}: no figure has this name" + (f"; did you mean {near}?" if near else ""))
    text = f"In {origin} these stand as they were written."
    if known:
        text += f" Names that can be used: {words.listing(known, most=12)}."
    return Note("Live figures that could not be put in.", text, "gap", tuple(items))


def neutral(source: str) -> str:
    """Markdown whose raw HTML, outside code, shows as text; everything else byte for byte.

    Examples
    --------
    >>> print(neutral("a <b>bold</b> word, `<b>` and <https://example.org>"))
    a \\<b>bold\\</b> word, `<b>` and <https://example.org>
    """
    if "<" not in source:
        return source
    for _ in range(4):
        spoilt = _html_lines(source)
        if not spoilt:
            return source
        lines = source.split("\n")
        for first, last, whole in spoilt:
            part = "\n".join(lines[first:last])
            done = _disarm(part) if whole else _outside_spans(part, _disarm)
            lines[first:last] = done.split("\n")
        if "\n".join(lines) == source:
            break
        source = "\n".join(lines)
    # What our own reading of code spans gets wrong is settled by disarming it inside code too.
    while _html_lines(source):
        fixed = _disarm(source)
        if fixed == source:
            return source.replace("<", "\\<")
        source = fixed
    return source


def _disarm(part: str) -> str:
    return _TAG.sub(r"\1\\<", part)


def _html_lines(source: str) -> list[tuple[int, int, bool]]:
    """First line, line after the last, and whether the whole block is HTML."""
    found = []
    for token in parser().parse(source):
        if token.map is None:
            continue
        if token.type == "html_block":
            found.append((token.map[0], token.map[1], True))
        elif token.type == "inline" and any(child.type == "html_inline" for child in token.children or ()):
            found.append((token.map[0], token.map[1], False))
    return found


def _outside_code(source: str, change: Callable[[str], str]) -> str:
    """Change what stands outside code blocks and code spans; line counts must not change."""
    lines = source.split("\n")
    code = [False] * (len(lines) + 1)
    for token in parser().parse(source):
        if token.type in ("fence", "code_block") and token.map:
            for line in range(*token.map):
                code[line] = True
    at = 0
    while at < len(lines):
        end = at
        while end < len(lines) and code[end] == code[at] and (end == at or lines[end].strip()):
            end += 1
        if not code[at]:
            lines[at:end] = _outside_spans("\n".join(lines[at:end]), change).split("\n")
        at = end
    return "\n".join(lines)


def _outside_spans(part: str, change: Callable[[str], str]) -> str:
    """Change what stands outside code spans of one block."""
    result, at, start = [], 0, 0
    while run := _TICKS.search(part, at):
        before = part[: run.start()]
        if (len(before) - len(before.rstrip("\\"))) % 2:
            at = run.start() + 1
            continue
        closing = next((m for m in _TICKS.finditer(part, run.end()) if len(m.group()) == len(run.group())), None)
        if closing is None:
            at = run.end()
            continue
        result += [change(part[start : run.start()]), part[run.start() : closing.end()]]
        at = start = closing.end()
    return "".join([*result, change(part[start:])])


def _closed(source: str) -> str:
    """With an open fence closed, which would otherwise swallow the rest of the report."""
    if "```" not in source and "~~~" not in source:
        return source
    last = next((t for t in reversed(parser().parse(source)) if t.type == "fence"), None)
    if last is None or last.level:
        return source
    probe = parser().parse(source + "\n\nend")
    inside = probe and probe[-1].type == "fence"
    return f"{source.rstrip(chr(10))}\n{last.markup}" if inside else source
