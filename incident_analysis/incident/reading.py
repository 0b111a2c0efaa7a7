"""From a folder to an Incident; the JSON Schema of `incident.yaml`."""

from __future__ import annotations

import csv
import io
import re
from datetime import datetime
from pathlib import Path
from typing import Any

from incident_analysis import document, files, words
from incident_analysis.errors import IncidentFileError, PathError
from incident_analysis.incident import checks
from incident_analysis.incident.incident import Incident

FILE_NAME = "incident.yaml"


def find_incident(path: str | Path) -> Path:
    """The `incident.yaml` that a path means.

    A relative path is looked up from the working folder and then from each of its parents; a bare id is looked up in
    `data/incidents` too. A folder stands for the `incident.yaml` in it.

    Parameters
    ----------
    path : str or Path
        A folder, a YAML file, or an id.

    Raises
    ------
    PathError
        There is no such folder, or it holds no `incident.yaml`.
    """
    text = str(path)
    if not text.strip() or "\0" in text:
        raise PathError("no path was given", remedy="name an incident's folder", where=repr(text))
    try:
        found = files.find_upwards(path)
        if found is None and len(Path(path).parts) == 1:
            found = files.find_upwards(Path("data", "incidents", path))
    except OSError as error:
        raise PathError(f"no usable path ({error.strerror})", remedy="name an incident's folder", where=text) from None
    if found is None:
        raise PathError("no such folder", remedy=_suggestion(Path(path)), where=text)
    if files.is_folder(found):
        found = found / FILE_NAME
        if not files.is_file(found):
            raise PathError(
                f"the folder holds no {FILE_NAME}",
                remedy=f"write one: `incident-analysis init {text}` makes a commented template",
                where=text,
            )
    return found


def _suggestion(path: Path) -> str:
    parent = files.find_upwards(path.parent) if str(path.parent) != "." else files.find_upwards("data/incidents")
    names = [p.name for p in files.listing(parent)] if parent else []
    close = words.nearest(path.name, names)
    if close:
        return f"did you mean {close!r}?"
    return f"check the path; a new incident starts with `incident-analysis init {path}`"


def read_incident(path: str | Path, *, as_of: Any = None) -> Incident:
    """Read an incident from its folder.

    Parameters
    ----------
    path : str or Path
        The folder, its `incident.yaml`, or an id below `data/incidents` (see `find_incident`).
    as_of : str or datetime, optional
        The instant at which the incident is told, in place of its own; what came later counts as not yet happened.

    Returns
    -------
    Incident
        Frozen; `Incident.folder` is where it was read from.

    Raises
    ------
    PathError
        There is no such folder, or a file that it names leads out of it.
    IncidentFileError
        The text does not parse or does not hold together: file, line, field and remedy are named.

    Warns
    -----
    IncidentFileWarning
        A field is unknown, and the incident is not final.
    """
    source = find_incident(path)
    where = _shown(source)
    incident, read = document.parse(Incident, files.read_text(source), where=where, error=IncidentFileError)
    incident._folder = source.parent
    incident._lines = read.lines
    for problem_path, what, remedy in checks.problems(incident):
        raise IncidentFileError(
            what,
            remedy=remedy,
            where=f"{where}, line {read.line(problem_path)}, {document.field_name(problem_path)}",
        )
    _stay_inside(incident, where, read)
    incident._further = _instants_beside(source.parent)
    return incident if as_of is None else incident.at(as_of)


def _shown(path: Path) -> str:
    """A path as short as it can be said: from the working folder where it lies below it."""
    try:
        return path.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return str(path)


def _stay_inside(incident: Incident, where: str, read: Any) -> None:
    assert incident.folder is not None
    named: list[tuple[tuple[str | int, ...], str]] = [
        (("evidence", i, "path"), e.path) for i, e in enumerate(incident.evidence)
    ]
    named += [(("interviews", i, "file"), e.file) for i, e in enumerate(incident.interviews)]
    for path, relative in named:
        files.inside(
            incident.folder,
            relative,
            where=f"{where}, line {read.line(path)}, {document.field_name(path)}",
        )
    if incident.risk is not None and incident.risk.register_:
        # The register is shared: it may lie beside the incidents, but is found by name only, never by climbing.
        path = ("risk", "register")
        files.inside(
            incident.folder,
            incident.risk.register_,
            where=f"{where}, line {read.line(path)}, {document.field_name(path)}",
        )


_INSTANT = re.compile(r"\b\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2})?(?:\.\d+)?\s?(?:Z|[+-]\d{2}:?\d{2})")


def _instants_beside(folder: Path) -> tuple[datetime, ...]:
    """Instants, with their zone, in the files that people keep beside `incident.yaml`."""
    found = []
    for name in ("timeline.csv", "comments.csv"):
        if files.is_file(folder / name):
            data = files.read_bytes(files.inside(folder, name, where=name))
            for text in _INSTANT.findall(_put_right(data.decode("utf-8", "replace"))):
                try:
                    found.append(document.when(text).low)
                except document.Problem:
                    continue
    return tuple(found)


def _put_right(text: str) -> str:
    """Of a timeline with raw and corrected times only the corrected ones; any other text as it is."""
    rows = csv.reader(io.StringIO(text, newline=""))
    try:
        names = next(rows, [])
        if "time" not in names or "time_stated" not in names:
            return text
        places = [names.index(name) for name in ("time", "end") if name in names]
        return "\n".join(row[place] for row in rows for place in places if place < len(row))
    except csv.Error:
        return text


def schema() -> dict[str, Any]:
    """The JSON Schema of `incident.yaml`."""
    made = Incident.model_json_schema(by_alias=True)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "incident.yaml",
        **{k: v for k, v in made.items() if k != "title"},
    }
