"""Remaking: everything that is said of the reports of some names is made anew, in place of what was there."""

from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import Connection, delete

from pipelines.store import findings, settled
from pipelines.store.addresses import find_withdrawn
from pipelines.store.captures import Seen, count_broken, read_captures, read_events, read_facts, read_prose
from pipelines.store.figures import find_figure_cells
from pipelines.store.inserting import insert_rows
from pipelines.store.listing import list_findings
from pipelines.store.minhash import measure
from pipelines.store.rolling import Rolled, check_years, find_needed
from pipelines.store.rows import Rows, make_rows
from pipelines.store.sources import find_copies, find_others, read_sources
from pipelines.store.totals import remake_figures
from pipelines.store.units import Unit, make_units
from pipelines.store.versions import Evidence

Units = Mapping[tuple[str, int], Unit]


def remake_names(connection: Connection, names: Sequence[str]) -> None:
    """Make the rows of names anew, those of all in few statements."""
    for table in settled.OF_NAME:
        connection.execute(delete(table).where(table.c.name.in_(names)))
    captures = read_captures(connection, names)
    evidence = _read_evidence(connection, captures)
    events = read_events(connection, (seen.url for own in captures.values() for seen in own))
    by_name = [make_units(name, own, events, evidence) for name, own in captures.items()]
    units = [unit for some in by_name for unit in some.values()]
    sources = read_sources(connection, (unit.best.text_id for unit in units if unit.best.text_id is not None))
    texts = read_prose(connection, {other.text_id for unit in units for other in find_others(unit, sources)})
    broken = count_broken(connection, (unit.best.record_id for unit in units))
    rows: Rows = {table: [] for table in settled.OF_NAME}
    for some in by_name:
        for unit in some.values():
            checks = list(_check(unit, some, evidence))
            found = [*_find_findings(unit, checks, evidence), *find_copies(unit, some, sources, evidence, texts)]
            for table, own in make_rows(unit, checks, found, evidence, broken).items():
                rows[table] += own
    for table, all_rows in rows.items():
        insert_rows(connection, table, all_rows)
    remake_figures(connection, names, units, evidence, broken)
    list_findings(connection, names)


def _read_evidence(connection: Connection, captures: Mapping[str, Sequence[Seen]]) -> Evidence:
    """Of reports with one body only the numbers that they are compared by; of the others all."""
    bodies: dict[tuple[str, int], dict[str, Seen]] = {}
    for name, own in captures.items():
        for seen in own:
            bodies.setdefault((name, seen.year), {}).setdefault(seen.body, seen)
    single = [seen.record_id for own in bodies.values() for seen in own.values() if len(own) == 1]
    several = [seen.record_id for own in bodies.values() for seen in own.values() if len(own) > 1]
    facts = {**read_facts(connection, single, only=_find_wanted()), **read_facts(connection, several)}
    texts = {seen.text_id for own in captures.values() for seen in own if seen.text_id is not None}
    return Evidence(facts, read_prose(connection, texts), measure)


def _find_wanted() -> tuple[str, ...]:
    return tuple(dict.fromkeys((*find_needed(), *find_figure_cells())))


def _check(unit: Unit, units: Units, evidence: Evidence) -> Iterator[Rolled]:
    before = units.get((unit.agency, unit.year - 1))
    return check_years(unit.find_year(evidence), before.find_year(evidence) if before else None)


def _find_findings(unit: Unit, checks: Sequence[Rolled], evidence: Evidence) -> Iterator[findings.Found]:
    withdrawn_at = find_withdrawn(unit.addresses)
    yield from findings.find_absences(unit.addresses, withdrawn_at)
    yield from findings.find_revisions(unit.versions, evidence)
    yield from findings.find_disagreements(unit.versions, evidence)
    yield from findings.find_lateness(unit.name.partition("@")[0], unit.year, unit.versions)
    yield from findings.find_breaks(checks)
