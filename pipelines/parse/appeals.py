"""The table of reviews and litigation: one row of fifteen values, told by position once their number is certain."""

from collections.abc import Sequence

from pipelines.parse.alignment import Values
from pipelines.parse.cells import INSTEAD_OF_NUMBER
from pipelines.parse.harvest import Harvest, make_cell
from pipelines.parse.labels import fold_label
from pipelines.parse.rows import TableRow
from pipelines.parse.template import Template, load_template


def map_appeals(rows: Sequence[TableRow]) -> Harvest:
    """The cells of the table; a row that has not as many values as its header has columns is refused."""
    template, harvest = load_template("appeals"), Harvest("appeals")
    header: list[TableRow] = []
    is_read = False
    for row in rows:
        if _is_header(row, template):
            header = [*header, row] if not is_read else [row]
            is_read = False
            continue
        values = _find_values(row, len(_find_parts(header, template)) * len(template.columns))
        if values is None:
            if row.has_numbers:
                harvest.refuse(row.path, f"{_describe(header, template)}, but the row has not as many values")
        elif not is_read or any(not value.is_blank for value in values):
            _keep_values(row, values, _find_parts(header, template), template, harvest)
            is_read = True
    return harvest


def _is_header(row: TableRow, template: Template) -> bool:
    """A row with words and no number: a data row has at most one word before its values."""
    words = [word for word in row.labels if fold_label(word) not in INSTEAD_OF_NUMBER]
    known = sum(
        1 for word in words if template.column_labels.find(word) or template.row_labels.find(word) or len(words) > 3
    )
    return known > 0 and not row.has_numbers


def _find_parts(header: Sequence[TableRow], template: Template) -> tuple[str, ...]:
    """Which of the three parts the header names; all of them where it names none."""
    named = {template.row_labels.find(text) for row in header for text in row.labels}
    parts = tuple(part for part in template.rows if part in named)
    return parts or template.rows


def _find_values(row: TableRow, count: int) -> Values | None:
    """The values of a row that has exactly ``count`` of them, after one label at most."""
    first = row.cells[0] if row.cells else None
    is_label = first and first.reading.state == "text" and fold_label(first.text) not in INSTEAD_OF_NUMBER
    cells = row.cells[1:] if is_label and len(row.cells) > count else row.cells
    if len(cells) == count:
        return cells
    filled = [place for place, cell in enumerate(cells) if not cell.is_blank]
    if filled and filled[-1] - filled[0] + 1 == count:
        return cells[filled[0] : filled[-1] + 1]
    return cells[:count] if not filled and len(cells) > count else None


def _describe(header: Sequence[TableRow], template: Template) -> str:
    parts = _find_parts(header, template)
    return f"header of {' and '.join(parts)} with {len(parts) * len(template.columns)} columns"


def _keep_values(row: TableRow, values: Values, parts: tuple[str, ...], template: Template, harvest: Harvest) -> None:
    identifiers = [template.cell_id(part, column) for part in parts for column in template.columns]
    if harvest.cells.keys() & set(identifiers):
        kept = [harvest.cells[identifier].raw.strip() for identifier in identifiers if identifier in harvest.cells]
        if kept != [value.text.strip() for value in values]:
            harvest.refuse(
                row.path, "a second row of reviews and litigation with other numbers; the first one was read"
            )
        return
    for identifier, value in zip(identifiers, values, strict=True):
        harvest.cells[identifier] = make_cell(identifier, value, "item", row)
