"""Opening archive files: a path, an fsspec URL, or a file inside a WACZ package (``p.wacz!archive/a.warc.gz``)."""

import zipfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, cast

import fsspec

from archive.errors import ArchiveError

OPEN_SUFFIX = ".open"
_INSIDE = ".wacz!"
_SUFFIXES = (".warc", ".warc.gz", ".arc", ".arc.gz")


@contextmanager
def open_archive(path: str) -> Iterator[IO[bytes]]:
    """The file's bytes, seekable. Raises ``ArchiveError`` naming the file where it cannot be opened."""
    with ExitStack() as stack:
        try:
            outer, _, member = path.partition(_INSIDE)
            if member:
                package = zipfile.ZipFile(stack.enter_context(_open_file(outer + _INSIDE[:-1])))
                file = stack.enter_context(stack.enter_context(package).open(member))
            else:
                file = stack.enter_context(_open_file(path))
        except (OSError, ImportError, ValueError, KeyError, zipfile.BadZipFile) as error:
            reason = getattr(error, "strerror", None) or error
            raise ArchiveError(f"{path}: cannot be opened ({reason}); check the name and its permissions") from error
        yield file


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
