"""`evidence.csv`: what lies in an incident's evidence/, with digest, origin and time of export."""

from __future__ import annotations

import csv
import io
import posixpath
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pandas as pd

from incident_analysis import files, frames
from incident_analysis.document import Problem, when
from incident_analysis.errors import IncidentFileError
from incident_analysis.incident import Incident
from incident_analysis.incident.parts import EvidenceFile
from incident_analysis.reading.timeline_csv import cell

#: Beside incident.yaml, not among the evidence: whatever lies there is an export as it came.
NAME = "evidence.csv"
COLUMNS = ("path", "sha256", "bytes", "origin", "exported", "collected")


def listed(folder: Path) -> pd.DataFrame:
    """What an incident's `evidence.csv` lists; empty where there is none.

    Parameters
    ----------
    folder : Path
        The incident's.

    Returns
    -------
    EVIDENCE_FILES
        `state` is empty: `checked` judges it.

    Raises
    ------
    IncidentFileError
        A line cannot be read.
    """
    if not files.is_file(folder / NAME):
        return frames.empty(frames.EVIDENCE_FILES)
    reader = csv.DictReader(io.StringIO(files.read_text(folder / NAME)))
    lacking = [name for name in ("path", "sha256") if name not in (reader.fieldnames or ())]
    if lacking:
        raise IncidentFileError(
            f"no column `{lacking[0]}`",
            remedy=f"the first line is {','.join(COLUMNS)}; `incident-analysis collect` writes this file",
            where=f"{NAME}, line 1",
        )
    rows = []
    for record in reader:
        where = f"{NAME}, line {reader.line_num}"
        row: dict[str, Any] = {name: record.get(name) or None for name in COLUMNS}
        try:
            for name in ("exported", "collected"):
                row[name] = None if row[name] is None else when(row[name]).low
            row["bytes"] = None if row["bytes"] is None else int(row["bytes"])
        except Problem as problem:
            raise IncidentFileError(problem.what, remedy=problem.remedy, where=where) from None
        except ValueError:
            raise IncidentFileError(
                f"{row['bytes']!r} is no number of bytes", remedy="write a whole number", where=where
            ) from None
        rows.append(row)
    return frames.build(frames.EVIDENCE_FILES, rows)


def entries(incident: Incident) -> list[EvidenceFile]:
    """The files that an incident's evidence is: what `evidence:` names, then what else `evidence.csv` lists.

    What was collected is evidence, whether somebody has said yet how it is to be read or not: incident.yaml is people's
    and is not written to. A file that `evidence:` names, alone, by its folder or by a pattern, is read as stated there.

    Parameters
    ----------
    incident : Incident

    Returns
    -------
    list of EvidenceFile
        Those of `evidence.csv` without format, zone and offset; one that is no longer there is left out, which
        `timeline.coverage` tells.

    Raises
    ------
    IncidentFileError
        `evidence.csv` cannot be read.
    PathError
        It names a file outside the folder.
    """
    stated = list(incident.evidence)
    if incident.folder is None:
        return stated
    further = []
    for path in map(str, listed(incident.folder)["path"]):
        place = files.inside(incident.folder, path, where=NAME)
        if files.is_file(place) and not any(_names(one.path, path) for one in stated):
            further.append(EvidenceFile(path=path))
    return stated + further


def _names(stated: str, path: str) -> bool:
    """Whether a path of `evidence:` means a file: by its name, by a folder above it, or by a pattern."""
    stated, given = posixpath.normpath(stated), posixpath.normpath(path)
    return given == stated or given.startswith(f"{stated}/") or fnmatchcase(given, stated)


def checked(folder: Path) -> pd.DataFrame:
    """What `evidence.csv` lists, against what lies there.

    Parameters
    ----------
    folder : Path
        The incident's.

    Returns
    -------
    EVIDENCE_FILES
        `state` "there already", "changed" (its bytes are no longer those that were collected) or "missing".
    """
    rows = frames.rows(listed(folder))
    for row in rows:
        place = files.inside(folder, str(row["path"]), where=NAME)
        if not files.is_file(place):
            row |= {"state": "missing", "reason": "it is listed, but no longer there"}
        elif (found := files.digest(place)) != row["sha256"]:
            row |= {
                "state": "changed",
                "reason": f"its digest is {found[:12]}…, not {str(row['sha256'])[:12]}… as when it was collected",
            }
        else:
            row |= {"state": "there already", "reason": "unchanged since it was collected"}
    return frames.build(frames.EVIDENCE_FILES, rows)


def text_of(evidence: pd.DataFrame) -> str:
    """EVIDENCE_FILES as the text of `evidence.csv`, sorted by path."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in sorted(frames.rows(evidence), key=lambda r: str(r["path"])):
        writer.writerow([cell(row[name], "number" if name == "bytes" else "") for name in COLUMNS])
    return out.getvalue()
