"""What it costs to measure requests: an access log into service levels, budget, alerts and users, beside pandas.

Each figure is of a process of its own, as the system counts it (user and system time, peak memory). The log is made
here, in a temporary folder: requests of a made-up shop over eight weeks, with an incident in the last. Both ways give
the same counts, which is checked.

    python benchmarks/impact.py [--requests 10000000] [--pandas 1000000] [--keep FOLDER]
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
#: Seconds of CPU, and bytes: what the measuring of ten million requests may take.
GATE_S, GATE_BYTES = 60, 600_000_000
BEGIN, WEEK = 1_767_571_200, 7 * 86400
START, END = BEGIN + 7 * WEEK + 5 * 86400 + 47_040, BEGIN + 7 * WEEK + 5 * 86400 + 52_260
SLI = {"good": "status < 500"}

OURS = """
import json, sys
from incident_analysis import frames, impact, reading
window = frames.build(frames.WINDOWS, [{"start": sys.argv[2], "end": sys.argv[3]}])
sli = {"good": "status < 500"}
series = impact.service_level(reading.log_batches(sys.argv[1], columns=["status"]), sli=sli, every="1min")
users = impact.affected_users(
    reading.log_batches(sys.argv[1], columns=["status", "client"], since=sys.argv[2], until=sys.argv[3]),
    windows=window, sli=sli)
hit = impact.affected_requests(series, windows=window)
lost = impact.lost_requests(series, windows=window)
fired = impact.alerts(series, target=0.999)
budget = impact.error_budget(series, target=0.999, window="28d", at=series["end"].max(), windows=window)
print(json.dumps({"requests": int(series["valid"].sum()), "failed": frames.named(hit, "failed").value,
    "users": users.value, "lost": str(frames.named(lost, "lost_requests").figure),
    "alerts": int(fired["fired"].notna().sum())}))
"""
PANDAS = r"""
import json, sys
import pandas as pd
pattern = (r'^(?P<client>\S+) \S+ \S+ \[(?P<time>[^\]]+)\] "(?P<method>\S+) (?P<path>\S+) [^"]+" '
           r'(?P<status>\d{3}) \S+ "[^"]*" "[^"]*"$')
lines = pd.read_csv(sys.argv[1], sep="\x01", header=None, names=["line"], quoting=3, engine="c")["line"]
found = lines.str.extract(pattern)
found["time"] = pd.to_datetime(found["time"], format="%d/%b/%Y:%H:%M:%S %z", utc=True)
found["bad"] = found["status"].astype(int) >= 500
minute = found.groupby(found["time"].dt.floor("1min"))["bad"].agg(["size", "sum"])
inside = found[(found["time"] >= sys.argv[2]) & (found["time"] < sys.argv[3]) & found["bad"]]
print(json.dumps({"requests": int(minute["size"].sum()), "failed": float(len(inside)),
    "users": float(inside["client"].nunique())}))
"""


def make(folder: Path, requests: int) -> Path:
    """A made-up access log of eight weeks in order of time."""
    path = folder / f"made-up-{requests}.log"
    rng = np.random.default_rng(1)
    at = np.sort(rng.integers(BEGIN, BEGIN + 8 * WEEK, requests))
    inside = (at >= START) & (at < END)
    at = at[~inside | (rng.random(requests) > 0.6)]
    inside = (at >= START) & (at < END)
    bad = inside & (rng.random(len(at)) < 0.35)
    client = rng.integers(0, 200_000, len(at))
    months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
    with path.open("w", encoding="ascii") as file:
        for first in range(0, len(at), 200_000):
            part = slice(first, first + 200_000)
            stamps = at[part].astype("datetime64[s]").astype(str)
            file.writelines(
                f"10.{c >> 16}.{c >> 8 & 255}.{c & 255} - - "
                f"[{s[8:10]}/{months[int(s[5:7]) - 1]}/{s[:4]}:{s[11:]} +0000] "
                f'"GET /made/{c % 997} HTTP/1.1" {503 if b else 200} {c % 9000} "-" "Made/1.0 (up)"\n'
                for c, s, b in zip(client[part].tolist(), stamps.tolist(), bad[part].tolist(), strict=True)
            )
    return path


@dataclass(frozen=True)
class Cost:
    """What a process took, and what it printed."""

    cpu_s: float
    wall_s: float
    memory_bytes: int
    said: dict[str, object]


def cost(script: str, path: Path) -> Cost:
    """Run a script on a log in a process of its own."""
    ends = [np.datetime_as_string(np.datetime64(t, "s")) + "Z" for t in (START, END)]
    begin = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", script, str(path), *ends], stdout=subprocess.PIPE, cwd=ROOT, text=True
    )
    assert process.stdout is not None
    said = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"a measuring process ended with {process.returncode}")
    return Cost(used.ru_utime + used.ru_stime, time.monotonic() - begin, used.ru_maxrss * 1024, json.loads(said))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=10_000_000)
    parser.add_argument("--pandas", type=int, default=1_000_000, help="requests of the comparison; 0: none")
    parser.add_argument("--keep", type=Path, help="a folder that holds the logs, and keeps them")
    given = parser.parse_args()
    passed = True
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)

        def log(requests: int) -> Path:
            path = folder / f"made-up-{requests}.log"
            return path if path.exists() else make(folder, requests)

        print("made-up access logs; CPU of whole processes, imports included")
        print(f"{'what':34} {'requests':>11} {'MB':>6} {'CPU s':>7} {'wall s':>7} {'peak MB':>8}")

        def show(what: str, path: Path, used: Cost) -> None:
            print(
                f"{what:34} {used.said['requests']:>11,} {path.stat().st_size / 1e6:>6.0f} {used.cpu_s:>7.1f} "
                f"{used.wall_s:>7.1f} {used.memory_bytes / 1e6:>8.0f}"
            )

        if given.pandas:
            path = log(given.pandas)
            ours, theirs = cost(OURS, path), cost(PANDAS, path)
            show("incident_analysis", path, ours)
            show("pandas str.extract, groupby", path, theirs)
            same = all(ours.said[name] == value for name, value in theirs.said.items())
            passed &= same
            print(f"the counts are {'the same' if same else 'NOT THE SAME: ' + str((ours.said, theirs.said))}")
            print(f"{theirs.cpu_s / ours.cpu_s:.1f} times less CPU than pandas")
        path = log(given.requests)
        ours = cost(OURS, path)
        show("incident_analysis", path, ours)
        print(json.dumps(ours.said))
        if given.requests >= 10_000_000:
            # CPU of all threads: what is within it is within it on two idle cores too.
            within = ours.cpu_s <= GATE_S and ours.memory_bytes <= GATE_BYTES
            passed &= within
            print(f"gate: {GATE_S} s and {GATE_BYTES / 1e6:.0f} MB: {'held' if within else 'NOT HELD'}")
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
