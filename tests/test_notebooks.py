"""The shipped notebooks: short, without programs in them, and runnable by plain papermill."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from incident_analysis.batch import declared

ROOT = Path(__file__).resolve().parents[1]
NAMES = ("consequences", "log_analysis", "postmortem", "risk_analysis", "timeline", "trends")
GITLAB = "data/incidents/2017-01-31-gitlab-database"
# What every notebook declares, with its default: the contract with people who run them with papermill.
DECLARED = {"incident": GITLAB, "report": None, "level": 0.9, "seed": 1, "as_of": None, "public": False}
# What the logs' notebook takes besides.
OWN: dict[str, dict[str, Any]] = {
    "log_analysis": {"logs": None, "zone": None, "format": None, "every": "1min"},
    "trends": {"incidents": "data/incidents", "of": None, "by": None, "level": 0.95},
}
# Across incidents there is no one incident.
WITHOUT = {"trends": {"incident"}}
PROGRAM = (
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.Lambda,
    ast.For,
    ast.AsyncFor,
    ast.While,
    ast.If,
    ast.IfExp,
    ast.ListComp,
    ast.SetComp,
    ast.DictComp,
    ast.GeneratorExp,
    ast.Try,
    ast.With,
)


def book(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((ROOT / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8"))
    return found


def code(name: str) -> list[str]:
    return ["".join(c["source"]) for c in book(name)["cells"] if c["cell_type"] == "code"]


def test_these_are_the_notebooks() -> None:
    assert tuple(sorted(p.stem for p in (ROOT / "notebooks").glob("*.ipynb"))) == NAMES


@pytest.mark.parametrize("name", NAMES)
class TestEach:
    def test_declares_the_parameters_of_the_contract(self, name: str) -> None:
        contract = DECLARED | OWN.get(name, {})
        contract = {key: value for key, value in contract.items() if key not in WITHOUT.get(name, ())}
        assert declared(ROOT / "notebooks" / f"{name}.ipynb") == contract
        tagged = [c for c in book(name)["cells"] if "parameters" in c["metadata"].get("tags", [])]
        assert len(tagged) == 1
        lines = "".join(tagged[0]["source"]).splitlines()
        # Every parameter has its comment on the line before it.
        assert [line.startswith("#") for line in lines] == [True, False] * len(contract)

    def test_imports_in_one_cell(self, name: str) -> None:
        cells = [source for source in code(name) if "import" in source]
        assert cells == ["import incident_analysis as ia"]

    def test_holds_no_program(self, name: str) -> None:
        found = [type(node).__name__ for source in code(name) for node in ast.walk(ast.parse(source))]
        assert [kind for kind in found if kind in {p.__name__ for p in PROGRAM}] == []

    def test_cells_are_short(self, name: str) -> None:
        sources = code(name)
        assert [s for s in sources[1:] if len(s.splitlines()) > 4 or max(map(len, s.splitlines())) > 120] == []

    def test_no_outputs_are_kept(self, name: str) -> None:
        for cell in book(name)["cells"]:
            assert cell.get("outputs", []) == []
            assert cell.get("execution_count") is None
            assert set(cell["metadata"]) <= {"tags"}
        # Which Python and where somebody ran it last is nobody's business.
        assert book(name)["metadata"]["language_info"] == {"name": "python"}

    def test_the_last_cell_records_findings(self, name: str) -> None:
        assert book(name)["cells"][-1]["cell_type"] == "code"
        recording = [source for source in code(name) if "findings.record(" in source]
        assert recording == code(name)[-1:]

    def test_is_explained(self, name: str) -> None:
        cells = book(name)["cells"]
        assert cells[0]["cell_type"] == "markdown"
        assert "".join(cells[0]["source"]).startswith("# ")
        assert sum(c["cell_type"] == "markdown" for c in cells) >= 5

    def test_words_are_blameless(self, name: str) -> None:
        text = json.dumps(book(name)).lower()
        assert [word for word in ("root cause", "human error", "culprit", "mistake", "fault of") if word in text] == []


def papermill(name: str, out: Path, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Plain papermill, as somebody types it; the kernel is this interpreter's."""
    notebook = ROOT / "notebooks" / f"{name}.ipynb"
    line = [sys.executable, "-m", "papermill", os.path.relpath(notebook, cwd), str(out), "--no-progress-bar"]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "JUPYTER_PATH": str(Path(sys.prefix, "share", "jupyter"))}
    return subprocess.run([*line, *arguments], cwd=cwd, env=environment, capture_output=True, text=True, timeout=300)


@pytest.mark.parametrize(
    "name, place",
    [
        ("risk_analysis", "."),
        ("consequences", "notebooks"),
        pytest.param("consequences", ".", marks=pytest.mark.slow),
        pytest.param("risk_analysis", "notebooks", marks=pytest.mark.slow),
        pytest.param("timeline", "notebooks", marks=pytest.mark.slow),
        pytest.param("postmortem", ".", marks=pytest.mark.slow),
    ],
)
def test_plain_papermill_runs_it_from_the_root_and_from_its_folder(tmp_path: Path, name: str, place: str) -> None:
    report = tmp_path / "report"
    out = tmp_path / "out.ipynb"
    run = papermill(name, out, "-p", "incident", GITLAB, "-p", "report", str(report), cwd=ROOT / place)
    assert run.returncode == 0, run.stderr[-2000:]
    assert list((report / "findings").glob("*.json"))
    assert list((report / "charts").glob("*.png"))
    made = json.loads(out.read_text(encoding="utf-8"))
    said = [o for c in made["cells"] for o in c.get("outputs", [])]
    assert [o for o in said if o["output_type"] == "error" or o.get("name") == "stderr"] == []
    # Charts show themselves where they are drawn.
    assert any("image/png" in o.get("data", {}) for o in said)


@pytest.mark.slow
def test_a_report_for_the_public_is_refused_by_plain_papermill_too(tmp_path: Path) -> None:
    run = papermill("timeline", tmp_path / "o.ipynb", "-p", "public", "True", "-p", "report", str(tmp_path), cwd=ROOT)
    assert run.returncode != 0
    assert "not for the public" in run.stderr
    assert not (tmp_path / "findings").exists()
