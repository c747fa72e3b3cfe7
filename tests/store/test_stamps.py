"""Stamps: the same as long as nothing is written, and never the same afterwards."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from time import sleep

import pytest

from pipelines.store.database import Database
from pipelines.store.stamps import find_stamp
from pipelines.store.tables import metadata

_UNTIL_SURE = 0.15  # seconds


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """A connection that keeps the log of a store alive: what it commits stays in there."""
    Database(f"sqlite:///{tmp_path / 'kaijuan.db'}", metadata).close()
    connection = sqlite3.connect(tmp_path / "kaijuan.db")
    connection.execute("pragma wal_autocheckpoint = 0")
    yield connection
    connection.close()


def write(connection: sqlite3.Connection, key: str) -> None:
    connection.execute("insert into unsettled (kind, key) values ('url', ?)", (key,))
    connection.commit()


def read_stamp(path: Path) -> str | None:
    sleep(_UNTIL_SURE)
    database = Database(f"sqlite:///{path}", None)
    with database.reading() as connection:
        stamp = find_stamp(connection)
    database.close()
    return stamp


@pytest.mark.parametrize("name", ["kaijuan.db", "linked.db", "folder/kaijuan.db"])
def test_a_commit_changes_the_stamp_of_a_store_by_whatever_name_it_is_opened(
    writer: sqlite3.Connection, tmp_path: Path, name: str
) -> None:
    (tmp_path / "linked.db").symlink_to(tmp_path / "kaijuan.db")
    (tmp_path / "folder").symlink_to(tmp_path)
    write(writer, "a")
    before = read_stamp(tmp_path / name)
    assert before == read_stamp(tmp_path / name) is not None
    write(writer, "b")
    assert read_stamp(tmp_path / name) not in (before, None)


def test_a_store_whose_file_is_gone_has_no_stamp(tmp_path: Path) -> None:
    path = tmp_path / "kaijuan.db"
    database = Database(f"sqlite:///{path}", metadata)
    with database.reading() as connection:
        path.unlink()
        sleep(_UNTIL_SURE)
        assert find_stamp(connection) is None
    database.close()
