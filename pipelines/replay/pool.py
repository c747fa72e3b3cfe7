"""Pieces on this machine's cores: a pool of worker processes that outlives any of them."""

from archive.format.pieces import Piece
from pipelines.replay.ordering import Pending
from pipelines.replay.refining import Job, Outcome, refine_piece
from pipelines.workers import Workers

_EACH = 3  # pieces a worker: one that it does, one that waits for it, one whose lines wait for their turn


class Pool:
    """An engine of so many processes. This one only writes, so even one of them does not wait for the disk."""

    def __init__(self, count: int) -> None:
        self._workers = Workers(count)

    def begin(self, job: Job, piece: Piece) -> Pending:
        """Have a piece refined; a worker that dies has it tried once more, alone."""
        future: Pending = self._workers.submit(refine_piece, job, piece)
        return future

    def most_under_way(self) -> int:
        """Some for each process."""
        return _EACH * self._workers.count

    def close(self, *, at_once: bool = False) -> None:
        """End the processes."""
        if at_once:
            self._workers.end()
        else:
            self._workers.close()


class Here:
    """An engine that is this very process: for measuring and for finding faults."""

    def begin(self, job: Job, piece: Piece) -> Pending:
        """Refine the piece now."""
        return _Done(refine_piece(job, piece))

    def most_under_way(self) -> int:
        """One at a time."""
        return 1

    def close(self, *, at_once: bool = False) -> None:
        """There is nothing to end."""


class _Done:
    def __init__(self, outcome: Outcome) -> None:
        self._outcome = outcome

    def result(self) -> Outcome:
        return self._outcome
