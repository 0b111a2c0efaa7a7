"""Hours of the staff, words, promises and what-if: by hand, and by what must hold whatever the figures are."""

from __future__ import annotations

import math
import warnings
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incident_analysis import frames, impact, timeline
from incident_analysis.errors import IncidentAnalysisError, ParameterError
from incident_analysis.incident import Incident, read_incident

ROOT = Path(__file__).parents[1]
SHIPPED = sorted((ROOT / "data" / "incidents").iterdir())
EXAMPLE = ROOT / "tests" / "data" / "2026-03-07-checkout"


def incident(**given: Any) -> Incident:
    base = {"id": "made-up", "title": "Made up", "severity": "P3", "times": {"started": "2026-03-06T10:00:00Z"}}
    return Incident.model_validate(base | given)


def read(path: Path) -> Incident:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return read_incident(path)


# Hours of the staff ------------------------------------------------------------------------------------------------

CALENDAR = {"zone": "Europe/Berlin", "hours": "09:00-17:00", "days": ["Mon-Fri"], "holidays": ["2026-04-03"]}


def hours(
    *roles: dict[str, Any], calendar: dict[str, Any] | None = None, who: str = "", **given: Any
) -> dict[str, Any]:
    made = incident(roles=list(roles), **({"calendar": calendar} if calendar else {}), **given)
    rows = frames.rows(impact.staff_hours(made))
    return {str(r["name"]): frames.to_estimate(r) for r in rows if r["who"] == who}


def role(start: str, end: str | None, who: str = "a", name: str = "lead") -> dict[str, Any]:
    return {"role": name, "who": who, "from": start, "until": end}


@pytest.mark.parametrize(("end", "length"), [("2026-03-07T10:00:00Z", 24), ("2026-03-07T11:00:00Z", 25)])
def test_m2_there_is_no_jump_at_24_hours(end: str, length: float) -> None:
    # M2: a tool counts 24 h as 24 h and 25 h as 9 h.
    found = hours(role("2026-03-06T10:00:00Z", end))
    assert (found["hours"].value, found["hours"].interval) == (length, "exact")


@settings(max_examples=30)
@given(st.integers(1, 10_000))
def test_m2_a_minute_longer_is_a_minute_more(minutes: int) -> None:
    start = pd.Timestamp("2026-03-06T10:00Z")

    def of(length: int) -> float:
        end = (start + pd.Timedelta(minutes=length)).strftime("%Y-%m-%dT%H:%M:%SZ")
        found = hours(role("2026-03-06T10:00:00Z", end), calendar=CALENDAR)
        assert math.isclose(found["hours"].value, found["hours_in"].value + found["hours_out"].value)
        return float(found["hours"].value)

    assert of(minutes + 1) - of(minutes) == pytest.approx(1 / 60)


def test_in_and_out_of_hours_by_a_stated_calendar() -> None:
    # Friday 6 March, 15:00 to Saturday 03:00 UTC; in Berlin 16:00 to 04:00: one hour in, eleven out.
    found = hours(role("2026-03-06T15:00:00Z", "2026-03-07T03:00:00Z"), calendar=CALENDAR)
    assert (found["hours_in"].value, found["hours_out"].value) == (1, 11)
    # Good Friday is a holiday: none in.
    free = hours(role("2026-04-03T08:00:00Z", "2026-04-03T10:00:00Z"), calendar=CALENDAR)
    assert (free["hours_in"].value, free["hours_out"].value) == (0, 2)
    # The night of the change of clocks has 23 hours: 29 March, whole day in Berlin.
    short = hours(role("2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"), calendar=CALENDAR | {"days": ["Sun"]})
    assert (short["hours"].value, short["hours_in"].value) == (23, 8)
    night = hours(role("2026-03-06T20:00:00Z", "2026-03-07T08:00:00Z"), calendar=CALENDAR | {"hours": "22:00-06:00"})
    assert night["hours_in"].value == 8


def test_without_a_calendar_in_and_out_of_hours_are_unknown() -> None:
    found = hours(role("2026-03-06T15:00:00Z", "2026-03-07T03:00:00Z"))
    assert not found["hours_in"].known
    assert "no calendar" in found["hours_in"].reason


def test_two_roles_at_once_count_once_and_two_people_twice() -> None:
    both = (
        role("2026-03-06T10:00:00Z", "2026-03-06T12:00:00Z"),
        role("2026-03-06T11:00:00Z", "2026-03-06T13:00:00Z", name="scribe"),
    )
    assert hours(*both)["hours"].value == 3
    others = (both[0], {**both[1], "who": "b"})
    assert hours(*others)["hours"].value == 4


def test_an_end_that_is_not_stated_is_a_least() -> None:
    times = {"started": "2026-03-06T10:00:00Z", "restored": "2026-03-06T14:00:00Z"}
    found = hours(role("2026-03-06T10:00:00Z", None), times=times)["hours"]
    assert (found.value, found.low, found.high) == (None, 0, None)
    assert "4 hours if they stayed until the service was restored" in found.method
    # A chat shows the person for two hours more.
    chat = frames.build(
        frames.TIMELINE,
        [
            {"event_id": f"m{i}", "time": f"2026-03-06T{h}Z", "role": "a", "actor": "staff", "certainty": "exact"}
            for i, h in enumerate(("10:20", "10:45", "12:00"))
        ],
    )
    seen = impact.staff_hours(incident(roles=[role("2026-03-06T10:00:00Z", None)]), presence=chat)
    # 10:00 to 10:45 in one stretch, and a single sign at 12:00.
    assert frames.named(seen[seen["who"] == "a"], "hours").low == pytest.approx(0.75)


def test_nobody_stated_is_unknown_and_not_zero() -> None:
    assert not hours()["hours"].known


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"zone": "Berlin"}, "Europe/Berlin"),
        ({"hours": "nine to five"}, "09:00-17:00"),
        ({"days": ["Moonday-Fri"]}, "Mon-Fri"),
    ],
)
def test_a_calendar_that_cannot_be_read_is_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ParameterError) as error:
        hours(role("2026-03-06T15:00:00Z", "2026-03-06T16:00:00Z"), calendar=CALENDAR | change)
    assert message in error.value.remedy


# Words and promises ------------------------------------------------------------------------------------------------


def words_of(audience: str, *times: str, **given: Any) -> dict[str, Any]:
    events = [
        {"id": f"e{i}", "kind": "communication", "text": "Status page: trouble", "time": t or None, "source": "page"}
        for i, t in enumerate(times)
    ]
    base = {
        "started": "2026-03-06T10:00:00Z",
        "detected": "2026-03-06T10:05:00Z",
        "restored": "2026-03-06T12:05:00Z",
    }
    found = impact.communication(incident(times=base, timeline=events, **given))
    return {str(r["name"]): frames.to_estimate(r) for r in frames.rows(found) if r["audience"] == audience}


def test_first_word_silence_and_updates_an_hour_by_hand() -> None:
    found = words_of("public", "2026-03-06T10:20:00Z", "2026-03-06T11:00:00Z", "2026-03-06T12:04:00Z")
    assert found["detection_to_first_word"].value == 15 * 60
    assert found["longest_silence"].value == 64 * 60
    assert (found["updates"].value, found["updates_per_hour"].value) == (3, 1.5)
    assert "by rule" in found["updates"].method


def test_a_word_without_a_time_may_have_come_first() -> None:
    found = words_of("public", "2026-03-06T10:20:00Z", "")
    assert (found["detection_to_first_word"].value, found["detection_to_first_word"].high) == (None, 900)
    assert found["updates"].value == 2


def test_whom_the_incident_says_was_informed_is_an_audience_of_its_own() -> None:
    found = words_of("regulator", informed=[{"who": "regulator", "when": "2026-03-06T11:05:00Z", "how": "by phone"}])
    assert found["detection_to_first_word"].value == 3600
    assert "by rule" not in found["updates"].method


def test_github_s_promise_against_what_came() -> None:
    github = read(ROOT / "data" / "incidents" / "2018-10-21-github-partition")
    found = {str(r["name"]): frames.to_estimate(r) for r in frames.rows(impact.promises(github))}
    # 06:51 + 2 h = 08:51; in sync at 16:24, all queues done at 23:03.
    assert found["promised_in"].value == 2 * 3600
    assert found["late_restored"].value == (16 * 60 + 24 - 8 * 60 - 51) * 60
    assert found["late_resolved"].value == (23 * 60 + 3 - 8 * 60 - 51) * 60
    (row,) = impact.recovery(github).to_dict("records")
    assert row["late"] == "restored 7 h 33 min later than promised"


def test_a_promise_of_an_open_incident_is_not_kept_yet() -> None:
    example = read(EXAMPLE)
    found = {str(r["name"]): frames.to_estimate(r) for r in frames.rows(impact.promises(example))}
    assert (found["late_resolved"].value, found["late_resolved"].censored) == (None, 1)
    assert (
        found["late_resolved"].low
        == (pd.Timestamp("2026-03-09T09:00Z") - pd.Timestamp("2026-03-07T14:15Z")).total_seconds()
    )


# What if -----------------------------------------------------------------------------------------------------------


def told(found: pd.DataFrame, line: str, model: str, name: str = "scenario") -> Any:
    mine = found[(found["line"] == line) & (found["model"] == model)]
    return frames.named(mine, name)


@pytest.mark.parametrize("path", [*SHIPPED, EXAMPLE], ids=lambda p: p.name)
def test_at_the_recorded_times_what_if_gives_the_actual_exactly(path: Path) -> None:
    made = read(path)
    durations = {str(r["name"]): frames.to_estimate(r) for r in frames.rows(timeline.durations(made))}
    moments = {m.name: m for m in made.moments}
    for argument, start, end in (
        ("detected_after", "malfunction_began", "detected"),
        ("mitigated_after", "started", "mitigated"),
        ("restored_after", "started", "restored"),
    ):
        a, b = moments[start].time, moments[end].time
        if a is None or b is None or "day" in (moments[start].certainty, moments[end].certainty):
            continue
        recorded = pd.Timedelta(b - a)
        found = impact.what_if(made, **{argument: recorded})
        for row in frames.rows(found):
            if row["name"] == "scenario" and row["model"] != "refused" and frames.to_estimate(row).known:
                actual = told(found, row["line"], row["model"], "actual")
                scenario = frames.to_estimate(row)
                assert (scenario.value, scenario.low, scenario.high) == (actual.value, actual.low, actual.high)
                assert scenario.figure == actual.figure
    assert durations


@settings(max_examples=30)
@given(st.integers(0, 60), st.integers(0, 60))
def test_it_never_rises_when_detection_comes_earlier(one: int, other: int) -> None:
    made = made_up_incident()
    early, late = sorted((one, other))
    for model in ("proportional", "stepwise"):
        a, b = (told(impact.what_if(made, detected_after=f"{m}min"), "i1", model) for m in (early, late))
        assert a.value <= b.value
        assert a.high is None or b.high is None or a.high <= b.high


def made_up_incident(**given: Any) -> Incident:
    return incident(
        times={
            "malfunction_began": "2026-03-06T10:00:00Z",
            "started": "2026-03-06T10:10:00Z",
            "detected": "2026-03-06T10:30:00Z",
            "mitigated": "2026-03-06T11:10:00Z",
            "restored": "2026-03-06T12:10:00Z",
        },
        impact=[
            {
                "id": "i1",
                "kind": "requests",
                "what": "Requests failed",
                "likely": 12000,
                "unit": "requests",
                "certainty": "counted",
            },
            {"id": "i2", "kind": "requests", "what": "Share that failed", "likely": 40, "unit": "percent"},
            {"id": "i3", "kind": "money", "what": "Sales not made", "unit": "EUR"},
        ],
        **given,
    )


def test_both_models_by_hand() -> None:
    # Detected 10 minutes earlier. Proportional: 110 of 120 minutes. Stepwise, no periods: 50 of the 60 minutes until
    # the mitigation.
    found = impact.what_if(made_up_incident(), detected_after="20min")
    assert told(found, "i1", "proportional").value == pytest.approx(12000 * 110 / 120)
    assert told(found, "i1", "stepwise").value == pytest.approx(12000 * 50 / 60)
    assert told(found, "i1", "stepwise").level is None
    assert not told(found, "i3", "stepwise").known
    # With periods: 10:10–10:40 at 20 %, then all until 11:10, then 10 %: 6 + 30 + 6 = 42 minutes' worth. The last ten
    # minutes before the detection, 10:20–10:30, are at 20 %: 2 less.
    periods = [
        {"started": "2026-03-06T10:10:00Z", "ended": "2026-03-06T10:40:00Z", "kind": "degraded", "share": 0.2},
        {"started": "2026-03-06T10:40:00Z", "ended": "2026-03-06T11:10:00Z", "kind": "down"},
        {"started": "2026-03-06T11:10:00Z", "ended": "2026-03-06T12:10:00Z", "kind": "degraded", "share": 0.1},
    ]
    stepped = impact.what_if(made_up_incident(periods=periods), detected_after="20min")
    assert told(stepped, "i1", "stepwise").value == pytest.approx(12000 * 40 / 42)
    ended = impact.what_if(made_up_incident(periods=periods), restored_after="1h")
    assert told(ended, "i1", "stepwise").value == pytest.approx(12000 * 36 / 42)


def test_what_is_no_function_of_time_is_refused() -> None:
    found = impact.what_if(made_up_incident(), detected_after="0s")
    assert (
        told(found, "i2", "refused").reason
        == "no function of time: a share, a rate or a peak does not add up over time"
    )
    with pytest.raises(ParameterError, match="no function of time"):
        impact.what_if(made_up_incident(), detected_after="0s", lines=["i2"])
    gitlab = read(ROOT / "data" / "incidents" / "2017-01-31-gitlab-database")
    assert set(impact.what_if(gitlab, restored_after="1h")["model"]) == {"refused"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "detected_after"),
        ({"detected_after": "soon"}, "a number with its unit"),
        ({"detected_after": "-5min"}, "positive"),
        ({"detected_after": "5min", "lines": ["i9"]}, "i1"),
    ],
)
def test_a_scenario_that_cannot_be_is_refused(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(IncidentAnalysisError) as error:
        impact.what_if(made_up_incident(), **arguments)
    assert message in error.value.remedy


def test_a_time_that_is_not_known_leaves_the_scenario_unknown() -> None:
    knight = read(ROOT / "data" / "incidents" / "2012-08-01-knight-capital")
    scenario = told(impact.what_if(knight, detected_after="1min"), "i04", "proportional")
    assert scenario.reason == "when it was detected is not known"


def test_a_chat_in_the_timeline_shows_who_was_at_work_at_least(tmp_path: Path) -> None:
    (tmp_path / "incident.yaml").write_text(
        "id: made-up\ntitle: Made up\nseverity: P4\ntimes: {started: '2026-03-06T10:00:00Z'}\n", encoding="utf-8"
    )
    (tmp_path / "timeline.csv").write_text(
        "time,kind,actor,automatic,who,text\n"
        "2026-03-06T10:00:00Z,communication,staff,,ann,looking\n"
        "2026-03-06T10:20:00Z,communication,staff,false,ann,found\n"
        # An hour's silence is not counted: two stretches of 20 and 10 minutes.
        "2026-03-06T11:20:00Z,communication,staff,,ann,again\n"
        "2026-03-06T11:30:00Z,communication,staff,,ann,done\n"
        "2026-03-06T10:05:00Z,communication,customer,,a customer,is it down?\n"
        "2026-03-06T10:25:00Z,communication,customer,,a customer,still down\n"
        "2026-03-06T10:05:00Z,alert,staff,true,pager,paged\n"
        "2026-03-06T10:25:00Z,alert,staff,true,pager,paged\n",
        encoding="utf-8",
    )
    found = impact.staff_hours(read_incident(tmp_path))
    assert set(found["who"]) == {"", "ann"}
    whole = frames.named(found[found["who"] == "ann"], "hours")
    assert (whole.value, whole.low, whole.high) == (None, 0.5, None)
