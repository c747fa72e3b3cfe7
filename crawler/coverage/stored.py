"""What the store says of each agency and year."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from sqlalchemy import Connection, func, select
from sqlalchemy.exc import ArgumentError

from crawler.coverage.matrix import UNSAYING, Agency, Cell, Evidence, choose_cells
from pipelines.store.database import Database, read_address
from pipelines.store.distinct import select_distinct
from pipelines.store.gathering import read_many
from pipelines.store.naming import fold_name
from pipelines.store.settled import report_captures, report_findings, reports
from pipelines.store.tables import documents, sightings

Key = tuple[str, int]
_KEY = (reports.c.agency, reports.c.year)


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


def read_evidence(connection: Connection, *, is_brief: bool = False) -> Evidence:
    """The evidence of an open store; ``is_brief`` leaves out where reports that were read stand, for speed."""
    told = _read_lateness(connection)
    cells = _read_states(connection, told) if is_brief else _read_cells(connection, told)
    others = list(_read_unparsed(connection))
    if others:
        cells = choose_cells((*cells.items(), *others))
    return Evidence(cells, _read_agencies(connection), _read_portals(connection))


def _read_lateness(connection: Connection) -> dict[Key, str]:
    late = report_findings.c
    found = select(late.agency, late.year, late.text).where(late.id == "late")
    return {(agency, year): text for agency, year, text in read_many(connection, found)}


def _read_cells(connection: Connection, told: Mapping[Key, str]) -> dict[Key, Cell]:
    columns = reports.c
    wanted = (*_KEY, columns.withdrawn_at, columns.broken, columns.form, columns.url, columns.record_id)
    cells = {}
    for row in read_many(connection, select(*wanted).order_by(*_KEY)):
        agency, year, withdrawn_at, broken, form, url, record_id = row
        key = (agency, year)
        state, detail = _name_state(told.get(key), withdrawn_at)
        cells[key] = Cell(state, detail, url, record_id, broken, form)
    return cells


def _read_states(connection: Connection, told: Mapping[Key, str]) -> dict[Key, Cell]:
    """Most reports are read, in time and still there: those of one form share a cell, and those that do not add up."""
    columns = reports.c
    query = select(columns.agency, columns.year, columns.withdrawn_at, columns.broken, columns.form).order_by(*_KEY)
    shared: dict[tuple[int, str | None], Cell] = {}
    cells = {}
    for agency, year, withdrawn_at, broken, form in read_many(connection, query):
        key = (agency, year)
        if withdrawn_at or key in told:
            cells[key] = Cell(*_name_state(told.get(key), withdrawn_at), broken=broken, form=form)
        else:
            cells[key] = shared.get((broken, form)) or shared.setdefault(
                (broken, form), Cell("parsed", broken=broken, form=form)
            )
    return cells


def _name_state(lateness: str | None, withdrawn_at: str | None) -> tuple[str, str | None]:
    """The state of a report that was read, and its detail."""
    if withdrawn_at:
        return "withdrawn", f"since {withdrawn_at[:10]}"
    return ("late", lateness) if lateness else ("parsed", None)


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
    """The agencies, each at the level and in the region that its latest report gives."""
    captures, columns = report_captures.c, reports.c
    portals: dict[str, set[str]] = {}
    for agency, portal in read_many(connection, select(captures.agency, captures.portal).distinct()):
        portals.setdefault(agency, set()).update([portal] if portal else [])
    latest = select(columns.agency, func.max(columns.year).label("year")).group_by(columns.agency).subquery()
    query = select(columns.agency, columns.level, columns.region)
    query = query.join(latest, (latest.c.agency == columns.agency) & (latest.c.year == columns.year))
    return {
        agency: Agency(agency, level, region, frozenset(portals.get(agency, ())))
        for agency, level, region in read_many(connection, query.order_by(columns.agency))
    }


def _read_portals(connection: Connection) -> frozenset[str]:
    """The portals of which anything came."""
    found = (connection.scalars(select_distinct(table.c.portal)).all() for table in (documents, sightings))
    return frozenset(portal for some in found for portal in some)
