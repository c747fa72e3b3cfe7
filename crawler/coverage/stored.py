"""What the store says of each agency and year."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Connection, Select, func, select
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
    columns = reports.c
    query = select(columns.agency, columns.year, columns.state, columns.withdrawn_at, columns.url, columns.record_id)
    query = query.add_columns(columns.level, columns.region).order_by(columns.agency, columns.year)
    rows = connection.execute(query).all()
    agencies = _read_agencies(connection, {row[0]: (row[-2], row[-1]) for row in rows})
    cells = choose_cells((*_make_cells(connection, rows), *_read_unparsed(connection)))
    return Evidence(cells, agencies, _read_portals(connection))


def _make_cells(connection: Connection, rows: Iterable[Sequence[Any]]) -> Iterator[tuple[Key, Cell]]:
    late = report_findings.c
    found = connection.execute(select(late.agency, late.year, late.text).where(late.id == "late")).all()
    told: dict[Key, str] = {(agency, year): text for agency, year, text in found}
    for agency, year, stated, withdrawn_at, url, record_id, _, _ in rows:
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


def _read_agencies(connection: Connection, places: Mapping[str, tuple[str | None, str | None]]) -> dict[str, Agency]:
    """The agencies; ``places``: the level and region that the latest report of each gives."""
    captures = report_captures.c
    portals: dict[str, set[str]] = {}
    for agency, portal in connection.execute(select(captures.agency, captures.portal).distinct()).all():
        portals.setdefault(agency, set()).update([portal] if portal else [])
    return {
        agency: Agency(agency, level, region, frozenset(portals.get(agency, ())))
        for agency, (level, region) in places.items()
    }


def _read_portals(connection: Connection) -> frozenset[str]:
    """The portals of which anything came."""
    found = (connection.scalars(_select_distinct(table.c.portal)).all() for table in (documents, sightings))
    return frozenset(portal for some in found for portal in some)


def _select_distinct(column: Column[Any]) -> Select[Any]:
    """The values of a column, one step in its index each: of a million rows a few thousand are looked at."""
    steps = select(func.min(column).label("value")).cte("steps", recursive=True)
    after = select(func.min(column)).where(column > steps.c.value).scalar_subquery()
    steps = steps.union_all(select(after).where(steps.c.value.is_not(None)))
    return select(steps.c.value).where(steps.c.value.is_not(None))
