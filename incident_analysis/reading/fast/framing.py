"""Parts of a source as LOGS: years and zones settled together, columns typed as the simple way types them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
import pyarrow as pa

from incident_analysis import clock
from incident_analysis.format import Format
from incident_analysis.reading import assemble
from incident_analysis.reading.accounts import Account
from incident_analysis.reading.fast.columns import TEXT, Coded, Column, Texts, put, series, text_series
from incident_analysis.reading.fast.parts import MADE, TEXTS, Part, Wanted
from incident_analysis.reading.fast.plan import LOCAL, NONE, YEARLESS
from incident_analysis.reading.fast.text import Array
from incident_analysis.reading.fast.years import in_year, placed
from incident_analysis.reading.sources import Source


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
        columns["time"] = pd.DatetimeIndex(ns, dtype="datetime64[ns, UTC]", copy=False)
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
