"""What is packed as streams of what is in it: gzip, bzip2, xz, Zstandard, zip, tar, and the packed files in the latter.

What is cut or broken gives all that stands before the break; what unfolds without end is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import IO, Any, cast

from incident_analysis.errors import PathError
from incident_analysis.files.disk import open_binary

#: A packed file may unfold to this much more than itself before it is taken for a bomb.
UNPACK_RATIO = 200
UNPACK_FLOOR_BYTES = 256 * 1024 * 1024

_PACKED = {
    b"\x1f\x8b": "gzip",
    b"BZh": "bz2",
    b"\xfd7zXZ\x00": "xz",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"PK\x03\x04": "zip",
    b"PK\x05\x06": "zip",
}


def packing(head: bytes) -> str:
    """How a file is packed, from its first bytes: gzip, bz2, xz, zstd, zip, or empty."""
    return next((kind for mark, kind in _PACKED.items() if head.startswith(mark)), "")


def unpacked(
    path: str | Path, stream: IO[bytes] | None = None, *, first: Collection[str] = ()
) -> Iterator[tuple[str, IO[bytes]]]:
    """The files inside a file: itself where it is not packed, each member of a zip or tar archive.

    A member that is packed is unpacked; archives in archives are not looked into.

    Parameters
    ----------
    path : str or Path
    stream : binary stream, optional
        Read this instead; `path` is then its name only.
    first : collection of str
        File names of members that come before the others.

    Yields
    ------
    (name, stream)
        The stream refuses (`PathError`) to unfold to more than `UNPACK_RATIO` times what it was packed to beyond
        `UNPACK_FLOOR_BYTES`. Where the archive is cut or broken it gives all that can be had, then raises EOFError.

    Raises
    ------
    PathError
        The file has vanished, cannot be opened, or is an archive that cannot be unpacked.
    """
    import io

    try:
        opened: Any = open_binary(path) if stream is None else stream
    except OSError as error:
        # It may have been there when the folder was listed.
        raise PathError(
            f"cannot be read ({error.strerror or error})", remedy="check the path and its permissions", where=str(path)
        ) from None
    with opened:
        if not hasattr(opened, "peek"):
            opened = io.BufferedReader(opened)
        kind = packing(opened.peek(6)[:6])
        if kind == "zip":
            yield from _members(opened, str(path), first)
        else:
            yield from _files(_unfolded(opened, kind, str(path)), str(path))


def _unfolded(stream: Any, kind: str, where: str) -> Any:
    """What a packed stream unfolds to; the stream where it is not packed."""
    if kind in ("", "zip"):
        return stream
    import bz2
    import gzip
    import lzma

    unpackers: dict[str, Callable[[Any], Any]] = {
        "gzip": lambda inner: gzip.GzipFile(fileobj=inner),
        "bz2": bz2.BZ2File,
        "xz": lzma.LZMAFile,
        "zstd": _Zstandard,
    }
    packed = _Counted(stream)
    return _Bounded(unpackers[kind](packed), _Budget(packed.size), where)


def _files(stream: Any, where: str) -> Iterator[tuple[str, IO[bytes]]]:
    """A stream; or, of a tar archive, its members."""
    # The mark, and what stands for a checksum before it: other texts may hold the word at the same place.
    head = stream.peek(512)[:512]
    if head[257:262] != b"ustar" or b"\0" not in head[:100] or head[148:154].strip(b" \0").strip(b"01234567"):
        yield where, stream
        return
    import tarfile

    total = 0
    budget = _Budget(lambda: total)
    found = False
    source = _Padded(stream)
    try:
        with tarfile.open(fileobj=cast("Any", source), mode="r|") as archive:
            for member in archive:
                if not member.isreg() or Path(member.name).name.startswith("."):
                    continue
                found = True
                total += member.size
                name = f"{where}:{member.name}"
                inside = _OfPadded(archive.extractfile(member), source, member.offset_data)
                yield name, cast("IO[bytes]", _of_member(inside, budget, name))
            # Behind the last member stands a block of NULs that is its own.
            cut = archive.offset + tarfile.BLOCKSIZE > source.total
    except (tarfile.TarError, EOFError) as error:
        source.told, cut = source.told or str(error), True
    if cut:
        # What came before the break was given.
        yield where, cast("IO[bytes]", _Broken(EOFError(source.told or "a tar archive without its end")))
    elif not found:
        raise PathError("an archive without files", remedy="leave it out, or make it again", where=where)


def _of_member(stream: Any, budget: _Budget, where: str) -> Any:
    """An archive's member, which may be packed itself."""
    bounded = _Bounded(stream, budget, where)
    return _unfolded(bounded, packing(bounded.peek(6)), where)


def _members(opened: Any, where: str, first: Collection[str]) -> Iterator[tuple[str, IO[bytes]]]:
    import io
    import zipfile

    if not opened.seekable():
        opened = io.BytesIO(opened.read())
    try:
        archive = zipfile.ZipFile(opened)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise PathError(f"a broken zip archive ({error})", remedy="export or copy it again", where=where) from None
    with archive:
        wanted = [i for i in archive.infolist() if not i.is_dir() and not Path(i.filename).name.startswith(".")]
        if not wanted:
            raise PathError("an archive without files", remedy="leave it out, or make it again", where=where)
        if first:
            wanted.sort(key=lambda info: Path(info.filename).name not in first)
        total = sum(info.compress_size for info in wanted)
        # One for all its members: many small bombs are one.
        budget = _Budget(lambda: total)
        for info in wanted:
            name = f"{where}:{info.filename}"
            if info.flag_bits & 1:
                raise PathError("a member is encrypted", remedy="unpack the archive first", where=name)
            try:
                member = archive.open(info)
            except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
                raise PathError(
                    f"a broken zip archive ({error})", remedy="export or copy it again", where=name
                ) from None
            with member:
                yield name, cast("IO[bytes]", _of_member(member, budget, name))


class _Counted:
    """A stream that counts what was read of it."""

    def __init__(self, stream: Any) -> None:
        self.stream, self.total = stream, 0

    def read(self, size: int = -1) -> bytes:
        data: bytes = self.stream.read(size)
        self.total += len(data)
        return data

    def size(self) -> int:
        return self.total

    def seekable(self) -> bool:
        return False

    def readable(self) -> bool:
        return True

    @property
    def closed(self) -> bool:
        return bool(self.stream.closed)

    def close(self) -> None:
        self.stream.close()


class _Zstandard:
    """Unpacks Zstandard, and unlike its own reader tells where a frame is cut."""

    #: So little packed data unfolds to 64 MB at most.
    PIECE = 2048

    def __init__(self, stream: Any) -> None:
        import zstandard

        self.stream = stream
        self.unpack = zstandard.ZstdDecompressor().decompressobj
        self.frame: Any = None
        self.left = b""

    def read1(self, size: int = -1) -> bytes:
        while True:
            packed = self.left or self.stream.read(self.PIECE)
            self.left = b""
            if not packed:
                if self.frame is not None:
                    raise EOFError("the last frame has no end")
                return b""
            if self.frame is None:
                self.frame = self.unpack()
            data: bytes = self.frame.decompress(packed)
            if self.frame.eof:
                self.left, self.frame = self.frame.unused_data, None
            if data:
                return data


class _Budget:
    """How much may be unfolded of what was packed to `size` bytes."""

    def __init__(self, size: Callable[[], int]) -> None:
        self.size, self.spent = size, 0

    @property
    def left(self) -> int:
        return max(UNPACK_FLOOR_BYTES, UNPACK_RATIO * self.size()) - self.spent


_MOST_LACKING = 1 << 20


class _Padded:
    """A tar archive that goes on with NULs where it is cut: its reader gives nothing of a block that is not whole."""

    def __init__(self, stream: Any) -> None:
        self.stream, self.total, self.lacking, self.told = stream, 0, 0, ""

    def read(self, size: int) -> bytes:
        try:
            data: bytes = self.stream.read(size)
        except EOFError as error:
            data, self.told = b"", str(error)
        self.total += len(data)
        self.lacking += size - len(data)
        if self.lacking > _MOST_LACKING:
            # A member may be said to have any size.
            raise EOFError(self.told or "a tar archive is cut")
        return data.ljust(size, b"\0")


class _OfPadded:
    """A member of it, which ends where the archive does."""

    def __init__(self, stream: Any, source: _Padded, begin: int) -> None:
        self.stream, self.source, self.place = stream, source, begin

    def read1(self, size: int) -> bytes:
        data: bytes = self.stream.read1(size)
        had = data[: max(0, self.source.total - self.place)]
        self.place += len(had)
        if data and not had:
            raise EOFError(self.source.told or "a tar archive is cut")
        return had


class _Broken:
    """Stands for what could not be had."""

    def __init__(self, error: EOFError) -> None:
        self.error = error

    def read(self, size: int = -1) -> bytes:
        raise self.error


_STEP = 1 << 16


class _Bounded:
    """A stream that refuses to unfold without end, and gives what stands before the place where it is broken."""

    def __init__(self, stream: Any, budget: _Budget, where: str) -> None:
        self.stream, self.budget, self.where = stream, budget, where
        self.held = b""
        self.broken: EOFError | None = None

    def peek(self, size: int) -> bytes:
        """The next bytes, which are not taken."""
        try:
            data = self.read(size)
        except EOFError:
            # Told when it is read.
            return b""
        self.held = data + self.held
        return data

    def close(self) -> None:
        """The packed stream is closed by who opened it."""

    @property
    def closed(self) -> bool:
        return False

    def read(self, size: int = -1) -> bytes:
        wanted = size if size is not None and size >= 0 else None
        parts = [self.held] if self.held else []
        length = len(self.held)
        self.held = b""
        while self.broken is None and (wanted is None or length < wanted):
            try:
                # One step at a time: a reader that is asked for much loses what came before the break.
                data: bytes = self.stream.read1(_STEP if wanted is None else min(_STEP, wanted - length))
            except Exception as error:
                # The unpackers have each their own errors.
                self.broken = EOFError(str(error) or type(error).__name__)
                break
            if not data:
                break
            parts.append(data)
            length += len(data)
            self.budget.spent += len(data)
            if self.budget.left < 0:
                raise PathError(
                    f"unfolds to more than {UNPACK_RATIO} times its size",
                    remedy="unpack it yourself, look at it, and give the unpacked file",
                    where=self.where,
                )
        if self.broken is not None and not length and wanted != 0:
            raise self.broken
        whole = b"".join(parts)
        if wanted is not None and length > wanted:
            whole, self.held = whole[:wanted], whole[wanted:]
        return whole
