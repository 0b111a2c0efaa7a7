"""Syslog with the new head, from RFC 5424."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

Read = Callable[..., pd.DataFrame]


def test_the_examples_fields(read: Read) -> None:
    frame = read(
        "<165>1 2026-01-02T05:14:15.000003-07:00 192.0.2.1 made 8710 ID47 - \ufeff'su root' failed\n"
        '<11>1 2026-01-02T22:14:15.003Z made.up app - - [ex@32473 iut="3" src="a \\"b\\" \\\\ \\]"][o@1 k="v"] text [x]\n'
        "<34>1 - - - - - -\n"
    )
    assert frame.attrs["format"] == "syslog_rfc5424"
    row = frame.iloc[0]
    assert (row["host"], row["service"], row["pid"], row["msgid"]) == ("192.0.2.1", "made", 8710, "ID47")
    assert (str(row["time"]), row["zone"]) == ("2026-01-02 12:14:15.000003+00:00", "explicit")
    assert (row["message"], row["severity_text"], row["facility"]) == ("'su root' failed", "notice", "local4")
    assert frame["ex@32473.iut"][1] == "3"
    assert frame["ex@32473.src"][1] == 'a "b" \\ ]'
    assert frame["o@1.k"][1] == "v"
    assert frame["message"][1] == "text [x]"
    assert frame["parsed"][2]
    assert pd.isna(frame["time"][2])
    assert (frame["host"][2], frame["message"][2]) == ("", "")


def test_a_parameter_that_stands_twice_loses_nothing(read: Read) -> None:
    row = read('<14>1 2026-01-02T10:00:00Z h a - - [origin ip="192.0.2.1" ip="192.0.2.2"] x\n').iloc[0]
    assert row["origin.ip"] == "192.0.2.1,192.0.2.2"


@pytest.mark.parametrize("process, column, value", [("77", "pid", 77), ("a-7", "procid", "a-7")])
def test_processes_that_are_no_numbers(read: Read, process: str, column: str, value: object) -> None:
    assert read(f"<14>1 2026-01-02T10:00:00Z h a {process} - - x\n")[column][0] == value


def test_messages_span_lines_and_rsyslogs_second_space_goes(read: Read) -> None:
    frame = read("<14>1 2026-01-02T10:00:00Z h a - - -  one\ntwo\n<14>1 2026-01-02T10:00:01Z h a - - - three\n")
    assert list(frame["message"]) == ["one\ntwo", "three"]
    assert list(frame["line_end"]) == [2, 3]


def test_an_old_head_of_another_sender_is_read(read: Read) -> None:
    frame = read("<14>1 2026-01-02T10:00:00Z h a - - - x\n" * 2 + "<13>Jan  2 10:00:02 old b: y\n", since="2026-01-01")
    assert list(frame["service"]) == ["a", "a", "b"]
    assert frame["parsed"].all()
