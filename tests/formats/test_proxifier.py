"""Proxifier's lines, made up after loghub's description."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

Read = Callable[..., pd.DataFrame]


def test_programs_targets_and_ends(read: Read) -> None:
    frame = read(
        "[01.02 10:00:00] made.exe - made.up:443 open through proxy proxy.made.up:5070 HTTPS\n"
        "[01.02 10:01:02] made up.exe *64 - made.up:443 close, 12 bytes sent, 2048 bytes (2.00 KB) received, "
        "lifetime 01:02\n"
        "[01.02 10:01:03] made.exe - other.made.up:80 error : Could not connect through proxy - status code 403\n"
        "[01.02 10:01:04] made.exe - made.up:80 close, 1 bytes sent, 2 bytes received, lifetime <1 sec\n"
        "[01.02 10:01:05] made.exe - made.up:80 close, 1 bytes sent, 2 bytes received, lifetime 02:03:04\n",
        since="2026-01-01",
    )
    assert frame.attrs["format"] == "proxifier"
    assert [str(t) for t in frame["time"]] == [
        "2026-01-02 10:00:00+00:00", "2026-01-02 10:01:02+00:00", "2026-01-02 10:01:03+00:00",
        "2026-01-02 10:01:04+00:00", "2026-01-02 10:01:05+00:00",
    ]  # fmt: skip
    assert list(frame["service"]) == ["made.exe", "made up.exe", "made.exe", "made.exe", "made.exe"]
    assert list(frame["target"]) == ["made.up", "made.up", "other.made.up", "made.up", "made.up"]
    assert list(frame["target_port"]) == [443, 443, 80, 80, 80]
    assert (frame["sent_bytes"][1], frame["received_bytes"][1], frame["duration_s"][1]) == (12, 2048, 62)
    assert frame["severity_number"][2] == 17
    assert pd.isna(frame["duration_s"][3])
    # Two hours, three minutes, four seconds.
    assert frame["duration_s"][4] == 7384
