"""Paths, folders, globs, archives and standard input as streams of bytes, each with its name."""

from __future__ import annotations

import re
import sys
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeGuard, cast

from incident_analysis import files, words
from incident_analysis.errors import ParameterError, PathError

if TYPE_CHECKING:
    from incident_analysis.incident import Incident

#: Names that stand for standard input.
STDIN = ("-", "/dev/stdin")


@dataclass(frozen=True, slots=True)
class Source:
    """A file to be read, and how the analyst says it is to be read."""

    path: str
    name: str
    format: str = ""
    zone: str = ""
    service: str = ""
    clock_offset_s: float = 0.0
    not_before: datetime | None = None
    not_after: datetime | None = None
    since: Any = None
    until: Any = None
    named: bool = True
    of_incident: bool = False

    def streams(self, *, first: Collection[str] = ()) -> Iterator[tuple[str, IO[bytes]]]:
        """The files inside it, unpacked, with their names; members of an archive named in `first` before others."""
        if self.path in STDIN:
            yield from files.unpacked("stdin", sys.stdin.buffer, first=first)
            return
        for name, stream in files.unpacked(self.path, first=first):
            yield self.name + name.removeprefix(self.path), stream


def is_incident(given: object) -> TypeGuard[Incident]:
    """Whether an Incident was given; its module takes as long to load as 30 MB of logs, and is not for the asking."""
    module = sys.modules.get("incident_analysis.incident")
    return module is not None and isinstance(given, module.Incident)


def sources(
    given: str | Path | Incident | Iterable[str | Path], *, format: str | None = None, zone: str | None = None
) -> list[Source]:
    """What is to be read, in the order given; the files of a folder or glob sorted by name.

    Raises
    ------
    PathError
        A path does not exist, a glob fits nothing, or a folder is empty.
    """
    if is_incident(given):
        return _of_incident(given, format=format, zone=zone)
    every = [given] if isinstance(given, (str, Path)) else list(cast("Iterable[str | Path]", given))
    return [
        Source(
            str(path),
            name,
            format=format or "",
            zone=zone or "",
            not_after=None if str(path) in STDIN else files.modified(path),
            named=named,
        )
        for one in every
        for path, name, named in _expand(one)
    ]


def evidence(incident: Incident, logs: str | Path | Iterable[str | Path] | None = None) -> Incident | list[str]:
    """What logs are to be read: the incident's own evidence, or others that were named instead.

    Parameters
    ----------
    incident : Incident
    logs : path, glob or several of them, optional
        Relative ones are looked up from the working folder and then from each of its parents, since JupyterLab runs a
        notebook in the notebook's own folder. None: what the incident lists as `evidence:`.

    Returns
    -------
    Incident or list of str
        Either is what the readers take.

    Raises
    ------
    ParameterError
        `logs` names nothing.
    """
    if logs is None:
        return incident
    given = [str(one) for one in ([logs] if isinstance(logs, (str, Path)) else logs)]
    if not given or not all(one.strip() for one in given):
        raise ParameterError(
            "names no file", remedy="name files, folders or globs; None reads the incident's evidence", where="logs"
        )
    return [_upwards(one) for one in given]


def subject(given: Incident | Iterable[str]) -> str:
    """What logs are about, for a chart's heading: the incident, or the names of the files that were read instead."""
    if is_incident(given):
        return given.subject
    names = cast("Iterable[str]", given)
    return words.listing([Path(one).name or one for one in names], most=3)


def _upwards(given: str) -> str:
    if given in STDIN or re.match(r"[a-z][a-z0-9+]+://", given):
        return given
    if (found := files.find_upwards(given)) is not None:
        return str(found)
    if re.search(r"[*?\[]", given) and not Path(given).is_absolute():
        # A glob: the nearest parent in which anything fits it.
        here = Path.cwd()
        found = next((p for p in (here, *here.parents) if files.glob(str(p / given))), None)
        return given if found is None else str(found / given)
    return given


def _of_incident(incident: Incident, *, format: str | None, zone: str | None) -> list[Source]:
    if incident.folder is None:
        return []
    from incident_analysis.reading import evidence_list

    found = []
    for i, given in enumerate(evidence_list.entries(incident)):
        path = files.inside(incident.folder, given.path, where=f"incident.yaml, {incident.where('evidence', i)}")
        for one, name, named in _expand(path):
            found.append(
                Source(
                    str(one),
                    given.path if Path(one) == path else f"{given.path}/{name.split('/', 1)[-1]}",
                    format=format or given.format,
                    zone=zone or given.zone,
                    service=given.service,
                    clock_offset_s=given.clock_offset_s or 0.0,
                    not_after=incident.seen_at,
                    since=given.since.low if given.since else None,
                    until=given.until.high if given.until else None,
                    # An incident's evidence is of every kind: only what a format is stated for has to be of it.
                    named=named and bool(format or given.format),
                    of_incident=True,
                )
            )
    return found


def _expand(given: str | Path) -> Iterator[tuple[str | Path, str, bool]]:
    text = str(given)
    if text in STDIN or re.match(r"[a-z][a-z0-9+]+://", text):
        yield text, "stdin" if text in STDIN else text, True
        return
    if not files.exists(text) and re.search(r"[*?\[]", text):
        hits = [p for p in files.glob(text) if files.is_file(p)]
        if not hits:
            raise PathError("no file fits this pattern", remedy="check the pattern; put it in quotes", where=text)
        yield from ((p, p.name, False) for p in hits)
    elif files.is_folder(text):
        hits = files.every_file(text)
        if not hits:
            raise PathError("a folder without files", remedy="name the folder that holds the exports", where=text)
        yield from ((p, f"{Path(text).name}/{p.relative_to(text).as_posix()}", False) for p in hits)
    elif files.exists(text):
        yield given, Path(text).name, True
    else:
        raise PathError("no such file", remedy="check the path", where=text)
