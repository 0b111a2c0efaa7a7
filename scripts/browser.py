"""Pages in headless Chromium, spoken to over a pipe: what the gallery photographs and the browser tests look at.

Nothing but the standard library and a Chromium on the machine. The browser gets an empty profile that is removed again.
"""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
FLAGS = (
    "--headless --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --hide-scrollbars --force-color-profile=srgb "
    "--font-render-hinting=none --remote-debugging-pipe"
).split()

# A browser photographs no more than this at once; longer pages become several pictures.
PART = 4000

# Every piece of text that is visible, as boxes; two pieces that share more than a hair are an overlap. Text that has
# less room than it needs, in a box that hides what is too much, is cut off.
LAYOUT = """
(() => {
  const boxes = [], cut = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (!node.data.trim() || ['SCRIPT', 'STYLE', 'TITLE', 'DESC'].includes(parent.tagName.toUpperCase())) continue;
    if (!parent.checkVisibility({visibilityProperty: true, opacityProperty: true})) continue;
    // What is left of it inside every box that hides or scrolls what is too much for it.
    let [left, top, right, bottom] = [-1e9, -1e9, 1e9, 1e9];
    for (let element = parent; element && element !== document.body; element = element.parentElement) {
      const style = getComputedStyle(element), box = element.getBoundingClientRect();
      if (style.overflowX !== 'visible') [left, right] = [Math.max(left, box.left), Math.min(right, box.right)];
      if (style.overflowY !== 'visible') [top, bottom] = [Math.max(top, box.top), Math.min(bottom, box.bottom)];
    }
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const box of range.getClientRects()) {
      const seen = [Math.max(box.left, left), Math.max(box.top, top), Math.min(box.right, right),
                    Math.min(box.bottom, bottom)];
      if (seen[2] - seen[0] > 1 && seen[3] - seen[1] > 1) boxes.push([...seen, node.data.trim()]);
    }
  }
  boxes.sort((a, b) => a[1] - b[1]);
  const overlaps = [];
  for (let i = 0; i < boxes.length; i++)
    for (let j = i + 1; j < boxes.length && boxes[j][1] < boxes[i][3]; j++) {
      const [a, b] = [boxes[i], boxes[j]];
      const wide = Math.min(a[2], b[2]) - Math.max(a[0], b[0]), high = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
      const least = Math.min(a[3] - a[1], b[3] - b[1]);
      if (wide > 1.5 && high > 0.35 * least) overlaps.push([a[4].slice(0, 60), b[4].slice(0, 60)]);
    }
  for (const element of document.body.querySelectorAll('*')) {
    const style = getComputedStyle(element);
    if (['hidden', 'clip'].includes(style.overflowX) && element.scrollWidth > element.clientWidth + 1
        && element.clientWidth > 1) cut.push(element.textContent.trim().slice(0, 60));
  }
  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  return {overlaps, cut, wide, texts: boxes.length};
})()
"""


@dataclass
class View:
    """What a page looked like and did: its pictures from top to bottom, what it complained of, what it asked for."""

    pngs: list[bytes]
    width: int
    height: int
    errors: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    layout: dict[str, Any] = field(default_factory=dict)


def find() -> str | None:
    """The path of a browser of this family; the environment's CHROMIUM comes first."""
    return os.environ.get("CHROMIUM") or next((path for name in NAMES if (path := shutil.which(name))), None)


class Browser:
    """A Chromium that runs until the `with` block ends.

    Parameters
    ----------
    path : str
        The program, as `find` gives it.
    timeout : float
        Seconds that an answer may take.
    """

    def __init__(self, path: str, *, timeout: float = 60.0) -> None:
        self.path, self.timeout = path, timeout
        self._last, self._rest = 0, b""
        self._waiting: list[dict[str, Any]] = []

    def __enter__(self) -> Browser:
        self._profile = tempfile.mkdtemp(prefix="browser-")
        to_read, self._write = os.pipe()
        self._read, to_write = os.pipe()

        def give_pipes() -> None:
            # Chromium reads commands from 3 and writes to 4. Both ends are moved out of the way first: one of them
            # may be 3 or 4 already.
            ours, theirs = os.dup(to_read), os.dup(to_write)
            high_read, high_write = os.dup2(ours, 100, False), os.dup2(theirs, 101, False)
            os.dup2(high_read, 3)
            os.dup2(high_write, 4)

        command = [self.path, *FLAGS, f"--user-data-dir={self._profile}"]
        if os.geteuid() == 0:
            command.append("--no-sandbox")
        self._process = subprocess.Popen(
            [*command, "about:blank"],
            preexec_fn=give_pipes,
            close_fds=False,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(to_read)
        os.close(to_write)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.call("Browser.close")
            self._process.wait(timeout=10)
        except (OSError, RuntimeError, TimeoutError, subprocess.TimeoutExpired):
            self._process.kill()
            self._process.wait()
        os.close(self._read)
        os.close(self._write)
        shutil.rmtree(self._profile, ignore_errors=True)

    def call(self, method: str, *, session: str = "", **parameters: Any) -> dict[str, Any]:
        """One command of the DevTools protocol, and its answer; events that come meanwhile are kept."""
        self._last += 1
        message = {"id": self._last, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self._write, data) :]
        answer = self._until(lambda found: found.get("id") == self._last)
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error'].get('message')}")
        return answer["result"]

    def _until(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        end = time.monotonic() + self.timeout
        while True:
            while b"\0" in self._rest:
                text, _, self._rest = self._rest.partition(b"\0")
                message = json.loads(text)
                if wanted(message):
                    return message
                self._waiting.append(message)
            ready, _, _ = select.select([self._read], [], [], max(0.0, end - time.monotonic()))
            piece = os.read(self._read, 1 << 20) if ready else b""
            if not piece:
                raise TimeoutError(f"no answer from {self.path}")
            self._rest += piece

    def view(
        self,
        url: str | Path,
        *,
        width: int = 1280,
        height: int = 900,
        dark: bool = False,
        scale: float = 1.0,
        until: int | None = None,
    ) -> View:
        """A page, laid out in a window of so many CSS pixels and photographed from top to bottom, or to `until`."""
        address = url.resolve().as_uri() if isinstance(url, Path) else url
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable", session=session)
        self.call(
            "Emulation.setDeviceMetricsOverride",
            session=session,
            width=width,
            height=height,
            deviceScaleFactor=scale,
            mobile=width < 600,
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", session=session, features=[scheme])
        self._waiting.clear()
        self.call("Page.navigate", session=session, url=address)

        def loaded(message: dict[str, Any]) -> bool:
            return message.get("method") == "Page.loadEventFired" and message.get("sessionId") == session

        if not any(loaded(message) for message in self._waiting):
            self._until(loaded)
        layout = self.evaluate(LAYOUT, session=session)
        size = self.call("Page.getLayoutMetrics", session=session)["cssContentSize"]
        tall = min(int(size["height"]), until or 1 << 30)
        pngs = []
        for top in range(0, tall, PART):
            clip = {"x": 0, "y": top, "width": width, "height": min(PART, tall - top), "scale": 1}
            shot = self.call("Page.captureScreenshot", session=session, captureBeyondViewport=True, clip=clip)
            pngs.append(base64.b64decode(shot["data"]))
        errors, requests = self._heard(session)
        self.call("Target.closeTarget", targetId=target)
        return View(pngs, width, tall, errors, requests, layout)

    def evaluate(self, script: str, *, session: str) -> Any:
        """The value of an expression in the page, as plain JSON."""
        answer = self.call("Runtime.evaluate", session=session, expression=script, returnByValue=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(answer["exceptionDetails"].get("exception", {}).get("description", "a script failed"))
        return answer["result"].get("value")

    def _heard(self, session: str) -> tuple[list[str], list[str]]:
        errors, requests = [], []
        for message in self._waiting:
            if message.get("sessionId") != session:
                continue
            given = message["params"]
            if message["method"] == "Network.requestWillBeSent":
                requests.append(given["request"]["url"])
            elif message["method"] == "Runtime.exceptionThrown":
                errors.append(given["exceptionDetails"].get("text", "an exception"))
            elif message["method"] == "Log.entryAdded" and given["entry"]["level"] in {"error", "warning"}:
                errors.append(given["entry"]["text"])
            elif message["method"] == "Runtime.consoleAPICalled" and given["type"] in {"error", "assert"}:
                errors.append(" ".join(str(each.get("value", each.get("description"))) for each in given["args"]))
        return errors, requests
