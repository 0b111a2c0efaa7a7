"""Application Load Balancers, from AWS's documentation."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

Read = Callable[..., pd.DataFrame]


LINE = (
    "https 2026-01-02T10:00:00.186641Z app/made-up/50dc6c495c0c9188 192.0.2.1:2817 198.51.100.7:80 0.001 0.048 0.002 200 "
    '201 34 366 "GET https://made.up:443/a HTTP/1.1" "made \\"up\\"" TLS_AES TLSv1.3 arn:aws:x "Root=1-made-up" "made.up" '
    '"arn:aws:y" 0 2026-01-02T10:00:00.135000Z "forward" "-" "-" "198.51.100.7:80" "201" "-" "-"\n'
)


def test_both_statuses_and_the_three_durations(read: Read) -> None:
    frame = read(LINE)
    assert frame.attrs["format"] == "alb"
    row = frame.iloc[0]
    assert (str(row["time"]), row["zone"]) == ("2026-01-02 10:00:00.186641+00:00", "explicit")
    assert (row["status"], row["upstream_status"], row["bytes"], row["request_bytes"]) == (200, 201, 366, 34)
    assert row["duration_s"] == 0.051
    assert (row["client"], row["upstream"], row["user_agent"]) == ("192.0.2.1", "198.51.100.7:80", 'made \\"up\\"')
    assert (row["service"], row["type"], row["trace_id"]) == ("app/made-up/50dc6c495c0c9188", "https", "Root=1-made-up")
    assert (row["method"], row["path"], row["domain_name"]) == ("GET", "https://made.up:443/a", "made.up")
    assert row["request_creation_time"] == "2026-01-02T10:00:00.135000Z"


def test_no_target_answered(read: Read) -> None:
    row = read(
        LINE.replace("198.51.100.7:80 0.001 0.048 0.002 200 201", "- -1 -1 -1 503 -").replace(
            "192.0.2.1:", "[2001:db8::1]:"
        )
    ).iloc[0]
    for name in ("duration_s", "target_processing_s", "upstream_status", "upstream"):
        assert pd.isna(row[name]), name
    assert (row["status"], row["severity_number"], row["client"]) == (503, 17, "2001:db8::1")


@pytest.mark.parametrize("more", ["", ' TID_made "m.up" "-" "TransformSuccess"', ' TID_made "-" "-" "-" "later" 7'])
def test_fields_that_were_added_later(read: Read, more: str) -> None:
    row = read(LINE.rstrip("\n") + more + "\n").iloc[0]
    assert row["parsed"]
    if more:
        assert row["connection_trace_id"] == "TID_made"


def test_older_and_cut_lines(read: Read) -> None:
    older = LINE.split(' "Root')[0] + "\n"
    frame = read(LINE * 3 + older + LINE[:90] + "\n")
    assert list(frame["parsed"]) == [True, True, True, True, False]
