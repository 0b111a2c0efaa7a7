"""CloudWatch Logs Insights as CSV and from the API; records written from the documentation."""

from __future__ import annotations

import json
from collections.abc import Callable

import pandas as pd
import pytest

from incident_analysis.errors import InputError


def test_times_are_utc_and_newest_first(read: Callable[..., pd.DataFrame]) -> None:
    rows = read(
        "@timestamp,@message,@logStream,@log\n"
        "2026-01-02 10:00:00.001,WARNING:made.up:slow,s/1,123456789012:/aws/lambda/pay\n"
        "2026-01-02 09:59:59.999,plain words,s/1,123456789012:/aws/lambda/pay\n",
        zone="America/New_York",
    )
    assert rows.attrs["format"] == "cloudwatch_insights"
    # A zone that is stated for other files does not move what is UTC by specification.
    assert rows["time"].tolist() == [pd.Timestamp("2026-01-02T10:00:00.001Z"), pd.Timestamp("2026-01-02T09:59:59.999Z")]
    assert rows["service"].tolist() == ["pay", "pay"]
    assert rows["log_group"].tolist() == ["/aws/lambda/pay"] * 2
    assert rows["severity_number"].tolist()[0] == 13, "the message is read again by its own format"
    assert rows["message"].tolist() == ["slow", "plain words"]
    assert rows["log_stream"].tolist() == ["s/1", "s/1"]


def test_json_messages_keep_their_escaped_quotes(read: Callable[..., pd.DataFrame]) -> None:
    message = json.dumps({"level": "ERROR", "msg": 'said "no"', "n": 3})
    quoted = '"' + message.replace('"', '""') + '"'
    assert '\\""no' in quoted, "a backslash before a doubled quote"
    rows = read(f"@timestamp,@message\n2026-01-02 10:00:00.000,{quoted}\n2026-01-02 09:00:00.000,{quoted}\n")
    assert len(rows) == 2
    assert rows["parsed"].all()
    if "inner_format" in rows:
        assert rows["message"].tolist() == ['said "no"'] * 2
    else:
        assert rows["message"].tolist() == [message] * 2


def test_a_message_over_several_lines_spans_them(read: Callable[..., pd.DataFrame]) -> None:
    rows = read(
        '@timestamp,@message,@ptr\n2026-01-02 10:00:00.000,"first\nsecond\nthird",p1\n2026-01-02 09:00:00.000,one,p2\n'
    )
    assert rows[["line_start", "line_end"]].to_numpy().tolist() == [[2, 4], [5, 5]]
    assert rows["pointer"].tolist() == ["p1", "p2"]


def test_fields_of_a_query_become_columns_and_the_message(read: Callable[..., pd.DataFrame]) -> None:
    rows = read("@timestamp,eventName,sourceIPAddress\n2026-01-02 10:00:00.000,StopInstances,192.0.2.7\n")
    assert rows.loc[0, "eventName"] == "StopInstances"
    assert rows.loc[0, "message"] == "eventName=StopInstances sourceIPAddress=192.0.2.7"


def test_a_thousand_rows_are_suspect(read: Callable[..., pd.DataFrame]) -> None:
    body = "".join(f"2026-01-02 10:{i // 60:02}:{i % 60:02}.000,x\n" for i in range(1000))
    assert any("truncated" in said for said in read("@timestamp,@message\n" + body).attrs["said"])
    assert not read("@timestamp,@message\n" + body + "2026-01-02 11:00:00.000,x\n").attrs["said"]


def test_answers_of_the_api(read: Callable[..., pd.DataFrame]) -> None:
    given = {
        "results": [
            [{"field": "@timestamp", "value": "2026-01-02 10:00:00.000"}, {"field": "@message", "value": "lost"}],
            [{"field": "@timestamp", "value": "2026-01-02 09:00:00.000"}, {"field": "@message", "value": "found"}],
        ],
        "status": "Running",
    }
    rows = read(json.dumps(given, indent=1))
    assert rows.attrs["format"] == "cloudwatch_query"
    assert rows["message"].tolist() == ["lost", "found"]
    assert rows["line_start"].tolist() == [3, 13]
    assert any("Running" in said for said in rows.attrs["said"])


def test_results_that_the_console_saves_as_json(read: Callable[..., pd.DataFrame]) -> None:
    given = [
        {"@timestamp": "2026-01-02 10:00:00.000", "@message": {"level": "error", "n": 1}, "@log": "1:/aws/lambda/pay"},
        {"@timestamp": "2026-01-02 09:00:00.000", "@message": "plain", "@log": "1:/aws/lambda/pay"},
    ]
    rows = read(json.dumps(given, indent=1))
    assert rows.attrs["format"] == "cloudwatch_query"
    assert rows["time"].tolist()[0] == pd.Timestamp("2026-01-02T10:00:00Z")
    assert rows["service"].tolist() == ["pay", "pay"]
    assert rows["message"].tolist()[1] == "plain"


@pytest.mark.parametrize(
    "text",
    [
        "bin(5m),count(*)\n2026-01-02 10:00:00.000,12\n",
        "@logStream,errors\nmade-up/1,12\n",
        '{"results":[[{"field":"bin(5m)","value":"2026-01-02 10:00:00.000"},{"field":"count(*)","value":"12"}]],'
        '"status":"Complete"}\n',
    ],
)
def test_what_stats_counted_is_no_record(read: Callable[..., pd.DataFrame], text: str) -> None:
    with pytest.raises(InputError, match="not records") as caught:
        read(text)
    assert "@message" in caught.value.remedy


def test_the_console_saves_a_log_group_with_milliseconds(read: Callable[..., pd.DataFrame]) -> None:
    frame = read('timestamp,message\n1767348000250,"{""level"":""error"",""msg"":""lost""}\n"\n1767348001250,ok\n')
    assert frame.attrs["format"] == "cloudwatch_insights"
    assert [str(t) for t in frame["time"]] == ["2026-01-02 10:00:00.250000+00:00", "2026-01-02 10:00:01.250000+00:00"]
    assert list(frame["message"])[1] == "ok"
