"""Formats of other people's packages: the example in docs/ installed beside this one, and packages that are broken."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from incident_analysis import formats
from incident_analysis.errors import IncidentAnalysisWarning

ROOT = Path(__file__).resolve().parents[1]
EXAMPLE = ROOT / "docs" / "example-plugin"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the example as pip installs it, without a network."""
    place = tmp_path_factory.mktemp("plugin")
    shutil.copytree(EXAMPLE, place / "source")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-index"]
    options = ["--no-deps", "--no-build-isolation", "--target", str(place / "site")]
    done = subprocess.run([*pip, *options, str(place / "source")], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return place / "site"


def ran(installed: Path, *arguments: str) -> Any:
    world = {**os.environ, "PYTHONPATH": os.pathsep.join([str(installed), str(ROOT)])}
    command = [sys.executable, "-m", "incident_analysis", *arguments, "--json"]
    done = subprocess.run(command, env=world, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_example_is_listed_and_read(installed: Path, tmp_path: Path) -> None:
    (row,) = [row for row in ran(installed, "formats") if row["name"] == "scale"]
    assert row["title"] == "Made-up scales"
    log = tmp_path / "night.log"
    log.write_text(
        "".join(f"<5> 2026-01-02 10:00:{i:02d} scale-3: {i} g\n" for i in range(8))
        + "<3> 2026-01-02 10:00:08 scale-3: overload\nnoise\n"
    )
    told = ran(installed, "logs", str(log), "--zone", "+02:00")
    assert told["sources"][0]["format"] == "scale"
    assert (told["rows"], told["unparsed"]) == (10, 1)
    assert told["first"] == "2026-01-02T08:00:00Z"


def test_without_it_nothing_knows_it() -> None:
    assert "scale" not in [form.name for form in formats.every()]


class Point:
    """An entry point that gives something, or fails."""

    value = "somewhere:THING"

    def __init__(self, name: str, given: Any) -> None:
        self.name, self.given = name, given

    def load(self) -> Any:
        if isinstance(self.given, Exception):
            raise self.given
        return self.given


@pytest.fixture
def fresh() -> Iterator[None]:
    """The list of formats made anew, and again afterwards."""
    formats.every.cache_clear()
    yield
    formats.every.cache_clear()


@pytest.mark.usefixtures("fresh")
@pytest.mark.parametrize(
    ("given", "said"),
    [
        (ImportError("no module of that name"), "ImportError: no module of that name"),
        (formats.logs.klog.FORMAT, "there is another format 'klog'"),
        (["not a format"], "gives str, not a Format"),
        (None, "TypeError"),
    ],
)
def test_a_broken_package_does_not_keep_logs_from_being_read(
    given: Any, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.metadata.entry_points", lambda group: [Point("theirs", given)])
    with pytest.warns(IncidentAnalysisWarning, match="'theirs'") as caught:
        assert formats.every() == (*formats.logs.FORMATS, *formats.events.FORMATS, *formats.metrics.FORMATS)
    assert said in str(caught[0].message)
