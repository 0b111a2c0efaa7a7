"""Reading what a test writes, with what must hold of every source: no line and no byte is lost."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from incident_analysis.reading import read_incidents, read_logs, read_metrics, read_timeline


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., pd.DataFrame]:
    """Write a text into a file and read it; `attrs["said"]` holds the warnings.

    Every line that is not blank lies within a row, or is a heading, and the account of lines and bytes is balanced.
    """

    def reading(text: str | bytes, *, name: str = "export", **options: Any) -> pd.DataFrame:
        data = text.encode() if isinstance(text, str) else text
        path = tmp_path / name
        path.write_bytes(data)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            frame = read_logs(path, **options)
        account = frame.attrs["sources"][0]
        for kind, total in (("lines", data.count(b"\n") + (data[-1:] not in (b"", b"\n"))), ("bytes", len(data))):
            parts = [account[f"{part}_{kind}"] for part in ("record", "continuation", "unparsed")]
            assert account[kind] == total == sum(parts), (kind, account)
        assert (frame["line_start"] <= frame["line_end"]).all()
        assert account["records"] + account["unparsed"] == len(frame)
        assert account["unparsed"] == (~frame["parsed"]).sum()
        frame.attrs["said"] = list(account["warnings"])
        frame.attrs["format"] = account["format"]
        return frame

    return reading


def _reading(function: Callable[..., pd.DataFrame], path: Path) -> Callable[..., pd.DataFrame]:
    def reading(text: str | bytes, *, name: str = "export", **options: Any) -> pd.DataFrame:
        given = path / name
        given.parent.mkdir(parents=True, exist_ok=True)
        given.write_bytes(text.encode() if isinstance(text, str) else text)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            frame = function(given, **options)
        account = frame.attrs["sources"][0]
        frame.attrs["said"] = list(account["warnings"])
        frame.attrs["format"] = account["format"]
        return frame

    return reading


@pytest.fixture
def events(tmp_path: Path) -> Callable[..., pd.DataFrame]:
    """Write a text into a file and read it as TIMELINE; ids are unique, and links lead to events or out of the file."""
    reading = _reading(read_timeline, tmp_path)

    def checked(text: str | bytes, **options: Any) -> pd.DataFrame:
        frame = reading(text, **options)
        assert frame["event_id"].is_unique
        linked = frame[frame["relation"] != ""]
        assert set(linked["relates_to"]) <= set(frame["event_id"]), "a relation leads to an event of the export"
        assert not (linked["relates_to"] == linked["event_id"]).any()
        return frame

    return checked


@pytest.fixture
def incidents(tmp_path: Path) -> Callable[..., pd.DataFrame]:
    """As `events`, as INCIDENTS."""
    return _reading(read_incidents, tmp_path)


@pytest.fixture
def metrics(tmp_path: Path) -> Callable[..., pd.DataFrame]:
    """As `events`, as METRICS."""
    return _reading(read_metrics, tmp_path)
