"""The charts of sources, coverage, clocks and acknowledgements: no text over another, nothing cut off, words beside."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import incident_analysis as ia
from incident_analysis import charts, frames, timeline
from tests.test_charts_layout import fit

ROOT = Path(__file__).resolve().parents[1]
EXPORTS = ROOT / "tests/data/made-up-exports"
LONG = "A made-up title that is long enough to need more than one line of the heading above a chart, " * 2
INCIDENTS = (
    ROOT / "data/incidents/2017-01-31-gitlab-database",
    ROOT / "data/incidents/2024-07-19-crowdstrike",
    ROOT / "tests/data/2026-03-07-checkout",
)

pytestmark = pytest.mark.filterwarnings("ignore::incident_analysis.errors.EvidenceWarning")


@pytest.fixture(scope="module")
def merged(tmp_path_factory: pytest.TempPathFactory) -> ia.Incident:
    place = tmp_path_factory.mktemp("i") / "2026-05-12-made-up"
    ia.new_incident(place)
    names = ("alertmanager.json", "pagerduty.json", "slack", "timeline.md")
    ia.import_evidence([EXPORTS / name for name in names], into=place)
    return ia.read_incident(place)


def drawn(incident: ia.Incident, title: str) -> list[Any]:
    events, moments = timeline.events(incident), timeline.moments(incident)
    return [
        charts.sources(events, moments=moments, title=title),
        charts.coverage(timeline.coverage(incident), moments=moments, title=title),
        charts.clocks(timeline.agreement(events), title=title),
        charts.acknowledgements(timeline.pairs(events), title=title),
    ]


@pytest.mark.parametrize("path", INCIDENTS, ids=lambda p: p.name)
def test_incidents(path: Path) -> None:
    incident = ia.read_incident(path)
    for drawing in drawn(incident, incident.subject):
        fit(drawing)


def test_a_merged_incident(merged: ia.Incident, tmp_path: Path) -> None:
    for n, drawing in enumerate(drawn(merged, LONG)):
        fit(drawing)
        chart = charts.save(drawing, tmp_path, f"chart-{n}")
        assert LONG.split()[0] in chart.title
        assert len(chart.alt) > 80


def test_the_words_tell_what_the_pictures_show(merged: ia.Incident, tmp_path: Path) -> None:
    sources, coverage, clocks, acknowledgements = [
        charts.save(drawing, tmp_path, f"chart-{n}").alt for n, drawing in enumerate(drawn(merged, "Made up"))
    ]
    assert "alertmanager.json: 10 alerts and 10 observations" in sources
    assert "covered 2026-05-12 09:12:20 UTC to 2026-05-12 10:41:10 UTC" in coverage
    assert "pagerduty.json: 20 copies, median −2 h before and 2 s after" in clocks
    assert "HeapAlmostFull: garbage collection never rests: 50 s" in acknowledgements
    assert "NodeDiskPressure: disk of node seven almost full: not acknowledged in the evidence" in acknowledgements


def test_nothing_to_draw_is_said_in_words() -> None:
    nothing = frames.empty(frames.TIMELINE)
    for drawing in (
        charts.sources(nothing),
        charts.coverage(frames.empty(frames.COVERAGE)),
        charts.clocks(timeline.agreement(nothing)),
        charts.acknowledgements(timeline.pairs(nothing)),
    ):
        fit(drawing)


def test_hard_names_and_extreme_clocks() -> None:
    rng = np.random.default_rng(1)
    start = pd.Timestamp("2026-01-01T10:00:07Z")
    rows = []
    names = ["a" * 70, "export of the pager of the second team.json", "b/c"]
    for s, name in enumerate(names):
        for i in range(12):
            time = start + pd.Timedelta(seconds=float(rng.uniform(0, 3000)) if s else i * 250)
            rows.append(
                {
                    "event_id": f"{s}-{i}",
                    "time": time,
                    "time_low": time,
                    "time_high": time,
                    "certainty": "exact",
                    "kind": ["alert", "acknowledgement", "no such kind"][(i + s) % 3],
                    "text": f"alert {i} of a service whose name is long and goes on {'and on ' * 8}",
                    "source": name,
                    "relation": "duplicates" if s and i < 6 else "",
                    "relates_to": f"0-{i}" if s and i < 6 else "",
                    "clock_offset_s": [0, -86400 * 40, 0.4][s],
                    "include": True,
                }
            )
    events = frames.build(frames.TIMELINE, rows)
    fit(charts.sources(events, title=LONG))
    fit(charts.clocks(timeline.agreement(events), title=LONG))
    fit(charts.acknowledgements(timeline.pairs(events), title=LONG))
    stretches = [
        {"source": name, "holds": "events", "start": start, "end": start + pd.Timedelta(hours=h), "state": state}
        for name, h, state in zip(names, (1, 2, 3), ("truncated", "silent", "absent"), strict=True)
    ]
    fit(charts.coverage(frames.build(frames.COVERAGE, stretches), title=LONG))


def test_an_acknowledgement_before_its_alert_and_one_by_rule() -> None:
    pairs = [
        {"kind": "alert-acknowledgement", "first_id": "a", "second_id": "b", "first_text": "early", "link": "stated",
         "delay_s": -120.0, "delay": "−2 min"},
        {"kind": "alert-acknowledgement", "first_id": "c", "second_id": "d", "first_text": "days", "link": "proposed",
         "delay_s": 250_000.0, "delay": "2 d 21 h"},
        {"kind": "alert-acknowledgement", "first_id": "", "second_id": "e", "link": "none", "delay": "unknown"},
    ]  # fmt: skip
    fit(charts.acknowledgements(frames.build(frames.PAIRS, pairs)))
