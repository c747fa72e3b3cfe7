"""The open store: lines go in by batches, and what follows from several captures is settled when all are in."""

import time
from collections.abc import Callable

from sqlalchemy import select

from pipelines.feeds import Refined
from pipelines.sightings import Sighting
from pipelines.store.batches import Entry, write_entries, write_sightings
from pipelines.store.database import Database
from pipelines.store.entries import make_entry
from pipelines.store.settling import settle
from pipelines.store.tables import documents, metadata

_FULL = 64  # captures
_SOON = 0.5  # seconds: lines that come more slowly are written one by one


class Store:
    """An open store. Raises ``PipelineError``, one line, when the database cannot be reached or written.

    Lines that come quickly are written together; until ``flush`` or ``close`` those of the last half second may wait.
    """

    def __init__(self, database_url: str) -> None:
        self._database = Database(database_url, metadata)
        self._entries: list[Entry] = []
        self._sightings: list[Sighting] = []
        self._written_at = float("-inf")

    def write(self, lines: Refined) -> None:
        """Put one capture's lines in; the same lines again change nothing."""
        self.put(make_entry(lines))

    def put(self, entry: Entry) -> None:
        """The same with lines that were made into rows elsewhere."""
        self._entries.append(entry)
        self._flush_if_due()

    def note(self, sighting: Sighting) -> None:
        """Put in an answer that makes no line: a page is gone, or unchanged."""
        self._sightings.append(sighting)
        self._flush_if_due()

    def flush(self) -> None:
        """Write what waits, in one transaction; where that fails or is interrupted, it waits on."""
        if self._entries or self._sightings:
            with self._database.writing() as connection:
                write_entries(connection, self._entries)
                write_sightings(connection, self._sightings)
            self._entries, self._sightings = [], []
        self._written_at = time.monotonic()

    def has(self, record_id: str) -> bool:
        """Whether a capture's document is in the store."""
        with self._database.reading() as connection:
            return (
                connection.scalar(select(documents.c.record_id).where(documents.c.record_id == record_id)) is not None
            )

    def settle(self, advance: Callable[[int, int], None] | None = None) -> None:
        """Make anew what depends on several captures, where one was written since; ``advance(done, of)`` as it goes."""
        self.flush()
        settle(self._database, advance or (lambda done, of: None))

    def close(self) -> None:
        """Write what waits, and give up the connections; what is not settled is left to the next."""
        try:
            self.flush()
        finally:
            self._database.close()

    def _flush_if_due(self) -> None:
        is_full = len(self._entries) + len(self._sightings) >= _FULL
        if is_full or time.monotonic() - self._written_at >= _SOON:
            self.flush()
