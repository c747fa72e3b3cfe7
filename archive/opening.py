"""Opening archive files: a path, an fsspec URL, or a file inside a WACZ package (``p.wacz!archive/a.warc.gz``)."""

import io
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, cast

import fsspec

from archive.errors import ArchiveError

OPEN_SUFFIX = ".open"
INSIDE = ".wacz!"  # between a package and the name of a file in it
_SUFFIXES = (".warc", ".warc.gz", ".arc", ".arc.gz")
_LOCAL_HEADER = 30  # bytes of a ZIP member's header before its name


@contextmanager
def open_archive(path: str, *, from_anywhere: bool = False) -> Iterator[IO[bytes]]:
    """The file's bytes, seekable. Raises ``ArchiveError`` naming the file where it cannot be opened.

    ``from_anywhere``: it will be read from far inside. A file of a package is then read where it lies in it, without
    the check of its sum that a reading from its begin ends with.
    """
    with ExitStack() as stack:
        try:
            outer, _, member = path.partition(INSIDE)
            file = stack.enter_context(_open_file(outer + INSIDE[:-1] if member else path))
            if member:
                file = stack.enter_context(_open_member(file, member, from_anywhere=from_anywhere))
        except Exception as error:  # a store behind fsspec has errors of its own (botocore's are no OSError)
            raise ArchiveError(f"{path}: cannot be opened ({say_reason(error)}); {_way_out(path)}") from error
        yield file


def say_reason(error: Exception) -> str:
    """What an error of a file system or of a store says, in one line."""
    return getattr(error, "strerror", None) or " ".join(str(error).split()) or type(error).__name__


def _way_out(path: str) -> str:
    return "check the address and the store's settings" if "://" in path else "check the name and its permissions"


def _open_file(path: str) -> IO[bytes]:
    """Open a file that may be finished, and so lose its ``.open``, between two looks at it."""
    if "://" in path:
        return cast("IO[bytes]", fsspec.open(path, "rb").open())
    other = path.removesuffix(OPEN_SUFFIX) if path.endswith(OPEN_SUFFIX) else path + OPEN_SUFFIX
    for name in (path, other):
        try:
            return Path(name).open("rb")
        except FileNotFoundError:
            continue
    return Path(path).open("rb")


def _open_member(file: IO[bytes], member: str, *, from_anywhere: bool) -> IO[bytes]:
    package = zipfile.ZipFile(file)
    info = package.getinfo(member)
    if not from_anywhere or info.compress_type != zipfile.ZIP_STORED:
        return package.open(info)
    file.seek(info.header_offset)
    header = file.read(_LOCAL_HEADER)
    # Name and further fields may be of other lengths here than in the directory at the package's end.
    begin = info.header_offset + _LOCAL_HEADER + sum(int.from_bytes(header[at : at + 2], "little") for at in (26, 28))
    return io.BufferedReader(_Window(file, begin, info.file_size))


class _Window(io.RawIOBase):
    """A stretch of a file as a file of its own; ``zipfile`` reads all that lies before a place to get there."""

    def __init__(self, file: IO[bytes], begin: int, size: int) -> None:
        self._file = file
        self._begin = begin
        self._size = size
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = max(0, offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence])
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        self._file.seek(self._begin + self._at)
        piece = self._file.read(max(0, min(len(buffer), self._size - self._at)))
        buffer[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)


def final_name(path: str) -> str:
    """The base name of the file once it is finished."""
    return path.replace("!", "/").rsplit("/", 1)[-1].removesuffix(OPEN_SUFFIX)


def packaged_archives(file: IO[bytes], path: str) -> list[str]:
    """The archive files inside a WACZ package, in the order of their names."""
    try:
        names = zipfile.ZipFile(file).namelist()
    except zipfile.BadZipFile as error:
        raise ArchiveError(f"{path}: a broken ZIP file ({error}); no WACZ package can be read from it") from error
    inside = sorted(name for name in names if name.startswith("archive/") and name.endswith(_SUFFIXES))
    if not inside:
        raise ArchiveError(f"{path}: a ZIP file without archive/*.warc.gz, so no WACZ package")
    return [f"{path}!{name}" for name in inside]
