"""The shop's way of pushing a configuration: writes the settings, tells the application, keeps a record of each push.

python3 push.py SETTINGS.json RECORDS.jsonl APPLICATION_PID "what for" NAME=VALUE…
"""

from __future__ import annotations

import json
import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path


def main() -> None:
    place, records, pid, reason, *pairs = sys.argv[1:]
    settings = json.loads(Path(place).read_text(encoding="utf-8"))
    changes = {}
    for name, text in (pair.split("=", 1) for pair in pairs):
        value = json.loads(text)
        changes[name] = {"from": settings[name], "to": value}
        settings[name] = value
    settings["revision"] += 1
    Path(place).write_text(json.dumps(settings, indent=2) + "\n", encoding="utf-8")
    os.kill(int(pid), signal.SIGHUP)
    now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    record = {
        "time": now,
        "level": "info",
        "event": "configuration pushed",
        "service": "shop",
        "revision": settings["revision"],
        "reason": reason,
        "changes": changes,
    }
    with Path(records).open("a", encoding="utf-8") as file:
        file.write(json.dumps(record) + "\n")


if __name__ == "__main__":
    main()
