"""Run the notebooks over one incident or five hundred, then write the reports and their index."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from incident_analysis import files, words
from incident_analysis.batch import parameters as taken
from incident_analysis.batch import plan as planning
from incident_analysis.batch import pool
from incident_analysis.batch.status import Status
from incident_analysis.errors import IncidentAnalysisError, NotebookError, ParameterError

if TYPE_CHECKING:
    import pandas as pd

#: What a row of the result holds.
COLUMNS = (
    "incident_id",
    "notebook",
    "status",
    "executed",
    "cells_run",
    "cells_total",
    "seconds",
    "error",
    "output",
    "report",
)


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened during a run.

    Parameters
    ----------
    incident_id, notebook : str
        `notebook` is "report" when the report is written.
    state : str
        "started", a status (`ok`, `failed`, …), or "unchanged".
    done, total : int
        Notebooks finished, and all that this run has to execute.
    """

    incident_id: str
    notebook: str
    state: str
    done: int
    total: int


def run(
    incidents: str | Path | Iterable[str | Path],
    *,
    out: str | Path | None = None,
    only: str | Sequence[str] | None = None,
    parameters: Mapping[str, Any] | None = None,
    as_of: str | datetime | None = None,
    workers: int | None = None,
    timeout: float = 600,
    force: bool = False,
    seed: int = 1,
    level: float = 0.9,
    notebooks: str | Path | None = None,
    progress: Callable[[Step], None] | None = None,
) -> pd.DataFrame:
    """Run the notebooks over incidents, each in a process of its own, and write the reports.

    A notebook that raises, dies, exits or hangs costs one row; the others go on. What was run before with the same
    evidence, register, notebook, parameters and library is not run again.

    Parameters
    ----------
    incidents : path or iterable of paths
        Incidents' folders, or ids; a folder of such folders stands for all of them.
    out : str or Path, optional
        Folder of the reports; `<root>/reports` by default. Each report goes into `<out>/<id>`.
    only : str or sequence of str, optional
        Names of notebooks, as a list or separated by commas; by default all that take an incident, those that read logs
        for incidents that list `evidence:` alone.
    parameters : mapping, optional
        Further parameters of the notebooks; plain values for declared names only.
    as_of : str or datetime, optional
        The instant at which the incidents are told.
    workers : int, optional
        Processes; one for each core by default, but no more than incidents.
    timeout : float
        Seconds for each notebook, the kernel's start included.
    force : bool
        Run again what is unchanged.
    seed : int
        Of all that is simulated.
    level : float
        Of all intervals, in (0, 1).
    notebooks : str or Path, optional
        A folder of notebooks in place of those of the library.
    progress : callable, optional
        Is called with a `Step` whenever something happened.

    Returns
    -------
    DataFrame
        One row for each incident and notebook: `incident_id, notebook, status` (ok · failed · died · exited ·
        timed_out), `executed` (False: unchanged since it was run), `cells_run, cells_total, seconds, error` (two lines,
        empty where all is well), `output` (the executed notebook, None where there is none), `report` (the page, None
        where there is none). An incident that cannot be read, and a report that cannot be written, have a row of their
        own, with `notebook` empty or "report". `attrs["index"]` is the list of incidents.

    Raises
    ------
    PathError, IncidentFileError
        The only incident cannot be read (one of many becomes a row), or `out` cannot be written.
    ParameterError
        An argument has no usable value, or no notebook declares a parameter: before any kernel starts.
    """
    _limits(workers=workers, timeout=timeout)
    settings = taken.settings(level=level, seed=seed, as_of=as_of)
    chosen = planning.notebooks(Path(notebooks) if notebooks is not None else files.notebooks(), only)
    given = dict(parameters or {})
    taken.check(given, {name: taken.declared(path) for name, path in chosen.items()})
    given = {**settings, **given}
    told_at = taken.settings(as_of=given["as_of"])["as_of"]
    found = planning.folders(incidents)
    if out is not None:
        files.make_folder(out)

    rows: list[dict[str, Any]] = []
    plans: list[planning.Plan] = []
    for folder in found:
        try:
            planned = _planned(folder, out, chosen, given, told_at, timeout, force, only is None, plans)
        except IncidentAnalysisError as error:
            if len(found) == 1 or isinstance(error, ParameterError):
                raise
            rows.append(_row(folder.name, "", "failed", error=str(error)))
        else:
            plans.append(planned)

    rows += _work(plans, workers=_workers(workers, len(found)), progress=progress)
    order = {plan.task.incident_id: i for i, plan in enumerate(plans)}
    rows.sort(key=lambda row: order.get(row["incident_id"], len(order)))
    return _frame(rows, plans, out)


def _limits(*, workers: int | None, timeout: float) -> None:
    if workers is not None and (type(workers) is not int or workers < 1):
        raise ParameterError(f"{workers!r} workers", remedy="give a whole number from 1", where="workers")
    if not 0 < timeout <= threading.TIMEOUT_MAX:
        raise ParameterError(f"a time limit of {timeout} s", remedy="give seconds above 0", where="timeout")


def _workers(wanted: int | None, incidents: int) -> int:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(wanted or cores, incidents))


def _planned(
    folder: Path,
    out: str | Path | None,
    chosen: Mapping[str, Path],
    given: Mapping[str, Any],
    as_of: str | None,
    timeout: float,
    force: bool,
    whole: bool,
    plans: Sequence[planning.Plan],
) -> planning.Plan:
    from incident_analysis.findings import report_folder

    # Found and read here, so that what cannot be read costs no kernel.
    incident = planning.known_incident(folder, as_of=as_of)
    twin = next((p for p in plans if p.task.incident_id == incident.id), None)
    if twin is not None:
        raise ParameterError(
            f"has the id {incident.id} of {twin.task.incident}", remedy="give it an id of its own", where=str(folder)
        )
    report = Path(out) / incident.id if out is not None else report_folder(incident, None)
    files.make_folder(report / "notebooks")
    assert incident.folder is not None
    return planning.plan(
        incident.folder,
        report=report,
        incident_id=incident.id,
        outside=planning.outside(incident, given),
        chosen=planning.fitting(chosen, incident, given) if whole else chosen,
        parameters=given,
        as_of=as_of,
        timeout=timeout,
        force=force,
        whole=whole,
    )


def _work(
    plans: Sequence[planning.Plan], *, workers: int, progress: Callable[[Step], None] | None
) -> list[dict[str, Any]]:
    """Execute what has to be executed; rows of all, those of earlier runs included."""
    total = sum(len(plan.task.jobs) for plan in plans)
    done = 0

    def tell(incident_id: str, notebook: str, state: str) -> None:
        if progress is not None:
            progress(Step(incident_id, notebook, state, done, total))

    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for plan in plans:
        for status in plan.good:
            rows[status.incident_id, status.notebook] = _status_row(status, plan, executed=False)
            tell(status.incident_id, status.notebook, "unchanged")
    by_id = {plan.task.incident_id: plan for plan in plans}
    busy = [plan.task for plan in plans if not plan.idle]
    for event, task, said in pool.events(busy, workers=workers) if busy else ():
        if event == "started":
            tell(task.incident_id, said["notebook"], "started")
        elif event == "row":
            status = Status(**said["row"])
            rows[status.incident_id, status.notebook] = _status_row(status, by_id[task.incident_id], executed=True)
            done += 1
            tell(status.incident_id, status.notebook, status.status)
        elif "error" in said:
            rows[task.incident_id, "report"] = _row(task.incident_id, "report", "failed", True, error=said["error"])
            tell(task.incident_id, "report", "failed")
        else:
            tell(task.incident_id, "report", "ok")
    return list(rows.values())


def _status_row(status: Status, plan: planning.Plan, *, executed: bool) -> dict[str, Any]:
    folder = Path(plan.task.report) / "notebooks"
    output = folder / f"{status.notebook}.ipynb" if status.ok else folder / f"{status.notebook}.failed.ipynb"
    row = {name: getattr(status, name) for name in ("cells_run", "cells_total", "seconds", "error")}
    made = str(output) if files.is_file(output) else None
    return _row(status.incident_id, status.notebook, status.status, executed, output=made, **row)


def _row(incident_id: str, notebook: str, status: str, executed: bool = False, **more: Any) -> dict[str, Any]:
    blank = {"cells_run": 0, "cells_total": 0, "seconds": 0.0, "error": "", "output": None, "report": None}
    first = {"incident_id": incident_id, "notebook": notebook, "status": status, "executed": executed}
    return first | blank | more


def _frame(rows: list[dict[str, Any]], plans: Sequence[planning.Plan], out: str | Path | None) -> pd.DataFrame:
    import pandas as pd

    from incident_analysis.report import write_index

    for plan in plans:
        page = Path(plan.task.report) / "postmortem.html"
        for row in rows:
            if row["incident_id"] == plan.task.incident_id and files.is_file(page):
                row["report"] = str(page)
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    frame = frame.astype({"executed": bool, "cells_run": int, "cells_total": int, "seconds": float})
    places = dict.fromkeys(Path(plan.task.report).parent for plan in plans)
    if out is not None:
        places = {Path(out): None}
    if plans:
        for place in places:
            frame.attrs["index"] = str(write_index(place))
    return frame


def run_incident(
    incident: str | Path,
    *,
    report: str | Path | None = None,
    only: str | Sequence[str] | None = None,
    parameters: Mapping[str, Any] | None = None,
    as_of: str | datetime | None = None,
    timeout: float = 600,
    force: bool = False,
    seed: int = 1,
    level: float = 0.9,
    progress: Callable[[Step], None] | None = None,
) -> Path:
    """Run the notebooks over one incident and write its report.

    Parameters
    ----------
    incident : str or Path
        The incident's folder, or its id.
    report : str or Path, optional
        Folder of the reports, in which `<id>` is made; `<root>/reports` by default.
    only, parameters, as_of, timeout, force, seed, level, progress
        As `incident_analysis.batch.run` says.

    Returns
    -------
    Path
        Of `postmortem.html`.

    Raises
    ------
    NotebookError
        A notebook did not run to its end; the report is written all the same, from what there is.
    """
    rows = run(
        incident,
        out=report,
        only=only,
        parameters=parameters,
        as_of=as_of,
        timeout=timeout,
        force=force,
        seed=seed,
        level=level,
        progress=progress,
    )
    failed = rows[rows["status"] != "ok"]
    if len(failed):
        what, _, remedy = str(failed["error"].iloc[0]).partition("\nTo fix: ")
        more = f"; {words.listing(failed['notebook'])} failed" if len(failed) > 1 else ""
        raise NotebookError(what + more, remedy=remedy or "look at the failed notebook", where=str(incident))
    return Path(rows["report"].iloc[0])
