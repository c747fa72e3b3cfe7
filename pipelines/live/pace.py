"""The pace of refining: a crawl that waits for a processor gets the ones that refining has.

Priorities do not do this: a process of low priority that is at work keeps its processor for milliseconds after the
crawl wanted it, hundreds of times a second. So refining looks at what Linux tells of the crawl's thread, and begins
nothing more for a while where that is short. Elsewhere it never rests.
"""

from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import NamedTuple

_LOOK = 0.5  # seconds from one look to the next
_REST = 10.0  # seconds, unless the crawl has little to do before
_SHORT = 0.1  # of the time waited for a processor
_BUSY = 0.5  # of the time at work or waiting for a processor


class Spent(NamedTuple):
    """Seconds that a thread ran, and that it could have run and waited for a processor."""

    ran: float
    waited: float


def read_spent(process: int) -> Spent:
    """What the first thread of a process has spent so far; nothing where the system does not say."""
    try:
        ran, waited = Path(f"/proc/{process}/task/{process}/schedstat").read_text().split()[:2]
    except (OSError, ValueError):
        return Spent(0.0, 0.0)
    return Spent(int(ran) / 1e9, int(waited) / 1e9)


class Pace:
    """Says when to rest, from what ``read`` tells of the crawl's thread."""

    def __init__(self, read: Callable[[], Spent], now: Callable[[], float] = monotonic) -> None:
        self._read = read
        self._now = now
        self._rests, self._rests_until = False, 0.0
        self._note(now())

    def is_resting(self) -> bool:
        """Whether nothing more is to be begun for now."""
        now = self._now()
        passed = now - self._looked_at
        if passed >= _LOOK:
            before = self._spent
            self._note(now)
            waited = self._spent.waited - before.waited
            if self._rests:
                busy = (self._spent.ran - before.ran + waited) / passed
                self._rests = busy > _BUSY and now < self._rests_until
            elif waited > _SHORT * passed:
                self._rests, self._rests_until = True, now + _REST
        return self._rests

    def _note(self, now: float) -> None:
        self._looked_at, self._spent = now, self._read()
