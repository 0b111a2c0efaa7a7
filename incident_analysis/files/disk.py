"""Disk, remote paths and package data.

Writing is atomic: into a temporary name in the same folder, then `os.replace`. Nothing is half written, and a reader
sees the old file or the new one. Evidence is only ever opened for reading.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from incident_analysis.errors import PathError

#: A text file above this size is no hand-written one.
TEXT_LIMIT_BYTES = 32 * 1024 * 1024


def read_bytes(path: str | Path, *, limit: int | None = None) -> bytes:
    """The bytes of a file.

    Parameters
    ----------
    path : str or Path
        A local path, or an address that fsspec opens (`s3://…`, `https://…`).
    limit : int, optional
        Refuse a file of more bytes than this.

    Raises
    ------
    PathError
        The file is missing, is a folder, cannot be read or is too large.
    """
    try:
        with open_binary(path) as stream:
            data = stream.read() if limit is None else stream.read(limit + 1)
    except FileNotFoundError:
        raise PathError("no such file", remedy="check the path", where=str(path)) from None
    except IsADirectoryError:
        raise PathError("a folder, not a file", remedy="name the file inside it", where=str(path)) from None
    except OSError as error:
        reason = error.strerror or str(error)
        raise PathError(
            f"cannot be read ({reason})", remedy="check the path and its permissions", where=str(path)
        ) from None
    if limit is not None and len(data) > limit:
        raise PathError(
            f"more than {limit:,} bytes",
            remedy="keep logs and exports in evidence/ and only hand-written text here",
            where=str(path),
        )
    return data


def open_binary(path: str | Path) -> IO[bytes]:
    """A file opened for reading bytes; addresses with a scheme go through fsspec."""
    text = str(path)
    if re.match(r"[a-z][a-z0-9+]+://", text):
        import fsspec

        opened: Any = fsspec.open(text, "rb").open()
        return opened
    return open(text, "rb")


def read_text(path: str | Path) -> str:
    """The text of a hand-written UTF-8 file; a byte-order mark is dropped, line ends become "\\n".

    Raises
    ------
    PathError
        The file cannot be read, is no UTF-8 (the line is named) or holds NUL characters.
    """
    data = read_bytes(path, limit=TEXT_LIMIT_BYTES)
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise PathError("UTF-16, not UTF-8", remedy="save the file as UTF-8", where=str(path))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise PathError(
            f"byte 0x{data[error.start]:02x} is not UTF-8",
            remedy="save the file as UTF-8",
            where=f"{path}, line {line}",
        ) from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise PathError(
            "a NUL character: not a text file", remedy="give the text file itself", where=f"{path}, line {line}"
        )
    return text.replace("\r\n", "\n").replace("\r", "\n")


def write_bytes(path: str | Path, data: bytes) -> Path:
    """Write a file atomically, making its folder where it is missing.

    A file that already holds these bytes is left alone, so that its time stays.

    Raises
    ------
    PathError
        The place cannot be written.
    """
    target = Path(path)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.is_file() and target.read_bytes() == data:
            return target
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".part")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
            os.chmod(temporary, 0o644)
            os.replace(temporary, target)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        reason = error.strerror or str(error)
        raise PathError(
            f"cannot be written ({reason})", remedy="choose a folder that can be written", where=str(target)
        ) from None
    return target


def write_text(path: str | Path, text: str) -> Path:
    """Write a UTF-8 file atomically; line ends are "\\n" everywhere."""
    return write_bytes(path, text.encode("utf-8"))


def write_new_text(path: str | Path, text: str) -> bool:
    """Write a text file only where there is none yet; True where it was written."""
    if os.path.lexists(path):
        return False
    write_text(path, text)
    return True


def copy_new(source: str | Path, target: str | Path) -> str:
    """Copy a file to a place where there is none, in pieces and atomically; the digest of its bytes.

    The copy keeps the time at which the source was last written.

    Raises
    ------
    PathError
        The source cannot be read, the target cannot be written, or there is something already.
    """
    place = Path(target)
    total = hashlib.sha256()
    temporary = ""
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name}.", suffix=".part")
        with os.fdopen(handle, "wb") as out, open_binary(source) as stream:
            while piece := stream.read(1 << 20):
                total.update(piece)
                out.write(piece)
            out.flush()
            os.fsync(out.fileno())
        os.chmod(temporary, 0o644)
        written = modified(source)
        if written is not None:
            os.utime(temporary, (written.timestamp(), written.timestamp()))
        # A link fails where there is a file already; renaming would replace it.
        os.link(temporary, place)
    except OSError as error:
        reason = error.strerror or str(error)
        raise PathError(
            f"cannot be copied to {place} ({reason})",
            remedy="check that the file can be read and the folder written",
            where=str(source),
        ) from None
    finally:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
    return total.hexdigest()


def replace(source: str | Path, target: str | Path) -> None:
    """Give a finished file its name, in one step."""
    os.replace(source, target)


def remove(path: str | Path) -> None:
    """Remove a file that we wrote; nothing happens where there is none."""
    Path(path).unlink(missing_ok=True)


def make_folder(path: str | Path) -> Path:
    """A folder, made with its parents where it is missing.

    Raises
    ------
    PathError
        It cannot be made, or a file is in its place.
    """
    folder = Path(path)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = error.strerror or str(error)
        raise PathError(
            f"cannot be made ({reason})", remedy="choose a folder that can be written", where=str(folder)
        ) from None
    return folder


def exists(path: str | Path) -> bool:
    """Whether there is a file or a folder."""
    return Path(path).exists()


def is_file(path: str | Path) -> bool:
    """Whether there is a file."""
    return Path(path).is_file()


def is_folder(path: str | Path) -> bool:
    """Whether there is a folder."""
    return Path(path).is_dir()


def listing(folder: str | Path, pattern: str = "*") -> list[Path]:
    """The entries of a folder that fit a pattern, sorted by name; empty where there is no folder."""
    place = Path(folder)
    return sorted(place.glob(pattern), key=lambda p: p.as_posix()) if place.is_dir() else []


def every_file(folder: str | Path) -> list[Path]:
    """All files below a folder, sorted by their relative path; links to folders are not followed."""
    found = []
    for place, folders, names in os.walk(folder):
        folders.sort()
        found += [Path(place, name) for name in names if not name.startswith(".") and Path(place, name).is_file()]
    return sorted(found, key=lambda p: p.relative_to(folder).as_posix())


def holds_more_files(folder: str | Path, most: int) -> bool:
    """Whether more than so many files lie below a folder; no more of it is walked than that takes."""
    count = 0
    for _, _, names in os.walk(folder):
        count += sum(not name.startswith(".") for name in names)
        if count > most:
            return True
    return False


def digest(path: str | Path) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal; the file is read in pieces."""
    total = hashlib.sha256()
    with open_binary(path) as stream:
        while piece := stream.read(1 << 20):
            total.update(piece)
    return total.hexdigest()


def inside(folder: str | Path, relative: str, *, where: str = "") -> Path:
    """A path inside a folder.

    Raises
    ------
    PathError
        The path is absolute, climbs out with `..`, or leaves through a link.
    """
    remedy = f"give a path relative to {Path(folder).name}/ that stays inside it"
    if "\0" in relative or not relative.strip():
        raise PathError(f"{relative!r} is no path", remedy=remedy, where=where)
    parts = Path(relative.replace("\\", "/"))
    home = Path(folder).resolve()
    if parts.is_absolute() or re.match(r"[A-Za-z]:", relative) or ".." in parts.parts:
        raise PathError(f"{relative!r} leads out of the incident's folder", remedy=remedy, where=where)
    target = home / parts
    if not target.resolve().is_relative_to(home):
        raise PathError(f"{relative!r} leads out of the incident's folder through a link", remedy=remedy, where=where)
    return target


def project_root(start: str | Path) -> Path | None:
    """The nearest folder, from `start` upwards, that holds `data/incidents`; None where there is none."""
    place = Path(start).resolve()
    return next((p for p in (place, *place.parents) if (p / "data" / "incidents").is_dir()), None)


def find_upwards(relative: str | Path, *, start: str | Path | None = None) -> Path | None:
    """The first existing path of this name, seen from `start` and then from each of its parents.

    JupyterLab runs a notebook in the notebook's own folder, a shell in the project's root.
    """
    place = Path(relative)
    if place.is_absolute():
        return place if place.exists() else None
    home = Path.cwd() if start is None else Path(start).resolve()
    return next((p / place for p in (home, *home.parents) if (p / place).exists()), None)


def _package() -> Path:
    return Path(__file__).resolve().parents[1]


def packaged(name: str) -> Path:
    """A file or folder that is shipped: out of the installed wheel, or out of the clone beside the package.

    Parameters
    ----------
    name : str
        Relative path, for example "data/incidents/2017-01-31-gitlab-database".

    Raises
    ------
    PathError
        The installation lacks it.
    """
    for home in (_package() / "_packaged", _package().parent):
        if (home / name).exists():
            return home / name
    raise PathError("not in this installation", remedy="install incident-analysis again", where=name)


def notebooks() -> Path:
    """The folder with the shipped notebooks."""
    return packaged("notebooks")


def head(path: str | Path, size: int) -> bytes:
    """The first bytes of a file; none where it cannot be read, which its reader will tell."""
    try:
        with open_binary(path) as stream:
            return stream.read(size)
    except OSError:
        return b""


def modified(path: str | Path) -> datetime | None:
    """When a file was last written, UTC; None where that is not known."""
    try:
        return datetime.fromtimestamp(os.stat(path).st_mtime, UTC)
    except (OSError, ValueError, OverflowError):
        return None


def size(path: str | Path) -> int:
    """Size of a file in bytes; 0 where it is not known."""
    try:
        return os.stat(path).st_size
    except OSError:
        return 0


def glob(pattern: str) -> list[Path]:
    """The paths that fit a pattern (`**` for any depth), sorted; one that links to folders lead to again, once."""
    from glob import glob as find

    paths = sorted((Path(p) for p in find(pattern, recursive=True)), key=lambda p: (len(p.parts), p))
    once: dict[tuple[str, str], Path] = {}
    for path in paths:
        once.setdefault((os.path.realpath(path.parent), path.name), path)
    return sorted(once.values())
