"""Milestones, coverage, contradictions. Expected values are counted by hand from the times that each test writes."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import incident_analysis as ia
from incident_analysis import frames, timeline
from incident_analysis.incident import Incident

pytestmark = pytest.mark.filterwarnings("ignore::incident_analysis.errors.EvidenceWarning")
ROOT = Path(__file__).resolve().parents[1]


def made(times: dict[str, Any] | None = None, *events: dict[str, Any], **fields: Any) -> Incident:
    """A made-up incident of 1 January 2026; events are given with their clock."""
    base = [
        {"id": f"e{i}", "text": f"event {i}", "kind": "observation"}
        | event
        | ({"time": f"2026-01-01T{event['time']}:00Z"} if "time" in event else {})
        for i, event in enumerate(events, 1)
    ]
    times = {k: f"2026-01-01T{v}:00Z" if isinstance(v, str) else v for k, v in (times or {"started": "10:00"}).items()}
    return Incident.model_validate(
        {"id": "made-up", "title": "Made up", "severity": "P3", "times": times, "timeline": base, **fields}
    )


def told(incident: Incident) -> pd.DataFrame:
    return timeline.contradictions(timeline.events(incident), incident=incident)


def kinds(incident: Incident) -> list[str]:
    return list(told(incident)["kind"])


class TestContradictions:
    def test_an_acknowledgement_before_its_alert(self) -> None:
        incident = made(
            None,
            {"kind": "alert", "time": "10:09", "text": "errors"},
            {"kind": "acknowledgement", "time": "10:07", "relates_to": "e1", "relation": "acknowledges"},
        )
        row = told(incident).iloc[0]
        assert (row["kind"], row["gap_s"], bool(row["certain"])) == ("acknowledgement before alert", 120, True)
        assert "stands 2 min before its alert “errors”" in row["text"]

    def test_inside_the_bounds_it_is_not_certain(self) -> None:
        incident = made(
            None,
            {"kind": "alert", "time": "10:09", "certainty": "approx", "within": "5min"},
            {"kind": "acknowledgement", "time": "10:07", "relates_to": "e1", "relation": "acknowledges"},
        )
        assert not told(incident).iloc[0]["certain"]

    def test_an_alert_without_acknowledgement_is_not_zero(self) -> None:
        row = told(made(None, {"kind": "alert", "time": "10:09", "text": "errors"})).iloc[0]
        assert row["kind"] == "alert without acknowledgement"
        assert row["text"] == "“errors”: not acknowledged in the evidence"
        assert pd.isna(row["gap_s"])

    def test_a_fix_before_the_detection(self) -> None:
        times = {"started": "10:00", "detected": "10:20"}
        incident = made(times, {"kind": "action", "time": "10:05", "text": "Rolled back the schema"})
        row = told(incident).iloc[0]
        assert (row["kind"], row["gap_s"], bool(row["certain"])) == ("fix before detection", 900, True)
        # An action that fixes nothing may come before.
        assert kinds(made(times, {"kind": "action", "time": "10:05", "text": "Looked at the dashboard"})) == []

    def test_a_consequence_before_its_failure(self) -> None:
        incident = made(
            None,
            {"kind": "failure", "time": "10:09"},
            {"kind": "consequence", "time": "10:01", "relates_to": "e1", "relation": "caused_by"},
        )
        assert kinds(incident) == ["consequence before failure"]

    def test_a_silent_gap_while_the_service_is_not_restored(self) -> None:
        # Every minute from 10:00 to 10:05, then nothing until 10:45.
        events = [{"time": f"10:{m:02}"} for m in (*range(6), 45, 46)]
        row = told(made({"started": "10:00", "restored": "10:50"}, *events)).iloc[0]
        assert (row["kind"], row["gap_s"], row["first_id"], row["second_id"]) == ("silent gap", 2400, "e6", "e7")
        assert kinds(made({"started": "10:00", "restored": "10:05"}, *events)) == []

    def test_a_declared_milestone_against_the_log(self) -> None:
        incident = made(
            {"started": "10:00", "detected": "10:30"},
            {"kind": "alert", "time": "10:09", "text": "errors"},
            {"kind": "acknowledgement", "time": "10:12", "relates_to": "e1", "relation": "acknowledges"},
        )
        row = told(incident).iloc[0]
        assert (row["kind"], row["gap_s"], row["first_id"]) == ("declared against evidence", 21 * 60, "detected")
        assert "the earliest alert, “errors”, stands 21 min earlier, at 2026-01-01 10:09 UTC" in row["text"]

    def test_within_the_stated_width_nothing_is_contradicted(self) -> None:
        detected = {"time": "2026-01-01T10:14:00Z", "certainty": "approx", "within": "5min"}
        incident = made(
            {"started": "10:00", "detected": detected},
            {"kind": "alert", "time": "10:09", "text": "errors"},
            {"kind": "acknowledgement", "time": "10:12", "relates_to": "e1", "relation": "acknowledges"},
        )
        assert kinds(incident) == []

    def test_an_interview_against_the_record(self) -> None:
        incident = made(
            None,
            {"kind": "alert", "time": "10:09", "text": "Queue of payments is full", "actor": "system", "source": "pd"},
            {"kind": "acknowledgement", "time": "10:12", "relates_to": "e1", "relation": "acknowledges"},
            {"time": "11:10", "text": "I saw that the queue of payments is full", "source": "interviews/ann.md"},
            interviews=[{"who": "staff", "file": "interviews/ann.md"}],
        )
        row = told(incident).iloc[0]
        assert (row["kind"], row["gap_s"]) == ("interview against record", 3660)
        assert "stands 1 h 1 min after “Queue of payments is full” in pd" in row["text"]
        assert "1 h may be another zone" in row["remedy"]

    def test_copies_contradict_nobody(self) -> None:
        incident = made(
            None,
            {"kind": "alert", "time": "10:09", "text": "errors"},
            {"kind": "alert", "time": "10:10", "text": "errors", "relates_to": "e1", "relation": "duplicates"},
            {"kind": "acknowledgement", "time": "10:12", "relates_to": "e2", "relation": "acknowledges"},
        )
        assert kinds(incident) == []
        pair = timeline.pairs(timeline.events(incident)).iloc[0]
        assert (pair["first_id"], pair["second_id"], pair["link"], pair["delay_s"]) == ("e1", "e3", "stated", 180)

    def test_nothing_to_contradict(self) -> None:
        found = told(made())
        assert frames.check(found, frames.CONTRADICTIONS, where="test").empty


class TestMilestones:
    def test_each_with_its_reason(self) -> None:
        incident = made(
            None,
            {"kind": "deploy", "time": "10:00"},
            {"kind": "failure", "time": "10:02"},
            {"kind": "consequence", "time": "10:04"},
            {"kind": "alert", "time": "10:09", "text": "errors"},
            {"kind": "acknowledgement", "time": "10:12"},
            {"kind": "action", "time": "10:30", "text": "Mitigated by switching off the cache"},
            {"kind": "observation", "time": "10:44", "text": "errors: resolved", "relation": "resolves", "relates_to": "e4"},
            {"kind": "communication", "time": "10:50", "text": "All clear"},
        )  # fmt: skip
        found = timeline.milestones(timeline.events(incident)).set_index("milestone")
        assert list(found["event_id"]) == ["e2", "e3", "e4", "e5", "e6", "e7", "e8"]
        assert set(found["standing"]) == {"proposed"}
        assert found.loc["malfunction_began", "reason"] == "the earliest failure"
        assert found.loc["restored", "reason"] == "the last of 1 alerts was over"

    def test_a_mark_of_a_person_comes_first(self) -> None:
        incident = made(
            None,
            {"kind": "alert", "time": "10:09"},
            {"kind": "communication", "time": "10:05", "text": "A customer writes", "milestone": "detected"},
        )
        row = timeline.milestones(timeline.events(incident)).set_index("milestone").loc["detected"]
        assert (row["event_id"], row["standing"], row["reason"]) == ("e2", "marked", "marked in the timeline")

    def test_what_the_timeline_does_not_tell_is_not_guessed(self) -> None:
        found = timeline.milestones(timeline.events(made(None, {"kind": "alert", "time": "10:09"})))
        told_of = found.set_index("milestone")
        assert told_of.loc["restored", "reason"].startswith("no alert ends in the evidence")
        assert told_of.loc["acknowledged", "reason"] == "not acknowledged in the evidence"
        assert list(found["milestone"][found["time"].isna()]) == [
            "started",
            "acknowledged",
            "mitigated",
            "restored",
            "resolved",
        ]

    def test_an_alert_that_never_ends_leaves_restored_open(self) -> None:
        incident = made(
            None,
            {"kind": "alert", "time": "10:09", "text": "errors"},
            {"kind": "alert", "time": "10:10", "text": "queue"},
            {"time": "10:44", "text": "errors: resolved", "relation": "resolves", "relates_to": "e1"},
        )
        row = timeline.milestones(timeline.events(incident)).set_index("milestone").loc["restored"]
        assert row["standing"] == "none"
        assert row["reason"].startswith("1 of 2 alerts have no end in the evidence")

    def test_beside_what_is_declared(self) -> None:
        incident = made({"started": "10:00", "detected": "10:10"}, {"kind": "alert", "time": "10:09"})
        row = timeline.milestones(timeline.events(incident), incident=incident).set_index("milestone").loc["detected"]
        assert row["difference_s"] == -60


def folder(place: Path, extra: str = "") -> Path:
    (place / "evidence").mkdir(parents=True)
    times = 'times: {started: "2026-01-01T10:00:00Z", restored: "2026-01-01T11:00:00Z"}\n'
    (place / "incident.yaml").write_text(f"id: made-up\ntitle: Made up\nseverity: P3\n{times}{extra}", encoding="utf-8")
    return place


def access_log(minutes: Any) -> str:
    return "".join(
        f'192.0.2.1 - - [01/Jan/2026:{9 + m // 60:02}:{m % 60:02}:00 +0000] "GET / HTTP/1.1" 200 5\n' for m in minutes
    )


class TestCoverage:
    def stretches(self, place: Path) -> list[tuple[str, str, str, str]]:
        found = timeline.coverage(ia.read_incident(place))
        frames.check(found, frames.COVERAGE, where="test")
        return [
            (row["source"], row["state"], f"{row['start']:%H:%M}", f"{row['end']:%H:%M}")
            for row in found.to_dict("records")
        ]

    def test_logs_covered_silent_and_absent(self, tmp_path: Path) -> None:
        place = folder(tmp_path / "i", "evidence:\n- {path: evidence/access.log}\n")
        # Every minute from 10:05 to 10:20 and from 10:40 to 10:50; the incident runs from 10:00 to 11:00.
        minutes = [*range(65, 81), *range(100, 111)]
        (place / "evidence/access.log").write_text(access_log(minutes), encoding="utf-8")
        assert self.stretches(place) == [
            ("access.log", "absent", "09:50", "10:05"),
            ("access.log", "covered", "10:05", "10:21"),
            ("access.log", "silent", "10:21", "10:40"),
            ("access.log", "covered", "10:40", "10:51"),
            ("access.log", "absent", "10:51", "11:10"),
        ]

    def test_a_cut_archive_is_truncated(self, tmp_path: Path) -> None:
        place = folder(tmp_path / "i", "evidence:\n- {path: evidence/access.log.gz}\n")
        packed = gzip.compress(access_log(range(50, 140)).encode())
        (place / "evidence/access.log.gz").write_bytes(packed[: len(packed) * 2 // 3])
        found = self.stretches(place)
        assert found[-1][1] == "truncated"

    def test_events_of_an_export_that_was_cut(self, tmp_path: Path) -> None:
        place = folder(tmp_path / "i")
        source = ROOT / "tests/data/made-up-exports/alertmanager.json"
        data = source.read_bytes()
        cut = tmp_path / "alertmanager.json"
        cut.write_bytes(data[: len(data) * 3 // 4])
        ia.collect(cut, into=place)
        ia.import_evidence(place / "evidence/alertmanager.json", into=place)
        yaml = (place / "incident.yaml").read_text().replace("2026-01-01", "2026-05-12").replace("T11", "T10:50")
        (place / "incident.yaml").write_text(yaml.replace("T10:50:00:00", "T10:50:00"), encoding="utf-8")
        last = [row for row in self.stretches(place) if row[0] == "alertmanager.json"][-1]
        assert last[1] == "truncated"

    def test_a_file_of_a_folder_that_was_cut(self, tmp_path: Path) -> None:
        place = folder(tmp_path / "i")
        day = tmp_path / "alerts" / "one"
        day.mkdir(parents=True)
        data = (ROOT / "tests/data/made-up-exports/alertmanager.json").read_bytes()
        (day / "a.json").write_bytes(data[: len(data) * 3 // 4])
        ia.collect(tmp_path / "alerts", into=place)
        ia.import_evidence(place / "evidence/alerts", into=place)
        found = timeline.coverage(ia.read_incident(place))
        assert set(found["source"]) == {"alerts/ (alertmanager)"}

    def test_a_log_is_not_absent_where_no_event_was_taken_from_it(self, tmp_path: Path) -> None:
        event = '{time: "2026-01-01T10:30:00Z", kind: failure, text: made up, source: access.log}'
        place = folder(tmp_path / "i", f"evidence:\n- {{path: evidence/access.log}}\ntimeline:\n- {event}\n")
        (place / "evidence/access.log").write_text(access_log(range(50, 131)), encoding="utf-8")
        assert self.stretches(place) == [("access.log", "covered", "09:50", "11:10")]

    def test_a_timeline_of_one_event_names_its_source(self, tmp_path: Path) -> None:
        event = '{time: "2026-01-01T10:30:00Z", kind: alert, text: made up, source: pager, zone: "assumed:UTC"}'
        place = folder(tmp_path / "i", f"timeline:\n- {event}\n")
        assert {source for source, *_ in self.stretches(place)} == {"pager"}
        told = " ".join(f"{f.sentence} {f.table}" for f in ia.findings.timeline(ia.read_incident(place)))
        assert "clocks without a zone are taken as UTC" in told
        assert "('pager',)" not in told

    def test_logs_that_were_collected_are_looked_at(self, tmp_path: Path) -> None:
        place = folder(tmp_path / "i")
        (tmp_path / "access.log").write_text(access_log(range(50, 131)), encoding="utf-8")
        ia.collect(tmp_path / "access.log", into=place)
        assert self.stretches(place) == [("access.log", "covered", "09:50", "11:10")]

    def test_a_missing_file_is_absent(self, tmp_path: Path) -> None:
        place = folder(tmp_path / "i")
        ia.collect(ROOT / "tests/data/made-up-exports/timeline.md", into=place)
        (place / "evidence/timeline.md").unlink()
        found = timeline.coverage(ia.read_incident(place)).iloc[0]
        assert (found["source"], found["state"]) == ("timeline.md", "absent")
        assert found["reason"] == "it is listed, but not in the folder"

    def test_a_log_of_another_day_is_absent(self, tmp_path: Path) -> None:
        place = folder(tmp_path / "i", "evidence:\n- {path: evidence/access.log}\n")
        text = access_log(range(60, 120)).replace("01/Jan", "02/Jan")
        (place / "evidence/access.log").write_text(text, encoding="utf-8")
        found = timeline.coverage(ia.read_incident(place))
        assert list(found["state"]) == ["absent"]
        assert "after the incident" in found.loc[0, "reason"]

    def test_no_source_at_all(self, tmp_path: Path) -> None:
        assert timeline.coverage(ia.read_incident(folder(tmp_path / "i"))).empty


class TestFindings:
    def test_the_first_page_lists_the_assumptions(self, tmp_path: Path) -> None:
        place = folder(tmp_path / "i")
        exports = ROOT / "tests/data/made-up-exports"
        names = ("alertmanager.json", "pagerduty.json", "slack", "timeline.md")
        ia.import_evidence([exports / name for name in names], into=place)
        found = {f.id: f for f in ia.findings.timeline(ia.read_incident(place))}
        short = found["tldr-assumptions"]
        assert short.section == "tldr"
        assert "pagerduty.json: 2 h added to its clock" in short.sentence
        assert "timeline.md: 1 d taken from its clock" in short.sentence
        assert "alertmanager.json: its clock is taken as right" in short.sentence
        assert "alert without acknowledgement (2)" in short.sentence
        assert found["sources"].sentence.startswith("4 sources tell of 35 events in 95 rows: 60 rows are copies")
        assert found["events"].sentence.startswith("The timeline holds 35 events")

    def test_without_assumptions_nothing_is_said_of_them(self) -> None:
        incident = ia.read_incident(ROOT / "data/incidents/2012-08-01-knight-capital")
        ids = {f.id for f in ia.findings.timeline(incident)}
        assert "timeline-assumptions" not in ids
        assert "coverage" not in ids
