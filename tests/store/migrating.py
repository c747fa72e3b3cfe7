"""Stores for tests of migrations: empty databases, and everything that a database holds."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import MetaData, create_engine, inspect, text

from pipelines.store.database import read_address
from pipelines.store.migrating import migrate, migrating_connection
from pipelines.store.searching import NAME

Tables = dict[str, list[tuple[object, ...]]]


def make_empty(address: str) -> None:
    """An empty database of that address: nothing of an earlier test is in it."""
    url = read_address(address)
    if url.get_backend_name() == "sqlite":
        Path(url.database or "").unlink(missing_ok=True)
        Path(url.database or "").touch()
        return
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()


def bring_to(address: str, layout: str) -> list[str]:
    """Migrate; gives the numbers of the steps that were made."""
    made: list[str] = []
    with migrating_connection(address) as connection:
        migrate(connection, layout, lambda number, title: made.append(number))
    return made


@contextmanager
def raw_connection(address: str) -> Iterator[object]:
    """A connection past our own code, that commits."""
    engine = create_engine(read_address(address))
    with engine.begin() as connection:
        yield connection
    engine.dispose()


def read_everything(address: str) -> Tables:
    """All rows of all tables that there are, whatever the code knows of them, sorted."""
    engine = create_engine(read_address(address))
    with engine.connect() as connection:
        names = [name for name in inspect(connection).get_table_names() if not name.startswith(NAME)]
        found = MetaData()
        found.reflect(connection, only=names)
        rows = {name: connection.execute(found.tables[name].select()).all() for name in sorted(names)}
    engine.dispose()
    return {name: sorted(map(tuple, some), key=repr) for name, some in rows.items()}
