"""What several test files share: where the data is, and a made-up incident that may be edited."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import browser
import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parents[1]
#: The made-up incident that uses every part of an incident's folder (tests/data/README.md).
EXAMPLE = "2026-03-07-checkout"
GITLAB = "2017-01-31-gitlab-database"

# The same examples on every machine: a red test is red for everybody.
settings.register_profile("repeatable", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("repeatable")


@pytest.fixture(scope="session")
def root() -> Path:
    """The clone's folder."""
    return ROOT


@pytest.fixture(scope="session")
def shipped(root: Path) -> Path:
    """The folder of the shipped incidents."""
    return root / "data" / "incidents"


@pytest.fixture(scope="session")
def gitlab(shipped: Path) -> Path:
    """The shipped incident of GitLab's database, 31 January 2017."""
    return shipped / GITLAB


@pytest.fixture(scope="session")
def cases(root: Path) -> list[Path]:
    """The case files that the shipped incidents were made from, where the clone has them beside it."""
    found = sorted((root.parent / "shared" / "data" / "cases").glob("*.yaml"))
    if not found:
        pytest.skip("the case files are not beside this clone (../shared/data/cases)")
    return found


@pytest.fixture
def example(tmp_path: Path) -> Path:
    """A copy of the made-up incident in a project of its own, with its register: free to be edited."""
    return copy_example(tmp_path)


@pytest.fixture
def edited(example: Path) -> Callable[[str, str], Path]:
    """Replace a piece of the example's `incident.yaml`; the piece must stand there exactly once."""

    def edit(old: str, new: str) -> Path:
        file = example / "incident.yaml"
        text = file.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in the example"
        file.write_text(text.replace(old, new), encoding="utf-8")
        return example

    return edit


def copy_example(into: Path) -> Path:
    """The made-up incident as `<into>/data/incidents/<id>`, the register as `<into>/data/risk_register.yaml`."""
    folder = into / "data" / "incidents" / EXAMPLE
    shutil.copytree(ROOT / "tests" / "data" / EXAMPLE, folder)
    shutil.copy(ROOT / "tests" / "data" / "risk_register.yaml", into / "data" / "risk_register.yaml")
    return folder


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a browser that runs without a screen; the test is skipped, with the reason, where there is none."""
    found = browser.find()
    if found is None:
        pytest.skip("no Chromium on this machine: install one (Debian: apt-get install chromium) or set CHROMIUM")
    return found
