"""Exports of events, metrics and incidents as Items, source by source: recognised, unpacked, accounted for."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from incident_analysis import files, formats
from incident_analysis.errors import InputError, ParameterError, PathError
from incident_analysis.format import Context, Format, Item, plain_bytes
from incident_analysis.reading.accounts import Account
from incident_analysis.reading.encodings import as_utf8
from incident_analysis.reading.recognise import BINARY_LEAST, HEAD_BYTES, FormatError, OtherFrameError, recognise
from incident_analysis.reading.records import DOCUMENT_BYTES, items, pieces
from incident_analysis.reading.sources import STDIN, Source, sources

if TYPE_CHECKING:
    from incident_analysis.incident import Incident

Progress = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class Document:
    """What was read of one source: an account that fills as the items are taken.

    Parameters
    ----------
    source : Source
    account : Account
    form : Format or None
        None where the source was left out, for the reason that the account tells.
    items : iterator of Item
    """

    source: Source
    account: Account
    form: Format | None
    items: Iterator[Item]


def documents(
    paths: str | Path | Incident | Iterable[str | Path],
    *,
    asked: str,
    format: str | Format | None,
    zone: str | None,
    day: Any = None,
    progress: Progress | None = None,
) -> Iterator[Document]:
    """The sources one after another; the items of each have to be taken before the next.

    Parameters
    ----------
    asked : str
        The frame that is wanted: TIMELINE, METRICS or INCIDENTS. A source of other rows is refused where it was named,
        left out and told where it lies in a folder, and passed over where it is an incident's evidence.
    day : date, str or None
        For clocks without a date.
    """
    name = format if isinstance(format, str) else ""
    if name:
        formats.named(name)
    leads = frozenset(lead for form in formats.yielding(asked) for lead in form.leads)
    shared: dict[str, dict[str, Any]] = {}
    every = sources(paths, format=name, zone=zone)
    if leads:
        every = _leading(every, leads)
    for source in every:
        # Files of one folder, and members of one archive, share what some of them tell of the others.
        room = shared.setdefault(_home(source), {})
        for where, stream in _opened(source, leads, asked):
            context = Context(source=where, zone=source.zone, date=_day(day), shared=room)
            if stream is None:
                account = Account(source.name)
                account.warn(where)
                yield Document(source, account, None, iter(()))
                continue
            found = _document(source, stream, context, asked=asked, format=format, progress=progress)
            if found is not None:
                yield found


def _home(source: Source) -> str:
    """The folder that was given, of a file that lies in it however deep; its own folder, of a file that was given."""
    if "/" not in source.name or source.name == source.path:
        return str(Path(source.path).parent)
    return str(Path(source.path).parents[source.name.count("/") - 1])


def _leading(every: list[Source], leads: frozenset[str]) -> list[Source]:
    """Files that tell of their neighbours first, where neighbours stand together; else the order given."""
    if not any(Path(s.path).name in leads for s in every):
        return every
    first = [s for s in every if Path(s.path).name in leads and not s.named]
    return first + [s for s in every if s not in first]


def _day(given: Any) -> date | None:
    if given is None or (isinstance(given, date) and not hasattr(given, "hour")):
        return given
    from incident_analysis.document import Problem, when

    try:
        return when(given).low.date()
    except Problem as problem:
        raise ParameterError(problem.what, remedy='write the day as "2017-01-31"', where="date") from None


def binary(source: Source) -> Format | None:
    """The format of a binary document, such as a workbook; None where a source is anything else."""
    every = [form for form in formats.every() if form.read_bytes is not None]
    if not every or source.path in STDIN:
        return None
    if source.format:
        return next((form for form in every if form.name == source.format), None)
    head = files.head(source.path, HEAD_BYTES)
    claims = [(match.strength, form) for form in every if (match := form.recognise(head)) is not None]
    best = max(claims, key=lambda pair: pair[0], default=None)
    return best[1] if best is not None and best[0] >= BINARY_LEAST else None


def _opened(source: Source, leads: frozenset[str], asked: str) -> Iterator[tuple[str, IO[bytes] | None]]:
    """The streams of a source; of a binary document the whole, before it could be taken for an archive."""
    if binary(source) is not None:
        yield source.name, io.BytesIO(files.read_bytes(source.path, limit=DOCUMENT_BYTES))
        return
    try:
        yield from source.streams(first=leads)
    except PathError as error:
        if source.named:
            raise
        yield f"left out: {error.what}", None


def _document(
    source: Source,
    stream: IO[bytes],
    context: Context,
    *,
    asked: str,
    format: str | Format | None,
    progress: Progress | None,
) -> Document | None:
    account = Account(context.source)
    context.warn = account.warn
    tick = (lambda n: progress(context.source, n)) if progress is not None else None
    data = as_utf8(pieces(b"", stream, account, tick), account)
    start = next(data, b"")
    if not start.strip() and len(start) < HEAD_BYTES:
        account.lines, account.bytes = start.count(b"\n"), len(start)
        account.continuation_lines, account.continuation_bytes = account.lines, account.bytes
        account.warn("an empty file")
        return Document(source, account, None, iter(()))
    head = start[:HEAD_BYTES]
    if len(start) > HEAD_BYTES and (cut := head.rfind(b"\n")) > 0:
        head = head[: cut + 1]
    try:
        form = _form(source, head, context.source, asked=asked, format=format)
    except FormatError as error:
        if isinstance(error, OtherFrameError) and source.of_incident:
            return None
        if source.named:
            raise
        account.warn(f"left out: {error.what}")
        account.bytes = len(start)
        return Document(source, account, None, iter(()))
    account.format = form.name
    context.head = plain_bytes(head)
    return Document(source, account, form, _items(form, _chain(start, data), context, account, source))


def _form(source: Source, head: bytes, where: str, *, asked: str, format: str | Format | None) -> Format:
    if isinstance(format, Format):
        form = format
    elif source.format:
        form = formats.named(source.format)
    else:
        binary = [form for form in formats.every() if form.read_bytes is not None]
        claims = [(m.strength, f) for f in binary if (m := f.recognise(head)) is not None]
        form = (
            max(claims, key=lambda pair: pair[0])[1]
            if claims
            else recognise(head, formats.every(), where=where, asked=asked, evidence=source.of_incident)
        )
    if asked not in form.frames:
        raise OtherFrameError(form, asked, where=where)
    return form


def _items(form: Format, data: Iterator[bytes], context: Context, account: Account, source: Source) -> Iterator[Item]:
    given = False
    try:
        for item in items(form, data, context, account):
            given = True
            yield item
    except InputError as error:
        if source.named or given or isinstance(error, ParameterError):
            raise
        account.warn(f"left out: {error.what}")
        return
    if not account.balanced:
        raise InputError(
            f"lines or bytes of the file are not accounted for ({form.name})",
            remedy="please report this with the file's first lines: it is a defect of this library",
            where=account.source,
        )


def _chain(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest
