"""Pages that wait for their lines: those that a spider has yielded and nobody has refined yet, on disk.

However far the refining lags, they take no memory: a crawl of many hosts yields pages by the hundred thousand.
"""

import logging
import pickle
import sqlite3
from collections.abc import Iterator
from typing import Any

logger = logging.getLogger(__name__)


class WaitingPages:
    """Items by the record that they wait for, in a database of SQLite's that has no name and ends with the process."""

    def __init__(self) -> None:
        self._shelf = sqlite3.connect("", isolation_level=None)
        self._shelf.execute("pragma synchronous = off")
        self._shelf.execute("create table waiting (record_id text, item blob)")
        self._shelf.execute("create index by_record on waiting (record_id)")
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def put(self, record_id: str, item: Any) -> bool:
        """Let an item wait; ``False`` where it cannot be pickled, and so must be kept by whoever has it."""
        try:
            content = pickle.dumps(item, pickle.HIGHEST_PROTOCOL)
        except Exception as error:  # noqa: BLE001 - an item is anybody's object, and pickle raises what that raises
            logger.debug("an item that cannot be pickled waits in memory: %s", error)
            return False
        self._shelf.execute("insert into waiting values (?, ?)", (record_id, content))
        self._count += 1
        return True

    def take(self, record_id: str) -> list[Any]:
        """The items that waited for the record, in the order in which they came."""
        if not self._count:
            return []
        where = "where record_id = ?"
        rows = self._shelf.execute(f"select item from waiting {where} order by rowid", (record_id,)).fetchall()
        if rows:
            self._shelf.execute(f"delete from waiting {where}", (record_id,))
            self._count -= len(rows)
        return [pickle.loads(content) for (content,) in rows]

    def all(self) -> Iterator[Any]:
        """The items that wait, in the order in which they came."""
        for (content,) in self._shelf.execute("select item from waiting order by rowid"):
            yield pickle.loads(content)

    def close(self) -> None:
        """Whatever waits is forgotten."""
        self._shelf.close()
        self._count = 0
