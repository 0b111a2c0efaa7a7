"""The commands: what they print where, and how they end. What they do is tested where it is done."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from incident_analysis.cli import main

ROOT = Path(__file__).resolve().parents[1]


def command(*arguments: str, cwd: Path = ROOT, **more: Any) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(ROOT)} | more.pop("env", {})
    line = [sys.executable, "-m", "incident_analysis", *arguments]
    return subprocess.run(line, cwd=cwd, env=environment, capture_output=True, text=True, timeout=300, **more)


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Any:
    """Run a command in this process: (exit code, standard output, standard error)."""

    def run(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as stop:
            main(list(arguments))
        out, err = capsys.readouterr()
        return int(stop.value.code or 0), out, err

    return run


def incident(place: Path, name: str = "2026-03-07-made-up") -> Path:
    folder = place / "data" / "incidents" / name
    folder.mkdir(parents=True)
    text = f"id: {json.dumps(name)}\ntitle: Made up\nseverity: P5\ntimes: {{started: '2026-03-07T13:04:00Z'}}\n"
    (folder / "incident.yaml").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    "arguments, line, remedy",
    [
        (["rnu"], "incident-analysis: No such command 'rnu'", "did you mean 'run'?"),
        (["notebooks", "cpy"], "incident-analysis notebooks: No such command 'cpy'", "did you mean 'copy'?"),
        (
            ["run", "x", "--wrokers", "2"],
            "incident-analysis run: No such option: --wrokers",
            "did you mean '--workers'?",
        ),
        (["run", "x", "--worker", "2"], "incident-analysis run: No such option: --worker", "did you mean '--workers'?"),
        (["run"], "incident-analysis run: Missing argument", "`incident-analysis run --help` tells"),
        (["run", "x", "--timeout", "soon"], "incident-analysis run: Invalid value for '--timeout'", "--help"),
        (["run", "nowhere"], "nowhere: no such folder", "incident-analysis init nowhere"),
        (["run", "data/incidents/2017-01-31-gitlab-databse"], "no such folder", "'2017-01-31-gitlab-database'?"),
        (["run", "x", "-p", "level"], "-p: 'level' sets nothing", "NAME=VALUE"),
        (["run", "x", "-p", "levle=0.8"], "parameter levle: no notebook", "did you mean 'level'?"),
        (["run", "x", "-p", "public=true"], "parameter public", "leave it at false"),
        (["run", "x", "--only", "timelin"], "only: there is no notebook 'timelin'", "did you mean 'timeline'?"),
        (
            ["run", "x", "--as-of", "12:30"],
            "parameter as_of: '12:30' is a time without its date",
            "2017-01-31T23:27:00Z",
        ),
        (["run", "x", "--workers", "0"], "workers: 0 workers", "whole number from 1"),
        (["run", "x", "--timeout", "-1"], "timeout: a time limit of -1.0 s", "above 0"),
    ],
)
def test_wrong_use_is_two_lines_and_exit_code_2(said: Any, arguments: list[str], line: str, remedy: str) -> None:
    code, out, err = said(*arguments)
    assert (code, out) == (2, "")
    first, second = err.rstrip("\n").split("\n")
    assert line in first
    assert second.startswith("To fix: ")
    assert remedy in second


def test_a_traceback_is_shown_only_when_asked_for(said: Any) -> None:
    assert "Traceback" not in said("run", "nowhere")[2]
    code, _, err = said("run", "nowhere", "--traceback")
    assert code == 2
    assert "Traceback" in err
    assert err.rstrip().splitlines()[-2].startswith("nowhere: ")


def test_a_mistake_of_the_library_is_two_lines_too(said: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise RuntimeError("this\nbroke")

    monkeypatch.setattr("incident_analysis.incident.schema", broken)
    assert said("schema") == (
        1,
        "",
        "RuntimeError: this broke\nTo fix: this is a mistake of the library; --traceback shows where\n",
    )


def test_schema_is_the_json_schema(said: Any) -> None:
    code, out, err = said("schema")
    assert (code, err) == (0, "")
    made = json.loads(out)
    assert made["$schema"].startswith("https://json-schema.org/")
    assert {"id", "title", "severity", "times"} <= set(made["required"])


def test_no_command_shows_the_help_and_is_wrong_use(said: Any) -> None:
    code, _, err = said()
    assert code == 2
    assert "Commands:" in err


@pytest.mark.parametrize("words", [["--help"], ["run", "--help"], ["notebooks", "copy", "--help"]])
def test_help(said: Any, words: list[str]) -> None:
    code, out, _ = said(*words)
    assert code == 0
    assert out.startswith("Usage: incident-analysis")


def test_later_steps_have_no_stubs(said: Any) -> None:
    out = said("--help")[1]
    assert [name for name in ("check", "diff", "trends") if f"\n  {name} " in out] == []
    assert [name for name in ("--cluster", "--public", "--final") if name in said("run", "--help")[1]] == []


def test_run_prints_a_line_for_each_notebook_and_last_the_page(tmp_path: Path) -> None:
    place = incident(tmp_path, "2026 Störung")
    first = command("run", str(place.relative_to(tmp_path)), "--only", "timeline", cwd=tmp_path)
    assert first.returncode == 0, first.stderr
    page = tmp_path / "reports" / "2026 Störung" / "postmortem.html"
    lines = first.stdout.splitlines()
    assert lines[0].split("\t")[:3] == ["2026 Störung", "timeline", "ok"]
    assert Path(lines[-1]).resolve() == page
    assert page.exists()
    assert first.stderr.splitlines()[0] == "[1/1] 2026 Störung timeline ok"
    # By its id, from a folder below, and unchanged.
    second = command("run", "2026 Störung", "--only", "timeline", "--json", cwd=place)
    (row,) = json.loads(second.stdout)
    assert (row["status"], row["executed"]) == ("ok", False)
    assert Path(row["report"]) == page
    assert second.stderr == ""


def test_one_failed_incident_of_several_is_named_and_exit_code_1(tmp_path: Path) -> None:
    good, bad = incident(tmp_path, "good"), incident(tmp_path, "bad")
    (bad / "incident.yaml").write_text("id: bad\ntitle: x\nseverity: P9\ntimes: {started: '2026-03-07T13:04:00Z'}\n")
    pattern = str(good.parent / "*")  # as on a shell that does not unfold patterns
    run = command("run", pattern, "--only", "timeline", "--out", "out", cwd=tmp_path)
    assert run.returncode == 1
    assert [line.split("\t")[:3] for line in run.stdout.splitlines()[:2]] == [
        ["good", "timeline", "ok"],
        ["bad", "-", "failed"],
    ]
    assert run.stderr.splitlines()[-1] == "1 incident failed: bad"
    assert "P9" in run.stderr
    assert "To fix: " in run.stderr
    only = command("run", str(bad), "--out", "out", cwd=tmp_path)
    assert (only.returncode, only.stderr.count("\n")) == (2, 2)


def test_a_draft_with_a_misspelt_field_warns_and_runs(tmp_path: Path) -> None:
    place = incident(tmp_path)
    with (place / "incident.yaml").open("a") as stream:
        stream.write("servises: [shop]\n")
    run = command("run", str(place), "--only", "timeline", cwd=tmp_path)
    assert run.returncode == 0, run.stderr
    warning = [line for line in run.stderr.splitlines() if line.startswith("Warning: ")]
    assert len(warning) == 1
    assert "servises" in warning[0]
    assert "services" in run.stderr


def test_doctor_finds_a_kernel_and_says_what_is_wrong(said: Any) -> None:
    code, out, _ = said("doctor", "--json")
    rows = {row["check"]: row for row in json.loads(out)}
    assert rows["kernel"]["ok"], rows["kernel"]["found"]
    assert rows["python"]["found"].endswith(sys.executable)
    assert {"font", "time zones", "writing"} <= set(rows)
    assert code == (0 if all(row["ok"] for row in rows.values()) else 1)
    assert all(bool(row["remedy"]) != row["ok"] for row in rows.values())


def test_a_reader_that_stops_reading_is_no_failure() -> None:
    run = subprocess.run(
        f"{sys.executable} -m incident_analysis schema | head -1",
        shell=True,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (run.stdout, run.stderr) == ("{\n", "")


@pytest.mark.slow
def test_demo_writes_the_gitlab_report_anywhere(tmp_path: Path) -> None:
    run = command("demo", "--out", "my reports", cwd=tmp_path)
    assert run.returncode == 0, run.stderr
    page = tmp_path / "my reports" / "2017-01-31-gitlab-database" / "postmortem.html"
    assert (tmp_path / run.stdout.splitlines()[-1]).resolve() == page
    assert "GitLab" in page.read_text(encoding="utf-8")
