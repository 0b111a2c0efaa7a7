"""Splunk's results as CSV and JSON; written from the documentation, for no sample was at hand."""

from __future__ import annotations

import json
from collections.abc import Callable

import pandas as pd


def test_csv_reads_the_raw_event_again(read: Callable[..., pd.DataFrame]) -> None:
    rows = read(
        '"_serial","_time",source,sourcetype,host,index,"_raw"\n'
        '0,"2026-01-02T10:00:00.250+0100","/a.log",made_up,"h-1",main,"WARNING:x:slow, ""very"""\n'
        '1,1767348000.500,"/a.log",made_up,"h-1",main,"first\nsecond"\n'
    )
    assert rows.attrs["format"] == "splunk_csv"
    assert rows["time"].tolist() == [pd.Timestamp("2026-01-02T09:00:00.25Z"), pd.Timestamp("2026-01-02T10:00:00.5Z")]
    assert rows["message"].tolist() == ['slow, "very"', "first\nsecond"]
    assert rows["severity_number"].tolist() == [
        13,
        pd.NA,
    ]
    assert rows["attributes.source"].tolist() == ["/a.log"] * 2
    assert rows["host"].tolist() == ["h-1"] * 2
    assert rows["line_end"].tolist() == [2, 4]


def test_json_lines_leave_passing_results_out(read: Callable[..., pd.DataFrame]) -> None:
    result = {"_time": "2026-01-02T10:00:00.250+00:00", "_raw": "plain words", "host": "h-1", "sourcetype": "x"}
    lines = [
        {"preview": True, "offset": 0, "result": result},
        {"preview": False, "offset": 0, "result": result},
        {"preview": False, "offset": 1, "lastrow": True, "result": {**result, "_raw": "last"}},
    ]
    rows = read("\n".join(map(json.dumps, lines)) + "\n")
    assert rows.attrs["format"] == "splunk_json"
    assert rows["message"].tolist() == ["plain words", "last"]
    assert rows["line_start"].tolist() == [2, 3]
    assert rows["time"].tolist()[0] == pd.Timestamp("2026-01-02T10:00:00.25Z")
    assert any(said.startswith("1 passing") for said in rows.attrs["said"])
    assert not any("truncated" in said for said in rows.attrs["said"])
    rows = read("\n".join(map(json.dumps, lines[:2])) + "\n")
    assert any("lastrow" in said for said in rows.attrs["said"])


def test_one_document(read: Callable[..., pd.DataFrame]) -> None:
    result = {"_time": "2026-01-02T10:00:00.250+00:00", "_raw": "x", "host": "h-1", "tag": ["a", "b"]}
    given = {"preview": False, "init_offset": 0, "messages": [], "results": [result] * 100}
    rows = read(json.dumps(given, indent=1))
    assert len(rows) == 100
    assert rows.loc[0, "tag"] == '["a","b"]'
    assert any("exactly 100" in said for said in rows.attrs["said"])


def test_rows_under_a_list_of_fields(read: Callable[..., pd.DataFrame]) -> None:
    frame = read(
        '{"preview":false,"init_offset":0,"messages":[],"fields":["_time","host","_raw"],\n'
        ' "rows":[["2026-01-02T11:00:00.250+01:00","made-1","level=error msg=lost"],\n'
        '  ["2026-01-02T11:00:01.250+01:00","made-1","level=info msg=ok"]]}\n'
    )
    assert frame.attrs["format"] == "splunk_json"
    assert list(frame["message"]) == ["lost", "ok"]
    assert list(frame["severity_number"]) == [17, 9]
    assert (str(frame["time"][0]), frame["host"][0]) == ("2026-01-02 10:00:00.250000+00:00", "made-1")


def test_what_senders_give_the_event_collector(read: Callable[..., pd.DataFrame]) -> None:
    frame = read(
        '{"time":1767348000.25,"host":"made-1","source":"/made","sourcetype":"_json","event":{"level":"error",'
        '"message":"lost","code":7}}\n'
        '{"time":"1767348001.25","host":"made-1","sourcetype":"made","event":"ok","fields":{"region":"made"}}\n'
    )
    assert frame.attrs["format"] == "splunk_json"
    assert [str(t) for t in frame["time"]] == ["2026-01-02 10:00:00.250000+00:00", "2026-01-02 10:00:01.250000+00:00"]
    assert list(frame["message"]) == ["lost", "ok"]
    assert list(frame["host"]) == ["made-1"] * 2
    assert (frame["severity_number"][0], frame["code"][0], frame["region"][1]) == (17, 7, "made")
