"""A kernel of this interpreter, with an environment that does not leak into results."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from itertools import count
from multiprocessing.util import get_temp_dir
from pathlib import Path
from typing import Any

# What people set for their own sessions and what would change texts or charts here.
_FORGOTTEN = ("MPL", "MATPLOTLIB", "IPYTHON", "JUPYTER_", "JPY_", "PAPERMILL_", "PANDAS_", "LC_")
_FORGOTTEN_NAMES = {
    "LANGUAGE",
    "PYTHONBREAKPOINT",
    "PYTHONDEVMODE",
    "PYTHONHASHSEED",
    "PYTHONINSPECT",
    "PYTHONIOENCODING",
    "PYTHONOPTIMIZE",
    "PYTHONSTARTUP",
    "PYTHONUTF8",
    "PYTHONWARNINGS",
    "SOURCE_DATE_EPOCH",
    "TZ",
}
# It also holds the cache of fonts, which takes seconds to build; the matplotlibrc beside it is kept out below.
_KEPT = {"MPLCONFIGDIR"}

_numbers = count()


def environment(base: Mapping[str, str], *, place: Path) -> dict[str, str]:
    """The environment of a kernel.

    Parameters
    ----------
    base : mapping
        The environment of the caller; its paths and its own variables are kept.
    place : Path
        An empty folder for the kernel's own files.
    """
    kept = {
        name: value
        for name, value in base.items()
        if name in _KEPT or not (name.startswith(_FORGOTTEN) or name in _FORGOTTEN_NAMES)
    }
    return kept | {
        # A profile's start-up files and the history would be read and written otherwise.
        "IPYTHONDIR": str(place / "ipython"),
        "JUPYTER_RUNTIME_DIR": str(place),
        "JUPYTER_PLATFORM_DIRS": "1",
        # matplotlib takes the file named here before any of the user's own.
        "MATPLOTLIBRC": str(_default_matplotlibrc()),
        "LC_ALL": "C.UTF-8",
        "PYTHONHASHSEED": "0",
        "PYTHONUTF8": "1",
        "TZ": "UTC",
        # One thread: sums do not depend on the number of cores, and workers do not fight over them.
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
    }


def _default_matplotlibrc() -> Path:
    import importlib.util

    found = importlib.util.find_spec("matplotlib")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent / "mpl-data" / "matplotlibrc"


def manager(kind: type) -> tuple[Any, dict[str, str]]:
    """A manager for one kernel, not yet started, and the environment to start it in.

    The kernel is the interpreter that runs this, whatever kernel specs lie on Jupyter's path.

    Parameters
    ----------
    kind : type
        The class of manager that the client wants.
    """
    # A private folder of this process, which goes when the process ends; its path is short enough for sockets.
    place = Path(get_temp_dir())
    name = place / f"kernel-{next(_numbers)}"
    made = kind(kernel_name="python3", connection_file=f"{name}.json")
    # Without folders to look in, the native kernel is the only one left.
    made.kernel_spec_manager.kernel_dirs = []
    if sys.platform != "win32":
        # Sockets in the private folder: no ports that two workers could both pick, none that others could open.
        made.transport, made.ip = "ipc", str(name)
    return made, environment(os.environ, place=place)
