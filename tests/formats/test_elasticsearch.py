"""Hits of Elasticsearch and OpenSearch in their shapes, and Kibana's CSV; written from the documentation."""

from __future__ import annotations

import json
from collections.abc import Callable

import pandas as pd

SOURCE = {
    "@timestamp": "2026-01-02T03:00:00.123-07:00",
    "log": {"level": "error"},
    "message": "lost",
    "service": {"name": "shop"},
    "host": {"name": "h-1"},
    "http.response.status_code": 503,
    "event": {"duration": 250_000_000},
    "source": {"ip": "192.0.2.7"},
}
HIT = {"_index": "made-up", "_id": "1", "_score": None, "_source": SOURCE}


def test_an_answer(read: Callable[..., pd.DataFrame]) -> None:
    given = {
        "took": 1,
        "timed_out": False,
        "_shards": {"total": 5, "successful": 5, "skipped": 0, "failed": 0},
        "hits": {"total": {"value": 1, "relation": "eq"}, "hits": [{**HIT, "fields": {"@timestamp": [1767348000123]}}]},
    }
    rows = read(json.dumps(given, indent=1))
    row = rows.iloc[0]
    assert rows.attrs["format"] == "elasticsearch"
    assert rows.attrs["said"] == []
    assert row["time"] == pd.Timestamp("2026-01-02T10:00:00.123Z"), "offset and milliseconds agree"
    assert (row["service"], row["host"], row["severity_number"], row["message"]) == ("shop", "h-1", 17, "lost")
    assert (row["status"], row["duration_s"], row["client"]) == (503, 0.25, "192.0.2.7")
    assert (row["index"], row["document_id"], row["source.ip"]) == ("made-up", "1", "192.0.2.7")


def test_fewer_hits_than_there_were(read: Callable[..., pd.DataFrame]) -> None:
    given = {"took": 1, "hits": {"total": 20, "hits": [HIT]}}
    assert any("1 of 20" in said and "truncated" in said for said in read(json.dumps(given)).attrs["said"])
    given = {"took": 1, "timed_out": True, "_shards": {"total": 5, "failed": 2}, "hits": {"hits": [HIT]}}
    said = read(json.dumps(given)).attrs["said"]
    assert any("2 shards" in s for s in said)
    assert any("timed out" in s for s in said)


def test_a_list_one_document_and_lines(read: Callable[..., pd.DataFrame]) -> None:
    fields_only = {"_index": "made-up", "_id": "2", "fields": {"@timestamp": [1767348000123], "message": ["tea"]}}
    assert read(json.dumps([HIT, fields_only], indent=1))["message"].tolist() == ["lost", "tea"]
    assert read(json.dumps([fields_only]))["time"].tolist() == [pd.Timestamp("2026-01-02T10:00:00.123Z")]
    assert read(json.dumps(HIT, indent=1))["line_end"].tolist()[0] > 10
    rows = read("".join(json.dumps(HIT) + "\n" for _ in range(3)))
    assert rows["line_start"].tolist() == [1, 2, 3]
    # jq's own way: one indented object after another.
    rows = read(json.dumps(HIT, indent=1) + "\n" + json.dumps(HIT, indent=1) + "\n")
    assert len(rows) == 2
    assert rows.loc[1, "line_start"] == rows.loc[0, "line_end"] + 1


def test_a_document_without_a_message_is_its_own(read: Callable[..., pd.DataFrame]) -> None:
    rows = read(json.dumps([{"_index": "i", "_id": "1", "_source": {"@timestamp": "2026-01-02T10:00:00", "n": 1}}]))
    assert rows["time"].tolist() == [pd.Timestamp("2026-01-02T10:00:00Z")], "Elasticsearch knows no other zone"
    assert json.loads(rows.loc[0, "message"]) == {"@timestamp": "2026-01-02T10:00:00", "n": 1}


def test_kibana_csv_is_in_the_browser_s_zone(read: Callable[..., pd.DataFrame]) -> None:
    text = (
        '"@timestamp","_id","_index","log.level",message,"http.response.status_code"\n'
        '"Jul 22, 2024 @ 10:10:00.000","a1","made-up",error,"lost, and\nmore",503\n'
        '"Jan 2, 2024 @ 00:00:00.250","a2","made-up","-","-","1,503"\n'
    )
    rows = read(text, zone="Europe/Berlin")
    assert rows.attrs["format"] == "kibana_csv"
    assert rows["time"].tolist() == [pd.Timestamp("2024-07-22T08:10:00Z"), pd.Timestamp("2024-01-01T23:00:00.25Z")]
    assert rows["zone"].tolist() == ["assumed:Europe/Berlin"] * 2
    assert rows["severity_number"].tolist() == [17, pd.NA], "a dash is missing"
    assert rows.loc[0, "message"] == "lost, and\nmore"
    assert rows.loc[0, "line_end"] == 3
    assert any("UTC is assumed" in said for said in read(text).attrs["said"])


def test_opensearch_csv_with_its_prefixes(read: Callable[..., pd.DataFrame]) -> None:
    rows = read(
        '"_id","_index","_source.@timestamp","_source.message","_source.level"\n'
        '"1","made-up","2026-01-02T10:00:00.250Z","lost","warn"\n'
    )
    assert rows.attrs["format"] == "kibana_csv"
    assert rows["time"].tolist() == [pd.Timestamp("2026-01-02T10:00:00.25Z")]
    assert rows["zone"].tolist() == ["explicit"]
    assert rows["message"].tolist() == ["lost"]
    assert rows["severity_number"].tolist() == [13]


def test_a_bulk_file_gives_its_documents(read: Callable[..., pd.DataFrame]) -> None:
    frame = read(
        '{"index":{"_index":"made-1","_id":"a1"}}\n'
        '{"@timestamp":"2026-01-02T10:00:00.250Z","log.level":"error","message":"lost","service.name":"shop"}\n'
        '{"delete":{"_index":"made-1","_id":"a0"}}\n'
        '{ "create" : { } }\n'
        '{"@timestamp":"2026-01-02T11:00:01+01:00","log":{"level":"info"},"message":"ok"}\n'
    )
    assert frame.attrs["format"] == "elasticsearch"
    assert list(frame["message"]) == ["lost", "ok"]
    assert list(frame["line_start"]) == [2, 5]
    assert list(frame["severity_number"]) == [17, 9]
    assert (frame["index"][0], frame["document_id"][0], frame["service"][0]) == ("made-1", "a1", "shop")
    assert [str(t) for t in frame["time"]] == ["2026-01-02 10:00:00.250000+00:00", "2026-01-02 10:00:01+00:00"]


def test_names_of_the_schema_beside_iso_times_are_no_insights(read: Callable[..., pd.DataFrame]) -> None:
    # As ES|QL answers with `format=csv`.
    frame = read("@timestamp,log.level,message,host.name\n2026-01-02T10:00:00.250Z,error,lost,made-1\n")
    assert frame.attrs["format"] == "kibana_csv"
    assert (frame["severity_number"][0], frame["host"][0], frame["zone"][0]) == (17, "made-1", "explicit")


def test_dashboards_put_source_before_each_name(read: Callable[..., pd.DataFrame]) -> None:
    frame = read('"_source.timestamp","_source.log","_source.level"\n"2026-01-02T10:00:00.250Z",lost,error\n')
    assert frame.attrs["format"] == "kibana_csv"
    assert (frame["message"][0], frame["severity_number"][0]) == ("lost", 17)


def test_kibana_wrote_its_times_in_words(read: Callable[..., pd.DataFrame]) -> None:
    frame = read('"@timestamp",level,message\n"January 2nd 2026, 10:00:00.250",error,lost\n', zone="Europe/Berlin")
    assert frame.attrs["format"] == "kibana_csv"
    assert str(frame["time"][0]) == "2026-01-02 09:00:00.250000+00:00"
