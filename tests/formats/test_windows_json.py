"""Windows events as evtx_dump writes them."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

Read = Callable[..., pd.DataFrame]


def at(text: str) -> pd.Timestamp:
    return pd.Timestamp(text, tz="UTC")


EVENT = (
    '{"Event":{"#attributes":{"xmlns":"x"},"System":{"Provider":{"#attributes":{"Name":"Shop"}},"EventID":%s,"Level":3,'
    '"Keywords":"0x8000000000000000","TimeCreated":{"#attributes":{"SystemTime":"2026-01-02T10:00:00.123456Z"}},'
    '"EventRecordID":12,"Execution":{"#attributes":{"ProcessID":7,"ThreadID":8}},"Channel":"System","Computer":"h1"},'
    '"EventData":{"part":"a","LogonType":3}}}'
)


@pytest.mark.parametrize("number", ["7036", '{"#attributes":{"Qualifiers":1},"#text":7036}', '"7036"'])
def test_lines(read: Read, number: str) -> None:
    frame = read((EVENT % number + "\n") * 2)
    assert frame.attrs["format"] == "windows_json"
    row = frame.iloc[1]
    assert row["time"] == at("2026-01-02T10:00:00.123456")
    assert (row["event_id"], row["record_id"], row["pid"], row["LogonType"]) == (7036, 12, 7, 3)
    assert (row["service"], row["host"], row["severity_number"], row["part"]) == ("Shop", "h1", 13, "a")


def test_records_of_many_lines(read: Read) -> None:
    import json

    pretty = json.dumps(json.loads(EVENT % "1"), indent=2)
    frame = read(f"Record 1\n{pretty}\nRecord 2\n{pretty}\n")
    assert frame["event_id"].to_list() == [1, 1]
    assert frame["parsed"].all()


def test_an_event_without_data(read: Read) -> None:
    frame = read(EVENT.replace('{"part":"a","LogonType":3}', "null") % "1" + '\n{"Event":{"System":\n')
    assert frame["parsed"].to_list() == [True, False]
    assert frame["message"][0] == "Shop 1:"
