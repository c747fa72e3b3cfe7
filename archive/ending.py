"""How processes end: workers with their parent and by its will alone, and nobody amid what must be whole."""

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import resource_tracker
from types import FrameType
from typing import Any


@contextmanager
def shielding() -> Iterator[None]:
    """Processes that this thread begins meanwhile never hear Ctrl-C, not even amid their imports."""
    resource_tracker.ensure_running()  # begun later, it would take the mask off
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ())
    try:
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})  # which may still raise for one that came before
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Ctrl-C is not heard meanwhile: what ends must not be left half ended. Only the main thread ever hears it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def unbroken() -> Iterator[None]:
    """What is done meanwhile is done wholly: what a signal raises waits until then, unless it is the third.

    A transaction that Ctrl-C strikes amid keeps its locks for as long as somebody holds the exception's frames.
    """
    if threading.current_thread() is not threading.main_thread():  # no other ever hears a signal
        yield
        return
    heard: list[int] = []
    before: dict[int, Any] = {kind: signal.getsignal(kind) for kind in (signal.SIGINT, signal.SIGTERM)}
    raising = {kind: handler for kind, handler in before.items() if handler in _RAISING}

    def hear(kind: int, frame: FrameType | None) -> None:
        heard.append(kind)
        if len(heard) > _PATIENCE:
            raising[kind](kind, frame)

    for kind in raising:
        signal.signal(kind, hear)
    try:
        yield
    finally:
        for kind, handler in raising.items():
            signal.signal(kind, handler)
        if heard:
            signal.raise_signal(heard[0])


def exit_on_signal(kind: int, frame: FrameType | None) -> None:
    """A handler: end, by way of what has to be closed."""
    sys.exit(1)


_RAISING: tuple[Any, ...] = (signal.default_int_handler, exit_on_signal)
_PATIENCE = 2  # signals


def end_pool(pool: ProcessPoolExecutor) -> None:
    """Kill this process's workers, those of the pool among them, and return when the pool is taken down.

    Not left to Python's own farewell, which stumbles over a pool that is just being taken down. Of a pool that is
    taken down already, or was half taken down when a signal came, it ends what is left.
    """
    if (answers := getattr(pool, "_result_queue", None)) is not None:
        # Our end of the pipe, too, or half an answer, of a worker that is killed amid it, is waited for for ever.
        answers._writer.close()
    for process in multiprocessing.active_children():
        process.kill()
    pool.shutdown(wait=True, cancel_futures=True)


def follow_parent() -> None:
    """To be called first in a worker process."""
    # Ctrl-C goes to the whole group; the parent decides what becomes of the work.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent()


def end_with_parent() -> None:
    """From now on this process ends when its parent does, even if that is killed."""
    threading.Thread(target=_await_parent, daemon=True).start()


def _await_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
