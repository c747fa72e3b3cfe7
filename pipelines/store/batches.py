"""Batches: the rows of many captures in one transaction, and a note of what has to be settled for each that changed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, select, update

from pipelines.sightings import Sighting
from pipelines.store.inserting import Row, clean_texts, insert_rows
from pipelines.store.minhash import find_keys
from pipelines.store.tables import PARTS, bands, contents, documents, sightings, texts, unsettled

_MANY = 500  # keys in one IN (…)


@dataclass(frozen=True, slots=True)
class Entry:
    """One capture as rows: of ``documents`` and ``contents``, of its parts, and of ``texts`` where it is signed."""

    row: Row
    parts: Mapping[str, list[dict[str, Any]]]
    prose: str | None
    signature: bytes | None


def write_entries(connection: Connection, entries: Sequence[Entry]) -> None:
    """Put captures in; those whose lines are the same as before are left alone, of two with one id the last counts.

    Lines that another version of the steps made the same bear the new version; nothing else is written for them.
    """
    by_id = {entry.row["record_id"]: entry for entry in entries}
    known = _read_known(connection, sorted(by_id))
    fresh = [by_id[key] for key in sorted(by_id) if not _is_known(by_id[key], known)]
    _name_parsers(connection, [entry.row for entry in by_id.values() if _is_known(entry, known)], known)
    if not fresh:
        return
    old = [known[key] for key in (entry.row["record_id"] for entry in fresh) if key in known]
    _delete(connection, old)
    insert_rows(connection, documents, [entry.row for entry in fresh])
    insert_rows(connection, contents, [entry.row for entry in fresh])
    for name, table in PARTS.items():
        insert_rows(connection, table, _place_parts(fresh, name))
    _write_texts(connection, fresh)
    mark(connection, (pair for row in (*old, *(entry.row for entry in fresh)) for pair in _touched(row)))


def write_sightings(connection: Connection, found: Sequence[Sighting]) -> None:
    """Put sightings in; one that is there is left alone, and nothing is settled for it."""
    rows: list[Row] = [clean_texts(asdict(sighting)) for sighting in found]
    known: set[str] = set()
    for some in split_keys(sorted({row["record_id"] for row in rows})):
        known.update(connection.scalars(select(sightings.c.record_id).where(sightings.c.record_id.in_(some))))
    fresh = [row for row in rows if row["record_id"] not in known]
    insert_missing(connection, sightings, fresh)
    mark(connection, (("url", row["url"]) for row in fresh))


def mark(connection: Connection, pairs: Iterable[tuple[str, str]]) -> None:
    """Note that something has to be settled anew."""
    insert_missing(connection, unsettled, [{"kind": kind, "key": key} for kind, key in sorted(set(pairs))])


def insert_missing(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Insert the rows whose keys are not there yet."""
    insert_rows(connection, table, rows, only_missing=True)


def split_keys(keys: Sequence[Any]) -> Iterable[Sequence[Any]]:
    """The keys in pieces that one statement takes."""
    return (keys[start : start + _MANY] for start in range(0, len(keys), _MANY))


def _read_known(connection: Connection, keys: Sequence[str]) -> dict[str, Row]:
    columns = documents.c
    wanted = (
        columns.record_id,
        columns.capture,
        columns.fingerprint,
        columns.parser,
        columns.kind,
        columns.url,
        columns.name,
        columns.text_id,
        columns.body_digest,
    )
    rows: list[Row] = []
    for some in split_keys(keys):
        rows += map(dict, connection.execute(select(*wanted).where(columns.record_id.in_(some))).mappings())
    return {row["record_id"]: row for row in rows}


def _is_known(entry: Entry, known: Mapping[str, Row]) -> bool:
    return bool(entry.row["fingerprint"] == known.get(entry.row["record_id"], {}).get("fingerprint"))


def _name_parsers(connection: Connection, rows: Iterable[Row], known: Mapping[str, Row]) -> None:
    """Write which steps made rows that are there, where other steps made the same ones before."""
    named = [
        {"key": row["record_id"], "steps": row["parser"]}
        for row in rows
        if row["parser"] != known[row["record_id"]]["parser"]
    ]
    if named:
        query = update(documents).where(documents.c.record_id == bindparam("key"))
        connection.execute(query.values(parser=bindparam("steps")), named)


def _delete(connection: Connection, rows: Sequence[Row]) -> None:
    for some in split_keys([row["capture"] for row in rows]):
        for table in (*PARTS.values(), contents, documents):
            connection.execute(delete(table).where(table.c.capture.in_(some)))


def _place_parts(entries: Sequence[Entry], name: str) -> list[Row]:
    """The rows of a part of each capture, numbered as they stand in the feed."""
    rows: list[Row] = []
    for entry in entries:
        parts: Iterable[Row] = entry.parts.get(name, ())
        if name == "identities":
            parts = _place_operands(parts, entry.parts.get("cells", ()))
        key = entry.row["capture"]
        rows += [{"capture": key, "place": place, **part} for place, part in enumerate(parts)]
    return rows


def _place_operands(identities: Iterable[Row], cells: Iterable[Row]) -> Iterator[Row]:
    """Identities with their operands by place: written out they would be longer than everything else of a report."""
    places: dict[str, int] = {}
    for place, cell in enumerate(cells):
        places.setdefault(cell["id"], place)
    for identity in identities:
        yield {**identity, "cells": [places.get(cell, cell) for cell in identity["cells"]]}


def _write_texts(connection: Connection, entries: Sequence[Entry]) -> None:
    found = {entry.row["text_id"]: entry for entry in entries if entry.signature is not None}
    ordered = [found[key] for key in sorted(found)]
    rows = [{"id": e.row["text_id"], "prose": e.prose, "signature": e.signature} for e in ordered]
    insert_missing(connection, texts, rows)
    pairs = sorted((key, e.row["text_id"]) for e in ordered for key in find_keys(e.signature or b""))
    insert_missing(connection, bands, [{"key": key, "text_id": text_id} for key, text_id in pairs])


def _touched(row: Row) -> Iterable[tuple[str, str]]:
    """What depends on a row of ``documents``."""
    yield "url", row["url"]
    if row["kind"] == "report":
        yield "capture", row["record_id"]
        if row["body_digest"] is not None:
            yield "body", row["body_digest"]
    if row["text_id"] is not None:
        yield "text", str(row["text_id"])
