"""Processes that refine beside the crawl or the replay, so that neither waits for a parser.

A page that kills its worker (memory, a fault in a C library) is tried once more alone and then given up by name; the
others that were under way are simply done again. So is a page that a worker spends ``CPU_SECONDS`` on: bounds on what
is read keep every page far below, and processor time does not pass while others are busy.
"""

import gc
import logging
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from pathlib import Path
from typing import ParamSpec, TypeVar

from archive.ending import end_pool, follow_parent, shielding, undisturbed

logger = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")


CPU_SECONDS = 60.0  # of one piece of work


class WorkerDiedError(Exception):
    """The work killed its process twice."""


def _count_cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


CORES = _count_cores()


class Workers:
    """A pool of worker processes for functions of a module; ``submit`` never raises for a broken pool.

    Processes end with their parent, even if that is killed. Make the pool before anything else has threads, files or
    connections open: where it can, it forks at once what the parent has imported. What has to be open by then is
    ``closing``: descriptors that a forked process closes first, lest who listens at the other end of one hear of the
    parent's death from the last worker only.
    """

    def __init__(self, count: int, closing: Sequence[int] = ()) -> None:
        self.count = max(1, count)
        self._lock = threading.RLock()
        self._has_ended = False
        self._alone: set[ProcessPoolExecutor] = set()
        with shielding():
            self._pool = _fork_pool(self.count, closing) if _may_fork() else _spawn_pool(self.count)

    def submit(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> "Future[T]":
        """The future of ``function(*args)``; it fails with ``WorkerDiedError`` if that kills a process twice."""
        outer: Future[T] = Future()
        work = partial(within_time, CPU_SECONDS, partial(function, *args, **kwargs))
        self._start(outer, lambda pool: pool.submit(work))
        return outer

    def close(self) -> None:
        """Wait for what is under way and end the processes."""
        self._pool.shutdown(wait=True)

    def end(self) -> None:
        """Drop what has not begun and kill what has; none of it is tried again, for this process is about to end."""
        with undisturbed(), self._lock:
            self._has_ended = True
            for pool in (self._pool, *self._alone):
                end_pool(pool)

    def _start(self, outer: "Future[T]", begin: Callable[[ProcessPoolExecutor], "Future[T]"]) -> None:
        with self._lock, shielding():
            pool = broken = self._pool
            try:
                inner = begin(pool)
            except BrokenProcessPool:
                self._replace(broken)
                pool = self._pool
                inner = begin(pool)
        if pool is not broken:
            _tell_died()
        inner.add_done_callback(lambda done: self._settle(outer, done, pool, begin))

    def _settle(
        self,
        outer: "Future[T]",
        inner: "Future[T]",
        pool: ProcessPoolExecutor,
        begin: Callable[[ProcessPoolExecutor], "Future[T]"],
    ) -> None:
        if inner.cancelled() or (self._has_ended and inner.exception() is not None):
            outer.cancel()
        elif isinstance(inner.exception(), BrokenProcessPool):
            # A thread, because this callback runs in the broken pool's own, which (since Python 3.12) has the lock that
            # its end and new work wait for.
            threading.Thread(target=self._try_alone, args=(outer, pool, begin), daemon=True).start()
        elif (error := inner.exception()) is not None:
            outer.set_exception(error)
        else:
            outer.set_result(inner.result())

    def _try_alone(
        self, outer: "Future[T]", broken: ProcessPoolExecutor, begin: Callable[[ProcessPoolExecutor], "Future[T]"]
    ) -> None:
        alone = _spawn_pool(1)
        try:
            with self._lock, shielding():
                if self._has_ended:
                    outer.cancel()
                    return
                has_been_noticed = not self._replace(broken)
                self._alone.add(alone)
                inner = begin(alone)
            if not has_been_noticed:
                _tell_died()
            outer.set_result(inner.result())
        except BrokenProcessPool:
            if self._has_ended:
                outer.cancel()
            else:
                outer.set_exception(WorkerDiedError("killed its process twice"))
        except Exception as error:  # noqa: BLE001 whatever the work raised belongs to who waits for it
            outer.set_exception(error)
        finally:
            with self._lock:  # not while it is ended
                self._alone.discard(alone)
                alone.shutdown(wait=False)

    def _replace(self, broken: ProcessPoolExecutor) -> bool:
        """Whether it is this call, under the lock, that puts a new pool in the place of the broken one."""
        if self._pool is not broken:
            return False
        broken.shutdown(wait=False)
        self._pool = _spawn_pool(self.count)
        return True


def _tell_died() -> None:
    """Not to be called under the lock: the log may go to another process, which may not be listening."""
    logger.warning("A refining process died; its work is done again.")


def _may_fork() -> bool:
    """Of several threads a fork keeps one, with whatever locks the others held; on macOS even one is not safe."""
    return sys.platform == "linux" and _count_threads() == 1


def _count_threads() -> int:
    """Those that Python knows of, or, where the system tells, those that libraries began without it, too."""
    tasks = Path("/proc/self/task")
    return len(list(tasks.iterdir())) if tasks.exists() else threading.active_count()


def _fork_pool(count: int, closing: Sequence[int]) -> ProcessPoolExecutor:
    """Processes that share the parent's modules and start in no time."""
    gc.freeze()  # a collector that looked at what is shared would copy it
    context = multiprocessing.get_context("fork")
    pool = ProcessPoolExecutor(count, mp_context=context, initializer=_begin_worker, initargs=tuple(closing))
    pool.submit(os.getpid).result()  # the first work makes it fork all of them, and then begin threads
    return pool


def _spawn_pool(count: int) -> ProcessPoolExecutor:
    """Processes that begin anew, and import what they need."""
    return ProcessPoolExecutor(count, mp_context=multiprocessing.get_context("spawn"), initializer=_begin_worker)


_granted = 0.0  # seconds of processor time that the work at hand was given


def within_time(seconds: float, work: Callable[[], T]) -> T:
    """The result of the work; the process ends, whatever library it is in, where that takes longer."""
    global _granted
    _granted = seconds
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        return work()
    finally:
        _granted = 0.0
        signal.setitimer(signal.ITIMER_PROF, 0)


def renew_time() -> None:
    """Begin the time anew: the work at hand is one of many pages, and the next one has the whole of it."""
    if _granted:
        signal.setitimer(signal.ITIMER_PROF, _granted)


def _begin_worker(*closing: int) -> None:
    for descriptor in closing:
        os.close(descriptor)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # the parent's way to end is not ours
    follow_parent()
