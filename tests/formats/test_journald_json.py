"""The journal as JSON, as its export formats are described."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

Read = Callable[..., pd.DataFrame]


def at(text: str) -> pd.Timestamp:
    return pd.Timestamp(text, tz="UTC")


def test_texts_bytes_and_null(read: Read) -> None:
    frame = read(
        '{"__REALTIME_TIMESTAMP":"1767348000000001","_SOURCE_REALTIME_TIMESTAMP":"1767347999000000","PRIORITY":"3",'
        '"SYSLOG_IDENTIFIER":"shop","_SYSTEMD_UNIT":"shop.service","_HOSTNAME":"h1","_PID":"7","MESSAGE":"lost"}\n'
        '{"__REALTIME_TIMESTAMP":"1767348000000002","MESSAGE":[116,195,169,255],"PRIORITY":"6","_COMM":"x"}\n'
        '{"__REALTIME_TIMESTAMP":"1767348000000003","MESSAGE":null,"OBJECT":["a","b"]}\n'
    )
    assert frame.attrs["format"] == "journald_json"
    assert frame["time"][0] == at("2026-01-02T10:00:00.000001")
    assert frame["severity_text"].to_list() == ["err", "info", ""]
    assert frame["severity_number"].to_list()[:2] == [17, 9]
    assert (frame["service"][0], frame["unit"][0], frame["host"][0], frame["pid"][0]) == (
        "shop",
        "shop.service",
        "h1",
        7,
    )
    assert frame["said_us"][0] == 1767347999000000
    assert frame["message"].to_list() == ["lost", "té\\xff", ""]
    assert frame["OBJECT"][2] == "a\nb"
    assert any("--all" in said for said in frame.attrs["said"])


@pytest.mark.parametrize("mark", ["\x1e", "data: "])
def test_json_seq_and_sse(read: Read, mark: str) -> None:
    one = mark + '{"__REALTIME_TIMESTAMP":"1767348000000001","MESSAGE":"a"}\n' + ("\n" if mark == "data: " else "")
    frame = read(one * 2)
    assert frame.attrs["format"] == "journald_json"
    assert frame["message"].to_list() == ["a", "a"]


def test_json_pretty(read: Read) -> None:
    frame = read('{\n\t"__REALTIME_TIMESTAMP" : "1767348000000001",\n\t"MESSAGE" : "a"\n}\n' * 2)
    assert frame["line_start"].to_list() == [1, 5]
    assert frame["message"].to_list() == ["a", "a"]
