"""Requests that failed, never came, and whom it concerned: against the made-up service, of which the truth is known."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from incident_analysis import frames, impact
from incident_analysis.errors import IncidentAnalysisError
from incident_analysis.statistics.distinct import Distinct
from incident_analysis.statistics.predictions import next_count, next_failures
from tests import made_up_service as service

WINDOW = service.window(aligned="5min")


def one(frame: pd.DataFrame, name: str) -> Any:
    return frames.named(frame, name)


@pytest.fixture(scope="module")
def made_up() -> service.MadeUp:
    return service.traffic(1)


def quiet(start: str, end: str) -> pd.DataFrame:
    return frames.build(frames.WINDOWS, [{"start": start, "end": end}])


def test_the_made_up_service_has_eight_weeks(made_up: service.MadeUp) -> None:
    assert made_up.series["end"].max() - made_up.series["time"].min() == pd.Timedelta(weeks=8)
    assert "made-up" in made_up.series["key"].iloc[0]


def test_failed_requests_are_those_that_failed(made_up: service.MadeUp) -> None:
    found = impact.affected_requests(made_up.series, windows=WINDOW)
    assert (one(found, "failed").value, one(found, "failed").interval) == (made_up.failed, "exact")
    # A window that cuts intervals has bounds that hold the count.
    cut = one(impact.affected_requests(made_up.series, windows=service.window()), "failed")
    assert cut.value is None
    assert cut.low <= made_up.failed <= cut.high


def test_what_is_usual_is_taken_off_failed_requests() -> None:
    # 1 % fail always; in ten bad minutes 50 %. By hand: 1,000 × 0.01 × 10 of the 5,000 are usual.
    valid = np.full(110, 1000.0)
    bad = np.full(110, 10.0)
    bad[100:] = 500
    times = pd.date_range("2026-03-07", periods=110, freq="1min", tz="UTC").as_unit("ns")
    series = pd.DataFrame(
        {
            "time": times,
            "end": times + pd.Timedelta("1min"),
            "key": "",
            "valid": valid,
            "good": valid - bad,
            "slow": bad,
        }
    ).astype({"key": "str"})
    found = impact.affected_requests(
        series,
        windows=quiet("2026-03-07T01:40Z", "2026-03-07T01:50Z"),
        baseline=quiet("2026-03-07", "2026-03-07T01:40Z"),
    )
    beyond = one(found, "failed_beyond_usual")
    assert beyond.value == pytest.approx(4900)
    assert beyond.low < 4900 < beyond.high
    # Poisson, mean 100: the 5 % and 95 % quantiles are 84 and 117 (tables); the rate's own error widens them a little.
    assert 4900 - 25 < beyond.low < 4900 - 16
    assert one(found, "slow").value == 5000


def test_lost_requests_against_the_weeks_before(made_up: service.MadeUp) -> None:
    found = impact.lost_requests(made_up.series, windows=WINDOW)
    lost = one(found, "lost_requests")
    assert (lost.n, lost.level, lost.interval) == (7, 0.9, "confidence")
    assert lost.low <= made_up.lost <= lost.high
    assert "7 comparable weeks" in lost.method
    # By hand: the mean of the seven Saturdays, less what came.
    starts = [WINDOW["start"].iloc[0] - pd.Timedelta(weeks=k) for k in range(1, 8)]
    length = WINDOW["end"].iloc[0] - WINDOW["start"].iloc[0]
    s = made_up.series
    weeks = [s.loc[(s["time"] >= a) & (s["end"] <= a + length), "valid"].sum() for a in starts]
    came = s.loc[(s["time"] >= WINDOW["start"].iloc[0]) & (s["end"] <= WINDOW["end"].iloc[0]), "valid"].sum()
    assert lost.value == pytest.approx(np.mean(weeks) - came)
    assert one(found, "requests").value == came


def test_what_came_back_is_told_apart_and_never_taken_off() -> None:
    # The same traffic with and without people who come back: the lost ones are the same.
    back = impact.lost_requests(service.traffic(3, coming_back=0.9).series, windows=WINDOW)
    away = impact.lost_requests(service.traffic(3, coming_back=0.0).series, windows=WINDOW)
    assert one(back, "lost_requests").value == one(away, "lost_requests").value
    assert one(back, "beyond_usual_after").value > one(away, "beyond_usual_after").value + 1000


@pytest.mark.parametrize("weeks", [2, 3])
def test_under_three_comparable_weeks_there_are_bounds_only(weeks: int) -> None:
    made = service.traffic(1, weeks=weeks)
    lost = one(impact.lost_requests(made.series, windows=service.window(weeks, aligned="5min")), "lost_requests")
    assert (lost.value, lost.level, lost.interval, lost.n) == (None, None, "bounds", weeks - 1)
    assert lost.low <= made.lost <= lost.high
    assert "assumed" in lost.method


def test_without_a_comparable_week_it_is_unknown() -> None:
    made = service.traffic(1, weeks=1)
    lost = one(impact.lost_requests(made.series, windows=service.window(1, aligned="5min")), "lost_requests")
    assert not lost.known
    assert "no comparable week" in lost.reason


def test_weeks_that_are_like_no_other_are_left_out(made_up: service.MadeUp) -> None:
    a_week_before = quiet("2026-02-21T00:00Z", "2026-02-22T00:00Z")
    lost = one(impact.lost_requests(made_up.series, windows=WINDOW, exclude=a_week_before), "lost_requests")
    assert lost.n == 6


def test_the_same_hour_is_the_clock_s_of_the_zone() -> None:
    # Clocks in Berlin went forward on 29 March 2026: 13:00 there was 12:00 UTC the week before and 11:00 UTC after.
    times = pd.date_range("2026-03-20", "2026-04-01", freq="1h", tz="UTC").as_unit("ns")
    counts = np.where(times.tz_convert("Europe/Berlin").hour == 13, 1000.0, 10.0)
    series = pd.DataFrame({"time": times, "end": times + pd.Timedelta("1h"), "key": "", "valid": counts})
    series = series.astype({"key": "str"})
    window = quiet("2026-03-31T11:00Z", "2026-03-31T12:00Z")
    for zone, usual in (("Europe/Berlin", 1000), ("UTC", 10)):
        found = impact.lost_requests(series, windows=window, zone=zone, variation=0.0)
        assert one(found, "usual_requests").low == usual, zone


def test_quiet_minutes_of_the_same_day_stand_in_for_weeks() -> None:
    rng = np.random.default_rng(5)
    times = pd.date_range("2026-03-07T10:00Z", periods=180, freq="10s").as_unit("ns")
    came = rng.poisson(100, 180).astype(float)
    truth = came[120:150].sum()
    came[120:150] = 20
    series = pd.DataFrame({"time": times, "end": times + pd.Timedelta("10s"), "key": "", "valid": came}).astype(
        {"key": "str"}
    )
    window = quiet(str(times[120]), str(times[150]))
    before = quiet(str(times[0]), str(times[120]))
    lost = one(impact.lost_requests(series, windows=window, baseline=before, after="5min"), "lost_requests")
    assert lost.n == 120
    assert lost.low <= truth - 600 <= lost.high
    assert lost.high - lost.low < 300


def test_the_usual_day_beside_the_incident(made_up: service.MadeUp) -> None:
    usual = impact.usual_traffic(made_up.series, windows=WINDOW, before="1h", after="1h", every="5min")
    assert len(usual) == 12 + 19 + 12
    assert usual["inside"].sum() == 19
    assert (usual["weeks"] == 7).all()
    assert (usual["low"] <= usual["value"]).all()
    gap = (usual["value"] - usual["count"])[usual["inside"]].sum()
    lost = one(impact.lost_requests(made_up.series, windows=WINDOW), "lost_requests")
    assert gap == pytest.approx(lost.value)


# Users -------------------------------------------------------------------------------------------------------------


def requests(clients: list[str | None], statuses: list[int]) -> pd.DataFrame:
    times = pd.date_range("2026-03-07T10:00Z", periods=len(clients), freq="1s").as_unit("ns")
    return pd.DataFrame({"time": times, "client": pd.Series(clients, dtype="str"), "status": statuses})


SLI = {"good": "status < 500"}
HOUR = quiet("2026-03-07T10:00Z", "2026-03-07T11:00Z")


def test_users_with_a_failed_request_are_counted_once() -> None:
    found = impact.affected_users(requests(["a", "b", "a", "c"], [500, 503, 500, 200]), windows=HOUR, sli=SLI)
    assert (found.value, found.interval) == (2, "exact")
    assert "exact count" in found.method


def test_failed_requests_without_a_user_leave_a_least() -> None:
    found = impact.affected_users(requests(["a", None], [500, 500]), windows=HOUR, sli=SLI)
    assert (found.value, found.low, found.high) == (None, 1, None)
    assert not impact.affected_users(requests([None], [500]), windows=HOUR, sli=SLI).known


def test_a_sketch_says_that_it_is_one_and_holds_the_count() -> None:
    clients = [f"10.0.{i // 256}.{i % 256}" for i in range(20_000)]
    every = requests(clients, [500] * 20_000)
    day = quiet("2026-03-07", "2026-03-08")
    found = impact.affected_users(every, windows=day, sli=SLI, how="sketch", level=0.99)
    assert "sketch" in found.method
    assert found.low <= 20_000 <= found.high
    assert impact.affected_users(every, windows=day, sli=SLI).value == 20_000
    # The same in pieces.
    pieces = (every.iloc[i : i + 3000] for i in range(0, 20_000, 3000))
    assert impact.affected_users(pieces, windows=day, sli=SLI, how="sketch", level=0.99) == found


@pytest.mark.parametrize("count", [10, 1_000, 40_000, 60_000])
def test_the_sketch_s_error_is_as_stated(count: int) -> None:
    errors = []
    for seed in range(12):
        seen = Distinct(exact_up_to=0)
        seen.add(pd.Series(np.random.default_rng(seed).integers(0, 2**62, count)).astype(str))
        errors.append(seen.count / count - 1)
    # Standard error 1.04/√16384 = 0.81 %: of twelve, the mean within 4 of its errors, none beyond 4.5.
    assert abs(np.mean(errors)) <= 4 * 0.0082 / np.sqrt(12)
    assert max(np.abs(errors)) <= 4.5 * 0.0082


# Predictions -------------------------------------------------------------------------------------------------------


def test_prediction_of_a_count_by_hand() -> None:
    # Mean 100, s² = 200/3, Student's 95 % quantile with 3 degrees of freedom 2.353: half = 2.353·√(66.67·1.25) = 21.48.
    assert next_count([100, 110, 90, 100], level=0.9) == pytest.approx((100, 100 - 21.48, 100 + 21.48), abs=0.01)
    # Counts that happen to be alike vary by chance all the same: 1.645·√(100·1.25) = 18.39.
    assert next_count([100, 100, 100, 100], level=0.9) == pytest.approx((100, 81.61, 118.39), abs=0.01)


def test_prediction_of_failures_is_near_poisson_s_where_the_rate_is_well_known() -> None:
    # Poisson with mean 3: P(≤ 0) = .0498, P(≤ 6) = .9665, P(≤ 5) = .9161.
    assert next_failures(300_000, 10**8, trials=1000, level=0.9) == (3.0, 1.0, 6.0)


# Bad input ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda s: impact.lost_requests(s, windows=WINDOW, baseline=WINDOW), "end the baseline before the incident"),
        (
            lambda s: impact.affected_requests(s, windows=WINDOW, baseline=WINDOW),
            "end the baseline before the incident",
        ),
        (lambda s: impact.lost_requests(s, windows=quiet("2026-03-07", "2026-03-07")), "an end after the start"),
        (lambda s: impact.lost_requests(s, windows=quiet("2026-03-07", "2026-03-06")), "an end after the start"),
        (lambda s: impact.lost_requests(s, windows=WINDOW, level=90), "0.9, not 90"),
        (lambda s: impact.lost_requests(s, windows=WINDOW, variation=25), "0.25, not 25"),
        (lambda s: impact.lost_requests(s, windows=WINDOW, zone="Berlin"), "Europe/Berlin"),
        (lambda s: impact.lost_requests(s, windows=WINDOW, baseline=WINDOW.iloc[:0]), "timeline.windows"),
        (lambda s: impact.lost_requests(pd.concat([s, s]), windows=WINDOW), "count anew"),
        (
            lambda s: impact.affected_requests(s, windows=WINDOW, baseline=quiet("2020-01-01", "2020-01-02")),
            "quiet time",
        ),
        (
            lambda s: impact.affected_users(requests(["a"], [500]), windows=HOUR, sli=SLI, who="user"),
            "tells users apart",
        ),
        (lambda s: impact.affected_users(requests(["a"], [500]), windows=HOUR, sli={"valid": ""}), "give good"),
    ],
)
def test_bad_input_is_refused_with_a_remedy(made_up: service.MadeUp, call: Any, message: str) -> None:
    with pytest.raises(IncidentAnalysisError) as error:
        call(made_up.series)
    assert message in error.value.remedy
    assert str(error.value).count("\n") == 1


def test_an_incident_without_a_known_time_answers_unknown(made_up: service.MadeUp) -> None:
    nothing = frames.empty(frames.WINDOWS)
    for found in (
        impact.lost_requests(made_up.series, windows=nothing),
        impact.affected_requests(made_up.series, windows=nothing),
    ):
        assert not any(frames.to_estimate(row).known for row in frames.rows(found))
    assert impact.usual_traffic(made_up.series, windows=nothing).empty
