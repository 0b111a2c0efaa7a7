"""Reading what a test writes, with what must hold of every source: no line and no byte is lost."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from incident_analysis import frames
from incident_analysis.reading import OtherFrameError, read_incidents, read_logs, read_metrics, read_timeline


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


@pytest.fixture
def export(tmp_path: Path) -> Callable[..., tuple[pd.DataFrame, pd.DataFrame, list[str]]]:
    """Write an export (a value becomes JSON) and read it: its events, its incidents, the warnings.

    One that yields no such frame gives an empty one. Nothing of the text is lost.
    """

    def reading(content: Any, *, name: str = "export", **options: Any) -> tuple[pd.DataFrame, pd.DataFrame, list[str]]:
        text = content if isinstance(content, (str, bytes)) else json.dumps(content, indent=1)
        data = text.encode() if isinstance(text, str) else text
        path = tmp_path / name
        path.write_bytes(data)
        made, said = [], {}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for reader, promise in ((read_timeline, frames.TIMELINE), (read_incidents, frames.INCIDENTS)):
                try:
                    rows = reader(path, **options)
                except OtherFrameError:
                    rows = frames.empty(promise)
                else:
                    account = rows.attrs["sources"][0]
                    for kind, total in (("lines", data.count(b"\n") + (data[-1:] != b"\n")), ("bytes", len(data))):
                        parts = [account[f"{part}_{kind}"] for part in ("record", "continuation", "unparsed")]
                        assert account[kind] == total == sum(parts), (kind, account)
                    said |= account["warnings"]
                    rows.attrs["format"] = account["format"]
                made.append(frames.check(rows, promise, where="test"))
        return made[0], made[1], list(said)

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
