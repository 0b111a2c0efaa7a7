"""The recorded drills: what their requests, metrics and words measure, against what the load saw at its clients' ends.

Expected values stand in tests/truth, written while the drills were recorded, by another program than ours.
"""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from incident_analysis import charts, findings, frames, impact, read_incident, read_logs, timeline
from incident_analysis.incident import Incident
from incident_analysis.reading import log_batches, read_metrics
from tests.test_charts_layout import fit
from tests.test_findings import untraced

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = sorted((ROOT / "data" / "incidents").glob("drill-*"))
#: For a client a request failed that got no answer, which nginx writes as 499, or one of 500 and above.
SLI = {"valid": "", "good": "status < 499"}


class Drill:
    """A drill as read, with what really happened."""

    def __init__(self, folder: Path) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self.incident: Incident = read_incident(folder)
            self.logs = read_logs(self.incident)
            self.metrics = read_metrics(self.incident)
        self.truth: dict[str, Any] = json.loads((ROOT / "tests" / "truth" / f"{folder.name}.json").read_text())
        self.load = self.truth["load"]
        self.levels = impact.service_levels(self.incident, self.logs)
        self.measured = impact.measured(self.incident, self.levels, logs=self.logs)

    def claim(self, name: str) -> Any:
        return frames.named(self.measured, name)


@pytest.fixture(scope="module", params=FOLDERS, ids=lambda folder: folder.name)
def drill(request: pytest.FixtureRequest) -> Drill:
    return Drill(request.param)


def test_failed_requests_equal_what_the_load_saw(drill: Drill) -> None:
    levels = drill.levels
    assert levels["valid"].sum() == drill.load["sent"]
    assert (levels["valid"] - levels["good"]).sum() == drill.load["failed"]
    fault = pd.Timestamp(drill.truth["fault"]["time"]).floor("1s")
    before = levels[levels["time"] < fault]
    assert (before["valid"] - before["good"]).sum() == drill.load["failed_before_the_fault"]
    window = frames.build(frames.WINDOWS, [{"start": fault, "end": levels["end"].max()}])
    hit = frames.named(impact.affected_requests(levels, windows=window), "failed")
    assert (hit.value, hit.interval) == (drill.load["failed"] - drill.load["failed_before_the_fault"], "exact")


def test_failed_requests_inside_the_incident_hold_what_the_load_saw_there(drill: Drill) -> None:
    # Seconds of the load's own clock: a request is counted in that in which it was sent, in the log in that in which
    # it ended, at most two and a half seconds later.
    first = pd.Timestamp(drill.load["first_sent"]).floor("1s")
    window = timeline.windows(drill.incident).iloc[0]
    bad = {first + pd.Timedelta(seconds=second): n for second, _, n in drill.load["by_second"]}
    slack = pd.Timedelta("3s")
    sure = sum(n for at, n in bad.items() if window["start"] + slack <= at < window["end"] - slack)
    most = sum(n for at, n in bad.items() if window["start"] - slack <= at < window["end"] + slack)
    failed = drill.claim("failed")
    assert failed.high >= sure
    assert failed.low <= most
    assert failed.high - failed.low < 0.05 * failed.high


def test_lost_requests_lie_inside_the_bounds(drill: Drill) -> None:
    # The load sent all that was planned (never_sent), and failed requests again: none is lost, more than usual came.
    assert drill.load["never_sent"] == 0
    lost = drill.claim("lost_requests")
    assert lost.low <= 0 <= lost.high
    assert (lost.value, lost.interval, lost.level) == (None, "bounds", None)
    assert "tried again" in lost.method
    assert "quiet intervals" in lost.method
    # What would have come without the fault is what was planned for that time: at one rate, over the whole recording.
    window = timeline.windows(drill.incident).iloc[0]
    length = pd.Timestamp(drill.load["last_answered"]) - pd.Timestamp(drill.load["first_sent"])
    planned = drill.load["planned"] * ((window["end"] - window["start"]) / length)
    usual = drill.claim("usual_requests")
    assert usual.low <= planned <= usual.high
    again = drill.claim("beyond_usual_during")
    assert again.low <= drill.load["retries"] <= again.high * 1.05


def test_where_the_log_marks_what_was_tried_again_first_tries_are_compared(drill: Drill) -> None:
    access = drill.logs[drill.logs["source"].astype(str).str.endswith("nginx-access.log")]
    again = {**SLI, "again": "extra contains attempt="}
    series = impact.service_level(access, sli=again, every="1s")
    assert series["again"].sum() == drill.load["retries"]
    assert series["valid"].sum() - series["again"].sum() == drill.load["planned"]
    window = timeline.windows(drill.incident)
    quiet = impact.quiet_time(series, windows=window)
    found = impact.lost_requests(series, windows=window, baseline=quiet, after="1min")
    lost = frames.named(found, "lost_requests")
    # Nothing planned was left unsent: none is lost, and the interval is that of a count by chance, not hundreds wide.
    assert (lost.low, lost.interval) == (0, "confidence")
    assert lost.high < 200
    assert frames.named(found, "tried_again").value >= 0.9 * drill.load["retries"]


def test_requests_taken_away_from_the_log_are_found_missing(drill: Drill) -> None:
    """The same drill with requests cut out of its incident: how many is then known."""
    window = timeline.windows(drill.incident)
    inside = (drill.levels["time"] >= window["start"].iloc[0]) & (drill.levels["end"] <= window["end"].iloc[0])
    rng = np.random.default_rng(1)
    # Only good ones are left, so that nothing is tried again; seven of ten of these are taken away.
    kept = drill.levels.assign(valid=drill.levels["good"])
    usual_there = (
        drill.load["planned"] * inside.sum() / len(pd.date_range(kept["time"].min(), kept["end"].max(), freq="1s"))
    )
    kept.loc[inside, "valid"] = rng.binomial(kept.loc[inside, "valid"].astype(int), 0.3).astype(float)
    kept["good"] = kept["valid"]
    came = kept.loc[inside, "valid"].sum()
    quiet = impact.quiet_time(kept, windows=window)
    lost = frames.named(
        impact.lost_requests(kept, windows=window, baseline=quiet, after="1min", level=0.99), "lost_requests"
    )
    assert lost.low <= usual_there - came <= lost.high


def test_every_client_is_counted_once(drill: Drill) -> None:
    users = drill.claim("users")
    assert (users.value, users.interval) == (drill.load["clients_with_failures_after_the_fault"], "exact")


def test_pieces_of_the_log_give_the_same_series(drill: Drill) -> None:
    path = drill.incident.folder / "evidence" / "nginx-access.log"  # type: ignore[operator]  # it was read from a folder
    whole = impact.service_level(log_batches(path, columns=["status"]), sli=SLI, every="1s")
    assert whole["valid"].sum() == drill.load["sent"]
    assert (whole["valid"] - whole["good"]).sum() == drill.load["failed"]


def test_alerts_on_the_burn_rate_fire_after_the_fault_and_not_before(drill: Drill) -> None:
    fired = impact.alert_times(drill.incident, drill.levels)["fired"].dropna()
    assert (fired >= pd.Timestamp(drill.truth["fault"]["time"])).all()


def test_the_error_budget_of_the_recording_and_none_of_a_month(drill: Drill) -> None:
    # The objective's window is as long as the recording: 0.5 % of its requests.
    assert drill.claim("bad").value == pytest.approx(drill.load["failed"], abs=3)
    assert drill.claim("budget").value == pytest.approx(0.005 * drill.load["sent"], rel=0.01)
    # A quarter of an hour does not tell what a month holds.
    month = impact.error_budget(drill.levels, target=0.995, window="30d", at=drill.levels["end"].max())
    budget = frames.named(month, "budget")
    assert not budget.known
    assert "how many events the rest holds is not known" in budget.reason


def test_the_application_s_own_counters_count_what_it_answered(drill: Drill) -> None:
    """Rates by code, as Prometheus gave them: what the proxy cut off, the application does not see."""
    sli = {"valid": "requests_by_code", "good": 'requests_by_code{code!~"5.."}', "samples": "per_second"}
    found = impact.service_level(drill.metrics, sli=sli, every="1min")
    statuses = drill.load["statuses"]
    answered = sum(n for code, n in statuses.items() if code != "504")
    # Rates over a minute, sampled every five seconds: they reach beyond both ends.
    assert found["valid"].sum() == pytest.approx(answered, rel=0.1)
    assert (found["valid"] - found["good"]).sum() == pytest.approx(statuses["503"], rel=0.1)


def test_the_section_and_its_charts(drill: Drill) -> None:
    incident, windows = drill.incident, timeline.windows(drill.incident)
    found = findings.consequences(
        incident,
        measured=drill.measured,
        alerts=impact.alert_times(incident, drill.levels),
        scenarios=impact.what_if(incident, detected_after="0s"),
        rng=np.random.default_rng(1),
    )
    assert {f.id: untraced(f) for f in found if untraced(f)} == {}
    told = {f.id: f for f in found}
    assert {"requests-measured", "service-level", "burn-rate-alerts", "hours-worked", "what-if"} <= set(told)
    assert "shop" in told["requests-measured"].sentence
    lines = [
        row["Line"]
        for f in found
        if f.id.startswith("consequences-") and f.table is not None and "Certainty" in f.table
        for row in f.table.to_dict("records")
    ]
    assert sorted(lines) == sorted(line.id for line in incident.impact)
    baseline = impact.usual_baseline(drill.levels, windows=windows)
    usual = impact.usual_traffic(drill.levels, windows=windows, baseline=baseline)
    fit(charts.traffic(usual, lost=drill.measured, title=incident.subject))
    fit(
        charts.error_budget(
            impact.budget_line(incident, drill.levels), budget=drill.measured, windows=windows, title=incident.subject
        )
    )
    fit(charts.recovery(impact.recovery(incident), timeline.moments(incident), title=incident.subject))
    fit(
        charts.what_if(impact.what_if(incident, detected_after="0s"), change="detected at once", title=incident.subject)
    )


def test_hours_of_the_staff_are_the_script_s_own_times(drill: Drill) -> None:
    """From the acknowledgement to the close, whose seconds the notes tell."""
    hours = impact.staff_hours(drill.incident)
    spent = frames.named(hours[hours["who"] == ""], "hours")
    expected = pd.Timestamp(drill.truth["closed"]) - pd.Timestamp(drill.truth["acknowledged"])
    assert spent.value == pytest.approx(expected.total_seconds() / 3600, abs=2 / 3600)
