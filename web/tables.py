"""A report's numbers set as the form has them: tables with the form's own rows, columns and groups."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from pipelines.feeds import Line
from pipelines.parse.form import Form, Row, Table
from pipelines.parse.forms import load_forms

BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Slot:
    """One square of a table. Without ``cell`` the page does not have it; ``broken`` names the identities that fail."""

    id: str
    label: str  # of row and column, to be read aloud
    cell: Mapping[str, Any] | None
    broken: Sequence[str] = ()

    @property
    def shown(self) -> str:
        """As it is displayed: thousands apart; what is no number as it was printed."""
        return "" if self.cell is None else show_cell(self.cell)


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row: its label, the form's group that it opens and over how many rows, its squares."""

    label: str
    group: str | None
    span: int  # rows of the group from here on; 0 where the group began above
    slots: Sequence[Slot]
    broken: Sequence[Mapping[str, Any]] = ()  # identities of this row that fail


@dataclass(frozen=True, slots=True)
class OfficialTable:
    """A table of the form, in blocks of rows that share their columns."""

    id: str
    blocks: Sequence["Block"]
    broken: Sequence[Mapping[str, Any]] = field(default=())

    @property
    def is_printed(self) -> bool:
        """Whether the page has any of it."""
        return any(slot.cell for block in self.blocks for row in block.lines for slot in row.slots)


@dataclass(frozen=True, slots=True)
class Block:
    """Rows that share their columns."""

    heads: Sequence[str]
    lines: Sequence[TableRow]
    has_groups: bool


def find_form(name: str | None) -> Form | None:
    """The form of that name; ``None`` for a narrative report."""
    return next((form for form in load_forms() if form.name == name), None)


def make_tables(line: Line) -> list[OfficialTable]:
    """The tables of a report's line by its form; a table of which the page has no cell is left out."""
    form = find_form(line["form"])
    cells = {cell["id"]: cell for cell in line["cells"]}
    broken = [check for check in line["identities"] if check["result"] == BROKEN]
    if form is None:
        return []
    made = (_make_table(table, cells, broken) for table in form.tables)
    return [table for table in made if table.is_printed]


def name_cells(form_name: str | None) -> dict[str, str]:
    """Row and column in the form's words, by the identifier of each cell."""
    form = find_form(form_name)
    return (
        {}
        if form is None
        else {
            table.cell_id(row.id, column): _label(table, row, column)
            for table in form.tables
            for row in table.rows
            for column in _columns(row)
        }
    )


def show_cell(cell: Mapping[str, Any]) -> str:
    """A cell for display."""
    if cell["state"] == "number" and cell["value"] is not None:
        return show_number(cell["value"])
    return str(cell["raw"])


def show_number(value: float | None) -> str:
    """With thousands apart, a real minus, no digits that are not there."""
    if value is None:
        return ""
    text = f"{value:,.10g}" if isinstance(value, float) and not value.is_integer() else f"{int(value):,}"
    return text.replace("-", "−")


def _make_table(
    table: Table, cells: Mapping[str, Mapping[str, Any]], broken: Sequence[Mapping[str, Any]]
) -> OfficialTable:
    prefix = {table.cell_id(row.id, column) for row in table.rows for column in _columns(row)}
    mine = [check for check in broken if prefix & set(check["cells"])]
    blocks = [
        _make_block(table, columns, list(rows), cells, mine) for columns, rows in groupby(table.rows, key=_columns)
    ]
    return OfficialTable(table.id, blocks, mine)


def _make_block(
    table: Table,
    columns: Sequence[str | None],
    rows: Sequence[Row],
    cells: Mapping[str, Mapping[str, Any]],
    broken: Sequence[Mapping[str, Any]],
) -> Block:
    heads = [_column_label(table, column) for column in columns]
    return Block(heads, list(_make_lines(table, columns, rows, cells, broken)), any(row.group for row in rows))


def _make_lines(
    table: Table,
    columns: Sequence[str | None],
    rows: Sequence[Row],
    cells: Mapping[str, Mapping[str, Any]],
    broken: Sequence[Mapping[str, Any]],
) -> Iterator[TableRow]:
    for group, members in groupby(rows, key=lambda row: row.group):
        together = list(members)
        for number, row in enumerate(together):
            ids = [table.cell_id(row.id, column) for column in columns]
            slots = [
                Slot(each, _label(table, row, column), cells.get(each), _names(broken, each))
                for each, column in zip(ids, columns, strict=True)
            ]
            failing = [check for check in broken if check["cells"] and check["cells"][0] in ids]
            yield TableRow(row.labels[0], group, 0 if number else len(together), slots, failing)


def _names(broken: Iterable[Mapping[str, Any]], cell: str) -> list[str]:
    return [check["id"] for check in broken if cell in check["cells"]]


def _columns(row: Row) -> tuple[str | None, ...]:
    return row.columns or (None,)


def _column_label(table: Table, column: str | None) -> str:
    return next((known.labels[0] for known in table.columns if known.id == column), "")


def _label(table: Table, row: Row, column: str | None) -> str:
    parts = (row.group or "", row.labels[0], _column_label(table, column))
    return " · ".join(part for part in parts if part)
