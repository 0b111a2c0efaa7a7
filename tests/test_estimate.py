"""A claim says how sure it is; texts are those of design.md and of the glossary, written by hand."""

from __future__ import annotations

import math
import pickle

import pytest

from incident_analysis.errors import ParameterError, UnknownValueError
from incident_analysis.estimate import Estimate, Evidence


@pytest.mark.parametrize(
    ("estimate", "text"),
    [
        (
            Estimate(
                3000, 2400, math.inf, level=0.9, interval="confidence", unit="s", n=4, censored=1, method="Kaplan-Meier"
            ),
            "50 min [40 min, not reached] (90 % confidence, n = 4, 1 open, Kaplan-Meier)",
        ),
        (Estimate.unknown("no source gives the minute"), "unknown: no source gives the minute"),
        (Estimate(64800, interval="stated", unit="s", n=1), "about 18 h (n = 1)"),
        (Estimate(None, 61200, math.inf, interval="bounds", unit="s", censored=1), "at least 17 h (bounds, 1 open)"),
        (Estimate(None, None, 5, interval="bounds", unit="minutes"), "at most 5 minutes (bounds)"),
        (Estimate(None, 60, 120, interval="bounds", unit="s"), "between 1 min and 2 min (bounds)"),
        (Estimate(0, 0, 0, unit="records"), "0 records"),
        (Estimate(6e4, 4.1e4, 9.5e4, interval="bounds", unit="EUR"), "EUR 60,000 [EUR 41,000, EUR 95,000] (bounds)"),
    ],
)
def test_the_text_of_an_estimate(estimate: Estimate, text: str) -> None:
    assert str(estimate) == text


def test_zero_is_known_and_unknown_is_not_zero() -> None:
    assert Estimate(0, 0, 0).known
    assert not Estimate.unknown("nobody counted").known
    assert Estimate.unknown("nobody counted").value is None


@pytest.mark.parametrize("compare", ["__lt__", "__le__", "__gt__", "__ge__"])
def test_comparing_with_unknown_raises(compare: str) -> None:
    known, unknown = Estimate(3, unit="s"), Estimate.unknown("nobody counted", unit="s")
    for one, other in ((known, unknown), (unknown, known), (unknown, 3)):
        with pytest.raises(UnknownValueError, match="nobody counted"):
            getattr(one, compare)(other)


def test_an_estimate_has_no_arithmetic_and_no_truth_value() -> None:
    with pytest.raises(TypeError):
        Estimate(1) + Estimate(2)  # type: ignore[operator]
    with pytest.raises(UnknownValueError):
        bool(Estimate(0))


def test_units_do_not_compare() -> None:
    with pytest.raises(ParameterError, match="s compared with EUR"):
        _ = Estimate(1, unit="s") < Estimate(1, unit="EUR")


@pytest.mark.parametrize(
    "wrong",
    [
        {"value": 1, "level": 90},
        {"value": 1, "low": 3, "high": 2},
        {"value": None},
        {"value": 1, "interval": "sure"},
    ],
)
def test_a_wrong_estimate_is_refused_with_a_remedy(wrong: dict[str, object]) -> None:
    with pytest.raises(ParameterError) as error:
        Estimate(**wrong)  # type: ignore[arg-type]
    assert "\nTo fix: " in str(error.value)


def test_errors_survive_the_way_between_processes() -> None:
    error = ParameterError("a", remedy="b", where="c")
    again = pickle.loads(pickle.dumps(error))
    assert str(again) == str(error) == "c: a\nTo fix: b"


def test_evidence_of_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ParameterError):
        Evidence("rumour", "somewhere")  # type: ignore[arg-type]
