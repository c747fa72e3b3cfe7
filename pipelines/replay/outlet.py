"""Where a replay's outcomes go: the two feed files and the store, any of which may be left out."""

import os
import stat
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO, Protocol

from pipelines.errors import PipelineError
from pipelines.feedfiles import require_feeds
from pipelines.replay.refining import Outcome
from pipelines.sightings import Sighting
from pipelines.store import Store
from pipelines.store.batches import Entry

# Of the documents feed and the reports feed, in bytes; of the store, the capture whose document was written last.
Sizes = tuple[int | None, int | None, str | None]


class AnyStore(Protocol):
    """What is used of a store."""

    def put(self, entry: Entry) -> None:
        """Put one capture's rows in."""

    def note(self, sighting: Sighting) -> None:
        """Put in an answer that makes no line."""

    def flush(self) -> None:
        """Write what waits."""

    def has(self, record_id: str) -> bool:
        """Whether a capture's document is there."""

    def settle(self, advance: Callable[[int, int], None] | None = None) -> None:
        """Make anew what depends on several captures."""

    def close(self) -> None:
        """Write what waits, and end."""


OpenStore = Callable[[str], AnyStore]  # by its address


class Outlet:
    """Writes outcomes in the order in which they come.

    ``at``: the sizes to which feeds that are there are cut back, to go on from there; without it they are begun anew.
    ``open_store`` opens what stands for the store at an address.
    Raises ``PipelineError``, one line that names the file or database and the way out.
    """

    def __init__(
        self,
        documents: str | None,
        reports: str | None,
        database_url: str | None,
        at: Sizes | None = None,
        open_store: OpenStore = Store,
    ) -> None:
        sizes = at or (None, None, None)
        if not at:
            require_feeds(documents, reports)
        self._documents = FeedFile(documents, sizes[0]) if documents else None
        self._reports = FeedFile(reports, sizes[1]) if reports else None
        self._store = open_store(database_url) if database_url else None
        self._last = sizes[2]
        if self._store and self._last and not self._store.has(self._last):
            self.close()
            raise PipelineError("the store does not have what was written last; replay into it without --resume")

    @property
    def is_lasting(self) -> bool:
        """Whether what was written can be found again: feeds are files, and no pipes or terminals."""
        return all(feed.is_regular for feed in (self._documents, self._reports) if feed)

    def write(self, outcome: Outcome) -> None:
        """Write one piece's lines to all that is open."""
        if self._documents:
            self._documents.write(outcome.documents)
        if self._reports:
            self._reports.write(outcome.reports)
        if self._store:
            for entry in outcome.entries:
                self._store.put(entry)
                self._last = entry.row["record_id"]
            for sighting in outcome.sightings:
                self._store.note(sighting)

    def sync(self) -> Sizes:
        """Return once everything written is on the disk and in the database: how large all are now."""
        if self._store:
            self._store.flush()
        return (
            self._documents.sync() if self._documents else None,
            self._reports.sync() if self._reports else None,
            self._last,
        )

    def settle(self, advance: Callable[[int, int], None] | None = None) -> None:
        """Have the store make anew what depends on several captures; ``advance(done, of)`` as it goes."""
        if self._store:
            self._store.settle(advance)

    def close(self) -> None:
        """Flush and close everything."""
        for feed in (self._documents, self._reports):
            if feed:
                feed.close()
        if self._store:
            self._store.close()


class FeedFile:
    """A feed file that is written anew or, from a size on, continued."""

    def __init__(self, path: str, size: int | None = None) -> None:
        self._path = path
        try:
            Path(path).parent.mkdir(parents=True, exist_ok=True)
            self._file: IO[bytes] = Path(path).open("wb" if size is None else "r+b")  # noqa: SIM115 - closed in close
            self.is_regular = stat.S_ISREG(os.fstat(self._file.fileno()).st_mode)
            if size is not None:
                self._file.truncate(size)
                self._file.seek(size)
        except OSError as error:
            raise PipelineError(f"{path}: the feed cannot be written ({error.strerror}); name another file") from error

    def write(self, lines: bytes) -> None:
        """Write whole lines."""
        self._try(lambda: self._file.write(lines))

    def sync(self) -> int:
        """Make what was written durable; gives the size."""

        def sync() -> None:
            self._file.flush()
            if self.is_regular:
                os.fsync(self._file.fileno())

        self._try(sync)
        return self._file.tell() if self.is_regular else 0

    def close(self) -> None:
        """Close the file."""
        with suppress(OSError):  # what could not be written was told of when it was synced
            self._file.close()

    def _try(self, write: Callable[[], object]) -> None:
        try:
            write()
        except BrokenPipeError as error:
            raise PipelineError(f"{self._path}: nobody reads the feed any more; begin again") from error
        except OSError as error:
            raise PipelineError(
                f"{self._path}: writing the feed failed ({error.strerror}); make room, then go on with --resume"
            ) from error
