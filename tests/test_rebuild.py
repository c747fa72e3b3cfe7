"""The store from the archive alone: what crawls of two days wrote live, a replay into an empty store writes again.

Table by table, on both databases. Between the two days a report is withdrawn, one is replaced by an excuse, one says
other numbers; and another portal shows copies of all. Nothing is left out but the tables of ``NOT_OF_THE_ARCHIVE``.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from benchmarks import cluster
from demo.catalogue import write_catalogue
from demo.panorama import ALL, PANORAMA
from demo.portals import PORTALS
from demo.running import find_ports
from demo.server import Portals
from pipelines.store.database import read_address
from pipelines.store.searching import NAME
from tests.commands import crawl_settings, run_scrapy
from tests.store.migrating import read_everything

# Who crawls at the moment, and what is crawled when: of this machine and this hour, in no archive.
NOT_OF_THE_ARCHIVE = ("locks", "scheduled_jobs")
EMPTY = {"unsettled", "unmapped", "extra_rows"}  # of these pages; the rows of a capture are replaced all alike
COPIES = ("cruel-7", "cruel-8")  # one agency's portal on two hosts
Tables = dict[str, list[tuple[object, ...]]]


@dataclass(frozen=True)
class Stores:
    """One archive: the store that two crawls wrote, and those that replays made of it."""

    live: str
    rebuilt: tuple[str, ...]


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stores]:
    """The crawls write PostgreSQL where it is there; an empty database of each kind is filled from the archive."""
    folder = tmp_path_factory.mktemp("rebuild")
    sqlite = f"sqlite:///{folder / 'rebuilt.db'}"
    with ExitStack() as stack:
        has_server = cluster.find_reason_against() is None
        live = stack.enter_context(cluster.running()) if has_server else f"sqlite:///{folder / 'live.db'}"
        crawl_two_days(folder, live)
        rebuilt = (sqlite, make_database(live, "rebuilt")) if has_server else (sqlite,)
        for address in rebuilt:
            done = run_scrapy("replay", str(folder / "warc"), "-s", f"DATABASE_URL={address}")
            assert done.returncode == 0, done.stderr
        yield Stores(live, rebuilt)


def crawl_two_days(folder: Path, store: str) -> None:
    changing = [portal for portal in PANORAMA if portal.later][:2]
    cast = (*changing, *(portal for portal in PORTALS if portal.id in COPIES))
    base_port = find_ports(len(ALL))
    catalogue = write_catalogue(folder / "catalogue", base_port, cast)
    words = ("crawl", "district", "-a", f"catalogue={catalogue.parent}", "-a", "visit=all", *crawl_settings(folder))
    with Portals(base_port, portals=cast) as portals:
        for day in (1, 2):
            portals.begin_day(day)
            done = run_scrapy(*words, "-s", f"DATABASE_URL={store}")
            assert done.returncode in (0, 3), done.stderr


def make_database(address: str, name: str) -> str:
    """Another, empty database of the same server."""
    engine = create_engine(read_address(address), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return f"{address.rpartition('/')[0]}/{name}"


def read_store(address: str) -> Tables:
    return {name: rows for name, rows in read_everything(address).items() if name not in NOT_OF_THE_ARCHIVE}


def read_terms(address: str) -> list[tuple[str, int]]:
    """Each gram of the index of texts with how many reports are found by it, whatever the kind of index."""
    engine = create_engine(read_address(address))
    with engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            connection.execute(text(f"CREATE VIRTUAL TABLE temp.terms USING fts5vocab(main, {NAME}, instance)"))
            grams = "SELECT DISTINCT term, doc AS id FROM temp.terms"
        else:
            grams = f"SELECT unnest(tsvector_to_array(grams)) AS term, id FROM {NAME}"
        # Texts that were replaced leave grams behind that nothing is found by.
        found = f"SELECT term, count(*) FROM ({grams}) AS all_grams JOIN searchable USING (id) GROUP BY term"
        rows = sorted((str(term), int(count)) for term, count in connection.execute(text(found)))
    engine.dispose()
    return rows


def test_crawls_brought_versions_withdrawals_and_copies(stores: Stores) -> None:
    tables = read_store(stores.live)
    roles = {cell for row in tables["manifestations"] for cell in row}
    assert {"copy", "gone", "page"} <= roles
    assert len(tables["versions"]) > len(tables["reports"])
    assert {"404", "soft-404"} <= {row[5] for row in tables["withdrawals"]}
    assert {name for name in tables if not tables[name]} <= EMPTY
    assert tables["unsettled"] == []


def test_empty_store_filled_from_the_archive_equals_the_one_that_was_crawled(stores: Stores) -> None:
    live = read_store(stores.live)
    for address in stores.rebuilt:
        rebuilt = read_store(address)
        assert sorted(rebuilt) == sorted(live)
        assert [name for name in live if rebuilt[name] != live[name]] == []


def test_search_finds_the_same_in_all_of_them(stores: Stores) -> None:
    live = read_terms(stores.live)
    assert len(live) > 1000
    assert all(read_terms(address) == live for address in stores.rebuilt)
