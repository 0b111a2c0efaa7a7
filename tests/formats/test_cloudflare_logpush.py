"""Cloudflare Logpush; records written from the reference of the data sets."""

from __future__ import annotations

import json
from collections.abc import Callable

import pandas as pd
import pytest

RECORD = {
    "ClientIP": "192.0.2.7",
    "ClientRequestHost": "shop.example",
    "ClientRequestMethod": "GET",
    "ClientRequestURI": "/a?b",
    "EdgeResponseBytes": 570,
    "EdgeResponseStatus": 502,
    "OriginResponseStatus": 0,
    "OriginResponseDurationMs": 0,
    "RayID": "1",
    "ClientCountry": "xx",
}


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2026-01-02T10:00:00Z", "2026-01-02T10:00:02Z"),
        (1767348000000000000, 1767348002000000000),
        (1767348000, 1767348002),
    ],
)
def test_the_job_s_three_ways_to_write_a_time(read: Callable[..., pd.DataFrame], start: object, end: object) -> None:
    rows = read(json.dumps({**RECORD, "EdgeStartTimestamp": start, "EdgeEndTimestamp": end}) + "\n")
    row = rows.iloc[0]
    assert rows.attrs["format"] == "cloudflare_logpush"
    assert row["time"] == pd.Timestamp("2026-01-02T10:00:00Z")
    assert row["duration_s"] == 2
    assert (row["status"], row["bytes"], row["client"], row["severity_number"]) == (502, 570, "192.0.2.7", 17)
    assert not {"upstream_status", "upstream_duration_s"} & set(rows), "0 means that no origin was asked"


def test_the_origin_s_answer(read: Callable[..., pd.DataFrame]) -> None:
    given = {**RECORD, "EdgeStartTimestamp": 1767348000000000001, "OriginResponseStatus": 504}
    rows = read(
        json.dumps({**given, "OriginResponseDurationMs": 250}) + "\n" + json.dumps({**given, "RayID": "2"})[:-9]
    )
    assert rows["time"].dt.nanosecond.tolist()[0] == 1
    assert rows.loc[0, "upstream_status"] == 504
    assert rows.loc[0, "upstream_duration_s"] == 0.25
    assert rows["parsed"].tolist() == [True, False]


def test_another_data_set(read: Callable[..., pd.DataFrame]) -> None:
    given = {
        "Datetime": "2026-01-02T10:00:00Z",
        "Action": "block",
        "ClientIP": "192.0.2.7",
        "RayID": "1",
        "Source": "waf",
    }
    rows = read(json.dumps(given) + "\n")
    assert rows["time"].tolist() == [pd.Timestamp("2026-01-02T10:00:00Z")]
    assert rows.loc[0, "message"] == "block"


def test_data_sets_of_other_things_than_requests(read: Callable[..., pd.DataFrame]) -> None:
    row = read(
        '{"ColoCode":"FRA","QueryName":"made.up","QueryType":1,"ResponseCode":2,"SourceIP":"192.0.2.7",'
        '"Timestamp":"2026-01-02T10:00:00Z"}\n'
    ).iloc[0]
    assert (row["service"], str(row["time"])) == ("made.up", "2026-01-02 10:00:00+00:00")
    row = read(
        '{"ActionResult":true,"ActionType":"login","ActorEmail":"a@made.up","ActorIP":"192.0.2.7","When":1767348000}\n'
    ).iloc[0]
    assert (row["message"], str(row["time"])) == ("login", "2026-01-02 10:00:00+00:00")


def test_a_worker_that_threw(read: Callable[..., pd.DataFrame]) -> None:
    row = read(
        '{"Event":{"RayID":"r","Request":{"URL":"http://made.up/a","Method":"GET"},"Response":{"Status":404}},'
        '"EventTimestampMs":1767348000250,"EventType":"fetch","Outcome":"exception","ScriptName":"made-up"}\n'
    ).iloc[0]
    assert (row["message"], row["severity_number"], row["status"]) == ("exception GET http://made.up/a 404", 17, 404)
    assert (row["service"], str(row["time"])) == ("made-up", "2026-01-02 10:00:00.250000+00:00")


def test_access_requests(read: Callable[..., pd.DataFrame]) -> None:
    row = read(
        '{"Action":"login","Allowed":true,"AppDomain":"made.up","AppUUID":"1","CreatedAt":"2026-01-02T10:00:00Z",'
        '"IPAddress":"192.0.2.7","RayID":"r","UserUID":"u"}\n'
    ).iloc[0]
    assert (row["message"], row["client"], str(row["time"])) == ("login", "192.0.2.7", "2026-01-02 10:00:00+00:00")


def test_a_mark_of_the_byte_order_hides_nothing(read: Callable[..., pd.DataFrame]) -> None:
    frame = read("\ufeff" + json.dumps(RECORD) + "\n")
    assert frame.attrs["format"] == "cloudflare_logpush"
    assert frame["parsed"].all()


@pytest.mark.parametrize(
    ("line", "message", "severity"),
    [
        (
            '{"Event":{"RayID":"made","Request":{"Method":"GET","URL":"https://made-up.example/a"},"Response":'
            '{"Status":200}},"EventTimestampMs":1767348000250,"EventType":"fetch","Outcome":"exception","ScriptName":"m"}',
            "exception GET https://made-up.example/a 200",
            17,
        ),
        (
            '{"ColoCode":"AMS","EDNSSubnet":"","QueryName":"made-up.example","QueryType":1,"ResponseCode":2,"SourceIP":'
            '"192.0.2.7","Timestamp":"2026-01-02T10:00:00.250Z"}',
            "made-up.example",
            None,
        ),
        (
            '{"ActionResult":true,"ActionType":"made_up","ActorEmail":"m@made-up.example","ActorIP":"192.0.2.7",'
            '"OwnerID":"m","ResourceType":"made","When":"2026-01-02T10:00:00.250Z"}',
            "made_up",
            None,
        ),
        (
            '{"Action":"allow","Datetime":"2026-01-02T10:00:00.250Z","DeviceID":"m","HTTPHost":"made-up.example",'
            '"HTTPMethod":"GET","HTTPStatusCode":503,"URL":"https://made-up.example/a"}',
            "allow GET https://made-up.example/a 503",
            17,
        ),
    ],
)
def test_other_data_sets(read: Callable[..., pd.DataFrame], line: str, message: str, severity: int | None) -> None:
    frame = read(f"{line}\n")
    assert (frame.attrs["format"], frame["message"][0]) == ("cloudflare_logpush", message)
    assert str(frame["time"][0]) == "2026-01-02 10:00:00.250000+00:00"
    assert frame["severity_number"].astype(object).where(frame["severity_number"].notna(), None)[0] == severity


def test_names_that_others_use_too_are_not_enough(read: Callable[..., pd.DataFrame]) -> None:
    frame = read(
        '{"Timestamp":"2026-01-02T10:00:00Z","Level":"Error","Message":"lost","HTTPMethod":"GET","HTTPStatusCode":500,'
        '"DeviceID":"7"}\n'
    )
    assert (frame.attrs["format"], frame["message"][0]) == ("json_lines", "lost")
