"""Reading reports back: captures' lines as they stood in the feed, and which captures show a report's versions."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import ARRAY, BigInteger, Connection, Float, Select, Table, bindparam, func, select

from pipelines.errors import PipelineError
from pipelines.feeds import Line, Refined
from pipelines.store.batches import split_keys
from pipelines.store.database import Database
from pipelines.store.entries import make_lines
from pipelines.store.gathering import Questions
from pipelines.store.settled import reports, versions
from pipelines.store.tables import PARTS, contents, documents

_FLOATS = {name: [column.name for column in table.c if isinstance(column.type, Float)] for name, table in PARTS.items()}


class Reading:
    """A store open for reading."""

    def __init__(self, database_url: str) -> None:
        self._database = Database(database_url, None)
        self.name = self._database.name

    def close(self) -> None:
        """Give up the connections."""
        self._database.close()

    def find_agencies(self) -> list[str]:
        """All agencies of which there is a report."""
        with self._database.reading() as connection:
            return sorted(connection.scalars(select(reports.c.agency).distinct()))

    def find_years(self, agency: str) -> dict[int, str]:
        """The years of an agency's reports, each with the capture that shows its latest version best."""
        with self._database.reading() as connection:
            rows = connection.execute(select(reports.c.year, reports.c.record_id).where(reports.c.agency == agency))
            return dict(sorted((row.year, row.record_id) for row in rows))

    def find_versions(self, agency: str, year: int) -> dict[int, str]:
        """The numbers of a report's versions, each with the capture that shows it best."""
        columns = versions.c
        query = select(columns.number, columns.record_id).where(columns.agency == agency, columns.year == year)
        with self._database.reading() as connection:
            return dict(sorted((row.number, row.record_id) for row in connection.execute(query)))

    def read_report(self, record_id: str) -> Line:
        """A capture's line of ``reports.jsonl``; raises ``PipelineError`` where it is none of a report."""
        with self._database.reading() as connection:
            found = read_lines(connection, [record_id]).get(record_id)
        if found is None or found.report is None:
            raise PipelineError(f"{self.name}: {record_id} is not the capture of a report; replay its archive first")
        return found.report


def read_lines(connection: Connection, record_ids: Iterable[str]) -> dict[str, Refined]:
    """Captures' lines as they stood in the feeds, by record; those that are not there are left out."""
    found: dict[str, Refined] = {}
    body = [column for column in contents.c if column.name != "capture"]
    query = select(documents, *body).join(contents, contents.c.capture == documents.c.capture)
    for some in split_keys(sorted(set(record_ids))):
        rows = connection.execute(query.where(documents.c.record_id.in_(some))).mappings().all()
        keys = [row["capture"] for row in rows if row["kind"] == "report"]
        parts = _read_parts(connection, keys)
        for row in rows:
            own = {name: of.get(row["capture"], []) for name, of in parts.items()}
            _name_operands(own)
            found[row["record_id"]] = make_lines(dict(row), own)
    return found


def _name_operands(parts: dict[str, list[Line]]) -> None:
    """The operands of identities by the ids of their cells again."""
    cells = parts["cells"]
    for identity in parts["identities"]:
        identity["cells"] = [cells[cell]["id"] if isinstance(cell, int) else cell for cell in identity["cells"]]


def read_fingerprints(connection: Connection, record_ids: Iterable[str]) -> dict[str, tuple[str, str]]:
    """The fingerprint of captures' lines, and the version of the steps that made them, by record."""
    columns = documents.c
    found: dict[str, tuple[str, str]] = {}
    for some in split_keys(sorted(set(record_ids))):
        query = select(columns.record_id, columns.fingerprint, columns.parser).where(columns.record_id.in_(some))
        found |= {row.record_id: (row.fingerprint, row.parser) for row in connection.execute(query)}
    return found


def _read_parts(connection: Connection, keys: Sequence[int]) -> dict[str, dict[int, list[Line]]]:
    """The parts of captures by name and capture, in their order."""
    found: dict[str, dict[int, list[Line]]] = {name: {} for name in PARTS}
    if not keys:
        return found
    for name, rows in _select_parts(connection.dialect.name).ask(connection, {"keys": list(keys)}).items():
        for row in rows:
            for column in _FLOATS[name]:
                row[column] = _make_whole(row[column])
            del row["place"]
            found[name].setdefault(row.pop("capture"), []).append(row)
    return found


@lru_cache(maxsize=4)
def _select_parts(dialect: str) -> Questions:
    """The queries for the parts of some captures, made once."""
    return Questions({name: _select_part(table, dialect == "postgresql") for name, table in PARTS.items()})


def _select_part(table: Table, as_array: bool) -> Select[Any]:
    """The parts of the captures in ``keys``, which is one array where the database has arrays."""
    if as_array:
        wanted = table.c.capture == func.any(bindparam("keys", type_=ARRAY(BigInteger)))
    else:
        wanted = table.c.capture.in_(bindparam("keys", expanding=True))
    return select(table).where(wanted).order_by(table.c.capture, table.c.place)


def choose(name: str, known: Sequence[str], where: str) -> str:
    """The agency that is meant: by its name, else by a part of it that only one has; else ``PipelineError``."""
    if name in known:
        return name
    found = [agency for agency in known if name in agency]
    if len(found) == 1:
        return found[0]
    if found:
        shown = ", ".join(found[:5]) + (f" and {len(found) - 5} more" if len(found) > 5 else "")
        raise PipelineError(f"{where}: {len(found)} agencies are named like {name!r}: {shown}; write one of them whole")
    some = ", ".join(known[:5]) or "none at all"
    raise PipelineError(
        f"{where}: no report of an agency named like {name!r}; there are {some}{' …' * (len(known) > 5)}"
    )


def _make_whole(value: Any) -> Any:
    """Whole numbers as such."""
    return int(value) if type(value) is float and value.is_integer() else value
