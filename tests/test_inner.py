"""Lines inside lines: read as they come, batch by batch, to what they are when they are read at once."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from incident_analysis import reading
from incident_analysis.reading import logs


@pytest.fixture
def read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., pd.DataFrame]:
    """The frame of lines of made-up pods, read in batches of so many rows."""

    def reading_(lines: list[str], rows: int) -> pd.DataFrame:
        path = tmp_path / "pods.log"
        path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        monkeypatch.setattr(logs, "BATCH_ROWS", rows)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return reading.read_logs(path)

    return reading_


def composed(service: str, text: str) -> str:
    """As docker compose shows a line of a service."""
    return f"{service:<8}| {text}"


def lines() -> list[str]:
    """Two services that take turns: one writes JSON, one plain words."""
    made = []
    for i in range(60):
        stamp = f"2026-01-02T10:00:{i:02d}Z"
        made.append(composed("shop-1", json.dumps({"time": stamp, "level": "warn", "msg": f"made up {i}"})))
        made.append(composed("till-1", f"plain words {i}"))
    return made


@pytest.mark.parametrize("rows", [2, 7, 50, 119])
def test_batches_read_what_a_whole_source_reads(read: Callable[..., pd.DataFrame], rows: int) -> None:
    expected = read(lines(), 1_000)
    assert expected.attrs["sources"][0]["format"] == "docker_compose"
    shop = expected[expected["service"] == "shop-1"]
    assert list(shop["message"]) == [f"made up {i}" for i in range(60)]
    assert set(shop["severity_number"]) == {13}
    assert list(shop["time"])[:2] == [pd.Timestamp("2026-01-02T10:00:00Z"), pd.Timestamp("2026-01-02T10:00:01Z")]
    found = read(lines(), rows)
    # A batch may hold few kinds of a text, or none: then the types differ, the values do not.
    for name in expected:
        assert [None if pd.isna(v) else v for v in found[name]] == [None if pd.isna(v) else v for v in expected[name]]


def test_a_service_that_begins_with_words_is_known_later(read: Callable[..., pd.DataFrame]) -> None:
    banner = [composed("shop-1", f"starting {word}") for word in ("up", "slowly", "now")]
    stamped = [line for line in lines() if line.startswith("shop")]
    frame = read([*banner, *stamped], 3)
    assert list(frame["message"])[:3] == ["starting up", "starting slowly", "starting now"]
    assert list(frame["message"])[3:] == [f"made up {i}" for i in range(60)]


def test_rows_are_counted_in_flat_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, read: Callable[..., pd.DataFrame]
) -> None:
    frame = read(lines(), 1_000)
    monkeypatch.setattr(logs, "BATCH_ROWS", 9)
    held = []
    build = logs.assemble.frame
    monkeypatch.setattr(logs.assemble, "frame", lambda batch, **given: held.append(len(batch)) or build(batch, **given))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        counts = reading.count_logs(tmp_path / "pods.log", every="1min")
    assert max(held) == 9
    assert counts["count"].sum() + counts.attrs["without_time"] == len(frame)
    assert counts.attrs["without_time"] == 60


@pytest.mark.parametrize("rows", [50, 1_000])
def test_a_service_of_words_is_looked_at_only_so_long(read: Callable[..., pd.DataFrame], rows: int) -> None:
    words = [composed("shop-1", f"plain words {i}") for i in range(210)]
    stamped = [line for line in lines() if line.startswith("shop")]
    frame = read([*words, *stamped], rows)
    assert list(frame["message"])[210:] == [line.split("| ", 1)[1] for line in stamped]
