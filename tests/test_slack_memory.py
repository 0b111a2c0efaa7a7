"""An export of Slack that is larger than what reading it may take: read day by day, in bounded memory."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

#: Messages of one made-up day; with all that Slack writes beside a text, about 1.4 kB each.
A_DAY = 5_000
STEP_S = 10
FIRST = 1_767_225_600  # 2026-01-01T00:00:00Z
READ = """
import re, sys, warnings
from pathlib import Path
from incident_analysis.reading import read_timeline
warnings.simplefilter("ignore")
since, until = (sys.argv[2], sys.argv[3]) if len(sys.argv) > 2 else (None, None)
rows = read_timeline(sys.argv[1], since=since, until=until)
# Not what getrusage says: that begins with the memory of the process that started this one.
peak = re.search(r"VmHWM:\\s*(\\d+) kB", Path("/proc/self/status").read_text())[1]
print(len(rows), int(rows["parsed"].sum()), int(peak) // 1024)
"""


def message(place: int) -> dict[str, object]:
    text = f"message {place}: words of a made-up incident, words of a made-up incident"
    element = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return {
        "client_msg_id": f"{place:032x}", "type": "message", "text": text, "user": f"U{place % 40:08d}",
        "ts": f"{FIRST + place * STEP_S}.{place % 1_000_000:06d}", "team": "T00000001",
        "user_profile": {"image_72": "https://example.invalid/" + "a" * 60, "real_name": "Some Body", "name": "some"},
        "blocks": [{"type": "rich_text", "block_id": "abcd", "elements": [element]}],
    }  # fmt: skip


def export(folder: Path, size: int) -> int:
    """An export of at least so many bytes; the number of its messages."""
    channel = folder / "incident-7"
    channel.mkdir(parents=True)
    people = [
        {"id": f"U{i:08d}", "team_id": "T1", "is_bot": False, "profile": {"real_name": f"n{i}"}} for i in range(40)
    ]
    (folder / "users.json").write_text(json.dumps(people), encoding="utf-8")
    count = written = 0
    while written < size:
        text = json.dumps([message(count + i) for i in range(A_DAY)], indent=4)
        (channel / f"2026-{1 + count // A_DAY // 28:02d}-{1 + count // A_DAY % 28:02d}.json").write_text(text)
        count, written = count + A_DAY, written + len(text)
        if count // A_DAY % 336 == 335:
            channel = folder / f"incident-{count}"
            channel.mkdir()
    return count


def read(folder: Path, *window: str) -> tuple[int, int, int]:
    done = subprocess.run(
        [sys.executable, "-c", READ, str(folder), *window], capture_output=True, text=True, timeout=1800, check=False
    )
    assert done.returncode == 0, done.stderr
    rows, parsed, megabytes = (int(word) for word in done.stdout.split())
    return rows, parsed, megabytes


pytestmark = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak is told by /proc")


def test_a_window_of_an_export_is_read(tmp_path: Path) -> None:
    export(tmp_path / "export", 1 << 20)
    rows, parsed, _ = read(tmp_path / "export", "2026-01-01T01:00:00Z", "2026-01-01T02:00:00Z")
    assert rows == parsed == 3600 // STEP_S


@pytest.mark.slow
def test_a_gigabyte_is_read_in_bounded_memory(tmp_path: Path) -> None:
    try:
        count = export(tmp_path / "export", 1 << 30)
        rows, parsed, window = read(tmp_path / "export", "2026-01-03T01:00:00Z", "2026-01-03T02:00:00Z")
        assert rows == parsed == 3600 // STEP_S
        assert window < 400, "of a window no more is held than a day's file and its rows"
        rows, parsed, whole = read(tmp_path / "export")
        assert rows == parsed == count
        assert whole < 1200, "of the whole no more is held than its rows"
        print(f"{count:,} messages in 1 GiB: {window} MB for an hour of it, {whole} MB for all")
    finally:
        for file in sorted((tmp_path / "export").rglob("*"), reverse=True):
            file.rmdir() if file.is_dir() else file.unlink()
