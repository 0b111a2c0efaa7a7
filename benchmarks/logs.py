"""How long logs take to read: pairs in turn in one run, CPU of whole processes, imports included.

Each figure is of a process of its own, as the system counts it (user and system time, peak memory); each pair is run
`--runs` times in turn, and medians are shown. Everybody's modules are compiled before anything is measured. The logs
are made here, in a temporary folder, and have no hazards: all readers agree on them. Who is not installed is left out.

What each gives:

- ours: `read_logs`: the frame LOGS, all fields typed, instants in UTC, every line and byte accounted for;
- pandas, extract only (`against/pandas_logs.py`): the same fields of each line, as texts, with `Series.str.extract`;
- pandas, equal work: goes on from there to the frame that `read_logs` gives (a test holds the two equal). The gate is
  held against this; the ratio to "extract only", which does less than we do, is shown beside it;
- lnav: its own table of the file, as CSV (it does not know these JSON lines);
- ripgrep: the count of the lines that begin with the format's whole head, by an anchored expression; `wc -l`: of lines.

    python benchmarks/logs.py [--megabytes 100] [--large 500] [--count 2000] [--formats access,java] [--runs 3]
"""

from __future__ import annotations

import argparse
import os
import random
import re
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FORMATS = ("access", "syslog_rfc3164", "java", "logfmt", "json_lines")
#: Times less CPU than pandas or lnav; times ripgrep's; bytes: the gate, then what would be better still.
GATES = {"pandas": (4, 8), "lnav": (4, 8), "ripgrep": (7, 3.5)}
MEMORY_BYTES = 400_000_000
PROGRAMS = {"lnav": "lnav", "ripgrep": "rg"}
WC_STRETCH = {"access": 30, "java": 25, "syslog_rfc3164": 25}

HEADS = {
    "access": r'^\S+ \S+ \S+ \[\d{2}/\w{3}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}\] "[^"]*" \d{3} ',
    "syslog_rfc3164": r"^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \S+ [^\s:\[]+(\[\d+\])?: ",
    "java": r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} [A-Z]+ +\[[^\]]+\] [\w.$]+: ",
    "logfmt": r"^time=\S+ level=\w+ msg=",
    "json_lines": r'^\{"time":"[^"]+","level":"\w+","msg":"',
}


def lines(name: str) -> Iterator[str]:
    """The lines of a made-up log, as an ordinary day writes them."""
    rng = random.Random(1)
    now = datetime(2026, 3, 1, tzinfo=UTC)
    words = "made up order paid late queue retry shard lost found item user cart timeout reached after".split()
    agents = [f"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Made/{i}.0" for i in range(40)]
    while True:
        now += timedelta(milliseconds=rng.randint(0, 60))
        text = " ".join(rng.choices(words, k=rng.randint(4, 14)))
        level = rng.choice(("INFO", "INFO", "INFO", "INFO", "DEBUG", "WARN", "ERROR"))
        if name == "access":
            yield (
                f"192.0.{rng.randint(0, 255)}.{rng.randint(0, 255)} - - [{now:%d/%b/%Y:%H:%M:%S} +0000] "
                f'"{rng.choice(("GET", "POST"))} /made/{rng.randint(1, 9999)}?page={rng.randint(1, 50)} HTTP/1.1" '
                f"{rng.choice((200, 200, 200, 304, 404, 503))} {rng.randint(100, 99999)} "
                f'"https://made.up/{rng.randint(1, 99)}" "{rng.choice(agents)}"'
            )
        elif name == "syslog_rfc3164":
            stamp = f"{now:%b} {now.day:2d} {now:%H:%M:%S}"
            yield f"{stamp} made-up{rng.randint(1, 9)} sshd[{rng.randint(1, 32767)}]: {text}"
        elif name == "java":
            stamp = now.strftime("%Y-%m-%d %H:%M:%S,%f")[:-3]
            yield f"{stamp} {level} [worker-{rng.randint(1, 40)}] made.up.shop.Part{rng.randint(1, 60)}: {text}"
            if level == "ERROR" and rng.random() < 0.3:
                yield f"java.lang.IllegalStateException: {text}"
                yield from (f"\tat made.up.shop.Part{i}.run(Part{i}.java:{rng.randint(1, 900)})" for i in range(20))
        elif name == "logfmt":
            yield (
                f'time={now:%Y-%m-%dT%H:%M:%S}Z level={level.lower()} msg="{text}" service=made-up '
                f"status={rng.choice((200, 404, 500))} took={rng.randint(1, 999)}ms"
            )
        else:
            stamp = now.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3]
            yield (
                f'{{"time":"{stamp}Z","level":"{level.lower()}","msg":"{text}","service":"made-up",'
                f'"status":{rng.choice((200, 404, 500))},"took":{rng.randint(1, 999)}}}'
            )


def make(folder: Path, name: str, megabytes: int) -> Path:
    """A log of a size; beyond 20 MB the same lines come again."""
    path = folder / f"{name}-{megabytes}.log"
    block: list[str] = []
    size = 0
    for line in lines(name):
        block.append(line)
        size += len(line) + 1
        if size >= min(megabytes, 20) * 1_000_000:
            break
    data = ("\n".join(block) + "\n").encode()
    with path.open("wb") as file:
        for _ in range(max(1, round(megabytes * 1_000_000 / len(data)))):
            file.write(data)
    return path


#: One thread for numpy's own libraries: nothing here is linear algebra. Modules are compiled once, as when installed.
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"}
ENVIRONMENT.pop("PYTHONDONTWRITEBYTECODE", None)


@dataclass(frozen=True)
class Cost:
    """What a process took."""

    cpu_s: float
    wall_s: float
    memory_bytes: int


def cost(*command: str) -> Cost:
    """Run a command in a process of its own, its output thrown away."""
    start = time.monotonic()
    process = os.posix_spawnp(
        command[0],
        command,
        ENVIRONMENT,
        file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)],
    )
    _, status, used = os.wait4(process, 0)
    if status:
        raise SystemExit(f"failed: {' '.join(command)[:300]}")
    return Cost(used.ru_utime + used.ru_stime, time.monotonic() - start, used.ru_maxrss * 1024)


OURS = """
import sys, warnings
warnings.simplefilter("ignore")
from incident_analysis.reading import {function}
frame = {function}(sys.argv[1])
assert len(frame)
"""


def in_turn(runs: int, *asked: Callable[[], Cost]) -> list[Cost]:
    """The medians of what some processes take that are run in turn."""
    found: list[list[Cost]] = [[] for _ in asked]
    for _ in range(runs):
        for held, ask in zip(found, asked, strict=True):
            held.append(ask())
    return [
        Cost(
            statistics.median(c.cpu_s for c in held),
            statistics.median(c.wall_s for c in held),
            max(c.memory_bytes for c in held),
        )
        for held in found
    ]


def ours(path: Path, function: str = "read_logs") -> Cost:
    return cost(sys.executable, "-c", OURS.format(function=function), str(path))


def pandas(path: Path, name: str, job: str) -> Cost:
    return cost(sys.executable, str(ROOT / "benchmarks" / "against" / "pandas_logs.py"), job, name, str(path))


def lnav(path: Path) -> Cost:
    # Into CSV, as one would take it on from there; without this machine's own settings.
    table = {"access": "access_log", "syslog_rfc3164": "syslog_log", "java": "all_logs", "logfmt": "logfmt_log"}
    query = f";SELECT * FROM {table.get(path.name.rsplit('-', 1)[0], 'all_logs')}"
    return cost("lnav", "-n", "-N", "-c", query, "-c", ":write-csv-to /dev/null", str(path))


class Table:
    """Rows of figures, printed as they come."""

    def __init__(self) -> None:
        self.missed: list[str] = []
        print(f"{'what':46s} {'CPU s':>8s} {'wall s':>8s} {'peak MB':>8s}  {'ratio':>7s}  gate")

    def row(self, what: str, used: Cost, ratio: float | None = None, gate: str = "", kept: bool = True) -> None:
        shown = "" if ratio is None else f"{ratio:.2f}"
        verdict = "" if not gate else f"{gate}: {'kept' if kept else 'MISSED'}"
        print(
            f"{what:46s} {used.cpu_s:8.2f} {used.wall_s:8.2f} {used.memory_bytes / 1e6:8.0f}  {shown:>7s}  {verdict}",
            flush=True,
        )
        if gate and not kept:
            self.missed.append(what)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=int, default=100, help="size of the pairs with pandas and lnav; 0: none")
    parser.add_argument("--large", type=int, default=500, help="size of the pairs with ripgrep; 0: none")
    parser.add_argument("--count", type=int, default=2000, help="size of the log that is counted; 0: none")
    parser.add_argument("--formats", default=",".join(FORMATS))
    parser.add_argument("--against", default="pandas,lnav,ripgrep", help="what to measure ours against")
    parser.add_argument("--runs", type=int, default=3, help="how often each pair is run; medians are shown")
    parser.add_argument("--folder", help="where the logs are made for a while; by default where temporary files are")
    given = parser.parse_args()
    names = [name for name in FORMATS if name in given.formats.split(",")]
    rivals = [name for name in given.against.split(",") if name == "pandas" or shutil.which(PROGRAMS[name])]
    for name in sorted({*given.against.split(",")} - {*rivals}):
        print(f"{name} is not installed: left out")
    table = Table()
    with tempfile.TemporaryDirectory(dir=given.folder, prefix="bench-logs-") as temporary:
        folder = Path(temporary)
        ENVIRONMENT["PYTHONPYCACHEPREFIX"] = str(folder / "compiled")
        first = make(folder, "access", 2)
        for function in ("read_logs", "count_logs"):
            ours(first, function)
        pandas(first, "access", "equal")
        for name in names:
            if given.megabytes:
                _pairs(table, name, make(folder, name, given.megabytes), rivals, given.megabytes, given.runs)
            if given.large and "ripgrep" in rivals:
                _large(table, name, make(folder, name, given.large), given.large, given.runs)
            if given.count:
                path = make(folder, name, given.count)
                used = ours(path, "count_logs")
                gate = f"≤ {MEMORY_BYTES / 1e6:.0f} MB"
                table.row(f"{name}: count_logs, {given.count} MB", used, None, gate, used.memory_bytes <= MEMORY_BYTES)
            for path in folder.glob("*.log"):
                path.unlink()
    for what in table.missed:
        print(f"missed: {what}")
    return 1 if table.missed else 0


def _pairs(table: Table, name: str, path: Path, rivals: list[str], size: int, runs: int) -> None:
    asked: dict[str, Callable[[], Cost]] = {
        "read_logs": lambda: ours(path),
        "count_logs": lambda: ours(path, "count_logs"),
    }
    if "pandas" in rivals:
        asked["pandas, extract only"] = lambda: pandas(path, name, "extract")
        asked["pandas, equal work"] = lambda: pandas(path, name, "equal")
    if "lnav" in rivals and name != "json_lines":
        asked["lnav"] = lambda: lnav(path)
    # The first one to read a file waits for the disk.
    cost("wc", "-l", str(path))
    used = dict(zip(asked, in_turn(runs, *asked.values()), strict=True))
    for what, taken in used.items():
        ratio = None if what.endswith("_logs") else taken.cpu_s / used["read_logs"].cpu_s
        gate = ""
        if ratio is not None and what != "pandas, extract only":
            least, better = GATES[what.split(",")[0]]
            gate = f"≥ {least} (aim {better})"
            table.row(f"{name}: {what}, {size} MB", taken, ratio, gate, ratio >= least)
        else:
            table.row(f"{name}: {what}, {size} MB", taken, ratio)


def _large(table: Table, name: str, path: Path, size: int, runs: int) -> None:
    cost("wc", "-l", str(path))
    mine, found, counted = in_turn(
        runs,
        lambda: ours(path),
        lambda: cost("rg", "-c", "--no-config", HEADS[name], str(path)),
        lambda: cost("wc", "-l", str(path)),
    )
    aim = f" (aim ≤ {WC_STRETCH[name]})" if name in WC_STRETCH else ""
    table.row(f"{name}: wc -l, {size} MB{aim}", counted, mine.cpu_s / max(counted.cpu_s, 0.01))
    most, better = GATES["ripgrep"]
    ratio = mine.cpu_s / found.cpu_s
    table.row(f"{name}: ripgrep's count of heads, {size} MB", found)
    table.row(f"{name}: read_logs, {size} MB", mine, ratio, f"≤ {most} (aim {better})", ratio <= most)


assert all(re.compile(pattern) for pattern in HEADS.values())

if __name__ == "__main__":
    sys.exit(main())
