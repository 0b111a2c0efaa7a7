"""Every real log sample against a table: format, rows, unparsed, first and last instant, or the refusal it deserves.

`tests/expected/logs.tsv` holds the truth, a row for each sample that is a log; its column `how` is a shell line, run from
the samples' folder, that yields rows, first and last without our code. In stamps without a year YYYY stands for the last record's year, YYY1 for the one
before.
"""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
import warnings
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from incident_analysis.errors import InputError
from incident_analysis.reading import read_logs

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = ROOT.parent / "shared" / "data" / "samples"
TABLE = ROOT / "tests" / "expected" / "logs.tsv"
TOOLS = ("awk", "cut", "date", "grep", "head", "jq", "perl", "sed", "sort", "tail", "tr", "uniq", "wc", "xxd", "zcat")
COLUMNS = ["file", "format", "rows", "unparsed", "first", "last", "zone", "refused", "how"]

#: The samples that are no logs: metrics, alerts, incidents, chats, status pages, postmortems.
NO_LOGS = frozenset(
    """alertmanager aws_health_status aws_incident_manager cloudwatch_alarms cloudwatch_metrics datadog_events
    datadog_incidents datadog_series firehydrant gcp_status_incidents github_issues github_status jira
    markdown_postmortem nab_cloudwatch_csv opsgenie pagerduty petshop_metrics_csv prometheus_query_range
    prometheus_text servicenow slack_export squadcast statuspage upptime victorops""".split()
)

Truth = dict[str, str]


def table(path: Path) -> list[Truth]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    assert rows[0] == COLUMNS, path.name
    assert all(len(row) == len(COLUMNS) for row in rows), path.name
    return [dict(zip(COLUMNS, row, strict=True)) for row in rows[1:]]


EVERY = table(TABLE)
pytestmark = pytest.mark.skipif(
    not SAMPLES.is_dir(), reason="the samples are not beside this clone (../shared/data/samples)"
)
READ = [truth for truth in EVERY if not truth["refused"]]
every_sample = pytest.mark.parametrize("truth", EVERY, ids=[truth["file"] for truth in EVERY])
every_read_sample = pytest.mark.parametrize("truth", READ, ids=[truth["file"] for truth in READ])


@cache
def read(file: str, zone: str) -> pd.DataFrame:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return read_logs(SAMPLES / file, zone=zone or None)


def instant(text: str, like: pd.Timestamp) -> pd.Timestamp:
    """A stamp of the table, its unknown year as that of the reader's answer."""
    if text.startswith("YYY"):
        text = f"{like.year}{text[4:]}"
    return pd.Timestamp(text)


def test_the_table_names_each_sample_that_is_a_log_once() -> None:
    names = [truth["file"] for truth in EVERY]
    assert names == sorted(set(names))
    there = [path.relative_to(SAMPLES).as_posix() for path in SAMPLES.glob("*/*")]
    assert names == sorted(name for name in there if name.split("/")[0] not in NO_LOGS)


@every_sample
def test_a_sample_reads_as_the_table_says(truth: Truth) -> None:
    if truth["refused"]:
        with pytest.raises(InputError, match=re.escape(truth["refused"])) as caught:
            read(truth["file"], truth["zone"])
        assert caught.value.remedy
        return
    frame = read(truth["file"], truth["zone"])
    account = frame.attrs["sources"][0]
    seen = (account["format"], len(frame), int((~frame["parsed"]).sum()))
    assert seen == (truth["format"], int(truth["rows"]), int(truth["unparsed"]))
    first, last = frame["time"].min(), frame["time"].max()
    if not truth["first"]:
        assert frame["time"].isna().all()
        return
    assert (first, last) == (instant(truth["first"], first), instant(truth["last"], last))
    if truth["last"].startswith("YYYY"):
        assert first.year == last.year - (1 if truth["first"].startswith("YYY1") else 0)


@every_read_sample
def test_no_line_and_no_byte_of_a_sample_is_lost(truth: Truth) -> None:
    data = (SAMPLES / truth["file"]).read_bytes()
    frame = read(truth["file"], truth["zone"])
    account = frame.attrs["sources"][0]
    totals = {"lines": data.count(b"\n") + (data[-1:] not in (b"", b"\n")), "bytes": len(data)}
    for kind, total in totals.items():
        parts = [account[f"{part}_{kind}"] for part in ("record", "continuation", "unparsed")]
        assert account[kind] == total == sum(parts), kind
    assert account["records"] + account["unparsed"] == len(frame)
    lines = data.split(b"\n")
    assert frame["line_start"].between(1, len(lines)).all()
    assert (frame["line_end"] >= frame["line_start"]).all()
    assert (frame["line_end"] <= len(lines)).all()


@every_sample
def test_the_table_can_be_had_without_our_code(truth: Truth) -> None:
    lacking = [tool for tool in TOOLS if re.search(rf"\b{tool}\b", truth["how"]) and shutil.which(tool) is None]
    if lacking:
        pytest.skip(f"not installed here: {', '.join(lacking)}")
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", truth["how"]],
        cwd=SAMPLES,
        capture_output=True,
        text=True,
        timeout=60,
        env={"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"},
    )
    assert done.returncode == 0, done.stderr
    words = done.stdout.split()
    if truth["refused"]:
        assert words
        return
    expected = [word for word in (truth["rows"], truth["first"], truth["last"]) if word]
    assert len(words) == len(expected), done.stdout
    assert int(words[0]) == int(expected[0])
    like = pd.Timestamp("2024-01-01T00:00:00Z")
    assert [instant(word, like) for word in words[1:]] == [instant(word, like) for word in expected[1:]]
