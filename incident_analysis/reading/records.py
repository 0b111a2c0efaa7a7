"""From bytes to records: the simple way, which reads every format; nothing is lost on it."""

from __future__ import annotations

import json
import lzma
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from heapq import heappop, heappush
from typing import IO, Any

from incident_analysis.errors import InputError, PathError
from incident_analysis.format import Context, Format, Item, Lines, Row, plain, plain_bytes
from incident_analysis.patterns import pattern
from incident_analysis.reading.accounts import Account

PIECE_BYTES = 1 << 22
#: Whole documents are read at once; a larger one is refused with advice.
DOCUMENT_BYTES = 1 << 30

#: Pieces of one line that lie further apart are no longer waited for; no line has more of them.
LINES_APART = 10_000

#: A record as it was found: row (None: unparsed), first and last line, whole text.
Found = tuple[Row | None, int, int, str]
Progress = Callable[[int], None]


#: What is said of a source with other bytes.
NO_UTF8 = "bytes that are not UTF-8 are shown as \\xNN"


def decode(data: bytes, account: Account) -> str:
    """Bytes as text; what is no UTF-8 stays readable as `\\xNN`, and is counted."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        account.warn(NO_UTF8)
        return data.decode("utf-8", "backslashreplace")


def _western(data: bytes, account: Account) -> str:
    """As `decode`, of a source whose tool writes Windows-1252 unless told otherwise."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        account.warn("not UTF-8: read as Windows-1252")
        return data.decode("windows-1252", "backslashreplace")


def pieces(head: bytes, stream: IO[bytes], account: Account, progress: Progress | None) -> Iterator[bytes]:
    """The bytes of a source in pieces, the ones read for recognition first; ends early where the archive is cut."""
    if head:
        yield head
    while True:
        try:
            piece = stream.read(PIECE_BYTES)
        except (EOFError, zlib.error, lzma.LZMAError, OSError) as error:
            if isinstance(error, PathError):
                raise
            account.truncated = True
            account.warn(f"the file is cut or broken: it ends early ({error})")
            return
        if not piece:
            return
        if progress is not None:
            progress(len(piece))
        yield piece


def physical_lines(data: Iterator[bytes]) -> Iterator[bytes]:
    """Lines with their ends; only a line feed ends a line."""
    rest: list[bytes] = []
    for piece in data:
        start = 0
        while (end := piece.find(b"\n", start)) >= 0:
            line = piece[start : end + 1]
            if rest:
                line = b"".join((*rest, line))
                rest = []
            yield line
            start = end + 1
        if start < len(piece):
            rest.append(piece[start:])
    if rest:
        yield b"".join(rest)


def records(form: Format, data: Iterator[bytes], context: Context, account: Account) -> Iterator[Found]:
    """The records of a source, in order, unread ones too."""
    if form.lines is not None and form.lines.joins is not None:
        yield from _of_pieces(form.lines, data, context, account)
    elif form.lines is not None:
        yield from _of_lines(form.lines, data, context, account)
    else:
        for item in _of_document(form, data, context, account):
            yield item.row, item.line_start, item.line_end, item.text


def items(form: Format, data: Iterator[bytes], context: Context, account: Account) -> Iterator[Item]:
    """As `records`, with the frame that each row is of."""
    if form.lines is None:
        yield from _of_document(form, data, context, account)
    else:
        for row, first, last, text in records(form, data, context, account):
            yield Item(row, first, last, text)


def record_of(form: Lines, held: list[bytes], first: int, last: int, context: Context, account: Account) -> Found:
    """The record of some lines, counted; blank lines at its end belong to it, but say nothing."""
    text = decode(b"".join(held), account).rstrip("\r\n")
    try:
        row = form.parse(plain(text), context)
    except InputError:
        # A refusal with advice, not a broken record.
        raise
    except (ValueError, KeyError, IndexError, TypeError, OverflowError, RecursionError, AttributeError):
        row = None
    sizes = [len(line) for line in held]
    if row is None:
        account.unparsed_lines += len(held)
        account.unparsed_bytes += sum(sizes)
        account.unparsed += 1
    else:
        account.record_lines += 1
        account.record_bytes += sizes[0]
        account.continuation_lines += len(held) - 1
        account.continuation_bytes += sum(sizes[1:])
        account.records += 1
    return row, first, last, text


def _of_lines(form: Lines, data: Iterator[bytes], context: Context, account: Account) -> Iterator[Found]:
    held: list[bytes] = []
    first = number = 0

    def finish() -> Iterator[Found]:
        if held:
            yield record_of(form, held, first, first + len(held) - 1, context, account)

    for line in physical_lines(data):
        number += 1
        account.lines += 1
        account.bytes += len(line)
        if number == 1 and line.startswith(b"\xef\xbb\xbf"):
            body = line[3:]
        else:
            body = line
        bare = body.rstrip(b"\r\n")
        # Colours of a terminal hide the head of a record; its own text keeps them where nothing reads it.
        shown = plain_bytes(body)
        if form.skip is not None and form.skip.match(shown):
            yield from finish()
            held = []
            account.continuation_lines += 1
            account.continuation_bytes += len(line)
            if form.head is not None:
                form.head(decode(bare, account), context)
            continue
        if not bare.strip():
            if held and form.start is not None:
                held.append(line)
            else:
                account.continuation_lines += 1
                account.continuation_bytes += len(line)
            continue
        if form.start is None or form.start.match(shown) or not held:
            yield from finish()
            held, first = [body], number
            # The mark of the byte order is no text, but its bytes are counted with the record.
            if body is not line:
                account.continuation_bytes += 3
            if form.start is not None and not form.start.match(shown):
                # Lines before the first record have nothing to go on from: each is kept by itself.
                text = decode(bare, account)
                account.unparsed_lines += 1
                account.unparsed_bytes += len(body)
                account.unparsed += 1
                yield None, number, number, text
                held = []
        else:
            held.append(line)
    yield from finish()


def _of_pieces(form: Lines, data: Iterator[bytes], context: Context, account: Account) -> Iterator[Found]:
    """Records whose lines were cut in pieces: each spans the lines from its first piece to its last one.

    Another stream's lines may stand between two pieces: such records' spans lie inside each other. Records come in the
    order of their first lines; one whose end does not come is given as it stands, and told.
    """
    assert form.joins is not None
    open_: dict[str, list[tuple[int, bytes]]] = {}
    made: list[tuple[int, Found]] = []

    def close(pieces_: list[tuple[int, bytes]]) -> None:
        lines = [line for _, line in pieces_]
        heappush(made, (pieces_[0][0], record_of(form, lines, pieces_[0][0], pieces_[-1][0], context, account)))

    def ready() -> Iterator[Found]:
        oldest = min((held[0][0] for held in open_.values()), default=None)
        while made and (oldest is None or made[0][0] < oldest):
            yield heappop(made)[1]

    number = 0
    for line in physical_lines(data):
        number += 1
        account.lines += 1
        account.bytes += len(line)
        body = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
        account.continuation_bytes += len(line) - len(body)
        if not body.strip():
            account.continuation_lines += 1
            account.continuation_bytes += len(body)
            continue
        try:
            piece = form.joins(plain(body.rstrip(b"\r\n").decode("utf-8", "backslashreplace")), context)
        except (ValueError, KeyError, IndexError, TypeError, OverflowError, RecursionError, AttributeError):
            piece = None
        if piece is None:
            close([(number, body)])
        else:
            open_.setdefault(piece.stream, []).append((number, body))
            if not piece.more:
                close(open_.pop(piece.stream))
        far = [s for s, held in open_.items() if max(number - held[-1][0], len(held)) >= LINES_APART]
        for stream in far:
            account.warn("a line that was cut in pieces has no end: kept as far as it goes")
            close(open_.pop(stream))
        yield from ready()
    for stream in list(open_):
        account.warn("a line that was cut in pieces has no end: kept as far as it goes")
        close(open_.pop(stream))
    yield from ready()


_TORN = pattern("[\udc80-\udcff]")


def _shown(value: Any) -> Any:
    """A text, or texts in a list, with the bytes that were no UTF-8 as `\\xNN`."""
    if isinstance(value, str):
        return _TORN.sub(lambda match: f"\\x{ord(match[0]) - 0xDC00:02x}", value)
    return [_shown(inner) for inner in value] if isinstance(value, list) else value


def _of_bytes(
    read: Callable[[bytes, Context], Iterable[Item]], whole: bytes, context: Context, account: Account
) -> Iterator[Item]:
    """A binary document has no lines of text: its bytes are accounted as a whole."""
    account.bytes = account.record_bytes = len(whole)
    problem = ""
    try:
        for item in read(whole, context):
            account.unparsed += item.row is None
            account.records += item.row is not None
            yield item
    except InputError:
        raise
    except Exception as error:
        # What reads such documents has errors of its own.
        problem = f"broken: {type(error).__name__}: {error}"
    if problem and not account.records + account.unparsed:
        raise InputError(problem, remedy="export the file again; it may be cut", where=account.source)
    if problem:
        account.truncated = True
        account.warn(f"{problem}; what stands from there on could not be read")
    elif not account.records + account.unparsed:
        account.warn("a document without a record")


def _of_document(form: Format, data: Iterator[bytes], context: Context, account: Account) -> Iterator[Item]:
    parts, size = [], 0
    for piece in data:
        parts.append(piece)
        size += len(piece)
        if size > DOCUMENT_BYTES:
            raise InputError(
                f"a {form.title} document of more than {DOCUMENT_BYTES >> 30} GiB",
                remedy="export it in smaller parts, or as JSON lines",
                where=account.source,
            )
    whole = b"".join(parts)
    if form.read_bytes is not None:
        yield from _of_bytes(form.read_bytes, whole, context, account)
        return
    assert form.read is not None
    torn = False
    if form.encoding == "utf-8":
        plain_whole = whole.removeprefix(b"\xef\xbb\xbf")
        text = decode(plain_whole, account)
        if NO_UTF8 in account.warnings and plain_whole.lstrip()[:1] in (b"{", b"["):
            # In JSON a backslash has a meaning of its own: the bytes are shown when it has been read.
            text, torn = plain_whole.decode("utf-8", "surrogateescape"), True
    elif form.encoding == "windows-1252":
        text = _western(whole.removeprefix(b"\xef\xbb\xbf"), account)
    else:
        text = whole.decode(form.encoding)
    lines = text.split("\n")
    total = len(lines) - (1 if text.endswith("\n") else 0)
    account.lines, account.bytes = total, len(whole)
    sizes: list[int] = []
    last = 0
    problem = ""
    begun: int | None = None

    def unread(first: int, end: int) -> None:
        """Note lines that no record holds; sizes are those of the bytes, which the text need not have."""
        if not sizes:
            sizes.extend(len(line) + 1 for line in whole.split(b"\n"))
            sizes[-1] -= 1
        account.unparsed_lines += max(0, end - first + 1)
        account.unparsed_bytes += sum(sizes[first - 1 : end])

    try:
        for item in form.read(text, context):
            row_text = item.text
            if item.row is None:
                account.unparsed += 1
                # Lines that it shares with the item before are that one's.
                unread(max(item.line_start, last + 1), item.line_end)
                if not row_text:
                    row_text = "\n".join(lines[item.line_start - 1 : item.line_end])
                if torn:
                    row_text = _shown(row_text)
            else:
                account.records += 1
            last = max(last, item.line_end)
            if torn and item.row is not None:
                item = replace(item, row={name: _shown(value) for name, value in item.row.items()})
            yield item if row_text is item.text else replace(item, text=row_text)
    except InputError:
        raise
    except json.JSONDecodeError as error:
        problem = f"line {error.lineno}: broken JSON ({error.msg})"
        begun = getattr(error, "record", None)
        last = max(last, 0)
    except RecursionError:
        problem = "nested too deeply"
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError) as error:
        problem = f"not as the format says ({type(error).__name__}: {error})"
    if problem:
        if not account.records + account.unparsed:
            raise InputError(
                f"{problem}, and no record before it",
                remedy="export the file again; it may be cut, or another page was saved in its place",
                where=account.source,
            )
        account.truncated = True
        account.warn(f"{problem}: what stands from there on is kept unparsed")
        # From the line behind the last record that was read.
        rest = "\n".join(lines[last:]).rstrip("\n") if last < total else ""
        first = last + 1
        if begun is not None and text.count("\n", 0, begun) < last:
            # The broken record begins in the line in which the one before it ends.
            rest, first = text[begun:].rstrip("\n"), last
        if rest:
            account.unparsed += 1
            unread(last + 1, total)
            yield Item(None, first, total, _shown(rest) if torn else rest)
    if not account.records + account.unparsed:
        account.warn("a document without a record")
    # Between its records a document has brackets, keys and white space: they go on the records.
    account.record_lines = min(account.records, total - account.unparsed_lines)
    account.continuation_lines = total - account.unparsed_lines - account.record_lines
    account.record_bytes = len(whole) - account.unparsed_bytes
