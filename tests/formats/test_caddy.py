"""Caddy's logs, from its documentation."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

Read = Callable[..., pd.DataFrame]


def access(**more: Any) -> str:
    value = {
        "level": "info", "ts": 1767348000.25, "logger": "http.log.access.log0", "msg": "handled request",
        "request": {"remote_ip": "192.0.2.1", "remote_port": "5000", "proto": "HTTP/2.0", "method": "GET",
                    "host": "made.up", "uri": "/a?b", "headers": {"User-Agent": ["made-up/1.0"], "Referer": ["https://x/"]}},
        "bytes_read": 3, "user_id": "", "duration": 0.25, "size": 12, "status": 502, "resp_headers": {"Server": ["Caddy"]},
    }  # fmt: skip
    return json.dumps(value | more, separators=(",", ":")) + "\n"


def test_requests_and_what_the_server_says(read: Read) -> None:
    frame = read(
        access()
        + '{"level":"warn","ts":1767348001.000001,"logger":"tls","msg":"stapling","identifiers":["made.up"],"n":{"a":1}}\n'
    )
    assert frame.attrs["format"] == "caddy"
    row = frame.iloc[0]
    assert str(row["time"]) == "2026-01-02 10:00:00.250000+00:00"
    assert (row["method"], row["path"], row["protocol"], row["status"]) == ("GET", "/a?b", "HTTP/2.0", 502)
    assert (row["duration_s"], row["bytes"], row["client"]) == (0.25, 12, "192.0.2.1")
    assert (row["user_agent"], row["referer"], row["severity_number"]) == ("made-up/1.0", "https://x/", 17)
    assert row["message"] == "GET /a?b HTTP/2.0"
    assert (frame["message"][1], frame["severity_number"][1], frame["n.a"][1]) == ("stapling", 13, 1)


@pytest.mark.parametrize(
    "duration, seconds", [(0.25, 0.25), (250_000_000, 0.25), ("250ms", 0.25), ("1m0.5s", 60.5), ("12.5µs", 0.0000125)]
)
def test_durations_as_the_configuration_says(read: Read, duration: object, seconds: float) -> None:
    assert read(access(duration=duration))["duration_s"][0] == pytest.approx(seconds)


@pytest.mark.parametrize(
    "ts", ["2026-01-02T11:00:00.25+01:00", "2026/01/02 10:00:00.250", "02/Jan/2026:05:00:00.25 -0500", 1767348000250.0]
)
def test_times_as_the_configuration_says(read: Read, ts: object) -> None:
    assert str(read(access(ts=ts))["time"][0]) == "2026-01-02 10:00:00.250000+00:00"


def test_other_programs_that_log_with_zap_are_not_claimed(read: Read) -> None:
    frame = read('{"level":"info","ts":1767348001.5,"logger":"made","msg":"x"}\n' * 3)
    assert frame.attrs["format"] != "caddy"


def test_a_broken_line_is_kept(read: Read) -> None:
    frame = read(access() + access()[:80] + "\n" + access())
    assert list(frame["parsed"]) == [True, False, True]


def test_what_else_a_request_says_is_kept(read: Read) -> None:
    record = (
        '{"level":"info","ts":1767348001.5,"logger":"http.log.access","msg":"handled request","request":{'
        '"remote_ip":"192.0.2.1","remote_port":"4711","client_ip":"198.51.100.7","proto":"HTTP/2.0","method":"GET",'
        '"host":"made.up","uri":"/","headers":{"X-Made-Up":["yes"]},"tls":{"version":772}},"duration":0.25,"status":200}\n'
    )
    frame = read(record)
    assert frame["client"][0] == "198.51.100.7"
    assert frame["request.remote_ip"][0] == "192.0.2.1"
    assert frame["request.remote_port"][0] == "4711"
    assert frame["request.tls.version"][0] == 772
    assert frame["request.headers.X-Made-Up"][0] == '["yes"]'


def test_the_console_form(read: Read) -> None:
    frame = read(
        '2026/01/02 10:00:00.250\tINFO\tadmin\tendpoint started\t{"address": "localhost:2019"}\n'
        "2026/01/02 10:00:01.500\tERROR\thttp.log.error\trefused\t"
        '{"request": {"remote_ip": "192.0.2.1", "method": "GET", "uri": "/a"}, "duration": 0.5, "status": 502}\n'
        "1767348002.75\tinfo\tserving initial configuration\n"
    )
    assert frame.attrs["format"] == "caddy"
    assert [str(t) for t in frame["time"]] == [
        "2026-01-02 10:00:00.250000+00:00", "2026-01-02 10:00:01.500000+00:00", "2026-01-02 10:00:02.750000+00:00",
    ]  # fmt: skip
    assert list(frame["zone"]) == ["assumed:UTC", "assumed:UTC", "explicit"]
    assert list(frame["message"]) == ["endpoint started", "refused", "serving initial configuration"]
    assert list(frame["severity_number"]) == [9, 17, 9]
    assert (frame["client"][1], frame["status"][1], frame["duration_s"][1]) == ("192.0.2.1", 502, 0.5)
