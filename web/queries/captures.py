"""Where a capture lies in the archive, and what was read in it."""

from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import quote

from sqlalchemy import Connection, RowMapping, select

from pipelines.store.keys import make_key
from pipelines.store.settled import report_captures
from pipelines.store.tables import cells, documents, stated

_BRACKETS = "<urn:uuid:"
MOST_CAPTURES = 500  # of one address
STATED = "stated."  # how the ids of figures in the prose begin


class Place(NamedTuple):
    """Where a number stands in its page, and what is meant there."""

    path: str
    words: str


def name_capture(record_id: str) -> str:
    """A record's id as it stands in an address: a UUID without what is around it."""
    return record_id.removeprefix(_BRACKETS).removesuffix(">") if record_id.startswith(_BRACKETS) else record_id


def read_name(name: str) -> str:
    """The record's id again."""
    return name if ":" in name else f"{_BRACKETS}{name}>"


def archived_address(record_id: str, cell: str | None = None) -> str:
    """What the frame shows: an archived page, with a cell marked."""
    name = quote(name_capture(record_id), safe="")
    return f"/archived/{name}/{quote(cell, safe='')}#kaijuan-marked" if cell else f"/archived/{name}"


def original_address(record_id: str) -> str:
    """The archived file itself, to be saved."""
    return f"/originals/{quote(name_capture(record_id), safe='')}"


def find_capture(connection: Connection, record_id: str) -> RowMapping | None:
    """A capture's row: address, time, file, offset, digests."""
    return connection.execute(select(documents).where(documents.c.record_id == record_id)).mappings().first()


def find_captures_at(connection: Connection, url: str) -> Sequence[RowMapping]:
    """The captures of an address, in the order of their time."""
    columns = documents.c
    query = select(columns.record_id, columns.url, columns.captured_at, columns.run, columns.warc, columns.offset)
    query = query.add_columns(columns.media_type, columns.payload_digest, columns.kind).where(columns.url == url)
    return connection.execute(query.order_by(columns.captured_at).limit(MOST_CAPTURES)).mappings().all()


def find_place(connection: Connection, record_id: str, number: str) -> Place | None:
    """Where a cell, or a figure of the prose, stands in its page."""
    table, words = (stated, stated.c.sentence) if number.startswith(STATED) else (cells, cells.c.raw)
    query = select(table.c.path, words).where(table.c.capture == make_key(record_id), table.c.id == number)
    row = connection.execute(query.order_by(table.c.place)).first()
    return Place(row[0], row[1]) if row else None


def find_report(connection: Connection, record_id: str) -> tuple[str, int] | None:
    """The agency and year whose report a capture shows."""
    columns = report_captures.c
    row = connection.execute(select(columns.agency, columns.year).where(columns.record_id == record_id)).first()
    return (row.agency, row.year) if row else None
