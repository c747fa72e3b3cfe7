"""The index of texts: which capture of a report has which grams, kept as captures are settled.

SQLite: an FTS5 table without the texts themselves, whose pairs stand in their order, so that a word is a phrase of
them. PostgreSQL: a ``tsvector`` with a GIN index, whose hits must be held against the text. Both are asked newest
first: the year of a report stands in the highest bits of a text's number, which is made from the capture and its text,
so that a text that was there before is known by it, and what replaced texts left behind is found by nothing.
"""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Table,
    Text,
    bindparam,
    delete,
    event,
    insert,
    select,
    text,
)
from sqlalchemy.dialects import postgresql

from pipelines.store.batches import mark, split_keys
from pipelines.store.grams import list_texts, make_grams
from pipelines.store.keys import make_key
from pipelines.store.tables import contents, documents, metadata

NAME = "grams_of_texts"  # the table of grams: one of each database's own kind, its ``rowid`` or ``id`` as below
_FIRST_YEAR = 1980
_BITS = 56  # below those of the year

searchable = Table(
    "searchable",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("capture", BigInteger, nullable=False, unique=True),
)
_TABLES = {
    "sqlite": (
        f"CREATE VIRTUAL TABLE IF NOT EXISTS {NAME} USING fts5(grams, content='', columnsize=0, tokenize='ascii')",
    ),
    "postgresql": (
        f"CREATE TABLE IF NOT EXISTS {NAME} (id bigint PRIMARY KEY, grams tsvector NOT NULL)",
        f"CREATE INDEX IF NOT EXISTS {NAME}_index ON {NAME} USING gin (grams)",
    ),
}


@event.listens_for(metadata, "after_create")
def _make_index(_: Any, connection: Connection, **__: Any) -> None:
    for statement in _TABLES[connection.dialect.name]:
        connection.execute(text(statement))


def index_captures(connection: Connection, record_ids: Sequence[str]) -> None:
    """Make captures found by what they say now; those that are no reports any more are found by nothing."""
    for some in split_keys(sorted(set(record_ids))):
        wanted = _read_texts(connection, some)
        keys = [make_key(record_id) for record_id in some]
        query = select(searchable.c.capture, searchable.c.id).where(searchable.c.capture.in_(keys))
        known = {row.capture: row.id for row in connection.execute(query)}
        new = {capture: row for capture, row in wanted.items() if known.get(capture) != row[0]}
        old = sorted(capture for capture in known if capture in new or capture not in wanted)
        if old:
            connection.execute(delete(searchable).where(searchable.c.capture.in_(old)))
        _insert(connection, [(capture, *row) for capture, row in sorted(new.items())])


def mark_unsearchable(connection: Connection) -> None:
    """Mark all captures of reports where none can be found: the index was emptied, to be made anew."""
    if connection.scalar(select(searchable.c.id).limit(1)) is None:
        found = connection.scalars(select(documents.c.record_id).where(documents.c.kind == "report"))
        mark(connection, (("capture", record_id) for record_id in found.all()))


def _read_texts(connection: Connection, record_ids: Sequence[str]) -> dict[int, tuple[int, list[str]]]:
    """The number of each report's text, and its grams, by capture."""
    own = documents.c
    query = select(own.capture, own.year, own.title, own.agency, contents.c.blocks)
    query = query.join(contents, contents.c.capture == own.capture).where(own.record_id.in_(record_ids))
    found = {}
    for row in connection.execute(query.where(own.kind == "report")):
        texts = (row.agency or "", row.title or "", *list_texts(row.blocks or ()))
        grams = make_grams(texts)
        found[row.capture] = (_number(row.year, row.capture, grams), grams)
    return found


def _number(year: int | None, capture: int, grams: Iterable[str]) -> int:
    digest = hashlib.sha256(f"{capture}\n{' '.join(grams)}".encode("utf-8", "replace")).digest()
    age = min(max((year or 0) - _FIRST_YEAR, 0), 127)
    return (age << _BITS) | (int.from_bytes(digest[:8], "big") >> 8)


def _insert(connection: Connection, rows: Sequence[tuple[int, int, list[str]]]) -> None:
    if not rows:
        return
    connection.execute(insert(searchable), [{"id": id_, "capture": capture} for capture, id_, _ in rows])
    if connection.dialect.name == "postgresql":
        given = text(f"INSERT INTO {NAME} VALUES (:id, array_to_tsvector(:grams)) ON CONFLICT DO NOTHING")
        given = given.bindparams(bindparam("grams", type_=postgresql.ARRAY(Text)))
        connection.execute(given, [{"id": id_, "grams": sorted({*grams})} for _, id_, grams in rows])
        return
    given = text(f"INSERT INTO {NAME} (rowid, grams) VALUES (:id, :grams)")
    connection.execute(given, [{"id": id_, "grams": " ".join(grams)} for _, id_, grams in rows])
