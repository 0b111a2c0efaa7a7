"""Apache error logs, from the default formats of 2.2 and 2.4."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

Read = Callable[..., pd.DataFrame]


def test_the_format_of_2_2(read: Read) -> None:
    frame = read(
        "[Fri Jan 02 10:00:00 2026] [notice] configured -- resuming\n"
        "[Fri Jan  2 10:00:01 2026] [error] [client 192.0.2.1] File does not exist: /a\n"
    )
    assert frame.attrs["format"] == "apache_error"
    assert list(frame["severity_number"]) == [10, 17]
    assert (frame["client"][1], frame["message"][1]) == ("192.0.2.1", "File does not exist: /a")
    assert str(frame["time"][1]) == "2026-01-02 10:00:01+00:00"
    assert set(frame["zone"]) == {"assumed:UTC"}


@pytest.mark.parametrize(
    "rest, client, code",
    [
        ("[client 192.0.2.1:50229] AH01618: user x not found: /", "192.0.2.1", "AH01618"),
        ("[client 2001:db8::1] AH01618: user x not found: /", "2001:db8::1", "AH01618"),
        ("(70014)End of file found: [client 192.0.2.1:17036] AH02006: SSL handshake stopped", "192.0.2.1", "AH02006"),
        ("[remote 198.51.100.7:80] AH01102: error reading status", "198.51.100.7", "AH01102"),
        ("AH00094: Command line: 'httpd'", None, "AH00094"),
        ("no code", None, None),
    ],
)
def test_the_format_of_2_4(read: Read, rest: str, client: str | None, code: str | None) -> None:
    frame = read(f"[Fri Jan 02 10:00:00.123456 2026] [ssl:warn] [pid 7:tid 140120579262208] {rest}\n")
    row = frame.iloc[0]
    assert str(row["time"]) == "2026-01-02 10:00:00.123456+00:00"
    assert (row["module"], row["severity_text"], row["pid"], row["thread"]) == ("ssl", "warn", 7, 140120579262208)
    assert (row.get("client"), row.get("code")) == (client, code)
    assert row["message"] in rest


def test_levels_beyond_debug_and_an_empty_module(read: Read) -> None:
    frame = read(
        "[Fri Jan 02 10:00:00.1 2026] [core:trace1] [pid 7] x\n[Fri Jan 02 10:00:00.1 2026] [:error] [pid 7] php\n"
    )
    assert list(frame["parsed"]) == [True, True]
    assert list(frame["severity_text"]) == ["trace1", "error"]


def test_lines_without_a_head_go_on_the_record(read: Read) -> None:
    frame = read("[Fri Jan 02 10:00:00 2026] [error] PHP Fatal error\nStack trace:\n#0 {main}\n")
    assert (frame["line_start"][0], frame["line_end"][0]) == (1, 3)


def test_clients_behind_files_and_errors_and_ports_of_ipv6(read: Read) -> None:
    frame = read(
        "[Fri Jan 02 10:00:00.000001 2026] [core:trace3] [pid 7:tid 8] request.c(1): [client 192.0.2.1:5000] made up\n"
        "[Fri Jan 02 10:00:00.000002 2026] [core:error] [pid 7] (13)Made up: [client 192.0.2.2:5000] denied\n"
        "[Fri Jan 02 10:00:00.000003 2026] [core:error] [pid 7] [client 2001:db8::5:50000] made up\n"
        "[Fri Jan 02 10:00:00.000004 2026] [core:error] [pid 7] [client ::1:50000] made up\n"
        "[Fri Jan 02 10:00:01 2026] [error] [client 2001:db8::5:5000] of 2.2, without a port\n"
    )
    assert list(frame["client"]) == ["192.0.2.1", "192.0.2.2", "2001:db8::5", "::1", "2001:db8::5:5000"]
    assert list(frame["severity_number"]) == [1, 17, 17, 17, 17]


def test_another_stamp_and_what_has_none(read: Read) -> None:
    """`ErrorLogFormat "[%{cu}t] …"`; what httpd says on its terminal before the log is open."""
    frame = read(
        "[2026-01-02 10:00:00.123456 +0200] [core:notice] [pid 1:tid 2] AH00094: made up\nAH00558: httpd: made up\n"
    )
    assert frame.attrs["format"] == "apache_error"
    assert str(frame["time"][0]) == "2026-01-02 08:00:00.123456+00:00"
    assert list(frame["code"]) == ["AH00094", "AH00558"]
    assert list(frame["time"].isna()) == [False, True]
