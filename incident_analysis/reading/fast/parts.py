"""What became of a piece: the fields that a plan is sure of, and what the format itself makes of the other records."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

import numpy as np

from incident_analysis import clock, severity
from incident_analysis.clock import Stamp, Yearless
from incident_analysis.format import Context, Format, Row
from incident_analysis.reading import assemble
from incident_analysis.reading.accounts import Account
from incident_analysis.reading.fast.columns import Coded, Column, Texts, coded, put, writable
from incident_analysis.reading.fast.cut import records
from incident_analysis.reading.fast.plan import LOCAL, NONE, YEARLESS, ZONED, Fields, Plan
from incident_analysis.reading.fast.slabs import Slab
from incident_analysis.reading.fast.text import PASSING, Array, Text
from incident_analysis.reading.records import decode, record_of

#: Columns that are made from others, or in another way.
MADE = frozenset((*assemble.COMMON, *assemble.PROVENANCE))

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
    slabs: dict[str, Slab] = field(default_factory=dict)

    def slab(self, name: str) -> Slab:
        """Where a column's texts are kept."""
        return self.slabs.setdefault(name, Slab())

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
    """A piece's fields; its memory is then free for another."""
    assert form.lines is not None
    if wanted.few:
        # The texts that stay are moved to where their column is kept.
        text.pool = PASSING
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
                fields.columns[name] = made = coded(column)
                if isinstance(made, Texts):
                    made.values = wanted.slab(name).kept(made.values)
    part = Part(
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
    text.free()
    return part


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
        parts.append(_loose(rows, texts, lines, wanted, account))
        part.headless = []
    rows, texts = [], []
    for index, held in zip(part.unsure.tolist(), part.held, strict=True):
        row, _, _, text = record_of(
            form.lines, held, int(part.line_start[index]), int(part.line_end[index]), context, account
        )
        rows.append(row)
        texts.append(text)
    part.held = []
    _filled(part, rows, texts, wanted, account)
    return [*parts, part] if part.rows else parts


def _loose(rows: list[Row | None], texts: list[str], lines: Array, wanted: Wanted, account: Account) -> Part:
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
    _filled(part, rows, texts, wanted, account)
    return part


def _filled(part: Part, rows: list[Row | None], texts: list[str], wanted: Wanted, account: Account) -> None:
    """Put what the format made of records into the columns."""
    given = [row if row is not None else {"message": text} for row, text in zip(rows, texts, strict=True)]
    given = [{writable(name): value for name, value in row.items()} for row in given]
    places = part.unsure
    levels = [assemble.number(row, _text(row.get("severity_text")) or "") for row in given]
    for place, row, parsed in zip(places.tolist(), given, rows, strict=True):
        part.parsed[place] = parsed is not None
        part.ns[place], part.kind[place] = _time(row.get("time"), account)
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


def _time(value: object, account: Account) -> tuple[int, int]:
    if isinstance(value, Stamp):
        if value.ns >= assemble.NS_LIMIT:
            account.warn(assemble.TOO_LATE)
            return assemble.NAT, NONE
        return max(value.ns, clock.NEVER_BEFORE), ZONED if value.zoned else LOCAL
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
