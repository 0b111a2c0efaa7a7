"""What exports of events do to those who read them: times that lie, files that are cut, wrong or something else.

The hazards of time are those that pandas takes silently, or refuses, from one version to the next.
"""

from __future__ import annotations

import gzip
import json
import warnings
import zipfile
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from incident_analysis.errors import EvidenceWarning, InputError
from incident_analysis.reading import FormatError, read_incidents, read_logs, read_timeline


def entry(name: str, time: Any) -> dict[str, Any]:
    """A log entry of PagerDuty."""
    agent = {"id": "PU", "type": "user_reference", "summary": "Anna"}
    incident = {"id": "Q1", "type": "incident_reference"}
    return {
        "id": name,
        "type": "annotate_log_entry",
        "summary": name,
        "created_at": time,
        "agent": agent,
        "incident": incident,
    }


def write(folder: Path, content: Any, *, name: str = "export.json") -> Path:
    path = folder / name
    data = (
        content
        if isinstance(content, bytes)
        else (content if isinstance(content, str) else json.dumps(content)).encode()
    )
    path.write_bytes(data)
    return path


def read(path: Path, **options: Any) -> pd.DataFrame:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return read_timeline(path, **options)


def times(folder: Path, *given: Any) -> list[Any]:
    """The instants of entries with such times, in the order given; None where it is none."""
    rows = read(write(folder, [entry(str(i), time) for i, time in enumerate(given)])).sort_values("source_id")
    assert rows["time"].dtype == "datetime64[us, UTC]"
    return [None if pd.isna(t) else t.isoformat().removesuffix("+00:00") for t in rows["time"]]


def test_fractions_of_any_length_in_one_column(tmp_path: Path) -> None:
    given = ["2026-01-02T10:00:00Z", "2026-01-02T10:00:00.5Z", "2026-01-02T10:00:00.123456789Z", "2026-01-02T10:00Z"]
    found = times(tmp_path, *given)
    assert found == [
        "2026-01-02T10:00:00",
        "2026-01-02T10:00:00.500000",
        "2026-01-02T10:00:00.123456",
        "2026-01-02T10:00:00",
    ]


def test_offsets_of_any_kind_in_one_column(tmp_path: Path) -> None:
    given = ["2026-01-02T12:00:00+02:00", "2026-01-02T02:00:00-0800", "2026-01-02 11:00:00 CET", "2026-01-02T10:00:00Z"]
    assert times(tmp_path, *given) == ["2026-01-02T10:00:00"] * 4


def test_names_of_zones_are_read_and_not_dropped(tmp_path: Path) -> None:
    # 2-8 hours wrong where the name is dropped.
    found = times(tmp_path, "2025-08-13 01:45:01.123 PDT", "2025-08-13 01:45:01.123 CEST")
    assert found == ["2025-08-13T08:45:01.123000", "2025-08-12T23:45:01.123000"]


@pytest.mark.parametrize("never", ["0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "0001-01-01T00:00:00"])
def test_zero_dates_mean_never_and_are_counted(never: str, tmp_path: Path) -> None:
    path = write(tmp_path, [entry("1", never), entry("2", "2026-01-02T10:00:00Z")])
    rows = read(path)
    assert rows["time"].isna().sum() == 1
    assert rows.attrs["sources"][0]["warnings"]["zero dates mean never: kept without a time"] == 1
    assert not rows["time"].min() < pd.Timestamp("2026-01-01T00:00:00Z")


def test_a_year_that_64_bits_of_nanoseconds_do_not_hold(tmp_path: Path) -> None:
    rows = read(write(tmp_path, [entry("1", "9999-12-31T00:00:00Z")]))
    assert rows["time"].isna().all()


@pytest.mark.parametrize("order", [1, -1])
def test_day_and_month_are_told_apart_over_the_whole_column(order: int, tmp_path: Path) -> None:
    head = "number,incident_state,active,sys_mod_count,opened_at,sys_updated_at,priority,resolved_at\n"
    lines = [f"INC{i},New,TRUE,0,{day} 10:00,{day} 10:00,3,?\n" for i, day in enumerate(["05-03-2016", "29-02-2016"])]
    path = write(tmp_path, head + "".join(lines[::order]), name="tickets.csv")
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        rows = read_incidents(path)
    assert sorted(rows["started"]) == [pd.Timestamp("2016-02-29T10:00Z"), pd.Timestamp("2016-03-05T10:00Z")]
    assert any("read with the day first" in str(one.message) for one in said)


def test_milliseconds_and_seconds_since_1970(tmp_path: Path) -> None:
    assert times(tmp_path, 1767348000, 1767348000250, "1767348000.5") == [
        "2026-01-02T10:00:00",
        "2026-01-02T10:00:00.250000",
        "2026-01-02T10:00:00.500000",
    ]


EVERY = [entry(str(i), f"2026-01-02T10:{i:02d}:00Z") for i in range(30)]


def test_json_that_is_cut_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    text = json.dumps({"log_entries": EVERY, "more": False}, indent=1)
    path = write(tmp_path, text[: len(text) // 2])
    with pytest.warns(EvidenceWarning, match="broken JSON"):
        rows = read_timeline(path)
    account = rows.attrs["sources"][0]
    assert account["truncated"]
    assert 10 < rows["parsed"].sum() < 20
    assert (~rows["parsed"]).sum() == 1
    assert rows["text"].iloc[-1].strip().startswith("{")
    # One cut before its first record says nothing at all.
    path = write(tmp_path, text[: text.index("10:00:00Z")])
    with pytest.raises(InputError, match="broken JSON") as caught:
        read_timeline(path, format="pagerduty_log_entries")
    assert "export the file again" in caught.value.remedy


def test_json_of_one_line_that_is_cut_keeps_the_broken_record_too(tmp_path: Path) -> None:
    text = json.dumps({"log_entries": EVERY, "more": False})
    cut = text[: text.index("10:20:00Z")]
    with pytest.warns(EvidenceWarning, match="kept unparsed"):
        rows = read_timeline(write(tmp_path, cut))
    assert rows["parsed"].sum() == 20
    assert list(rows["text"][~rows["parsed"]]) == [
        cut[cut.rindex(json.dumps(EVERY[19])) + len(json.dumps(EVERY[19])) + 2 :]
    ]


def test_other_encodings(tmp_path: Path) -> None:
    made = [entry("1", "2026-01-02T10:00:00Z") | {"summary": "Störung behoben"}]
    text = json.dumps(made, ensure_ascii=False)
    with pytest.warns(EvidenceWarning, match="not UTF-8"):
        rows = read_timeline(write(tmp_path, text.encode("latin-1")))
    assert rows["text"][0] == "St\\xf6rung behoben"
    with pytest.warns(EvidenceWarning, match="UTF-16"):
        rows = read_timeline(write(tmp_path, text.encode("utf-16")))
    assert rows["text"][0] == "Störung behoben"
    assert read(write(tmp_path, b"\xef\xbb\xbf" + text.encode()))["text"][0] == "Störung behoben"


@pytest.mark.parametrize("reader", [read_timeline, read_incidents, read_logs])
def test_a_web_page_in_the_place_of_an_export(reader: Any, tmp_path: Path) -> None:
    page = "<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body>Please sign in.</body></html>\n"
    with pytest.raises(FormatError, match="web page") as caught:
        reader(write(tmp_path, page))
    assert "logged in" in caught.value.remedy
    with pytest.raises(InputError) as caught_again:
        read_timeline(write(tmp_path, page), format="pagerduty_incidents")
    assert caught_again.value.remedy


@pytest.mark.parametrize(
    ("content", "format", "said"),
    [
        (
            '{"incidents": [], "limit": 25, "offset": 0, "more": false}',
            "pagerduty_incidents",
            "a document without a record",
        ),
        ("[]", "statuspage", "a document without a record"),
        ("", None, "an empty file"),
        ("\n\n", None, "an empty file"),
    ],
)
def test_an_empty_page(content: str, format: str | None, said: str, tmp_path: Path) -> None:
    path = write(tmp_path, content)
    for reader in (read_timeline, read_incidents):
        with pytest.warns(EvidenceWarning, match=said):
            rows = reader(path, format=format)
        assert rows.empty


def test_an_error_in_the_place_of_an_export(tmp_path: Path) -> None:
    path = write(tmp_path, '{"error": {"message": "Not Found", "code": 2100}}')
    with pytest.raises(FormatError, match="no known format"):
        read_timeline(path)
    rows = read(path, format="pagerduty_incidents")
    assert rows["parsed"].tolist() == [False]
    assert "Not Found" in rows["text"][0]


def test_packed_exports_and_folders_of_them(tmp_path: Path) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    (folder / "a.json.gz").write_bytes(gzip.compress(json.dumps(EVERY[:10]).encode()))
    with zipfile.ZipFile(folder / "b.zip", "w") as archive:
        archive.writestr("one.json", json.dumps(EVERY[10:20]))
        archive.writestr("picture.png", b"\x89PNG\r\n\x1a\n" + bytes(100))
    write(folder, '{"time": "2026-01-02T10:00:05Z", "level": "info", "msg": "x"}\n', name="app.log")
    rows = read(folder)
    assert len(rows) == 20
    assert rows["time"].is_monotonic_increasing
    assert set(rows["source"]) == {"exports/a.json.gz", "exports/b.zip:one.json"}
    left = {s["source"]: next(iter(s["warnings"])) for s in rows.attrs["sources"] if s["warnings"]}
    assert left["exports/app.log"].startswith("left out: JSON lines")
    assert "binary" in left["exports/b.zip:picture.png"]


def test_a_history_of_many_files_and_folders_of_incidents_together(tmp_path: Path) -> None:
    row = {
        "incident_id": "a",
        "provider_id": "x",
        "severity": "minor",
        "severity_rank": 1,
        "created_at": "2026-01-02T10:00:00+00:00",
    }
    first = write(tmp_path, [row | {"resolved_at": "2026-01-02T11:00:00+00:00"}], name="2025.json")
    second = write(tmp_path, [row | {"incident_id": "b"}], name="2026.json")
    shipped = Path(__file__).resolve().parents[1] / "data" / "incidents" / "2017-01-31-gitlab-database"
    rows = read_incidents([first, second, shipped])
    assert list(rows["incident_id"]) == ["a", "b", "2017-01-31-gitlab-database"]
    assert list(rows["source"]) == ["2025.json", "2026.json", "incident.yaml"]
    assert rows.attrs["as_of"] == {"2025.json": "2026-01-02T11:00:00+00:00", "2026.json": "2026-01-02T10:00:00+00:00"}
    assert rows["provider"].isna().tolist() == [False, False, True]


def test_a_large_export_read_file_by_file_keeps_only_the_window(tmp_path: Path) -> None:
    folder = tmp_path / "days"
    folder.mkdir()
    for day in range(1, 10):
        write(folder, [entry(f"{day}-{i}", f"2026-01-{day:02d}T10:00:{i:02d}Z") for i in range(20)], name=f"{day}.json")
    rows = read(folder, since="2026-01-03", until="2026-01-05")
    assert len(rows) == 40
    assert {t.day for t in rows["time"]} == {3, 4}
