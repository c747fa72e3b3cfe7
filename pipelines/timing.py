"""Where the time goes: seconds by step, each step's own without those of the steps within it.

>>> with timing() as spent:
...     with step("body"):
...         ...
>>> spent
{"body": 0.012}

Where nobody asks, a step costs nothing worth naming. Threads do not see each other's steps.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter


class _Watch:
    """Seconds by step; what passes is put down to the innermost step."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._step: str | None = None
        self._since = 0.0

    def switch(self, name: str | None) -> str | None:
        """Begin a step; gives the one that it interrupts."""
        now, before = perf_counter(), self._step
        if before is not None:
            self.seconds[before] = self.seconds.get(before, 0.0) + now - self._since
        self._step, self._since = name, now
        return before


class _Current(threading.local):
    watch: _Watch | None = None


_current = _Current()


@contextmanager
def timing() -> Iterator[dict[str, float]]:
    """The seconds by step of what this thread does in the block; complete at its end."""
    watch, before = _Watch(), _current.watch
    _current.watch = watch
    try:
        yield watch.seconds
    finally:
        _current.watch = before


class step:  # noqa: N801 - read as a statement: with step("decode"):
    """A block that belongs to a step."""

    __slots__ = ("_before", "_name", "_watch")

    def __init__(self, name: str) -> None:
        self._name = name

    def __enter__(self) -> None:
        self._watch = _current.watch
        if self._watch is not None:
            self._before = self._watch.switch(self._name)

    def __exit__(self, *_: object) -> None:
        if self._watch is not None:
            self._watch.switch(self._before)
