"""The disclosure table: rows under the header that names their columns, group by group of article 20."""

from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.parse.alignment import Values
from pipelines.parse.cells import find_money_unit
from pipelines.parse.harvest import Harvest, make_cell
from pipelines.parse.labels import fold_label
from pipelines.parse.rows import SourceCell, TableRow
from pipelines.parse.template import Template, load_template, name_cells


@dataclass(frozen=True, slots=True)
class Header:
    """A header row: its cells that name columns, and the columns they name (``None``: one that no form has)."""

    cells: Values
    columns: tuple[str | None, ...]
    row: TableRow


def map_disclosure(rows: Sequence[TableRow]) -> Harvest:
    """The cells of the disclosure table; a row whose values do not fit its header is refused."""
    template, harvest = load_template("disclosure"), Harvest("disclosure")
    header: Header | None = None
    for row in rows:
        found = _read_header(row, template)
        if found:
            header = found
            continue
        label, values = _split_row(row, template)
        if label is None:
            continue
        meaning = template.row_labels.find(label.text)
        if meaning is None:
            if label.reading.state != "text":
                harvest.refuse(row.path, "values without a label")
            elif any(not value.is_blank for value in values):
                harvest.keep_row(row, [label.text], _trim(values))
        elif header is None:
            harvest.refuse(row.path, f"row {meaning}: no header names its columns")
        else:
            _keep_values(row, label, meaning, values, header, template, harvest)
    return harvest


def _read_header(row: TableRow, template: Template) -> Header | None:
    """The columns of a row that names at least one and holds no number."""
    if row.has_numbers:
        return None
    named = [(cell, template.column_labels.find(cell.text)) for cell in row.cells if cell.reading.state == "text"]
    if not any(column for _, column in named):
        return None
    named = [(cell, column) for cell, column in named if column or fold_label(cell.text) not in template.header_words]
    if len(named) > 1 and named[0][1] is None and named[0][0] is row.cells[0]:
        named = named[1:]  # the corner, under another name
    return Header(tuple(cell for cell, _ in named), tuple(column for _, column in named), row)


def _split_row(row: TableRow, template: Template) -> tuple[SourceCell | None, Values]:
    """The label of a row and the cells after it: the form's row label, else the first text that is no header's word."""
    texts = [(place, cell) for place, cell in enumerate(row.cells) if not cell.is_blank]
    known = ((place, cell) for place, cell in texts if template.row_labels.find(cell.text))
    other = ((place, cell) for place, cell in texts if fold_label(cell.text) not in template.header_words)
    place, label = next(known, None) or next(other, (0, None))
    return label, row.cells[place + 1 :]


def _trim(values: Values) -> Values:
    """Without the blank cells at the end."""
    end = len(values)
    while end and values[end - 1].is_blank:
        end -= 1
    return values[:end]


def _keep_values(
    row: TableRow, label: SourceCell, meaning: str, values: Values, header: Header, template: Template, harvest: Harvest
) -> None:
    legal = _find_columns(meaning, header, template)
    if legal is None:
        if any(not value.is_blank for value in values):
            harvest.keep_row(row, [label.text], _trim(values))
        return
    aligned = _align(row, values, header)
    if aligned is None:
        harvest.refuse(row.path, f"row {meaning}: {len(header.columns)} columns in the header, other cells in the row")
        return
    identifiers = name_cells(template.id, meaning, legal)
    if any(identifier in harvest.cells for identifier in identifiers):
        kept = [harvest.cells[identifier].raw.strip() for identifier in identifiers if identifier in harvest.cells]
        if kept != [value.text.strip() for value in aligned]:
            harvest.refuse(row.path, f"row {meaning} a second time with other numbers; the first one was read")
        return
    for column, identifier, cell, value in zip(legal, identifiers, header.cells, aligned, strict=True):
        unit: str | None = template.columns[column].unit
        if unit == "money":
            unit = find_money_unit(cell.text) or find_money_unit(label.text)
        harvest.cells[identifier] = make_cell(identifier, value, unit, row)


def _find_columns(row: str, header: Header, template: Template) -> tuple[str, ...] | None:
    """The columns of a row below a header; a damaged label is known by its place where a form's row has just these."""
    if all(column and (row, column) in template.legal for column in header.columns):
        return tuple(column for column in header.columns if column)
    forms = {
        columns
        for columns in template.row_columns[row]
        if len(columns) == len(header.columns)
        and all(found in (None, column) for found, column in zip(header.columns, columns, strict=True))
    }
    return next(iter(forms)) if len(forms) == 1 and any(header.columns) else None


def _align(row: TableRow, values: Values, header: Header) -> Values | None:
    """The values below the header's columns: one a column, by number where that is certain, else by the columns."""
    count = len(header.columns)
    if row.spanned and header.row.spanned and len(values) == count:
        return values
    if row.spanned and row.block == header.row.block:
        return _align_by_columns((*values, *row.pads), header)
    if len(_trim(values)) == count:
        return values[:count]
    filled = [value for value in values if not value.is_blank]
    if len(filled) == count:
        return tuple(filled)
    first = header.cells[0].start
    is_run = [cell.start for cell in header.cells] == list(range(first, first + count))
    starts_there = bool(values) and values[0].start == first
    return values[:count] if is_run and starts_there and len(_trim(values)) <= count <= len(values) else None


def _align_by_columns(values: Values, header: Header) -> Values | None:
    """Below each header cell the one value that is filled, or the first of several blank ones."""
    aligned = []
    for cell in header.cells:
        below = [value for value in values if value.start < cell.end and value.end > cell.start]
        filled = [value for value in below if not value.is_blank]
        if not below or len(filled) > 1:
            return None
        aligned.append(filled[0] if filled else below[0])
    is_whole = all(value in aligned or value.is_blank for value in values)
    return tuple(aligned) if is_whole and len({id(value) for value in aligned}) == len(aligned) else None
