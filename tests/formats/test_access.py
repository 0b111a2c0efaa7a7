"""nginx and Apache access logs, from their documentation."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

Read = Callable[..., pd.DataFrame]


def lines(*tails: str) -> str:
    return "".join(f'192.0.2.1 - - [02/Jan/2026:10:00:00 +0330] "GET /a HTTP/1.1" 200 12{t}\n' for t in tails)


def test_common_and_combined_with_the_servers_own_offset(read: Read) -> None:
    frame = read(
        '192.0.2.1 - - [02/Jan/2026:10:00:00 +0330] "GET /a?b=1 HTTP/1.1" 200 12\n'
        '2001:db8::1 - John Doe [02/Jan/2026:10:00:01 -0700] "POST /b HTTP/2.0" 404 - "-" "made \\"up\\" (x; y)"\n'
    )
    assert frame.attrs["format"] == "access"
    assert list(frame["time"].astype(str)) == ["2026-01-02 06:30:00+00:00", "2026-01-02 17:00:01+00:00"]
    assert set(frame["zone"]) == {"explicit"}
    assert list(frame["client"]) == ["192.0.2.1", "2001:db8::1"]
    assert list(frame["method"]) == ["GET", "POST"]
    assert list(frame["path"]) == ["/a?b=1", "/b"]
    assert list(frame["protocol"]) == ["HTTP/1.1", "HTTP/2.0"]
    assert list(frame["severity_number"]) == [9, 13]
    assert frame["bytes"][0] == 12
    assert pd.isna(frame["bytes"][1]), "a dash is missing, not zero"
    assert frame["user"][1] == "John Doe"
    assert frame["user_agent"][1] == 'made \\"up\\" (x; y)'
    assert pd.isna(frame["referer"][1])


@pytest.mark.parametrize(
    "tail, seconds",
    [
        (' "-" "x" 0.250', 0.25),
        (' "-" "x" "203.0.113.9" 0.250 0.125', 0.25),
        (' "-" "x" rt=0.250 uct="0.001" urt="0.125"', 0.25),
        (' "-" "x" 250000', 0.25),
        (" 250000", 0.25),
        (' "-" "x" **0/250000**', 0.25),
        (' "-" "x" 250ms', 0.25),
        (' "-" "x" 7 "web@docker" "http://198.51.100.7:80" 250ms', 0.25),
        (' "-" "x" 600 700 250000', 0.25),
        (' "-" "x" 600 0.250 [made-up-80] [] 198.51.100.7:80 12 0.125 200 0123456789abcdef0123456789abcdef', 0.25),
    ],
)
def test_durations_are_seconds_whatever_was_written(read: Read, tail: str, seconds: float) -> None:
    frame = read(lines(tail, tail))
    assert list(frame["duration_s"]) == [seconds, seconds]
    assert list(frame["status"]) == [200, 200]


def test_small_whole_numbers_are_apaches_seconds_and_it_is_told(read: Read) -> None:
    frame = read(lines(' "-" "x" 0', ' "-" "x" 3', ' "-" "x" 0'))
    assert list(frame["duration_s"]) == [0, 3, 0]
    assert any("%T" in said for said in frame.attrs["said"])
    frame = read(lines(' "-" "x" 88', ' "-" "x" 15403'))
    assert list(frame["duration_s"]) == [0.000088, 0.015403]
    assert any("%D" in said for said in frame.attrs["said"])


def test_two_whole_numbers_are_bytes_in_and_out(read: Read) -> None:
    frame = read(lines(' "-" "x" 600 700'))
    assert "duration_s" not in frame
    assert (frame["received_bytes"][0], frame["sent_bytes"][0]) == (600, 700)


def test_the_controller_of_kubernetes_tells_of_the_last_upstream(read: Read) -> None:
    tail = (
        ' "-" "x" 600 0.250 [made-up-80] [] 198.51.100.7:80, 198.51.100.8:80 0, 12 0.100, 0.125 502, 200 '
        "0123456789abcdef0123456789abcdef"
    )
    row = read(lines(tail)).iloc[0]
    assert (row["upstream"], row["upstream_address"], row["upstream_status"]) == ("made-up-80", "198.51.100.8:80", 200)
    assert (row["upstream_duration_s"], row["request_id"]) == (0.125, "0123456789abcdef0123456789abcdef")


@pytest.mark.parametrize(
    "before, vhost, client",
    [
        ("made.up 192.0.2.1 - - ", "made.up", "192.0.2.1"),
        ("made.up:443 192.0.2.1 - - ", "made.up:443", "192.0.2.1"),
        ("host.made.up - - ", None, "host.made.up"),
        ("192.0.2.1 - ", None, "192.0.2.1"),
        ("192.0.2.1, 198.51.100.2 - - ", None, "192.0.2.1"),
        ("[2001:db8::1] - - ", None, "[2001:db8::1]"),
    ],
)
def test_what_stands_before_the_stamp(read: Read, before: str, vhost: str | None, client: str) -> None:
    row = read(f'{before}[02/Jan/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 1\n').iloc[0]
    assert (row.get("vhost"), row["client"]) == (vhost, client)


@pytest.mark.parametrize("asked", ["", "-", r"\x16\x03\x01\x02", "GET", 'GET /"quoted" HTTP/1.1', "\x01\x02"])
def test_requests_that_are_none_stay_as_they_are(read: Read, asked: str) -> None:
    row = read(f'192.0.2.1 - - [02/Jan/2026:10:00:00 +0000] "{asked}" 400 0 "-" "-"\n').iloc[0]
    assert row["parsed"]
    assert (row["message"], row["status"], row["bytes"]) == (asked, 400, 0)


def test_error_lines_of_the_same_container_are_read_and_others_kept(read: Read) -> None:
    frame = read(
        lines("", "")
        + "2026/01/02 10:00:01 [error] 7#7: *1 open() failed, client: 192.0.2.1\n"
        + "[Fri Jan 02 10:00:02 2026] [warn] child 7\n"
        + "/docker-entrypoint.sh: ready\n"
    )
    assert list(frame["parsed"]) == [True, True, True, True, False]
    assert list(frame["severity_text"][2:4]) == ["error", "warn"]
    assert frame["message"][4] == "/docker-entrypoint.sh: ready"


def test_a_stamp_without_an_offset_is_a_wall_clock(read: Read) -> None:
    text = '192.0.2.1 - - [02/Jul/2026:10:00:00] "GET / HTTP/1.1" 200 1\n'
    assert read(text)["zone"][0] == "assumed:UTC"
    assert str(read(text, zone="Europe/Berlin")["time"][0]) == "2026-07-02 08:00:00+00:00"


def test_no_such_day_is_kept_unread(read: Read) -> None:
    frame = read(lines("") + '192.0.2.1 - - [31/Feb/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 1\n')
    assert list(frame["parsed"]) == [True, False]


def test_pythons_servers_write_a_space_and_no_offset(read: Read) -> None:
    frame = read('192.0.2.1 - - [02/Jan/2026 10:00:00] "GET /a HTTP/1.1" 200 -\n', zone="+01:00")
    assert str(frame["time"][0]) == "2026-01-02 09:00:00+00:00"
    assert (frame["path"][0], frame["zone"][0]) == ("/a", "assumed:+01:00")


def test_an_empty_user_as_apache_writes_it(read: Read) -> None:
    # mod_log_config: "%u" of an empty name is logged as two quotes.
    frame = read(
        '192.0.2.1 - "" [10/Oct/2000:13:55:36 -0700] "GET /a HTTP/1.1" 401 12\n'
        '192.0.2.1 - bob [10/Oct/2000:13:55:37 -0700] "GET /a HTTP/1.1" 200 12\n'
        '::1 - "" [10/Oct/2000:13:55:38 -0700] "-" 408 - "-" "-"\n'
    )
    assert list(frame["status"]) == [401, 200, 408]
    assert list(frame["client"]) == ["192.0.2.1", "192.0.2.1", "::1"]
    assert [None if pd.isna(user) else user for user in frame["user"]] == [None, "bob", None]


def test_a_virtual_host_before_a_client_with_a_name(read: Read) -> None:
    frame = read(
        'made.up:443 client.made.up - - [02/Jan/2026:10:00:00 +0100] "GET / HTTP/1.1" 200 1\n'
        'client.made.up - made user [02/Jan/2026:10:00:00 +0100] "GET / HTTP/1.1" 200 1\n'
    )
    assert (frame["vhost"][0], frame["client"][0], frame["client"][1]) == (
        "made.up:443",
        "client.made.up",
        "client.made.up",
    )
    assert frame["user"][1] == "made user"


def test_units_that_stand_apart_and_codes(read: Read) -> None:
    """Tomcat's %D and %F with a unit written behind them; what Python's server says of a failed request."""
    frame = read(
        '192.0.2.1 - - [02/Jan/2026:10:00:00 +0100] "GET / HTTP/1.1" 200 1 12 ms\n'
        '192.0.2.1 - - [02/Jan/2026:10:00:00 +0100] "GET / HTTP/1.1" 200 1 0.250 sec\n'
        "192.0.2.1 - - [02/Jan/2026 10:00:01] code 404, message made up\n"
    )
    assert frame["parsed"].all()
    assert frame["duration_s"].to_list()[:2] == [0.012, 0.25]
    assert (frame["message"][2], frame["client"][2], frame["severity_number"][2]) == (
        "code 404, message made up", "192.0.2.1", 13,
    )  # fmt: skip
    assert str(frame["time"][2]) == "2026-01-02 10:00:01+00:00"


def test_referer_and_agent_behind_a_duration_or_without_quotes(read: Read) -> None:
    """A LogFormat with %D before them; Traefik 1 wrote a missing referer without quotes."""
    frame = read(
        '192.0.2.1 - - [02/Jan/2026:10:00:00 +0100] "GET / HTTP/1.1" 200 1 3413 "http://made.up/" "made-up/1.0" '
        'X-Forwarded-For="192.0.2.7, 192.0.2.8"\n'
        '192.0.2.1 - - [02/Jan/2026:10:00:00 +0100] "GET / HTTP/2.0" 200 1 - "made-up/1.0" 13 "r@made" "http://u:1" 247ms\n'
    )
    row = frame.iloc[0]
    assert (row["referer"], row["user_agent"], row["duration_s"]) == ("http://made.up/", "made-up/1.0", 0.003413)
    assert row["extra"] == 'X-Forwarded-For="192.0.2.7, 192.0.2.8"'
    row = frame.iloc[1]
    assert (row["user_agent"], row["duration_s"], row["router"], row["request_count"]) == (
        "made-up/1.0", 0.247, "r@made", 13,
    )  # fmt: skip
    assert pd.isna(row["referer"])


def test_apaches_log_of_tls_requests(read: Read) -> None:
    frame = read(
        '[02/Jan/2026:10:00:00 +0100] 192.0.2.1 TLSv1.3 TLS_MADE_UP "GET /a HTTP/1.1" 12\n'
        '[02/Jan/2026:10:00:01 +0100] 2001:db8::1 TLSv1.2 ECDHE-MADE-UP "GET /b HTTP/1.1" -\n'
    )
    assert frame.attrs["format"] == "access"
    assert list(frame["client"]) == ["192.0.2.1", "2001:db8::1"]
    assert list(frame["path"]) == ["/a", "/b"]
    assert (frame["bytes"][0], frame["tls_version"][1], frame["tls_cipher"][1]) == (12, "TLSv1.2", "ECDHE-MADE-UP")
    assert str(frame["time"][0]) == "2026-01-02 09:00:00+00:00"
