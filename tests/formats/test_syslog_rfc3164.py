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


def test_what_cisco_writes_made_up(read: Read) -> None:
    """Numbers, marks, a year before or behind, a zone, a colon alone; the severity is the mnemonic's where no PRI is."""
    frame = read(
        "<189>45: *Mar  1 18:48:50.483: %SYS-5-MADE_I: up\n"
        "<187>000047: edge1: .Mar  1 2023 18:48:53.500 CET: %LINK-3-MADEUP: down\n"
        "<166>Mar  1 2023 18:48:54: %ASA-6-302013: built\n"
        "Mar  1 2023 18:48:55 fw1 : %ASA-4-106023: denied\n"
        "Mar  1 2023 18:48:56 198.51.100.9 46: Mar  1 18:48:50.001 UTC: %LINEPROTO-5-UPDOWN: gone\n"
        "2023 Mar  1 18:48:57.123 n9 %$ VDC-1 %$ %ETHPORT-2-IF_DOWN: lost\n",
        zone="UTC",
        since="2023-03-01",
    )
    assert frame.attrs["format"] == "syslog_rfc3164"
    assert [str(t)[5:-6] for t in frame["time"]] == [
        "03-01 18:48:50.483000", "03-01 17:48:53.500000", "03-01 18:48:54", "03-01 18:48:55", "03-01 18:48:56",
        "03-01 18:48:57.123000",
    ]  # fmt: skip
    assert list(frame["service"])[3:] == ["%ASA-4-106023", "%LINEPROTO-5-UPDOWN", "%ETHPORT-2-IF_DOWN"]
    assert list(frame["message"]) == ["up", "down", "built", "denied", "gone", "lost"]
    assert list(frame["severity_number"]) == [10, 17, 9, 13, 10, 18]
    assert [h for h in frame["host"] if h] == ["edge1", "fw1", "198.51.100.9", "n9"]
    assert frame["sequence"].dropna().tolist() == [45, 47, 46]


def test_levels_in_words_made_up(read: Read) -> None:
    """BusyBox before the tag, BSD's syslogd -v and -vv in brackets, OpenWrt's logread with asctime."""
    frame = read(
        "Jan  2 10:00:00 box cron.err crond[5]: failed\n"
        "Jan  2 10:00:01 <auth.info> box sshd[12]: in\n"
        "Jan  2 10:00:02 <3.4> box named: odd\n"
        "Fri Jan  2 10:00:03 2026 kern.warn kernel: br-lan\n",
        since="2026-01-01",
    )
    assert frame["parsed"].all()
    assert list(frame["severity_number"]) == [17, 9, 13, 13]
    assert list(frame["facility"]) == ["cron", "auth", "daemon", "kern"]
    assert list(frame["service"]) == ["crond", "sshd", "named", "kernel"]
    assert list(frame["host"]) == ["box"] * 3 + [""]
    assert [str(t) for t in frame["time"]] == [f"2026-01-02 10:00:0{i}+00:00" for i in range(4)]


def test_records_without_a_tag_are_not_lost_in_the_one_above(read: Read) -> None:
    frame = read(
        "2026-01-02T10:00:00+01:00 made-up postfix/smtpd[12]: connect\n"
        "2026-01-02T10:00:01+01:00 made-up last message repeated 3 times\n"
        "2026-01-02T10:00:02+01:00 made-up Some Made Helper[3]: two\n\tlines\n"
        "<13>Jan  2 09:00:03  made-up com.made.launchd[1] (com.made.job[9]): exited\n"
        "-- Reboot --\n"
        "<12>no stamp at all\n"
        "2026-01-02T10:00:04.5Z app[web.1]: from a platform\n",
        since="2026-01-01",
    )
    assert frame["parsed"].all()
    assert list(frame["message"]) == [
        "connect", "last message repeated 3 times", "two\n\tlines", "(com.made.job[9]): exited", "-- Reboot --",
        "no stamp at all", "from a platform",
    ]  # fmt: skip
    assert [s for s in frame["service"] if s] == ["postfix/smtpd", "Some Made Helper", "com.made.launchd", "app"]
    assert list(frame["time"].isna()) == [False] * 4 + [True, True, False]
    assert (frame["severity_number"][5], frame["procid"][6]) == (13, "web.1")


def test_macos_log_show(read: Read) -> None:
    frame = read(
        "2026-01-02 10:00:00.123456+0200  localhost made[446]: [com.made:up] found\n"
        "2026-01-02 10:00:01.000000+0200  localhost Made Up Helper[0]: (Part) more\n"
    )
    assert frame.attrs["format"] == "syslog_rfc3164"
    assert str(frame["time"][0]) == "2026-01-02 08:00:00.123456+00:00"
    assert list(frame["service"]) == ["made", "Made Up Helper"]


def test_numbers_behind_the_device_and_repeated_lines_without_a_host(read: Read) -> None:
    frame = read(
        "<182>: edge1: 115649616: Jan 23 14:54:28.511: %MADE-6-UP: R0/0: found\n"
        "Jan 24 14:26:01 --- last message repeated 2 times ---\n"
        "Jan 24 14:26:02 192.0.2.1 : AAA refused : reason = made up\n",
        since="2026-01-01",
    )
    assert list(frame["host"]) == ["edge1", "", "192.0.2.1"]
    assert list(frame["message"]) == [
        "R0/0: found", "--- last message repeated 2 times ---", "AAA refused : reason = made up",
    ]  # fmt: skip
    assert frame["sequence"][0] == 115649616


def test_haproxy_among_others(read: Read) -> None:
    frame = read(
        "Jan  2 10:00:00 lb1 sshd[5]: made up\n"
        * 3
        + "Jan  2 10:00:01 lb1 haproxy[7]: 192.0.2.1:5000 [02/Jan/2026:10:00:00.250] web~ app/app1 1/0/2/30/33 503 12 - - "
        'SC-- 1/2/3/4/0 5/6 "GET /a HTTP/1.1"\n',
        since="2026-01-01",
    )
    assert frame.attrs["format"] == "syslog_rfc3164"
    row = frame.iloc[3]
    assert (row["host"], row["pid"], row["status"], row["termination_state"], row["severity_number"]) == (
        "lb1", 7, 503, "SC--", 17,
    )  # fmt: skip
    assert str(row["time"]) == "2026-01-02 10:00:00.250000+00:00"


def test_german_months_and_aix(read: Read) -> None:
    frame = read(
        "Okt  2 10:00:00 h1 made[7]: eins\nDez  2 10:00:00 h1 made[7]: zwei\nMär  2 10:00:00 h1 made[7]: drei\n"
        "Mai  2 10:00:00 h1 auth|security:crit made[7]: vier\n",
        since="2019-10-01",
    )
    assert [(t.year, t.month) for t in frame["time"]] == [(2019, 10), (2019, 12), (2020, 3), (2020, 5)]
    assert list(frame["message"]) == ["eins", "zwei", "drei", "vier"]
    assert (frame["facility"][3], frame["severity_number"][3]) == ("auth", 18)
