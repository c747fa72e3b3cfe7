"""The open store: lines go in by batches, and what follows from several captures is settled when all are in."""

import hashlib
import time
from collections.abc import Callable

from pipelines.feeds import Line, Refined, write_line
from pipelines.sightings import Sighting
from pipelines.store.batches import Entry, write_entries, write_sightings
from pipelines.store.database import Database
from pipelines.store.minhash import make_id, shingle, sign
from pipelines.store.naming import fold_name
from pipelines.store.prose import find_sentences
from pipelines.store.settling import settle
from pipelines.store.tables import PARTS, metadata

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
        self._entries.append(make_entry(lines))
        self._flush_if_due()

    def note(self, sighting: Sighting) -> None:
        """Put in an answer that makes no line: a page is gone, or unchanged."""
        self._sightings.append(sighting)
        self._flush_if_due()

    def flush(self) -> None:
        """Write what waits, in one transaction."""
        if self._entries or self._sightings:
            entries, sightings = self._entries, self._sightings
            self._entries, self._sightings = [], []
            with self._database.writing() as connection:
                write_entries(connection, entries)
                write_sightings(connection, sightings)
        self._written_at = time.monotonic()

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


def make_entry(lines: Refined) -> Entry:
    """The rows of one capture, in texts that every database takes: no lone surrogates, no NUL."""
    line, report = lines.document, lines.report
    written = write_line(line) + (write_line(report) if report else "")
    encoded = written.encode("utf-8", "replace")
    if "\\u0000" in written or len(encoded) < len(written.encode("utf-8", "surrogatepass")):
        line, report = _clean(line), _clean(report)
    prose = "\n".join(find_sentences(line["blocks"])) if report else ""
    signature = sign(shingle(prose)) if prose else None
    row = {
        **line,
        "record_id": line["record_id"] or f"{line['warc']}:{line['offset']}",
        "form_expected": report["form_expected"] if report else None,
        "fingerprint": hashlib.sha256(encoded).hexdigest(),
        "name": fold_name(line["agency"], line["region"], line["portal"]) if report else None,
        "text_id": make_id(prose) if signature else None,
    }
    parts = {name: [dict(part) for part in report[name] or ()] for name in PARTS} if report else {}
    return Entry(row, parts, prose if signature else None, signature)


def _clean(value: object) -> Line:
    """The same value with ``?`` for what is no character and without NUL."""
    if isinstance(value, str):
        return value.replace("\0", "").encode("utf-8", "replace").decode("utf-8")  # type: ignore[return-value]
    if isinstance(value, dict):
        return {key: _clean(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_clean(item) for item in value]  # type: ignore[return-value]
    return value  # type: ignore[return-value]
