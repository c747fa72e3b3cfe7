"""The tables of what single captures say; what follows from several of them stands in ``settled``.

A capture is known by ``record_id`` (files that other tools wrote without one: ``file:offset``), and to its parts by
``capture``, a number made from that: two hundred cells a report would otherwise repeat it twice each. Everything hangs
on it and is replaced as a whole when the capture is refined again.
"""

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    text,
)
from sqlalchemy.schema import SchemaItem

metadata = MetaData()

# The rows for which the crawl or the page says whose report of which year a list links.
_LINKED = text("agency IS NOT NULL AND year IS NOT NULL AND portal IS NOT NULL AND anchor IS NOT NULL")

documents = Table(
    "documents",
    metadata,
    Column("record_id", String, primary_key=True),
    Column("capture", BigInteger, nullable=False, unique=True),  # ``entries.make_key`` of the record
    Column("url", Text, nullable=False),
    Column("captured_at", String, nullable=False),
    Column("warc", String, nullable=False),
    Column("offset", BigInteger, nullable=False),
    Column("payload_digest", String),
    Column("run", String),
    Column("portal", String),
    Column("via", Text),
    Column("anchor", Text),
    Column("parser", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("rejected", String),
    Column("media_type", String),
    Column("charset", String),
    Column("title", Text),
    Column("agency", String),
    Column("level", String),
    Column("region", String),
    Column("year", Integer),
    Column("form", String),
    Column("form_expected", String),
    Column("published", String),
    Column("source", Text),
    Column("index_number", String),
    Column("from", JSON),
    Column("body_digest", String),
    Column("fingerprint", String, nullable=False),  # of the lines that the row and its parts were made from
    Column("name", String),  # of a report: whose it is, folded (``naming.fold_name``)
    Column("text_id", BigInteger),  # of a report: its prose in ``texts``
    Index("documents_by_name", "name", "year"),
    Index("documents_by_text", "text_id"),
    Index("documents_by_agency", "agency", "year"),
    Index("documents_by_portal", "portal"),
    # What lists link as reports (``crawler.coverage``).
    Index("documents_linked", "kind", "year", postgresql_where=_LINKED, sqlite_where=_LINKED),
    Index("documents_by_url", "url", "captured_at"),
    Index("documents_by_body", "body_digest"),
)
# The body of each document, apart from it: what looks through documents need not read past it.
contents = Table(
    "contents",
    metadata,
    Column("capture", ForeignKey("documents.capture", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("blocks", JSON),
    Column("attachments", JSON),
    Column("dropped", JSON),
)


def _part(name: str, *columns: SchemaItem, is_short: bool = True) -> Table:
    """A table of a report's parts, in the order of the feed (``place`` counts from 0).

    Short rows lie where their capture is: no index beside them repeats it.
    """
    return Table(
        name,
        metadata,
        Column("capture", ForeignKey("documents.capture", ondelete="CASCADE"), primary_key=True, autoincrement=False),
        Column("place", Integer, primary_key=True, autoincrement=False),
        *columns,
        sqlite_with_rowid=not is_short,
    )


cells = _part(
    "cells",
    Column("id", String, nullable=False),
    Column("raw", Text, nullable=False),
    Column("value", Float),
    Column("state", String, nullable=False),
    Column("unit", String),
    Column("parts", JSON(none_as_null=True)),
    Column("note", Text),
    Column("path", Text, nullable=False),
    Index("cells_by_id", "id", "capture", "value"),  # one number of many reports, without their rows
)
sections = _part(
    "sections",
    Column("number", String),
    Column("heading", Text, nullable=False),
    Column("text", Text, nullable=False),
    is_short=False,
)
extra_rows = _part(
    "extra_rows",
    Column("table", String, nullable=False),
    Column("label", Text, nullable=False),
    Column("values", JSON, nullable=False),
    Column("path", Text, nullable=False),
)
unmapped = _part("unmapped", Column("path", Text, nullable=False), Column("tried", Text, nullable=False))
stated = _part(
    "stated",
    Column("id", String, nullable=False),
    Column("value", Float, nullable=False),
    Column("sentence", Text, nullable=False),
    Column("path", Text, nullable=False),
)
identities = _part(
    "identities",
    Column("id", String, nullable=False),
    Column("standing", String, nullable=False),
    Column("result", String, nullable=False),
    Column("left", Float),
    Column("right", Float),
    Column("cells", JSON, nullable=False),  # places of cells of the same capture; ids of those it does not have
    Index("identities_by_result", "result", "capture"),
)
findings = _part(
    "findings",
    Column("id", String, nullable=False),
    Column("severity", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("cells", JSON, nullable=False),
    Column("path", Text),
    Index("findings_by_id", "id"),
)

# Answers that make no feed line and yet tell that a page is gone, or still what it was.
sightings = Table(
    "sightings",
    metadata,
    Column("record_id", String, primary_key=True),
    Column("url", Text, nullable=False),
    Column("captured_at", String, nullable=False),
    Column("warc", String, nullable=False),
    Column("offset", BigInteger, nullable=False),
    Column("status", Integer, nullable=False),
    Column("verdict", String, nullable=False),  # gone, unchanged
    Column("run", String),
    Column("portal", String),
    Index("sightings_by_url", "url", "captured_at"),
    Index("sightings_by_portal", "portal"),
)

# The prose of reports, each once, with its MinHash signature; ``id`` is made from the prose itself.
texts = Table(
    "texts",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("prose", Text, nullable=False),
    Column("signature", LargeBinary, nullable=False),
)
# A text's bands: texts that share a key are candidates for being alike.
bands = Table(
    "bands",
    metadata,
    Column("key", BigInteger, primary_key=True, autoincrement=False),
    Column("text_id", BigInteger, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)
# What was written since the last settling: names, texts (their ids) and addresses. Empty after it.
unsettled = Table(
    "unsettled", metadata, Column("kind", String, primary_key=True), Column("key", Text, primary_key=True)
)

# Which run has which portal (``locks``): of the crawls that are under way, and made from no capture.
locks = Table(
    "locks",
    metadata,
    Column("portal", String, primary_key=True),
    Column("run", String, nullable=False),
    Column("host", String, nullable=False),
    Column("boot", String, nullable=False),
    Column("space", String, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("started", String, nullable=False),
    Column("taken", Float, nullable=False),  # seconds since 1970 by the database's clock
    Column("heard", Float, nullable=False),  # likewise, when its owner last said that it lives
)

# The parts of a report, each under its key of the feed.
PARTS = {
    "cells": cells,
    "sections": sections,
    "extra_rows": extra_rows,
    "unmapped": unmapped,
    "stated": stated,
    "identities": identities,
    "findings": findings,
}
