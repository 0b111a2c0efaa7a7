"""Kubernetes' container logs, from the design of the CRI."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

Read = Callable[..., pd.DataFrame]


def test_pieces_are_joined_within_their_stream(read: Read) -> None:
    frame = read(
        "2026-01-02T10:00:00.000000001Z stdout P half a \n"
        "2026-01-02T10:00:00.000000002Z stderr F another stream\n"
        "2026-01-02T10:00:00.5Z stdout P longer \n"
        "2026-01-02T10:00:00.000000003Z stdout F line\n"
        "2026-01-02T11:00:01.25+01:00 stdout F \n"
    )
    assert frame.attrs["format"] == "cri"
    assert list(frame["message"]) == ["half a longer line", "another stream", ""]
    assert list(frame["stream"]) == ["stdout", "stderr", "stdout"]
    assert list(zip(frame["line_start"], frame["line_end"], strict=True)) == [(1, 4), (2, 2), (5, 5)]
    assert (frame["time"][0].nanosecond, str(frame["time"][2])) == (1, "2026-01-02 10:00:01.250000+00:00")
    assert frame["pieces"][0] == 3


def test_a_rotated_file_ends_in_the_middle_of_a_line(read: Read) -> None:
    frame = read("2026-01-02T10:00:00Z stdout F a\n2026-01-02T10:00:00Z stdout P cut")
    assert list(frame["message"]) == ["a", "cut"]
    assert any("no end" in said for said in frame.attrs["said"])


def test_the_text_is_read_by_its_own_format(read: Read) -> None:
    head = "2026-01-02T10:00:00.000000001Z stderr F "
    frame = read(
        head
        + "E0102 09:59:59.000000       7 made_up.go:12] lost\n"
        + head
        + "I0102 09:59:59.100000       7 made_up.go:13] ok\n"
    )
    assert list(frame["inner_format"]) == ["klog", "klog"]
    assert list(frame["severity_number"]) == [17, 9]
    assert list(frame["message"]) == ["lost", "ok"]
    assert str(frame["time"][0]) == "2026-01-02 10:00:00.000000001+00:00", "the container's clock has a year and a zone"


def test_json_that_was_cut_in_pieces_is_read_when_it_is_whole(read: Read) -> None:
    frame = read(
        '2026-01-02T10:00:00Z stdout P {"level":"error",\n2026-01-02T10:00:00Z stdout F "msg":"lost"}\n'
        '2026-01-02T10:00:01Z stdout F {"level":"info","msg":"ok"}\n'
    )
    assert list(frame["message"]) == ["lost", "ok"]
    assert list(frame["severity_number"]) == [17, 9]


@pytest.mark.parametrize("bad", ["2026-01-02T10:00:00Z stdin F x", "2026-01-02T10:00:00Z stdout X y", "cut of a line"])
def test_lines_that_are_none_are_kept(read: Read, bad: str) -> None:
    frame = read("2026-01-02T10:00:00Z stdout F a\n" * 3 + bad + "\n")
    assert list(frame["parsed"]) == [True, True, True, False]
    assert frame["message"][3] == bad


def test_two_programs_in_one_container_are_read_each_by_its_own_format(read: Read) -> None:
    head = "2026-01-02T10:00:00.000000001Z stderr F "
    frame = read(
        f"{head}E0102 09:59:59.000000       7 made_up.go:12] lost\n"
        f'{head}192.0.2.7 - - [02/Jan/2026:10:00:00 +0000] "GET /made HTTP/1.1" 503 12 "-" "made/1"\n'
        f"{head}I0102 09:59:59.100000       7 made_up.go:13] ok\n"
        f'{head}192.0.2.7 - - [02/Jan/2026:10:00:00 +0000] "GET /up HTTP/1.1" 200 12 "-" "made/1"\n'
    )
    assert list(frame["inner_format"]) == ["klog", "access"] * 2
    assert list(frame["severity_number"].fillna(0)) == [17, 17, 9, 9]
    assert list(frame["message"])[::2] == ["lost", "ok"]
