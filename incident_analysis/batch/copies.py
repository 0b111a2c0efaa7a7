"""The shipped notebooks, and the shipped example, where somebody wants to work on them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from incident_analysis import files
from incident_analysis.batch.run import Step, run_incident
from incident_analysis.errors import PathError

EXAMPLE = "2017-01-31-gitlab-database"


def notebooks_copy(folder: str | Path) -> list[Path]:
    """Copy the shipped notebooks into a folder, to be opened and changed there.

    Parameters
    ----------
    folder : str or Path
        It is made where it is missing.

    Returns
    -------
    list of Path
        The copies. One that is there already and is the same is left alone.

    Raises
    ------
    PathError
        A file of that name is there and differs: it may be somebody's work, so nothing is copied.
    """
    sources = files.listing(files.notebooks(), "*.ipynb")
    pairs = [(source, Path(folder) / source.name) for source in sources]
    changed = [t for s, t in pairs if files.exists(t) and (not files.is_file(t) or files.digest(s) != files.digest(t))]
    if changed:
        raise PathError(
            "is there already and differs from the shipped one",
            remedy="choose another folder, or move yours away",
            where=str(changed[0]),
        )
    return [files.write_bytes(target, files.read_bytes(source)) for source, target in pairs]


def demo(out: str | Path = "reports", *, progress: Callable[[Step], None] | None = None) -> Path:
    """Write the postmortem of GitLab's lost database of 31 January 2017, from what is installed: no clone needed.

    Parameters
    ----------
    out : str or Path
        Folder of the reports; the report goes into `<out>/2017-01-31-gitlab-database`.
    progress : callable, optional
        Is called with a `Step` whenever something happened.

    Returns
    -------
    Path
        Of `postmortem.html`.

    Raises
    ------
    NotebookError
        A notebook did not run to its end.
    """
    return run_incident(files.packaged(f"data/incidents/{EXAMPLE}"), report=out, progress=progress)
