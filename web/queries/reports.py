"""One report: the line of the capture that shows it, its versions, addresses, findings, and its neighbours."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Integer, RowMapping, Select, String, Table, bindparam, select

from pipelines.feeds import Line
from pipelines.store.gathering import Questions
from pipelines.store.reading import read_lines
from pipelines.store.settled import (
    manifestations,
    report_captures,
    report_findings,
    reports,
    versions,
    withdrawals,
    yearly_identities,
)

MOST_NEIGHBOURS = 24
BROKEN = "broken-identity"

Rows = Sequence[Mapping[str, Any]]

_GIVEN = {
    "agency": bindparam("agency", type_=String),
    "year": bindparam("year", type_=Integer),
    "region": bindparam("region", type_=String),
}
_ORDERS: tuple[tuple[Table, tuple[str, ...]], ...] = (
    (versions, ("number",)),
    (manifestations, ("role", "url")),
    (withdrawals, ("since",)),
    (report_findings, ("place",)),
    (yearly_identities, ("id",)),
)


@dataclass(frozen=True, slots=True)
class Report:
    """What the store has of an agency and a year. ``line`` is the capture's, as in ``reports.jsonl``."""

    head: RowMapping
    line: Line
    version: int | None  # the number of the one that ``line`` shows
    versions: Rows
    places: Rows
    withdrawals: Rows
    findings: Rows
    identities: Rows  # those that compare years
    years: Sequence[int]  # of the same agency
    same_place: Sequence[str]  # agencies of the same place with a report of that year

    def pair_cells(self, finding: Mapping[str, Any]) -> list[tuple[str, str]]:
        """The cells of one of ``findings``, each with the capture that it was read from.

        A sum that compares years has each cell from its own year's report; of several captures the latest is meant.
        """
        if finding["id"] == BROKEN:
            name = finding["text"].partition(":")[0]
            found = next((each["cells"] for each in self.identities if each["id"] == name), ())
            return [(record_id, cell) for record_id, cell in found]
        record_id = finding["captures"][-1] if finding["captures"] else self.head["record_id"]
        return [(record_id, cell) for cell in finding["cells"]]


def read_report(connection: Connection, agency: str, year: int, record_id: str | None = None) -> Report | None:
    """The report, by the capture that shows it best or by another of its captures.

    ``None`` where there is none, and where the capture shows no report of that agency and year.
    """
    columns = reports.c
    head = connection.execute(select(reports).where(columns.agency == agency, columns.year == year)).mappings().first()
    if head is None:
        return None
    record_id = record_id or str(head["record_id"])
    columns = report_captures.c
    wanted = (columns.agency == agency, columns.year == year, columns.record_id == record_id)
    version = connection.scalar(select(columns.version).where(*wanted))
    if version is None and record_id != head["record_id"]:
        return None
    refined = read_lines(connection, [record_id]).get(record_id)
    if refined is None or refined.report is None:
        return None

    own = _select_own().ask(connection, {"agency": agency, "year": year, "region": head["region"] or ""})
    return Report(
        head=head,
        line=refined.report,
        version=version,
        versions=own["versions"],
        places=own["manifestations"],
        withdrawals=own["withdrawals"],
        findings=own["report_findings"],
        identities=own["yearly_identities"],
        years=[row["year"] for row in own["years"]],
        same_place=[row["agency"] for row in own["same_place"]],
    )


@lru_cache(maxsize=1)
def _select_own() -> Questions:
    """What is asked of one report beside its line; ``region`` is empty where it is not known."""
    columns, given = reports.c, _GIVEN
    years = select(columns.year).where(columns.agency == given["agency"]).order_by(columns.year)
    same = (columns.region == given["region"], columns.year == given["year"], columns.agency != given["agency"])
    place = select(columns.agency).where(*same).order_by(columns.agency).limit(MOST_NEIGHBOURS)
    own = {table.name: _select_of(table, *order) for table, order in _ORDERS}
    return Questions({**own, "years": years, "same_place": place})


def _select_of(table: Table, *order: str) -> Select[Any]:
    query = select(table).where(table.c.agency == _GIVEN["agency"], table.c.year == _GIVEN["year"])
    return query.order_by(*(table.c[name] for name in order))


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
