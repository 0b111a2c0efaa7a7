"""Order, durations and pairs. Expected values are computed by hand from the times that each test writes."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from incident_analysis import frames, timeline
from incident_analysis.errors import FrameError, ParameterError
from incident_analysis.incident import Incident, read_incident
from incident_analysis.reading import incidents, read_incidents

SHIPPED = Path(__file__).parents[1] / "data" / "incidents"


def made(**fields: Any) -> Incident:
    """A made-up incident."""
    times = fields.pop("times", {"started": "2026-01-01T10:00:00Z"})
    return Incident.model_validate({"id": "made-up", "title": "Made up", "severity": "P3", "times": times, **fields})


def events(*given: dict[str, Any]) -> pd.DataFrame:
    base = [{"id": f"e{i}", "text": f"event {i}", "kind": "observation", **e} for i, e in enumerate(given, 1)]
    return timeline.events(made(timeline=base))


class TestDurations:
    def test_exact_times_give_an_exact_difference(self) -> None:
        incident = made(times={"started": "2026-01-01T10:00:00Z", "restored": "2026-01-01T11:30:00+01:00"})
        found = timeline.duration(incident, start="started", end="restored")
        assert (found.value, found.low, found.high, found.interval) == (1800, 1800, 1800, "exact")

    def test_stated_widths_add_up(self) -> None:
        incident = made(
            times={
                "started": {"time": "2026-01-01T10:00:00Z", "certainty": "approx", "within": "2min"},
                "restored": {"time": "2026-01-01T11:00:00Z", "certainty": "approx", "within": "5min"},
            }
        )
        found = timeline.duration(incident, start="started", end="restored")
        # 60 min, less 2 + 5, and plus 2 + 5.
        assert (found.value, found.low, found.high, found.level) == (3600, 53 * 60, 67 * 60, None)
        assert found.interval == "bounds"

    def test_a_difference_is_clipped_at_zero_where_the_order_is_known(self) -> None:
        times = {
            "detected": {"time": "2026-01-01T10:01:00Z", "certainty": "approx", "within": "5min"},
            "acknowledged": {"time": "2026-01-01T10:02:00Z", "certainty": "approx", "within": "5min"},
        }
        found = timeline.duration(made(times=times), start="detected", end="acknowledged")
        assert (found.low, found.high) == (0, 11 * 60)
        back = timeline.duration(made(times=times), start="acknowledged", end="detected")
        assert (back.low, back.high) == (-11 * 60, 9 * 60)

    def test_approximate_without_a_width_has_no_bounds(self) -> None:
        incident = made(
            times={
                "started": {"time": "2026-01-01T10:00:00Z", "certainty": "approx"},
                "restored": "2026-01-01T11:00:00Z",
            }
        )
        found = timeline.duration(incident, start="started", end="restored")
        assert (found.value, found.low, found.high) == (3600, None, None)
        assert found.figure == "about 1 h"

    def test_a_day_gives_bounds_and_no_value(self) -> None:
        incident = made(times={"started": "2026-01-01", "restored": "2026-01-03T06:00:00Z"})
        found = timeline.duration(incident, start="started", end="restored")
        # From midnight of the first to midnight of the second day: 54 h down to 30 h.
        assert (found.value, found.low, found.high) == (None, 30 * 3600, 54 * 3600)

    def test_several_claims_span_from_first_to_last(self) -> None:
        claims = [{"time": "2026-01-01T10:00:00Z", "source": "a"}, {"time": "2026-01-01T10:03:00Z", "source": "b"}]
        incident = made(
            times={
                "started": {"time": "2026-01-01T10:00:00Z", "claims": claims},
                "restored": "2026-01-01T11:00:00Z",
            }
        )
        found = timeline.duration(incident, start="started", end="restored")
        assert (found.value, found.low, found.high) == (3600, 57 * 60, 3600)

    @pytest.mark.parametrize(("as_of", "hours"), [("2026-01-01T12:00:00Z", 2), ("2026-01-02T10:00:00Z", 24)])
    def test_an_open_incident_lasts_at_least_until_its_as_of(self, as_of: str, hours: int) -> None:
        incident = made(times={"started": "2026-01-01T10:00:00Z", "restored": {"certainty": "not_yet"}}, as_of=as_of)
        found = timeline.duration(incident, start="started", end="restored")
        assert (found.value, found.low, found.high, found.censored) == (None, hours * 3600, math.inf, 1)

    def test_seen_before_its_end_an_incident_is_open(self) -> None:
        incident = made(times={"started": "2026-01-01T10:00:00Z", "restored": "2026-01-01T15:00:00Z"})
        early = timeline.duration(incident.at("2026-01-01T13:00:00Z"), start="started", end="restored")
        late = timeline.duration(incident.at("2026-01-01T16:00:00Z"), start="started", end="restored")
        assert (early.value, early.low, early.censored) == (None, 3 * 3600, 1)
        assert late.value == 5 * 3600

    def test_an_open_incident_without_as_of_takes_the_latest_instant_in_its_folder(self) -> None:
        incident = made(
            times={"started": "2026-01-01T10:00:00Z", "restored": {"certainty": "not_yet"}},
            timeline=[{"kind": "alert", "text": "x", "time": "2026-01-01T10:45:00Z"}],
        )
        assert timeline.duration(incident, start="started", end="restored").low == 45 * 60

    def test_unknown_is_neither_open_nor_zero(self) -> None:
        found = timeline.durations(made()).set_index("name")
        assert found["value"].isna().all()
        assert found["low"].isna().all()
        assert (found["reason"] != "").all()

    def test_malfunction_began_is_started_where_it_is_absent(self) -> None:
        incident = made(times={"started": "2026-01-01T10:00:00Z", "detected": "2026-01-01T10:07:00Z"})
        assert frames.named(timeline.durations(incident), "time_to_detect").value == 420

    def test_the_frame_of_incidents_gives_the_same_durations(self) -> None:
        every = [read_incident(p) for p in sorted(SHIPPED.iterdir())]
        one, other = timeline.durations(every), timeline.durations(incidents(every))
        columns = ["incident_id", "name", "value", "low", "high", "censored"]
        pd.testing.assert_frame_equal(one[columns], other[columns])

    def test_a_misspelt_milestone_names_the_nearest(self) -> None:
        with pytest.raises(ParameterError, match="no milestone 'restord'") as error:
            timeline.duration(made(), start="started", end="restord")
        assert "'restored'" in error.value.remedy

    def test_an_instant_without_a_zone_is_refused(self) -> None:
        with pytest.raises(ParameterError, match="no zone"):
            timeline.duration(made(), start="started", end="2026-01-01T12:00:00")

    @given(st.integers(0, 10**6), st.integers(0, 3600), st.integers(0, 10**6), st.integers(0, 3600))
    def test_bounds_hold_the_value(self, a: int, wide: int, gap: int, wider: int) -> None:
        start = pd.Timestamp("2026-01-01", tz="UTC") + pd.Timedelta(seconds=a)
        times = {
            "started": {"time": start.isoformat(), "within": f"{wide}s"},
            "restored": {"time": (start + pd.Timedelta(seconds=gap)).isoformat(), "within": f"{wider}s"},
        }
        found = timeline.duration(made(times=times), start="started", end="restored")
        assert found.low is not None
        assert found.high is not None
        assert 0 <= found.low <= (found.value or 0) <= found.high
        assert found.high == gap + wide + wider
        assert found.low == max(0, gap - wide - wider)


class TestGitLab:
    """Times as the two GitLab texts give them: 23:27 in the notes, about 23:30 in the report."""

    incident = read_incident(SHIPPED / "2017-01-31-gitlab-database")

    def test_its_start_spans_both_accounts(self) -> None:
        moment = self.incident.moment("started")
        assert moment.text == "2017-01-31 23:27–23:30 UTC"
        assert len(moment.claims) == 2

    def test_it_was_detected_before_the_declared_impact(self) -> None:
        assert self.incident.moment("malfunction_began").text == "about 2017-01-31 21:00 UTC"
        assert self.incident.moment("detected").text == "2017-01-31 22:00 UTC"

    def test_events_without_a_minute_keep_their_place(self) -> None:
        order = list(timeline.events(self.incident)["event_id"])
        assert order == [e.id for e in self.incident.timeline]


class TestEvents:
    def test_they_are_sorted_by_instant_not_by_text(self) -> None:
        # M3: 10:00+02:00 is 08:00Z, before 09:00Z.
        found = events({"time": "2026-01-01T09:00:00Z"}, {"time": "2026-01-01T10:00:00+02:00"})
        assert list(found["event_id"]) == ["e2", "e1"]

    def test_one_without_a_time_goes_along_with_the_one_before_it(self) -> None:
        found = events({}, {"time": "2026-01-01T12:00:00Z"}, {}, {"time": "2026-01-01T09:00:00Z"}, {}, {})
        assert list(found["event_id"]) == ["e1", "e4", "e5", "e6", "e2", "e3"]
        assert list(found["certainty"][[0, 2, 3, 5]]) == ["unknown"] * 4

    @given(st.lists(st.none() | st.integers(0, 50), max_size=30))
    def test_none_is_lost_and_known_times_rise(self, minutes: list[int | None]) -> None:
        found = events(*({} if m is None else {"time": f"2026-01-01T10:{m:02d}:00Z"} for m in minutes))
        assert sorted(found["event_id"]) == sorted(f"e{i}" for i in range(1, len(minutes) + 1))
        assert found["time"].dropna().is_monotonic_increasing

    def test_an_empty_timeline_keeps_its_columns(self) -> None:
        found = events()
        assert list(found.columns) == frames.TIMELINE.names
        assert isinstance(found["time"].dtype, pd.DatetimeTZDtype)

    def test_a_timeline_csv_beside_the_incident_is_read(self, tmp_path: Path) -> None:
        text = {"id": "x", "title": "Made up", "severity": "P3", "times": {"started": "2026-01-01T10:00:00Z"}}
        (tmp_path / "incident.yaml").write_text(yaml.safe_dump(text))
        (tmp_path / "timeline.csv").write_text(
            'event_id,time,kind,text\nc1,2026-01-01T11:00:00+01:00,alert,"one, two"\nc2,,action,no time\n'
        )
        found = timeline.events(read_incident(tmp_path))
        assert list(found["event_id"]) == ["c1", "c2"]
        assert found["time"][0] == pd.Timestamp("2026-01-01T10:00:00Z")
        assert found["text"][0] == "one, two"


class TestPairs:
    def test_a_stated_link_is_kept_and_an_unanswered_alert_is_listed(self) -> None:
        found = timeline.pairs(
            events(
                {"kind": "alert", "time": "2026-01-01T10:00:00Z"},
                {"kind": "alert", "time": "2026-01-01T10:01:00Z"},
                {
                    "kind": "acknowledgement",
                    "time": "2026-01-01T10:05:00Z",
                    "relates_to": "e1",
                    "relation": "acknowledges",
                },
            )
        )
        assert found[["first_id", "second_id", "link"]].to_numpy().tolist() == [
            ["e1", "e3", "stated"],
            ["e2", "", "none"],
        ]
        assert found["delay_s"][0] == 300
        # Not acknowledged in the evidence: no delay, and not a delay of 0.
        assert math.isnan(found["delay_s"][1])
        assert found["reason"][1] == "not acknowledged in the evidence"

    def test_a_guessed_link_is_marked_proposed(self) -> None:
        found = timeline.pairs(
            events(
                {"kind": "failure", "time": "2026-01-01T10:00:00Z"},
                {"kind": "consequence", "time": "2026-01-01T10:10:00Z"},
            )
        )
        assert found["link"].tolist() == ["proposed"]
        assert found["delay_s"].tolist() == [600]

    def test_services_that_differ_are_not_paired(self) -> None:
        found = timeline.pairs(
            events(
                {"kind": "alert", "time": "2026-01-01T10:00:00Z", "service": "a"},
                {"kind": "acknowledgement", "time": "2026-01-01T10:10:00Z", "service": "b"},
            )
        )
        assert found["link"].tolist() == ["none", "none"]

    def test_a_pair_without_a_minute_has_no_delay(self) -> None:
        found = timeline.pairs(events({"kind": "alert"}, {"kind": "acknowledgement", "time": "2026-01-01T10:10:00Z"}))
        assert found["link"].tolist() == ["proposed"]
        assert math.isnan(found["delay_s"][0])
        assert found["delay"][0] == "unknown"

    def test_every_alert_and_failure_stands_in_the_pairs_of_the_shipped_incidents(self) -> None:
        for path in sorted(SHIPPED.iterdir()):
            found = timeline.events(read_incident(path))
            paired = timeline.pairs(found)
            for kind, first, second in (
                ("alert-acknowledgement", "alert", "acknowledgement"),
                ("failure-consequence", "failure", "consequence"),
            ):
                mine = paired[paired["kind"] == kind]
                assert set(found[found["kind"] == first]["event_id"]) == set(mine["first_id"]) - {""}, path.name
                assert set(found[found["kind"] == second]["event_id"]) == set(mine["second_id"]) - {""}, path.name

    def test_a_frame_that_is_no_timeline_is_refused(self) -> None:
        with pytest.raises(FrameError, match="TIMELINE without"):
            timeline.pairs(pd.DataFrame({"time": []}))


def test_read_incidents_takes_a_folder_of_incidents_or_single_ones() -> None:
    every = read_incidents(SHIPPED)
    # 24 public ones and two drills.
    assert len(every) == 26
    two = read_incidents([SHIPPED / "2021-06-08-fastly", SHIPPED / "2021-10-28-roblox"])
    assert list(two["incident_id"]) == ["2021-06-08-fastly", "2021-10-28-roblox"]
    assert frames.check(every, frames.INCIDENTS, where="test") is every
