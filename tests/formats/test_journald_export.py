"""The journal's export format: blocks of fields, binary frames."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

Read = Callable[..., pd.DataFrame]


def at(text: str) -> pd.Timestamp:
    return pd.Timestamp(text, tz="UTC")


def block(micros: int, message: bytes, *, framed: bool = False) -> bytes:
    said = (
        b"MESSAGE\n" + len(message).to_bytes(8, "little") + message + b"\n" if framed else b"MESSAGE=" + message + b"\n"
    )
    return b"__CURSOR=s=a;i=1\n__REALTIME_TIMESTAMP=%d\nPRIORITY=4\nSYSLOG_IDENTIFIER=shop\n_HOSTNAME=h1\n%s\n" % (
        micros,
        said,
    )


def test_a_framed_message_may_hold_empty_lines(read: Read) -> None:
    long = b"one\n\n__CURSOR=no\n" + b"x" * 200
    frame = read(
        block(1767348000000001, b"plain")
        + block(1767348000000002, long, framed=True)
        + block(1767348000000003, "té".encode())
    )
    assert frame.attrs["format"] == "journald_export"
    assert frame["message"].to_list() == ["plain", long.decode(), "té"]
    assert frame["time"][1] == at("2026-01-02T10:00:00.000002")
    assert frame["severity_number"].to_list() == [13] * 3
    assert frame["line_start"].to_list() == [1, 8, 19]


def test_a_value_that_is_no_utf8_and_a_repeated_field(read: Read) -> None:
    frame = read(block(1767348000000001, b"\xff\x00", framed=True).rstrip(b"\n") + b"\nOBJECT=a\nOBJECT=b\n")
    assert frame["message"][0] == "\\xff\x00"
    assert frame["OBJECT"][0] == "a\nb"


def test_a_cut_frame_is_kept(read: Read) -> None:
    frame = read(block(1767348000000001, b"plain") + block(1767348000000002, b"y" * 300, framed=True)[:-50])
    assert frame["parsed"].to_list() == [True, False]
    assert any("cut" in said for said in frame.attrs["said"])
