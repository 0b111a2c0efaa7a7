"""The commands over exports. The log is made up here, so its counts are known by construction."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from incident_analysis.cli import main

LOG = "".join(
    f"2026-01-02 10:{minute:02d}:00,000 - made.up - {'ERROR' if minute % 10 == 0 else 'INFO'} - line {minute}\n"
    for minute in range(30)
)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "made up ü.log"
    path.write_text(LOG, encoding="utf-8")
    return path


def ran(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as done:
        main(arguments)
    said = capsys.readouterr()
    return int(done.value.code or 0), said.out, said.err


def test_logs_tells_rows_span_levels_and_assumptions(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = ran(["logs", str(log)], capsys)
    assert code == 0
    assert "rows            30" in out
    assert "span            29 min" in out
    assert "INFO 27, ERROR 3" in out
    assert "gap             none longer than 1 min" in out
    assert "UTC is assumed" in err


def test_a_stated_zone_moves_the_span(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = ran(["logs", str(log), "--zone", "Europe/Berlin", "--json"], capsys)
    assert code == 0
    # In January Berlin is an hour ahead of UTC.
    assert json.loads(out)["first"] == "2026-01-02T09:00:00Z"


@pytest.mark.parametrize("ending", ["parquet", "csv", "jsonl"])
def test_rows_are_written_as_another_program_reads_them(
    log: Path, tmp_path: Path, ending: str, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / f"rows.{ending}"
    code, out, _ = ran(["logs", str(log), "--to", str(target)], capsys)
    assert code == 0
    assert f"30 rows written to {target}" in out
    read = {
        "parquet": pd.read_parquet,
        "csv": pd.read_csv,
        "jsonl": lambda path: pd.read_json(path, lines=True),
    }[ending](target)
    assert len(read) == 30
    assert read["message"].iloc[29] == "line 29"
    assert pd.Timestamp(read["time"].iloc[29]) == pd.Timestamp("2026-01-02T10:29:00Z")


def test_the_log_itself_is_not_changed(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (log.read_bytes(), log.stat().st_mtime_ns)
    ran(["logs", str(log)], capsys)
    assert (log.read_bytes(), log.stat().st_mtime_ns) == before


@pytest.mark.parametrize("how", ["itself", "link", "glob", "folder"])
def test_rows_are_not_written_over_what_is_read(
    how: str, log: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "evidence"
    folder.mkdir()
    source = log.rename(folder / "made.csv")
    target, given = source, source
    if how == "link":
        target = tmp_path / "other.csv"
        target.symlink_to(source)
    elif how == "glob":
        given = folder / "m*.csv"
    elif how == "folder":
        target, given = folder / "rows.csv", folder
    code, _, err = ran(["logs", str(given), "--to", str(target)], capsys)
    assert code == 2
    assert "that is read" in err or "that are read" in err
    assert source.read_text() == LOG
    assert [p.name for p in folder.iterdir()] == ["made.csv"]


def test_rows_of_standard_input_are_written(tmp_path: Path) -> None:
    target = tmp_path / "rows.jsonl"
    command = [sys.executable, "-m", "incident_analysis", "logs", "-", "--to", str(target)]
    done = subprocess.run(command, input=LOG, capture_output=True, text=True, check=True)
    assert "30 rows written" in done.stdout
    assert len(target.read_text().splitlines()) == 30


@pytest.mark.parametrize(
    "zone, fine",
    [
        ("+14:00", True),
        ("-12", True),
        ("+0545", True),
        ("+14:30", False),
        ("-12:30", False),
        ("+25:00", False),
        ("+05:75", False),
        ("+99:99", False),
    ],
)
def test_an_offset_that_no_place_has_is_refused(
    zone: str, fine: bool, log: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, err = ran(["logs", str(log), "--zone", zone], capsys)
    assert code == (0 if fine else 2)
    assert fine or f"no zone '{zone}'" in err


def test_a_packed_log_reads_the_same(tmp_path: Path, log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    packed = tmp_path / "made-up.log.gz"
    packed.write_bytes(gzip.compress(LOG.encode()))
    _, one, _ = ran(["logs", str(log), "--json"], capsys)
    _, other, _ = ran(["logs", str(packed), "--json"], capsys)
    told, packed_told = json.loads(one), json.loads(other)
    assert {k: v for k, v in told.items() if k != "sources"} == {k: v for k, v in packed_told.items() if k != "sources"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["logs", "none.log"], "no such file"),
        (["logs", "LOG", "--to", "rows.xlsx"], "end it with .parquet, .csv or .jsonl"),
        (["logs", "LOG", "--zone", "IST"], "can be India"),
        (["logs", "LOG", "--zone", "Mars"], "no zone 'Mars'"),
        (["logs", "LOG", "--format", "klgo"], "use 'klog'"),
        (["logs", "LOG", "--since", "10:30"], "a time without its date"),
        (["lgos", "LOG"], "did you mean 'logs'"),
    ],
)
def test_wrong_use_is_two_lines_and_exit_code_2(
    arguments: list[str], said: str, log: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, err = ran([str(log) if a == "LOG" else a for a in arguments], capsys)
    assert code == 2
    assert said in err
    assert len(err.strip().splitlines()) == 2
    assert err.strip().splitlines()[1].startswith("To fix: ")


def test_formats_are_listed_with_where_their_zone_comes_from(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = ran(["formats", "--json"], capsys)
    assert code == 0
    names = [row["name"] for row in json.loads(out)]
    assert names == sorted(names)
    assert {"access", "klog", "json_lines", "csv"} <= set(names)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a system without /dev/full")
def test_a_full_disk_is_no_mistake_of_the_library(log: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "incident_analysis", "logs", str(log)],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert "no space is left" in done.stderr
    assert "mistake" not in done.stderr
