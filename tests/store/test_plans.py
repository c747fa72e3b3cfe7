"""How the database finds what pages ask for: by an index, never by reading a table that grows from end to end."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event

from pipelines.store.database import Database
from pipelines.store.reading import read_lines
from pipelines.store.tables import metadata
from tests.store.making import Made, fill, read_rows
from web.queries import coverage, findings, reports, trends
from web.queries.captures import find_capture, find_captures_at, find_report
from web.sources import Sources

AGENCY, YEAR, RECORD = "云岭省第3区应急管理局", 2021, "<urn:uuid:3-2021>"
# Small by their nature: one row for each level, province and year; what is written and not settled yet.
SMALL = {"totals", "unsettled"}
# A page of the list is the first rows of an index that lies in its order.
PAGED = {"listed_findings"}
# The matrix looks at each report once, in an index, and only where someone has written since.
WHOLE = {"reports", "report_captures"}

Page = Callable[[Sources, Connection], Any]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A few agencies and years; without statistics the planner takes each table for a large one."""
    path = tmp_path_factory.mktemp("plans") / "kaijuan.db"
    fill(path, (make(agency, year) for agency in range(8) for year in range(2019, 2023)))
    return path


def make(agency: int, year: int) -> Made:
    url = f"http://www.a{agency}.gov.cn/{year}.html"
    name = f"云岭省第{agency}区应急管理局"
    return Made(f"{agency}-{year}", url, f"{year + 1}-03-20", name, year, f"9901{agency:02}", f"{year + 1}-03-18")


PAGES: dict[str, Page] = {
    "report": lambda sources, c: reports.read_report(c, AGENCY, YEAR),
    "line": lambda sources, c: read_lines(c, [RECORD]),
    "capture": lambda sources, c: find_capture(c, RECORD),
    "captures of an address": lambda sources, c: find_captures_at(c, "http://www.a3.gov.cn/2021.html"),
    "report of a capture": lambda sources, c: find_report(c, RECORD),
    "peers": lambda sources, c: trends.read_peers(c, AGENCY, YEAR),
    "choices": lambda sources, c: coverage.read_choices(c),
    "findings": lambda sources, c: findings.read_findings(c, findings.Filters(), 0, 20),
    "trends of an agency": lambda sources, c: trends.read_series(c, trends.Subject((AGENCY,))),
}


@pytest.mark.parametrize("page", PAGES)
def test_no_page_reads_a_growing_table_from_end_to_end(store: Path, page: str) -> None:
    assert sorted(find_scans(store, PAGES[page]) - SMALL - PAGED) == []


def test_the_matrix_is_read_from_indexes_alone(store: Path) -> None:
    plans = list(explain(store, lambda sources, c: coverage.read_matrix(sources, c, coverage.Filters())))
    scans = {table: how for plan in plans for table, how in read_scans(plan)}
    assert set(scans) - SMALL <= WHOLE
    assert all("COVERING INDEX" in how for how in scans.values())


def test_a_matrix_that_nobody_changed_is_not_read_again(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.store.stamps._SURE", 0)
    ask: Page = lambda sources, c: [coverage.read_matrix(sources, c, coverage.Filters()) for _ in range(2)]  # noqa: E731
    once: Page = lambda sources, c: coverage.read_matrix(sources, c, coverage.Filters())  # noqa: E731
    assert len(list(explain(store, ask))) == len(list(explain(store, once)))


def find_scans(store: Path, page: Page) -> set[str]:
    return {table for plan in explain(store, page) for table, _ in read_scans(plan)}


def read_scans(plan: str) -> list[tuple[str, str]]:
    """The tables that a plan reads whole, each with how."""
    found = re.findall(r"SCAN ([a-z_]+)((?: USING [A-Z ]+)?)", plan)
    return [(table, how) for table, how in found if table in metadata.tables]


def explain(store: Path, page: Page) -> Iterator[str]:
    """The plan of each statement of a page."""
    asked: list[tuple[str, Any]] = []
    database = Database(f"sqlite:///{store}", None)
    with database.reading() as connection:
        event.listen(connection.engine, "before_cursor_execute", lambda *given: asked.append((given[2], given[3])))
        page(Sources(database, store.parent, (), lambda: date(2026, 1, 1)), connection)
    database.close()
    for statement, values in asked:
        if statement.lstrip().startswith(("SELECT", "WITH")):
            yield "\n".join(row["detail"] for row in read_rows(store, f"EXPLAIN QUERY PLAN {statement}", values))
