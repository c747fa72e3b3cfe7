"""The layout of a store: which tables it has, known by the number of the last migration that it has seen.

The number stands in the store, in ``alembic_version``, where Alembic keeps it. It is read and compared here without
Alembic, which every crawl would else import to find that nothing is to be done (``pipelines.store.migrating`` does it).
A new store gets all tables at once and the newest number.
"""

from functools import lru_cache
from pathlib import Path

from sqlalchemy import (
    Column,
    Connection,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    delete,
    insert,
    inspect,
    select,
)

from pipelines.errors import PipelineError

MIGRATIONS = Path(__file__).with_name("migrations")
UNNUMBERED = ""  # the number of a store that was made before there were numbers

# As Alembic makes it; apart from the tables of ours, which are compared and copied as a whole.
version = Table(
    "alembic_version",
    MetaData(),
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)
_SIGN = "documents"  # the table by which a store is known


@lru_cache(maxsize=1)
def list_layouts() -> tuple[str, ...]:
    """The numbers of all migrations, oldest first: each is in the name of its file, ``0001_baseline.py``."""
    return tuple(sorted(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*_*.py")))


def newest_layout() -> str:
    """The layout that this code reads and writes."""
    return list_layouts()[-1]


def find_layout(connection: Connection) -> str | None:
    """The number of a store, ``UNNUMBERED`` where it has none; ``None`` where there is no store."""
    names = inspect(connection).get_table_names()
    if _SIGN not in names:
        return None
    number = connection.scalar(select(version.c.version_num)) if version.name in names else None
    return number or UNNUMBERED


def make_tables(connection: Connection, metadata: MetaData) -> None:
    """Make all tables of a new store, and give it the newest number."""
    metadata.create_all(connection)
    write_layout(connection, newest_layout())


def write_layout(connection: Connection, number: str) -> None:
    """Give a store a number."""
    version.create(connection, checkfirst=True)
    connection.execute(delete(version))
    connection.execute(insert(version).values(version_num=number))


def check_layout(name: str, found: str | None) -> None:
    """Raise ``PipelineError``, one line that says what to run, unless a store has the newest layout."""
    newest = newest_layout()
    if found == newest:
        return
    if found is None:
        raise PipelineError(f"{name}: there is no store in this database; crawl or replay first, or set DATABASE_URL")
    if found == UNNUMBERED:
        raise PipelineError(
            f"{name}: this store was made before layouts were numbered; scrapy store upgrade looks at its tables and "
            "brings it up to date"
        )
    if found not in list_layouts():
        raise PipelineError(
            f"{name}: this store has the layout {found} of a newer Kaijuan, and this one knows {newest} at most; "
            "use the newer one, or set another DATABASE_URL and fill it: scrapy replay var/warc"
        )
    raise PipelineError(
        f"{name}: this store has the layout {found}, and this Kaijuan needs {newest}; "
        "run scrapy store upgrade (it makes a backup first)"
    )
