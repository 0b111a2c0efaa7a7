"""Traefik's access log, from its documentation."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

Read = Callable[..., pd.DataFrame]


def line(**more: Any) -> str:
    value = {
        "ClientAddr": "192.0.2.1:5000", "ClientHost": "192.0.2.1", "ClientUsername": "-", "DownstreamContentSize": 12,
        "DownstreamStatus": 200, "Duration": 250_000_000, "OriginDuration": 200_000_000, "OriginStatus": 200,
        "Overhead": 50_000_000, "RequestMethod": "GET", "RequestPath": "/a?b", "RequestProtocol": "HTTP/1.1",
        "RouterName": "made@up", "ServiceName": "svc@up", "StartUTC": "2026-01-02T10:00:00.000000001Z",
        "level": "info", "msg": "", "time": "2026-01-02T10:00:00Z",
    }  # fmt: skip
    return json.dumps(value | more, separators=(",", ":")) + "\n"


def test_durations_are_nanoseconds(read: Read) -> None:
    frame = read(line())
    assert frame.attrs["format"] == "traefik"
    row = frame.iloc[0]
    assert (row["duration_s"], row["upstream_duration_s"], row["overhead_s"]) == (0.25, 0.2, 0.05)
    assert (row["status"], row["upstream_status"], row["bytes"], row["client"]) == (200, 200, 12, "192.0.2.1")
    assert (row["time"].nanosecond, row["zone"], row["service"]) == (1, "explicit", "svc@up")
    assert (row["message"], row["severity_number"]) == ("GET /a?b HTTP/1.1", 9)


def test_no_answer_from_behind_and_a_chain_of_proxies(read: Read) -> None:
    row = read(line(OriginStatus=0, DownstreamStatus=502, ClientHost="192.0.2.9,198.51.100.1")).iloc[0]
    assert pd.isna(row["upstream_status"])
    assert (row["client"], row["forwarded_by"], row["severity_number"]) == ("192.0.2.9", "198.51.100.1", 17)


@pytest.mark.parametrize("bad", ["DEBUG: a plugin's line", '{"RequestMethod":"GET"', "[1]", "null"])
def test_other_lines_among_them_are_kept(read: Read, bad: str) -> None:
    frame = read(line() * 3 + bad + "\n" + line())
    assert list(frame["parsed"]) == [True, True, True, False, True]
    assert frame["message"][3] == bad


def test_headers_that_were_asked_for_are_kept(read: Read) -> None:
    frame = read(
        '{"ClientHost":"192.0.2.1","DownstreamStatus":200,"Duration":250000,"OriginStatus":200,"RequestMethod":"GET",'
        '"RequestPath":"/","RequestProtocol":"HTTP/1.1","RouterName":"made@up","StartUTC":"2026-01-02T10:00:00Z",'
        '"level":"info","msg":"","request_X-Made-Up":"yes","downstream_Content-Type":"text/plain"}\n'
    )
    assert frame["request_X-Made-Up"][0] == "yes"
    assert frame["downstream_Content-Type"][0] == "text/plain"


def test_dropped_fields_and_what_it_says_of_itself(read: Read) -> None:
    frame = read(
        '{"level":"info","msg":"made up","providerName":"docker","time":"2026-01-02T10:00:00+01:00"}\n'
        '{"level":"warn","message":"made up of 3","time":"2026-01-02T09:00:01Z"}\n'
        '{"ClientHost":"192.0.2.1","DownstreamStatus":502,"Duration":250000000,"RequestMethod":"GET","RequestPath":"/a",'
        '"ServiceName":"s@docker","level":"info","msg":"","time":"2026-01-02T09:00:02Z"}\n'
    )
    assert frame.attrs["format"] == "traefik"
    assert frame["parsed"].all()
    assert [str(t)[11:19] for t in frame["time"]] == ["09:00:00", "09:00:01", "09:00:02"]
    assert list(frame["severity_number"]) == [9, 13, 17]
    assert list(frame["message"])[:2] == ["made up", "made up of 3"]
    assert (frame["status"][2], frame["duration_s"][2], frame["service"][2]) == (502, 0.25, "s@docker")
