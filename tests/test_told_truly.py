"""What a stranger found when trying the first reports: each a test, with values written by hand."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from incident_analysis import findings, frames, impact, report, timeline
from incident_analysis.errors import PathError
from incident_analysis.impact.ledger import figure, line_estimate
from incident_analysis.incident import Incident, read_incident


def rendered(folder: Path) -> tuple[str, str]:
    incident = read_incident(folder)
    every = [
        *findings.timeline(incident),
        *findings.consequences(incident),
        *findings.risk_analysis(incident),
        *findings.postmortem(incident),
    ]
    markdown, html = report.render(incident, every)
    return markdown, html


@pytest.mark.parametrize("name", ["text/tldr.md", "comments.csv", "timeline.csv"])
def test_a_link_that_leads_out_of_the_folder_is_refused(example: Path, tmp_path: Path, name: str) -> None:
    secret = tmp_path / "secret"
    secret.write_text("about,text\nnothing,not for the report\n")
    (example / name).unlink(missing_ok=True)
    os.symlink(secret, example / name)
    with pytest.raises(PathError, match="leads out of the incident's folder through a link"):
        rendered(example)


def test_what_lies_after_the_as_of_time_is_not_told(gitlab: Path) -> None:
    # At 02:00 on 1 February the database was not back: the sources tell of 17:00, 18:00 and 18:14.
    early = read_incident(gitlab, as_of="2017-02-01T02:00:00Z")
    assert early.told_early
    shown = timeline.events(early)
    assert not {"e14", "e15", "e16"} & set(shown["event_id"])
    told = {f.id: f for f in [*findings.timeline(early), *findings.postmortem(early)]}
    assert "3 events" in told["events"].sentence
    assert "as of 2017-02-01 02:00 UTC" in told["open-questions"].sentence
    for finding in told.values():
        assert "18:00 UTC" not in finding.sentence
        assert "webhooks" not in finding.to_json(), finding.id
    assert not read_incident(gitlab).told_early


def test_the_latest_instant_is_looked_for_in_the_whole_folder(example: Path) -> None:
    text = (example / "incident.yaml").read_text()
    (example / "incident.yaml").write_text(text.replace("as_of: '2026-03-09T09:00:00Z'\n", ""))
    comments = example / "comments.csv"
    comments.write_text(comments.read_text() + "e7,lead,2026-04-01T08:00:00Z,late,open\n")
    assert read_incident(example).seen_at.isoformat() == "2026-04-01T08:00:00+00:00"


def test_a_comment_of_several_lines_keeps_every_byte(example: Path) -> None:
    said = "two  spaces\n\n- second line\n- third ``` fence"
    comments = example / "comments.csv"
    comments.write_text(comments.read_text() + f'e7,lead,2026-03-08T11:00:00Z,"{said}",open\n')
    markdown, html = rendered(example)
    assert said in markdown
    assert said in html


def test_people_s_names_keep_their_underscores(example: Path) -> None:
    file = example / "incident.yaml"
    file.write_text(file.read_text().replace("what: Payments refused,", "what: Rows of user_tokens_v2 refused,"))
    _, html = rendered(example)
    assert "user tokens v2" not in html


def line(**given: Any) -> Any:
    incident = Incident.model_validate(
        {
            "id": "made-up",
            "title": "Made up",
            "severity": "P3",
            "times": {"started": "2026-01-01"},
            "impact": [{"id": "i1", "kind": "money", "what": "x", "unit": "EUR", **given}],
        }
    )
    return impact.ledger(incident).to_dict("records")[0]


def test_a_counted_amount_keeps_its_cents() -> None:
    row = line(likely=1234567.89, certainty="counted")
    assert figure(row) == "EUR 1,234,567.89"
    assert line_estimate(row).figure == "EUR 1,234,567.89"


@pytest.mark.parametrize(
    ("certainty", "said"),
    [("counted", "EUR 400"), ("stated", "EUR 400"), ("reported", "EUR 400"), ("estimate", "about EUR 400")],
)
def test_a_figure_is_said_one_way_everywhere(certainty: str, said: str) -> None:
    row = line(likely=400, certainty=certainty)
    assert figure(row) == said
    assert line_estimate(row).figure == said


def test_the_evidence_of_a_period_names_its_line(example: Path) -> None:
    found = {f.id: f for f in findings.timeline(read_incident(example))}["periods"]
    assert found.estimates is not None
    for row in frames.rows(found.estimates):
        (evidence,) = row["evidence"]
        assert (evidence.source, evidence.at[:5]) == ("incident.yaml", "line ")


def test_the_action_plan_says_what_is_cut_in_words(example: Path) -> None:
    markdown, _ = rendered(example)
    plan = markdown.split("## Action Plan")[1].split("## Timeline")[0]
    assert "The pool holds fewer connections than a Saturday needs" in plan


def test_the_description_tells_how_it_ended(gitlab: Path) -> None:
    told = {f.id: f for f in findings.postmortem(read_incident(gitlab))}["what-happened"].sentence
    assert "Restored: about 2017-02-01 18:00 UTC" in told


def test_m1_open_incidents_count_as_open_and_no_data_is_unknown() -> None:
    # M1: a mean over closed incidents only, and 0 where there is no data, are what other tools show.
    times = {"started": "2026-01-01T10:00:00Z", "restored": {"certainty": "not_yet"}}
    held = {"id": "made-up", "title": "Made up", "severity": "P3", "as_of": "2026-01-01T13:00:00Z"}
    open_one = frames.named(timeline.durations(Incident.model_validate({**held, "times": times})), "time_to_restore")
    assert (open_one.value, open_one.low, open_one.censored) == (None, 10800, 1)
    silent = {"started": "2026-01-01T10:00:00Z"}
    nothing = frames.named(timeline.durations(Incident.model_validate({**held, "times": silent})), "time_to_restore")
    assert (nothing.known, nothing.value, nothing.low) == (False, None, None)
