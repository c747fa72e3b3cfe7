"""What the store holds, counted; counted again only where somebody wrote, and not so often that it costs much."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from time import monotonic

from sqlalchemy import Connection, func, select, text

from crawler.watching.answers import FileAnswers, find_oldest
from crawler.watching.facts import Lag, StoreFacts
from pipelines.store.database import Database
from pipelines.store.settled import reports
from pipelines.store.stamps import find_stamp
from pipelines.store.tables import documents

_SHARE = 20  # counting takes at most so small a part of the time
_MOST_FILES = 50  # whose missing answers are looked for one by one: the oldest


@dataclass(frozen=True, slots=True)
class _Remembered:
    stamp: str | None
    until: float  # on the monotonic clock
    facts: StoreFacts
    by_warc: Mapping[str, int]


class StoreCounts:
    """The counts of an open store. Safe to ask from several threads."""

    def __init__(self, store: Database) -> None:
        self._store = store
        self._last: _Remembered | None = None
        self._lock = Lock()

    def read(self) -> StoreFacts:
        """The facts; raises ``PipelineError`` where the store cannot be read."""
        return self._read().facts

    def find_lag(self, files: list[FileAnswers]) -> Lag:
        """The answers of finished files that the store has no document of; raises ``PipelineError``."""
        known = self._read().by_warc
        short = {file.warc: file for file in files if file.refined > known.get(file.warc, 0)}
        if not short:
            return Lag()
        missing = sum(file.refined - known.get(file.warc, 0) for file in short.values())
        looked_at = dict(list(short.items())[:_MOST_FILES])
        offsets = self._read_offsets(looked_at)
        times = [oldest for warc, file in looked_at.items() if (oldest := find_oldest(file, offsets[warc]))]
        return Lag(missing, len(short), min(times, default=None))

    def _read(self) -> _Remembered:
        with self._lock, self._store.reading() as connection:
            stamp, last = find_stamp(connection), self._last
            if last is not None and (monotonic() < last.until or (stamp is not None and stamp == last.stamp)):
                return last
            began = monotonic()
            facts, by_warc = _count(connection, self._store.name)
            ended = monotonic()
            self._last = _Remembered(stamp, ended + (ended - began) * _SHARE, facts, by_warc)
            return self._last

    def _read_offsets(self, warcs: Collection[str]) -> dict[str, set[int]]:
        found: defaultdict[str, set[int]] = defaultdict(set)
        query = select(documents.c.warc, documents.c.offset).where(documents.c.warc.in_(list(warcs)))
        with self._store.reading() as connection:
            for warc, offset in connection.execute(query):
                found[warc].add(offset)
        return found


def _count(connection: Connection, name: str) -> tuple[StoreFacts, Mapping[str, int]]:
    columns = (documents.c.warc, documents.c.kind, documents.c.rejected)
    kinds: Counter[str] = Counter()
    rejected: Counter[str] = Counter()
    by_warc: Counter[str] = Counter()
    for warc, kind, reason, count in connection.execute(select(*columns, func.count()).group_by(*columns)):
        kinds[kind] += count
        by_warc[warc] += count
        if reason:
            rejected[reason] += count
    known = connection.scalar(select(func.count()).select_from(reports)) or 0
    return StoreFacts(name, _measure(connection), known, dict(kinds), dict(rejected)), by_warc


def _measure(connection: Connection) -> int:
    """Bytes on the disk."""
    if connection.dialect.name == "postgresql":
        return int(connection.scalar(text("SELECT pg_database_size(current_database())")) or 0)
    name = connection.engine.url.database
    paths = [Path(f"{name}{ending}") for ending in ("", "-wal")] if name and name != ":memory:" else []
    return sum(path.stat().st_size for path in paths if path.exists())
