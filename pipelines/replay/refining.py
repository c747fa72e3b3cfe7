"""One piece of an archive refined: the function that runs in this process, in a worker's, or on another machine.

The worker reads its captures itself, so that no page crosses from one process to another; what goes back are lines.
"""

import gc
import logging
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from archive.capture import Capture
from archive.errors import ArchiveError
from archive.format.pieces import WINDOW, Piece
from archive.format.record import Record
from archive.format.responses import Payload
from archive.reading.captures import Broken, read_piece
from archive.reading.revisits import Resolver
from archive.sources import find_archives
from pipelines.feeds import Refined, write_line
from pipelines.refine import give_up, is_refinable, refine
from pipelines.replay.tally import Places, Tally
from pipelines.sightings import Sighting, find_sighting
from pipelines.timing import step, timing
from pipelines.workers import renew_time

if TYPE_CHECKING:  # a worker whose lines go to no store is spared the libraries of databases
    from pipelines.store.batches import Entry

_ENCODER = msgspec.json.Encoder()

MOST_LINES = 16 << 20  # bytes of lines after which a piece is handed back with its rest undone
_MOST_UNSEEN = 20_000  # objects that the collector lets come before it looks: a page leaves none that point in a circle


@dataclass(frozen=True, slots=True)
class Job:
    """What all pieces of a replay share; small, for it goes with each of them.

    ``names`` are the files as they were named, whose payloads revisits may borrow, as those of the archive's folder.
    """

    names: tuple[str, ...]
    archive: str | None
    stores: bool = False  # whether rows for the store are wanted


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a piece came to. ``rest`` is what was not done of it, if its lines were too many to hand back at once."""

    piece: Piece
    documents: bytes = field(default=b"", repr=False)  # lines of the feed, LF included
    reports: bytes = field(default=b"", repr=False)
    entries: "tuple[Entry, ...]" = field(default=(), repr=False)
    sightings: tuple[Sighting, ...] = field(default=(), repr=False)
    tally: Tally = field(default_factory=Tally)
    rest: Piece | None = None

    @property
    def place(self) -> tuple[int, int] | None:
        """Up to where all of the file is done: an offset and how many captures there; ``None``: to its end."""
        if self.rest is not None:
            return self.rest.start, self.rest.skip
        if self.piece.count is not None:
            return self.piece.start, self.piece.skip + self.piece.count
        return None if self.piece.end is None else (self.piece.end, 0)


def refine_piece(job: Job, piece: Piece) -> Outcome:
    """Refine a piece. A file that is no archive is told in the tally, not raised."""
    logging.getLogger("archive.reading.captures").disabled = True  # what it tells stands in the tally
    work = _Work(job, piece)
    with timing() as spent, _collecting_seldom():
        try:
            work.do()
        except ArchiveError as error:
            work.tally.refused.add([str(error)])
    work.tally.seconds = spent
    return work.outcome()


@contextmanager
def _collecting_seldom() -> Iterator[None]:
    """Spare the pages of a piece the looks of the collector, which by itself comes several times a page."""
    before = gc.get_threshold()
    gc.set_threshold(_MOST_UNSEEN, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def give_up_piece(job: Job, piece: Piece) -> Outcome:
    """The outcome of a piece of one capture that kills whoever refines it: its line says so."""
    work = _Work(job, piece)
    for capture in read_piece(piece, _resolver(job)):
        work.tally.given_up.add([f"{piece.path} at {capture.offset}: {capture.url}"])
        work.keep(give_up(capture))
    return work.outcome()


def take_apart(piece: Piece) -> tuple[Outcome, list[Piece]]:
    """The captures of a piece each for itself, and the piece's damage, which none of them tells."""
    broken: list[Broken] = []
    try:
        singles = [piece.single(number) for number, _ in enumerate(read_piece(piece, on_broken=broken.append))]
    except ArchiveError as error:
        return Outcome(piece, tally=Tally(refused=Places(1, [str(error)]))), []
    return Outcome(piece, tally=_tally_of(broken), rest=piece), singles


def _tally_of(found: Iterable[Broken]) -> Tally:
    tally = Tally()
    for broken in found:
        (tally.remarks if broken.harmless else tally.damage).add([str(broken)])
    return tally


class _Work:
    """Lines, rows and counts of a piece as they come."""

    def __init__(self, job: Job, piece: Piece) -> None:
        self.tally = Tally()
        self._job = job
        self._piece = piece
        self._broken: list[Broken] = []
        self._documents: list[bytes] = []
        self._reports: list[bytes] = []
        self._entries: list[Entry] = []
        self._sightings: list[Sighting] = []
        self._size = 0
        self._rest: Piece | None = None

    def do(self) -> None:
        place = _Place(self._piece)
        with closing(self._read()) as captures:
            for capture in captures:
                if self._size > MOST_LINES:
                    self._rest = place.rest()
                    return
                place.pass_by(capture)
                self._refine(capture)

    def keep(self, lines: Refined) -> None:
        """Take one capture's lines."""
        with step("lines"):
            self._documents.append(encode_line(lines.document))
            self._size += len(self._documents[-1])
            if lines.report is not None:
                self._reports.append(encode_line(lines.report))
                self._size += len(self._reports[-1])
            self.tally.count(lines)
        if self._job.stores:
            from pipelines.store.entries import make_entry

            with step("store"):
                self._entries.append(make_entry(lines))

    def outcome(self) -> Outcome:
        """What it came to; damage behind what was done is told by who does the rest."""
        done = self._piece if self._rest is None else replace(self._piece, end=self._rest.start)
        if self._piece.count is None:
            self.tally.add(_tally_of(broken for broken in self._broken if done.holds(broken.offset)))
        return Outcome(
            self._piece,
            b"".join(self._documents),
            b"".join(self._reports),
            tuple(self._entries),
            tuple(self._sightings),
            self.tally,
            self._rest,
        )

    def _read(self) -> Generator[Capture]:
        captures = read_piece(self._piece, _resolver(self._job), self._broken.append)
        while True:
            with step("read"):
                capture = next(captures, None)
            if capture is None:
                return
            yield capture

    def _refine(self, capture: Capture) -> None:
        if is_refinable(capture):
            renew_time()
            self.keep(refine(capture))
        elif self._job.stores and (sighting := find_sighting(capture)):
            self._sightings.append(sighting)


class _Place:
    """How far a piece is done, so that another may go on from there."""

    def __init__(self, piece: Piece) -> None:
        self._piece = piece
        self._last = piece.start
        self._done_there = piece.skip
        self._before: deque[int] = deque([piece.begin], maxlen=WINDOW + 1)

    def pass_by(self, capture: Capture) -> None:
        """One more capture is done."""
        if capture.offset == self._last:
            self._done_there += 1
        else:
            self._before.append(self._last)
            self._last, self._done_there = capture.offset, 1

    def rest(self) -> Piece:
        """What comes after the last capture that was passed."""
        begin = self._before[0] if len(self._before) > WINDOW else self._piece.begin
        return replace(self._piece, begin=begin, start=self._last, skip=self._done_there)


class _Payloads:
    """The payloads of the files named and of the archive's folder, looked up once a revisit asks.

    Folders are asked through their indexes, of which nothing is held in memory; only then all files are read through.
    """

    def __init__(self, names: tuple[str, ...], archive: str | None) -> None:
        folders = [name for name in names if "://" not in name and Path(name).is_dir()]
        there = archive if archive and Path(archive).is_dir() else None
        self._kinds = [*(partial(Resolver, (), archive=folder) for folder in folders), partial(_resolve, names, there)]
        self._opened: list[Resolver] = []

    def find(self, revisit: Record) -> Payload | None:
        """The payload that a revisit repeats."""
        for number, kind in enumerate(self._kinds):
            if number == len(self._opened):
                self._opened.append(kind())
            if found := self._opened[number].find(revisit):
                return found
        return None


def _resolve(names: tuple[str, ...], archive: str | None) -> Resolver:
    return Resolver(find_archives(names), archive=archive)


@lru_cache(maxsize=1)
def _payloads(names: tuple[str, ...], archive: str | None) -> _Payloads:
    return _Payloads(names, archive)


def _resolver(job: Job) -> _Payloads:
    return _payloads(job.names, job.archive)


def encode_line(line: dict[str, object]) -> bytes:
    """A line of a feed as bytes. A lone surrogate cannot be UTF-8: it becomes ``?`` on both roads alike."""
    try:
        return _ENCODER.encode(line) + b"\n"  # what ``write_line`` has in text, without making text of it
    except UnicodeEncodeError:
        return write_line(line).encode("utf-8", "replace")
