"""The recipe for a new format, followed to the letter in a copy of the package: a file, a line, a test, a sample."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RECIPE = ROOT / "docs" / "recipes" / "new-format.md"
REGISTER = "incident_analysis/formats/logs/__init__.py"


def blocks() -> dict[str, str]:
    """The recipe's blocks by the path that the text around each names: the nearest one before it, or the one after."""
    text = RECIPE.read_text(encoding="utf-8")
    found = {}
    for block in re.finditer(r"^```(text|python|diff)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        if block[1] == "text":
            path = re.compile(r"`([\w/]+\.log)`").search(text, block.end())
            assert path is not None
            found[path[1]] = block[2]
        else:
            found[re.findall(r"`([\w/]+\.py)`", text[: block.start()])[-1]] = block[2]
    return found


def patched(text: str, diff: str) -> str:
    """A text with the lines that a diff adds, each at the one place that it names."""
    lines = [(line[0], line[1:]) for line in diff.splitlines()]
    old = "".join(f"{line}\n" for mark, line in lines if mark == " ")
    assert text.count(old) == 1
    assert {mark for mark, _ in lines} == {" ", "+"}
    return text.replace(old, "".join(f"{line}\n" for _, line in lines))


def test_the_recipe_is_one_file_one_line_one_test_and_one_sample(tmp_path: Path) -> None:
    shutil.copytree(
        ROOT / "incident_analysis", tmp_path / "incident_analysis", ignore=shutil.ignore_patterns("__pycache__")
    )
    shutil.copytree(ROOT / "tests" / "formats", tmp_path / "tests" / "formats", ignore=shutil.ignore_patterns("test_*"))
    given = blocks()
    assert sorted(given) == [
        REGISTER,
        "incident_analysis/formats/logs/till.py",
        "tests/data/logs/till.log",
        "tests/formats/test_till.py",
    ]
    diff = given.pop(REGISTER)
    assert len(re.findall(r"^\+", diff, re.MULTILINE)) == 1
    register = tmp_path / REGISTER
    register.write_text(patched(register.read_text(encoding="utf-8"), diff), encoding="utf-8")
    for path, text in given.items():
        assert not (tmp_path / path).exists()
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")

    world = {**os.environ, "PYTHONPATH": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"}
    where = [sys.executable, "-c", "import incident_analysis; print(incident_analysis.__file__)"]
    found = subprocess.run(where, cwd=tmp_path, env=world, capture_output=True, text=True, check=True).stdout
    assert Path(found.strip()).is_relative_to(tmp_path)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "--import-mode=importlib",
        f"--rootdir={tmp_path}",
    ]
    done = subprocess.run(
        [*command, "tests/formats/test_till.py"],
        cwd=tmp_path,
        env=world,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 passed" in done.stdout
