"""Records the drills anew: `scripts/record_drill/run.sh`, described in the README beside this file."""

from __future__ import annotations

import argparse
import signal
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import recording
import stack
from plan import PLANS, REHEARSAL, Lengths

ROOT = Path(__file__).resolve().parents[2]


def main() -> int:
    wish = argparse.ArgumentParser(prog="scripts/record_drill/run.sh", description=__doc__)
    wish.add_argument("drills", nargs="*", metavar="DRILL", help=f"{', '.join(p.name for p in PLANS)} (default: both)")
    wish.add_argument("--into", type=Path, help="where the folders are made (default: data/incidents)")
    wish.add_argument("--truth", type=Path, help="where the truth goes (default: tests/truth)")
    wish.add_argument("--prefix", type=Path, default=Path("/srv/drill"), help="where the servers run meanwhile")
    wish.add_argument("--rehearse", action="store_true", help="a minute and a half, kept only where --into says")
    given = wish.parse_args()
    known = {plan.name: plan for plan in PLANS}
    wrong = [name for name in given.drills if name not in known]
    if wrong:
        print(f"no drill {wrong[0]}\nTo fix: name one of {', '.join(known)}", file=sys.stderr)
        return 2
    plans = [known[name] for name in given.drills] or list(PLANS)
    # A process that is told to end does what stands in `finally`.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        for plan in plans:
            stack.check(plan)
    except stack.Missing as missing:
        print(missing, file=sys.stderr)
        return 2
    if len(plans) > 1:
        return _both([plan.name for plan in plans])
    (plan,) = plans
    with tempfile.TemporaryDirectory() as spare:
        into = given.into or (Path(spare) if given.rehearse else ROOT / "data" / "incidents")
        truths = given.truth or (Path(spare) if given.rehearse else ROOT / "tests" / "truth")
        name = f"drill-{datetime.now(UTC):%Y-%m-%d}-{plan.name}"
        evidence = into / name / "evidence"
        if evidence.exists():
            print(f"{evidence} is there already\nTo fix: move it away; nothing is overwritten", file=sys.stderr)
            return 2
        lengths = REHEARSAL if given.rehearse else Lengths()
        try:
            facts = recording.record(plan, lengths, root=given.prefix / plan.name, evidence=evidence)
        except (RuntimeError, OSError, subprocess.SubprocessError) as error:
            what = " ".join(str(error).split())
            print(f"{plan.name}: {what}\nTo fix: see what the server says, and run it again", file=sys.stderr)
            return 1
        recording.write(facts, truths / f"{name}.json")
        load = facts["load"]
        print(f"{plan.name}: {load['sent']} requests sent, {load['failed']} of them failed")
        if into == Path(spare):
            for path, what in facts["evidence"].items():
                print(f"  {path}: {what['bytes']} bytes, {what['lines']} lines")
        else:
            print(f"{evidence}\n{truths / name}.json")
    return 0


def _both(names: list[str]) -> int:
    """Each drill in a process of its own, at the same time: their ports differ."""
    options = [word for word in sys.argv[1:] if word not in names]
    running = [subprocess.Popen([sys.executable, str(Path(__file__).parent), name, *options]) for name in names]
    try:
        return max(process.wait(timeout=3600) for process in running)
    finally:
        for process in running:
            if process.poll() is None:
                process.terminate()
                process.wait(timeout=60)


if __name__ == "__main__":
    sys.exit(main())
