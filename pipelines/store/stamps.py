"""Stamps: what a store bears as long as nothing is written, so that what was read once need not be read again."""

import os
import time
from pathlib import Path

from sqlalchemy import Connection, text

_SURE = 100_000_000  # nanoseconds: files changed more lately may change again without another time
_NOTHING = (0, 0)


def find_stamp(connection: Connection) -> str | None:
    """The same text as long as no one has written; ``None`` where that cannot be told. Take it before reading.

    On PostgreSQL any transaction of the server that writes counts, also one of another database.
    """
    if connection.dialect.name == "postgresql":
        return str(connection.scalar(text("SELECT CAST(pg_current_snapshot() AS text)")))
    name = connection.engine.url.database
    if not name or name == ":memory:":
        return None
    place = os.path.realpath(name)  # SQLite logs beside the file itself, not beside a link to it
    found = [_look_at(Path(place + ending)) for ending in ("", "-wal")]
    if found[0] == _NOTHING:
        return None
    newest = max(changed for changed, _ in found)
    return None if time.time_ns() - newest < _SURE else repr(found)


def _look_at(path: Path) -> tuple[int, int]:
    """When a file was changed and its size; zeros where there is none."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return _NOTHING
    return status.st_mtime_ns, status.st_size
