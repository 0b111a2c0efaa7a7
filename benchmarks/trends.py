"""How long the page about a history of one million incidents takes: measured, drawn and written, imports included.

The history is made here, and is made up. The page is written by a process of its own; its user and system time and its
peak memory are as the system counts them. The gate holds CPU time, which is what an idle machine takes: others' work on
the same cores is not the page's.

    python benchmarks/trends.py [--incidents 1000000] [--gate 60]
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
#: Seconds of CPU: one process, so on two idle cores it takes no longer than that.
GATE_S = 60.0

_PAGE = """
import sys
sys.path.insert(0, sys.argv[3])
import pandas as pd
from incident_analysis.batch import write_page
frame = pd.read_pickle(sys.argv[1])
import time
begin = time.perf_counter()
last = [begin, "imports and loading"]
def tell(step):
    now = time.perf_counter()
    print(f"  {now - last[0]:6.2f} s  {last[1]}", flush=True)
    last[:] = [now, step]
write_page(frame, out=sys.argv[2], as_of="2026-01-01T00:00:00Z", progress=tell)
tell("")
"""


def main() -> None:
    """Make the history, write its page, say how long it took."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--incidents", type=int, default=1_000_000)
    parser.add_argument("--gate", type=float, default=GATE_S, help="seconds above which the exit code is 1")
    given = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    from tests.history_makers import many

    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        many(given.incidents, share_open=0.02).to_pickle(place / "history.pickle")
        print(f"A made-up history of {given.incidents:,} incidents:")
        begin = time.perf_counter()
        command = [sys.executable, "-c", _PAGE, str(place / "history.pickle"), str(place / "page"), str(ROOT)]
        subprocess.run(command, check=True)
        wall = time.perf_counter() - begin
        size = (place / "page" / "trends.html").stat().st_size
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = used.ru_utime + used.ru_stime
    print(
        f"{wall:.1f} s wall, {cpu:.1f} s CPU, {used.ru_maxrss / 1e6:.2f} GB at most, "
        f"page of {size / 1e6:.1f} MB; gate {given.gate:g} s: {'held' if cpu <= given.gate else 'MISSED'}"
    )
    sys.exit(cpu > given.gate)


if __name__ == "__main__":
    main()
