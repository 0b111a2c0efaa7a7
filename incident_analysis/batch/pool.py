"""Workers: plain processes that take one incident after the other.

Plain processes, because a pool of `multiprocessing` imports the caller's main module again, which a script without a
guard does not survive. A worker that dies costs one row: the rest of its incident goes to a fresh one.
"""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from incident_analysis import words
from incident_analysis.batch.plan import Task, versions
from incident_analysis.batch.status import Status, status_path, write_status
from incident_analysis.errors import IncidentAnalysisError

#: Beyond a notebook's own limit, for a worker that cannot end it.
GRACE_SECONDS = 60.0

Event = tuple[str, Task, dict[str, Any]]


def events(tasks: Sequence[Task], *, workers: int) -> Iterator[Event]:
    """Work on tasks and tell what happens: ("started" | "row" | "report", task, what).

    Closing the iterator, or an exception in its consumer (Ctrl-C), ends the workers and their kernels.
    """
    waiting, told = deque(tasks), queue.Queue[Event | None]()
    lanes = [_Lane(waiting, told) for _ in range(max(1, min(workers, len(tasks))))]
    for lane in lanes:
        lane.start()
    running = len(lanes)
    try:
        while running:
            try:
                event = told.get(timeout=0.5)  # short, so that Ctrl-C is heard on every platform
            except queue.Empty:
                continue
            if event is None:
                running -= 1
            else:
                yield event
    finally:
        waiting.clear()
        for lane in lanes:
            lane.close()
        for lane in lanes:
            lane.wait()


class _Lane(threading.Thread):
    """Feeds one worker process and reads its answers."""

    def __init__(self, waiting: deque[Task], told: queue.Queue[Event | None]) -> None:
        super().__init__(daemon=True)
        self._waiting, self._told = waiting, told
        self._process: subprocess.Popen[str] | None = None
        self._listener: threading.Thread | None = None
        self._last_words: deque[str] = deque(maxlen=20)
        self._closed = False
        self._late = False

    def run(self) -> None:
        try:
            while not self._closed:
                try:
                    task = self._waiting.popleft()
                except IndexError:
                    break
                rest = self._work(task)
                if rest is not None and not self._closed:
                    self._waiting.appendleft(rest)
        finally:
            self.close()
            self._told.put(None)

    def _work(self, task: Task) -> Task | None:
        """Have one task done; the rest of it where the worker died on the way."""
        process = self._ready()
        assert process.stdin is not None
        assert process.stdout is not None
        left = list(task.jobs)
        current = left[0].notebook if left else "report"
        watch: threading.Timer | None = None
        try:
            process.stdin.write(json.dumps(asdict(task)) + "\n")
            process.stdin.flush()
            for line in process.stdout:
                said = json.loads(line)
                event = said.pop("event")
                if event == "done":
                    return None
                if event == "started":
                    current = said["notebook"]
                    if watch is not None:
                        watch.cancel()
                    watch = threading.Timer(task.timeout + GRACE_SECONDS, self._give_up)
                    watch.daemon = True
                    watch.start()
                if event == "row":
                    left = [job for job in left if job.notebook != said["row"]["notebook"]]
                self._told.put((event, task, said))
        except OSError:
            pass
        finally:
            if watch is not None:
                watch.cancel()
        if self._closed:
            return None
        return self._died(task, left, current)

    def _died(self, task: Task, left: list[Any], current: str) -> Task | None:
        process, self._process = self._process, None
        code = process.wait() if process is not None else None
        if self._listener is not None:
            self._listener.join(timeout=5)
        for pipe in (process.stdin, process.stdout) if process is not None else ():
            try:
                pipe.close()  # type: ignore[union-attr]  # both are pipes
            except OSError:
                pass  # what was not yet written to it
        what = "did not answer" if self._late else f"ended (code {code})"
        error = f"{current}: the worker process {what}{self._heard()}\nTo fix: run it again with --workers 1"
        self._late = False
        job = next((j for j in left if j.notebook == current), None)
        if job is None:
            self._told.put(("report", task, {"error": error}))
            return None
        status = Status(
            task.incident_id,
            job.notebook,
            "died",
            error,
            inputs=job.inputs,
            parameters=job.parameters,
            versions=versions(),
        )
        try:
            write_status(status_path(Path(task.report), job.notebook), status)
        except IncidentAnalysisError:
            pass  # the row says what happened; the place cannot be written
        self._told.put(("row", task, {"row": status.as_dict()}))
        return replace(task, jobs=tuple(j for j in left if j is not job))

    def _heard(self) -> str:
        heard = [line for line in self._last_words if line.strip()]
        return f": {words.sentence(heard[-1])[:200]}" if heard else ""

    def _ready(self) -> subprocess.Popen[str]:
        if self._process is None or self._process.poll() is not None:
            self._last_words.clear()
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "incident_analysis.batch.worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                encoding="utf-8",
                errors="replace",
                env=_environment(),
                # Ctrl-C in a terminal goes to its whole group; the workers are told by us.
                start_new_session=True,
            )
            self._listener = threading.Thread(target=self._listen, args=(self._process,), daemon=True)
            self._listener.start()
        return self._process

    def _listen(self, process: subprocess.Popen[str]) -> None:
        assert process.stderr is not None
        with process.stderr as said:
            for line in said:
                self._last_words.append(line)

    def _give_up(self) -> None:
        self._late = True
        if self._process is not None:
            self._process.kill()

    def close(self) -> None:
        """Tell the worker that nobody waits any more: its input closes."""
        self._closed = True
        process = self._process
        if process is not None and process.stdin is not None:
            try:
                process.stdin.close()
            except OSError:
                pass

    def wait(self) -> None:
        """Wait for the worker to leave, and end it where it does not."""
        process = self._process
        if process is None:
            return
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        # The thread that read the answers is at their end now.
        self.join(timeout=5)
        if process.stdout is not None and not self.is_alive():
            process.stdout.close()


def _environment() -> dict[str, str]:
    """The caller's environment, in which the library is found as the caller found it."""
    home = str(Path(__file__).resolve().parent.parent.parent)
    paths = [p for p in os.environ.get("PYTHONPATH", "").split(os.pathsep) if p]
    if home not in paths and not home.endswith("site-packages"):
        paths.insert(0, home)
    environment = dict(os.environ)
    if paths:
        environment["PYTHONPATH"] = os.pathsep.join(paths)
    return environment
