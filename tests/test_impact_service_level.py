"""Service levels: reference results R21 to R23, counts by hand, and what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from incident_analysis import frames, impact
from incident_analysis.errors import IncidentAnalysisError, ParameterError
from incident_analysis.incident import Incident
from incident_analysis.timeline import periods

BEGIN = pd.Timestamp("2026-03-07T00:00Z")


def series(valid: Any, good: Any, *, every: str = "1min", begin: pd.Timestamp = BEGIN, key: str = "") -> pd.DataFrame:
    valid, good = np.atleast_1d(np.asarray(valid, float)), np.atleast_1d(np.asarray(good, float))
    times = pd.date_range(begin, periods=len(valid), freq=every).as_unit("ns")
    return pd.DataFrame(
        {
            "time": times,
            "end": times + pd.Timedelta(every),
            "key": pd.Series([key] * len(valid), dtype="str"),
            "valid": valid,
            "good": good,
            "unit": pd.Series(["requests"] * len(valid), dtype="str"),
        }
    )


def window(start: str, end: str | None) -> pd.DataFrame:
    row = {"start": start, "start_low": start, "start_high": start, "end": end, "end_low": end, "end_high": end}
    return frames.build(frames.WINDOWS, [row])


def named(frame: pd.DataFrame, name: str) -> Any:
    return frames.named(frame, name)


# R21, R22, R23 -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("target", "length", "seconds"),
    [
        (0.999, "365d", 8.76 * 3600),
        (0.999, "30d", 43.2 * 60),
        (0.999, "7d", 10.08 * 60),
        (0.9995, "30d", 21.6 * 60),
        (0.9999, "365d", 52.56 * 60),
    ],
)
def test_r21_allowance(target: float, length: str, seconds: float) -> None:
    assert impact.allowance(target=target, window=length) == pytest.approx(seconds, rel=1e-12)


@pytest.mark.parametrize(("burn", "during", "share"), [(14.4, "1h", 0.02), (6, "6h", 0.05), (1, "72h", 0.10)])
def test_r22_budget_spent(burn: float, during: str, share: float) -> None:
    assert impact.budget_spent(burn, during=during, window="30d") == pytest.approx(share, rel=1e-12)


def test_r22_a_burn_of_14_4_empties_the_month_in_50_hours() -> None:
    assert impact.time_to_empty(14.4, window="30d") == pytest.approx(50 * 3600)
    assert impact.time_to_empty(0, window="30d") == float("inf")


def test_r22_a_burn_rate_is_never_rounded_before_it_is_compared() -> None:
    # 10,000 requests an hour at 99.9 %: 144 bad ones are a burn rate of exactly 14.4, which is not above it.
    valid = np.full(60, 10_000.0)
    for bad, fires in ((144, False), (144.4, True)):
        made = series(valid, valid - bad)
        assert impact.burn_rate(made, target=0.999, window="1h")["value"].iloc[-1] == pytest.approx(bad / 10, rel=1e-9)
        fired = impact.alerts(made, target=0.999).query("rule.str.startswith('14.4')")["fired"]
        assert fired.notna().any() == fires, bad


def test_r23_wilson_and_the_bound_of_no_bad_event() -> None:
    found = impact.availability(series(10_000, 9_990), level=0.95)
    assert (round(found.low, 6), round(found.high, 6)) == (0.998160, 0.999457)  # type: ignore[arg-type]  # known
    assert "Wilson" in found.method
    none_bad = impact.availability(series(3_000, 3_000), level=0.9)
    assert round(1 - none_bad.low, 6) == 0.000998  # type: ignore[operator]  # known
    assert (none_bad.value, none_bad.high) == (1, 1)
    assert "Clopper-Pearson" in none_bad.method
    assert none_bad.figure.startswith("1 [0.999")


# Counting ----------------------------------------------------------------------------------------------------------


def logs(*rows: tuple[str, Any, str, str]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "time": pd.to_datetime([f"2026-03-07T{r[0]}Z" for r in rows], utc=True).as_unit("ns"),
            "status": pd.Series([r[1] for r in rows], dtype="Int64"),
            "path": pd.Series([r[2] for r in rows], dtype="str"),
            "method": pd.Series([r[3] for r in rows], dtype="category"),
        }
    )


ROWS = logs(
    ("10:00:00", 200, "/pay/1", "GET"),
    ("10:00:59", 500, "/pay/2", "POST"),
    ("10:01:00", 404, "/pay/3", "GET"),
    ("10:01:30", 503, "/health", "GET"),
    ("10:05:00", None, "/pay/4", "GET"),
)


def test_requests_are_counted_by_interval_and_what_has_no_status_is_undecided() -> None:
    found = impact.service_level(ROWS, sli={"valid": "path starts with /pay", "good": "status < 500"}, every="1min")
    assert found[["valid", "good"]].to_numpy().tolist() == [[2, 1], [1, 1]]
    assert found["time"].dt.strftime("%H:%M").tolist() == ["10:00", "10:01"]
    assert found.attrs["undecided"] == 1


def test_pieces_give_what_the_whole_gives() -> None:
    whole = impact.service_level(ROWS, sli={"good": "status < 500"}, every="1min")
    # The later piece first: sources need not be in order.
    pieces = impact.service_level(iter([ROWS.iloc[3:], ROWS.iloc[:3]]), sli={"good": "status < 500"}, every="1min")
    pd.testing.assert_frame_equal(whole, pieces)


@pytest.mark.parametrize(
    ("condition", "count"),
    [
        ("status < 500", 2),
        ("status >= 500 or path = /pay/1", 3),
        ("method is POST", 1),
        ("method is not POST and status in 200, 404", 2),
        ("path contains 'ay/'", 3),
        ("path ends with h", 1),
        ("status != 200", 3),
    ],
)
def test_conditions(condition: str, count: int) -> None:
    found = impact.service_level(ROWS, sli={"valid": condition, "good": "status > 0"}, every="1h")
    assert found["valid"].sum() == count


def test_a_key_for_each_value() -> None:
    found = impact.service_level(ROWS, sli={"good": "status < 500"}, every="1h", by="method")
    assert found.set_index("key")["valid"].to_dict() == {"GET": 3, "POST": 1}


# Periods -----------------------------------------------------------------------------------------------------------


def stated(*given: dict[str, Any]) -> pd.DataFrame:
    return periods(
        Incident.model_validate(
            {
                "id": "made-up",
                "title": "Made up",
                "severity": "P3",
                "times": {"started": "2026-03-07"},
                "periods": list(given),
            }
        )
    )


def test_43_min_12_s_down_spend_the_whole_budget_of_30_days() -> None:
    down = stated({"started": "2026-03-07T10:00:00Z", "ended": "2026-03-07T10:43:12Z"})
    made = impact.service_level(down, sli={"good": "kind = none"}, every="1min", since="2026-02-20", until="2026-03-22")
    assert impact.availability(made).value == pytest.approx(0.999, abs=1e-12)
    budget = impact.error_budget(
        made, target=0.999, window="30d", at="2026-03-22", windows=window("2026-03-07T10:00Z", "2026-03-07T10:43:12Z")
    )
    assert named(budget, "budget").value == pytest.approx(2592)
    assert named(budget, "incident_spent_ratio").value == pytest.approx(1)
    assert named(budget, "left_ratio").value == pytest.approx(0, abs=1e-12)


def test_a_degraded_period_without_a_share_leaves_bounds_and_not_a_guess() -> None:
    # One hour of a day: nobody to everybody.
    slow = stated({"started": "2026-03-07T10:00:00Z", "ended": "2026-03-07T11:00:00Z", "kind": "degraded"})
    made = impact.service_level(slow, sli={"good": "kind = none"}, every="1h", since="2026-03-07", until="2026-03-08")
    found = impact.availability(made)
    assert (found.value, found.interval, found.level) == (None, "bounds", None)
    assert (found.low, found.high) == (pytest.approx(23 / 24), pytest.approx(1))
    budget = impact.error_budget(made, target=0.99, window="1d", at="2026-03-08")
    assert not named(budget, "spent_ratio").known


def test_a_share_counts_and_overlapping_periods_do_not_count_twice() -> None:
    both = stated(
        {"started": "2026-03-07T10:00:00Z", "ended": "2026-03-07T11:00:00Z", "kind": "degraded", "share": 0.4},
        {"started": "2026-03-07T10:30:00Z", "ended": "2026-03-07T11:00:00Z", "kind": "down"},
    )
    made = impact.service_level(both, sli={"good": "kind = none"}, every="1h", since="2026-03-07", until="2026-03-08")
    assert made["valid"].sum() - made["good"].sum() == pytest.approx(0.4 * 1800 + 1800)


# Budget and alerts -------------------------------------------------------------------------------------------------


def test_rolling_and_calendar_windows_are_told_apart() -> None:
    days = series(
        np.full(60, 1000.0), np.append(np.full(59, 1000.0), 940.0), every="1D", begin=BEGIN.replace(month=1, day=1)
    )
    month = impact.error_budget(days, target=0.999, window="month", at="2026-02-15")
    rolling = impact.error_budget(days, target=0.999, window="30d", at="2026-02-15")
    assert month["window"].iloc[0] == "calendar month 2026-02"
    assert rolling["window"].iloc[0] == "rolling 30 d"
    assert named(month, "bad").value == 0
    assert named(rolling, "budget").value == pytest.approx(30)


def test_the_budget_of_a_window_that_the_series_does_not_span_is_unknown() -> None:
    made = series(np.full(60, 100.0), np.full(60, 90.0))
    found = impact.error_budget(made, target=0.999, window="30d", at="2026-03-07T01:00Z")
    assert (named(found, "bad").value, named(found, "budget").known, named(found, "spent_ratio").known) == (
        600,
        False,
        False,
    )
    assert "how many events the rest holds is not known" in named(found, "budget").reason
    known = impact.error_budget(made, target=0.999, window="30d", at="2026-03-07T01:00Z", expected=1_200_000)
    assert named(known, "budget").value == pytest.approx(1200)
    assert named(known, "spent_ratio").value == pytest.approx(0.5)
    assert impact.budget_left(made, target=0.999, window="30d", at="2026-03-07T01:00Z")["value"].isna().all()


def test_alerts_fire_when_both_windows_are_above_and_end_with_the_short_one() -> None:
    # By hand: 100 requests a minute, everything fails from 10:00 to 10:10, objective 99.9 %. The hour's burn rate after
    # k bad minutes is k/60 / 0.001 > 14.4 from k = 1 on; the five minutes' as well. It ends when no bad minute is left
    # in the last five: 10:10 + 5 min.
    valid = np.full(24 * 60, 100.0)
    good = valid.copy()
    good[600:610] = 0
    found = impact.alerts(series(valid, good), target=0.999)
    fast = found[found["threshold"] == 14.4].iloc[0]
    assert str(fast["fired"]) == "2026-03-07 10:01:00+00:00"
    assert str(fast["cleared"]) == "2026-03-07 10:15:00+00:00"
    assert fast["spends_ratio"] == pytest.approx(0.02)
    quiet = impact.alerts(series(valid, valid), target=0.999)
    assert quiet["fired"].isna().all()
    assert len(quiet) == 3


def test_missing_minutes_are_no_good_ones() -> None:
    # Requests at 10:00 and at 11:30 only: the hour before 11:31 holds one interval.
    made = series([10, 10], [0, 10], every="90min")
    made["end"] = made["time"] + pd.Timedelta("1min")
    assert impact.burn_rate(made, target=0.9, window="1h")["value"].tolist() == pytest.approx([10, 0])


def test_an_empty_window_of_a_burn_rate_is_nan_and_not_zero() -> None:
    made = series([0, 10], [0, 10])
    assert np.isnan(impact.burn_rate(made, target=0.9, window="1min")["value"].iloc[0])


# Metrics -----------------------------------------------------------------------------------------------------------


def metrics(**counters: list[float]) -> pd.DataFrame:
    rows = [
        {
            "time": BEGIN + pd.Timedelta(minutes=i),
            "metric": "requests_total",
            "labels": f'{{code="{code[1:]}"}}',
            "value": v,
        }
        for code, values in counters.items()
        for i, v in enumerate(values)
    ]
    made = pd.DataFrame(rows)
    return made.assign(time=made["time"].dt.as_unit("ns"), unit="", source="made-up")


def test_counters_rise_and_begin_anew() -> None:
    # 200s: 10, then 20, then a reset to 5 (five since), then 10 more. 500s: 0, 0, 3, 0.
    found = impact.service_level(
        metrics(c200=[100, 110, 130, 5, 15], c500=[7, 7, 7, 10, 10]),
        sli={"valid": "requests_total", "good": 'requests_total{code!~"5.."}'},
        every="1min",
    )
    assert found["good"].tolist() == [10, 20, 5, 10]
    assert found["valid"].tolist() == [10, 20, 8, 10]


def test_samples_that_are_no_counters() -> None:
    given = metrics(c200=[60, 120])
    found = impact.service_level(
        given, sli={"valid": "requests_total", "good": "requests_total", "samples": "per_second"}, every="2min"
    )
    # The first sample stands for the minute before it: 60 a second for a minute, then 120.
    assert found["valid"].sum() == pytest.approx(120 * 60 + 0)


# Bad input ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda s: impact.burn_rate(s, target=99.9, window="1h"), "write 0.999, not 99.9"),
        (lambda s: impact.error_budget(s, target=99.9, window="30d", at="2026-03-08"), "write 0.999, not 99.9"),
        (lambda s: impact.alerts(s, target=1.0), "0.999"),
        (lambda s: impact.allowance(target=99.95, window="30d"), "write 0.9995, not 99.95"),
        (lambda s: impact.burn_rate(s, target=0.999, window="0min"), "positive length"),
        (lambda s: impact.burn_rate(s, target=0.999, window="an hour"), "a number with its unit"),
        (lambda s: impact.availability(s, since="2026-03-08", until="2026-03-07"), "`since` before `until`"),
        (lambda s: impact.availability(s.assign(good=s["valid"] + 1)), "count good among valid"),
        (lambda s: impact.availability(s.assign(valid=-s["valid"])), "0 or more"),
        (lambda s: impact.availability(s.rename(columns={"time": "end", "end": "time"})), "swap"),
        (lambda s: impact.availability(s.drop(columns="good")), "service_level"),
        (lambda s: impact.error_budget(s, target=0.999, window="fortnight", at="2026-03-08"), '"month"'),
        (lambda s: impact.service_level(ROWS, sli={"valid": "", "good": ""}, every="1min"), "give good"),
        (lambda s: impact.service_level(ROWS, sli={"good": "statsu < 500"}, every="1min"), "write 'status'"),
        (lambda s: impact.service_level(ROWS, sli={"good": "status less 500"}, every="1min"), "status < 500"),
        (lambda s: impact.service_level(ROWS, sli={"good": "status < 500ms"}, every="1min"), "without a unit"),
        (lambda s: impact.service_level(ROWS, sli={"good": "status < 500"}, every="-1min"), "positive length"),
        (lambda s: impact.service_level(stated(), sli={"good": "kind = none"}, every="1h"), "since and until"),
        (
            lambda s: impact.service_level(metrics(c=[1, 2]), sli={"valid": "nope", "good": "nope"}, every="1min"),
            "choose a",
        ),
    ],
)
def test_bad_input_is_refused_with_a_remedy(call: Any, message: str) -> None:
    with pytest.raises(IncidentAnalysisError) as error:
        call(series([10, 10], [9, 10]))
    assert message in error.value.remedy
    assert str(error.value).count("\n") == 1


def test_several_services_have_several_budgets() -> None:
    both = pd.concat([series(10, 9, key="a"), series(10, 9, key="b")])
    with pytest.raises(ParameterError, match="several services"):
        impact.error_budget(both, target=0.9, window="1h", at="2026-03-07T01:00Z")
