"""A source read by a fast plan: pieces over threads, what the plan is not sure of by the format itself, then frames.

Pieces are read in order and looked at by as many threads as there are cores: numpy and Arrow let go of Python's lock,
so that nothing has to be shipped between processes. Everything that depends on order (line numbers, the format's own
parsing with its context, warnings, years) happens in the caller's thread, piece after piece.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pyarrow as pa

from incident_analysis import clock, severity
from incident_analysis.clock import Stamp, Yearless
from incident_analysis.format import Context, Format, Row
from incident_analysis.reading import assemble
from incident_analysis.reading.accounts import Account
from incident_analysis.reading.fast.columns import TEXT, Coded, Column, Texts, coded, put, series, text_series, writable
from incident_analysis.reading.fast.cut import pieces, records
from incident_analysis.reading.fast.plan import LOCAL, NONE, YEARLESS, ZONED, Fields, Plan
from incident_analysis.reading.fast.text import Array, Text, keep_memory
from incident_analysis.reading.fast.years import in_year, placed
from incident_analysis.reading.records import decode, record_of
from incident_analysis.reading.sources import Source

#: The plan is tried on so much; where it is unsure of more than this share, the simple way is no slower.
TRIAL_BYTES = 1 << 20
MOST_UNSURE = 0.25
#: Columns that are made from others, or in another way.
MADE = frozenset((*assemble.COMMON, *assemble.PROVENANCE))
_BOM = b"\xef\xbb\xbf"


_NOTHING: Array = np.zeros(0, np.int64)


def _thin(values: Array) -> Array:
    """The array without its memory, where one value fills it."""
    return np.broadcast_to(values[:1], values.shape) if len(values) and (values == values[0]).all() else values


@dataclass(slots=True)
class Part:
    """What became of a piece."""

    rows: int
    lines: int
    size: int
    line_start: Array
    line_end: Array
    parsed: Array
    ns: Array
    kind: Array
    severity: Array | None
    columns: dict[str, Column]
    order: dict[str, tuple[int, int]]
    unsure: Array
    held: list[list[bytes]]
    headless: list[tuple[int, bytes]]
    first_bytes: int = 0
    further_bytes: int = 0
    further_lines: int = 0
    blank_lines: int = 0
    blank_bytes: int = 0

    def stamps(self) -> Array:
        """Nanoseconds, of which seconds may be what is kept."""
        return self.ns if self.ns.dtype == np.int64 else self.ns.astype(np.int64) * clock.SECOND

    def thin(self) -> None:
        """Keep of times and levels what little they need, while the rest of the source is read."""
        timeless = self.kind == NONE
        ns = np.where(timeless, 0, self.stamps())
        seconds = ns // clock.SECOND
        if ((ns % clock.SECOND == 0) & (seconds >= 0) & (seconds < 2**32)).all():
            self.ns = seconds.astype(np.uint32)
        self.kind = _thin(self.kind)
        if self.severity is not None:
            self.severity = _thin(self.severity)

    def drop(self, wanted: Wanted) -> None:
        """Let go of what is not asked for."""
        for name in ("line_start", "line_end", "parsed"):
            if not wanted(name):
                setattr(self, name, _NOTHING)


@dataclass(slots=True)
class Wanted:
    """Which columns are to be made, None: all; and whether few-valued texts are to be looked for."""

    names: frozenset[str] | None
    few: bool = False
    memory: list = field(default_factory=list)

    def __call__(self, name: str) -> bool:
        return self.names is None or name in self.names

    @classmethod
    def of(cls, columns: Collection[str] | None, *, few: bool) -> Wanted:
        """With what the columns are made from."""
        if columns is None:
            return cls(None, few)
        names = set(columns)
        if names & {"severity_number", "severity_text"}:
            names.add("severity_text")
        return cls(frozenset(names), few)


def look(text: Text, plan: Plan, form: Format, wanted: Wanted) -> Part:
    """A piece's fields."""
    assert form.lines is not None
    found = records(text, start=form.lines.start, heads=plan.heads)
    count = len(found.starts)
    if count:
        fields = plan.extract(found, wanted, wanted.memory)
    else:
        fields = Fields(np.zeros(0, bool), np.zeros(0, np.int64), np.zeros(0, np.int8))
    sure = fields.sure
    unsure = np.flatnonzero(~sure)
    first = found.firsts - found.starts
    whole = found.nexts - found.starts
    if wanted.few:
        for name, column in fields.columns.items():
            if isinstance(column, Texts):
                fields.columns[name] = coded(column)
    return Part(
        rows=count,
        lines=found.lines,
        size=text.end - text.begin,
        line_start=found.line_start,
        line_end=found.line_end,
        parsed=sure.copy(),
        ns=fields.ns,
        kind=fields.kind,
        severity=fields.severity,
        columns=fields.columns,
        order=fields.order,
        unsure=unsure,
        held=[found.line_bytes(int(i)) for i in unsure],
        headless=found.headless,
        first_bytes=int(first[sure].sum()),
        further_bytes=int((whole - first)[sure].sum()),
        further_lines=int((found.line_end - found.line_start)[sure].sum()),
        blank_lines=found.blank_lines,
        blank_bytes=found.blank_bytes,
    )


def settled(part: Part, form: Format, context: Context, account: Account, wanted: Wanted) -> list[Part]:
    """A piece with its place in the source, counted, and with what the format itself makes of the other records.

    Lines before the first record of all come as a part of their own.
    """
    assert form.lines is not None
    before = account.lines
    account.lines += part.lines
    account.bytes += part.size
    sure = part.rows - len(part.unsure)
    account.records += sure
    account.record_lines += sure
    account.record_bytes += part.first_bytes
    account.continuation_lines += part.further_lines + part.blank_lines
    account.continuation_bytes += part.further_bytes + part.blank_bytes
    part.line_start = part.line_start + (before + 1)
    part.line_end = part.line_end + (before + 1)
    parts = []
    if part.headless:
        rows: list[Row | None] = []
        texts = []
        for _, line in part.headless:
            account.unparsed_lines += 1
            account.unparsed_bytes += len(line)
            account.unparsed += 1
            rows.append(None)
            texts.append(decode(line.rstrip(b"\r\n"), account))
        lines = np.array([number for number, _ in part.headless], np.int64) + (before + 1)
        parts.append(_loose(rows, texts, lines, wanted))
        part.headless = []
    rows, texts = [], []
    for index, held in zip(part.unsure.tolist(), part.held, strict=True):
        row, _, _, text = record_of(
            form.lines, held, int(part.line_start[index]), int(part.line_end[index]), context, account
        )
        rows.append(row)
        texts.append(text)
    part.held = []
    _filled(part, rows, texts, wanted)
    return [*parts, part] if part.rows else parts


def _loose(rows: list[Row | None], texts: list[str], lines: Array, wanted: Wanted) -> Part:
    count = len(rows)
    part = Part(
        rows=count,
        lines=0,
        size=0,
        line_start=lines,
        line_end=lines,
        parsed=np.zeros(count, bool),
        ns=np.zeros(count, np.int64),
        kind=np.zeros(count, np.int8),
        severity=None,
        columns={},
        order={},
        unsure=np.arange(count),
        held=[],
        headless=[],
    )
    _filled(part, rows, texts, wanted)
    return part


def _filled(part: Part, rows: list[Row | None], texts: list[str], wanted: Wanted) -> None:
    """Put what the format made of records into the columns."""
    given = [row if row is not None else {"message": text} for row, text in zip(rows, texts, strict=True)]
    given = [{writable(name): value for name, value in row.items()} for row in given]
    places = part.unsure
    levels = [assemble.number(row, _text(row.get("severity_text")) or "") for row in given]
    for place, row, parsed in zip(places.tolist(), given, rows, strict=True):
        part.parsed[place] = parsed is not None
        part.ns[place], part.kind[place] = _time(row.get("time"))
        for position, name in enumerate(row):
            if name in ("time", "severity_number"):
                continue
            if name not in part.order or part.order[name] > (place, position):
                part.order[name] = (place, position)
    if wanted("severity_number") and part.severity is None:
        part.severity = _severity(part.columns.get("severity_text"), part.rows)
    if part.severity is not None:
        part.severity = part.severity.astype(np.int8)
        part.severity[places] = [level or 0 for level in levels]
    if not len(places):
        return
    for name in {**part.columns, **part.order}:
        if not wanted(name) or (name in MADE and name not in TEXTS):
            continue
        values = [row.get(name) for row in given]
        if name in TEXTS:
            values = [_text(value) for value in values]
        if name in part.columns or any(name in row for row in given):
            part.columns[name] = put(part.columns.get(name), part.rows, places, values)


#: Columns of the frame that hold text in every row.
TEXTS = ("severity_text", "service", "host", "message")


def _text(value: object) -> str | None:
    return None if value is None else value if isinstance(value, str) else str(value)


def _time(value: object) -> tuple[int, int]:
    if isinstance(value, Stamp):
        return value.ns, ZONED if value.zoned else LOCAL
    if isinstance(value, Yearless):
        stamp = value.in_year(2000)
        return (assemble.NAT if stamp is None else stamp.ns), YEARLESS
    return assemble.NAT, NONE


def _severity(column: Column | None, count: int) -> Array:
    if column is None:
        return np.zeros(count, np.int8)
    if isinstance(column, Coded):
        table = np.array([*(severity.number(word) or 0 for word in column.words), 0], np.int8)
        return table[column.codes]
    return np.array([severity.number(word) or 0 for word in column.listed()], np.int8)


def frames(
    parts: list[Part], *, form: Format, source: Source, account: Account, wanted: Wanted, whole: bool
) -> Iterator[pd.DataFrame]:
    """Parts of one source as LOGS, their times settled together.

    Parameters
    ----------
    whole : bool
        One frame of all, few-valued texts as categories; else one for each part.
    """
    if any((part.kind == YEARLESS).any() for part in parts):
        place_years(parts, source=source, account=account)
    if not whole and len(parts) > 1 and not ordered(parts, form=form, source=source):
        while parts:
            yield from frames([parts.pop(0)], form=form, source=source, account=account, wanted=wanted, whole=False)
        return
    ns = np.concatenate([part.stamps() for part in parts])
    kind = np.concatenate([part.kind for part in parts])
    ns[kind == NONE] = assemble.NAT
    told = assemble.to_utc(ns, kind == LOCAL, form=form, source=source, account=account)
    if whole:
        yield _frame(parts, ns, kind, told, source=source, account=account, wanted=wanted, few=True)
        return
    place = 0
    for part in parts:
        here = slice(place, place + part.rows)
        place += part.rows
        yield _frame([part], ns[here], kind[here], told, source=source, account=account, wanted=wanted, few=False)


def _frame(
    parts: list[Part],
    ns: Array,
    kind: Array,
    told: str,
    *,
    source: Source,
    account: Account,
    wanted: Wanted,
    few: bool,
) -> pd.DataFrame:
    counts = [part.rows for part in parts]
    total = sum(counts)

    def same(word: str) -> Coded:
        return Coded(np.zeros(total, np.int8), [word])

    def text(column: Coded) -> object:
        return text_series([column], [total]) if few else _plain(column)

    columns: dict[str, object] = {}
    if wanted("time"):
        columns["time"] = pd.Series(ns.view("datetime64[ns]")).dt.tz_localize("UTC")
    if wanted("severity_number"):
        numbers = np.concatenate([p.severity if p.severity is not None else np.zeros(p.rows, np.int8) for p in parts])
        columns["severity_number"] = pd.arrays.IntegerArray(numbers, numbers == 0)
    for name in TEXTS:
        if wanted(name):
            columns[name] = _common(name, [part.columns.get(name) for part in parts], counts, source, few)
    if wanted("source"):
        columns["source"] = text(same(account.source))
    for name in ("line_start", "line_end", "parsed"):
        if wanted(name):
            columns[name] = np.concatenate([getattr(part, name) for part in parts])
    if wanted("zone"):
        words = ["", "explicit", told] if told != "" else ["", "explicit", ""]
        codes = np.array([0, 1, 2], np.int8)[kind]
        columns["zone"] = text(_distinct(codes, words))
    further = names(parts)
    for name in further:
        if wanted(name):
            every = [part.columns.get(name) for part in parts]
            if not few:
                every = [_uncoded(column) for column in every]
            columns[name] = series(every, counts)
    made_frame = pd.DataFrame(columns, copy=False)
    made_frame.attrs["names"] = [*assemble.COMMON, *assemble.PROVENANCE, *further]
    return made_frame


def ordered(parts: list[Part], *, form: Format, source: Source) -> bool:
    """Whether the times of some parts hang on those of the parts behind: years, and hours that happen twice."""
    if any((part.kind == YEARLESS).any() for part in parts):
        return True
    zone = source.zone
    if not zone or clock.offset(zone.upper() if zone[0] not in "+-" else zone) is not None:
        return False
    return any((part.kind == LOCAL).any() for part in parts)


def names(parts: list[Part]) -> list[str]:
    """The columns beyond those of every frame, in the order in which records bring them."""
    found: dict[str, None] = {}
    for part in parts:
        for name, _ in sorted(part.order.items(), key=lambda pair: pair[1]):
            if name not in MADE:
                found.setdefault(name)
    return list(found)


def place_years(parts: list[Part], *, source: Source, account: Account) -> None:
    """Put years to the stamps that have none, from the last part backwards."""
    year, later, turns = None, None, 0
    ends = next((part for part in reversed(parts) if (part.kind == YEARLESS).any()), None)
    if ends is not None:
        last = ends.stamps()[np.flatnonzero(ends.kind == YEARLESS)[-1] :][:1]
        year = assemble.last_year(lambda y: None if (ns := int(in_year(last, y)[0])) == assemble.NAT else ns, source)
    if year is None:
        account.warn("stamps without a year, and no year is known: kept without a time; give `since`")
    else:
        account.warn(f"stamps without a year: the last record is taken to be of {year}; give `since` for another")
    for part in reversed(parts):
        bare = part.kind == YEARLESS
        if not bare.any():
            continue
        ns = part.stamps()
        if year is None:
            gone = bare
        else:
            ns, year, later, more = placed(ns, part.kind, year, later)
            turns += more
            # A day that the year does not have is no time, and needs no zone.
            gone = bare & (ns == assemble.NAT)
        part.kind = np.where(gone, NONE, np.where(bare, LOCAL, part.kind)).astype(np.int8)
        part.ns = ns
        part.thin()
    if turns:
        account.warn("stamps without a year roll over at New Year", turns)


def _common(name: str, columns: list[Column | None], counts: list[int], source: Source, few: bool) -> object:
    if name == "service":
        columns = [_served(column, count, source.service) for column, count in zip(columns, counts, strict=True)]
    if all(column is None for column in columns):
        columns = [Coded(np.zeros(count, np.int8), [""]) for count in counts]
    if not few:
        columns = [_uncoded(column) for column in columns]
    return text_series(columns, counts, blank=True)


def _served(column: Column | None, count: int, service: str) -> Column:
    """A record that names no service is of the one that the analyst says."""
    if column is None:
        return Coded(np.zeros(count, np.int8), [service])
    if not service:
        return column
    values = [value or service for value in column.listed()]
    return put(None, count, np.arange(count), values)


def _distinct(codes: Array, words: list[str]) -> Coded:
    places = {word: i for i, word in enumerate(dict.fromkeys(words))}
    table = np.array([places[word] for word in words], np.int8)
    return Coded(table[codes], list(places))


def _uncoded(column: Column | None) -> Column | None:
    return Texts(_arrow(column)) if isinstance(column, Coded) else column


def _arrow(column: Coded) -> pa.Array:
    index = pa.array(column.codes, mask=column.codes < 0)
    return pa.array(column.words, pa.large_utf8()).take(index)


def _plain(column: Coded) -> object:
    return pd.array(pa.chunked_array([_arrow(column)], pa.large_utf8()), dtype=TEXT)


def read(
    plan: Plan,
    data: Iterator[bytes],
    *,
    form: Format,
    context: Context,
    account: Account,
    wanted: Wanted,
    workers: int,
    piece_bytes: int,
) -> Iterator[list[Part]]:
    """The parts of a source, in order."""
    assert form.lines is not None
    keep_memory()
    cut = pieces(_without_mark(data, account), piece_bytes, form.lines.start)
    if workers < 2:
        for piece in cut:
            yield settled(look(piece, plan, form, wanted), form, context, account, wanted)
        return
    with ThreadPoolExecutor(workers) as pool:
        ahead: deque = deque()
        try:
            for piece in cut:
                ahead.append(pool.submit(look, piece, plan, form, wanted))
                if len(ahead) > workers:
                    yield settled(ahead.popleft().result(), form, context, account, wanted)
            while ahead:
                yield settled(ahead.popleft().result(), form, context, account, wanted)
        finally:
            for future in ahead:
                future.cancel()


def _without_mark(data: Iterator[bytes], account: Account) -> Iterator[bytes]:
    """The mark of the byte order is no text, but its bytes are counted."""
    first = next(data, b"")
    if first.startswith(_BOM):
        account.bytes += len(_BOM)
        account.continuation_bytes += len(_BOM)
        first = first[len(_BOM) :]
    yield first
    yield from data


def fits(start: bytes, plan: Plan, form: Format) -> bool:
    """Whether a plan is sure of most of a source's first records."""
    head = start[:TRIAL_BYTES]
    if len(start) > len(head):
        head = head[: head.rfind(b"\n") + 1]
    part = look(Text(head.removeprefix(_BOM)), plan, form, Wanted(frozenset()))
    return part.rows > 0 and len(part.unsure) + len(part.headless) <= MOST_UNSURE * part.rows
