"""What a crash left: ``.open`` files cut after their last whole exchange and given their final names, and told of.

Which bytes go is the matter of ``wreckage``. Whole records that go because they lie behind damage are set aside first.
"""

import fcntl
import logging
import os
import re
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from archive.errors import ArchiveError
from archive.format.warcfile import lock, say_unwritable, sync_folder
from archive.index.indexing import TEMPORARY_SUFFIX, write_index
from archive.opening import OPEN_SUFFIX
from archive.writing.wreckage import Wreckage, survey_wreckage

logger = logging.getLogger(__name__)

DROPPED_SUFFIX = ".dropped"

_TEMPORARY = re.compile(rf"\..+\.\d+{re.escape(TEMPORARY_SUFFIX)}")


@dataclass(frozen=True, slots=True)
class Recovered:
    """A file brought back: ``path`` is its final name, ``None`` where it held no whole record and was removed."""

    path: Path | None
    kept: int  # bytes
    dropped: int  # bytes of what was never whole
    records: int
    url: str | None = None  # of an answer that was dropped, since its exchange was not whole
    aside: Path | None = None  # a copy of the dropped bytes, where whole records lay behind damage
    damaged: int = 0  # damaged places of another tool's file, left as they are


def recover_folder(folder: Path) -> list[Recovered]:
    """Close every ``.open`` file whose writer is gone, and remove indexes that were never whole.

    Files of a living crawl are left alone. Raises ``ArchiveError`` where a file cannot be mended.
    """
    _remove_leftovers(folder)
    recovered = []
    for path in sorted(folder.glob(f"*.warc.gz{OPEN_SUFFIX}")):
        try:
            found = _recover(path)
            if found and found.path:
                write_index(found.path)
        except FileNotFoundError:
            continue  # finished by its writer, or recovered by another process, meanwhile
        except OSError as error:
            raise ArchiveError(say_unwritable(path, error)) from error
        if found:
            recovered.append(found)
            _log(path, found)
    return recovered


def _remove_leftovers(folder: Path) -> None:
    """Indexes are written under another name first; they are made again from their files."""
    for path in sorted(folder.rglob(f".*{TEMPORARY_SUFFIX}")):
        if not _TEMPORARY.fullmatch(path.name):
            continue
        try:
            with path.open("rb+") as file:
                if lock(file.fileno(), path):
                    path.unlink()
                    logger.info("%s: an index that a crash left unfinished; removed", path)
        except FileNotFoundError:
            continue
        except OSError as error:
            raise ArchiveError(say_unwritable(path, error)) from error


def _recover(path: Path) -> Recovered | None:
    descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    try:
        if not lock(descriptor, path) or _is_locked_elsewhere(descriptor):
            return None
        size = os.fstat(descriptor).st_size
        wreckage = survey_wreckage(path, size)
        if wreckage is None:
            logger.warning("%s: no WARC file, and left alone; if a crash left it, delete or rename it", path)
            return None
        if not wreckage.parts:
            path.unlink()
            return Recovered(None, 0, size, 0)
        return _close(path, descriptor, wreckage, size)
    finally:
        os.close(descriptor)


def _is_locked_elsewhere(descriptor: int) -> bool:
    """Whether another tool's process holds the file with a lock of the other kind (POSIX), as warcprox does."""
    try:
        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return True
    return False


def _close(path: Path, descriptor: int, wreckage: Wreckage, size: int) -> Recovered:
    """Cut, sync, rename."""
    final = path.with_name(path.name.removesuffix(OPEN_SUFFIX))
    aside = _set_aside(path, wreckage.end, final.with_name(final.name + DROPPED_SUFFIX)) if wreckage.behind else None
    if wreckage.end < size:
        os.ftruncate(descriptor, wreckage.end)
    os.fsync(descriptor)
    path.rename(final)
    sync_folder(final.parent)
    return Recovered(
        path=final,
        kept=wreckage.end,
        dropped=size - wreckage.end,
        records=len(wreckage.parts),
        url=wreckage.url,
        aside=aside,
        damaged=wreckage.damaged,
    )


def _set_aside(path: Path, start: int, copy: Path) -> Path:
    """Copy what goes: a disk's fault in the middle of a file must not cost what can still be read behind it."""
    try:
        with path.open("rb") as source, copy.open("wb") as target:
            source.seek(start)
            shutil.copyfileobj(source, target)
            target.flush()
            os.fsync(target.fileno())
    except OSError:
        with suppress(OSError):
            copy.unlink()
        raise
    return copy


def _log(path: Path, found: Recovered) -> None:
    if found.path is None:
        logger.warning("%s: left by a crash without a whole record (%d bytes); removed", path, found.dropped)
        return
    parts = [f"closed as {found.path.name} with {found.records} records"]
    if found.dropped:
        parts.append(f"{found.dropped} bytes of an exchange cut short dropped")
    if found.url:
        parts.append(f"the answer of {found.url} was not kept with all that belongs to it: it is to be fetched again")
    if found.aside:
        parts.append(f"whole records behind damage are set aside in {found.aside.name}")
    if found.damaged:
        parts.append(f"{found.damaged} damaged places stay as they are: scrapy verify names them")
    logger.warning("%s: left by a crash; %s", path, "; ".join(parts))
