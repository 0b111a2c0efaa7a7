"""The on-call person of a drill, played by the script: is paged, acknowledges, looks, repairs, and keeps notes.

Each note is a line that is written at the instant that it names. The acknowledgement is deliberate: a fixed while after
the page has arrived.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime

from plan import Plan
from stack import Stack, program

NOTES = "oncall-notes.md"


class OnCall:
    """Writes notes in UTC, as bullets of Markdown under the day's heading."""

    def __init__(self, stack: Stack, plan: Plan) -> None:
        self.stack, self.plan = stack, plan
        self.place = stack.root / "logs" / NOTES
        self.place.write_text(f"# On-call notes of {datetime.now(UTC):%Y-%m-%d}, times in UTC\n\n", encoding="utf-8")

    def note(self, text: str) -> float:
        now = datetime.now(UTC)
        with self.place.open("a", encoding="utf-8") as file:
            file.write(f"- {now:%H:%M:%S} UTC – {text}\n")
        return now.timestamp()

    def paged(self, until: float) -> dict[str, str] | None:
        """Waits for the first body that says firing; which alert, or None where none came in time."""
        while time.time() < until:
            for place in sorted((self.stack.root / "alerts").glob("webhook-*.json")):
                body = json.loads(place.read_bytes())
                if body["status"] == "firing":
                    return {"alert": body["commonLabels"]["alertname"], "arrived": str(place.stat().st_mtime)}
            time.sleep(0.2)
        return None

    def looks(self) -> float:
        """Asks the database and the application's figures, and writes down what they say."""
        command = [program("pg_isready"), "-h", "127.0.0.1", "-p", str(self.plan.port("postgres"))]
        command += ["-U", "shop", "-d", "shop"]
        said = subprocess.run(command, capture_output=True, text=True, timeout=10).stdout.strip()
        with urllib.request.urlopen(f"http://127.0.0.1:{self.plan.port('application')}/metrics", timeout=5) as answer:
            lines = answer.read().decode().splitlines()
        gauges = [line for line in lines if line.startswith(("shop_pool_", "shop_database_"))]
        bad, answers = self.last_minute()
        return self.note(
            f'looked: pg_isready says "{said}"; the shop\'s figures say {", ".join(gauges)};'
            f" the access log has {bad} answers of 499 and above among {answers} of the last minute"
        )

    def last_minute(self) -> tuple[int, int]:
        """Bad answers and all answers of the last minute, by the access log."""
        since = time.time() - 60
        found = []
        for line in (self.stack.root / "logs" / "nginx-access.log").read_text(encoding="utf-8").splitlines():
            stamp, status = re.search(r"\[(.*?)\] \"[^\"]*\" (\d+)", line).groups()
            if datetime.strptime(stamp, "%d/%b/%Y:%H:%M:%S %z").timestamp() >= since:
                found.append(int(status) >= 499)
        return sum(found), len(found)


def push(stack: Stack, reason: str, *pairs: str) -> None:
    """Pushes settings the way the shop does."""
    pid = stack.running["application"].pid
    command = [sys.executable, "push.py", "shop.json", "../logs/pushes.jsonl", str(pid), reason, *pairs]
    subprocess.run(command, cwd=stack.root / "app", check=True, timeout=20)


def stop_database(stack: Stack) -> None:
    stack.stop_postgres()


def start_database(stack: Stack, person: OnCall) -> None:
    person.note("starting PostgreSQL again: postgres -D data")
    stack.start_postgres()


def push_small_pool(stack: Stack) -> None:
    push(stack, "fewer idle connections on the database", "pool_size=1")


def roll_back(stack: Stack, person: OnCall) -> None:
    person.note("rolling back the last push: pool_size 1 to 8")
    push(stack, "roll back revision 43", "pool_size=8")


Fault = Callable[[Stack], None]
Repair = Callable[[Stack, OnCall], None]
#: What is done to the servers, and what the on-call person does about it.
FAULTS: dict[str, tuple[str, Fault, str, Repair]] = {
    "database-stopped": (
        "PostgreSQL was sent a fast shutdown request",
        stop_database,
        "PostgreSQL was started again",
        start_database,
    ),
    "bad-configuration": (
        "a configuration with pool_size 1 instead of 8 was pushed",
        push_small_pool,
        "the configuration before was pushed again",
        roll_back,
    ),
}
