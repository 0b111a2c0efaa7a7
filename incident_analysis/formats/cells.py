"""Exports of cells between delimiters (CSV): records with their lines, quoted line ends, columns to their types."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from incident_analysis.format import Context
from incident_analysis.patterns import pattern

DELIMITERS = (",", ";", "\t", "|")
#: A record: its cells, first line, last line.
Record = tuple[list[str], int, int]


def records(text: str, delimiter: str = ",") -> Iterator[Record]:
    """Records of cells; a quoted cell may hold delimiters, doubled quotes and line ends (RFC 4180).

    A quote that nothing closes in the way of RFC 4180, or with backslashes, is taken as text: it costs its own line,
    not the rest of the file. Blank lines are no records.
    """
    d = re.escape(delimiter)
    quoted = re.compile(rf'"((?:[^"]++|"")*+)"[ \t]*(?={d}|\r?\n|\r?\Z)')
    slashed = re.compile(rf'"((?:[^"\\]++|\\.)*+)"[ \t]*(?={d}|\r?\n|\r?\Z)', re.DOTALL)
    bare = re.compile(rf"[^{d}\n]*")
    place, line, size = 0, 1, len(text)
    while place < size:
        end = text.find("\n", place)
        end = size if end < 0 else end
        if '"' not in text[place:end]:
            plain = text[place:end].rstrip("\r")
            if plain.strip():
                yield plain.split(delimiter), line, line
            place, line = end + 1, line + 1
            continue
        cells: list[str] = []
        begin = place
        while True:
            match = quoted.match(text, place) if text[place : place + 1] == '"' else None
            if match is not None:
                cells.append(match[1].replace('""', '"') if '""' in match[1] else match[1])
                place = match.end()
            elif text[place : place + 1] == '"' and (match := slashed.match(text, place)) is not None:
                cells.append(re.sub(r"\\(.)", r"\1", match[1], flags=re.DOTALL))
                place = match.end()
            else:
                match = bare.match(text, place)
                assert match is not None
                cells.append(match[0].rstrip("\r") if text[match.end() : match.end() + 1] != delimiter else match[0])
                place = match.end()
            if text[place : place + 1] == delimiter:
                place += 1
                continue
            if text[place : place + 1] == "\r":
                place += 1
            break
        last = line + text.count("\n", begin, place)
        yield cells, line, last
        place, line = place + 1, last + 1


def delimiter_of(text: str) -> str:
    """The delimiter that divides the first records most evenly; a first line `sep=;` says it."""
    said = re.match(r"\ufeff?\"?sep=(.)\"?\r?(?:\n|\Z)", text)
    if said:
        return said[1]
    best, most = ",", 0.0
    for delimiter in DELIMITERS:
        counts = []
        for cells, _, _ in records(text[:65_536], delimiter):
            counts.append(len(cells))
            if len(counts) >= 30:
                break
        if not counts or counts[0] < 2:
            continue
        even = sum(c == counts[0] for c in counts) / len(counts)
        score = even * even * (1 + min(counts[0], 20) / 100)
        if score > most:
            best, most = delimiter, score
    return best


@dataclass(slots=True)
class Table:
    """An export with a heading: its columns and its records.

    Parameters
    ----------
    names : list of str
        Columns; one that comes again gets its number, one without a name is "column_N".
    heading : list of str
        The heading as written.
    delimiter : str
    line : int
        Where the heading stands.
    rest : iterator of records behind it
    """

    names: list[str]
    heading: list[str]
    delimiter: str
    line: int
    rest: Iterator[Record]

    def records(self, context: Context) -> Iterator[tuple[dict[str, str] | None, int, int]]:
        """Records by column, empty cells left out; None where the cells do not fit the columns.

        A heading that comes again (exports put one after another) is no record.
        """
        width = len(self.names)
        for cells, start, end in self.rest:
            if len(cells) > width and not any(cells[width:]):
                cells = cells[:width]
            if cells == self.heading:
                context.warn("the heading comes again in the file: several exports one after another")
                continue
            if len(cells) != width:
                yield None, start, end
                continue
            yield {name: cell for name, cell in zip(self.names, cells, strict=True) if cell}, start, end


def table(text: str, delimiter: str | None = None) -> Table:
    """An export with a heading.

    Raises
    ------
    ValueError
        There is no heading.
    """
    given = delimiter or delimiter_of(text)
    found = records(text.removeprefix("\ufeff"), given)
    for cells, start, _ in found:
        if start == 1 and re.fullmatch(r"sep=.?", "".join(cells)):
            continue
        return Table(_names(cells), cells, given, start, found)
    raise ValueError("no heading")


def heading(head: bytes, delimiter: str | None = None) -> list[str]:
    """The columns that an export's first bytes show; empty where they show none."""
    text = head.decode("utf-8", "replace").removeprefix("\ufeff")
    try:
        return [name.strip() for name in table(text, delimiter).heading]
    except ValueError:
        return []


def _names(cells: Sequence[str]) -> list[str]:
    names: dict[str, None] = {}
    # Where the search for a free number goes on: what is no table may have the same cell a thousand times.
    last: dict[str, int] = {}
    for i, cell in enumerate(cells, 1):
        name = cell.strip() or f"column_{i}"
        taken, n = name, last.get(name, 1)
        while taken in names:
            n += 1
            taken = f"{name}.{n}"
        last[name] = n
        names[taken] = None
    return list(names)


_WHOLE = pattern(r"-?(?:0|[1-9]\d{0,17})")
_POINT = pattern(r"-?(?:0|[1-9]\d*)\.\d+(?:[eE][+-]?\d+)?")
_COMMA = pattern(r"-?(?:0|[1-9]\d*),\d+")


def number_of(values: Sequence[str | None], *, comma: bool = False) -> type | None:
    """Whether every value of a column is a number: int, float, or None for text. Leading zeros make an identifier.

    Parameters
    ----------
    values : the column; None and "-" are missing
    comma : bool
        Whether a comma may stand for the decimal point.
    """
    known = [v for v in values if v and v != "-"]
    if not known:
        return None
    if all(_WHOLE.fullmatch(v) for v in known):
        return int
    if all(_WHOLE.fullmatch(v) or _POINT.fullmatch(v) or (comma and _COMMA.fullmatch(v)) for v in known):
        return float
    return None


def typed(rows: Sequence[dict[str, str]], columns: Sequence[str], *, comma: bool = False) -> dict[str, type]:
    """Columns that hold numbers only, over all rows."""
    return {
        name: kind for name in columns if (kind := number_of([row.get(name) for row in rows], comma=comma)) is not None
    }


def value_of(cell: str | None, kind: type | None) -> object:
    """A cell as its column's type; None where it is empty or "-"."""
    if cell is None or cell == "":
        return None
    if kind is None:
        return cell
    if cell == "-":
        return None
    return int(cell) if kind is int else float(cell.replace(",", "."))
