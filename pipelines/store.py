"""The store: documents and reports as rows, by SQLAlchemy over SQLite or PostgreSQL.

Writing is idempotent: the same capture refined twice by the same steps changes nothing; refined by better steps, it
replaces what was there.
"""

import hashlib
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, delete, event, insert, make_url, select
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

from pipelines.errors import PipelineError
from pipelines.feeds import Line, Refined, write_line
from pipelines.tables import PARTS, documents, metadata


class Store:
    """An open store. Raises ``PipelineError``, one line, when the database cannot be reached or written."""

    def __init__(self, database_url: str) -> None:
        self.url = _safe_name(database_url)
        self._engine = _open_engine(database_url, self.url)
        try:
            metadata.create_all(self._engine)
        except SQLAlchemyError as error:
            raise self._failed("opened", error) from error

    def write(self, lines: Refined) -> None:
        """Put one capture's lines in, in one transaction."""
        try:
            with self._engine.begin() as connection:
                _replace(connection, lines)
        except SQLAlchemyError as error:
            raise self._failed("written", error) from error

    def close(self) -> None:
        """Give up the connections."""
        self._engine.dispose()

    def _failed(self, what: str, error: SQLAlchemyError) -> PipelineError:
        cause = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        return PipelineError(
            f"{self.url}: the store cannot be {what} ({cause}); "
            "check the place and its rights, or set another with -s DATABASE_URL=…"
        )


def _safe_name(database_url: str) -> str:
    try:
        return make_url(database_url).render_as_string(hide_password=True)
    except ArgumentError:
        return "DATABASE_URL"


def _open_engine(database_url: str, name: str) -> Engine:
    try:
        url = make_url(database_url)
        if url.get_backend_name() == "sqlite" and url.database and url.database != ":memory:":
            Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(url)
    except ArgumentError as error:
        raise PipelineError(
            f"DATABASE_URL is not a database's address ({database_url.split(':')[0]}…); "
            "write it like sqlite:///var/kaijuan.db or postgresql+psycopg://user@host/name"
        ) from error
    except (ModuleNotFoundError, NoSuchModuleError) as error:
        raise PipelineError(f"{name}: no driver for this database is installed ({error})") from error
    except OSError as error:
        raise PipelineError(
            f"{name}: its folder cannot be made ({error.strerror}); set another DATABASE_URL"
        ) from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")  # the archive is the durable copy: the store is remade from it
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA busy_timeout=60000")
    cursor.close()


def _replace(connection: Connection, lines: Refined) -> None:
    row = _document_row(lines)
    key = row["record_id"]
    if connection.scalar(select(documents.c.fingerprint).where(documents.c.record_id == key)) == row["fingerprint"]:
        return
    for table in PARTS.values():
        connection.execute(delete(table).where(table.c.record_id == key))
    connection.execute(delete(documents).where(documents.c.record_id == key))
    connection.execute(insert(documents), [row])
    for name, table in PARTS.items():
        parts = (lines.report or {}).get(name) or []
        if parts:
            connection.execute(insert(table), [{"record_id": key, "place": i, **part} for i, part in enumerate(parts)])


def _document_row(lines: Refined) -> Line:
    line, report = lines.document, lines.report
    written = write_line(line) + (write_line(report) if report else "")
    return {
        **line,
        "record_id": line["record_id"] or f"{line['warc']}:{line['offset']}",
        "form_expected": report["form_expected"] if report else None,
        "fingerprint": hashlib.sha256(written.encode("utf-8", "replace")).hexdigest(),
    }
