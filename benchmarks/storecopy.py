"""Copies of a store's rows, made by the database itself: another name, address, record and text in each.

A copy of a row is as long as its original and lies elsewhere in every index. What is counted over many reports
(``totals``) and the list of findings are made anew from the copies, as the store makes them.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    Connection,
    Engine,
    Index,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    event,
    func,
    insert,
    inspect,
    select,
    text,
)
from sqlalchemy import cast as as_type
from sqlalchemy.schema import CreateIndex, DropIndex
from sqlalchemy.sql import ColumnElement, Insert

from benchmarks.storedata import MARK, PROVINCE
from pipelines.store import settling  # noqa: F401 (brings every table)
from pipelines.store.comparable import figures, totals
from pipelines.store.database import read_address
from pipelines.store.listing import list_findings, listed_findings
from pipelines.store.searching import searchable
from pipelines.store.tables import metadata, unsettled
from pipelines.store.totals import settle_totals

_CODES = ((11, 16), (21, 24), (31, 38), (41, 47), (50, 55), (61, 66))  # of provinces, from … up to …
PROVINCES = tuple(str(code) for first, end in _CODES for code in range(first, end))
_NUMBERS = {"text_id", "other_id", "key", "capture"}  # made from a text or a record
_NOT_COPIED = (unsettled, totals, listed_findings, searchable)


def open_for_bulk(address: str) -> Engine:
    """An engine that checks no references, and on SQLite neither waits for the disk nor can take back: for one run."""
    engine = create_engine(read_address(address))
    sqlite = ("foreign_keys=OFF", "synchronous=OFF", "journal_mode=OFF", "cache_size=-1000000", "temp_store=MEMORY")
    words = [f"PRAGMA {word}" for word in sqlite]
    if engine.dialect.name == "postgresql":
        words = ["SET session_replication_role = replica", "SET maintenance_work_mem = '512MB'"]

    @event.listens_for(engine, "connect")
    def prepare(connection, _):  # type: ignore[no-untyped-def]
        cursor = connection.cursor()
        for word in words:
            cursor.execute(word)
        cursor.close()

    return engine


def copy_seeds(connection: Connection, copies: int) -> Iterator[int]:
    """Copy the rows of all seeds so many times; yields after each copy, the store is whole after the last.

    Indexes beside the keys are made when all rows are there, which takes a third of the time.
    """
    tables = [table for table in metadata.sorted_tables if table not in _NOT_COPIED]
    indexes = [index for table in tables for index in table.indexes if _is_there(connection, index)]
    queries = [_Copying(connection, table) for table in tables]
    for index in indexes:
        connection.execute(DropIndex(index))
    for copy in range(1, copies + 1):
        for query in queries:
            connection.execute(query.make(copy))
        connection.commit()
        yield copy
    for table in tables:
        connection.execute(text(f'DROP TABLE "seed_{table.name}"'))
    for index in indexes:
        connection.execute(CreateIndex(index))
        connection.commit()
    _make_anew(connection)
    connection.execute(text("ANALYZE"))
    connection.commit()


def _is_there(connection: Connection, index: Index) -> bool:
    """Whether this database has an index; some are of one kind of database alone."""
    assert index.table is not None
    return any(known["name"] == index.name for known in inspect(connection).get_indexes(index.table.name))


def _make_anew(connection: Connection) -> None:
    list_findings(connection)
    groups = connection.execute(select(figures.c.level, figures.c.province).distinct()).all()
    settle_totals(connection, sorted(f"{row.level}/{row.province}" for row in groups))
    connection.commit()


class _Copying:
    """How the rows of a table are copied; the seeds are kept in a table of their own."""

    def __init__(self, connection: Connection, table: Table) -> None:
        connection.execute(text(f'CREATE TABLE "seed_{table.name}" AS SELECT * FROM "{table.name}"'))
        self._table = table
        self._seeds = table.to_metadata(MetaData(), name=f"seed_{table.name}")
        self._is_typed = connection.dialect.name == "postgresql"
        self._marked = {column.name for column in self._seeds.c if _has_mark(connection, column)}

    def make(self, copy: int) -> Insert:
        """The statement that makes one copy."""
        values = [self._value(column, copy) for column in self._seeds.c]
        return insert(self._table).from_select([column.name for column in self._table.c], select(*values))

    def _value(self, column: Column[Any], copy: int) -> ColumnElement[Any]:
        if column.name in _NUMBERS or (self._table.name == "texts" and column.name == "id"):
            return column + copy
        if column.name in ("region", "province"):
            return func.replace(column, PROVINCE, PROVINCES[copy % len(PROVINCES)])
        if column.name not in self._marked:
            return column
        replaced = func.replace(as_type(column, Text), MARK, f"k{copy:06}")
        # SQLite would make a number of what is cast to JSON.
        return as_type(replaced, JSON) if isinstance(column.type, JSON) and self._is_typed else replaced


def _has_mark(connection: Connection, column: Column[Any]) -> bool:
    """Whether the mark of the seeds stands in any row of a column."""
    if not isinstance(column.type, String | JSON):
        return False
    query = select(column).where(as_type(column, Text).contains(MARK)).limit(1)
    return connection.execute(query).first() is not None
