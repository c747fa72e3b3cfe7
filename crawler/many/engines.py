"""Where tasks run: in processes of this machine, or on the workers of a Dask scheduler."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol

from crawler.errors import KaijuanError
from crawler.many.tasks import Order, Task
from crawler.many.working import FAILED, MOST_DEATHS, Outcome, run_task

_WAIT = 10  # seconds for the scheduler to answer
Say = Callable[[Task, str], None]


class Pending(Protocol):
    """A task that was handed over."""

    def done(self) -> bool:
        """Whether its outcome is there, a failure included."""

    def result(self) -> Outcome:
        """The outcome; raises what went wrong with the worker."""


class Engine(Protocol):
    """Takes tasks in their order and begins each when a worker is free."""

    workers: int

    def begin(self, order: Order, task: Task) -> Pending:
        """Hand a task over."""

    def close(self) -> None:
        """Let the workers go; nothing is under way any more."""


class Processes:
    """So many processes side by side on this machine."""

    def __init__(self, workers: int, say: Say) -> None:
        self.workers = workers
        self._say = say
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="task")

    def begin(self, order: Order, task: Task) -> Pending:
        """Hand a task to the thread that will attend its process."""
        return self._pool.submit(run_task, order, task, lambda line: self._say(task, line))

    def close(self) -> None:
        """Let the threads go."""
        self._pool.shutdown(wait=True)


class Cluster:
    """The workers of a Dask scheduler. Raises ``KaijuanError`` where there is none, or Dask is not installed."""

    def __init__(self, address: str, say: Say) -> None:
        self._say = say
        try:
            from distributed import Client
        except ImportError as error:
            raise KaijuanError("--dask needs the extra for clusters: pip install '.[cluster]'") from error
        begin = f"python -m dask worker {address} --nthreads 1"
        try:
            self._client: Any = Client(address, timeout=_WAIT, set_as_default=False)  # type: ignore[no-untyped-call]
        except (OSError, ValueError, TimeoutError) as error:
            raise KaijuanError(
                f"{address}: no Dask scheduler answers; begin one with: dask scheduler, and workers with: {begin}"
            ) from error
        try:
            self._client.wait_for_workers(1, timeout=_WAIT)
        except TimeoutError as error:
            self.close()
            raise KaijuanError(
                f"{address}: the scheduler has no workers; begin some in the project's folder with: {begin}"
            ) from error
        self.workers = max(1, sum(self._client.nthreads().values()))  # type: ignore[no-untyped-call]

    def begin(self, order: Order, task: Task) -> Pending:
        """Have a task done by whichever worker is free; one whose worker dies goes to another."""
        future = self._client.submit(
            run_task, order, task, key=f"crawl-{task.run}", pure=False, retries=MOST_DEATHS, priority=-task.number
        )
        return _OnWorker(future, task, self._say)

    def close(self) -> None:
        """Leave the cluster."""
        self._client.close(timeout=_WAIT)


class _OnWorker:
    def __init__(self, future: Any, task: Task, say: Say) -> None:
        self._future = future
        self._task = task
        self._say = say

    def done(self) -> bool:
        return bool(self._future.done())

    def result(self) -> Outcome:
        from distributed import KilledWorker

        try:
            outcome: Outcome = self._future.result()
        except KilledWorker:
            outcome = Outcome(self._task.number, FAILED, MOST_DEATHS, ("several workers died of it; it is left",))
        except ModuleNotFoundError as error:
            raise KaijuanError(
                f"a Dask worker cannot import {error.name}: begin the workers in the project's folder with "
                "python -m dask worker, in an environment that has what requirements.lock names"
            ) from error
        except Exception as error:
            raise KaijuanError(
                f"the Dask cluster gave up ({type(error).__name__}: {error}); go on with -a resume=last"
            ) from error
        for line in outcome.said:
            self._say(self._task, line)
        return outcome
