"""Rust's tracing and env_logger as text."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

Read = Callable[..., pd.DataFrame]


def at(text: str) -> pd.Timestamp:
    return pd.Timestamp(text, tz="UTC")


def test_spans_target_and_env_logger(read: Read) -> None:
    frame = read(
        "2026-01-02T10:00:00.000001Z  INFO made_up::part: started number=3\n"
        '2026-01-02T10:00:01.000001Z ERROR work{id=7 name="a: b"}:inner: made_up::part: lost: again\n'
        "2026-01-02T10:00:02.000001Z TRACE ThreadId(02) made_up: thread\n"
        "[2026-01-02T10:00:03Z WARN  made_up::env] slow\n"
    )
    assert frame.attrs["format"] == "rust_tracing"
    assert frame["severity_number"].to_list() == [9, 17, 1, 13]
    assert frame["target"].to_list() == ["made_up::part", "made_up::part", "made_up", "made_up::env"]
    assert frame["message"].to_list() == ["started number=3", "lost: again", "thread", "slow"]
    assert frame["spans"][1] == 'work{id=7 name="a: b"}:inner'
    assert frame["thread"][2] == "ThreadId(02)"
    assert frame["time"][0] == at("2026-01-02T10:00:00.000001")
    assert set(frame["zone"]) == {"explicit"}


def test_a_panic_belongs_to_the_record_above(read: Read) -> None:
    frame = read(
        "2026-01-02T10:00:00Z  INFO a::b: x\nthread 'main' panicked at src/main.rs:1\n2026-01-02T10:00:01Z  INFO a::b: y\n"
    )
    assert frame["line_end"].to_list() == [2, 3]


def test_names_of_threads_and_places_in_the_source(read: Read) -> None:
    frame = read(
        "2026-01-02T10:00:00.123456Z  INFO main ThreadId(01) made_up: src/main.rs:12: started part=7\n"
        "2026-01-02T10:00:01.123456Z ERROR tokio-runtime-worker ThreadId(02) made_up::part: src/part.rs:7: lost\n"
    )
    assert frame.attrs["format"] == "rust_tracing"
    assert frame["thread"].to_list() == ["ThreadId(01)", "ThreadId(02)"]
    assert frame["thread_name"].to_list() == ["main", "tokio-runtime-worker"]
    assert frame["target"].to_list() == ["made_up", "made_up::part"]
    assert frame["code_file"].to_list() == ["src/main.rs", "src/part.rs"]
    assert frame["code_line"].to_list() == [12, 7]
    assert frame["message"].to_list() == ["started part=7", "lost"]
