"""Sources: the reports that a report's text may come from, read for many reports at once."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import Connection, select

from pipelines.store.batches import split_keys
from pipelines.store.copies import Source, find_copy
from pipelines.store.findings import Found, find_copied
from pipelines.store.settled import belongings, likenesses
from pipelines.store.tables import documents
from pipelines.store.units import Unit
from pipelines.store.versions import Evidence

Sources = Mapping[int, Sequence[Source]]


def read_sources(connection: Connection, text_ids: Iterable[int]) -> dict[int, list[Source]]:
    """For each text, the captures of that text and of those that are like it, each with whose it is."""
    wanted = sorted(set(text_ids))
    alike: dict[int, dict[int, float]] = {text_id: {text_id: 1.0} for text_id in wanted}
    pairs = select(likenesses.c.text_id, likenesses.c.other_id, likenesses.c.jaccard)
    for some in split_keys(wanted):
        for text_id, other_id, jaccard in connection.execute(pairs.where(likenesses.c.text_id.in_(some))):
            alike[text_id][other_id] = jaccard
    prints = _read_prints(connection, {other for others in alike.values() for other in others})
    return {
        text_id: [
            replace(source, jaccard=others[other]) for other in sorted(others) for source in prints.get(other, ())
        ]
        for text_id, others in alike.items()
    }


def _read_prints(connection: Connection, text_ids: Iterable[int]) -> dict[int, list[Source]]:
    doc, own = documents.c, belongings.c
    query = select(doc.record_id, own.name, doc.agency, own.year, doc.published, doc.captured_at, doc.text_id)
    query = query.join(belongings, own.record_id == doc.record_id)
    found: dict[int, list[Source]] = {}
    for some in split_keys(sorted(text_ids)):
        for row in connection.execute(query.where(doc.text_id.in_(some))):
            date = row.published or row.captured_at[:10]
            source = Source(row.record_id, row.name, row.agency, row.year, date, row.text_id, 1.0)
            found.setdefault(row.text_id, []).append(source)
    return found


def find_copies(
    unit: Unit, units: Mapping[tuple[str, int], Unit], sources: Sources, evidence: Evidence, texts: Mapping[int, str]
) -> Iterator[Found]:
    """What a report has from its agency's earlier years, the last before all others, and from other agencies."""
    prose, text_id = evidence.find_prose(unit.best), unit.best.text_id
    if prose is None or text_id is None:
        return
    alike = {source.text_id: source.jaccard for source in sources[text_id]}
    own = list(_own_sources(unit, units, alike))
    last = [source for source in own if source.year == unit.year - 1]
    copy = find_copy(prose, last, evidence.prose) or find_copy(prose, own, evidence.prose)
    yield from find_copied(copy, unit.best.record_id, is_own=True)
    yield from find_copied(find_copy(prose, find_others(unit, sources), texts), unit.best.record_id, is_own=False)


def find_others(unit: Unit, sources: Sources) -> list[Source]:
    """The captures of other names whose text is like a report's and that came before it."""
    first = unit.captures[0]
    mine = (unit.year, first.published or first.captured_at[:10], first.record_id)
    near = sources.get(unit.best.text_id, ()) if unit.best.text_id is not None else ()
    return [other for other in near if other.name != unit.name and (other.year, other.date, other.record_id) < mine]


def _own_sources(unit: Unit, units: Mapping[tuple[str, int], Unit], alike: Mapping[int, float]) -> Iterator[Source]:
    """The agency's reports of earlier years: the year before, and those whose text is alike."""
    for (agency, year), other in sorted(units.items()):
        best = other.best
        is_earlier = agency == unit.agency and year < unit.year
        if is_earlier and best.text_id is not None and (year == unit.year - 1 or best.text_id in alike):
            date = best.published or best.captured_at[:10]
            likeness = alike.get(best.text_id, 0.0)
            yield Source(best.record_id, other.name, best.agency, year, date, best.text_id, likeness)
