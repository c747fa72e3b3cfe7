"""What Alembic runs to open a store: the connection it was given, or the address in ``alembic -x database=ADDRESS``."""

from typing import Any

from alembic import context
from sqlalchemy import Connection

from pipelines.errors import PipelineError
from pipelines.store.migrating import is_ours, migrating_connection
from pipelines.store.tables import metadata


def _run() -> None:
    given = context.config.attributes
    if "connection" in given:
        _migrate(given["connection"], given.get("tell"))
        return
    address = context.get_x_argument(as_dictionary=True).get("database")
    if not isinstance(address, str):
        raise PipelineError("name the store: alembic -x database=sqlite:////tmp/kaijuan.db …")
    with migrating_connection(address) as connection:
        _migrate(connection, None)


def _migrate(connection: Connection, tell: Any) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=True,  # SQLite changes little of a table; the rest is made by making it anew
        transactional_ddl=True,  # the engine begins SQLite's transactions itself (pipelines.store.database)
        include_object=is_ours,
        on_version_apply=tell,
    )
    with context.begin_transaction():
        context.run_migrations()


_run()
