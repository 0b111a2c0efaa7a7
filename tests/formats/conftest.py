"""Reading what a test writes, with what must hold of every source: no line and no byte is lost."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from incident_analysis.reading import read_logs


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
