"""Migrating: a store is brought from one layout to another, in one transaction: all of it, or nothing.

``scrapy store upgrade`` comes here; nothing that crawls, replays or shows does, for Alembic takes a third of a second
to import (``pipelines.store.layout`` compares numbers without it).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, create_engine, text

from pipelines.errors import PipelineError
from pipelines.store import layout
from pipelines.store.database import Database
from pipelines.store.description import Facts, describe_tables
from pipelines.store.tables import metadata

Tell = Callable[[str, str], None]  # the number of a step that was made or taken back, and what it does
_SCRATCH = "kaijuan_scratch"  # a schema of PostgreSQL that is never seen by others


@contextmanager
def migrating_connection(address: str) -> Iterator[Connection]:
    """A transaction in which tables may be made anew; nobody else writes. Raises ``PipelineError``."""
    database = Database(address, None, any_layout=True)
    try:
        with database.writing("migrated", is_bound=False) as connection:
            yield connection
            _check_references(connection)
    except PipelineError as error:
        raise error if str(error).startswith(database.name) else PipelineError(f"{database.name}: {error}") from error
    finally:
        database.close()


def migrate(connection: Connection, target: str, tell: Tell | None = None) -> None:
    """Bring a store to a layout; an empty database gets all tables. Raises ``PipelineError`` of an unknown layout."""
    found = layout.find_layout(connection)
    if found == layout.UNNUMBERED:
        found = _number(connection)
    order = layout.list_layouts()
    for number in (target, found or target):
        if number not in order:
            raise PipelineError(f"the layout {number} is not known here; known are {', '.join(order)}")
    is_up = found is None or order.index(found) <= order.index(target)
    (command.upgrade if is_up else command.downgrade)(_configure(connection, tell), target)


def find_differences(connection: Connection) -> list[Any]:
    """What Alembic finds to differ between the tables of a store and those of the code; nothing where all is well."""
    context = MigrationContext.configure(connection, opts={"include_object": is_ours, "compare_server_default": True})
    return list(compare_metadata(context, metadata))


def is_ours(thing: object, name: str | None, kind: str, reflected: bool, compared: object) -> bool:
    """Whether what is compared is ours: a database may hold other tables, and has its own kind of index of texts."""
    return not (kind == "table" and reflected and compared is None)


def _configure(connection: Connection, tell: Tell | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(layout.MIGRATIONS).replace("%", "%%"))
    config.attributes.update(connection=connection, tell=_make_listener(tell) if tell else None)
    return config


def _make_listener(tell: Tell) -> Callable[..., None]:
    def listen(*, step: Any, **_: Any) -> None:
        script = step.up_revision
        tell(script.revision, script.doc.rstrip("."))

    return listen


def _number(connection: Connection) -> str:
    """The number of a store that has none: that of the first layout, if its tables are those."""
    first = layout.list_layouts()[0]
    wanted = _describe_first(connection, first)
    found = describe_tables(connection, wanted)
    differing = [name for name, facts in wanted.items() if found.get(name) != facts]
    if differing:
        raise PipelineError(
            f"this store was made before layouts were numbered, and of its tables {', '.join(differing)} "
            "are others than then; set a new DATABASE_URL and fill it from the archive: scrapy replay var/warc"
        )
    layout.write_layout(connection, first)
    return first


def _describe_first(connection: Connection, first: str) -> dict[str, Facts]:
    """The tables of the first layout, made where nobody sees them, in a database of the same kind."""
    if connection.dialect.name == "sqlite":
        engine = create_engine("sqlite://")
        with engine.connect() as scratch:
            return _make_and_describe(scratch, first)
    with connection.begin_nested() as within:
        connection.execute(text(f"CREATE SCHEMA {_SCRATCH}"))
        connection.execute(text(f"SET LOCAL search_path TO {_SCRATCH}"))
        found = _make_and_describe(connection, first)
        within.rollback()
        return found


def _make_and_describe(scratch: Connection, number: str) -> dict[str, Facts]:
    command.upgrade(_configure(scratch, None), number)
    return {name: facts for name, facts in describe_tables(scratch).items() if name != layout.version.name}


def _check_references(connection: Connection) -> None:
    """SQLite does not watch references while tables are made anew."""
    if connection.dialect.name != "sqlite":
        return
    lost = connection.execute(text("PRAGMA foreign_key_check")).first()
    if lost is not None:
        raise PipelineError(f"rows of {lost[0]} would hang on nothing in {lost[2]}; nothing was changed")
