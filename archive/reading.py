"""Captures out of archive files: every HTTP answer of a file, decoded, with the context written beside it.

>>> for capture in read_captures("var/warc/kaijuan-20230118093000123-00000-4711.warc.gz"):
...     print(capture.status, capture.url)
"""

import logging
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from zipfile import BadZipFile

from archive.capture import Capture
from archive.errors import ArchiveError
from archive.fields import MEDIA_TYPE, read_fields
from archive.opening import open_archive, packaged_archives
from archive.record import Broken, OnBroken, Record
from archive.records import read_records
from archive.responses import Payloads, UnreadableRecordError, make_capture
from archive.revisits import PayloadAt, Resolver

logger = logging.getLogger(__name__)

__all__ = ["Broken", "Capture", "PayloadAt", "Resolver", "read_capture", "read_captures"]

# How far from a response its metadata record may lie, in records. Ours, and those of the crawlers we know, come at most
# two records after it; a file read as a stream can look no further without holding what lies between.
WINDOW = 8


def read_captures(
    path: str | Path, resolver: Resolver | None = None, on_broken: OnBroken | None = None
) -> Iterator[Capture]:
    """Every HTTP answer (response and revisit records, any status) of a WARC, ARC or WACZ file, in file order.

    ``path`` may be an fsspec URL. Revisits are resolved as ``resolver`` does it, else within this file.
    Damaged places go to ``on_broken`` and the log, and the rest of the file is read. Raises ``ArchiveError`` for a
    file that cannot be opened or is no archive.
    """
    path = str(path)
    file_reading = _FileReading(path, resolver or Resolver([path]), on_broken)
    with open_archive(path) as file:
        if file.read(4) != b"PK\x03\x04":
            yield from file_reading.captures(file)
            return
        inside = packaged_archives(file, path)
    for member in inside:
        yield from read_captures(member, resolver, on_broken)


def read_capture(path: str | Path, offset: int, resolver: Payloads | None = None) -> Capture:
    """The capture whose record begins at ``offset``, also of a file that is still being written or was just renamed.

    A revisit is resolved as ``resolver`` does it, else within this file and the archive's folder that it lies in.
    Raises ``ArchiveError`` where no answer lies there.
    """
    path = str(path)
    if resolver is None:
        resolver = Resolver([path], archive=None if "://" in path or "!" in path else Path(path).parent)
    with open_archive(path) as file:
        capture = next(_FileReading(path, resolver, None).captures(file, offset), None)
    if capture is None or capture.offset != offset:
        raise ArchiveError(f"{path}: no HTTP answer at {offset}")
    return capture


@dataclass(slots=True)
class _Pending:
    """An answer that waits for the records beside it."""

    record: Record
    number: int  # of the record in the file
    context: dict[str, str] = field(default_factory=dict)
    asked_by_head: bool = False


@dataclass(frozen=True, slots=True)
class _Neighbour:
    """A request or metadata record, which belongs to answers by its own word or by theirs."""

    record: Record
    named: tuple[str, ...]


class _FileReading:
    """Gives each answer of a file what its neighbours say of it, keeping the order of the file."""

    def __init__(self, path: str, resolver: Payloads, on_broken: OnBroken | None) -> None:
        self._path = path
        self._resolver = resolver
        self._on_broken = on_broken
        self._waiting: deque[_Pending] = deque()
        self._passed: deque[_Neighbour] = deque(maxlen=WINDOW)

    def captures(self, file: IO[bytes], offset: int = 0) -> Iterator[Capture]:
        for number, record in enumerate(self._records(file, offset)):
            kind = record.type
            if kind in ("response", "revisit"):
                self._waiting.append(self._expect(record, number))
            elif kind in ("metadata", "request"):
                self._note(record)
            while self._waiting and (self._waiting[0].context or number - self._waiting[0].number >= WINDOW):
                yield from self._finish(self._waiting.popleft())
        for pending in self._waiting:
            yield from self._finish(pending)

    def _records(self, file: IO[bytes], offset: int) -> Iterator[Record]:
        try:
            for record in read_records(file, self._path, self._tell, offset):
                offset = record.offset
                yield record
        except (OSError, BadZipFile) as error:  # a failing disk or connection, a package damaged inside
            self._tell(Broken(self._path, offset, f"reading stops after this record: {error}"))

    def _expect(self, record: Record, number: int) -> _Pending:
        """An answer, with what the records before it say of it."""
        pending, own, names = _Pending(record, number), record.id, record.values("warc-concurrent-to")
        for neighbour in self._passed:
            if own in neighbour.named or neighbour.record.id in names:
                _learn(pending, neighbour.record)
        return pending

    def _note(self, record: Record) -> None:
        """What a request or metadata record says of the answers before it; kept for those to come."""
        named = (*record.values("warc-concurrent-to"), *record.values("warc-refers-to"))
        for pending in self._waiting:
            if pending.record.id in named or record.id in pending.record.values("warc-concurrent-to"):
                _learn(pending, record)
        self._passed.append(_Neighbour(record, named))

    def _finish(self, pending: _Pending) -> Iterator[Capture]:
        record = pending.record
        try:
            capture = make_capture(
                record, self._path, pending.context, self._resolver, asked_by_head=pending.asked_by_head
            )
        except UnreadableRecordError as error:
            self._tell(Broken(self._path, record.offset, str(error)))
        else:
            if capture is not None:
                yield capture

    def _tell(self, broken: Broken) -> None:
        logger.warning("%s", broken)
        if self._on_broken:
            self._on_broken(broken)


def _learn(pending: _Pending, neighbour: Record) -> None:
    if neighbour.type == "request":
        pending.asked_by_head = neighbour.block.startswith(b"HEAD ")
    elif (neighbour.header("content-type") or "").lower().startswith(MEDIA_TYPE):
        for name, value in read_fields(neighbour.block):
            pending.context.setdefault(name, value)
