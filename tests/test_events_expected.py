"""Every real export of events and metrics, and every history, against tables that can be had without our code.

`tests/expected/events.tsv` holds format, rows, first and last instant of each; `format/FRAME` where a document gives
rows of several frames (INCIDENTS are placed by their start); `zone` says how the zone of the stamps is known. `tests/expected/histories.tsv` holds what is counted and
measured of the histories. The column `how` is a shell line, run from `../shared/data`, that yields the values.
"""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
import warnings
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from incident_analysis import formats, frames
from incident_analysis.errors import InputError
from incident_analysis.reading import read_incidents, read_logs, read_metrics, read_timeline

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT.parent / "shared" / "data"
EXPECTED = ROOT / "tests" / "expected"
TOOLS = ("awk", "cut", "date", "grep", "head", "jq", "perl", "sed", "sort", "tail", "tr", "uniq", "wc", "xxd", "zcat")
READ: dict[str, Any] = {"TIMELINE": read_timeline, "METRICS": read_metrics, "INCIDENTS": read_incidents}
PROMISE = {"TIMELINE": frames.TIMELINE, "METRICS": frames.METRICS, "INCIDENTS": frames.INCIDENTS}

Truth = dict[str, str]


def table(name: str, *columns: str) -> list[Truth]:
    with (EXPECTED / name).open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    assert tuple(rows[0]) == columns, name
    assert all(len(row) == len(columns) for row in rows), name
    return [dict(zip(columns, row, strict=True)) for row in rows[1:]]


EVERY = table("events.tsv", "file", "format", "rows", "first", "last", "zone", "refused", "how")
MEASURES = table("histories.tsv", "file", "measure", "value", "how")
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the data is not beside this clone (../shared/data)")
every_export = pytest.mark.parametrize("truth", EVERY, ids=[f"{t['file']}-{t['format']}" for t in EVERY])
every_measure = pytest.mark.parametrize("truth", MEASURES, ids=[f"{t['file']}-{t['measure']}" for t in MEASURES])


@cache
def read(file: str, frame: str) -> pd.DataFrame:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made: pd.DataFrame = READ[frame](DATA / file)
    return frames.check(made, PROMISE[frame], where=file)


def test_the_table_is_in_order() -> None:
    names = [(truth["file"], truth["format"]) for truth in EVERY]
    assert names == sorted(set(names))


@every_export
def test_an_export_reads_as_the_table_says(truth: Truth) -> None:
    name, _, frame = truth["format"].partition("/")
    if truth["refused"]:
        with pytest.raises(InputError, match=re.escape(truth["refused"])) as caught:
            read(truth["file"], frame or "TIMELINE")
        assert caught.value.remedy
        return
    frame = frame or formats.named(name).yields
    rows = read(truth["file"], frame)
    account = rows.attrs["sources"][0]
    assert (account["format"], len(rows)) == (name, int(truth["rows"]))
    times = rows["started" if frame == "INCIDENTS" else "time"]
    stamps = [None if pd.isna(t) else t for t in (times.min(), times.max())]
    assert stamps == [pd.Timestamp(truth[end]) if truth[end] else None for end in ("first", "last")]
    if frame != "INCIDENTS":
        assert "+".join(sorted(set(rows["zone"][times.notna()]))) == truth["zone"]
        assert account["records"] + account["unparsed"] >= len(rows)
        assert int((~rows["parsed"]).sum()) == account["unparsed"] == 0


@every_export
def test_no_export_is_taken_for_a_log(truth: Truth) -> None:
    if truth["refused"]:
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(InputError, match="no logs") as caught:
            read_logs(DATA / truth["file"])
    assert "read_" in caught.value.remedy


def run(how: str) -> list[str]:
    lacking = [tool for tool in TOOLS if re.search(rf"\b{tool}\b", how) and shutil.which(tool) is None]
    if lacking:
        pytest.skip(f"not installed here: {', '.join(lacking)}")
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", how],
        cwd=DATA,
        capture_output=True,
        text=True,
        timeout=60,
        env={"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


@every_export
def test_the_table_can_be_had_without_our_code(truth: Truth) -> None:
    words = run(truth["how"])
    if truth["refused"]:
        assert words
        return
    expected = [word for word in (truth["rows"], truth["first"], truth["last"]) if word]
    assert len(words) == len(expected), words
    assert int(words[0]) == int(expected[0])
    assert [pd.Timestamp(word) for word in words[1:]] == [pd.Timestamp(word) for word in expected[1:]]


def median_minutes(rows: pd.DataFrame, first: str, last: str) -> float:
    spans = (rows[last] - rows[first]).dropna()
    return float(spans.median() / pd.Timedelta("1min"))


def measured(rows: pd.DataFrame, measure: str) -> float:
    real = rows[rows["kind"] != "maintenance"]
    if measure == "providers":
        return rows["provider"].nunique()
    if measure == "maintenance":
        return len(rows) - len(real)
    if measure == "without an end":
        return int(rows["resolved"].isna().sum())
    if measure == "open":
        return int((rows["resolved_certainty"] == "open").sum())
    if measure == "backfilled":
        return int(rows["backfilled"].sum())
    if measure == "with a stated window":
        return int(rows["restored"].notna().sum())
    if measure == "median minutes stated":
        return float(real["duration_stated_minutes"].median())
    first, last = {
        "median minutes": ("started", "resolved"),
        "median minutes to detect": ("started", "detected"),
        "median minutes of the window": ("started", "restored"),
    }[measure]
    return median_minutes(real, first, last)


@every_measure
def test_a_history_measures_as_the_table_says(truth: Truth) -> None:
    assert measured(read(truth["file"], "INCIDENTS"), truth["measure"]) == pytest.approx(float(truth["value"]))


@every_measure
def test_what_a_history_measures_can_be_had_without_our_code(truth: Truth) -> None:
    assert [float(word) for word in run(truth["how"])] == pytest.approx([float(truth["value"])])
