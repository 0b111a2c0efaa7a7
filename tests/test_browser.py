"""The pages in headless Chromium: nothing on the console, nothing loaded from elsewhere, no text over another or cut off.

Skipped, with the reason, where there is no Chromium.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from browser import Browser
from gallery import WIDTHS, pages_of, wrong_with

ROOT = Path(__file__).resolve().parents[1]
#: Uses every part of a report. The shipped ones follow in `make verify`.
EXAMPLE = ROOT / "tests/data/2026-03-07-checkout"
pytestmark = pytest.mark.browser

# The last piece is for readers who listen: there, and not to be seen.
SOUND = """<!doctype html><meta charset='utf-8'><title>t</title><p>One line</p><p>and another</p>
<div style="position:relative"><b style="position:absolute;width:1px;height:1px;overflow:hidden">heard only</b>seen</div>
"""
UNSOUND = {
    "console": SOUND + "<script>console.error('made up')</script>",
    "exception": SOUND + "<script>nowhere()</script>",
    "asks for": SOUND + "<img src='beside.png' alt=''>",
    "overlap": SOUND + "<div style='position:relative'>One<span style='position:absolute;left:0'>Two</span></div>",
    "cut off": SOUND + "<div style='overflow:hidden;width:30px;white-space:nowrap'>longer than its box</div>",
    "wider": SOUND + "<div style='width:3000px'>wide</div>",
}


def run(*incidents: str | Path, out: Path) -> list[Path]:
    """The pages that a run over some incidents writes."""
    command = [sys.executable, "-m", "incident_analysis", "run", *map(str, incidents), "--out", str(out)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=1200)
    assert done.returncode == 0, done.stdout + done.stderr
    pages = sorted([*out.glob("index.html"), *out.glob("*/postmortem.html")])
    assert len(pages) == len(incidents) + 1
    return pages


def look(program: str, pages: list[Path]) -> list[str]:
    with Browser(program) as window:
        return [
            f"{page.parent.name}/{page.name}, {size}, {'dark' if dark else 'light'}: {fault}"
            for page in pages
            for size, width in WIDTHS.items()
            for dark in (False, True)
            for fault in wrong_with(window.view(page, width=width, dark=dark), page)
        ]


def test_what_is_wrong_with_a_page_is_seen(chromium: str, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    with Browser(chromium) as window:
        page.write_text(SOUND, encoding="utf-8")
        assert wrong_with(window.view(page), page) == []
        for fault, text in UNSOUND.items():
            page.write_text(text, encoding="utf-8")
            found = wrong_with(window.view(page), page)
            said = "console" if fault == "exception" else fault
            assert any(said in each for each in found), (fault, found)


def test_the_color_scheme_that_is_asked_for_is_the_one_that_is_shown(chromium: str, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<style>@media (prefers-color-scheme: dark) {body {background: #000}}</style>", encoding="utf-8")
    with Browser(chromium) as window:
        light, dark = window.view(page), window.view(page, dark=True)
    assert light.pngs != dark.pngs


def test_a_postmortem_and_the_index_are_sound_pages(chromium: str, tmp_path: Path) -> None:
    pages = run(EXAMPLE, out=tmp_path / "reports")
    assert look(chromium, pages) == []


@pytest.mark.slow
def test_every_shipped_incidents_page_is_sound(chromium: str, shipped: Path, tmp_path: Path) -> None:
    pages = run(*sorted(folder for folder in shipped.iterdir() if folder.is_dir()), out=tmp_path / "reports")
    assert look(chromium, pages) == []


def test_the_gallery_shows_the_pages_across_incidents_too(tmp_path: Path) -> None:
    for page in ("index.html", "a/postmortem.html", "trends/trends.html", "a/notes.html"):
        (tmp_path / page).parent.mkdir(exist_ok=True)
        (tmp_path / page).write_text("", encoding="utf-8")
    shown = [page.relative_to(tmp_path).as_posix() for page in pages_of(tmp_path)]
    assert shown == ["a/postmortem.html", "index.html", "trends/trends.html"]
