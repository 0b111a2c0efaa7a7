"""Syslog with the old head, from RFC 3164 and rsyslog's templates."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

Read = Callable[..., pd.DataFrame]


def test_hosts_tags_and_processes(read: Read) -> None:
    frame = read(
        "Jan  2 10:00:00 made-up sshd[77]: Accepted for root\n"
        "Jan 12 10:00:01 made-up su: refused\n"
        "Jan 12 10:00:02 made-up sshd(pam_unix)[78]: failure; user=\n"
        "Jan 12 10:00:03 made-up postfix/smtp[79]: ABC: to=<x>: sent\n"
        "Jan 12 10:00:04 made-up syslogd 1.4.1: restart.\n"
        "Jan 12 10:00:05 made-up -- MARK --\n"
        "Jan 12 10:00:06 su: no host here\n"
        "Jan 12 10:00:07 made-up kernel: [   12.3] eth0: up\n",
        since="2026-01-01",
    )
    assert frame.attrs["format"] == "syslog_rfc3164"
    assert list(frame["service"]) == ["sshd", "su", "sshd(pam_unix)", "postfix/smtp", "syslogd", "", "su", "kernel"]
    assert list(frame["pid"].dropna()) == [77, 78, 79]
    assert list(frame["host"]) == ["made-up"] * 6 + ["", "made-up"]
    assert frame["message"][3] == "ABC: to=<x>: sent"
    assert frame["message"][4] == "1.4.1: restart."
    assert frame["message"][7] == "[   12.3] eth0: up"
    assert str(frame["time"][0]) == "2026-01-02 10:00:00+00:00"


@pytest.mark.parametrize(
    "number, level, facility",
    [
        (0, "emerg", "kern"),
        (34, "crit", "auth"),
        (13, "notice", "user"),
        (165, "notice", "local4"),
        (191, "debug", "local7"),
    ],
)
def test_the_priority_tells_severity_and_facility(read: Read, number: int, level: str, facility: str) -> None:
    row = read(f"<{number}>Jan  2 10:00:00 made-up su: x\n").iloc[0]
    assert (row["severity_text"], row["facility"]) == (level, facility)


def test_the_years_roll_over_at_new_year_and_the_zone_is_assumed(read: Read) -> None:
    frame = read("Dec 31 23:59:59 h a: x\nJan  1 00:00:01 h a: y\n")
    assert frame["time"].diff()[1] == pd.Timedelta("2s")
    assert any("New Year" in said for said in frame.attrs["said"])
    assert set(frame["zone"]) == {"assumed:UTC"}


def test_rsyslogs_own_stamps_carry_their_zone(read: Read) -> None:
    frame = read(
        "2026-01-02T10:00:00.123456+01:00 made-up cron[7]: (root) CMD (x)\n"
        "2026-01-02T10:00:01.5-05:00 made-up kernel: y\n"
        "Jan  2 10:00:02 made-up cron[7]: an older daemon's line\n",
        since="2026-01-01",
    )
    assert frame.attrs["format"] == "syslog_rfc3164"
    assert list(frame["time"].astype(str)) == [
        "2026-01-02 09:00:00.123456+00:00",
        "2026-01-02 15:00:01.500000+00:00",
        "2026-01-02 10:00:02.000000+00:00",
    ]
    assert list(frame["zone"]) == ["explicit", "explicit", "assumed:UTC"]


def test_a_year_behind_the_day_is_taken(read: Read) -> None:
    assert str(read("Jan  2 2021 10:00:00 asa : %ASA-6-302013: Built\n")["time"][0]) == "2021-01-02 10:00:00+00:00"


def test_days_without_padding(read: Read) -> None:
    frame = read("Jan 2 10:00:00 h a[7]: x\nJan 12 10:00:00 h a[7]: y\n")
    assert list(frame["time"].dt.day) == [2, 12]


def test_requests_that_a_server_logs_through_syslog(read: Read) -> None:
    row = read(
        'Jan  2 10:00:01 web1 nginx: 192.0.2.1 - - [02/Jan/2026:10:00:00 +0100] "GET /a HTTP/1.1" 502 12 "-" "x" 0.5\n'
    ).iloc[0]
    assert (row["host"], row["service"], row["status"], row["path"]) == ("web1", "nginx", 502, "/a")
    assert (str(row["time"]), row["zone"]) == ("2026-01-02 09:00:00+00:00", "explicit")
    assert row["severity_number"] == 17


def test_continuations_and_what_comes_before_the_first_head(read: Read) -> None:
    frame = read("cut of a line\nJan  2 10:00:00 h a: x\n\tgoes on\nand on\nJan  2 10:00:01 h a: y\n")
    assert list(frame["parsed"]) == [False, True, True]
    assert frame["message"][1] == "x\n\tgoes on\nand on"
    assert list(zip(frame["line_start"], frame["line_end"], strict=True)) == [(1, 1), (2, 4), (5, 5)]


@pytest.mark.parametrize(
    "bad", ["Foo 12 10:00:00 h a: x", "Jan 32 10:00:00 h a: x", "Jan  2 25:00:00 h a: x", "<999>Jan  2 10:00:00 h a: x"]
)
def test_what_is_no_stamp_is_kept_unread(read: Read, bad: str) -> None:
    frame = read(f"Jan  2 10:00:00 h a: x\nJan  2 10:00:01 h a: y\n{bad}\n")
    assert (~frame["parsed"]).sum() == 1
    assert frame["message"][2] == bad


def test_lines_of_other_programs_with_iso_stamps_are_not_claimed(read: Read) -> None:
    frame = read("2026-01-02T10:00:00.000Z ERROR main: x\n2026-01-02T10:00:01.000Z INFO main: y\n")
    assert frame.attrs["format"] != "syslog_rfc3164"
