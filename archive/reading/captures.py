"""Captures out of archive files: every HTTP answer of a file, decoded, with the context written beside it.

>>> for capture in read_captures("var/warc/kaijuan-20230118093000123-00000-4711.warc.gz"):
...     print(capture.status, capture.url)
"""

import logging
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import count, islice
from pathlib import Path
from typing import IO
from zipfile import BadZipFile

import msgspec

from archive.capture import Capture
from archive.errors import ArchiveError
from archive.format.fields import MEDIA_TYPE, read_fields
from archive.format.pieces import WINDOW, Piece
from archive.format.record import Broken, OnBroken, Record
from archive.format.records import read_groups
from archive.format.responses import Payloads, UnreadableRecordError, make_capture
from archive.opening import open_archive, packaged_archives
from archive.reading.revisits import PayloadAt, Resolver

logger = logging.getLogger(__name__)

_MOST_NAMED = 256  # records that those passed may have named, before the names of those long passed are dropped
_NONE: Sequence[str] = ()

__all__ = ["Broken", "Capture", "PayloadAt", "Resolver", "read_capture", "read_captures", "read_piece"]


def read_captures(
    path: str | Path, resolver: Resolver | None = None, on_broken: OnBroken | None = None
) -> Iterator[Capture]:
    """Every HTTP answer (response and revisit records, any status) of a WARC, ARC or WACZ file, in file order.

    ``path`` may be an fsspec URL. Revisits are resolved as ``resolver`` does it, else within this file.
    Damaged places go to ``on_broken`` and the log, and the rest of the file is read. Raises ``ArchiveError`` for a
    file that cannot be opened or is no archive.
    """
    path = str(path)
    with open_archive(path) as file:
        if file.read(4) != b"PK\x03\x04":
            yield from _FileReading(Piece(path), resolver or Resolver([path]), on_broken).captures(file)
            return
        inside = packaged_archives(file, path)
    for member in inside:
        yield from read_captures(member, resolver, on_broken)


def read_piece(piece: Piece, resolver: Payloads | None = None, on_broken: OnBroken | None = None) -> Iterator[Capture]:
    """The captures of one piece of a WARC or ARC file: what ``read_captures`` gives of them, damage included.

    Raises ``ArchiveError`` as that does; a package is not opened (``archive.reading.splitting`` names what it holds).
    """
    with open_archive(piece.path, from_anywhere=piece.begin > 0) as file:
        captures = _FileReading(piece, resolver or Resolver([piece.path]), on_broken).captures(file)
        yield from islice(captures, piece.skip, None if piece.count is None else piece.skip + piece.count)


def read_capture(path: str | Path, offset: int, resolver: Payloads | None = None) -> Capture:
    """The capture whose record begins at ``offset``, also of a file that is still being written or was just renamed.

    A revisit is resolved as ``resolver`` does it, else within this file and the archive's folder that it lies in.
    Raises ``ArchiveError`` where no answer lies there.
    """
    path = str(path)
    if resolver is None:
        resolver = Resolver([path], archive=None if "://" in path or "!" in path else Path(path).parent)
    with open_archive(path) as file:
        capture = next(_FileReading(Piece(path, offset), resolver, None).captures(file), None)
    if capture is None or capture.offset != offset:
        raise ArchiveError(f"{path}: no HTTP answer at {offset}")
    return capture


class _Pending(msgspec.Struct):
    """An answer that waits for the records beside it."""

    record: Record
    number: int  # of the record in the file
    id: str | None
    names: Sequence[str]  # of the records that belong to it, by its own word
    context: dict[str, str] = {}
    asked_by_head: bool = False


class _Neighbour(msgspec.Struct, frozen=True, gc=False):
    """A request or metadata record, which belongs to answers by its own word or by theirs."""

    record: Record
    number: int
    id: str | None
    named: Sequence[str]
    asks: bool  # a request


class _FileReading:
    """Gives each answer of a piece what its neighbours say of it, keeping the order of the file."""

    def __init__(self, piece: Piece, resolver: Payloads, on_broken: OnBroken | None) -> None:
        self._piece = piece
        self._path = piece.path
        self._resolver = resolver
        self._on_broken = on_broken
        self._waiting: deque[_Pending] = deque()
        self._passed: deque[_Neighbour] = deque(maxlen=WINDOW)
        self._named: set[str] = set()  # by them, and by some that were there before them

    def captures(self, file: IO[bytes]) -> Iterator[Capture]:
        waiting, piece, numbers = self._waiting, self._piece, count()
        for records in self._groups(file):
            known: list[_Pending] = []
            for record in records:
                number, kind = next(numbers), record.type
                if kind in ("response", "revisit"):
                    if piece.holds(record.offset):
                        waiting.append(self._expect(record, number))
                elif kind in ("metadata", "request"):
                    self._note(record, number, asks=kind == "request")
                while waiting and (waiting[0].context or number - waiting[0].number >= WINDOW):
                    known.append(waiting.popleft())
            yield from self._finish(known)
            if not waiting and piece.ends_before(records[-1].offset):
                return
        yield from self._finish(self._waiting)

    def _groups(self, file: IO[bytes]) -> Iterator[Sequence[Record]]:
        offset = self._piece.begin
        try:
            for records in read_groups(file, self._path, self._tell, offset):
                offset = records[-1].offset
                yield records
        except (OSError, BadZipFile) as error:  # a failing disk or connection, a package damaged inside
            self._tell(Broken(self._path, offset, f"reading stops after this record: {error}"))

    def _expect(self, record: Record, number: int) -> _Pending:
        """An answer, with what the records before it say of it."""
        pending = _Pending(record, number, record.id, record.values("warc-concurrent-to"))
        own, names = pending.id, pending.names
        if own not in self._named and not names:
            return pending
        for neighbour in self._passed:
            if number - neighbour.number <= WINDOW and (own in neighbour.named or neighbour.id in names):
                _learn(pending, neighbour.record, asks=neighbour.asks)
        return pending

    def _note(self, record: Record, number: int, *, asks: bool) -> None:
        """What a request or metadata record says of the answers before it; kept for those to come."""
        values = record.fields.get
        named, own = values("warc-concurrent-to", _NONE), record.id
        if refers := values("warc-refers-to"):
            named = [*named, *refers]
        for pending in self._waiting:
            if pending.id in named or own in pending.names:
                _learn(pending, record, asks=asks)
        if len(self._named) > _MOST_NAMED:
            self._named = {name for neighbour in self._passed for name in neighbour.named}
        self._named.update(named)
        self._passed.append(_Neighbour(record, number, own, named, asks))

    def _finish(self, pending: Iterable[_Pending]) -> Iterator[Capture]:
        for each in pending:
            record = each.record
            try:
                capture = make_capture(
                    record, self._path, each.context, self._resolver, asked_by_head=each.asked_by_head
                )
            except UnreadableRecordError as error:
                self._tell(Broken(self._path, record.offset, str(error)))
            else:
                if capture:
                    yield capture

    def _tell(self, broken: Broken) -> None:
        if not self._piece.holds(broken.offset):
            return  # who reads the piece that it lies in tells of it
        logger.warning("%s", broken)
        if self._on_broken:
            self._on_broken(broken)


def _learn(pending: _Pending, neighbour: Record, *, asks: bool) -> None:
    if asks:
        pending.asked_by_head = neighbour.block.startswith(b"HEAD ")
    elif (neighbour.header("content-type") or "").lower().startswith(MEDIA_TYPE):
        fields = read_fields(neighbour.block)
        context = dict(fields)
        if pending.context or len(context) < len(fields):  # of those of one name the first counts
            context = dict(fields[::-1]) | pending.context
        pending.context = context
