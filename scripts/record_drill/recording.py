"""One recording: quiet, fault, page, acknowledgement, repair, quiet; then the evidence is gathered as it lies there."""

from __future__ import annotations

import contextlib
import json
import platform
import shutil
import subprocess
import time
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

import truth
from load import Load
from people import FAULTS, OnCall, push
from plan import Lengths, Plan
from stack import Stack, program

#: Each becomes a file as the API answered.
QUERIES = {
    "requests_by_code": "sum by (code) (rate(shop_requests_total[1m]))",
    "error_ratio": 'sum(rate(shop_requests_total{code=~"5.."}[1m])) / sum(rate(shop_requests_total[1m]))',
    "answer_p95_seconds": "histogram_quantile(0.95, sum by (le) (rate(shop_request_seconds_bucket[1m])))",
    "orders_total": "shop_orders_total",
    "database_up": "shop_database_up",
    "pool_size": "shop_pool_size",
    "pool_in_use": "shop_pool_in_use",
    "pool_waiting": "shop_pool_waiting",
    "up": "up",
    "alerts": "ALERTS",
    "prometheus_memory_bytes": 'process_resident_memory_bytes{job="prometheus"}',
}
STEP = "5"


def record(plan: Plan, lengths: Lengths, *, root: Path, evidence: Path) -> dict[str, Any]:
    """Records one drill into `evidence`; returns the truth. Ends all servers and removes `root`, also on failure."""
    stack = Stack(plan, lengths, root)
    try:
        stack.start()
        return _recorded(stack, plan, lengths, evidence)
    finally:
        stack.end()
        shutil.rmtree(root, ignore_errors=True)
        # The folder above was made for the drills, and goes with the last of them.
        with contextlib.suppress(OSError):
            root.parent.rmdir()


def _recorded(stack: Stack, plan: Plan, lengths: Lengths, evidence: Path) -> dict[str, Any]:
    what_broke, fault, what_repaired, repair = FAULTS[plan.name]
    seconds = lengths.quiet + lengths.fault + lengths.after
    load = Load(plan.port("nginx"), rate=plan.rate, seconds=seconds, seed=plan.seed)
    began = time.time()
    load.start()
    try:
        person = OnCall(stack, plan)
        _wait(began + 0.4 * lengths.quiet)
        push(stack, "a line about delivery times", 'banner="Delivery takes three days"')

        _wait(began + lengths.quiet)
        broken = time.time()
        fault(stack)
        fault_done = time.time()
        _say(plan, "fault")

        mended_by = broken + lengths.fault
        page = person.paged(until=mended_by)
        acknowledged = looked = None
        if page is not None:
            _say(plan, f"paged: {page['alert']}")
            _wait(min(time.time() + lengths.acknowledge, mended_by))
            acknowledged = person.note(f"acknowledged the page {page['alert']}, looking")
            _wait(min(time.time() + lengths.acknowledge / 2, mended_by))
            looked = person.looks()
        _wait(mended_by)
        repair_began = time.time()
        repair(stack, person)
        repaired = time.time()
        _say(plan, "repaired")
        _wait(repaired + 0.6 * lengths.after)
        closing = person.looks()
        _wait(began + seconds)
    finally:
        load.stop.set()
    load.finish()
    ended = time.time()
    time.sleep(2 * float(STEP))
    _gather(stack, evidence, since=began, until=ended)
    return {
        "drill": plan.name,
        "zone_of_the_servers": plan.zone,
        "versions": _versions(),
        "fault": {"time": truth.instant(broken), "done": truth.instant(fault_done), "what": what_broke},
        "repair": {"time": truth.instant(repair_began), "done": truth.instant(repaired), "what": what_repaired},
        "page": None if page is None else {"alert": page["alert"], "arrived": truth.instant(float(page["arrived"]))},
        "acknowledged": None if acknowledged is None else truth.instant(acknowledged),
        "looked": None if looked is None else truth.instant(looked),
        "closed": truth.instant(closing),
        "load": truth.of_load(load, fault=broken),
        "evidence": truth.of_evidence(evidence),
    }


def _wait(until: float) -> None:
    time.sleep(max(0.0, until - time.time()))


def _say(plan: Plan, text: str) -> None:
    print(f"{time.strftime('%H:%M:%S', time.gmtime())} UTC {plan.name}: {text}", flush=True)


def _gather(stack: Stack, evidence: Path, *, since: float, until: float) -> None:
    """Copies what the servers wrote, and saves what Prometheus answers, byte for byte."""
    evidence.mkdir(parents=True)
    for place in sorted((stack.root / "logs").iterdir()):
        shutil.copyfile(place, evidence / place.name)
    shutil.copytree(stack.root / "alerts", evidence / "alerts")
    (evidence / "metrics").mkdir()
    base = f"http://127.0.0.1:{stack.plan.port('prometheus')}/api/v1/query_range?"
    for name, query in QUERIES.items():
        asked = {"query": query, "start": f"{since:.0f}", "end": f"{until:.0f}", "step": STEP}
        with urllib.request.urlopen(base + urllib.parse.urlencode(asked), timeout=20) as answer:
            (evidence / "metrics" / f"{name}.json").write_bytes(answer.read())


def _versions() -> dict[str, str]:
    """What was recorded with."""
    found = {"python": platform.python_version()}
    for name, option in (("nginx", "-v"), ("postgres", "--version"), ("prometheus", "--version")):
        said = subprocess.run([program(name), option], capture_output=True, text=True, timeout=20)
        found[name] = (said.stdout + said.stderr).splitlines()[0]
    alertmanager = [program("prometheus-alertmanager"), "--version"]
    found["alertmanager"] = subprocess.run(
        alertmanager, capture_output=True, text=True, timeout=20
    ).stdout.splitlines()[0]
    return {name: text.split(" (branch")[0].replace("nginx version: ", "") for name, text in found.items()}


def write(facts: dict[str, Any], place: Path) -> None:
    """The truth as JSON, a second's three numbers on one line."""
    text = json.dumps(facts, indent=2)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(_tight(text) + "\n", encoding="utf-8")


def _tight(text: str) -> str:
    import re

    return re.sub(r"\[\s+(\d+),\s+(\d+),\s+(\d+)\s+\]", r"[\1, \2, \3]", text)
