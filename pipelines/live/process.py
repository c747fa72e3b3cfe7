"""The refining process as the crawl starts it: what it is given, and the socket on which it speaks.

What the process does is in ``pipelines.live.bench``, which the crawl's own process does not import: half of the time
that a crawl takes to start, and a quarter of its memory, would be parser and database.
"""

import multiprocessing
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from multiprocessing.reduction import DupFd
from types import ModuleType
from typing import Any

from archive.ending import shielding
from pipelines.live.backlog import Backlog
from pipelines.live.plan import RefiningPlan

_NAME = "refining"
PATIENCE = 10  # seconds, for what it has in hand


class _Descriptor:
    """A file descriptor on its way to a process that is being spawned, where it arrives as a number."""

    def __init__(self, number: int) -> None:
        self._number = number

    def __reduce__(self) -> tuple[Any, ...]:
        return _receive, (DupFd(self._number),)


def _receive(copy: Any) -> int:
    descriptor: int = copy.detach()
    return descriptor


def start_process(plan: RefiningPlan, backlog: Backlog) -> tuple[BaseProcess, socket.socket]:
    """The process, and the socket on which it says ``pipelines.live.messages``: ``Opened`` or ``Failed`` first."""
    ours, theirs = socket.socketpair()
    # Python's keeper of shared semaphores removes those of a process that was ended at once, and need not say so.
    os.environ.setdefault("PYTHONWARNINGS", "ignore::UserWarning:multiprocessing.resource_tracker")
    context = multiprocessing.get_context("spawn")  # a fork would copy the reactor's threads and sockets
    process = context.Process(target=_run, args=(plan, _Descriptor(backlog.fileno()), theirs), name=_NAME)
    with _main_hidden(), shielding():
        process.start()
    theirs.close()
    ours.setblocking(False)
    return process, ours


def end_process() -> None:
    """Have the process that was started, if there is one, end soon: told first, and then killed."""
    for process in multiprocessing.active_children():
        if process.name == _NAME:
            process.terminate()
            process.join(PATIENCE)
            process.kill()


@contextmanager
def _main_hidden() -> Iterator[None]:
    """A spawned process imports its parent's main module anew; ours is Scrapy, which it has no use for."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


def _run(plan: RefiningPlan, backlog: int, line: socket.socket) -> None:
    from pipelines.live.bench import refine_backlog  # see above

    refine_backlog(plan, backlog, line)
