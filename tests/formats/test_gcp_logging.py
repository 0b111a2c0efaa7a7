"""Google Cloud Logging; entries written from the reference of LogEntry."""

from __future__ import annotations

import json
from collections.abc import Callable

import pandas as pd

ENTRY = {
    "insertId": "a",
    "logName": "projects/p/logs/run.googleapis.com%2Frequests",
    "resource": {"type": "cloud_run_revision", "labels": {"service_name": "shop", "project_id": "p"}},
    "severity": "WARNING",
    "timestamp": "2026-01-02T10:00:00.123456789Z",
    "receiveTimestamp": "2026-01-02T10:00:05Z",
}


def test_a_list_keeps_nanoseconds_and_requests(read: Callable[..., pd.DataFrame]) -> None:
    request = {
        "requestMethod": "GET", "requestUrl": "https://shop.example/a", "status": 503, "responseSize": "512",
        "latency": "0.250s", "remoteIp": "192.0.2.7", "userAgent": "made up", "protocol": "HTTP/1.1",
    }  # fmt: skip
    rows = read(
        json.dumps([{**ENTRY, "httpRequest": request, "trace": "projects/p/traces/abc", "spanId": "01"}], indent=1)
    )
    row = rows.iloc[0]
    assert rows.attrs["format"] == "gcp_logging"
    assert row["time"] == pd.Timestamp("2026-01-02T10:00:00.123456789Z")
    assert (row["method"], row["status"], row["bytes"], row["duration_s"]) == ("GET", 503, 512, 0.25)
    assert (row["service"], row["trace_id"], row["span_id"], row["severity_number"]) == ("shop", "abc", "01", 13)
    assert row["message"] == "GET https://shop.example/a 503"


def test_lines_of_text_of_json_and_of_audit(read: Callable[..., pd.DataFrame]) -> None:
    entries = [
        {**ENTRY, "insertId": "1", "textPayload": "ERROR:made.up:lost"},
        {**ENTRY, "insertId": "2", "jsonPayload": {"message": "said", "n": 1}},
        {
            **ENTRY,
            "insertId": "3",
            "protoPayload": {
                "methodName": "compute.insert",
                "resourceName": "p/x",
                "status": {"code": 7, "message": "denied"},
                # Local times inside a payload stay as they are.
                "response": {"insertTime": "2026-01-02T02:00:00.000-08:00"},
            },
        },
        {k: v for k, v in ENTRY.items() if k != "timestamp"},
    ]
    rows = read("\n".join(map(json.dumps, entries)) + "\n")
    assert rows["message"].tolist()[:3] == ["lost", "said", "compute.insert p/x denied"]
    assert rows.loc[0, "severity_number"] == 17, "the line's own level"
    assert rows.loc[1, "json_payload"] == '{"message":"said","n":1}'
    assert rows.loc[3, "time"] == pd.Timestamp("2026-01-02T10:00:05Z"), "received, where no time of its own"
    assert rows["line_start"].tolist() == [1, 2, 3, 4]


def test_entries_delivered_again_are_told(read: Callable[..., pd.DataFrame]) -> None:
    rows = read(json.dumps([ENTRY, ENTRY, {**ENTRY, "timestamp": "2026-01-02T10:00:01Z"}]))
    assert len(rows) == 3
    assert any(said.startswith("1 records") for said in rows.attrs["said"])


def test_a_page_of_the_api(read: Callable[..., pd.DataFrame]) -> None:
    rows = read(json.dumps({"entries": [ENTRY], "nextPageToken": "more"}, indent=1))
    assert len(rows) == 1
    assert any("truncated" in said for said in rows.attrs["said"])


def test_the_line_end_of_a_text_is_no_part_of_it(read: Callable[..., pd.DataFrame]) -> None:
    entry = {
        "insertId": "made-up",
        "logName": "projects/made-up/logs/stdout",
        "resource": {"type": "k8s_container", "labels": {}},
        "textPayload": "lost\n",
        "timestamp": "2026-01-02T10:00:00Z",
    }
    assert list(read(json.dumps([entry]))["message"]) == ["lost"]


def test_gcloud_writes_yaml_unless_told_otherwise(read: Callable[..., pd.DataFrame]) -> None:
    frame = read(
        "---\ninsertId: made-1\njsonPayload:\n  message: |-\n    lost\n    and more\n"
        "logName: projects/made-up/logs/stderr\nreceiveTimestamp: '2026-01-02T10:00:05Z'\nresource:\n  labels:\n"
        "    container_name: shop\n    pod_name: shop-1\n  type: k8s_container\nseverity: ERROR\n"
        "timestamp: '2026-01-02T10:00:00.000000001Z'\n"
        "---\ninsertId: made-2\nlogName: projects/made-up/logs/stdout\nreceiveTimestamp: '2026-01-02T10:00:05Z'\n"
        "resource:\n  labels: {}\n  type: k8s_container\nseverity: INFO\ntextPayload: 'ok: 12:30'\n"
        "timestamp: '2026-01-02T09:59:59Z'\n"
    )
    assert frame.attrs["format"] == "gcp_logging"
    assert list(frame["message"]) == ["lost\nand more", "ok: 12:30"]
    assert (frame["service"][0], frame["host"][0]) == ("shop", "shop-1")
    assert list(frame["severity_number"]) == [17, 9]
    assert list(zip(frame["line_start"], frame["line_end"], strict=True)) == [(2, 15), (17, 25)]
    assert (frame["time"][0].nanosecond, str(frame["time"][1])) == (1, "2026-01-02 09:59:59+00:00")
