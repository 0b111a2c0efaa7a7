"""logfmt: `key=value` pairs, values with spaces in quotes, as logrus, go-kit, slog's TextHandler and Heroku write it.

Hazards: no specification binds it; quoted values hold Go's escapes (`\\n` of a stack trace). A key may stand without a
value, and may come twice: the second is kept as `key.2`. A time without a zone is a wall clock. Lines that hold no two
pairs at their beginning are kept unparsed.

References: https://brandur.org/logfmt, https://pkg.go.dev/github.com/kr/logfmt, https://pkg.go.dev/strconv#Quote.
"""

from __future__ import annotations

import re

from incident_analysis.format import Context, Format, Lines, Row, by_lines
from incident_analysis.formats import keys
from incident_analysis.patterns import pattern

_KEY = r"(?:[^\W\d]|@)[\w.\-/@$\[\]]*"
#: structlog's KeyValueRenderer writes Python's texts, mostly in single quotes.
_SINGLE = r"'(?:[^'\\]|\\.)*'(?=\s|$)"
_PAIR = pattern(rf'({_KEY})(?:=("(?:[^"\\]|\\.)*"|{_SINGLE}|[^\s"]\S*)?)?(?:\s+|$)')
_BEGIN = pattern(rf'\s*(?:{_KEY}\s+)?{_KEY}=(?:"(?:[^"\\]|\\.)*"|{_SINGLE}|[^\s"]*)\s+{_KEY}=')
_ESCAPE = pattern(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))", re.DOTALL)
_NAMED = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}


def pairs(text: str) -> dict[str, str] | None:
    """The pairs of a line, None where something stands in it that is none.

    Examples
    --------
    >>> pairs('a=1 b="two \\\\"words\\\\"" c d=')
    {'a': '1', 'b': 'two "words"', 'c': '', 'd': ''}
    """
    found: dict[str, str] = {}
    again: dict[str, int] = {}
    place, size = 0, len(text)
    while place < size:
        match = _PAIR.match(text, place)
        if match is None:
            return None
        key, value = match[1], match[2] or ""
        if value[:1] == '"' or (value[:1] == "'" and len(value) > 1 and value[-1] == "'"):
            value = unquoted(value)
        again[key] = n = again.get(key, 0) + 1
        found[key if n == 1 else f"{key}.{n}"] = value
        place = match.end()
    return found


def unquoted(value: str) -> str:
    """A quoted value without its quotes and escapes."""
    inner = value[1:-1]
    return _ESCAPE.sub(_character, inner) if "\\" in inner else inner


def _character(match: re.Match[str]) -> str:
    code = match[1] or match[2] or match[3]
    if code:
        number = int(code, 16)
        return chr(number) if number < 0x110000 and not 0xD800 <= number < 0xE000 else match[0]
    return _NAMED.get(match[4], match[4])


def parse(text: str, context: Context) -> Row | None:
    """A record's fields: the common ones, `trace_id`, `span_id`, `logger`, and all others by their own names."""
    bare = text.strip()
    if not _BEGIN.match(bare):
        return None
    found = pairs(bare)
    return None if found is None else keys.row_of(found, context)


FORMAT = Format(
    name="logfmt",
    title="logfmt (key=value)",
    reference="https://brandur.org/logfmt",
    sample='time="2026-01-02T10:00:00Z" level=info msg="made up" part=1\n'
    'time="2026-01-02T10:00:01Z" level=error msg="lost\\tit" part=2\n',
    recognise=by_lines(
        rf'\s*(?:[a-z]+ )?{_KEY}=(?:"(?:[^"\\]|\\.)*"|[^\s"]*)\s+(?:{_KEY}(?:=(?:"(?:[^"\\]|\\.)*"|'
        rf'[^\s"]*))?\s+)*?{_KEY}=',
        strength=0.49,
        why="key=value pairs",
        least=0.3,
    ),
    lines=Lines(parse),
    zone_rule="local",
)
