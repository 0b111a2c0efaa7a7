"""A worker: takes incidents from its standard input, one JSON line each, and answers in JSON lines.

It lives as long as its standard input is open. When that closes, because the run was stopped or the process that
started it is gone, the kernel is ended, nothing half-done is kept, and the worker leaves.
"""

from __future__ import annotations

import json
import os
import queue
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from incident_analysis import files
from incident_analysis.batch.execute import Outcome, Session, execute, save
from incident_analysis.batch.plan import Job, Task, versions, write_record
from incident_analysis.batch.status import Status, status_path, write_status
from incident_analysis.errors import IncidentAnalysisError


class Worker:
    """Runs tasks one after the other until its input closes."""

    def __init__(self) -> None:
        # Kernels and libraries print where they like; the answers have a channel of their own.
        self._answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
        os.dup2(2, 1)
        self._tasks: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self._session: Session | None = None
        self._stopped = threading.Event()

    def serve(self) -> None:
        """Work until the input closes."""
        threading.Thread(target=self._listen, daemon=True).start()
        while (given := self._tasks.get()) is not None:
            jobs = tuple(Job(**job) for job in given.pop("jobs"))
            self.work(Task(**given, jobs=jobs))
            if self._stopped.is_set():
                return
            self._answer(event="done")

    def _listen(self) -> None:
        for line in sys.stdin:
            self._tasks.put(json.loads(line))
        self._stopped.set()
        self._tasks.put(None)
        if self._session is not None:
            self._session.stop()
        # What cannot be ended that way is not waited for either.
        timer = threading.Timer(8, os._exit, args=(1,))
        timer.daemon = True
        timer.start()

    def _answer(self, **said: Any) -> None:
        try:
            print(json.dumps(said), file=self._answers, flush=True)
        except OSError:
            self._stopped.set()

    def work(self, task: Task) -> None:
        """Run the notebooks of one incident, then write its report."""
        report = Path(task.report)
        _take_back(report)  # of a run that was killed
        if task.whole:
            _set_aside(report)
        good = True
        try:
            for job in task.jobs:
                if self._stopped.is_set():
                    break
                self._answer(event="started", notebook=job.notebook)
                status = self._run(task, job, report)
                if status is None:
                    break
                good = good and status.ok
                self._answer(event="row", row=status.as_dict())
        finally:
            good = good and not self._stopped.is_set()
            _take_back(report, forget=good)
        if self._stopped.is_set():
            return
        self._answer(event="started", notebook="report")
        self._answer(event="report", **self._write_report(task, report))

    def _run(self, task: Task, job: Job, report: Path) -> Status | None:
        started = datetime.now(UTC).isoformat(timespec="seconds")
        session = self._session = Session(timeout=task.timeout)
        try:
            outcome = execute(Path(job.source), job.parameters, timeout=task.timeout, session=session)
            if self._stopped.is_set():
                # Nobody waits: an older good output stays, and nothing half-done is left.
                _sweep(report)
                return None
            save(outcome, report=report, notebook=job.notebook)
        except IncidentAnalysisError as error:
            outcome = Outcome("failed", str(error), 0, 0, 0.0, None)
        finally:
            self._session = None
        if outcome.status != "ok":
            _sweep(report)
        status = Status(
            incident_id=task.incident_id,
            notebook=job.notebook,
            status=outcome.status,
            error=outcome.error,
            cells_run=outcome.cells_run,
            cells_total=outcome.cells_total,
            started=started,
            seconds=round(outcome.seconds, 3),
            inputs=job.inputs,
            parameters=job.parameters,
            versions=versions(),
        )
        try:
            write_status(status_path(report, job.notebook), status)
        except IncidentAnalysisError as error:
            status = Status(task.incident_id, job.notebook, "failed", str(error), started=started)
        return status

    def _write_report(self, task: Task, report: Path) -> dict[str, str]:
        import warnings

        from incident_analysis.incident import read_incident
        from incident_analysis.report import write_report

        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # said once, where the run was planned
                page = write_report(read_incident(task.incident, as_of=task.as_of), report=report)
            write_record(report, inputs=task.inputs)
        except IncidentAnalysisError as error:
            return {"error": str(error)}
        except Exception as error:  # one incident's report must not end the others
            said = " ".join(str(error).split())[:300]
            return {
                "error": f"report: {type(error).__name__}: {said}\nTo fix: this is a mistake of ours; please report it"
            }
        return {"page": str(page)}


def _set_aside(report: Path) -> None:
    """Put the findings and charts of earlier runs aside while all of them are made anew.

    What is not made again no longer holds: a scenario that was taken out of the register must leave the report.
    """
    for folder in (report / "findings", report / "charts"):
        for path in files.listing(folder):
            if files.is_file(path) and not path.name.startswith("."):
                files.replace(path, path.with_name(f".{path.name}.before"))


def _take_back(report: Path, *, forget: bool = False) -> None:
    """Give earlier findings and charts their names again where nothing took their place; or drop them."""
    for folder in (report / "findings", report / "charts"):
        for aside in files.listing(folder, ".*.before"):
            path = aside.with_name(aside.name[1 : -len(".before")])
            if forget or files.exists(path):
                files.remove(aside)
            else:
                files.replace(aside, path)


def _sweep(report: Path) -> None:
    """Remove what a killed kernel was writing: files that had not got their name yet."""
    for folder in (report / "findings", report / "charts", report / "notebooks"):
        for left in files.listing(folder, ".*.part"):
            files.remove(left)


if __name__ == "__main__":
    Worker().serve()
