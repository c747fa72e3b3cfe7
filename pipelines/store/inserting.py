"""Inserting many rows at once, past what SQLAlchemy does for each of their values.

SQLite takes tuples; PostgreSQL takes all rows as one JSON text and makes rows of it itself, so that no driver has to
wrap two hundred cells a report one by one. What is written is the same as with SQLAlchemy's own ``insert``.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any

import msgspec
from sqlalchemy import JSON, Column, Connection, LargeBinary, Table, text
from sqlalchemy.engine import Dialect

Row = Mapping[str, Any]
Bind = Callable[[Any], Any] | None
_END = " ON CONFLICT DO NOTHING"


def insert_rows(connection: Connection, table: Table, rows: Sequence[Row], only_missing: bool = False) -> None:
    """Insert rows, each with a value for every column; ``only_missing`` leaves out those whose keys are there."""
    if not rows:
        return
    columns = [(column.name, bind) for column, bind in _find_binds(table, connection.dialect)]
    if connection.dialect.name == "postgresql":
        written = msgspec.json.encode([_make_object(row, columns) for row in rows]).decode()
        connection.execute(text(_write_recordset(table, connection.dialect, only_missing)), {"rows": written})
        return
    values = [map(itemgetter(name), rows) for name, _ in columns]
    bound = [some if bind is None else map(bind, some) for some, (_, bind) in zip(values, columns, strict=True)]
    connection.exec_driver_sql(_write_tuples(table, connection.dialect, only_missing), list(zip(*bound, strict=True)))


def clean_texts(value: Any) -> Any:
    """The same value with ``?`` for what is no character and without NUL: as every database takes it."""
    if isinstance(value, str):
        return value.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, dict):
        return {key: clean_texts(item) for key, item in value.items()}
    if isinstance(value, list):
        return [clean_texts(item) for item in value]
    return value


def _make_object(row: Row, columns: Sequence[tuple[str, Bind]]) -> dict[str, Any]:
    return {name: row[name] if bind is None else bind(row[name]) for name, bind in columns}


@lru_cache(maxsize=64)
def _find_binds(table: Table, dialect: Dialect) -> list[tuple[Column[Any], Bind]]:
    """What has to be done to the values of each column; in JSON only to bytes, the rest is what it is."""
    if dialect.name == "postgresql":
        return [(column, _write_bytes if isinstance(column.type, LargeBinary) else None) for column in table.c]
    return [(column, column.type.dialect_impl(dialect).bind_processor(dialect)) for column in table.c]


def _write_bytes(value: bytes | None) -> str | None:
    """As PostgreSQL reads ``bytea``."""
    return None if value is None else f"\\x{value.hex()}"


@lru_cache(maxsize=64)
def _write_tuples(table: Table, dialect: Dialect, only_missing: bool) -> str:
    quote = dialect.identifier_preparer
    names = ", ".join(quote.format_column(column) for column in table.c)
    values = f"VALUES ({', '.join('?' * len(table.c))}){_END * only_missing}"
    return f"INSERT INTO {quote.format_table(table)} ({names}) {values}"


@lru_cache(maxsize=64)
def _write_recordset(table: Table, dialect: Dialect, only_missing: bool) -> str:
    quote = dialect.identifier_preparer
    names = [quote.format_column(column) for column in table.c]
    types = [column.type.compile(dialect) for column in table.c]
    values = [_select_value(column, name) for column, name in zip(table.c, names, strict=True)]
    typed = ", ".join(map(" ".join, zip(names, types, strict=True)))
    found = f"SELECT {', '.join(values)} FROM json_to_recordset(CAST(:rows AS json)) AS given ({typed})"
    return f"INSERT INTO {quote.format_table(table)} ({', '.join(names)}) {found}{_END * only_missing}"


def _select_value(column: Column[Any], name: str) -> str:
    """A column of the set; where ``None`` is JSON's ``null`` and no missing value, as that."""
    is_json = isinstance(column.type, JSON) and not column.type.none_as_null
    return f"coalesce({name}, 'null')" if is_json else name
