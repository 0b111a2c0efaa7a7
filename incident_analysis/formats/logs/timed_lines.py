"""Any lines that begin with a time: the last resort for logs whose writer is not known.

Read are ISO 8601 (also with a space, slashes, a comma, up to nine digits, an offset, a zone name of our table),
seconds, milliseconds, microseconds or nanoseconds since 1970 by size, TAI64N (multilog, s6), the day of the year
(`2012-025T10:22:40`), `20260102T100000Z`, C's asctime, the access log's stamp in brackets, `Jan  2 10:00:00` without a
year, and a clock without a date: such rows have no usable time, which is told. The level is the first word behind the
time that is one, or a level in capitals near the beginning. Lines without a time belong to the record above them.

Hazards: without an offset the time is a wall clock; a zone name that is not in the table is told. References: ISO 8601;
https://cr.yp.to/libtai/tai64.html.
"""

from __future__ import annotations

import re

from incident_analysis import clock, severity
from incident_analysis.clock import Stamp, Yearless
from incident_analysis.format import Context, Format, Lines, Match, Row, head_lines
from incident_analysis.formats import keys, stamps
from incident_analysis.patterns import pattern

_LEVELS = "|".join(sorted((re.escape(w) for w in severity.NUMBERS if len(w) > 2), key=len, reverse=True))
_OFFSET = r"\s?(?:Z|[+-]\d\d:?\d\d)(?![\w:])"
#: Behind a blank only a name that is known, else every word in capitals (a level, a method) would be one.
_ZONE = rf"(?:Z|[+-]\d\d:?\d\d|{_OFFSET}|\s(?:{stamps.ZONES})(?=[\s\]|:,]))?"
_SHAPES = {
    "iso": rf"\d{{4}}[-/.]\d\d[-/.]\d\d[T _]\d\d:\d\d(?::\d\d(?:[.,]\d{{1,9}})?)?{_ZONE}",
    "year_day": r"\d{4}-\d{3}[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?",
    "tai": r"@[0-9a-f]{16}(?:[0-9a-f]{8}){0,2}(?![0-9a-fA-F])",
    "epoch": r"\d{10}(?:\d{3}|\d{6}|\d{9})?(?:\.\d{1,9})?(?=[\s\]:|,])",
    "compact": r"\d{8}[T _-]\d\d:?\d\d:?\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?(?![\d:])",
    "ctime": r"(?:[A-Z][a-z]{2},? )?[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d(?:\.\d{1,9})?(?: [A-Z]{1,5})? \d{4}",
    "common": r"\d\d/[A-Z][a-z]{2}/\d{4}[: ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?: [+-]\d{4})?",
    "named": rf"(?:[A-Z][a-z]{{2}}, )?\d\d?[ -][A-Z][a-z]{{2}}[ -]\d{{4}} \d\d:\d\d:\d\d(?:[.,]\d{{1,9}})?"
    rf"(?:{_OFFSET}|\s(?:{stamps.ZONES})(?=[\s\]|:,]))?",
    "yearless": r"[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d(?:\.\d{1,9})?",
    "clock": r"\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?=[\s\]|,])",
}
#: A level before the stamp, as Django, Dropwizard and CouchDB write it.
_BEFORE = (
    rf"(?:\[?(?:(?i:{_LEVELS}))\]?:?[ ]{{1,5}}"
    r"(?=[\[(<]?(?:\d{4}[-/.]|\d\d[-/ ][A-Z]|[A-Z][a-z]{2}, )))?"
)
_START = _BEFORE + r"[\[(<]?(?:" + "|".join(f"(?P<{name}>{shape})" for name, shape in _SHAPES.items()) + r")[\])>]?"
_HEAD = pattern(_START)
_BEGIN = pattern(_START.encode())
_SIMPLE = "|".join(w for w in _LEVELS.split("|") if w not in severity.WORDS_TOO)
_END = r"(?:(?<=[\]>):|])|\s*[|:-](?=\s)|\s|$)"
#: A plain word of the language is a level in capitals or between marks only.
_NEXT = pattern(
    rf"[\s:|,<>(\[\]-]{{0,80}}(?:\b((?i:{_SIMPLE})|{_LEVELS.upper()})(\d?)\b(?: *[\]>)|]+|:*){_END}"
    rf"|(?<=[\[<(])((?i:{_LEVELS}))()[\]>):|]+|((?i:{_LEVELS}))()(?:[\]>)|]|:(?=\s))[\]>):|]*)\s?"
)
_NEAR = pattern(rf"\b({_LEVELS.upper()})\b|[\[<] ?((?i:{_LEVELS})) ?[\]>]|^[\s\[]*((?i:{_SIMPLE}))/(?=[A-Za-z])")
#: One letter: Telegraf's `E!`, `[E]` of Go's older loggers.
_LETTER = pattern(r"\s?([DIWEF])!\s|[^\n]{0,80}?\[([TDIWEF])\]\s")
_LETTERS = {"T": "TRACE", "D": "DEBUG", "I": "INFO", "W": "WARN", "E": "ERROR", "F": "FATAL"}
_LEADING = pattern(r"\[?([A-Za-z]+)\]?:? ")


def parse(text: str, context: Context) -> Row | None:
    """A record's time, level and message."""
    match = _HEAD.match(text)
    if match is None:
        return None
    rest = text[match.end() :]
    row: Row = {"time": _moment(match, context)}
    before = _LEADING.match(text)
    if before is not None and match.start(match.lastgroup or 0) > before.end() - 1:
        row["severity_text"] = before[1]
        row["message"] = rest.lstrip(" \t:|,-]")
        return row
    level = _NEXT.match(rest)
    if level is not None:
        word, digit = next((level[i], level[i + 1]) for i in (1, 3, 5) if level[i])
        row["severity_text"] = word + digit
        row["severity_number"] = keys.level_number(word)
        rest = rest[level.end() :]
    elif (near := _NEAR.search(rest, 0, 120)) is not None:
        row["severity_text"] = near[1] or near[2] or near[3]
    elif (letter := _LETTER.match(rest)) is not None:
        row["severity_text"] = _LETTERS[letter[1] or letter[2]]
        rest = rest[letter.end() :] if letter[1] else rest
    row["message"] = rest.lstrip(" \t:|,-]") if level is None else rest.lstrip(" ")
    return row


def _moment(match: re.Match[str], context: Context) -> Stamp | Yearless | None:
    shape = match.lastgroup
    text = match[shape] if shape else ""
    if shape == "iso":
        glued = re.match(r"[A-Z]{2,5}\b", match.string[match.end() :])
        if glued is not None and not text.endswith("Z"):
            # A name directly behind the digits.
            stamps.check_name(glued[0], context)
            text += glued[0]
        return stamps.with_zone(text, context)
    if shape == "year_day":
        return stamps.year_day(text)
    if shape == "tai":
        return stamps.tai64(text)
    if shape == "epoch":
        return keys.moment(text)
    if shape == "compact":
        return stamps.compact(text)
    if shape == "ctime":
        return clock.ctime(text)
    if shape == "common":
        return clock.common(text.replace(",", ".").replace(" ", ":", 1) if text[11] == " " else text)
    if shape == "named":
        return keys.moment(text.partition(", ")[2] or text)
    if shape == "yearless":
        return clock.yearless(text)
    context.warn("stamps without a date: kept without a time; export with the date, or add it")
    return None


def recognise(head: bytes) -> Match | None:
    """Weakly, by how many lines begin with a time; a banner may stand before them."""
    lines = head_lines(head)
    if not lines or not any(_BEGIN.match(line.removeprefix(b"\xef\xbb\xbf")) for line in lines[:20]):
        return None
    hits = sum(_BEGIN.match(line) is not None for line in lines)
    share = hits / len(lines)
    if not _BEGIN.match(lines[0].removeprefix(b"\xef\xbb\xbf")):
        # Prose may have a time at the beginning of a line as well.
        return Match(0.31, f"{hits} of the first {len(lines)} lines begin with a time") if share >= 0.5 else None
    return (
        Match(0.32 + 0.08 * share, f"{hits} of the first {len(lines)} lines begin with a time")
        if share > 0.02
        else None
    )


FORMAT = Format(
    name="timed_lines",
    title="lines that begin with a time",
    reference="ISO 8601; https://cr.yp.to/libtai/tai64.html for TAI64N",
    sample="2026-01-02 10:00:00.000000001:INFO:started\n@400000006957a0ca00000000 lost\n1767348002123 more\n",
    recognise=recognise,
    lines=Lines(parse, start=_BEGIN),
    zone_rule="local",
    inner="message",
)
