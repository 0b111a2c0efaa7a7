"""Stamps without a year: which year each record is of."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from incident_analysis.clock import yearless
from incident_analysis.reading import assemble, fast, logs, read_logs
from incident_analysis.reading.accounts import Account
from incident_analysis.reading.sources import Source


def years(*stamps: str, last: int = 2026) -> list[int | None]:
    values: list[Any] = [yearless(f"{stamp} 12:00:00") for stamp in stamps]
    placed = assemble._with_years(
        values, source=Source("x", "x", not_after=datetime(last, 12, 31, tzinfo=UTC)), account=Account("x")
    )
    return [None if s is None else 1970 + int(s.ns / 1e9 / 86400 / 365.2425) for s in placed]


@pytest.mark.parametrize(
    "stamps, expected",
    [
        (["Mar  6", "Mar  7"], [2026, 2026]),
        (["Dec 31", "Jan  2"], [2025, 2026]),
        # Gaps of months: what stands before, lies before.
        (["Apr 23", "May  6", "Dec 15", "Feb 16"], [2025, 2025, 2025, 2026]),
        (["Aug  1", "Mar  1"], [2025, 2026]),
        (["Nov 20", "Jan  5", "Dec  3", "Jan  2"], [2024, 2025, 2025, 2026]),
        # Out of order: relays and buffers deliver late.
        (["Mar  7", "Mar  6", "Mar  7"], [2026, 2026, 2026]),
        (["Dec 31", "Jan  2", "Dec 31", "Jan  2"], [2025, 2026, 2025, 2026]),
        # Files put together in the wrong order.
        (["Nov 20", "Nov  1"], [2026, 2026]),
    ],
)
def test_the_order_of_the_records_tells_the_year(stamps: list[str], expected: list[int]) -> None:
    assert years(*stamps) == expected


def test_a_leap_day_has_no_place_in_another_year() -> None:
    assert years("Feb 29", "Mar  1", last=2026) == [None, 2026]
    assert years("Feb 29", "Mar  1", last=2024) == [2024, 2024]


def test_the_last_record_is_not_of_the_future(tmp_path: Path) -> None:
    log = tmp_path / "made-up.log"
    log.write_text("Dec 10 10:00:00 host app: x\n")
    os.utime(log, (1_772_900_000, 1_772_900_000))  # 7 March 2026
    assert list(read_logs(log)["time"].dt.year) == [2025]


@pytest.mark.parametrize("since, expected", [("2025-12-30", [2025, 2026]), ("2021-12-30", [2021, 2022])])
def test_since_tells_the_year_of_what_follows_it(tmp_path: Path, since: str, expected: list[int]) -> None:
    log = tmp_path / "made-up.log"
    log.write_text("Dec 31 10:00:00 host app: x\nJan  1 10:00:00 host app: y\n")
    assert list(read_logs(log, since=since)["time"].dt.year) == expected


def test_a_source_of_many_batches_is_placed_as_a_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "BATCH_ROWS", 3)
    log = tmp_path / "made-up.log"
    # klog has no fast path: month and day together, no year.
    log.write_text("I1231 10:00:00.000000 1 a.go:1] x\n" * 7 + "I0101 10:00:00.000000 1 a.go:1] y\n")
    os.utime(log, (1_772_900_000, 1_772_900_000))
    assert list(read_logs(log)["time"].dt.year) == [2025] * 7 + [2026]


def test_two_logs_mixed_line_by_line_do_not_lead_out_of_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each January behind a December would be another year: the fast path and the simple one stop at the same one."""
    log = tmp_path / "made-up.log"
    log.write_text("Jan  2 10:00:00 host1 app[7]: made up\nDec  2 10:00:00 host1 app[7]: made up\n" * 300)
    found = []
    for least in (1 << 60, 1):
        monkeypatch.setattr(fast, "LEAST_BYTES", least)
        frame = read_logs(log)
        assert frame["time"].dropna().dt.year.min() == 1970
        found.append(frame["time"].tolist())
    assert found[0] == found[1]
