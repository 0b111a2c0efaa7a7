"""The house's rules that a machine can hold: who imports whom, who borrows what, who touches disk, clock and chance.

The order of the floors is read from docs/architecture.md, so that the page cannot fall behind.
"""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "incident_analysis"
NAME = PACKAGE.name

BORROWED = {
    "polars": {"reading", "formats", "signals"},
    "pyarrow": {"reading", "formats", "signals"},
    "scipy": {"statistics", "signals", "impact", "risk", "trends"},
    "matplotlib": {"charts"},
    "papermill": {"batch"},
    "dask": {"batch", "reading"},
    "distributed": {"batch", "reading"},
    "jinja2": {"report"},
}
#: Declared, though no line imports them.
UNIMPORTED = {
    "ipykernel": "the kernel that runs the notebooks",
    "tzdata": "what zoneinfo reads where the system has no zones",
}
#: Extras whose libraries the package itself imports, late.
EXTRAS = ("excel",)
ABOVE_BATCH = {"batch", "cli", "__main__"}

DISK_MODULES = {"shutil", "tempfile", "glob", "fsspec", "mmap", "zipfile", "tarfile"}
DISK_OF_OS = set(
    "access chmod link listdir lstat makedirs mkdir open remove removedirs rename renames replace rmdir "
    "scandir stat symlink unlink utime walk".split()
)
DISK_OF_OS_PATH = set("exists getmtime getsize isdir isfile islink lexists realpath".split())
DISK_METHODS = set(
    "chmod exists glob is_dir is_file is_symlink iterdir lstat mkdir open read_bytes read_text rglob rmdir "
    "stat symlink_to touch unlink write_bytes write_text".split()
)
CLOCK_METHODS = {"now", "utcnow", "today"}
CHANCE_AND_WORLD = set("getpass http random requests secrets socket ssl time urllib.request uuid".split())


def floors() -> dict[str, int]:
    """Each room's floor, counted from the bottom, as the page draws it."""
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    line = re.search(r"^`(errors → .*)`$", text, re.MULTILINE)
    assert line, "docs/architecture.md draws no floors"
    order = [[room.strip() for room in floor.split("·")] for floor in line[1].split("→")]
    found = {room: height for height, floor in enumerate(order) for room in floor}
    return found | {"__main__": len(order)}


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def room_of(path: Path) -> str:
    """The room that a module belongs to; the package's own contents page belongs to none."""
    first = path.relative_to(PACKAGE).parts[0]
    return "" if first == "__init__.py" else first.removesuffix(".py")


def imported(tree: ast.AST, *, package: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    """Line and absolute dotted name of everything that is imported; `package` is where the module lives."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            stem = ".".join((*base, *([node.module] if node.module else [])))
            yield from ((node.lineno, f"{stem}.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.Call) and _dotted(node.func).endswith("import_module"):
            yield from ((node.lineno, str(a.value)) for a in node.args[:1] if isinstance(a, ast.Constant))


def wrong_imports(source: str, room: str, *, package: tuple[str, ...] = (NAME,)) -> list[str]:
    """What a module of a room imports and must not."""
    height = floors()
    found = []
    for line, name in imported(ast.parse(source), package=package):
        parts = name.split(".")
        if parts[0] == NAME:
            other = parts[1] if len(parts) > 1 else ""
            if other in (room, "__version__"):
                continue
            if other not in height:
                found.append(f"line {line}: {name}: the package's contents page is for users, not for rooms")
            elif height[other] >= height[room]:
                found.append(f"line {line}: {room} imports {other}, which is not below it")
        elif room not in BORROWED.get(parts[0], {room}):
            found.append(f"line {line}: {parts[0]} belongs in {', '.join(sorted(BORROWED[parts[0]]))}, not in {room}")
    return found


def _dotted(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else "()"


def touches_disk(source: str) -> list[str]:
    """Where a module opens, looks for, writes or removes a file by itself."""
    found = []
    tree = ast.parse(source)
    for line, name in imported(tree, package=(NAME,)):
        if name.split(".")[0] in DISK_MODULES:
            found.append(f"line {line}: imports {name}")
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = _dotted(node.func)
        base, _, last = name.rpartition(".")
        if (
            name in {"open", "io.open"}
            or (base == "os" and last in DISK_OF_OS)
            or (base == "os.path" and last in DISK_OF_OS_PATH)
            or (base and base not in {"files", "os", "os.path", "webbrowser"} and last in DISK_METHODS)
            or (base in {"pd", "pandas"} and last.startswith("read_") and not _in_memory(node))
            or (base and re.fullmatch(r"to_(csv|parquet|json|pickle|excel|feather|hdf)", last) and node.args)
        ):
            found.append(f"line {node.lineno}: {name}(…)")
    return found


def _in_memory(call: ast.Call) -> bool:
    return bool(call.args) and isinstance(call.args[0], ast.Call) and _dotted(call.args[0].func).endswith("IO")


def asks_the_world(source: str) -> list[str]:
    """Where a module asks the clock, the environment or the network, or seeds itself."""
    found = []
    tree = ast.parse(source)
    for line, name in imported(tree, package=(NAME,)):
        if any(name == world or name.startswith(f"{world}.") for world in CHANCE_AND_WORLD):
            found.append(f"line {line}: imports {name}")
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and _dotted(node) in {"os.environ", "os.getenv", "os.urandom"}:
            found.append(f"line {node.lineno}: {_dotted(node)}")
        if not isinstance(node, ast.Call):
            continue
        name = _dotted(node.func)
        last = name.rpartition(".")[2]
        given = [*node.args, *(keyword.value for keyword in node.keywords)]
        seeded = bool(given) and not isinstance(given[0], ast.Constant)
        if ".random." in name and not (last in {"default_rng", "Generator", "SeedSequence", "PCG64"} and seeded):
            found.append(f"line {node.lineno}: {name}(…) seeds itself")
        elif last in CLOCK_METHODS and "." in name:
            found.append(f"line {node.lineno}: {name}(…) asks the clock")
    return found


def _id(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


ROOMS = [path for path in modules() if room_of(path)]


@pytest.mark.parametrize("path", ROOMS, ids=_id)
def test_a_room_has_a_floor_and_imports_only_from_below(path: Path) -> None:
    room = room_of(path)
    assert room in floors(), f"{room} has no floor: draw it in docs/architecture.md"
    package = (NAME, *path.relative_to(PACKAGE).parts[:-1])
    assert wrong_imports(path.read_text(encoding="utf-8"), room, package=package) == []


@pytest.mark.parametrize("path", [path for path in ROOMS if room_of(path) != "files"], ids=_id)
def test_only_files_touches_the_disk(path: Path) -> None:
    assert touches_disk(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", [path for path in ROOMS if room_of(path) not in ABOVE_BATCH], ids=_id)
def test_below_batch_nothing_asks_the_clock_the_environment_or_chance(path: Path) -> None:
    # Opening an address that somebody gave is what `files` is for; it imports nothing of the network itself.
    assert asks_the_world(path.read_text(encoding="utf-8")) == []


def test_every_borrowed_library_is_declared_and_every_declared_one_used() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {_normal(re.split(r"[<>=!~ ;\[]", line)[0]) for line in project["dependencies"]}
    # What an extra brings is imported where it is needed, and says so where it is missing.
    extra = {
        _normal(re.split(r"[<>=!~ ;\[]", line)[0]) for name in EXTRAS for line in project["optional-dependencies"][name]
    }
    distributions = packages_distributions()
    used = set()
    for path in modules():
        package = (NAME, *path.relative_to(PACKAGE).parts[:-1])
        for _, name in imported(ast.parse(path.read_text(encoding="utf-8")), package=package):
            top = name.split(".")[0]
            if top != NAME and top not in sys.stdlib_module_names:
                used.add(_normal(distributions.get(top, [top])[0]))
    assert used - declared - extra == set(), "imported, but no dependency of ours: it may vanish with an update"
    assert (declared | extra) - used - set(UNIMPORTED) == set(), "declared, but nothing imports it"


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


# The rules themselves, on lines that break them: a rule that lets these through holds nothing.


@pytest.mark.parametrize(
    "room, source",
    [
        ("words", "from incident_analysis import files"),
        ("impact", "from incident_analysis.risk import verdict"),
        ("estimate", "import incident_analysis.frames"),
        ("timeline", "from ..charts import lanes"),
        ("timeline", "def f():\n    from incident_analysis import report"),
        ("findings", "import incident_analysis"),
        ("findings", "from incident_analysis import read_incident"),
        ("risk", "import importlib\nimportlib.import_module('incident_analysis.batch')"),
        ("risk", "import matplotlib.pyplot as plt"),
        ("charts", "from scipy import stats"),
        ("findings", "import papermill"),
        ("charts", "import jinja2"),
        ("impact", "import polars as pl"),
    ],
)
def test_a_wrong_import_is_found(room: str, source: str) -> None:
    assert wrong_imports(source, room, package=(NAME, room)) != []


@pytest.mark.parametrize(
    "room, source",
    [
        ("estimate", "from incident_analysis import words"),
        ("risk", "from incident_analysis.risk import verdict\nfrom . import update\nfrom .update import joint"),
        ("cli", "from incident_analysis import batch, report"),
        ("report", "from incident_analysis import __version__, files"),
        ("__main__", "from incident_analysis.cli import main"),
        ("risk", "from scipy import stats\nimport pandas as pd\nimport math"),
    ],
)
def test_a_right_import_is_let_through(room: str, source: str) -> None:
    assert wrong_imports(source, room, package=(NAME, room)) == []


@pytest.mark.parametrize(
    "source",
    [
        "open('x')",
        "Path('x').write_text('y')",
        "folder.joinpath('x').read_bytes()",
        "if path.exists(): pass",
        "import os\nos.replace('a', 'b')",
        "import shutil",
        "from tempfile import mkdtemp",
        "pd.read_csv('x.csv')",
        "frame.to_parquet('x')",
    ],
)
def test_touching_the_disk_is_found(source: str) -> None:
    assert touches_disk(source) != []


def test_what_only_looks_like_the_disk_is_let_through() -> None:
    source = "files.read_text(p)\nfiles.exists(p)\ntext.replace('a', 'b')\npd.read_csv(io.StringIO(t))\nframe.rename(columns=c)"
    assert touches_disk(source) == []


@pytest.mark.parametrize(
    "source",
    [
        "import time",
        "from random import choice",
        "datetime.now(UTC)",
        "pd.Timestamp.now()",
        "date.today()",
        "os.environ['X']",
        "os.getenv('X')",
        "rng = np.random.default_rng()",
        "rng = np.random.default_rng(1)",
        "np.random.normal()",
        "import urllib.request",
    ],
)
def test_asking_the_world_is_found(source: str) -> None:
    assert asks_the_world(source) != []


def test_a_seed_that_comes_in_is_let_through() -> None:
    source = "def f(seed, rng):\n    rng.normal()\n    g = np.random.default_rng(seed)\n    h: np.random.Generator = g"
    assert asks_the_world(source) == []
