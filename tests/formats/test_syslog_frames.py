"""Frames of syslog as they cross the wire, from RFC 6587."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd
import pytest

Read = Callable[..., pd.DataFrame]


def counted(*messages: str) -> bytes:
    return b"".join(f"{len(m.encode())} ".encode() + m.encode() for m in messages)


def messages(frame: pd.DataFrame) -> Sequence[str]:
    return list(frame["message"])


def test_counted_octets_are_bytes_not_letters(read: Read) -> None:
    frame = read(
        counted(
            "<34>1 2026-01-02T10:00:00Z h a - - - größer 👋",
            "<34>1 2026-01-02T10:00:01Z h a - - - two\nlines 12 <34>1 ",
            "<13>Jan  2 10:00:02 h b: old",
        ),
        since="2026-01-01",
    )
    assert frame.attrs["format"] == "syslog_frames"
    assert messages(frame) == ["größer 👋", "two\nlines 12 <34>1 ", "old"]
    assert list(zip(frame["line_start"], frame["line_end"], strict=True)) == [(1, 1), (1, 2), (2, 2)]
    assert frame["parsed"].all()


def test_line_ends_between_counted_frames_are_let_go(read: Read) -> None:
    one = "<34>1 2026-01-02T10:00:00Z h a - - - x"
    frame = read(counted(one) + b"\n" + counted(one) + b"\r\n" + counted(one) + b"\n")
    assert messages(frame) == ["x", "x", "x"]
    assert list(frame["line_start"]) == [1, 2, 3]


def test_a_wrong_count_is_found_at_the_next_head(read: Read) -> None:
    one = "<34>1 2026-01-02T10:00:00Z h a - - - x"
    frame = read(counted(one) + b"999999 " + one.encode() + b"12 " + one.encode() + counted(one))
    assert len(frame) == 4
    assert set(messages(frame)) == {"x"}


def test_frames_that_nothing_ends(read: Read) -> None:
    frame = read(
        "<14>2026-01-02T10:00:00.000001+00:00 h tag this is<11>2026-01-02T10:00:01+00:00 h tag[7]: two\nlines"
        "<30>2026-01-02T10:00:02+00:00 h systemd[1]: Stopped."
    )
    assert frame.attrs["format"] == "syslog_frames"
    assert messages(frame) == ["tag this is", "two\nlines", "Stopped."]
    assert list(zip(frame["line_start"], frame["line_end"], strict=True)) == [(1, 1), (1, 2), (2, 2)]
    assert list(frame["severity_text"]) == ["info", "err", "info"]


def test_frames_that_a_zero_byte_ends(read: Read) -> None:
    frame = read(b"<14>1 2026-01-02T10:00:00Z h a - - - x\0<14>1 2026-01-02T10:00:01Z h a - - - y\0")
    assert messages(frame) == ["x", "y"]


def test_bytes_that_are_not_utf_8_stay_visible(read: Read) -> None:
    frame = read(b"40 <34>1 2026-01-02T10:00:00Z h a - - - \xff\xfe40 <34>1 2026-01-02T10:00:00Z h a - - - ok")
    assert messages(frame) == ["\\xff\\xfe", "ok"]
    assert any("UTF-8" in said for said in frame.attrs["said"])


def test_a_head_that_a_relay_quotes_makes_no_frames_of_lines(read: Read) -> None:
    line = "<13>Jan  2 10:00:00 relay fwd: <14>Jan  2 09:59:59 h a: x\n"
    assert read(line * 3).attrs["format"] == "syslog_rfc3164"


@pytest.mark.parametrize("text", ["99 <34>1 2026-01-02T10:00:00Z h", "5 <34>1 2026-01-02T10:00:00Z h a - - - x\n\n\n"])
def test_cut_frames_are_kept(read: Read, text: str) -> None:
    frame = read(text)
    assert len(frame) == 1
