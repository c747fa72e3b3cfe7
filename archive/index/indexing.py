"""The index of one archive file: ``x.warc.gz`` has ``x.cdxj`` beside it, sorted, complete or not there at all.

It lies beside its file and not in a folder of indexes, so that whoever moves, copies or deletes the one has the other
under the hand. Files of other names (``x.warc``, ``x.arc.gz``) keep them whole: ``x.arc.gz.cdxj``.
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO

from archive.errors import ArchiveError
from archive.format.exchange import Exchange
from archive.format.message import Answer
from archive.format.record import Broken, OnBroken, Record
from archive.format.records import read_records
from archive.format.warcfile import lock, say_unwritable, sync_folder
from archive.format.warcformat import Written
from archive.index.cdxj import (
    REVISIT,
    Entry,
    fill_entry,
    is_request_of,
    make_entry,
    read_mime,
    read_timestamp,
    write_entry,
)
from archive.index.sorting import Sorter, batches

INDEX_SUFFIX = ".cdxj"
TEMPORARY_SUFFIX = ".tmp"  # of a name with a dot before it and the process behind it


def index_path(archive: Path) -> Path:
    """Where the index of an archive file lies."""
    return archive.with_name(archive.name.removesuffix(".warc.gz") + INDEX_SUFFIX)


def is_indexed(archive: Path) -> bool:
    """Whether a file has an index that is not older than itself."""
    try:
        return index_path(archive).stat().st_mtime_ns >= archive.stat().st_mtime_ns
    except FileNotFoundError:
        return False


def read_entries(archive: Path, on_broken: OnBroken | None = None) -> Iterator[Entry]:
    """The entries of a file, in file order. Damage goes to ``on_broken``; raises ``ArchiveError``."""
    with archive.open("rb") as file:
        yield from list_entries(file, str(archive), on_broken)


def list_entries(file: IO[bytes], path: str, on_broken: OnBroken | None = None) -> Iterator[Entry]:
    """As ``read_entries``, of an open and seekable file."""
    size = file.seek(0, os.SEEK_END)
    records = read_records(file, path, on_broken or _pass)
    record = next(records, None)
    before: Record | None = None
    while record is not None:
        after = next(records, None)
        beside = _find_request(record, after, before)
        entry = make_entry(record, path, (after.offset if after else size) - record.offset, beside)
        if entry is not None:
            yield entry
        # Of what was passed, only a request can matter to the next record.
        before = record if record.type == "request" else None
        record = after


def _find_request(answer: Record, *neighbours: Record | None) -> Record | None:
    return next((other for other in neighbours if other and is_request_of(other, answer)), None)


def write_index(archive: Path, on_broken: OnBroken | None = None) -> int:
    """Read a file and write its index anew; gives the number of entries. Raises ``ArchiveError`` or ``OSError``."""
    sorter = Sorter(archive.parent)
    count = 0
    for entry in read_entries(archive, on_broken):
        sorter.add(write_entry(entry))
        count += 1
    write_sorted(index_path(archive), sorter.lines())
    return count


def write_sorted(path: Path, lines: Iterable[bytes]) -> None:
    """Write lines so that the file is there whole and durable, or is what it was. Raises ``ArchiveError``."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}{TEMPORARY_SUFFIX}")
    try:
        with _create(temporary) as file:
            file.writelines(batches(iter(lines)))
            file.flush()
            os.fsync(file.fileno())
        temporary.rename(path)
        sync_folder(path.parent)
    except OSError as error:
        raise ArchiveError(say_unwritable(path, error)) from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def _create(temporary: Path) -> IO[bytes]:
    """Open a new file and take its lock, by which recovery knows that its writer lives."""
    while True:
        file = temporary.open("wb")
        if lock(file.fileno(), temporary):
            return file
        file.close()  # recovery was quicker, took it for one left by a crash, and removes it


class FileIndex:
    """The index of a file that is being written: the same lines as ``write_index`` would read from it later."""

    def __init__(self, folder: Path) -> None:
        self._sorter = Sorter(folder)

    def add(self, exchange: Exchange, answer: Answer | None, written: Written, warc: str, offset: int) -> None:
        """Note an exchange that was written at an offset of the file of that base name; ``answer`` is its head."""
        if answer is None:
            return
        mime = REVISIT if written.kind == "revisit" else read_mime(answer)
        timestamp, place = read_timestamp(exchange.captured_at), (written.length, offset, warc)
        entry = fill_entry(exchange.url, timestamp, mime, answer, written.digest, place, exchange.request)
        self._sorter.add(write_entry(entry))

    def add_resource(self, url: str, captured_at: str, mime: str, written: Written, place: tuple[str, int]) -> None:
        """Note a record that is no answer, at a place: base name and offset."""
        warc, offset = place
        timestamp = read_timestamp(captured_at)
        entry = fill_entry(url, timestamp, mime, None, written.digest, (written.length, offset, warc), b"")
        self._sorter.add(write_entry(entry))

    def write(self, archive: Path) -> None:
        """Write the index of the finished file. Raises ``ArchiveError``."""
        write_sorted(index_path(archive), self._sorter.lines())

    def close(self) -> None:
        """Forget it."""
        self._sorter.close()


def _pass(broken: Broken) -> None:
    """Damage is told by whoever reads the file for itself."""
