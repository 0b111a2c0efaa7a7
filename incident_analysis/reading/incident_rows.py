"""Many incidents as one frame: folders of incidents, and histories that other tools export."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from incident_analysis import files, frames
from incident_analysis.document import Problem, when
from incident_analysis.errors import ParameterError, PathError
from incident_analysis.format import Format
from incident_analysis.incident import MILESTONES, Incident, read_incident
from incident_analysis.reading.documents import Progress, documents
from incident_analysis.reading.incident_history import incident_rows
from incident_analysis.reading.logs import tell

#: A folder of more files is no folder of exports: reading a bit of each, only to leave it out, would take minutes.
MOST_FILES = 1_000


def read_incidents(
    paths: str | Path | Iterable[str | Path],
    *,
    as_of: Any = None,
    format: str | Format | None = None,
    zone: str | None = None,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Read incidents: from their folders, and from histories such as a status page's archive or a ticket system's.

    Parameters
    ----------
    paths : path or iterable of paths
        Folders of incidents, folders that hold such folders, exports of a history, or folders of exports.
    as_of : str or datetime, optional
        The instant at which they are told; what came later counts as not yet happened. A history without it is told as
        of its last record.
    format : str or Format, optional
        Of exports, the name of their format; by default each file's content tells.
    zone : str, optional
        Of exports, the zone of stamps that carry none; "UTC" by default, with a warning.
    progress : callable, optional
        Called with the name of an export and how many of its bytes were read so far.

    Returns
    -------
    INCIDENTS
        In the order of the paths. What an export tells beside it stands in further columns. `attrs["sources"]` tells
        what became of the lines of each export, `attrs["as_of"]` the instant at which each was told.

    Raises
    ------
    PathError
        A path does not exist, holds no incident, or is a folder of more than 1,000 files that are no folders of
        incidents.
    IncidentFileError
        An incident cannot be read.
    FormatError
        A file has no known format, or is no history of incidents.

    Warns
    -----
    EvidenceWarning
        Anything that weakens a history: an assumed zone, a truncated export, ends before starts.
    """
    every = [paths] if isinstance(paths, (str, Path)) else list(paths)
    try:
        seen = None if as_of is None else pd.Timestamp(when(as_of).high)
    except Problem as problem:
        raise ParameterError(problem.what, remedy=problem.remedy, where="as_of") from None
    parts: list[pd.DataFrame] = []
    accounts, told = [], {}
    for path in every:
        folders = _folders(path)
        if folders:
            parts.append(incidents(read_incident(folder, as_of=as_of) for folder in folders))
            continue
        place = _upwards(path)
        _no_larger_than_a_folder_of_exports(place)
        for document in documents(place, asked="INCIDENTS", format=format, zone=zone, progress=progress):
            accounts.append(document.account)
            if document.form is None:
                continue
            form = document.form
            found = list(document.items)
            own = [item.frame or form.yields for item in found if item.row is not None]
            if found and "INCIDENTS" not in own:
                document.account.warn("no incidents stand in it, only events: `read_timeline` reads them")
            found = [replace(item, frame=item.frame or form.yields) for item in found]
            rows = incident_rows(found, form=form, source=document.source, account=document.account, as_of=seen)
            told[document.account.source] = rows.attrs.pop("as_of")
            parts.append(rows)
    if accounts and all(any(what.startswith("left out") for what in account.warnings) for account in accounts):
        raise PathError(
            "neither an incident, nor a folder of incidents, nor an export of a history",
            remedy="name a folder that holds incident.yaml, the folder above several of them, or an export",
            where=str(every[0]),
        )
    tell(accounts)
    parts = [part for part in parts if len(part)] or parts[:1]
    made = pd.concat(parts, ignore_index=True) if len(parts) > 1 else parts[0] if parts else incidents(())
    made.attrs = {"sources": [account.to_dict() for account in accounts], "as_of": told} if accounts else {}
    return made


def _upwards(path: str | Path) -> str:
    found = files.find_upwards(path)
    return str(path if found is None else found)


def _no_larger_than_a_folder_of_exports(place: str) -> None:
    if files.is_folder(place) and files.holds_more_files(place, MOST_FILES):
        raise PathError(
            f"more than {MOST_FILES:,} files lie below this folder, and it is no folder of incidents",
            remedy="name the exports, a pattern such as 'exports/*.json', or the folder above those that hold "
            "incident.yaml",
            where=place,
        )


def _folders(path: str | Path) -> list[Path]:
    """The folders of incidents that a path names; none where it is an export, or a folder of exports."""
    place = files.find_upwards(path)
    if place is not None and place.name == "incident.yaml":
        return [Path(path)]
    if place is None or files.is_file(place):
        # A bare id is looked up where incidents live; a pattern, or an address, is an export's.
        text = str(path)
        is_export = place is not None or any(mark in text for mark in "*?[") or "://" in text or text == "-"
        return [] if is_export else [Path(path)]
    if files.is_file(place / "incident.yaml"):
        return [Path(path)]
    return [p for p in files.listing(place) if files.is_file(p / "incident.yaml")]


def incidents(every: Iterable[Incident]) -> pd.DataFrame:
    """Incidents as the frame INCIDENTS; where one of them is a drill, the further column `kind` says which."""
    told = list(every)
    made = frames.build(frames.INCIDENTS, [_row(incident) for incident in told])
    if any(incident.drill for incident in told):
        kinds = ["drill" if incident.drill else "incident" for incident in told]
        made["kind"] = pd.Series(kinds, index=made.index, dtype="str")
    return made


def _row(incident: Incident) -> dict[str, Any]:
    triggers = [cause.category or cause.text for cause in incident.causes if cause.kind == "trigger"]
    row: dict[str, Any] = {
        "incident_id": incident.id,
        "title": incident.title,
        "organisation": incident.organisation,
        "severity": incident.severity.level.value,
        "severity_stated": "",
        "services": incident.services,
        "trigger": "; ".join(triggers),
        "scenario_ids": tuple(s.id for s in incident.risk.scenarios) if incident.risk else (),
        "source": "incident.yaml",
    }
    for name in MILESTONES:
        moment = incident.moment(name)
        row |= {
            name: moment.time,
            f"{name}_low": moment.low,
            f"{name}_high": moment.high,
            f"{name}_certainty": moment.certainty,
        }
    return row
