"""Layouts of stores: made at once and made by migrations they are the same; brought up and back nothing is lost."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from benchmarks import cluster
from pipelines.errors import PipelineError
from pipelines.store import Store, layout
from pipelines.store.database import Database, read_address
from pipelines.store.description import describe_tables
from pipelines.store.migrating import find_differences, migrating_connection
from pipelines.store.reading import Reading
from tests.store.making import fill_store
from tests.store.migrating import bring_to, make_empty, read_everything
from tests.store.test_settling import make_world

FIRST, NEWEST = layout.list_layouts()[0], layout.newest_layout()


@pytest.fixture(scope="module")
def server() -> Iterator[str | None]:
    if cluster.find_reason_against() is not None:
        yield None
        return
    with cluster.running() as address:
        yield address


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, server: str | None, tmp_path: Path) -> str:
    """An address of an empty database."""
    if request.param == "postgresql" and server is None:
        pytest.skip(str(cluster.find_reason_against()))
    found = f"sqlite:///{tmp_path / 'kaijuan.db'}" if request.param == "sqlite" else str(server)
    make_empty(found)
    return found


def describe(address: str) -> object:
    engine = create_engine(read_address(address))
    with engine.connect() as connection:
        found = describe_tables(connection)
    engine.dispose()
    return found


def execute(address: str, *statements: str) -> None:
    engine = create_engine(read_address(address))
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def test_tables_of_a_new_store_are_those_that_the_migrations_make(address: str) -> None:
    bring_to(address, NEWEST)
    migrated = describe(address)
    make_empty(address)
    Store(address).close()
    assert describe(address) == migrated


def test_migrations_leave_nothing_of_the_code_undone(address: str) -> None:
    bring_to(address, NEWEST)
    with migrating_connection(address) as connection:
        assert find_differences(connection) == []
        connection.execute(text("DROP INDEX documents_by_url"))
        assert len(find_differences(connection)) == 1


def test_numbers_of_the_migrations_count_up_and_each_follows_the_one_before() -> None:
    numbers = layout.list_layouts()
    assert numbers == tuple(f"{number:04}" for number in range(1, len(numbers) + 1))
    for before, path in zip(("None", *map(repr, numbers)), sorted(step_files()), strict=False):
        assert f"down_revision = {before}".replace("'", '"') in path.read_text(encoding="utf-8")


def step_files() -> list[Path]:
    return list((layout.MIGRATIONS / "versions").glob("[0-9]*_*.py"))


def test_new_store_has_the_newest_number(address: str) -> None:
    Store(address).close()
    assert read_everything(address)[layout.version.name] == [(NEWEST,)]


def test_full_store_goes_back_and_comes_up_again_as_it_was(address: str) -> None:
    fill_store(address, make_world())
    before = read_everything(address)
    bring_to(address, FIRST)
    older = read_everything(address)
    assert {name: older[name] for name in older if name != layout.version.name} == {
        name: before[name] for name in older if name != layout.version.name
    }
    bring_to(address, NEWEST)
    assert read_everything(address) == before
    Store(address).close()


def test_store_that_was_made_before_numbers_gets_one_if_its_tables_are_the_first(address: str) -> None:
    bring_to(address, FIRST)
    execute(address, f"DROP TABLE {layout.version.name}")
    with pytest.raises(PipelineError, match="before layouts were numbered; scrapy store upgrade"):
        Store(address)
    bring_to(address, NEWEST)
    Store(address).close()


def test_store_of_other_tables_gets_no_number(address: str) -> None:
    bring_to(address, FIRST)
    execute(address, f"DROP TABLE {layout.version.name}", "ALTER TABLE reports ADD COLUMN odd INTEGER")
    with pytest.raises(PipelineError, match=r"of its tables reports are others than then; .*scrapy replay"):
        bring_to(address, NEWEST)
    assert layout.version.name not in read_everything(address)


def test_store_of_another_layout_is_neither_written_nor_read(address: str) -> None:
    Store(address).close()
    for number, said in (("0000", "of a newer Kaijuan"), ("9999", "of a newer Kaijuan")):
        execute(address, f"UPDATE {layout.version.name} SET version_num = '{number}'")
        for opened in (Store, Reading):
            with pytest.raises(PipelineError, match=said):
                opened(address)


def test_empty_database_is_told_from_an_old_store(address: str) -> None:
    with pytest.raises(PipelineError, match="there is no store in this database; crawl or replay first"):
        Database(address, None)
