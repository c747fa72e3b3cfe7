"""What the store says of each agency and year."""

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, Table, func, select
from sqlalchemy.exc import ArgumentError

from crawler.coverage.matrix import UNSAYING, Agency, Cell, Evidence, choose_cells
from pipelines.store.database import Database, read_address
from pipelines.store.naming import fold_name
from pipelines.store.settled import report_captures, report_findings, reports
from pipelines.store.tables import documents, sightings

Key = tuple[str, int]


def has_store(address: str | None) -> bool:
    """Whether a database may be there: an SQLite file that exists, or any server."""
    try:
        url = read_address(address or "")
    except ArgumentError:
        return bool(address)  # whoever opens it says what is wrong
    return url.get_backend_name() != "sqlite" or Path(url.database or "").exists()


def read_store(address: str) -> Evidence:
    """The evidence of a store; raises ``PipelineError`` where it cannot be read."""
    database = Database(address, None)
    try:
        with database.reading() as connection:
            return read_evidence(connection)
    finally:
        database.close()


def read_evidence(connection: Connection) -> Evidence:
    """The evidence of an open store."""
    agencies = _read_agencies(connection)
    cells = choose_cells((*_read_reports(connection), *_read_unparsed(connection)))
    return Evidence(cells, agencies, _read_portals(connection))


def _read_reports(connection: Connection) -> Iterator[tuple[Key, Cell]]:
    columns, late = reports.c, report_findings.c
    rows = connection.execute(select(late.agency, late.year, late.text).where(late.id == "late"))
    told: dict[Key, str] = {(agency, year): text for agency, year, text in rows}
    query = select(columns.agency, columns.year, columns.state, columns.withdrawn_at, columns.url, columns.record_id)
    for agency, year, stated, withdrawn_at, url, record_id in connection.execute(query):
        detail = told.get((agency, year))
        state = "late" if detail else "parsed"
        if stated == "withdrawn":
            state, detail = "withdrawn", f"since {(withdrawn_at or '')[:10]}"
        yield (agency, year), Cell(state, detail, url, record_id)


def _read_unparsed(connection: Connection) -> Iterator[tuple[Key, Cell]]:
    """Pages that lists link as reports, and that are none that can be read."""
    columns = documents.c
    query = select(columns.agency, columns.region, columns.portal, columns.year, columns.kind, columns.rejected)
    query = query.add_columns(columns.url, columns.record_id)
    query = query.where(
        columns.kind.in_(("rejected", "other", "attachment")),
        columns.agency.is_not(None),
        columns.year.is_not(None),
        columns.portal.is_not(None),
        columns.anchor.is_not(None),
    )
    for row in connection.execute(query.order_by(columns.captured_at, columns.record_id)):
        name = fold_name(row.agency, row.region, row.portal)
        if name is None or row.rejected in UNSAYING:
            continue
        state = "refused" if row.rejected == "refusal" else "archived"
        yield (name, row.year), Cell(state, row.rejected or row.kind, row.url, row.record_id)


def _read_agencies(connection: Connection) -> dict[str, Agency]:
    columns, captures = reports.c, report_captures.c
    query = select(captures.agency, captures.portal).distinct()
    portals: dict[str, set[str]] = {}
    for agency, portal in connection.execute(query):
        portals.setdefault(agency, set()).update([portal] if portal else [])
    query = select(columns.agency, columns.level, columns.region).order_by(columns.agency, columns.year)
    return {
        row.agency: Agency(row.agency, row.level, row.region, frozenset(portals.get(row.agency, ())))
        for row in connection.execute(query)
    }


def _read_portals(connection: Connection) -> frozenset[str]:
    """The portals of which anything came."""
    return frozenset(portal for table in (documents, sightings) for portal in _read_distinct(connection, table))


def _read_distinct(connection: Connection, table: Table) -> Iterator[str]:
    """The portals that a table names, one step in its index each: of a million rows a few thousand are looked at."""
    column = table.c.portal
    portal = connection.scalar(select(func.min(column)))
    while portal is not None:
        yield portal
        portal = connection.scalar(select(func.min(column)).where(column > portal))
