"""Which kinds of findings a store lists, of all that there are."""

from pathlib import Path


def find_missing_kinds(store: Path) -> tuple[tuple[str, ...], int]:
    """The kinds that no finding of the SQLite store is of, and how many kinds there are.

    Raises ``PipelineError`` where the store cannot be read. The tables are imported here: what serves the portals has
    no need of them.
    """
    from sqlalchemy import select

    from pipelines.store.database import Database
    from pipelines.store.listing import KINDS, listed_findings

    database = Database(f"sqlite:///{store}", None)
    try:
        with database.reading() as connection:
            found = set(connection.scalars(select(listed_findings.c.id).distinct()))
    finally:
        database.close()
    return tuple(kind for kind in KINDS if kind not in found), len(KINDS)
