"""Records whose lines were cut in pieces: what spans, what is counted, what has no end."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from incident_analysis.format import Context, Format, Lines, Piece, Row
from incident_analysis.reading import records as reading
from incident_analysis.reading.accounts import Account


def parse(text: str, context: Context) -> Row | None:
    if "broken" in text:
        return None
    return {"message": "".join(line.split(" ", 2)[2] for line in text.split("\n"))}


def joins(text: str, context: Context) -> Piece | None:
    stream, mark, _ = text.split(" ", 2)
    return Piece(stream, mark == "P")


FORM = Format(
    name="made_up",
    title="made up",
    reference="none",
    sample="",
    recognise=lambda head: None,
    lines=Lines(parse, joins=joins),
)


def read(data: bytes, *, size: int = 1 << 20) -> tuple[list[tuple[str, int, int]], Account]:
    account = Account("made up")

    def pieces() -> Iterator[bytes]:
        yield from (data[i : i + size] for i in range(0, len(data), size))

    found = list(reading.records(FORM, pieces(), Context("made up", warn=account.warn), account))
    assert account.balanced
    assert account.bytes == len(data)
    return [(row["message"] if row else f"! {text}", first, last) for row, first, last, text in found], account


@pytest.mark.parametrize("size", [1, 7, 1 << 20])
def test_pieces_make_one_record_and_other_streams_stand_between(size: int) -> None:
    data = b"out P one \nerr F other\nout P two \nout F three\nerr F last"
    rows, account = read(data, size=size)
    assert rows == [("one two three", 1, 4), ("other", 2, 2), ("last", 5, 5)]
    assert (account.records, account.record_lines, account.continuation_lines, account.lines) == (3, 3, 2, 5)


def test_a_line_without_its_end_is_kept_and_told() -> None:
    rows, account = read(b"out P one\nerr F other\n")
    assert rows == [("one", 1, 1), ("other", 2, 2)]
    assert account.warnings == {"a line that was cut in pieces has no end: kept as far as it goes": 1}


def test_a_lost_end_does_not_hold_the_file_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "LINES_APART", 3)
    rows, account = read(b"out P one\n" + b"err F x\n" * 9)
    assert rows == [("one", 1, 1), *(("x", n, n) for n in range(2, 11))]
    assert account.warnings == {"a line that was cut in pieces has no end: kept as far as it goes": 1}


def test_what_no_piece_is_stands_for_itself_and_unread_pieces_keep_their_text() -> None:
    data = b"\xef\xbb\xbfout P broken\nnone\n\nout F end\n"
    rows, account = read(data)
    assert rows == [("! out P broken\nout F end", 1, 4), ("! none", 2, 2)]
    assert (account.unparsed, account.unparsed_lines, account.continuation_lines) == (2, 3, 1)
