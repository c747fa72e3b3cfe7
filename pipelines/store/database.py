"""Databases: an address becomes an engine, the same for SQLite (WAL) and PostgreSQL; one writer at a time.

Raises ``PipelineError``, one line without the password, where an address is none or nothing answers behind it.
"""

import json
import random
import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, MetaData, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

from archive.ending import unbroken
from pipelines.errors import PipelineError
from pipelines.store.layout import check_layout, find_layout, make_tables

# The driver of PostgreSQL where the address names none: pure Python and BSD.
_POSTGRESQL = "postgresql+pg8000"
_EXAMPLES = "sqlite:///var/kaijuan.db or postgresql://user@host/name"
_LOCK = 0x6B61696A  # the advisory lock that writers hold on PostgreSQL; SQLite has one of its own
_LONGEST_WAIT = 120_000  # milliseconds for which a writer waits for another
# What a database says of a table that is laid out otherwise than ours, or is none of ours.
_OTHER_LAYOUT = re.compile(r"no such (?:column|table)|has no column|(?:column|relation|table) .*does not exist")


class Database:
    """An open database. ``name`` is its address without the password.

    Its tables are made where there are none; without ``metadata`` it must be there. It must have the layout of this
    code (``layout``), unless any will do.
    """

    def __init__(self, address: str, metadata: MetaData | None, *, any_layout: bool = False) -> None:
        self.name = _safe_name(address)
        self._engine = self._open(address, is_new=metadata is not None)
        try:
            found = self._prepare(metadata)
            if not any_layout:
                check_layout(self.name, found)
        except PipelineError:
            self._engine.dispose()
            raise

    def _prepare(self, metadata: MetaData | None) -> str | None:
        """The number of the layout; a new store gets its tables."""
        with self.reading("opened") as connection:
            found = find_layout(connection)
        if found is not None or metadata is None:
            return found
        with self.writing("opened") as connection:
            if find_layout(connection) is None:  # else another process was quicker
                make_tables(connection, metadata)
            return find_layout(connection)

    @contextmanager
    def writing(self, what: str = "written", *, is_bound: bool = True) -> Iterator[Connection]:
        """A transaction that writes; no other process writes until it ends, and only what migrates is broken by Ctrl-C.

        Unless rows are bound to those that they refer to, SQLite's tables can be dropped and made anew.
        """
        options = {"writes": True, "is_bound": is_bound}
        # A migration takes long and can be taken back as a whole.
        whole = nullcontext() if what == "migrated" else unbroken()
        with whole, self.guarding(what), self._engine.execution_options(**options).begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
            yield connection

    @contextmanager
    def reading(self, what: str = "read") -> Iterator[Connection]:
        """A connection to read from."""
        with self.guarding(what), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def guarding(self, what: str) -> Iterator[None]:
        """Errors of the database are told as ``PipelineError``: what could not be done, and what to do."""
        try:
            yield
        except SQLAlchemyError as error:
            raise self._failed(what, error) from error

    @property
    def engine(self) -> Engine:
        """For libraries that keep tables of their own in the store."""
        return self._engine

    def close(self) -> None:
        """Give up the connections."""
        self._engine.dispose()

    def _failed(self, what: str, error: SQLAlchemyError) -> PipelineError:
        if what == "migrated":
            return PipelineError(f"{self.name}: the store cannot be migrated ({_cause(error)}); it is as it was")
        if _OTHER_LAYOUT.search(_cause(error)):
            return PipelineError(
                f"{self.name}: this store was made by another version of Kaijuan ({_cause(error)}); "
                "set a new DATABASE_URL and fill it from the archive: scrapy replay var/warc"
            )
        return PipelineError(
            f"{self.name}: the store cannot be {what} ({_cause(error)}); "
            "check the place and its rights, or set another with -s DATABASE_URL=…"
        )

    def _open(self, address: str, is_new: bool) -> Engine:
        try:
            url = read_address(address)
            if url.get_backend_name() == "sqlite" and url.database and url.database != ":memory:":
                if not is_new and not Path(url.database).exists():
                    raise PipelineError(f"{self.name}: there is no store; crawl or replay first, or set DATABASE_URL")
                Path(url.database).parent.mkdir(parents=True, exist_ok=True)
            return _make_engine(url)
        except ArgumentError as error:
            scheme = address.split(":")[0]
            raise PipelineError(
                f"DATABASE_URL is not a database's address ({scheme}…); write it like {_EXAMPLES}"
            ) from error
        except (ModuleNotFoundError, NoSuchModuleError) as error:
            if getattr(error, "name", None) == "pg8000":
                raise PipelineError(f"{self.name}: PostgreSQL needs its driver: pip install '.[postgres]'") from error
            raise PipelineError(
                f"{self.name}: no driver for this database is installed ({error}); write it like {_EXAMPLES}"
            ) from error
        except OSError as error:
            raise PipelineError(
                f"{self.name}: its folder cannot be made ({error.strerror}); set another DATABASE_URL"
            ) from error


def read_address(address: str) -> URL:
    """An address as SQLAlchemy takes it; ``postgres://`` and ``postgresql://`` get the driver that we bring."""
    url = make_url(address)
    return url.set(drivername=_POSTGRESQL) if url.drivername in ("postgres", "postgresql") else url


def _safe_name(address: str) -> str:
    try:
        url = make_url(address)
        hidden = [name for name in url.query if "pass" in name.lower()]
        return url.difference_update_query(hidden).render_as_string(hide_password=True)
    except ArgumentError:
        return "DATABASE_URL"


def _cause(error: SQLAlchemyError) -> str:
    """What the database said, in one line; pg8000 gives the server's answer as a mapping, its text under ``M``."""
    original = getattr(error, "orig", None) or error
    said = original.args[0] if original.args else original
    words = said.get("M", said) if isinstance(said, dict) else original
    return str(words).strip().splitlines()[0]


def _write_json(value: Any) -> str:
    """Chinese as itself: escaped it would be twice as long."""
    return json.dumps(value, ensure_ascii=False)


def _make_engine(url: URL) -> Engine:
    if url.get_backend_name() == "sqlite":
        engine = create_engine(url, json_serializer=_write_json)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    engine = create_engine(url, json_serializer=_write_json, pool_pre_ping=True, insertmanyvalues_page_size=500)
    # Many rows in one statement: the driver would send them one by one and wait for each.
    engine.dialect.use_insertmanyvalues_wo_returning = True
    return engine


def _prepare_sqlite(connection: Any, _: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # transactions begin where _begin_sqlite begins them
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={_LONGEST_WAIT}")
    _turn_to_wal(cursor)
    cursor.execute("PRAGMA synchronous=NORMAL")  # the archive is the durable copy: the store is remade from it
    cursor.execute("PRAGMA cache_size=-65536")  # KiB: the upper pages of a million signatures
    cursor.close()


def _turn_to_wal(cursor: sqlite3.Cursor) -> None:
    # SQLite refuses this at once, whatever the busy timeout, where another process has just begun to do the same:
    # two that held a lock for reading would wait for each other.
    patience = time.monotonic() + _LONGEST_WAIT / 1000
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > patience:
                raise
        time.sleep(random.uniform(0.001, 0.02))


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that reads first and writes then is refused when another wrote between: take the lock at once.
    options = connection.get_execution_options()
    connection.exec_driver_sql(f"PRAGMA foreign_keys={'ON' if options.get('is_bound', True) else 'OFF'}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("writes") else "BEGIN")
