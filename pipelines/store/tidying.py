"""A store tidied: the log beside an SQLite file written back into it, and what its planner knows brought up to date."""

import sqlite3
from contextlib import closing
from pathlib import Path

from pipelines.errors import PipelineError
from pipelines.store.database import read_address
from pipelines.store.dumps import SQLITE, find_kind

_PATIENCE = 5.0  # seconds for which a crawl that writes is waited for


def find_store_folder(address: str) -> Path | None:
    """The folder of an SQLite store; ``None`` for another."""
    return Path(read_address(address).database or "").parent if find_kind(address) == SQLITE else None


def tidy_store(address: str, *, is_tried: bool = False) -> str:
    """Do it, or only look (``is_tried``), and say what came of it in one line. Raises ``PipelineError``."""
    if find_kind(address) != SQLITE:
        return "PostgreSQL tidies itself (autovacuum)"
    path = Path(read_address(address).database or "")
    if not path.exists():
        return f"{path}: there is no store yet"
    log = _measure_log(path)
    if is_tried:
        return f"{path}: a log of {log / 1e6:.1f} MB would be written back"
    try:
        with closing(sqlite3.connect(path, isolation_level=None, timeout=_PATIENCE)) as connection:
            connection.execute("PRAGMA optimize")
            (is_busy, _, _) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.Error as error:
        raise PipelineError(f"{path}: cannot be tidied ({error}); look at it with scrapy store status") from error
    if is_busy:
        return f"{path}: in use; its log of {log / 1e6:.1f} MB is written back another time"
    return f"{path}: {path.stat().st_size / 1e6:.1f} MB, a log of {log / 1e6:.1f} MB written back"


def _measure_log(path: Path) -> int:
    log = path.with_name(path.name + "-wal")
    return log.stat().st_size if log.exists() else 0
