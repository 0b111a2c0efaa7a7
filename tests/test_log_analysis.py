"""From logs to their chart, their findings and their notebook, on a log whose records were counted by hand."""

from __future__ import annotations

import json
import math
import re
import warnings
from pathlib import Path
from typing import Any

import matplotlib.dates
import numpy as np
import pandas as pd
import pytest

import incident_analysis as ia
from incident_analysis import batch, charts, findings, timeline
from incident_analysis.batch import plan
from incident_analysis.errors import EvidenceWarning, FrameError, ParameterError, PathError
from incident_analysis.incident import Incident
from incident_analysis.reading import count_logs, describe_logs, evidence, frequent_messages, gap_rows, source_rows
from tests.test_findings import untraced
from tests.test_notebooks import ROOT, papermill

#: Minute of the day (7 March 2026, UTC), level and text of each record.
RECORDS = [
    ("13:00:05", "INFO", "started"),
    ("13:00:40", "INFO", "ready"),
    ("13:04:00", "ERROR", "payment 4711 refused by host 10.0.0.7"),
    ("13:04:01", "ERROR", "payment 4712 refused by host 10.0.0.8"),
    ("13:04:59", "WARN", "pool is full"),
    ("13:05:00", "ERROR", "payment 4713 refused by host 10.0.0.9"),
    ("13:35:00", "FATAL", "gave up after 3 attempts"),
    ("14:10:30", "INFO", "started"),
]
TIMES = "{started: '2026-03-07T13:04:00Z', restored: '2026-03-07T14:00:00Z'}"


def log_text(*, zone: str = "Z") -> str:
    rows = [{"time": f"2026-03-07T{t}{zone}", "level": n, "service": "pay", "message": m} for t, n, m in RECORDS]
    return "".join(json.dumps(row) + "\n" for row in rows)


def make(place: Path, *, times: str = TIMES, listed: str = "", name: str = "made-up") -> Path:
    folder = place / "data" / "incidents" / name
    (folder / "evidence").mkdir(parents=True)
    (folder / "evidence" / "pay.jsonl").write_text(log_text())
    text = f"id: {name}\ntitle: Made up\nseverity: P3\ntimes: {times}\n{listed}"
    (folder / "incident.yaml").write_text(text)
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make(tmp_path, listed="evidence: [{path: evidence/pay.jsonl}]\n")


@pytest.fixture
def incident(folder: Path) -> Incident:
    return ia.read_incident(folder)


# The chart ---------------------------------------------------------------------------------------------------------


def panels(figure: Any) -> list[Any]:
    return [ax for ax in figure.axes if ax.axison]


def texts(figure: Any) -> list[str]:
    figure.draw_without_rendering()
    return [t.get_text() for ax in figure.axes for t in [*ax.texts, *ax.get_yticklabels()] if t.get_text()]


def bars(ax: Any) -> dict[str, float]:
    """Start and height of every bar of a panel, read off its outline; times by matplotlib's own conversion."""
    (patch,) = (p for p in ax.patches if type(p).__name__ == "PathPatch")
    found = {}
    for polygon in patch.get_path().to_polygons(closed_only=False):
        steps = polygon[1:-1].reshape(-1, 2, 2) if len(polygon) % 2 == 0 else polygon[1:-2].reshape(-1, 2, 2)
        for (x, y), _ in steps:
            found[matplotlib.dates.num2date(x).strftime("%H:%M:%S")] = float(y)
    return found


def test_each_group_of_levels_has_a_panel_with_its_counts(incident: Incident) -> None:
    figure = charts.log_rates(count_logs(incident))
    info, warning, error, fatal = panels(figure)
    assert bars(info) == {"13:00:00": 2.0, "14:10:00": 1.0}
    assert bars(warning) == {"13:04:00": 1.0}
    assert bars(error) == {"13:04:00": 2.0, "13:05:00": 1.0}
    assert bars(fatal) == {"13:35:00": 1.0}
    said = texts(figure)
    names = ["information", "warning", "error", "fatal"]
    assert [t for t in said if t in names] == names
    assert sum(t.startswith("records per 1 min") for t in said) == 4
    assert "No record of: trace and debug." in said
    assert {ax.get_ylim()[1] for ax in (info, error)} == {2 * 1.12}
    assert {ax.get_ylim()[1] for ax in (warning, fatal)} == {1 * 1.12}, "each its own scale"
    assert len({ax.get_xlim() for ax in panels(figure)}) == 1, "one axis of time"


def test_colours_differ_and_so_do_shapes() -> None:
    from incident_analysis.charts.log_panels import LOOK

    assert (
        len({colour for colour, _ in LOOK.values()}) == len({marker for _, marker in LOOK.values()}) == len(LOOK) == 6
    )


def test_the_longest_silences_are_told(incident: Incident) -> None:
    figure = charts.log_rates(count_logs(incident))
    told = [t for t in texts(figure) if t.startswith("no record for")]
    # 13:01 to 13:04, 13:06 to 13:35, 13:36 to 14:10: whole minutes without a record.
    assert sorted(told) == ["no record for 29 min", "no record for 3 min", "no record for 34 min"]
    assert "No record for 34 min from 2026-03-07 13:36 UTC to 2026-03-07 14:10 UTC." in figure.chart_alt
    assert "Error: 3 records, most in the 1 min from 2026-03-07 13:04 UTC: 2." in figure.chart_alt


def test_windows_are_shaded_where_they_are(incident: Incident) -> None:
    figure = charts.log_rates(count_logs(incident), windows=timeline.windows(incident))
    edges = [line.get_xdata()[0] for ax in panels(figure)[:1] for line in ax.lines if line.get_linestyle() == "--"]
    day = np.array(["2026-03-07T13:04", "2026-03-07T14:00"], dtype="datetime64[s]")
    assert edges == pytest.approx(matplotlib.dates.date2num(day))
    assert "malfunction, until the service was restored" in texts(figure)


def test_a_window_elsewhere_is_told_and_not_drawn(incident: Incident) -> None:
    other = incident.model_copy(
        update={"times": ia.read_incident(ROOT / "data/incidents/2017-01-31-gitlab-database").times}
    )
    figure = charts.log_rates(count_logs(incident), windows=timeline.windows(other))
    (told,) = (t for t in texts(figure) if t.startswith("Outside"))
    assert "2017-01-31 21:00 UTC to 2017-02-01 18:00 UTC" in told.replace("\n", " ")
    assert not [line for ax in panels(figure) for line in ax.lines if line.get_linestyle() == "--"]


def test_more_intervals_than_have_room_are_summed_and_nothing_is_lost() -> None:
    start = pd.Timestamp("2026-03-07T00:00Z")
    times = pd.Series([start + pd.Timedelta(minutes=n) for n in range(3000)]).astype("datetime64[ns, UTC]")
    counts = pd.DataFrame({"time": times, "end": times + pd.Timedelta("1min"), "key": "9", "count": 2})
    figure = charts.log_rates(counts)
    (ax,) = panels(figure)
    found = bars(ax)
    assert set(found.values()) == {10.0}, "2 a minute are 10 in 5 min"
    assert "records per 5 min" in "\n".join(texts(figure))
    assert "6,000 records in all" in "\n".join(texts(figure)).replace("\n", " ")


def test_no_record_is_words(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(log_text())
    counts = count_logs(tmp_path / "a.jsonl", where=lambda rows: rows["severity_number"] > 24)
    counts.attrs["without_time"] = 2
    figure = charts.log_rates(counts, title="Made up")
    assert panels(figure) == []
    assert "No record with a time is known. 2 records without a time cannot be drawn." in texts(figure)


@pytest.mark.parametrize("by", [("service",), ("severity_number", "service")])
def test_counts_by_something_else_are_refused(incident: Incident, by: tuple[str, ...]) -> None:
    with pytest.raises(FrameError, match="no severity number"):
        charts.log_rates(count_logs(incident, by=by))
    with pytest.raises(FrameError, match="counts without end"):
        charts.log_rates(count_logs(incident).drop(columns="end"))


# What is read ------------------------------------------------------------------------------------------------------


def test_the_most_frequent_messages_are_one_once_their_ids_are_left_out(incident: Incident) -> None:
    found = frequent_messages(incident)
    assert found["message"].tolist() == ["payment # refused by host #", "gave up after # attempts"]
    assert found["count"].tolist() == [3, 1]
    assert found["severity_text"].tolist() == ["ERROR", "FATAL"]
    assert (found["source"][0], found["line"][0]) == ("evidence/pay.jsonl", 3)
    assert found["example"][0] == "payment 4711 refused by host 10.0.0.7"
    assert found["last"][0] == pd.Timestamp("2026-03-07T13:05Z")
    assert (found.attrs["records"], found.attrs["messages"]) == (4, 2)
    assert frequent_messages(incident, most=1)["count"].tolist() == [3]
    assert frequent_messages(incident, at_least=13)["count"].sum() == 5
    assert frequent_messages(incident, until="2026-03-07T13:05:00Z")["count"].tolist() == [2]


@pytest.mark.parametrize(
    "text, told",
    [
        ("job 8f14e45f-ceea-467f-a0e6-0c1d2e3f4a5b failed", "job # failed"),
        ("at 0x7fff5fbff8a8 in deadbeef01", "at # in #"),
        ("took 1,234.5 ms at 12:30:01", "took # ms at #"),
        ("defaced facade", "defaced facade"),
        ("\n\n  first\nsecond 7", "first"),
        ("x" * 400, "x" * 299 + "…"),
    ],
)
def test_what_changes_in_messages(tmp_path: Path, text: str, told: str) -> None:
    row = {"time": "2026-03-07T13:00:00Z", "level": "error", "message": text}
    (tmp_path / "a.jsonl").write_text((json.dumps(row) + "\n") * 2)
    assert frequent_messages(tmp_path / "a.jsonl")["message"].tolist() == [told]


def test_no_error_gives_an_empty_frame_of_the_same_kind(incident: Incident) -> None:
    none = frequent_messages(incident, at_least=24)
    assert none.empty
    assert none.dtypes.equals(frequent_messages(incident).dtypes)


def test_rows_of_sources_and_gaps(incident: Incident) -> None:
    described = describe_logs(incident)
    (row,) = source_rows(described).to_dict("records")
    assert (row["source"], row["rows"], row["unparsed"], row["truncated"]) == ("evidence/pay.jsonl", 8, 0, False)
    assert row["longest_gap_s"] == 2130.0
    assert row["first"] == pd.Timestamp("2026-03-07T13:00:05Z")
    assert gap_rows(described)["seconds"].tolist() == [2130.0, 1800.0, 200.0, 58.0, 35.0]
    nothing = describe_logs(incident.model_copy(update={"evidence": ()}))
    assert source_rows(nothing).columns.tolist() == list(row)
    assert len(source_rows(nothing)) == len(gap_rows(nothing)) == 0


def test_evidence_or_the_logs_that_were_named(
    incident: Incident, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert evidence(incident) is incident
    (tmp_path / "a.jsonl").write_text(log_text())
    (tmp_path / "inner").mkdir()
    monkeypatch.chdir(tmp_path / "inner")
    assert evidence(incident, "a.jsonl") == [str(tmp_path / "a.jsonl")]
    assert evidence(incident, "*.jsonl") == [str(tmp_path / "*.jsonl")]
    assert evidence(incident, ["a.jsonl", Path("a.jsonl"), "-"]) == [str(tmp_path / "a.jsonl")] * 2 + ["-"]
    assert describe_logs(evidence(incident, "*.jsonl"))["rows"] == 8
    with pytest.raises(PathError, match="no such file"):
        describe_logs(evidence(incident, "b.jsonl"))
    for nothing in ("", " ", [], ["a.jsonl", ""]):
        with pytest.raises(ParameterError, match="names no file"):
            evidence(incident, nothing)


def test_what_many_sources_share_is_one_warning(tmp_path: Path) -> None:
    for name in "abcde":
        (tmp_path / f"{name}.jsonl").write_text(log_text(zone=""))
    with pytest.warns(EvidenceWarning) as told:
        count_logs(tmp_path)
    assert len(told) == 1
    assert "a.jsonl" in str(told[0].message)
    assert "and 2 more: no zone" in str(told[0].message)
    assert told[0].filename == __file__, "of the line that called the reader, not of this library or IPython"


# Findings ----------------------------------------------------------------------------------------------------------


def answers(incident: Incident, logs: Any = None) -> dict[str, findings.Finding]:
    given = evidence(incident, logs)
    found = findings.log_analysis(incident, described=describe_logs(given), messages=frequent_messages(given))
    assert {f.id: untraced(f) for f in found if untraced(f)} == {}
    for finding in found:
        assert finding.section == "timeline"
        if finding.table is not None:
            assert all(isinstance(cell, str) and cell.strip() for cell in finding.table.to_numpy().ravel())
    return {f.id: f for f in found}


def test_the_findings_of_a_log_that_was_counted_by_hand(incident: Incident) -> None:
    found = answers(incident)
    assert list(found) == ["logs", "logs-levels", "logs-errors", "logs-gaps", "logs-coverage", "logs-reservations"]
    assert found["logs"].sentence == (
        "The logs hold 8 records from 1 source of 1 format (json_lines). They run from 2026-03-07 13:00:05 UTC to "
        "2026-03-07 14:10:30 UTC, over 1 h 10 min. Every line of them could be read."
    )
    assert found["logs-levels"].sentence == "8 records by level: 3 information, 1 warning, 3 error and 1 fatal."
    assert found["logs-errors"].sentence == (
        "4 records of level error or fatal say 2 different things; most often, in 3 records: “payment # refused by "
        "host #”."
    )
    assert found["logs-gaps"].sentence == (
        "The longest stretch without any record lasts 35 min 30 s, from 2026-03-07 13:35 UTC to 2026-03-07 14:10:30 "
        "UTC, out of 1 h 10 min between the first and the last record."
    )
    # The gap from 13:35 is cut at 14:00, when the service was restored; that from 13:05 to 13:35 is longer.
    assert found["logs-coverage"].sentence.endswith(
        "They cover all of it. The longest stretch without a record in it lasts 30 min."
    )
    assert found["logs-reservations"].sentence.startswith("Nothing: every line could be read")


def test_a_step_of_the_clock_is_no_silence(incident: Incident, tmp_path: Path) -> None:
    path = tmp_path / "steady.jsonl"
    row = '{{"time": "2026-03-07T13:00:{:02}Z", "level": "info", "message": "x"}}\n'
    path.write_text("".join(row.format(n // 2) for n in range(20)))
    gaps = answers(incident, path)["logs-gaps"]
    assert gaps.sentence == "No two neighbouring records are more than 1 s apart."
    assert gaps.table is None
    path.write_text(row.format(0))
    assert answers(incident, path)["logs-gaps"].sentence == "One record has a time: no gap can be told."


def test_a_sliver_of_a_gap_is_not_called_the_longest_one_inside(tmp_path: Path) -> None:
    # Five gaps of 10 min before the incident, the last reaching 31 s into it; one of 9 min inside is not among them.
    minutes = [*range(10, 61, 10), 62, 71, 72]
    rows = [
        f'{{"time": "2026-03-07T{12 + m // 60}:{m % 60:02}:01Z", "level": "info", "message": "x"}}' for m in minutes
    ]
    folder = make(
        tmp_path,
        times="{started: '2026-03-07T12:59:30Z', restored: '2026-03-07T13:11:30Z'}",
        listed="evidence: [{path: evidence/pay.jsonl}]\n",
    )
    (folder / "evidence" / "pay.jsonl").write_text("\n".join(rows) + "\n")
    assert answers(ia.read_incident(folder))["logs-coverage"].sentence.endswith(
        "No stretch without a record in it is longer than 10 min."
    )


def test_the_zone_of_a_source_is_told_where_every_stamp_has_it(incident: Incident, tmp_path: Path) -> None:
    assert source_rows(describe_logs(incident))["zone"].tolist() == ["explicit"]
    table = answers(incident)["logs"].table
    assert table is not None
    assert table["Zone"].tolist() == ["in every stamp"]
    path = tmp_path / "mixed.jsonl"
    path.write_text(log_text(zone="") + log_text())
    assert source_rows(describe_logs(path))["zone"].tolist() == ["assumed:UTC, explicit"]
    table = answers(incident, path)["logs"].table
    assert table is not None
    assert table["Zone"].tolist() == ["assumed: UTC, in other stamps told"]


@pytest.mark.parametrize(
    "times, said, covers",
    [
        (
            "{started: '2026-03-07T12:04:00Z', restored: '2026-03-07T14:00:00Z'}",
            "The first 56 min 5 s of it",
            "its end",
        ),
        (
            "{started: '2026-03-07T13:04:00Z', restored: '2026-03-07T16:00:00Z'}",
            "The last 1 h 50 min of it",
            "its begin",
        ),
        (
            "{started: '2026-03-07T16:00:00Z', restored: '2026-03-07T16:10:00Z'}",
            "They end 1 h 50 min before it",
            "nothing",
        ),
        (
            "{started: '2026-03-06T12:00:00Z', restored: '2026-03-06T13:00:05Z'}",
            "They begin 1 d after its end",
            "nothing",
        ),
        ("{started: '2026-03-07', restored: '2026-03-07'}", "The first 13 h of it", "a part inside it"),
        ("{started: '2026-03-07T13:04:00Z'}", "Whether they reach to its end is not known", "not known"),
        ("{restored: '2026-03-07T13:04:00Z'}", "Whether they begin before the malfunction is not known", "not known"),
        (
            "{started: '2026-03-07T13:04:00Z', restored: {certainty: not_yet}}\nas_of: '2026-03-07T15:10:30Z'",
            "The last 1 h of it are not in the logs",
            "its beginning",
        ),
    ],
)
def test_whether_the_logs_cover_the_incident(tmp_path: Path, times: str, said: str, covers: str) -> None:
    incident = ia.read_incident(make(tmp_path, times=times, listed="evidence: [{path: evidence/pay.jsonl}]\n"))
    found = answers(incident)["logs-coverage"]
    assert said in found.sentence
    assert "cover all of it" not in found.sentence
    assert found.table is not None
    assert found.table["Covers"][0].startswith(covers)


def test_what_weakens_the_logs_is_told(tmp_path: Path, incident: Incident) -> None:
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "a.jsonl").write_text(log_text(zone="") + '{"time": "2026-03-0\n')
    (tmp_path / "logs" / "b7.txt").write_text("nothing that is known\n")
    (tmp_path / "logs" / "c.jsonl").write_text('{"level": "error", "message": "when?"}\n' * 2)
    found = answers(incident, tmp_path / "logs")
    sentence = found["logs-reservations"].sentence
    assert "UTC is assumed" in sentence
    assert "1 file gave no record: logs/b7.txt." in sentence
    assert "1 record could not be read and is kept with its text." in sentence
    assert "without a usable time cannot be placed" in sentence
    assert "could not be read by any format" in found["logs"].sentence
    assert "Nothing:" not in sentence


def test_no_logs_are_said_to_be_none(incident: Incident, tmp_path: Path) -> None:
    (only,) = answers(incident.model_copy(update={"evidence": ()})).values()
    assert only.id == "logs"
    assert only.sentence == "No logs are in the folder: what the systems recorded is not known."
    (tmp_path / "empty").mkdir()
    for name in "ab":
        (tmp_path / "empty" / name).write_text("nothing that is known\n")
    (only,) = answers(incident, tmp_path / "empty").values()
    assert only.sentence.startswith("None of 2 files holds a log record")


def test_times_that_nobody_stated_ask_nothing_of_the_logs(incident: Incident) -> None:
    silent = incident.model_copy(update={"times": type(incident.times)(detected=incident.times.started)})
    assert "logs-coverage" not in answers(silent)


# The run -----------------------------------------------------------------------------------------------------------


def test_only_incidents_with_evidence_are_asked_for_logs(tmp_path: Path, incident: Incident) -> None:
    chosen = plan.notebooks(ROOT / "notebooks", None)
    assert list(chosen) == ["consequences", "risk_analysis", "timeline", "log_analysis", "postmortem"]
    assert plan.fitting(chosen, incident, {}) == chosen
    bare = incident.model_copy(update={"evidence": ()})
    assert list(plan.fitting(chosen, bare, {})) == ["consequences", "risk_analysis", "timeline", "postmortem"]
    assert plan.fitting(chosen, bare, {"logs": "a.log"}) == chosen
    named = tmp_path / "named.jsonl"
    named.write_text(log_text())
    assert plan.outside(bare, {"logs": str(named)})[-1] == named, "what is read is known to the run"


@pytest.mark.slow
def test_a_run_of_two_incidents_asks_the_one_with_evidence(tmp_path: Path, folder: Path) -> None:
    bare = make(tmp_path, name="bare")
    rows = batch.run([folder, bare], out=tmp_path / "out")
    assert set(rows["status"]) == {"ok"}
    asked = rows[rows["notebook"] == "log_analysis"]["incident_id"].tolist()
    assert asked == ["made-up"]
    page = (tmp_path / "out" / "made-up" / "postmortem.html").read_text(encoding="utf-8")
    assert "The logs hold 8 records" in page
    assert "log_analysis" not in (tmp_path / "out" / "bare" / "postmortem.html").read_text(encoding="utf-8")


def outputs(path: Path) -> tuple[list[dict[str, Any]], str]:
    made = json.loads(path.read_text(encoding="utf-8"))
    said = [o for c in made["cells"] for o in c.get("outputs", [])]
    return said, "".join("".join(o["text"]) for o in said if o.get("name") == "stderr")


@pytest.mark.parametrize("place", [".", pytest.param("notebooks", marks=pytest.mark.slow)])
def test_plain_papermill_on_an_incident_with_logs(tmp_path: Path, folder: Path, place: str) -> None:
    report = tmp_path / "report"
    given = ("-p", "incident", str(folder), "-p", "report", str(report))
    run = papermill("log_analysis", tmp_path / "o.ipynb", *given, cwd=ROOT / place)
    assert run.returncode == 0, run.stderr[-2000:]
    said, complaints = outputs(tmp_path / "o.ipynb")
    assert complaints == ""
    assert any("image/png" in o.get("data", {}) for o in said)
    found = {f.id: f for f in findings.load(report)}
    assert "8 records" in found["logs"].sentence
    assert [c.png for c in found["logs-levels"].charts] == ["charts/log_rates.png"]
    assert (report / "charts" / "log_rates.svg").is_file()


@pytest.mark.slow
def test_plain_papermill_without_any_logs_says_so(tmp_path: Path) -> None:
    run = papermill("log_analysis", tmp_path / "o.ipynb", "-p", "report", str(tmp_path / "r"), cwd=ROOT)
    assert run.returncode == 0, run.stderr[-2000:]
    (only,) = findings.load(tmp_path / "r")
    assert only.sentence.startswith("No logs are in the folder")


RAW = ROOT.parent / "shared" / "data" / "raw" / "openstack-fault-injection"
REAL = RAW / "Nova" / "Test_1" / "logs" / "round_1" / "keystone" / "keystone.log"


@pytest.mark.skipif(not REAL.is_file(), reason="the real logs are not beside this clone (../shared/data/raw)")
def test_plain_papermill_on_a_real_log(tmp_path: Path) -> None:
    report = tmp_path / "report"
    given = ("-p", "logs", str(REAL), "-p", "zone", "UTC", "-p", "every", "10s", "-p", "report", str(report))
    run = papermill("log_analysis", tmp_path / "o.ipynb", *given, cwd=ROOT)
    assert run.returncode == 0, run.stderr[-2000:]
    _, complaints = outputs(tmp_path / "o.ipynb")
    assert complaints == ""
    # The truth without our code: heads of records, and words of levels, by a plain search.
    heads = re.findall(r"^(\S+ \S+) \d+ ([A-Z]+) ", REAL.read_text(encoding="utf-8"), re.MULTILINE)
    levels = pd.Series([level for _, level in heads]).value_counts()
    found = {f.id: f for f in findings.load(report)}
    assert f"{len(heads):,} records" in found["logs"].sentence
    table = found["logs-levels"].table
    assert table is not None
    counted = dict(zip(table["Level"], table["Records"], strict=True))
    assert counted["trace and debug"] == f"{levels['DEBUG']:,}"
    assert counted["warning"] == f"{levels['WARNING']:,}"
    assert counted["error"] == f"{levels.get('ERROR', 0):,}"
    assert {f.id: untraced(f) for f in found.values() if untraced(f)} == {}
    assert (report / "charts" / "log_rates.png").stat().st_size > 10_000


def test_windows_of_an_incident(incident: Incident) -> None:
    (row,) = timeline.windows(incident).to_dict("records")
    assert (row["start"], row["end"]) == (pd.Timestamp("2026-03-07T13:04Z"), pd.Timestamp("2026-03-07T14:00Z"))
    assert math.isnan(row["rate"])
    assert [e.text for e in row["evidence"]][1] == "restored: 2026-03-07 14:00 UTC"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        silent = incident.model_copy(update={"times": type(incident.times)(detected=incident.times.started)})
        assert timeline.windows(silent).empty
