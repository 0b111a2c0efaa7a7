"""Findings: each number of a sentence stands beside it, in its estimates, its table or its evidence."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pandas as pd
import pytest

from incident_analysis import findings, frames
from incident_analysis.charts.chart import Chart
from incident_analysis.errors import ParameterError
from incident_analysis.estimate import Estimate, Evidence
from incident_analysis.findings import Finding
from incident_analysis.incident import read_incident

ROOT = Path(__file__).parents[1]
SHIPPED = sorted((ROOT / "data" / "incidents").iterdir())
EXAMPLE = ROOT / "tests" / "data" / "2026-03-07-checkout"

_NUMBER = re.compile(r"\d[\d,.:]*\d|\d")


def every_finding(path: Path) -> list[Finding]:
    incident = read_incident(path)
    return [
        *findings.timeline(incident),
        *findings.consequences(incident),
        *findings.risk_analysis(incident),
        *findings.postmortem(incident),
    ]


def untraced(finding: Finding) -> list[str]:
    """Numbers of the sentence that stand in none of the finding's own estimates, table and evidence."""
    beside = json.loads(finding.to_json())
    told = json.dumps([beside["estimates"], beside["table"], beside["evidence"]], ensure_ascii=False)
    numbers = set(_NUMBER.findall(told))
    return [n for n in _NUMBER.findall(finding.sentence) if n not in numbers and n not in told]


@pytest.mark.parametrize("path", [*SHIPPED, EXAMPLE], ids=lambda p: p.name)
def test_every_number_of_a_sentence_can_be_traced(path: Path) -> None:
    lost = {f.id: untraced(f) for f in every_finding(path) if untraced(f)}
    assert not lost


def test_a_number_without_evidence_would_be_seen() -> None:
    assert untraced(Finding("made-up", "timeline", "?", "It took 17 minutes.")) == ["17"]


@pytest.mark.parametrize("path", [*SHIPPED, EXAMPLE], ids=lambda p: p.name)
def test_findings_have_ids_of_their_own_and_no_empty_cell(path: Path) -> None:
    every = every_finding(path)
    assert len({f.id for f in every}) == len(every)
    for finding in every:
        if finding.table is not None:
            cells = finding.table.to_numpy().ravel()
            assert all(isinstance(cell, str) and cell.strip() for cell in cells), finding.id
        assert "nan" not in finding.sentence.lower().split(), finding.id
        assert "none," not in finding.sentence.lower()


def test_a_finding_survives_its_file(tmp_path: Path) -> None:
    finding = Finding(
        "made-up",
        "consequences",
        "How much?",
        "At least 3 h.",
        estimates=frames.estimates(
            [
                ({"line": "i1"}, "open", Estimate(None, 10800, float("inf"), interval="bounds", unit="s", censored=1)),
                ({"line": "i2"}, "nothing", Estimate.unknown("nobody counted")),
            ]
        ),
        table=pd.DataFrame({"A": ["x | y"], "B": ["<b>"]}, dtype=object),
        charts=(Chart("impact", "Impact", "a chart", "charts/impact.png", "charts/impact.svg"),),
        evidence=(Evidence("ledger", "finance", "i1", "text"),),
        notes=("note",),
        place=3,
    )
    findings.record(tmp_path, [finding])
    (again,) = findings.load(tmp_path)
    assert again.to_json() == finding.to_json()
    assert again.estimates is not None
    assert frames.to_estimate(again.estimates.iloc[0]).figure == "at least 3 h"
    assert frames.to_estimate(again.estimates.iloc[1]).reason == "nobody counted"


def test_two_findings_of_one_id_are_refused(tmp_path: Path) -> None:
    one = Finding("made-up", "timeline", "?", "Yes.")
    with pytest.raises(ParameterError, match="findings of one id: made-up"):
        findings.record(tmp_path, [one, one])
    assert not list(tmp_path.rglob("*.json"))


@pytest.mark.parametrize(
    "wrong", [{"id": "Not An Id"}, {"section": "consequence"}, {"sentence": "  "}], ids=lambda w: next(iter(w))
)
def test_a_wrong_finding_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ParameterError):
        Finding(**({"id": "a", "section": "timeline", "question": "?", "sentence": "Yes."} | wrong))  # type: ignore[arg-type]


def test_an_incident_with_one_time_only_is_answered_with_questions() -> None:
    from incident_analysis.incident import Incident

    bare = Incident.model_validate(
        {"id": "made-up", "title": "Made up", "severity": "P3", "times": {"started": "2026-01-01T10:00:00Z"}}
    )
    every = {f.id: f for f in [*findings.timeline(bare), *findings.consequences(bare), *findings.postmortem(bare)]}
    asked = every["open-questions"].table
    assert asked is not None
    assert len(asked) >= 10
    assert "unknown, not none" in every["consequences"].sentence
    assert "0 lines" not in every["consequences"].sentence
