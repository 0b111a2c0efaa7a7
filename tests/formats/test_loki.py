"""Grafana Loki: the API's streams, logcli as JSON lines and as text; written from the documentation."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from incident_analysis.errors import InputError


def answer(*streams: dict[str, Any], kind: str = "streams") -> str:
    return json.dumps(
        {"status": "success", "data": {"resultType": kind, "result": list(streams), "stats": {}}}, indent=1
    )


def test_streams_of_labels(read: Callable[..., pd.DataFrame]) -> None:
    rows = read(
        answer(
            {
                "stream": {"app": "shop", "level": "error", "source": "disk", "pod": "p-1"},
                "values": [["1767348000000000002", "lost"], ["1767348000000000001", "tea", {"trace_id": "abc"}]],
            },
            {
                "stream": {"app": "pay", "detected_level": "unknown"},
                "values": [["1767348000000000003", "WARNING:x:slow"]],
            },
        )
    )
    assert rows.attrs["format"] == "loki"
    assert rows["time"].dt.nanosecond.tolist() == [2, 1, 3], "no float in between"
    assert rows["time"].tolist()[2] == pd.Timestamp("2026-01-02T10:00:00.000000003Z")
    assert rows["service"].tolist() == ["shop", "shop", "pay"]
    assert rows["host"].tolist() == ["p-1", "p-1", ""]
    assert rows["severity_number"].tolist() == [17, 17, 13]
    assert rows.loc[0, "attributes.source"] == "disk"
    assert rows.loc[1, "trace_id"] == "abc"
    assert rows["message"].tolist() == ["lost", "tea", "slow"]
    assert rows["line_start"].is_monotonic_increasing
    assert rows["line_start"].is_unique


def test_labels_that_stand_behind_their_values(read: Callable[..., pd.DataFrame]) -> None:
    rows = read(answer({"values": [["1767348000000000001", "x"]], "stream": {"app": "shop"}}))
    assert rows["service"].tolist() == ["shop"]


def test_lines_that_look_like_the_answer_itself(read: Callable[..., pd.DataFrame]) -> None:
    line = json.dumps({"stream": {"app": "no"}, "values": [["1", "2"]]})
    rows = read(
        answer({"stream": {"app": "shop"}, "values": [["1767348000000000001", line], ["1767348000000000002", "x"]]})
    )
    assert len(rows) == 2
    assert rows["service"].tolist() == ["shop", "shop"]


def test_numbers_are_refused_with_advice(read: Callable[..., pd.DataFrame]) -> None:
    with pytest.raises(InputError, match="matrix") as caught:
        read(answer({"metric": {}, "values": [[1767348000, "1"]]}, kind="matrix"), format="loki")
    assert "metrics" in caught.value.remedy


def test_logcli_lines(read: Callable[..., pd.DataFrame]) -> None:
    lines = [
        {"labels": {"app": "shop"}, "line": "lost", "timestamp": "2026-01-02T11:00:00.000000002+01:00"},
        {"labels": {}, "line": "tea", "timestamp": "2026-01-02T10:00:00Z"},
    ]
    rows = read('Common labels: {env="made-up"}\n' + "\n".join(map(json.dumps, lines)) + "\n")
    assert rows.attrs["format"] == "loki_lines"
    assert rows["time"].tolist() == [
        pd.Timestamp("2026-01-02T10:00:00.000000002Z"),
        pd.Timestamp("2026-01-02T10:00:00Z"),
    ]
    assert rows["env"].tolist() == ["made-up"] * 2
    assert rows["service"].tolist() == ["shop", ""]


def test_logcli_text(read: Callable[..., pd.DataFrame]) -> None:
    rows = read(
        "http://localhost:3100/loki/api/v1/query_range?direction=BACKWARD&query=x\n"
        'Common labels: {app="shop", env="made-up"}\n'
        '2026-01-02T11:00:00+01:00 {level="error", msg="a \\"}\\" b"} first\n'
        "  second line of it\n"
        "2026-01-02T10:00:00.5Z {}        tea {x}\n"
    )
    assert rows.attrs["format"] == "loki_text"
    assert rows["parsed"].all()
    assert rows["time"].tolist() == [pd.Timestamp("2026-01-02T10:00:00Z"), pd.Timestamp("2026-01-02T10:00:00.5Z")]
    assert rows["message"].tolist() == ["first\n  second line of it", "tea {x}"]
    assert rows[["line_start", "line_end"]].to_numpy().tolist() == [[3, 4], [5, 5]]
    assert rows.loc[0, "msg"] == 'a "}" b'
    assert rows["service"].tolist() == ["shop"] * 2
    assert rows["severity_number"].tolist() == [17, pd.NA]


def test_thirty_lines_are_logcli_s_default(read: Callable[..., pd.DataFrame]) -> None:
    values = [[str(1767348000000000000 + i), "x"] for i in range(30)]
    assert any("truncated" in said for said in read(answer({"stream": {"a": "b"}, "values": values})).attrs["said"])


def test_what_explore_saves(read: Callable[..., pd.DataFrame]) -> None:
    line = {
        "line": "lost",
        "timestamp": "1767348000000000002",
        "date": "2026-01-02T10:00:00.000Z",
        "fields": {"app": "shop"},
    }
    rows = read(json.dumps([line, {"line": 1}], indent=1))
    assert rows.attrs["format"] == "loki"
    assert rows["time"].tolist()[0] == pd.Timestamp("2026-01-02T10:00:00.000000002Z")
    assert rows["service"].tolist()[0] == "shop"
    assert rows["parsed"].tolist() == [True, False]


def test_explore_saves_a_text_with_labels_on_top(read: Callable[..., pd.DataFrame]) -> None:
    frame = read(
        'Common labels: {"app":"shop","pod":"made-1"}\nLine limit: "1000 (2 returned)"\n'
        'Total bytes processed: "1.2 kB"\n\n\n'
        "1767348000250\t2026-01-02T10:00:00.250Z\tlevel=error msg=lost\n"
        "1767347999250000001\t2026-01-02T09:59:59.250Z\tlevel=info msg=ok\n"
    )
    assert frame.attrs["format"] == "loki_text"
    assert list(frame["message"]) == ["lost", "ok"]
    assert (frame["service"][0], frame["host"][1], frame["severity_number"][0]) == ("shop", "made-1", 17)
    assert [str(t) for t in frame["time"]] == [
        "2026-01-02 10:00:00.250000+00:00",
        "2026-01-02 09:59:59.250000001+00:00",
    ]
    assert list(frame["line_start"]) == [6, 7]


def test_explores_csv_has_a_wall_clock_and_the_time_itself(read: Callable[..., pd.DataFrame]) -> None:
    frame = read(
        '"Time","Line","tsNs","id","labels","pod"\n'
        '2026-01-02 11:00:00.250,"level=error msg=""lost, all""",1767348000250000001,x,"{""app"":""shop""}",made-1\n'
        '2026-01-02 10:59:59.250,"level=info msg=ok",1767347999250000001,y,"{""app"":""shop""}",\n'
    )
    assert frame.attrs["format"] == "loki_csv"
    assert list(frame["message"]) == ["lost, all", "ok"]
    assert str(frame["time"][0]) == "2026-01-02 10:00:00.250000001+00:00"
    assert (frame["service"][0], frame["host"].to_list(), frame["zone"][0]) == ("shop", ["made-1", ""], "explicit")
