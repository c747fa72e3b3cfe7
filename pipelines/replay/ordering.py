"""Pieces side by side, their outcomes one after another in the order of the archive."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from archive.format.pieces import Piece
from pipelines.replay.refining import Job, Outcome, give_up_piece, take_apart
from pipelines.workers import WorkerDiedError


class Pending(Protocol):
    """An outcome to come."""

    def result(self) -> Outcome:
        """Wait for it. Raises ``WorkerDiedError`` where the piece kills whoever refines it."""


class Engine(Protocol):
    """Whatever runs ``refine_piece``: a pool of processes, a cluster."""

    def begin(self, job: Job, piece: Piece) -> Pending:
        """Have a piece refined."""

    def most_under_way(self) -> int:
        """How many pieces may wait or be refined at a time: what is done of them is in memory."""

    def close(self, *, at_once: bool = False) -> None:
        """End; ``at_once`` without waiting for what is under way."""


@dataclass(frozen=True, slots=True)
class _Known:
    """An outcome that is there already: of a file that could not be cut."""

    outcome: Outcome

    def result(self) -> Outcome:
        return self.outcome


@dataclass(frozen=True, slots=True)
class _Begun:
    piece: Piece
    pending: Pending


def run_pieces(job: Job, pieces: Iterable[Piece | Outcome], engine: Engine) -> Iterator[Outcome]:
    """The outcomes of the pieces, in their order. No more is under way than the engine allows.

    A piece that kills its worker is taken apart and its captures are tried one by one; the one that does it again is
    given up by name, the others are done. An outcome among the pieces keeps its place.
    """
    return _Run(job, iter(pieces), engine).outcomes()


class _Run:
    def __init__(self, job: Job, pieces: Iterator[Piece | Outcome], engine: Engine) -> None:
        self._job = job
        self._pieces = pieces
        self._engine = engine
        self._under_way: deque[_Begun] = deque()

    def outcomes(self) -> Iterator[Outcome]:
        while True:
            self._begin_more()
            if not self._under_way:
                return
            begun = self._under_way.popleft()
            try:
                outcome = begun.pending.result()
            except WorkerDiedError:
                yield self._mend(begun.piece)
                continue
            if outcome.rest is not None:
                self._under_way.appendleft(self._begin(outcome.rest))
            yield outcome

    def _begin_more(self) -> None:
        while len(self._under_way) < self._engine.most_under_way():
            piece = next(self._pieces, None)
            if piece is None:
                return
            self._under_way.append(self._begin(piece))

    def _begin(self, piece: Piece | Outcome) -> _Begun:
        if isinstance(piece, Outcome):
            return _Begun(piece.piece, _Known(piece))
        return _Begun(piece, self._engine.begin(self._job, piece))

    def _mend(self, piece: Piece) -> Outcome:
        """What a piece that kills its worker comes to for now."""
        if piece.count == 1:
            return give_up_piece(self._job, piece)
        apart, singles = take_apart(piece)
        for single in reversed(singles):
            self._under_way.appendleft(self._begin(single))
        return apart
