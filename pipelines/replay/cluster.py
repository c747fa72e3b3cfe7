"""Pieces on the workers of a Dask cluster, which read the same files: on shared storage, or ``s3://``.

Scheduler and workers are Dask's own commands, begun in a checkout of this project. A worker that dies loses nothing:
the scheduler gives its pieces to another. A piece that several workers died with may have been beside the one that
killed them: its captures are tried one by one in a process of this machine, and the one that kills that is given up.
"""

import logging
from asyncio import CancelledError
from functools import partial
from time import monotonic
from typing import Any

from archive.format.pieces import Piece
from pipelines.errors import PipelineError
from pipelines.replay.ordering import Pending
from pipelines.replay.refining import Job, Outcome, refine_piece
from pipelines.steps import name_steps
from pipelines.workers import CPU_SECONDS, WorkerDiedError, Workers, within_time

_EACH = 3  # pieces a worker's thread
_WAIT = 10  # seconds for the scheduler to answer
_WAIT_FOR_WORKERS = 60  # seconds for the first of them, which may have been begun a moment ago
_COUNT_AGAIN = 1.0  # seconds
_RETRIES = 2  # of a piece that failed for the sake of a disk or a network


class Cluster:
    """An engine of a Dask scheduler's workers, however many there are at the moment.

    Raises ``PipelineError`` where Dask is not installed or no scheduler answers.
    """

    def __init__(self, address: str) -> None:
        self._address = address
        try:
            from distributed import Client

            logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what went wrong is told here, in one line
        except ImportError as error:
            raise PipelineError("--dask needs the extra for clusters: pip install '.[cluster]'") from error
        try:
            self._client: Any = Client(  # type: ignore[no-untyped-call]
                address, timeout=_WAIT, name="kaijuan-replay", set_as_default=False
            )
        except (OSError, ValueError, TimeoutError) as error:
            raise PipelineError(
                f"{address}: no Dask scheduler answers; begin one with: dask scheduler, and workers with: "
                f"python -m dask worker {address} --nthreads 1"
            ) from error
        self._apart: Workers | None = None
        self._threads, self._counted_at = 0, -_COUNT_AGAIN
        self._await_workers()

    def begin(self, job: Job, piece: Piece) -> Pending:
        """Have a piece refined by whichever worker is free; a single capture is one under suspicion."""
        if piece.count is not None:
            self._apart = self._apart or Workers(1)
            future: Pending = self._apart.submit(refine_piece, job, piece)
            return future
        return _Future(self._client.submit(refine_for, name_steps(), job, piece, pure=False, retries=_RETRIES))

    def most_under_way(self) -> int:
        """Some for each thread of the workers there are: the scheduler is never buried under a whole archive."""
        if monotonic() - self._counted_at >= _COUNT_AGAIN:
            self._threads, self._counted_at = sum(self._client.nthreads().values()), monotonic()
        return _EACH * max(1, self._threads)

    def close(self, *, at_once: bool = False) -> None:
        """Leave the cluster; what is under way there is dropped."""
        if self._apart:
            self._apart.end()
        self._client.close(timeout=_WAIT)

    def _await_workers(self) -> None:
        try:
            self._client.wait_for_workers(1, timeout=_WAIT_FOR_WORKERS)
        except TimeoutError as error:
            self.close(at_once=True)
            raise PipelineError(
                f"{self._address}: the scheduler has no workers; begin some in the project's folder with: "
                f"python -m dask worker {self._address} --nthreads 1"
            ) from error


class _Future:
    def __init__(self, future: Any) -> None:
        self._future = future

    def result(self) -> Outcome:
        """Wait for the outcome. Raises ``WorkerDiedError``, or ``PipelineError`` for a cluster that cannot do it."""
        from distributed import KilledWorker

        try:
            outcome: Outcome = self._future.result()
        except KilledWorker as error:
            raise WorkerDiedError("killed several workers") from error
        except PipelineError:
            raise
        except ModuleNotFoundError as error:
            raise PipelineError(
                f"a Dask worker cannot import {error.name}: begin the workers in the project's folder with "
                f"python -m dask worker, in an environment that has what requirements.lock names"
            ) from error
        except (Exception, CancelledError) as error:
            why = " ".join(f"{type(error).__name__}: {error}".rstrip(": ").split())
            raise PipelineError(f"the Dask cluster failed ({why}); go on with --resume") from error
        finally:
            self._future.release()
        return outcome


def refine_for(steps: str, job: Job, piece: Piece) -> Outcome:
    """As in the pool: a page that never ends takes its process with it.

    Raises ``PipelineError`` where this machine's steps are not those that were asked for: their lines must not get
    among the others.
    """
    if steps != name_steps():
        raise PipelineError(
            f"a Dask worker reads pages by {name_steps()} and not by {steps}: it needs the same checkout"
        )
    return within_time(CPU_SECONDS, partial(refine_piece, job, piece))
