"""Is everything here that a run needs? Each check says what it found and, where it fails, what to do."""

from __future__ import annotations

import json
import platform
import re
import sys
import time
from collections.abc import Callable, Iterator
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from incident_analysis import files
from incident_analysis.batch.copies import EXAMPLE
from incident_analysis.batch.execute import execute
from incident_analysis.errors import IncidentAnalysisError

if TYPE_CHECKING:
    import pandas as pd

OLDEST_PYTHON = (3, 11)
Check = tuple[str, bool, str, str]


def doctor(*, out: str | Path = "reports", timeout: float = 60) -> pd.DataFrame:
    """Look whether everything is here that a run needs.

    Parameters
    ----------
    out : str or Path
        Folder where reports would be written; it is not made.
    timeout : float
        Seconds to wait for a kernel.

    Returns
    -------
    DataFrame
        One row for each check: `check`, `ok`, `found`, `remedy` (empty where all is well). Nothing is left behind.
    """
    import pandas as pd

    rows: list[Check] = []
    for check in (_python, _packages, _data, _fonts, _zones):
        rows += _guarded(check)
    rows += _guarded(_writing, Path(out))
    rows += _guarded(_kernel, timeout)
    return pd.DataFrame(rows, columns=["check", "ok", "found", "remedy"])


def _guarded(check: Callable[..., Iterator[Check]], *arguments: Any) -> list[Check]:
    try:
        return list(check(*arguments))
    except IncidentAnalysisError as error:
        return [(check.__name__.strip("_"), False, f"{error.where}: {error.what}".strip(": "), error.remedy)]
    except Exception as error:  # a check that breaks is a finding, not the end of the others
        said = " ".join(str(error).split())
        return [(check.__name__.strip("_"), False, f"{type(error).__name__}: {said}"[:200], "install it again")]


def _python() -> Iterator[Check]:
    needed = ".".join(map(str, OLDEST_PYTHON))
    good = sys.version_info >= OLDEST_PYTHON
    found = f"{platform.python_version()} at {sys.executable}"
    yield "python", good, found, "" if good else f"use Python {needed} or newer"


def _packages() -> Iterator[Check]:
    try:
        lines = metadata.requires("incident-analysis") or []
    except metadata.PackageNotFoundError:
        yield "packages", False, "incident-analysis is not installed, only imported", "run `pip install .` in the clone"
        return
    for line in lines:
        asked, _, condition = line.partition(";")
        if "extra" in condition:
            continue
        name = re.split(r"[<>=!~ (\[]", asked, maxsplit=1)[0]
        bound = re.search(r">=\s*([0-9.]+)", asked)
        remedy = f"pip install '{asked.strip()}'"
        try:
            version = metadata.version(name)
        except metadata.PackageNotFoundError:
            yield name, False, "not installed", remedy
            continue
        good = bound is None or _release(version) >= _release(bound[1])
        yield name, good, version, "" if good else remedy


def _release(version: str) -> tuple[int, ...]:
    """The release part of a version as numbers that compare: 3.0 is 3.

    Examples
    --------
    >>> _release("3.10.1rc2") > _release("3.9"), _release("3.0") == _release("3")
    (True, True)
    """
    numbers = re.match(r"[0-9]+(\.[0-9]+)*", version)
    parts = [int(n) for n in numbers[0].split(".")] if numbers else []
    while parts and parts[-1] == 0:
        parts.pop()
    return tuple(parts)


def _data() -> Iterator[Check]:
    from incident_analysis.incident import read_incident
    from incident_analysis.register import read_register

    notebooks = files.listing(files.notebooks(), "*.ipynb")
    again = "" if notebooks else "install incident-analysis again"
    yield "notebooks", bool(notebooks), f"{len(notebooks)} in {files.notebooks()}", again
    incident = read_incident(files.packaged(f"data/incidents/{EXAMPLE}"))
    yield "example incident", True, incident.title, ""
    register = read_register(files.packaged("data/risk_register.yaml"))
    yield "risk register", True, f"{len(register)} scenarios", ""


def _fonts() -> Iterator[Check]:
    # The font comes with the drawing library, so that charts look the same on every machine.
    place = metadata.distribution("matplotlib").locate_file("matplotlib/mpl-data/fonts/ttf/DejaVuSans.ttf")
    good = files.is_file(str(place))
    found = "DejaVu Sans" if good else f"{place} is missing"
    yield "font", good, found, "" if good else "pip install --force-reinstall matplotlib"


def _zones() -> Iterator[Check]:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        ZoneInfo("Europe/Vienna")
    except ZoneInfoNotFoundError:
        yield "time zones", False, "no data", "pip install tzdata"
    else:
        yield "time zones", True, "found", ""


def _writing(out: Path) -> Iterator[Check]:
    # The nearest folder that is there: where `out` would be made.
    place = next(p for p in (out.resolve(), *out.resolve().parents) if files.exists(p))
    try:
        files.remove(files.write_text(place / ".incident-analysis-doctor", "written to see whether it can be\n"))
    except IncidentAnalysisError as error:
        yield "writing", False, f"{place}: {error.what}", error.remedy
    else:
        yield "writing", True, str(place), ""


def _kernel(timeout: float) -> Iterator[Check]:
    import nbformat

    # What a notebook begins with: its kernel must find the library.
    cells = [nbformat.v4.new_code_cell("import sys\nimport incident_analysis\nsys.executable")]
    book = nbformat.v4.new_notebook(cells=cells)
    begun = time.monotonic()
    outcome = execute(book, {}, timeout=timeout, name="doctor.ipynb")
    if outcome.status != "ok":
        what, _, remedy = outcome.error.partition("\nTo fix: ")
        yield "kernel", False, what, remedy
        return
    assert outcome.text is not None
    (answer,) = json.loads(outcome.text)["cells"][0]["outputs"]
    used = "".join(answer["data"]["text/plain"]).strip("'")
    good = used == sys.executable
    found = f"started and ended in {time.monotonic() - begun:.1f} s" if good else f"another interpreter: {used}"
    yield "kernel", good, found, "" if good else "install incident-analysis again in the environment that you use"
