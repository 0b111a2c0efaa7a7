"""What is measured across incidents: against counts by hand, references, R's and scipy's results, and closed forms."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from incident_analysis import frames, trends
from incident_analysis.errors import FrameError, ParameterError
from incident_analysis.estimate import Estimate
from tests.history_makers import at, history, many

AS_OF = "2025-01-01T00:00:00Z"
HOUR = 3600.0


def found(frame: pd.DataFrame, name: str, **keys: str) -> Estimate:
    rows = frame[frame["name"] == name]
    for key, value in keys.items():
        rows = rows[rows[key] == value]
    assert len(rows) == 1, (name, keys, len(rows))
    return frames.to_estimate(rows.iloc[0])


def apart(frame: pd.DataFrame) -> dict[str, int]:
    told = trends.set_apart(frame, as_of=AS_OF)
    return dict(zip(told["what"], told["count"].astype(int), strict=True))


# What counts, and over which time -------------------------------------------------------------------------------------


def test_what_does_not_count_is_set_apart_and_counted() -> None:
    frame = history(
        [
            {"started": at(0), "severity_stated": "minor"},
            {"started": at(10), "severity_stated": "maintenance"},
            {"started": at(20), "severity_stated": "none"},
            {"started": at(30), "severity_stated": "minor", "incident_id": "i0"},
            {"started": None, "severity_stated": "minor"},
            {"started": "2099-01-01T00:00:00Z", "severity_stated": "major"},
            {"started": at(40), "severity_stated": "major"},
        ]
    )
    assert len(trends.usable(frame, as_of=AS_OF)) == 2
    # A drill is no incident, and does not move the window.
    practised = history([{"started": at(-9)}, {"started": at(0)}, {"started": at(3)}, {"started": at(99)}])
    practised["kind"] = ["Drill", "", None, "drill"]
    kept = trends.usable(practised, as_of=AS_OF)
    assert kept["started"].tolist() == [pd.Timestamp(at(0)), pd.Timestamp(at(3))]
    assert apart(practised)["marked as a drill"] == 2
    told = apart(frame)
    assert told["records"] == 7
    assert told["counted"] == 2
    names = ("planned maintenance", "marked “none” by the source", "the same incident again", "without a start")
    assert [told[name] for name in names] == [1, 1, 1, 1]
    assert told["start after the instant of telling"] == 1


def test_an_extract_ends_at_its_last_start_and_a_register_at_as_of() -> None:
    rows = [{"started": at(0)}, {"started": at(1000), "restored": at(5000)}, {"started": at(3000)}]
    register = trends.window(history(rows), as_of=AS_OF)
    assert register is not None
    assert register.end == pd.Timestamp(AS_OF)
    extract = trends.window(history([{**r, "source": "export.json"} for r in rows]), as_of=AS_OF)
    assert extract is not None
    assert (extract.end, extract.open_until) == (at(3000), at(5000))


def test_the_first_incident_opens_the_window_and_is_not_counted() -> None:
    """By hand: 3 incidents after the first in one year of 365.25 days."""
    year = 365.25 * 86_400
    rows = [{"started": at(s)} for s in (0, year / 4, year / 2, year * 3 / 4)]
    rate = found(trends.rate(history(rows), as_of=at(year)), "rate")
    assert rate.value == pytest.approx(3)
    assert (rate.low, rate.high) == pytest.approx((0.6187, 8.7673), abs=1e-4)
    since = trends.usable(history(rows), as_of=at(year), since=at(-1))
    assert found(trends.rate(since, as_of=at(year)), "rate").value == pytest.approx(4, rel=1e-6)


def test_a_rate_with_its_exposure() -> None:
    """R7: 137 in 24.19893 years; groups of 11 in 800 and 21 in 3011."""
    frame = history([{"started": at(60 * n)} for n in range(137)])
    rate = found(trends.rate(frame, exposure=24.19893, as_of=AS_OF), "rate")
    assert [rate.value, rate.low, rate.high] == pytest.approx([5.661407, 4.753125, 6.692709], abs=1e-6)
    a, b = (history([{"started": at(60 * n)} for n in range(k)]) for k in (11, 21))
    ratio = trends.rate_ratio(a, b, exposure=(800, 3011), as_of=AS_OF)
    assert [ratio.value, ratio.low, ratio.high] == pytest.approx([1.971488, 0.8584264, 4.2772659], abs=1e-6)
    assert "p = 0.0797" in ratio.method
    assert trends.rate_ratio(a, b, exposure=(pd.Timedelta(days=365.25), 2.0), as_of=AS_OF).n == 32


def test_nothing_seen_is_an_upper_bound_and_never_a_rate_of_zero() -> None:
    one = history([{"started": at(0)}])
    rate = found(trends.rate(one, as_of=at(365.25 * 86_400)), "rate")
    assert rate.value is None
    assert rate.high == pytest.approx(3.6889, abs=1e-4)
    periods = trends.by_period(history([{"started": at(0)}, {"started": at(300 * 86_400)}]), as_of=AS_OF)
    assert periods["count"].tolist() == [0, 0, 0, 1]
    assert periods["per_year"].isna().tolist() == [True, True, True, False]
    assert (periods["high"] > 0).all()


def test_no_measure_is_made_of_people() -> None:
    frame = history([{"started": at(0)}, {"started": at(9)}]).assign(assigned_to=["a", "b"])
    for measure in (
        lambda: trends.rate(frame, by="assigned_to", as_of=AS_OF),
        lambda: trends.response_times(frame, of="time_to_restore", by="assigned_to", as_of=AS_OF, level=0.9),
        lambda: trends.pareto(frame, by="assigned_to", as_of=AS_OF),
    ):
        with pytest.raises(ParameterError, match="never people"):
            measure()


@pytest.mark.parametrize(
    "wrong",
    [
        {"of": "time_to_restor"},
        {"of": ("started", "nowhere")},
        {"by": "severty"},
        {"as_of": "2025-01-01T00:00:00"},
        {"as_of": None},
        {"level": 90},
    ],
)
def test_wrong_arguments_give_two_lines(wrong: dict[str, object]) -> None:
    frame = history([{"started": at(0), "restored": at(9)}])
    given = {"of": "time_to_restore", "as_of": AS_OF, "level": 0.9, **wrong}
    with pytest.raises((ParameterError, FrameError)) as error:
        trends.response_times(frame, **given)  # type: ignore[arg-type]
    assert str(error.value).count("\n") == 1
    assert "To fix: " in str(error.value)


# Lengths --------------------------------------------------------------------------------------------------------------


def test_open_incidents_count_as_open() -> None:
    """R5 and M1 through the frame: median 40, restricted mean to 40 is 30."""
    rows = [{"started": at(0), "restored": at(s)} for s in (10, 20, 40)]
    rows += [{"started": at(20), "restored": "open"}, {"started": at(0), "restored": "open"}]
    told = trends.response_times(history(rows), of="time_to_restore", as_of=at(50), level=0.95)
    median = found(told, "median")
    assert (median.value, median.n, median.censored) == (40, 5, 2)
    assert not found(told, "mean").known
    measured = trends.lengths(history(rows), of="time_to_restore", as_of=at(50))
    assert sorted(measured["seconds"]) == [10, 20, 30, 40, 50]


def test_what_has_no_end_and_is_not_open_is_unknown() -> None:
    rows = [{"started": at(0)}, {"started": at(0), "restored": at(0)}, {"started": at(9), "restored": at(3)}]
    rows += [{"started": at(0), "restored": at(99)}]
    measured = trends.lengths(history(rows), of="time_to_restore", as_of=at(50))
    # What ended after the instant of telling was open at it.
    assert sorted(measured["state"]) == ["open", "reversed", "unknown", "zero"]
    nothing = found(trends.response_times(history(rows[:3]), of="time_to_restore", as_of=AS_OF, level=0.9), "median")
    assert str(nothing) == "unknown: no length is known of 3 incidents"


def test_times_known_to_an_interval_give_both_medians_and_turnbulls() -> None:
    rows = [
        {"started": at(0), "started_low": at(-600), "started_high": at(600), "restored": at(HOUR * k)}
        for k in (1, 2, 3, 4, 5, 6, 7)
    ]
    told = trends.response_times(history(rows), of="time_to_restore", as_of=AS_OF, level=0.9)
    assert found(told, "median").value == 4 * HOUR
    assert found(told, "median at the shortest").value == 4 * HOUR - 600
    assert found(told, "median at the longest").value == 4 * HOUR + 600
    turnbull = found(told, "median by Turnbull")
    assert (turnbull.low, turnbull.high) == (4 * HOUR - 600, 4 * HOUR + 600)


def test_a_day_alone_is_no_zero_length() -> None:
    day = pd.Timestamp("2024-03-01T00:00:00Z")
    row = {"started": day, "started_low": day, "started_high": day + pd.Timedelta(days=1), "started_certainty": "day"}
    row |= {
        "restored": day,
        "restored_low": day,
        "restored_high": day + pd.Timedelta(days=1),
        "restored_certainty": "day",
    }
    (state,) = trends.lengths(history([row]), of="time_to_restore", as_of=AS_OF)["state"]
    assert state == "ended"


def lognormal(sizes: dict[str, int], *, median: dict[str, float], seed: int = 5) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    rows = [
        {"started": at(n * 50_000), "restored": at(n * 50_000 + median[g] * math.exp(1.1 * z)), "severity_stated": g}
        for g, size in sizes.items()
        for n, z in enumerate(rng.standard_normal(size))
    ]
    return history(rows)


def test_a_comparison_tells_what_it_could_have_seen() -> None:
    """Welch by scipy; the detectable ratio by its formula, exp((z.975 + z.8)·error)."""
    frame = lognormal({"critical": 30, "minor": 200}, median={"critical": HOUR, "minor": HOUR})
    told = trends.compare_response_times(frame, of="time_to_restore", by="severity_stated", as_of=AS_OF)
    measured = trends.lengths(frame, of="time_to_restore", as_of=AS_OF, by="severity_stated")
    logs = {g: np.log(rows["seconds"]) for g, rows in measured.groupby("group")}
    theirs = stats.ttest_ind(logs["critical"], logs["minor"], equal_var=False)
    ratio = found(told, "ratio of geometric means", group="critical")
    difference = float(logs["critical"].mean() - logs["minor"].mean())
    assert ratio.value == pytest.approx(math.exp(difference))
    error = abs(difference / theirs.statistic)
    assert found(told, "detectable ratio", group="critical").value == pytest.approx(
        math.exp(2.801585 * error), rel=1e-5
    )
    logrank = stats.logrank(*[stats.CensoredData(np.exp(logs[g])) for g in ("critical", "minor")])
    assert found(told, "p by log-rank", group="all").value == pytest.approx(logrank.pvalue)


def test_simpsons_paradox_is_shown() -> None:
    """Within each severity nothing changed; the later half has more of the slow kind."""
    rng = np.random.default_rng(3)
    rows = []
    for n in range(400):
        slow = rng.random() < (0.2 if n < 200 else 0.7)
        length = (20 if slow else 1) * HOUR * math.exp(rng.standard_normal())
        rows.append(
            {
                "started": at(n * 60_000),
                "restored": at(n * 60_000 + length),
                "severity_stated": "major" if slow else "minor",
            }
        )
    told = trends.compare_response_times(history(rows), of="time_to_restore", by="half", as_of=AS_OF)
    crude = found(told, "p of the ratio", group="later half", within="")
    within = found(told, "p of the ratio", group="later half", within="severity_stated")
    assert crude.value is not None
    assert crude.value < 1e-6
    assert within.value is not None
    assert within.value > 0.05


def test_detectable_change_is_r3() -> None:
    """The incidents needed by the formula of R3 with the history's own σ."""
    frame = lognormal({"minor": 400}, median={"minor": HOUR})
    told = trends.detectable_change(frame, of="time_to_restore", as_of=AS_OF)
    sigma = float(np.log(trends.lengths(frame, of="time_to_restore", as_of=AS_OF)["seconds"]).std(ddof=1))
    assert found(told, "sigma").value == pytest.approx(sigma)
    need = 2 * (2.801585 * sigma / math.log(1 / 0.9)) ** 2
    assert found(told, "incidents per group", cut="10 %").value == math.ceil(need)


# Trends ---------------------------------------------------------------------------------------------------------------

NIST = [5, 40, 43, 175, 389, 712, 747, 795, 1299, 1478]


def test_nists_register_through_the_frame() -> None:
    """R9: time-terminated at 1500 h, the window from hour 0."""
    frame = history([{"started": at(h * HOUR)} for h in NIST])
    told = trends.usable(frame, as_of=at(1500 * HOUR), since=at(0))
    grown = trends.growth(told, as_of=at(1500 * HOUR), rng=np.random.default_rng(1), level=0.9)
    assert "Laplace −1.33" in found(grown, "p by Laplace").method
    assert found(grown, "p by Laplace").value == pytest.approx(2 * stats.norm.cdf(-1.32695), abs=1e-5)
    assert found(grown, "p by MIL-HDBK-189").value == pytest.approx(2 * stats.chi2.sf(37.228, 20), abs=1e-4)
    rate = found(grown, "rate at the end").value
    assert rate == pytest.approx(365.25 * 24 / 279.21, rel=1e-4)


def test_a_change_is_found_on_its_day() -> None:
    rng = np.random.default_rng(2)
    days = np.r_[np.sort(rng.random(60)) * 300, 300 + np.sort(rng.random(120)) * 100]
    frame = history([{"started": at(d * 86_400)} for d in days])
    changes = trends.change_points(frame, as_of=at(400 * 86_400), rng=rng)
    assert len(changes) == 2
    assert abs((changes["start"].iloc[1] - at(300 * 86_400)).total_seconds()) <= 3 * 86_400
    assert changes.attrs["p"] <= 0.01
    assert changes["count"].sum() == 179
    steady = trends.change_points(
        history([{"started": at(d * 86_400)} for d in np.sort(rng.random(150)) * 400]), as_of=at(400 * 86_400), rng=rng
    )
    assert len(steady) == 1


def test_a_mix_that_changed_is_found_before_a_trend_is_told() -> None:
    frame = history(
        [
            {"started": at(n * 5000 + 7), "severity_stated": "major" if n % 10 == 0 or (n > 300 and n % 2) else "minor"}
            for n in range(600)
        ]
    )
    mix = trends.mix(frame, as_of=AS_OF)
    assert mix.loc[mix["what"] == "severity", "changed"].all()
    assert not mix.loc[mix["what"] == "start written", "changed"].any()


def test_clusters_widen_the_interval_of_a_rate() -> None:
    rng = np.random.default_rng(4)
    days = np.concatenate([c + rng.random(12) for c in rng.random(20) * 700])
    frame = history([{"started": at(d * 86_400)} for d in np.sort(days)])
    rate = found(trends.rate(frame, as_of=at(720 * 86_400)), "rate")
    assert "quasi-Poisson" in rate.method
    poisson = stats.chi2.ppf(0.975, 2 * 240) / 2 / (720 / 365.25)
    assert rate.high is not None
    assert rate.high > 1.2 * poisson


def test_the_calendar_is_counted() -> None:
    """Mondays at 09:xx, by hand: 2024-01-01 was a Monday."""
    frame = history([{"started": at(9 * HOUR + 7 * 86_400 * w + 60 * w)} for w in range(50)])
    grid = trends.hours(frame, as_of=AS_OF)
    assert grid.loc["Monday", 9] == 49
    assert int(grid.to_numpy().sum()) == 49
    told = trends.calendar(frame, as_of=AS_OF)
    assert found(told.drop(columns="even"), "share", cycle="weekday", part="Monday").value == 1
    assert found(told.drop(columns="even"), "share", cycle="weekday", part="Tuesday").value is None


def test_causes_stand_beside_googles() -> None:
    """R28."""
    triggers = ["Binary push"] * 6 + ["disk"] * 3 + [""]
    frame = history([{"started": at(n), "trigger": t} for n, t in enumerate(triggers)])
    shares = trends.pareto(frame, as_of=AS_OF)
    assert shares["cause"].tolist() == ["Binary push", "disk"]
    assert shares["count"].tolist() == [6, 3]
    assert shares["share"].tolist() == pytest.approx([6 / 9, 3 / 9])
    assert shares["google"].iloc[0] == 0.37
    assert math.isnan(shares["google"].iloc[1])
    assert shares.attrs["not_stated"] == 1


def test_what_came_again_with_the_actions_of_the_earlier() -> None:
    frame = history([{"started": at(n * 100), "trigger": t} for n, t in enumerate(["a", "b", "a", "a"])])
    actions = frames.build(
        frames.ACTIONS,
        [
            {"incident_id": "i0", "status": "done"},
            {"incident_id": "i2", "status": "planned"},
            {"incident_id": "i3", "status": "done"},
        ],
        keys=(),
    ).assign(incident_id=["i0", "i2", "i3"])
    again = trends.recurrence(frame, as_of=AS_OF, actions=actions)
    assert again["what"].tolist() == ["a"]
    assert again["count"].tolist() == [3]
    assert again["actions"].tolist() == ["1 of 2 done"]
    assert again["median_gap_s"].tolist() == [150]
    share = found(again.attrs["estimates"], "share that repeats an earlier one", kind="trigger")
    assert share.value == 0.5


def test_actions_age_and_open_ones_count_as_open() -> None:
    def action(opened: str | None, closed: str | None, status: str) -> dict[str, object]:
        return {"category": "prevention", "opened": opened, "closed": closed, "status": status, "text": "x"}

    plan = frames.build(
        frames.ACTIONS,
        [
            action("2024-01-01", "2024-01-11", "done"),
            action("2024-01-01", "2024-01-31", "done"),
            action("2024-06-01", None, "planned"),
            action(None, None, "done"),
            action("2024-01-01", None, "rejected"),
            action(None, None, ""),
        ],
    )
    ages = trends.ageing(plan, as_of=AS_OF)
    assert ages["state"].tolist() == ["done", "done", "open", "undated", "rejected", "not stated"]
    told = trends.actions(plan, as_of=AS_OF)
    assert found(told, "open", category="all").value == 1
    assert found(told, "done", category="all").value == 3
    median = found(told, "median time to done", category="all")
    assert (median.value, median.n, median.censored) == (30 * 86_400, 3, 1)
    assert found(told, "oldest open", category="prevention").value == 214 * 86_400


def test_completeness_counts_and_names_what_is_worth_completing() -> None:
    frame = history(
        [
            {"started": at(0), "severity": "P4"},
            {"started": at(1), "severity": "P0"},
            {"started": at(2), "restored": "open"},
        ]
    )
    told = trends.completeness(frame, as_of=AS_OF)
    started = told[told["milestone"] == "started"].iloc[0]
    assert (started["exact"], started["unknown"]) == (3, 0)
    assert told.attrs["worth_completing"] == ["i1", "i0"]


def test_the_next_quarter_is_counted_from_the_last_change() -> None:
    frame = history([{"started": at(n * 86_400)} for n in range(0, 365, 5)])
    ahead = trends.next_quarter(frame, as_of=at(365 * 86_400))
    assert ahead.value == pytest.approx(72.5 / 365 * 91.3125, rel=1e-2)
    short = trends.next_quarter(history([{"started": at(n * 60)} for n in range(99)]), as_of=at(99 * 60))
    assert not short.known


def test_mean_cumulative_of_services() -> None:
    frame = history([{"started": at(n * 86_400), "services": ("a", "b") if n % 2 else ("a",)} for n in range(10)])
    made = trends.mean_cumulative(frame, as_of=at(10 * 86_400))
    assert made["units"].tolist()[-1] == 2
    assert made["mean"].iloc[-1] == pytest.approx((10 + 5) / 2)


# Bad input (Must show 4) ----------------------------------------------------------------------------------------------

BAD = {
    "none": [],
    "one": [{"started": at(0), "restored": at(60)}],
    "all open": [{"started": at(n), "restored": "open"} for n in range(30)],
    "all unknown": [{"started": at(n)} for n in range(30)],
    "end before start": [{"started": at(n + 100), "restored": at(n)} for n in range(30)],
    "zero lengths": [{"started": at(n), "restored": at(n)} for n in range(30)],
    "duplicates": [{"started": at(5), "restored": at(9), "incident_id": "same"}] * 30,
    "one instant": [{"started": at(5), "restored": at(9)} for _ in range(30)],
    "overlaps": [{"started": at(n), "restored": at(10_000)} for n in range(30)],
    "all in the future": [{"started": f"2099-01-{d:02d}T00:00:00Z"} for d in range(1, 29)],
    "without a start": [{"started": None} for _ in range(30)],
    "maintenance alone": [{"started": at(n), "severity_stated": "maintenance"} for n in range(30)],
    "ancient": [
        {"started": "1628-08-10T15:00:00Z", "restored": "1628-08-10T16:00:00Z"},
        {"started": at(0), "restored": at(60)},
    ],
    "equal lengths": [{"started": at(n * 86_400), "restored": at(n * 86_400 + 60)} for n in range(40)],
    "two": [{"started": at(0), "restored": at(60)}, {"started": at(86_400), "restored": at(86_460)}],
}


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize("source", ["", "export.json"])
def test_bad_input_is_measured_without_a_crash_and_never_becomes_a_zero(name: str, source: str) -> None:
    frame = history([{**row, "source": source} for row in BAD[name]])
    told = trends.measures(frame, as_of=AS_OF, rng=np.random.default_rng(1))
    assert int(told.apart["count"].iloc[0]) == len(BAD[name])
    counted = {"planned maintenance", "marked “none” by the source", "the same incident again", "without a start"}
    counted |= {"start after the instant of telling", "counted"}
    parts = told.apart[told.apart["what"].isin(counted)]["count"].sum()
    assert parts == len(BAD[name]), "every record is counted once"
    for part in (told.rate, told.rate_by_group, told.times, told.times_by_group):
        for row in frames.rows(part):
            estimate = frames.to_estimate(row)
            assert estimate.value is None or estimate.value > 0, (row["name"], estimate)
            assert estimate.known or estimate.reason


def test_mixed_zones_are_brought_to_utc_and_stamps_without_one_are_counted() -> None:
    """M3: 10:00+02:00 is before 09:00Z."""
    frame = history([{"started": at(0)}, {"started": at(1)}, {"started": at(2)}])
    frame["started"] = pd.Series(
        ["2024-05-01T10:00:00+02:00", "2024-05-01T09:00:00Z", "2024-05-01T08:30:00"], dtype=object
    )
    used = trends.usable(frame, as_of=AS_OF)
    assert used["incident_id"].tolist() == ["i0", "i2", "i1"]
    assert apart(frame)["stamps without a zone"] == 1
    frame["started"] = pd.Series(["2024-05-01T10:00:00Z", "soon", "later"], dtype=object)
    with pytest.raises(FrameError, match="cannot be read as time"):
        trends.usable(frame, as_of=AS_OF)


def test_the_order_of_the_rows_makes_no_difference() -> None:
    frame = many(300, share_open=0.1)
    shuffled = frame.sample(frac=1, random_state=3).reset_index(drop=True)
    one, two = (
        trends.measures(f, as_of="2026-06-01T00:00:00Z", rng=np.random.default_rng(1)) for f in (frame, shuffled)
    )
    for name in ("rate", "times_by_group", "comparison", "growth", "change", "periods", "pareto", "calendar"):
        left, right = (getattr(m, name).drop(columns="evidence", errors="ignore") for m in (one, two))
        pd.testing.assert_frame_equal(left, right)


@pytest.mark.parametrize(
    "replicates", [pytest.param(40, id="small"), pytest.param(2_000, id="full", marks=pytest.mark.slow)]
)
def test_rate_of_a_window_that_opens_with_its_first_incident_is_covered(replicates: int) -> None:
    """Garwood's interval through the frame, registers and extracts: at least 95 % less three errors."""
    rng = np.random.default_rng(8)
    for source in ("", "export.json"):
        held = 0
        for _ in range(replicates):
            times = np.cumsum(rng.exponential(30 * 86_400, 40))
            times = times[times < 400 * 86_400]
            if len(times) < 3:
                continue
            frame = history([{"started": at(t), "source": source} for t in times])
            rate = found(trends.rate(frame, as_of=at(400 * 86_400)), "rate")
            held += (rate.low or 0) <= 365.25 / 30 <= (rate.high or 0)
        assert held / replicates >= 0.95 - 3 * math.sqrt(0.05 * 0.95 / replicates)
