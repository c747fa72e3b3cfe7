"""Foresight: new lines held against the rows of a store, before they are written or without writing them.

It stands where the store stands (``put``, ``write``, ``note``, ``settle``, ``close``). Captures are compared some at a
time, so that neither the archive nor the store is ever whole in memory.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, select

from pipelines.comparing.rereading import Reread, compare_readings
from pipelines.feeds import Refined
from pipelines.sightings import Sighting
from pipelines.store import Store
from pipelines.store.batches import Entry, split_keys
from pipelines.store.database import Database
from pipelines.store.entries import make_entry, make_lines
from pipelines.store.reading import read_fingerprints, read_lines
from pipelines.store.tables import sightings

_TOGETHER = 64  # captures
Tell = Callable[[Reread], None]
Advance = Callable[[int, int], None]


@dataclass(slots=True)
class Foreseen:
    """What a comparison came to: captures by outcome, changes by form and by portal."""

    same: int = 0
    renamed: int = 0  # of those that are the same: made by another version of the steps
    differ: int = 0
    new: int = 0  # captures that the store does not have
    new_reports: int = 0
    new_sightings: int = 0
    parsers: Counter[str] = field(default_factory=Counter)  # that made the stored lines
    by_form: dict[str, Counter[str]] = field(default_factory=dict)
    by_portal: dict[str, Counter[str]] = field(default_factory=dict)
    total: Counter[str] = field(default_factory=Counter)

    @property
    def is_empty(self) -> bool:
        """Whether writing would change no row, but for the version that it bears."""
        return not (self.differ or self.new or self.new_sightings)

    def count(self, reread: Reread) -> None:
        """Count one capture that is read otherwise."""
        counts = reread.count()
        self.differ += 1
        self.total += counts
        for groups, key in ((self.by_form, reread.form), (self.by_portal, reread.portal)):
            groups.setdefault(key, Counter()).update({**counts, "captures": 1})


class Foresight:
    """Compares what comes with the store of an address, which has to be there; ``is_applied``: then writes it.

    ``tell`` gets each capture that is read otherwise, in the order in which they come. Raises ``PipelineError``.
    """

    def __init__(self, database_url: str, tell: Tell, is_applied: bool) -> None:
        self.foreseen = Foreseen()
        self._tell = tell
        self._entries: list[Entry] = []
        self._sightings: list[Sighting] = []
        self._database = Database(database_url, None)
        self.name = self._database.name
        self._store = Store(database_url) if is_applied else None

    def write(self, lines: Refined) -> None:
        """Take one capture's lines."""
        self.put(make_entry(lines))

    def put(self, entry: Entry) -> None:
        """Take one capture's rows."""
        self._entries.append(entry)
        self._flush_if_full()

    def note(self, sighting: Sighting) -> None:
        """Take an answer that makes no line."""
        self._sightings.append(sighting)
        self._flush_if_full()

    def flush(self) -> None:
        """Compare what waits; write it where that was asked for."""
        entries, noted = self._entries, self._sightings
        self._entries, self._sightings = [], []
        with self._database.reading() as connection:
            self._compare(connection, entries)
            self._find_new(connection, noted)
        if self._store is not None:
            for entry in entries:
                self._store.put(entry)
            for sighting in noted:
                self._store.note(sighting)
            self._store.flush()

    def has(self, record_id: str) -> bool:
        """Nothing is there that could be gone on with."""
        return False

    def settle(self, advance: Advance | None = None) -> None:
        """Settle what was written."""
        self.flush()
        if self._store is not None:
            self._store.settle(advance)

    def close(self) -> None:
        """Give up the connections; what still waits is dropped: ``flush`` or ``settle`` comes before."""
        self._database.close()
        if self._store is not None:
            self._store.close()

    def _flush_if_full(self) -> None:
        if len(self._entries) + len(self._sightings) >= _TOGETHER:
            self.flush()

    def _compare(self, connection: Connection, entries: Sequence[Entry]) -> None:
        by_id = {entry.row["record_id"]: entry for entry in entries}  # of two with one id the last counts
        known = read_fingerprints(connection, by_id)
        other = [key for key in by_id if key in known and known[key][0] != by_id[key].row["fingerprint"]]
        stored = read_lines(connection, other)
        for key, entry in by_id.items():
            if key in stored:
                reread = compare_readings(stored[key], make_lines(entry.row, entry.parts))
                self.foreseen.count(reread)
                self._tell(reread)
            elif key in known:
                self.foreseen.same += 1
                self.foreseen.renamed += known[key][1] != entry.row["parser"]
            else:
                self.foreseen.new += 1
                self.foreseen.new_reports += entry.row["kind"] == "report"
        self.foreseen.parsers.update(parser for _, parser in known.values())

    def _find_new(self, connection: Connection, noted: Iterable[Sighting]) -> None:
        keys = sorted({sighting.record_id for sighting in noted})
        for some in split_keys(keys):
            query = select(sightings.c.record_id).where(sightings.c.record_id.in_(some))
            self.foreseen.new_sightings += len(some) - len(list(connection.scalars(query)))
