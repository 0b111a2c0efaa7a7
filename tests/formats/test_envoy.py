"""Envoy's default format and Istio's, from their documentation."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

Read = Callable[..., pd.DataFrame]


def test_the_default_format(read: Read) -> None:
    frame = read(
        '[2026-01-02T10:00:00.250Z] "GET /a HTTP/1.1" 200 - 5 12 30 25 "192.0.2.1, 192.0.2.9" "made-up/1.0" "id-1" '
        '"made.up" "198.51.100.7:80"\n'
        '[2026-01-02T10:00:01.000Z] "POST /b HTTP/2" 503 UF,URX 0 91 40 - "-" "-" "id-2" "made.up" "-"\n'
        '[2026-01-02T10:00:02.000Z] "GET /c HTTP/2" 0 DC 0 0 50 - "-" "-" "id-3" "made.up" "-"\n'
    )
    assert frame.attrs["format"] == "envoy"
    assert frame["parsed"].all()
    row = frame.iloc[0]
    assert (str(row["time"]), row["zone"]) == ("2026-01-02 10:00:00.250000+00:00", "explicit")
    assert (row["method"], row["path"], row["status"], row["bytes"], row["request_bytes"]) == ("GET", "/a", 200, 12, 5)
    assert (row["duration_s"], row["upstream_duration_s"], row["upstream"]) == (0.03, 0.025, "198.51.100.7:80")
    assert (row["client"], row["forwarded_by"], row["request_id"]) == ("192.0.2.1", "192.0.2.9", "id-1")
    assert (row["user_agent"], row["request_host"]) == ("made-up/1.0", "made.up")
    assert list(frame["severity_number"]) == [9, 17, 13]
    assert frame["response_flags"][1] == "UF,URX"
    assert pd.isna(frame["status"][2])


def test_istios_format(read: Read) -> None:
    frame = read(
        '[2026-01-02T10:00:00.250Z] "GET /a HTTP/1.1" 503 UF made_up_reset - "made up reason" 0 135 3 - "-" "made-up/1.0" '
        '"id-1" "made:8000" "198.51.100.7:80" outbound|8000||made - 192.0.2.8:80 [2001:db8::1]:37652 - default\n'
    )
    assert frame.attrs["format"] == "envoy"
    row = frame.iloc[0]
    assert (row["response_details"], row["transport_failure"]) == ("made_up_reset", "made up reason")
    assert (row["upstream_cluster"], row["route"], row["client"]) == ("outbound|8000||made", "default", "2001:db8::1")
    assert (row["duration_s"], row["severity_number"]) == (0.003, 17)
    assert (row["downstream_local_address"], row["downstream_address"]) == ("192.0.2.8:80", "[2001:db8::1]:37652")


def test_stamps_with_an_offset(read: Read) -> None:
    rest = '"GET /x HTTP/1.1" 200 - 0 10 250 249 "-" "made" "id" "h" "192.0.2.1:80"\n'
    frame = read(f"[2026-01-02T12:00:00.123+0200] {rest}[2026-01-02T12:00:01.123+02:00] {rest}")
    assert frame.attrs["format"] == "envoy"
    assert list(frame["time"]) == [pd.Timestamp("2026-01-02T10:00:00.123Z"), pd.Timestamp("2026-01-02T10:00:01.123Z")]
    assert list(frame["duration_s"]) == [0.25, 0.25]
