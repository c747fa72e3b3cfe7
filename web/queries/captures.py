"""Where a capture lies in the archive, and what was read in it."""

from sqlalchemy import Connection, RowMapping, select

from pipelines.store.keys import make_key
from pipelines.store.settled import report_captures
from pipelines.store.tables import cells, documents

_BRACKETS = "<urn:uuid:"


def name_capture(record_id: str) -> str:
    """A record's id as it stands in an address: a UUID without what is around it."""
    return record_id.removeprefix(_BRACKETS).removesuffix(">") if record_id.startswith(_BRACKETS) else record_id


def read_name(name: str) -> str:
    """The record's id again."""
    return name if ":" in name else f"{_BRACKETS}{name}>"


def find_capture(connection: Connection, record_id: str) -> RowMapping | None:
    """A capture's row: address, time, file, offset, digests."""
    return connection.execute(select(documents).where(documents.c.record_id == record_id)).mappings().first()


def find_path(connection: Connection, record_id: str, cell: str) -> str | None:
    """Where a cell stands in its page."""
    return connection.scalar(select(cells.c.path).where(cells.c.capture == make_key(record_id), cells.c.id == cell))


def find_report(connection: Connection, record_id: str) -> tuple[str, int] | None:
    """The agency and year whose report a capture shows."""
    columns = report_captures.c
    row = connection.execute(select(columns.agency, columns.year).where(columns.record_id == record_id)).first()
    return (row.agency, row.year) if row else None
