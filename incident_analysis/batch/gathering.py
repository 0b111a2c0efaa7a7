"""Evidence into an incident's folder: exports as they came, and what they tell as one timeline."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable
from datetime import UTC, datetime
from datetime import date as Date  # `date` is an argument here
from pathlib import Path, PurePosixPath
from typing import Any

import pandas as pd

from incident_analysis import clock, files, frames, timeline, words
from incident_analysis.batch.folder import PLACES
from incident_analysis.document import Problem, when
from incident_analysis.errors import EvidenceWarning, ParameterError, PathError
from incident_analysis.incident import Incident, read_incident
from incident_analysis.reading import evidence_list, read_timeline, timeline_csv
from incident_analysis.reading.recognise import FormatError, OtherFrameError

FOLDER = "evidence"


def collect(paths: str | Path | Iterable[str | Path], *, into: str | Path) -> pd.DataFrame:
    """Copy exports into an incident's `evidence/`, byte for byte.

    Nothing that lies there is ever changed: a file of the same name with other content is put beside it under a name
    with the first digits of its digest. `evidence.csv` keeps for each file its digest, where it came from and when it
    was last written before it was copied, the best that is known of the time of the export. What was collected before
    is checked against its digest.

    Parameters
    ----------
    paths : path or iterable of paths
        Files, folders, globs, or addresses that fsspec opens.
    into : str or Path
        The incident's folder.

    Returns
    -------
    EVIDENCE_FILES
        All evidence of the incident. `state` "copied": by this call; "changed" or "missing": no longer as collected.

    Raises
    ------
    PathError
        A file is missing, a folder is empty, or `into` is no incident's folder. Then nothing is copied.
    """
    folder = _folder(into)
    every = [found for one in _listed(paths) for found in _files_of(one)]
    # All are looked at before the first is copied: a misspelt name, or a link that leads out of the folder, leaves
    # nothing half done.
    for path, name in every:
        if _inside(folder, path) is None:
            files.inside(folder, f"{FOLDER}/{name}", where=name)
    digests = [files.digest(path) for path, _ in every]
    known = {str(row["path"]): row for row in frames.rows(evidence_list.checked(folder))}
    for (path, name), digest in zip(every, digests, strict=True):
        own = _inside(folder, path)
        relative = own or f"{FOLDER}/{name}"
        other = None
        if own is None and files.exists(folder / relative) and files.digest(folder / relative) != digest:
            place = PurePosixPath(relative)
            other, relative = relative, str(place.with_name(f"{place.stem}-{digest[:8]}{place.suffix}"))
        there = files.exists(folder / relative)
        if not there:
            target = files.inside(folder, relative, where=name)
            if files.copy_new(path, target) != digest:
                files.remove(target)
                raise PathError("was changed while it was copied", remedy="copy it again", where=str(path))
        elif relative in known:
            # It may have been changed since: that is told, and the list keeps the first digest.
            continue
        known[relative] = {
            "path": relative,
            "sha256": digest,
            "bytes": files.size(folder / relative),
            "origin": str(path),
            "exported": files.modified(path),
            "collected": datetime.now(UTC).replace(microsecond=0),
            "state": "there already" if there else "copied",
            "reason": "now listed"
            if there
            else f"differs from {other}, which stays as it is"
            if other
            else "copied byte for byte",
        }
    made = frames.build(frames.EVIDENCE_FILES, sorted(known.values(), key=lambda row: str(row["path"])))
    files.write_text(folder / evidence_list.NAME, evidence_list.text_of(made))
    return made


def import_evidence(
    paths: str | Path | Iterable[str | Path],
    *,
    into: str | Path,
    format: str | None = None,
    zone: str | None = None,
    date: Any = None,
    write: bool = True,
) -> pd.DataFrame:
    """Import exports into an incident's `timeline.csv`: clocks put right, merged, linked, hand edits kept.

    Parameters
    ----------
    paths : path or iterable of paths
        Exports of events; logs and metrics among them are passed over and told, and so is what has no known format but
        lies in the incident's `evidence/`. What `evidence:` in incident.yaml says
        of a file (format, zone, clock offset) holds for it.
    into : str or Path
        The incident's folder.
    format, zone, date
        As in `read_timeline`, for all files of this call.
    write : bool
        False: only tell what would change.

    Returns
    -------
    CHANGES
        What was added, updated, kept against the source, joined, or is gone from the export. `attrs`: "path" of
        `timeline.csv`, "events" in it, "unchanged", "offsets" (rows of OFFSETS), "passed_over" and "warnings" (texts).

    Raises
    ------
    PathError
        A file is missing, or `into` is no incident's folder.
    FormatError
        A file from elsewhere is of no known format.
    IncidentFileError
        `timeline.csv` cannot be read: then nothing is written.
    ParameterError
        No file holds events; no such format, zone or date.
    """
    folder = _folder(into)
    if zone is not None:
        clock.check_zone(zone)
    if date is not None:
        date = _day(date)
    incident = read_incident(folder)
    fresh: list[pd.DataFrame] = []
    passed: list[str] = []
    told: list[str] = []
    for path in _listed(paths):
        if _is_hint(folder, path):
            continue
        try:
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always", EvidenceWarning)
                rows = _read(path, incident, format=format, zone=zone, date=date)
        except FormatError as error:
            # A picture or a log among the evidence is no reason to refuse the rest; what was named from elsewhere is.
            if not isinstance(error, OtherFrameError) and (format or _inside(folder, path) is None):
                raise
            passed.append(f"{path}: {error.what}")
            continue
        told += [str(w.message) for w in caught if issubclass(w.category, EvidenceWarning)]
        fresh.append(rows)
    if not any(len(rows) for rows in fresh):
        raise ParameterError(
            f"no events in {words.listing([str(p) for p in _listed(paths)], most=3)}"
            + (f" ({passed[0]})" if passed else ""),
            remedy="name exports of alerts, chats or tickets; logs are read from `evidence:` in incident.yaml",
            where="paths",
        )
    target = folder / timeline_csv.NAME
    there = files.is_file(target)
    old = timeline.from_csv(timeline_csv.text_in(folder)) if there else frames.empty(frames.TIMELINE)
    found = timeline.renew(old, fresh)
    if write:
        files.write_text(target, timeline.csv_text(found.timeline))
    changes = found.changes
    touched = set(changes["event_id"])
    changes.attrs |= {
        "path": str(target),
        "events": len(found.timeline),
        "unchanged": sum(identity not in touched for identity in found.timeline["event_id"]),
        "offsets": frames.rows(found.offsets),
        "passed_over": passed,
        "warnings": list(dict.fromkeys(told)),
    }
    return changes


def _day(given: Any) -> Any:
    try:
        return given if isinstance(given, Date) else when(given).low.date()
    except Problem as problem:
        raise ParameterError(problem.what, remedy='write the day as "2026-03-07"', where="date") from None


def _read(path: str | Path, incident: Incident, **stated: Any) -> pd.DataFrame:
    """One file as the incident, or else the call, says it is to be read."""
    listed = next((e for e in incident.evidence if incident.folder and _same(incident.folder / e.path, path)), None)
    offset = None
    if listed is not None:
        stated["format"] = listed.format or stated["format"]
        stated["zone"] = listed.zone or stated["zone"]
        offset = listed.clock_offset_s
    rows = read_timeline([path], **stated)
    if offset:
        rows = timeline.shift(rows, offset=offset)
    # The same file is the same source, whether it is named from inside the folder or not.
    rows["source"] = rows["source"].str.removeprefix(f"{FOLDER}/")
    return rows


def _same(one: Path, other: str | Path) -> bool:
    return one.resolve() == Path(other).resolve()


def _folder(into: str | Path) -> Path:
    return Path(read_incident_file(into)).parent


def read_incident_file(into: str | Path) -> Path:
    """The incident.yaml of the folder that evidence goes into: a misspelt folder is never made."""
    from incident_analysis.incident import find_incident

    return find_incident(into)


def _listed(paths: str | Path | Iterable[str | Path]) -> list[str | Path]:
    every = [paths] if isinstance(paths, (str, Path)) else list(paths)
    if not every:
        raise ParameterError("names no file", remedy="name at least one export", where="paths")
    found: list[str | Path] = []
    for one in every:
        pattern = not files.exists(one) and re.search(r"[*?\[]", str(one)) and "://" not in str(one)
        hits = [p for p in files.glob(str(one)) if files.is_file(p)] if pattern else [one]
        if not hits:
            raise PathError("no file fits this pattern", remedy="check the pattern; put it in quotes", where=str(one))
        found += hits
    return found


def _files_of(given: str | Path) -> list[tuple[str | Path, str]]:
    """The files that a path means, with their names below evidence/."""
    text = str(given)
    if re.match(r"[a-z][a-z0-9+]+://", text):
        return [(text, text.rstrip("/").rsplit("/", 1)[-1].split("?")[0] or "download")]
    path = Path(text)
    if files.is_folder(path):
        home = path.resolve().name
        every = files.every_file(path)
        if not every:
            raise PathError("a folder without files", remedy="name the folder that holds the exports", where=text)
        return [(p, f"{home}/{p.relative_to(path).as_posix()}") for p in every]
    if not files.is_file(path):
        raise PathError("no such file", remedy="check the path", where=text)
    return [(path, path.name)]


def _inside(folder: Path, path: str | Path) -> str | None:
    """The path below the incident's folder, where the file lies in its evidence/ already."""
    if "://" in str(path):
        return None
    place, home = Path(path).resolve(), folder.resolve()
    return place.relative_to(home).as_posix() if place.is_relative_to(home / FOLDER) else None


def _is_hint(folder: Path, path: str | Path) -> bool:
    """Whether it is the note that `init` put into evidence/, and nobody's export."""
    return (
        _inside(folder, path) == f"{FOLDER}/README.txt"
        and files.is_file(path)
        and files.read_bytes(path) == PLACES[f"{FOLDER}/README.txt"].encode()
    )
