"""Text from values: what a reader sees. Expected texts are written by hand."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident_analysis import words


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (59, "59 s"),
        (60, "1 min"),
        (61, "1 min 1 s"),
        (3599.6, "1 h"),
        (3600, "1 h"),
        (66780, "18 h 33 min"),
        (86399, "1 d"),
        (86400, "1 d"),
        (1181940, "13 d 16 h 19 min"),
        (87060, "1 d 11 min"),
        (-120, "−2 min"),
        (math.inf, "not reached"),
        (math.nan, "unknown"),
    ],
)
def test_a_duration_carries_over_at_its_units(seconds: float, text: str) -> None:
    assert words.duration(seconds) == text


@given(st.floats(min_value=1, max_value=1e9))
def test_a_duration_never_shows_sixty_minutes_nor_twenty_four_hours(seconds: float) -> None:
    said = words.duration(seconds)
    assert not re.search(r"\b60 (s|min)\b|\b2[4-9] h\b", said)
    unit = {"d": 86400, "h": 3600, "min": 60, "s": 1}
    back = sum(int(n) * unit[u] for n, u in re.findall(r"(\d+) (d|h|min|s)", said))
    # Never off by more than half of the smallest unit that such a length is told in.
    assert abs(back - seconds) <= (0.5 if seconds < 3600 else 30.5)


@given(st.integers(min_value=0, max_value=10**14))
def test_a_count_is_never_rounded(count: int) -> None:
    assert words.number(count).replace(",", "") == str(count)


@given(st.floats(min_value=1e-12, max_value=1e12))
def test_a_number_keeps_three_significant_digits(value: float) -> None:
    said = float(words.number(value).replace(",", ""))
    assert said == pytest.approx(value, rel=5.01e-3)


def test_an_instant_is_told_in_utc_whatever_its_zone() -> None:
    east = timezone(timedelta(hours=5, minutes=30))
    assert words.instant(datetime(2018, 4, 12, 12, 12, tzinfo=east)) == "2018-04-12 06:42 UTC"
    assert words.instant(datetime(1628, 8, 10, 15, 0, 7, tzinfo=UTC)) == "1628-08-10 15:00:07 UTC"


def test_money_is_shortened_only_where_nothing_is_lost() -> None:
    assert words.money(15_000_000_000, "USD") == "USD 15 billion"
    assert words.money(1_938_000_000, "USD") == "USD 1.938 billion"
    assert words.money(1_938_400_001, "USD") == "USD 1,938,400,001"
