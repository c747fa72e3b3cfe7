"""One turn at a time: who keeps a folder in order holds a lock file in it, which a crash lets go."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from crawler.errors import KaijuanError


@contextmanager
def take_turn(lock: Path, error: type[KaijuanError], *, busy: str, unwritable: str) -> Iterator[None]:
    """Hold the lock file. Raises ``error``: ``busy`` where somebody has it, or that its folder cannot be written."""
    try:
        file = lock.open("ab")
    except OSError as why:
        raise error(f"{lock.parent}: cannot be written ({why.strerror}); {unwritable}") from why
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as why:
            raise error(busy) from why
        yield
