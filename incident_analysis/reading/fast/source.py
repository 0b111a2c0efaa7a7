"""A source read by a fast plan: pieces over threads, what the plan is not sure of by the format itself, then frames.

Pieces are read in order and, of a long source, looked at by as many threads as there are cores: numpy and Arrow let go
of Python's lock, so that nothing has to be shipped between processes. Everything that depends on order (line numbers,
the format's own parsing with its context, warnings, years) happens in the caller's thread, piece after piece.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from incident_analysis.format import Context, Format
from incident_analysis.reading.accounts import Account
from incident_analysis.reading.fast.cut import pieces
from incident_analysis.reading.fast.parts import Part, Wanted, look, settled
from incident_analysis.reading.fast.plan import Plan
from incident_analysis.reading.fast.text import Text, keep_memory, let_go

#: The plan is tried on so much; where it is unsure of more than this share, the simple way is no slower.
TRIAL_BYTES = 1 << 18
MOST_UNSURE = 0.25
_BOM = b"\xef\xbb\xbf"


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
    alone_bytes: int,
) -> Iterator[list[Part]]:
    """The parts of a source, in order; threads begin to help after so many bytes."""
    assert form.lines is not None
    keep_memory()
    cut = pieces(_without_mark(data, account), piece_bytes, form.lines.start)
    done = 0
    for piece in cut if workers < 2 or alone_bytes else ():
        done += piece.end - piece.begin
        yield settled(look(piece, plan, form, wanted), form, context, account, wanted)
        if workers > 1 and done >= alone_bytes:
            break
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
            let_go()


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
