"""klog and glog, from the description in klog.go."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

Read = Callable[..., pd.DataFrame]


def test_levels_threads_and_places(read: Read) -> None:
    frame = read(
        "I0102 10:00:00.000001       7 made_up.go:12] started\n"
        "W0102 10:00:00.5    4242 dir/other.cc:3] slow\n"
        'E0102 10:00:01.000000 1952452992 made_up.go:20] "lost" err="no route" pod="made/up"\n'
        "F0102 10:00:02.000000       7 made_up.go:21] panic: x\ngoroutine 1 [running]:\nmain.main()\n"
    )
    assert frame.attrs["format"] == "klog"
    assert list(frame["severity_number"]) == [9, 13, 17, 21]
    assert list(frame["code_line"]) == [12, 3, 20, 21]
    assert frame["message"][2] == '"lost" err="no route" pod="made/up"'
    assert (frame["line_start"][3], frame["line_end"][3]) == (4, 6)
    assert list(frame["time"].dt.microsecond) == [1, 500_000, 0, 0]


def test_no_year_and_no_zone(read: Read) -> None:
    text = "I1231 23:59:59.000001       7 a.go:1] x\nI0101 00:00:01.000001       7 a.go:1] y\n"
    frame = read(text)
    assert frame["time"].diff()[1] == pd.Timedelta("2s")
    assert set(frame["zone"]) == {"assumed:UTC"}
    moved = read(text, zone="+05:30")
    assert (frame["time"] - moved["time"] == pd.Timedelta("5h30min")).all()


@pytest.mark.parametrize("bad", ["I1332 10:00:00.000001       7 a.go:1] x", "I0102 25:00:00.000001       7 a.go:1] x"])
def test_no_such_time(read: Read, bad: str) -> None:
    frame = read("I0102 10:00:00.000001       7 a.go:1] x\n" + bad + "\n")
    assert len(frame) == 2
    assert pd.isna(frame["time"][1])


def test_newer_glog_writes_the_year(read: Read) -> None:
    frame = read("I20190102 10:00:00.000001 7 a.cc:1] x\nE20190102 10:00:01.000001 7 a.cc:2] y\n")
    assert frame.attrs["format"] == "klog"
    assert str(frame["time"][0]) == "2019-01-02 10:00:00.000001+00:00"


def test_the_heading_of_a_file_tells_the_year_and_the_host(read: Read) -> None:
    frame = read(
        "Log file created at: 2023/12/31 23:59:58\n"
        "Running on machine: made-up-7\n"
        "Binary: Built with gc go1.20 for linux/amd64\n"
        "Log line format: [IWEF]mmdd hh:mm:ss.uuuuuu threadid file:line] msg\n"
        "W1231 23:59:59.000001   77 made_up.go:12] last of the year\n"
        "E0101 00:00:01.5        77 made_up.go:13] first of the next\n"
    )
    assert frame["parsed"].all()
    assert [str(t) for t in frame["time"]] == ["2023-12-31 23:59:59.000001+00:00", "2024-01-01 00:00:01.500000+00:00"]
    assert list(frame["host"]) == ["made-up-7"] * 2
    assert list(frame["line_start"]) == [5, 6]
    assert not any("without a year" in said for said in frame.attrs["said"])


def test_json_has_no_level_but_the_verbosity(read: Read) -> None:
    frame = read(
        '{"ts":1767348000000.25,"caller":"made/up.go:12","msg":"started","v":2,"pod":{"name":"made-1"}}\n'
        '{"ts":1767348001000.25,"caller":"made/up.go:20","msg":"lost","err":"made up"}\n'
    )
    assert frame.attrs["format"] == "klog_json"
    assert [str(t) for t in frame["time"]] == [
        "2026-01-02 10:00:00.000250+00:00",
        "2026-01-02 10:00:01.000250+00:00",
    ]
    assert list(frame["severity_number"]) == [9, 17]
    assert list(frame["message"]) == ["started", "lost"]
    assert (frame["caller"][1], frame["pod.name"][0]) == ("made/up.go:20", "made-1")
    line = '{"ts":1767348000000.25,"caller":"made/up.go:12","msg":"lost","err":"made up"}'
    inside = read(f"2026-01-02T10:00:00Z stderr F {line}\n")
    assert (inside["inner_format"][0], inside["severity_number"][0]) == ("klog_json", 17)
