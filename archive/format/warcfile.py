"""One WARC file being written: ``NAME.warc.gz.open``, locked; whole records or none; fsync before its final name."""

import fcntl
import os
from contextlib import suppress
from errno import errorcode
from pathlib import Path
from time import monotonic
from typing import Self

from archive.errors import ArchiveError
from archive.opening import OPEN_SUFFIX

# macOS has no fdatasync; fsync does more than is needed.
_sync_data = getattr(os, "fdatasync", os.fsync)


class WarcFile:
    """Appends whole pieces. The lock tells a recovering process that the file's writer lives."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path = path  # as it is named now
        self.name = path.name.removesuffix(OPEN_SUFFIX)  # its final base name
        self.size = 0
        self.opened_at = monotonic()
        self._descriptor = descriptor

    @classmethod
    def create(cls, folder: Path, name: str) -> Self | None:
        """A new file of that final base name; ``None`` where the name is taken. Raises ``ArchiveError``."""
        path = folder / (name + OPEN_SUFFIX)
        if (folder / name).exists():
            return None
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)
        except FileExistsError:
            return None
        except OSError as error:
            raise ArchiveError(say_unwritable(path, error)) from error
        file = cls(path, descriptor)
        try:
            if lock(descriptor, path):
                sync_folder(folder)
                return file
        except OSError as error:
            file.finish()  # removes it: it is empty
            raise ArchiveError(say_unwritable(path, error)) from error
        os.close(descriptor)
        return None

    def append(self, piece: bytes) -> int:
        """Hand the whole piece to the system and return where it begins, or cut the file back and raise."""
        start = self.size
        try:
            rest = memoryview(piece)
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]
        except OSError as error:
            with suppress(OSError):  # a disk that takes no truncation either: recovery cuts the file later
                os.ftruncate(self._descriptor, start)
                os.lseek(self._descriptor, start, os.SEEK_SET)
            raise ArchiveError(say_unwritable(self.path, error)) from error
        self.size += len(piece)
        return start

    def sync(self) -> None:
        """Return once everything appended is on the disk."""
        try:
            _sync_data(self._descriptor)
        except OSError as error:
            raise ArchiveError(say_unwritable(self.path, error)) from error

    def finish(self) -> Path:
        """Make it durable, give it its final name, let it go. A file without a whole piece is removed."""
        try:
            if self.size == 0:
                self.path.unlink()
                return self.path
            os.fsync(self._descriptor)
            return self._rename()
        except OSError as error:
            raise ArchiveError(say_unwritable(self.path, error)) from error
        finally:
            os.close(self._descriptor)

    def _rename(self) -> Path:
        try:
            self.path = self.path.rename(self.path.with_name(self.name))
        except OSError as error:
            why = error.strerror or error
            raise ArchiveError(
                f"{self.path}: cannot be renamed to {self.name} ({why}); it is whole: make the folder writable, and "
                f"scrapy index or the next crawl renames it"
            ) from error
        sync_folder(self.path.parent)
        return self.path


def lock(descriptor: int, path: Path) -> bool:
    """Take the writer's lock; false where another has it, or where the path is another file by now.

    Raises ``OSError`` where the file system has no locks.
    """
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except (BlockingIOError, FileNotFoundError):
        return False


def sync_folder(folder: Path) -> None:
    """Make names in the folder durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def say_unwritable(path: Path, error: OSError) -> str:
    """The one line for a file or folder that cannot be written."""
    way_out = {
        "ENOSPC": "make room on the disk",
        "EDQUOT": "make room in the quota",
        "EFBIG": "lower ARCHIVE_ROTATE_BYTES, or raise the limit on file sizes",
        "EROFS": "the disk is read-only: name a folder elsewhere with -s ARCHIVE_DIR=FOLDER",
    }
    reason = error.strerror or str(error)
    hint = way_out.get(_symbol(error), "make it writable, or name another folder with -s ARCHIVE_DIR=FOLDER")
    return f"{path}: cannot be written ({reason}); {hint}"


def _symbol(error: OSError) -> str:
    return errorcode.get(error.errno or 0, "")
