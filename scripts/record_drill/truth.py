"""What really happened in a drill, for the tests: never a part of the incident's folder."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from load import Load, Seen


def instant(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def failed(seen: Seen) -> bool:
    """As the client sees it: no answer, or an answer of 500 and above."""
    return seen.status is None or seen.status >= 500


def of_load(load: Load, *, fault: float) -> dict[str, Any]:
    """What the load saw, in total and second by second."""
    seen = sorted(load.seen, key=lambda one: one.sent)
    bad = [one for one in seen if failed(one)]
    after = [one for one in bad if one.sent + one.took >= fault]
    began = int(seen[0].sent)
    sent = Counter(int(one.sent) - began for one in seen)
    ended_badly = Counter(int(one.sent + one.took) - began for one in bad)
    return {
        "first_sent": instant(seen[0].sent),
        "last_answered": instant(max(one.sent + one.took for one in seen)),
        "planned": load.planned,
        "never_sent": load.never_sent,
        "sent": len(seen),
        "retries": sum(one.request.attempt > 1 for one in seen),
        "posts": sum(one.request.method == "POST" for one in seen),
        "clients": len({one.request.client for one in seen}),
        "statuses": dict(sorted(Counter(str(one.status) for one in seen if one.status is not None).items())),
        "without_answer": dict(sorted(Counter(one.error for one in seen if one.status is None).items())),
        "failed": len(bad),
        "failed_before_the_fault": len(bad) - len(after),
        "clients_with_failures_after_the_fault": len({one.request.client for one in after}),
        "first_failure_after_the_fault": instant(min(one.sent + one.took for one in after)),
        "last_failure": instant(max(one.sent + one.took for one in bad)),
        "longest_s": round(max(one.took for one in seen), 3),
        "orders_placed": sum(one.status == 201 for one in seen),
        "orders_failed": sum(one.request.method == "POST" for one in bad),
        # second since `first_sent`'s own, requests sent in it, requests that ended badly in it
        "by_second": [[n, sent[n], ended_badly[n]] for n in range(max([*sent, *ended_badly]) + 1)],
    }


def of_evidence(folder: Path) -> dict[str, Any]:
    """Each file's digest, so that it stays as the servers wrote it."""
    found = {}
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        data = path.read_bytes()
        found[path.relative_to(folder).as_posix()] = {
            "sha256": hashlib.sha256(data).hexdigest(),
            "bytes": len(data),
            "lines": data.count(b"\n"),
        }
    return found
