"""Network Load Balancers, from their documentation."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

Read = Callable[..., pd.DataFrame]


def test_a_connection_and_one_without_a_handshake(read: Read) -> None:
    frame = read(
        "tls 2.0 2026-01-02T10:00:00 net/made-up/c6e7 g3d4 192.0.2.1:51341 198.51.100.7:443 5 2 98 246 - arn:made-up serial-7 "
        'MADE-UP-CIPHER tlsv12 made-group made.up h2 http/1.1 "h2","http/1.1" 2026-01-02T09:59:55\n'
        "tls 2.0 2026-01-02T10:00:01 net/made-up/c6e7 g3d4 2001:db8::1:5000 198.51.100.7:443 0 - 0 7 42 arn:made-up - - - "
        "- - - - - 2026-01-02T10:00:01\n"
    )
    assert frame.attrs["format"] == "nlb"
    assert [str(t) for t in frame["time"]] == ["2026-01-02 10:00:00+00:00", "2026-01-02 10:00:01+00:00"]
    assert set(frame["zone"]) == {"explicit"}
    row = frame.iloc[0]
    assert (row["service"], row["client"], row["upstream"]) == ("net/made-up/c6e7", "192.0.2.1", "198.51.100.7:443")
    assert (row["duration_s"], row["handshake_s"], row["request_bytes"], row["bytes"]) == (0.005, 0.002, 98, 246)
    assert (row["domain_name"], row["alpn_offered"], row["created"]) == (
        "made.up", '"h2","http/1.1"', "2026-01-02T09:59:55",
    )  # fmt: skip
    assert (row["listener"], row["chosen_cert_arn"], row["chosen_cert_serial"]) == ("g3d4", "arn:made-up", "serial-7")
    assert (row["ssl_cipher"], row["ssl_protocol"], row["tls_named_group"]) == (
        "MADE-UP-CIPHER",
        "tlsv12",
        "made-group",
    )
    assert (row["alpn_front"], row["alpn_back"]) == ("h2", "http/1.1")
    assert row["message"] == "192.0.2.1:51341 to 198.51.100.7:443, 5 ms"
    row = frame.iloc[1]
    assert (row["client"], row["tls_alert"], row["severity_number"]) == ("2001:db8::1", "42", 13)
    assert pd.isna(row["handshake_s"])
