"""What the benchmark holds against the reader of logs does the same work: the same rows, columns and values."""

from __future__ import annotations

import importlib.util
import sys
import warnings
from itertools import islice
from pathlib import Path
from types import ModuleType

import pandas as pd
import pytest

from incident_analysis.reading import fast, read_logs

BENCHMARKS = Path(__file__).resolve().parents[1] / "benchmarks"


def module(path: str) -> ModuleType:
    name = f"benchmark_{Path(path).stem}"
    spec = importlib.util.spec_from_file_location(name, BENCHMARKS / path)
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    sys.modules[name] = made
    spec.loader.exec_module(made)
    return made


BENCH, PANDAS = module("logs.py"), module("against/pandas_logs.py")


@pytest.mark.parametrize("name", BENCH.FORMATS)
def test_pandas_gives_the_same_frame(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "made.log"
    path.write_text("\n".join(islice(BENCH.lines(name), 3000)) + "\n", encoding="utf-8")
    monkeypatch.setattr(fast, "LEAST_BYTES", 0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ours = read_logs(path, format=name, since="2026-01-01")
    theirs = PANDAS.equal(str(path), name)
    assert len(ours) == len(theirs)
    # The rest of ours says nothing here: no record has it, or it is the same in all.
    lacking = set(ours.columns) - set(theirs.columns)
    assert all(ours[column].astype("object").fillna("").nunique() <= 1 for column in lacking), lacking
    for column in theirs.columns:
        if column in ("message", "path", "client") or isinstance(theirs[column].dtype, pd.CategoricalDtype):
            left, right = ours[column].astype("object"), theirs[column].astype("object")
            assert left.fillna("").tolist() == right.fillna("").tolist(), column
        else:
            assert ours[column].tolist() == theirs[column].tolist(), column


@pytest.mark.parametrize("name", BENCH.FORMATS)
def test_ripgrep_is_asked_for_the_whole_head(name: str) -> None:
    import re

    head = re.compile(BENCH.HEADS[name])
    made = list(islice(BENCH.lines(name), 2000))
    heads = [line for line in made if head.match(line)]
    fields = re.compile(PANDAS.FIELDS[name])
    assert heads
    assert heads == [line for line in made if fields.match(line)]
