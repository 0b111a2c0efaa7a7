"""Many incidents as one frame."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from incident_analysis import files, frames
from incident_analysis.errors import PathError
from incident_analysis.incident import MILESTONES, Incident, read_incident


def read_incidents(paths: str | Path | Iterable[str | Path], *, as_of: Any = None) -> pd.DataFrame:
    """Read incidents from their folders.

    Parameters
    ----------
    paths : path or iterable of paths
        Folders of incidents, or folders that hold such folders.
    as_of : str or datetime, optional
        The instant at which they are told; what came later counts as not yet happened.

    Returns
    -------
    INCIDENTS, in the order of the paths

    Raises
    ------
    PathError
        A path does not exist, or holds no incident.
    IncidentFileError
        An incident cannot be read.
    """
    every = [paths] if isinstance(paths, (str, Path)) else list(paths)
    found = [folder for path in every for folder in _folders(path)]
    return incidents(read_incident(folder, as_of=as_of) for folder in found)


def _folders(path: str | Path) -> list[Path]:
    place = files.find_upwards(path)
    if place is not None and files.is_folder(place) and not files.is_file(place / "incident.yaml"):
        below = [p for p in files.listing(place) if files.is_file(p / "incident.yaml")]
        if not below:
            raise PathError(
                "neither an incident nor a folder of incidents",
                remedy="name a folder that holds incident.yaml, or the folder above several of them",
                where=str(path),
            )
        return below
    return [Path(path)]


def incidents(every: Iterable[Incident]) -> pd.DataFrame:
    """Incidents as the frame INCIDENTS."""
    return frames.build(frames.INCIDENTS, [_row(incident) for incident in every])


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
