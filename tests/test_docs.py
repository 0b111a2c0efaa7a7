"""What the pages say is so: the README's lines run and print what it prints, its commands and targets exist, its links
lead somewhere, and the page of frames is the one that the code writes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from incident_analysis import frames
from incident_analysis.incident import parts

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
PAGES = sorted(
    [README, ROOT / "CHANGELOG.md", ROOT / "reports" / "README.md", *(ROOT / "docs").rglob("*.md")],
    key=lambda page: page.as_posix(),
)
COMMANDS = [
    "run",
    "init",
    "collect",
    "import",
    "demo",
    "logs",
    "trends",
    "formats",
    "schema",
    "doctor",
    "notebooks copy",
]


def _id(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def blocks(page: Path, language: str) -> list[str]:
    """The fenced blocks of a language, without the indentation that they have inside a list."""
    text = page.read_text(encoding="utf-8")
    found = re.findall(rf"^( *)```{language}\n(.*?)^ *```$", text, re.MULTILINE | re.DOTALL)
    return [re.sub(rf"^{indent}", "", body, flags=re.MULTILINE) for indent, body in found]


def run(code: str) -> str:
    world = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=world, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def help_of(*words: str) -> str:
    code = (
        f"import sys; sys.argv = ['incident-analysis', *{words!r}, '--help']\n"
        "from incident_analysis.cli import main\nsys.exit(main())"
    )
    return run(code)


def test_the_readmes_ten_lines_run_and_print_what_it_says() -> None:
    (code,) = blocks(README, "python")
    (output,) = blocks(README, "text")
    assert len([line for line in code.splitlines() if line.strip()]) <= 10
    assert run(code) == output


RECIPES = [page for page in PAGES if page.parent.name == "recipes" and blocks(page, "python")]


@pytest.mark.parametrize("page", RECIPES, ids=_id)
def test_the_python_of_a_recipe_runs(page: Path) -> None:
    for code in blocks(page, "python"):
        run(code)


def test_the_readme_lists_the_commands_that_there_are() -> None:
    named = re.findall(
        r"^\| `incident-analysis ((?:[a-z]+ ?)+?)(?: [A-Z].*?)?` \|", README.read_text("utf-8"), re.MULTILINE
    )
    assert named == COMMANDS
    first = help_of()
    there = re.findall(r"^[│ ]+([a-z]+) ", first.partition("Commands")[2], re.MULTILINE)
    assert sorted(there) == sorted({command.split()[0] for command in COMMANDS})


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_tells_what_it_does_in_a_line(command: str) -> None:
    assert re.search(r"[A-Z].{10,}\.", help_of(*command.split())), "a sentence"


@pytest.mark.parametrize("page", PAGES, ids=_id)
def test_options_on_a_page_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for line in re.findall(rf"incident-analysis ((?:{'|'.join(COMMANDS)})\b[^`\n&#]*)", text):
        words = line.split()
        command = " ".join(words[: 2 if words[0] == "notebooks" else 1])
        offered = help_of(*command.split())
        for option in [word for word in words if word.startswith("-")]:
            assert option in offered, f"{command} has no {option}"
    for option in re.findall(r"^- `(--[a-z-]+)", text, re.MULTILINE):
        assert option in help_of("run"), f"run has no {option}"


@pytest.mark.parametrize("page", PAGES, ids=_id)
def test_make_targets_on_a_page_exist(page: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = set(re.findall(r"(?:^|[`\n] ?)(?:[A-Z]+=\S+ )?make ([a-z]+)\b", page.read_text(encoding="utf-8")))
    assert named <= targets


@pytest.mark.parametrize("page", PAGES, ids=_id)
def test_links_on_a_page_lead_somewhere(page: Path) -> None:
    for link in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8")):
        if not link.startswith("https://"):
            assert (page.parent / link).exists(), f"{link} on {_id(page)}"


def test_the_page_of_frames_is_what_the_code_writes() -> None:
    written = (ROOT / "docs" / "frames.md").read_text(encoding="utf-8")
    assert written == frames.document(), "To fix: make frames"


def test_every_decision_is_on_the_list_and_answers_its_question() -> None:
    folder = ROOT / "docs" / "decisions"
    listed = re.findall(r"\]\((\d{4}-[a-z-]+\.md)\)", (folder / "README.md").read_text(encoding="utf-8"))
    assert listed == sorted(path.name for path in folder.glob("[0-9]*.md"))
    for name in listed:
        text = (folder / name).read_text(encoding="utf-8")
        assert text.startswith(f"# {name[:4]} ")
        assert all(f"**{part}.**" in text for part in ("Question", "Decided", "Why", "Cost")), name


def test_the_glossarys_severities_are_the_codes_own_words() -> None:
    rows = re.findall(
        r"^\| (P\d) \| (.*) \|$", (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert dict(rows) == {level.value: level.meaning for level in parts.Severity}
