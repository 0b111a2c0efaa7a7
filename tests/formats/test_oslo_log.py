"""OpenStack's oslo.log."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

Read = Callable[..., pd.DataFrame]


def at(text: str) -> pd.Timestamp:
    return pd.Timestamp(text, tz="UTC")


def test_requests_and_a_leading_file_name(read: Read) -> None:
    frame = read(
        "nova-api.log.1.2026-01-02_10:00:00 2026-01-02 10:00:00.008 4711 INFO nova.osapi_compute.wsgi.server "
        '[req-1 u1 p1 - - -] 192.0.2.1 "GET /v2/servers HTTP/1.1" status: 503 len: 1893 time: 0.2477829\n'
        "2026-01-02 10:00:01.008 4711 ERROR nova.compute.manager [req-2 - - - - -] lost\n"
        "2026-01-02 10:00:02.008 4711 WARNING nova.compute.manager [-] idle\n"
    )
    assert frame.attrs["format"] == "oslo_log"
    row = frame.iloc[0]
    assert (row["method"], row["path"], row["status"], row["bytes"]) == ("GET", "/v2/servers", 503, 1893)
    assert row["duration_s"] == 0.2477829
    assert frame["service"].to_list() == ["nova-api", "", ""]
    assert (row["request_id"], row["user"], row["project"]) == ("req-1", "u1", "p1")
    assert pd.isna(frame["user"][1])
    assert pd.isna(frame["request_id"][2])
    assert frame["severity_number"].to_list() == [9, 17, 13]
    assert frame["message"].to_list()[1:] == ["lost", "idle"]
    assert frame["time"][0] == at("2026-01-02T10:00:00.008")


def test_the_request_that_led_to_this_one_stands_first(read: Read) -> None:
    frame = read(
        "2026-01-02 10:00:00.123 7 INFO made.up [None req-2 ann shop - - default default] on\n"
        "2026-01-02 10:00:01.123 7 ERROR made.up [req-1 req-2 ann shop - - default default] lost\n"
    )
    assert frame["request_id"].to_list() == ["req-2", "req-2"]
    assert frame["user"].to_list() == ["ann", "ann"]
    assert frame["global_request_id"].fillna("").to_list() == ["", "req-1"]
