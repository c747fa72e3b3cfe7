"""The same store in a real PostgreSQL: the same rows, the same law, two writers at once."""

import multiprocessing
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from benchmarks import cluster
from crawler.watching.answers import FileAnswers
from crawler.watching.stored import StoreCounts
from pipelines.errors import PipelineError
from pipelines.store import Store
from pipelines.store.database import Database, read_address
from pipelines.store.tables import metadata
from tests.store.making import Made, fill_store, gone, read_tables, write_prose
from tests.store.test_settling import make_world
from web.queries.trends import Subject, find_agencies, read_peers, read_places, read_series

pytestmark = pytest.mark.skipif(cluster.find_reason_against() is not None, reason=str(cluster.find_reason_against()))

Tables = dict[str, list[tuple[object, ...]]]


@pytest.fixture
def address(server: str) -> str:
    """An address of an empty database."""
    engine = create_engine(read_address(server))
    metadata.drop_all(engine)
    engine.dispose()
    return server


def read_rows_of(address: str) -> Tables:
    """Every table's rows, sorted; numbers as SQLite gives them."""
    engine = create_engine(read_address(address))
    try:
        with engine.connect() as connection:
            return {
                table.name: sorted((tuple(row) for row in connection.execute(table.select())), key=repr)
                for table in metadata.sorted_tables
            }
    finally:
        engine.dispose()


def read_sqlite(path: Path) -> Tables:
    return read_rows_of(f"sqlite:///{path}")


def read_trends(address: str) -> list[object]:
    """What the pages on trends ask, of one agency and of sets that are read in different ways."""
    agency = "第1市应急管理局"
    database = Database(address, None)
    try:
        with database.reading() as connection:
            subjects = (Subject((agency,)), Subject(), Subject(place="99"), Subject(place="9901", level="municipal"))
            found: list[object] = [read_series(connection, subject) for subject in subjects]
            peers, names = read_peers(connection, agency, 2022), find_agencies(connection, "应急", Subject())
            others = {} if peers is None else {name: sorted(values) for name, values in peers.others.items()}
            return [*found, peers and peers.own, others, sorted(names), read_places(connection, "99")]
    finally:
        database.close()


def test_counts_for_watching_are_those_of_sqlite(address: str, tmp_path: Path) -> None:
    counted = []
    for each in (address, f"sqlite:///{tmp_path / 'same.db'}"):
        fill_store(each, make_world())
        database = Database(each, None)
        try:
            counts = StoreCounts(database)
            files = [FileAnswers(tmp_path / "none.cdxj", "none.warc.gz", {200: 0, 404: 3})]
            found, lag = counts.read(), counts.find_lag(files)
        finally:
            database.close()
        assert found.size > 8192
        counted.append((found.reports, dict(found.documents), dict(found.rejected), lag))
    assert counted[0] == counted[1]
    assert counted[0][0] > 0


def test_trends_are_those_of_sqlite(address: str, tmp_path: Path) -> None:
    fill_store(address, make_world())
    fill_store(f"sqlite:///{tmp_path / 'same.db'}", make_world())
    found = read_trends(address)
    assert found == read_trends(f"sqlite:///{tmp_path / 'same.db'}")
    assert all(found[:2])


def test_the_rows_are_those_of_sqlite(address: str, tmp_path: Path) -> None:
    fill_store(address, make_world())
    fill_store(f"sqlite:///{tmp_path / 'same.db'}", make_world())
    assert read_rows_of(address) == read_sqlite(tmp_path / "same.db")


def test_two_processes_that_write_at_once_lose_nothing(address: str, tmp_path: Path) -> None:
    write_at_once(address)
    fill_store(f"sqlite:///{tmp_path / 'alone.db'}", make_world())
    assert read_rows_of(address) == read_sqlite(tmp_path / "alone.db")


def test_two_processes_that_write_at_once_lose_nothing_in_sqlite_either(tmp_path: Path) -> None:
    path = tmp_path / "shared.db"
    write_at_once(f"sqlite:///{path}")
    fill_store(f"sqlite:///{tmp_path / 'alone.db'}", make_world())
    assert read_tables(path) == read_tables(tmp_path / "alone.db")


def write_at_once(address: str) -> None:
    """Two processes tell the same store: each its half, and both the middle."""
    context = multiprocessing.get_context("spawn")
    size = len(make_world())
    halves = [(0, 2 * size // 3), (size // 3, size)]
    processes = [context.Process(target=write_part, args=(address, *half)) for half in halves]
    for process in processes:
        process.start()
    for process in processes:
        process.join(120)
    assert [process.exitcode for process in processes] == [0, 0]


def write_part(address: str, start: int, end: int) -> None:
    """What one of the processes does: settle twice on the way, so that settling meets the other's writing."""
    part = make_world()[start:end]
    fill_store(address, part[: len(part) // 2])
    fill_store(address, part[len(part) // 2 :])


def test_postgres_without_a_driver_gets_ours(address: str) -> None:
    Store(address.replace("postgresql://", "postgres://")).close()


def test_text_that_no_database_takes_is_written_without_it(address: str) -> None:
    fill_store(address, [Made("odd", prose="坏\0字\ud800。" + write_prose("odd"))])
    engine = create_engine(read_address(address))
    with engine.connect() as connection:
        assert connection.scalar(text("select text from sections")).startswith("坏字?。")
    engine.dispose()


def test_sighting_is_written_without_what_no_database_takes_and_counts_for_its_page(address: str) -> None:
    odd = Made("od\0d", url="http://www.yunling.gov.cn/坏\0字\ud800.html")
    fill_store(address, [odd, gone("od\0d-gone", odd.url, "2024-06-01"), gone("od\0d-gone", odd.url, "2024-06-01")])
    engine = create_engine(read_address(address))
    with engine.connect() as connection:
        [found] = connection.execute(text("select url, record_id from sightings"))
        assert tuple(found) == ("http://www.yunling.gov.cn/坏字?.html", "<urn:uuid:odd-gone>")
        assert connection.scalar(text("select state from reports")) == "withdrawn"
        assert connection.scalar(text("select count(*) from unsettled")) == 0
    engine.dispose()


def test_server_that_does_not_answer_is_one_line_without_the_password() -> None:
    with pytest.raises(PipelineError, match="DATABASE_URL") as caught:
        Store("postgresql://someone:secret@127.0.0.1:9/nowhere")
    assert "\n" not in str(caught.value)
    assert "secret" not in str(caught.value)


def test_missing_database_is_named(server: str) -> None:
    with pytest.raises(PipelineError, match='database "missing" does not exist'):
        Store(server.removesuffix("kaijuan") + "missing")
