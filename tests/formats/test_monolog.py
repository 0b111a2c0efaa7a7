"""Monolog's lines, against records that were written by hand."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

Read = Callable[..., pd.DataFrame]


def at(text: str) -> pd.Timestamp:
    return pd.Timestamp(text, tz="UTC")


def test_laravel(read: Read) -> None:
    frame = read(
        '[2026-01-02 10:00:00] local.ERROR: lost {"exception":"[object] (Made(code: 0): up)\n[stacktrace]\n'
        '#0 /made/up.php(7): run()\n#1 {main}\n"} \n[2026-01-02 10:00:01] production.INFO: on  \n',
        zone="Asia/Tokyo",
    )
    assert frame.attrs["format"] == "monolog"
    # Nine hours east.
    assert frame["time"].to_list() == [at("2026-01-02T01:00:00"), at("2026-01-02T01:00:01")]
    assert frame["line_start"].to_list() == [1, 6]
    assert frame["logger"].to_list() == ["local", "production"]
    assert frame["severity_number"].to_list() == [17, 9]
    assert frame["message"][0].startswith('lost {"exception"')
    assert "#1 {main}" in frame["message"][0]


def test_symfony_writes_the_offset(read: Read) -> None:
    frame = read(
        '[2026-01-02T11:00:00.123456+01:00] request.CRITICAL: gone {"made":"up"} []\n'
        "[2026-01-02T10:00:01.000000+00:00] doctrine.DEBUG: select 7 [] []\n"
    )
    assert frame.attrs["format"] == "monolog"
    assert frame["time"].to_list() == [at("2026-01-02T10:00:00.123456"), at("2026-01-02T10:00:01")]
    assert frame["severity_number"].to_list() == [18, 5]
    assert (frame["zone"] == "explicit").all()
