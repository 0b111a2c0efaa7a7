"""Disk: nothing half written, nothing outside its folder."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from incident_analysis import files
from incident_analysis.errors import PathError


def test_a_failing_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = files.write_text(tmp_path / "a.txt", "old")

    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(PathError, match="cannot be written"):
        files.write_text(target, "new")
    assert target.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]


def test_the_same_bytes_are_not_written_again(tmp_path: Path) -> None:
    target = files.write_text(tmp_path / "a.txt", "same")
    os.utime(target, (1, 1))
    files.write_text(target, "same")
    assert target.stat().st_mtime == 1


def test_people_s_files_are_never_written_over(tmp_path: Path) -> None:
    (tmp_path / "tldr.md").write_text("my words")
    assert not files.write_new_text(tmp_path / "tldr.md", "template")
    assert (tmp_path / "tldr.md").read_text() == "my words"


@pytest.mark.parametrize("path", ["../x", "/etc/passwd", "a/../../x", "..\\x", "C:\\x", "", " ", "a\0b"])
def test_a_path_that_leads_out_is_refused(tmp_path: Path, path: str) -> None:
    with pytest.raises(PathError, match="To fix: give a path relative to"):
        files.inside(tmp_path, path)


def test_a_link_that_leads_out_is_refused(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "link").symlink_to(tmp_path)
    with pytest.raises(PathError, match="through a link"):
        files.inside(tmp_path / "home", "link/x")
    assert files.inside(tmp_path / "home", "a b/ü.md") == (tmp_path / "home" / "a b" / "ü.md").resolve()


@pytest.mark.parametrize(
    ("data", "said"),
    [(b"a\nb\xe4\n", r"line 2: byte 0xe4 is not UTF-8"), (b"\xff\xfea\0", "UTF-16"), (b"a\n\0", "line 2: a NUL")],
)
def test_text_that_is_no_utf8_names_the_line(tmp_path: Path, data: bytes, said: str) -> None:
    (tmp_path / "x").write_bytes(data)
    with pytest.raises(PathError, match=said):
        files.read_text(tmp_path / "x")


def test_a_byte_order_mark_and_line_ends_do_not_matter(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes("\ufeffa\r\nb\rc\n".encode())
    assert files.read_text(tmp_path / "x") == "a\nb\nc\n"


def test_the_digest_is_sha256(tmp_path: Path) -> None:
    data = os.urandom(3_000_000)
    (tmp_path / "x").write_bytes(data)
    assert files.digest(tmp_path / "x") == hashlib.sha256(data).hexdigest()


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(PathError, match="no such file"):
        files.read_text(tmp_path / "none")
