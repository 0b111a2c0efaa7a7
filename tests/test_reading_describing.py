"""What `describe_logs` says of exports whose content was counted by hand, and the table of formats."""

from __future__ import annotations

import json
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from incident_analysis import formats
from incident_analysis.format import FRAMES
from incident_analysis.reading import count_logs, describe_logs, read_logs
from incident_analysis.reading import logs as reading

CSV = """time,level,service,message
2026-01-02T10:00:00.250Z,INFO,shop,a
2026-01-02T10:00:00.750Z,ERROR,shop,b
2026-01-02T10:00:30Z,ERROR,pay,c
broken
2026-01-02T12:00:00.000000001Z,,,d
,INFO,shop,no time
"""
EVENTS = {"events": [{"timestamp": 1767351600000, "message": "x", "ingestionTime": 1}], "nextToken": "more"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.csv").write_text(CSV)
    (tmp_path / "b.json").write_text(json.dumps(EVENTS, indent=1))
    (tmp_path / "c.txt").write_text("nothing that is known\n")
    return tmp_path


def test_counts_span_and_gaps_by_hand(folder: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        told = describe_logs(folder)
    assert (told["rows"], told["unparsed"], told["without_time"]) == (7, 1, 2)
    assert told["first"] == "2026-01-02T10:00:00.25Z"
    assert told["last"] == "2026-01-02T12:00:00.000000001Z"
    assert told["span_s"] == pytest.approx(7199.750000001)
    assert told["severities"] == {"(none)": 3, "INFO": 2, "ERROR": 2}
    assert list(told["severities"]) == ["(none)", "INFO", "ERROR"]
    assert told["services"] == {"(none)": 3, "shop": 3, "pay": 1}
    # 11:00 of the events lies between 10:00:30 and 12:00.
    assert told["largest_gaps"][:2] == [
        {"start": "2026-01-02T11:00:00Z", "end": "2026-01-02T12:00:00.000000001Z", "seconds": 3600.000000001},
        {"start": "2026-01-02T10:00:30Z", "end": "2026-01-02T11:00:00Z", "seconds": 3570.0},
    ]
    assert told["largest_gaps"][2]["seconds"] == 29.25, "from the second's last record, not from its first"


def test_each_source_by_itself(folder: Path) -> None:
    told = describe_logs(folder)
    table, events, unknown = told["sources"]
    assert [s["format"] for s in told["sources"]] == ["csv", "cloudwatch_events", ""]
    assert (table["rows"], table["unparsed"], table["lines"], table["bytes"]) == (6, 1, 7, len(CSV))
    assert table["largest_gap"]["seconds"] == pytest.approx(7170.0)
    assert events["largest_gap"] is None
    assert [w["what"] for w in events["warnings"]] == [
        "the answer has a nextToken: more pages follow, it may be truncated"
    ]
    assert (unknown["rows"], unknown["first"]) == (0, None)
    assert unknown["warnings"][0]["what"].startswith("left out")


def test_it_is_json_and_agrees_with_reading(folder: Path) -> None:
    told = describe_logs(folder)
    assert json.loads(json.dumps(told)) == told
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        rows = read_logs(folder)
        counted = count_logs(folder)
    assert told["rows"] == len(rows)
    assert told["rows"] - told["without_time"] == counted["count"].sum()


def test_only_a_window(folder: Path) -> None:
    told = describe_logs(folder, since="2026-01-02T10:00:30Z", until="2026-01-02T12:00:00Z")
    # Rows without a time stay, for they may belong there.
    assert (told["rows"], told["without_time"]) == (4, 2)
    assert (told["first"], told["last"]) == ("2026-01-02T10:00:30Z", "2026-01-02T11:00:00Z")


def test_batches_change_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = describe_logs(folder)
    monkeypatch.setattr(reading, "BATCH_ROWS", 2)
    parts = describe_logs(folder)
    assert {k: v for k, v in parts.items() if k != "sources"} == {k: v for k, v in whole.items() if k != "sources"}


def test_gaps_are_those_of_the_sorted_times(tmp_path: Path) -> None:
    rng = np.random.default_rng(7)
    ns = 1_767_348_000_000_000_000 + rng.integers(0, 86_400 * 10**9, 500)
    path = tmp_path / "x.csv"
    path.write_text("time,message\n" + "".join(f"{n},x\n" for n in ns))
    gaps = np.sort(np.diff(np.sort(ns)))[::-1][:5]
    assert [round(g["seconds"] * 1e9) for g in describe_logs(path)["largest_gaps"]] == gaps.tolist()


@pytest.mark.parametrize(
    "stamps, gaps, step",
    [
        (["10:00:00", "10:00:01", "10:00:02", "10:00:04", "10:00:05"], [2.0], 1.0),
        (["10:00:00.000", "10:00:00.900", "10:00:01.100", "10:00:02.200"], [1.1], 1.0),
        (["10:00:00", "10:01:00", "10:02:00", "10:05:00"], [180.0], 60.0),
        (["10:00:00", "10:01:00", "10:02:00", "10:02:01"], [60.0, 60.0], 1.0),
    ],
)
def test_neighbouring_steps_of_the_clock_are_no_gap(
    tmp_path: Path, stamps: list[str], gaps: list[float], step: float
) -> None:
    path = tmp_path / "x.csv"
    path.write_text("time,message\n" + "".join(f"2026-01-02T{stamp}Z,x\n" for stamp in stamps))
    told = describe_logs(path)
    assert ([gap["seconds"] for gap in told["largest_gaps"]], told["step_s"]) == (gaps, step)


def test_many_services_are_summed(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("time,service,message\n" + "".join(f"2026-01-02T10:00:00Z,s{i:03},x\n" for i in range(60)))
    told = describe_logs(path)
    assert len(told["services"]) == 50
    assert told["services_more"] == {"services": 10, "rows": 10}


def test_nothing_to_describe(tmp_path: Path) -> None:
    (tmp_path / "empty.log").write_text("")
    told = describe_logs(tmp_path)
    assert (told["rows"], told["first"], told["span_s"], told["largest_gaps"]) == (0, None, None, [])


def test_the_table_of_formats() -> None:
    table = formats.table()
    assert table["name"].is_unique
    assert table["name"].is_monotonic_increasing
    assert len(table) == len(formats.every())
    assert {name for frames in table["yields"] for name in frames.split(", ")} <= set(FRAMES)
    assert table.set_index("name").loc["kibana_csv", "zone"].startswith("a wall clock")
    assert (table[["title", "zone", "reference"]] != "").all(axis=None)
    assert isinstance(table, pd.DataFrame)
