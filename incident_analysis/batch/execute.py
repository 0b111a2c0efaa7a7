"""One notebook, run by papermill in a kernel of its own, and the truth about the run.

papermill's own record is not the truth: after a dead kernel or a time-out it says of every cell that it is completed,
and `sys.exit(0)` in a cell is a success with a truncated notebook. So the cells themselves are judged.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from incident_analysis import files, words
from incident_analysis.batch import kernel
from incident_analysis.batch.status import State

ENGINE = "incident-analysis"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a run: the verdict, and the executed notebook as text (None where there is none)."""

    status: State
    error: str
    cells_run: int
    cells_total: int
    seconds: float
    text: str | None


class Session:
    """A run in progress: what the engine saw, and the means to end it from another thread."""

    def __init__(self, *, timeout: float) -> None:
        self.timeout = timeout
        self.book: Any = None
        self.exit_code: int | None = None
        self.alive = False
        self.expired = False
        self.stopped = False
        self._process: Any = None

    def started(self, process: Any) -> None:
        """Remember the kernel's process."""
        self._process = process
        if self.expired or self.stopped:
            self.kill()

    def kill(self) -> None:
        """End the kernel and all that it started, also what outlived it."""
        process = self._process
        if process is None:
            return
        if hasattr(os, "killpg"):
            try:
                # The kernel leads a group of its own, in which its children are.
                os.killpg(process.pid, signal.SIGKILL)
            except OSError:
                pass
        elif process.poll() is None:
            process.kill()

    def expire(self) -> None:
        """End the run at its time limit."""
        self.expired = True
        self.kill()

    def stop(self) -> None:
        """End the run because nobody waits for it any more."""
        self.stopped = True
        self.kill()


def execute(
    notebook: Path | Any,
    parameters: Mapping[str, Any],
    *,
    timeout: float,
    session: Session | None = None,
    name: str = "",
) -> Outcome:
    """Run one notebook to its end, or to what ends it.

    Parameters
    ----------
    notebook : Path or NotebookNode
        It is read, never written.
    parameters : mapping
        Plain values for its parameters cell.
    timeout : float
        Seconds for the whole run, the kernel's start included.
    session : Session, optional
        To end the run from another thread.
    name : str, optional
        For messages; the file's name by default.

    Returns
    -------
    Outcome
        Never raises for what the notebook does.
    """
    import logging

    import nbformat
    import papermill
    from papermill.engines import papermill_engines
    from papermill.execute import remove_error_markers

    # Its log repeats what the status says, and asks for a progress bar's sake.
    logging.getLogger("papermill").setLevel(logging.CRITICAL)
    papermill_engines.register(ENGINE, _engine())
    session = session or Session(timeout=timeout)
    name = name or notebook.name
    begun = time.monotonic()
    problem: Exception | None = None
    watch = threading.Timer(timeout, session.expire)
    watch.daemon = True
    watch.start()
    try:
        papermill.execute_notebook(
            str(notebook) if isinstance(notebook, Path) else notebook,
            None,
            parameters=dict(parameters),
            engine_name=ENGINE,
            # Ours is Python whatever the notebook says or leaves out.
            language="python",
            kernel_name="python3",
            progress_bar=False,
            start_timeout=min(timeout, 120),
            autosave_cell_every=0,
            session=session,
        )
    except Exception as error:  # the verdict is taken below, from what the cells hold
        problem = error
    finally:
        watch.cancel()
        session.kill()
    seconds = time.monotonic() - begun
    book = session.book
    if book is None:
        return Outcome("failed", _two_lines(f"{name}: {_said(problem)}"), 0, 0, seconds, None)
    # papermill's notes about an error would shift the numbers of the cells; ours stands beside the cell itself.
    book = remove_error_markers(book)
    verdict = judge(book, session, problem, name=name)
    if verdict[0] != "ok":
        _mark(book, *verdict)
    run, total = _count(book)
    return Outcome(*verdict, run, total, seconds, nbformat.writes(book, version=4) + "\n")


def _engine() -> Any:
    """papermill's engine with our kernel in it; made here because papermill is imported late."""
    from papermill.clientwrap import PapermillNotebookClient
    from papermill.engines import Engine

    class OwnKernel(Engine):
        """Runs the cells as papermill's own engine does, in a kernel of this interpreter."""

        @classmethod
        def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **options: Any) -> None:
            session: Session = options["session"]
            session.book = nb_man.nb
            client = PapermillNotebookClient(
                nb_man, kernel_name=kernel_name, timeout=None, startup_timeout=options["start_timeout"]
            )
            km, environment = kernel.manager(client.kernel_manager_class)
            client.km, client.shutdown_kernel = km, "immediate"
            try:
                client.start_new_kernel(env=environment, cwd=str(Path.cwd()))
                session.started(km.provisioner.process)
                client.execute(cleanup_kc=False)
            finally:
                # Asked before the clean-up, which forgets the process.
                process = km.provisioner.process if km.provisioner else None
                session.exit_code = process.poll() if process else None
                session.alive = process is not None and session.exit_code is None
                if client.km is not None:
                    client._cleanup_kernel()

    return OwnKernel


def judge(book: Any, session: Session, problem: Exception | None, *, name: str) -> tuple[State, str]:
    """The verdict on a run: what happened, and two lines about it where it did not go well."""
    cells = _code_cells(book)
    number, cell = _last_started(cells)
    place = _place(name, number, cell)
    look = f"look at cell {number} of {Path(name).stem}.failed.ipynb"
    if session.expired:
        what = f"{place}: not done after {words.duration(session.timeout)}, ended at its time limit"
        return "timed_out", f"{what}\nTo fix: allow more with --timeout, or {look}"
    raised = next(((n, c, o) for n, c in cells for o in c.outputs if o.output_type == "error"), None)
    if raised is not None:
        n, cell, output = raised
        place = _place(name, n, cell)
        if output.ename == "SystemExit":
            what = f"{place}: asked the kernel to stop ({_exit_call(output.evalue)}); the cells after it did not run"
            return "exited", f"{what}\nTo fix: remove the exit; a run ends by itself after the last cell"
        if "\nTo fix: " in output.evalue:
            # Our own errors carry their remedy with them.
            what, remedy = output.evalue.split("\nTo fix: ", 1)
            return "failed", _two_lines(f"{place}: {what}", remedy)
        look = look.replace(f"cell {number} ", f"cell {n} ")
        return "failed", _two_lines(f"{place}: {output.ename}: {output.evalue}", look)
    if not session.alive or (problem is not None and "Kernel died" in str(problem)):
        where = f"{place}: the kernel's process ended{_by(session.exit_code)}"
        if cell is None:
            where = f"{name}: the kernel did not start{_by(session.exit_code)}"
            return "died", _two_lines(where, "run `incident-analysis doctor`")
        return "died", _two_lines(where, f"{look}; memory that runs out ends a process with signal 9")
    if problem is not None:
        return "failed", _two_lines(f"{place}: {_said(problem)}", look)
    left = [n for n, c in cells if c.execution_count is None]
    if left:
        return "exited", _two_lines(f"{name}: cell {left[0]} and those after it did not run", look)
    return "ok", ""


def _code_cells(book: Any) -> list[tuple[int, Any]]:
    """Code cells that hold code, with their number in the executed notebook (from 1)."""
    every = enumerate(book.cells, start=1)
    return [
        (n, c)
        for n, c in every
        if c.cell_type == "code" and c.source.strip() and "skip-execution" not in c.metadata.get("tags", [])
    ]


def _last_started(cells: list[tuple[int, Any]]) -> tuple[int, Any]:
    begun = [(n, c) for n, c in cells if c.metadata.get("papermill", {}).get("start_time")]
    return begun[-1] if begun else (0, None)


def _count(book: Any) -> tuple[int, int]:
    """Code cells that ran to their end, and all of them."""
    cells = _code_cells(book)
    done = [c for _, c in cells if c.metadata.papermill.status == "completed" and c.execution_count is not None]
    return len(done), len(cells)


def _mark(book: Any, status: State, error: str) -> None:
    """Correct papermill's record, and say at the top of the notebook what happened."""
    import nbformat

    cells = _code_cells(book)
    number, culprit = _last_started(cells)
    for n, cell in cells:
        failed = cell is culprit or any(o.output_type == "error" for o in cell.outputs)
        if failed:
            cell.metadata.papermill.status, cell.metadata.papermill.exception = "failed", True
        elif cell.execution_count is None or n > number:
            cell.metadata.papermill.status = "pending"
    book.metadata.papermill.exception = True
    book.metadata["incident_analysis"] = {"status": status, "error": error}
    head = f"**This run did not finish: {status.replace('_', ' ')}.**"
    note = nbformat.v4.new_markdown_cell(f"{head}\n\n```text\n{error}\n```")
    note.metadata["papermill"] = {"status": "completed", "exception": None}
    # Right after the cell it is about, so that the numbers in messages stay right.
    book.cells.insert(number, note)


def _place(name: str, number: int, cell: Any) -> str:
    if cell is None:
        return name
    first = cell.source.strip().splitlines()[0]
    return f"{name}, cell {number} ({first if len(first) <= 60 else first[:59] + '…'})"


def _by(code: int | None) -> str:
    if code is None:
        return ""
    if code < 0:
        try:
            return f" (signal {-code}, {signal.Signals(-code).name})"
        except ValueError:
            return f" (signal {-code})"
    return f" (exit code {code})"


def _exit_call(value: str) -> str:
    return f"exit {value}" if value else "exit"


def _said(problem: Exception | None) -> str:
    if problem is None:
        return "did not run"
    first = " ".join(str(problem).split())
    return f"{type(problem).__name__}: {first}" if first else type(problem).__name__


def _two_lines(what: str, remedy: str = "look at the notebook") -> str:
    """An error as people read it: one line each, none of them endless."""
    lines = [" ".join(text.split()) for text in (what, remedy)]
    short = [text if len(text) <= 400 else text[:397] + "…" for text in lines]
    return f"{short[0]}\nTo fix: {short[1]}"


def save(outcome: Outcome, *, report: Path, notebook: str) -> Path | None:
    """Write an executed notebook: a good one in its place, a failed one beside it as `<name>.failed.ipynb`.

    A failed run never overwrites a good older output, and a good one removes the failed one before it.
    """
    folder = report / "notebooks"
    good, bad = folder / f"{notebook}.ipynb", folder / f"{notebook}.failed.ipynb"
    if outcome.text is None:
        return None
    if outcome.status != "ok":
        return files.write_text(bad, outcome.text)
    files.write_text(good, outcome.text)
    files.remove(bad)
    return good
