"""Texts that people write: their front matter, the day and the zone that they tell, tables and lists in Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from incident_analysis.format import Context
from incident_analysis.formats import clocks
from incident_analysis.patterns import pattern

_FENCE = pattern(r"\s*(?:```|~~~)")
_KEY = pattern(r"([A-Za-z_][\w .-]{0,40}?)\s*:\s*(.*)")
#: Under these keys a front matter says when it happened; `date` alone may be the day of publication.
_DAY_KEYS = (
    "incident_date", "event_date", "start_time", "started", "started_at", "start", "incident_start", "occurred",
    "occurred_at", "day",
)  # fmt: skip
_DATE_LINE = pattern(
    r"[\s>*_|#-]*(?:incident |event |outage )?(?:date|day|when|date of (?:the )?(?:incident|event|outage)|"
    r"incident start|start(?:ed)?(?: time| at)?)[*_\s]*[:|][*_\s|]*(.+)",
    re.IGNORECASE,
)
_ZONE_LINE = pattern(
    r"\b(?:all|the|these)?\s*(?:times?|timestamps?|timeline|zone|time ?zone|tz|clocks?)\b[^.\n]{0,60}", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Text:
    """A text taken apart.

    Parameters
    ----------
    front : dict
        Keys of the front matter, small letters, with their values as written.
    title : str
    lines : list of (number, line)
        The body without front matter, code and comments.
    """

    front: dict[str, str]
    title: str
    lines: list[tuple[int, str]] = field(default_factory=list)


def take_apart(text: str) -> Text:
    """The front matter, the title and the lines of a text."""
    every = text.removeprefix("\ufeff").split("\n")
    front, start = _front(every)
    lines: list[tuple[int, str]] = []
    fenced = commented = False
    for number, line in enumerate(every[start:], start + 1):
        bare = line.rstrip("\r")
        if ("```" in bare or "~~~" in bare) and _FENCE.match(bare):
            fenced = not fenced
            continue
        if not fenced:
            if commented or "<!--" in bare:
                bare, commented = _uncommented(bare, commented)
            lines.append((number, bare))
    title = front.get("title", "")
    if not title:
        title = next((line.lstrip("# ").strip() for _, line in lines if re.match(r"# ", line)), "")
    return Text(front, title, lines)


def _uncommented(line: str, inside: bool) -> tuple[str, bool]:
    if inside:
        before, found, rest = line.partition("-->")
        return ("", True) if not found else (rest, False)
    line = re.sub(r"<!--.*?-->", "", line)
    before, found, _ = line.partition("<!--")
    return before, bool(found)


def _front(lines: list[str]) -> tuple[dict[str, str], int]:
    if not lines or lines[0].strip() != "---":
        return {}, 0
    made: dict[str, str] = {}
    for place, line in enumerate(lines[1:], 1):
        if line.strip() in ("---", "..."):
            return made, place + 1
        match = _KEY.fullmatch(line.rstrip())
        if match:
            value = match[2].strip()
            if value[:1] in ("'", '"') and value[-1:] == value[:1] and len(value) > 1:
                value = value[1:-1]
            made[match[1].strip().lower().replace(" ", "_")] = value
    return {}, 0


def the_day(text: Text, context: Context) -> tuple[date | None, str]:
    """The day of clocks without one, and where it stands: empty where it is stated, or known from nowhere."""
    if context.date is not None:
        return context.date, ""
    for key in _DAY_KEYS:
        found = clocks.find_day(text.front.get(key, ""))
        if found is not None:
            return found, f"{key} of the front matter"
    for _, line in text.lines:
        match = _DATE_LINE.match(line)
        found = clocks.find_day(match[1]) if match else None
        if found is not None:
            return found, f"the line {line.strip()[:60]!r}"
    for said, where in (
        (text.title, "the title"),
        (text.front.get("date", ""), "date of the front matter"),
        (re.sub(r"(?<=\d)_|(?<=\d{4})(?=\d{4}\b)", "-", context.source.rsplit("/", 1)[-1]), "the file's name"),
    ):
        found = clocks.find_day(said)
        if found is not None:
            return found, where
    return None, ""


def the_zone(text: Text) -> str:
    """The zone that a text tells for all its clocks; empty where it tells none."""
    for key in ("zone", "timezone", "time_zone", "tz"):
        if text.front.get(key):
            return clocks.zone_in(text.front[key]) or text.front[key]
    for _, line in text.lines:
        if line.lstrip().startswith("|"):
            continue
        match = _ZONE_LINE.search(line)
        # A line that begins with a clock tells of itself only.
        if match and not re.search(r"\d{1,2}:\d{2}", line) and (found := clocks.zone_in(match[0])):
            return found
    return ""


def plain(text: str) -> str:
    """Text without the marks of emphasis; links stay, their address in brackets.

    Examples
    --------
    >>> plain("**14:03** [alert](https://example.org) `db1` _fires_<br>again")
    '14:03 alert (https://example.org) db1 fires again'
    """
    text = re.sub(r"<br\s*/?>", " ", text, flags=re.IGNORECASE)
    text = re.sub(r"</?(?:b|i|em|strong|code|span|p|div|u|sub|sup)\b[^>]*>", "", text, flags=re.IGNORECASE)
    text = re.sub(r"!?\[([^\]]*)\]\((\S+?)(?:\s+\"[^\"]*\")?\)", lambda m: f"{m[1]} ({m[2]})" if m[1] else m[2], text)
    text = re.sub(r"(\*\*\*|\*\*|__|~~)(?=\S)(.*?\S)\1", r"\2", text)
    text = re.sub(r"(?<![\w*])\*(?=[^\s*])(.*?[^\s*])\*(?![\w*])", r"\1", text)
    text = re.sub(r"(?<!\w)_(?=\S)([^_]*\S)_(?!\w)", r"\1", text)
    text = re.sub(r"`+([^`]+)`+", r"\1", text)
    text = re.sub(r"\\([|*_`#\[\]~<>-])", r"\1", text)
    return text.strip()


def cells_of(line: str) -> list[str]:
    """Cells of a table's row."""
    inside = line.strip().removeprefix("|")
    inside = re.sub(r"(?<!\\)\|\s*$", "", inside)
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", inside)]


_RULE = pattern(r"\s*\|?\s*:?-{1,}:?\s*(?:\|\s*:?-{1,}:?\s*)*\|?\s*")


def is_rule(line: str) -> bool:
    """Whether a line divides a table's heading from its rows."""
    return "-" in line and "|" in line and _RULE.fullmatch(line) is not None


def is_dots(text: str) -> bool:
    """Whether a row only says that something is left out."""
    return re.fullmatch(r"[\s.…\[\]()*_-]*(?:\.{2,}|…)[\s.…\[\]()*_-]*", text) is not None


def headings(lines: list[tuple[int, str]]) -> Iterator[tuple[int, int, str]]:
    """Place in the list, level and text of each heading."""
    for place, (_, line) in enumerate(lines):
        match = re.match(r"(#{1,6})\s+(.*?)\s*#*\s*$", line)
        if match:
            yield place, len(match[1]), match[2]
        elif place and re.fullmatch(r"=+|-{3,}", line.strip()) and lines[place - 1][1].strip():
            before = lines[place - 1][1].strip()
            if "|" not in before and not re.match(r"[-*+] ", before):
                yield place - 1, 1 if line.strip()[0] == "=" else 2, before
