"""The captures that belong to one name, read from the rows, with what is needed of their numbers and prose."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from pipelines.store.batches import split_keys
from pipelines.store.facts import Facts
from pipelines.store.keys import make_key
from pipelines.store.settled import belongings
from pipelines.store.tables import cells, documents, identities, sightings, texts

Moment = tuple[str, str]  # captured_at without its Z, record_id: the order of everything


@dataclass(frozen=True, slots=True)
class Seen:
    """One capture of a report; ``year`` is that of the report it belongs to."""

    record_id: str
    url: str
    captured_at: str
    run: str | None
    portal: str | None
    via: str | None
    media_type: str | None
    title: str | None
    agency: str | None
    level: str | None
    region: str | None
    form: str | None
    published: str | None
    body: str  # body digest; the record's id where there is none
    text_id: int | None
    year: int

    @property
    def moment(self) -> Moment:
        """Its place in the order of captures."""
        return make_moment(self.captured_at, self.record_id)


@dataclass(frozen=True, slots=True)
class Event:
    """What an address answered at some time. ``kind``: report, other (a page that is none), gone, unchanged."""

    url: str
    captured_at: str
    record_id: str
    kind: str
    reason: str | None = None  # of ``gone``

    @property
    def moment(self) -> Moment:
        """Its place in the order of captures."""
        return make_moment(self.captured_at, self.record_id)


def make_moment(captured_at: str, record_id: str) -> Moment:
    """The order of captures; dates of any precision sort by time once their Z is off."""
    return captured_at.removesuffix("Z"), record_id


def read_captures(connection: Connection, names: Sequence[str]) -> dict[str, list[Seen]]:
    """The captures of each name, in their order."""
    columns, own = documents.c, belongings.c
    wanted = [columns[key] for key in Seen.__dataclass_fields__ if key not in ("body", "year")]
    query = select(own.name, *wanted, columns.body_digest, own.year).join(
        belongings, own.record_id == columns.record_id
    )
    found: dict[str, list[Seen]] = {}
    for row in connection.execute(query.where(own.name.in_(names))).mappings():
        values = dict(row)
        name, body = values.pop("name"), values.pop("body_digest") or values["record_id"]
        found.setdefault(name, []).append(Seen(**values, body=body))
    return {name: sorted(found[name], key=lambda seen: seen.moment) for name in sorted(found)}


def read_events(connection: Connection, urls: Iterable[str]) -> dict[str, list[Event]]:
    """Everything that addresses answered, by address, in order; refusals and broken answers tell nothing."""
    found: dict[str, list[Event]] = {}
    for some in split_keys(sorted(set(urls))):
        for event in (*_read_documents(connection, some), *_read_sightings(connection, some)):
            found.setdefault(event.url, []).append(event)
    return {url: sorted(events, key=lambda event: event.moment) for url, events in found.items()}


def _read_documents(connection: Connection, urls: Sequence[str]) -> Iterable[Event]:
    columns = documents.c
    query = select(columns.url, columns.captured_at, columns.record_id, columns.kind, columns.rejected)
    for row in connection.execute(query.where(columns.url.in_(urls))):
        if row.kind == "rejected" and row.rejected != "soft-404":
            continue
        kind = {"report": "report", "rejected": "gone"}.get(row.kind, "other")
        yield Event(row.url, row.captured_at, row.record_id, kind, row.rejected)


def _read_sightings(connection: Connection, urls: Sequence[str]) -> Iterable[Event]:
    columns = sightings.c
    query = select(columns.url, columns.captured_at, columns.record_id, columns.verdict, columns.status)
    for row in connection.execute(query.where(columns.url.in_(urls))):
        reason = "redirect" if 300 <= row.status < 400 else str(row.status)
        yield Event(row.url, row.captured_at, row.record_id, row.verdict, reason if row.verdict == "gone" else None)


def read_facts(
    connection: Connection, record_ids: Iterable[str], only: Sequence[str] | None = None
) -> dict[str, Facts]:
    """The numbers of captures by record, in the order of the form; ``only`` some cells of them."""
    found: dict[str, dict[str, float | None]] = {}
    columns = cells.c
    records = {make_key(record_id): record_id for record_id in record_ids}
    for some in split_keys(sorted(records)):
        query = select(columns.capture, columns.id, columns.value).where(columns.capture.in_(some))
        query = query.where(columns.id.in_(only)) if only is not None else query
        for key, cell, value in connection.execute(query.order_by(columns.capture, columns.place)):
            found.setdefault(records[key], {})[cell] = value
    return dict(found)


def count_broken(connection: Connection, record_ids: Iterable[str]) -> dict[str, int]:
    """How many identities of captures are broken, by record; those of which none is are left out."""
    found: dict[str, int] = {}
    columns = identities.c
    records = {make_key(record_id): record_id for record_id in record_ids}
    for some in split_keys(sorted(records)):
        query = select(columns.capture, func.count()).where(columns.result == "broken", columns.capture.in_(some))
        for key, count in connection.execute(query.group_by(columns.capture)):
            found[records[key]] = count
    return found


def read_prose(connection: Connection, text_ids: Iterable[int]) -> dict[int, str]:
    """The prose of texts."""
    found: dict[int, str] = {}
    for some in split_keys(sorted(set(text_ids))):
        rows = connection.execute(select(texts.c.id, texts.c.prose).where(texts.c.id.in_(some)))
        found |= {row.id: row.prose for row in rows}
    return found
