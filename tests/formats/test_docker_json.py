"""Docker's json-file logs, from moby's sources."""

from __future__ import annotations

import json
from collections.abc import Callable

import pandas as pd
import pytest

Read = Callable[..., pd.DataFrame]


def line(log: str, stream: str = "stdout", time: str = "2026-01-02T10:00:00.000000001Z", **more: object) -> str:
    return json.dumps({"log": log, "stream": stream, **more, "time": time}, separators=(",", ":")) + "\n"


def test_chunks_are_joined_until_one_ends(read: Read) -> None:
    long = "x" * 16_384
    frame = read(
        line(long)
        + line("other\n", "stderr")
        + line(long)
        + line("end\n", time="2026-01-02T10:00:01Z")
        + line("next\n")
    )
    assert frame.attrs["format"] == "docker_json"
    assert list(frame["message"]) == [long + long + "end", "other", "next"]
    assert list(zip(frame["line_start"], frame["line_end"], strict=True)) == [(1, 4), (2, 2), (5, 5)]
    assert str(frame["time"][0]) == "2026-01-02 10:00:00.000000001+00:00"
    assert frame["pieces"][0] == 3


def test_a_short_chunk_counts_where_other_lines_have_ends(read: Read) -> None:
    assert list(read(line("a ") + line("b\n") + line("c\n"))["message"]) == ["a b", "c"]


def test_where_no_line_has_an_end_nothing_is_joined(read: Read) -> None:
    frame = read(line("a") + line("b") + line("c"))
    assert list(frame["message"]) == ["a", "b", "c"]
    assert frame.attrs["said"] == []


def test_colours_and_titles_of_a_terminal_go(read: Read) -> None:
    frame = read(line("\x1b]0;title\x07\x1b[31mred\x1b[0m\r\n"))
    assert frame["message"][0] == "red"


def test_attributes_and_the_text_within(read: Read) -> None:
    frame = read(
        line('{"level":"error","msg":"lost","n":7}\n', "stderr", attrs={"tag": "made/up"})
        + line('{"level":"info","msg":"ok"}\n', attrs={"tag": "made/up"})
    )
    assert list(frame["message"]) == ["lost", "ok"]
    assert (frame["attrs.tag"][0], frame["n"][0], frame["stream"][0]) == ("made/up", 7, "stderr")


@pytest.mark.parametrize("bad", ['{"log":"cut', '{"log":7,"stream":"stdout","time":"2026"}', "plain", "[]"])
def test_broken_lines_are_kept(read: Read, bad: str) -> None:
    frame = read(line("a\n") * 3 + bad + "\n" + line("b\n"))
    assert list(frame["parsed"]) == [True, True, True, False, True]
    assert frame["message"][3] == bad


@pytest.mark.parametrize(
    "line",
    [
        # As `json.dumps` and `jq -S` write Docker's three fields.
        '{"log": "a \\"b\\"\\n", "stream": "stderr", "time": "2026-01-02T10:00:00.000000001Z"}',
        '{"attrs":{"tag":"made/up"},"log":"a \\"b\\"\\n","stream":"stderr","time":"2026-01-02T10:00:00.000000001Z"}',
        '{"time":"2026-01-02T10:00:00.000000001Z","stream":"stderr","log":"a \\"b\\"\\n"}',
    ],
)
def test_other_writers_space_and_order_the_fields_otherwise(read: Read, line: str) -> None:
    frame = read(f"{line}\n{line}\n")
    assert frame.attrs["format"] == "docker_json"
    assert list(frame["message"]) == ['a "b"'] * 2
    assert frame["time"][0].nanosecond == 1
