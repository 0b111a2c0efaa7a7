"""Notebooks over several incidents: one truthful row each, the others go on, and nothing is run twice without need."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from incident_analysis import batch
from incident_analysis.errors import (
    IncidentAnalysisError,
    IncidentFileError,
    NotebookError,
    ParameterError,
    PathError,
)

ROOT = Path(__file__).resolve().parents[1]
PARAMETERS = 'incident = "x"\nreport = None\nlevel = 0.9\nseed = 1\nas_of = None\npublic = False\nword = ""'
# Records two findings as the shipped notebooks do, but imports nothing heavy: these tests start many kernels.
RECORDS = """import json
from incident_analysis import files
told = files.read_text(incident + "/incident.yaml")
fields = dict.fromkeys(["estimates", "table"]) | dict.fromkeys(["charts", "evidence", "notes"], []) | {"place": 0}
for id in ["made", *(["periods"] if "periods" in told else [])]:
    fields |= {"id": id, "section": "timeline", "question": "?", "sentence": f"Made up: {word}."}
    files.write_text(f"{report}/findings/{id}.json", json.dumps(fields))
"""


def notebook(folder: Path, name: str, *sources: str) -> Path:
    folder.mkdir(exist_ok=True)
    cells: list[dict[str, Any]] = [
        {"cell_type": "code", "metadata": {"tags": tags}, "source": source, "outputs": [], "execution_count": None}
        for source, tags in [(PARAMETERS, ["parameters"]), *((s, []) for s in sources)]
    ]
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    path = folder / f"{name}.ipynb"
    path.write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    return path


def incident(place: Path, name: str, more: str = "") -> Path:
    folder = place / "data" / "incidents" / name
    folder.mkdir(parents=True)
    text = f"id: {json.dumps(name)}\ntitle: Made up\nseverity: P5\ntimes: {{started: '2026-03-07T13:04:00Z'}}\n{more}"
    (folder / "incident.yaml").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def notebooks(tmp_path: Path) -> Path:
    return notebook(tmp_path / "notebooks", "fine", RECORDS).parent


def states(rows: pd.DataFrame) -> dict[tuple[str, str], str]:
    return {(row.incident_id, row.notebook): row.status for row in rows.itertuples()}


def bytes_of(folder: Path) -> dict[str, bytes]:
    """Everything that has to be the same again: not the executed notebooks and the status files, which hold times."""
    left_out = ("notebooks/", "report.status.json")
    found = {p.relative_to(folder).as_posix(): p for p in sorted(folder.rglob("*")) if p.is_file()}
    return {name: p.read_bytes() for name, p in found.items() if not any(part in name for part in left_out)}


def test_faults_cost_one_row_each_and_the_others_go_on(tmp_path: Path, notebooks: Path) -> None:
    notebook(notebooks, "raises", "1/0")
    notebook(notebooks, "dies", "import os; os._exit(3)")
    notebook(notebooks, "exits", "import sys; sys.exit(0)", "1")
    notebook(notebooks, "hangs", "import time; time.sleep(99)" if sys.platform else "")
    out = tmp_path / "out"
    place = incident(tmp_path, "one")
    rows = batch.run(place, out=out, notebooks=notebooks, timeout=8)
    expected = {"fine": "ok", "raises": "failed", "dies": "died", "exits": "exited", "hangs": "timed_out"}
    assert {name: status for (_, name), status in states(rows).items()} == expected
    for name, status in expected.items():
        record = json.loads((out / "one" / "notebooks" / f"{name}.status.json").read_text())
        assert record["status"] == status
        assert (record["error"] == "") == (status == "ok")
        assert record["error"].count("\n") == (0 if status == "ok" else 1)
        assert (out / "one" / "notebooks" / f"{name}.ipynb").exists() == (status == "ok")
        assert (out / "one" / "notebooks" / f"{name}.failed.ipynb").exists() == (status != "ok")
    # The report is written from what there is, and the index after it.
    assert rows["report"].unique().tolist() == [str(out / "one" / "postmortem.html")]
    assert Path(rows.attrs["index"]) == out / "index.html"
    assert (out / "one" / "postmortem.html").exists()


def test_a_second_run_executes_what_changed_and_nothing_else(tmp_path: Path, notebooks: Path) -> None:
    places, out = [incident(tmp_path, "one"), incident(tmp_path, "two")], tmp_path / "out"

    def executed(**more: Any) -> list[str]:
        rows = batch.run(places, out=out, notebooks=notebooks, **more)
        assert set(rows["status"]) == {"ok"}
        return rows.loc[rows["executed"], "incident_id"].tolist()

    assert executed() == ["one", "two"]
    before = bytes_of(out)
    assert executed() == []
    assert bytes_of(out) == before
    (places[1] / "evidence").mkdir()
    (places[1] / "evidence" / "a.log").write_text("x\n")
    assert executed() == ["two"]
    (out / "one" / "findings" / "made.json").unlink()
    assert executed() == ["one"]
    assert executed() == []


@pytest.mark.slow
def test_what_else_makes_a_run_necessary(tmp_path: Path, notebooks: Path) -> None:
    notebook(notebooks, "other", RECORDS)
    place, out = incident(tmp_path, "one"), tmp_path / "out"

    def executed(**more: Any) -> list[str]:
        rows = batch.run(place, out=out, notebooks=notebooks, **more)
        return rows.loc[rows["executed"], "notebook"].tolist()

    assert executed() == ["fine", "other"]
    notebook(notebooks, "other", RECORDS, "'more'")
    assert executed() == ["other"]
    assert executed(parameters={"word": "x"}) == ["fine", "other"]
    assert executed(parameters={"word": "x"}) == []
    assert executed(parameters={"word": "x"}, force=True, only="fine") == ["fine"]


def test_an_unchanged_run_starts_no_process(tmp_path: Path, notebooks: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place, out = incident(tmp_path, "one"), tmp_path / "out"
    batch.run(place, out=out, notebooks=notebooks)

    def started(*arguments: Any, **more: Any) -> None:
        raise AssertionError("a process was started")

    monkeypatch.setattr(subprocess, "Popen", started)
    rows = batch.run(place, out=out, notebooks=notebooks)
    assert rows["executed"].tolist() == [False]
    assert rows["status"].tolist() == ["ok"]


def test_a_page_that_was_changed_is_written_again_without_a_kernel(tmp_path: Path, notebooks: Path) -> None:
    place, out = incident(tmp_path, "one"), tmp_path / "out"
    batch.run(place, out=out, notebooks=notebooks)
    before = bytes_of(out)
    (out / "one" / "postmortem.md").write_text("changed")
    rows = batch.run(place, out=out, notebooks=notebooks)
    assert not rows["executed"].any()
    assert bytes_of(out) == before


def test_a_failed_run_keeps_the_good_output_of_before(tmp_path: Path, notebooks: Path) -> None:
    place, out = incident(tmp_path, "one"), tmp_path / "out"
    batch.run(place, out=out, notebooks=notebooks)
    folder = out / "one"
    good, findings = (folder / "notebooks" / "fine.ipynb").read_bytes(), bytes_of(folder / "findings")
    assert findings
    notebook(notebooks, "fine", "1/0")
    rows = batch.run(place, out=out, notebooks=notebooks)
    assert rows["status"].tolist() == ["failed"]
    assert (folder / "notebooks" / "fine.ipynb").read_bytes() == good
    assert bytes_of(folder / "findings") == findings
    assert json.loads((folder / "notebooks" / "fine.status.json").read_text())["status"] == "failed"
    notebook(notebooks, "fine", RECORDS)
    assert batch.run(place, out=out, notebooks=notebooks)["status"].tolist() == ["ok"]
    assert not (folder / "notebooks" / "fine.failed.ipynb").exists()
    assert bytes_of(folder / "findings") == findings


def test_a_finding_that_is_not_made_again_leaves_the_report(tmp_path: Path, notebooks: Path) -> None:
    place = incident(tmp_path, "one", "periods:\n- {started: '2026-03-07T13:04:00Z', ended: '2026-03-07T14:04:00Z'}\n")
    out = tmp_path / "out"
    batch.run(place, out=out, notebooks=notebooks)
    assert (out / "one" / "findings" / "periods.json").exists()
    text = (place / "incident.yaml").read_text()
    (place / "incident.yaml").write_text(text[: text.index("periods")])
    batch.run(place, out=out, notebooks=notebooks)
    fresh = tmp_path / "fresh"
    batch.run(place, out=fresh, notebooks=notebooks)
    assert not (out / "one" / "findings" / "periods.json").exists()
    assert bytes_of(out) == bytes_of(fresh)
    assert list(out.rglob(".*")) == []


@pytest.mark.slow
def test_the_number_of_workers_changes_no_byte(tmp_path: Path, notebooks: Path) -> None:
    places = [incident(tmp_path, name) for name in ("one", "two", "three")]
    for workers in (1, 3):
        rows = batch.run(places, out=tmp_path / f"out{workers}", notebooks=notebooks, workers=workers)
        assert rows["incident_id"].tolist() == ["one", "two", "three"]
    assert bytes_of(tmp_path / "out1") == bytes_of(tmp_path / "out3")


def test_one_bad_incident_of_several_is_a_row(tmp_path: Path, notebooks: Path) -> None:
    good, bad = incident(tmp_path, "good"), incident(tmp_path, "bad")
    (bad / "incident.yaml").write_text("id: [")
    rows = batch.run([bad, good, tmp_path / "nowhere"], out=tmp_path / "out", notebooks=notebooks)
    found = states(rows)
    assert found == {("good", "fine"): "ok", ("bad", ""): "failed", ("nowhere", ""): "failed"}
    errors = rows[rows["status"] == "failed"]["error"]
    assert errors.str.count("\nTo fix: ").tolist() == [1, 1]


def test_the_only_incident_that_is_bad_raises(tmp_path: Path, notebooks: Path) -> None:
    bad = incident(tmp_path, "bad")
    (bad / "incident.yaml").write_text("id: [")
    with pytest.raises(IncidentFileError):
        batch.run(bad, out=tmp_path / "out", notebooks=notebooks)
    with pytest.raises(PathError, match="no such folder"):
        batch.run(tmp_path / "nowhere", out=tmp_path / "out", notebooks=notebooks)


def test_two_incidents_of_one_id_do_not_share_a_report(tmp_path: Path, notebooks: Path) -> None:
    first = incident(tmp_path / "a", "same")
    second = incident(tmp_path / "b", "same")
    with pytest.raises(ParameterError, match="has the id same"):
        batch.run([first, second], out=tmp_path / "out", notebooks=notebooks)


def test_a_folder_of_incidents_means_all_of_them_each_once(tmp_path: Path, notebooks: Path) -> None:
    first = incident(tmp_path, "one")
    incident(tmp_path, "two")
    rows = batch.run([first.parent, first], out=tmp_path / "out", notebooks=notebooks, only=["fine"])
    assert rows["incident_id"].tolist() == ["one", "two"]


def test_spaces_and_letters_of_other_languages(tmp_path: Path, notebooks: Path) -> None:
    place = incident(tmp_path / "my incidents", "2026 Störung – 障害")
    rows = batch.run(place, out=tmp_path / "Berichte für alle", notebooks=notebooks)
    assert rows["status"].tolist() == ["ok"]
    assert Path(rows["report"][0]).exists()


@pytest.mark.parametrize(
    "more, what",
    [
        ({"parameters": {"levle": 0.8}}, "did you mean 'level'?"),
        ({"parameters": {"public": True}}, "leave it at false"),
        ({"parameters": {"level": 90}}, "0.9, not 90"),
        ({"only": "fnie"}, "did you mean 'fine'?"),
        ({"only": ""}, "use fine"),
        ({"workers": 0}, "whole number from 1"),
        ({"timeout": 0}, "above 0"),
        ({"timeout": float("nan")}, "above 0"),
        ({"level": 1}, "0.9, not 90"),
        ({"seed": -1}, "whole number from 0"),
        ({"as_of": "2017"}, "2017-01-31T23:27:00Z"),
    ],
)
def test_wrong_use_stops_before_a_kernel_starts(
    tmp_path: Path, notebooks: Path, monkeypatch: pytest.MonkeyPatch, more: dict[str, Any], what: str
) -> None:
    monkeypatch.setattr(subprocess, "Popen", None)
    with pytest.raises(ParameterError) as error:
        batch.run(incident(tmp_path, "one"), out=tmp_path / "out", notebooks=notebooks, **more)
    assert what in error.value.remedy
    assert not (tmp_path / "out" / "one").exists()


def test_a_place_that_cannot_be_written(tmp_path: Path, notebooks: Path) -> None:
    (tmp_path / "out").write_text("a file, not a folder")
    with pytest.raises(PathError, match="cannot be made"):
        batch.run(incident(tmp_path, "one"), out=tmp_path / "out", notebooks=notebooks)


def test_a_report_that_cannot_be_written_is_a_row_of_its_own(tmp_path: Path, notebooks: Path) -> None:
    page = tmp_path / "out" / "one" / "postmortem.md"
    page.mkdir(parents=True)
    rows = batch.run(incident(tmp_path, "one"), out=tmp_path / "out", notebooks=notebooks)
    assert states(rows) == {("one", "fine"): "ok", ("one", "report"): "failed"}
    assert str(page) in rows["error"][1]
    assert "\nTo fix: " in rows["error"][1]
    page.rmdir()
    rows = batch.run(tmp_path / "data" / "incidents", out=tmp_path / "out", notebooks=notebooks)
    assert rows[["notebook", "status", "executed"]].to_numpy().tolist() == [["fine", "ok", False]]
    assert page.is_file()


def test_parameters_reach_the_notebook(tmp_path: Path, notebooks: Path) -> None:
    notebook(notebooks, "says", "print(repr([level, seed, as_of, word]))")
    rows = batch.run(
        incident(tmp_path, "one"),
        out=tmp_path / "out",
        notebooks=notebooks,
        only="says",
        parameters={"word": "00123", "level": 0.5},
        as_of="2026-03-08T00:00:00Z",
        seed=7,
    )
    text = json.dumps(json.loads(Path(rows["output"][0]).read_text())["cells"][-1]["outputs"])
    assert "[0.5, 7, '2026-03-08T00:00:00Z', '00123']" in text


def test_a_worker_that_dies_costs_one_row(tmp_path: Path, notebooks: Path) -> None:
    # The kernel's parent is the worker.
    notebook(
        notebooks, "a_killer", "import os, signal; os.kill(os.getppid(), signal.SIGKILL)", "import time; time.sleep(9)"
    )
    rows = batch.run(incident(tmp_path, "one"), out=tmp_path / "out", notebooks=notebooks)
    assert states(rows) == {("one", "a_killer"): "died", ("one", "fine"): "ok"}
    assert "the worker process ended" in rows["error"][0]
    assert (tmp_path / "out" / "one" / "postmortem.html").exists()


def test_run_incident_gives_the_page_and_names_what_failed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = incident(tmp_path, "one")
    folder = notebook(tmp_path / "nb", "fine", RECORDS).parent
    monkeypatch.setattr("incident_analysis.files.notebooks", lambda: folder)
    assert batch.run_incident(place) == tmp_path / "reports" / "one" / "postmortem.html"
    notebook(folder, "raises", "1/0")
    with pytest.raises(NotebookError, match="division by zero") as error:
        batch.run_incident(place)
    assert "raises.failed.ipynb" in error.value.remedy


# ---- Ctrl-C --------------------------------------------------------------------------------------------------------

WAITS = """import os, pathlib, time
p = pathlib.Path(word); p.with_suffix('.new').write_text(str(os.getpid())); p.with_suffix('.new').replace(p)
time.sleep(300)"""


def _ended(pid: int) -> bool:
    for _ in range(100):
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except OSError:
            return True
        time.sleep(0.1)
    return False


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for processes in /proc")
@pytest.mark.parametrize("how", [signal.SIGINT, pytest.param(signal.SIGKILL, marks=pytest.mark.slow)])
def test_stopping_a_run_ends_its_kernels_and_leaves_nothing_half_done(
    tmp_path: Path, notebooks: Path, how: signal.Signals
) -> None:
    place, out, pid = incident(tmp_path, "one"), tmp_path / "out", tmp_path / "pid"
    batch.run(place, out=out, notebooks=notebooks)
    before = bytes_of(out)
    good = (out / "one" / "notebooks" / "fine.ipynb").read_bytes()
    notebook(notebooks, "fine", WAITS)
    code = f"""
from pathlib import Path
from incident_analysis import cli, files
files.notebooks = lambda: Path({str(notebooks)!r})
cli.main(["run", {str(place)!r}, "--out", {str(out)!r}, "-p", "word={pid}"])
"""
    # Tests that a shell runs in the background inherit that Ctrl-C is ignored; who runs a command does not.
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    for _ in range(300):
        if pid.exists():
            break
        time.sleep(0.1)
    kernel = int(pid.read_text())
    process.send_signal(how)
    said = process.communicate(timeout=30)[1]
    if how == signal.SIGINT:
        assert process.returncode == 130
        assert said.startswith("Stopped. ")
    else:
        assert process.returncode == -how
    assert _ended(kernel)
    # A killed run cannot tidy up itself: its worker does.
    for _ in range(100):
        if not list(out.rglob(".*")):
            break
        time.sleep(0.1)
    assert bytes_of(out) == before
    assert (out / "one" / "notebooks" / "fine.ipynb").read_bytes() == good
    record = json.loads((out / "one" / "notebooks" / "fine.status.json").read_text())
    assert record["status"] == "ok"  # of the run before: nothing is said about one that was stopped
    assert [p.name for p in out.rglob(".*")] == []


def test_errors_survive_the_way_between_processes(tmp_path: Path, notebooks: Path) -> None:
    notebook(notebooks, "fine", "import incident_analysis as ia\nia.read_incident('nowhere')")
    rows = batch.run(incident(tmp_path, "one"), out=tmp_path / "out", notebooks=notebooks)
    assert "nowhere: no such folder" in rows["error"][0]
    assert issubclass(PathError, IncidentAnalysisError)


@pytest.mark.slow
def test_an_unchanged_second_run_of_many_takes_little(tmp_path: Path, notebooks: Path) -> None:
    places = [incident(tmp_path, f"i{n:03d}") for n in range(20)]
    begun = time.monotonic()
    batch.run(places, out=tmp_path / "out", notebooks=notebooks)
    first = time.monotonic() - begun
    begun = time.monotonic()
    rows = batch.run(places, out=tmp_path / "out", notebooks=notebooks)
    assert not rows["executed"].any()
    assert time.monotonic() - begun < 0.05 * first


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="the superuser writes everywhere")
def test_a_folder_without_the_right_to_write(tmp_path: Path, notebooks: Path) -> None:
    out = tmp_path / "out"
    out.mkdir(mode=0o500)
    with pytest.raises(PathError, match="cannot be made"):
        batch.run(incident(tmp_path, "one"), out=out, notebooks=notebooks)
    shutil.rmtree(out, ignore_errors=True)
