"""The table of reviews and litigation: fifteen values, told by position once their number is certain."""

import re
from collections.abc import Sequence
from functools import lru_cache

from pipelines.parse.alignment import Values
from pipelines.parse.cells import INSTEAD_OF_NUMBER
from pipelines.parse.harvest import Harvest, make_cell
from pipelines.parse.labels import fold_label, squeeze
from pipelines.parse.rows import SourceCell, TableRow
from pipelines.parse.template import Template, load_template

Places = tuple[tuple[str, str], ...]  # part and column of each value of a row


_MOST_HEADER_ROWS = 20  # each row is held against them


def map_appeals(rows: Sequence[TableRow]) -> Harvest:
    """The cells of the table; a row that has not as many values as its header has columns is refused.

    The three parts may stand in one row, in tables of their own, or as rows or columns under one header.
    """
    template, harvest = load_template("appeals"), Harvest("appeals")
    header: list[TableRow] = []
    is_read = False
    for row in rows:
        if _is_header(row, header, template):
            header = [*header[1 - _MOST_HEADER_ROWS :], row] if not is_read else [row]
            is_read = False
            continue
        places, values = _read_row(row, header, template)
        if values and _is_caption(values):
            continue
        if values is None:
            if row.has_numbers:
                parts = " and ".join(dict.fromkeys(part for part, _ in places))
                tried = f"header of {parts} with {len(places)} columns, but the row has not as many values"
                harvest.refuse(row.path, tried)
        elif (
            not is_read
            or not all(value.is_blank for value in values)
            or template.cell_id(*places[0]) not in harvest.cells
        ):
            _keep_values(row, values, [template.cell_id(*place) for place in places], harvest)
            is_read = True
    return harvest


def _is_caption(values: Values) -> bool:
    """Words and no number: a line over the whole width, such as the table's name, is no row of values."""
    states = [value.reading.state for value in values]
    words = [value.text for value in values if value.reading.state == "text"]
    return "number" not in states and any(fold_label(word) not in INSTEAD_OF_NUMBER for word in words)


def _is_header(row: TableRow, header: Sequence[TableRow], template: Template) -> bool:
    """A row with words and no number: a data row has at most one word before its values."""
    if row.has_numbers:
        return False
    if header and _find_own_places(row, header, template)[1] is not None:
        return False  # 行政复议 before five blank or dashed values, below the columns' names
    words = [word for word in row.labels if fold_label(word) not in INSTEAD_OF_NUMBER]
    return any(template.column_labels.find(word) or _read_parts(word) or len(words) > 3 for word in words)


def _read_row(row: TableRow, header: Sequence[TableRow], template: Template) -> tuple[Places, Values | None]:
    """What the values of a data row are, by its own label or else by the header alone."""
    places, values = _find_own_places(row, header, template)
    if values is None:
        places = tuple((part, column) for part in _find_parts(header, template) for column in template.columns)
        values = _find_values(row, len(places))
    return places, values


def _find_own_places(row: TableRow, header: Sequence[TableRow], template: Template) -> tuple[Places, Values | None]:
    """A row that is one part under the columns' names, or one column under the parts' names."""
    label = next((cell for cell in row.cells if not cell.is_blank), None)
    if label is None or label.reading.state != "text":
        return (), None
    columns = [[column for text in line.labels if (column := template.column_labels.find(text))] for line in header]
    parts = _read_parts(label.text)
    if len(parts) == 1 and list(template.columns) in columns:
        return _match(row, label, tuple((parts[0], column) for column in template.columns))
    named = [tuple(part for text in line.labels for part in _read_parts(text)) for line in header]
    whole = next((names for names in named if sorted(names) == sorted(template.rows)), ())
    column = template.column_labels.find(label.text)
    if column and whole and not any(columns):
        return _match(row, label, tuple((part, column) for part in whole))
    return (), None


def _match(row: TableRow, label: SourceCell, places: Places) -> tuple[Places, Values | None]:
    """The cells behind the label, where there are as many of them as places."""
    values = row.cells[row.cells.index(label) + 1 :]
    return places, values if len(values) == len(places) else None


def _find_parts(header: Sequence[TableRow], template: Template) -> tuple[str, ...]:
    """Which of the three parts the header names; all of them where it names none."""
    named = {part for row in header for text in row.labels for part in _read_parts(text)}
    return tuple(part for part in template.rows if part in named) or template.rows


@lru_cache(maxsize=256)
def _read_parts(text: str) -> tuple[str, ...]:
    """The parts that a text names, also in brackets and beside other words: 行政诉讼（复议后起诉）."""
    labels = load_template("appeals").row_labels
    exact = labels.find(text)
    if exact:
        return (exact,)
    found = (labels.find_exact(words) for words in _names().findall(squeeze(text)))
    return tuple(dict.fromkeys(part for part in found if part))


@lru_cache(maxsize=1)
def _names() -> re.Pattern[str]:
    """The labels of the parts, longer ones first: 行政复议 is also the beginning of 行政复议后起诉."""
    template = load_template("appeals")
    labels = sorted(template.words - template.header_words, key=lambda label: (-len(label), label))
    return re.compile("|".join(map(re.escape, labels)))


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


def _keep_values(row: TableRow, values: Values, identifiers: Sequence[str], harvest: Harvest) -> None:
    if harvest.cells.keys() & set(identifiers):
        kept = [harvest.cells[identifier].raw.strip() for identifier in identifiers if identifier in harvest.cells]
        if kept != [value.text.strip() for value in values]:
            harvest.refuse(
                row.path, "a second row of reviews and litigation with other numbers; the first one was read"
            )
        return
    for identifier, value in zip(identifiers, values, strict=True):
        harvest.cells[identifier] = make_cell(identifier, value, "item", row)
