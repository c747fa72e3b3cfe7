"""Files that a crash left ``.open``: cut after their last whole record, given their final names, and told of."""

import logging
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from archive.errors import ArchiveError
from archive.indexing import write_index
from archive.opening import OPEN_SUFFIX
from archive.records import Broken, read_records
from archive.warcfile import lock, say_unwritable, sync_folder

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Recovered:
    """A file brought back: ``path`` is its final name, ``None`` where it held no whole record and was removed."""

    path: Path | None
    kept: int  # bytes
    dropped: int  # bytes of a record that was never whole
    records: int


def recover_folder(folder: Path) -> list[Recovered]:
    """Close every ``.open`` file whose writer is gone; files of a living crawl are left alone.

    Raises ``ArchiveError`` where a file cannot be mended.
    """
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


def _recover(path: Path) -> Recovered | None:
    descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    try:
        if not lock(descriptor, path):
            return None
        size = os.fstat(descriptor).st_size
        end, records = _find_last_whole(path, size)
        if records == 0:
            path.unlink()
            return Recovered(None, 0, size, 0)
        if end < size:
            os.ftruncate(descriptor, end)
        os.fsync(descriptor)
        final = path.rename(path.with_name(path.name.removesuffix(OPEN_SUFFIX)))
        sync_folder(final.parent)
        return Recovered(final, end, size - end, records)
    finally:
        os.close(descriptor)


def _find_last_whole(path: Path, size: int) -> tuple[int, int]:
    """Where the last record of an unbroken row from the file's begin ends, and how many there are.

    Members are handed to the system in order and synced in groups, so what follows the first damage was never
    promised to anybody.
    """
    damage: list[Broken] = []
    offsets: list[int] = []
    with path.open("rb") as file, suppress(ArchiveError):
        for record in read_records(file, str(path), damage.append):
            if damage or record.short:
                break
            offsets.append(record.offset)
    if not damage and offsets:
        return size, len(offsets)
    first_bad = min((broken.offset for broken in damage), default=0)
    return first_bad, sum(offset < first_bad for offset in offsets)


def _log(path: Path, found: Recovered) -> None:
    if found.path is None:
        logger.warning("%s: left by a crash without a whole record (%d bytes); removed", path, found.dropped)
    else:
        logger.warning(
            "%s: left by a crash; closed as %s with %d records, %d bytes of a record cut short dropped",
            path,
            found.path.name,
            found.records,
            found.dropped,
        )
