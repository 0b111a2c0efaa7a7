"""Lines that begin with a time, whoever wrote them."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

Read = Callable[..., pd.DataFrame]


def at(text: str) -> pd.Timestamp:
    return pd.Timestamp(text, tz="UTC")


SHAPES = {
    "2026-01-02 10:00:00.123456789:INFO:on": ("2026-01-02T10:00:00.123456789", "INFO", "on", "assumed:UTC"),
    "2026/01/02 10:00:00 on": ("2026-01-02T10:00:00", "", "on", "assumed:UTC"),
    "2026-01-02T11:00:00+01:00 [error] on": ("2026-01-02T10:00:00", "error", "on", "explicit"),
    "2026-01-02T10:00:00Z h1 made up WARN on": ("2026-01-02T10:00:00", "WARN", "h1 made up WARN on", "explicit"),
    "2026-07-02 10:00:00 CEST on": ("2026-07-02T08:00:00", "", "on", "explicit"),
    "1767348000 on": ("2026-01-02T10:00:00", "", "on", "explicit"),
    "1767348000123 on": ("2026-01-02T10:00:00.123", "", "on", "explicit"),
    "1767348000123456 on": ("2026-01-02T10:00:00.123456", "", "on", "explicit"),
    "1767348000123456789 on": ("2026-01-02T10:00:00.123456789", "", "on", "explicit"),
    "[1767348000.5] on": ("2026-01-02T10:00:00.5", "", "on", "explicit"),
    "2026-002T10:00:00,672:WARN:on": ("2026-01-02T10:00:00.672", "WARN", "on", "assumed:UTC"),
    "20260102T100000Z on": ("2026-01-02T10:00:00", "", "on", "explicit"),
    "Fri Jan  2 10:00:00 2026 on": ("2026-01-02T10:00:00", "", "on", "assumed:UTC"),
    "[02/Jan/2026:11:00:00 +0100] on": ("2026-01-02T10:00:00", "", "on", "explicit"),
    # A level behind a blank is no zone, with an offset before it or without.
    "2026-01-02T10:00:00Z ERROR on it": ("2026-01-02T10:00:00", "ERROR", "on it", "explicit"),
    "2026-01-02T11:00:00+01:00 INF on it": ("2026-01-02T10:00:00", "INF", "on it", "explicit"),
    "2026/01/02 10:00:00 ERRO on it": ("2026-01-02T10:00:00", "ERRO", "on it", "assumed:UTC"),
    "2026/01/02 10:00:00 GET /it": ("2026-01-02T10:00:00", "", "GET /it", "assumed:UTC"),
    "2026-01-02 10:00:00 system on": ("2026-01-02T10:00:00", "", "system on", "assumed:UTC"),
    "[2026-01-02T10:00:00Z INFO ] on": ("2026-01-02T10:00:00", "INFO", "on", "explicit"),
    "Fri, 02 Jan 2026 10:00:00 GMT on": ("2026-01-02T10:00:00", "", "on", "explicit"),
    "02-Jan-2026 10:00:00.672 on": ("2026-01-02T10:00:00.672", "", "on", "assumed:UTC"),
    "[02/Jan/2026 10:00:00] WARNING [made.up] on": ("2026-01-02T10:00:00", "WARNING", "[made.up] on", "assumed:UTC"),
    "ERROR [2026-01-02 10:00:00,672] made.up.Part: on": (
        "2026-01-02T10:00:00.672",
        "ERROR",
        "made.up.Part: on",
        "assumed:UTC",
    ),
    "[warning] 2026-01-02T10:00:00.672Z made@up on": (
        "2026-01-02T10:00:00.672",
        "warning",
        "made@up on",
        "explicit",
    ),
    "2026-01-02T10:00:00Z E! [inputs.made] on": ("2026-01-02T10:00:00", "ERROR", "[inputs.made] on", "explicit"),
    "2026/01/02 10:00:00 made/up.go:7:run() [W] on": (
        "2026-01-02T10:00:00",
        "WARN",
        "made/up.go:7:run() [W] on",
        "assumed:UTC",
    ),
    "2026.01.02 10:00:00.672 [ 7 ] {} <Error> Made: on": (
        "2026-01-02T10:00:00.672",
        "Error",
        "[ 7 ] {} <Error> Made: on",
        "assumed:UTC",
    ),
    "[2026-01-02 10:00:00.672][7][warning][made] on": (
        "2026-01-02T10:00:00.672",
        "warning",
        "[7][warning][made] on",
        "assumed:UTC",
    ),
    "[2026-01-02 11:00:00 +0100] critical/Made: on": (
        "2026-01-02T10:00:00",
        "critical",
        "critical/Made: on",
        "explicit",
    ),
    "2026-01-02 10:00:00 fail: Made.Up[7]": ("2026-01-02T10:00:00", "fail", "Made.Up[7]", "assumed:UTC"),
    "2026-01-02 11:00:00.672 +01:00 [VRB] on": ("2026-01-02T10:00:00.672", "VRB", "on", "explicit"),
}


@pytest.mark.parametrize("line", SHAPES)
def test_shapes(read: Read, line: str) -> None:
    time, level, message, zone = SHAPES[line]
    frame = read(f"{line}\n  further\n{line}\n", format="timed_lines")
    assert frame["time"].to_list() == [at(time)] * 2
    assert frame["severity_text"][1] == level
    assert frame["message"].to_list() == [f"{message}\n  further", message]
    assert frame["zone"][1] == zone
    assert read(f"{line}\n").attrs["format"] in (
        "timed_lines",
        "apache_error",
        "access",
        "syslog_rfc3164",
        "nginx_error",
        "python_logging",
        "java",
    )


def test_tai64n_counts_from_ten_seconds_before(read: Read) -> None:
    # 2**62 + 10 + 1767348000, as multilog writes it.
    label = f"@{2**62 + 10 + 1767348000:016x}{500:08x}"
    frame = read(f"{label} on\n{label} off\n")
    assert frame.attrs["format"] == "timed_lines"
    assert frame["time"][0] == at("2026-01-02T10:00:00.000000500")


def test_the_last_day_of_a_leap_year(read: Read) -> None:
    frame = read("2024-366T10:00:00 on\n2023-366T10:00:00 on\n")
    assert frame["time"][0] == at("2024-12-31T10:00:00")
    assert pd.isna(frame["time"][1])


def test_a_banner_may_stand_before_the_first_time(read: Read) -> None:
    frame = read("==> made up\n    version 7\n2026-01-02T10:00:00Z on\n2026-01-02T10:00:01Z off\n")
    assert frame.attrs["format"] == "timed_lines"
    assert frame["parsed"].to_list() == [False, False, True, True]
    with pytest.raises(ValueError, match=r"no known format"):
        read("made up\nit says\nmore\n2026-01-02 10:00:00 on\nand more\n")


def test_a_clock_without_a_date_gives_no_time(read: Read) -> None:
    frame = read("23:59:59.000 a DEBUG on\n00:00:00.000 a DEBUG next day\n")
    assert frame["time"].isna().all()
    assert frame["parsed"].all()
    assert any("without a date" in said for said in frame.attrs["said"])


def test_a_zone_name_is_read_told_or_refused(read: Read) -> None:
    frame = read("2026-01-02T10:00:00.5FOO err x\n")
    assert frame["zone"][0] == "assumed:UTC"
    assert any("FOO" in said for said in frame.attrs["said"])
    with pytest.raises(ValueError, match=r"state which"):
        read("2026-01-02 10:00:00 CST on\n")
    assert read("2026-01-02 10:00:00 CST on\n", zone="Asia/Shanghai")["time"][0] == at("2026-01-02T02:00:00")


def test_a_word_in_capitals_is_no_zone(read: Read) -> None:
    frame = read("2026-01-02 10:00:00 ERROR lost\n2026-01-02 10:00:01 GET /\n")
    assert frame["severity_text"].to_list() == ["ERROR", ""]
    assert frame["message"].to_list() == ["lost", "GET /"]
    assert not any("GET" in said for said in frame.attrs["said"])


def test_what_stands_behind_the_time_is_read_again(read: Read) -> None:
    frame = read(
        '2026-01-02T10:00:00.000000001Z {"level":"error","time":"2026-01-02T09:59:59Z","msg":"lost","part":3}\n'
        '2026-01-02T10:00:01.000000001Z {"level":"info","time":"2026-01-02T10:00:01Z","msg":"on","part":4}\n'
    )
    assert frame.attrs["format"] == "timed_lines"
    assert frame["time"][0] == at("2026-01-02T10:00:00.000000001")
    assert frame["message"].to_list() == ["lost", "on"]
    assert frame["part"].to_list() == [3, 4]
    assert frame["severity_number"].to_list() == [17, 9]


def test_a_year_that_no_nanosecond_holds_gives_no_time(read: Read) -> None:
    frame = read("2026-01-02 10:00:00 on\n6026-01-02 10:00:00 off\n")
    assert frame["time"].isna().to_list() == [False, True]
    assert any("2262" in said for said in frame.attrs["said"])


@pytest.mark.parametrize("level", ["INFO", "WARN", "ERROR", "DEBUG"])
def test_a_level_behind_the_time_is_no_zone(read: Read, level: str) -> None:
    frame = read(f"2026/01/02 10:00:00.250 {level} made up\n" * 2, format="timed_lines")
    assert (frame["severity_text"][0], frame["message"][0]) == (level, "made up")
    assert not any(level in said for said in frame.attrs["said"])


@pytest.mark.parametrize(
    ("line", "level", "message", "zone"),
    [
        # Capitals behind the time are a zone only where they are the name of one.
        ("2026-01-02T10:00:00.5Z ERROR lost", "ERROR", "lost", "explicit"),
        ("2026-01-02 10:00:00 WARN lost", "WARN", "lost", "assumed:UTC"),
        ("2026-01-02T10:00:00Z GET /made/up", "", "GET /made/up", "explicit"),
    ],
)
def test_a_level_or_a_method_in_capitals_is_no_zone(read: Read, line: str, level: str, message: str, zone: str) -> None:
    frame = read(f"{line}\n", format="timed_lines")
    assert (frame["severity_text"][0], frame["message"][0], frame["zone"][0]) == (level, message, zone)
    assert frame["time"][0].floor("s") == at("2026-01-02T10:00:00")
    assert not any("is not known" in said for said in frame.attrs["said"])


def test_what_lambda_says_of_a_request_is_no_syslog(read: Read) -> None:
    # As CloudWatch's export to a bucket writes it: the time, then the message.
    frame = read(
        "2026-01-02T10:00:00.000Z START RequestId: made-up Version: $LATEST\n"
        '2026-01-02T10:00:00.100Z {"level":"ERROR","msg":"lost"}\n'
        "2026-01-02T10:00:00.200Z END RequestId: made-up\n"
        "2026-01-02T10:00:00.200Z REPORT RequestId: made-up\tDuration: 100 ms\n"
    )
    assert frame.attrs["format"] == "timed_lines"
    assert len(frame) == 4
    assert frame["service"].fillna("").to_list() == [""] * 4
