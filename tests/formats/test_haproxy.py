"""HAProxy's logs, from its configuration manual."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

Read = Callable[..., pd.DataFrame]


HEAD = "Jan  2 10:00:01 lb1 haproxy[7]: "
HTTP = (
    "192.0.2.1:5000 [02/Jan/2026:10:00:00.250] web~ app/app1 1/0/2/30/33 200 12 - - ---- 1/2/3/4/0 5/6 {made.up} {} "
    '"GET /a HTTP/1.1"\n'
)


def test_the_http_format(read: Read) -> None:
    frame = read(HEAD + HTTP)
    assert frame.attrs["format"] == "haproxy"
    row = frame.iloc[0]
    assert (str(row["time"]), row["zone"]) == ("2026-01-02 10:00:00.250000+00:00", "assumed:UTC")
    assert (row["client"], row["client_port"], row["frontend"], row["tls"]) == ("192.0.2.1", 5000, "web", True)
    assert (row["backend"], row["server"], row["termination_state"]) == ("app", "app1", "----")
    timers = [row[name] for name in ("request_s", "queue_s", "connect_s", "response_s", "duration_s")]
    assert timers == [0.001, 0, 0.002, 0.03, 0.033]
    assert (row["status"], row["bytes"], row["method"], row["path"]) == (200, 12, "GET", "/a")
    assert (row["active_connections"], row["server_connections"], row["server_queue"]) == (1, 4, 5)
    assert (row["host"], row["service"], row["pid"], row["request_headers"]) == ("lb1", "haproxy", 7, "made.up")


def test_aborted_requests_have_no_timers_and_no_status(read: Read) -> None:
    row = read(
        HEAD + "192.0.2.1:5000 [02/Jan/2026:10:00:00.250] web web/<NOSRV> -1/-1/-1/-1/5000 -1 0 - - CR-- 1/1/0/0/0 0/0 "
        '"<BADREQ>"\n'
    ).iloc[0]
    assert row["parsed"]
    assert row["duration_s"] == 5
    for name in ("request_s", "queue_s", "connect_s", "response_s", "status"):
        assert pd.isna(row[name]), name
    assert (row["termination_state"], row["message"], row["severity_number"]) == ("CR--", "<BADREQ>", 13)
    assert row["server"] is None or pd.isna(row["server"])


def test_a_plus_means_at_least_and_a_redispatch_is_a_retry(read: Read) -> None:
    row = read(HEAD + HTTP.replace("1/0/2/30/33 200 12", "1/0/2/30/+33 503 +12").replace("/4/0 5", "/4/+3 5")).iloc[0]
    assert (row["duration_s"], row["bytes"], row["retries"], row["severity_number"]) == (0.033, 12, 3, 17)


def test_the_tcp_format_errors_and_the_default(read: Read) -> None:
    frame = read(
        HEAD
        + "192.0.2.1:5001 [02/Jan/2026:10:00:02.000] sql sql/db1 0/-1/5000 7 SC 1/1/0/0/3 0/0\n"
        + HEAD
        + "192.0.2.2:5002 [02/Jan/2026:10:00:03.111] web/1: SSL handshake failure\n"
        + HEAD
        + "Connect from 192.0.2.3:33312 to 198.51.100.7:8012 (www/HTTP)\n"
        + HEAD
        + HTTP
    )
    assert frame["parsed"].all()
    assert list(frame["client"]) == ["192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.1"]
    row = frame.iloc[0]
    assert (row["duration_s"], row["bytes"], row["termination_state"], row["retries"]) == (5, 7, "SC", 3)
    assert pd.isna(row["connect_s"])
    assert row["severity_number"] == 13
    assert (frame["message"][1], frame["bind"][1]) == ("SSL handshake failure", "1")
    assert str(frame["time"][1]) == "2026-01-02 10:00:03.111000+00:00"
    assert frame["frontend"][2] == "www"


@pytest.mark.parametrize(
    "head",
    ["", "<134>Jan  2 10:00:01 lb1 haproxy[7]: ", "2026-01-02T10:00:01+01:00 lb1 haproxy[7]: ",
     "<134>1 2026-01-02T10:00:01+01:00 lb1 haproxy 7 - - "],
)  # fmt: skip
def test_whatever_carries_it(read: Read, head: str) -> None:
    frame = read((head + HTTP) * 2)
    assert (frame.attrs["format"], frame["status"][0], frame["service"][0]) == ("haproxy", 200, "haproxy")
    assert str(frame["time"][0]) == "2026-01-02 10:00:00.250000+00:00"


def test_notices_take_their_year_from_the_accept_dates(read: Read) -> None:
    frame = read(
        "Dec 31 23:59:58 lb1 haproxy[7]: Proxy web started.\n"
        + HEAD.replace("Jan  2", "Dec 31")
        + HTTP.replace("02/Jan/2026", "31/Dec/2019")
        + "Jan  1 00:00:01 lb1 haproxy[7]: Server app/app1 is DOWN.\n"
    )
    assert [t.year for t in frame["time"]] == [2019, 2019, 2020]


def test_the_zone_can_be_stated(read: Read) -> None:
    assert str(read(HEAD + HTTP, zone="Asia/Tokyo")["time"][0]) == "2026-01-02 01:00:00.250000+00:00"


def test_without_a_host_as_haproxy_sends_it(read: Read) -> None:
    """Without `log-send-hostname` the tag follows the stamp; `option httpslog` adds its errors and the TLS version."""
    frame = read("<134>Jan  2 10:00:01 haproxy[7]: " + HTTP.rstrip() + " 0/0/0/0/0 made.up/TLSv1.3/MADE_UP\n")
    assert frame.attrs["format"] == "haproxy"
    assert (frame["status"][0], frame["pid"][0], frame["extra"][0]) == (200, 7, "0/0/0/0/0 made.up/TLSv1.3/MADE_UP")
    assert str(frame["time"][0]) == "2026-01-02 10:00:00.250000+00:00"


def test_its_own_notices_and_the_common_format(read: Read) -> None:
    """Day 1 of the year counted from 0 is 2 January."""
    frame = read(
        "[NOTICE]   (1) : worker forked\n[WARNING] 001/095959 (1) : made up\n"
        + HTTP
        + HEAD
        + "[ALERT]  (7) : no server\n"
        + HEAD
        + '192.0.2.9 - - [02/Jan/2026:10:00:02 +0100] "GET /b HTTP/1.1" 503 3 "" "" 40022 100 "fe" "be" "s"\n'
    )
    assert frame.attrs["format"] == "haproxy"
    assert frame["parsed"].all()
    assert list(frame["severity_number"]) == [10, 13, 9, 19, 17]
    assert pd.isna(frame["time"][0])
    assert str(frame["time"][1]) == "2026-01-02 09:59:59+00:00"
    assert str(frame["time"][4]) == "2026-01-02 09:00:02+00:00"
    assert (frame["message"][3], frame["status"][4], frame["client"][4]) == ("no server", 503, "192.0.2.9")


@pytest.mark.parametrize("head", ["Jan  2 10:00:01 ", "haproxy[7]: ", "<134>Jan  2 10:00:01 haproxy[7]: "])
def test_heads_that_templates_cut_short(read: Read, head: str) -> None:
    frame = read((head + HTTP) * 2)
    assert (frame.attrs["format"], frame["status"][0], frame["client"][0]) == ("haproxy", 200, "192.0.2.1")
    assert (frame["service"][0], frame["host"][0]) == ("haproxy", "")
    assert str(frame["time"][0]) == "2026-01-02 10:00:00.250000+00:00"
