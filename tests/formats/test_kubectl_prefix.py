"""Logs of several pods as kubectl and stern show them, from their documentation; all names are made up."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

Read = Callable[..., pd.DataFrame]


def test_the_prefix_names_pod_and_container(read: Read) -> None:
    frame = read(
        "[pod/made-7d9f8c6b5-x2x4v/web] 2026-01-02T10:00:00.000000001Z starting\n"
        '[pod/made-7d9f8c6b5-x2x4v/web] 2026-01-02T11:00:01+01:00 {"level":"error","msg":"lost"}\n'
        "[pod/made-7d9f8c6b5-zk9fp/side-car] 2026-01-02T10:00:02Z \n"
    )
    assert frame.attrs["format"] == "kubectl_prefix"
    assert list(frame["service"]) == ["web", "web", "side-car"]
    assert list(frame["host"]) == ["made-7d9f8c6b5-x2x4v"] * 2 + ["made-7d9f8c6b5-zk9fp"]
    assert [str(t) for t in frame["time"]] == [
        "2026-01-02 10:00:00.000000001+00:00",
        "2026-01-02 10:00:01+00:00",
        "2026-01-02 10:00:02+00:00",
    ]
    assert list(frame["message"]) == ["starting", "lost", ""]
    assert frame["severity_number"][1] == 17


def test_without_stamps_the_text_may_tell_the_time(read: Read) -> None:
    frame = read(
        "[pod/made-0/db] 2026-01-02 10:00:00.250 UTC [7] LOG:  ready\n[pod/made-0/db] 2026-01-02 10:00:01 UTC [7] "
        "FATAL:  lost\n[pod/made-1/db] plain\n",
    )
    assert frame.attrs["format"] == "kubectl_prefix"
    assert str(frame["time"][0]) == "2026-01-02 10:00:00.250000+00:00"
    assert pd.isna(frame["time"][2])
    assert list(frame["message"]) == ["ready", "lost", "plain"]


def test_stern_writes_two_names(read: Read) -> None:
    frame = read(
        "made-7d9f8c6b5-x2x4v web 2026-01-02T11:00:00.5+01:00 up\n"
        "made-7d9f8c6b5-zk9fp web 2026-01-02T11:00:01.5+01:00 lost\n"
        "made-db-0 db 2026-01-02T11:00:02.5+01:00 up\n"
    )
    assert frame.attrs["format"] == "kubectl_prefix"
    assert list(frame["host"]) == ["made-7d9f8c6b5-x2x4v", "made-7d9f8c6b5-zk9fp", "made-db-0"]
    assert list(frame["service"]) == ["web", "web", "db"]
    assert str(frame["time"][2]) == "2026-01-02 10:00:02.500000+00:00"


def test_lines_without_a_prefix_are_kept(read: Read) -> None:
    line = "[pod/made-0/web] 2026-01-02T10:00:00Z up\n"
    frame = read(f"{line}{line}error: You must be logged in\n{line}")
    assert list(frame["parsed"]) == [True, True, False, True]
