"""What the wheel and the sdist hold: the package, the notebooks, one case and its register, and nothing else of these
folders."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGED = "incident_analysis/_packaged/"
# The contract, written by hand: adding a file to the wheel is a decision, not an accident.
EXPECTED = {
    "notebooks/consequences.ipynb",
    "notebooks/log_analysis.ipynb",
    "notebooks/postmortem.ipynb",
    "notebooks/risk_analysis.ipynb",
    "notebooks/timeline.ipynb",
    "notebooks/trends.ipynb",
    "data/incidents/2017-01-31-gitlab-database/incident.yaml",
    "data/risk_register.yaml",
}


def build(kind: str, *, source: Path, into: Path) -> Path:
    """Build without an environment of its own, so that no network is needed."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", str(into)]
    run = subprocess.run(command, cwd=source, capture_output=True, text=True, timeout=300)
    assert run.returncode == 0, run.stdout + run.stderr
    (built,) = into.glob("*.whl" if kind == "wheel" else "*.tar.gz")
    return built


def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return {name for name in archive.namelist() if not name.endswith("/")}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("wheel", source=ROOT, into=tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sdist, unpacked."""
    place = tmp_path_factory.mktemp("sdist")
    with tarfile.open(build("sdist", source=ROOT, into=place)) as archive:
        archive.extractall(place, filter="data")
    (folder,) = (path for path in place.iterdir() if path.is_dir())
    return folder


def test_the_wheel_holds_these_notebooks_and_data_and_no_others(wheel: Path) -> None:
    assert {name.removeprefix(PACKAGED) for name in names(wheel) if name.startswith(PACKAGED)} == EXPECTED


def test_what_is_packaged_is_what_the_clone_holds(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        for name in sorted(EXPECTED):
            assert archive.read(PACKAGED + name) == (ROOT / name).read_bytes(), name


def test_the_wheel_holds_the_whole_package_and_nothing_beside_it(wheel: Path) -> None:
    held = {name for name in names(wheel) if not name.startswith(PACKAGED)}
    ours = {name for name in held if ".dist-info/" not in name}
    on_disk = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "incident_analysis").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert ours == on_disk
    assert "incident_analysis/py.typed" in ours
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in held)


def test_the_sdist_builds_the_same_wheel(wheel: Path, unpacked: Path, tmp_path: Path) -> None:
    again = build("wheel", source=unpacked, into=tmp_path)
    assert names(again) == names(wheel)


def test_the_sdist_holds_sources_and_nothing_that_was_made(unpacked: Path) -> None:
    held = {path.relative_to(unpacked).as_posix() for path in unpacked.rglob("*") if path.is_file()}
    assert held >= {"LICENSE", "README.md", "pyproject.toml", "tests/test_wheel.py", *EXPECTED}
    tops = {name.partition("/")[0] for name in held}
    assert tops.isdisjoint({"gallery", ".venv", ".venv-lab", "build", "dist"})
    assert [name for name in held if name.startswith("reports/")] == ["reports/README.md"]


def made(reports: Path) -> dict[str, bytes]:
    """What a run promises to repeat byte for byte: all but the executed notebooks and the records of the runs."""
    return {
        path.relative_to(reports).as_posix(): path.read_bytes()
        for path in reports.rglob("*")
        if path.is_file() and path.suffix != ".ipynb" and not path.name.endswith(".status.json")
    }


@pytest.mark.slow
def test_the_installed_package_writes_outside_the_clone_what_the_clone_writes(wheel: Path, tmp_path: Path) -> None:
    """The wheel is unpacked and put before everything else on the path; the kernels that it starts inherit that."""
    place, work, clone = tmp_path / "installed", tmp_path / "work", tmp_path / "clone"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(place)
    work.mkdir()
    world = {**os.environ, "PYTHONPATH": str(place)}
    where = [sys.executable, "-c", "import incident_analysis; print(incident_analysis.__file__)"]
    found = subprocess.run(where, cwd=work, env=world, capture_output=True, text=True, check=True).stdout
    assert Path(found.strip()).is_relative_to(place)

    module = [sys.executable, "-m", "incident_analysis"]
    demo = subprocess.run([*module, "demo"], cwd=work, env=world, capture_output=True, text=True, timeout=300)
    assert demo.returncode == 0, demo.stdout + demo.stderr
    assert demo.stdout.splitlines()[-1] == "reports/2017-01-31-gitlab-database/postmortem.html"

    command = [*module, "run", "data/incidents/2017-01-31-gitlab-database", "--out", str(clone)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert run.returncode == 0, run.stdout + run.stderr
    ours, theirs = made(clone), made(work / "reports")
    assert len(ours) > 40
    assert sorted(ours) == sorted(theirs)
    assert [name for name in ours if ours[name] != theirs[name]] == []
