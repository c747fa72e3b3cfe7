"""Jobs: what waits for the writer's thread, taken in groups that one sync carries to the disk."""

from collections.abc import Iterable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from time import monotonic, sleep

from archive.errors import ArchiveError
from archive.format.exchange import Exchange
from archive.position import Position

Result = Position | ArchiveError | None  # of a job; nothing where there was no exchange

# Most exchanges to one fsync: bounds what a crash can cost to what is in flight.
_MOST_IN_GROUP = 256
# Seconds from one sync to the next: a quick disk would else sync every exchange by itself, a tenth of a crawl's cost.
_BETWEEN_SYNCS = 0.06


@dataclass(slots=True)
class Job:
    """An exchange to write, or, without one, the current file to finish; ``last`` ends the thread."""

    exchange: Exchange | None
    last: bool = False
    future: "Future[Position | None]" = field(default_factory=Future)


class Jobs:
    """A queue from the threads that ask to the one that writes."""

    def __init__(self) -> None:
        self._queue: SimpleQueue[Job] = SimpleQueue()

    def put(self, job: Job) -> None:
        """Ask for a job."""
        self._queue.put(job)

    def take_group(self, timeout: float | None, synced_at: float) -> list[Job]:
        """Wait for jobs, at least for a while after the last sync; none came within ``timeout`` seconds: none."""
        try:
            jobs = [self._queue.get(timeout=timeout)]
        except Empty:
            return []
        if not jobs[0].last:
            sleep(max(0.0, synced_at + _BETWEEN_SYNCS - monotonic()))
        with suppress(Empty):
            while len(jobs) < _MOST_IN_GROUP:
                jobs.append(self._queue.get_nowait())
        return jobs


def set_futures(results: Iterable[tuple[Job, Result]]) -> None:
    """Tell those who wait."""
    for job, result in results:
        if isinstance(result, ArchiveError):
            job.future.set_exception(result)
        else:
            job.future.set_result(result)
