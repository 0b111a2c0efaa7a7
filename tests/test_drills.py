"""The recorded drills: what their evidence shows against what the load saw and what was really done.

Expected values stand in `tests/truth/`: what each request of the load saw at the client's end, the instants of fault and
repair by the clock of the script that caused them, and the digests of the evidence. None of it comes from our readers.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import warnings
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

from incident_analysis import read_incident, read_logs
from incident_analysis.errors import EvidenceWarning
from incident_analysis.reading import read_metrics, read_timeline

ROOT = Path(__file__).resolve().parents[1]
TRUTH = ROOT / "tests" / "truth"
RECORDER = ROOT / "scripts" / "record_drill"
FOLDERS = sorted((ROOT / "data" / "incidents").glob("drill-*"))
#: What nginx writes when the client left, and what is a failure for a client: no answer, or 500 and above.
CLIENT_LEFT = 499

each_drill = pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)


def truth(folder: Path) -> dict[str, Any]:
    facts = json.loads((TRUTH / f"{folder.name}.json").read_text(encoding="utf-8"))
    assert isinstance(facts, dict)
    return facts


def instant(text: str) -> pd.Timestamp:
    return pd.Timestamp(datetime.fromisoformat(text))


def rows_of(folder: Path) -> pd.DataFrame:
    """All log records of a drill, as its `incident.yaml` says that they are read."""
    with warnings.catch_warnings():
        # nginx had nothing to say in one of them.
        warnings.simplefilter("ignore", EvidenceWarning)
        return read_logs(read_incident(folder))


def of(rows: pd.DataFrame, name: str) -> pd.DataFrame:
    return rows[rows["source"].astype(str).str.endswith(name)]


@pytest.fixture(scope="module", params=FOLDERS, ids=lambda folder: folder.name)
def drill(request: pytest.FixtureRequest) -> tuple[Path, dict[str, Any], pd.DataFrame]:
    return request.param, truth(request.param), rows_of(request.param)


def test_there_are_two_and_they_are_small() -> None:
    assert [folder.name.split("-", 4)[-1] for folder in FOLDERS] == ["bad-configuration", "database-stopped"]
    size = sum(path.stat().st_size for folder in FOLDERS for path in folder.rglob("*") if path.is_file())
    assert size < 3_000_000


# ---- the evidence is what the servers wrote ------------------------------------------------------------------------


@each_drill
def test_the_evidence_is_byte_for_byte_what_was_recorded(folder: Path) -> None:
    here = {p.relative_to(folder / "evidence").as_posix(): p for p in (folder / "evidence").rglob("*") if p.is_file()}
    recorded = truth(folder)["evidence"]
    assert sorted(here) == sorted(recorded)
    for name, path in here.items():
        data = path.read_bytes()
        assert hashlib.sha256(data).hexdigest() == recorded[name]["sha256"], name
        assert data.count(b"\n") == recorded[name]["lines"], name


@each_drill
def test_the_evidence_names_neither_load_nor_fault_nor_a_machine(folder: Path) -> None:
    spoken = re.compile(
        rb"record_drill|\bload\.py|people\.py|load.?generator|\binject|rehears|\btruth\b|\bfault\b"
        rb"|/work/|/home/|/root/|/tmp/|/Users/",
        re.IGNORECASE,
    )
    for path in (folder / "evidence").rglob("*"):
        if path.is_file():
            assert spoken.findall(path.read_bytes()) == [], path.name


@each_drill
def test_what_really_happened_is_no_part_of_the_folder(folder: Path) -> None:
    names = {path.name for path in folder.rglob("*")}
    assert not [name for name in names if "truth" in name or "load" in name]
    listed = {e["path"] for e in yaml.safe_load((folder / "incident.yaml").read_text(encoding="utf-8"))["evidence"]}
    assert all((folder / path).exists() for path in listed)


@each_drill
def test_the_incident_says_that_it_is_a_drill(folder: Path) -> None:
    incident = read_incident(folder)
    assert "drill" in incident.title.lower()
    for text in (incident.provenance, (folder / "text" / "description.md").read_text(encoding="utf-8")):
        flat = " ".join(text.lower().split())
        assert "a real recording of a made-up fault" in flat
        assert "test machine" in flat


# ---- what is read agrees with what the clients saw -----------------------------------------------------------------


def test_no_line_is_lost(drill: tuple[Path, dict[str, Any], pd.DataFrame]) -> None:
    _, facts, rows = drill
    logs = [source for source in rows.attrs["sources"] if source["source"].endswith((".log", ".jsonl"))]
    assert len(logs) == 5
    for source in logs:
        name = source["source"].removeprefix("evidence/")
        recorded = facts["evidence"][name]
        assert (source["lines"], source["bytes"]) == (recorded["lines"], recorded["bytes"]), name
        kept = source["record_lines"] + source["continuation_lines"] + source["unparsed_lines"]
        assert kept == source["lines"], name
        assert source["unparsed_lines"] == 0, name


def test_every_request_that_was_sent_is_in_the_access_log_with_what_its_client_saw(
    drill: tuple[Path, dict[str, Any], pd.DataFrame],
) -> None:
    _, facts, rows = drill
    load, access = facts["load"], of(rows, "nginx-access.log")
    assert load["planned"] - load["never_sent"] == load["sent"] - load["retries"]
    # Nothing failed before nginx could see it: a refused connection would be in no log.
    assert not [error for error in load["without_answer"] if error.startswith(("connection", "protocol"))]
    assert len(access) == load["sent"]
    statuses = Counter(str(status) for status in access["status"])
    assert statuses.pop(str(CLIENT_LEFT), 0) == load["without_answer"].get("timeout", 0)
    assert statuses == load["statuses"]
    assert (access["status"] >= CLIENT_LEFT).sum() == load["failed"]
    assert (access["extra"].astype(str) == "attempt=2").sum() == load["retries"]
    assert (access["method"] == "POST").sum() == load["posts"]
    assert access["client"].nunique() == load["clients"]
    assert access["duration_s"].max() == pytest.approx(load["longest_s"], abs=0.1)


def test_each_failure_is_within_a_second_of_where_its_client_saw_it(
    drill: tuple[Path, dict[str, Any], pd.DataFrame],
) -> None:
    _, facts, rows = drill
    access = of(rows, "nginx-access.log")
    bad = access[access["status"] >= CLIENT_LEFT].sort_values("time")
    began = instant(facts["load"]["first_sent"]).floor("s")
    # The access log keeps whole seconds, of the instant at which nginx was done; so do the truth's counts.
    seen = [second for second, _, count in facts["load"]["by_second"] for _ in range(count)]
    logged = [round((time - began).total_seconds()) for time in bad["time"]]
    assert len(seen) == len(logged)
    assert max(abs(a - b) for a, b in zip(seen, logged, strict=True)) <= 1


def test_the_first_and_the_last_failure_are_found(drill: tuple[Path, dict[str, Any], pd.DataFrame]) -> None:
    folder, facts, rows = drill
    second = pd.Timedelta("1s")
    fault, access = instant(facts["fault"]["time"]), of(rows, "nginx-access.log")
    bad = access[(access["status"] >= CLIENT_LEFT) & (access["time"] >= fault.floor("s"))]
    first, last = instant(facts["load"]["first_failure_after_the_fault"]), instant(facts["load"]["last_failure"])
    assert abs(bad["time"].min() - first) <= second
    assert abs(bad["time"].max() - last) <= second
    if "database" in folder.name:
        # A pool runs dry after a while; a database that is gone is gone at once.
        assert abs(bad["time"].min() - fault) <= second
    hit = bad["client"].nunique()
    assert hit == facts["load"]["clients_with_failures_after_the_fault"]


def test_every_source_lies_inside_the_recording(drill: tuple[Path, dict[str, Any], pd.DataFrame]) -> None:
    """A zone that is read wrongly would put a file an hour beside it."""
    _, facts, rows = drill
    low = instant(facts["load"]["first_sent"]) - pd.Timedelta("15s")
    high = instant(facts["load"]["last_answered"]) + pd.Timedelta("15s")
    for name, one in rows.groupby("source", observed=True):
        assert one["time"].between(low, high).all(), name


def test_orders_in_the_applications_log_are_those_that_clients_placed(
    drill: tuple[Path, dict[str, Any], pd.DataFrame],
) -> None:
    _, facts, rows = drill
    application = of(rows, "application.log")
    numbers = application["message"].astype(str).str.extract(r"^order (\d+) placed")[0].dropna()
    assert numbers.is_unique
    # The shop may place an order whose client left before it heard.
    left = (
        (of(rows, "nginx-access.log")["status"] == CLIENT_LEFT) & (of(rows, "nginx-access.log")["method"] == "POST")
    ).sum()
    assert facts["load"]["orders_placed"] <= len(numbers) <= facts["load"]["orders_placed"] + left


def test_metrics_are_read_as_prometheus_answered() -> None:
    """Every sample of every answer, counted and valued with the standard library; an absent step has no row."""
    for folder in FOLDERS:
        facts, found = truth(folder), read_metrics(read_incident(folder))
        answers = {
            f"evidence/metrics/{path.name}": [
                (float(time), float(value))
                for series in json.loads(path.read_bytes())["data"]["result"]
                for time, value in series["values"]
            ]
            for path in sorted((folder / "evidence" / "metrics").iterdir())
        }
        assert sorted(found["source"].unique()) == sorted(answers)
        for name, samples in answers.items():
            rows = found[found["source"] == name]
            read = sorted(zip(rows["time"].map(lambda t: t.timestamp()), rows["value"].astype(str), strict=True))
            assert read == sorted((time, str(value)) for time, value in samples), name

        # What was broken is seen within a scrape and a step, five seconds each.
        late = pd.Timedelta("10s")
        metric, value = ("shop_database_up", 0.0) if "database" in folder.name else ("shop_pool_size", 1.0)
        bad = found[(found["metric"] == metric) & (found["value"] == value)]["time"]
        assert instant(facts["fault"]["time"]) < bad.min() <= instant(facts["fault"]["done"]) + late
        assert instant(facts["repair"]["time"]) - late < bad.max() <= instant(facts["repair"]["done"]) + late


@each_drill
def test_alerts_and_notes_are_read_as_events(folder: Path) -> None:
    facts = truth(folder)
    with warnings.catch_warnings():
        # A body that says "firing" cannot tell the end; a later one does.
        warnings.simplefilter("ignore", EvidenceWarning)
        events = read_timeline([folder / "evidence" / "alerts", folder / "evidence" / "oncall-notes.md"])
    bodies = [json.loads(path.read_bytes()) for path in sorted((folder / "evidence" / "alerts").iterdir())]
    alerts = [alert for body in bodies for alert in body["alerts"]]
    told = events[events["source"].str.contains("webhook")]
    assert {instant(a["startsAt"]) for a in alerts} == set(told[told["kind"] == "alert"]["time"])
    ends = {instant(a["endsAt"]) for a in alerts if a["status"] == "resolved"}
    assert ends
    assert ends <= set(told["time"]) | set(told["end"])
    first = told[told["kind"] == "alert"]["time"].min()
    assert instant(facts["fault"]["time"]) < first <= instant(facts["page"]["arrived"])
    acknowledged = events[events["kind"] == "acknowledgement"]["time"]
    assert list(acknowledged) == [instant(facts["acknowledged"]).floor("s")]


# ---- what people wrote about it ------------------------------------------------------------------------------------


@each_drill
def test_the_milestones_lie_where_things_happened(folder: Path) -> None:
    facts, incident = truth(folder), read_incident(folder)
    second = pd.Timedelta("1s")

    def known(name: str) -> pd.Timestamp:
        found = incident.moment(name).time
        assert found is not None
        return pd.Timestamp(found)

    assert abs(known("malfunction_began") - instant(facts["fault"]["time"])) <= second
    assert abs(known("started") - instant(facts["load"]["first_failure_after_the_fault"])) <= second
    assert abs(known("acknowledged") - instant(facts["acknowledged"])) <= second
    assert instant(facts["fault"]["time"]) < known("detected") <= instant(facts["page"]["arrived"])
    assert instant(facts["repair"]["time"]) - second <= known("mitigated") <= instant(facts["repair"]["done"]) + second
    # Slow reports fail now and then in quiet times too, so the last failure of all may be a later one.
    assert (
        instant(facts["repair"]["time"]) - second <= known("restored") <= instant(facts["repair"]["done"]) + 5 * second
    )
    assert abs(known("resolved") - instant(facts["closed"])) <= second


# ---- recording again -----------------------------------------------------------------------------------------------


def test_a_missing_server_and_a_wrong_name_are_told_in_two_lines() -> None:
    code = (
        f"import sys; sys.path.insert(0, {str(RECORDER)!r})\n"
        "import plan, stack\n"
        "stack.PACKAGES = {'no-such-server': 'no-such-package'}\n"
        "try:\n    stack.check(plan.PLANS[0])\nexcept stack.Missing as missing:\n    print(missing)\n"
    )
    said = subprocess.run([sys.executable, "-B", "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert said.stdout.splitlines() == [
        "no-such-server is not installed here",
        "To fix: apt-get install no-such-package",
    ]
    wrong = [sys.executable, "-B", str(RECORDER), "no-such-drill"]
    said = subprocess.run(wrong, capture_output=True, text=True, timeout=60, check=False)
    assert said.returncode == 2
    what, fix = said.stderr.splitlines()
    assert "no-such-drill" in what
    assert fix.startswith("To fix: ")


@pytest.mark.slow
def test_the_drills_can_be_recorded_again(tmp_path: Path) -> None:
    """A rehearsal of a minute and a half, where the servers are installed; its counts reconcile as the shipped ones'."""
    command = [str(RECORDER / "run.sh"), "--rehearse", "--into", str(tmp_path), "--truth", str(tmp_path)]
    command += ["--prefix", str(tmp_path / "srv")] if os.getuid() else []
    done = subprocess.run(command, capture_output=True, text=True, timeout=400, check=False)
    if done.returncode == 2:
        pytest.skip(" ".join(done.stderr.splitlines()[:2]))
    assert done.returncode == 0, done.stderr
    for place in tmp_path.glob("drill-*.json"):
        load = json.loads(place.read_text(encoding="utf-8"))["load"]
        access = read_logs(tmp_path / place.stem / "evidence" / "nginx-access.log")
        assert len(access) == load["sent"]
        assert (access["status"] >= CLIENT_LEFT).sum() == load["failed"] > 0
