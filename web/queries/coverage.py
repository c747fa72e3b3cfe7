"""The coverage matrix as the page shows it: agencies in groups by province, a square for each report."""

import gc
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import yaml
from sqlalchemy import Connection, select

from crawler.coverage.matrix import Cell, Evidence, Row, make_coverage
from crawler.coverage.stored import read_evidence
from pipelines.store.distinct import select_distinct
from pipelines.store.gathering import read_many
from pipelines.store.listing import SEVERITIES, listed_findings, make_rank, read_kind
from pipelines.store.settled import reports
from pipelines.store.stamps import find_stamp
from web.queries.filters import Addressed
from web.sources import Sources

STATES = ("parsed", "broken", "late", "archived", "missing", "withdrawn", "refused")
# Of which the report's numbers can be read.
READABLE = frozenset({"parsed", "broken", "late", "withdrawn"})
_MISSING = Cell("missing")
_REGIONS = Path(__file__).parents[2] / "pipelines" / "clean" / "regions.yaml"


@dataclass(frozen=True, slots=True)
class Filters(Addressed):
    """What the reader asks for; empty is everything. ``province``: two digits; ``words``: in an agency's name."""

    province: str = ""
    level: str = ""
    form: str = ""
    finding: str = ""
    state: str = ""
    words: str = ""

    @property
    def leaves_squares_out(self) -> bool:
        """Whether reports of an agency are chosen among: what is left is then no share of what is expected."""
        return bool(self.form or self.finding or self.state)


@dataclass(frozen=True, slots=True)
class Province:
    """A group of rows. ``found`` of ``expected`` reports can be read."""

    code: str
    name: str
    agencies: int
    found: int
    expected: int


@dataclass(frozen=True, slots=True)
class Matrix:
    """What the filters leave: rows by province, level and name; ``provinces`` count all of them."""

    years: tuple[int, ...]
    rows: tuple[Row, ...]
    provinces: tuple[Province, ...]
    totals: Counter[str]
    broken: int  # reports with sums that do not hold, of whatever state

    @property
    def found(self) -> int:
        """Reports that can be read."""
        return sum(province.found for province in self.provinces)

    @property
    def squares(self) -> int:
        """All that the filters leave."""
        return self.totals.total()


def read_matrix(sources: Sources, connection: Connection, filters: Filters) -> Matrix:
    """The matrix of everything that the store and the catalogue know, and the filters leave."""
    with _without_collecting():
        whole = _find_whole(sources, connection)
        if not filters.as_query():
            return whole
        rows = tuple(_choose(whole.rows, filters, _read_wanted(connection, filters)))
        return _count(whole.years, rows)


class _Remembered(NamedTuple):
    stamp: str
    today: date
    sources: Sources
    matrix: Matrix


# The last matrix without filters: it is asked for again and again, and a store is written seldom.
_remembered: list[_Remembered] = []


def _find_whole(sources: Sources, connection: Connection) -> Matrix:
    """The matrix without filters, read anew where the store was written since, and on another day."""
    stamp, today = find_stamp(connection), sources.today()
    for last in _remembered[:]:
        if (last.stamp, last.today) == (stamp, today) and last.sources is sources:
            return last.matrix
    evidence = _mark_broken(read_evidence(connection, is_brief=True))
    coverage = make_coverage(evidence, sources.portals, today)
    matrix = _count(coverage.years, tuple(_join(sorted(coverage.rows, key=_rank))))
    if stamp is not None:
        _remembered[:] = [_Remembered(stamp, today, sources, matrix)]
    return matrix


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Look for no circles: there are none in a hundred thousand squares, and looking takes half the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _join(rows: Iterable[Row]) -> Iterator[Row]:
    """One row for an agency that several portals serve: each of them shows all of its reports."""
    for _, group in groupby(rows, key=lambda row: (row.region, row.agency)):
        first, *others = group
        cells = dict(first.cells)
        for year, cell in (item for row in others for item in row.cells.items()):
            if cells.get(year, _MISSING).state == _MISSING.state:
                cells[year] = cell
        yield replace(first, cells=dict(sorted(cells.items()))) if others else first


def _count(years: tuple[int, ...], rows: tuple[Row, ...]) -> Matrix:
    """The matrix of some rows, in their order."""
    totals = Counter(cell.state for row in rows for cell in row.cells.values())
    broken = sum(cell.broken > 0 and cell.state in READABLE for row in rows for cell in row.cells.values())
    return Matrix(years, rows, tuple(_count_provinces(rows)), totals, broken)


def read_choices(connection: Connection) -> dict[str, list[str]]:
    """What can be filtered by: forms and findings that the store has."""
    forms = connection.scalars(select_distinct(reports.c.form))
    ranks = connection.scalars(select_distinct(listed_findings.c.rank))
    found = {kind for rank in ranks if (kind := read_kind(rank))}
    return {"form": sorted(forms, reverse=True), "finding": sorted(found)}


def find_province(row: Row) -> str:
    """The two digits of an agency's province; empty where its place is not known."""
    return (row.region or "")[:2]


@lru_cache(maxsize=1)
def load_provinces() -> dict[str, str]:
    """Names by the first two digits of a code of GB/T 2260."""
    with _REGIONS.open(encoding="utf-8") as file:
        return {code[:2]: name for code, name in yaml.safe_load(file)["provinces"].items()}


def _mark_broken(evidence: Evidence) -> Evidence:
    """A report that was read and does not add up is a state of its own here."""
    marked: dict[Cell, Cell] = {}
    broken = {
        key: marked.get(cell) or marked.setdefault(cell, cell._replace(state="broken"))
        for key, cell in evidence.cells.items()
        if cell.broken and cell.state == "parsed"
    }
    return replace(evidence, cells={**evidence.cells, **broken})


def _read_wanted(connection: Connection, filters: Filters) -> frozenset[tuple[str, int]] | None:
    """The reports with a finding; ``None`` where none is asked for."""
    if not filters.finding:
        return None
    columns = listed_findings.c
    ranks = [make_rank(severity, filters.finding) for severity in SEVERITIES]  # where its index has them
    query = select(columns.agency, columns.year).where(columns.rank.in_(ranks), columns.id == filters.finding)
    query = query.group_by(columns.rank, columns.year, columns.agency)  # as its index has them: nothing is sorted
    return frozenset((agency, year) for agency, year in read_many(connection, query))


def _choose(rows: Iterable[Row], filters: Filters, wanted: frozenset[tuple[str, int]] | None) -> Iterator[Row]:
    """The rows of which something is left, with the squares that are left."""
    for row in rows:
        if filters.province and find_province(row) != filters.province:
            continue
        if (filters.level and row.level != filters.level) or filters.words not in row.agency:
            continue
        if not (filters.state or filters.form) and wanted is None:
            yield row
        elif cells := _choose_cells(row, filters, wanted):
            yield replace(row, cells=cells)


def _choose_cells(row: Row, filters: Filters, wanted: frozenset[tuple[str, int]] | None) -> dict[int, Cell]:
    """The squares of a row that are left."""
    return {
        year: cell
        for year, cell in row.cells.items()
        if filters.state in ("", cell.state)
        and filters.form in ("", cell.form)
        and (wanted is None or (row.agency, year) in wanted)
    }


def _rank(row: Row) -> tuple[str, int, str, str]:
    levels = ("ministry", "provincial", "municipal", "county", "township")
    region = row.region or "~"
    return region[:2], levels.index(row.level) if row.level in levels else len(levels), region, row.agency


def _count_provinces(rows: Iterable[Row]) -> Iterator[Province]:
    names = load_provinces()
    for code, group in groupby(rows, key=find_province):
        members = list(group)
        cells = [cell for row in members for cell in row.cells.values()]
        found = sum(cell.state in READABLE for cell in cells)
        yield Province(code, names.get(code, ""), len(members), found, len(cells))
