"""A run's hand in the book of visits: it begins looks that nobody else has under way, and ends them.

Who begins looks holds the book's one lock while it reads what others have under way and writes its own lines, so that
two runs that start together do not both begin a portal. Its own file stays locked as long as its process lives; the
system lets go of it however the process ends.
"""

import fcntl
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

from msgspec import structs

from archive.format.warcfile import lock, sync_folder
from crawler.errors import KaijuanError
from crawler.planning.visitbook import FOLDER, Look, Visited, book_path, read_visits, write_look

_GATE = "lock"
_PATIENCE = 0.5  # seconds; who only asks whether a run lives holds its lock for an instant
_LOOK_AGAIN = 0.02


class Book:
    """The lines of one run, open. Raises ``KaijuanError`` where they cannot be written or another process has them."""

    def __init__(self, archive: Path, run: str) -> None:
        self._archive = archive
        self._run = run
        self._path = book_path(archive, run)
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._path.open("a+b")
            sync_folder(self._path.parent)
        except OSError as error:
            raise self._unwritable(error) from error
        if not self._lock():
            self.close()
            raise KaijuanError(f"run {run} is still being crawled; wait for its end or stop it")

    def begin(
        self, portals: Iterable[str], day: date, is_wanted: Callable[[str, Visited], bool]
    ) -> tuple[list[str], dict[str, Visited]]:
        """Begin looks at these portals, in their order; those that were begun, and what the book said before.

        Left out are those that another run has under way, and those that are not wanted as the book stands now.
        """
        with self._alone():
            visits = read_visits(self._archive)
            before = {portal: self._without_us(visits.get(portal, Visited())) for portal in portals}
            begun = [portal for portal, one in before.items() if not one.under_way and is_wanted(portal, one)]
            self.add(Look(portal=portal, day=day.isoformat(), at=make_time()) for portal in begun)
        return begun, before

    def add(self, looks: Iterable[Look]) -> None:
        """Add lines, and return when they are on the disk."""
        text = "".join(map(write_look, looks))
        if not text:
            return
        try:
            # A line that a crash cut short must not swallow the next one.
            start = "" if self._ends_whole() else "\n"
            self._file.write((start + text).encode("utf-8"))
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            raise self._unwritable(error) from error

    def close(self) -> None:
        """Let go of the file: what has not ended now is broken off."""
        self._file.close()

    def _without_us(self, visited: Visited) -> Visited:
        """A look of ours that is open was begun by a process that is no more: this run goes on with it."""
        if self._run not in visited.under_way:
            return visited
        return structs.replace(visited, under_way=visited.under_way - {self._run}, broken=visited.broken | {self._run})

    def _lock(self) -> bool:
        deadline = time.monotonic() + _PATIENCE
        while not lock(self._file.fileno(), self._path):
            if time.monotonic() > deadline:
                return False
            time.sleep(_LOOK_AGAIN)
        return True

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """No other run begins looks meanwhile."""
        descriptor = os.open(self._archive / FOLDER / _GATE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def _ends_whole(self) -> bool:
        size = os.fstat(self._file.fileno()).st_size
        return not size or os.pread(self._file.fileno(), 1, size - 1) == b"\n"

    def _unwritable(self, error: OSError) -> KaijuanError:
        return KaijuanError(f"{self._path}: cannot be written ({error.strerror}); name another ARCHIVE_DIR")


def make_time() -> str:
    """The present, as lines have it: they sort by it."""
    return datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def find_broken(visits: Mapping[str, Visited]) -> dict[str, frozenset[str]]:
    """The runs that began looks at portals and were broken off, by portal."""
    return {portal: visited.broken for portal, visited in visits.items() if visited.broken}
