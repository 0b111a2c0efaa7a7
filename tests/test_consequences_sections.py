"""The section Consequences of every shipped incident: each line once, as its source states it, and nothing added."""

from __future__ import annotations

import re
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml

from incident_analysis import findings, impact, read_incident, read_logs, report
from incident_analysis.findings import Finding
from incident_analysis.findings.kinds import KIND_NAMES
from incident_analysis.incident import Incident
from tests import made_up_service as service
from tests.test_findings import untraced

ROOT = Path(__file__).resolve().parents[1]
SHIPPED = sorted(p for p in (ROOT / "data" / "incidents").iterdir() if not p.name.startswith("drill-"))
EXAMPLE = ROOT / "tests" / "data" / "2026-03-07-checkout"
NOT_STATED = "not stated"


def section(incident: Incident, logs: pd.DataFrame | None = None) -> dict[str, Finding]:
    """What the notebook records."""
    levels = impact.service_levels(incident, read_logs(incident) if logs is None else logs)
    found = findings.consequences(
        incident,
        measured=impact.measured(incident, levels, logs=logs),
        alerts=impact.alert_times(incident, levels),
        scenarios=impact.what_if(incident, detected_after="0s"),
        rng=np.random.default_rng(1),
    )
    assert len({f.id for f in found}) == len(found)
    return {f.id: f for f in found}


@pytest.fixture(scope="module", params=[*SHIPPED, EXAMPLE], ids=lambda path: path.name)
def told(request: pytest.FixtureRequest) -> tuple[Path, dict[str, Finding]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return request.param, section(read_incident(request.param))


def rows(finding: Finding) -> list[dict[str, str]]:
    assert finding.table is not None
    return [{str(k): str(v) for k, v in row.items()} for row in finding.table.to_dict("records")]


def test_every_number_of_every_sentence_is_in_the_finding(told: tuple[Path, dict[str, Finding]]) -> None:
    assert {f.id: untraced(f) for f in told[1].values() if untraced(f)} == {}


def test_every_line_stands_once_with_its_source_and_what_is_not_stated_is_asked(
    told: tuple[Path, dict[str, Finding]],
) -> None:
    path, found = told
    stated = yaml.safe_load((path / "incident.yaml").read_text(encoding="utf-8"))["impact"]
    by_kind = [
        row
        for kind in KIND_NAMES
        for f in found.values()
        if f.id == f"consequences-{kind.replace('_', '-')}"
        for row in rows(f)
    ]
    assert sorted(row["Line"] for row in by_kind) == sorted(line["id"] for line in stated)
    lines = {row["Line"]: row for row in by_kind}
    open_table = found["consequences-unknown"].table
    asked = {
        line: row["Open"]
        for row in (() if open_table is None else rows(found["consequences-unknown"]))
        for line in row["Lines"].split(", ")
    }
    for line in stated:
        row = lines[line["id"]]
        assert row["What"] == line["what"]
        assert row["Source"] == line["source"]
        # The shipped lines that give no certainty are as good as stated.
        for column, name, question in (("Who", "who", "who suffered"), ("Borne by", "bearer", "who bears it")):
            assert row[column] == line.get(name, NOT_STATED)
            assert (question in asked.get(line["id"], "")) == (name not in line), (line["id"], name)
        assert row["Why"].startswith(line.get("why", NOT_STATED))
        unknown = not {"low", "likely", "high"} & set(line)
        assert ("how much" in asked.get(line["id"], "")) == unknown
        assert not re.search(r"\b0\b", row["Figure"]) or 0 in (line.get("likely"), line.get("low")) or not unknown


def test_figures_are_those_of_the_sources(told: tuple[Path, dict[str, Finding]]) -> None:
    """Each number of a line's figure is one of the line's own, in full or in millions and billions."""
    path, found = told
    stated = {
        line["id"]: line for line in yaml.safe_load((path / "incident.yaml").read_text(encoding="utf-8"))["impact"]
    }
    for finding in found.values():
        if (
            not finding.id.startswith("consequences-")
            or finding.id.removeprefix("consequences-").replace("-", "_") not in KIND_NAMES
        ):
            continue
        for row in rows(finding):
            line = stated[row["Line"]]
            own = [float(line[n]) for n in ("low", "likely", "high", "of") if n in line]
            allowed = {x / by for x in own for by in (1, 1e6, 1e9)}
            said = row["Figure"].split(" (stated:")[0].split("stated:")[0]
            for number in re.findall(r"\d[\d,]*(?:\.\d+)?", said):
                assert float(number.replace(",", "")) in allowed, (row["Line"], row["Figure"])


def test_unknown_kinds_are_named_as_unknown(told: tuple[Path, dict[str, Finding]]) -> None:
    path, found = told
    case = yaml.safe_load((path / "incident.yaml").read_text(encoding="utf-8"))
    stated = {line["kind"] for line in case["impact"]}
    # Hours are known where people's times are stated.
    stated |= {"staff_hours"} if any("until" in role for role in case.get("roles", [])) else set()
    silent = [name.lower() for kind, name in KIND_NAMES.items() if kind not in stated and kind != "other"]
    sentence = found["consequences-unknown"].sentence
    assert all(name in sentence for name in silent)
    assert not silent or "unknown, not zero" in sentence


def of(name: str) -> dict[str, Finding]:
    return section(read_incident(ROOT / "data" / "incidents" / name))


def test_crowdstrike_s_nested_money_is_not_summed() -> None:
    found = of("2024-07-19-crowdstrike")
    assert "consequences-sums" not in found
    assert "consequences-total" not in found
    assert "part of “World-wide loss”" in found["consequences-money"].sentence


def test_knight_s_rescue_capital_is_context() -> None:
    found = of("2012-08-01-knight-capital")
    assert "about USD 400 million (context, not a loss)" in found["consequences-money"].sentence
    assert "at least USD 472 million" in found["consequences-sums"].sentence


def test_gitlab_s_400_and_365_minutes_both_stand() -> None:
    found = of("2017-01-31-gitlab-database")
    assert "400 minutes (the sources disagree" in found["consequences-data"].sentence
    assert "365 minutes" in found["consequences-data"].sentence
    assert "6 h 40 min" in found["recovery-point"].sentence
    assert "6 h 5 min" in found["recovery-point"].sentence
    assert "765" not in " ".join(f.sentence for f in found.values())


def test_atlassian_s_99_6_percent_not_hit_is_context() -> None:
    assert "99.6 % (context, not a loss)" in of("2022-04-05-atlassian-deletion")["consequences-customers"].sentence


def test_github_s_promise_stands_against_what_came() -> None:
    sentence = of("2018-10-21-github-partition")["promises"].sentence
    assert "At 2018-10-22 06:51 UTC users were promised" in sentence
    assert "within 2 h, by 2018-10-22 08:51 UTC" in sentence
    assert "restored 7 h 33 min late and resolved 14 h 12 min late" in sentence


# Two facts and fifty -----------------------------------------------------------------------------------------------


def test_two_facts_read_well() -> None:
    bare = Incident.model_validate(
        {
            "id": "made-up",
            "title": "Made up",
            "severity": "P3",
            "times": {"started": "2026-01-01T10:00:00Z"},
            "impact": [
                {"id": "i1", "kind": "customers", "what": "Shops without payments", "likely": 3, "unit": "shops"}
            ],
        }
    )
    found = section(bare)
    assert sorted(found) == ["consequences", "consequences-customers", "consequences-unknown"]
    text = " ".join(f.sentence for f in found.values())
    assert "3 shops" in text
    assert "nan" not in text.lower()
    assert len(text) < 1000


def logs_of(made: service.MadeUp, *, minutes: int = 240) -> pd.DataFrame:
    """Single requests around the made-up incident, as a log would hold them."""
    around = made.series[
        (made.series["time"] >= service.START - pd.Timedelta(minutes=minutes))
        & (made.series["time"] < service.END + pd.Timedelta(minutes=90))
    ]
    rows: list[dict[str, Any]] = []
    for row in around.to_dict("records"):
        count, bad = int(row["valid"]), int(row["valid"] - row["good"])
        for i in range(count):
            offset = pd.Timedelta(seconds=300 * i / count)
            rows.append(
                {"time": row["time"] + offset, "status": 503 if i < bad else 200, "client": f"10.0.0.{i % 200}"}
            )
    made_rows = pd.DataFrame(rows)
    made_rows["time"] = made_rows["time"].astype("datetime64[ns, UTC]")
    return made_rows.assign(service="made-up")


@pytest.fixture(scope="module")
def full() -> dict[str, Finding]:
    lines = [
        {
            "id": f"i{n:02d}",
            "kind": kind,
            "what": f"Made-up consequence {n}",
            "unit": unit,
            "source": "made up",
            **figures,
        }
        for n, (kind, unit, figures) in enumerate(
            [
                *[
                    ("money", "EUR", {"low": 10 * k, "likely": 20 * k, "high": 50 * k, "certainty": "estimate"})
                    for k in range(1, 11)
                ],
                *[("requests", "requests", {"likely": 100 * k, "certainty": "counted"}) for k in range(1, 11)],
                *[("customers", "users", {"low": 5 * k}) for k in range(1, 11)],
                *[("reputation", "posts", {"likely": k}) for k in range(1, 11)],
                *[("deals", "deals", {}) for _ in range(10)],
            ],
            1,
        )
    ]
    incident = Incident.model_validate(
        {
            "id": "made-up",
            "title": "Made up, with fifty facts",
            "severity": "P3",
            "times": {
                "malfunction_began": "2026-02-28T13:04:00Z",
                "started": "2026-02-28T13:04:00Z",
                "detected": "2026-02-28T13:20:00Z",
                "mitigated": "2026-02-28T14:20:00Z",
                "restored": "2026-02-28T14:31:00Z",
            },
            "slo": [
                {
                    "service": "",
                    "target": 0.999,
                    "window": "6h",
                    "sli": {"good": "status < 500"},
                    "credits": [{"below": 0.999, "share_of_bill": 0.1}],
                }
            ],
            "roles": [{"role": "lead", "who": "A", "from": "2026-02-28T13:20:00Z", "until": "2026-02-28T15:00:00Z"}],
            "impact": lines,
        }
    )
    return section(incident, logs_of(service.traffic(1)))


def test_fifty_facts_read_well_and_every_number_is_traced(full: dict[str, Finding]) -> None:
    assert {f.id: untraced(f) for f in full.values() if untraced(f)} == {}
    assert {"service-level", "burn-rate-alerts", "requests-measured", "hours-worked", "consequences-total"} <= set(full)
    assert (
        "Worth closing first: “Made-up consequence 41” (no figure is known)"
        in full["consequences-worth-closing"].sentence
    )
    assert "if the lines are independent" in full["consequences-total"].sentence
    assert "if all move as one" in full["consequences-total"].sentence


def test_what_was_measured_is_told_with_its_interval(full: dict[str, Finding]) -> None:
    truth = service.traffic(1)
    sentence = full["requests-measured"].sentence
    assert "never came: " in sentence
    assert "not taken off" in sentence
    assert re.search(r"failed requests came from [\d,]+ clients", sentence)
    # The unit is said once, and the objective beside what was reached.
    assert not re.search(r"between [\d,.]+ requests and", sentence)
    assert "the objective: 99.9 % over 6 h" in full["service-level"].sentence
    table = {row["Measure"]: row for row in rows(full["requests-measured"])}
    ends = [
        int(x.replace(",", ""))
        for x in re.findall(r"requests \[([\d,]+), ([\d,]+)\]", table["Never came"]["Figure"])[0]
    ]
    # Its own quiet hours of the same day stand in for other weeks, which these logs do not hold.
    assert "quiet intervals" in table["Never came"]["How"]
    assert ends[0] < truth.lost * 1.25
    how = [row["How"] for row in rows(full["service-level"])]
    assert len({h for h in how if h != "as above"}) == sum(h != "as above" for h in how)
    assert "Clopper-Pearson" in str(rows(full["service-level"])) or "Wilson" in str(rows(full["service-level"]))


def test_the_section_is_rendered_without_a_hitch(full: dict[str, Finding]) -> None:
    incident = Incident.model_validate(
        {"id": "made-up", "title": "Made up", "severity": "P3", "times": {"started": "2026-02-28T13:04:00Z"}}
    )
    markdown, html = report.render(incident, list(full.values()))
    assert "What would have been left, had it been detected at once?" in markdown or "what-if" not in full
    assert "nan" not in re.sub(r"[a-z]*nan[a-z]+|[a-z]+nan[a-z]*", "", markdown.lower())
    assert html


def made(**given: Any) -> Incident:
    times = {"started": "2026-03-02T10:00:00Z", "detected": "2026-03-02T10:10:00Z", "restored": "2026-03-02T12:00:00Z"}
    return Incident.model_validate({"id": "made-up", "title": "Made up", "severity": "P4", "times": times} | given)


def test_one_is_singular_and_one_line_is_one() -> None:
    found = section(made(impact=[{"what": "Orders lost", "kind": "deals", "likely": 1, "unit": "orders"}]))
    assert "Orders lost: 1 order." in found["consequences-deals"].sentence
    assert "1 line of 1 kind (deals), with a figure." in found["consequences"].sentence


def test_lines_that_ask_the_same_share_a_row_and_what_is_open_stands_last() -> None:
    lines = [{"id": f"i{n}", "what": f"Loss {n}", "kind": "other", "likely": n, "unit": "things"} for n in range(9)]
    found = section(made(impact=lines))
    assert [row["Open"] for row in rows(found["consequences-unknown"])] == [
        "who suffered, who bears it, why and which source?"
    ]
    assert [row["Lines"] for row in rows(found["consequences-unknown"])] == [", ".join(f"i{n}" for n in range(9))]
    assert max(found.values(), key=lambda f: f.place).id == "consequences-unknown"


def test_hours_say_nothing_twice() -> None:
    lead = {"role": "lead", "who": "A", "from": "2026-03-02T10:10:00Z", "until": "2026-03-02T12:00:00Z"}
    roster = {"id": "h", "what": "Hours", "kind": "staff_hours", "likely": 21.5, "unit": "hours"}
    found = section(made(roles=[lead], impact=[roster]))["hours-worked"]
    assert rows(found) == [{"Who": "A", "Time": "1 h 50 min"}]
    assert found.sentence.startswith("1 person worked on it for 1 h 50 min. In and out of working hours: unknown")
    # Two figures about the hours would contradict each other without a word on it.
    assert any("h (21.5 hours)" in note for note in found.notes)
    night = {"zone": "UTC", "hours": "18:00–19:00", "days": ["Monday"]}
    found = section(made(roles=[lead], calendar=night))["hours-worked"]
    assert "1 h 50 min, all of it out of working hours." in found.sentence


def test_scenarios_have_no_more_digits_than_they_are_worth() -> None:
    line = {"id": "i", "what": "Calls refused", "kind": "requests", "likely": 1000, "unit": "calls"}
    found = section(made(impact=[line], periods=[]))["what-if"]
    # 110 of 120 minutes are left: 916.67.
    assert "about 917 calls" in found.sentence
    assert "instead of 1,000 calls" in found.sentence
    assert not untraced(found)


def test_a_single_line_is_no_sum_with_a_variance() -> None:
    line = {"id": "i", "what": "Sales", "kind": "money", "low": 1, "likely": 2, "high": 3, "unit": "EUR"}
    assert "(its range is wide)" in section(made(impact=[line]))["consequences-worth-closing"].sentence


def test_a_rate_of_at_least_nothing_is_unknown() -> None:
    word = {"kind": "communication", "text": "Told on the status page"}
    late = word | {"time": "2026-03-02T13:00:00Z"}
    found = section(made(timeline=[word, late]))["communication"]
    (rate,) = (row["Figure"] for row in rows(found) if row["Measure"].startswith("Updates an hour"))
    assert rate.startswith("unknown: no word is known to lie between")


@pytest.mark.parametrize(
    ("figures", "told"),
    [
        ({"likely": 40}, "40 min, 25 min beyond it. The objective: at most 15 min."),
        ({"likely": 10}, "10 min, within it. The objective"),
        ({"high": 5}, "at most 5 min, within it."),
        ({"high": 20}, "at most 20 min, not sure: at most 5 min beyond it."),
        ({"low": 20}, "at least 20 min, at least 5 min beyond it."),
        ({}, "unknown: no figure is stated for Orders. The objective: at most 15 min."),
    ],
)
def test_lost_data_stands_against_the_stated_objective(figures: dict[str, float], told: str) -> None:
    line = {"id": "i", "what": "Orders", "kind": "data", "unit": "minutes", "certainty": "counted"} | figures
    found = section(made(impact=[line], recovery_point_objective="15min"))["recovery-point"]
    assert f"Orders: {told}" in found.sentence
    assert not untraced(found)
    assert "No recovery point objective is stated." in section(made(impact=[line]))["recovery-point"].sentence


def test_a_recovery_point_objective_is_a_length() -> None:
    with pytest.raises(Exception, match="recovery_point_objective"):
        made(recovery_point_objective="soon")


def test_a_wide_ledger_fits_the_page_what_its_rows_share_stands_below() -> None:
    why = "the requests are answered with errors, run into the limit of the proxy or are given up"
    lines = [
        {
            "id": f"i{n}",
            "what": f"Loss {n}",
            "kind": "other",
            "likely": n,
            "unit": "things",
            "who": "shops",
            "bearer": "customer",
            "why": "e1",
            "source": "a log",
        }
        for n in (1, 2)
    ]
    incident = made(impact=lines, timeline=[{"id": "e1", "kind": "failure", "text": why}])
    markdown, _ = report.render(incident, [section(incident)["consequences-other"]])
    assert markdown.count(why) == 1 + sum(why in line for line in markdown.splitlines() if line.startswith("| e1"))
    assert f"Why: e1: {why}." in markdown
