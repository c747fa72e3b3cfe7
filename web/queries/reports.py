"""One report: the line of the capture that shows it, its versions, addresses, findings, and its neighbours."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping, Table, select

from pipelines.feeds import Line
from pipelines.store.reading import read_lines
from pipelines.store.settled import manifestations, report_findings, reports, versions, withdrawals, yearly_identities

MOST_NEIGHBOURS = 24

Rows = Sequence[RowMapping]


@dataclass(frozen=True, slots=True)
class Report:
    """What the store has of an agency and a year. ``line`` is the capture's, as in ``reports.jsonl``."""

    head: RowMapping
    line: Line
    versions: Rows
    places: Rows
    withdrawals: Rows
    findings: Rows
    identities: Rows  # those that compare years
    years: Sequence[int]  # of the same agency
    same_place: Sequence[str]  # agencies of the same place with a report of that year


def read_report(connection: Connection, agency: str, year: int, record_id: str | None = None) -> Report | None:
    """The report, by the capture that shows it best or by another of its captures; ``None`` where there is none."""
    columns = reports.c
    head = connection.execute(select(reports).where(columns.agency == agency, columns.year == year)).mappings().first()
    if head is None:
        return None
    record_id = record_id or head["record_id"]
    refined = read_lines(connection, [record_id]).get(record_id)
    if refined is None or refined.report is None:
        return None

    def of(table: Table, *order: str) -> Rows:
        query = select(table).where(table.c.agency == agency, table.c.year == year)
        return connection.execute(query.order_by(*(table.c[name] for name in order))).mappings().all()

    return Report(
        head=head,
        line=refined.report,
        versions=of(versions, "number"),
        places=of(manifestations, "role", "url"),
        withdrawals=of(withdrawals, "since"),
        findings=of(report_findings, "place"),
        identities=of(yearly_identities, "id"),
        years=connection.scalars(select(columns.year).where(columns.agency == agency).order_by(columns.year)).all(),
        same_place=_read_same_place(connection, head),
    )


def find_near(connection: Connection, agency: str, year: int) -> list[tuple[str, int]]:
    """Reports that someone may have meant: other years of the agency, else agencies whose names hold its letters."""
    columns = reports.c
    query = select(columns.agency, columns.year).where(columns.agency == agency).order_by(columns.year)
    found = [(row.agency, row.year) for row in connection.execute(query)]
    if not found:
        like = columns.agency.contains(agency[:60], autoescape=True)
        query = select(columns.agency, columns.year).where(like, columns.year == year)
        found = [(row.agency, row.year) for row in connection.execute(query.order_by(columns.agency).limit(10))]
    return found


def _read_same_place(connection: Connection, head: RowMapping) -> Sequence[str]:
    columns = reports.c
    if not head["region"]:
        return ()
    query = select(columns.agency).where(
        columns.region == head["region"], columns.year == head["year"], columns.agency != head["agency"]
    )
    return connection.scalars(query.order_by(columns.agency).limit(MOST_NEIGHBOURS)).all()
