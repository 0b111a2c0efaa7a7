"""The truth about one notebook's run, whatever papermill's own record says.

What papermill records was looked at with papermill 2.7: after a dead kernel or a time-out every cell is "completed" and
`exception` null, and `sys.exit(0)` in a cell is a success with a truncated notebook.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from incident_analysis.batch.execute import Outcome, execute, save

PARAMETERS = "x = 1"


def notebook(path: Path, *sources: str) -> Path:
    cells: list[dict[str, Any]] = [
        {"cell_type": "code", "metadata": {"tags": tags}, "source": source, "outputs": [], "execution_count": None}
        for source, tags in [(PARAMETERS, ["parameters"]), *((s, []) for s in sources)]
    ]
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    path.write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    return path


def executed(tmp_path: Path, *sources: str, timeout: float = 60) -> Outcome:
    return execute(notebook(tmp_path / "n.ipynb", *sources), {"x": 2}, timeout=timeout)


def cells(outcome: Outcome) -> list[dict[str, Any]]:
    assert outcome.text is not None
    return [c for c in json.loads(outcome.text)["cells"] if c["cell_type"] == "code"]


def printed(outcome: Outcome) -> str:
    return "".join("".join(o.get("text", "")) for c in cells(outcome) for o in c["outputs"])


def test_a_notebook_that_runs_to_its_end(tmp_path: Path) -> None:
    outcome = executed(tmp_path, "print(x)", "", "import sys; print(sys.executable)")
    assert (outcome.status, outcome.error) == ("ok", "")
    # The declared parameters, the injected ones, and the two cells that hold code; an empty cell has nothing to run.
    assert (outcome.cells_run, outcome.cells_total) == (4, 4)
    assert printed(outcome) == f"2\n{sys.executable}\n"


def test_a_cell_that_raises(tmp_path: Path) -> None:
    outcome = executed(tmp_path, "1/0", "print('after')")
    assert outcome.status == "failed"
    assert outcome.error == (
        "n.ipynb, cell 3 (1/0): ZeroDivisionError: division by zero\nTo fix: look at cell 3 of n.failed.ipynb"
    )
    assert (outcome.cells_run, outcome.cells_total) == (2, 4)


def test_an_error_of_the_library_keeps_its_remedy(tmp_path: Path) -> None:
    source = "from incident_analysis.errors import PathError\nraise PathError('no such file', remedy='look', where='p')"
    outcome = executed(tmp_path, source)
    assert outcome.error.endswith("p: no such file\nTo fix: look")


@pytest.mark.parametrize(
    "source, how",
    [
        ("import os; os._exit(3)", "(exit code 3)"),
        ("import os; os._exit(0)", "(exit code 0)"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "(signal 9, SIGKILL)"),
        pytest.param("import ctypes; ctypes.string_at(0)", "(signal 11, SIGSEGV)", marks=pytest.mark.slow),
    ],
)
def test_a_kernel_that_dies(tmp_path: Path, source: str, how: str) -> None:
    outcome = executed(tmp_path, source, "print('after')")
    assert outcome.status == "died"
    assert how in outcome.error
    assert outcome.error.count("\n") == 1
    assert (outcome.cells_run, outcome.cells_total) == (2, 4)
    # papermill says "completed" of all of them.
    assert [c["metadata"]["papermill"]["status"] for c in cells(outcome)] == [
        "completed",
        "completed",
        "failed",
        "pending",
    ]


def test_a_kernel_that_dies_in_the_last_cell(tmp_path: Path) -> None:
    assert executed(tmp_path, "import os; os._exit(0)").status == "died"


@pytest.mark.parametrize(
    "source",
    [
        "import sys; sys.exit(0)",
        pytest.param("raise SystemExit", marks=pytest.mark.slow),
        pytest.param("import sys; sys.exit('enough')", marks=pytest.mark.slow),
    ],
)
def test_a_cell_that_exits(tmp_path: Path, source: str) -> None:
    outcome = executed(tmp_path, source, "print('after')")
    assert outcome.status == "exited"
    assert outcome.cells_run < outcome.cells_total
    assert "after" not in printed(outcome)


def test_an_exit_in_the_last_cell_is_told_too(tmp_path: Path) -> None:
    assert executed(tmp_path, "import sys; sys.exit(0)").status == "exited"


def test_one_that_hangs_and_does_not_listen(tmp_path: Path) -> None:
    # An interrupt is not enough for it: papermill's own time-out would wait for ever.
    pid = tmp_path / "pid"
    stubborn = (
        f"import os, time; open({str(pid)!r}, 'w').write(str(os.getpid()))\n"
        "while True:\n    try:\n        time.sleep(60)\n    except KeyboardInterrupt:\n        pass"
    )
    begun = time.monotonic()
    outcome = executed(tmp_path, stubborn, "print('after')", timeout=4)
    assert outcome.status == "timed_out"
    assert "not done after 4 s" in outcome.error
    assert time.monotonic() - begun < 15
    assert not Path("/proc", pid.read_text()).exists() or sys.platform == "darwin"


def test_what_a_dead_kernel_started_ends_with_it(tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    source = f"import os, subprocess; p = subprocess.Popen(['sleep', '300']); open({str(pid)!r}, 'w').write(str(p.pid))"
    outcome = executed(tmp_path, source, "os._exit(1)")
    assert outcome.status == "died"
    child = int(pid.read_text())
    for _ in range(50):
        try:
            state = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return
        if state == "Z":  # ended, and not yet waited for by its new parent
            return
        time.sleep(0.1)
    os.kill(child, 9)
    raise AssertionError("the process that the kernel started is still running")


def test_a_notebook_that_papermill_cannot_take(tmp_path: Path) -> None:
    path = tmp_path / "n.ipynb"
    path.write_text("no notebook")
    outcome = execute(path, {}, timeout=30)
    assert (outcome.status, outcome.text) == ("failed", None)
    assert outcome.error.count("\n") == 1


def test_the_failed_notebook_says_what_happened_beside_the_cell(tmp_path: Path) -> None:
    outcome = executed(tmp_path, "print('before')", "1/0", "print('after')")
    assert outcome.text is not None
    every = json.loads(outcome.text)["cells"]
    assert "did not finish: failed" in "".join(every[4]["source"])
    assert "".join(every[3]["source"]) == "1/0"


SETTINGS = {
    "PYTHONHASHSEED": "7",
    "MPLBACKEND": "svg",
    "TZ": "Asia/Tokyo",
    "PYTHONSTARTUP": "/nonexistent",
    "PYTHONOPTIMIZE": "2",
    "OMP_NUM_THREADS": "8",
    "LC_ALL": "de_DE.UTF-8",
    "IPYTHONDIR": "/nonexistent",
    "JUPYTER_PATH": "/nonexistent",
    "PAPERMILL_X": "1",
}


def test_the_callers_environment_does_not_reach_results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "matplotlibrc").write_text("savefig.dpi: 7\n")
    for name, value in {**SETTINGS, "MATPLOTLIBRC": str(tmp_path), "MY_OWN": "kept"}.items():
        monkeypatch.setenv(name, value)
    names = [*SETTINGS, "MATPLOTLIBRC", "MY_OWN"]
    code = f"""
import os, time, json, sys, matplotlib, matplotlib.pyplot
matplotlib.use("agg")
seen = {{n: os.environ.get(n) for n in {names!r}}}
print(json.dumps([seen, time.tzname[0], sys.flags.hash_randomization, sys.flags.optimize, matplotlib.rcParams["savefig.dpi"]]))
"""
    outcome = executed(tmp_path, code.strip())
    assert outcome.status == "ok", outcome.error
    seen, zone, randomised, optimised, dpi = json.loads(printed(outcome))
    assert (zone, randomised, optimised, dpi) == ("UTC", 0, 0, "figure")
    assert seen["MY_OWN"] == "kept"
    assert [name for name in SETTINGS if seen[name] == SETTINGS[name]] == []


def test_another_python3_kernel_on_the_path_is_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = tmp_path / "kernels" / "python3"
    spec.mkdir(parents=True)
    argv = ["/bin/false", "{connection_file}"]
    (spec / "kernel.json").write_text(json.dumps({"argv": argv, "display_name": "other", "language": "python"}))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    outcome = executed(tmp_path, "import sys; print(sys.executable)")
    assert outcome.status == "ok", outcome.error
    assert printed(outcome) == f"{sys.executable}\n"


def test_a_failed_run_leaves_a_good_older_output_alone(tmp_path: Path) -> None:
    good = Outcome("ok", "", 1, 1, 1.0, "good\n")
    bad = Outcome("died", "a\nTo fix: b", 0, 1, 1.0, "bad\n")
    folder = tmp_path / "notebooks"
    assert save(good, report=tmp_path, notebook="n") == folder / "n.ipynb"
    assert save(bad, report=tmp_path, notebook="n") == folder / "n.failed.ipynb"
    assert {p.name: p.read_text() for p in folder.iterdir()} == {"n.ipynb": "good\n", "n.failed.ipynb": "bad\n"}
    save(good, report=tmp_path, notebook="n")
    assert {p.name: p.read_text() for p in folder.iterdir()} == {"n.ipynb": "good\n"}
