"""The record of one notebook's run, written last: what it says is true, or it is not there."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

from incident_analysis import files
from incident_analysis.errors import PathError

State = Literal["ok", "failed", "died", "exited", "timed_out"]


@dataclass(frozen=True, slots=True)
class Status:
    """What became of one notebook of one incident.

    Parameters
    ----------
    incident_id, notebook : str
    status : {"ok", "failed", "died", "exited", "timed_out"}
        "failed": a cell raised, or the run could not begin; "died": the process of the kernel ended; "exited": a cell
        asked the kernel to stop; "timed_out": it was ended at its time limit.
    error : str
        Two lines, where and what, then what to do; empty where all is well.
    cells_run, cells_total : int
        Code cells that ran to their end, and all that hold code.
    started : str
        UTC, ISO 8601.
    seconds : float
        Wall clock from the kernel's start to its end.
    inputs : str
        SHA-256 over all that the result depends on: the incident's folder, the register, the notebook, the parameters
        and the library. A run with the same inputs need not be repeated.
    parameters : dict
    versions : dict
        Of Python and of the libraries that compute and draw.
    """

    incident_id: str
    notebook: str
    status: State
    error: str = ""
    cells_run: int = 0
    cells_total: int = 0
    started: str = ""
    seconds: float = 0.0
    inputs: str = ""
    parameters: dict[str, Any] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether the notebook ran to its end."""
        return self.status == "ok"

    def as_dict(self) -> dict[str, Any]:
        """The record as plain values."""
        return asdict(self)


def status_path(report: Path, notebook: str) -> Path:
    """Where the record of a notebook lies."""
    return report / "notebooks" / f"{notebook}.status.json"


def write_status(path: Path, status: Status) -> None:
    """Write a record."""
    files.write_text(path, json.dumps(status.as_dict(), indent=1, sort_keys=True, ensure_ascii=False) + "\n")


def read_status(path: str | Path) -> Status | None:
    """A record; None where there is none, or none that can be understood (then nothing is known about the run)."""
    try:
        read = json.loads(files.read_text(path))
        status = Status(**read)
    except (PathError, ValueError, TypeError):
        return None
    return status if status.status in get_args(State) else None
