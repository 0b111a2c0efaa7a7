"""nginx error logs, from ngx_log.c."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

Read = Callable[..., pd.DataFrame]


HEAD = "2026/01/02 10:00:00 [error] 7#8: "


def test_the_tail_becomes_columns(read: Read) -> None:
    frame = read(
        HEAD + "*42 connect() failed (111: Connection refused) while connecting to upstream, client: 192.0.2.1, "
        'server: _, request: "GET /a?b=c, d HTTP/1.1", upstream: "http://198.51.100.7:80/a", host: "made.up", '
        'referrer: "https://made.up/"\n' + "2026/01/02 10:00:01 [notice] 7#7: using epoll\n"
    )
    assert frame.attrs["format"] == "nginx_error"
    row = frame.iloc[0]
    assert (row["pid"], row["thread"], row["connection"]) == (7, 8, 42)
    assert (row["client"], row["server_name"], row["request_host"]) == ("192.0.2.1", "_", "made.up")
    assert (row["method"], row["path"], row["upstream"]) == ("GET", "/a?b=c, d", "http://198.51.100.7:80/a")
    assert row["referer"] == "https://made.up/"
    assert list(frame["severity_number"]) == [17, 10]
    assert frame["message"][1] == "using epoll"


def test_commas_and_colons_of_the_message_stay_in_it(read: Read) -> None:
    row = read(HEAD + '*1 "/a, b: c" is not found (2: No such file), client: ::1, server: localhost\n').iloc[0]
    assert row["message"].startswith('"/a, b: c" is not found')
    assert (row["client"], row["server_name"]) == ("::1", "localhost")


def test_the_clock_is_the_servers(read: Read) -> None:
    frame = read(HEAD + "x\n")
    assert frame["zone"][0] == "assumed:UTC"
    assert str(read(HEAD + "x\n", zone="America/New_York")["time"][0]) == "2026-01-02 15:00:00+00:00"


@pytest.mark.parametrize(
    "level, number",
    [("debug", 5), ("info", 9), ("notice", 10), ("warn", 13), ("crit", 18), ("alert", 19), ("emerg", 21)],
)
def test_levels(read: Read, level: str, number: int) -> None:
    assert read(HEAD.replace("error", level) + "x\n")["severity_number"][0] == number


def test_what_a_page_writes_over_several_lines_is_one_record(read: Read) -> None:
    frame = read(
        HEAD + '*1 FastCGI sent in stderr: "PHP message: PHP Fatal error: made up\nStack trace:\n#0 {main}" while '
        "reading, client: 192.0.2.1\n" + HEAD + "next\n"
    )
    assert list(zip(frame["line_start"], frame["line_end"], strict=True)) == [(1, 3), (4, 4)]
    assert frame["client"][0] == "192.0.2.1"


def test_what_it_says_on_its_terminal_has_no_time(read: Read) -> None:
    frame = read(
        "2026/01/02 10:00:00 [notice] 7#7: made up\n"
        "nginx: [emerg] bind() to 0.0.0.0:80 failed (98: Address already in use)\n"
        "2026/01/02 10:00:01 [error] 7#7: *1 made up, client: 192.0.2.1, server: _\n"
    )
    assert frame["parsed"].all()
    assert list(frame["severity_number"]) == [10, 21, 17]
    assert list(frame["time"].isna()) == [False, True, False]
