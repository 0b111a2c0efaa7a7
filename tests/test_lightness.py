"""Importing the package, and asking a command for its help, loads nothing heavy: that is seconds, each time."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
HEAVY = ("pandas", "scipy", "matplotlib", "polars", "papermill")
COMMANDS = ("", "run", "init", "demo", "schema", "doctor", "trends", "notebooks", "notebooks copy")
LIGHT_ROOMS = ("errors", "words", "files", "yaml_text", "estimate", "document", "incident", "register")


def loaded(code: str) -> list[str]:
    """What of the heavy libraries a fresh Python has loaded after some lines of code."""
    end = f"\nimport sys\nprint('LOADED', *[name for name in {HEAVY!r} if name in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code + end], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert run.returncode == 0, run.stderr
    last = run.stdout.splitlines()[-1].split()
    assert last[:1] == ["LOADED"], run.stdout
    return last[1:]


def test_the_probe_sees_what_is_loaded() -> None:
    assert loaded("import matplotlib") == ["matplotlib"]


def test_importing_the_package_loads_nothing_heavy() -> None:
    assert loaded("import incident_analysis") == []


@pytest.mark.parametrize("room", LIGHT_ROOMS)
def test_a_light_room_loads_nothing_heavy(room: str) -> None:
    assert loaded(f"import incident_analysis.{room}") == []


@pytest.mark.parametrize("command", COMMANDS)
def test_help_loads_nothing_heavy(command: str) -> None:
    words = [*command.split(), "--help"]
    assert (
        loaded(f"""
import sys
sys.argv = ["incident-analysis", *{words!r}]
from incident_analysis.cli import main
try:
    code = main()
except SystemExit as stop:
    code = stop.code
assert not code, code
""")
        == []
    )
