"""Logs: any export into one frame, and counts that never hold the rows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import pandas as pd

from incident_analysis import clock, formats, words
from incident_analysis.clock import Yearless
from incident_analysis.errors import EvidenceWarning, InputError, ParameterError, PathError
from incident_analysis.format import Context, Format, plain_bytes
from incident_analysis.reading import assemble, documents, fast
from incident_analysis.reading.accounts import Account
from incident_analysis.reading.encodings import as_utf8
from incident_analysis.reading.inner import Inner
from incident_analysis.reading.recognise import HEAD_BYTES, FormatError, OtherFrameError, recognise
from incident_analysis.reading.records import pieces, records
from incident_analysis.reading.sources import Source, sources
from incident_analysis.reading.tallies import Tally

if TYPE_CHECKING:
    from incident_analysis.incident import Incident

#: Rows that the simple way holds at once.
BATCH_ROWS = 50_000

Progress = Callable[[str, int], None]


def read_logs(
    paths: str | Path | Incident | Iterable[str | Path],
    *,
    format: str | Format | None = None,
    zone: str | None = None,
    since: Any = None,
    until: Any = None,
    columns: Sequence[str] | None = None,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Read log exports into one frame; no line is lost.

    Parameters
    ----------
    paths : path, iterable of paths, or Incident
        Files, folders, globs, "-" for standard input; packed with gzip, bzip2, xz, zstd, zip or tar. An
        incident's `evidence:` says by itself how each file is to be read.
    format : str or Format, optional
        Name of the format; by default each file's content tells.
    zone : str, optional
        Zone of stamps that carry none: an IANA name, an offset, "UTC" (the default, with a warning).
    since, until : str or datetime, optional
        Keep records from `since` (included) to `until` (excluded); records without a time stay.
    columns : sequence of str, optional
        Only these columns, in this order.
    progress : callable, optional
        Takes a source's name and how many further bytes of it were read.

    Returns
    -------
    LOGS
        In the order of sources and lines. Rows that a format cannot read have `parsed` False and their whole text as
        `message`. `attrs["sources"]` tells what became of each source's lines and bytes.

    Raises
    ------
    FormatError
        A file that was named has no known format, or several fit.
    PathError
        A file is missing or unfolds without end.
    ParameterError
        No such format or zone.

    Warns
    -----
    EvidenceWarning
        Anything that weakens the evidence: an assumed zone, a cut file, rows without a time.
    """
    bounds = _bounds(since, until)
    parts, accounts = [], []
    names: dict[str, None] = dict.fromkeys(assemble.empty().columns)
    needed = None if columns is None else {*columns, "time"}
    for batch, account, source in _batches(
        paths, format=format, zone=zone, since=since, progress=progress, columns=needed, whole=True
    ):
        if account not in accounts:
            accounts.append(account)
        if batch is not None:
            names |= dict.fromkeys(batch.attrs.pop("names", batch.columns))
            parts.append(_clip(batch, *_narrow(bounds, source)))
    tell(accounts)
    full = _joined(parts)
    if columns is not None:
        lacking = [c for c in columns if c not in names]
        if lacking:
            raise ParameterError(f"no column {lacking[0]!r}", remedy=f"choose from {', '.join(names)}", where="columns")
        full = full[list(columns)]
    full.attrs["sources"] = [account.to_dict() for account in accounts]
    return full


def _joined(parts: list[pd.DataFrame]) -> pd.DataFrame:
    if not parts:
        return assemble.empty()
    return parts[0].reset_index(drop=True) if len(parts) == 1 else pd.concat(parts, ignore_index=True)


def count_logs(
    paths: str | Path | Incident | Iterable[str | Path],
    *,
    every: str = "1min",
    by: Sequence[str] = ("severity_number",),
    where: Callable[[pd.DataFrame], pd.Series] | None = None,
    format: str | Format | None = None,
    zone: str | None = None,
    since: Any = None,
    until: Any = None,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Count records by interval and key without holding the rows.

    Parameters
    ----------
    paths, format, zone, since, until, progress
        As in `read_logs`.
    every : str
        Length of an interval, for example "1min", "1h".
    by : sequence of str
        Columns whose values make the key.
    where : callable, optional
        From a frame LOGS to a mask of the rows to be counted.

    Returns
    -------
    SERIES
        `time`, `end`, `key` (values joined by "|"), `count`; intervals without a record have no row. Records without a
        time are counted in `attrs["without_time"]`.
    """
    try:
        length = pd.Timedelta(every)
    except ValueError:
        raise ParameterError(
            f"{every!r} is no length of time", remedy='write it as "1min" or "1h"', where="every"
        ) from None
    if not length > pd.Timedelta(0):
        raise ParameterError(f"an interval of {every}", remedy="give a positive length", where="every")
    bounds = _bounds(since, until)
    tally, accounts = Tally(length, by), []
    # A condition may look at any column.
    columns = None if where is not None else {*by, "time"}
    for batch, account, source in _batches(
        paths, format=format, zone=zone, since=since, progress=progress, columns=columns
    ):
        if account not in accounts:
            accounts.append(account)
        if batch is None:
            continue
        rows = _clip(batch, *_narrow(bounds, source))
        tally.add(rows if where is None else rows[where(rows)])
    tell(accounts)
    made = tally.series()
    made.attrs["sources"] = [account.to_dict() for account in accounts]
    return made


def tell(accounts: Iterable[Account]) -> None:
    """Warn of what weakens the sources, once for each thing that is to be known."""
    import warnings

    told: dict[str, list[str]] = {}
    for account in accounts:
        for what, count in account.warnings.items():
            told.setdefault(what, []).append(account.source + (f" ({count:,} times)" if count > 1 else ""))
    for what, names in told.items():
        # Of the line that called the reader.
        warnings.warn(f"{words.listing(names, most=3)}: {what}", EvidenceWarning, stacklevel=3)


def _bounds(since: Any, until: Any) -> tuple[Any, Any]:
    made: list[pd.Timestamp | None] = []
    if since is None and until is None:
        return None, None
    from incident_analysis.document import Problem, when

    for name, value in (("since", since), ("until", until)):
        if value is None:
            made.append(None)
            continue
        try:
            made.append(pd.Timestamp(when(value).low))
        except Problem as problem:
            raise ParameterError(problem.what, remedy=problem.remedy, where=name) from None
    return made[0], made[1]


def _narrow(bounds: tuple[Any, Any], source: Source) -> tuple[Any, Any]:
    lows = [pd.Timestamp(x) for x in (bounds[0], source.since) if x is not None]
    highs = [pd.Timestamp(x) for x in (bounds[1], source.until) if x is not None]
    return max(lows, default=None), min(highs, default=None)


def _clip(rows: pd.DataFrame, since: Any, until: Any) -> pd.DataFrame:
    keep = rows["time"].isna()
    if since is None and until is None:
        return rows
    inside = ~keep
    if since is not None:
        inside &= rows["time"] >= since
    if until is not None:
        inside &= rows["time"] < until
    return rows[keep | inside]


def _batches(
    paths: Any,
    *,
    format: str | Format | None,
    zone: str | None,
    since: Any,
    progress: Progress | None,
    columns: Collection[str] | None = None,
    whole: bool = False,
) -> Iterator[tuple[pd.DataFrame | None, Account, Source]]:
    """Frames of the sources, one after another; the fast path leaves out columns that are not asked for.

    `whole`: its sources come as one frame each, few-valued texts as categories.
    """
    chosen = format if isinstance(format, Format) else None
    name = format if isinstance(format, str) else ""
    if name:
        formats.named(name)
    if zone:
        # Also where no stamp needs it: a slip of the pen is not to be found out by the next file.
        clock.check_zone(zone, where="zone")
    for source in sources(paths, format=name, zone=zone):
        if since is not None:
            from incident_analysis.document import when

            # Checked by the caller; it also tells the year of stamps that have none.
            source = replace(source, not_before=when(since).low)
        if (other := documents.binary(source)) is not None and chosen is None:
            # Its inside would be taken for an archive's files.
            elsewhere = OtherFrameError(other, "LOGS", where=source.name)
            if source.named:
                raise elsewhere
            if not source.of_incident:
                account = Account(source.name)
                account.warn(f"left out: {elsewhere.what}")
                yield None, account, source
            continue
        members: list[FormatError] = []
        read = False
        for where, stream in _opened(source):
            if stream is None:
                account = Account(source.name)
                account.warn(where)
                yield None, account, source
                continue
            before = len(members)
            yield from _of_stream(
                source,
                where,
                stream,
                chosen=chosen,
                progress=progress,
                columns=columns,
                whole=whole,
                refused=members if where != source.name else None,
            )
            read = read or len(members) == before
        if members and source.named and not read:
            raise members[0]


def _opened(source: Source) -> Iterator[tuple[str, IO[bytes] | None]]:
    """The streams of a source; of one that was not named, what keeps it from being opened, instead of an error."""
    try:
        yield from source.streams()
    except PathError as error:
        if source.named:
            raise
        yield f"left out: {error.what}", None


def _of_stream(
    source: Source,
    where: str,
    stream: IO[bytes],
    *,
    chosen: Format | None,
    progress: Progress | None,
    columns: Collection[str] | None,
    whole: bool,
    refused: list[FormatError] | None,
) -> Iterator[tuple[pd.DataFrame | None, Account, Source]]:
    """One file's frames. `refused`: of an archive's member, which is left out like a folder's file; None elsewhere."""
    account = Account(where)
    tick = (lambda n: progress(where, n)) if progress is not None else None
    data = as_utf8(pieces(b"", stream, account, tick), account)
    start = next(data, b"")
    head = start[:HEAD_BYTES]
    if len(start) > HEAD_BYTES and (cut := head.rfind(b"\n")) > 0:
        head = head[: cut + 1]
    if not start:
        if not account.truncated:
            account.warn("an empty file")
        yield None, account, source
        return
    try:
        form = chosen or (
            formats.named(source.format)
            if source.format
            else recognise(head, formats.every(), where=where, asked="LOGS", evidence=source.of_incident)
        )
        if "LOGS" not in form.frames:
            raise OtherFrameError(form, "LOGS", where=where)
    except FormatError as error:
        if isinstance(error, OtherFrameError) and source.of_incident:
            # Evidence of another kind, which other functions read.
            return
        if source.named and refused is None:
            raise
        if refused is not None:
            refused.append(error)
        # In a folder there are other things than logs: counted and told, not an error.
        account.warn(f"left out: {error.what}")
        account.bytes = len(start)
        yield None, account, source
        return
    account.format = form.name
    context = Context(source=where, zone=source.zone, warn=account.warn, head=plain_bytes(head))
    everything = _chain(start, data)
    given = False
    try:
        plan = fast.suits(form, start)
        if plan is not None:
            for frame in fast.read(
                plan,
                everything,
                form=form,
                source=source,
                context=context,
                account=account,
                columns=columns,
                whole=whole,
            ):
                given = True
                yield frame, account, source
        found = iter(()) if plan is not None else records(form, everything, context, account)
        again = Inner(column=form.inner, formats=formats.yielding("LOGS"), source=where) if form.inner else None
        while batch := list(islice(found, BATCH_ROWS)):
            given = True
            if again is not None:
                batch = again.read_again(batch)
            if any(isinstance(row.get("time"), Yearless) for row, *_ in batch if row is not None):
                # Stamps without a year are placed from the last record backwards: their source is read whole.
                batch += found if again is None else again.read_again(list(found))
            yield assemble.frame(batch, form=form, source=source, account=account), account, source
    except InputError as error:
        if source.named or given or isinstance(error, ParameterError):
            raise
        # As above: what cannot be read does not keep the rest of a folder from being read.
        account.warn(f"left out: {error.what}")
        yield None, account, source
        return
    if not given:
        yield None, account, source
    if account.unparsed and not account.records:
        account.warn(f"no record of it is read as {form.name}: all lines are kept as they are; is it another format?")
    if not account.balanced:
        raise InputError(
            f"lines or bytes of the file are not accounted for ({form.name})",
            remedy="please report this with the file's first lines: it is a defect of this library",
            where=where,
        )


def _chain(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest
