"""Every chart and page as people meet them: at three widths, light and dark, as PNG in `gallery/`.

    python scripts/gallery.py                        # runs a few incidents first
    python scripts/gallery.py --reports reports      # photographs what is there
    python scripts/gallery.py --readme               # the README's pictures anew, from what `make report` wrote

Where Chromium is missing the charts' own PNG files are gathered, and the pages are left out, which is said. Besides the
pictures: what no picture shows at a glance, texts that overlap, texts that are cut off, a page wider than its window,
errors on the console, requests that leave the page. Any of these makes the exit code 1.
"""

from __future__ import annotations

import argparse
import html
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import browser

ROOT = Path(__file__).resolve().parents[1]
WIDTHS = {"desktop": 1280, "tablet": 820, "phone": 390}
# One with approximate times, one that is long, one with periods, and the made-up one that uses everything and is open.
INCIDENTS = (
    "data/incidents/2017-01-31-gitlab-database",
    "data/incidents/2021-10-28-roblox",
    "data/incidents/2024-07-19-crowdstrike",
    "tests/data/2026-03-07-checkout",
)


def run_incidents(into: Path) -> None:
    command = [sys.executable, "-m", "incident_analysis", "run", *INCIDENTS, "--out", str(into)]
    subprocess.run(command, cwd=ROOT, check=True)
    # The page across incidents, of all that are shipped.
    history = [sys.executable, "-m", "incident_analysis", "trends", "data/incidents", "--out", str(into / "trends")]
    subprocess.run(history, cwd=ROOT, check=True)


def pages_of(reports: Path) -> list[Path]:
    """The pages to be photographed: the index, every postmortem, and the pages across incidents."""
    return sorted([*reports.glob("index.html"), *reports.glob("*/postmortem.html"), *reports.glob("*/trends.html")])


def photograph_page(window: browser.Browser, page: Path, name: str, into: Path) -> list[str]:
    """One page at every width, light and dark; what is wrong with it."""
    faults = []
    for size, width in WIDTHS.items():
        for dark in (False, True):
            view = window.view(page, width=width, dark=dark, scale=2 if size == "phone" else 1)
            label = f"{name}-{size}-{'dark' if dark else 'light'}"
            write_parts(view, label, into)
            faults += [f"{label}: {fault}" for fault in wrong_with(view, page)]
    return faults


def write_parts(view: browser.View, label: str, into: Path) -> None:
    for place, png in enumerate(view.pngs, start=1):
        part = f"-{place}" if len(view.pngs) > 1 else ""
        (into / f"{label}{part}.png").write_bytes(png)


def wrong_with(view: browser.View, page: Path) -> list[str]:
    here = page.resolve().as_uri()
    faults = [f"console: {error}" for error in view.errors]
    faults += [f"asks for {url}" for url in view.requests if url != here and not url.startswith("data:")]
    faults += [f"{a!r} and {b!r} overlap" for a, b in view.layout["overlaps"]]
    faults += [f"{text!r} is cut off" for text in view.layout["cut"]]
    if view.layout["wide"] > 0:
        faults.append(f"{view.layout['wide']} px wider than its window")
    return faults


def photograph_chart(window: browser.Browser, chart: Path, name: str, into: Path) -> list[str]:
    """One SVG as large as each window, inside a page so that its texts can be looked at too."""
    faults = []
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "chart.html"
        drawing = chart.read_text(encoding="utf-8")
        style = "body{margin:0;background:#fff}svg{width:100%;height:auto}"
        page.write_text(
            f"<!doctype html><meta charset='utf-8'><style>{style}</style>" + drawing[drawing.index("<svg") :],
            encoding="utf-8",
        )
        for size, width in WIDTHS.items():
            view = window.view(page, width=width, height=200, scale=2 if size == "phone" else 1)
            write_parts(view, f"{name}-{size}", into)
            faults += [f"{name}-{size}: {fault}" for fault in wrong_with(view, page)]
    return faults


def photograph_for_readme() -> int:
    page = ROOT / "reports" / "2017-01-31-gitlab-database" / "postmortem.html"
    program = browser.find()
    if program is None or not page.exists():
        print("no Chromium or no report\nTo fix: install Chromium, then make report", file=sys.stderr)
        return 2
    with browser.Browser(program) as window:
        view = window.view(page, width=1120, until=1000)
    pictures = ROOT / "docs" / "images"
    pictures.mkdir(exist_ok=True)
    (pictures / "gitlab-2017.png").write_bytes(view.pngs[0])
    shutil.copy(page.parent / "charts" / "lanes.png", pictures / "gitlab-2017-timeline.png")
    print(*sorted(picture.name for picture in pictures.glob("*.png")), sep="\n")
    return 0


def write_sheet(gallery: Path) -> None:
    """All pictures on one page, to be looked at."""
    figures = [
        f"<figure><a href='{where}'><img loading='lazy' src='{where}' alt=''></a>"
        f"<figcaption>{where}</figcaption></figure>"
        for picture in sorted(gallery.glob("*/*.png"))
        for where in [html.escape(picture.relative_to(gallery).as_posix())]
    ]
    style = "figure{display:inline-block;margin:8px;vertical-align:top}img{width:320px;border:1px solid #888}"
    text = f"<!doctype html><meta charset='utf-8'><title>Gallery</title><style>{style}</style>{''.join(figures)}"
    (gallery / "index.html").write_text(text, encoding="utf-8")


def main() -> int:
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--reports", type=Path, help="folder of reports; without it a few incidents are run")
    options.add_argument("--out", type=Path, default=ROOT / "gallery", help="folder of the pictures (default: gallery)")
    options.add_argument("--readme", action="store_true", help="only the README's pictures, from reports/")
    given = options.parse_args()
    if given.readme:
        return photograph_for_readme()

    gallery: Path = given.out
    for kind in ("pages", "charts"):
        shutil.rmtree(gallery / kind, ignore_errors=True)
        (gallery / kind).mkdir(parents=True)
    reports = given.reports
    if reports is None:
        reports = gallery / "reports"
        run_incidents(reports)

    pages = pages_of(reports)
    charts = sorted(reports.glob("*/charts/*.svg"))
    if not pages:
        print(
            f"{reports}: no postmortem.html and no trends.html below it\nTo fix: incident-analysis run first",
            file=sys.stderr,
        )
        return 2

    faults: list[str] = []
    program = browser.find()
    if program is None:
        for picture in sorted(reports.glob("*/charts/*.png")):
            shutil.copy(picture, gallery / "charts" / f"{picture.parents[1].name}-{picture.name}")
        print("no Chromium: the charts' own pictures only, and no pages (Debian: apt-get install chromium)")
    else:
        with browser.Browser(program) as window:
            for page in pages:
                name = "index" if page.stem == "index" else page.parent.name
                faults += photograph_page(window, page, name, gallery / "pages")
            for chart in charts:
                name = f"{chart.parents[1].name}-{chart.stem}"
                faults += photograph_chart(window, chart, name, gallery / "charts")
    write_sheet(gallery)
    for fault in faults:
        print(fault)
    print(f"{len(list(gallery.glob('*/*.png')))} pictures, {len(faults)} faults: {gallery / 'index.html'}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
