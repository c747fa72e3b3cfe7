"""Each report's figures in a row, and their totals by level and province, so that a sum need not read a country.

A whole whose parts are not all known in a report is left out of its sums and counts for nothing; how many reports a sum
is made of stands beside it.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, case, delete, func, insert, or_, select

from pipelines.store.batches import mark
from pipelines.store.comparable import KNOWN, figures, totals
from pipelines.store.deadlines import is_place
from pipelines.store.figures import load_wholes, make_figures
from pipelines.store.units import Unit
from pipelines.store.versions import Evidence

KIND = "total"
_BETWEEN = "/"  # level and province in the key of a mark
_GROUP = ("level", "province", "organ", "year", "form")


def remake_figures(
    connection: Connection, names: Sequence[str], units: Sequence[Unit], evidence: Evidence, broken: Mapping[str, int]
) -> None:
    """Make the figures of names anew, from their reports; ``broken``: how many identities are, by record."""
    _mark_totals(connection, names)
    connection.execute(delete(figures).where(figures.c.name.in_(names)))
    rows = [_make_row(unit, evidence, broken.get(unit.best.record_id, 0)) for unit in units]
    if rows:
        connection.execute(insert(figures), rows)
    _mark_totals(connection, names)


def _make_row(unit: Unit, evidence: Evidence, broken: int) -> dict[str, Any]:
    best = unit.best
    return {
        "agency": unit.agency,
        "year": unit.year,
        "name": unit.name,
        "level": best.level or "",
        "province": (best.region or "")[:2],
        "region": best.region or "",
        "organ": "place" if is_place(unit.agency.partition("@")[0]) else "department",
        "form": best.form or "",
        "captured_at": best.captured_at,
        "record_id": best.record_id,
        "broken": broken,
        **make_figures(evidence.find_facts(best)),
    }


def _mark_totals(connection: Connection, names: Sequence[str]) -> None:
    """Note that the totals in which reports of names count have to be made anew."""
    columns = figures.c
    query = select(columns.level, columns.province).where(columns.name.in_(names)).distinct()
    mark(connection, ((KIND, f"{row.level}{_BETWEEN}{row.province}") for row in connection.execute(query)))


def settle_totals(connection: Connection, keys: Sequence[str]) -> None:
    """Make the totals of levels and provinces anew, each by its key ``level/province``."""
    groups = [key.split(_BETWEEN) for key in keys]
    connection.execute(delete(totals).where(_is_one_of(totals, groups)))
    by = [figures.c[name] for name in _GROUP]
    sums = {column.name: column for column in make_sums()}
    query = select(*by, *sums.values()).where(_is_one_of(figures, groups)).group_by(*by)
    connection.execute(insert(totals).from_select([*_GROUP, *sums], query))


def make_sums() -> list[ColumnElement[Any]]:
    """Over rows of ``figures``: reports, those with broken sums, the last capture; of wholes the known and their parts.

    They bear the names of the columns of ``totals``.
    """
    columns = figures.c
    broken = case((columns.broken > 0, 1), else_=0)
    made: list[ColumnElement[Any]] = [func.count().label("reports"), func.sum(broken).label("broken")]
    made.append(func.max(columns.captured_at).label("captured_at"))
    for whole, names in load_wholes().items():
        parts = [columns[name] for name in names]
        is_known = and_(*(part.is_not(None) for part in parts))
        made.append(func.sum(case((is_known, 1), else_=0)).label(KNOWN.format(whole)))
        made += [func.sum(case((is_known, part))).label(part.name) for part in parts]
    return made


def _is_one_of(table: Table, groups: Iterable[Sequence[str]]) -> ColumnElement[bool]:
    return or_(*(and_(table.c.level == level, table.c.province == province) for level, province in groups))
