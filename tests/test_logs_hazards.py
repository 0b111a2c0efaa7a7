"""What logs do to those who read them: broken bytes, broken files, files that move, times that lie, and plain noise.

Whatever is read, no line and no byte is lost, and no exception leaves but ours.
"""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import os
import re
import sys
import tarfile
import warnings
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from incident_analysis import clock, files, formats
from incident_analysis.errors import EvidenceWarning, IncidentAnalysisError, ParameterError, PathError
from incident_analysis.format import Format, plain_bytes
from incident_analysis.reading import read_logs
from incident_analysis.reading.recognise import FormatError


def record(second: int, message: str = "made up", level: str = "INFO") -> bytes:
    """A record of Python's logging."""
    return f"2026-01-02 10:{second // 60:02d}:{second % 60:02d},000 - made.up - {level} - {message}\n".encode()


def line(second: int, message: str = "made up") -> bytes:
    """A record of JSON lines."""
    text = json.dumps({"time": f"2026-01-02T10:00:{second:02d}Z", "level": "info", "msg": message})
    return text.encode() + b"\n"


MANY = b"".join(record(i % 3600, f"{i * 7919**3:x}") for i in range(3000))

PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress,
    # In smaller blocks than by default, so that a part of the little that is packed here can be had.
    "bz2": lambda data: bz2.compress(data, 1),
    "xz": lambda data: lzma.compress(data, preset=1),
    "zst": zstandard.ZstdCompressor().compress,
}


@cache
def more() -> bytes:
    """More of them than a packer's block holds."""
    return b"".join(record(i % 3600, f"{i * 7919**3:x}") for i in range(20_000))


@cache
def packed(ending: str) -> bytes:
    return PACKERS[ending](more())


def packed_zip() -> bytes:
    """An archive of one log."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.log", MANY)
    return buffer.getvalue()


def tarred(members: dict[str, bytes]) -> bytes:
    """A tar archive; names that end with a slash are folders."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name.rstrip("/"))
            info.type = tarfile.DIRTYPE if name.endswith("/") else tarfile.REGTYPE
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


def check(frame: pd.DataFrame, data: bytes, form: Format) -> None:
    """Nothing is lost: the account is balanced, and every line is in a row or was counted as a continuation."""
    account = frame.attrs["sources"][0]
    lines = data.split(b"\n")
    count = len(lines) - (lines[-1] == b"")
    for kind, total in (("lines", count), ("bytes", len(data))):
        parts = [account[f"{part}_{kind}"] for part in ("record", "continuation", "unparsed")]
        assert account[kind] == total == sum(parts), (kind, account)
        assert min(parts) >= 0, (kind, account)
    assert account["records"] + account["unparsed"] == len(frame)
    assert account["unparsed"] == (~frame["parsed"]).sum()
    spans = list(zip(frame["line_start"], frame["line_end"], strict=True))
    assert all(1 <= first <= last <= len(lines) for first, last in spans)
    inside = {number for first, last in spans for number in range(first, last + 1)}
    outside = [n for n in range(1, count + 1) if n not in inside and lines[n - 1].removeprefix(b"\xef\xbb\xbf").strip()]
    assert len(outside) <= account["continuation_lines"]
    if form.lines is None:
        return
    for number in outside:
        text = plain_bytes(lines[number - 1].removeprefix(b"\xef\xbb\xbf") + b"\n")
        assert form.lines.skip is not None, f"line {number} is lost"
        assert form.lines.skip.match(text), f"line {number} is lost"
    if form.lines.joins is None:
        for row in frame[~frame["parsed"]].itertuples():
            whole = b"\n".join(lines[row.line_start - 1 : row.line_end]).removeprefix(b"\xef\xbb\xbf")
            assert row.message == whole.decode("utf-8", "backslashreplace").rstrip("\r\n")


def read(path: Path | str | list[Path], **options: Any) -> pd.DataFrame:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return read_logs(path, **options)


def said(frame: pd.DataFrame, source: int = 0) -> str:
    return "; ".join(frame.attrs["sources"][source]["warnings"])


@pytest.fixture
def of(tmp_path: Path) -> Callable[..., pd.DataFrame]:
    """The frame of some bytes, checked that nothing is lost."""

    def reading(data: bytes, **options: Any) -> pd.DataFrame:
        path = tmp_path / "export.log"
        path.write_bytes(data)
        frame = read(path, **options)
        check(frame, data, formats.named(frame.attrs["sources"][0]["format"]))
        return frame

    return reading


Of = Callable[..., pd.DataFrame]


class TestBytes:
    def test_what_is_no_utf8_stays_readable(self, of: Of) -> None:
        frame = of(record(1, "before") + record(2, "?").replace(b"?", b"caf\xe9 \xc3") + record(3, "after"))
        assert list(frame["message"]) == ["before", "caf\\xe9 \\xc3", "after"]
        assert "not UTF-8" in said(frame)

    def test_a_nul_is_a_character(self, of: Of) -> None:
        frame = of(record(1) + record(2, "a\0b") + record(3))
        assert list(frame["message"]) == ["made up", "a\0b", "made up"]
        frame = of(line(1) + line(2) + b'{"msg": "a\0b"}\n' + line(3))
        assert list(frame["parsed"]) == [True, True, False, True]

    def test_the_run_of_nuls_that_a_power_loss_leaves(self, of: Of) -> None:
        frame = of(MANY[:20_000].rpartition(b"\n")[0] + b"\n" + b"\0" * 5000 + b"\n" + record(1, "up again"))
        assert frame["message"].iloc[-1] == "up again"
        assert frame["message"].str.count("\0").sum() == 5000

    @pytest.mark.parametrize(
        "megabytes", [pytest.param(6, id="6 MB"), pytest.param(50, id="50 MB", marks=pytest.mark.slow)]
    )
    @pytest.mark.parametrize("write", [record, line])
    def test_a_very_long_line(self, of: Of, write: Callable[..., bytes], megabytes: int) -> None:
        size = megabytes * 1_000_000
        frame = of(write(1) + write(2, "x" * size) + write(3, "after"))
        assert list(frame["message"].str.len()) == [7, size, 5]
        assert list(frame["line_start"]) == [1, 2, 3]

    def test_a_very_long_line_that_is_no_record(self, of: Of) -> None:
        frame = of(line(1) + b'{"msg": "' + b"\\" * 3_000_001 + b"\n" + line(2))
        assert list(frame["parsed"]) == [True, False, True]

    @pytest.mark.parametrize("write", [record, line])
    def test_windows_line_ends(self, of: Of, write: Callable[..., bytes]) -> None:
        frame = of(b"".join(write(i, f"m{i}") for i in range(5)).replace(b"\n", b"\r\n"))
        assert list(frame["message"]) == [f"m{i}" for i in range(5)]

    def test_a_carriage_return_ends_no_line(self, of: Of) -> None:
        frame = of(record(1, "10 %\r20 %\r30 %") + record(2))
        assert list(frame["message"]) == ["10 %\r20 %\r30 %", "made up"]

    def test_lines_that_only_a_carriage_return_ends_are_told_how_to_mend(self, tmp_path: Path) -> None:
        path = tmp_path / "mac.log"
        path.write_bytes(MANY.replace(b"\n", b"\r"))
        with pytest.raises(FormatError, match="carriage return") as caught:
            read(path)
        assert "tr '" in caught.value.remedy
        # Named, they are kept as what they are: one line.
        assert len(read(path, format="python_logging")) == 1

    def test_noise_with_carriage_returns_is_no_old_text(self, tmp_path: Path) -> None:
        (tmp_path / "made.bin").write_bytes(bytes(range(1, 10)) * 20 + b"\r\x80\r")
        with pytest.raises(FormatError, match="no known format"):
            read(tmp_path / "made.bin")

    @pytest.mark.parametrize("end", ["\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c"])
    def test_what_only_python_takes_for_a_line_end(self, of: Of, end: str) -> None:
        frame = of(record(1, f"a{end}b") + record(2))
        assert list(frame["message"]) == [f"a{end}b", "made up"]

    @pytest.mark.parametrize("write", [record, line])
    def test_no_line_end_at_the_end(self, of: Of, write: Callable[..., bytes]) -> None:
        assert list(of(write(1) + write(2, "last")[:-1])["message"]) == ["made up", "last"]

    @pytest.mark.parametrize("write", [record, line])
    def test_the_mark_of_the_byte_order(self, of: Of, write: Callable[..., bytes]) -> None:
        frame = of(b"\xef\xbb\xbf" + write(1, "first") + write(2))
        assert list(frame["message"]) == ["first", "made up"]

    @pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
    def test_utf16_as_powershell_writes_it(self, tmp_path: Path, encoding: str) -> None:
        text = "\ufeff" + MANY.decode().replace("made up", "m\u00e4de \U0001f600 up\u2028")
        (tmp_path / "wide.log").write_bytes(text.encode(encoding))
        (tmp_path / "wide.log.gz").write_bytes(gzip.compress(text.encode(encoding)))
        (tmp_path / "narrow.log").write_bytes(text.encode())
        narrow = read(tmp_path / "narrow.log")
        for name in ("wide.log", "wide.log.gz"):
            wide = read(tmp_path / name)
            assert wide.drop(columns="source").equals(narrow.drop(columns="source"))
            account = dict(wide.attrs["sources"][0])
            assert f"its {len(text.encode(encoding)):,} bytes are {len(text.encode()):,} as UTF-8" in said(wide)
            account["warnings"] = {w: n for w, n in account["warnings"].items() if "UTF-16" not in w}
            assert account == narrow.attrs["sources"][0] | {"source": name}

    @pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
    def test_utf16_without_its_mark_shows_in_its_nulls(self, tmp_path: Path, encoding: str) -> None:
        (tmp_path / "wide.log").write_bytes(MANY.decode().encode(encoding))
        (tmp_path / "narrow.log").write_bytes(MANY)
        wide, narrow = read(tmp_path / "wide.log"), read(tmp_path / "narrow.log")
        assert wide.drop(columns="source").equals(narrow.drop(columns="source"))
        assert "UTF-16, which no mark says" in said(wide)
        # NULs of another kind do not make it so: a disk that lost its power, records framed by them.
        (tmp_path / "nulls.log").write_bytes(b"\0" * 600 + MANY)
        assert "UTF-16" not in said(read(tmp_path / "nulls.log", format="python_logging"))

    def test_what_reads_a_part_is_named_where_nothing_claims_the_whole(self, tmp_path: Path) -> None:
        access = '192.0.2.7 - - [02/Jan/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 5\n'
        (tmp_path / "half.log").write_text(access * 20 + "".join(f"words of day {i}\n" for i in range(40)))
        with pytest.raises(FormatError, match=r"nearest: access \(reads 20 of the first 60 lines\)"):
            read_logs(tmp_path / "half.log")

    def test_a_byte_of_another_encoding_costs_a_json_line_nothing_else(self, of: Of) -> None:
        bad = b'{"time":"2026-01-02T10:00:07Z","level":"error","msg":"caf\xe9\xe9 \\\\x41 \\n","key":"\xff"}\n'
        for data in (line(1) + bad + line(2), line(1) * 20_000 + bad + line(2)):
            frame = of(data)
            row = frame.iloc[-2]
            assert (row["message"], row["severity_number"]) == ("caf\\xe9\\xe9 \\x41 \n", 17)
            assert row["time"] == pd.Timestamp("2026-01-02T10:00:07Z")
            assert row["key"] == "\\xff"
            assert frame["parsed"].all()

    @pytest.mark.parametrize("name", ["access", "logfmt", "cri"])
    def test_a_format_that_reads_no_line_is_told(self, tmp_path: Path, name: str) -> None:
        (tmp_path / "made.log").write_bytes(MANY)
        frame = read(tmp_path / "made.log", format=name)
        assert f"no record of it is read as {name}" in said(frame)
        check(frame, MANY, formats.named(name))
        assert "no record" not in said(read(tmp_path / "made.log", format="python_logging"))

    def test_a_misspelt_zone_is_told_though_no_stamp_needs_it(self, tmp_path: Path) -> None:
        (tmp_path / "made.jsonl").write_bytes(b"".join(line(i) for i in range(5)))
        with pytest.raises(ParameterError, match="no zone 'Europe/Berln'"):
            read(tmp_path / "made.jsonl", zone="Europe/Berln")

    def test_what_is_no_utf16_stays_readable(self, tmp_path: Path) -> None:
        data = (MANY + record(1, "half ?.")).decode().encode("utf-16-le").replace("?".encode("utf-16-le"), b"\x00\xd8")
        (tmp_path / "made.log").write_bytes(b"\xff\xfe" + data + b"x")
        frame = read(tmp_path / "made.log")
        assert len(frame) == 3001
        assert frame["message"].iloc[-1] == "half \\x00\\xd8.\n\\x78"

    def test_unbalanced_quotes(self, of: Of) -> None:
        head = '192.0.2.1 - - [02/Jan/2026:10:00:0{} +0000] "GET {} HTTP/1.1" 200 5 "-" "{}\n'
        texts = [('/"x', 'a"'), ("/", "never closed"), ("/y", 'b"')]
        frame = of("".join(head.format(i, *pair) for i, pair in enumerate(texts)).encode())
        assert list(frame["line_start"]) == [1, 2, 3]
        frame = of(b'ts=1 level=info msg="a b\nts=2 level=info msg=c\nts=3 level=warn msg="d\\"e"\n')
        assert list(frame["line_start"]) == [1, 2, 3]

    def test_a_quote_that_is_not_closed_does_not_swallow_a_table(self, of: Of) -> None:
        rows = "".join(f"2026-01-02T10:00:{i:02d}Z,info,m{i}\n" for i in range(10, 50))
        frame = of(f'time,level,message\n2026-01-02T10:00:01Z,info,"not closed\n{rows}'.encode())
        assert len(frame) == 41
        assert "not closed" in frame["message"][0]

    def test_escaped_quotes(self, of: Of) -> None:
        frame = of(line(1, 'say "hi" \\ \n "') + line(2))
        assert frame["message"][0] == 'say "hi" \\ \n "'
        frame = of(b'time,level,message\n2026-01-02T10:00:01Z,info,"a ""b""\nc"\n2026-01-02T10:00:02Z,info,d\n')
        assert list(frame["message"]) == ['a "b"\nc', "d"]

    def test_one_malformed_line_in_the_middle(self, of: Of) -> None:
        bad = b'{"time": "2026-01-02T10:00:03Z", "msg": \n'
        frame = of(line(1) + line(2) + bad + line(4))
        assert list(frame["parsed"]) == [True, True, False, True]
        assert frame["message"][2] == bad.decode().rstrip("\n")

    def test_blank_lines(self, of: Of) -> None:
        frame = of(b"\n\r\n" + line(1) + b"\n  \t\n" + line(2) + b"\n\n")
        assert list(frame["line_start"]) == [3, 6]


class TestFiles:
    def test_an_empty_file(self, tmp_path: Path) -> None:
        path = tmp_path / "empty.log"
        path.touch()
        frame = read(path)
        assert len(frame) == 0
        assert "empty" in said(frame)

    @pytest.mark.parametrize(
        "data",
        [
            bytes(range(256)) * 20,
            b"\x7fELF\2\1\1" + bytes(9) + b"\3\0>\0\1\0" + bytes(range(200)),
            b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(128, 256)) * 9,
            b"SQLite format 3\0" + bytes(500),
            gzip.compress(gzip.compress(MANY)),
        ],
        ids=["every byte", "ELF", "PNG", "SQLite", "packed twice"],
    )
    def test_binary_data_is_refused(self, tmp_path: Path, data: bytes) -> None:
        path = tmp_path / "binary"
        path.write_bytes(data)
        with pytest.raises(FormatError) as caught:
            read(path)
        assert caught.value.remedy

    @pytest.mark.parametrize("ending", PACKERS)
    def test_packed(self, tmp_path: Path, ending: str) -> None:
        whole = tmp_path / "whole.log"
        whole.write_bytes(MANY)
        pack = PACKERS[ending]
        half = MANY.index(b"\n", len(MANY) // 2) + 1
        path = tmp_path / f"export.log.{ending}"
        # Two archives behind one another are one, as rotation makes them.
        path.write_bytes(pack(MANY[:half]) + pack(MANY[half:]))
        frame = read(path)
        check(frame, MANY, formats.named("python_logging"))
        pd.testing.assert_frame_equal(frame.drop(columns="source"), read(whole).drop(columns="source"))

    @pytest.mark.parametrize("ending", PACKERS)
    @pytest.mark.parametrize("kept", [0.5, 0.9, 0.999])
    def test_a_cut_archive_gives_what_it_has(self, tmp_path: Path, ending: str, kept: float) -> None:
        whole = packed(ending)
        path = tmp_path / f"export.log.{ending}"
        path.write_bytes(whole[: int(len(whole) * kept)])
        frame = read(path)
        account = frame.attrs["sources"][0]
        assert account["truncated"]
        assert "ends early" in said(frame)
        had = account["bytes"]
        assert had > 0.2 * kept * len(more())
        check(frame, more()[:had], formats.named("python_logging"))

    @pytest.mark.parametrize("ending", PACKERS)
    def test_an_archive_cut_before_it_gives_anything_is_not_called_empty(self, tmp_path: Path, ending: str) -> None:
        path = tmp_path / f"export.log.{ending}"
        path.write_bytes(packed(ending)[:20])
        frame = read(path)
        assert "ends early" in said(frame)
        assert "empty" not in said(frame)

    def test_rubbish_behind_an_archive(self, tmp_path: Path) -> None:
        path = tmp_path / "export.log.gz"
        path.write_bytes(gzip.compress(MANY) + b"rubbish")
        frame = read(path)
        check(frame, MANY, formats.named("python_logging"))
        assert frame.attrs["sources"][0]["truncated"]

    def test_the_members_of_a_zip(self, tmp_path: Path) -> None:
        path = tmp_path / "export.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("a.log", MANY)
            archive.writestr("inner/", b"")
            archive.writestr("inner/b.json", line(1) + line(2))
        frame = read(path)
        assert list(frame["source"].unique()) == ["export.zip:a.log", "export.zip:inner/b.json"]
        assert len(frame) == 3002

    def test_a_member_that_is_no_log_does_not_keep_the_others_from_being_read(self, tmp_path: Path) -> None:
        path = tmp_path / "export.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("inner.zip", packed_zip())
            archive.writestr("core", b"\x7fELF" + bytes(range(32)) * 100)
            archive.writestr("b.json", line(1) + line(2))
        with pytest.warns(EvidenceWarning) as told:
            frame = read_logs(path)
        assert len(frame) == 2
        assert "inner.zip: left out: a zip archive" in str(told[0].message)
        assert "core: left out: binary data" in str(told[1].message)
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("core", b"\x7fELF" + bytes(range(32)) * 100)
            archive.writestr("crash", b"\x7fELF" + bytes(range(32)) * 100)
        with pytest.raises(FormatError, match="core: binary data"):
            read_logs(path)

    @pytest.mark.parametrize("ending", ["", *PACKERS])
    def test_the_members_of_a_tar_archive(self, tmp_path: Path, ending: str) -> None:
        path = tmp_path / ("export.tar" + ("." + ending if ending else ""))
        data = tarred(
            {"bundle/a.log": MANY, "bundle/empty/": b"", "bundle/._a.log": b"\0\5", "b.json": line(1) + line(2)}
        )
        path.write_bytes(PACKERS[ending](data) if ending else data)
        frame = read(path)
        assert list(frame["source"].unique()) == [f"{path.name}:bundle/a.log", f"{path.name}:b.json"]
        assert len(frame) == 3002
        assert frame.attrs["sources"][0]["bytes"] == len(MANY)

    @pytest.mark.parametrize("ending", PACKERS)
    @pytest.mark.parametrize("kind", ["zip", "tar"])
    def test_packed_files_in_archives(self, tmp_path: Path, kind: str, ending: str) -> None:
        path = tmp_path / f"bundle.{kind}"
        members = {"app.log": MANY, f"app.log.1.{ending}": packed(ending)}
        if kind == "zip":
            with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
                for name, data in members.items():
                    archive.writestr(name, data)
        else:
            path.write_bytes(tarred(members))
        frame = read(path)
        whole = frame[frame["source"] == f"bundle.{kind}:app.log.1.{ending}"]
        assert (len(frame), len(whole)) == (23_000, 20_000)
        assert [a["bytes"] for a in frame.attrs["sources"]] == [len(MANY), len(more())]

    @pytest.mark.parametrize("pack", [bytes, lambda data: gzip.compress(data, 0)])
    def test_a_cut_tar_archive_gives_what_it_has(self, tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
        data = tarred({"a.log": MANY, "b.log": more(), "c.log": MANY})
        second = 1024 + -(-len(MANY) // 512) * 512
        third = second + 512 + -(-len(more()) // 512) * 512
        # In a member, in the head of one, in the last one, in the end mark.
        for cut in (
            50_001,
            second - 300,
            second - 512,
            second + 70_013,
            third + 1,
            third + len(MANY) - 1,
            third + len(MANY),
        ):
            path = tmp_path / "export.tar"
            path.write_bytes(pack(data)[: cut + (0 if pack is bytes else 40)])
            frame = read(path)
            accounts = frame.attrs["sources"]
            assert accounts[-1]["truncated"], cut
            assert "ends early" in said(frame, len(accounts) - 1), cut
            had = [account["bytes"] for account in accounts if account["bytes"]]
            # Of what gzip's blocks hold, the last one may not be had.
            slack = 0 if pack is bytes else 66_000
            held = [len(MANY), len(more()), len(MANY)]
            begins = (512, second, third)
            most = [max(0, min(size, cut - begin)) for size, begin in zip(held, begins, strict=True)]
            assert sum(most) - slack <= sum(had) <= sum(most) + (0 if pack is bytes else 40), cut

    def test_a_whole_tar_archive_is_not_called_cut(self, tmp_path: Path) -> None:
        data = tarred({"a.log": MANY})
        end = 512 + -(-len(MANY) // 512) * 512
        # The end mark is two blocks; what is filled up to a record's length may be missing.
        for kept in (end + 512, end + 1024, len(data)):
            (tmp_path / "export.tar").write_bytes(data[:kept])
            (account,) = read(tmp_path / "export.tar").attrs["sources"]
            assert not account["truncated"]

    @pytest.mark.parametrize("name", ["a.log", "core"])
    def test_a_member_of_a_tar_archive_that_says_it_has_no_end(self, tmp_path: Path, name: str) -> None:
        info = tarfile.TarInfo(name)
        info.size = 1 << 60
        data = MANY if name == "a.log" else b"\x7fELF" + bytes(range(32)) * 300_000
        (tmp_path / "export.tar").write_bytes(info.tobuf() + data)
        frame = read(tmp_path / "export.tar")
        assert len(frame) == (3_000 if name == "a.log" else 0)
        assert frame.attrs["sources"][-1]["truncated"]
        assert name == "a.log" or "left out: binary data" in said(frame)

    def test_a_packed_member_that_unfolds_without_end_is_refused(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("incident_analysis.files.unpacking.UNPACK_FLOOR_BYTES", 1_000_000)
        bomb = gzip.compress(record(1) * 100_000, 9)
        (tmp_path / "bundle.tar").write_bytes(tarred({"bomb.log.gz": bomb}))
        with pytest.raises(PathError, match="unfolds to more than"):
            read_logs(tmp_path / "bundle.tar")

    def test_a_tar_archive_without_files(self, tmp_path: Path) -> None:
        (tmp_path / "bundle.tar").write_bytes(tarred({"folder/": b""}))
        with pytest.raises(PathError, match="an archive without files"):
            read_logs(tmp_path / "bundle.tar")

    def test_a_text_that_speaks_of_tar_is_no_archive(self, tmp_path: Path) -> None:
        text = record(1, "x" * 200)
        text += record(2, "ustar ustar ustar ustar ustar ustar")
        place = text.index(b"ustar")
        text = record(1, "x" * (200 + 257 - place)) + record(2, "ustar ustar ustar ustar ustar ustar")
        assert text[257:262] == b"ustar"
        (tmp_path / "made.log").write_bytes(text)
        assert len(read(tmp_path / "made.log")) == 2

    @pytest.mark.parametrize("how", ["cut", "damaged", "empty", "encrypted"])
    def test_a_broken_zip(self, tmp_path: Path, how: str) -> None:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            if how != "empty":
                archive.writestr("a.log", more())
        data = bytearray(buffer.getvalue())
        if how == "cut":
            del data[-30:]
        elif how == "damaged":
            data[len(data) // 2] ^= 0xFF
        elif how == "encrypted":
            # The flag, in the member's head and in the list of members.
            data[6] |= 1
            data[data.rindex(b"PK\1\2") + 8] |= 1
        path = tmp_path / "export.zip"
        path.write_bytes(data)
        if how == "damaged":
            frame = read(path)
            account = frame.attrs["sources"][0]
            assert account["truncated"]
            assert account["bytes"] > 0.1 * len(more())
        else:
            with pytest.raises(PathError):
                read(path)

    @pytest.mark.parametrize("ending", [*PACKERS, "zip", "many.zip"])
    def test_a_bomb_is_refused(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str) -> None:
        monkeypatch.setattr(files.unpacking, "UNPACK_FLOOR_BYTES", 1_000_000)
        data = record(1) * 100_000
        path = tmp_path / f"bomb.{ending}"
        if ending.endswith("zip"):
            number = 20 if ending == "many.zip" else 1
            with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
                for i in range(number):
                    archive.writestr(f"{i}.log", data[: len(data) // number])
        else:
            path.write_bytes(PACKERS[ending](data))
        assert path.stat().st_size * files.UNPACK_RATIO < len(data)
        read_bytes = 0

        def unfold() -> None:
            nonlocal read_bytes
            for _, stream in files.unpacked(path):
                while piece := stream.read(50_000):
                    read_bytes += len(piece)

        with pytest.raises(PathError, match="unfolds") as caught:
            unfold()
        assert caught.value.remedy
        assert read_bytes <= max(1_000_000, files.UNPACK_RATIO * path.stat().st_size)
        with pytest.raises(PathError, match="unfolds"):
            read(path)

    @pytest.mark.parametrize("pack", [bytes, gzip.compress, lzma.compress])
    def test_standard_input(self, monkeypatch: pytest.MonkeyPatch, pack: Callable[[bytes], bytes]) -> None:
        class Stdin:
            buffer = io.BytesIO(pack(MANY))

        monkeypatch.setattr(sys, "stdin", Stdin)
        # As much as it unfolds to, not as much as its unknown size would allow.
        monkeypatch.setattr(files.unpacking, "UNPACK_FLOOR_BYTES", 1000)
        frame = read("-")
        check(frame, MANY, formats.named("python_logging"))
        assert set(frame["source"]) == {"stdin"}

    def test_a_mixed_folder(self, tmp_path: Path) -> None:
        folder = tmp_path / "evidence"
        (folder / "deeper").mkdir(parents=True)
        (folder / "a.log").write_bytes(record(1) + record(2))
        (folder / "deeper" / "b.jsonl.gz").write_bytes(gzip.compress(line(1) + line(2) + line(3)))
        (folder / "notes.md").write_text("# Notes\n\nWe saw nothing.\n")
        (folder / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(500))
        (folder / "empty.log").touch()
        (folder / ".hidden").write_bytes(record(3))
        frame = read(folder)
        assert frame["source"].value_counts().to_dict() == {"evidence/a.log": 2, "evidence/deeper/b.jsonl.gz": 3}
        left = {a["source"]: "; ".join(a["warnings"]) for a in frame.attrs["sources"] if not a["format"]}
        assert sorted(left) == ["evidence/empty.log", "evidence/notes.md", "evidence/picture.png"]
        assert all(left.values())

    def test_links_that_lead_in_a_circle(self, tmp_path: Path) -> None:
        folder = tmp_path / "evidence"
        (folder / "deeper").mkdir(parents=True)
        (folder / "a.log").write_bytes(record(1) + record(2))
        (folder / "deeper" / "again").symlink_to(folder)
        (folder / "self.log").symlink_to(folder / "self.log")
        (folder / "lost.log").symlink_to(folder / "not there")
        assert len(read(folder)) == 2
        assert len(read(f"{folder}/**/*.log")) == 2
        with pytest.raises(PathError):
            read(folder / "self.log")
        with pytest.raises(PathError):
            read(folder / "lost.log")

    def test_a_file_that_grows_while_it_is_read(self, tmp_path: Path) -> None:
        path = tmp_path / "growing.log"
        path.write_bytes(MANY)
        more = record(1, "late")

        def grow(source: str, count: int) -> None:
            if path.stat().st_size < len(MANY) + 3 * len(more):
                with path.open("ab") as stream:
                    stream.write(more)

        frame = read(path, progress=grow)
        whole = path.read_bytes()
        check(frame, whole[: frame.attrs["sources"][0]["bytes"]], formats.named("python_logging"))
        assert len(frame) >= 3000

    def test_a_file_that_is_cut_short_while_it_is_read(self, tmp_path: Path) -> None:
        path = tmp_path / "rotated.log"
        path.write_bytes(MANY)
        frame = read(path, progress=lambda source, count: path.write_bytes(b""))
        account = frame.attrs["sources"][0]
        check(frame, MANY[: account["bytes"]], formats.named("python_logging"))

    def test_a_file_that_vanishes_is_named(self, tmp_path: Path) -> None:
        for name in ("a.log", "b.log"):
            (tmp_path / name).write_bytes(MANY)

        def vanish(source: str, count: int) -> None:
            (tmp_path / "b.log").unlink(missing_ok=True)

        with pytest.raises(PathError, match=r"cannot be read") as caught:
            read([tmp_path / "a.log", tmp_path / "b.log"], progress=vanish)
        assert "b.log" in caught.value.where
        # One that is open stays readable.
        (tmp_path / "c.log").write_bytes(MANY)
        assert len(read(tmp_path / "c.log", progress=lambda *_: (tmp_path / "c.log").unlink(missing_ok=True))) == 3000

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
    def test_a_file_that_may_not_be_read(self, tmp_path: Path) -> None:
        path = tmp_path / "secret.log"
        path.write_bytes(MANY)
        path.chmod(0)
        with pytest.raises(PathError):
            read(path)


def stamped(*stamps: Any) -> bytes:
    return b"".join(json.dumps({"time": stamp, "level": "info", "msg": "m"}).encode() + b"\n" for stamp in stamps)


class TestTimes:
    @pytest.mark.parametrize(
        ("text", "utc"),
        [
            ("2025-08-13 01:45:01.123 PDT", "2025-08-13T08:45:01.123Z"),
            ("2025-08-13 01:45:01.123 CEST", "2025-08-12T23:45:01.123Z"),
            ("2025-08-13 01:45:01 NPT", "2025-08-12T20:00:01Z"),
            ("2025-08-13T01:45:01+05:45", "2025-08-12T20:00:01Z"),
            ("2025-08-13T01:45:01-0930", "2025-08-13T11:15:01Z"),
            ("2025-08-13T01:45:01+02", "2025-08-12T23:45:01Z"),
        ],
    )
    def test_zones_by_name_and_by_offset(self, of: Of, text: str, utc: str) -> None:
        # An analyst's zone does not move what carries its own.
        for zone in (None, "Asia/Tokyo"):
            frame = of(stamped(text, text), zone=zone)
            assert frame["time"][0] == pd.Timestamp(utc)
            assert set(frame["zone"]) == {"explicit"}

    @pytest.mark.parametrize("word", ["Zookeeper is lost", "Zed", "INFOrmed", "Utc"])
    def test_a_word_behind_a_stamp_is_no_zone(self, word: str) -> None:
        stamp = clock.iso(f"2025-08-13 01:45:01.123 {word}")
        assert stamp is not None
        assert not stamp.zoned

    @pytest.mark.parametrize("name", ["BST", "CST", "IST", "ET", "PT", "AST", "SST", "GST"])
    def test_an_ambiguous_name_has_to_be_stated(self, of: Of, name: str) -> None:
        data = stamped(f"2025-08-13 01:45:01 {name}", f"2025-08-13 01:45:02 {name}")
        frame = of(data)
        assert not frame["zone"].eq("explicit").any()
        assert of(data, zone="Asia/Kolkata")["time"][0] == pd.Timestamp("2025-08-12T20:15:01Z")
        with pytest.raises(ParameterError, match=re.escape(clock.AMBIGUOUS[name])):
            of(data, zone=name)

    @pytest.mark.parametrize("never", ["0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "1628-08-10T00:00:00Z", 0])
    def test_dates_before_all_machines_mean_never(self, of: Of, never: Any) -> None:
        frame = of(stamped("2026-01-02T10:00:00Z", never, "2026-01-02T10:00:01Z"))
        assert list(frame["time"].isna()) == [False, True, False]
        assert len(frame) == 3
        assert said(frame)

    @pytest.mark.parametrize("text", ["9999-12-31T23:59:59Z", "2262-04-12T00:00:00Z", "99999-01-01T00:00:00Z"])
    def test_dates_that_64_bits_do_not_hold(self, of: Of, text: str) -> None:
        frame = of(stamped("2026-01-02T10:00:00Z", text, "2026-01-02T10:00:01Z"))
        assert list(frame["time"].isna()) == [False, True, False]

    def test_mixed_offsets_and_fractions(self, of: Of) -> None:
        frame = of(
            stamped(
                "2026-01-02T10:00:00Z",
                "2026-01-02T12:00:00.1+02:00",
                "2026-01-02T05:00:00.123456-05:00",
                "2026-01-02T10:00:00.123456789Z",
                "2026-01-02T10:00:00,5Z",
            )
        )
        assert [t.value % 10**9 for t in frame["time"]] == [0, 100_000_000, 123_456_000, 123_456_789, 500_000_000]
        assert set(frame["time"].dt.floor("s")) == {pd.Timestamp("2026-01-02T10:00:00Z")}
        assert frame["time"].dtype == "datetime64[ns, UTC]"

    @pytest.mark.parametrize(
        ("value", "ns"),
        [
            ("1667335106397876100", 1667335106397876100),
            (1667335106397876100, 1667335106397876100),
            ("1439036796.000002", 1439036796000002000),
            (1439036796.25, 1439036796250000000),
            (1667335106397, 1667335106397000000),
            (1667335106397876, 1667335106397876000),
            ("1667335106", 1667335106000000000),
        ],
    )
    def test_epochs_keep_every_digit(self, of: Of, value: Any, ns: int) -> None:
        assert of(stamped(value, value))["time"][0].value == ns

    def test_the_hour_that_happens_twice(self, of: Of) -> None:
        # Berlin, 25 October 2026: at 03:00 clocks go back to 02:00.
        texts = ["01:59:00", "02:10:00", "02:50:00", "02:05:00", "02:55:00", "03:05:00"]
        data = b"".join(record(0).replace(b"2026-01-02 10:00:00", f"2026-10-25 {t}".encode()) for t in texts)
        frame = of(data, zone="Europe/Berlin")
        assert list(frame["time"].dt.strftime("%H:%M")) == ["23:59", "00:10", "00:50", "01:05", "01:55", "02:05"]
        assert "went back" not in said(frame)
        alone = of(record(0).replace(b"2026-01-02 10:00:00", b"2026-10-25 02:30:00"), zone="Europe/Berlin")
        assert alone["time"][0] == pd.Timestamp("2026-10-25T00:30Z")
        assert "went back" in said(alone)

    def test_each_year_has_an_hour_of_its_own_that_happens_twice(self, of: Of) -> None:
        # Berlin: 26 October 2025 and 25 October 2026.
        days = [f"2025-10-26 {t}" for t in ("02:50:00", "02:05:00")]
        days += [f"2026-10-25 {t}" for t in ("02:10:00", "02:50:00", "02:05:00")]
        data = b"".join(record(0).replace(b"2026-01-02 10:00:00", day.encode()) for day in days)
        frame = of(data, zone="Europe/Berlin")
        assert list(frame["time"].dt.strftime("%H:%M")) == ["00:50", "01:05", "00:10", "00:50", "01:05"]

    def test_the_hour_that_does_not_exist(self, of: Of) -> None:
        # Berlin, 29 March 2026: at 02:00 clocks go forward to 03:00.
        texts = ["01:59:00", "02:30:00", "03:01:00"]
        data = b"".join(record(0).replace(b"2026-01-02 10:00:00", f"2026-03-29 {t}".encode()) for t in texts)
        frame = of(data, zone="Europe/Berlin")
        assert list(frame["time"].dt.strftime("%H:%M")) == ["00:59", "01:00", "01:01"]
        assert "does not exist" in said(frame)

    def test_day_and_month_are_told_apart_over_the_whole_column(self, of: Of) -> None:
        rows = ["05-03-2016 10:00:00,INFO,a", "29-02-2016 10:00:00,INFO,b"]
        for order in (rows, rows[::-1]):
            frame = of(("time,level,message\n" + "\n".join(order) + "\n").encode())
            assert sorted(frame["time"].dt.strftime("%m-%d")) == ["02-29", "03-05"]

    def test_kibanas_stamp(self, of: Of) -> None:
        data = (
            b'"@timestamp",level,message\n"Jul 22, 2024 @ 10:10:00.000",info,a\n"Jul 22, 2024 @ 10:10:01.500",info,b\n'
        )
        assert of(data, zone="UTC")["time"][1] == pd.Timestamp("2024-07-22T10:10:01.5Z")

    def test_no_such_zone(self, of: Of) -> None:
        with pytest.raises(ParameterError, match="no zone"):
            of(record(1), zone="Europe/Berlim")


#: What breaks parsers, put where it does not belong.
NOISE = [
    *(bytes([b]) for b in b"\0\r\n\t\"'\\{}[],:=<>&%;|#-+. \x1b"),
    b"\r\n",
    b"\n\n",
    b"\xff",
    b"\xc3",
    b"\xef\xbb\xbf",
    "\u2028".encode(),
    "²".encode(),
    "٣".encode(),
    b"9" * 25,
    b"-1",
    b"1e999",
    b"NaN",
    b"null",
    b"{}",
    b"[]",
    b'""',
    b"[[[[",
    b"0001-01-01T00:00:00Z",
    b"9999-12-31T23:59:59Z",
    b"\x1b[31m",
]


@st.composite
def damaged(draw: st.DrawFn, sample: bytes) -> bytes:
    """A sample with a few bytes changed, taken out, doubled or cut off, words replaced, noise put in."""
    data = sample
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, len(data)))
        how = draw(st.sampled_from(["byte", "noise", "word", "out", "twice", "cut"]))
        if how == "byte":
            data = data[:place] + bytes([draw(st.integers(0, 255))]) + data[place + 1 :]
        elif how == "noise":
            data = data[:place] + draw(st.sampled_from(NOISE)) + data[place:]
        elif how == "word":
            word = re.compile(rb'"[^"]*"|[\w.+-]+').search(data, place)
            if word is not None:
                data = data[: word.start()] + draw(st.sampled_from(NOISE)) + data[word.end() :]
        elif how == "out":
            data = data[:place] + data[place + draw(st.integers(1, 20)) :]
        elif how == "twice":
            data = data[:place] + data[place : place + draw(st.integers(1, 60))] + data[place:]
        else:
            data = data[: max(place, 1)]
    return data


def tried(path: Path, **options: Any) -> pd.DataFrame | None:
    """What was read; None where it was refused, as noise may be."""
    try:
        return read(path, **options)
    except IncidentAnalysisError as error:
        if "accounted for" in error.what:
            raise
        return None


FORMS = formats.logs.FORMATS


@pytest.mark.parametrize("form", FORMS, ids=[form.name for form in FORMS])
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(draw=st.data())
def test_noise_in_a_format_loses_nothing(form: Format, draw: st.DataObject, tmp_path: Path) -> None:
    data = draw.draw(damaged(form.sample.encode()))
    path = tmp_path / "noise"
    path.write_bytes(data)
    frame = tried(path, format=form)
    if data and frame is not None:
        check(frame, data, form)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(draw=st.data())
def test_noise_is_recognised_or_refused(draw: st.DataObject, tmp_path: Path) -> None:
    form = draw.draw(st.sampled_from(FORMS))
    data = draw.draw(st.one_of(st.binary(max_size=300), damaged(form.sample.encode() * 3)))
    path = tmp_path / "noise"
    path.write_bytes(data)
    frame = tried(path)
    if frame is not None and len(frame):
        check(frame, data, formats.named(frame.attrs["sources"][0]["format"]))


def test_half_a_surrogate_pair_is_kept_as_it_was_written(tmp_path: Path) -> None:
    log = tmp_path / "made-up.log"
    log.write_text('{"time":"2026-01-02T10:00:00Z","level":"info","msg":"a \\ud800 b","k\\ud800":"c"}\n' * 3)
    rows = read_logs(log)
    assert list(rows["message"]) == ["a \\ud800 b"] * 3
    assert list(rows["k\\ud800"]) == ["c"] * 3


def test_a_broken_archive_does_not_keep_its_folder_from_being_read(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text('{"time":"2026-01-02T10:00:00Z","level":"info","msg":"x"}\n')
    (tmp_path / "b.zip").write_bytes(b"PK\x03\x04 broken")
    (tmp_path / "c.log").write_text('{"time":"2026-01-02T10:00:01Z","level":"info","msg":"y"}\n')
    with pytest.warns(EvidenceWarning, match="left out"):
        rows = read_logs(tmp_path)
    assert list(rows["message"]) == ["x", "y"]
    with pytest.raises(PathError):
        read_logs(tmp_path / "b.zip")
