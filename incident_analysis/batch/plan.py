"""What has to be run: which incidents, which notebooks, with which parameters, and what is still good from before."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from incident_analysis import files, words
from incident_analysis.batch import parameters as taken
from incident_analysis.batch.status import Status, read_status, status_path
from incident_analysis.errors import ParameterError, PathError
from incident_analysis.incident import read_incident
from incident_analysis.register import find_register

FILE_NAME = "incident.yaml"
#: Notebooks run in this order; others follow by name, and the one that sums up comes last.
ORDER = ("consequences", "risk_analysis", "timeline", "log_analysis")
LAST = ("postmortem",)


@dataclass(frozen=True, slots=True)
class Job:
    """One notebook of one incident."""

    notebook: str
    source: str
    parameters: dict[str, Any]
    inputs: str


@dataclass(frozen=True, slots=True)
class Task:
    """One incident: the notebooks that have to be run, and the report.

    `whole`: every notebook is run, so that findings which are not made again no longer hold.
    """

    incident: str
    incident_id: str
    report: str
    as_of: str | None
    timeout: float
    jobs: tuple[Job, ...]
    inputs: str
    whole: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """A task, and the records that are still good."""

    task: Task
    good: tuple[Status, ...]
    report_good: bool

    @property
    def idle(self) -> bool:
        """Whether nothing has to be done."""
        return not self.task.jobs and self.report_good


def folders(incidents: str | Path | Iterable[str | Path]) -> list[Path]:
    """The incidents' folders that were meant, each once.

    A folder that holds no `incident.yaml` but folders that do stands for these, so that `data/incidents` means all.
    """
    given = [incidents] if isinstance(incidents, str | Path) else list(incidents)
    if not given:
        raise ParameterError("no incident was named", remedy="name at least one folder", where="incidents")
    found: list[Path] = []
    for path in given:
        place = Path(path)
        if files.is_folder(place) and not files.is_file(place / FILE_NAME):
            inner = [p.parent for p in files.listing(place, f"*/{FILE_NAME}")]
            found += inner or [place]
        else:
            found.append(place)
    once: dict[Path, Path] = {}
    for place in found:
        once.setdefault(place.resolve(), place)
    return list(once.values())


def notebooks(folder: Path, only: str | Sequence[str] | None) -> dict[str, Path]:
    """The notebooks to run, in their order: those of a folder that take an incident.

    Raises
    ------
    ParameterError
        `only` names one that is not there.
    """
    known = {p.stem: p for p in files.listing(folder, "*.ipynb") if not p.name.endswith(".failed.ipynb")}
    if not known:
        raise PathError("the folder holds no notebooks", remedy="name a folder with *.ipynb", where=str(folder))
    if only is None:
        # Others of the folder, across incidents or an analyst's own, are no part of an incident's run.
        known = {name: path for name, path in known.items() if "incident" in taken.declared(path)}
        middle = sorted(set(known) - {*ORDER, *LAST})
        return {name: known[name] for name in (*ORDER, *middle, *LAST) if name in known}
    wanted = [n.strip() for n in (only.split(",") if isinstance(only, str) else only) if n.strip()]
    if not wanted:
        raise ParameterError("names no notebook", remedy=f"use {words.listing(known, last='or')}", where="only")
    for name in wanted:
        if name not in known:
            near = words.nearest(name, list(known))
            raise ParameterError(
                f"there is no notebook {name!r}",
                remedy=f"did you mean {near!r}?" if near else f"use {words.listing(known, last='or')}",
                where="only",
            )
    return {name: known[name] for name in dict.fromkeys(wanted)}


def fitting(chosen: Mapping[str, Path], incident: Any, parameters: Mapping[str, Any]) -> dict[str, Path]:
    """The notebooks that an incident has something for: one that takes `logs` needs evidence, or logs named instead."""
    from incident_analysis.reading import evidence_list  # late: pandas comes with it

    if evidence_list.entries(incident) or parameters.get("logs") is not None:
        return dict(chosen)
    return {name: path for name, path in chosen.items() if "logs" not in taken.declared(path)}


def plan(
    folder: Path,
    *,
    report: Path,
    incident_id: str,
    outside: Sequence[Path],
    chosen: Mapping[str, Path],
    parameters: Mapping[str, Any],
    as_of: str | None,
    timeout: float,
    force: bool,
    whole: bool,
) -> Plan:
    """What one incident still needs.

    Parameters
    ----------
    folder, report : Path
        The incident's folder and where its report goes.
    outside : sequence of Path
        Files outside the folder that its results depend on.
    chosen : mapping of name to Path
        The notebooks.
    parameters : mapping
        For all of them; each gets those that it declares.
    force : bool
        Take nothing from before.
    whole : bool
        Whether `chosen` are all that make the report.
    """
    evidence = _digest_of([*_named(folder, folder, but=report), *((p.name, p) for p in outside)])
    common = json.dumps([evidence, library_digest(), versions(), as_of], sort_keys=True)
    jobs, good = [], []
    given = {"incident": _shown(folder), "report": _shown(report), **parameters}
    for name, source in chosen.items():
        declared = taken.declared(source)
        passed = {key: value for key, value in given.items() if key in declared}
        told = json.dumps({**passed, "incident": incident_id, "report": ""}, sort_keys=True)
        inputs = _sha(common, files.digest(source), told)
        job = Job(name, str(source), passed, inputs)
        before = None if force else read_status(status_path(report, name))
        done = files.is_file(report / "notebooks" / f"{name}.ipynb")
        if before and before.ok and before.inputs == inputs and done:
            good.append(before)
        else:
            jobs.append(job)
    everything = _sha(common, *(s.inputs for s in good), *(j.inputs for j in jobs))
    record = None if force else read_record(report)
    if record is not None and record.get("made") != made_digest(report):
        # A chart or a finding was changed or removed by hand: the notebooks make them anew.
        jobs = [Job(n, str(s), _parameters_of(given, s), _inputs_of(jobs, good, n)) for n, s in chosen.items()]
        good = []
    report_good = (
        not jobs
        and record is not None
        and record.get("inputs") == everything
        and record.get("written") == written_digest(report)
    )
    task = Task(str(folder), incident_id, str(report), as_of, timeout, tuple(jobs), everything, whole and not good)
    return Plan(task, tuple(good), report_good)


def _parameters_of(given: Mapping[str, Any], source: Path) -> dict[str, Any]:
    declared = taken.declared(source)
    return {key: value for key, value in given.items() if key in declared}


def _inputs_of(jobs: Iterable[Job], good: Iterable[Status], name: str) -> str:
    return {**{j.notebook: j.inputs for j in jobs}, **{s.notebook: s.inputs for s in good}}[name]


def _shown(path: Path) -> str:
    """A path for a notebook's parameter: from the working folder where it lies below it, so that no machine's own
    folders stand in a notebook that is handed on."""
    try:
        return path.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return str(path.resolve())


def _named(folder: Path, root: Path, *, but: Path | None = None) -> list[tuple[str, Path]]:
    left_out = but.resolve() if but is not None else None
    return [
        (path.relative_to(root).as_posix(), path)
        for path in files.every_file(folder)
        if left_out is None or left_out not in path.resolve().parents
    ]


def _digest_of(named: Iterable[tuple[str, Path]]) -> str:
    return _sha(*(f"{name}\0{files.digest(path)}" for name, path in named))


def _sha(*texts: str) -> str:
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()


def made_digest(report: Path) -> str:
    """Of what the notebooks made: findings and charts."""
    return _digest_of([*_named(report / "findings", report), *_named(report / "charts", report)])


def written_digest(report: Path) -> str:
    """Of what the report writer wrote."""
    pages = [(p.name, p) for p in files.listing(report) if files.is_file(p) and p.name != RECORD]
    return _digest_of([*_named(report / "sections", report), *pages])


RECORD = "report.status.json"


def read_record(report: Path) -> dict[str, Any] | None:
    """What was noted when the report was last written; None where nothing was."""
    try:
        read = json.loads(files.read_text(report / RECORD))
    except (PathError, ValueError):
        return None
    return read if isinstance(read, dict) else None


def write_record(report: Path, *, inputs: str) -> None:
    """Note what the report rests on and what it looks like, so that an unchanged one need not be written again."""
    record = {"inputs": inputs, "made": made_digest(report), "written": written_digest(report)}
    files.write_text(report / RECORD, json.dumps(record, indent=1, sort_keys=True) + "\n")


@cache
def library_digest() -> str:
    """Of the library's own text: a clone that was edited gives other results under the same version."""
    home = Path(__file__).resolve().parent.parent
    return _digest_of((n, p) for n, p in _named(home, home) if "__pycache__" not in p.parts)


@cache
def versions() -> dict[str, str]:
    """Versions of Python and of what computes and draws."""
    found = {"python": ".".join(map(str, sys.version_info[:3]))}
    for name in ("incident-analysis", "matplotlib", "numpy", "pandas", "scipy"):
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = "not installed"
    return found


def outside(incident: Any, parameters: Mapping[str, Any]) -> list[Path]:
    """Files outside the incident's folder that its results depend on: the risk register, and logs that are named."""
    named = incident.risk.register_ if incident.risk is not None else ""
    found = find_register(incident.folder, named)
    return [*([] if found is None else [found]), *_logs(incident, parameters.get("logs"))]


def _logs(incident: Any, named: Any) -> list[Path]:
    if named is None:
        return []
    from incident_analysis.reading.sources import evidence, sources

    return [Path(s.path) for s in sources(evidence(incident, named)) if files.is_file(s.path)]


def known_incident(folder: Path, *, as_of: str | None) -> Any:
    """The incident of a folder, read to know its id; errors name file, line and field."""
    return read_incident(folder, as_of=as_of)
