"""Stamps without a year: which year each record is of."""

from __future__ import annotations

from typing import Any

import pytest

from incident_analysis.clock import yearless
from incident_analysis.reading import assemble
from incident_analysis.reading.accounts import Account
from incident_analysis.reading.sources import Source


def years(*stamps: str, last: int = 2026) -> list[int | None]:
    values: list[Any] = [yearless(f"{stamp} 12:00:00") for stamp in stamps]
    placed = assemble._with_years(values, source=Source("x", "x", year=last), account=Account("x"))
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
