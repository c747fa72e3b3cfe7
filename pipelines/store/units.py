"""Units: everything that is said of the reports of one name, made from its captures, in place of what was there."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, Table, delete, insert, select

from pipelines.store import findings, settled
from pipelines.store.addresses import Address, find_addresses, find_withdrawn
from pipelines.store.captures import Seen, read_captures, read_events, read_facts, read_prose
from pipelines.store.copies import Source, find_copy
from pipelines.store.homonyms import tell_apart
from pipelines.store.minhash import measure
from pipelines.store.rolling import Rolled, Year, check_years, find_needed
from pipelines.store.tables import documents
from pipelines.store.versions import Evidence, Version, find_best, find_versions

Row = dict[str, Any]
Rows = dict[Table, list[Row]]


@dataclass(frozen=True, slots=True)
class Unit:
    """One report: (agency, year), its versions and its addresses."""

    name: str
    agency: str
    year: int
    captures: Sequence[Seen]
    versions: Sequence[Version]
    addresses: Sequence[Address]
    best: Seen  # the body that shows the latest version best

    @property
    def key(self) -> Row:
        """What every row of it begins with."""
        return {"agency": self.agency, "year": self.year, "name": self.name}


def remake_name(connection: Connection, name: str) -> None:
    """Make the rows of a name anew."""
    for table in settled.OF_NAME:
        connection.execute(delete(table).where(table.c.name == name))
    captures = read_captures(connection, name)
    if not captures:
        return
    evidence = _read_evidence(connection, captures)
    units = _make_units(connection, name, captures, evidence)
    sources = _read_sources(connection, [unit.best.text_id for unit in units])
    rows: Rows = {table: [] for table in settled.OF_NAME}
    by_key = {(unit.agency, unit.year): unit for unit in units}
    for unit in units:
        before = by_key.get((unit.agency, unit.year - 1))
        checks = list(check_years(_year(unit, evidence), _year(before, evidence) if before else None))
        copied = _find_copied(connection, unit, by_key, sources, evidence)
        _add_rows(rows, unit, checks, [*_find_findings(unit, checks, evidence), *copied], evidence)
    for table, some in rows.items():
        if some:
            connection.execute(insert(table), some)


def _read_evidence(connection: Connection, captures: Sequence[Seen]) -> Evidence:
    """Of reports with one body only the numbers that two years are compared by; of the others all."""
    bodies: dict[tuple[int, str], Seen] = {}
    for seen in captures:
        bodies.setdefault((seen.year, seen.body), seen)
    by_year: dict[int, list[str]] = {}
    for seen in bodies.values():
        by_year.setdefault(seen.year, []).append(seen.record_id)
    single = [records[0] for records in by_year.values() if len(records) == 1]
    several = [record for records in by_year.values() if len(records) > 1 for record in records]
    facts = {**read_facts(connection, single, only=find_needed()), **read_facts(connection, several)}
    texts = read_prose(connection, {seen.text_id for seen in captures if seen.text_id is not None})
    return Evidence(facts, texts, measure)


def _make_units(connection: Connection, name: str, captures: Sequence[Seen], evidence: Evidence) -> list[Unit]:
    agencies = tell_apart(name, captures)
    events = read_events(connection, (seen.url for seen in captures))
    groups: dict[tuple[str, int], list[Seen]] = {}
    for seen in captures:
        groups.setdefault((agencies[seen.record_id], seen.year), []).append(seen)
    units = []
    for (agency, year), own in sorted(groups.items()):
        versions = find_versions(own, evidence)
        best = find_best(versions[-1], evidence)
        units.append(Unit(name, agency, year, own, versions, find_addresses(own, events), best))
    return units


def _year(unit: Unit, evidence: Evidence) -> Year:
    return Year(unit.best.record_id, evidence.find_facts(unit.best))


def _find_findings(unit: Unit, checks: Sequence[Rolled], evidence: Evidence) -> Iterator[findings.Found]:
    withdrawn_at = find_withdrawn(unit.addresses)
    yield from findings.find_absences(unit.addresses, withdrawn_at)
    yield from findings.find_revisions(unit.versions, evidence)
    yield from findings.find_disagreements(unit.versions, evidence)
    yield from findings.find_lateness(unit.name.partition("@")[0], unit.year, unit.versions)
    yield from findings.find_breaks(checks)


def _read_sources(connection: Connection, text_ids: Iterable[int | None]) -> dict[int, list[Source]]:
    """For each text, the captures of other texts that are alike and of the same text, each with whose it is."""
    doc, own = documents.c, settled.belongings.c
    found: dict[int, list[Source]] = {}
    for text_id in sorted({text_id for text_id in text_ids if text_id is not None}):
        query = select(settled.likenesses.c.other_id, settled.likenesses.c.jaccard)
        rows = connection.execute(query.where(settled.likenesses.c.text_id == text_id)).all()
        alike = {text_id: 1.0, **{row.other_id: row.jaccard for row in rows}}
        wanted = select(doc.record_id, own.name, doc.agency, own.year, doc.published, doc.captured_at, doc.text_id)
        joined = wanted.join(settled.belongings, own.record_id == doc.record_id).where(doc.text_id.in_(sorted(alike)))
        found[text_id] = [
            Source(
                r.record_id, r.name, r.agency, r.year, r.published or r.captured_at[:10], r.text_id, alike[r.text_id]
            )
            for r in connection.execute(joined)
        ]
    return found


def _find_copied(
    connection: Connection,
    unit: Unit,
    units: Mapping[tuple[str, int], Unit],
    sources: Mapping[int, Sequence[Source]],
    evidence: Evidence,
) -> Iterator[findings.Found]:
    prose = evidence.find_prose(unit.best)
    if prose is None or unit.best.text_id is None:
        return
    record_id = unit.best.record_id
    near = sources[unit.best.text_id]
    own = _own_sources(unit, units, {source.text_id: source.jaccard for source in near})
    yield from findings.find_copied(find_copy(prose, own, evidence.prose), record_id, is_own=True)
    first = unit.captures[0]
    mine = (unit.year, first.published or first.captured_at[:10], first.record_id)
    others = [s for s in near if s.name != unit.name and (s.year, s.date, s.record_id) < mine]
    texts = read_prose(connection, {source.text_id for source in others})
    yield from findings.find_copied(find_copy(prose, others, texts), record_id, is_own=False)


def _own_sources(unit: Unit, units: Mapping[tuple[str, int], Unit], alike: Mapping[int, float]) -> Iterator[Source]:
    """The agency's reports of earlier years: the year before, and those whose text is alike."""
    for (agency, year), other in sorted(units.items()):
        best = other.best
        is_earlier = agency == unit.agency and year < unit.year
        if is_earlier and best.text_id is not None and (year == unit.year - 1 or best.text_id in alike):
            date = best.published or best.captured_at[:10]
            likeness = alike.get(best.text_id, 0.0)
            yield Source(best.record_id, other.name, best.agency, year, date, best.text_id, likeness)


def _add_rows(
    rows: Rows, unit: Unit, checks: Sequence[Rolled], found: Sequence[findings.Found], evidence: Evidence
) -> None:
    key = unit.key
    rows[settled.reports].append({**key, **_report_row(unit)})
    rows[settled.versions] += [{**key, **_version_row(version, evidence)} for version in unit.versions]
    rows[settled.manifestations] += [{**key, **_address_row(address)} for address in unit.addresses]
    rows[settled.withdrawals] += [{**key, **asdict(item)} for address in unit.addresses for item in address.withdrawals]
    rows[settled.report_captures] += [
        {**key, "record_id": seen.record_id, "version": version.number}
        for version in unit.versions
        for seen in version.captures
    ]
    rows[settled.yearly_identities] += [{**key, **asdict(check)} for check in checks]
    rows[settled.report_findings] += [{**key, "place": place, **asdict(item)} for place, item in enumerate(found)]


def _report_row(unit: Unit) -> Row:
    withdrawn_at = find_withdrawn(unit.addresses)
    best = unit.best
    return {
        "title": best.title,
        "level": best.level,
        "region": best.region,
        "form": best.form,
        "published": min((seen.published for seen in unit.captures if seen.published), default=None),
        "first_seen": unit.captures[0].captured_at,
        "last_seen": max(
            (address.last_seen for address in unit.addresses), key=lambda moment: moment.removesuffix("Z")
        ),
        "state": "withdrawn" if withdrawn_at else "published",
        "withdrawn_at": withdrawn_at,
        "versions": len(unit.versions),
        "addresses": len(unit.addresses),
        "record_id": best.record_id,
    }


def _version_row(version: Version, evidence: Evidence) -> Row:
    dates = [seen.published for seen in version.captures if seen.published]
    return {
        "number": version.number,
        "since": version.first.captured_at,
        "last_seen": version.captures[-1].captured_at,
        "published": min(dates, default=None),
        "change": version.change,
        "captures": len(version.captures),
        "record_id": find_best(version, evidence).record_id,
    }


def _address_row(address: Address) -> Row:
    return {
        "url": address.url,
        "host": address.host,
        "media_type": address.media_type,
        "role": address.role,
        "first_seen": address.captures[0].captured_at,
        "last_seen": address.last_seen,
        "captures": len(address.captures),
        "state": address.state,
        "record_id": address.captures[-1].record_id,
    }
