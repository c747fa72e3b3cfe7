"""The matrix behind the coverage page, over the store that ``served`` shows."""

from datetime import date

from sqlalchemy import select

from crawler.catalogue import Portal
from pipelines.store.database import Database
from pipelines.store.settled import reports
from pipelines.store.tables import documents
from tests.web.conftest import Served
from web.queries.coverage import Filters, read_matrix
from web.sources import Sources


def test_agency_of_two_portals_has_one_row_and_each_of_its_reports_once(served: Served) -> None:
    store = Database(f"sqlite:///{served.folder / 'kaijuan.db'}", None)
    with store.reading() as connection:
        crawled = sorted(filter(None, connection.scalars(select(documents.c.portal).distinct())))
        agency = connection.scalars(select(reports.c.agency).order_by(reports.c.agency)).first()
        assert agency
        one, two = (Portal(name, agency, "provincial", f"http://{name}.example/") for name in crawled[:2])
        once, twice = (
            read_matrix(Sources(store, served.folder, rows, lambda: date(2024, 7, 1)), connection, Filters())
            for rows in ([one], [one, two])
        )
        count = len(connection.execute(select(reports.c.agency, reports.c.year).distinct()).all())
    store.close()
    rows = [row for row in twice.rows if row.agency == agency]
    assert len(rows) == 1
    assert rows[0] == next(row for row in once.rows if row.agency == agency)
    assert (twice.found, twice.squares) == (once.found, once.squares)
    assert once.found == count
