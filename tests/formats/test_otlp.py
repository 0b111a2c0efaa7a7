"""OpenTelemetry logs as JSON; batches written from the protocol's specification."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pandas as pd


def batch(*records: dict[str, Any], **resource: str) -> dict[str, Any]:
    attributes = [{"key": k.replace("_", "."), "value": {"stringValue": v}} for k, v in resource.items()]
    return {
        "resourceLogs": [
            {
                "resource": {"attributes": attributes},
                "scopeLogs": [{"scope": {"name": "s"}, "logRecords": list(records)}],
            }
        ]
    }


def test_times_as_texts_numbers_and_missing(read: Callable[..., pd.DataFrame]) -> None:
    records = [
        {"timeUnixNano": "1767348000000000001", "severityNumber": 17, "body": {"stringValue": "lost"}},
        {"timeUnixNano": 1767348000000000002, "body": {"stringValue": "tea"}},
        {"timeUnixNano": "0", "observedTimeUnixNano": "1767348000000000003", "body": {"stringValue": "seen"}},
        {"observedTimeUnixNano": "1767348000000000004", "severityNumber": 0, "body": {"stringValue": "seen too"}},
        {"body": {"stringValue": "never"}},
    ]
    rows = read(json.dumps(batch(*records, service_name="shop", host_name="h-1")) + "\n")
    assert rows.attrs["format"] == "otlp"
    assert rows["time"].dt.nanosecond.tolist()[:4] == [1, 2, 3, 4]
    assert pd.isna(rows["time"].tolist()[4])
    assert rows["severity_number"].tolist() == [17] + [pd.NA] * 4, "0 is unspecified"
    assert rows["service"].tolist() == ["shop"] * 5
    assert rows["host"].tolist() == ["h-1"] * 5
    assert any("3 records without a time" in said for said in rows.attrs["said"])


def test_values_of_every_kind(read: Callable[..., pd.DataFrame]) -> None:
    body = {
        "kvlistValue": {
            "values": [
                {"key": "n", "value": {"intValue": "9223372036854775807"}},
                {"key": "list", "value": {"arrayValue": {"values": [{"boolValue": True}, {"doubleValue": 0.5}]}}},
            ]
        }
    }
    record = {
        "timeUnixNano": "1767348000000000000",
        "severityText": "Error2",
        "severityNumber": "SEVERITY_NUMBER_ERROR2",
        "body": body,
        "attributes": [
            {"key": "big", "value": {"intValue": "9007199254740993"}},
            {"key": "source", "value": {"stringValue": "own"}},
        ],
        "traceId": "5b8aa5a2d2c872e8321cf37308d69df2",
        "flags": 1,
    }
    rows = read(json.dumps(batch(record, deployment_environment="prod"), indent=1))
    row = rows.iloc[0]
    assert json.loads(row["message"]) == {"n": 9223372036854775807, "list": [True, 0.5]}
    assert row["big"] == 9007199254740993, "beyond 2^53"
    assert row["severity_number"] == 18
    assert row["trace_id"] == "5b8aa5a2d2c872e8321cf37308d69df2"
    assert row["attributes.source"] == "own"
    assert row["deployment.environment"] == "prod"
    assert row["scope"] == "s"


def test_batches_a_line_and_a_broken_one(read: Callable[..., pd.DataFrame]) -> None:
    good = json.dumps(batch({"timeUnixNano": "1767348000000000000", "body": {"stringValue": "x"}}))
    rows = read(f"{good}\n{good[:40]}\n{good}\n")
    assert rows["parsed"].tolist() == [True, False, True]
    assert rows["line_start"].tolist() == [1, 2, 3]


def test_older_names(read: Callable[..., pd.DataFrame]) -> None:
    given = batch({"timeUnixNano": "1767348000000000000", "body": {"stringValue": "x"}})
    text = json.dumps(given).replace("scopeLogs", "instrumentationLibraryLogs").replace("logRecords", "logs")
    assert read(text)["message"].tolist() == ["x"]


def test_the_protocols_own_spelling(read: Callable[..., pd.DataFrame]) -> None:
    frame = read(
        '{"resource_logs":[{"resource":{"attributes":[{"key":"service.name","value":{"string_value":"shop"}}]},'
        '"scope_logs":[{"log_records":[{"time_unix_nano":"1767348000000000001","severity_number":'
        '"SEVERITY_NUMBER_ERROR","body":{"string_value":"lost"}}]}]}]}\n'
    )
    assert (frame.attrs["format"], frame["service"][0], frame["severity_number"][0]) == ("otlp", "shop", 17)
    assert (frame["message"][0], frame["time"][0].nanosecond) == ("lost", 1)
