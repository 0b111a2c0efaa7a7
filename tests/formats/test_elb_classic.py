"""Classic Load Balancers, from AWS's documentation."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

Read = Callable[..., pd.DataFrame]


LINE = (
    "2026-01-02T10:00:00.945958Z made-up 192.0.2.1:2817 198.51.100.7:80 0.000073 0.001048 0.000057 200 200 0 29 "
    '"GET http://made.up:80/ HTTP/1.1" "made-up/1.0" - -\n'
)


def test_http(read: Read) -> None:
    frame = read(LINE)
    assert frame.attrs["format"] == "elb_classic"
    row = frame.iloc[0]
    assert (str(row["time"]), row["service"]) == ("2026-01-02 10:00:00.945958+00:00", "made-up")
    assert (row["status"], row["upstream_status"], row["bytes"], row["client"]) == (200, 200, 29, "192.0.2.1")
    assert row["duration_s"] == pytest.approx(0.001178)


def test_tcp_and_no_backend(read: Read) -> None:
    frame = read(
        LINE
        + LINE.replace('200 200 0 29 "GET http://made.up:80/ HTTP/1.1" "made-up/1.0"', '- - 82 305 "- - - " "-"')
        + LINE.replace("198.51.100.7:80 0.000073 0.001048 0.000057 200 200", "- -1 -1 -1 504 0")
    )
    assert frame["parsed"].all()
    assert pd.isna(frame["status"][1])
    assert pd.isna(frame["severity_number"][1])
    assert (frame["bytes"][1], frame["status"][2]) == (305, 504)
    assert pd.isna(frame["duration_s"][2])
    assert pd.isna(frame["upstream_status"][2]), "0: no backend answered"
