"""Databases to test on: SQLite, and a PostgreSQL server that is begun for the file, where there is one."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks import cluster


@pytest.fixture(scope="module")
def server() -> Iterator[str | None]:
    """The server's address; ``None`` where PostgreSQL is not installed."""
    if cluster.find_reason_against() is not None:
        yield None
        return
    with cluster.running() as address:
        yield address


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, server: str | None, tmp_path: Path) -> str:
    """A database of each kind, as the test before left it."""
    if request.param == "postgresql" and server is None:
        pytest.skip(str(cluster.find_reason_against()))
    return f"sqlite:///{tmp_path / 'kaijuan.db'}" if request.param == "sqlite" else str(server)
