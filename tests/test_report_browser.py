"""The written pages in a real browser: nothing is loaded, nothing complains, nothing overlaps or is cut off.

The page is served unchanged and put into a frame of a given width; the frame's parent measures it. What the browser
writes to its console comes out on its standard error.
"""

from __future__ import annotations

import functools
import http.server
import json
import re
import subprocess
import threading
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from incident_analysis import findings as found
from incident_analysis.charts.chart import Chart
from incident_analysis.findings import Finding
from incident_analysis.incident import read_incident
from incident_analysis.report import write_index, write_report

pytestmark = pytest.mark.browser

FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --disable-default-apps --hide-scrollbars --enable-logging=stderr"
).split()
DRAWING = b"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 468 200" width="468pt" height="200pt">
<rect width="468" height="200" fill="#fff"/><text x="20" y="40">drawn</text></svg>"""

MEASURE = """<!DOCTYPE html><meta charset="utf-8"><pre id="result">not measured</pre>
<iframe id="page" src="PAGE" style="width:WIDTHpx;height:900px;border:0"></iframe>
<script>
const hidden = (e) => { for (; e; e = e.parentElement) if (getComputedStyle(e).clipPath !== "none") return true; return false; };
const name = (e) => e.tagName + (e.id ? "#" + e.id : "") + ": " + e.textContent.trim().slice(0, 60);
window.addEventListener("load", () => {
  const frame = document.getElementById("page"), page = frame.contentDocument, root = page.documentElement;
  const out = {width: root.clientWidth, scroll: root.scrollWidth, cut: [], overlap: [], outside: [], broken: []};
  out.dark = frame.contentWindow.matchMedia("(prefers-color-scheme: dark)").matches;
  out.loaded = frame.contentWindow.performance.getEntriesByType("resource").map((e) => e.name).filter((n) => !n.startsWith("data:"));
  out.background = getComputedStyle(page.body).backgroundColor; out.ink = getComputedStyle(page.body).color;
  for (const image of page.images) if (!image.complete || !image.naturalWidth) out.broken.push(image.alt);
  for (const e of page.querySelectorAll("body *")) {
    const style = getComputedStyle(e);
    if (e.tagName === "TD" && style.display === "grid" && e.childNodes.length !== 1) out.cut.push(name(e));
    if (!hidden(e) && style.overflowX !== "visible" && e.scrollWidth > e.clientWidth + 1) out.cut.push(name(e));
  }
  const boxes = [], walker = page.createTreeWalker(page.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode()); ) {
    if (!node.textContent.trim() || hidden(node.parentElement)) continue;
    const range = page.createRange(); range.selectNodeContents(node);
    for (const r of range.getClientRects()) if (r.width > 1 && r.height > 1) boxes.push({r, node});
  }
  out.texts = boxes.length;
  boxes.sort((a, b) => a.r.top - b.r.top);
  for (let i = 0; i < boxes.length; i++) {
    const a = boxes[i].r;
    if (a.left < -1 || a.right > root.clientWidth + 1) out.outside.push(boxes[i].node.textContent.trim().slice(0, 60));
    for (let j = i + 1; j < boxes.length && boxes[j].r.top < a.bottom; j++) {
      const b = boxes[j].r;
      const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left), high = Math.min(a.bottom, b.bottom) - b.top;
      if (wide > 2 && high > 4) out.overlap.push([boxes[i], boxes[j]].map((x) => x.node.textContent.trim().slice(0, 40)));
    }
  }
  document.getElementById("result").textContent = JSON.stringify(out);
});
</script>
"""

Open = Callable[..., dict[str, Any]]


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves a folder and remembers what was asked for."""

    asked: list[str]

    def log_message(self, format: str, *args: Any) -> None:
        self.asked.append(self.path)


@pytest.fixture
def reports(example: Path, gitlab: Path, tmp_path: Path) -> Path:
    """Reports of the made-up draft, with a chart and every kind of words, and of the shipped case; and their list."""
    folder = tmp_path / "reports"
    long = "x" * 300 + " " + "[" + "y" * 120 + "](https://example.org/" + "z" * 200 + ")"
    words = f"# A heading\n\n{long}\n\n| a | b |\n|---|---|\n| {'w' * 150} | 2 |\n\n```\n{'c' * 300}\n```\n"
    (example / "text" / "consequences.md").write_text(words, encoding="utf-8")
    for case in (example, gitlab):
        incident, report = read_incident(case), folder / case.name
        (report / "charts").mkdir(parents=True)
        (report / "charts" / "impact.svg").write_bytes(DRAWING)
        (report / "charts" / "impact.png").write_bytes(b"\x89PNG")
        chart = Chart("impact", "Impact", "what was lost", "charts/impact.png", "charts/impact.svg")
        every: list[Finding] = [*found.consequences(incident, charts=[chart]), *found.timeline(incident)]
        found.record(report, [*every, *found.postmortem(incident)])
        write_report(incident, report=report)
    write_index(folder)
    return folder


@pytest.fixture
def browse(chromium: str, reports: Path, tmp_path: Path) -> Iterator[Open]:
    """Open a page below the reports at a width; gives what was measured, the console, and what was asked for."""
    asked: list[str] = []
    handler = type("Recorder", (Quiet,), {"asked": asked})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(handler, directory=str(reports)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    runs = 0

    def browse(page: str, *, width: int, dark: bool = False) -> dict[str, Any]:
        nonlocal runs
        runs += 1
        asked.clear()
        measure = MEASURE.replace("PAGE", page).replace("WIDTH", str(width))
        (reports / "measure.html").write_text(measure, encoding="utf-8")
        profile = tmp_path / f"profile-{runs}"
        command = [chromium, *FLAGS, f"--user-data-dir={profile}", f"--window-size={max(width, 600) + 40},1000"]
        command += ["--blink-settings=preferredColorScheme=0"] if dark else []
        address = f"http://127.0.0.1:{server.server_address[1]}/measure.html"
        ran = subprocess.run(
            [*command, "--dump-dom", address], capture_output=True, text=True, timeout=120, check=False
        )
        found = re.search(r'<pre id="result">(.*?)</pre>', ran.stdout, re.DOTALL)
        assert found, f"the browser wrote nothing: {ran.stderr[-800:]}"
        assert found[1] != "not measured", ran.stderr[-800:]
        measured: dict[str, Any] = json.loads(unescape(found[1]))
        measured["console"] = [line for line in ran.stderr.splitlines() if "CONSOLE" in line]
        measured["asked"] = [a for a in asked if a not in ("/measure.html", "/favicon.ico")]
        return measured

    yield browse
    server.shutdown()
    server.server_close()


PAGES = ("2026-03-07-checkout/postmortem.html", "2017-01-31-gitlab-database/postmortem.html", "index.html")


@pytest.mark.parametrize("width", [1280, 900, 390])
@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_whole_at_every_width(browse: Open, page: str, width: int) -> None:
    seen = browse(page, width=width)
    assert seen["width"] == width
    assert seen["texts"] > 20
    assert seen["scroll"] <= width, "the page scrolls sideways"
    assert seen["outside"] == []
    assert seen["overlap"] == []
    assert seen["cut"] == []
    assert seen["broken"] == []
    assert seen["console"] == []
    # The page alone was asked for, and it asked for nothing.
    assert seen["loaded"] == []
    assert seen["asked"] == [f"/{page}"]


def test_dark_is_dark_and_light_is_light(browse: Open) -> None:
    light, dark = (browse(PAGES[0], width=1280, dark=d) for d in (False, True))
    assert (light["dark"], light["background"]) == (False, "rgb(255, 255, 255)")
    assert dark["dark"]
    # Each of the three channels of the paper is below, of the ink above the middle.
    assert all(int(c) < 64 for c in re.findall(r"\d+", dark["background"]))
    assert all(int(c) > 192 for c in re.findall(r"\d+", dark["ink"]))
    assert dark["overlap"] == dark["console"] == dark["loaded"] == []


def test_the_measuring_sees_what_it_looks_for(browse: Open, reports: Path) -> None:
    (reports / "bad.html").write_text(
        '<!DOCTYPE html><body style="width:2000px"><p style="position:absolute;top:9px;left:9px">one text here</p>'
        '<p style="position:absolute;top:9px;left:9px">another text here</p><img src="gone.png" alt="gone">'
        '<div style="width:90px;overflow:hidden;white-space:nowrap">a long line that does not fit</div>'
        "<script>console.error('complaint')</script>",
        encoding="utf-8",
    )
    seen = browse("bad.html", width=390)
    assert seen["scroll"] > 390
    assert ["one text here", "another text here"] in seen["overlap"]
    assert len(seen["cut"]) == 1
    assert seen["broken"] == ["gone"]
    assert any("complaint" in line for line in seen["console"])
    assert any("gone.png" in name for name in seen["loaded"])
    assert "/gone.png" in seen["asked"]
