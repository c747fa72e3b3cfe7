"""Harvest: what the readers of one table bring home, in one shape."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from pipelines.parse.cells import read_text
from pipelines.parse.rows import SourceCell, TableRow
from pipelines.report import Cell, ExtraRow, Unmapped


@dataclass
class Harvest:
    """The cells, the rows outside the form and the refusals of one table, filled while its rows are read."""

    table: str
    cells: dict[str, Cell] = field(default_factory=dict)
    extra_rows: list[ExtraRow] = field(default_factory=list)
    unmapped: list[Unmapped] = field(default_factory=list)

    def refuse(self, path: str, tried: str) -> None:
        """Note a part of the table that could not be mapped with certainty."""
        if Unmapped(path, tried) not in self.unmapped:
            self.unmapped.append(Unmapped(path, tried))

    def keep_row(self, row: TableRow, labels: Iterable[str], values: Iterable[SourceCell]) -> None:
        """Keep a row that the form does not have."""
        label = " ".join(filter(None, (label.strip() for label in labels)))
        self.extra_rows.append(ExtraRow(self.table, label, tuple(value.text for value in values), row.path))


def make_cell(identifier: str, source: SourceCell, unit: str | None, row: TableRow) -> Cell:
    """The cell that a source cell is, under its identifier; a place that no cell covers is proved by its row."""
    text, reading = source.text, source.reading
    if unit != "item" and not source.image:
        reading = read_text(text, unit)
    value, state, path = reading.value, reading.state, source.path or row.path
    return Cell(identifier, text, value, state, reading.unit, path, reading.parts, reading.note)


def read_cell(identifier: str, text: str, path: str, unit: str | None) -> Cell:
    """The cell that a text at a path is, under its identifier."""
    reading = read_text(text) if unit == "item" else read_text(text, unit)
    return Cell(identifier, text, reading.value, reading.state, reading.unit, path, reading.parts, reading.note)


def keep_outsider(row: TableRow, harvest: Harvest) -> None:
    """Keep a row of a table that is no official one; a row with a single text says nothing."""
    filled = [cell for cell in row.cells if not cell.is_blank]
    if len(filled) > 1:
        harvest.keep_row(row, [filled[0].text], filled[1:])
