"""The writer: one thread that puts exchanges into WARC files and says so once they are on the disk.

Group commit: while one fsync runs, exchanges queue up, and the next fsync carries them all; so an exchange waits for
two fsyncs at most, and a busy crawl needs few of them. A write that fails ends the writer: the file is cut back to its
last whole exchange and closed, and every exchange that is not on the disk learns of it.
"""

import logging
import operator
import os
import tempfile
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from itertools import count
from pathlib import Path
from threading import Thread
from time import monotonic

from archive.digests import sha1_digest
from archive.errors import ArchiveError
from archive.format.exchange import Exchange
from archive.format.gzipping import LEVEL
from archive.format.message import Answer
from archive.format.warcfile import WarcFile, say_unwritable
from archive.format.warcformat import (
    EXCHANGE_END,
    NOT_MODIFIED,
    SAME_PAYLOAD,
    Reference,
    Written,
    make_id,
    write_exchange,
    write_warcinfo,
)
from archive.index.indexing import FileIndex
from archive.position import Position
from archive.writing.certificates import Addition, CertificateShelf, put_before
from archive.writing.jobs import Job, Jobs, Result, set_futures
from archive.writing.originals import Original, Originals, is_conditional

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class WriterOptions:
    """How files are made. ``describe`` gives the fields of a file's warcinfo record, at the moment it is opened."""

    folder: Path
    prefix: str = "archive"
    rotate_bytes: int = 1 << 30
    rotate_seconds: float = 3600.0
    gzip_level: int = LEVEL
    revisits: bool = True  # whether a payload that the archive has is only pointed to
    describe: Callable[[], Iterable[tuple[str, str]]] = field(default=tuple)


def prepare_folder(folder: Path) -> None:
    """Make the folder and try to write in it. Raises ``ArchiveError`` with one clear line."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):  # has no name, so a crash leaves none
            pass
    except OSError as error:
        raise ArchiveError(say_unwritable(folder, error)) from error


class Writer:
    """Takes exchanges from one thread and writes them in another, in the order they came."""

    def __init__(self, options: WriterOptions, call: Callable[[Callable[[], None]], object] = operator.call) -> None:
        """``call`` runs what sets the futures of a group: with a loop's own, its thread is woken once a group."""
        self._options = options
        self._call = call
        self._jobs = Jobs()
        self._thread: Thread | None = None
        self._file: WarcFile | None = None
        self._index: FileIndex | None = None  # of the current file
        self._warcinfo_id = ""
        self._shelf = CertificateShelf()  # of the current file
        self._originals = Originals(options.folder) if options.revisits else None
        self._serials = count()
        self._bare_size = 0  # of the current file when it held no exchange yet
        self._error: ArchiveError | None = None
        self._synced_at = 0.0  # on the monotonic clock
        self._unsure = False  # whether a sync of this group failed: then none of it can be promised
        self._closed = False

    def submit(self, exchange: Exchange) -> "Future[Position | None]":
        """Write an exchange; the future holds its position once it is durable, or ``ArchiveError``."""
        return self._put(Job(exchange))

    def finish(self) -> "Future[Position | None]":
        """Close the current file under its final name; the next exchange opens another."""
        return self._put(Job(None))

    def close(self) -> "Future[Position | None]":
        """Finish, and end the thread."""
        job = Job(None, last=True)
        if self._closed:
            job.future.set_result(None)
            return job.future
        future = self._put(job)
        self._closed = True
        return future

    def _put(self, job: Job) -> "Future[Position | None]":
        if self._closed:
            job.future.set_exception(ArchiveError("the archive is closed; nothing more can be kept in this crawl"))
            return job.future
        if self._thread is None:
            self._thread = Thread(target=self._run, name="archive-writer", daemon=True)
            self._thread.start()
        self._jobs.put(job)
        return job.future

    def _run(self) -> None:
        ended = False
        while not ended:
            jobs = self._next_group()
            self._call(partial(set_futures, self._write_group(jobs)))
            ended = any(job.last for job in jobs)

    def _next_group(self) -> list[Job]:
        """Wait for work; an idle file is finished when its time has come."""
        timeout = None
        if self._file is not None:
            timeout = max(0.0, self._file.opened_at + self._options.rotate_seconds - monotonic())
        return self._jobs.take_group(timeout, self._synced_at) or [Job(None)]

    def _write_group(self, jobs: list[Job]) -> list[tuple[Job, Result]]:
        self._unsure = False
        results = [self._do(job) for job in jobs]
        try:
            if self._file is not None:
                self._file.sync()
                self._synced_at = monotonic()
        except ArchiveError as error:
            self._unsure = True
            self._fail(error)
        if self._unsure and self._error:
            results = [self._error] * len(jobs)
        elif self._originals is not None:
            self._originals.settle()
        return list(zip(jobs, results, strict=True))

    def _do(self, job: Job) -> Result:
        try:
            if job.exchange is None:
                self._finish_file()
                return None
            return self._error or self._write(job.exchange)
        except ArchiveError as error:
            return self._fail(error)
        except Exception as error:  # a fault of ours must not leave the crawl waiting for ever
            logger.exception("The archive's writer failed")
            return self._fail(ArchiveError(f"the archive's writer failed ({type(error).__name__}: {error})"))

    def _write(self, exchange: Exchange) -> Position:
        file = self._file or self._open_file()
        digest = sha1_digest(exchange.payload)
        answer = exchange.answer
        original = self._find_original(exchange, answer, digest)
        reference = _make_reference(exchange, original)
        written, additions = self._compose(exchange, reference, digest)
        if self._is_full(file, len(written.content)):
            self._finish_file()
            file = self._open_file()
            written, additions = self._compose(exchange, reference, digest)
        start = file.append(written.content)
        offset = start + written.start
        self._shelf.note(additions, exchange, self._index, file.name, start)
        if self._index is not None:
            self._index.add(exchange, answer, written, file.name, offset)
        if answer is not None and reference is None and self._originals is not None:
            self._originals.note(exchange, answer, digest, file.name, offset)
        return Position(
            path=file.path,
            warc=file.name,
            offset=offset,
            record_id=written.record_id,
            url=exchange.url,
            method=exchange.method,
            status=exchange.status,
            captured_at=exchange.captured_at,
            original=(original.path, original.offset) if original else None,
        )

    def _compose(self, exchange: Exchange, reference: Reference | None, digest: str) -> tuple[Written, list[Addition]]:
        """The bytes of an exchange for the current file, with the certificates that the file lacks."""
        level = self._options.gzip_level
        additions = self._shelf.write(exchange, self._warcinfo_id, level)
        return put_before(additions, write_exchange(exchange, self._warcinfo_id, level, reference, digest)), additions

    def _find_original(self, exchange: Exchange, answer: Answer | None, digest: str) -> Original | None:
        """What the answer repeats. An index that cannot be read costs room on the disk, never an answer."""
        if self._originals is None or answer is None:
            return None
        try:
            return self._originals.find(exchange, answer, digest)
        except (OSError, ValueError) as error:
            logger.warning(
                "The archive's index cannot be read (%s): payloads are kept again. scrapy index mends", error
            )
            self._originals = None
            return None

    def _is_full(self, file: WarcFile, more: int) -> bool:
        if file.size == self._bare_size:
            return False
        old = monotonic() - file.opened_at >= self._options.rotate_seconds
        return old or file.size + more > self._options.rotate_bytes

    def _open_file(self) -> WarcFile:
        """Open the next file; its name sorts by time, and is nobody else's."""
        file = None
        while file is None:
            now = datetime.now(UTC)
            stamp = f"{now:%Y%m%d%H%M%S}{now.microsecond // 1000:03d}"
            name = f"{self._options.prefix}-{stamp}-{next(self._serials):05d}-{os.getpid()}.warc.gz"
            file = WarcFile.create(self._options.folder, name)
        self._file, self._index = file, FileIndex(self._options.folder)
        self._warcinfo_id, self._shelf = make_id(), CertificateShelf()
        fields = [*self._options.describe(), EXCHANGE_END]
        file.append(write_warcinfo(name, self._warcinfo_id, fields, self._options.gzip_level))
        self._bare_size = file.size
        return file

    def _finish_file(self) -> None:
        file, self._file = self._file, None
        index, self._index = self._index, None
        if file is None or index is None:
            return
        try:
            path = file.finish()
        except ArchiveError:
            self._unsure = True
            raise
        self._write_index(index, path)

    def _write_index(self, index: FileIndex, path: Path) -> None:
        """An index that cannot be written costs nothing that cannot be made again, so the crawl goes on."""
        try:
            index.write(path)
        except (ArchiveError, OSError) as error:
            if self._error is None:
                logger.warning("%s; the file is whole, scrapy index makes its index", error)
        finally:
            index.close()

    def _fail(self, error: ArchiveError) -> ArchiveError:
        """Keep what is whole, and refuse the rest."""
        self._error = self._error or error
        with suppress(ArchiveError):
            self._finish_file()
        return self._error


def _make_reference(exchange: Exchange, original: Original | None) -> Reference | None:
    """What the answer's record points to; ``None`` where it is a response record."""
    if exchange.status == 304 and is_conditional(exchange):
        profile = NOT_MODIFIED
    elif original is not None:
        profile = SAME_PAYLOAD
    else:
        return None
    if original is None:
        return Reference(profile)
    return Reference(profile, original.record_id, original.url, original.date, original.digest)
